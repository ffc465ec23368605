//! The panel in words: pure functions from what is to be shown to text and buttons.

mod catalogue;
mod models;
mod people;
mod record;
mod shop;

use catalog::Language;
use chat::{Arg, Desk, Screen, Tap, fit};
use money::Rub;
use telegram::limits;
use time::OffsetDateTime;

use crate::broadcasts;
use crate::button::{Button, Filter, Place};
use crate::health;
use crate::react::Context;
use crate::role::Role;
use crate::statistics;
use crate::texts::{Key, Texts};
use crate::view::{Scene, Word};
use crate::{codes, till};

pub(crate) use people::{list, state};
pub(crate) use record::settled;
pub(crate) use shop::what;

/// What every screen of the panel needs to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pen<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) texts: Texts,
}

/// Arguments of a text.
type Args<'a> = &'a [(&'static str, Arg)];

impl<'a> Pen<'a> {
    pub(crate) fn new(desk: &'a Desk, language: Language) -> Self {
        Self { desk, texts: Texts::new(language) }
    }

    pub(crate) fn say(&self, key: Key, args: Args<'_>) -> String {
        self.texts.say(key, args)
    }

    pub(crate) fn word(&self, key: Key) -> String {
        self.texts.plain(key, &[])
    }

    pub(crate) fn tap(&self, key: Key, button: &Button) -> Tap {
        Tap::press(self.word(key), button.encode())
    }

    pub(crate) fn open(&self, key: Key, place: Place) -> Tap {
        self.tap(key, &Button::Open(place))
    }

    /// «Назад» and the panel's menu.
    pub(crate) fn way_back(&self, back: Place) -> Vec<Tap> {
        let menu = self.open(Key::ButtonMenu, Place::Menu);
        if back == Place::Menu {
            return vec![menu];
        }
        vec![self.open(Key::ButtonBack, back), menu]
    }

    /// Turning the pages of a list that goes from new to old.
    pub(crate) fn pages(&self, page: u16, more: bool, to: impl Fn(u16) -> Place) -> Vec<Tap> {
        let mut row = Vec::new();
        if page > 0 {
            row.push(self.open(Key::ButtonNewer, to(page - 1)));
        }
        if more {
            row.push(self.open(Key::ButtonOlder, to(page.saturating_add(1))));
        }
        row
    }

    /// The name of a model, or its id when it is not known any more.
    fn model(&self, id: &str) -> String {
        self.desk
            .catalog
            .model(id)
            .map_or_else(|| id.to_owned(), |model| model.name.get(self.texts.language()).to_owned())
    }

    fn role(&self, role: Option<Role>) -> String {
        self.word(match role {
            Some(Role::Owner) => Key::FieldRoleOwner,
            Some(Role::Manager) => Key::FieldRoleManager,
            Some(Role::Support) => Key::FieldRoleSupport,
            None => Key::FieldNone,
        })
    }

    pub(crate) fn filter(&self, filter: Filter) -> String {
        self.word(match filter {
            Filter::All => Key::FieldFilterAll,
            Filter::Topups => Key::FieldFilterTopups,
            Filter::Taken => Key::FieldFilterTaken,
            Filter::Returned => Key::FieldFilterReturned,
            Filter::Gifts => Key::FieldFilterGifts,
            Filter::Adjusted => Key::FieldFilterAdjusted,
            Filter::Costs => Key::FieldFilterCosts,
        })
    }

    /// Paragraphs under one another, within what a message holds.
    pub(crate) fn page(&self, paragraphs: Vec<String>, inline: Vec<Vec<Tap>>) -> Screen {
        let full: Vec<String> =
            paragraphs.into_iter().filter(|text| !text.trim().is_empty()).collect();
        let inline = inline.into_iter().filter(|row| !row.is_empty()).collect();
        Screen { html: fit(full.join("\n\n"), limits::TEXT), inline, key: None }
    }
}

/// Writes a screen, with a word above it.
pub(crate) fn render(
    context: &Context<'_>,
    revision: i64,
    scene: &Scene,
    word: Option<&Word>,
) -> Screen {
    let pen = Pen::new(context.desk, context.language);
    let mut screen = match scene {
        Scene::Menu { requests, payments } => shop::menu(&pen, *requests, *payments),
        Scene::Users => people::users(&pen),
        Scene::Found { query, page, people, payments, more } => {
            people::found(&pen, query, *page, (people, payments), *more)
        }
        Scene::User(card) => people::card(&pen, context, card),
        Scene::Moves { user, page, lines, more } => people::moves(&pen, *user, *page, lines, *more),
        Scene::Orders { user, page, orders, more } => {
            people::orders(&pen, *user, *page, orders, *more)
        }
        Scene::Roles { person, role, staff } => people::roles(&pen, person, *role, staff),
        Scene::Money { filter, page, lines, more, today } => {
            people::money(&pen, *filter, *page, lines, *more, *today)
        }
        Scene::Models { usage, broken } => models::models(&pen, usage, *broken),
        Scene::Shelf { category, page } => models::shelf(&pen, *category, *page),
        Scene::Model { model, usage, rule, breaker } => {
            models::model(&pen, context, model, usage, rule, breaker.as_ref())
        }
        Scene::Broken { breakers, usage } => models::broken(&pen, breakers, usage),
        Scene::Statistics(report) => statistics::screen(&pen, context.now, report),
        Scene::Errors { days, groups } => record::errors(&pen, *days, groups),
        Scene::Group { days, source, class, examples } => {
            record::group(&pen, *days, source, class, examples)
        }
        Scene::Order(life) => record::order(&pen, context, life),
        Scene::Journal { page, entries, more } => record::journal(&pen, *page, entries, *more),
        Scene::Entry(entry) => record::entry(&pen, entry),
        Scene::Requests(requests) => record::requests(&pen, requests),
        Scene::Request(request) => record::request(&pen, request),
        Scene::Settings { section, values } => shop::settings(&pen, context, *section, values),
        Scene::Setting { setting, value, history } => {
            shop::setting(&pen, context, *setting, value.as_deref(), history)
        }
        Scene::Broadcast(show) => broadcasts::render::screen(&pen, context, show),
        Scene::Till(scene) => till::render::screen(&pen, context, scene),
        Scene::Codes(scene) => codes::render::screen(&pen, context, scene),
        Scene::Catalogue(sight) => catalogue::sight(&pen, context, sight),
        Scene::Health(health) => health::render::screen(&pen, context, health),
        Scene::Missing => {
            let text = pen.say(Key::ScreenMissing, &[]);
            pen.page(vec![text], vec![pen.way_back(Place::Menu)])
        }
        Scene::Ask(form) => shop::ask(&pen, form),
        Scene::Confirm { act, care } => shop::confirm(&pen, context, revision, act, care),
    };
    if let Some(word) = word {
        let above = line(&pen, word);
        screen.html = fit(format!("{above}\n\n{}", screen.html), limits::TEXT);
        if let Word::Done { entry, undo: true } = word {
            screen.inline.insert(0, vec![pen.tap(Key::ButtonUndo, &Button::Undo(*entry))]);
        }
    }
    screen
}

/// The word above a screen.
pub(crate) fn line(pen: &Pen<'_>, word: &Word) -> String {
    let key = match word {
        Word::Short(balance) => {
            return pen.say(Key::RefusalShort, &[("balance", (*balance).into())]);
        }
        Word::Till(word) => return till::render::line(pen, *word),
        Word::Codes(word) => return codes::render::line(pen, *word),
        Word::Stale => Key::RefusalStale,
        Word::NoRight => Key::RefusalNoRight,
        Word::NoSum => Key::RefusalNoSum,
        Word::NoReason => Key::RefusalNoReason,
        Word::NoNumber => Key::RefusalNoNumber,
        Word::NoValue => Key::RefusalNoValue,
        Word::TooLong => Key::RefusalTooLong,
        Word::NotTheSame => Key::RefusalNotSame,
        Word::Dropped => Key::NoticeDropped,
        Word::Done { .. } => Key::NoticeDone,
        Word::AlreadyDone => Key::RefusalAlreadyDone,
        Word::TooLateToUndo => Key::RefusalTooLateToUndo,
        Word::NothingToUndo => Key::RefusalNothingToUndo,
        Word::NoPerson => Key::RefusalNoPerson,
        Word::NoOrder => Key::RefusalNoOrder,
        Word::NotTaken => Key::RefusalNotTaken,
        Word::Asked => Key::NoticeAsked,
        Word::OwnRequest => Key::RefusalOwnRequest,
        Word::Rejected => Key::NoticeRejected,
        Word::Exporting => Key::NoticeExporting,
        Word::Drawing => Key::NoticeDrawing,
        Word::ManyPrices => Key::RefusalManyPrices,
        Word::Owner => Key::RefusalOwner,
        Word::Broadcast(said) => said.key(),
        Word::Catalogue(note) => catalogue::note(*note),
    };
    pen.say(key, &[])
}

/// Something did not work; the code leads to what the log says about it.
pub(crate) fn apology(pen: &Pen<'_>, code: i64) -> Screen {
    let text = pen.say(Key::RefusalFailed, &[("code", code.to_string().into())]);
    pen.page(vec![text], vec![pen.way_back(Place::Menu)])
}

/// Kopecks as money.
pub(crate) fn rub(kopecks: i64) -> Arg {
    Rub::from_kopecks(kopecks).into()
}

/// A number without spaces between its thousands.
pub(crate) fn number(number: i64) -> Arg {
    Arg::Text(number.to_string())
}

/// Moscow time.
pub(crate) fn date(at: OffsetDateTime) -> Arg {
    let at = at.to_offset(time::macros::offset!(+3));
    let (day, month) = (at.day(), u8::from(at.month()));
    Arg::Text(format!("{day:02}.{month:02}\u{a0}{:02}:{:02}", at.hour(), at.minute()))
}

/// Lines under one another. Parts of a line may be empty: then no double spaces stay, and nothing
/// hangs at its end; spaces that never break are kept.
pub(crate) fn lines(lines: impl Iterator<Item = String>) -> String {
    let tidy = |line: String| {
        let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
        words.join(" ").trim_end_matches([' ', '·']).to_owned()
    };
    lines.map(tidy).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
