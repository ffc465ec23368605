//! Messages for many people in the panel: what can be opened, pressed, written and done.

pub(crate) mod load;
mod moment;
pub(crate) mod perform;
pub(crate) mod react;
pub(crate) mod render;

use broadcast::{Broadcast, LinkButton, Post, Segment};
use serde::{Deserialize, Serialize};

use crate::texts::Key;

/// A screen of this part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    List {
        page: u16,
    },
    Card(i64),
    /// The one that the operator made last.
    Newest,
    /// Who can get it.
    Segments(i64),
}

/// A button that does something at once, or after a «yes».
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Press {
    Segment { id: i64, segment: Segment },
    NoLink(i64),
    Try(i64),
    Start { id: i64, people: i64 },
    Pause(i64),
    Resume(i64),
    Cancel(i64),
}

/// Something that the operator is asked to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum Ask {
    /// The message: of a new broadcast, or another one for a draft.
    Post { id: Option<i64> },
    /// What stands on the button, and where it leads.
    Link { id: i64 },
    /// When it is to begin.
    Time { id: i64 },
    /// How many days without a word.
    Days { id: i64 },
    /// The name of a campaign.
    Source { id: i64 },
}

/// Everything that changes something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub(crate) enum Deed {
    New {
        post: Post,
    },
    Post {
        id: i64,
        post: Post,
    },
    Segment {
        id: i64,
        segment: Segment,
    },
    Link {
        id: i64,
        link: Option<LinkButton>,
    },
    /// The operator gets the message as everybody will.
    Try {
        id: i64,
    },
    /// It begins now; so many people were counted before.
    Start {
        id: i64,
        people: i64,
    },
    /// It begins at this moment, in seconds of Unix time.
    Schedule {
        id: i64,
        at: i64,
    },
    Pause {
        id: i64,
    },
    Resume {
        id: i64,
    },
    Cancel {
        id: i64,
    },
}

/// A screen with all that stands on it.
#[derive(Clone, Debug)]
pub(crate) enum Show {
    List {
        page: u16,
        broadcasts: Vec<Broadcast>,
        more: bool,
    },
    Card {
        broadcast: Box<Broadcast>,
        /// How many people it is for.
        people: i64,
    },
    Segments {
        id: i64,
        segments: Vec<(Segment, i64)>,
    },
}

/// A word above a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// It does not stand so any more that this can be done.
    NotSo,
    /// Telegram would not take the message.
    NoPost,
    /// Of an album only one file can be sent.
    OneFile,
    NoLink,
    NoTime,
    NoDays,
    NoSource,
}

impl Said {
    pub(crate) const fn key(self) -> Key {
        match self {
            Self::NotSo => Key::RefusalBroadcastNotSo,
            Self::NoPost => Key::RefusalBroadcastNoPost,
            Self::OneFile => Key::RefusalBroadcastOneFile,
            Self::NoLink => Key::RefusalBroadcastNoLink,
            Self::NoTime => Key::RefusalBroadcastNoTime,
            Self::NoDays => Key::RefusalBroadcastNoDays,
            Self::NoSource => Key::RefusalBroadcastNoSource,
        }
    }
}

impl Deed {
    /// The word in the record.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::New { .. } => "broadcast_new",
            Self::Post { .. } => "broadcast_post",
            Self::Segment { .. } => "broadcast_segment",
            Self::Link { .. } => "broadcast_link",
            Self::Try { .. } => "broadcast_try",
            Self::Start { .. } => "broadcast_start",
            Self::Schedule { .. } => "broadcast_schedule",
            Self::Pause { .. } => "broadcast_pause",
            Self::Resume { .. } => "broadcast_resume",
            Self::Cancel { .. } => "broadcast_cancel",
        }
    }

    /// Which broadcast; none when it is made by this.
    const fn id(&self) -> Option<i64> {
        match self {
            Self::New { .. } => None,
            Self::Post { id, .. }
            | Self::Segment { id, .. }
            | Self::Link { id, .. }
            | Self::Try { id }
            | Self::Start { id, .. }
            | Self::Schedule { id, .. }
            | Self::Pause { id }
            | Self::Resume { id }
            | Self::Cancel { id } => Some(*id),
        }
    }

    /// As the record names what it concerns.
    pub(crate) fn subject(&self) -> String {
        self.id().map_or_else(|| "broadcast".to_owned(), |id| format!("broadcast:{id}"))
    }

    /// The screen on which it is seen.
    pub(crate) fn home(&self) -> Spot {
        self.id().map_or(Spot::Newest, Spot::Card)
    }
}

impl Ask {
    /// The screen from which it is asked.
    pub(crate) fn origin(&self) -> Spot {
        match self {
            Self::Post { id: None } => Spot::List { page: 0 },
            Self::Post { id: Some(id) } | Self::Link { id } | Self::Time { id } => Spot::Card(*id),
            Self::Days { id } | Self::Source { id } => Spot::Segments(*id),
        }
    }

    pub(crate) fn encode(&self) -> String {
        match self {
            Self::Post { id: None } => "p".to_owned(),
            Self::Post { id: Some(id) } => format!("p|{id}"),
            Self::Link { id } => format!("l|{id}"),
            Self::Time { id } => format!("t|{id}"),
            Self::Days { id } => format!("d|{id}"),
            Self::Source { id } => format!("s|{id}"),
        }
    }

    pub(crate) fn decode(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["p"] => Self::Post { id: None },
            ["p", id] => Self::Post { id: Some(id.parse().ok()?) },
            ["l", id] => Self::Link { id: id.parse().ok()? },
            ["t", id] => Self::Time { id: id.parse().ok()? },
            ["d", id] => Self::Days { id: id.parse().ok()? },
            ["s", id] => Self::Source { id: id.parse().ok()? },
            _ => return None,
        })
    }
}

impl Spot {
    pub(crate) fn encode(&self) -> String {
        match self {
            Self::List { page } => format!("l|{page}"),
            Self::Card(id) => format!("c|{id}"),
            Self::Newest => "n".to_owned(),
            Self::Segments(id) => format!("s|{id}"),
        }
    }

    pub(crate) fn decode(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["l", page] => Self::List { page: page.parse().ok()? },
            ["c", id] => Self::Card(id.parse().ok()?),
            ["n"] => Self::Newest,
            ["s", id] => Self::Segments(id.parse().ok()?),
            _ => return None,
        })
    }
}

impl Press {
    pub(crate) fn encode(&self) -> String {
        match self {
            Self::Segment { id, segment } => format!("g|{id}|{segment}"),
            Self::NoLink(id) => format!("x|{id}"),
            Self::Try(id) => format!("t|{id}"),
            Self::Start { id, people } => format!("s|{id}|{people}"),
            Self::Pause(id) => format!("p|{id}"),
            Self::Resume(id) => format!("r|{id}"),
            Self::Cancel(id) => format!("c|{id}"),
        }
    }

    pub(crate) fn decode(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["g", id, segment] => {
                Self::Segment { id: id.parse().ok()?, segment: segment.parse().ok()? }
            }
            ["x", id] => Self::NoLink(id.parse().ok()?),
            ["t", id] => Self::Try(id.parse().ok()?),
            ["s", id, people] => Self::Start { id: id.parse().ok()?, people: people.parse().ok()? },
            ["p", id] => Self::Pause(id.parse().ok()?),
            ["r", id] => Self::Resume(id.parse().ok()?),
            ["c", id] => Self::Cancel(id.parse().ok()?),
            _ => return None,
        })
    }

    pub(crate) fn deed(self) -> Deed {
        match self {
            Self::Segment { id, segment } => Deed::Segment { id, segment },
            Self::NoLink(id) => Deed::Link { id, link: None },
            Self::Try(id) => Deed::Try { id },
            Self::Start { id, people } => Deed::Start { id, people },
            Self::Pause(id) => Deed::Pause { id },
            Self::Resume(id) => Deed::Resume { id },
            Self::Cancel(id) => Deed::Cancel { id },
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::act::Act;

    fn ids() -> impl Strategy<Value = i64> {
        1_i64..1_000_000_000
    }

    pub(crate) fn spots() -> impl Strategy<Value = Spot> {
        prop_oneof![
            any::<u16>().prop_map(|page| Spot::List { page }),
            ids().prop_map(Spot::Card),
            Just(Spot::Newest),
            ids().prop_map(Spot::Segments),
        ]
    }

    pub(crate) fn presses() -> impl Strategy<Value = Press> {
        let segments = prop_oneof![
            Just(Segment::All),
            Just(Segment::Unpaid),
            (1_u16..3_000).prop_map(|days| Segment::Idle { days }),
            "[a-z0-9_-]{1,30}".prop_map(Segment::Source),
        ];
        prop_oneof![
            (ids(), segments).prop_map(|(id, segment)| Press::Segment { id, segment }),
            ids().prop_map(Press::NoLink),
            ids().prop_map(Press::Try),
            (ids(), any::<i64>()).prop_map(|(id, people)| Press::Start { id, people }),
            ids().prop_map(Press::Pause),
            ids().prop_map(Press::Resume),
            ids().prop_map(Press::Cancel),
        ]
    }

    pub(crate) fn asks() -> impl Strategy<Value = Ask> {
        prop_oneof![
            Just(Ask::Post { id: None }),
            ids().prop_map(|id| Ask::Post { id: Some(id) }),
            ids().prop_map(|id| Ask::Link { id }),
            ids().prop_map(|id| Ask::Time { id }),
            ids().prop_map(|id| Ask::Days { id }),
            ids().prop_map(|id| Ask::Source { id }),
        ]
    }

    #[test]
    fn an_action_is_kept_and_read_again() {
        let post = Post { html: "<b>!</b>".to_owned(), ..Post::default() };
        let link = LinkButton { text: "!".to_owned(), url: "https://t.me/bot".to_owned() };
        for deed in [
            Deed::New { post: post.clone() },
            Deed::Post { id: 1, post },
            Deed::Segment { id: 1, segment: Segment::Idle { days: 7 } },
            Deed::Link { id: 1, link: Some(link) },
            Deed::Schedule { id: 1, at: 5 },
            Deed::Start { id: 1, people: 2 },
        ] {
            let act = Act::Broadcast(deed);
            let kept = serde_json::to_value(&act).unwrap();
            assert_eq!(serde_json::from_value::<Act>(kept).unwrap(), act);
        }
    }
}
