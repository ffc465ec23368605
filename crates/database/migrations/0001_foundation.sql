-- People, money, jobs, generations, notices.
-- Money is whole kopecks. Times are decided by the program's clock, never by now() in a query.

create table users (
    id bigint generated always as identity primary key,
    telegram_id bigint unique,
    name text not null default '',
    username text,
    language text not null check (language in ('ru', 'en')),
    unreachable_since timestamptz,
    created_at timestamptz not null,
    seen_at timestamptz not null
);
comment on table users is 'People. Written by the chat crate.';
comment on column users.telegram_id is 'Telegram''s id of the person; null once the person has erased themself';
comment on column users.unreachable_since is 'Set when Telegram says that the person blocked the bot; cleared by the next message of the person';

create table sessions (
    user_id bigint primary key references users,
    revision bigint not null check (revision >= 0),
    state jsonb not null,
    screen_message_id bigint,
    updated_at timestamptz not null
);
comment on table sessions is 'Where each person stands in the conversation. Written by the chat crate.';
comment on column sessions.revision is 'Grows with each change; buttons carry it, so that an old button is recognised';
comment on column sessions.screen_message_id is 'The message that shows the current screen and may be edited into the next one';

create table updates (
    update_id bigint primary key,
    received_at timestamptz not null
);
comment on table updates is 'Telegram updates already stored, so that a repeated one is recognised. The content is in the job and goes with it. Written by the chat crate.';

create table jobs (
    id bigint generated always as identity primary key,
    pool text not null,
    kind text not null,
    payload jsonb not null,
    lane text,
    unique_key text,
    priority smallint not null check (priority between 0 and 4),
    state text not null check (state in ('queued', 'running', 'dead')),
    run_at timestamptz not null,
    attempt integer not null default 0 check (attempt >= 0),
    attempts_max integer check (attempts_max > 0),
    fence bigint not null default 0,
    owner uuid,
    lease_until timestamptz,
    created_at timestamptz not null,
    last_error text,
    check ((state = 'running') = (owner is not null)),
    check ((state = 'running') = (lease_until is not null))
);
comment on table jobs is 'The queue. A finished job is deleted in the transaction of its effects; a dead one stays for the operator. Written by the queue crate.';
comment on column jobs.pool is 'Which pool of workers takes it: talk (updates, messages), work (generations), work_test (generations of the test mode)';
comment on column jobs.lane is 'Jobs of one lane run one at a time, in the order of their ids';
comment on column jobs.unique_key is 'At most one living job has a key';
comment on column jobs.fence is 'Grows with each claim; a finish must name it, so that a worker that lost its lease changes nothing';
create index jobs_due on jobs (pool, priority, run_at, id) where state = 'queued';
create index jobs_lane on jobs (lane, id) where lane is not null and state <> 'dead';
create unique index jobs_one_running_in_a_lane on jobs (lane) where state = 'running' and lane is not null;
create unique index jobs_unique_key on jobs (unique_key) where unique_key is not null and state <> 'dead';
create index jobs_lease on jobs (lease_until) where state = 'running';
alter table jobs set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

create table paces (
    name text primary key,
    taken timestamptz[] not null
);
comment on table paces is 'Allowances shared by all processes: the moments of the last grants, within a sliding window. Written by the queue crate.';

create table leases (
    name text primary key,
    owner uuid,
    term bigint not null,
    expires_at timestamptz not null
);
comment on table leases is 'What one process at a time may do, such as polling Telegram. Written by the queue crate.';

create table wallets (
    user_id bigint not null references users,
    world text not null check (world in ('real', 'test')),
    real_kop bigint not null default 0 check (real_kop >= 0),
    bonus_kop bigint not null default 0 check (bonus_kop >= 0),
    balance_kop bigint generated always as (real_kop + bonus_kop) stored,
    held_kop bigint not null default 0 check (held_kop >= 0),
    debt_kop bigint not null default 0 check (debt_kop >= 0),
    created_at timestamptz not null,
    primary key (user_id, world),
    check (balance_kop >= 0)
);
comment on table wallets is 'A person''s money, one row for real money and one for the test mode. Written by the billing crate, and only beside ledger rows.';
comment on column wallets.balance_kop is 'What can be spent now: real_kop + bonus_kop. Money on hold is not in it';
comment on column wallets.held_kop is 'Set aside by open holds';
comment on column wallets.debt_kop is 'Owed by the person after a refund of money already spent; the next top-up covers it';

create table bonus_lots (
    id bigint generated always as identity primary key,
    user_id bigint not null references users,
    world text not null check (world in ('real', 'test')),
    origin text not null,
    granted_kop bigint not null check (granted_kop > 0),
    remaining_kop bigint not null check (remaining_kop >= 0),
    expires_at timestamptz,
    created_at timestamptz not null,
    check (remaining_kop <= granted_kop)
);
comment on table bonus_lots is 'Bonus money by its grant. Written by the billing crate.';
comment on column bonus_lots.origin is 'The idempotency key of the grant';
create index bonus_lots_open on bonus_lots (user_id, world) where remaining_kop > 0;

create table holds (
    generation_id uuid primary key,
    user_id bigint not null references users,
    world text not null check (world in ('real', 'test')),
    amount_kop bigint not null check (amount_kop >= 0),
    real_kop bigint not null check (real_kop >= 0),
    lot_ids bigint[] not null,
    lot_kops bigint[] not null,
    state text not null check (state in ('open', 'committed', 'released', 'refunded')),
    created_at timestamptz not null,
    closed_at timestamptz,
    check ((state = 'open') = (closed_at is null)),
    check (cardinality(lot_ids) = cardinality(lot_kops))
);
comment on table holds is 'Money set aside for a generation, with its split into real money and bonus lots. Written by the billing crate.';
create index holds_open on holds (user_id) where state = 'open';

create table ledger (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    world text not null check (world in ('real', 'test')),
    kind text not null check (kind in ('topup', 'bonus', 'hold', 'commit', 'release', 'refund', 'adjust', 'expire', 'cost', 'loss')),
    debit text not null,
    credit text not null,
    amount_kop bigint not null check (amount_kop > 0),
    money text not null check (money in ('real', 'bonus')),
    lot_id bigint references bonus_lots,
    user_id bigint references users,
    balance_after_kop bigint check (balance_after_kop >= 0),
    held_after_kop bigint check (held_after_kop >= 0),
    generation_id uuid,
    actor text not null,
    reason text,
    operation text not null,
    part smallint not null check (part >= 0),
    check (debit <> credit),
    check ((money = 'bonus') = (lot_id is not null)),
    unique (operation, part)
);
comment on table ledger is 'Every movement of money, append-only: amount_kop goes from the account debit to the account credit. Written by the billing crate.';
comment on column ledger.debit is 'Account that gives: wallet:<user>, held:<user>, debt:<user>, or a system account (revenue, promo_expense, loss, provider_cost, kie_credits, topups:<provider>)';
comment on column ledger.operation is 'Idempotency key of the operation, with part unique for ever';
comment on column ledger.balance_after_kop is 'The wallet''s spendable balance after the whole operation; null for movements between system accounts';
create index ledger_user on ledger (user_id, id desc) where user_id is not null;
create index ledger_generation on ledger (generation_id) where generation_id is not null;

create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only';
end
$$;
create trigger ledger_no_change before update or delete on ledger
    for each row execute function ledger_is_append_only();
create trigger ledger_no_truncate before truncate on ledger
    for each statement execute function ledger_is_append_only();

create table generations (
    id uuid primary key,
    code text not null unique,
    order_key text not null unique,
    user_id bigint not null references users,
    chat_id bigint not null,
    language text not null check (language in ('ru', 'en')),
    world text not null check (world in ('real', 'test')),
    model text not null,
    answers jsonb not null,
    price_kop bigint not null check (price_kop >= 0),
    cost_kop bigint not null check (cost_kop >= 0),
    credits numeric not null check (credits >= 0),
    state text not null check (state in ('preparing', 'queued', 'submitting', 'uncertain', 'running', 'securing', 'delivering', 'late', 'done', 'failed', 'cancelled')),
    money text not null check (money in ('held', 'taken', 'returned')),
    quiet boolean not null default false,
    tries integer not null default 0 check (tries >= 0),
    uploads jsonb not null default '{}',
    uploaded_at timestamptz,
    deadline_at timestamptz,
    failure text,
    failure_text text,
    provider_credits numeric,
    created_at timestamptz not null,
    submitted_at timestamptz,
    finished_at timestamptz,
    updated_at timestamptz not null,
    check ((state in ('done', 'failed', 'cancelled')) = (finished_at is not null)),
    check (state not in ('preparing', 'queued', 'submitting', 'uncertain', 'running') or money = 'held'),
    check (state not in ('failed', 'cancelled') or money = 'returned'),
    check (state <> 'delivering' or money in ('taken', 'returned'))
);
comment on table generations is 'Orders: one input, one price, one hold, attempts, outputs. Written by the generation crate.';
comment on column generations.code is 'The short number shown to the person and said to support';
comment on column generations.money is 'held, taken, or returned (a late result that is given as a gift is delivered with money returned)';
comment on column generations.quiet is 'The person asked to cancel after submission: the result waits in the history';
comment on column generations.cost_kop is 'What KIE takes for it, in kopecks at the rate of the order, without markup';
create index generations_user on generations (user_id, created_at desc);
create index generations_open on generations (state, updated_at) where finished_at is null;
create index generations_model on generations (model, created_at desc);

create table attempts (
    id uuid primary key,
    generation_id uuid not null references generations,
    number integer not null check (number > 0),
    world text not null check (world in ('real', 'test')),
    key_name text not null,
    token text not null unique,
    task_id text unique,
    state text not null check (state in ('submitting', 'uncertain', 'running', 'succeeded', 'failed', 'rejected')),
    failure text,
    failure_text text,
    credits numeric,
    submitted_at timestamptz not null,
    accepted_at timestamptz,
    finished_at timestamptz,
    unique (generation_id, number),
    check (state not in ('running', 'succeeded') or task_id is not null)
);
comment on table attempts is 'Each submission of a generation to KIE.ai with one key. Written by the generation crate.';
comment on column attempts.token is 'Unguessable; part of the callback address, so that a task whose answer was lost finds its attempt';
create unique index attempts_one_open on attempts (generation_id) where state in ('submitting', 'uncertain', 'running');

create table outputs (
    generation_id uuid not null references generations,
    position smallint not null check (position >= 0),
    url text not null,
    kind text not null check (kind in ('image', 'video', 'audio')),
    mime text not null,
    bytes bigint not null check (bytes > 0),
    width integer,
    height integer,
    duration_ms bigint,
    form text not null default 'media' check (form in ('media', 'document', 'link')),
    sent_as text check (sent_as in ('media', 'document', 'link')),
    file_id text,
    message_id bigint,
    primary key (generation_id, position)
);
comment on column outputs.form is 'How it is to be sent next: Telegram may refuse a medium, then a document, then only the link is left';
comment on table outputs is 'Results of generations; Telegram''s file_id is their lasting store. Written by the generation crate.';

create table notices (
    id bigint generated always as identity primary key,
    chat_id bigint not null,
    user_id bigint references users,
    fact jsonb not null,
    state text not null check (state in ('waiting', 'sent', 'dropped', 'undeliverable')),
    created_at timestamptz not null,
    sent_at timestamptz,
    message_id bigint
);
comment on table notices is 'What people and operators must be told, stored in the transaction of the change. Written by the outbox crate.';
create index notices_waiting on notices (created_at) where state = 'waiting';

create table progress_messages (
    generation_id uuid primary key,
    chat_id bigint not null,
    message_id bigint not null,
    shown text not null,
    edited_at timestamptz not null
);
comment on table progress_messages is 'The one message per generation that is edited through its stages. Written by the chat crate.';
