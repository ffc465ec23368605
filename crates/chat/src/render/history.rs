use billing::{Direction, Movement, MovementKind};
use catalog::Category;
use generation::{Money, State, View};
use money::Rub;
use time::OffsetDateTime;

use crate::answer;
use crate::bonus;
use crate::button::Button;
use crate::desk::Context;
use crate::journey::{self, Again, Door, Press};
use crate::render::{Pen, likeness, offer};
use crate::screen::{Screen, Tap, Tone, one_line, shorten};
use crate::texts::Key;
use crate::topup;

/// The most characters of one answer in an order's history.
const ANSWER_SHOWN: usize = 900;

/// The most characters of a model's name on the button of an order: the time stays readable.
const NAME_SHOWN: usize = 40;

pub(super) fn placed(
    pen: &Pen<'_>,
    context: &Context<'_>,
    code: &str,
    model: &str,
    price: Option<Rub>,
    word: Option<String>,
) -> Screen {
    let mut args = vec![
        ("code", code.into()),
        ("model", pen.model_name(model).into()),
        ("balance", context.wallet.balance.into()),
    ];
    args.extend(price.map(|price| ("price", price.into())));
    let key = if price.is_some() { Key::ScreenPlaced } else { Key::ScreenPlacedFree };
    // Any other screen in its place would stand above the result.
    let rows = vec![vec![pen.tap(Key::ButtonMenu, &Button::Menu)]];
    pen.page(vec![word, Some(pen.say(key, &args))], rows)
}

pub(super) fn list(
    pen: &Pen<'_>,
    context: &Context<'_>,
    page: u16,
    orders: &[View],
    more: bool,
    kind: Option<Category>,
    word: Option<String>,
) -> Screen {
    let mut rows: Vec<Vec<Tap>> = orders
        .iter()
        .map(|order| {
            let name = shorten(&pen.model_name(&order.model), NAME_SHOWN);
            let text = format!("🧾 {name} · {}", date(order.created_at));
            vec![Tap::new(text, &Button::Item(order.id))]
        })
        .collect();
    let mut turn = Vec::new();
    if page > 0 {
        turn.push(pen.tap(Key::ButtonNewer, &Button::History { page: page - 1 }));
    }
    if more {
        turn.push(pen.tap(Key::ButtonOlder, &Button::History { page: page.saturating_add(1) }));
    }
    rows.push(turn);
    if kind.is_some() || !orders.is_empty() {
        rows.extend(journey::render::kinds(pen, kind));
    }
    rows.push(pen.way_back(&Button::Menu));
    let title = if page > 0 || more {
        let page = i64::from(page).saturating_add(1);
        pen.say(Key::ScreenHistoryPage, &[("page", page.into())])
    } else {
        pen.say(Key::ScreenHistory, &[])
    };
    let mut paragraphs = vec![word, Some(title)];
    if orders.is_empty() {
        paragraphs.push(Some(pen.say(Key::ScreenHistoryEmpty, &[])));
    }
    paragraphs.extend(orders.iter().map(|order| Some(entry(pen, order))));
    paragraphs.push(Some(pen.balance(&context.wallet)));
    pen.page(paragraphs, rows)
}

fn entry(pen: &Pen<'_>, order: &View) -> String {
    let args = [
        ("code", order.code.as_str().into()),
        ("model", pen.model_name(&order.model).into()),
        ("date", date(order.created_at).into()),
        ("state", pen.texts.plain(state_key(order.state), &[]).into()),
        ("money", money(pen, order).into()),
    ];
    pen.say(Key::ScreenHistoryEntry, &args)
}

/// What happened to the money, in a few words.
pub(super) fn money(pen: &Pen<'_>, order: &View) -> String {
    let key = match order.money {
        Money::Held | Money::Taken if order.free => Key::FieldMoneyFree,
        Money::Returned if order.free && order.state != State::Done => Key::FieldMoneyFreeReturned,
        Money::Held => Key::FieldMoneyHeld,
        Money::Taken if order.charge() < order.price => Key::FieldMoneyTakenPart,
        Money::Taken => Key::FieldMoneyTaken,
        Money::Returned if order.state == State::Done => Key::FieldMoneyGift,
        Money::Returned => Key::FieldMoneyReturned,
    };
    let args = [("price", order.price.into()), ("taken", order.charge().into())];
    pen.texts.plain(key, &args)
}

pub(super) fn state_key(state: State) -> Key {
    match state {
        State::Preparing => Key::FieldStatePreparing,
        State::Queued | State::Submitting => Key::FieldStateQueued,
        State::Uncertain | State::Running => Key::FieldStateRunning,
        State::Securing | State::Delivering => Key::FieldStateDelivering,
        State::Late => Key::FieldStateLate,
        State::Done => Key::FieldStateDone,
        State::Failed => Key::FieldStateFailed,
        State::Cancelled => Key::FieldStateCancelled,
    }
}

/// Moscow time, which most of the people live by; the texts around it say so.
pub(crate) fn date(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::macros::offset!(+3));
    let (day, month) = (at.day(), u8::from(at.month()));
    format!("{day:02}.{month:02}\u{a0}{:02}:{:02}", at.hour(), at.minute())
}

pub(super) fn item(pen: &Pen<'_>, order: &View, page: u16, word: Option<String>) -> Screen {
    let language = pen.language();
    let mut lines = Vec::new();
    if let Some(model) = pen.desk.catalog.model(&order.model) {
        for field in model.fields.iter().filter(|field| answer::is_asked(field)) {
            if let Some(given) = order.answers.get(&field.name) {
                let words = answer::words(field, given, pen.texts, ANSWER_SHOWN);
                let args = [("label", field.label.get(language).into()), ("answer", words.into())];
                lines.push(pen.say(Key::ScreenSummaryLine, &args));
            }
        }
    }
    let mut rows = Vec::new();
    if !order.outputs.is_empty() && order.state == State::Done {
        rows.push(vec![pen.tap(Key::ButtonResend, &Button::Resend(order.id))]);
    }
    rows.extend(offer::continuations(pen, order, None, false));
    if pen.desk.again(order).is_some() && journey::render::can_repeat(order) {
        rows.push(vec![pen.tap(Key::ButtonRepeat, &Button::Repeat(order.id))]);
    }
    rows.extend(journey::render::more(pen, order));
    if !order.answers.is_empty() {
        let prompt = Press::Order { id: order.id, again: Again::Prompt };
        rows.push(vec![pen.tap(Key::ButtonPrompt, &Button::Journey(prompt))]);
    }
    let open = match order.state {
        State::Preparing
        | State::Queued
        | State::Submitting
        | State::Uncertain
        | State::Running => !order.quiet,
        State::Securing
        | State::Delivering
        | State::Late
        | State::Done
        | State::Failed
        | State::Cancelled => false,
    };
    if open {
        let cancel = pen.tap(Key::ButtonCancel, &Button::Cancel(order.id)).tone(Tone::Stop);
        rows.push(vec![cancel]);
    }
    rows.push(pen.way_back(&Button::History { page }));
    let made = likeness::named(pen, order).map(|made| telegram::escape_html(&made));
    pen.page(vec![word, Some(entry(pen, order)), made, Some(lines.join("\n"))], rows)
}

pub(super) fn balance(
    pen: &Pen<'_>,
    context: &Context<'_>,
    movements: &[Movement],
    open: &[payments::Payment],
    revision: i64,
    word: Option<String>,
) -> Screen {
    let wallet = &context.wallet;
    let parts = pen.say(
        Key::ScreenBalanceParts,
        &[
            ("balance", wallet.balance.into()),
            ("real", wallet.real.into()),
            ("bonus", wallet.bonus.into()),
        ],
    );
    let parts = pen.with_held(parts, wallet);
    let lines: Vec<_> =
        movements.iter().filter_map(|movement| movement_line(pen, movement)).collect();
    let moves = if movements.is_empty() {
        pen.say(Key::ScreenBalanceNoMoves, &[])
    } else if lines.is_empty() {
        String::new()
    } else {
        format!("{}\n{}", pen.say(Key::ScreenBalanceMoves, &[]), lines.join("\n"))
    };
    let (words, mut rows) = topup::render::on_balance(pen, context, open, revision);
    rows.push(vec![pen.tap(Key::ButtonBonus, &Button::Bonus(bonus::Press::Home))]);
    rows.push(vec![
        pen.tap(Key::ButtonHistory, &Button::History { page: 0 }),
        pen.tap(Door::Money.key(), &Button::Journey(Door::Money.press())),
    ]);
    rows.push(pen.way_back(&Button::Menu));
    let mut paragraphs = vec![word, Some(parts), Some(moves)];
    paragraphs.extend(words);
    pen.page(paragraphs, rows)
}

/// The sum of a movement with its sign.
pub(crate) fn signed(movement: &Movement) -> String {
    let sign = match movement.direction {
        Direction::In => "+",
        Direction::Out => "−",
        Direction::Beside => "",
    };
    format!("{sign}{}", movement.amount)
}

/// A movement that changed what can be spent. Taking what was on hold did not: beside the hold it
/// would read as a second charge.
fn movement_line(pen: &Pen<'_>, movement: &Movement) -> Option<String> {
    let key = match movement.kind {
        MovementKind::Topup => Key::FieldMoveTopup,
        MovementKind::Bonus => Key::FieldMoveBonus,
        MovementKind::Hold => Key::FieldMoveHold,
        MovementKind::Release => Key::FieldMoveRelease,
        MovementKind::Refund => Key::FieldMoveRefund,
        MovementKind::Adjust => Key::FieldMoveAdjust,
        MovementKind::Expire => Key::FieldMoveExpire,
        MovementKind::GiftOut => Key::FieldMoveGiftOut,
        MovementKind::GiftIn => Key::FieldMoveGiftIn,
        MovementKind::Payback => Key::FieldMovePayback,
        MovementKind::Commit | MovementKind::Cost | MovementKind::Loss => return None,
    };
    let what = pen.texts.plain(key, &[]);
    let amount = signed(movement);
    let line = pen.say(
        Key::ScreenMoveLine,
        &[("date", date(movement.at).into()), ("what", what.into()), ("amount", amount.into())],
    );
    // An operator's reason is for people; the origins of bonuses are keys of the program.
    Some(match (&movement.kind, &movement.reason) {
        (MovementKind::Adjust, Some(reason)) => {
            format!("{line} ({})", telegram::escape_html(&one_line(reason, 80)))
        }
        _ => line,
    })
}
