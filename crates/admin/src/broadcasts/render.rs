//! Broadcasts in words.

use broadcast::{Broadcast, MediaKind, Segment, State};
use catalog::Language;
use chat::{Arg, Screen, Tap, Tone, one_line};
use time::OffsetDateTime;

use super::{Ask, Deed, Press, Show, Spot};
use crate::button::{Button, Place};
use crate::react::Context;
use crate::render::{Pen, date, lines, number};
use crate::role::Right;
use crate::session::Form;
use crate::texts::Key;

/// So many people a second have their turn, as a rule: between what Telegram's answers take and what
/// the pace allows.
const A_SECOND: i64 = 15;

/// The most characters of the message that its card shows.
const SHOWN: usize = 600;

/// Parts of the bar of progress.
const BAR: i64 = 10;

pub(crate) fn screen(pen: &Pen<'_>, context: &Context<'_>, show: &Show) -> Screen {
    match show {
        Show::List { page, broadcasts, more } => list(pen, context, *page, broadcasts, *more),
        Show::Card { broadcast, people } => card(pen, context, broadcast, *people),
        Show::Segments { id, segments } => choice(pen, *id, segments),
    }
}

fn open(spot: Spot) -> Button {
    Button::Open(Place::Broadcast(spot))
}

fn ask(pen: &Pen<'_>, key: Key, ask: Ask) -> Tap {
    pen.tap(key, &Button::Ask(Form::Broadcast(ask)))
}

fn press(pen: &Pen<'_>, key: Key, press: Press) -> Tap {
    pen.tap(key, &Button::Broadcast(press))
}

fn list(
    pen: &Pen<'_>,
    context: &Context<'_>,
    page: u16,
    broadcasts: &[Broadcast],
    more: bool,
) -> Screen {
    let mut rows: Vec<Vec<Tap>> = Vec::new();
    if context.role.may(Right::Broadcast) {
        rows.push(vec![ask(pen, Key::ButtonBroadcastNew, Ask::Post { id: None }).tone(Tone::Go)]);
    }
    rows.extend(broadcasts.iter().map(|one| {
        let words = one_line(&telegram::limits::plain_text(&one.post.html), 40);
        let text = format!("{} {} · {words}", mark(one.state), one.id);
        vec![Tap::press(text, open(Spot::Card(one.id)).encode())]
    }));
    rows.push(pen.pages(page, more, |page| Place::Broadcast(Spot::List { page })));
    rows.push(pen.way_back(Place::Menu));
    let none = broadcasts.is_empty().then(|| pen.say(Key::ScreenEmpty, &[]));
    pen.page(vec![pen.say(Key::ScreenBroadcasts, &[]), none.unwrap_or_default()], rows)
}

const fn mark(state: State) -> &'static str {
    match state {
        State::Draft => "📝",
        State::Scheduled => "⏰",
        State::Running => "📣",
        State::Paused => "⏸",
        State::Done => "✅",
        State::Cancelled => "✖️",
    }
}

fn state(pen: &Pen<'_>, state: State) -> String {
    pen.word(match state {
        State::Draft => Key::FieldBroadcastDraft,
        State::Scheduled => Key::FieldBroadcastScheduled,
        State::Running => Key::FieldBroadcastRunning,
        State::Paused => Key::FieldBroadcastPaused,
        State::Done => Key::FieldBroadcastDone,
        State::Cancelled => Key::FieldBroadcastCancelled,
    })
}

/// Who gets it, in words.
fn whom(pen: &Pen<'_>, segment: &Segment) -> String {
    let key = match segment {
        Segment::All => Key::FieldSegmentAll,
        Segment::Paying => Key::FieldSegmentPaying,
        Segment::Unpaid => Key::FieldSegmentUnpaid,
        Segment::Language(Language::Ru) => Key::FieldSegmentRussian,
        Segment::Language(Language::En) => Key::FieldSegmentEnglish,
        Segment::Idle { days } => {
            let args = [("days", Arg::Number(i64::from(*days)))];
            return pen.texts.plain(Key::FieldSegmentIdle, &args);
        }
        Segment::Source(name) => {
            return pen.texts.plain(Key::FieldSegmentSource, &[("name", name.as_str().into())]);
        }
    };
    pen.word(key)
}

fn file(pen: &Pen<'_>, kind: MediaKind) -> String {
    pen.word(match kind {
        MediaKind::Photo => Key::FieldMediaPhoto,
        MediaKind::Video => Key::FieldMediaVideo,
        MediaKind::Animation => Key::FieldMediaAnimation,
        MediaKind::Audio => Key::FieldMediaAudio,
        MediaKind::Voice => Key::FieldMediaVoice,
        MediaKind::Document => Key::FieldMediaDocument,
    })
}

fn card(pen: &Pen<'_>, context: &Context<'_>, broadcast: &Broadcast, people: i64) -> Screen {
    let post = &broadcast.post;
    let head = pen.say(
        Key::ScreenBroadcast,
        &[
            ("mark", mark(broadcast.state).into()),
            ("number", number(broadcast.id)),
            ("state", state(pen, broadcast.state).into()),
        ],
    );
    let who = [("segment", whom(pen, &broadcast.segment).into()), ("count", Arg::Number(people))];
    let media = post
        .media
        .as_ref()
        .map(|media| pen.say(Key::ScreenBroadcastMedia, &[("kind", file(pen, media.kind).into())]));
    let link = post.link.as_ref().map(|link| {
        let args = [("text", link.text.as_str().into()), ("url", link.url.as_str().into())];
        pen.say(Key::ScreenBroadcastLink, &args)
    });
    let facts = [Some(pen.say(Key::ScreenBroadcastWhom, &who)), media, link];
    let facts = lines(facts.into_iter().flatten().chain(times(pen, broadcast)));
    let words = telegram::limits::plain_text(&post.html);
    let words = telegram::escape_html(&chat::shorten(&words, SHOWN));
    let words = (!words.is_empty()).then(|| format!("<blockquote>{words}</blockquote>"));
    let paragraphs = vec![head, facts, progress(pen, broadcast, people), words.unwrap_or_default()];
    let mut rows =
        if context.role.may(Right::Broadcast) { deeds(pen, broadcast, people) } else { Vec::new() };
    rows.push(pen.way_back(Place::Broadcast(Spot::List { page: 0 })));
    pen.page(paragraphs, rows)
}

fn times(pen: &Pen<'_>, broadcast: &Broadcast) -> Vec<String> {
    let at = |key, at: Option<OffsetDateTime>| at.map(|at| pen.say(key, &[("date", date(at))]));
    let waits = broadcast.start_at.filter(|_| broadcast.state == State::Scheduled);
    [
        at(Key::ScreenBroadcastStarts, waits),
        at(Key::ScreenBroadcastStarted, broadcast.started_at),
        at(Key::ScreenBroadcastEnded, broadcast.finished_at),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How far it has come, or how long it will take.
fn progress(pen: &Pen<'_>, broadcast: &Broadcast, people: i64) -> String {
    let counts = broadcast.counts;
    let left = match broadcast.state {
        State::Draft | State::Scheduled => people,
        State::Running | State::Paused => (counts.total - counts.over()).max(0),
        State::Done | State::Cancelled => 0,
    };
    let minutes = (left / A_SECOND + 59) / 60;
    let wait = (minutes > 0)
        .then(|| pen.say(Key::ScreenBroadcastLasts, &[("count", Arg::Number(minutes))]));
    if broadcast.started_at.is_none() {
        return wait.unwrap_or_default();
    }
    let percent = if counts.total > 0 { counts.over() * 100 / counts.total } else { 100 };
    let percent = if broadcast.state == State::Done { 100 } else { percent.min(100) };
    let full = usize::try_from(percent * BAR / 100).unwrap_or(0);
    let empty = usize::try_from(BAR).unwrap_or(0).saturating_sub(full);
    let args = [
        ("bar", format!("{}{}", "▓".repeat(full), "░".repeat(empty)).into()),
        ("percent", number(percent)),
        ("total", number(counts.total)),
        ("delivered", number(counts.delivered)),
        ("blocked", number(counts.blocked)),
        ("failed", number(counts.failed)),
    ];
    lines([Some(pen.say(Key::ScreenBroadcastProgress, &args)), wait].into_iter().flatten())
}

/// What can be done with it as it stands.
fn deeds(pen: &Pen<'_>, broadcast: &Broadcast, people: i64) -> Vec<Vec<Tap>> {
    let id = broadcast.id;
    let show = press(pen, Key::ButtonBroadcastTry, Press::Try(id));
    let start = press(pen, Key::ButtonBroadcastStart, Press::Start { id, people }).tone(Tone::Go);
    let later = ask(pen, Key::ButtonBroadcastTime, Ask::Time { id });
    let cancel = press(pen, Key::ButtonBroadcastCancel, Press::Cancel(id)).tone(Tone::Stop);
    match broadcast.state {
        State::Draft => {
            let mut link = vec![ask(pen, Key::ButtonBroadcastLink, Ask::Link { id })];
            if broadcast.post.link.is_some() {
                link.push(press(pen, Key::ButtonBroadcastNoLink, Press::NoLink(id)));
            }
            let whom = pen.tap(Key::ButtonBroadcastWhom, &open(Spot::Segments(id)));
            let other = ask(pen, Key::ButtonBroadcastPost, Ask::Post { id: Some(id) });
            vec![vec![show, other], vec![whom], link, vec![later, start], vec![cancel]]
        }
        State::Scheduled => vec![vec![show], vec![later, start], vec![cancel]],
        State::Running => {
            let pause = press(pen, Key::ButtonBroadcastPause, Press::Pause(id));
            let look = pen.tap(Key::ButtonLook, &open(Spot::Card(id)));
            vec![vec![look], vec![pause, cancel]]
        }
        State::Paused => {
            let resume = press(pen, Key::ButtonBroadcastResume, Press::Resume(id)).tone(Tone::Go);
            vec![vec![resume, cancel]]
        }
        State::Done | State::Cancelled => Vec::new(),
    }
}

/// Who can get it, each with how many they are.
fn choice(pen: &Pen<'_>, id: i64, segments: &[(Segment, i64)]) -> Screen {
    let fits = |button: &Button| button.encode().len() <= telegram::limits::CALLBACK_DATA_BYTES;
    let mut rows: Vec<Vec<Tap>> = segments
        .iter()
        .filter_map(|(segment, people)| {
            let button = Button::Broadcast(Press::Segment { id, segment: segment.clone() });
            let text = format!("{}: {people}", whom(pen, segment));
            fits(&button).then(|| vec![Tap::press(text, button.encode())])
        })
        .collect();
    rows.push(vec![
        ask(pen, Key::ButtonBroadcastDays, Ask::Days { id }),
        ask(pen, Key::ButtonBroadcastSource, Ask::Source { id }),
    ]);
    rows.push(pen.way_back(Place::Broadcast(Spot::Card(id))));
    pen.page(vec![pen.say(Key::ScreenBroadcastSegments, &[])], rows)
}

/// What is asked for.
pub(crate) fn question(pen: &Pen<'_>, ask: &Ask) -> String {
    pen.say(
        match ask {
            Ask::Post { .. } => Key::ScreenAskPost,
            Ask::Link { .. } => Key::ScreenAskLink,
            Ask::Time { .. } => Key::ScreenAskTime,
            Ask::Days { .. } => Key::ScreenAskDays,
            Ask::Source { .. } => Key::ScreenAskSource,
        },
        &[],
    )
}

/// What is done, in words.
pub(crate) fn what(pen: &Pen<'_>, deed: &Deed) -> String {
    let named = |key, id: i64| pen.say(key, &[("number", number(id))]);
    match deed {
        Deed::New { .. } => pen.say(Key::FieldActBroadcastNew, &[]),
        Deed::Post { id, .. } => named(Key::FieldActBroadcastPost, *id),
        Deed::Segment { id, segment } => {
            let args = [("number", number(*id)), ("segment", whom(pen, segment).into())];
            pen.say(Key::FieldActBroadcastSegment, &args)
        }
        Deed::Link { id, .. } => named(Key::FieldActBroadcastLink, *id),
        Deed::Try { id } => named(Key::FieldActBroadcastTry, *id),
        Deed::Start { id, people } => {
            let args = [("number", number(*id)), ("count", Arg::Number(*people))];
            pen.say(Key::FieldActBroadcastStart, &args)
        }
        Deed::Schedule { id, at } => {
            let at = OffsetDateTime::from_unix_timestamp(*at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
            let args = [("number", number(*id)), ("date", date(at))];
            pen.say(Key::FieldActBroadcastSchedule, &args)
        }
        Deed::Pause { id } => named(Key::FieldActBroadcastPause, *id),
        Deed::Resume { id } => named(Key::FieldActBroadcastResume, *id),
        Deed::Cancel { id } => named(Key::FieldActBroadcastCancel, *id),
    }
}
