# People's bills: what waits for a decision, crediting, rejecting, giving back.
screen-menu-payments =
    { $count ->
        [one] 🧾 { $count } bill waits for a decision.
       *[other] 🧾 { $count } bills wait for a decision.
    }
screen-till = 🧾 <b>Bills: { $which }</b>
screen-line-till = { $date } · № { $number } · <b>{ $amount }</b> · { $way } · { $state } · number { $user }
screen-till-payment =
    🧾 <b>Bill № { $number }</b> for { $amount }
    { $way } · { $state } · number { $user }
screen-till-ordered = Ordered { $date }
screen-till-expected = Expected { $amount } { $currency }, in the smallest units
screen-till-paid = Credited { $date }
screen-till-bonus = Bonus on top { $bonus }
screen-till-received = ⚠️ Received { $amount } { $currency }
screen-till-external = Payment number <code>{ $id }</code>
screen-till-charge = Number in the provider's account <code>{ $id }</code>
screen-till-reason = Reason: { $reason }
screen-till-twins = ⚠️ The same receipt was sent for bills: { $numbers }
screen-ask-till-number = Write the number of the bill.
screen-ask-till-sum = How much has really come? Write the sum in roubles, and it is credited.
screen-ask-till-reject = Why is the money not credited? Write one phrase, the person will see it.
field-act-till-approve = credit { $amount } for the bill
field-act-till-reject = reject the bill. Reason: { $reason }
field-act-till-refund = give the payment of { $amount } back to where it came from. Reason: { $reason }
field-till-not-found = the transfer was not found
field-till-new = being prepared
field-till-open = waits for payment
field-till-submitted = receipt sent
field-till-paid = credited
field-till-expired = ran out
field-till-cancelled = cancelled
field-till-rejected = rejected
field-till-review = does not agree
field-till-refunding = going back
field-till-refunded = given back
field-till-stars = Stars
field-till-telegram = card through Telegram
field-till-yookassa = card or SBP
field-till-crypto = crypto
field-till-manual = transfer
field-till-to-decide = to decide
field-till-unpaid = not paid
field-till-credited = credited
field-till-all = all
field-kind-payback = payment given back
field-kind-gift-out = gift out
field-kind-gift-in = gift in
button-till = 🧾 Bills
button-till-payment = 🧾 № { $number }
button-till-find = 🔎 By number
button-till-approve = ✅ Credit { $amount }
button-till-other-sum = ✏️ Another sum
button-till-reject = ✖️ Reject
button-till-reject-plainly = Transfer not found
button-till-receipt = 📎 Show the receipt
button-till-of-person = 🧾 Bills of the person
notice-till-receipt = 📎 The receipt comes in the next message.
refusal-till-no-payment = 🤷 There is no such bill.
refusal-till-decided = 🙂 Somebody has decided about this bill before you.
refusal-till-not-waiting = 🤷 This bill waits for nothing: there is nothing to decide.
refusal-till-not-credited = 🤷 Nothing was credited for this bill: there is nothing to give back.
refusal-till-person-left = 🤷 The person has erased their data: stars go back to a person, and there is none. No money has moved.
refusal-till-already-back = 👌 This money is back already, and is not given back twice.
refusal-till-not-over = ⏳ The result is still on its way. Wait for the end of the order, then give back.
refusal-till-no-receipt = 🤷 This bill has no receipt that waits for a decision.
