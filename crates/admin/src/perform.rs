//! Doing what an operator decided, within the transaction of the update.

use billing::{Adjusted, Adjustment, Refunded};
use outbox::{Fact, Letter};
use serde_json::{Value, json};
use sqlx::PgConnection;
use time::Duration;

use crate::act::Act;
use crate::broadcasts;
use crate::react::Context;
use crate::role::Role;
use crate::store;
use crate::store::actions::{Entry, NewEntry};
use crate::store::rules::Override;
use crate::texts::{Key, Texts};
use crate::view::Word;
use crate::{codes, till};

/// So long an adjustment can be taken back by one press.
pub(crate) const UNDO_MONEY: Duration = Duration::seconds(60);

/// Who does something, and what it takes back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doer<'a> {
    /// As the record names them.
    pub(crate) actor: &'a str,
    pub(crate) undoes: Option<i64>,
}

/// What an action has changed.
pub(crate) struct Effect {
    pub(crate) before: Value,
    pub(crate) after: Value,
    pub(crate) letter: Option<(i64, Letter)>,
}

/// The number of the entry, or why nothing was done.
pub(crate) type Done = Result<i64, Word>;

/// Carries an action out, with its entry in the record and the letter to whom it concerns. When it
/// cannot be done nothing of it is left.
pub(crate) async fn carry_out(
    connection: &mut PgConnection,
    context: &Context<'_>,
    act: &Act,
    doer: Doer<'_>,
) -> Result<Done, sqlx::Error> {
    if !context.role.may(act.right()) {
        return Ok(Err(Word::NoRight));
    }
    store::actions::set_mark(connection).await?;
    let new = NewEntry { actor: doer.actor, act, undoes: doer.undoes };
    let Some(id) = store::actions::add(connection, context.now, &new).await? else {
        return Ok(Err(Word::AlreadyDone));
    };
    let effect = match effect(connection, context, act, doer.actor, id).await? {
        Ok(effect) => effect,
        Err(word) => {
            store::actions::back_to_mark(connection).await?;
            return Ok(Err(word));
        }
    };
    store::actions::set_effect(connection, id, &effect.before, &effect.after).await?;
    if let Some((user, letter)) = effect.letter
        && let Some(person) = store::people::person(connection, user).await?
        && let Some(chat) = person.telegram_id
    {
        let fact = Fact::Letter { letter };
        outbox::tell(connection, context.now, chat, Some(user), &fact).await?;
    }
    tracing::info!(
        entry.id = id,
        actor = doer.actor,
        action = act.word(),
        subject = act.subject(),
        "an operator acted"
    );
    Ok(Ok(id))
}

async fn effect(
    connection: &mut PgConnection,
    context: &Context<'_>,
    act: &Act,
    actor: &str,
    id: i64,
) -> Result<Result<Effect, Word>, sqlx::Error> {
    let now = context.now;
    Ok(match act {
        Act::Adjust { user, kopecks, reason } => {
            let wanted = Wanted { user: *user, kopecks: *kopecks, reason, actor, id };
            adjust(connection, context, &wanted).await?
        }
        Act::Block { user, .. } => block(connection, context, *user, true).await?,
        Act::Unblock { user } => block(connection, context, *user, false).await?,
        Act::Role { user, role } => give_role(connection, context, *user, *role).await?,
        Act::Letter { user, text } => {
            let letter = Letter::Written { text: text.clone() };
            let after = json!({ "text": text });
            Ok(Effect { before: Value::Null, after, letter: Some((*user, letter)) })
        }
        Act::Refund { order, kopecks, reason } => {
            refund(connection, context, *order, *kopecks, reason).await?
        }
        Act::Till(deed) => {
            let done = till::perform::perform(connection, context, deed).await?;
            done.map(|(before, after)| Effect { before, after, letter: None })
        }
        Act::Codes(deed) => {
            let done = codes::perform::perform(connection, context, deed, actor).await?;
            done.map(|(before, after)| Effect { before, after, letter: None })
        }
        Act::Off { model, off } => {
            let rule = override_of(connection, model).await?;
            change_rule(connection, context, model, rule, Override { off: *off, ..rule }).await?
        }
        Act::Rule { model, kopecks, markup } => {
            let rule = override_of(connection, model).await?;
            let next = Override { price_kop: *kopecks, markup: *markup, ..rule };
            change_rule(connection, context, model, rule, next).await?
        }
        Act::Wake { model } => match generation::close_breaker(connection, now, model).await? {
            true => Ok(Effect {
                before: json!({ "rests": true }),
                after: json!({ "rests": false }),
                letter: None,
            }),
            false => Err(Word::AlreadyDone),
        },
        Act::Catalogue { deed } => deed.effect(connection, context, actor).await?,
        Act::Set { setting, value } => {
            let before =
                store::rules::set(connection, now, actor, *setting, value.as_deref()).await?;
            let (before, after) = (json!({ "value": before }), json!({ "value": value }));
            Ok(Effect { before, after, letter: None })
        }
        Act::Broadcast(deed) => {
            let came = broadcasts::perform::perform(connection, context, deed).await?;
            came.map(|(before, after)| Effect { before, after, letter: None })
        }
    })
}

struct Wanted<'a> {
    user: i64,
    kopecks: i64,
    reason: &'a str,
    actor: &'a str,
    id: i64,
}

async fn adjust(
    connection: &mut PgConnection,
    context: &Context<'_>,
    wanted: &Wanted<'_>,
) -> Result<Result<Effect, Word>, sqlx::Error> {
    let world = context.desk.world;
    let before = billing::wallet(connection, wanted.user, world).await?;
    let adjustment = Adjustment {
        user_id: wanted.user,
        world,
        amount: money::Rub::from_kopecks(wanted.kopecks),
        actor: wanted.actor,
        reason: wanted.reason,
        key: &format!("adjust:{}", wanted.id),
    };
    let balance = match billing::adjust(connection, context.now, &adjustment).await? {
        Adjusted::Done { balance } => balance,
        Adjusted::Exists => return Ok(Err(Word::AlreadyDone)),
        // The key is the entry's own, of this very transaction.
        Adjusted::ExistsWithDifferent => {
            return Err(sqlx::Error::Protocol(format!("action {} is in the books", wanted.id)));
        }
        Adjusted::InsufficientFunds { balance } => return Ok(Err(Word::Short(balance))),
        Adjusted::NoWallet => return Ok(Err(Word::NoPerson)),
    };
    let (kopecks, reason) = (wanted.kopecks.saturating_abs(), wanted.reason.to_owned());
    let letter = if wanted.kopecks < 0 {
        Letter::Debited { kopecks, reason }
    } else {
        Letter::Credited { kopecks, reason }
    };
    Ok(Ok(Effect {
        before: json!({ "balance_kop": before.balance.kopecks() }),
        after: json!({ "balance_kop": balance.kopecks() }),
        letter: Some((wanted.user, letter)),
    }))
}

async fn block(
    connection: &mut PgConnection,
    context: &Context<'_>,
    user: i64,
    blocked: bool,
) -> Result<Result<Effect, Word>, sqlx::Error> {
    let Some(person) = store::people::person(connection, user).await? else {
        return Ok(Err(Word::NoPerson));
    };
    if person.telegram_id == Some(context.me) {
        return Ok(Err(Word::Owner));
    }
    if !chat::set_blocked(connection, user, blocked.then_some(context.now)).await? {
        return Ok(Err(Word::AlreadyDone));
    }
    let letter = if blocked { Letter::Blocked } else { Letter::Unblocked };
    Ok(Ok(Effect {
        before: json!({ "blocked": !blocked }),
        after: json!({ "blocked": blocked }),
        letter: Some((user, letter)),
    }))
}

async fn give_role(
    connection: &mut PgConnection,
    context: &Context<'_>,
    user: i64,
    role: Option<Role>,
) -> Result<Result<Effect, Word>, sqlx::Error> {
    let person = store::people::person(connection, user).await?;
    let Some(telegram_id) = person.and_then(|person| person.telegram_id) else {
        return Ok(Err(Word::NoPerson));
    };
    if telegram_id == context.me {
        return Ok(Err(Word::Owner));
    }
    let before = store::role(connection, telegram_id).await?;
    store::set_role(connection, context.now, telegram_id, role).await?;
    Ok(Ok(Effect {
        before: json!({ "role": before }),
        after: json!({ "role": role }),
        letter: None,
    }))
}

async fn refund(
    connection: &mut PgConnection,
    context: &Context<'_>,
    order: uuid::Uuid,
    kopecks: i64,
    reason: &str,
) -> Result<Result<Effect, Word>, sqlx::Error> {
    let Some(view) = generation::view(connection, order).await? else {
        return Ok(Err(Word::NoOrder));
    };
    let amount = match generation::refund(connection, context.now, order, reason).await? {
        Refunded::Returned { amount, .. } => amount,
        Refunded::AlreadyRefunded => return Ok(Err(Word::Till(till::Word::AlreadyBack))),
        Refunded::NothingTaken => return Ok(Err(Word::NotTaken)),
    };
    // Another sum than was confirmed is not given.
    if amount.kopecks() != kopecks {
        return Ok(Err(Word::Stale));
    }
    let (code, reason) = (view.code, reason.to_owned());
    let letter = Letter::Refunded { code, kopecks: amount.kopecks(), reason };
    Ok(Ok(Effect {
        before: json!({ "money": "taken" }),
        after: json!({ "money": "returned", "kopecks": amount.kopecks() }),
        letter: Some((view.user_id, letter)),
    }))
}

async fn override_of(connection: &mut PgConnection, model: &str) -> Result<Override, sqlx::Error> {
    Ok(store::rules::overrides(connection).await?.remove(model).unwrap_or_default())
}

async fn change_rule(
    connection: &mut PgConnection,
    context: &Context<'_>,
    model: &str,
    before: Override,
    after: Override,
) -> Result<Result<Effect, Word>, sqlx::Error> {
    if context.desk.catalog.model(model).is_none() {
        return Ok(Err(Word::NothingToUndo));
    }
    if before == after {
        return Ok(Err(Word::AlreadyDone));
    }
    store::rules::set_override(connection, context.now, model, &after).await?;
    let shown = |rule: &Override| {
        json!({
            "off": rule.off,
            "price_kop": rule.price_kop,
            "markup": rule.markup.map(|markup| markup.to_string()),
        })
    };
    Ok(Ok(Effect { before: shown(&before), after: shown(&after), letter: None }))
}

/// The action that takes an earlier one back, or why there is none.
pub(crate) fn inverse(context: &Context<'_>, entry: &Entry) -> Result<Act, Word> {
    if entry.undone {
        return Err(Word::AlreadyDone);
    }
    let act = serde_json::from_value(entry.act.clone()).map_err(|_| Word::NothingToUndo)?;
    let before = entry.before.clone().unwrap_or_default();
    let part = |name: &str| before.get(name).cloned().unwrap_or_default();
    let reason = || {
        Texts::new(context.language)
            .plain(Key::FieldUndone, &[("entry", entry.id.to_string().into())])
    };
    Ok(match act {
        Act::Adjust { .. } if entry.at + UNDO_MONEY < context.now => {
            return Err(Word::TooLateToUndo);
        }
        Act::Adjust { user, kopecks, .. } => {
            Act::Adjust { user, kopecks: kopecks.saturating_neg(), reason: reason() }
        }
        Act::Block { user, .. } => Act::Unblock { user },
        Act::Unblock { user } => Act::Block { user, reason: reason() },
        Act::Role { user, .. } => {
            Act::Role { user, role: serde_json::from_value(part("role")).unwrap_or(None) }
        }
        Act::Off { model, off } => Act::Off { model, off: !off },
        Act::Rule { model, .. } => Act::Rule {
            model,
            kopecks: part("price_kop").as_i64(),
            markup: part("markup").as_str().and_then(|text| text.parse().ok()),
        },
        Act::Set { setting, .. } => {
            Act::Set { setting, value: part("value").as_str().map(str::to_owned) }
        }
        Act::Codes(deed) => Act::Codes(deed.inverse()),
        Act::Letter { .. }
        | Act::Refund { .. }
        | Act::Till(_)
        | Act::Wake { .. }
        | Act::Catalogue { .. }
        | Act::Broadcast(_) => {
            return Err(Word::NothingToUndo);
        }
    })
}
