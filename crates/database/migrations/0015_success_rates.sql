-- How often KIE.ai's tasks of each model work out, read with every comparison of the catalogue.
create table success_rates (
    model text primary key,
    permille smallint not null check (permille between 0 and 1000),
    spans smallint not null check (spans > 0),
    read_at timestamptz not null
);
comment on table success_rates is 'How often tasks of a model worked out lately, as KIE.ai says. Written by the sync crate.';
comment on column success_rates.permille is 'Of a thousand tasks so many';
comment on column success_rates.spans is 'The ten-minute spans with traffic that it is the mean of';

alter table syncs
    add column models integer check (models >= 0),
    add column rates_done boolean not null default false;
comment on column syncs.models is 'How many models KIE.ai has listed; null while the list is not read';
comment on column syncs.rates_done is 'Whether the success rates are read, or given up';

alter table sync_models add column rated boolean not null default false;
create index sync_models_unrated on sync_models (sync_id, position) where not rated;
