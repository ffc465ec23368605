# Screens.
screen-hello = 👋 <b>Hello!</b> Here AI models draw pictures, shoot videos, voice texts and write music. You see the exact price before you start, and if it does not work out, your money comes back by itself.
screen-hello-name = 👋 <b>Hello, { $name }!</b> Here AI models draw pictures, shoot videos, voice texts and write music. You see the exact price before you start, and if it does not work out, your money comes back by itself.
screen-bonus = 🎁 We give you { $bonus } for your first tries: it is already in your account.
screen-menu =
    🏠 <b>Main menu</b>
    What shall we create?
screen-menu-draft = 📝 Your unfinished order is waiting: { $model }. Press “Continue the order”.
screen-test-mode = 🧪 Test mode: results are not real, no real money is spent.
screen-balance-line = 💳 Balance { $balance }
screen-balance-line-all-bonus = 💳 Balance { $balance } (bonus)
screen-balance-line-bonus = 💳 Balance { $balance }, { $bonus } of it bonus
screen-held-line = ⏳ On hold for orders { $held }

screen-video = Videos from a description or from your picture.
screen-image = New pictures from a description, and edits of your photos.
screen-enhance = Remove the background, enlarge, sharpen.
screen-audio = Voice, music and sounds.
screen-shelf = Choose what to create with. The price is on the button, cheapest first.
screen-shelf-empty = Nothing here right now. Have a look at another section.

screen-card-title = <b>{ $text }</b>
screen-card-does = { $text }.
screen-card-for-whom = 👤 { $text }.
screen-card-example =
    💡 For example:
    <code>{ $text }</code>
screen-card-price = 💰 Price <b>{ $price }</b>
screen-card-price-from = 💰 Price <b>from { $price }</b>. You will see the exact one before you start.
screen-card-price-up-to = 💰 Price <b>up to { $price }</b>. Only what it comes to is taken, the rest returns.
screen-card-per-second = Per second: from { $price }
screen-card-per-thousand = Per 1000 characters: { $price }
screen-card-per-output = Per result: from { $price }
screen-card-time = ⏱ Usually done in { $time }
screen-card-outputs = 🎁 Results per order: up to { $count }

screen-field =
    <b>{ $model }</b>
    ✏️ <b>{ $label }</b>
screen-hint = { $text }
screen-field-now = Now: <i>{ $answer }</i>
screen-files-so-far =
    { $count ->
        [one] 📎 { $count } file received.
       *[other] 📎 { $count } files received.
    } Send more or press “Done”.
screen-limit-text = Up to { $max } characters.
screen-limit-text-from = From { $min } to { $max } characters.
screen-limit-number = A number from { $min } to { $max }.
screen-limit-choice = Choose with a button.
screen-limit-files = Accepted: { $types }, up to { $megabytes } MB.
screen-limit-file-count = Number of files: { $min } to { $max }.
screen-limit-duration = Length: { $min } to { $max } seconds.

screen-summary =
    🧾 <b>Check the order</b>
    { $model }
screen-summary-line = <b>{ $label }:</b> { $answer }
screen-summary-price = 💰 Price <b>{ $price }</b>
screen-summary-balance = 💳 Balance { $balance }, { $after } left after the start. If it does not work out, your money comes back.
screen-placed =
    ✅ <b>Order accepted</b>
    { $model } · order { $code }
    { $price } on hold, { $balance } left.

screen-history = 🧾 <b>History</b>
screen-history-page = 🧾 <b>History</b> · page { $page }
screen-history-empty = Nothing here yet. Your first order will appear as soon as you start it.
screen-history-entry =
    <b>{ $model }</b> · { $date }{ "\u00A0" }MSK
    { $state } · { $money } · <code>{ $code }</code>
screen-balance-parts =
    💳 <b>Balance { $balance }</b>
    Your own money: { $real }
    Bonus: { $bonus }
screen-balance-moves = <b>Latest movements</b> (Moscow time)
screen-balance-no-moves = No movements yet.
screen-move-line = { $date } · { $what } ·{ "\u00A0" }{ $amount }
screen-balance-how = Bonus money is spent first. To top up, choose an amount.

screen-help =
    ❓ <b>Help</b>

    1. Choose a section and a model: the price is on the button.
    2. Answer the questions: describe your idea, send a photo.
    3. Check the order and press “Start”.

    At the start the money is put on hold, and you are charged only when the result is ready. If it does not work out, the money comes back by itself. Results stay in “History”, and we can send them again for free.

    Newcomers get { $bonus }.

    /menu — main menu
    /history — history
    /balance — balance
    /language — language
    /cancel — discard the unfinished order
screen-help-support = 💬 Questions? Write to @{ $name }. Naming the order number speeds things up.
screen-languages = 🌐 <b>Language</b>. Which one do you prefer?
screen-group = 👋 The bot works in private messages: there only you see your orders.
screen-about = Pictures, videos, voice and music by the best AI models. The exact price before you start, payment only for a finished result. Press “Start”: a bonus for your first tries is already in your account.
screen-about-short = Pictures, videos, voice and music by AI models. You see the price before you start.
screen-card-per-minute = Per minute from { $price }
screen-card-per-megapixel = Per megapixel { $price }
screen-limit-values = Each on a line of its own, { $min } to { $max }.
