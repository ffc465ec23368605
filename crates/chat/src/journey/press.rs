//! The buttons of this part and their data.

use catalog::Category;
use uuid::Uuid;

use super::{KINDS, Page, Question};

/// A button of this part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Press {
    All {
        page: u16,
    },
    Ask,
    Found {
        page: u16,
    },
    Favourites {
        page: u16,
    },
    Star(String),
    /// The history shows orders of one kind.
    Kind(Option<Category>),
    Money {
        page: u16,
    },
    Order {
        id: Uuid,
        again: Again,
    },
    Page(Page),
    Erase,
    /// Erasing, as of one revision of the session.
    Erased {
        revision: i64,
    },
    /// Nothing is to be erased after all.
    Stay,
}

/// What more can be done with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// Its results as files without compression.
    Files,
    /// Addresses of its results.
    Links,
    /// Its words, to be copied.
    Prompt,
    /// The same order with something changed.
    Change,
    /// The same order with another file.
    File,
    /// The same work by another model.
    Other,
    /// Softer words for what moderation refused.
    Soften,
    /// The same order with the softer words.
    Softer,
}

impl Again {
    const ALL: [(Self, char); 8] = [
        (Self::Files, 'f'),
        (Self::Links, 'l'),
        (Self::Prompt, 'p'),
        (Self::Change, 'c'),
        (Self::File, 'n'),
        (Self::Other, 'o'),
        (Self::Soften, 's'),
        (Self::Softer, 't'),
    ];

    fn code(self) -> char {
        Self::ALL.into_iter().find(|(one, _)| *one == self).map_or('p', |(_, code)| code)
    }
}

impl Press {
    /// What stands after the version and the code of this part: at most 58 bytes.
    pub(crate) fn encode(&self) -> String {
        match self {
            Self::All { page } => format!("a{page}"),
            Self::Ask => "s".to_owned(),
            Self::Found { page } => format!("f{page}"),
            Self::Favourites { page } => format!("v{page}"),
            Self::Star(model) => format!("*{model}"),
            Self::Kind(kind) => format!("k{}", place(&KINDS, kind)),
            Self::Money { page } => format!("m{page}"),
            Self::Order { id, again } => format!("o{}{}", again.code(), id.simple()),
            Self::Page(page) => format!("p{}", page_code(*page)),
            Self::Erase => "e".to_owned(),
            Self::Erased { revision } => format!("x{revision}"),
            Self::Stay => "y".to_owned(),
        }
    }

    pub(crate) fn decode(text: &str) -> Option<Self> {
        let mut letters = text.chars();
        let code = letters.next()?;
        let rest = letters.as_str();
        match code {
            'a' => Some(Self::All { page: rest.parse().ok()? }),
            's' => rest.is_empty().then_some(Self::Ask),
            'f' => Some(Self::Found { page: rest.parse().ok()? }),
            'v' => Some(Self::Favourites { page: rest.parse().ok()? }),
            '*' => catalog::may_be_id(rest).then(|| Self::Star(rest.to_owned())),
            'k' => KINDS.get(rest.parse::<usize>().ok()?).copied().map(Self::Kind),
            'm' => Some(Self::Money { page: rest.parse().ok()? }),
            'o' => {
                let mut letters = rest.chars();
                let code = letters.next()?;
                let (again, _) = Again::ALL.into_iter().find(|(_, one)| *one == code)?;
                Some(Self::Order { id: letters.as_str().parse().ok()?, again })
            }
            'p' => page_of(rest).map(Self::Page),
            'e' => rest.is_empty().then_some(Self::Erase),
            'x' => Some(Self::Erased { revision: rest.parse().ok()? }),
            'y' => rest.is_empty().then_some(Self::Stay),
            _ => None,
        }
    }
}

fn place<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().position(|other| other == one).unwrap_or(0)
}

fn page_code(page: Page) -> String {
    match page {
        Page::Questions => "q".to_owned(),
        Page::Answer(question) => format!("a{}", place(&Question::ALL, &question)),
        Page::Terms => "t".to_owned(),
        Page::Privacy => "p".to_owned(),
        Page::Payments => "m".to_owned(),
        Page::Support => "s".to_owned(),
    }
}

fn page_of(code: &str) -> Option<Page> {
    match code {
        "q" => Some(Page::Questions),
        "t" => Some(Page::Terms),
        "p" => Some(Page::Privacy),
        "m" => Some(Page::Payments),
        "s" => Some(Page::Support),
        _ => {
            let index = code.strip_prefix('a')?.parse::<usize>().ok()?;
            Question::ALL.get(index).copied().map(Page::Answer)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn presses() -> impl Strategy<Value = Press> {
        let pages = prop_oneof![
            Just(Page::Questions),
            (0_usize..Question::ALL.len()).prop_map(|index| Page::Answer(Question::ALL[index])),
            Just(Page::Terms),
            Just(Page::Privacy),
            Just(Page::Payments),
            Just(Page::Support),
        ];
        prop_oneof![
            any::<u16>().prop_map(|page| Press::All { page }),
            Just(Press::Ask),
            any::<u16>().prop_map(|page| Press::Found { page }),
            any::<u16>().prop_map(|page| Press::Favourites { page }),
            "[a-z0-9/.-]{1,48}".prop_map(Press::Star),
            (0_usize..KINDS.len()).prop_map(|index| Press::Kind(KINDS[index])),
            any::<u16>().prop_map(|page| Press::Money { page }),
            (any::<u128>(), 0_usize..Again::ALL.len()).prop_map(|(id, index)| Press::Order {
                id: Uuid::from_u128(id),
                again: Again::ALL[index].0
            }),
            pages.prop_map(Press::Page),
            Just(Press::Erase),
            any::<i64>().prop_map(|revision| Press::Erased { revision }),
            Just(Press::Stay),
        ]
    }
}
