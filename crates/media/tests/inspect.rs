//! What bytes really are, told from tiny files that are built here by hand.

#![allow(clippy::unwrap_used, reason = "a broken expectation of a test is a failed test")]

use media::{Inspected, MediaKind, Unreadable, inspect};
use proptest::prelude::*;

fn be(value: u32) -> [u8; 4] {
    value.to_be_bytes()
}

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn iso_box(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).unwrap();
    join(&[&be(size), name, body])
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    join(&[head, &be(width), &be(height), &[8, 6, 0, 0, 0], &[0; 8]])
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let app0 = b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
    let (height, width) = (height.to_be_bytes(), width.to_be_bytes());
    join(&[app0, b"\xFF\xC0\0\x11\x08", &height, &width, &[3; 16], b"\xFF\xD9"])
}

fn gif(width: u16, height: u16) -> Vec<u8> {
    join(&[b"GIF89a", &width.to_le_bytes(), &height.to_le_bytes(), &[0, 0, 0, 0x3B]])
}

fn webp(width: u32, height: u32) -> Vec<u8> {
    let (width, height) = ((width - 1).to_le_bytes(), (height - 1).to_le_bytes());
    join(&[b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0", &width[..3], &height[..3], &[0; 8]])
}

fn track(handler: &[u8; 4], width: u32, height: u32) -> Vec<u8> {
    let tkhd = join(&[&[0; 76], &be(width << 16), &be(height << 16)]);
    let hdlr = iso_box(b"hdlr", &join(&[&[0; 8], handler, &[0; 12]]));
    iso_box(b"trak", &join(&[&iso_box(b"tkhd", &tkhd), &iso_box(b"mdia", &hdlr)]))
}

fn movie(brand: &[u8; 4], tracks: &[Vec<u8>]) -> Vec<u8> {
    let ftyp = iso_box(b"ftyp", &join(&[brand, &[0; 4], b"isom"]));
    let mvhd = iso_box(b"mvhd", &join(&[&[0; 12], &be(600), &be(3060), &[0; 80]]));
    let moov = iso_box(b"moov", &join(&[&mvhd, &tracks.concat()]));
    join(&[&ftyp, &iso_box(b"mdat", &[7; 40]), &moov])
}

fn wav(seconds: u32) -> Vec<u8> {
    let bytes = seconds * 16_000;
    let fmt = join(&[
        b"fmt \x10\0\0\0\x01\0\x01\0",
        &8000_u32.to_le_bytes(),
        &16_000_u32.to_le_bytes(),
        b"\x02\0\x10\0",
    ]);
    let data = vec![0; usize::try_from(bytes).unwrap()];
    let list = b"LIST\x03\0\0\0abc\0";
    let size = (bytes + 48).to_le_bytes();
    join(&[b"RIFF", &size, b"WAVE", &fmt, list, b"data", &bytes.to_le_bytes(), &data])
}

/// A frame of MPEG-1 layer III: 128 kbit/s at 44.1 kHz is 417 bytes and 1152 samples.
fn mp3_frame() -> Vec<u8> {
    join(&[b"\xFF\xFB\x90\x00", &[0; 413]])
}

fn ogg_page(granule: u64, packet: &[u8]) -> Vec<u8> {
    let length = u8::try_from(packet.len()).unwrap();
    let granule = granule.to_le_bytes();
    join(&[b"OggS\0\x02", &granule, b"\x01\0\0\0", &[0; 8], &[1, length], packet])
}

fn opus(seconds: u64) -> Vec<u8> {
    let head = b"OpusHead\x01\x01\x38\x01\x80\xBB\0\0\0\0\0";
    let end = 312 + seconds * 48_000;
    join(&[&ogg_page(0, head), &ogg_page(u64::MAX, b"x"), &ogg_page(end, b"y")])
}

fn flac(samples: u64) -> Vec<u8> {
    let packed = (44_100_u64 << 44) | (1 << 41) | (15 << 36) | samples;
    join(&[b"fLaC\0\0\0\x22", &[0; 10], &packed.to_be_bytes(), &[0; 16]])
}

fn webm(doctype: &[u8; 4]) -> Vec<u8> {
    join(&[b"\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42\x82\x84", doctype, &[0; 40]])
}

fn found(bytes: &[u8]) -> Inspected {
    let inspected = inspect(bytes).unwrap();
    assert!(media::MIMES.contains(&inspected.mime), "{}", inspected.mime);
    assert_eq!(inspected.bytes, u64::try_from(bytes.len()).unwrap());
    inspected
}

fn size(bytes: &[u8]) -> (MediaKind, &'static str, &'static str, Option<(u32, u32)>) {
    let Inspected { kind, mime, extension, width, height, .. } = found(bytes);
    (kind, mime, extension, width.zip(height))
}

fn length(bytes: &[u8]) -> (MediaKind, &'static str, &'static str, Option<u64>) {
    let Inspected { kind, mime, extension, duration_ms, .. } = found(bytes);
    (kind, mime, extension, duration_ms)
}

#[test]
fn pictures_are_recognised_with_their_size() {
    let image = MediaKind::Image;
    assert_eq!(size(&png(640, 480)), (image, "image/png", "png", Some((640, 480))));
    assert_eq!(size(&jpeg(1280, 720)), (image, "image/jpeg", "jpg", Some((1280, 720))));
    assert_eq!(size(&gif(32, 16)), (image, "image/gif", "gif", Some((32, 16))));
    assert_eq!(size(&webp(300, 200)), (image, "image/webp", "webp", Some((300, 200))));
}

#[test]
fn a_picture_that_claims_to_be_huge_is_measured_not_decoded() {
    assert_eq!(found(&png(2_000_000_000, 2_000_000_000)).width, Some(2_000_000_000));
}

#[test]
fn films_are_recognised_with_size_and_duration() {
    let tracks = [track(b"soun", 0, 0), track(b"vide", 1920, 1080)];
    let mp4 = movie(b"isom", &tracks);
    assert_eq!(size(&mp4), (MediaKind::Video, "video/mp4", "mp4", Some((1920, 1080))));
    assert_eq!(found(&mp4).duration_ms, Some(5100));
    let mov = movie(b"qt  ", &tracks);
    assert_eq!(size(&mov), (MediaKind::Video, "video/quicktime", "mov", Some((1920, 1080))));
}

#[test]
fn an_old_mov_without_a_type_box_is_recognised() {
    let whole = movie(b"qt  ", &[track(b"vide", 320, 240)]);
    assert_eq!(found(&whole[20..]).mime, "video/quicktime");
}

#[test]
fn a_film_of_sound_alone_is_sound() {
    let sound = [track(b"soun", 0, 0)];
    let expected = (MediaKind::Audio, "audio/mp4", "m4a", Some(5100));
    assert_eq!(length(&movie(b"M4A ", &sound)), expected);
    assert_eq!(length(&movie(b"isom", &sound)), expected);
}

#[test]
fn the_long_form_of_boxes_and_headers_is_read() {
    let mvhd = join(&[&[1, 0, 0, 0], &[0; 16], &be(1000), &0_u64.to_be_bytes()[..7], &[9; 1]]);
    let tkhd = join(&[&[1], &[0; 87], &be(64 << 16), &be(48 << 16)]);
    let hdlr = iso_box(b"hdlr", &join(&[&[0; 8], b"vide"]));
    let trak = join(&[&iso_box(b"tkhd", &tkhd), &iso_box(b"mdia", &hdlr)]);
    let moov = join(&[&iso_box(b"mvhd", &mvhd), &iso_box(b"trak", &trak)]);
    let size = u64::try_from(moov.len() + 16).unwrap().to_be_bytes();
    let file = join(&[&iso_box(b"ftyp", b"mp42\0\0\0\0"), &be(1), b"moov", &size, &moov]);
    let inspected = found(&file);
    assert_eq!((inspected.width, inspected.height), (Some(64), Some(48)));
    assert_eq!(inspected.duration_ms, Some(9));
}

#[test]
fn sounds_are_recognised_with_their_duration() {
    let audio = MediaKind::Audio;
    assert_eq!(length(&wav(3)), (audio, "audio/wav", "wav", Some(3000)));
    assert_eq!(length(&opus(7)), (audio, "audio/ogg", "ogg", Some(7000)));
    assert_eq!(length(&flac(88_200)), (audio, "audio/flac", "flac", Some(2000)));
    let frames = mp3_frame().repeat(100);
    assert_eq!(length(&frames), (audio, "audio/mpeg", "mp3", Some(2612)));
}

#[test]
fn a_tag_before_the_sound_is_skipped() {
    let tag = join(&[b"ID3\x04\0\0\0\0\x01\x00", &[0xAA; 128]]);
    let file = join(&[&tag, &mp3_frame().repeat(10)]);
    assert_eq!(found(&file).duration_ms, Some(261));
}

#[test]
fn the_count_noted_by_the_encoder_is_believed() {
    let mut first = mp3_frame();
    first[36..48].copy_from_slice(b"Xing\0\0\0\x01\0\0\x03\xE8");
    assert_eq!(found(&join(&[&first, &mp3_frame()])).duration_ms, Some(26_122));
}

#[test]
fn webm_is_a_video_and_other_matroska_is_not_known() {
    assert_eq!(length(&webm(b"webm")), (MediaKind::Video, "video/webm", "webm", None));
    assert_eq!(inspect(&webm(b"matr")), Err(Unreadable::Unknown));
}

#[test]
fn other_files_are_not_known() {
    for bytes in
        [&b""[..], b"hello, world", b"%PDF-1.7\n", b"<html><body>", b"PK\x03\x04", b"MZ\x90"]
    {
        assert_eq!(inspect(bytes), Err(Unreadable::Unknown), "{bytes:?}");
    }
    let heic = iso_box(b"ftyp", b"heic\0\0\0\0mif1");
    assert_eq!(inspect(&heic), Err(Unreadable::Unknown));
    let theora = ogg_page(0, b"\x80theora");
    assert_eq!(inspect(&theora), Err(Unreadable::Unknown));
}

#[test]
fn a_file_cut_off_in_its_headers_is_damaged() {
    let mp4 = movie(b"isom", &[track(b"vide", 64, 64)]);
    for bytes in
        [&png(8, 8)[..18], &mp4[..60], &wav(1)[..40], &flac(5)[..12], b"ID3\x04\0\0\0\0\0\0"]
    {
        assert!(matches!(inspect(bytes), Err(Unreadable::Damaged(_))), "{bytes:?}");
    }
    assert!(matches!(inspect(&png(0, 8)), Err(Unreadable::Damaged(_))));
}

#[test]
fn the_stored_names_of_kinds_do_not_change() {
    let kinds = [MediaKind::Image, MediaKind::Video, MediaKind::Audio];
    assert_eq!(serde_json::to_string(&kinds).unwrap(), r#"["image","video","audio"]"#);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = inspect(&bytes);
    }

    #[test]
    fn no_damage_to_a_real_file_makes_it_panic(
        which in 0_usize..10,
        place in any::<prop::sample::Index>(),
        junk in proptest::collection::vec(any::<u8>(), 1..12),
        keep in any::<prop::sample::Index>(),
    ) {
        let tracks = [track(b"vide", 64, 64), track(b"soun", 0, 0)];
        let files = [
            png(9, 9), jpeg(9, 9), gif(9, 9), webp(9, 9), movie(b"isom", &tracks), wav(1),
            opus(2), flac(9), webm(b"webm"), mp3_frame().repeat(3),
        ];
        let mut bytes = files[which].clone();
        let at = place.index(bytes.len());
        for (offset, byte) in junk.into_iter().enumerate() {
            if let Some(target) = bytes.get_mut(at + offset) {
                *target = byte;
            }
        }
        bytes.truncate(keep.index(bytes.len()) + 1);
        let _ = inspect(&bytes);
    }
}

#[test]
fn a_picture_is_made_anew_in_another_type_and_smaller_and_always_the_same() {
    let page = image::RgbaImage::from_pixel(40, 20, image::Rgba([200, 10, 10, 0]));
    let mut png = std::io::Cursor::new(Vec::new());
    page.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let how = media::Refit { to: media::PictureType::Jpeg, percent: 50, stretch: None };
    let made = media::refit(png.get_ref(), how).unwrap();
    let found = media::inspect(&made).unwrap();
    assert_eq!((found.mime, found.width, found.height), ("image/jpeg", Some(20), Some(10)));
    assert_eq!(media::refit(png.get_ref(), how).unwrap(), made);
    let seen = image::load_from_memory(&made).unwrap().to_rgb8();
    assert!(seen.pixels().all(|pixel| pixel.0.iter().all(|part| *part > 250)), "white behind");
    assert!(media::refit(b"no picture", how).is_err());
}

#[test]
fn a_picture_that_is_too_long_keeps_its_middle() {
    let striped = |x: u32, _| image::Rgb([u8::try_from(x).unwrap(), 0, 0]);
    let wide = image::RgbImage::from_fn(100, 20, striped);
    let mut png = std::io::Cursor::new(Vec::new());
    wide.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let how = |stretch| media::Refit { to: media::PictureType::Png, percent: 100, stretch };
    let made = media::refit(png.get_ref(), how(Some(250))).unwrap();
    let seen = image::load_from_memory(&made).unwrap().to_rgb8();
    assert_eq!(seen.dimensions(), (50, 20));
    assert_eq!((seen.get_pixel(0, 0).0[0], seen.get_pixel(49, 19).0[0]), (25, 74));
    let tall = image::DynamicImage::from(wide.clone()).rotate90();
    let mut png_tall = std::io::Cursor::new(Vec::new());
    tall.write_to(&mut png_tall, image::ImageFormat::Png).unwrap();
    let made = media::refit(png_tall.get_ref(), how(Some(100))).unwrap();
    let found = media::inspect(&made).unwrap();
    assert_eq!((found.width, found.height), (Some(20), Some(20)));
    let whole = media::refit(png.get_ref(), how(Some(500))).unwrap();
    assert_eq!(media::inspect(&whole).unwrap().width, Some(100));
}

#[test]
fn a_picture_that_unfolds_into_too_much_is_left_alone() {
    // A PNG whose header claims 20000 x 20000 pixels and that holds none.
    let mut bomb = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR".to_vec();
    bomb.extend_from_slice(&20_000_u32.to_be_bytes());
    bomb.extend_from_slice(&20_000_u32.to_be_bytes());
    bomb.extend_from_slice(&[8, 2, 0, 0, 0, 0, 0, 0, 0]);
    let how = media::Refit { to: media::PictureType::Png, percent: 100, stretch: None };
    assert!(media::refit(&bomb, how).is_err());
}
