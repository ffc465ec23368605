-- Which reports the program has sent by itself.

create table reports (
    span text not null check (span in ('day', 'week', 'month')),
    first_day date not null,
    at timestamptz not null,
    primary key (span, first_day)
);
comment on table reports is 'Reports that were sent to the owners by the clock: one for each period, whichever process comes first. Written by the figures crate.';
comment on column reports.first_day is 'The first day of the period, in Moscow';
