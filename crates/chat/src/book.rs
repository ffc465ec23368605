//! Every screen at once, for somebody who reads them all: the same functions that write the screens
//! of the conversation, over made-up orders.

mod ideas;
mod sample;

use catalog::{Answer, Answers, Asked, Category, Field, Language, Likeness, Model, Output, Writes};
use generation::{FailureClass, LikenessView, Money, SentAs, Softened, State, View as Order};
use money::Rub;
use time::OffsetDateTime;

use crate::answer;
use crate::desk::{Context, Desk};
use crate::journey::{self, Page, Question, Said, Shelf};
use crate::render::{self, Pen, Progress};
use crate::screen::{Act, Screen};
use crate::session::{Draft, Quote, Session, Stage};
use crate::view::{Scene, View, Word};

/// One screen of the book.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Where in the conversation it stands.
    pub title: String,
    /// HTML of the Bot API.
    pub html: String,
    /// The buttons in rows: what stands on them, and whether they open an address.
    pub rows: Vec<Vec<(String, bool)>>,
}

/// All screens of one language. The moment is the one in which they are seen.
#[must_use]
pub fn book(desk: &Desk, language: Language, now: OffsetDateTime) -> Vec<Leaf> {
    let mut book = Book { desk, language, now, leaves: Vec::new() };
    book.menus();
    book.shelves();
    for model in desk.catalog.models() {
        if desk.on_sale(&model.id).is_some() {
            book.model(model);
        }
    }
    book.ideas();
    book.orders();
    book.results();
    book.money_and_help();
    book.words();
    book.leaves
}

struct Book<'a> {
    desk: &'a Desk,
    language: Language,
    now: OffsetDateTime,
    leaves: Vec<Leaf>,
}

impl<'a> Book<'a> {
    fn context(&self, wallet: billing::Wallet) -> Context<'a> {
        Context {
            desk: self.desk,
            now: self.now,
            language: self.language,
            user_id: sample::PERSON,
            name: "Anna".to_owned(),
            revision: 1,
            wallet,
            free: generation::FreeLeft::default(),
            newcomer: false,
            favourites: Vec::new(),
            welcomed: promo::Welcomed::Known,
        }
    }

    fn put(&mut self, title: impl Into<String>, screen: &Screen) {
        let rows = screen.inline.iter().filter(|row| !row.is_empty()).map(|row| {
            row.iter().map(|tap| (tap.text.clone(), matches!(tap.act, Act::Link(_)))).collect()
        });
        let (rows, html) = (rows.collect(), screen.html.clone());
        self.leaves.push(Leaf { title: title.into(), html, rows });
    }

    fn show(&mut self, title: impl Into<String>, scene: Scene, session: &Session) {
        let context = self.context(sample::wallet(200));
        let screen = render::render(&View::new(scene), session, &context, 1);
        self.put(title, &screen);
    }

    fn plain(&mut self, title: impl Into<String>, scene: Scene) {
        self.show(title, scene, &Session::default());
    }

    fn menus(&mut self) {
        let mut context = self.context(sample::wallet(200));
        context.newcomer = true;
        context.welcomed = promo::Welcomed::Given(self.desk.welcome);
        let hello = render::hello(&context);
        self.put("hello", &hello);
        self.put("another language", &render::spoken(&context));
        for (title, roubles) in [("menu", 200), ("menu: no money", 0)] {
            let context = self.context(sample::wallet(roubles));
            let view = View::new(Scene::Menu);
            let screen = render::render(&view, &Session::default(), &context, 1);
            self.put(title, &screen);
        }
    }

    fn shelves(&mut self) {
        for category in Category::ALL {
            let models = self.desk.catalog.in_category(category, &self.desk.rate).len();
            for page in 0..=u16::try_from(models / 8).unwrap_or(0) {
                self.plain(format!("{category:?}, {page}"), Scene::Category { category, page });
            }
        }
        let all: Vec<String> =
            self.desk.catalog.models().iter().map(|one| one.id.clone()).collect();
        let sold: Vec<String> =
            all.into_iter().filter(|id| self.desk.on_sale(id).is_some()).collect();
        let some: Vec<String> = sold.iter().take(5).cloned().collect();
        for page in 0..=u16::try_from(sold.len() / 8).unwrap_or(0) {
            let models = sold.clone();
            let scene = journey::Scene::Shelf { shelf: Shelf::All, models, page };
            self.plain(format!("all models, {page}"), Scene::Journey(scene));
        }
        let found = Shelf::Found { query: "music".to_owned() };
        for (title, shelf, models) in [
            ("found", found, some.clone()),
            ("favourites", Shelf::Favourites, some),
            ("no favourites", Shelf::Favourites, Vec::new()),
        ] {
            self.plain(title, Scene::Journey(journey::Scene::Shelf { shelf, models, page: 0 }));
        }
        self.plain("search", Scene::Journey(journey::Scene::Ask));
    }

    fn model(&mut self, model: &Model) {
        let id = &model.id;
        self.plain(format!("card: {id}"), Scene::Card { model: id.clone() });
        let asked = |field: &&Field| answer::is_asked(field);
        for field in model.fields.iter().filter(asked) {
            let name = field.name.clone();
            let mut draft = Draft::new(id, catalog::Answers::new());
            draft.stage = match field.asked {
                Asked::First => Stage::Field { name },
                Asked::Option | Asked::Never | Asked::EarlierResult => Stage::Option { name },
            };
            let session = Session { draft: Some(draft), ..Session::default() };
            self.show(format!("question: {id} · {}", field.name), Scene::Draft, &session);
        }
        let mut draft = Draft::new(id, sample::answers(model, self.language));
        let priced = self.desk.quote(model, &draft.answers).ok();
        let expires_at = self.now + time::Duration::HOUR;
        draft.quote = priced.map(|priced| Quote { price: priced.price, expires_at, free: false });
        let session = Session { draft: Some(draft), ..Session::default() };
        self.show(format!("confirmation: {id}"), Scene::Draft, &session);
    }

    fn order(&self) -> Order {
        sample::order(self.desk, self.language, self.now)
    }

    fn orders(&mut self) {
        let order = self.order();
        let (code, model, price) = (order.code.clone(), order.model.clone(), order.price);
        self.plain("placed", Scene::Placed { code, model, price, free: false });
        for (state, money, quiet) in sample::situations() {
            let order = Box::new(Order { state, money, quiet, ..self.order() });
            let title = format!("progress: {state:?}, {money:?}, quiet {quiet}");
            self.plain(title, Scene::Progress { order: order.clone(), before: 3 });
            self.plain(format!("order: {state:?}"), Scene::Item { order, page: 0 });
        }
        for class in sample::CLASSES {
            let order = self.failed(class);
            let pen = Pen::of_order(self.desk, &order);
            let state = Progress { order: &order, before: 0, now: self.now };
            let screen = render::notice(&pen, &state, Rub::from_roubles(200));
            self.put(format!("failed: {class:?}"), &screen);
        }
        let orders = vec![self.order(), self.failed(FailureClass::Content)];
        self.plain("history", Scene::History { page: 0, orders, more: true });
        self.plain("history: empty", Scene::History { page: 0, orders: Vec::new(), more: false });
        for (title, scene) in [
            ("words of an order", journey::Scene::Prompt { order: Box::new(self.order()) }),
            ("links of an order", journey::Scene::Links { order: Box::new(self.order()) }),
            ("other models", journey::Scene::Others { order: Box::new(self.order()) }),
            ("softer words", self.soft(Softened::Written("A cat with a flower".to_owned()))),
            ("no softer words", self.soft(Softened::Failed)),
        ] {
            self.plain(title, Scene::Journey(scene));
        }
    }

    fn soft(&self, softened: Softened) -> journey::Scene {
        let order = Box::new(self.failed(FailureClass::Content));
        journey::Scene::Soft { order, softened }
    }

    /// A voice that songs can have.
    fn voice(&self) -> Order {
        let kind = Likeness::Persona;
        let models = self.desk.catalog.models();
        let model = models.iter().find(|model| model.makes == Some(kind) && model.is_on_sale());
        let id = "persona-1".to_owned();
        Order {
            model: model.map_or_else(String::new, |model| model.id.clone()),
            answers: Answers::from([("name".to_owned(), Answer::Text("Vera".to_owned()))]),
            outputs: Vec::new(),
            likeness: Some(LikenessView { kind, id }),
            ..self.order()
        }
    }

    /// The words of a song.
    fn lyrics(&self) -> Order {
        let mut order = self.order();
        let models = self.desk.catalog.models();
        let writes = |model: &&Model| model.writes == Some(Writes::Lyrics) && model.is_on_sale();
        order.model = models.iter().find(writes).map_or_else(String::new, |model| model.id.clone());
        for output in &mut order.outputs {
            output.kind = Output::Text;
            output.url = String::new();
            output.file_id = None;
            output.title = Some("Winter evening".to_owned());
            output.words = Some("[Verse]\nThe snow is falling".to_owned());
        }
        order
    }

    fn failed(&self, class: FailureClass) -> Order {
        Order {
            state: State::Failed,
            money: Money::Returned,
            failure: Some(class),
            outputs: Vec::new(),
            ..self.order()
        }
    }

    fn results(&mut self) {
        let order = self.order();
        let pen = Pen::of_order(self.desk, &order);
        let balance = Rub::from_roubles(196);
        for (title, taken) in [("result", Some(order.price)), ("result: a gift", None)] {
            let html = render::caption(&pen, &order, (0, 1), taken, balance, self.now);
            let inline = render::result_buttons(&pen, &order, 0);
            self.put(title, &Screen { html, inline, key: None });
        }
        let caption = render::caption(&pen, &order, (0, 1), Some(order.price), balance, self.now);
        let link = render::link(&pen, &caption, "https://bot.example/files/token");
        self.put(format!("result: {:?}", SentAs::Link), &link);
        self.put("result: no original", &journey::render::no_original(&pen, &order));
        let lyrics = self.lyrics();
        let words = lyrics.outputs.first().and_then(|output| render::words(&caption, output));
        let inline = render::result_buttons(&pen, &lyrics, 0);
        self.put("result: words", &Screen { html: words.unwrap_or_default(), inline, key: None });
        let voice = self.voice();
        self.put("result: a voice", &render::likeness_ready(&pen, &voice, balance, self.now));
        self.put("result of a cancelled order", &render::quiet_ready(&pen, &order, balance));
    }

    fn money_and_help(&mut self) {
        let movements = sample::movements(self.now);
        self.plain("balance", Scene::Balance { movements: movements.clone(), open: Vec::new() });
        let code = Some("K7F2ABCD".to_owned());
        let lines = movements
            .into_iter()
            .map(|movement| journey::Line { movement, code: code.clone() })
            .collect();
        let money = journey::Scene::Money { page: 0, lines, more: true };
        self.plain("money", Scene::Journey(money));
        self.plain("help", Scene::Help);
        self.plain("languages", Scene::Languages);
        for wanted in [true, false] {
            self.plain(format!("news: {wanted}"), Scene::News { wanted });
        }
        let answers = Question::ALL.map(Page::Answer);
        let pages = [Page::Questions, Page::Terms, Page::Privacy, Page::Payments, Page::Support];
        for page in pages.into_iter().chain(answers) {
            self.plain(format!("page: {page:?}"), Scene::Journey(journey::Scene::Page(page)));
        }
        for (orders, payments) in [(0, 0), (2, 0), (0, 1)] {
            let open = journey::leave::Unfinished { orders, payments };
            let scene = journey::Scene::Erase { open };
            self.plain(format!("erasing: {open:?}"), Scene::Journey(scene));
            let scene = journey::Scene::Leaving { open };
            self.plain(format!("leaving: {open:?}"), Scene::Journey(scene));
        }
        self.plain("erased", Scene::Journey(journey::Scene::Erased));
        let group = render::group(self.desk, self.language);
        self.put("in a group", &group);
        self.put("trouble of ours", &render::apology(self.desk, self.language, 42));
        self.put("too fast", &render::too_fast(self.desk, self.language, 42));
    }

    fn words(&mut self) {
        let words = [
            Word::Stale,
            Word::NotUnderstood,
            Word::FileUnasked,
            Word::NoModel,
            Word::NothingToContinue,
            Word::Dropped,
            Word::NoSuchOrder,
            Word::Closed,
            Word::Short(Rub::from_roubles(12)),
            Word::Repriced(Rub::from_roubles(12)),
            Word::Journey(Said::Marked),
            Word::Journey(Said::NothingFound),
            Word::Journey(Said::FilesComing),
            Word::Journey(Said::FilesGone),
            Word::Journey(Said::TooManyOpen(10)),
            Word::Journey(Said::TooManyUploads(60)),
            Word::Journey(Said::Paused(42)),
            Word::Journey(Said::SoftComing),
            Word::Journey(Said::TooManySoftened),
            Word::Journey(Said::Leaving),
            Word::Journey(Said::Stayed),
            Word::AlbumCut(3),
        ];
        let context = self.context(sample::wallet(200));
        for word in words {
            let title = format!("menu with a word: {word:?}");
            let view = View::new(Scene::Menu).with(word);
            let screen = render::render(&view, &Session::default(), &context, 1);
            self.put(title, &screen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{START, desk, within_limits};

    #[test]
    fn the_book_has_hundreds_of_screens_all_within_the_limits() {
        let desk = desk();
        for language in Language::ALL {
            let leaves = book(&desk, language, START);
            assert!(leaves.len() >= 600, "{}", leaves.len());
            for leaf in leaves {
                let screen = Screen { html: leaf.html, ..Screen::default() };
                within_limits(&screen);
                assert!(!screen.html.is_empty(), "{}", leaf.title);
            }
        }
    }
}
