use billing::Violation;
use sqlx::PgConnection;

/// The rules, each as a query that answers one row per violation: subject and detail.
const RULES: [billing::Rule; 6] = [
    (
        "the account of gifts = sum of open gifts",
        "select 'gifts' as subject, 'ledger ' || ledger.kop || ', open gifts ' || open.kop as detail
         from (
             select coalesce(sum(case when credit = 'gifts' then amount_kop else -amount_kop end), 0)
                    ::bigint as kop
             from ledger where credit = 'gifts' or debit = 'gifts'
         ) ledger, (
             select coalesce(sum(amount_kop), 0)::bigint as kop from gifts where state = 'open'
         ) open
         where ledger.kop <> open.kop",
    ),
    (
        "each use of a promo code gave its money once",
        "select 'use ' || uses.id as subject,
                'given ' || uses.given_kop || ', ledger ' || coalesce(ledger.amount_kop, 0) as detail
         from promo_uses uses
         left join ledger on ledger.operation = 'promo:' || uses.id
         where coalesce(uses.given_kop, 0) <> coalesce(ledger.amount_kop, 0)",
    ),
    (
        "a promo code was used as often as it says",
        "select 'code ' || codes.code as subject,
                'used ' || codes.used || ', uses ' || count(uses.id) as detail
         from promo_codes codes left join promo_uses uses on uses.code = codes.code
         group by codes.code having codes.used <> count(uses.id)",
    ),
    (
        "an invitation was rewarded as it says",
        "select 'friend ' || referrals.user_id as subject,
                'friend ' || friend_kop || ', inviter ' || inviter_kop || ', ledger '
                || coalesce(friend.amount_kop, 0) || ' and ' || coalesce(inviter.amount_kop, 0)
                as detail
         from referrals
         left join ledger friend on friend.operation = 'referral:friend:' || referrals.user_id
         left join ledger inviter on inviter.operation = 'referral:inviter:' || referrals.user_id
         where friend_kop <> coalesce(friend.amount_kop, 0)
            or inviter_kop <> coalesce(inviter.amount_kop, 0)",
    ),
    (
        "a reward is taken back once, with the payment that earned it",
        "select 'friend ' || referrals.user_id as subject,
                'rewarded ' || friend_kop + inviter_kop || ', taken back '
                || coalesce(undone.kop, 0) as detail
         from referrals
         left join lateral (
             select sum(amount_kop) as kop from ledger
             where operation in ('undo:referral:friend:' || referrals.user_id,
                                 'undo:referral:inviter:' || referrals.user_id)
         ) undone on true
         where (taken_back_at is null and undone.kop is not null)
            or coalesce(undone.kop, 0) > friend_kop + inviter_kop",
    ),
    (
        "nobody was invited in a ring",
        "with recursive chain as (
             select user_id as start, inviter_id as at, 1 as steps from referrals
             union all
             select start, referrals.inviter_id, steps + 1
             from chain join referrals on referrals.user_id = chain.at
             where chain.at <> chain.start and steps < 1000
         )
         select 'user ' || start as subject, 'after ' || steps || ' steps' as detail
         from chain where at = start",
    ),
];

/// Compares promo codes, invitations and gifts with the ledger: empty is well.
///
/// # Errors
/// What the database says.
pub async fn audit(connection: &mut PgConnection) -> Result<Vec<Violation>, sqlx::Error> {
    billing::check(connection, &RULES).await
}
