-- Payments as Telegram told of them, receipts by their content, what a payment had earned and takes
-- with it when it goes back, and people who try promo codes.

create table charges (
    provider text not null check (provider in ('stars', 'telegram')),
    external_id text not null,
    provider_charge_id text,
    payload text not null,
    payer bigint,
    currency text not null,
    amount bigint not null,
    at timestamptz not null,
    primary key (provider, external_id)
);
comment on table charges is 'Each payment of which Telegram has told (successful_payment), stored with the update itself: whatever becomes of the work on the update, the money is known. Written by the payments crate.';
comment on column charges.external_id is 'Telegram''s name of the payment';
comment on column charges.provider_charge_id is 'The name under which the provider''s own statement lists it';
comment on column charges.payload is 'Our order, as the bill carried it';
comment on column charges.payer is 'Telegram''s number of who paid; null when the person has erased themself';
insert into charges (provider, external_id, payload, payer, currency, amount, at)
select provider, external_id, id::text, nullif(chat_id, 0), currency, provider_amount, paid_at
from payments
where provider in ('stars', 'telegram') and external_id is not null and paid_at is not null;

alter table payments add column receipt_hash text;
comment on column payments.receipt_hash is 'Of the receipt''s content: the same picture sent anew has another id at Telegram';
create index payments_receipt_hash on payments (receipt_hash) where receipt_hash is not null;
create index payments_looked_at on payments (created_at desc) where state in ('submitted', 'review');

alter table referrals add column payment text;
alter table referrals add column taken_back_at timestamptz;
alter table referrals add check (taken_back_at is null or paid_at is not null);
comment on column referrals.payment is 'The first payment, by its operation in the ledger';
comment on column referrals.taken_back_at is 'When the first payment went back, and both rewards with it';
create unique index referrals_payment on referrals (payment) where payment is not null;
update referrals set payment = (
    select entry.operation from ledger entry
    where entry.user_id = referrals.user_id and entry.kind = 'topup' and entry.world = 'real'
      and entry.at = referrals.paid_at and entry.operation like 'pay:%'
    order by entry.id limit 1)
where paid_at is not null;

alter table promo_uses add column payment text;
alter table promo_uses add column taken_back_at timestamptz;
comment on column promo_uses.payment is 'The top-up of which a percentage was given, by its operation in the ledger';
comment on column promo_uses.taken_back_at is 'When the top-up went back, and the percentage with it';
create index promo_uses_payment on promo_uses (payment) where payment is not null;

create table promo_tries (
    user_id bigint primary key references users,
    since timestamptz not null,
    wrong integer not null check (wrong > 0)
);
comment on table promo_tries is 'Promo codes that a person tried and that do not exist, since the first of the hour: whoever guesses has to wait. Written by the promo crate.';
