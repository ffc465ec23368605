# Letters of the shop and the operator's decisions.
notice-letter-credited =
    💳 <b>{ $amount } added to your balance</b>
    { $reason }

    Balance: { $balance }.
notice-letter-debited =
    💳 <b>{ $amount } taken from your balance</b>
    { $reason }

    Balance: { $balance }. If this is a mistake, write to us: /support
notice-letter-refunded =
    💳 <b>Money for order { $code } returned: { $amount }</b>
    { $reason }

    Balance: { $balance }.
notice-letter-written =
    ✉️ <b>A message from the shop</b>
    { $text }
notice-letter-blocked = 🚫 Access to the bot is closed. Orders already in progress will be finished, the money on your balance is kept.
notice-letter-unblocked = ✅ Access to the bot is open again. Press /menu and create.
refusal-blocked = 🚫 Access to the bot is closed. Orders already in progress will be finished, the money on your balance is kept.
refusal-blocked-support = If this is a mistake, write to @{ $name }
refusal-closed-words = 🛠 { $words } No money was touched, your order is kept.
refusal-on-trial = 🧪 This model has been failing lately and we are checking it. You can order: if it fails, the money comes back by itself.
refusal-resting = The model is failing at the moment; we watch it and will switch it on again.
notice-alert-model-resting =
    🧯 <b>{ $model } rests</b>
    { $failed } of { $orders } orders failed within an hour. People have their money back, new orders are not taken. One order will try it soon; the panel can switch it on at once.
notice-alert-model-working = ✅ <b>{ $model } works again</b>: the trial order succeeded.
