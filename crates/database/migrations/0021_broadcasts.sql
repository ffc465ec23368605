-- Broadcasts: one message for many people, and who wants none of them.

alter table users add column news_off_since timestamptz;
comment on column users.news_off_since is 'Set when the person asked for no news: no broadcast goes to them';

create index users_source on users (source) where source is not null;

create table broadcasts (
    id bigint generated always as identity primary key,
    state text not null check (state in ('draft', 'scheduled', 'running', 'paused', 'done', 'cancelled')),
    post jsonb not null,
    segment text not null,
    created_by bigint not null,
    created_at timestamptz not null,
    start_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    total bigint not null default 0 check (total >= 0),
    cursor_id bigint not null default 0,
    last_id bigint not null default 0,
    delivered bigint not null default 0 check (delivered >= 0),
    blocked bigint not null default 0 check (blocked >= 0),
    failed bigint not null default 0 check (failed >= 0),
    check (state <> 'scheduled' or start_at is not null),
    check (state not in ('running', 'paused', 'done') or started_at is not null),
    check ((state in ('done', 'cancelled')) = (finished_at is not null))
);
comment on table broadcasts is 'Messages for many people, sent one after the other in the order of the people''s ids. Written by the broadcast crate.';
comment on column broadcasts.post is 'What everybody gets: HTML of the Bot API, Telegram''s lasting name of a file, a button';
comment on column broadcasts.segment is 'Who gets it: all, paying, unpaid, idle:<days>, language:<code>, source:<campaign>';
comment on column broadcasts.created_by is 'Telegram''s number of the operator, who is told the result';
comment on column broadcasts.total is 'How many people it was for when it began';
comment on column broadcasts.cursor_id is 'Everybody up to this id has had their turn';
comment on column broadcasts.last_id is 'Who came after this id, came after it had begun';
comment on column broadcasts.failed is 'Telegram took the message not, or nobody knows whether it did: it is not sent a second time';
