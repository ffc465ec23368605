//! What the buttons under our messages mean, and how that is written into their 64 bytes.
//!
//! The data comes back from the person's application, so it may be old or forged. It names what
//! is wanted and nothing more: prices, owners and rights are looked up when it is pressed.

use catalog::{Category, Language};
use uuid::Uuid;

use crate::offer::Offer;

use crate::bonus;
use crate::ideas::IdeaButton;
use crate::journey::Press;
use crate::news::News;
use crate::topup;

/// The first part of all data; grows when the meaning of the rest changes.
const VERSION: &str = "1";

/// A button under a message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Button {
    Menu,
    Category {
        category: Category,
        page: u16,
    },
    Model(String),
    Create(String),
    Continue,
    Drop,
    /// An action on the order that is being made, as of one revision of the session.
    Wizard {
        revision: i64,
        step: Step,
    },
    Run {
        revision: i64,
    },
    Cancel(Uuid),
    History {
        page: u16,
    },
    Item(Uuid),
    Resend(Uuid),
    Repeat(Uuid),
    Balance,
    /// The cheapest models of all shelves.
    Cheap {
        page: u16,
    },
    Help,
    Languages,
    Speak(Language),
    /// What stands around an order.
    Journey(Press),
    /// Something that was offered beside a result, or for what a person sent.
    Offer(Offer),
    Bonus(bonus::Press),
    TopUp(topup::Button),
    /// Of the ready ideas.
    Idea(IdeaButton),
    /// The shop's news.
    News(News),
}

/// What can be done with the order that is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The option of that index of the field that is asked.
    Choose(u16),
    /// The answer that already stands stays.
    Keep,
    /// No answer, or the usual one.
    Skip,
    Back,
    /// A page of options.
    Page(u16),
    /// The field of that index opens.
    Edit(u16),
    /// All files are sent.
    FilesDone,
    /// The files that were sent are forgotten.
    FilesClear,
    /// One more entry of the list.
    EntryAdd,
    /// The entry of that place opens.
    Entry(u16),
    /// The entry that is open is thrown away.
    EntryDrop,
    /// All entries are there.
    EntriesDone,
    /// The picture that broke a rule is made to fit.
    Fix,
}

impl Button {
    /// The data of the button: at most 64 bytes, because ids of models have at most 48.
    pub(crate) fn encode(&self) -> String {
        let rest = match self {
            Self::Menu => "m".to_owned(),
            Self::Category { category, page } => format!("c|{}|{page}", category.letter()),
            Self::Model(id) => format!("d|{id}"),
            Self::Create(id) => format!("n|{id}"),
            Self::Continue => "o".to_owned(),
            Self::Drop => "x".to_owned(),
            Self::Wizard { revision, step } => format!("w|{revision}|{}", step.encode()),
            Self::Run { revision } => format!("r|{revision}"),
            Self::Cancel(id) => format!("q|{}", id.simple()),
            Self::History { page } => format!("h|{page}"),
            Self::Item(id) => format!("i|{}", id.simple()),
            Self::Resend(id) => format!("s|{}", id.simple()),
            Self::Repeat(id) => format!("a|{}", id.simple()),
            Self::Balance => "b".to_owned(),
            Self::Cheap { page } => format!("$|{page}"),
            Self::Help => "?".to_owned(),
            Self::Languages => "l".to_owned(),
            Self::Speak(language) => format!("l|{}", language.code()),
            Self::Journey(press) => format!("j|{}", press.encode()),
            Self::Offer(offer) => format!("g|{}", offer.encode()),
            Self::Bonus(press) => format!("bn|{}", press.encode()),
            Self::TopUp(button) => format!("t|{}", button.encode()),
            Self::Idea(button) => format!("z|{}", button.encode()),
            Self::News(news) => format!("nw|{}", news.encode()),
        };
        format!("{VERSION}|{rest}")
    }

    /// Reads the data of a press; `None` when it is not ours or not of this version.
    pub(crate) fn decode(data: &str) -> Option<Self> {
        let rest = data.strip_prefix(VERSION)?.strip_prefix('|')?;
        let (code, rest) = match rest.split_once('|') {
            Some((code, rest)) => (code, Some(rest)),
            None => (rest, None),
        };
        match (code, rest) {
            ("m", None) => Some(Self::Menu),
            ("c", Some(rest)) => {
                let (category, page) = rest.split_once('|')?;
                Some(Self::Category {
                    category: Category::by_letter(category)?,
                    page: page.parse().ok()?,
                })
            }
            ("d", Some(id)) => model_id(id).map(Self::Model),
            ("n", Some(id)) => model_id(id).map(Self::Create),
            ("o", None) => Some(Self::Continue),
            ("x", None) => Some(Self::Drop),
            ("w", Some(rest)) => {
                let (revision, step) = rest.split_once('|')?;
                Some(Self::Wizard { revision: revision.parse().ok()?, step: Step::decode(step)? })
            }
            ("r", Some(revision)) => Some(Self::Run { revision: revision.parse().ok()? }),
            ("q", Some(id)) => id.parse().ok().map(Self::Cancel),
            ("h", Some(page)) => Some(Self::History { page: page.parse().ok()? }),
            ("i", Some(id)) => id.parse().ok().map(Self::Item),
            ("s", Some(id)) => id.parse().ok().map(Self::Resend),
            ("a", Some(id)) => id.parse().ok().map(Self::Repeat),
            ("b", None) => Some(Self::Balance),
            ("$", Some(page)) => Some(Self::Cheap { page: page.parse().ok()? }),
            ("?", None) => Some(Self::Help),
            ("l", None) => Some(Self::Languages),
            ("l", Some("ru")) => Some(Self::Speak(Language::Ru)),
            ("l", Some("en")) => Some(Self::Speak(Language::En)),
            ("j", Some(press)) => Press::decode(press).map(Self::Journey),
            ("g", Some(offer)) => Offer::decode(offer).map(Self::Offer),
            ("bn", Some(press)) => bonus::Press::decode(press).map(Self::Bonus),
            ("t", Some(rest)) => topup::Button::decode(rest).map(Self::TopUp),
            ("z", Some(rest)) => IdeaButton::decode(rest).map(Self::Idea),
            ("nw", Some(rest)) => News::decode(rest).map(Self::News),
            _ => None,
        }
    }
}

impl Step {
    fn encode(self) -> String {
        match self {
            Self::Choose(index) => format!("c{index}"),
            Self::Keep => "k".to_owned(),
            Self::Skip => "s".to_owned(),
            Self::Back => "b".to_owned(),
            Self::Page(page) => format!("p{page}"),
            Self::Edit(index) => format!("e{index}"),
            Self::FilesDone => "d".to_owned(),
            Self::FilesClear => "x".to_owned(),
            Self::EntryAdd => "ea".to_owned(),
            Self::Entry(place) => format!("n{place}"),
            Self::EntryDrop => "ex".to_owned(),
            Self::EntriesDone => "ed".to_owned(),
            Self::Fix => "f".to_owned(),
        }
    }

    fn decode(text: &str) -> Option<Self> {
        let number = |prefix: char| text.strip_prefix(prefix)?.parse::<u16>().ok();
        match text {
            "k" => Some(Self::Keep),
            "s" => Some(Self::Skip),
            "b" => Some(Self::Back),
            "d" => Some(Self::FilesDone),
            "x" => Some(Self::FilesClear),
            "ea" => Some(Self::EntryAdd),
            "ex" => Some(Self::EntryDrop),
            "ed" => Some(Self::EntriesDone),
            "f" => Some(Self::Fix),
            _ => number('c')
                .map(Self::Choose)
                .or_else(|| number('p').map(Self::Page))
                .or_else(|| number('e').map(Self::Edit))
                .or_else(|| number('n').map(Self::Entry)),
        }
    }
}

fn model_id(id: &str) -> Option<String> {
    catalog::may_be_id(id).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn steps() -> impl Strategy<Value = Step> {
        prop_oneof![
            any::<u16>().prop_map(Step::Choose),
            Just(Step::Keep),
            Just(Step::Skip),
            Just(Step::Back),
            any::<u16>().prop_map(Step::Page),
            any::<u16>().prop_map(Step::Edit),
            Just(Step::FilesDone),
            Just(Step::FilesClear),
            Just(Step::EntryAdd),
            any::<u16>().prop_map(Step::Entry),
            Just(Step::EntryDrop),
            Just(Step::EntriesDone),
            Just(Step::Fix),
        ]
    }

    pub(crate) fn buttons() -> impl Strategy<Value = Button> {
        let ids = || any::<u128>().prop_map(Uuid::from_u128);
        let models = || "[a-z0-9/.-]{1,48}";
        prop_oneof![
            Just(Button::Menu),
            (0_usize..4, any::<u16>()).prop_map(|(category, page)| Button::Category {
                category: Category::ALL[category],
                page
            }),
            models().prop_map(Button::Model),
            models().prop_map(Button::Create),
            Just(Button::Continue),
            Just(Button::Drop),
            (any::<i64>(), steps()).prop_map(|(revision, step)| Button::Wizard { revision, step }),
            any::<i64>().prop_map(|revision| Button::Run { revision }),
            ids().prop_map(Button::Cancel),
            any::<u16>().prop_map(|page| Button::History { page }),
            ids().prop_map(Button::Item),
            ids().prop_map(Button::Resend),
            ids().prop_map(Button::Repeat),
            crate::topup::tests::buttons().prop_map(Button::TopUp),
            Just(Button::Balance),
            any::<u16>().prop_map(|page| Button::Cheap { page }),
            Just(Button::Help),
            Just(Button::Languages),
            Just(Button::Speak(Language::Ru)),
            Just(Button::Speak(Language::En)),
            crate::journey::press::tests::presses().prop_map(Button::Journey),
            crate::offer::tests::offers().prop_map(Button::Offer),
            crate::bonus::tests::presses().prop_map(Button::Bonus),
            crate::ideas::tests::buttons().prop_map(Button::Idea),
            Just(Button::News(News::Look)),
            any::<bool>().prop_map(|wanted| Button::News(News::Want(wanted))),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_and_fits(button in buttons()) {
            let data = button.encode();
            prop_assert!(data.len() <= telegram::limits::CALLBACK_DATA_BYTES, "{data}");
            prop_assert_eq!(Button::decode(&data), Some(button));
        }

        #[test]
        fn any_data_is_read_without_a_fault(data in ".{0,80}", tail in "[mcdnoxwrqhisabg?l|0-9v-]{0,60}") {
            let _any = Button::decode(&data);
            let _close = Button::decode(&format!("1|{tail}"));
        }
    }

    #[test]
    fn data_of_another_version_is_not_ours() {
        assert_eq!(Button::decode("2|m"), None);
        assert_eq!(Button::decode("1|m|x"), None);
        assert_eq!(Button::decode(""), None);
    }
}
