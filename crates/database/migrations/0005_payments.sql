-- Top-ups: an order to pay, what came of it, and what providers say about the whole.

create table payments (
    id uuid primary key,
    number bigint generated always as identity unique,
    order_key text not null unique,
    parent_id uuid references payments,
    user_id bigint not null references users,
    chat_id bigint not null,
    world text not null check (world = 'real'),
    provider text not null check (provider in ('stars', 'telegram', 'yookassa', 'cryptopay', 'manual')),
    amount_kop bigint not null check (amount_kop >= 0),
    bonus_kop bigint not null default 0 check (bonus_kop >= 0),
    currency text not null,
    provider_amount bigint not null check (provider_amount >= 0),
    state text not null check (state in ('new', 'open', 'submitted', 'paid', 'expired', 'cancelled', 'rejected', 'review', 'refunding', 'refunded')),
    resumes boolean not null default false,
    refunds smallint not null default 0 check (refunds >= 0),
    idem_key text not null,
    asked_at timestamptz,
    external_id text,
    pay_url text,
    received_currency text,
    received_amount bigint,
    reason text,
    decided_by bigint,
    receipt_file_id text,
    receipt_unique_id text,
    receipt_is_photo boolean,
    expires_at timestamptz not null,
    next_check_at timestamptz,
    seen_at timestamptz,
    created_at timestamptz not null,
    paid_at timestamptz,
    refunded_at timestamptz,
    updated_at timestamptz not null,
    unique (provider, idem_key),
    unique (provider, external_id),
    check (amount_kop > 0 or state = 'review'),
    check (state not in ('paid', 'refunding', 'refunded') or (external_id is not null and paid_at is not null)),
    check (state <> 'submitted' or receipt_file_id is not null),
    check (state not in ('review', 'rejected') or reason is not null),
    check ((state = 'refunded') = (refunded_at is not null))
);
comment on table payments is 'Top-ups: the order first, then what became of it. Written by the payments crate.';
comment on column payments.number is 'What people and operators call it';
comment on column payments.parent_id is 'The order whose bill was paid once more, or by somebody else: each payment is credited to who paid';
comment on column payments.amount_kop is 'What is credited: fixed with the order, whatever the rate is later';
comment on column payments.provider_amount is 'What the provider is to receive, in the smallest unit of the currency (Stars, kopecks)';
comment on column payments.idem_key is 'Stored before the provider is asked, and the same for each repetition';
comment on column payments.asked_at is 'Since when the provider may know of it';
comment on column payments.external_id is 'The provider''s name of the payment; credited once';
comment on column payments.next_check_at is 'When the provider is asked by itself, because notifications get lost';
comment on column payments.seen_at is 'When the provider''s own list was seen to have it';
create index payments_user on payments (user_id, created_at desc);
create index payments_check on payments (next_check_at) where next_check_at is not null;
create index payments_waiting on payments (expires_at) where state in ('new', 'open');
create unique index payments_manual_amount on payments (provider_amount) where provider = 'manual' and state = 'open';
create unique index payments_manual_one on payments (user_id) where provider = 'manual' and state in ('open', 'submitted');
create index payments_receipt on payments (receipt_unique_id) where receipt_unique_id is not null;

create table reconciliations (
    provider text primary key,
    at timestamptz not null,
    position bigint not null default 0,
    missing text[] not null default '{}'
);
comment on table reconciliations is 'The last comparison of a provider''s list with ours. Written by the payments crate.';
comment on column reconciliations.position is 'How far the provider''s list was read';
comment on column reconciliations.missing is 'Payments that we have credited and the provider does not list';

alter table ledger drop constraint ledger_kind_check;
alter table ledger add constraint ledger_kind_check check (kind in ('topup', 'bonus', 'hold', 'commit', 'release', 'refund', 'adjust', 'expire', 'cost', 'loss', 'payback'));
