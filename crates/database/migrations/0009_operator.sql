-- The operator's panel: roles, sessions, settings, rules of models, and the record of every action.

alter table users add column blocked_since timestamptz;
comment on column users.blocked_since is 'Set by an operator: the person is answered with words only';

create table roles (
    telegram_id bigint primary key,
    role text not null check (role in ('manager', 'support')),
    given_at timestamptz not null
);
comment on table roles is 'Who may use the operator''s panel beside the owners, who stand in the settings. Written by the admin crate.';

create table admin_sessions (
    telegram_id bigint primary key,
    revision bigint not null check (revision >= 0),
    state jsonb not null,
    updated_at timestamptz not null
);
comment on table admin_sessions is 'What each operator''s panel waits for. Written by the admin crate.';
comment on column admin_sessions.revision is 'Grows with each change; a confirmation carries it, so that an old one is recognised';

create table admin_actions (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    actor text not null,
    act jsonb not null,
    action text not null,
    subject text not null,
    before jsonb,
    after jsonb,
    reason text,
    undoes bigint unique references admin_actions
);
comment on table admin_actions is 'What operators did: who, what, to whom or what, before, after, why. One row in the transaction of the effect; the newest id is the revision of the shop''s rules. Written by the admin crate.';
comment on column admin_actions.actor is 'operator:<telegram id>, command line, or program';
comment on column admin_actions.undoes is 'The action that this one takes back; each is taken back once';
create index admin_actions_subject on admin_actions (subject, id desc);

create table admin_requests (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    asked_by bigint not null,
    act jsonb not null,
    state text not null check (state in ('waiting', 'done', 'rejected')),
    settled_by bigint,
    settled_at timestamptz,
    check ((state = 'waiting') = (settled_at is null)),
    check (settled_by is distinct from asked_by or state = 'rejected')
);
comment on table admin_requests is 'Actions that wait for a second operator. Written by the admin crate.';

create table settings (
    name text primary key,
    value text not null,
    set_at timestamptz not null
);
comment on table settings is 'Settings changed in Telegram; what is absent is as the environment says. Written by the admin crate.';

create table settings_history (
    id bigint generated always as identity primary key,
    name text not null,
    before text,
    after text,
    at timestamptz not null,
    actor text not null
);
comment on table settings_history is 'Each change of a setting; null is the environment''s value. Written by the admin crate.';
create index settings_history_name on settings_history (name, id desc);

create table model_overrides (
    model text primary key,
    off boolean not null default false,
    price_kop bigint check (price_kop > 0),
    markup numeric check (markup > 0),
    set_at timestamptz not null
);
comment on table model_overrides is 'What operators decided about single models. Written by the admin crate.';

create table breakers (
    model text primary key,
    state text not null check (state in ('open', 'half_open', 'closed')),
    failed bigint not null,
    orders bigint not null,
    since timestamptz not null,
    retry_at timestamptz not null,
    trial_id uuid,
    check (trial_id is null or state = 'half_open')
);
comment on table breakers is 'Models that failed too often and rest: open takes no orders, half_open lets one real order through, closed remembers since when the model works again. Written by the generation crate.';
