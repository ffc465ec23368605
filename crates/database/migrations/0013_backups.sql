-- What was backed up, with the sums that a restored copy must have.

create table backups (
    id bigint generated always as identity primary key,
    slot timestamptz unique,
    started_at timestamptz not null,
    finished_at timestamptz,
    file text,
    bytes bigint check (bytes > 0),
    sha256 text,
    encrypted boolean,
    sums jsonb,
    error text,
    check (finished_at is not null or (file is null and error is null)),
    check (finished_at is null or (file is null) <> (error is null))
);
comment on table backups is 'Dumps of the database that were made or failed. Written by the backup crate.';
comment on column backups.slot is 'The slot of the schedule, of which there is one backup; null for one asked for by hand';
comment on column backups.sums is 'Counts and sums at the moment of the dump, compared by a drill';
create index backups_file on backups (file) where file is not null;
