-- People for the measurement of orders: only the row that wallets refer to.
insert into users (telegram_id, name, language, created_at, seen_at)
select number, 'Bench', 'en', $2, $2 from generate_series(1, $1::bigint) as number;
