use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use media::MediaKind;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::condition::When;
use crate::{Answer, Localized};

/// One input of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name that KIE knows; unique within the model.
    pub name: String,
    /// What is asked for, with its limits.
    pub kind: FieldKind,
    /// Whether an input without it is refused (while the field is shown).
    pub required: bool,
    /// What is taken, shown and sent when nobody answered; always a valid answer.
    pub default: Option<Answer>,
    /// A short name for buttons and the summary.
    pub label: Localized,
    /// The question, with what the values mean.
    pub hint: Localized,
    /// When the person is asked.
    pub asked: Asked,
    /// What an earlier result must give, for [`Asked::EarlierResult`].
    pub from: Option<Earlier>,
    /// Whether KIE gets the value; one that it does not get is only there for the price.
    pub sent: bool,
    pub(crate) shown_when: When,
    pub(crate) required_when: Option<When>,
    pub(crate) max_when: Vec<MaxWhen>,
    pub(crate) fixed: Option<Fixed>,
}

/// The only value that makes sense beside some answers: nobody is asked then.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fixed {
    pub(crate) when: When,
    pub(crate) to: Answer,
}

/// A lower limit of a text's length or of a whole number under a condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MaxWhen {
    pub(crate) when: When,
    pub(crate) max: u32,
}

/// Where the value of a field comes from that only an earlier result can give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// What is taken from the result.
    pub id: EarlierId,
    /// The ids of the models whose results can give it; never empty.
    pub models: Vec<String>,
    /// What must have been chosen for the earlier order, by field, defaults included.
    pub when: BTreeMap<String, String>,
}

impl Earlier {
    /// Whether it names something of the result, and not only what was answered.
    pub(crate) fn is_of_the_result(&self) -> bool {
        !matches!(self.id, EarlierId::Answer(_))
    }
}

/// What a model makes for other models: KIE keeps it and gives its id, and there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The voice and the manner of a song.
    Persona,
    /// A voice that speaks or sings.
    Voice,
    /// Somebody who can appear in videos.
    Character,
}

/// What the words of a result are, when a person is handed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Writes {
    /// Texts of songs, to choose from.
    Lyrics,
    /// The text of one song with the time of each line.
    TimedLyrics,
    /// A style of music, described at length.
    Style,
    /// The notes of one song.
    Notes,
}

/// What an earlier result gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EarlierId {
    /// KIE's id of the task.
    Task,
    /// The id of one piece of music among the results of the task.
    Audio,
    /// The id of what the task made for other models.
    Likeness(Likeness),
    /// The words themselves, one of several texts.
    Words,
    /// The title of those words.
    Title,
    /// The place of the chosen output among those of the task, from 0.
    OutputIndex,
    /// The numbers of chosen parts of a picture.
    Masks,
    /// What was answered to that field of the earlier model, default included.
    Answer(String),
}

/// When a person is asked for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// One by one before the summary: required content.
    First,
    /// On the summary, with its default when it has one; may be left alone.
    Option,
    /// Not at all: technical. Its default is sent when it has one, answers to it are ignored.
    Never,
    /// Not by a question: the program fills it in from an earlier result, see [`Field::from`].
    EarlierResult,
}

/// What a field holds, with its limits.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// Free text; lengths count Unicode scalar values. Spaces around it count towards `max`, not
    /// towards `min`.
    Text {
        /// Fewest characters.
        min: u32,
        /// Most characters (a condition may lower it: see [`crate::Model::text_max`]).
        max: u32,
    },
    /// A whole number.
    Integer {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
        /// Distance between allowed values, counted from `min`.
        step: i64,
    },
    /// A decimal number.
    Number {
        /// Smallest value.
        min: Decimal,
        /// Largest value.
        max: Decimal,
        /// Distance between allowed values, counted from `min`; any when `None`.
        step: Option<Decimal>,
    },
    /// Yes or no.
    Switch,
    /// One of a closed list.
    Choice {
        /// What can be chosen; the default stands first when the list is long.
        options: Vec<ChoiceOption>,
        /// The JSON type of the value in the payload.
        wire: Wire,
    },
    /// Pictures, videos or sounds.
    Files {
        /// What the files must be.
        media: MediaKind,
        /// Fewest files when any is given.
        min: u8,
        /// Most files.
        max: u8,
        /// Most bytes of one file.
        max_bytes: u64,
        /// Accepted types, such as `image/png`; never empty.
        accept: Vec<String>,
        /// How the links are sent.
        shape: FileShape,
        /// Allowed duration of one file in milliseconds.
        duration_ms: Option<RangeInclusive<u64>>,
        /// What its sides may be.
        frame: Option<Frame>,
    },
    /// Several entries of the same form: lines of a dialogue, shots of a video.
    Items {
        /// What one entry holds, in the order in which it is asked.
        fields: Vec<Field>,
        /// Fewest entries when any is given.
        min: u8,
        /// Most entries.
        max: u8,
    },
    /// Several plain values: texts or whole numbers.
    Values {
        /// What one value is: a text, an integer or a number.
        of: Box<FieldKind>,
        /// Fewest values when any is given.
        min: u8,
        /// Most values.
        max: u8,
    },
    /// Known to exist, but of a form that nobody can be asked for; never sent.
    Opaque,
}

/// What the sides of a picture or a video may be, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The shortest that a side may be.
    pub min_side: u32,
    /// The longest that a side may be.
    pub max_side: u32,
    /// The long side is at most so many times the short one.
    pub stretch: Option<Decimal>,
}

/// One value of a closed list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceOption {
    /// The value that KIE knows.
    pub value: String,
    /// What the person reads.
    pub label: Localized,
}

/// The JSON type of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// `"5"`.
    Text,
    /// `5`.
    Integer,
    /// `5` or `0.5`.
    Number,
}

/// How the links to files are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileShape {
    /// One string.
    One,
    /// A list of strings, also for a single file.
    List,
}
