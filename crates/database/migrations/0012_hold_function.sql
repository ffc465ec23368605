-- The hold in one call. Each statement of a volatile function sees what was committed before it
-- began, so that what follows the lock on the wallet sees the lots as the last holder left them;
-- one statement with all of it would not.

create function hold_money(
    p_generation uuid, p_user bigint, p_world text, p_amount bigint, p_now timestamptz
) returns table (outcome text, balance bigint) language plpgsql volatile as $$
declare
    purse record;
    other record;
    taken record;
begin
    select real_kop, bonus_kop into strict purse
    from wallets where user_id = p_user and world = p_world for update;

    select user_id, world, amount_kop into other from holds where generation_id = p_generation;
    if found then
        return query select
            case when (other.user_id, other.world, other.amount_kop) = (p_user, p_world, p_amount)
                 then 'exists' else 'different' end,
            0::bigint;
        return;
    end if;

    -- Bonus money first, of that the lot that expires first.
    select coalesce(array_agg(id order by place), '{}') as ids,
           coalesce(array_agg(least(remaining_kop, p_amount - before) order by place), '{}') as kops,
           coalesce(sum(least(remaining_kop, p_amount - before)), 0)::bigint as total
    into taken
    from (
        select lot.id, lot.remaining_kop, row_number() over line as place,
               (sum(lot.remaining_kop) over line - lot.remaining_kop)::bigint as before
        from bonus_lots lot
        where lot.user_id = p_user and lot.world = p_world and lot.remaining_kop > 0
          and (lot.expires_at is null or lot.expires_at > p_now)
        window line as (order by lot.expires_at nulls last, lot.id)
    ) lots
    where before < p_amount;

    if p_amount - taken.total > purse.real_kop then
        -- All lots are in it, because they were not enough.
        return query select 'short', purse.real_kop + taken.total;
        return;
    end if;

    return query
    with held as (
        insert into holds (generation_id, user_id, world, amount_kop, real_kop, lot_ids, lot_kops,
                           state, created_at)
        values (p_generation, p_user, p_world, p_amount, p_amount - taken.total, taken.ids,
                taken.kops, 'open', p_now)
    ), wallet as (
        update wallets
        set real_kop = real_kop - (p_amount - taken.total), bonus_kop = bonus_kop - taken.total,
            held_kop = held_kop + p_amount
        where user_id = p_user and world = p_world
        returning balance_kop, held_kop
    ), lots as (
        update bonus_lots lot
        set remaining_kop = remaining_kop - part.kop
        from unnest(taken.ids, taken.kops) as part (lot_id, kop)
        where lot.id = part.lot_id
    ), parts as (
        select null::bigint as lot_id, p_amount - taken.total as kop, 0 as part
        where p_amount > taken.total
        union all
        select p.lot_id, p.kop, p.ordinality::int
        from unnest(taken.ids, taken.kops) with ordinality as p (lot_id, kop, ordinality)
    ), entries as (
        insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id, user_id,
                            balance_after_kop, held_after_kop, generation_id, actor, operation, part)
        select p_now, p_world, 'hold', 'wallet:' || p_user, 'held:' || p_user, parts.kop,
               case when parts.lot_id is null then 'real' else 'bonus' end, parts.lot_id, p_user,
               wallet.balance_kop, wallet.held_kop, p_generation, 'person',
               'hold:' || p_generation::text, parts.part
        from parts, wallet
    )
    select 'created', wallet.balance_kop from wallet;
end
$$;
comment on function hold_money is 'Sets money aside for a generation: created, exists, different (a hold of another person or amount has this generation) or short (with what could be spent). Called by the billing crate.';
