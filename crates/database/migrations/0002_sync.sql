create table catalogue_revision (
    one boolean primary key default true check (one),
    revision bigint not null check (revision >= 0)
);
comment on table catalogue_revision is 'Grows with every change of the accepted listings, so that each process knows when to read them again. Written by the sync crate.';
insert into catalogue_revision (revision) values (0);

create table listings (
    model text primary key,
    seen jsonb,
    overlay jsonb,
    updated_at timestamptz not null
);
comment on table listings is 'What KIE.ai publishes about each model. Written by the sync crate.';
comment on column listings.seen is 'The listing that later ones are compared with';
comment on column listings.overlay is 'What was accepted of it and lies over the built-in catalogue; null when nothing differs';

create table syncs (
    id bigint generated always as identity primary key,
    mode text not null check (mode in ('dry', 'apply')),
    asked_by text not null,
    state text not null check (state in ('reading', 'done', 'failed')),
    started_at timestamptz not null,
    finished_at timestamptz,
    tries integer not null default 0 check (tries >= 0),
    skipped integer not null default 0 check (skipped >= 0),
    listed boolean not null default false,
    feed jsonb not null default '[]',
    feed_page integer not null default 0 check (feed_page >= 0),
    feed_done boolean not null default false,
    revision bigint,
    error text,
    applied_at timestamptz,
    check ((state = 'reading') = (finished_at is null)),
    check (applied_at is null or state = 'done')
);
comment on table syncs is 'Each comparison of the catalogue with KIE.ai. Written by the sync crate.';
comment on column syncs.revision is 'The revision of the catalogue that was compared';

create table sync_models (
    sync_id bigint not null references syncs on delete cascade,
    position bigint not null,
    model text not null,
    listing jsonb not null,
    schema jsonb,
    asked boolean not null default false,
    primary key (sync_id, position)
);
comment on table sync_models is 'What a comparison that goes on has read; emptied at its end. Written by the sync crate.';
create index sync_models_waiting on sync_models (sync_id, position) where not asked;

create table sync_changes (
    sync_id bigint not null references syncs on delete cascade,
    position integer not null check (position >= 0),
    model text not null,
    change jsonb not null,
    overlay jsonb,
    seen jsonb,
    primary key (sync_id, position)
);
comment on table sync_changes is 'What a comparison found, and what accepting it would lay over the catalogue. Written by the sync crate.';
