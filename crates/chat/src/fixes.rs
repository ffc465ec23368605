//! Pictures that break a rule of a model and can be made to fit: another type, a smaller size, the
//! middle of one that is too long and narrow.
//!
//! The fix is part of the picture's source, so that the order remembers it, and the bytes are made
//! anew wherever they are fetched.

use std::time::Duration;

use bytes::Bytes;
use catalog::{Fault, FieldKind, FileInput};
use media::{MediaKind, PictureType, Refit};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::files::{self, FileFailure, FileSource};
use crate::links::LINK_MAX_BYTES;
use crate::view::FileTrouble;

/// What a fixed picture's source begins with; no `file_id` and no link does.
const MARK: &str = "fixed|";

/// How small a picture is tried, one after the other, until it is light enough.
const PERCENTS: [u8; 6] = [100, 80, 60, 45, 30, 20];

/// Whether the fault of a picture is one that can be mended.
pub(crate) fn can_be_fixed(kind: &FieldKind, file: &FileInput, fault: &Fault) -> bool {
    let wanted = matches!(kind, FieldKind::Files { media: MediaKind::Image, .. });
    let picture = file.kind == MediaKind::Image && !file.source.starts_with(MARK);
    let mendable = matches!(
        fault,
        Fault::FileType { .. }
            | Fault::FileTooBig { .. }
            | Fault::FrameTooBig { .. }
            | Fault::FrameTooLong { .. }
    );
    wanted && picture && mendable && target(kind).is_some()
}

/// The type to make: one that the field takes.
fn target(kind: &FieldKind) -> Option<PictureType> {
    let FieldKind::Files { accept, .. } = kind else { return None };
    let takes = |mime: &str| accept.iter().any(|one| one == mime);
    match (takes("image/jpeg"), takes("image/png")) {
        (true, _) => Some(PictureType::Jpeg),
        (false, true) => Some(PictureType::Png),
        (false, false) => None,
    }
}

/// How long the picture may be, in hundredths of its short side.
fn stretch(kind: &FieldKind) -> Option<u32> {
    let FieldKind::Files { frame: Some(frame), .. } = kind else { return None };
    (frame.stretch? * Decimal::ONE_HUNDRED).floor().to_u32()
}

/// The original of a fixed picture's source, and what is done to it.
pub(crate) fn original(source: &str) -> Option<(Refit, &str)> {
    let mut parts = source.strip_prefix(MARK)?.splitn(3, '|');
    let to = match parts.next()? {
        "jpeg" => PictureType::Jpeg,
        "png" => PictureType::Png,
        _ => return None,
    };
    let sides = parts.next()?;
    let (percent, stretch) = match sides.split_once('x') {
        Some((percent, stretch)) => (percent, Some(stretch.parse().ok()?)),
        None => (sides, None),
    };
    let percent = percent.parse().ok().filter(|percent| (1..=100).contains(percent))?;
    Some((Refit { to, percent, stretch }, parts.next()?))
}

fn source(how: Refit, original: &str) -> String {
    let to = match how.to {
        PictureType::Jpeg => "jpeg",
        PictureType::Png => "png",
    };
    let stretch = how.stretch.map(|stretch| format!("x{stretch}")).unwrap_or_default();
    format!("{MARK}{to}|{}{stretch}|{original}", how.percent)
}

/// Makes a picture anew, away from the threads that serve people.
pub(crate) async fn remade(bytes: Bytes, how: Refit) -> Result<Bytes, FileFailure> {
    let made = tokio::task::spawn_blocking(move || media::refit(&bytes, how)).await;
    match made {
        Ok(Ok(made)) => Ok(made.into()),
        Ok(Err(_)) | Err(_) => Err(FileFailure::Trouble(FileTrouble::Damaged)),
    }
}

/// Fetches a picture and finds how to make it fit into a field.
pub(crate) async fn fix(
    files: &dyn FileSource,
    broken: &FileInput,
    kind: &FieldKind,
) -> Result<Result<FileInput, FileTrouble>, Duration> {
    let Some(to) = target(kind) else { return Ok(Err(FileTrouble::Damaged)) };
    let bytes = match files.fetch(&broken.source, LINK_MAX_BYTES).await {
        Ok(bytes) => bytes,
        Err(FileFailure::Trouble(trouble)) => return Ok(Err(trouble)),
        Err(FileFailure::NotNow(pause)) => return Err(pause),
    };
    for percent in PERCENTS {
        let how = Refit { to, percent, stretch: stretch(kind) };
        let Ok(made) = remade(bytes.clone(), how).await else {
            return Ok(Err(FileTrouble::Damaged));
        };
        let fixed = files::inspected(&source(how, &broken.source), &made, None);
        match fixed {
            Ok(fixed) => match kind.check_file(&fixed) {
                Err(Fault::FileTooBig { .. } | Fault::FrameTooBig { .. }) => {}
                // What else is wrong with it is said where it is taken.
                Ok(()) | Err(_) => return Ok(Ok(fixed)),
            },
            Err(trouble) => return Ok(Err(trouble)),
        }
    }
    Ok(Err(FileTrouble::Damaged))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fix_is_read_from_the_source_that_it_wrote() {
        for to in [PictureType::Jpeg, PictureType::Png] {
            for (percent, stretch) in
                PERCENTS.into_iter().zip([None, Some(249)].into_iter().cycle())
            {
                let how = Refit { to, percent, stretch };
                let link = "https://a.example/x|y.png";
                assert_eq!(original(&source(how, link)), Some((how, link)));
            }
        }
        let others = [
            "AgACAgIAAx",
            "fixed|gif|50|a",
            "fixed|png|0|a",
            "fixed|png|101|a",
            "fixed|png|50x|a",
            "fixed|",
        ];
        for other in others {
            assert_eq!(original(other), None, "{other}");
        }
    }
}
