# Comparisons of the catalogue, and what is free.
screen-sync =
    🔄 <b>Sync</b>
    Models in the catalogue: { $known }, on sale { $sold }, not sold { $rest }.
screen-sync-last = <b>The last comparison</b>
screen-sync-never = The catalogue was not compared with the supplier yet.
screen-sync-pending =
    { $count ->
        [one] 👀 { $count } change waits for a decision.
       *[other] 👀 { $count } changes wait for a decision.
    }
screen-sync-run = { $date } · { $by } · { $mode }
screen-sync-reading = ⏳ Reading: { $models } models at the supplier, { $left } left. One question a second, so it takes some minutes.
screen-sync-done = { $models } models at the supplier, { $changes } changes.
screen-sync-failed = ⚠️ It did not work, we go on selling from the previous catalogue. Reason: { $reason }
screen-sync-accepted = ✅ Accepted { $date }
screen-sync-history = 🗂 <b>Earlier comparisons</b>
screen-sync-one = 🔄 <b>Comparison { $id }</b>
screen-change-new = 🆕 { $model }: new { $detail }
screen-change-new-not-sold = 🆕 { $model }: new, cannot be sold ({ $detail })
screen-change-changed = ✏️ { $model }: other questions ({ $detail })
screen-change-gone = 🚫 { $model }: gone { $detail }
screen-change-returned = ↩️ { $model }: back { $detail }
screen-change-price = 💱 { $model }: price in credits { $detail }
screen-change-price-unclear = 🔎 { $model }: the prices changed, the numbers do not say for which orders { $detail }
screen-change-price-words = 🔎 { $model }: words about the price { $detail }
screen-change-differs = 🔎 { $model }: the questions are not ours ({ $detail })
screen-change-price-differs = 🔎 { $model }: prices that ours lacks: { $detail }
screen-free-own = 🎁 <b>Free</b>: your list
screen-free-usual = 🎁 <b>Free</b>: the cheapest ones, the list makes itself
screen-line-free = • { $model } · { $price }
screen-free-limits =
    A person: { $day } a day, { $hour } an hour, an order up to { $max }.
    All together: { $budget } a day at cost.
screen-model-free = 🎁 On the free list
screen-model-success = 📶 { $percent } % of the supplier's tasks worked out in a day
field-sync-schedule = by schedule
field-sync-command = by command
field-sync-dry = only a look
field-sync-apply = accepting
field-act-sync = compare the catalogue with the supplier
field-act-sync-accept = accept the changes of comparison { $run }
field-setting-free-models = Free models
field-setting-free-day = Free orders a day
field-setting-free-hour = Free orders an hour
field-setting-free-max = Free order up to
field-setting-free-budget = Free for all a day
button-sync = 🔄 Sync
button-sync-now = 🔄 Compare now
button-sync-look = 🔁 How it goes
button-sync-changes = 👀 Changes
button-sync-history = 🗂 Earlier comparisons
button-sync-run = { $mark } { $id } · { $date } · { $changes } changes
button-sync-accept = ✅ Accept
button-free = 🎁 Free
button-free-add = ➕ Add
button-free-take = ✖️ { $model }
button-free-usual = ↩️ The cheapest ones
button-free-give = 🎁 Give away
button-free-no-more = ✖️ Give away no more
refusal-sync-running = ⏳ A comparison is on its way already.
refusal-sync-old = 🔄 The catalogue has changed since. Compare once more.
refusal-not-free = 🚫 This model cannot be given away: it is not on sale, or its price is not known beforehand.
refusal-free-full = 🚫 The list is full. Take something out first.
refusal-free-dear = 🚫 A usual order of this model costs more than a free one may. Raise the limit first.
screen-sync-begun = ⏳ Begun: we are asking the supplier for the list of models. All of it takes some minutes.
