# The operator's panel.
screen-menu = 🛠 <b>Panel</b>
screen-menu-requests =
    { $count ->
        [one] ⏳ { $count } action waits for a second operator.
       *[other] ⏳ { $count } actions wait for a second operator.
    }
screen-users =
    👤 <b>People</b>
    Search by number, @name, name, day of registration (02.03.2026), order code, payment number.
screen-found = 👤 Search: <b>{ $query }</b>
screen-found-none = Nobody found.
screen-person =
    👤 <b>{ $name }</b> { $username }
    Number { $id } · Telegram { $telegram } · language { $language }
    Registered { $created } · seen { $seen }
screen-person-blocked = 🚫 Kept out since { $since }
screen-person-unreachable = 🔕 Stopped the bot { $since }
screen-person-role = 🔑 Role: { $role }
screen-person-wallet =
    💳 Balance <b>{ $balance }</b>: real { $real }, bonus { $bonus }
    Held { $held } · debt { $debt }
screen-person-deeds =
    🧾 Orders { $orders }, done { $done }, failed { $failed }
    Spent { $spent } · topped up { $paid }
screen-person-failures = Last errors:
screen-moves = 💳 <b>Movements</b>
screen-orders = 🧾 <b>Orders</b>
screen-empty = Nothing here.
screen-line-move = { $date } · { $kind } · <b>{ $amount }</b> { $whose } { $code } { $reason }
screen-line-order = { $date } · { $code } · { $model } · { $price } · { $state } { $failure }
screen-role =
    🔑 <b>Role: { $name }</b>
    Now: { $role }
screen-role-staff = With roles: { $staff }
screen-money =
    💳 <b>Transactions: { $filter }</b>
    Today: { $count } for { $sum }
screen-models =
    🎛 <b>Models</b>
    Most used in 30 days:
screen-models-broken =
    { $count ->
        [one] 🧯 { $count } model rests.
       *[other] 🧯 { $count } models rest.
    }
screen-line-model = { $model }: orders { $orders }, failed { $failed }, margin { $margin }
screen-shelf =
    🎛 <b>{ $category }</b>
    Page { $page } of { $pages }. ✅ on sale, ⏸ off, 🧯 rests, 🧪 on trial, 🚫 not sold, ⚠️ below cost.
screen-model =
    { $mark } <b>{ $name }</b>
    <code>{ $model }</code>
screen-model-price = Price { $price }, cost { $cost }
screen-model-no-price = No price.
screen-model-below = ⚠️ Below cost!
screen-model-not-sold = 🚫 Not sold: { $reason }
screen-model-own-price = Own price: { $price }
screen-model-own-markup = Own markup: ×{ $markup }
screen-model-rests = 🧯 Rests since { $since }: { $failed } of { $orders } failed.
screen-model-trial = 🧪 On trial by one order: before that { $failed } of { $orders } failed.
screen-model-usage =
    In 30 days: orders { $orders }, done { $done }, failed { $failed } ({ $percent } %)
    Revenue { $revenue } · cost { $cost } · margin { $margin }
screen-broken = 🧯 <b>Broken models</b>
screen-broken-resting = Resting after errors:
screen-broken-failing = Failing within a day:
screen-broken-not-sold = Not sold:
screen-broken-none = Everything works.
screen-line-not-sold = { $reason }: { $count }
screen-errors =
    { $days ->
        [one] 🧯 <b>Errors of { $days } day</b>
       *[other] 🧯 <b>Errors of { $days } days</b>
    }
screen-errors-none = No errors.
screen-line-group = { $source } · { $class }: <b>{ $count }</b> (before that { $before })
screen-group =
    🧯 <b>{ $source } · { $class }</b>
    The last cases:
screen-line-example = { $date } · { $code } · { $model } { $text }
screen-order =
    🧾 <b>{ $code }</b> · { $model }
    State: { $state } · money: { $money }
    Price { $price } · cost { $cost }
screen-order-created = { $date } ordered
screen-order-attempt = { $date } attempt { $number }, key { $key }: { $state } { $failure } { $text } { $ended }
screen-order-ended = { $date } end { $failure } { $text }
screen-journal = 📜 <b>Record of actions</b>
screen-line-entry = { $id }. { $date } · { $actor } · { $action } · { $subject }
screen-entry =
    📜 <b>Action { $id }</b>: { $action }
    { $date } · { $actor }
    Subject: { $subject }
screen-entry-reason = Reason: { $reason }
screen-entry-change =
    Before: <code>{ $before }</code>
    After: <code>{ $after }</code>
screen-entry-undoes = Takes back action { $entry }
screen-entry-undone = ↩️ Taken back
screen-requests = ⏳ <b>Waiting for a second operator</b>
screen-request = ⏳ <b>{ $by } asks</b>, { $date }
screen-settings =
    ⚙️ <b>Settings</b>
    ✏️ changed here, the rest as in the environment.
screen-setting =
    ⚙️ <b>{ $title }</b>
    Now: <b>{ $value }</b>
screen-setting-usual = From the environment.
screen-setting-history = History:
screen-line-change = { $date } · { $before } → { $after } · { $actor }
screen-missing = 🤔 This is not there any more.
screen-ask-search = Write whom to look for: number, @name, name, day, order code or payment number.
screen-ask-code = Write the order code from the message.
screen-ask-credit = How much to add, and what for? Example: 150 the result was lost
screen-ask-debit = How much to take, and what for? Example: 150 credited twice
screen-ask-block = Write the reason; only operators see it.
screen-ask-letter = Write the message; the person gets it from the shop.
screen-ask-refund = Write the reason of the refund; the person sees it.
screen-ask-price = Write the price of an order in roubles.
screen-ask-markup = Write the markup as a number, such as 2.5.
screen-ask-setting = Write the new value: { $title }
screen-ask-retype = ⚠️ Repeat the number: { $expected }
screen-confirm = Confirm: { $what }
screen-confirm-retype = ⚠️ To confirm, write the number once more: <b>{ $expected }</b>
screen-confirm-second = More than { $limit }: a second operator is needed. Ask?
screen-confirm-below = ⚠️ This is below cost.
field-act-credit = add { $amount }, { $whom }. Reason: { $reason }
field-act-debit = take { $amount }, { $whom }. Reason: { $reason }
field-act-block = keep out, { $whom }. Reason: { $reason }
field-act-unblock = let in, { $whom }
field-act-role = role { $role }, { $whom }
field-act-letter = write to, { $whom }: { $text }
field-act-refund = give { $amount } of the order back to the person. Reason: { $reason }
field-act-off = switch off { $model }
field-act-on = switch on { $model }
field-act-price = price { $price } for { $model }
field-act-markup = markup ×{ $markup } for { $model }
field-act-usual = usual price for { $model }
field-act-wake = back to work { $model }
field-act-set = { $title }: { $value }
field-whom = number { $user }
field-none = none
field-yes = yes
field-no = no
field-unknown = unknown
field-undone = Action { $entry } taken back
field-role-owner = owner
field-role-manager = manager
field-role-support = support
field-filter-all = all
field-filter-topups = top-ups
field-filter-taken = charges
field-filter-returned = returns
field-filter-gifts = bonuses
field-filter-adjusted = adjustments
field-filter-costs = costs
field-kind-topup = top-up
field-kind-bonus = bonus
field-kind-hold = hold
field-kind-commit = charge
field-kind-release = release
field-kind-refund = refund
field-kind-adjust = adjustment
field-kind-expire = expired
field-kind-cost = cost
field-kind-loss = loss
field-state-preparing = preparing
field-state-queued = queued
field-state-submitting = submitting
field-state-uncertain = uncertain
field-state-running = running
field-state-securing = checking
field-state-delivering = delivering
field-state-late = late
field-state-done = done
field-state-failed = failed
field-state-cancelled = cancelled
field-money-held = held
field-money-taken = taken
field-money-returned = returned
field-source-kie = provider
field-source-network = network
field-source-timeout = timeout
field-source-telegram = Telegram
field-source-ours = ours
field-category-video = Video
field-category-image = Image
field-category-enhance = Enhance
field-category-audio = Audio
field-setting-fx = Roubles for a dollar
field-setting-credit = Dollars for a credit
field-setting-markup = Markup
field-setting-welcome = Welcome bonus
field-setting-support = Support contact
field-setting-maintenance = Maintenance mode
field-setting-maintenance-words = Words during maintenance
field-setting-adjust-limit = Adjustment without a second operator, up to
field-setting-breaker-percent = Auto-off: share of failures, %
field-setting-breaker-orders = Auto-off: orders in an hour, at least
field-setting-breaker-rest = Auto-off: rest, minutes
field-csv-caption = 📄 Transactions: { $filter }, rows { $count }
button-users = 👤 People
button-money = 💳 Transactions
button-models = 🎛 Models
button-errors = 🧯 Errors
button-journal = 📜 Record
button-requests = ⏳ Waiting
button-settings = ⚙️ Settings
button-menu = 🛠 Panel
button-back = ⬅️ Back
button-look = 🔄 Refresh
button-search = 🔎 Search
button-credit = ➕ Add money
button-debit = ➖ Take money
button-block = 🚫 Keep out
button-unblock = ✅ Let in
button-letter = ✉️ Write
button-role = 🔑 Role
button-role-none = No role
button-moves = 💳 Movements
button-orders = 🧾 Orders
button-order = 🧾 { $code }
button-refund = 💸 Refund
button-person = 👤 Person
button-newer = ◀️ Newer
button-older = Older ▶️
button-previous = ◀️
button-next = ▶️
button-export = 📄 Export as a file
button-broken = 🧯 Broken
button-off = ⏸ Switch off
button-on = ▶️ Switch on
button-price = 💰 Own price
button-markup = ✖️ Own markup
button-usual = ↩️ As usual
button-wake = ▶️ Back to work
button-model = 🎛 { $model }
button-days-one = 1 day
button-days-seven = 7 days
button-days-thirty = 30 days
button-code = 🔎 By code
button-entry = 📜 { $id }
button-undo = ↩️ Take back
button-approve = ✅ Agree
button-reject = ✖️ Reject
button-request = ⏳ { $id }
button-change = ✏️ Change
button-reset = ↩️ As in the environment
button-enable = ✅ Switch on
button-disable = ⏹ Switch off
button-confirm = ✅ Yes
button-ask-second = 🙋 Ask
button-drop = ✖️ No
notice-done = ✅ Done.
notice-dropped = 👌 Nothing was changed.
notice-asked = 🙋 A second operator was asked.
notice-rejected = ✖️ Rejected.
notice-exporting = 📄 The file is being made and comes in a moment.
notice-agreed = ✅ The second operator agreed: { $what }
notice-refused = ✖️ The second operator refused: { $what }
refusal-stale = ⌛️ This button is out of date.
refusal-no-right = 🔒 This needs another role.
refusal-no-sum = ❗️ First a sum above zero, such as 150 or 99.50.
refusal-no-reason = ❗️ Write the reason after the sum.
refusal-no-number = ❗️ A number is needed, such as 2.5.
refusal-no-value = ❗️ This value does not fit.
refusal-too-long = ❗️ Too long.
refusal-not-same = ❗️ Not the same. Nothing was changed; write the number again.
refusal-already-done = 👌 This is done already.
refusal-too-late-to-undo = ⌛️ The minute is over: make the opposite adjustment.
refusal-nothing-to-undo = 🤷 This cannot be taken back.
refusal-no-person = 🤷 There is no such person.
refusal-no-order = 🤷 There is no such order.
refusal-not-taken = 🤷 No money was taken for this order: there is nothing to give back.
refusal-short = ❗️ There is only { $balance }.
refusal-own-request = 🙋 Another operator is needed: you asked.
refusal-many-prices = 🤷 The price of this model depends on its options: set a markup.
refusal-owner = 🔒 Not with yourself.
refusal-failed = 😔 It did not work, nothing was changed. Code { $code }.
