-- Payments in a provider's list of which no bill and no person of ours knows: told of once.

create table unclaimed_payments (
    provider text not null,
    external_id text not null,
    told_at timestamptz not null,
    primary key (provider, external_id)
);
comment on table unclaimed_payments is 'Payments without a bill and without a payer of ours, told of to the operators. Written by the payments crate.';
