-- Bonus money: who was welcomed, promo codes, invitations, gifts, and what was given on each day.

alter table users add column source text;
comment on column users.source is 'The campaign of the link (src_<campaign>) through which the person came; set once';

alter table ledger drop constraint ledger_kind_check;
alter table ledger add constraint ledger_kind_check check (kind in
    ('topup', 'bonus', 'hold', 'commit', 'release', 'refund', 'adjust', 'expire', 'cost', 'loss',
     'gift_out', 'gift_in'));
comment on column ledger.debit is 'Account that gives: wallet:<user>, held:<user>, debt:<user>, or a system account (revenue, promo_expense, loss, provider_cost, kie_credits, gifts, topups:<provider>)';
create index bonus_lots_ending on bonus_lots (expires_at) where remaining_kop > 0 and expires_at is not null;

create table welcomed (
    person text primary key,
    given_kop bigint not null check (given_kop >= 0),
    at timestamptz not null
);
comment on table welcomed is 'Everybody who ever came, by a keyed hash of Telegram''s id, so that the welcome bonus is given once for ever, also after a person has erased themself. Written by the promo crate.';
comment on column welcomed.given_kop is 'The bonus; 0 when the ceiling of the day was reached';

create table promo_days (
    day date primary key,
    welcome_kop bigint not null default 0 check (welcome_kop >= 0),
    promo_kop bigint not null default 0 check (promo_kop >= 0),
    welcome_alerted boolean not null default false,
    promo_alerted boolean not null default false
);
comment on table promo_days is 'Bonus money given on each day of Moscow, against the ceilings of the day. Written by the promo crate.';

create table promo_codes (
    code text primary key check (code = upper(code) and length(code) between 3 and 32),
    amount_kop bigint check (amount_kop > 0),
    percent integer check (percent between 1 and 500),
    percent_max_kop bigint check (percent_max_kop > 0),
    uses_max integer check (uses_max > 0),
    uses_per_person integer not null check (uses_per_person > 0),
    segment text not null check (segment in ('all', 'new', 'paying')),
    valid_from timestamptz,
    valid_until timestamptz,
    bonus_days integer check (bonus_days > 0),
    used integer not null default 0 check (used >= 0),
    disabled_at timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    check ((amount_kop is null) <> (percent is null)),
    check (percent_max_kop is null or percent is not null),
    check (uses_max is null or used <= uses_max),
    check (valid_from < valid_until)
);
comment on table promo_codes is 'Promo codes: a fixed bonus, or a percentage of the next top-up. Written by the promo crate.';
comment on column promo_codes.segment is 'Whom it is for: all, new (have never paid), paying (have paid)';
comment on column promo_codes.bonus_days is 'How long its bonus money can be spent; null: without an end';

create table promo_uses (
    id bigint generated always as identity primary key,
    code text not null references promo_codes,
    user_id bigint not null references users,
    number integer not null check (number > 0),
    state text not null check (state in ('waiting', 'given')),
    given_kop bigint check (given_kop > 0),
    at timestamptz not null,
    given_at timestamptz,
    unique (code, user_id, number),
    check ((state = 'given') = (given_at is not null)),
    check ((state = 'given') = (given_kop is not null))
);
comment on table promo_uses is 'Each use of a promo code; one of a percentage waits for the next top-up. Written by the promo crate.';
create index promo_uses_person on promo_uses (user_id, at desc);
create unique index promo_uses_one_waits on promo_uses (user_id) where state = 'waiting';

create table invitations (
    user_id bigint primary key references users,
    code text not null unique
);
comment on table invitations is 'The word in each person''s own link for friends. Written by the promo crate.';

create table referrals (
    user_id bigint primary key references users,
    inviter_id bigint not null references users,
    at timestamptz not null,
    paid_at timestamptz,
    friend_kop bigint not null default 0 check (friend_kop >= 0),
    inviter_kop bigint not null default 0 check (inviter_kop >= 0),
    check (user_id <> inviter_id)
);
comment on table referrals is 'Who came by whose invitation, and what the first payment earned both. Written by the promo crate.';
create index referrals_inviter on referrals (inviter_id);

create table gifts (
    id uuid primary key,
    token text not null unique,
    giver_id bigint not null references users,
    amount_kop bigint not null check (amount_kop > 0),
    state text not null check (state in ('open', 'claimed', 'returned')),
    claimed_by bigint references users,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    closed_at timestamptz,
    check ((state = 'open') = (closed_at is null)),
    check ((state = 'claimed') = (claimed_by is not null))
);
comment on table gifts is 'Money on its way to whoever opens the link first; it returns to the giver when nobody does. Written by the promo crate.';
create index gifts_open on gifts (expires_at) where state = 'open';
create index gifts_giver on gifts (giver_id, created_at desc);
