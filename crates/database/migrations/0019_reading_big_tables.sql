-- What operators look at in tables that only grow. Each index is of few rows, or costs a write next to nothing.

-- The newest movements of the kinds of which there are few: orders move money all the time, and the newest of
-- those are at the end of the table.
create index ledger_seldom on ledger (kind, id desc)
    where kind in ('topup', 'bonus', 'release', 'refund', 'adjust', 'expire', 'loss', 'payback', 'gift_out',
                   'gift_in');
create index if not exists ledger_at on ledger
    using brin (at) with (pages_per_range = 32, autosummarize = on);

-- Errors of a period.
create index attempts_failed on attempts (coalesce(finished_at, submitted_at)) where failure is not null;
create index generations_failed on generations (updated_at)
    where failure in ('lost', 'too_late', 'input_gone', 'not_delivered');
create index notices_undeliverable on notices (sent_at) where state = 'undeliverable';
create index jobs_dead on jobs (run_at) where state = 'dead';

-- What is cleaned away by its age.
create index updates_received on updates using brin (received_at) with (pages_per_range = 32, autosummarize = on);
