# Questions of several parts, and quick offers.
screen-entry =
    <b>{ $model }</b>
    ✏️ <b>{ $label }</b> · No. { $place }
screen-entry-line = { $place }. { $text }
screen-limit-entries = How many: { $min } to { $max }. Tap a number to change it.
screen-quick-text = 💡 <b>What shall we do with this text?</b> Choose, the price is on the button.
screen-quick-files =
    { $count ->
        [one] 💡 <b>What shall we do with this file?</b>
       *[other] 💡 <b>What shall we do with these files?</b>
    } Choose, the price is on the button.
screen-quick-words = 💬 { $text }
button-entry = ✏️ No. { $place }
button-entry-add = ➕ Add another
button-entry-first = ➕ Add
button-entry-drop = 🗑 Remove
button-quick-animate = 🎬 Bring to life
button-quick-improve = ✨ Improve
button-quick-change = 🖌 Change
button-quick-draw = 🖼 Picture
button-quick-film = 🎬 Video
button-quick-speak = 🎙 Read aloud
refusal-voice-not-read = 🙂 We cannot read voice messages yet. Please write the words: your phone's keyboard can take dictation.
refusal-in-entry = No. { $place }.
refusal-file-over-telegram = ❗️ The file is too big: in the chat a bot can take files up to { $megabytes } MB. Send a link to it instead: a public one, with https.
refusal-link = ❗️ This link cannot be visited. Send a public link straight to the file; it begins with https.
refusal-link-gone = ❗️ There is no file behind this link. Check that anybody can open it and send it again.
screen-limit-link = Or a link to a file up to { $megabytes } MB.
button-mend = 🛠 Fix and take it
