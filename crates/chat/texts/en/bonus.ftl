# Bonuses: the guide, promo codes, invitations, gifts.
screen-bonus-spent = 🎁 The gifts for newcomers have run out for today, so your balance is 0{ "\u00A0" }₽ for now. You can enter a promo code or top up.
screen-bonus-before = 🙂 Welcome back! You have had the welcome bonus before, so the balance starts at 0{ "\u00A0" }₽.

screen-guide-offer = Shall we show how it works, in half a minute? Or choose right away what to create.
screen-guide-order =
    1️⃣ <b>Order</b>
    Choose a section and a model. Describe what you want in words, or send a photo. We help with the rest, and what is unclear can be skipped.
screen-guide-price =
    2️⃣ <b>Check the price</b>
    You see the exact price before you start. The money is put on hold first, and you pay only for a finished result. If it does not work out, the money comes back by itself.
screen-guide-result =
    3️⃣ <b>Get the result</b>
    We send it right here. Everything stays in “History”: from there we can send a result again for free, or repeat an order.

screen-bonus-title = 🎁 <b>Bonuses</b>
screen-bonus-lots = Bonus money is spent first, in this order:
screen-bonus-lot = • { $amount }, without an end
screen-bonus-lot-until = • { $amount }, until { $date }{ "\u00A0" }MSK
screen-bonus-none = No bonus money right now. Promo codes and invited friends bring it.
screen-promo-waits = 🎟 We will add { $percent }% to your next top-up.
screen-promo-waits-max = 🎟 We will add { $percent }% to your next top-up, { $max } at most.

screen-promo =
    🎟 <b>Promo code</b>
    Send it as a message, in capital or small letters.

screen-invite =
    👥 <b>Invite a friend</b>
    Send them your link. When they top up for the first time, you get { $yours } and they get { $theirs }: as bonus money, and never more than the payment itself.
screen-invite-came = Came by your link: { $came } · topped up: { $paid } · you have earned { $earned }
screen-link =
    🔗 The link (press to copy):
    <code>{ $link }</code>

screen-gift =
    🎁 <b>Give money</b>
    We take the sum from your balance and give you a link. Whoever opens it first gets the money. If nobody does within 30 days, it comes back to you.

    Only your own money can be given, not bonus money: you have { $real }. Choose a sum or write your own, from { $least } to { $most }.
screen-gift-sum =
    🎁 <b>Give { $amount }?</b>
    We take it from your balance, { $after } will be left. Until somebody opens the gift, you can take it back.
screen-gift-made =
    🎁 <b>Your gift of { $amount } is ready</b>
    Send the link to whom it is for. It waits until { $date }{ "\u00A0" }MSK and works once.

button-guide-next = Next ▶️
button-guide-end = 🚀 Start
button-bonus = 🎁 Bonuses
button-promo = 🎟 Promo code
button-invite = 👥 Invite a friend
button-gift = 🎁 Give money
button-gift-open = 🎁 Your gift of { $amount } is waiting
button-gift-yes = ✅ Give { $amount }
button-gift-back = ↩️ Take it back
button-share = 📨 Send to a friend

notice-invited = 👥 A friend has invited you: after your first top-up you get { $theirs } as bonus money.
notice-promo-given = 🎉 The promo code worked: { $amount } of bonus money is in your account.
notice-promo-given-until = 🎉 The promo code worked: { $amount } of bonus money is in your account. Spend it before { $date }{ "\u00A0" }MSK.
notice-promo-waits = 🎉 Promo code accepted: we will add { $percent }% to your next top-up.
notice-promo-waits-max = 🎉 Promo code accepted: we will add { $percent }% to your next top-up, { $max } at most.
notice-gift-yours = 🎁 Somebody gave you { $amount }! The money is in your account, it is your own and has no end.
notice-gift-took-back = ↩️ The gift is back: { $amount } is in your account again. The link works no more.
notice-gift-claimed = 🎁 Your gift of { $amount } was opened: the money has arrived.
notice-gift-returned = ↩️ Nobody opened your gift of { $amount } within 30 days. The money is back with you.
notice-friend-paid = 👥 A friend whom you invited has topped up for the first time. Your bonus: { $amount }. Thank you!
notice-friend-refunded = 👥 The first payment of the friend you invited went back to them, so the bonus for it is cancelled: { $amount }.
notice-extras-lost = 🎁 The payment went back, and the bonuses it had brought are cancelled with it: { $amount }.
notice-bonus-owed = ⚠️ { $amount } of it was already spent: it is a debt now, and the next top-up covers it.
notice-extra-promo = 🎟 The promo code added { $amount } to your top-up.
notice-extra-friend = 👥 The bonus for your first top-up as an invited friend: { $amount }.
notice-bonus-expired = ⌛️ Bonus money has reached its end: { $amount } is gone. Your own money has no end and is still there.
notice-alert-welcome-ceiling =
    🎁 <b>Today’s limit of gifts to newcomers: { $amount }</b>
    No more is given today: newcomers start with nothing and are told so. It is up to you: raise the limit in the settings, or give out a promo code for new people.
notice-alert-promo-ceiling =
    🎟 <b>Today’s limit of bonuses: { $amount }</b>
    Promo codes of a sum do not work until tomorrow, and people are told so. What was promised for top-ups and friends is given beyond the limit too. It is up to you: the limit is in the settings.

refusal-no-such-link = 🤔 This link leads to nothing: it may be out of date. Choose what to create.
refusal-invite-not-new = 🙂 An invitation works only for who is here for the first time. But you can invite friends yourself.
refusal-invite-own = 🙂 This is your own link: send it to your friends.
refusal-gift-already-yours = 🙂 You have opened this gift already, the money is in your account.
refusal-gift-taken = 😔 Somebody else has opened this gift already.
refusal-gift-over = 😔 This gift is not waiting any more: the money went back to the giver, or was taken.
refusal-no-gift = 🤔 There is no such gift. Check the link.
refusal-gift-too-late = ⌛️ It cannot be taken back: the gift was opened or returned already.
refusal-gift-short = ❗️ { $amount } of your own money is missing: bonus money cannot be given. Your money is untouched. Top up or choose a smaller sum.
refusal-gift-bounds = ❗️ You can give from { $least } to { $most }. Your money is untouched.
refusal-gift-not-a-sum = ❗️ We need a sum in roubles. Write it in digits, for example 250.
refusal-bonus-test-mode = 🧪 In the test mode promo codes and gifts do not work. Your money is untouched.
refusal-promo-used = 🙂 You have used this promo code already.
refusal-promo-another = 🙂 Another promo code of yours is waiting for a top-up. This one is not used up: enter it after the top-up.
refusal-promo-not-yet = ⏳ This promo code begins to work { $date }{ "\u00A0" }MSK.
refusal-promo-expired = 😔 The time of this promo code is over.
refusal-promo-used-up = 😔 This promo code is all used up.
refusal-promo-new = 🙂 This promo code is only for who has not topped up yet.
refusal-promo-paying = 🙂 This promo code is for who has topped up before.
refusal-promo-unknown = 🤔 There is no such promo code. Check the letters and write it again.
refusal-promo-too-often = ⏳ Too many promo codes that do not exist. Try again after { $date }{ "\u00A0" }Moscow time. Your money is untouched.
refusal-promo-ceiling = 😔 The bonuses have run out for today. The promo code is not used up: enter it tomorrow.

field-reward-percent = { $percent }% of this payment
field-invite-share = AI models draw pictures, shoot videos and write music right in the chat. Come in:
field-gift-share = I give you { $amount } for pictures, videos and music by AI models. Open the link:
field-move-gift-out = gift to a friend
field-move-gift-in = gift
field-command-promo = Enter a promo code
field-command-invite = Invite a friend
