//! Who gets a message.

use std::fmt;
use std::str::FromStr;

use catalog::Language;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest time without a word that can be asked for, in days.
const DAYS_MAX: u16 = 3_650;

/// The longest name of a campaign: the payload of a link to the bot has 64 characters.
const SOURCE_MAX: usize = 64;

/// Which people. Whoever stopped the bot, is kept out, or asked for no news is in none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Everybody.
    All,
    /// Those who have paid.
    Paying,
    /// Those who have not.
    Unpaid,
    /// Those who have not written for so many days.
    Idle {
        /// How many.
        days: u16,
    },
    /// Those who are spoken to in this language.
    Language(Language),
    /// Those who came by this campaign.
    Source(String),
}

/// What is written is no segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSegment;

impl fmt::Display for NoSegment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no segment is called so")
    }
}

impl std::error::Error for NoSegment {}

impl Segment {
    /// So many days without a word, when so many make sense.
    #[must_use]
    pub fn idle(days: u16) -> Option<Self> {
        (1..=DAYS_MAX).contains(&days).then_some(Self::Idle { days })
    }

    /// The people of a campaign, when one can be called so.
    #[must_use]
    pub fn source(name: &str) -> Option<Self> {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let fits = (1..=SOURCE_MAX).contains(&name.len()) && name.bytes().all(letter);
        fits.then(|| Self::Source(name.to_owned()))
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => formatter.write_str("all"),
            Self::Paying => formatter.write_str("paying"),
            Self::Unpaid => formatter.write_str("unpaid"),
            Self::Idle { days } => write!(formatter, "idle:{days}"),
            Self::Language(language) => write!(formatter, "language:{}", language.code()),
            Self::Source(name) => write!(formatter, "source:{name}"),
        }
    }
}

impl FromStr for Segment {
    type Err = NoSegment;

    fn from_str(text: &str) -> Result<Self, NoSegment> {
        let found = match text.split_once(':') {
            None => match text {
                "all" => Some(Self::All),
                "paying" => Some(Self::Paying),
                "unpaid" => Some(Self::Unpaid),
                _ => None,
            },
            Some(("idle", days)) => days.parse().ok().and_then(Self::idle),
            Some(("language", code)) => Language::ALL
                .into_iter()
                .find(|language| language.code() == code)
                .map(Self::Language),
            Some(("source", name)) => Self::source(name),
            Some(_) => None,
        };
        found.ok_or(NoSegment)
    }
}

impl Serialize for Segment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Segment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn segments() -> impl Strategy<Value = Segment> {
        prop_oneof![
            Just(Segment::All),
            Just(Segment::Paying),
            Just(Segment::Unpaid),
            (1..=DAYS_MAX).prop_map(|days| Segment::Idle { days }),
            (0_usize..2).prop_map(|index| Segment::Language(Language::ALL[index])),
            "[A-Za-z0-9_-]{1,64}".prop_map(Segment::Source),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(segment in segments()) {
            prop_assert_eq!(segment.to_string().parse(), Ok(segment));
        }

        #[test]
        fn any_text_is_read_without_a_fault(text in ".{0,80}") {
            let _any = text.parse::<Segment>();
        }
    }

    #[test]
    fn nonsense_is_no_segment() {
        for text in
            ["", "al", "idle:0", "idle:9999", "idle:x", "language:de", "source:", "source:a b"]
        {
            assert_eq!(text.parse::<Segment>(), Err(NoSegment), "{text}");
        }
    }
}
