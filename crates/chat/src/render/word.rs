use catalog::{Fault, Field, FieldKind, Model};
use media::MediaKind;
use rust_decimal::Decimal;

use crate::answer;
use crate::desk::Context;
use crate::render::{Pen, bonus, free, ideas};
use crate::texts::{Arg, Key};
use crate::view::{FileTrouble, Word};

/// The line above a screen.
pub(super) fn line(pen: &Pen<'_>, context: &Context<'_>, word: &Word) -> String {
    let plain = |key| pen.say(key, &[]);
    match word {
        Word::Stale => plain(Key::RefusalStale),
        Word::NotUnderstood => plain(Key::RefusalNotUnderstood),
        Word::FileUnasked => plain(Key::RefusalFileUnasked),
        Word::UseButtons => plain(Key::RefusalUseButtons),
        Word::Fault { model, field, fault: found } => match context.desk.catalog.model(model) {
            Some(model) => fault(pen, model, field, found),
            None => plain(Key::RefusalNoModel),
        },
        Word::File(trouble) => file(pen, *trouble),
        Word::AlbumCut(taken) => {
            let count = i64::try_from(*taken).unwrap_or(i64::MAX);
            pen.say(Key::RefusalAlbumCut, &[("count", Arg::Number(count))])
        }
        Word::NotSold { model } => {
            let reason = context.desk.catalog.model(model).and_then(|model| match model.sale() {
                catalog::Sale::OnSale => None,
                catalog::Sale::NotSold { reason, .. } => {
                    Some(reason.get(pen.language()).to_owned())
                }
            });
            let reason = reason.unwrap_or_else(|| pen.why_not(model));
            let args = [("model", pen.model_name(model).into()), ("reason", reason.into())];
            pen.say(Key::RefusalNotSold, &args)
        }
        Word::NoModel => plain(Key::RefusalNoModel),
        Word::Repriced(price) => pen.say(Key::RefusalRepriced, &[("price", (*price).into())]),
        Word::Short(missing) => pen.say(Key::RefusalShortWord, &[("missing", (*missing).into())]),
        Word::NoPrice => plain(Key::RefusalNoPrice),
        Word::Free(word) => free::word(pen, context, *word),
        Word::Closed => match &pen.desk.rules.closed_words {
            Some(words) => pen.say(Key::RefusalClosedWords, &[("words", words.as_str().into())]),
            None => plain(Key::RefusalClosed),
        },
        Word::ModelChanged => plain(Key::RefusalModelChanged),
        Word::NotOffered => plain(Key::RefusalNotOffered),
        Word::VoiceNotRead => plain(Key::RefusalVoiceNotRead),
        Word::NothingToContinue => plain(Key::RefusalNothingToContinue),
        Word::Dropped => plain(Key::NoticeDropped),
        Word::NoSuchOrder => plain(Key::RefusalNoSuchOrder),
        Word::AlreadyPlaced => plain(Key::NoticeAlreadyPlaced),
        Word::Resent => plain(Key::NoticeResent),
        Word::NothingToResend => plain(Key::RefusalNothingToResend),
        // The order below says what becomes of the money.
        Word::Cancelled(_) => plain(Key::NoticeCancelledWord),
        Word::CancelNoted(_) => plain(Key::NoticeCancelNotedWord),
        Word::TooLateToCancel => plain(Key::RefusalTooLateToCancel),
        Word::TopUp(word) => crate::topup::render::line(pen, word),
        Word::Journey(said) => crate::journey::render::line(pen, said),
        Word::Bonus(said) => bonus::said(pen, said),
        Word::Idea(word) => ideas::word(pen, word),
    }
}

fn file(pen: &Pen<'_>, trouble: FileTrouble) -> String {
    match trouble {
        FileTrouble::TooBig { megabytes } => {
            let megabytes = i64::try_from(megabytes).unwrap_or(i64::MAX);
            pen.say(Key::RefusalFileOverTelegram, &[("megabytes", Arg::Number(megabytes))])
        }
        FileTrouble::LinkTooBig { megabytes } => {
            let megabytes = i64::try_from(megabytes).unwrap_or(i64::MAX);
            pen.say(Key::RefusalFileTooBig, &[("megabytes", Arg::Number(megabytes))])
        }
        FileTrouble::LinkRefused => pen.say(Key::RefusalLink, &[]),
        FileTrouble::LinkGone => pen.say(Key::RefusalLinkGone, &[]),
        FileTrouble::Gone => pen.say(Key::RefusalFileGone, &[]),
        FileTrouble::Unknown => pen.say(Key::RefusalFileUnknown, &[]),
        FileTrouble::Damaged => pen.say(Key::RefusalFileDamaged, &[]),
    }
}

/// What is wrong with an answer, and what would be right.
pub(super) fn fault(pen: &Pen<'_>, model: &Model, name: &str, fault: &Fault) -> String {
    let language = pen.language();
    let field = model.field_at(name);
    let label = field.map_or(name, |field| field.label.get(language));
    let number = |value: Decimal| Arg::Text(answer::number(value, language));
    let seconds = |ms: u64| number(Decimal::from(ms) / Decimal::ONE_THOUSAND);
    let say = |key, args: &[(&'static str, Arg)]| {
        let mut all = vec![("label", Arg::from(label))];
        all.extend_from_slice(args);
        pen.say(key, &all)
    };
    match fault {
        Fault::Missing => say(Key::RefusalMissing, &[]),
        Fault::WrongKind => say(wrong_kind(field), &[]),
        Fault::TooShort { min, got } => say(
            Key::RefusalTooShort,
            &[("min", Arg::Number((*min).into())), ("got", Arg::Number((*got).into()))],
        ),
        Fault::TooLong { max, got } => say(
            Key::RefusalTooLong,
            &[("max", Arg::Number((*max).into())), ("got", Arg::Number((*got).into()))],
        ),
        Fault::TooSmall { min } => say(Key::RefusalTooSmall, &[("min", number(*min))]),
        Fault::TooLarge { max } => say(Key::RefusalTooLarge, &[("max", number(*max))]),
        Fault::OffStep { step } => say(Key::RefusalOffStep, &[("step", number(*step))]),
        Fault::NotAChoice => say(Key::RefusalNotAChoice, &[]),
        Fault::TooFewItems { min } => {
            say(Key::RefusalTooFewItems, &[("min", Arg::Number((*min).into()))])
        }
        Fault::TooManyItems { max } => {
            say(Key::RefusalTooManyItems, &[("max", Arg::Number((*max).into()))])
        }
        Fault::InItem { place, field: inside, fault: inner } => {
            let path = inside.as_ref().map_or(name.to_owned(), |inside| format!("{name}.{inside}"));
            let what = self::fault(pen, model, &path, inner);
            format!(
                "{} {what}",
                say(Key::RefusalInEntry, &[("place", Arg::Number((*place).into()))])
            )
        }
        Fault::TooFewFiles { min } => {
            say(Key::RefusalTooFewFiles, &[("min", Arg::Number((*min).into()))])
        }
        Fault::TooManyFiles { max } => {
            say(Key::RefusalTooManyFiles, &[("max", Arg::Number((*max).into()))])
        }
        Fault::FileTooBig { max_bytes } => {
            let megabytes = i64::try_from(*max_bytes / 1_048_576).unwrap_or(i64::MAX);
            pen.say(Key::RefusalFileTooBig, &[("megabytes", Arg::Number(megabytes))])
        }
        Fault::FileType { accept } => {
            say(Key::RefusalFileType, &[("types", answer::types(accept).into())])
        }
        Fault::FrameTooSmall { min } => {
            say(Key::RefusalFrameTooSmall, &[("min", Arg::Number((*min).into()))])
        }
        Fault::FrameTooBig { max } => {
            say(Key::RefusalFrameTooBig, &[("max", Arg::Number((*max).into()))])
        }
        Fault::FrameTooLong { stretch } => {
            say(Key::RefusalFrameTooLong, &[("stretch", number(*stretch))])
        }
        Fault::MediaTooShort { min_ms } => {
            say(Key::RefusalMediaTooShort, &[("min", seconds(*min_ms))])
        }
        Fault::MediaTooLong { max_ms } => {
            say(Key::RefusalMediaTooLong, &[("max", seconds(*max_ms))])
        }
        Fault::Conflict { with } => {
            let other = model.field(with).map_or(with.as_str(), |field| field.label.get(language));
            say(Key::RefusalConflict, &[("other", other.into())])
        }
        Fault::NotUploaded => say(Key::RefusalNotUploaded, &[]),
    }
}

/// Which words ask for the right kind of answer.
fn wrong_kind(field: Option<&Field>) -> Key {
    match field.map(|field| &field.kind) {
        Some(FieldKind::Files { media: MediaKind::Image, .. }) => Key::RefusalWantsImage,
        Some(FieldKind::Files { media: MediaKind::Video, .. }) => Key::RefusalWantsVideo,
        Some(FieldKind::Files { media: MediaKind::Audio, .. }) => Key::RefusalWantsAudio,
        Some(FieldKind::Integer { .. } | FieldKind::Number { .. }) => Key::RefusalWantsNumber,
        Some(FieldKind::Switch | FieldKind::Choice { .. }) => Key::RefusalNotAChoice,
        Some(
            FieldKind::Text { .. }
            | FieldKind::Values { .. }
            | FieldKind::Items { .. }
            | FieldKind::Opaque,
        )
        | None => Key::RefusalWantsText,
    }
}
