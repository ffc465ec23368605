//! What the shop itself writes to a person, and the words for one who is kept out.

use billing::Wallet;
use catalog::Language;
use money::Rub;
use outbox::Letter;

use crate::desk::Desk;
use crate::render::Pen;
use crate::screen::Screen;
use crate::texts::{Arg, Key};

/// A letter with the balance of the moment in which it is sent.
pub(crate) fn letter(desk: &Desk, language: Language, letter: &Letter, wallet: &Wallet) -> Screen {
    let pen = Pen::new(desk, language);
    let html = match letter {
        Letter::Credited { kopecks, reason } => {
            money(&pen, Key::NoticeLetterCredited, *kopecks, reason, wallet, "")
        }
        Letter::Debited { kopecks, reason } => {
            money(&pen, Key::NoticeLetterDebited, *kopecks, reason, wallet, "")
        }
        Letter::Refunded { code, kopecks, reason } => {
            money(&pen, Key::NoticeLetterRefunded, *kopecks, reason, wallet, code)
        }
        Letter::Written { text } => {
            pen.say(Key::NoticeLetterWritten, &[("text", text.as_str().into())])
        }
        Letter::Blocked => pen.say(Key::NoticeLetterBlocked, &[]),
        Letter::Unblocked => pen.say(Key::NoticeLetterUnblocked, &[]),
    };
    pen.page(vec![Some(html)], Vec::new())
}

fn money(
    pen: &Pen<'_>,
    key: Key,
    kopecks: i64,
    reason: &str,
    wallet: &Wallet,
    code: &str,
) -> String {
    let args: [(&'static str, Arg); 4] = [
        ("amount", Rub::from_kopecks(kopecks).into()),
        ("reason", reason.into()),
        ("balance", wallet.balance.into()),
        ("code", code.into()),
    ];
    pen.say(key, &args)
}

/// The only answer to a person who is kept out.
pub(crate) fn blocked(desk: &Desk, language: Language) -> Screen {
    let pen = Pen::new(desk, language);
    let support = desk
        .support
        .as_ref()
        .map(|name| pen.say(Key::RefusalBlockedSupport, &[("name", name.as_str().into())]));
    pen.page(vec![Some(pen.say(Key::RefusalBlocked, &[])), support], Vec::new())
}
