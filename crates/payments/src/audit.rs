use billing::Violation;
use sqlx::PgConnection;

/// The rules, each as a query that answers one row per violation: subject and detail.
const RULES: [billing::Rule; 8] = [
    (
        "each payment that was paid is credited once",
        "select 'payment ' || payment.number as subject,
                payment.state || ', ordered ' || payment.amount_kop || ', credited '
                || coalesce(sum(entry.amount_kop), 0) as detail
         from payments payment
         left join ledger entry
             on entry.operation = 'pay:' || payment.provider || ':' || payment.external_id
            and entry.kind = 'topup' and entry.user_id = payment.user_id
         group by payment.id
         having coalesce(sum(entry.amount_kop), 0)
                <> case when payment.state in ('paid', 'refunding', 'refunded')
                        then payment.amount_kop else 0 end",
    ),
    (
        "each top-up has a payment",
        "select entry.operation as subject, 'credited ' || entry.amount_kop as detail
         from ledger entry
         where entry.kind = 'topup' and entry.operation like 'pay:%'
           and split_part(entry.operation, ':', 2)
               in ('stars', 'telegram', 'yookassa', 'cryptopay', 'manual')
           and not exists (
               select from payments payment
               where entry.operation = 'pay:' || payment.provider || ':' || payment.external_id)",
    ),
    (
        "what went back left the wallet once",
        "with back as (
             select split_part(operation, ':', 2) as payment,
                    sum(case when kind = 'payback' then amount_kop else -amount_kop end) as kop
             from ledger
             where (kind = 'payback' and operation like 'payback:%')
                or (kind = 'topup' and operation like 'payback_undone:%')
             group by 1
         )
         select 'payment ' || payment.number as subject,
                payment.state || ', of ' || payment.amount_kop || ' taken '
                || coalesce(back.kop, 0) as detail
         from payments payment
         left join back on back.payment = payment.id::text
         where payment.state in ('paid', 'refunding', 'refunded')
           and coalesce(back.kop, 0)
               <> case when payment.state = 'paid' then 0 else payment.amount_kop end",
    ),
    (
        "a bonus on a top-up is what was promised",
        "select 'payment ' || payment.number as subject,
                'promised ' || payment.bonus_kop || ', given ' || coalesce(sum(lot.granted_kop), 0)
                as detail
         from payments payment
         left join bonus_lots lot on lot.origin = 'topup_bonus:' || payment.id
         group by payment.id
         having coalesce(sum(lot.granted_kop), 0)
                <> case when payment.state in ('paid', 'refunding', 'refunded')
                        then payment.bonus_kop else 0 end",
    ),
    (
        "each payment of which Telegram told is taken in as told",
        "select 'charge ' || charge.external_id as subject,
                charge.amount || ' ' || charge.currency || ', payment '
                || coalesce(payment.number || ' ' || payment.state, 'missing') as detail
         from charges charge
         left join payments payment
             on payment.provider = charge.provider and payment.external_id = charge.external_id
         where (payment.id is null
                and not exists (select from jobs
                                where kind = 'update' and state <> 'dead'
                                  and strpos(payload->>'raw', charge.external_id) > 0))
            or (payment.state in ('paid', 'refunding', 'refunded') and payment.decided_by is null
                and (payment.provider_amount, payment.currency)
                    <> (charge.amount, charge.currency))",
    ),
    (
        "Telegram told of each card that was credited",
        "select 'payment ' || payment.number as subject,
                payment.external_id || ', ' || payment.amount_kop as detail
         from payments payment
         where payment.provider = 'telegram' and payment.state in ('paid', 'refunding', 'refunded')
           and not exists (select from charges charge
                           where charge.provider = payment.provider
                             and charge.external_id = payment.external_id)",
    ),
    (
        "what went back took with it what it had earned",
        "select 'payment ' || payment.number as subject,
                coalesce('friend ' || referral.user_id, 'use ' || used.id) as detail
         from payments payment
         left join referrals referral
             on referral.payment = 'pay:' || payment.provider || ':' || payment.external_id
            and referral.taken_back_at is null
         left join promo_uses used
             on used.payment = 'pay:' || payment.provider || ':' || payment.external_id
            and used.taken_back_at is null
         where payment.state = 'refunded' and coalesce(referral.user_id, used.id) is not null",
    ),
    (
        "the provider's list has what we have credited",
        "select provider as subject, array_length(missing, 1) || ' missing, such as ' || missing[1]
                as detail
         from reconciliations where cardinality(missing) > 0",
    ),
];

/// Compares payments with the books, and with the providers' lists as they were last read; empty
/// is well.
///
/// # Errors
/// What the database says.
pub async fn audit(connection: &mut PgConnection) -> Result<Vec<Violation>, sqlx::Error> {
    billing::check(connection, &RULES).await
}
