# What is free, what is cheap, prices “up to”.
button-cheap = ⭐ Cheap/free
button-run-free = ✅ Run for free
button-run-up-to = ✅ Run, up to { $price }
screen-cheap = The cheapest of all sections, free ones first.
screen-free-left = 🎁 Free ({ $count } left for today)
screen-free-up-to = Orders up to { $max } are free.
screen-free-again = 🎁 This order can be free now. If you agree, press “Run” once more.
screen-summary-free =
    🎁 <b>Free</b> ({ $count } left for today)
    The usual price is { $price }. You have { $balance }, we will not touch it.
screen-summary-up-to = 💰 Price <b>up to { $price }</b>. We charge what it really takes and return the rest at once.
screen-summary-dear = ⚠️ This is an expensive order. Check the settings: a shorter length, a lower quality or fewer results cost less.
screen-price-unconfirmed = ℹ️ The provider is still settling the price of this model: you never pay more than you see before the start.
screen-card-dear = ⚠️ An expensive model: the price can be above { $price }.
screen-placed-free =
    ✅ <b>We are on it</b>
    { $model } · order { $code }
    Free, your balance is still { $balance }.
refusal-free-day = 🎁 You have used your free runs for today, there will be new ones tomorrow.
refusal-free-hour =
    { $count ->
        [one] 🎁 The next free run comes in { $count } minute.
       *[other] 🎁 The next free run comes in { $count } minutes.
    }
refusal-free-budget = 🎁 The free runs for today are all taken, there will be new ones tomorrow.
refusal-free-paid = Your money is untouched. You can run it for the usual price or come back later.
field-free = free
field-up-to = up to { $price }
field-money-free = free
field-money-free-returned = free run returned
field-money-taken-part = charged { $taken } of { $price }
notice-free-held = 🎁 This order is free, your money stays untouched. We send the result here.
notice-free-receipt = 🎁 Free · balance { $balance }
notice-free-taken = 🎁 Free
notice-free-returned = 🎁 The free run is yours again, your money is untouched.
notice-free-gift = 🎁 A gift: the free run for this order is already back with you.
notice-free-quiet = 🔕 You asked to cancel, but we cannot stop the model. The order is free: if it works out, the result will wait in “History”, if not, the free run comes back.
notice-free-failed-short = 😔 It did not work out, the free run is yours again. Details are in the message below.
notice-free-late-short = 🐢 Not ready in time, the free run is yours again. Details are in the message below.
notice-receipt-part = Charged { $taken } of { $price }, the rest is back · balance { $balance }
notice-receipt-part-plain = Charged { $taken } of { $price }, the rest is back
notice-up-to-held = 💳 { $price } on hold: that is the most. We charge what it really takes, and only for a finished result.
notice-alert-free-budget =
    🎁 <b>Nothing more is free today</b>
    The budget of the day, { $budget }, is spent. Until tomorrow people see the usual prices.
