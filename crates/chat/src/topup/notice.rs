//! What is told about a top-up: the bill, the credit, the doubts. Rendered from the payment as it
//! stands when it is sent.

use billing::Wallet;
use catalog::Language;
use money::Rub;
use outbox::{Notice, PaymentNews, PaymentProblem};
use payments::{Payment, Provider, State};
use secrecy::ExposeSecret as _;
use serde_json::json;
use telegram::{OutFile, OutKind, Outbound, Price, ProviderToken};
use uuid::Uuid;

use crate::button::Button as Whole;
use crate::panel;
use crate::render::Pen;
use crate::screen::{Screen, Tap, Tone, inline, one_line};
use crate::store;
use crate::talk::Talk;
use crate::texts::{Key, Texts};
use crate::topup::render::{actions, details, number, title};

/// The bot's link that a forwarded copy of a bill leads to.
const START: &str = "pay";

/// What is to be sent about a payment; `None` when it is out of date.
pub(crate) async fn outbound(
    talk: &Talk,
    notice: &Notice,
    payment: Uuid,
    news: PaymentNews,
) -> Result<Option<Outbound>, sqlx::Error> {
    let mut connection = talk.parts.pool.acquire().await?;
    let Some(payment) = payments::view(&mut connection, payment).await? else { return Ok(None) };
    let language = store::find_language(&mut connection, notice.chat_id).await?;
    let wallet = billing::wallet(&mut connection, payment.user_id, payment.world).await?;
    let twins = match news {
        PaymentNews::Receipt => payments::receipt_twins(&mut connection, payment.id).await?,
        PaymentNews::Bill
        | PaymentNews::NoBill
        | PaymentNews::Credited
        | PaymentNews::NotSeen
        | PaymentNews::Review
        | PaymentNews::Rejected
        | PaymentNews::Refunded => Vec::new(),
    };
    drop(connection);
    let desk = talk.desk();
    let pen = Pen::new(&desk, language.unwrap_or(Language::Ru));
    let chat = notice.chat_id;
    Ok(match news {
        PaymentNews::Bill => bill(&pen, chat, &payment),
        PaymentNews::Receipt => receipt(&pen, chat, &payment, &twins),
        PaymentNews::NoBill
        | PaymentNews::Credited
        | PaymentNews::NotSeen
        | PaymentNews::Review
        | PaymentNews::Rejected
        | PaymentNews::Refunded => {
            let screen = words(&pen, &payment, &wallet, news);
            Some(text(chat, &screen))
        }
    })
}

fn text(chat: i64, screen: &Screen) -> Outbound {
    Outbound::Text { chat, html: screen.html.clone(), keyboard: screen.keyboard_inline() }
}

/// The bill itself, while it can be paid.
fn bill(pen: &Pen<'_>, chat: i64, payment: &Payment) -> Option<Outbound> {
    if payment.state != State::Open {
        return None;
    }
    let price = match payment.provider {
        Provider::Stars => Price::Stars(u32::try_from(payment.provider_amount).ok()?),
        Provider::Telegram => Price::Card {
            token: ProviderToken::new(pen.desk.payments.telegram_token.as_ref()?.expose_secret()),
            kopecks: u32::try_from(payment.provider_amount).ok()?,
            data: fiscal(pen, payment),
        },
        Provider::YooKassa | Provider::CryptoPay => {
            let how = Some(pen.say(Key::NoticeTopupBill, &[]));
            let page = pen.page(vec![Some(title(pen, payment)), how], actions(pen, payment));
            return Some(text(chat, &page));
        }
        Provider::Manual => {
            let words = vec![Some(title(pen, payment)), Some(details(pen, payment))];
            return Some(text(chat, &pen.page(words, actions(pen, payment))));
        }
    };
    let args = [("number", number(payment)), ("amount", payment.amount.into())];
    Some(Outbound::Invoice {
        chat,
        title: pen.texts.plain(Key::FieldTopupBill, &[]),
        description: pen.texts.plain(Key::FieldTopupBillFor, &args),
        payload: payment.id.to_string(),
        label: payment.amount.to_string(),
        price,
        start: START.to_owned(),
    })
}

/// The fiscal receipt (54-FZ) for the provider: one item of the whole sum.
fn fiscal(pen: &Pen<'_>, payment: &Payment) -> String {
    let form = &pen.desk.payments.receipt;
    let kopecks = payment.provider_amount;
    let value = format!("{}.{:02}", kopecks / 100, kopecks % 100);
    let receipt = json!({ "receipt": { "items": [{
        "description": Texts::new(Language::Ru).plain(Key::FieldTopupBill, &[]),
        "quantity": "1.00",
        "amount": { "value": value, "currency": payment.currency },
        "vat_code": form.vat_code,
        "payment_mode": form.payment_mode,
        "payment_subject": form.payment_subject,
    }]}});
    receipt.to_string()
}

/// For operators: a receipt, and what to do about it.
fn receipt(pen: &Pen<'_>, chat: i64, payment: &Payment, twins: &[i64]) -> Option<Outbound> {
    let (file_id, is_photo) = payment.receipt.clone()?;
    if payment.state != State::Submitted {
        return None;
    }
    let args = [
        ("number", number(payment)),
        ("amount", payment.amount.into()),
        ("person", payment.chat_id.to_string().into()),
    ];
    let mut caption = pen.say(Key::NoticeTopupReceipt, &args);
    if !twins.is_empty() {
        let numbers: Vec<_> = twins.iter().map(|number| format!("№ {number}")).collect();
        let args = [("numbers", numbers.join(", ").into())];
        caption.push('\n');
        caption.push_str(&pen.say(Key::NoticeTopupReceiptUsed, &args));
    }
    let approve = pen.texts.plain(Key::ButtonTopupApprove, &[("amount", payment.amount.into())]);
    let tap = |key, data| Tap::press(pen.texts.plain(key, &[]), data);
    let rows = vec![
        vec![Tap::press(approve, panel::approve(payment.id)).tone(Tone::Go)],
        vec![tap(Key::ButtonTopupOtherSum, panel::other_sum(payment.id))],
        vec![tap(Key::ButtonTopupReject, panel::reject(payment.id)).tone(Tone::Stop)],
    ];
    let kind = if is_photo { OutKind::Photo } else { OutKind::Document };
    Some(Outbound::Media {
        chat,
        kind,
        file: OutFile::FileId(file_id),
        caption_html: Some(caption),
        keyboard: inline(&rows),
        no_type_detection: false,
        width: None,
        height: None,
        duration_s: None,
        title: None,
    })
}

fn words(pen: &Pen<'_>, payment: &Payment, wallet: &Wallet, news: PaymentNews) -> Screen {
    let args = [
        ("number", number(payment)),
        ("amount", payment.amount.into()),
        ("balance", wallet.balance.into()),
    ];
    let mut rows = Vec::new();
    let mut more = None;
    let key = match news {
        PaymentNews::Credited => {
            more = (payment.bonus > Rub::ZERO)
                .then(|| pen.say(Key::NoticeTopupBonus, &[("bonus", payment.bonus.into())]));
            if payment.resumes {
                rows.push(vec![pen.tap(Key::ButtonContinue, &Whole::Continue)]);
            }
            Key::NoticeTopupCredited
        }
        PaymentNews::NotSeen => {
            rows = actions(pen, payment);
            Key::NoticeTopupNotSeen
        }
        PaymentNews::Review if payment.amount == Rub::ZERO => Key::NoticeTopupReviewNoBill,
        PaymentNews::Review => Key::NoticeTopupReview,
        PaymentNews::Rejected => {
            let reason = one_line(payment.reason.as_deref().unwrap_or_default(), 300);
            more = Some(pen.say(Key::NoticeTopupReason, &[("reason", reason.into())]));
            Key::NoticeTopupRejected
        }
        PaymentNews::Refunded => {
            let debt = (wallet.debt > Rub::ZERO)
                .then(|| pen.say(Key::ScreenTopupDebt, &[("debt", wallet.debt.into())]));
            let by_us = payment.refunds > 0;
            let reason = payment.reason.as_deref().filter(|_| by_us).map(|reason| {
                let reason = one_line(reason, 300);
                pen.say(Key::NoticeTopupReason, &[("reason", reason.into())])
            });
            let said: Vec<String> = reason.into_iter().chain(debt).collect();
            more = (!said.is_empty()).then(|| said.join("\n\n"));
            Key::NoticeTopupRefunded
        }
        PaymentNews::NoBill | PaymentNews::Bill | PaymentNews::Receipt => Key::NoticeTopupNoBill,
    };
    let support = match news {
        PaymentNews::Rejected | PaymentNews::Review | PaymentNews::NotSeen => pen
            .desk
            .support
            .as_ref()
            .map(|name| pen.say(Key::ScreenHelpSupport, &[("name", name.as_str().into())])),
        PaymentNews::Credited
        | PaymentNews::Refunded
        | PaymentNews::NoBill
        | PaymentNews::Bill
        | PaymentNews::Receipt => None,
    };
    rows.push(vec![
        pen.tap(Key::ButtonBalance, &Whole::Balance),
        pen.tap(Key::ButtonMenu, &Whole::Menu),
    ]);
    pen.page(vec![Some(pen.say(key, &args)), more, support], rows)
}

/// For operators: what does not agree.
pub(crate) fn alert(
    pen: &Pen<'_>,
    provider: &str,
    problem: PaymentProblem,
    detail: &str,
) -> String {
    let key = match problem {
        PaymentProblem::Differs => Key::NoticeAlertPaymentDiffers,
        PaymentProblem::Unknown => Key::NoticeAlertPaymentUnknown,
        PaymentProblem::Missing => Key::NoticeAlertPaymentMissing,
        PaymentProblem::Refused => Key::NoticeAlertPaymentRefused,
        PaymentProblem::NotRefunded => Key::NoticeAlertPaymentNotRefunded,
        PaymentProblem::SendByHand => Key::NoticeAlertPaymentByHand,
    };
    pen.say(key, &[("provider", provider.into()), ("detail", one_line(detail, 500).into())])
}
