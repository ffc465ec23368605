//! Pictures with the prompt on a gradient, so that a person sees which task made which file.

use bytes::Bytes;
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb},
};
use std::{
    fmt::Write as _,
    sync::{Arc, OnceLock},
};

const FONT: &[u8] = include_bytes!("../../assets/DejaVuSans.ttf");
const LONG_SIDE: u32 = 640;
const SHORT_SIDE_MIN: u32 = 160;
const LINES_MAX: usize = 12;

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Size {
    /// The shape that an `aspect_ratio` or `image_size` means: `16:9`, `portrait_4_3`,
    /// `1024x768`, `square_hd`; anything else is a square. The long side is 640 pixels.
    pub(super) fn of_ratio(ratio: &str) -> Self {
        let numbers: Vec<u32> = ratio
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|part| part.parse().ok())
            .filter(|n| (1..=10_000).contains(n))
            .collect();
        let (mut across, mut down) = match numbers.as_slice() {
            [across, down, ..] => (*across, *down),
            _ if ratio.starts_with("landscape") => (3, 2),
            _ if ratio.starts_with("portrait") => (2, 3),
            _ => (1, 1),
        };
        if (ratio.starts_with("portrait") && across > down)
            || (ratio.starts_with("landscape") && across < down)
        {
            std::mem::swap(&mut across, &mut down);
        }
        let short = |small: u32, big: u32| (LONG_SIDE * small / big).max(SHORT_SIDE_MIN) & !1;
        match across >= down {
            true => Self { width: LONG_SIDE, height: short(down, across) },
            false => Self { width: short(across, down), height: LONG_SIDE },
        }
    }
}

fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    Arc::clone(FONTS.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        fonts.load_font_data(FONT.to_vec());
        Arc::new(fonts)
    }))
}

fn escaped(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{FFFE}' | '\u{FFFF}' => {}
            _ => out.push(c),
        }
        out
    })
}

/// Lines of at most `width` characters; a word that is longer is cut.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let letters: Vec<char> = word.chars().collect();
            for piece in letters.chunks(width) {
                let room = width.saturating_sub(line.chars().count() + 1);
                if !line.is_empty() && piece.len() > room {
                    lines.push(std::mem::take(&mut line));
                }
                if !line.is_empty() {
                    line.push(' ');
                }
                line.extend(piece);
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    if lines.len() > LINES_MAX {
        lines.truncate(LINES_MAX);
        lines.push("…".to_owned());
    }
    lines
}

fn svg(text: &str, size: Size, number: usize) -> String {
    let Size { width, height } = size;
    let seed = text.chars().fold(7_u32, |sum, c| sum.wrapping_mul(31).wrapping_add(c.into()));
    let turn = u32::try_from(number).unwrap_or_default().wrapping_mul(67);
    let (from, to) = (seed.wrapping_add(turn) % 360, seed.wrapping_add(turn + 80) % 360);
    let font = (width / 20).clamp(14, 30);
    let columns = usize::try_from(width * 10 / (font * 6)).unwrap_or(20).saturating_sub(2).max(6);
    let lines = wrapped(text, columns);
    let step = font * 4 / 3;
    let rows = u32::try_from(lines.len()).unwrap_or_default();
    let top = (height.saturating_sub(rows * step)) / 2 + font;
    let mut body = String::new();
    for (row, line) in (0_u32..).zip(&lines) {
        let y = top + row * step;
        // Writing into a string cannot fail.
        let _ = write!(
            body,
            r#"<text x="{x}" y="{y}" text-anchor="middle">{line}</text>"#,
            x = width / 2,
            line = escaped(line),
        );
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">
<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">
<stop offset="0" stop-color="hsl({from},70%,35%)"/><stop offset="1" stop-color="hsl({to},70%,20%)"/>
</linearGradient></defs>
<rect width="{width}" height="{height}" fill="url(#g)"/>
<circle cx="{cx}" cy="{cy}" r="{r}" fill="#ffffff" fill-opacity="0.12"/>
<g font-family="DejaVu Sans" font-size="{font}" fill="#ffffff">{body}</g>
<text x="8" y="{bottom}" font-family="DejaVu Sans" font-size="12" fill="#ffffff">sandbox #{label}</text>
</svg>"##,
        cx = width * 3 / 4,
        cy = height / 4,
        r = width.min(height) / 4,
        bottom = height - 8,
        label = number + 1,
    )
}

/// Draws the text; empty when the drawing fails, which the log tells.
pub(super) fn draw(text: &str, size: Size, number: usize) -> Bytes {
    let options =
        Options { fontdb: fonts(), font_family: "DejaVu Sans".to_owned(), ..Options::default() };
    let tree = match Tree::from_str(&svg(text, size, number), &options) {
        Ok(tree) => tree,
        Err(why) => {
            tracing::error!(%why, "a picture of the emulator does not parse");
            return Bytes::new();
        }
    };
    let Some(mut pixels) = Pixmap::new(size.width, size.height) else { return Bytes::new() };
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_or_else(|_| Bytes::new(), Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_make_shapes() {
        let shape = |ratio| {
            let size = Size::of_ratio(ratio);
            (size.width, size.height)
        };
        assert_eq!(shape("16:9"), (640, 360));
        assert_eq!(shape("9:16"), (360, 640));
        assert_eq!(shape("portrait_4_3"), (480, 640));
        assert_eq!(shape("landscape_16_9"), (640, 360));
        assert_eq!(shape("1024x1024"), (640, 640));
        assert_eq!(shape("auto"), (640, 640));
    }

    #[test]
    fn a_picture_is_a_png_with_more_than_one_colour() {
        let size = Size::of_ratio("3:2");
        let png = draw("Кот & собака <читают> газету\u{1} очень-очень долго", size, 0);
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
        let pixels = Pixmap::decode_png(&png).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (size.width, size.height));
        let colours: std::collections::HashSet<_> =
            pixels.pixels().iter().map(|p| (p.red(), p.green(), p.blue())).collect();
        assert!(colours.len() > 100, "{} colours", colours.len());
        let white = pixels.pixels().iter().filter(|p| p.red() > 250 && p.green() > 250).count();
        assert!(white > 300, "the text is drawn: {white} white pixels");
    }

    #[test]
    fn long_words_are_cut_and_long_texts_end() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped(&"word ".repeat(500), 10).len(), LINES_MAX + 1);
    }
}
