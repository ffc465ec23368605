//! People and their money.

use chat::{Arg, Screen, Tap, one_line};
use generation::FailureClass;
use payments::Payment;
use time::OffsetDateTime;

use crate::button::{Button, Filter, Place};
use crate::react::Context;
use crate::render::{Pen, date, lines, number, rub};
use crate::role::{Right, Role};
use crate::session::Form;
use crate::statistics::failure;
use crate::store::movements::Line;
use crate::store::people::{OrderLine, Person};
use crate::texts::Key;
use crate::till;
use crate::view::Card;

pub(super) fn users(pen: &Pen<'_>) -> Screen {
    let rows = vec![
        vec![pen.tap(Key::ButtonSearch, &Button::Ask(Form::Search))],
        pen.way_back(Place::Menu),
    ];
    pen.page(vec![pen.say(Key::ScreenUsers, &[])], rows)
}

pub(super) fn found(
    pen: &Pen<'_>,
    query: &str,
    page: u16,
    (people, payments): (&[Person], &[Payment]),
    more: bool,
) -> Screen {
    let mut rows: Vec<Vec<Tap>> = people
        .iter()
        .map(|person| {
            let name = one_line(&person.name, 30);
            let username = person.username.as_ref().map(|name| format!(" @{name}"));
            let text = format!("{} · {name}{}", person.id, username.unwrap_or_default());
            vec![Tap::press(text, Button::Open(Place::User(person.id)).encode())]
        })
        .collect();
    rows.extend(payments.iter().map(|payment| vec![till::render::way_to(pen, payment)]));
    rows.push(pen.pages(page, more, |page| Place::Found { page }));
    rows.push(vec![pen.tap(Key::ButtonSearch, &Button::Ask(Form::Search))]);
    rows.push(pen.way_back(Place::Users));
    let title = pen.say(Key::ScreenFound, &[("query", query.into())]);
    let none = people.is_empty().then(|| pen.say(Key::ScreenFoundNone, &[]));
    pen.page(vec![title, none.unwrap_or_default()], rows)
}

fn about(pen: &Pen<'_>, person: &Person) -> String {
    let username = person.username.as_ref().map(|name| format!("@{name}")).unwrap_or_default();
    let telegram = person.telegram_id.map_or_else(|| pen.word(Key::FieldNone), |id| id.to_string());
    pen.say(
        Key::ScreenPerson,
        &[
            ("name", one_line(&person.name, 60).into()),
            ("username", username.into()),
            ("id", number(person.id)),
            ("telegram", telegram.into()),
            ("language", person.language.as_str().into()),
            ("created", date(person.created_at)),
            ("seen", date(person.seen_at)),
        ],
    )
}

pub(super) fn card(pen: &Pen<'_>, context: &Context<'_>, card: &Card) -> Screen {
    let person = &card.person;
    let since = |key, at: Option<OffsetDateTime>| at.map(|at| pen.say(key, &[("since", date(at))]));
    let marks = [
        since(Key::ScreenPersonBlocked, person.blocked_since),
        since(Key::ScreenPersonUnreachable, person.unreachable_since),
        since(Key::ScreenPersonNoNews, person.news_off_since),
        person
            .source
            .as_deref()
            .map(|source| pen.say(Key::ScreenPersonSource, &[("source", source.into())])),
        card.role
            .map(|role| pen.say(Key::ScreenPersonRole, &[("role", pen.role(Some(role)).into())])),
    ];
    let wallet = &card.wallet;
    let wallet = pen.say(
        Key::ScreenPersonWallet,
        &[
            ("balance", wallet.balance.into()),
            ("real", wallet.real.into()),
            ("bonus", wallet.bonus.into()),
            ("held", wallet.held.into()),
            ("debt", wallet.debt.into()),
        ],
    );
    let deeds = pen.say(
        Key::ScreenPersonDeeds,
        &[
            ("orders", number(card.deeds.orders)),
            ("done", number(card.deeds.done)),
            ("failed", number(card.deeds.failed)),
            ("spent", rub(card.deeds.spent_kop)),
            ("paid", rub(card.deeds.paid_kop)),
        ],
    );
    let failures = if card.failures.is_empty() {
        String::new()
    } else {
        let list = lines(card.failures.iter().map(|order| order_line(pen, order)));
        format!("{}\n{list}", pen.say(Key::ScreenPersonFailures, &[]))
    };
    let marks = lines(marks.into_iter().flatten());
    let paragraphs = vec![about(pen, person), marks, wallet, deeds, failures];
    pen.page(paragraphs, card_rows(pen, context, person))
}

fn card_rows(pen: &Pen<'_>, context: &Context<'_>, person: &Person) -> Vec<Vec<Tap>> {
    let user = person.id;
    let may = |right| context.role.may(right);
    let ask = |key, form: Form| pen.tap(key, &Button::Ask(form));
    let mut rows = Vec::new();
    if may(Right::Money) {
        rows.push(vec![
            ask(Key::ButtonCredit, Form::Credit { user }),
            ask(Key::ButtonDebit, Form::Debit { user }),
        ]);
    }
    rows.push(vec![
        pen.open(Key::ButtonMoves, Place::Moves { user, page: 0 }),
        pen.open(Key::ButtonOrders, Place::Orders { user, page: 0 }),
        pen.open(Key::ButtonTill, Place::Till(till::Spot::Of { user, page: 0 })),
    ]);
    let mut row = Vec::new();
    if may(Right::Write) && person.telegram_id.is_some() {
        row.push(ask(Key::ButtonLetter, Form::Letter { user }));
    }
    if may(Right::Roles) && person.telegram_id.is_some_and(|id| id != context.me) {
        row.push(pen.open(Key::ButtonRole, Place::Roles(user)));
    }
    rows.push(row);
    if may(Right::Block) && person.telegram_id.is_some_and(|id| id != context.me) {
        rows.push(vec![match person.blocked_since {
            Some(_) => pen.tap(Key::ButtonUnblock, &Button::Unblock(user)),
            None => ask(Key::ButtonBlock, Form::Block { user }),
        }]);
    }
    rows.push(pen.way_back(Place::Users));
    rows
}

fn order_line(pen: &Pen<'_>, order: &OrderLine) -> String {
    let why = order.failure.as_deref().map(|class| pen.word(failure(FailureClass::parse(class))));
    let why = why.unwrap_or_default();
    pen.say(
        Key::ScreenLineOrder,
        &[
            ("date", date(order.created_at)),
            ("code", order.code.as_str().into()),
            ("model", pen.model(&order.model).into()),
            ("price", rub(order.price_kop)),
            ("state", state(pen, &order.state).into()),
            ("failure", why.into()),
        ],
    )
}

/// A state of an order in words.
pub(crate) fn state(pen: &Pen<'_>, word: &str) -> String {
    let key = match word {
        "preparing" => Key::FieldStatePreparing,
        "queued" => Key::FieldStateQueued,
        "submitting" => Key::FieldStateSubmitting,
        "uncertain" => Key::FieldStateUncertain,
        "running" => Key::FieldStateRunning,
        "securing" => Key::FieldStateSecuring,
        "delivering" => Key::FieldStateDelivering,
        "late" => Key::FieldStateLate,
        "done" | "succeeded" => Key::FieldStateDone,
        "failed" | "rejected" => Key::FieldStateFailed,
        "cancelled" => Key::FieldStateCancelled,
        _ => Key::FieldUnknown,
    };
    pen.word(key)
}

fn move_line(pen: &Pen<'_>, line: &Line, whose: bool) -> String {
    let user = line.user_id.filter(|_| whose);
    let whose = user.map(|user| pen.texts.plain(Key::FieldWhom, &[("user", number(user))]));
    let back = line.debit.starts_with("wallet:") && line.kind == "adjust";
    let sum = if back { line.amount_kop.saturating_neg() } else { line.amount_kop };
    let reason: Arg = one_line(line.reason.as_deref().unwrap_or_default(), 80).into();
    pen.say(
        Key::ScreenLineMove,
        &[
            ("date", date(line.at)),
            ("kind", kind(pen, &line.kind).into()),
            ("amount", rub(sum)),
            ("whose", whose.unwrap_or_default().into()),
            ("code", line.code.as_deref().unwrap_or_default().into()),
            ("reason", reason),
        ],
    )
}

/// A kind of movement in words.
fn kind(pen: &Pen<'_>, word: &str) -> String {
    let key = match word {
        "topup" => Key::FieldKindTopup,
        "bonus" => Key::FieldKindBonus,
        "hold" => Key::FieldKindHold,
        "commit" => Key::FieldKindCommit,
        "release" => Key::FieldKindRelease,
        "refund" => Key::FieldKindRefund,
        "adjust" => Key::FieldKindAdjust,
        "expire" => Key::FieldKindExpire,
        "payback" => Key::FieldKindPayback,
        "gift_out" => Key::FieldKindGiftOut,
        "gift_in" => Key::FieldKindGiftIn,
        "cost" => Key::FieldKindCost,
        "loss" => Key::FieldKindLoss,
        _ => Key::FieldUnknown,
    };
    pen.word(key)
}

/// A list, or the word that there is nothing.
pub(crate) fn list(pen: &Pen<'_>, all: Vec<String>) -> String {
    if all.is_empty() { pen.say(Key::ScreenEmpty, &[]) } else { lines(all.into_iter()) }
}

pub(super) fn moves(pen: &Pen<'_>, user: i64, page: u16, moves: &[Line], more: bool) -> Screen {
    let text = list(pen, moves.iter().map(|line| move_line(pen, line, false)).collect());
    let rows = vec![
        pen.pages(page, more, |page| Place::Moves { user, page }),
        pen.way_back(Place::User(user)),
    ];
    pen.page(vec![pen.say(Key::ScreenMoves, &[]), text], rows)
}

pub(super) fn orders(
    pen: &Pen<'_>,
    user: i64,
    page: u16,
    orders: &[OrderLine],
    more: bool,
) -> Screen {
    let text = list(pen, orders.iter().map(|order| order_line(pen, order)).collect());
    let taps = orders.iter().map(|order| {
        let label = pen.texts.plain(Key::ButtonOrder, &[("code", order.code.as_str().into())]);
        Tap::press(label, Button::Open(Place::Order(order.id)).encode())
    });
    let taps: Vec<Tap> = taps.collect();
    let mut rows: Vec<Vec<Tap>> = taps.chunks(2).map(<[Tap]>::to_vec).collect();
    rows.push(pen.pages(page, more, |page| Place::Orders { user, page }));
    rows.push(pen.way_back(Place::User(user)));
    pen.page(vec![pen.say(Key::ScreenOrders, &[]), text], rows)
}

pub(super) fn roles(
    pen: &Pen<'_>,
    person: &Person,
    role: Option<Role>,
    staff: &[(i64, String)],
) -> Screen {
    let user = person.id;
    let mut rows: Vec<Vec<Tap>> = Role::GIVEN
        .into_iter()
        .filter(|given| role != Some(*given))
        .map(|given| {
            let button = Button::Role { user, role: Some(given) };
            vec![Tap::press(pen.role(Some(given)), button.encode())]
        })
        .collect();
    if role.is_some() {
        rows.push(vec![pen.tap(Key::ButtonRoleNone, &Button::Role { user, role: None })]);
    }
    rows.push(pen.way_back(Place::User(user)));
    let args = [("name", one_line(&person.name, 60).into()), ("role", pen.role(role).into())];
    let staff: Vec<String> =
        staff.iter().map(|(id, role)| format!("{id} ({})", pen.role(Role::parse(role)))).collect();
    let staff = match staff.is_empty() {
        true => String::new(),
        false => pen.say(Key::ScreenRoleStaff, &[("staff", staff.join(", ").into())]),
    };
    pen.page(vec![pen.say(Key::ScreenRole, &args), staff], rows)
}

pub(super) fn money(
    pen: &Pen<'_>,
    filter: Filter,
    page: u16,
    moves: &[Line],
    more: bool,
    (count, sum): (i64, i64),
) -> Screen {
    let args = [("filter", pen.filter(filter).into()), ("count", number(count)), ("sum", rub(sum))];
    let text = list(pen, moves.iter().map(|line| move_line(pen, line, true)).collect());
    let filters: Vec<Tap> = Filter::ALL
        .into_iter()
        .filter(|other| *other != filter)
        .map(|other| {
            let place = Place::Money { filter: other, page: 0 };
            Tap::press(pen.filter(other), Button::Open(place).encode())
        })
        .collect();
    let mut rows: Vec<Vec<Tap>> = filters.chunks(3).map(<[Tap]>::to_vec).collect();
    rows.push(pen.pages(page, more, |page| Place::Money { filter, page }));
    let waiting = till::Spot::List { which: payments::Which::ToDecide, page: 0 };
    rows.push(vec![
        pen.open(Key::ButtonTill, Place::Till(waiting)),
        pen.tap(Key::ButtonExport, &Button::Export(filter)),
    ]);
    rows.push(pen.way_back(Place::Menu));
    pen.page(vec![pen.say(Key::ScreenMoney, &args), text], rows)
}
