//! A person at the pure half of the conversation: no database, no Telegram.

use std::sync::{Arc, OnceLock};

use billing::{Lot, Wallet, World};
use catalog::{Answers, Catalog, Category, FileInput, Language};
use generation::{
    BatchCancelled, BatchPlaced, BatchView, FreeLeft, Money, OutputView, Rewrite, SentAs, State,
    View as Order,
};
use media::MediaKind;
use money::{Rate, Rub};
use promo::{Claimed, Gift, GiftState, Invitation, Invited, MadeGift, Redeemed, TookBack};
use rust_decimal::Decimal;
use telegram::{Outbound, limits};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::bonus::{Ask, Came, Purse};
use crate::button::Button;
use crate::desk::{Context, Desk};
use crate::free::FreeTier;
use crate::ideas::{IdeaDone, IdeaIntent, NewBatch};
use crate::input::{Entry, Input};
use crate::journey::leave::Unfinished;
use crate::journey::shop::Shop;
use crate::journey::{Got, Wish};
use crate::news::News;
use crate::react::{Then, react, settle};
use crate::render::render;
use crate::screen::{Act, Screen};
use crate::session::Session;
use crate::topup::Outcome;
use crate::view::{Done, Intent, NewOrder, View};

pub(crate) const START: OffsetDateTime = time::macros::datetime!(2026-01-01 12:00 UTC);

pub(crate) const ANNA: i64 = 7;

pub(crate) struct Trial {
    pub(crate) desk: Desk,
    pub(crate) session: Session,
    pub(crate) revision: i64,
    pub(crate) wallet: Wallet,
    pub(crate) free: FreeLeft,
    pub(crate) now: OffsetDateTime,
    pub(crate) language: Language,
    pub(crate) newcomer: bool,
    pub(crate) favourites: Vec<String>,
    /// Orders that were placed.
    pub(crate) placed: Vec<NewOrder>,
    /// Batches that were placed.
    pub(crate) batches: Vec<BatchView>,
    /// What the history has.
    pub(crate) orders: Vec<Order>,
    pub(crate) screen: Screen,
    pub(crate) view: Option<View>,
}

/// The catalogue is read once for all tests.
fn catalog() -> Arc<Catalog> {
    static CATALOG: OnceLock<Arc<Catalog>> = OnceLock::new();
    Arc::clone(CATALOG.get_or_init(|| Arc::new(Catalog::builtin().unwrap())))
}

fn scenarios() -> Arc<scenario::Scenarios> {
    static SCENARIOS: OnceLock<Arc<scenario::Scenarios>> = OnceLock::new();
    Arc::clone(SCENARIOS.get_or_init(|| Arc::new(scenario::Scenarios::builtin().unwrap())))
}

pub(crate) fn desk() -> Desk {
    let parts = |markup| Rate::from_parts(Decimal::new(5, 3), Decimal::from(95), markup).unwrap();
    Desk {
        catalog: catalog(),
        scenarios: scenarios(),
        rate: parts(Decimal::from(2)),
        cost_rate: parts(Decimal::ONE),
        welcome: Rub::from_roubles(200),
        world: World::Real,
        bot_username: "kie_bot".to_owned(),
        support: Some("helper".to_owned()),
        accepts_orders: true,
        journey: Shop::default(),
        rules: crate::rules::Rules::default(),
        free: FreeTier::off(),
        dear: Rub::from_roubles(300),
        bonuses: promo::Rules::default(),
        payments: payments::Offer::default(),
    }
}

pub(crate) fn bonus(roubles: i64) -> Wallet {
    let amount = Rub::from_roubles(roubles);
    Wallet { balance: amount, bonus: amount, ..Wallet::default() }
}

impl Trial {
    pub(crate) fn new() -> Self {
        Self {
            desk: desk(),
            session: Session::default(),
            revision: 0,
            wallet: bonus(200),
            free: FreeLeft::default(),
            now: START,
            language: Language::Ru,
            newcomer: false,
            favourites: Vec::new(),
            placed: Vec::new(),
            batches: Vec::new(),
            orders: Vec::new(),
            screen: Screen::default(),
            view: None,
        }
    }

    fn context<'a>(&self, desk: &'a Desk) -> Context<'a> {
        Context {
            desk,
            now: self.now,
            language: self.language,
            user_id: ANNA,
            name: "Анна <3".to_owned(),
            revision: self.revision,
            wallet: self.wallet,
            free: self.free,
            newcomer: self.newcomer,
            favourites: self.favourites.clone(),
            welcomed: match self.newcomer {
                true => promo::Welcomed::Given(self.desk.welcome),
                false => promo::Welcomed::Known,
            },
        }
    }

    /// One turn; what it asks for is done at once and without faults.
    pub(crate) fn acts(&mut self, input: Input) -> &Screen {
        let desk = self.desk.clone();
        let reaction = react(self.session.clone(), &self.context(&desk), input);
        let (session, view) = match reaction.then {
            Then::Show(view) => (reaction.session, view),
            Then::Do { intent, word } => {
                let done = self.does(intent);
                settle(reaction.session, &self.context(&desk), done, word)
            }
        };
        if session != self.session {
            self.revision += 1;
        }
        // Whatever is kept must survive the database.
        self.session = Session::read(session.write());
        assert_eq!(self.session, session);
        self.screen = render(&view, &self.session, &self.context(&desk), self.revision);
        self.view = Some(view);
        self.newcomer = false;
        self.is_sound();
        &self.screen
    }

    fn does(&mut self, intent: Intent) -> Done {
        let found = |id: Uuid, orders: &[Order]| {
            orders.iter().find(|order| order.id == id).cloned().map(Box::new)
        };
        match intent {
            Intent::Place(order) => {
                let revision = order.revision;
                let id = Uuid::from_u128(u128::try_from(revision).unwrap());
                let code = format!("CODE{revision}");
                let mut made = an_order(&order.model, order.answers.clone());
                made.id = id;
                made.continues = order.continues;
                made.price = order.priced.price;
                made.state = State::Queued;
                made.money = Money::Held;
                self.orders.push(made);
                self.wallet.balance = self.wallet.balance.minus(order.priced.price).unwrap();
                self.wallet.bonus = self.wallet.balance;
                self.wallet.held = order.priced.price;
                self.placed.push(*order);
                let balance = self.wallet.balance;
                Done::Placed {
                    revision,
                    outcome: generation::Placed::Created { id, code, balance },
                }
            }
            Intent::Cancel(id) => {
                let order = found(id, &self.orders);
                let outcome = match &order {
                    Some(order) => generation::Cancelled::Noted { price: order.price },
                    None => generation::Cancelled::NotFound,
                };
                Done::Cancelled { outcome, order, before: 2 }
            }
            Intent::History { page, cursors, kind: _ } => {
                Done::History { page, cursors, orders: self.orders.clone(), more: true }
            }
            Intent::Item { id, page, cursors } => {
                Done::Item { order: found(id, &self.orders), page, cursors }
            }
            Intent::Progress(id) => Done::Progress { order: found(id, &self.orders), before: 0 },
            Intent::Resend(id) => Done::Resent { order: found(id, &self.orders), files: 1 },
            Intent::Repeat(id) => Done::Repeat { order: found(id, &self.orders) },
            Intent::Continue { id, position, model } => {
                let task = Some("task-1".to_owned());
                Done::Continue { order: found(id, &self.orders), task, position, model }
            }
            Intent::Balance => Done::Balance { movements: Vec::new(), open: Vec::new() },
            Intent::Idea(intent) => Done::Idea(self.makes(intent)),
            Intent::Speak(language) => {
                self.language = language;
                Done::Spoken
            }
            Intent::Journey(wish) => Done::Journey(self.gets(wish)),
            Intent::News(News::Look) => Done::News(true),
            Intent::News(News::Want(wanted)) => Done::News(wanted),
            Intent::TopUp(_) => Done::TopUp(Box::new(Outcome::Found { payment: None, word: None })),
            Intent::Bonus(ask) => Done::Bonus(self.gives(ask)),
        }
    }

    fn gets(&mut self, wish: Wish) -> Got {
        match wish {
            Wish::Star(model) => {
                let marked = !self.favourites.contains(&model);
                self.favourites.retain(|one| *one != model);
                if marked {
                    self.favourites.insert(0, model.clone());
                }
                Got::Starred { model, marked }
            }
            Wish::Money { page, before } => {
                Got::Money { page, before, lines: Vec::new(), more: true }
            }
            Wish::Order { id, again } => {
                let order = self.orders.iter().find(|order| order.id == id).cloned();
                Got::Order { order: order.map(Box::new), again, word: None }
            }
            Wish::Erase => Got::Erase { open: Unfinished { orders: 2, payments: 0 } },
            Wish::Erased => Got::Erased,
            Wish::Stay => Got::Stayed,
        }
    }

    /// What comes of an ask about bonuses: always the good end.
    fn gives(&mut self, ask: Ask) -> Came {
        let gift = |id: Uuid, amount: Rub| Gift {
            id,
            token: "6fe1c3".to_owned(),
            giver_id: ANNA,
            amount,
            state: GiftState::Open,
            claimed_by: None,
            expires_at: START + time::Duration::days(30),
        };
        let amount = Rub::from_roubles(50);
        let balance = self.wallet.balance;
        let purse = Purse {
            lots: vec![
                Lot { remaining: amount, expires_at: Some(START + time::Duration::days(7)) },
                Lot { remaining: Rub::from_roubles(150), expires_at: None },
            ],
            gifts: vec![gift(Uuid::from_u128(9), Rub::from_roubles(300))],
            waiting: Some((20, Some(amount))),
        };
        match ask {
            Ask::Home => Came::Home(purse),
            Ask::Invite => Came::Invite(Invitation {
                code: "6fe1c3f47b".to_owned(),
                came: 5,
                paid: 2,
                earned: amount,
            }),
            Ask::Redeem(_) => {
                Came::Redeemed(Redeemed::Given { amount, balance, expires_at: None }, purse)
            }
            Ask::Bind(_) => Came::Bound(Invited::Accepted),
            Ask::Source(_) => Came::Sourced,
            Ask::Give(amount) => Came::Given(MadeGift::Created(gift(Uuid::from_u128(9), amount))),
            Ask::Open(id) => {
                Came::Opened(purse.gifts.iter().find(|gift| gift.id == id).cloned(), purse)
            }
            Ask::Claim(_) => Came::Claimed(Claimed::Yours { amount, balance }, purse),
            Ask::TakeBack(_) => Came::TookBack(TookBack::Done { amount, balance }, purse),
        }
    }

    /// What comes of an intent of the ready ideas: batches are made of finished orders.
    fn makes(&mut self, intent: IdeaIntent) -> IdeaDone {
        match intent {
            IdeaIntent::Place(new) => {
                let id = Uuid::from_u128(u128::try_from(new.revision).unwrap());
                let revision = new.revision;
                self.batches.push(a_batch(id, &new));
                let code = format!("PROJ{revision}");
                IdeaDone::Placed {
                    revision,
                    outcome: BatchPlaced::Created { id, code },
                    plain: false,
                }
            }
            IdeaIntent::Cancel(id) => {
                let batch = self.batch(id);
                let outcome = batch.as_ref().map(|_| BatchCancelled {
                    returned: 1,
                    returned_sum: Rub::from_roubles(10),
                    noted: 1,
                    noted_sum: Rub::from_roubles(10),
                });
                IdeaDone::Cancelled { outcome, batch }
            }
            IdeaIntent::Look(id, look) => IdeaDone::Looked { batch: self.batch(id), look },
        }
    }

    fn batch(&self, id: Uuid) -> Option<Box<BatchView>> {
        self.batches.iter().find(|batch| batch.id == id).cloned().map(Box::new)
    }

    pub(crate) fn says(&mut self, text: &str) -> &Screen {
        self.acts(Input::Text(text.to_owned()))
    }

    pub(crate) fn opens(&mut self, entry: Entry) -> &Screen {
        self.acts(Input::Open(entry))
    }

    pub(crate) fn presses(&mut self, button: Button) -> &Screen {
        self.acts(Input::Press(button))
    }

    /// Presses the button with that text on the screen.
    pub(crate) fn taps(&mut self, text: &str) -> &Screen {
        let button = self.button(text);
        self.presses(button)
    }

    pub(crate) fn button(&self, text: &str) -> Button {
        let taps = self.screen.inline.iter().flatten();
        let found = taps.into_iter().find(|tap| tap.text.contains(text));
        let Some(tap) = found else { panic!("no button «{text}» on\n{}", self.shown()) };
        let Act::Press(data) = &tap.act else { panic!("«{text}» is a link") };
        Button::decode(data).unwrap()
    }

    pub(crate) fn sends(&mut self, file: FileInput, album: Option<&str>) -> &Screen {
        let album = album.map(str::to_owned);
        self.acts(Input::File { file: Ok(file), album, caption: None })
    }

    /// The screen as a person sees it.
    pub(crate) fn shown(&self) -> String {
        shown(&self.screen)
    }

    /// What must hold for every screen: within the limits, readable buttons, a way back.
    fn is_sound(&self) {
        within_limits(&self.screen);
        let taps: Vec<_> = self.screen.inline.iter().flatten().collect();
        for tap in &taps {
            if let Act::Press(data) = &tap.act {
                assert!(Button::decode(data).is_some(), "{data}");
            }
        }
        // The menu is where the way back leads; it has its own entries.
        let entry = Entry::Category(Category::Video).button();
        let menu = taps.iter().any(|tap| {
            [&Button::Menu, &entry].iter().any(|button| tap.act == Act::Press(button.encode()))
        });
        // Nobody who has left is led back but by a word of their own.
        let left = self.view.as_ref().is_some_and(|view| {
            matches!(view.scene, crate::view::Scene::Journey(crate::journey::Scene::Erased))
        });
        assert!(menu || left, "no way back on\n{}", self.shown());
    }
}

pub(crate) fn within_limits(screen: &Screen) {
    let html = screen.html.clone();
    let new = Outbound::Text { chat: 1, html: html.clone(), keyboard: screen.keyboard_new() };
    assert_eq!(limits::check(&new), Ok(()), "{html}");
    let keyboard = screen.keyboard_inline();
    let edit = Outbound::EditText { chat: 1, message_id: 1, html: html.clone(), keyboard };
    assert_eq!(limits::check(&edit), Ok(()), "{html}");
}

pub(crate) fn shown(screen: &Screen) -> String {
    let mut text = screen.html.replace('\u{a0}', " ");
    text.push('\n');
    for row in &screen.inline {
        if !row.is_empty() {
            text.push('\n');
            let taps: Vec<_> = row.iter().map(|tap| format!("[{}]", tap.text)).collect();
            text.push_str(&taps.join(" ").replace('\u{a0}', " "));
        }
    }
    text
}

pub(crate) fn picture() -> FileInput {
    FileInput {
        source: "photo-1".to_owned(),
        kind: MediaKind::Image,
        mime: "image/jpeg".to_owned(),
        bytes: 100_000,
        width: Some(800),
        height: Some(600),
        duration_ms: None,
    }
}

/// A batch as it is a moment after the last of it: every second generation failed.
pub(crate) fn a_batch(id: Uuid, new: &NewBatch) -> BatchView {
    let member = |number: u8| {
        let mut one = an_order(&new.model, new.answers.clone());
        one.id = Uuid::from_u128(u128::from(number));
        one.price = new.priced.price;
        if number.is_multiple_of(2) {
            one.state = State::Failed;
            one.money = Money::Returned;
            one.failure = Some(generation::FailureClass::Content);
        }
        one
    };
    BatchView {
        id,
        code: "PROJ2345".to_owned(),
        user_id: ANNA,
        language: Language::Ru,
        world: World::Real,
        scenario: new.scenario.clone(),
        inputs: new.inputs.clone(),
        wish: Some("Кот <b>".to_owned()),
        rewrite: if new.script.is_some() { Rewrite::Written } else { Rewrite::None },
        scripts: (1..=new.count).map(|n| format!("{n} {}", "Кот & пёс ".repeat(150))).collect(),
        closed_at: Some(START),
        members: (1..=new.count).map(member).collect(),
    }
}

pub(crate) fn an_order(model: &str, answers: Answers) -> Order {
    Order {
        id: Uuid::from_u128(5),
        code: "K7F2ABCD".to_owned(),
        user_id: ANNA,
        chat_id: 70,
        language: Language::Ru,
        world: World::Real,
        model: model.to_owned(),
        answers,
        continues: None,
        price: Rub::from_kopecks(380),
        cost: Rub::from_kopecks(190),
        free: false,
        bound: None,
        taken: None,
        provider_credits: None,
        state: State::Done,
        money: Money::Taken,
        quiet: false,
        tries: 0,
        deadline_at: None,
        uploads: std::collections::BTreeMap::new(),
        uploaded_at: None,
        created_at: START,
        submitted_at: Some(START),
        finished_at: Some(START),
        failure: None,
        likeness: None,
        outputs: vec![OutputView {
            position: 0,
            kind: catalog::Output::Image,
            mime: "image/png".to_owned(),
            url: "https://results.example/1.png".to_owned(),
            piece: None,
            bytes: 1000,
            width: Some(1024),
            height: Some(1024),
            duration_ms: None,
            form: SentAs::Media,
            sent_as: Some(SentAs::Media),
            file_id: Some("file-1".to_owned()),
            original_file_id: None,
            title: None,
            words: None,
        }],
        batch: None,
    }
}
