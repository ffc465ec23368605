//! The screens of the top-ups in words.

use billing::World;
use catalog::Category;
use money::Rub;
use payments::{Payment, Provider, State};

use crate::button::Button as Whole;
use crate::desk::Context;
use crate::render::Pen;
use crate::screen::{Screen, Tap, Tone};
use crate::texts::Key;
use crate::topup::{Button, Purpose, Scene, Word};

pub(crate) fn screen(pen: &Pen<'_>, scene: &Scene, revision: i64, word: Option<String>) -> Screen {
    let back = pen.way_back(&Whole::Balance);
    match scene {
        Scene::Sum => {
            let mut rows = sums(pen, revision);
            rows.push(back);
            pen.page(vec![word, Some(pen.say(Key::ScreenTopupSum, &[])), bonuses(pen)], rows)
        }
        Scene::Ways { amount, purpose } => {
            let mut rows = ways(pen, *amount, *purpose, revision);
            rows.push(back);
            let title = pen.say(Key::ScreenTopupWays, &[("amount", (*amount).into())]);
            pen.page(vec![word, Some(title), bonus_line(pen, *amount)], rows)
        }
        Scene::Payment(payment) => {
            let mut rows = actions(pen, payment);
            rows.push(back);
            pen.page(vec![word, Some(title(pen, payment)), Some(stage(pen, payment))], rows)
        }
    }
}

/// What the balance screen says about topping up, with its buttons.
pub(crate) fn on_balance(
    pen: &Pen<'_>,
    context: &Context<'_>,
    open: &[Payment],
    revision: i64,
) -> (Vec<Option<String>>, Vec<Vec<Tap>>) {
    let mut rows: Vec<Vec<Tap>> = open
        .iter()
        .map(|payment| {
            let args = [("number", number(payment)), ("amount", payment.amount.into())];
            let text = pen.texts.plain(Key::ButtonTopupShow, &args);
            vec![Tap::new(text, &Whole::TopUp(Button::Show(payment.id)))]
        })
        .collect();
    let enough = enough(pen, context.wallet.balance);
    if pen.desk.payments.ways.is_empty() || pen.desk.world == World::Test {
        let key = match pen.desk.world {
            World::Test => Key::RefusalTopupTestMode,
            World::Real => Key::RefusalTopupClosed,
        };
        return (vec![enough, Some(pen.say(key, &[]))], rows);
    }
    rows.extend(sums(pen, revision));
    let debt = (context.wallet.debt > Rub::ZERO)
        .then(|| pen.say(Key::ScreenTopupDebt, &[("debt", context.wallet.debt.into())]));
    let how = Some(pen.say(Key::ScreenBalanceHow, &[]));
    (vec![enough, debt, how, bonuses(pen)], rows)
}

/// The button under an order that lacks money.
pub(crate) fn missing(pen: &Pen<'_>, missing: Rub, revision: i64, purpose: Purpose) -> Option<Tap> {
    if pen.desk.payments.ways.is_empty() || pen.desk.world == World::Test {
        return None;
    }
    let amount = missing.max(pen.desk.payments.bounds().0);
    let text = pen.texts.plain(Key::ButtonTopupMissing, &[("amount", amount.into())]);
    let kopecks = amount.kopecks();
    let button = Button::Sum { revision, kopecks, purpose };
    Some(Tap::new(text, &Whole::TopUp(button)).tone(Tone::Go))
}

/// What a balance is enough for, by the cheapest of each kind.
fn enough(pen: &Pen<'_>, balance: Rub) -> Option<String> {
    let lines: Vec<_> = [Category::Image, Category::Video, Category::Audio]
        .into_iter()
        .filter_map(|category| {
            let models = pen.desk.catalog.models().iter();
            let priced = models.filter_map(|model| {
                let fits = model.category == category && pen.desk.on_sale(&model.id).is_some();
                let price = pen.desk.price(model, model.from_credits()?)?;
                (fits && price >= LEAST_SHOWN).then_some((price, model))
            });
            let (price, model) = priced.min_by_key(|(price, _)| *price)?;
            let count = balance.enough_for(price).filter(|count| *count > 0)?;
            let args = [("model", model.name.get(pen.language()).into()), ("count", count.into())];
            Some(pen.say(Key::ScreenTopupEnoughLine, &args))
        })
        .collect();
    (!lines.is_empty())
        .then(|| format!("{}\n{}", pen.say(Key::ScreenTopupEnough, &[]), lines.join("\n")))
}

/// What costs less than this is no measure for a balance.
const LEAST_SHOWN: Rub = Rub::from_roubles(1);

/// The sums as buttons, with what comes on top of them.
fn sums(pen: &Pen<'_>, revision: i64) -> Vec<Vec<Tap>> {
    let offer = &pen.desk.payments;
    let taps: Vec<Tap> = offer
        .sums
        .iter()
        .map(|amount| {
            let percent = offer.percent(*amount);
            let key = if percent > 0 { Key::ButtonTopupSumBonus } else { Key::ButtonTopupSum };
            let args = [("amount", (*amount).into()), ("percent", i64::from(percent).into())];
            let kopecks = amount.kopecks();
            let button = Button::Sum { revision, kopecks, purpose: Purpose::Balance };
            Tap::new(pen.texts.plain(key, &args), &Whole::TopUp(button))
        })
        .collect();
    let mut rows: Vec<Vec<Tap>> = taps.chunks(2).map(<[Tap]>::to_vec).collect();
    rows.push(vec![pen.tap(Key::ButtonTopupOwn, &Whole::TopUp(Button::Own))]);
    rows
}

/// The table of what comes on top.
fn bonuses(pen: &Pen<'_>) -> Option<String> {
    let lines: Vec<_> = pen
        .desk
        .payments
        .bonuses
        .iter()
        .map(|(from, percent)| {
            let args = [("from", (*from).into()), ("percent", i64::from(*percent).into())];
            pen.say(Key::ScreenTopupBonuses, &args)
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn bonus_line(pen: &Pen<'_>, amount: Rub) -> Option<String> {
    let bonus = pen.desk.payments.bonus(amount);
    (bonus > Rub::ZERO).then(|| pen.say(Key::ScreenTopupBonus, &[("bonus", bonus.into())]))
}

fn ways(pen: &Pen<'_>, amount: Rub, purpose: Purpose, revision: i64) -> Vec<Vec<Tap>> {
    let offer = &pen.desk.payments;
    let row = |provider: &Provider| {
        let asked = if purpose.resumes() { offer.at_least(amount, *provider) } else { amount };
        if asked < provider.least() {
            return None;
        }
        let text = match provider {
            Provider::Stars => {
                let stars = i64::from(offer.stars(asked)?);
                pen.texts.plain(Key::ButtonTopupStars, &[("stars", stars.into())])
            }
            Provider::Telegram | Provider::YooKassa => {
                pen.texts.plain(Key::ButtonTopupCard, &[("amount", asked.into())])
            }
            Provider::CryptoPay => {
                pen.texts.plain(Key::ButtonTopupCrypto, &[("amount", asked.into())])
            }
            Provider::Manual => {
                pen.texts.plain(Key::ButtonTopupManual, &[("amount", asked.into())])
            }
        };
        let kopecks = asked.kopecks();
        let button = Button::Way { revision, provider: *provider, kopecks, purpose };
        Some(vec![Tap::new(text, &Whole::TopUp(button))])
    };
    offer.ways.iter().filter_map(row).collect()
}

pub(crate) fn number(payment: &Payment) -> crate::texts::Arg {
    // As text, because a name has no thousands.
    payment.number.to_string().into()
}

pub(crate) fn title(pen: &Pen<'_>, payment: &Payment) -> String {
    let args = [("number", number(payment)), ("amount", payment.amount.into())];
    pen.say(Key::ScreenTopupTitle, &args)
}

/// Where a payment stands, and what to do.
fn stage(pen: &Pen<'_>, payment: &Payment) -> String {
    let plain = |key| pen.say(key, &[]);
    match payment.state {
        State::New => plain(Key::ScreenTopupNew),
        State::Open => match payment.provider {
            Provider::Manual => details(pen, payment),
            Provider::Stars | Provider::Telegram | Provider::YooKassa | Provider::CryptoPay => {
                plain(Key::ScreenTopupOpen)
            }
        },
        State::Submitted => plain(Key::ScreenTopupSubmitted),
        State::Paid => plain(Key::ScreenTopupPaid),
        State::Expired => plain(Key::ScreenTopupExpired),
        State::Cancelled => plain(Key::ScreenTopupCancelled),
        State::Rejected => {
            let reason = payment.reason.clone().unwrap_or_default();
            pen.say(Key::ScreenTopupRejected, &[("reason", reason.into())])
        }
        State::Review => plain(Key::ScreenTopupReview),
        State::Refunding => plain(Key::ScreenTopupRefunding),
        State::Refunded => plain(Key::ScreenTopupRefunded),
    }
}

/// Where to transfer exactly how much.
pub(crate) fn details(pen: &Pen<'_>, payment: &Payment) -> String {
    let details = pen.desk.payments.manual_details.clone().unwrap_or_default();
    let args = [("amount", payment.amount.into()), ("details", details.into())];
    pen.say(Key::ScreenTopupDetails, &args)
}

/// What can be done about a payment.
pub(crate) fn actions(pen: &Pen<'_>, payment: &Payment) -> Vec<Vec<Tap>> {
    let check = || vec![pen.tap(Key::ButtonTopupCheck, &Whole::TopUp(Button::Check(payment.id)))];
    let pay = payment.pay_url.clone().map(|url| {
        let args = [("amount", payment.amount.into())];
        vec![Tap::link(pen.texts.plain(Key::ButtonTopupPay, &args), url).tone(Tone::Go)]
    });
    let abandon = || {
        let button = Whole::TopUp(Button::Abandon(payment.id));
        vec![pen.tap(Key::ButtonTopupAbandon, &button).tone(Tone::Stop)]
    };
    match payment.state {
        State::New => vec![abandon()],
        State::Open if payment.provider == Provider::Manual => vec![abandon()],
        State::Open => pay.into_iter().chain([check(), abandon()]).collect(),
        State::Expired | State::Cancelled if payment.provider != Provider::Manual => {
            vec![check()]
        }
        State::Expired
        | State::Cancelled
        | State::Submitted
        | State::Paid
        | State::Rejected
        | State::Review
        | State::Refunding
        | State::Refunded => Vec::new(),
    }
}

/// The line above a screen.
pub(crate) fn line(pen: &Pen<'_>, word: &Word) -> String {
    let plain = |key| pen.say(key, &[]);
    match word {
        Word::TestMode => plain(Key::RefusalTopupTestMode),
        Word::Closed => plain(Key::RefusalTopupClosed),
        Word::NotASum => plain(Key::RefusalTopupNotASum),
        Word::OutOfBounds { least, most } => {
            let args = [("least", (*least).into()), ("most", (*most).into())];
            pen.say(Key::RefusalTopupBounds, &args)
        }
        Word::OneIsOpen => plain(Key::RefusalTopupOneIsOpen),
        Word::NoSuchPayment => plain(Key::RefusalTopupUnknown),
        Word::Checking => plain(Key::NoticeTopupChecking),
        Word::ReceiptTaken => plain(Key::NoticeTopupReceiptTaken),
    }
}
