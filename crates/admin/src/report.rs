//! What the command line asks for: people, adjustments, errors.

use billing::{Adjusted, Wallet, World};
use outbox::{Fact, Letter};
use serde::Serialize;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use time::{Duration, OffsetDateTime};

use crate::act::Act;
use crate::query::Query;
use crate::store;
use crate::store::actions::NewEntry;
use crate::store::people::Person;

/// How the record names the command line.
const ACTOR: &str = "command line";

/// Who acts, when and on which wallets.
#[derive(Clone, Copy, Debug)]
pub struct Clerk {
    /// The time of the action.
    pub now: OffsetDateTime,
    /// Real money, or that of the test mode.
    pub world: World,
}

/// A person as the command line shows them.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// Our number.
    pub id: i64,
    /// Telegram's number; none for a person who erased themself.
    pub telegram_id: Option<i64>,
    /// The name in Telegram.
    pub name: String,
    /// The `@name` in Telegram, without the sign.
    pub username: Option<String>,
    /// Whether an operator keeps the person out.
    pub banned: bool,
    /// What can be spent, in kopecks.
    pub balance_kop: i64,
    /// The part of it that was paid in.
    pub real_kop: i64,
    /// The part of it that was given.
    pub bonus_kop: i64,
    /// What is set aside for orders.
    pub held_kop: i64,
    /// What the person owes.
    pub debt_kop: i64,
    /// Orders in all.
    pub orders: i64,
    /// Orders that came to nothing.
    pub failed: i64,
    /// What was taken for orders.
    pub spent_kop: i64,
}

/// Why an action was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody is found.
    #[error("there is no such person: give a number, a Telegram id or an @name")]
    Nobody,
    /// Several people are found.
    #[error("several people match: give a number or a Telegram id")]
    Several,
    /// Too little to take.
    #[error("there is only {0} to take")]
    Short(money::Rub),
    /// Nothing would change.
    #[error("it is so already")]
    Already,
}

/// Errors of one kind within a period.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorGroup {
    /// `kie`, `network`, `timeout`, `telegram` or `ours`.
    pub source: String,
    /// The kind, with the code when there is one.
    pub class: String,
    /// How many.
    pub count: i64,
    /// How many in the period before.
    pub before: i64,
}

async fn one(
    connection: &mut PgConnection,
    whom: &str,
) -> Result<Result<Person, Refusal>, sqlx::Error> {
    let mut found = store::people::search(connection, &Query::read(whom), &[], 0, 2).await?;
    Ok(match (found.pop(), found.is_empty()) {
        (None, _) => Err(Refusal::Nobody),
        (Some(person), true) => Ok(person),
        (Some(_), false) => Err(Refusal::Several),
    })
}

/// Finds a person by number, Telegram id, `@name`, order code or payment.
///
/// # Errors
/// What the database says.
pub async fn account(
    pool: &PgPool,
    clerk: Clerk,
    whom: &str,
) -> Result<Result<Account, Refusal>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let person = match one(&mut connection, whom).await? {
        Ok(person) => person,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let wallet: Wallet = billing::wallet(&mut connection, person.id, clerk.world).await?;
    let deeds = store::people::deeds(&mut connection, person.id, clerk.world.as_str()).await?;
    Ok(Ok(Account {
        id: person.id,
        telegram_id: person.telegram_id,
        name: person.name,
        username: person.username,
        banned: person.blocked_since.is_some(),
        balance_kop: wallet.balance.kopecks(),
        real_kop: wallet.real.kopecks(),
        bonus_kop: wallet.bonus.kopecks(),
        held_kop: wallet.held.kopecks(),
        debt_kop: wallet.debt.kopecks(),
        orders: deeds.orders,
        failed: deeds.failed,
        spent_kop: deeds.spent_kop,
    }))
}

/// Gives money, or takes it when the sum is negative; the person is told.
///
/// # Errors
/// What the database says; then nothing was changed.
pub async fn credit(
    pool: &PgPool,
    clerk: Clerk,
    whom: &str,
    amount: money::Rub,
    reason: &str,
) -> Result<Result<money::Rub, Refusal>, sqlx::Error> {
    let mut transaction = database::begin(pool).await?;
    let person = match one(&mut transaction, whom).await? {
        Ok(person) => person,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let kopecks = amount.kopecks();
    let act = Act::Adjust { user: person.id, kopecks, reason: reason.to_owned() };
    let new = NewEntry { actor: ACTOR, act: &act, undoes: None };
    let Some(entry) = store::actions::add(&mut transaction, clerk.now, &new).await? else {
        return Ok(Err(Refusal::Already));
    };
    let before = billing::wallet(&mut transaction, person.id, clerk.world).await?;
    let adjustment = billing::Adjustment {
        user_id: person.id,
        world: clerk.world,
        amount,
        actor: ACTOR,
        reason,
        key: &format!("adjust:{entry}"),
    };
    let balance = match billing::adjust(&mut transaction, clerk.now, &adjustment).await? {
        Adjusted::Done { balance } => balance,
        Adjusted::Exists | Adjusted::ExistsWithDifferent => return Ok(Err(Refusal::Already)),
        Adjusted::InsufficientFunds { balance } => return Ok(Err(Refusal::Short(balance))),
        Adjusted::NoWallet => return Ok(Err(Refusal::Nobody)),
    };
    let before = json!({ "balance_kop": before.balance.kopecks() });
    let after = json!({ "balance_kop": balance.kopecks() });
    store::actions::set_effect(&mut transaction, entry, &before, &after).await?;
    let (kopecks, reason) = (kopecks.saturating_abs(), reason.to_owned());
    let letter = if amount < money::Rub::ZERO {
        Letter::Debited { kopecks, reason }
    } else {
        Letter::Credited { kopecks, reason }
    };
    tell(&mut transaction, clerk.now, &person, letter).await?;
    transaction.commit().await?;
    Ok(Ok(balance))
}

/// Keeps a person out, or lets them in again; the person is told.
///
/// # Errors
/// What the database says; then nothing was changed.
pub async fn ban(
    pool: &PgPool,
    clerk: Clerk,
    whom: &str,
    reason: Option<&str>,
) -> Result<Result<(), Refusal>, sqlx::Error> {
    let mut transaction = database::begin(pool).await?;
    let person = match one(&mut transaction, whom).await? {
        Ok(person) => person,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let act = match reason {
        Some(reason) => Act::Block { user: person.id, reason: reason.to_owned() },
        None => Act::Unblock { user: person.id },
    };
    let since = reason.map(|_| clerk.now);
    if !chat::set_blocked(&mut transaction, person.id, since).await? {
        return Ok(Err(Refusal::Already));
    }
    let new = NewEntry { actor: ACTOR, act: &act, undoes: None };
    let Some(entry) = store::actions::add(&mut transaction, clerk.now, &new).await? else {
        return Ok(Err(Refusal::Already));
    };
    let blocked = reason.is_some();
    let (before, after) = (json!({ "blocked": !blocked }), json!({ "blocked": blocked }));
    store::actions::set_effect(&mut transaction, entry, &before, &after).await?;
    let letter = if blocked { Letter::Blocked } else { Letter::Unblocked };
    tell(&mut transaction, clerk.now, &person, letter).await?;
    transaction.commit().await?;
    Ok(Ok(()))
}

async fn tell(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    person: &Person,
    letter: Letter,
) -> Result<(), sqlx::Error> {
    let Some(chat) = person.telegram_id else { return Ok(()) };
    outbox::tell(connection, now, chat, Some(person.id), &Fact::Letter { letter }).await
}

/// The kinds of errors of the last days, the most frequent first.
///
/// # Errors
/// What the database says.
pub async fn errors(
    pool: &PgPool,
    now: OffsetDateTime,
    days: u16,
) -> Result<Vec<ErrorGroup>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let period = Duration::days(days.into());
    let groups =
        store::errors::groups(&mut connection, now - period, now - period - period).await?;
    Ok(groups
        .into_iter()
        .map(|group| ErrorGroup {
            source: group.source,
            class: group.class,
            count: group.count,
            before: group.before,
        })
        .collect())
}
