# What we say unasked.
notice-title = <b>{ $model }</b> · order { $code }
notice-preparing = 🛠 Preparing the order.
notice-queued =
    { $before ->
        [one] 🕐 In the queue, { $before } order ahead of yours.
       *[other] 🕐 In the queue, { $before } orders ahead of yours.
    }
notice-queued-first = 🕐 In the queue, yours is next.
notice-submitting = 📨 Handing the order to the model.
notice-running =
    ⚙️ Creating
    { $bar } { $percent }%
    Usually takes { $time }.
notice-running-long =
    ⚙️ Creating
    { $bar } { $percent }%
    Usually takes { $time }, longer today. Nothing to do, we are waiting for it.
notice-securing = 🔍 The result is here, we are checking it.
notice-delivering = 📦 Done, sending it to you.
notice-late = 🐢 The model did not make it in time. We are still waiting: if the result comes, it is our gift to you.
notice-done = ✅ Done · <b>{ $model }</b> · order { $code }
notice-done-gift = 🎁 Done, though late · <b>{ $model }</b> · order { $code }
notice-failed = 😔 It did not work out.
notice-failed-short = 😔 It did not work out, your money is back. Details are in the message below.
notice-late-short = 🐢 Not ready in time, your money is back. Details are in the message below.
notice-cancelled = ✖️ The order is cancelled.
notice-cancelled-word = 👌 Cancelled: the model had not started yet.
notice-cancel-noted-word = ⌛️ Too late to cancel: the model has already started.
notice-quiet = 🔕 You asked to cancel, but we cannot stop the model. If it works out, { $price } will be charged and the result will wait in “History”. If not, your money comes back.
notice-quiet-ready = 🔕 The order you asked to cancel worked out after all. The result is waiting in “History”.
notice-part = { $number } of { $total }
notice-receipt = Charged { $price } · balance { $balance }
notice-gift = 🎁 A gift: the money for this order is already back with you.
notice-money-held = 💳 { $price } on hold. You pay only for a finished result, and we send it here.
notice-money-taken = Charged { $price }
notice-money-returned = 💳 Money returned: { $price }, balance { $balance }
notice-money-returned-plain = 💳 Money returned: { $price }
notice-link = ⬇️ The file did not fit into a message. Download it with the button: the link works for about 24 hours.
notice-dropped = 🗑 The unfinished order is discarded, your money is untouched.
notice-already-placed = 👌 This order is already running, here it is. You were not charged twice.
notice-resent = 📤 Sending it again, free of charge.
notice-language-set = 🇬🇧 Now we speak English.
notice-alert-key-benched =
    ⚠️ <b>A key is out of use</b>
    { $key }: { $reason }
    Orders go on with the other keys, if there are any. Check this key and the account at the supplier; we try it again by ourselves.
notice-alert-no-keys =
    🛑 <b>No key works</b>
    Orders fail and people get their money back. Check the keys and the balance at the provider.
notice-alert-loss =
    💸 <b>Loss { $amount }</b>
    Order <code>{ $generation }</code>: { $reason }
    The person paid nothing, the expense is ours. Open the order: /admin, “Logs/Errors”, “By code”. If it happens often, switch the model off.
notice-alert-unresolved =
    ❔ <b>The fate of a task is unknown</b>
    Order <code>{ $generation }</code>: the provider never answered, the person got the money back.
    There is nothing to do: should the result still come, the person gets it as a gift. If there are many such orders, open /admin and look at “Logs/Errors”.
    Order { $generation }: the provider never answered, the person got the money back.
notice-likeness = 🎭 <b>{ $what } is ready.</b> You will find it later in “History”.
notice-likeness-next = What shall it do now?
