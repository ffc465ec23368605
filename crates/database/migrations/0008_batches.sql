-- Orders of several results at once, and prompts that a language model writes.

create table batches (
    id uuid primary key,
    code text not null unique,
    order_key text not null unique,
    user_id bigint not null references users,
    chat_id bigint not null,
    language text not null check (language in ('ru', 'en')),
    world text not null check (world in ('real', 'test')),
    scenario text not null,
    size smallint not null check (size between 1 and 20),
    inputs jsonb not null,
    prompt_field text,
    wish text,
    brief text,
    rewrite text not null check (rewrite in ('none', 'waiting', 'writing', 'written', 'plain')),
    rewrite_tries smallint not null default 0 check (rewrite_tries >= 0),
    scripts jsonb not null default '[]',
    rewrite_credits numeric check (rewrite_credits >= 0),
    cost_rate numeric not null check (cost_rate >= 0),
    created_at timestamptz not null,
    closed_at timestamptz,
    check ((rewrite = 'none') = (brief is null)),
    check (brief is null or (prompt_field is not null and wish is not null))
);
comment on table batches is 'One press on a scenario: one or several generations over the same inputs, each with its own hold. Written by the generation crate.';
comment on column batches.inputs is 'What the person answered to the scenario, so that it can be ordered again over the same photo';
comment on column batches.wish is 'The template filled with the person''s words: what every generation starts with, and keeps when nothing better is written';
comment on column batches.rewrite is 'none: the prompt stays as it is; waiting, writing: a language model is to write it; written; plain: the language model did not help';
comment on column batches.scripts is 'What the language model wrote, one text for each generation';
comment on column batches.rewrite_credits is 'What the language model took';
comment on column batches.cost_rate is 'Roubles that a credit costs the shop, at the moment of the order';
comment on column batches.closed_at is 'When the last of its generations was over for the person';
create index batches_user on batches (user_id, created_at desc);

alter table generations add column batch_id uuid references batches;
alter table generations add column batch_number smallint check (batch_number > 0);
alter table generations add constraint generations_batch_place
    check ((batch_id is null) = (batch_number is null));
comment on column generations.batch_number is 'Its place in its batch, from 1';
create unique index generations_batch on generations (batch_id, batch_number) where batch_id is not null;
