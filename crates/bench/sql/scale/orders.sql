-- Orders with all that belongs to them: every tenth of a person came to nothing. Each round visits every person
-- once, in another order. Parameters: from, to (numbers of orders), all people, all orders, the beginning, models.
with orders as materialized (
    select n,
           1 + ((n % $3) * 7919 + (n / $3) * 104729) % $3 as person,
           n / $3 as round,
           (n / $3) % 10 <> 9 as done,
           (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'
            || substr(md5(n::text), 4, 15))::uuid as id,
           $5 + (n::float8 / $4::float8) * interval '364 days' as at,
           ($6::text[])[1 + n % cardinality($6::text[])] as model
    from generate_series($1::bigint, $2::bigint) n
), placed as (
    insert into generations (id, code, order_key, user_id, chat_id, language, world, model, answers,
                             price_kop, cost_kop, credits, state, money, tries, failure, failure_text,
                             provider_credits, created_at, submitted_at, finished_at, updated_at)
    select id, 'S' || lpad(to_hex(n), 8, '0'), 'scale:' || n, person, 5000000000 + person, 'ru', 'real', model,
           jsonb_build_object('prompt', jsonb_build_object(
               'kind', 'text', 'value', 'Кот читает газету в кафе у окна ' || md5(n::text))), 380, 190, 4,
           case when done then 'done' else 'failed' end, case when done then 'taken' else 'returned' end, 1,
           case when not done then 'content' end, case when not done then '422 flagged as sensitive' end,
           case when done then 4 end, at, at + interval '2 s', at + interval '30 s', at + interval '30 s'
    from orders order by n
), submissions as (
    insert into attempts (id, generation_id, number, world, key_name, token, task_id, state, failure,
                          failure_text, credits, submitted_at, accepted_at, finished_at)
    select (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5('a' || n), 1, 3) || '9'
            || substr(md5('a' || n), 4, 15))::uuid,
           id, 1, 'real', 'key 1', md5('token ' || n), md5('task ' || n),
           case when done then 'succeeded' else 'failed' end, case when not done then 'content' end,
           case when not done then '422 flagged as sensitive' end, 4, at + interval '2 s',
           at + interval '3 s', at + interval '29 s'
    from orders order by n
), results as (
    insert into outputs (generation_id, position, url, kind, mime, bytes, width, height, form, sent_as,
                         file_id, message_id)
    select id, 0, 'https://tempfile.aiquickdraw.com/results/' || md5('file ' || n) || '.png', 'image',
           'image/png', 900000, 1024, 1024, 'media', 'media',
           'AgACAgIAAxkDAAI' || md5('telegram ' || n) || 'AAIBAAN5AAM2BA', n
    from orders where done order by n
), aside as (
    insert into holds (generation_id, user_id, world, amount_kop, real_kop, lot_ids, lot_kops, state,
                       created_at, closed_at)
    select id, person, 'real', 380, 380, '{}', '{}', case when done then 'committed' else 'released' end,
           at, at + interval '29 s'
    from orders order by n
)
insert into ledger (at, world, kind, debit, credit, amount_kop, money, user_id, balance_after_kop,
                    held_after_kop, generation_id, actor, operation, part)
select entry.at, 'real', entry.kind, entry.debit, entry.credit, entry.amount, 'real', entry.who,
       entry.balance, entry.held, id, entry.actor, entry.kind || ':' || id, 0
from orders,
     lateral (select 100000000 + case when person % 3 = 0 then 30000 else 0 end
                     - 380 * (round - round / 10) as kop) before,
     lateral (values
         (orders.at, 'hold', 'wallet:' || person, 'held:' || person, 380, person, before.kop - 380, 380,
          'person'),
         (orders.at + interval '29 s', case when done then 'commit' else 'release' end,
          'held:' || person, case when done then 'revenue' else 'wallet:' || person end, 380, person,
          before.kop - case when done then 380 else 0 end, 0, 'program'),
         (orders.at + interval '29 s', 'cost', 'kie_credits', 'provider_cost', 190, null, null, null,
          'program')
     ) entry (at, kind, debit, credit, amount, who, balance, held, actor)
where done or entry.kind <> 'cost'
order by n
