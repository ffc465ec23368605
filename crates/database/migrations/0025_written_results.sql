-- Results in words and notes: texts of songs, their timing, styles, notes. KIE.ai gives no address for them, so the
-- words themselves are kept.

-- Every row that is there fulfils the narrower rule of before: reading them all under a lock would tell nothing new.
alter table outputs drop constraint outputs_kind_check;
alter table outputs add constraint outputs_kind_check
    check (kind in ('image', 'video', 'audio', 'text')) not valid;
alter table outputs add column title text;
alter table outputs add column content bytea;
comment on column outputs.title is 'What words are called, when they have a title';
comment on column outputs.content is 'The result itself, where it is words or notes and stands at no address; null once the person is erased';
