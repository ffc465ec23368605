-- What goes on from an earlier result.

alter table generations add column continues uuid references generations;
comment on column generations.continues is 'The order whose result this one goes on from: it is submitted with the same key of KIE.ai. Written by the generation crate.';

alter table outputs add column piece text;
comment on column outputs.piece is 'KIE.ai''s id of this very piece of the result, for what goes on from it. Written by the generation crate.';
