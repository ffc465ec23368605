# Ready ideas.
screen-ideas =
    ✨ <b>Ready ideas</b>
    Send a photo or a few words, we do the rest. The price stands on the button.
screen-ideas-draft = 📝 An idea that you have begun is waiting: { $idea }.
screen-idea-title = <b>{ $idea }</b>
screen-idea-does = { $text }
screen-idea-example = 💡 For example: <i>{ $text }</i>
screen-idea-price = 💰 Price <b>{ $price }</b>
screen-idea-price-from = 💰 Price <b>from { $price }</b>. You see the exact one before the start.
screen-idea-maker = 🤖 Made by { $model }, usually it takes { $time }.
screen-idea-question = ❓ { $text }
screen-idea-step = Step { $number } of { $total }
screen-idea-answer = • { $text }
screen-idea-count = 🎬 <b>How many versions shall we make?</b> Each comes out in its own way. For those that fail the money comes back.
screen-idea-confirm =
    🧾 <b>Check the order</b>
    { $idea } · { $what }
screen-idea-rewrite = ✍️ We write the script for the model for you (up to { $most } a day) and show it when you ask. Your meaning stays.
screen-idea-sum-one = 💰 Price <b>{ $sum }</b>
screen-idea-sum = 💰 { $count } × { $price } = <b>{ $sum }</b>
screen-idea-placed =
    ✅ <b>The project is taken on</b>
    { $idea } · { $what } · project { $code }
    { $sum } set aside, { $balance } left in the account.
screen-idea-script =
    ✍️ <b>The script</b>
    { $idea } · project { $code }
screen-idea-script-text = <code>{ $text }</code>
screen-idea-script-waiting = The script is still being written, look again in a minute.
screen-idea-script-plain = The script could not be written this time, your own description went to work:
button-ideas = ✨ Ready ideas
button-idea-entry = { $idea } · { $price }
button-idea-begin = ✨ Begin
button-idea-continue = ▶️ Continue the idea
button-idea-count = { $what } · { $sum }
button-idea-run = ✅ Start for { $sum }
button-idea-script = ✍️ Show the script
button-idea-again-photo = 🔁 More from this photo
button-idea-again = 🔁 Once more
button-idea-cancel = ✖️ Cancel
notice-idea-plain = ✍️ That was enough writing for today: your description goes as it is. The price is the same, and tomorrow we write again.
notice-idea-title = <b>{ $idea }</b> · { $what } · project { $code }
notice-idea-taken = 📥 The project is taken on.
notice-idea-writing = ✍️ We are writing the script.
notice-idea-making = 🎬 Generation { $number } of { $total }.
notice-idea-over = ✅ The project is finished, the receipt is in the message below.
notice-idea-line = { $number }. { $state }
notice-idea-line-failed = { $number }. 😔 { $reason } The money is back: { $price }.
notice-idea-line-same = { $number }. 😔 For the same reason. The money is back: { $price }.
notice-idea-line-quiet = { $number }. 🔕 ready, waits in “History” · { $money }
notice-idea-line-late = { $number }. 🐢 is late. The money is back: { $price }. If the result comes, it is a present.
notice-idea-money = 💳 Money: { $parts }
notice-idea-wait = Each result comes here as soon as it is ready.
notice-idea-quiet = 🔕 What the model has begun cannot be stopped. If it works out, the price is taken and the result waits in “History”. If not, the money comes back.
notice-idea-receipt-all = 🧾 <b>Ready: { $total } of { $total }</b>
notice-idea-receipt-some = 🧾 <b>Ready: { $done } of { $total }</b>
notice-idea-receipt-none = 😔 <b>It did not work out this time</b>
notice-idea-receipt-cancelled = ✖️ <b>The project is cancelled</b>
notice-idea-receipt-sum = 💳 Set aside { $held }, taken { $taken }, returned { $returned }. Balance { $balance }.
notice-idea-member = <b>{ $idea }</b> · { $number } of { $total } · order { $code }
notice-idea-cancelled-none = ⌛️ Too late to cancel: the model has already begun.
notice-idea-cancelled = 👌 Cancelled what had not begun: { $sum } came back.
notice-idea-cancelled-rest = ⌛️ The rest is already being made: { $sum } will be taken only if it works out.
refusal-idea-gone = 😔 There is no such idea any more. No money was touched, choose another.
refusal-idea-not-sold = 😔 Nobody can make this idea now. No money was touched, come back later or choose another.
refusal-idea-too-long = ❗️ Too long. It has { $got } characters, { $max } fit.
refusal-idea-wants-words = ❗️ A text is needed here. Write it as a message.
refusal-idea-wants-button = ❗️ Choose with a button.
refusal-idea-wants-image = ❗️ A picture is needed here. Send it as a photo or a file.
refusal-idea-wants-video = ❗️ A video is needed here. Send it as a video or a file.
refusal-idea-wants-audio = ❗️ A sound is needed here. Send a voice message, a track or a file.
refusal-idea-short = ❗️ { $missing } is missing, the account has { $balance }. The idea is kept: once you have topped up by the button the order goes on by itself. Or take fewer versions.
