-- Free orders, and prices that are only an upper bound.

alter table holds add column returned_kop bigint not null default 0 check (returned_kop >= 0);
alter table holds add check (returned_kop = 0 or state in ('committed', 'refunded'));
comment on column holds.returned_kop is 'What was given back when only a part was taken; amount_kop and the split are then the part that was taken';

alter table generations add column free boolean not null default false;
alter table generations add column rate numeric check (rate > 0);
alter table generations add column cost_rate numeric check (cost_rate > 0);
alter table generations add column taken_kop bigint check (taken_kop between 0 and price_kop);
alter table generations add check (not free or price_kop = 0);
alter table generations add check ((rate is null) = (cost_rate is null));
comment on column generations.free is 'Ordered within the free tier: nothing is held, and the cost is the shop''s promotion';
comment on column generations.rate is 'Roubles of the person for a credit; set when price_kop is an upper bound and the order is charged by what KIE took';
comment on column generations.cost_rate is 'Roubles of the shop for a credit, beside rate';
comment on column generations.taken_kop is 'What was taken of price_kop, for an order whose price was an upper bound; null for others, and before it is taken';

create table free_slots (
    generation_id uuid primary key references generations,
    user_id bigint not null references users,
    world text not null check (world in ('real', 'test')),
    cost_kop bigint not null check (cost_kop >= 0),
    taken_at timestamptz not null,
    returned_at timestamptz
);
comment on table free_slots is 'Free orders as far as they count against the limits: one row for each, returned when the order came to nothing. Written by the generation crate.';
comment on column free_slots.cost_kop is 'What the order costs the shop: counts against the budget of the day';
create index free_slots_of_a_person on free_slots (user_id, world, taken_at) where returned_at is null;
create index free_slots_of_a_day on free_slots (world, taken_at) where returned_at is null;

create table free_days (
    world text not null check (world in ('real', 'test')),
    day date not null,
    spent_at timestamptz,
    primary key (world, day)
);
comment on table free_days is 'Days with free orders: the row is locked while a slot is taken, so that the limits hold for orders at the same moment. Written by the generation crate.';
comment on column free_days.spent_at is 'When the operators were told that the budget of the day is spent';
