use rust_decimal::Decimal;

/// What is wrong with an answer, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing was given, and something must be.
    Missing,
    /// An answer of another kind: a file where a text is wanted, say.
    WrongKind,
    /// Too few characters.
    TooShort {
        /// Fewest allowed.
        min: u32,
        /// How many there are.
        got: u32,
    },
    /// Too many characters.
    TooLong {
        /// Most allowed.
        max: u32,
        /// How many there are.
        got: u32,
    },
    /// A number below the range.
    TooSmall {
        /// Smallest allowed.
        min: Decimal,
    },
    /// A number above the range.
    TooLarge {
        /// Largest allowed.
        max: Decimal,
    },
    /// A number between two allowed ones.
    OffStep {
        /// Distance between allowed numbers, from the smallest.
        step: Decimal,
    },
    /// Not one of the listed values.
    NotAChoice,
    /// Not enough files.
    TooFewFiles {
        /// Fewest allowed.
        min: u8,
    },
    /// More files than allowed.
    TooManyFiles {
        /// Most allowed.
        max: u8,
    },
    /// One file is too heavy.
    FileTooBig {
        /// Most bytes of one file.
        max_bytes: u64,
    },
    /// A file of a kind or type that the model does not take.
    FileType {
        /// Types that it takes, such as `image/png`.
        accept: Vec<String>,
    },
    /// A side of a picture or a video has too few pixels.
    FrameTooSmall {
        /// Fewest allowed.
        min: u32,
    },
    /// A side of a picture or a video has too many pixels.
    FrameTooBig {
        /// Most allowed.
        max: u32,
    },
    /// A picture or a video is too long and narrow.
    FrameTooLong {
        /// The long side may be at most so many times the short one.
        stretch: Decimal,
    },
    /// A video or sound is too short.
    MediaTooShort {
        /// Shortest allowed, in milliseconds.
        min_ms: u64,
    },
    /// A video or sound is too long.
    MediaTooLong {
        /// Longest allowed, in milliseconds.
        max_ms: u64,
    },
    /// Not enough entries of a list.
    TooFewItems {
        /// Fewest allowed.
        min: u8,
    },
    /// More entries of a list than allowed.
    TooManyItems {
        /// Most allowed.
        max: u8,
    },
    /// One entry of a list is wrong.
    InItem {
        /// Which one, from 1.
        place: u8,
        /// The name of the field inside the entry; `None` when the entry is a plain value.
        field: Option<String>,
        /// What is wrong with it.
        fault: Box<Fault>,
    },
    /// Two answers that exclude each other.
    Conflict {
        /// The name of the other field.
        with: String,
    },
    /// The file has no uploaded copy to send; a fault of the program, not of the person.
    NotUploaded,
}
