//! Invoices and Stars: the bill, the ten seconds of the pre-checkout, the payment, the refund.

use serde_json::{Value, json};

use super::call::{Params, Refusal};
use super::keyboard;
use super::state::{Author, Checkout, Content, Invoice, PersonId, StarMove, StarPayment};
use super::view::ChatEvent;
use super::{TelegramWorld, send, wire};

/// Bot API: `PreCheckoutQuery` must be answered within 10 seconds.
const CHECKOUT_WINDOW_MS: i64 = 10_000;
/// The currency of Telegram Stars.
const STARS: &str = "XTR";

impl TelegramWorld {
    /// The person presses «Pay» under an invoice; returns the pre-checkout query's id. The
    /// payment happens when the bot agrees in time.
    ///
    /// # Errors
    /// The text says why there is nothing to pay.
    pub fn pays(&self, person: PersonId, message_id: i64) -> Result<String, String> {
        self.pays_bill_of(person, person, message_id)
    }

    /// The person presses «Pay» under a forwarded copy of somebody else's invoice.
    ///
    /// # Errors
    /// The text says why there is nothing to pay.
    pub fn pays_bill_of(
        &self,
        person: PersonId,
        owner: PersonId,
        message_id: i64,
    ) -> Result<String, String> {
        let now = self.now_ms();
        let mut state = self.lock();
        let message = state.message(owner, message_id);
        let Some(Content::Invoice(invoice)) = message.map(|message| message.content.clone()) else {
            return Err(format!("message {message_id} is not a bill"));
        };
        let query_id = state.next_query();
        let body = json!({
            "id": query_id,
            "from": wire::person(&state, person),
            "currency": invoice.currency,
            "total_amount": invoice.total,
            "invoice_payload": invoice.payload,
        });
        let checkout = Checkout { person, message: message_id, invoice, at: now, answer: None };
        state.checkouts.insert(query_id.clone(), checkout);
        state.push_update(format!("checkout {person}"), "pre_checkout_query", body);
        drop(state);
        self.wake();
        Ok(query_id)
    }

    /// What the bot said to a pre-checkout query: `None` while it is silent, the words of its
    /// refusal as the error.
    #[must_use]
    pub fn checkout_answer(&self, query_id: &str) -> Option<Result<(), String>> {
        self.lock().checkouts.get(query_id)?.answer.clone()
    }

    pub(super) fn send_invoice(&self, params: &Params) -> Result<Value, Refusal> {
        send::open_chat(&self.lock(), params)?;
        let text = |name: &str| params.text(name).unwrap_or_default().to_owned();
        let invoice = Invoice {
            title: text("title"),
            description: text("description"),
            payload: text("payload"),
            currency: text("currency"),
            total: total(params)?,
        };
        for (name, value, limit) in [
            ("TITLE", invoice.title.chars().count(), 32),
            ("DESCRIPTION", invoice.description.chars().count(), 255),
            ("PAYLOAD", invoice.payload.len(), 128),
        ] {
            if value == 0 || value > limit {
                return Err(Refusal::bad_request(format!("INVOICE_{name}_INVALID")));
            }
        }
        let provider = params.text("provider_token").unwrap_or_default();
        if (invoice.currency == STARS) != provider.is_empty() {
            return Err(Refusal::bad_request("PAYMENT_PROVIDER_INVALID"));
        }
        let mut markup = keyboard::inline(params.value("reply_markup"))?;
        if let Some(keyboard) = &markup
            && keyboard["inline_keyboard"][0][0].get("pay").is_none()
        {
            return Err(Refusal::bad_request(
                "the first button of an invoice must be the pay button",
            ));
        }
        let label = format!("Pay {} {}", invoice.total, invoice.currency);
        markup.get_or_insert_with(
            || json!({ "inline_keyboard": [[{ "text": label, "pay": true }]] }),
        );
        let markup = keyboard::Markup::Inline(markup);
        self.send(params, markup, None, |_| Ok(Content::Invoice(invoice)))
    }

    pub(super) fn answer_checkout(&self, params: &Params) -> Result<Value, Refusal> {
        let now_ms = self.now_ms();
        let now = self.now_s();
        let mut state = self.lock();
        let query_id = params.text("pre_checkout_query_id").unwrap_or_default().to_owned();
        let invalid = || {
            Refusal::bad_request(
                "query is too old and response timeout expired or query ID is invalid",
            )
        };
        let checkout = state.checkouts.get_mut(&query_id).ok_or_else(invalid)?;
        if now_ms - checkout.at > CHECKOUT_WINDOW_MS || checkout.answer.is_some() {
            return Err(invalid());
        }
        let words = params.text("error_message").unwrap_or_default().to_owned();
        let agreed = params.flag("ok");
        if !agreed && words.is_empty() {
            return Err(Refusal::bad_request("error message must be non-empty"));
        }
        checkout.answer = Some(if agreed { Ok(()) } else { Err(words.clone()) });
        let (person, bill) = (checkout.person, checkout.message);
        let invoice = checkout.invoice.clone();
        if !agreed {
            drop(state);
            let text = Some(words);
            self.announce(ChatEvent::Answer { person, query_id, text, alert: true });
            return Ok(json!(true));
        }
        let number = state.star_payments.len();
        state.star_payments.push(StarPayment {
            charge_id: format!("stx{:012}", number + 1),
            person,
            currency: invoice.currency,
            total: invoice.total,
            payload: invoice.payload,
            at: now,
            refunded: false,
        });
        state.star_moves.push(StarMove { payment: number, incoming: true, at: now });
        drop(state);
        // The bill now shows that it is paid.
        self.announce(ChatEvent::Edit { person, id: bill });
        self.person_message(person, Content::Paid { payment: number }, None);
        Ok(json!(true))
    }

    pub(super) fn refund_star_payment(&self, params: &Params) -> Result<Value, Refusal> {
        let now = self.now_s();
        let mut state = self.lock();
        let charge = params.text("telegram_payment_charge_id").unwrap_or_default();
        let person = params.integer("user_id").unwrap_or(0);
        let number = state.star_payments.iter().position(|payment| {
            payment.charge_id == charge && payment.person == person && payment.currency == STARS
        });
        let number = number.ok_or_else(|| Refusal::bad_request("CHARGE_NOT_FOUND"))?;
        let payment = state.star_payments.get_mut(number);
        match payment {
            Some(payment) if !payment.refunded => payment.refunded = true,
            Some(_) | None => return Err(Refusal::bad_request("CHARGE_ALREADY_REFUNDED")),
        }
        state.star_moves.push(StarMove { payment: number, incoming: false, at: now });
        let content = Content::Refunded { payment: number };
        let message = state.add_message(person, Author::Bot, now, content).clone();
        let json = wire::message(&state, &message);
        state.push_update(format!("chat {person}"), "message", json);
        drop(state);
        self.wake();
        self.announce(ChatEvent::Message { person, id: message.id });
        Ok(json!(true))
    }

    pub(super) fn star_transactions(&self, params: &Params) -> Value {
        let bound = |name: &str, usual: usize| {
            params.integer(name).and_then(|n| usize::try_from(n).ok()).unwrap_or(usual)
        };
        let state = self.lock();
        let mut list = Vec::new();
        for moved in &state.star_moves {
            let Some(payment) = state.star_payments.get(moved.payment) else { continue };
            if payment.currency != STARS {
                continue;
            }
            let partner = json!({
                "type": "user",
                "transaction_type": "invoice_payment",
                "user": wire::person(&state, payment.person),
                "invoice_payload": payment.payload,
            });
            let side = if moved.incoming { "source" } else { "receiver" };
            list.push(json!({
                "id": payment.charge_id,
                "amount": payment.total,
                "date": moved.at,
                side: partner,
            }));
        }
        let page = list.into_iter().skip(bound("offset", 0)).take(bound("limit", 100));
        json!({ "transactions": page.collect::<Vec<_>>() })
    }

    pub(super) fn star_balance(&self) -> Value {
        let state = self.lock();
        let kept = state.star_payments.iter();
        let kept = kept.filter(|payment| payment.currency == STARS && !payment.refunded);
        json!({ "amount": kept.map(|payment| payment.total).sum::<i64>() })
    }
}

fn total(params: &Params) -> Result<i64, Refusal> {
    let prices = params.list("prices").cloned().unwrap_or_default();
    let stars = params.text("currency") == Some(STARS);
    if prices.is_empty() || (stars && prices.len() != 1) {
        return Err(Refusal::bad_request("CURRENCY_TOTAL_AMOUNT_INVALID"));
    }
    let sum = prices.iter().filter_map(|price| price["amount"].as_i64()).sum::<i64>();
    if sum <= 0 {
        return Err(Refusal::bad_request("CURRENCY_TOTAL_AMOUNT_INVALID"));
    }
    Ok(sum)
}
