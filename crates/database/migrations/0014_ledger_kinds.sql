-- The kinds of movements, all of them: two migrations had widened the list apart from each other.

alter table ledger drop constraint ledger_kind_check;
alter table ledger add constraint ledger_kind_check check (kind in
    ('topup', 'bonus', 'hold', 'commit', 'release', 'refund', 'adjust', 'expire', 'cost', 'loss',
     'payback', 'gift_out', 'gift_in'));
