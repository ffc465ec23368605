# What we say unasked.
notice-title = <b>{ $model }</b> · order { $code }
notice-preparing = 🛠 Taken, preparing the order.
notice-queued = 🕐 In line, orders before yours: { $before }.
notice-queued-first = 🕐 In line, you are next.
notice-submitting = 📨 Handing over to the model.
notice-running =
    ⚙️ Creating
    { $bar } { $percent }%
    It usually takes { $time }. I will send it when it is ready.
notice-running-long =
    ⚙️ Creating
    { $bar } { $percent }%
    It usually takes { $time }, today longer. We wait and send it as soon as it is ready.
notice-securing = 🔍 There is a result, we are checking it.
notice-delivering = 📦 Ready, sending it to you.
notice-late = 🐢 Longer than usual. Your money is already back, but we keep waiting: if the result comes, it is a present.
notice-done = ✅ Ready.
notice-done-gift = 🎁 Ready, though late.
notice-failed = 😔 It did not work out.
notice-failed-short = 😔 It did not work out, the money is back. See the message below.
notice-late-short = 🐢 Longer than usual, the money is back. See the message below.
notice-cancelled = ✖️ The order is cancelled.
notice-cancelled-word = ✖️ Cancelled, the money is back: { $price }.
notice-cancel-noted-word = It cannot be cancelled any more: the model is at work and we cannot stop it. If it works out, { $price } is taken and the result waits in “History”. If not, the money comes back.
notice-quiet = 🔕 You asked to cancel. The model cannot be stopped: if it works out, { $price } is taken and the result waits in “History”; if not, the money comes back.
notice-quiet-ready = 🔕 The order that you asked to cancel worked out after all. The result waits in “History”.
notice-part = { $number } of { $total }
notice-receipt = Taken { $price } · balance { $balance }
notice-gift = 🎁 A present: the money for this order came back earlier and is not taken.
notice-money-held = { $price } set aside. It is taken only for a finished result.
notice-money-taken = Taken { $price }
notice-money-returned = 💳 Money returned: { $price }, balance { $balance }
notice-money-returned-plain = 💳 Money returned: { $price }
notice-link = ⬇️ The file is too big for a message. Download it with the button: the link lives for about 24 hours.
notice-dropped = 🗑 The unfinished order is gone, no money was touched.
notice-already-placed = This order is already on its way: here it is. No money was taken twice.
notice-resent = 📤 Sending it again, free of charge.
notice-language-set = 🇬🇧 We speak English.
notice-alert-key-benched =
    ⚠️ <b>A key was set aside</b>
    { $key }: { $reason }
notice-alert-no-keys =
    🛑 <b>No key works</b>
    Orders fail and people get their money back. Check the keys and the balance at the provider.
notice-alert-loss =
    💸 <b>Loss { $amount }</b>
    Order { $generation }: { $reason }
notice-alert-unresolved =
    ❔ <b>The fate of a task is unknown</b>
    Order { $generation }: the provider never answered, the person has the money back.
