//! The screens of leaving.

use billing::Wallet;
use money::Rub;

use super::of;
use crate::button::Button;
use crate::desk::Context;
use crate::journey::Press;
use crate::journey::leave::Unfinished;
use crate::render::Pen;
use crate::screen::{Screen, Tone};
use crate::texts::Key;

/// The question before everything is erased, with what happens to money and open orders.
pub(super) fn erase(
    pen: &Pen<'_>,
    context: &Context<'_>,
    open: Unfinished,
    revision: i64,
    word: Option<String>,
) -> Screen {
    let wallet = &context.wallet;
    let left = (wallet.balance > Rub::ZERO).then(|| {
        let args = [("balance", wallet.balance.into()), ("real", wallet.real.into())];
        let key =
            if wallet.real > Rub::ZERO { Key::ScreenEraseMoney } else { Key::ScreenEraseBonus };
        pen.say(key, &args)
    });
    let waits = match open {
        Unfinished { orders: 0, payments: 0 } => None,
        Unfinished { orders: 0, .. } => Some(pen.say(Key::ScreenEraseWaitsForPayment, &[])),
        Unfinished { orders, .. } => {
            Some(pen.say(Key::ScreenEraseWaits, &[("count", orders.into())]))
        }
    };
    let yes = pen.tap(Key::ButtonEraseYes, &of(Press::Erased { revision })).tone(Tone::Stop);
    let rows = vec![vec![yes], pen.way_back(&Button::Help)];
    pen.page(vec![word, Some(pen.say(Key::ScreenErase, &[])), waits, left], rows)
}

/// It will be erased, as soon as so much is over.
pub(super) fn leaving(pen: &Pen<'_>, open: Unfinished, word: Option<String>) -> Screen {
    let stay = pen.tap(Key::ButtonStay, &of(Press::Stay)).tone(Tone::Go);
    let rows = vec![vec![stay], pen.way_back(&Button::Help)];
    let words = match open {
        Unfinished { orders: 0, payments } if payments > 0 => {
            pen.say(Key::ScreenLeavingAfterPayment, &[])
        }
        Unfinished { orders, .. } => pen.say(Key::ScreenLeaving, &[("count", orders.into())]),
    };
    pen.page(vec![word, Some(words)], rows)
}

/// The last words.
pub(crate) fn erased(pen: &Pen<'_>) -> Screen {
    pen.page(vec![Some(pen.say(Key::ScreenErased, &[]))], Vec::new())
}

/// Nothing was erased, because money has come that nobody spoke of.
pub(crate) fn stayed_for_money(pen: &Pen<'_>, wallet: &Wallet) -> Screen {
    let words = pen.say(Key::NoticeStayedForMoney, &[("real", wallet.real.into())]);
    pen.page(vec![Some(words)], vec![vec![pen.tap(Key::ButtonMenu, &Button::Menu)]])
}
