//! Made-up people and orders for the book.

use billing::{Direction, Movement, MovementKind, Wallet};
use catalog::{Answer, Answers, Asked, FieldKind, FileInput, Language, Model, Output};
use generation::{FailureClass, Money, OutputView, SentAs, State, View as Order};
use media::MediaKind;
use money::Rub;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::answer;
use crate::desk::Desk;

/// Whose screens the book shows.
pub(super) const PERSON: i64 = 1;

/// Every reason of a failure.
pub(super) const CLASSES: [FailureClass; 9] = [
    FailureClass::Content,
    FailureClass::Input,
    FailureClass::InputGone,
    FailureClass::Account,
    FailureClass::Temporary,
    FailureClass::Lost,
    FailureClass::NotDelivered,
    FailureClass::TooLate,
    FailureClass::Unknown,
];

/// Where an order can stand, with what became of the money, and whether it was cancelled too late.
pub(super) fn situations() -> Vec<(State, Money, bool)> {
    vec![
        (State::Preparing, Money::Held, false),
        (State::Queued, Money::Held, false),
        (State::Submitting, Money::Held, false),
        (State::Uncertain, Money::Held, false),
        (State::Running, Money::Held, false),
        (State::Running, Money::Held, true),
        (State::Securing, Money::Held, false),
        (State::Delivering, Money::Taken, false),
        (State::Late, Money::Returned, false),
        (State::Done, Money::Taken, false),
        (State::Done, Money::Returned, false),
        (State::Failed, Money::Returned, false),
        (State::Cancelled, Money::Returned, false),
    ]
}

pub(super) fn wallet(roubles: i64) -> Wallet {
    let amount = Rub::from_roubles(roubles);
    Wallet { balance: amount, bonus: amount, ..Wallet::default() }
}

pub(super) fn movements(now: OffsetDateTime) -> Vec<Movement> {
    let kinds = [
        (MovementKind::Commit, Direction::Beside),
        (MovementKind::Hold, Direction::Out),
        (MovementKind::Release, Direction::In),
        (MovementKind::Refund, Direction::In),
        (MovementKind::Topup, Direction::In),
        (MovementKind::Bonus, Direction::In),
    ];
    let movement = |(id, (kind, direction))| Movement {
        id,
        at: now,
        kind,
        amount: Rub::from_kopecks(380),
        direction,
        balance_after: Some(Rub::from_kopecks(19_620)),
        generation: Some(Uuid::from_u128(5)),
        reason: None,
    };
    (1..).zip(kinds).map(movement).collect()
}

/// Answers to what a model asks before its confirmation.
pub(super) fn answers(model: &Model, language: Language) -> Answers {
    let asked = |field: &&catalog::Field| field.asked == Asked::First && answer::is_asked(field);
    let given = model.fields.iter().filter(asked).filter_map(|field| {
        let given = match &field.kind {
            FieldKind::Text { .. } => Answer::Text(model.example.get(language).to_owned()),
            FieldKind::Files { media, .. } => Answer::Files(vec![file(*media)]),
            FieldKind::Choice { .. } | FieldKind::Switch | FieldKind::Integer { .. } => {
                answer::choice(&field.kind, 0)?
            }
            FieldKind::Number { .. }
            | FieldKind::Values { .. }
            | FieldKind::Items { .. }
            | FieldKind::Opaque => return None,
        };
        Some((field.name.clone(), given))
    });
    given.collect()
}

fn file(kind: MediaKind) -> FileInput {
    let (mime, moves) = match kind {
        MediaKind::Image => ("image/jpeg", false),
        MediaKind::Video => ("video/mp4", true),
        MediaKind::Audio => ("audio/mpeg", true),
    };
    FileInput {
        source: "sample".to_owned(),
        kind,
        mime: mime.to_owned(),
        bytes: 100_000,
        width: Some(800),
        height: Some(600),
        duration_ms: moves.then_some(5_000),
    }
}

/// An order that was delivered half a minute after it was made.
pub(super) fn order(desk: &Desk, language: Language, now: OffsetDateTime) -> Order {
    let model = desk.catalog.models().iter().find(|model| desk.on_sale(&model.id).is_some());
    let since = now - Duration::seconds(30);
    Order {
        id: Uuid::from_u128(5),
        code: "K7F2ABCD".to_owned(),
        user_id: PERSON,
        chat_id: PERSON,
        language,
        world: desk.world,
        model: model.map_or_else(String::new, |model| model.id.clone()),
        answers: model.map_or_else(Answers::new, |model| answers(model, language)),
        price: Rub::from_kopecks(380),
        cost: Rub::from_kopecks(190),
        free: false,
        bound: None,
        taken: None,
        provider_credits: None,
        batch: None,
        continues: None,
        state: State::Done,
        money: Money::Taken,
        quiet: false,
        tries: 0,
        deadline_at: None,
        uploads: std::collections::BTreeMap::new(),
        uploaded_at: None,
        created_at: since,
        submitted_at: Some(since),
        finished_at: Some(now),
        failure: None,
        likeness: None,
        outputs: vec![OutputView {
            position: 0,
            kind: Output::Image,
            mime: "image/png".to_owned(),
            piece: None,
            url: "https://results.example/1.png".to_owned(),
            bytes: 1_000,
            width: Some(1024),
            height: Some(1024),
            duration_ms: None,
            form: SentAs::Media,
            sent_as: Some(SentAs::Media),
            file_id: Some("sample".to_owned()),
            original_file_id: None,
            title: None,
            words: None,
        }],
    }
}
