# Everything around an order: searching, favourites, results again, money in words, help, limits, leaving.
button-all-models = 🔎 All models
button-search = 🔎 Search by words
button-favourites = ❤️ Favourites
button-money = 💰 My money
button-mark = ❤️ Add to favourites
button-unmark = 💔 Remove from favourites
button-files = 📎 As a file, uncompressed
button-as-file = 📎 As a file
button-links = 🔗 Link
button-change = ✏️ Change and repeat
button-fix = ✏️ Fix and repeat
button-other = 🎨 Another model
button-prompt = 📋 Prompt text
button-kind-all = All
button-questions = 🙋 Common questions
button-terms = 📜 Terms
button-privacy = 🔒 Your data
button-pay-support = 💳 Payment questions
button-support = 💬 Support
button-write = 💬 Write to us
button-erase = 🗑 Erase my data
button-erase-yes = 🗑 Yes, erase everything
button-ask-order = How do I order?
button-ask-price = What does it cost?
button-ask-failure = What if it fails?
button-ask-wait = How long is the wait?
button-ask-quality = How do I get the original?
button-ask-refused = Why was my prompt refused?
button-ask-bonus = What is bonus money?
button-ask-data = What do you keep about me?

field-enough = enough for { $count }
field-enough-at-most =
    { $count ->
        [one] up to { $count } time
       *[other] up to { $count } times
    }
field-money-topup = top-up
field-money-bonus = bonus, a gift
field-money-hold = set aside for an order
field-money-commit = taken for a finished result
field-money-release = returned: the order did not work out
field-money-refund = returned after it was taken
field-money-adjust = correction by the operator
field-money-expire = bonus expired
field-money-shop = expense of the shop
field-money-order = order <code>{ $code }</code>
field-money-after = Left { $balance }
field-command-models = All models
field-command-search = Find a model by words
field-command-favorites = Favourite models
field-command-money = Every movement of money
field-command-support = Support
field-command-paysupport = Payment questions
field-command-terms = Terms
field-command-privacy = What we keep
field-command-delete = Erase my data

screen-all-models =
    🔎 <b>All models</b>: { $count }
    Write what you are looking for and we will find it: “remove background”, for example, or “song”.
screen-search =
    🔎 <b>Search</b>
    Write what you want to do or what the model is called: “animate a photo”, “read a text aloud”, “music”.
screen-found =
    { $count ->
        [one] 🔎 { $count } model found for “{ $query }”.
       *[other] 🔎 { $count } models found for “{ $query }”.
    } The best ones are on top. You can write other words.
screen-favourites =
    ❤️ <b>Favourites</b>
    The models that you have marked.
screen-favourites-empty =
    ❤️ <b>Favourites</b>
    Nothing here yet. Open any model and press “Add to favourites”.
screen-money = 💰 <b>My money</b> · page { $page } (Moscow time)
screen-prompt =
    📋 Order { $code }, tap the text to copy it:

    <code>{ $text }</code>
screen-links = 🔗 Order { $code }: download the result with the button. The link works for about 24 hours, then you can ask for a new one.
screen-others = 🎨 <b>Another model</b>. These can do similar work, the price is on the button.
screen-others-words =
    We carry your text over:
    <code>{ $text }</code>
screen-card-enough =
    { $count ->
        [one] 👛 Your balance is enough for { $count } such order.
       *[other] 👛 Your balance is enough for { $count } such orders.
    }
screen-card-short = 👛 { $missing } short for such an order.
screen-card-measured = ⏱ Usually ready in { $half }, nine orders of ten within { $most }
screen-questions = 🙋 <b>Common questions</b>. What shall we explain?
screen-answer-order =
    Choose a section and a model, answer the questions, check the order and press “Run”. The result comes into this chat, there is no need to keep the phone open.

    Not sure what to choose? Open “All models” and write in your own words what you want.
screen-answer-price =
    The exact price is on the “Run” button: exactly that much is taken. With many models it depends on length, size or the number of results, so lists say “from”.

    The card shows how many orders your balance is enough for.
screen-answer-failure =
    When you run an order the money is set aside, and it is taken only when the result is ready. If it does not work out, the money comes back by itself and we tell you so. A result that comes far too late is yours as a gift.
screen-answer-wait =
    A picture usually takes less than a minute, a video several minutes. The model's card shows how long the latest orders took, and the order's message shows the place in the queue and how far it is.
screen-answer-quality =
    Under each result and in the history there is “As a file, uncompressed”: we send the original file. “Link” gives an address for downloading, for about 24 hours.
screen-answer-refused =
    The models refuse violence, explicit scenes, famous people and other people's trademarks. The money for such an order comes back. Press “Suggest softer words” and we look for others, or “Fix and repeat” and describe your idea yourself.

    After three refusals in an hour orders are paused for a while.
screen-answer-bonus =
    New people get { $bonus }. Bonus money is spent first and is good for any order, but it cannot be withdrawn. Your own money never expires.
screen-answer-data =
    We keep what an order needs: your prompts, references to the files you sent inside Telegram, and the history. We do not have the files themselves. All of it can be erased with one button.
screen-terms =
    📜 <b>Terms</b>

    1. The price of each order is shown before it runs and does not change afterwards.
    2. Money is taken only for a finished result. When there is none, it comes back to the balance by itself.
    3. Bonus money is a gift: it cannot be withdrawn or passed on.
    4. Do not order what the law forbids, what defames people or what violates the rights of others. You are responsible for how a result is used.
    5. Results are made by neural networks: they can be wrong and can repeat themselves.
    6. Results are kept by Telegram, download links live for about a day. Save what matters to you.
    7. Payment questions: /paysupport, everything else: /support.
screen-privacy =
    🔒 <b>Your data</b>

    We know your Telegram number and name, your language, your prompts and what came of them. Files you send stay in Telegram; while we work a copy goes to the model's maker and is deleted after a day. We never see card numbers.

    Nobody but whoever carries out the order gets these data. Erase everything: /delete_me.
screen-pay-support =
    💳 <b>Payment questions</b>

    Every movement of money is in “My money”: /money. If you have paid and the balance is empty, or you need a refund, write to us: when and how much you paid and, if there is one, the number of the order.
screen-support =
    💬 <b>Support</b>

    We answer and help. The order's number, eight characters, stands under the result and in the history.
screen-no-support = There is nobody to write to yet: no contact has been set. Please look in later.
screen-erase =
    🗑 <b>Erase my data?</b>

    Your prompts, history, favourites, name and the link to this chat will be gone. Nobody can bring them back. Records of money stay without a name, as the law wants. The welcome bonus is not given twice.
screen-erase-money = ❗️ The balance is { $balance }, { $real } of it your own money: it cannot be used after erasing. To get your own money back, write first: /paysupport.
screen-erase-bonus = ❗️ The balance is { $balance } of bonus money: it will be lost.
screen-erased = 🗑 Done, your data are erased. If you want to come back, press /start.

notice-marked = ❤️ Added to favourites.
notice-unmarked = 💔 Removed from favourites.
notice-files-coming = 📎 The original files are on their way, free of charge.
notice-took = ⏱ Took { $time }, { $price } had been set aside
notice-contact = 💬 If it happens again, write to @{ $name } and name the number { $code }.
notice-no-original = 😔 The original file of order { $code } cannot be had any more. The copy from the chat can be sent again from the history, free of charge.
notice-alert-many-refusals =
    🚫 <b>Many refusals of one person</b>
    Person { $user }: the models have refused their prompts ten times within a day.

refusal-nothing-found = 🤔 Nothing found. Try other words or look through all models.
refusal-files-gone = 😔 The original files of this order are gone. The copy from the chat can be sent again.
refusal-links-gone = 😔 The links of this order do not work any more. The result can be sent again from the history.
refusal-no-words = 🤔 There was no text in this order.
refusal-too-many-open =
    { $count ->
        [one] ✋ You already have { $count } order under way. Please wait for it; no money was touched and this order is kept.
       *[other] ✋ You already have { $count } orders under way. Please wait for one of them; no money was touched and this order is kept.
    }
refusal-too-many-uploads =
    { $count ->
        [one] ✋ { $count } file can be sent in an hour. Please try a little later, the order is kept.
       *[other] ✋ { $count } files can be sent in an hour. Please try a little later, the order is kept.
    }
refusal-paused =
    { $count ->
        [one] ✋ The models have refused your prompts several times. Let us pause for { $count } minute; no money was touched and the order is kept.
       *[other] ✋ The models have refused your prompts several times. Let us pause for { $count } minutes; no money was touched and the order is kept.
    }
refusal-too-fast =
    { $count ->
        [one] ✋ Too fast for us. Please wait { $count } second and press again.
       *[other] ✋ Too fast for us. Please wait { $count } seconds and press again.
    }
refusal-leaving = ✋ You asked us to erase your data, so we take no new orders; your money is untouched. Changed your mind? Open /delete_me.
refusal-too-many-softened = ✋ We look for no more words today. Change the request yourself or come back tomorrow.
refusal-album-cut =
    { $count ->
        [one] ✂️ Of the album we took only the first file: no more is wanted here.
       *[other] ✂️ Of the album we took only the first { $count } files: no more is wanted here.
    }

button-stay = ↩️ Do not erase
screen-erase-waits =
    { $count ->
        [one] ⏳ { $count } order is on its way. We wait for it first and then erase everything ourselves: no need to ask again.
       *[other] ⏳ { $count } orders are on their way. We wait for them first and then erase everything ourselves: no need to ask again.
    }
screen-erase-waits-for-payment = ⏳ Your payment is still being decided on. We wait for that, then erase everything by ourselves: no need to ask again.
screen-leaving-after-payment =
    ⏳ <b>We erase everything once your payment is settled</b>

    We tell you here how it ended. Then we erase everything and tell you. Until then we take no new orders.
screen-leaving =
    { $count ->
        [0] ⏳ <b>Erasing everything now</b>
        [one] ⏳ <b>We erase everything once { $count } order is over</b>
       *[other] ⏳ <b>We erase everything once { $count } orders are over</b>
    }

    The result comes here, keep it for yourself. Then we erase everything and tell you. Until then we take no new orders.
notice-stayed = 👌 All right, nothing is erased.
notice-stayed-for-money = 💰 While you waited for your orders, money came in, so { $real } of your own is there now. Therefore we erased nothing. If you do not need the money, ask again: /delete_me.

button-other-photo = 🖼 With another photo
button-other-video = 🎬 With another video
button-other-sound = 🎙 With another recording

button-soften = 🪄 Suggest softer words
button-soft-take = ✅ Try it like this
button-soft-own = ✏️ Change it myself
notice-soft-coming = 🪄 We are looking for softer words and will send them here, usually within half a minute. It is free.
screen-soft = 🪄 <b>It can be said more softly</b> · order { $code }
screen-soft-before = It was:
screen-soft-after = It is now:
screen-soft-money = 💳 The money for the refused order is back. A new one costs as usual, and you see the price before you start.
screen-soft-failed = 😔 We found no other words. Describe the idea yourself: without violence, explicit scenes, famous people and other people's brands. Your money is untouched.

screen-card-write = ✍️ To begin, just write your request here.
screen-card-send = 📎 To begin, just send the file here.
