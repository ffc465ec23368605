use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgba};

use crate::Unreadable;

/// The longest side that is decoded.
const SIDE_MAX: u32 = 16_384;

/// The most bytes of decoded pixels: a small file that unfolds into more is left alone.
const PIXEL_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// How much of a photograph's detail is kept.
const JPEG_QUALITY: u8 = 90;

/// How a picture is made anew. The same bytes give the same picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refit {
    /// The type that it gets.
    pub to: PictureType,
    /// The length of its sides in per cent of what they were, 1 to 100.
    pub percent: u8,
    /// The long side is cut at both ends to so many hundredths of the short one, where it is longer.
    pub stretch: Option<u32>,
}

/// A type that pictures are made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureType {
    /// For photographs; what was transparent becomes white.
    Jpeg,
    /// Without loss.
    Png,
}

/// Makes a picture anew: upright, in another type, cut, smaller.
///
/// # Errors
/// [`Unreadable`] when it cannot be decoded, or is too big to be.
pub fn refit(bytes: &[u8], how: Refit) -> Result<Vec<u8>, Unreadable> {
    let damaged = Unreadable::Damaged("the picture cannot be decoded");
    let picture = decoded(bytes).ok_or(damaged)?;
    let picture = cut(picture, how.stretch);
    let side = |side: u32| (side.saturating_mul(u32::from(how.percent.clamp(1, 100))) / 100).max(1);
    let picture = if how.percent < 100 {
        let (width, height) = (side(picture.width()), side(picture.height()));
        picture.resize_exact(width, height, FilterType::Triangle)
    } else {
        picture
    };
    let mut made = Cursor::new(Vec::new());
    let written = match how.to {
        PictureType::Jpeg => {
            let encoder = JpegEncoder::new_with_quality(&mut made, JPEG_QUALITY);
            on_white(picture).to_rgb8().write_with_encoder(encoder)
        }
        PictureType::Png => picture.write_to(&mut made, ImageFormat::Png),
    };
    written.map_err(|_| damaged)?;
    Ok(made.into_inner())
}

/// The middle of a picture that is too long and narrow.
fn cut(picture: DynamicImage, stretch: Option<u32>) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let Some(stretch) = stretch.map(|stretch| u64::from(stretch.max(100))) else { return picture };
    let longest = u64::from(width.min(height)) * stretch / 100;
    let longest = u32::try_from(longest).unwrap_or(u32::MAX);
    if width > longest {
        picture.crop_imm((width - longest) / 2, 0, longest, height)
    } else if height > longest {
        picture.crop_imm(0, (height - longest) / 2, width, longest)
    } else {
        picture
    }
}

fn decoded(bytes: &[u8]) -> Option<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(PIXEL_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    if decoder.total_bytes() > PIXEL_BYTES_MAX {
        return None;
    }
    let orientation = decoder.orientation().ok()?;
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    picture.apply_orientation(orientation);
    Some(picture)
}

fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture;
    }
    let picture = picture.to_rgba8();
    let white = Rgba([255, 255, 255, 255]);
    let mut page = image::RgbaImage::from_pixel(picture.width(), picture.height(), white);
    image::imageops::overlay(&mut page, &picture, 0, 0);
    DynamicImage::ImageRgba8(page)
}
