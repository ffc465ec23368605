-- What migration 16 left out of the payments that were there before it: cards that an operator
-- credited after it, percentages of promo codes, and what went back already.

insert into charges (provider, external_id, payload, payer, currency, amount, at)
select provider, external_id, id::text, nullif(chat_id, 0),
       coalesce(received_currency, currency), coalesce(received_amount, provider_amount),
       coalesce(paid_at, updated_at)
from payments
where provider in ('stars', 'telegram') and external_id is not null
on conflict do nothing;

update promo_uses set payment = (
    select entry.operation from ledger entry
    where entry.user_id = promo_uses.user_id and entry.kind = 'topup' and entry.world = 'real'
      and entry.at = promo_uses.given_at and entry.operation like 'pay:%'
    order by entry.id limit 1)
from promo_codes code
where code.code = promo_uses.code and code.percent is not null
  and promo_uses.given_at is not null and promo_uses.payment is null;

-- Their rewards were never taken back and never will be: the operators have lived with that since.
update referrals set taken_back_at = payment.refunded_at
from payments payment
where payment.state = 'refunded' and referrals.taken_back_at is null
  and referrals.payment = 'pay:' || payment.provider || ':' || payment.external_id
  and not exists (select from ledger
                  where operation in ('undo:referral:friend:' || referrals.user_id,
                                      'undo:referral:inviter:' || referrals.user_id));
update promo_uses set taken_back_at = payment.refunded_at
from payments payment
where payment.state = 'refunded' and promo_uses.taken_back_at is null
  and promo_uses.payment = 'pay:' || payment.provider || ':' || payment.external_id
  and not exists (select from ledger where operation = 'undo:promo:' || promo_uses.id);

-- Lists of payments go by their number; the decisions have an index of their own.
drop index payments_looked_at;
