//! What the panel's buttons mean, and how that is written into their 64 bytes. Data may be old or
//! forged: rights are looked up when it is pressed.

use catalog::Category;
use uuid::Uuid;

use crate::broadcasts::{self, Ask};
use crate::catalogue::{Press, Spot};
use crate::role::Role;
use crate::session::Form;
use crate::setting::{Section, Setting};
use crate::statistics::{Stretch, Wish};
use crate::{codes, till};

/// The first part of all data of the panel.
pub(crate) const PREFIX: &str = chat::panel::PREFIX;

/// A screen of the panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Menu,
    Users,
    Found {
        page: u16,
    },
    User(i64),
    Moves {
        user: i64,
        page: u16,
    },
    Orders {
        user: i64,
        page: u16,
    },
    Roles(i64),
    Money {
        filter: Filter,
        page: u16,
    },
    Models,
    Shelf {
        category: Category,
        page: u16,
    },
    Model(String),
    Broken,
    Statistics(Stretch),
    Errors {
        days: u16,
    },
    Group {
        days: u16,
        source: String,
        class: String,
    },
    Order(Uuid),
    Journal {
        page: u16,
    },
    Entry(i64),
    Requests,
    Request(i64),
    Settings(Section),
    Setting(Setting),
    /// Of messages for many people.
    Broadcast(broadcasts::Spot),
    Till(till::Spot),
    Codes(codes::Spot),
    Catalogue(Spot),
    /// How the shop is.
    Health,
}

/// Which rows of the ledger are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    All,
    Topups,
    Taken,
    Returned,
    Gifts,
    Adjusted,
    Costs,
}

impl Filter {
    pub(crate) const ALL: [Self; 7] = [
        Self::All,
        Self::Topups,
        Self::Taken,
        Self::Returned,
        Self::Gifts,
        Self::Adjusted,
        Self::Costs,
    ];

    /// The kinds of movements that it lets through.
    pub(crate) const fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::All => &[],
            Self::Topups => &["topup", "payback"],
            Self::Taken => &["commit"],
            Self::Returned => &["release", "refund"],
            Self::Gifts => &["bonus", "expire", "gift_out", "gift_in"],
            Self::Adjusted => &["adjust"],
            Self::Costs => &["cost", "loss"],
        }
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::All => "a",
            Self::Topups => "t",
            Self::Taken => "c",
            Self::Returned => "r",
            Self::Gifts => "g",
            Self::Adjusted => "j",
            Self::Costs => "k",
        }
    }

    pub(crate) fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.code() == code)
    }
}

/// A button of the panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Button {
    Open(Place),
    /// Asks for words.
    Ask(Form),
    Unblock(i64),
    Role {
        user: i64,
        role: Option<Role>,
    },
    Off {
        model: String,
        off: bool,
    },
    /// Price and markup as everywhere.
    Usual(String),
    Wake(String),
    Set {
        setting: Setting,
        on: bool,
    },
    Reset(Setting),
    /// Something about the catalogue or the free list.
    Catalogue(Press),
    /// The value that a change of a setting replaced.
    Undo(i64),
    Approve(i64),
    Reject(i64),
    Export(Filter),
    Till(till::Press),
    Codes(codes::Press),
    /// A picture or the files of a period.
    Statistics(Wish),
    /// «Yes» to what waits, as of one revision of the session.
    Confirm {
        revision: i64,
    },
    Drop,
    /// Of messages for many people.
    Broadcast(broadcasts::Press),
}

impl Button {
    /// The data of the button.
    pub(crate) fn encode(&self) -> String {
        let rest = match self {
            Self::Open(place) => open(place),
            Self::Ask(form) => ask(form),
            Self::Unblock(user) => format!("ub|{user}"),
            Self::Role { user, role } => {
                format!("ro|{user}|{}", role.map_or("-", Role::as_str))
            }
            Self::Off { model, off } => format!("{}|{model}", if *off { "m0" } else { "m1" }),
            Self::Usual(model) => format!("mu|{model}"),
            Self::Wake(model) => format!("mw|{model}"),
            Self::Set { setting, on } => format!("ss|{}|{}", setting.name(), u8::from(*on)),
            Self::Reset(setting) => format!("sr|{}", setting.name()),
            Self::Catalogue(press) => press.encode(),
            Self::Undo(id) => format!("un|{id}"),
            Self::Approve(id) => format!("qa|{id}"),
            Self::Reject(id) => format!("qr|{id}"),
            Self::Export(filter) => format!("ex|{}", filter.code()),
            Self::Statistics(wish) => format!("gs|{}", wish.encode()),
            Self::Confirm { revision } => format!("ok|{revision}"),
            Self::Till(press) => return press.encode(),
            Self::Codes(press) => press.encode(),
            Self::Drop => "no".to_owned(),
            Self::Broadcast(press) => format!("bd|{}", press.encode()),
        };
        format!("{PREFIX}{rest}")
    }

    /// Reads the data of a press; `None` when it is not the panel's.
    pub(crate) fn decode(data: &str) -> Option<Self> {
        let parts: Vec<&str> = data.strip_prefix(PREFIX)?.split('|').collect();
        let button = match parts[..] {
            ["ub", user] => Self::Unblock(user.parse().ok()?),
            ["ro", user, "-"] => Self::Role { user: user.parse().ok()?, role: None },
            ["ro", user, role] => {
                Self::Role { user: user.parse().ok()?, role: Some(Role::parse(role)?) }
            }
            ["m0", model] => Self::Off { model: model_id(model)?, off: true },
            ["m1", model] => Self::Off { model: model_id(model)?, off: false },
            ["mu", model] => Self::Usual(model_id(model)?),
            ["mw", model] => Self::Wake(model_id(model)?),
            ["ss", name, "1"] => Self::Set { setting: Setting::named(name)?, on: true },
            ["ss", name, "0"] => Self::Set { setting: Setting::named(name)?, on: false },
            ["sr", name] => Self::Reset(Setting::named(name)?),
            ["c", ..] => Self::Catalogue(Press::of(&parts[1..])?),
            ["un", id] => Self::Undo(id.parse().ok()?),
            ["qa", id] => Self::Approve(id.parse().ok()?),
            ["qr", id] => Self::Reject(id.parse().ok()?),
            ["ex", filter] => Self::Export(Filter::of(filter)?),
            ["gs", what, span, day] => Self::Statistics(Wish::decode(what, span, day)?),
            ["ok", revision] => Self::Confirm { revision: revision.parse().ok()? },
            ["no"] => Self::Drop,
            ["bd", ..] => Self::Broadcast(broadcasts::Press::decode(&parts[1..])?),
            ["f", ..] => Self::Ask(form_of(&parts[1..])?),
            _ => match (till::Press::decode(&parts), codes::Press::decode(&parts)) {
                (Some(press), _) => Self::Till(press),
                (None, Some(press)) => Self::Codes(press),
                (None, None) => Self::Open(place_of(&parts)?),
            },
        };
        Some(button)
    }
}

fn open(place: &Place) -> String {
    match place {
        Place::Menu => "m".to_owned(),
        Place::Users => "u".to_owned(),
        Place::Found { page } => format!("uf|{page}"),
        Place::User(user) => format!("uc|{user}"),
        Place::Moves { user, page } => format!("um|{user}|{page}"),
        Place::Orders { user, page } => format!("uo|{user}|{page}"),
        Place::Roles(user) => format!("ur|{user}"),
        Place::Money { filter, page } => format!("l|{}|{page}", filter.code()),
        Place::Models => "mm".to_owned(),
        Place::Shelf { category, page } => format!("ms|{}|{page}", category.letter()),
        Place::Model(model) => format!("mc|{model}"),
        Place::Broken => "mb".to_owned(),
        Place::Statistics(stretch) => format!("g|{}", stretch.encode()),
        Place::Errors { days } => format!("e|{days}"),
        Place::Group { days, source, class } => format!("eg|{days}|{source}|{class}"),
        Place::Order(id) => format!("o|{}", id.simple()),
        Place::Journal { page } => format!("j|{page}"),
        Place::Entry(id) => format!("je|{id}"),
        Place::Requests => "q".to_owned(),
        Place::Request(id) => format!("qq|{id}"),
        Place::Settings(Section::Shop) => "s".to_owned(),
        Place::Settings(section) => format!("s|{}", section.code()),
        Place::Setting(setting) => format!("sc|{}", setting.name()),
        Place::Broadcast(spot) => format!("b|{}", spot.encode()),
        Place::Till(spot) => spot.encode(),
        Place::Codes(spot) => spot.encode(),
        Place::Catalogue(spot) => spot.encode(),
        Place::Health => "h".to_owned(),
    }
}

fn place_of(parts: &[&str]) -> Option<Place> {
    Some(match *parts {
        ["m"] => Place::Menu,
        ["h"] => Place::Health,
        ["u"] => Place::Users,
        ["uf", page] => Place::Found { page: page.parse().ok()? },
        ["uc", user] => Place::User(user.parse().ok()?),
        ["um", user, page] => Place::Moves { user: user.parse().ok()?, page: page.parse().ok()? },
        ["uo", user, page] => Place::Orders { user: user.parse().ok()?, page: page.parse().ok()? },
        ["ur", user] => Place::Roles(user.parse().ok()?),
        ["l", filter, page] => {
            Place::Money { filter: Filter::of(filter)?, page: page.parse().ok()? }
        }
        ["mm"] => Place::Models,
        ["ms", category, page] => {
            Place::Shelf { category: Category::by_letter(category)?, page: page.parse().ok()? }
        }
        ["mc", model] => Place::Model(model_id(model)?),
        ["mb"] => Place::Broken,
        ["g", span, day] => Place::Statistics(Stretch::decode(span, day)?),
        ["e", days] => Place::Errors { days: days_of(days)? },
        ["eg", days, source, class] => Place::Group {
            days: days_of(days)?,
            source: source.to_owned(),
            class: class.to_owned(),
        },
        ["o", id] => Place::Order(id.parse().ok()?),
        ["j", page] => Place::Journal { page: page.parse().ok()? },
        ["je", id] => Place::Entry(id.parse().ok()?),
        ["q"] => Place::Requests,
        ["qq", id] => Place::Request(id.parse().ok()?),
        ["s"] => Place::Settings(Section::Shop),
        ["s", section] => Place::Settings(Section::of(section)?),
        ["sc", name] => Place::Setting(Setting::named(name)?),
        ["b", ..] => Place::Broadcast(broadcasts::Spot::decode(&parts[1..])?),
        ["k", ..] => Place::Catalogue(Spot::of(&parts[1..])?),
        _ => match till::Spot::decode(parts) {
            Some(spot) => Place::Till(spot),
            None => Place::Codes(codes::Spot::decode(parts)?),
        },
    })
}

fn ask(form: &Form) -> String {
    match form {
        Form::Search => "f|s".to_owned(),
        Form::Code => "f|c".to_owned(),
        Form::Credit { user } => format!("f|cr|{user}"),
        Form::Debit { user } => format!("f|de|{user}"),
        Form::Block { user } => format!("f|bl|{user}"),
        Form::Letter { user } => format!("f|le|{user}"),
        Form::Refund { order } => format!("f|re|{}", order.simple()),
        Form::Price { model } => format!("f|mp|{model}"),
        Form::Markup { model } => format!("f|mk|{model}"),
        Form::Setting { setting } => format!("f|st|{}", setting.name()),
        Form::Broadcast(ask) => format!("f|b|{}", ask.encode()),
        Form::Till(ask) => ask.encode(),
        // Nothing asks for these by a button.
        Form::Retype { .. } | Form::Codes(_) => "f|-".to_owned(),
    }
}

fn form_of(parts: &[&str]) -> Option<Form> {
    Some(match *parts {
        ["s"] => Form::Search,
        ["c"] => Form::Code,
        ["cr", user] => Form::Credit { user: user.parse().ok()? },
        ["de", user] => Form::Debit { user: user.parse().ok()? },
        ["bl", user] => Form::Block { user: user.parse().ok()? },
        ["le", user] => Form::Letter { user: user.parse().ok()? },
        ["re", order] => Form::Refund { order: order.parse().ok()? },
        ["mp", model] => Form::Price { model: model_id(model)? },
        ["mk", model] => Form::Markup { model: model_id(model)? },
        ["st", name] => Form::Setting { setting: Setting::named(name)? },
        ["b", ..] => Form::Broadcast(Ask::decode(&parts[1..])?),
        _ => Form::Till(till::Ask::decode(parts)?),
    })
}

/// The longest period that errors are looked at for.
const DAYS_MAX: u16 = 90;

fn days_of(text: &str) -> Option<u16> {
    text.parse().ok().filter(|days| (1..=DAYS_MAX).contains(days))
}

pub(crate) fn model_id(id: &str) -> Option<String> {
    catalog::may_be_id(id).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stretches() -> impl Strategy<Value = Stretch> {
        let first = time::macros::date!(2026 - 01 - 01);
        let day = (0_i64..5_000).prop_map(move |days| first + time::Duration::days(days));
        (0_usize..3, proptest::option::of(day))
            .prop_map(|(span, day)| Stretch { span: figures::Span::ALL[span], day })
    }

    fn wishes() -> impl Strategy<Value = Wish> {
        (stretches(), proptest::option::of(0_usize..6)).prop_map(|(stretch, picture)| {
            let picture = picture.map(|index| crate::statistics::Picture::ALL[index]);
            Wish { stretch, picture }
        })
    }

    fn places() -> impl Strategy<Value = Place> {
        let user = any::<i64>;
        let page = any::<u16>;
        prop_oneof![
            Just(Place::Menu),
            Just(Place::Users),
            Just(Place::Health),
            page().prop_map(|page| Place::Found { page }),
            user().prop_map(Place::User),
            (user(), page()).prop_map(|(user, page)| Place::Moves { user, page }),
            (user(), page()).prop_map(|(user, page)| Place::Orders { user, page }),
            user().prop_map(Place::Roles),
            (0_usize..7, page())
                .prop_map(|(filter, page)| Place::Money { filter: Filter::ALL[filter], page }),
            Just(Place::Models),
            (0_usize..4, page()).prop_map(|(category, page)| Place::Shelf {
                category: Category::ALL[category],
                page
            }),
            "[a-z0-9/.-]{1,48}".prop_map(Place::Model),
            Just(Place::Broken),
            stretches().prop_map(Place::Statistics),
            (1_u16..91).prop_map(|days| Place::Errors { days }),
            (1_u16..91, "[a-z]{1,8}", "[a-z_]{1,20}\\.[0-9]{1,6}")
                .prop_map(|(days, source, class)| Place::Group { days, source, class }),
            any::<u128>().prop_map(|id| Place::Order(Uuid::from_u128(id))),
            page().prop_map(|page| Place::Journal { page }),
            user().prop_map(Place::Entry),
            Just(Place::Requests),
            user().prop_map(Place::Request),
            (0_usize..4).prop_map(|index| Place::Settings(Section::ALL[index])),
            broadcasts::tests::spots().prop_map(Place::Broadcast),
            Just(Place::Catalogue(Spot::Sync)),
            page().prop_map(|page| Place::Catalogue(Spot::Runs { page })),
            (user(), page()).prop_map(|(id, page)| Place::Catalogue(Spot::Run { id, page })),
            Just(Place::Catalogue(Spot::Free)),
            (0_usize..Setting::ALL.len()).prop_map(|index| Place::Setting(Setting::ALL[index])),
            till::tests::spots().prop_map(Place::Till),
            codes::tests::spots().prop_map(Place::Codes),
        ]
    }

    fn buttons() -> impl Strategy<Value = Button> {
        let user = any::<i64>;
        let models = || "[a-z0-9/.-]{1,48}";
        prop_oneof![
            places().prop_map(Button::Open),
            Just(Button::Ask(Form::Search)),
            user().prop_map(|user| Button::Ask(Form::Credit { user })),
            user().prop_map(|user| Button::Ask(Form::Block { user })),
            any::<u128>().prop_map(|id| Button::Ask(Form::Refund { order: Uuid::from_u128(id) })),
            models().prop_map(|model| Button::Ask(Form::Price { model })),
            (0_usize..Setting::ALL.len())
                .prop_map(|index| { Button::Ask(Form::Setting { setting: Setting::ALL[index] }) }),
            user().prop_map(Button::Unblock),
            user().prop_map(|user| Button::Role { user, role: Some(Role::Manager) }),
            user().prop_map(|user| Button::Role { user, role: None }),
            (models(), any::<bool>()).prop_map(|(model, off)| Button::Off { model, off }),
            models().prop_map(Button::Usual),
            models().prop_map(Button::Wake),
            Just(Button::Catalogue(Press::Compare)),
            user().prop_map(|run| Button::Catalogue(Press::Accept(run))),
            models().prop_map(|model| Button::Catalogue(Press::Give(model))),
            models().prop_map(|model| Button::Catalogue(Press::Take(model))),
            Just(Button::Catalogue(Press::Usual)),
            any::<bool>().prop_map(|on| Button::Set { setting: Setting::Maintenance, on }),
            user().prop_map(Button::Undo),
            user().prop_map(Button::Approve),
            user().prop_map(Button::Reject),
            (0_usize..7).prop_map(|filter| Button::Export(Filter::ALL[filter])),
            till::tests::buttons(),
            codes::tests::buttons(),
            wishes().prop_map(Button::Statistics),
            user().prop_map(|revision| Button::Confirm { revision }),
            Just(Button::Drop),
            broadcasts::tests::presses().prop_map(Button::Broadcast),
            broadcasts::tests::asks().prop_map(|ask| Button::Ask(Form::Broadcast(ask))),
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
        fn any_data_is_read_without_a_fault(data in ".{0,80}", tail in "[a-z0-9|-]{0,60}") {
            let _any = Button::decode(&data);
            let _close = Button::decode(&format!("A1|{tail}"));
        }
    }
}
