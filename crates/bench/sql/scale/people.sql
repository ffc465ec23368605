-- People with their wallets, sessions and first money. Parameters: from, to (numbers of people), all people,
-- rounds of orders, the beginning, the hash by which the welcome bonus is remembered is left out.
with people as (
    insert into users (id, telegram_id, name, username, language, created_at, seen_at)
    overriding system value
    select n, 5000000000 + n, 'Житель ' || n, 'person_' || n, 'ru',
           $5 + n * interval '1 second', $5 + interval '364 days' + (n % 86400) * interval '1 second'
    from generate_series($1::bigint, $2::bigint) n
    returning id
), conversations as (
    insert into sessions (user_id, revision, state, screen_message_id, updated_at)
    select n, 1 + n % 500, '{}', n, $5 + interval '364 days' from generate_series($1::bigint, $2::bigint) n
), purses as (
    insert into wallets (user_id, world, real_kop, created_at)
    select n, world,
           case when world = 'real'
                then 100000000 + case when n % 3 = 0 then 30000 else 0 end
                     - 380 * ($4::bigint - $4::bigint / 10)
                else 0 end,
           $5
    from generate_series($1::bigint, $2::bigint) n, unnest(array['real', 'test']) world
), given as (
    insert into ledger (at, world, kind, debit, credit, amount_kop, money, user_id, balance_after_kop,
                        held_after_kop, actor, reason, operation, part)
    select $5, 'real', 'adjust', 'adjustments', 'wallet:' || n, 100000000, 'real', n, 100000000, 0,
           'scale', 'first money', 'adjust:scale:' || n, 0
    from generate_series($1::bigint, $2::bigint) n
), bills as (
    insert into payments (id, order_key, user_id, chat_id, world, provider, amount_kop, currency,
                          provider_amount, state, idem_key, external_id, received_currency,
                          received_amount, expires_at, seen_at, created_at, paid_at, updated_at)
    select md5('payment ' || n)::uuid, 'pay:' || n, n, 5000000000 + n, 'real', 'stars', 30000, 'XTR', 300,
           'paid', 'idem ' || n, 'stars ' || n, 'XTR', 300, $5 + interval '1 hour', $5, $5, $5, $5
    from generate_series($1::bigint, $2::bigint) n where n % 3 = 0
), credits as (
    insert into ledger (at, world, kind, debit, credit, amount_kop, money, user_id, balance_after_kop,
                        held_after_kop, actor, operation, part)
    select $5, 'real', 'topup', 'topups:stars', 'wallet:' || n, 30000, 'real', n, 100030000, 0,
           'provider', 'pay:stars:stars ' || n, 0
    from generate_series($1::bigint, $2::bigint) n where n % 3 = 0
), told as (
    insert into notices (chat_id, user_id, fact, state, created_at, sent_at, message_id)
    select 5000000000 + n, n, jsonb_build_object('fact', 'accepted', 'generation', md5(n::text)::uuid),
           'sent', at, at, n
    from generate_series($1::bigint, $2::bigint) n,
         lateral (select $5 + interval '340 days' + (n % 2000000) * interval '1 second' as at) moment
)
insert into updates (update_id, received_at)
select n, $5 + interval '363 days' + (n % 172800) * interval '1 second'
from generate_series($1::bigint, $2::bigint) n
where $3 > 0
