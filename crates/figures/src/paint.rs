//! Shapes and letters as SVG, and SVG as a picture.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

/// The letters: Latin and Cyrillic, in two weights.
const FONTS: [&[u8]; 2] =
    [include_bytes!("../assets/Roboto-Regular.ttf"), include_bytes!("../assets/Roboto-Bold.ttf")];

/// The width of every chart, in pixels: what a phone shows of it is a third of that wide.
pub const WIDTH: i64 = 1080;

/// The height of a chart with columns, in pixels.
pub const HEIGHT: i64 = 1000;

/// Free space at the left and at the right.
pub(crate) const MARGIN: i64 = 48;

/// The size of the title.
pub(crate) const TITLE: i64 = 52;

/// The size of the words that are read after the title.
pub(crate) const WORDS: i64 = 36;

/// The size of the smallest words: on a phone they are as big as those of a message.
pub(crate) const SMALL: i64 = 32;

pub(crate) const INK: &str = "#111827";
pub(crate) const FAINT: &str = "#6b7280";
pub(crate) const LINE: &str = "#e5e7eb";

/// A colour of what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// What went well.
    Good,
    /// What went wrong.
    Bad,
    /// The first of what is neither.
    First,
    /// The second.
    Second,
    /// What matters least.
    Rest,
}

impl Colour {
    /// The colour as red, green and blue.
    #[must_use]
    pub const fn rgb(self) -> [u8; 3] {
        match self {
            Self::Good => [0x16, 0xa3, 0x4a],
            Self::Bad => [0xdc, 0x26, 0x26],
            Self::First => [0x25, 0x63, 0xeb],
            Self::Second => [0xf5, 0x9e, 0x0b],
            Self::Rest => [0x9c, 0xa3, 0xaf],
        }
    }

    fn hex(self) -> String {
        let [red, green, blue] = self.rgb();
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

/// Why a picture could not be painted.
#[derive(Debug, thiserror::Error)]
pub enum Unpainted {
    /// What was drawn cannot be read.
    #[error("a chart cannot be read: {0}")]
    Unreadable(#[from] resvg::usvg::Error),
    /// The size is none, or the picture cannot be written.
    #[error("a chart cannot be written as a picture")]
    Unwritable,
}

/// Where a text stands from its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A text to be drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letters<'a> {
    pub(crate) text: &'a str,
    pub(crate) size: i64,
    pub(crate) colour: &'a str,
    pub(crate) anchor: Anchor,
    pub(crate) bold: bool,
}

impl<'a> Letters<'a> {
    pub(crate) fn new(text: &'a str, size: i64) -> Self {
        Self { text, size, colour: INK, anchor: Anchor::Start, bold: false }
    }

    pub(crate) fn faint(self) -> Self {
        Self { colour: FAINT, ..self }
    }

    pub(crate) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(crate) fn at(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

/// A drawing that is being made.
pub(crate) struct Sheet {
    height: i64,
    body: String,
}

impl Sheet {
    /// An empty sheet with a title and what stands under it.
    pub(crate) fn new(height: i64, title: &str, subtitle: &str) -> Self {
        let mut sheet = Self { height, body: String::new() };
        sheet.text(MARGIN, 88, Letters::new(title, TITLE).bold());
        sheet.text(MARGIN, 142, Letters::new(subtitle, WORDS).faint());
        sheet
    }

    // Writing into a string cannot fail.

    pub(crate) fn text(&mut self, x: i64, y: i64, letters: Letters<'_>) {
        let anchor = match letters.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if letters.bold { 700 } else { 400 };
        let _ = writeln!(
            self.body,
            r#"<text x="{x}" y="{y}" font-size="{}" font-weight="{weight}" fill="{}" text-anchor="{anchor}">{}</text>"#,
            letters.size,
            letters.colour,
            escaped(letters.text),
        );
    }

    pub(crate) fn bar(&mut self, [x, y, width, height]: [i64; 4], colour: Colour) {
        if width <= 0 || height <= 0 {
            return;
        }
        let fill = colour.hex();
        let _ = writeln!(
            self.body,
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>"#
        );
    }

    pub(crate) fn track(&mut self, [x, y, width, height]: [i64; 4]) {
        let _ = writeln!(
            self.body,
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{LINE}"/>"#
        );
    }

    pub(crate) fn dot(&mut self, x: i64, y: i64, colour: Colour) {
        let fill = colour.hex();
        let _ = writeln!(self.body, r#"<circle cx="{x}" cy="{y}" r="13" fill="{fill}"/>"#);
    }

    /// Says in the middle that there is nothing to show.
    pub(crate) fn nothing(&mut self, words: &str) {
        let (x, y) = (WIDTH / 2, (self.height + 160) / 2);
        self.text(x, y, Letters::new(words, WORDS).faint().at(Anchor::Middle));
    }

    pub(crate) fn svg(self) -> String {
        let Self { height, body } = self;
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" font-family="Roboto, sans-serif">
<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>
{body}</svg>"##
        )
    }
}

/// About how wide a text is.
pub(crate) fn width_of(text: &str, size: i64) -> i64 {
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX / size.max(1) / 100);
    count * size * 54 / 100
}

/// A text that is about so wide at most.
pub(crate) fn fitted(text: &str, size: i64, width: i64) -> String {
    if width_of(text, size) <= width {
        return text.to_owned();
    }
    let room = usize::try_from(width * 100 / (size * 54)).unwrap_or(0).saturating_sub(1);
    let kept: String = text.chars().take(room).collect();
    format!("{}…", kept.trim_end())
}

/// A number with spaces between its thousands.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    if number < 0 {
        text.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(letter),
        }
    }
    out
}

fn fonts() -> Arc<fontdb::Database> {
    static LOADED: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    Arc::clone(LOADED.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        for font in FONTS {
            fonts.load_font_data(font.to_vec());
        }
        fonts.set_sans_serif_family("Roboto");
        Arc::new(fonts)
    }))
}

/// Paints a chart as a PNG. It takes tens of milliseconds: give it a thread of its own.
///
/// # Errors
/// [`Unpainted`]; charts of this crate are always painted.
pub fn png(svg: &str) -> Result<Vec<u8>, Unpainted> {
    let options =
        Options { fontdb: fonts(), font_family: "Roboto".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options)?;
    let size = tree.size().to_int_size();
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or(Unpainted::Unwritable)?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|_| Unpainted::Unwritable)
}
