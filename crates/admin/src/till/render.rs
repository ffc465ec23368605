//! Payments in words.

use chat::{Arg, Screen, Tap, Tone, one_line};
use payments::{Payment, Provider, State, Which};

use super::{Ask, Deed, Press, Scene, Sheet, Spot, Word};
use crate::button::{Button, Filter, Place};
use crate::react::Context;
use crate::render::{Pen, date, lines, number, rub};
use crate::role::Right;
use crate::session::Form;
use crate::texts::Key;

pub(crate) fn screen(pen: &Pen<'_>, context: &Context<'_>, scene: &Scene) -> Screen {
    match scene {
        Scene::List { spot, payments, more } => list(pen, spot, payments, *more),
        Scene::Payment(sheet) => card(pen, context, sheet),
    }
}

fn state(pen: &Pen<'_>, state: State) -> String {
    pen.word(match state {
        State::New => Key::FieldTillNew,
        State::Open => Key::FieldTillOpen,
        State::Submitted => Key::FieldTillSubmitted,
        State::Paid => Key::FieldTillPaid,
        State::Expired => Key::FieldTillExpired,
        State::Cancelled => Key::FieldTillCancelled,
        State::Rejected => Key::FieldTillRejected,
        State::Review => Key::FieldTillReview,
        State::Refunding => Key::FieldTillRefunding,
        State::Refunded => Key::FieldTillRefunded,
    })
}

fn way(pen: &Pen<'_>, provider: Provider) -> String {
    pen.word(match provider {
        Provider::Stars => Key::FieldTillStars,
        Provider::Telegram => Key::FieldTillTelegram,
        Provider::YooKassa => Key::FieldTillYookassa,
        Provider::CryptoPay => Key::FieldTillCrypto,
        Provider::Manual => Key::FieldTillManual,
    })
}

fn which(pen: &Pen<'_>, which: Which) -> String {
    pen.word(match which {
        Which::ToDecide => Key::FieldTillToDecide,
        Which::Open => Key::FieldTillUnpaid,
        Which::Credited => Key::FieldTillCredited,
        Which::All => Key::FieldTillAll,
    })
}

/// The button that opens a payment.
pub(crate) fn way_to(pen: &Pen<'_>, payment: &Payment) -> Tap {
    let label = pen.texts.plain(Key::ButtonTillPayment, &[("number", number(payment.number))]);
    Tap::press(label, Button::Open(Place::Till(Spot::Payment(payment.id))).encode())
}

fn list(pen: &Pen<'_>, spot: &Spot, payments: &[Payment], more: bool) -> Screen {
    let title = match spot {
        Spot::List { which: shown, .. } => which(pen, *shown),
        Spot::Of { user, .. } => pen.texts.plain(Key::FieldWhom, &[("user", number(*user))]),
        Spot::Payment(_) => String::new(),
    };
    let all: Vec<String> = payments
        .iter()
        .map(|payment| {
            let args = [
                ("date", date(payment.created_at)),
                ("number", number(payment.number)),
                ("amount", payment.amount.into()),
                ("way", way(pen, payment.provider).into()),
                ("state", state(pen, payment.state).into()),
                ("user", number(payment.user_id)),
            ];
            pen.say(Key::ScreenLineTill, &args)
        })
        .collect();
    let taps: Vec<Tap> = payments.iter().map(|payment| way_to(pen, payment)).collect();
    let mut rows: Vec<Vec<Tap>> = taps.chunks(3).map(<[Tap]>::to_vec).collect();
    let back = match spot {
        Spot::Of { user, page } => {
            let user = *user;
            let to = |page| Place::Till(Spot::Of { user, page });
            rows.push(pen.pages(*page, more, to));
            Place::User(user)
        }
        Spot::List { which: shown, page } => {
            let shown = *shown;
            let to = |page| Place::Till(Spot::List { which: shown, page });
            rows.push(pen.pages(*page, more, to));
            let others = Which::ALL.into_iter().filter(|other| *other != shown);
            let others = others.map(|other| {
                let place = Place::Till(Spot::List { which: other, page: 0 });
                Tap::press(which(pen, other), Button::Open(place).encode())
            });
            rows.push(others.collect());
            rows.push(vec![pen.tap(Key::ButtonTillFind, &Button::Ask(Form::Till(Ask::Number)))]);
            Place::Money { filter: Filter::All, page: 0 }
        }
        Spot::Payment(_) => Place::Menu,
    };
    rows.push(pen.way_back(back));
    let title = pen.say(Key::ScreenTill, &[("which", title.into())]);
    pen.page(vec![title, crate::render::list(pen, all)], rows)
}

fn card(pen: &Pen<'_>, context: &Context<'_>, sheet: &Sheet) -> Screen {
    let payment = &sheet.payment;
    let title = pen.say(
        Key::ScreenTillPayment,
        &[
            ("number", number(payment.number)),
            ("amount", payment.amount.into()),
            ("way", way(pen, payment.provider).into()),
            ("state", state(pen, payment.state).into()),
            ("user", number(payment.user_id)),
        ],
    );
    let some = |key, arg: (&'static str, Arg)| pen.say(key, &[arg]);
    let mut facts = vec![
        some(Key::ScreenTillOrdered, ("date", date(payment.created_at))),
        pen.say(
            Key::ScreenTillExpected,
            &[
                ("amount", number(payment.provider_amount)),
                ("currency", payment.currency.as_str().into()),
            ],
        ),
    ];
    facts.extend(payment.paid_at.map(|at| some(Key::ScreenTillPaid, ("date", date(at)))));
    if payment.bonus > money::Rub::ZERO {
        facts.push(some(Key::ScreenTillBonus, ("bonus", payment.bonus.into())));
    }
    if let Some((currency, amount)) = &payment.received {
        let args = [("amount", number(*amount)), ("currency", currency.as_str().into())];
        facts.push(pen.say(Key::ScreenTillReceived, &args));
    }
    let named = |key, id: &Option<String>| {
        let id = id.as_ref().filter(|id| !id.is_empty());
        id.map(|id| some(key, ("id", one_line(id, 80).into())))
    };
    facts.extend(named(Key::ScreenTillExternal, &payment.external_id));
    let charged = sheet.charge.as_ref().and_then(|charge| charge.provider_charge_id.clone());
    facts.extend(named(Key::ScreenTillCharge, &charged));
    if let Some(reason) = &payment.reason {
        facts.push(some(Key::ScreenTillReason, ("reason", one_line(reason, 200).into())));
    }
    if !sheet.twins.is_empty() {
        let numbers: Vec<_> = sheet.twins.iter().map(|number| format!("№ {number}")).collect();
        facts.push(some(Key::ScreenTillTwins, ("numbers", numbers.join(", ").into())));
    }
    pen.page(vec![title, lines(facts.into_iter())], card_rows(pen, context, payment))
}

fn card_rows(pen: &Pen<'_>, context: &Context<'_>, payment: &Payment) -> Vec<Vec<Tap>> {
    let id = payment.id;
    let ask = |key, ask: Ask| pen.tap(key, &Button::Ask(Form::Till(ask)));
    let mut rows = Vec::new();
    let may = context.role.may(Right::Money);
    if may && matches!(payment.state, State::Submitted | State::Review) {
        if payment.amount > money::Rub::ZERO {
            let args = [("amount", payment.amount.into())];
            let label = pen.texts.plain(Key::ButtonTillApprove, &args);
            let button = Button::Till(Press::Approve(id)).encode();
            rows.push(vec![Tap::press(label, button).tone(Tone::Go)]);
        }
        rows.push(vec![
            ask(Key::ButtonTillOtherSum, Ask::OtherSum { payment: id }),
            ask(Key::ButtonTillReject, Ask::Reject { payment: id }),
        ]);
    }
    if payment.state == State::Submitted {
        rows.push(vec![pen.tap(Key::ButtonTillReceipt, &Button::Till(Press::Receipt(id)))]);
    }
    if may && payment.state == State::Paid {
        rows.push(vec![ask(Key::ButtonRefund, Ask::Refund { payment: id })]);
    }
    rows.push(vec![
        pen.open(Key::ButtonPerson, Place::User(payment.user_id)),
        pen.open(Key::ButtonTillOfPerson, Place::Till(Spot::Of { user: payment.user_id, page: 0 })),
    ]);
    let waiting = Spot::List { which: Which::ToDecide, page: 0 };
    rows.push(pen.way_back(Place::Till(waiting)));
    rows
}

pub(crate) fn ask(pen: &Pen<'_>, ask: &Ask) -> (String, Vec<Tap>) {
    let key = match ask {
        Ask::Number => Key::ScreenAskTillNumber,
        Ask::OtherSum { .. } => Key::ScreenAskTillSum,
        Ask::Reject { payment } => {
            let plainly = Button::Till(Press::RejectPlainly(*payment));
            let tap = pen.tap(Key::ButtonTillRejectPlainly, &plainly);
            return (pen.say(Key::ScreenAskTillReject, &[]), vec![tap]);
        }
        Ask::Refund { .. } => Key::ScreenAskRefund,
    };
    (pen.say(key, &[]), Vec::new())
}

/// An action in words, as HTML.
pub(crate) fn what(pen: &Pen<'_>, deed: &Deed) -> String {
    match deed {
        Deed::Approve { kopecks, .. } => {
            pen.say(Key::FieldActTillApprove, &[("amount", rub(*kopecks))])
        }
        Deed::Reject { reason, .. } => {
            pen.say(Key::FieldActTillReject, &[("reason", reason.as_str().into())])
        }
        Deed::Refund { kopecks, reason, .. } => {
            let args = [("amount", rub(*kopecks)), ("reason", reason.as_str().into())];
            pen.say(Key::FieldActTillRefund, &args)
        }
    }
}

pub(crate) fn line(pen: &Pen<'_>, word: Word) -> String {
    pen.say(
        match word {
            Word::NoPayment => Key::RefusalTillNoPayment,
            Word::Decided => Key::RefusalTillDecided,
            Word::NotWaiting => Key::RefusalTillNotWaiting,
            Word::NotCredited => Key::RefusalTillNotCredited,
            Word::PersonLeft => Key::RefusalTillPersonLeft,
            Word::AlreadyBack => Key::RefusalTillAlreadyBack,
            Word::NotOver => Key::RefusalTillNotOver,
            Word::ReceiptComing => Key::NoticeTillReceipt,
            Word::NoReceipt => Key::RefusalTillNoReceipt,
        },
        &[],
    )
}
