# Topping up.
screen-topup-sum =
    ➕ <b>Top up</b>
    Choose an amount or type your own, for example 750.
screen-topup-ways =
    ➕ <b>Top up { $amount }</b>
    How would you like to pay?
screen-topup-bonuses = 🎁 From { $from } we add { $percent }{ "\u00A0" }% as a bonus
screen-topup-bonus = 🎁 We add { $bonus } as a bonus
screen-topup-enough = Enough, for example, for:
screen-topup-enough-line =
    { $count ->
        [one] • { $model }: { $count } time
       *[other] • { $model }: { $count } times
    }
screen-topup-debt = ⚠️ You owe { $debt }: this money went back to you after it had been spent. The next top-up covers it first.
screen-topup-title = 🧾 <b>Bill No. { $number }</b> for { $amount }
screen-topup-new = 🛠 We are preparing the bill and will send it here in a moment.
screen-topup-open = The bill can be paid for a day, with crypto for an hour. Pay by the button: the money arrives here by itself. If you have paid and it has not arrived, press “Check the payment”.
screen-topup-details =
    Transfer exactly <b>{ $amount }</b>, kopecks included: they tell us which transfer is yours.

    <code>{ $details }</code>

    Then send the receipt here as a photo or a file. We credit the money when we see the transfer.
screen-topup-submitted = 🔍 We have the receipt and are looking for the transfer. As soon as we see the money, we will credit it and write to you. You can send another receipt instead.
screen-topup-paid = ✅ Paid, the money is on your balance.
screen-topup-expired = ⌛️ The time is over and the bill is not paid. If you did pay, the money is not lost: we will credit it.
screen-topup-cancelled = ✖️ The bill is cancelled, your money is untouched. If you did pay, we will credit it.
screen-topup-rejected = 😔 We did not find the money: { $reason }
screen-topup-review = 🔍 The money has come, but not as the bill says. We are looking into it and will write to you, it is not lost.
screen-topup-refunding = ↩️ The money is on its way back to where it came from.
screen-topup-refunded = ↩️ The money went back to where it came from.

button-topup-sum = { $amount }
button-topup-sum-bonus = { $amount } · +{ $percent }{ "\u00A0" }%
button-topup-own = ✏️ Another amount
button-topup-missing = ➕ Top up { $amount } and start
button-topup-show = 🧾 Bill No. { $number } · { $amount }
button-topup-stars = ⭐️ Stars · { $stars }
button-topup-card = 💳 Bank card · { $amount }
button-topup-crypto = 🪙 Crypto · { $amount }
button-topup-manual = 🏦 Bank transfer · { $amount }
button-topup-pay = 💳 Pay { $amount }
button-topup-check = 🔄 Check the payment
button-topup-abandon = ✖️ Cancel the bill
button-topup-approve = ✅ Credit { $amount }
button-topup-other-sum = ✏️ Another amount
button-topup-reject = ✖️ Reject

notice-topup-bill = Pay by the button: the money arrives here by itself.
notice-topup-no-bill = 😔 We could not make bill No. { $number } for { $amount }, your money is untouched. Your balance is { $balance }. Try another way or a little later.
notice-topup-credited = ✅ <b>{ $amount } credited</b> for bill No. { $number }. Your balance is { $balance }.
notice-topup-bonus = 🎁 And { $bonus } as a bonus.
notice-topup-not-seen = 🔍 Bill No. { $number } for { $amount } is not paid yet as far as we can see, your balance is { $balance }. If you have paid, the money is not lost: sometimes it takes a few minutes, and we go on checking.
notice-topup-review = 🔍 Money for bill No. { $number } for { $amount } has come, but not as the bill says. It is not lost: we will look into it and write to you. For now your balance is { $balance }.
notice-topup-review-no-bill = 🔍 Money has come for which we found no bill. It is not lost: we will look into it and write to you. For now your balance is { $balance }.
notice-topup-rejected = 😔 We did not find the transfer for bill No. { $number } for { $amount }. Your balance is { $balance }.
notice-topup-reason = Reason: { $reason }
notice-topup-refunded = ↩️ The payment of bill No. { $number } went back to where it came from: { $amount }. Your balance is { $balance }.
notice-topup-checking = 🔄 We are checking the payment and will write in a moment.
notice-topup-receipt-taken = 📎 We have the receipt.
notice-topup-receipt =
    🏦 <b>Transfer for bill No. { $number }</b>
    Exactly { $amount } is expected.
    Sent by <code>{ $person }</code>. A receipt alone credits nothing: find the line on the statement.
notice-topup-receipt-used = ⚠️ This receipt was sent before: { $numbers }. It may be shown a second time; the decision is yours.
notice-alert-payment-differs =
    ⚠️ <b>A payment does not agree with its bill</b> ({ $provider })
    { $detail }
    Nothing is credited: decide what to do about it.
notice-alert-payment-unknown =
    ❔ <b>A payment without a bill</b> ({ $provider })
    { $detail }
notice-alert-payment-missing =
    🛑 <b>Credited, and not in the provider’s list</b> ({ $provider })
    { $detail }
notice-alert-payment-refused =
    ⚠️ <b>The provider made no bill</b> ({ $provider })
    { $detail }
notice-alert-payment-not-refunded =
    ⚠️ <b>A refund failed, the money is on the person’s balance again</b> ({ $provider })
    { $detail }
notice-alert-payment-by-hand =
    ↩️ <b>Send the money back by hand</b> ({ $provider })
    { $detail }
    It has left the person’s balance already.

refusal-topup-test-mode = 🧪 In the test mode nobody tops up: no real money is needed here. Nothing was taken.
refusal-topup-closed = 😔 Topping up is not possible now, your money is untouched. Please come back later.
refusal-topup-not-a-sum = ❗️ We did not understand the amount. Type it in digits, for example 750.
refusal-topup-bounds = ❗️ You can top up from { $least } to { $most }.
refusal-topup-one-is-open = 🙂 One transfer is waiting already, here it is. Finish or cancel it.
refusal-topup-unknown = 🤔 There is no such bill. Your money is untouched, make a new one.
refusal-topup-differs = The bill has another amount. Your money is untouched, make a new bill.
refusal-topup-over = This bill cannot be paid any more. Your money is untouched, make a new one.
refusal-topup-paid = This bill is paid already, there is no need to pay twice.

field-topup-bill = Balance top-up
field-topup-bill-for = Bill No. { $number }: { $amount } goes to your balance
field-move-payback = payment returned
