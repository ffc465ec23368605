-- Softer words for orders that moderation refused.

create table softenings (
    generation_id uuid primary key references generations,
    state text not null check (state in ('waiting', 'written', 'failed')),
    field text not null,
    tries smallint not null default 0 check (tries >= 0),
    cost_rate numeric not null check (cost_rate >= 0),
    words text,
    credits numeric check (credits >= 0),
    asked_at timestamptz not null,
    check ((state = 'written') = (words is not null))
);
comment on table softenings is 'What a language model proposes in the place of words that moderation refused. Written by the generation crate.';
comment on column softenings.state is 'waiting: a language model is to be asked; written; failed: it did not help';
comment on column softenings.field is 'The field of the order whose words they are';
comment on column softenings.cost_rate is 'Roubles that a credit costs the shop, at the moment of the wish';
comment on column softenings.credits is 'What the language model took';

alter table person_paces drop constraint person_paces_what_check;
alter table person_paces add constraint person_paces_what_check
    check (what in ('request', 'upload', 'soften'));
