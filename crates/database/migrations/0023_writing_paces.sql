-- How often a language model writes prompts for one person.

alter table person_paces drop constraint person_paces_what_check;
alter table person_paces add constraint person_paces_what_check
    check (what in ('request', 'upload', 'soften', 'write'));
