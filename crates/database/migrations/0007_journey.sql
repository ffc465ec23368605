-- Favourite models, the pace of each person, and the lasting file of a result sent as it is.

create table favourites (
    user_id bigint not null references users,
    model text not null,
    added_at timestamptz not null,
    primary key (user_id, model)
);
comment on table favourites is 'Models that a person has marked. Written by the chat crate.';

create table person_paces (
    user_id bigint not null references users,
    what text not null check (what in ('request', 'upload')),
    window_started_at timestamptz not null,
    used integer not null check (used > 0),
    primary key (user_id, what)
);
comment on table person_paces is 'How much a person has asked of the bot in the running window. Written by the chat crate.';

alter table outputs add column original_file_id text;
comment on column outputs.original_file_id is 'Telegram''s lasting name of the result sent as a file, without compression';

create index generations_refused on generations (user_id, finished_at) where failure = 'content';
