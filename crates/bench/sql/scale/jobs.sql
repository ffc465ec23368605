-- Jobs that wait: all priorities, lanes of ten, and many that are due later. Parameters: how many, now.
insert into jobs (pool, kind, payload, lane, unique_key, priority, state, run_at, created_at)
select case when n % 2 = 0 then 'scale' else 'asleep' end, 'nothing', jsonb_build_object('number', n),
       case when n % 10 = 0 then 'lane ' || n % 20000 end, 'scale:' || n, n / 5 % 5, 'queued',
       $2 + case when n % 5 = 1 then interval '1 hour' else (n - $1) * interval '1 ms' end, $2
from generate_series(1, $1::bigint) n
