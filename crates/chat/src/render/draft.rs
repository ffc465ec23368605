use std::fmt::Write as _;

use catalog::{Answer, Asked, Fault, Field, FieldKind, Frame, Model};
use money::Rub;
use rust_decimal::Decimal;
use telegram::limits;

use crate::answer::{self, Offered};
use crate::button::{Button, Step};
use crate::desk::{Context, Unpriced};
use crate::links::LINK_MAX_BYTES;
use crate::react::OPTIONS_ON_PAGE;
use crate::react::entries::{answers, asked, form, offered};
use crate::render::{Pen, cheap, entries, shelf, word};
use crate::screen::{Screen, Tap, Tone};
use crate::session::{Draft, Stage};
use crate::texts::{Arg, Key};
use crate::topup::{self, Purpose};

/// The most characters of one answer on the confirmation: all of them fit into a message.
pub(super) const ANSWER_SHOWN: usize = 220;

pub(super) fn draft(
    pen: &Pen<'_>,
    context: &Context<'_>,
    draft: &Draft,
    revision: i64,
    word: Option<String>,
) -> Screen {
    let Some(model) = context.desk.of_draft(draft) else {
        return shelf::card(pen, context, &draft.model, word);
    };
    let list = draft.open_field().and_then(|name| model.field(name));
    let page =
        list.and_then(|field| entries::page(pen, model, draft, field, revision, word.clone()));
    if let Some(page) = page {
        return page;
    }
    match asked(draft, model) {
        Some(field) => question(pen, model, draft, field, revision, word),
        None => summary(pen, context, model, draft, revision, word),
    }
}

/// One field is asked, or changed.
fn question(
    pen: &Pen<'_>,
    model: &Model,
    draft: &Draft,
    field: &Field,
    revision: i64,
    word: Option<String>,
) -> Screen {
    let language = pen.language();
    let wizard = |step| Button::Wizard { revision, step };
    let title = pen.say(
        Key::ScreenField,
        &[("model", model.name.get(language).into()), ("label", field.label.get(language).into())],
    );
    let form = form(draft, model);
    let known = form.with_defaults(answers(draft));
    let current = known.get(&field.name);
    let changes = matches!(draft.stage, Stage::Option { .. });
    let now = current
        .map(|answer| answer::words(field, answer, pen.texts, ANSWER_SHOWN))
        .filter(|words| !words.is_empty())
        .map(|words| pen.say(Key::ScreenFieldNow, &[("answer", words.into())]));
    let files = (!draft.files.is_empty()).then(|| {
        let count = i64::try_from(draft.files.len()).unwrap_or(i64::MAX);
        pen.say(Key::ScreenFilesSoFar, &[("count", Arg::Number(count))])
    });
    let mut rows =
        option_rows(pen, (field, &offered(draft, model, field)), current, draft.page, revision);
    if !draft.files.is_empty() {
        let count = i64::try_from(draft.files.len()).unwrap_or(i64::MAX);
        let done = pen.texts.plain(Key::ButtonFilesDone, &[("count", Arg::Number(count))]);
        rows.push(vec![
            Tap::new(done, &wizard(Step::FilesDone)).tone(Tone::Go),
            pen.tap(Key::ButtonFilesClear, &wizard(Step::FilesClear)),
        ]);
    }
    if let Some(broken) = &draft.broken {
        let long = matches!(field.kind.check_file(broken), Err(Fault::FrameTooLong { .. }));
        let key = if long { Key::ButtonMendCut } else { Key::ButtonMend };
        rows.push(vec![pen.tap(key, &wizard(Step::Fix)).tone(Tone::Go)]);
    }
    let answered = answers(draft).contains_key(&field.name);
    if answered && !changes && draft.files.is_empty() {
        rows.push(vec![pen.tap(Key::ButtonKeep, &wizard(Step::Keep))]);
    }
    rows.extend(skip_row(pen, model, draft, field, revision));
    rows.push(pen.way_back(&wizard(Step::Back)));
    let hint = pen.say(Key::ScreenHint, &[("text", field.hint.get(language).into())]);
    let paragraphs = vec![
        word,
        Some(title),
        Some(hint),
        Some(limits_line(pen, model, draft, field)),
        now,
        files,
    ];
    pen.page(paragraphs, rows)
}

/// The button that leaves a field alone, when it may be left alone.
pub(super) fn skip_row(
    pen: &Pen<'_>,
    model: &Model,
    draft: &Draft,
    field: &Field,
    revision: i64,
) -> Option<Vec<Tap>> {
    let skip = Button::Wizard { revision, step: Step::Skip };
    let answered = answers(draft).contains_key(&field.name);
    match &field.default {
        Some(usual) if answered => {
            let words = answer::words(field, usual, pen.texts, 30);
            let text = pen.texts.plain(Key::ButtonUsual, &[("answer", words.into())]);
            Some(vec![Tap::new(text, &skip)])
        }
        None if !form(draft, model).is_required(field, answers(draft)) => {
            let key = if answered { Key::ButtonClear } else { Key::ButtonSkip };
            Some(vec![pen.tap(key, &skip)])
        }
        Some(_) | None => None,
    }
}

/// The values of a field on buttons, one page of them.
fn option_rows(
    pen: &Pen<'_>,
    (field, offered): (&Field, &Offered<'_>),
    current: Option<&Answer>,
    page: u16,
    revision: i64,
) -> Vec<Vec<Tap>> {
    let count = offered.count();
    if count == 0 {
        return Vec::new();
    }
    let last = (count - 1) / OPTIONS_ON_PAGE;
    let page = usize::from(page).min(last);
    let first = page * OPTIONS_ON_PAGE;
    let mut taps = Vec::new();
    for index in first..count.min(first + OPTIONS_ON_PAGE) {
        let Ok(index) = u16::try_from(index) else { break };
        let Some(value) = offered.get(index) else { break };
        let words = answer::words(field, &value, pen.texts, 40);
        let marked = if current == Some(&value) { format!("✓ {words}") } else { words };
        taps.push(Tap::new(marked, &Button::Wizard { revision, step: Step::Choose(index) }));
    }
    let longest = taps.iter().map(|tap| tap.text.chars().count()).max().unwrap_or(0);
    let in_row = match longest {
        0..=8 => 3,
        9..=18 => 2,
        _ => 1,
    };
    let mut rows: Vec<Vec<Tap>> = taps.chunks(in_row).map(<[Tap]>::to_vec).collect();
    let to = |page: usize| Button::Wizard {
        revision,
        step: Step::Page(u16::try_from(page).unwrap_or(0)),
    };
    let mut turn = Vec::new();
    if page > 0 {
        turn.push(pen.tap(Key::ButtonEarlier, &to(page - 1)));
    }
    if page < last {
        turn.push(pen.tap(Key::ButtonMore, &to(page + 1)));
    }
    if !turn.is_empty() {
        rows.push(turn);
    }
    rows
}

/// What an answer may be.
fn limits_line(pen: &Pen<'_>, model: &Model, draft: &Draft, field: &Field) -> String {
    let decimal = |value: Decimal| Arg::Text(answer::bound(value, pen.language()));
    match &field.kind {
        FieldKind::Text { min, max } => {
            let max = form(draft, model).text_max(field, answers(draft)).unwrap_or(*max);
            let max = ("max", decimal(max.into()));
            if *min <= 1 {
                pen.say(Key::ScreenLimitText, &[max])
            } else {
                pen.say(Key::ScreenLimitTextFrom, &[("min", decimal((*min).into())), max])
            }
        }
        FieldKind::Integer { min, max, step: _ } => pen.say(
            Key::ScreenLimitNumber,
            &[("min", decimal(Decimal::from(*min))), ("max", decimal(Decimal::from(*max)))],
        ),
        FieldKind::Number { min, max, step: _ } => {
            pen.say(Key::ScreenLimitNumber, &[("min", decimal(*min)), ("max", decimal(*max))])
        }
        FieldKind::Switch | FieldKind::Choice { .. } => pen.say(Key::ScreenLimitChoice, &[]),
        FieldKind::Values { min, max, of: _ } => {
            let args = [("min", Arg::Number((*min).into())), ("max", Arg::Number((*max).into()))];
            pen.say(Key::ScreenLimitValues, &args)
        }
        FieldKind::Items { .. } | FieldKind::Opaque => String::new(),
        FieldKind::Files { max, .. } => files_line(pen, &field.kind, *max > 1),
    }
}

/// What files may be, and how many where that is asked.
pub(super) fn files_line(pen: &Pen<'_>, kind: &FieldKind, several: bool) -> String {
    let decimal = |value: Decimal| Arg::Text(answer::number(value, pen.language()));
    match kind {
        FieldKind::Files {
            min,
            max,
            max_bytes,
            accept,
            media: _,
            shape: _,
            duration_ms,
            frame,
        } => {
            let megabytes = (*max_bytes).min(limits::DOWNLOAD_BYTES) / 1_048_576;
            let megabytes = i64::try_from(megabytes.max(1)).unwrap_or(1);
            let mut line = pen.say(
                Key::ScreenLimitFiles,
                &[("types", answer::types(accept).into()), ("megabytes", Arg::Number(megabytes))],
            );
            let megabytes = (*max_bytes).min(LINK_MAX_BYTES) / 1_048_576;
            let args = [("megabytes", Arg::Number(i64::try_from(megabytes.max(1)).unwrap_or(1)))];
            let _infallible = write!(line, " {}", pen.say(Key::ScreenLimitLink, &args));
            if several {
                let args =
                    [("min", Arg::Number((*min).into())), ("max", Arg::Number((*max).into()))];
                let _infallible = write!(line, "\n{}", pen.say(Key::ScreenLimitFileCount, &args));
            }
            if let Some(range) = duration_ms {
                let seconds = |ms: u64| decimal(Decimal::from(ms) / Decimal::ONE_THOUSAND);
                let args = [("min", seconds(*range.start())), ("max", seconds(*range.end()))];
                let _infallible = write!(line, "\n{}", pen.say(Key::ScreenLimitDuration, &args));
            }
            if let Some(frame) = frame {
                line.push_str(&sides(pen, frame));
            }
            line
        }
        FieldKind::Text { .. }
        | FieldKind::Integer { .. }
        | FieldKind::Number { .. }
        | FieldKind::Switch
        | FieldKind::Choice { .. }
        | FieldKind::Values { .. }
        | FieldKind::Items { .. }
        | FieldKind::Opaque => String::new(),
    }
}

/// What the sides of a picture may be.
fn sides(pen: &Pen<'_>, frame: &Frame) -> String {
    let side = |side: u32| Arg::Number(side.into());
    let mut lines = String::new();
    if frame.max_side < u32::MAX {
        let args = [("min", side(frame.min_side)), ("max", side(frame.max_side))];
        let _infallible = write!(lines, "\n{}", pen.say(Key::ScreenLimitSides, &args));
    } else if frame.min_side > 1 {
        let args = [("min", side(frame.min_side))];
        let _infallible = write!(lines, "\n{}", pen.say(Key::ScreenLimitSidesFrom, &args));
    }
    if let Some(stretch) = frame.stretch {
        let args = [("stretch", Arg::Text(answer::number(stretch, pen.language())))];
        let _infallible = write!(lines, "\n{}", pen.say(Key::ScreenLimitStretch, &args));
    }
    lines
}

/// The confirmation.
fn summary(
    pen: &Pen<'_>,
    context: &Context<'_>,
    model: &Model,
    draft: &Draft,
    revision: i64,
    word: Option<String>,
) -> Screen {
    let language = pen.language();
    let name = model.name.get(language);
    let title = pen.say(Key::ScreenSummary, &[("model", name.into())]);
    let known = model.with_defaults(&draft.answers);
    let mut lines = Vec::new();
    let mut rows = Vec::new();
    for (index, field) in model.fields.iter().enumerate() {
        if !answer::stands_there(model.form(), field, &draft.answers) {
            continue;
        }
        let label = field.label.get(language);
        let given = known.get(&field.name);
        if let Some(given) = given {
            let words = answer::words(field, given, pen.texts, ANSWER_SHOWN);
            let args = [("label", label.into()), ("answer", words.into())];
            lines.push(pen.say(Key::ScreenSummaryLine, &args));
        }
        let text = match (field.asked, given) {
            (Asked::Option, Some(given)) => {
                let words = answer::words(field, given, pen.texts, 30);
                format!("✏️ {label}: {words}")
            }
            (Asked::Option, None) => {
                format!("✏️ {label}: {}", pen.texts.plain(Key::FieldNotSet, &[]))
            }
            (Asked::First | Asked::Never | Asked::EarlierResult, _) => format!("✏️ {label}"),
        };
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let tap = Tap::new(text, &Button::Wizard { revision, step: Step::Edit(index) });
        push_packed(&mut rows, tap);
    }
    let (money, run) = price_part(pen, context, model, draft, revision);
    let mut all_rows = vec![run];
    all_rows.append(&mut rows);
    all_rows.push(vec![pen.tap(Key::ButtonDrop, &Button::Drop)]);
    all_rows.push(pen.way_back(&Button::Wizard { revision, step: Step::Back }));
    pen.page(vec![word, Some(title), Some(lines.join("\n")), Some(money)], all_rows)
}

/// Short buttons share a row.
pub(super) fn push_packed(rows: &mut Vec<Vec<Tap>>, tap: Tap) {
    const SHORT: usize = 20;
    let short = |tap: &Tap| tap.text.chars().count() <= SHORT;
    match rows.last_mut() {
        Some(row) if row.len() == 1 && short(&tap) && row.iter().all(short) => row.push(tap),
        _ => rows.push(vec![tap]),
    }
}

/// The price, the balance, and the button that spends it, when it can be pressed.
fn price_part(
    pen: &Pen<'_>,
    context: &Context<'_>,
    model: &Model,
    draft: &Draft,
    revision: i64,
) -> (String, Vec<Tap>) {
    let balance = context.wallet.balance;
    let Some(quote) = draft.quote else {
        let words = match context.desk.quote(model, &draft.answers) {
            Err(Unpriced::Faults(faults)) => faults
                .iter()
                .map(|(field, fault)| word::fault(pen, model, field, fault))
                .collect::<Vec<_>>()
                .join("\n"),
            Ok(_) | Err(Unpriced::Unknown) => pen.say(Key::RefusalNoPrice, &[]),
        };
        return (words, Vec::new());
    };
    if quote.free {
        return free_part(pen, context, quote.price, revision);
    }
    let up_to = model.price_is_upper_bound();
    let key = if up_to { Key::ScreenSummaryUpTo } else { Key::ScreenSummaryPrice };
    let notes = std::iter::once(pen.say(key, &[("price", quote.price.into())]));
    let price: Vec<_> = notes.chain(cheap::dear_line(pen, quote.price)).collect();
    let price = price.join("\n");
    let missing = balance.missing_to(quote.price);
    if missing > Rub::ZERO {
        let args = [("missing", missing.into()), ("balance", balance.into())];
        let short = pen.say(Key::RefusalShort, &args);
        let look = topup::render::missing(pen, missing, revision, Purpose::Order)
            .unwrap_or_else(|| pen.tap(Key::ButtonBalance, &Button::Balance));
        return (format!("{price}\n{short}"), vec![look]);
    }
    let after = balance.minus(quote.price).unwrap_or(Rub::ZERO);
    let args = [("balance", balance.into()), ("after", after.into())];
    let key = if up_to { Key::ButtonRunUpTo } else { Key::ButtonRun };
    let text = pen.texts.plain(key, &[("price", quote.price.into())]);
    let run = Tap::new(text, &Button::Run { revision }).tone(Tone::Go);
    (format!("{price}\n{}", pen.say(Key::ScreenSummaryBalance, &args)), vec![run])
}

/// The same for an order that is given away: no money is needed.
fn free_part(
    pen: &Pen<'_>,
    context: &Context<'_>,
    price: Rub,
    revision: i64,
) -> (String, Vec<Tap>) {
    let args = [
        ("count", Arg::Number(context.free.today.into())),
        ("price", price.into()),
        ("balance", context.wallet.balance.into()),
    ];
    let run = pen.tap(Key::ButtonRunFree, &Button::Run { revision }).tone(Tone::Go);
    (pen.say(Key::ScreenSummaryFree, &args), vec![run])
}
