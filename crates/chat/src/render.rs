//! Screens in words: pure functions from what is to be shown to text and buttons.

mod bonus;
mod catalogue;
mod cheap;
mod draft;
mod entries;
mod free;
mod history;
mod ideas;
mod likeness;
mod offer;
mod order;
mod shelf;
mod watch;
mod word;
mod words;

pub(crate) use cheap::{MODELS_ON_PAGE, offered, turned};
pub(crate) use history::{date, signed};
pub(crate) use shelf::shelf_name;

use billing::{Wallet, World};
use catalog::{Language, Model};
use money::Rub;
use telegram::limits;

use crate::button::Button;
use crate::desk::{Context, Desk};
use crate::input::Entry;
use crate::journey;
use crate::news;
use crate::rules::Rest;
use crate::screen::{Screen, Tap, fit};
use crate::session::Session;
use crate::texts::{Arg, Key, Texts};
use crate::topup;
use crate::view::{Scene, View};

pub(crate) use bonus::news as bonus_news;
pub(crate) use ideas::receipt as batch_receipt;
pub(crate) use likeness::ready as likeness_ready;
pub(crate) use order::{
    Progress, alert, caption, closing, link, notice, part_buttons, progress, quiet_ready,
    resent_caption, result_buttons,
};
pub use watch::{alarm_name, alarm_words, failure_words};
pub(crate) use words::message as words;

/// What every screen needs to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pen<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) texts: Texts,
    world: World,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(desk: &'a Desk, language: Language) -> Self {
        Self { desk, texts: Texts::new(language), world: desk.world }
    }

    /// In the language of an order, and in its world.
    pub(crate) fn of_order(desk: &'a Desk, order: &generation::View) -> Self {
        Self { desk, texts: Texts::new(order.language), world: order.world }
    }

    /// In the language of a batch, and in its world.
    pub(crate) fn of_batch(desk: &'a Desk, batch: &generation::BatchView) -> Self {
        Self { desk, texts: Texts::new(batch.language), world: batch.world }
    }

    pub(crate) fn say(&self, key: Key, args: &[(&'static str, Arg)]) -> String {
        self.texts.say(key, args)
    }

    pub(crate) fn tap(&self, key: Key, button: &Button) -> Tap {
        Tap::new(self.texts.plain(key, &[]), button)
    }

    pub(crate) fn language(&self) -> Language {
        self.texts.language()
    }

    /// «Назад» and «Меню», which no screen goes without but the menu and what becomes of an order.
    pub(crate) fn way_back(&self, back: &Button) -> Vec<Tap> {
        vec![self.tap(Key::ButtonBack, back), self.tap(Key::ButtonMenu, &Button::Menu)]
    }

    /// The name of a model, also of one that is not known any more.
    fn model_name(&self, id: &str) -> String {
        self.desk.catalog.model(id).map_or_else(
            || self.texts.plain(Key::FieldUnknownModel, &[]),
            |model| model.name.get(self.language()).to_owned(),
        )
    }

    /// Why a model of the catalogue that is on sale cannot be ordered now.
    fn why_not(&self, id: &str) -> String {
        let key = match self.desk.rules.models.get(id).and_then(|rule| rule.rest) {
            Some(Rest::Failing) => Key::RefusalResting,
            Some(Rest::ByOperator) | None => Key::RefusalNotYet,
        };
        self.texts.plain(key, &[])
    }

    /// The balance in one line, with its bonus part when there is one, and what is on hold.
    pub(crate) fn balance(&self, wallet: &Wallet) -> String {
        let key = if wallet.bonus == Rub::ZERO {
            Key::ScreenBalanceLine
        } else if wallet.bonus == wallet.balance {
            Key::ScreenBalanceLineAllBonus
        } else {
            Key::ScreenBalanceLineBonus
        };
        let args = [("balance", wallet.balance.into()), ("bonus", wallet.bonus.into())];
        self.with_held(self.say(key, &args), wallet)
    }

    /// The same with what is set aside for orders, when something is.
    fn with_held(&self, line: String, wallet: &Wallet) -> String {
        if wallet.held > Rub::ZERO {
            format!("{line}\n{}", self.say(Key::ScreenHeldLine, &[("held", wallet.held.into())]))
        } else {
            line
        }
    }

    /// «3,80 ₽», «от 3,80 ₽», or «до 3,80 ₽» for the usual input of an upper bound; `None` when the model is not sold.
    pub(crate) fn price(&self, model: &Model) -> Option<String> {
        let price = self.desk.price(model, model.from_credits()?)?;
        Some(if model.price_is_upper_bound() {
            let usual = self.desk.price(model, model.usual_credits()?)?;
            self.texts.plain(Key::FieldUpTo, &[("price", usual.into())])
        } else if model.has_one_price() {
            price.to_string()
        } else {
            self.texts.plain(Key::FieldFrom, &[("price", price.into())])
        })
    }

    /// «20 секунд», «3 минуты».
    pub(crate) fn duration(&self, seconds: u32) -> String {
        let (key, count) = if seconds < 100 {
            (Key::FieldSeconds, seconds)
        } else {
            (Key::FieldMinutes, seconds.div_ceil(60))
        };
        self.texts.plain(key, &[("count", Arg::Number(count.into()))])
    }

    /// Paragraphs under one another, within what a message holds.
    pub(crate) fn page(&self, paragraphs: Vec<Option<String>>, inline: Vec<Vec<Tap>>) -> Screen {
        let test = match self.world {
            World::Real => None,
            World::Test => Some(self.say(Key::ScreenTestMode, &[])),
        };
        let all: Vec<String> = std::iter::once(test)
            .chain(paragraphs)
            .flatten()
            .filter(|paragraph| !paragraph.trim().is_empty())
            .collect();
        Screen { html: fit(all.join("\n\n"), limits::TEXT), inline, key: None }
    }

    /// The same with «Меню» at the field of the letters in the place of buttons.
    pub(crate) fn page_with_key(&self, paragraphs: Vec<Option<String>>) -> Screen {
        let key = Some(self.texts.plain(Key::ButtonMenu, &[]));
        Screen { key, ..self.page(paragraphs, Vec::new()) }
    }
}

/// Writes a view. The revision is the session's after the view, which its buttons carry.
pub(crate) fn render(
    view: &View,
    session: &Session,
    context: &Context<'_>,
    revision: i64,
) -> Screen {
    let pen = Pen::new(context.desk, context.language);
    let word = view.word.as_ref().map(|word| word::line(&pen, context, word));
    match &view.scene {
        Scene::Menu => shelf::menu(&pen, context, session, word),
        Scene::Category { category, page } => {
            shelf::category(&pen, context, *category, *page, word)
        }
        Scene::Card { model } => shelf::card(&pen, context, model, word),
        Scene::Draft => match &session.draft {
            Some(draft) => draft::draft(&pen, context, draft, revision, word),
            None => shelf::menu(&pen, context, session, word),
        },
        Scene::Placed { code, model, price, free } => {
            let price = (!free).then_some(*price);
            history::placed(&pen, context, code, model, price, word)
        }
        Scene::Cheap { page } => cheap::cheap(&pen, context, *page, word),
        Scene::History { page, orders, more } => {
            history::list(&pen, context, *page, orders, *more, session.history_kind, word)
        }
        Scene::Item { order, page } => history::item(&pen, order, *page, word),
        Scene::Progress { order, before } => {
            let state = Progress { order, before: *before, now: context.now };
            let mut screen = progress(&pen, &state, Some(context.wallet.balance), word);
            screen.inline.push(vec![pen.tap(Key::ButtonMenu, &Button::Menu)]);
            screen
        }
        Scene::Balance { movements, open } => {
            history::balance(&pen, context, movements, open, revision, word)
        }
        Scene::Help => shelf::help(&pen, word),
        Scene::Languages => shelf::languages(&pen, word),
        Scene::Journey(scene) => journey::render::screen(&pen, context, scene, revision, word),
        Scene::Quick => offer::quick(&pen, session, word),
        Scene::Bonus(show) => bonus::screen(&pen, context, show, revision, word),
        Scene::TopUp(scene) => topup::render::screen(&pen, scene, revision, word),
        Scene::Idea(scene) => ideas::scene(&pen, context, session, scene, revision, word),
        Scene::News { wanted } => news::screen(&pen, *wanted, word),
    }
}

/// What a person who writes for the first time reads before anything else.
pub(crate) fn hello(context: &Context<'_>) -> Screen {
    bonus::hello(&Pen::new(context.desk, context.language), context)
}

/// Another language was chosen: «Меню» at the field of the letters speaks it too.
pub(crate) fn spoken(context: &Context<'_>) -> Screen {
    let pen = Pen::new(context.desk, context.language);
    pen.page_with_key(vec![Some(pen.say(Key::NoticeLanguageSet, &[]))])
}

/// The progress message of a batch.
pub(crate) fn batch_progress(pen: &Pen<'_>, batch: &generation::BatchView) -> Screen {
    ideas::progress(pen, batch, None)
}

/// The answer to a command in a group: a link to the private chat, and nothing else.
pub(crate) fn group(desk: &Desk, language: Language) -> Screen {
    let pen = Pen::new(desk, language);
    let url = format!("https://t.me/{}", desk.bot_username);
    let tap = Tap::link(pen.texts.plain(Key::ButtonPrivateChat, &[]), url);
    Screen { html: pen.say(Key::ScreenGroup, &[]), inline: vec![vec![tap]], key: None }
}

/// More was asked for than one person may ask for in a minute.
pub(crate) fn too_fast(desk: &Desk, language: Language, seconds: i64) -> Screen {
    let pen = Pen::new(desk, language);
    let words = pen.say(Key::RefusalTooFast, &[("count", seconds.into())]);
    pen.page(vec![Some(words)], vec![vec![pen.tap(Key::ButtonMenu, &Button::Menu)]])
}

/// Something did not work; the code leads to what the log says about it.
pub(crate) fn apology(desk: &Desk, language: Language, code: i64) -> Screen {
    let pen = Pen::new(desk, language);
    // As text, because a code has no thousands.
    let words = pen.say(Key::RefusalUpdateFailed, &[("code", code.to_string().into())]);
    pen.page(vec![Some(words)], vec![vec![pen.tap(Key::ButtonMenu, &Button::Menu)]])
}

/// The menu in rows.
fn menu_rows(entry: impl Fn(Entry) -> Tap, draft: bool) -> Vec<Vec<Tap>> {
    let mut rows = Vec::new();
    if draft {
        rows.push(vec![entry(Entry::Continue)]);
    }
    let mut entries = Entry::MENU.into_iter().map(entry).peekable();
    while entries.peek().is_some() {
        rows.push(entries.by_ref().take(2).collect());
    }
    rows
}

#[cfg(test)]
mod tests;
