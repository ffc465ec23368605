-- What some models make for others: personas, voices, characters.

create table likenesses (
    generation_id uuid primary key references generations,
    kind text not null check (kind in ('persona', 'voice', 'character')),
    made_id text not null check (made_id <> '')
);
comment on table likenesses is 'Results that are no files: KIE.ai keeps them, and other models take them by their id. Written by the generation crate.';
comment on column likenesses.made_id is 'KIE.ai''s id of it; good for the key that made it';
