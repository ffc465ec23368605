use sqlx::{PgConnection, Row as _};

/// A place where the books do not agree with themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which rule is broken.
    pub rule: &'static str,
    /// Whom it concerns: a user, a generation, an operation.
    pub subject: String,
    /// What was expected and what was found.
    pub detail: String,
}

/// The rules, each as a query that answers one row per violation: subject and detail.
const RULES: &[Rule] = &[
    (
        "wallet = sum of the ledger",
        "with sums as (
             select account, world, sum(kop)::bigint as kop from (
                 select credit as account, world, amount_kop as kop from ledger
                 union all
                 select debit, world, -amount_kop from ledger
             ) sides
             where account like 'wallet:%' or account like 'held:%'
             group by account, world
         )
         select 'user ' || wallet.user_id || ' (' || wallet.world || ')' as subject,
                'wallet ' || wallet.balance_kop || '+' || wallet.held_kop || ', ledger '
                || coalesce(free.kop, 0) || '+' || coalesce(held.kop, 0) as detail
         from wallets wallet
         left join sums free
             on free.account = 'wallet:' || wallet.user_id and free.world = wallet.world
         left join sums held
             on held.account = 'held:' || wallet.user_id and held.world = wallet.world
         where wallet.balance_kop <> coalesce(free.kop, 0)
            or wallet.held_kop <> coalesce(held.kop, 0)",
    ),
    (
        "debt = what the ledger says is owed",
        "select 'user ' || wallet.user_id || ' (' || wallet.world || ')' as subject,
                'debt ' || wallet.debt_kop || ', ledger ' || coalesce(owed.kop, 0) as detail
         from wallets wallet
         left join (
             select account, world, sum(kop)::bigint as kop from (
                 select debit as account, world, amount_kop as kop from ledger
                 union all
                 select credit, world, -amount_kop from ledger
             ) sides
             where account like 'debt:%'
             group by account, world
         ) owed on owed.account = 'debt:' || wallet.user_id and owed.world = wallet.world
         where wallet.debt_kop <> coalesce(owed.kop, 0)",
    ),
    (
        "held = sum of open holds",
        "select 'user ' || wallet.user_id || ' (' || wallet.world || ')' as subject,
                'held ' || wallet.held_kop || ', open holds ' || coalesce(sum(hold.amount_kop), 0)
                as detail
         from wallets wallet
         left join holds hold
             on hold.user_id = wallet.user_id and hold.world = wallet.world and hold.state = 'open'
         group by wallet.user_id, wallet.world, wallet.held_kop
         having wallet.held_kop <> coalesce(sum(hold.amount_kop), 0)",
    ),
    (
        "bonus money = sum of its lots",
        "select 'user ' || wallet.user_id || ' (' || wallet.world || ')' as subject,
                'bonus ' || wallet.bonus_kop || ', lots ' || coalesce(sum(lot.remaining_kop), 0)
                as detail
         from wallets wallet
         left join bonus_lots lot on lot.user_id = wallet.user_id and lot.world = wallet.world
         group by wallet.user_id, wallet.world, wallet.bonus_kop
         having wallet.bonus_kop <> coalesce(sum(lot.remaining_kop), 0)",
    ),
    (
        "bonus money without an end keeps none",
        "select 'lot ' || lot.id as subject, 'a welcome bonus ends at ' || lot.expires_at as detail
         from bonus_lots lot
         where lot.origin like 'welcome:%' and lot.expires_at is not null",
    ),
    (
        "a hold equals its split",
        "select 'generation ' || generation_id as subject,
                'amount ' || amount_kop || ', real ' || real_kop as detail
         from holds
         where amount_kop <> real_kop + coalesce((select sum(kop) from unnest(lot_kops) kop), 0)",
    ),
    (
        "each closed hold moved its money once",
        "select 'generation ' || hold.generation_id as subject,
                'state ' || hold.state || ', held ' || hold.amount_kop || ', taken '
                || coalesce(moved.taken, 0) || ', returned ' || coalesce(moved.returned, 0) as detail
         from holds hold
         left join (
             select generation_id,
                    sum(amount_kop) filter (where kind = 'commit') as taken,
                    sum(amount_kop) filter (where kind in ('release', 'refund')) as returned
             from ledger group by generation_id
         ) moved on moved.generation_id = hold.generation_id
         where (coalesce(moved.taken, 0), coalesce(moved.returned, 0)) <> case hold.state
             when 'open' then (0::numeric, 0::numeric)
             when 'committed' then (hold.amount_kop::numeric, hold.returned_kop::numeric)
             when 'released' then (0::numeric, hold.amount_kop::numeric)
             else (hold.amount_kop::numeric, (hold.amount_kop + hold.returned_kop)::numeric) end",
    ),
    (
        "a hold set aside what it took and gave back",
        "select 'generation ' || hold.generation_id as subject,
                'held ' || coalesce(moved.held, 0) || ', split ' || hold.amount_kop
                || ' and ' || hold.returned_kop || ' given back' as detail
         from holds hold
         left join (
             select generation_id, sum(amount_kop) as held
             from ledger where kind = 'hold' group by generation_id
         ) moved on moved.generation_id = hold.generation_id
         where coalesce(moved.held, 0) <> hold.amount_kop + hold.returned_kop",
    ),
    (
        "the last entry shows the wallet",
        "select 'user ' || wallet.user_id || ' (' || wallet.world || ')' as subject,
                'wallet ' || wallet.balance_kop || '+' || wallet.held_kop || ', last entry '
                || last.balance_after_kop || '+' || last.held_after_kop as detail
         from wallets wallet
         cross join lateral (
             select balance_after_kop, held_after_kop from ledger
             where user_id = wallet.user_id and world = wallet.world
             order by id desc limit 1
         ) last
         where (last.balance_after_kop, last.held_after_kop)
               <> (wallet.balance_kop, wallet.held_kop)",
    ),
    (
        "the welcome bonus is given once",
        "select 'user ' || user_id as subject, count(*) || ' times' as detail
         from ledger where kind = 'bonus' and operation like 'welcome:%'
         group by user_id, world having count(*) > 1",
    ),
];

/// Recomputes everything from the ledger and answers where the books disagree: empty is well.
///
/// # Errors
/// What the database says.
pub async fn audit(connection: &mut PgConnection) -> Result<Vec<Violation>, sqlx::Error> {
    check(connection, RULES).await
}

/// A rule of the books in words, and the query whose rows break it: `subject` and `detail`.
pub type Rule = (&'static str, &'static str);

/// Looks where rules are broken. Other crates have rules about their own tables beside the books.
///
/// # Errors
/// What the database says.
pub async fn check(
    connection: &mut PgConnection,
    rules: &[Rule],
) -> Result<Vec<Violation>, sqlx::Error> {
    let mut violations = Vec::new();
    for (rule, query) in rules {
        for row in sqlx::query(*query).fetch_all(&mut *connection).await? {
            violations.push(Violation {
                rule,
                subject: row.try_get("subject")?,
                detail: row.try_get("detail")?,
            });
        }
    }
    Ok(violations)
}
