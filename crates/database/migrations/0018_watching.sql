-- What is wrong until it is over, what is looked at from time to time, and traces through the queue.

create table alarms (
    id bigint generated always as identity primary key,
    subject text not null,
    alert jsonb not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    seen bigint not null default 1 check (seen > 0),
    told_at timestamptz,
    told integer not null default 0 check (told >= 0),
    over_at timestamptz,
    check ((told = 0) = (told_at is null))
);
comment on table alarms is 'What is wrong, and how often the operators were told of it. Written by the outbox crate.';
comment on column alarms.subject is 'What it is about; of each at most one is open';
comment on column alarms.alert is 'What was seen last';
comment on column alarms.over_at is 'When it was seen to be in order again; null while it is open';
create unique index alarms_open on alarms (subject) where over_at is null;

create table key_balances (
    key_name text primary key,
    credits numeric not null check (credits >= 0),
    read_at timestamptz not null
);
comment on table key_balances is 'What each key of KIE.ai had left when it was last asked. Written by the watch crate.';

create table rounds (
    name text primary key,
    at timestamptz not null
);
comment on table rounds is 'When each of the regular looks and cleanings was last done, by whatever process. Written by the watch crate.';

alter table jobs add column trace text;
comment on column jobs.trace is 'What the job follows from, the same through all that follows: u<number of the update>, or another name given by the first job';

-- The last hours of tables that only grow, for looks at what happened lately. A block range costs the
-- hot path next to nothing.
create index ledger_at on ledger using brin (at) with (pages_per_range = 32, autosummarize = on);
create index generations_created on generations using brin (created_at)
    with (pages_per_range = 32, autosummarize = on);

-- What is cleaned away; small indexes, because each is of few rows.
create index generations_test on generations (finished_at) where world = 'test';
create index generations_failed_uploads on generations (finished_at)
    where state in ('failed', 'cancelled') and uploads <> '{}';
create index generations_continues on generations (continues) where continues is not null;

-- Payments that wait for an operator.
create index payments_decisions on payments (updated_at) where state in ('review', 'submitted');
