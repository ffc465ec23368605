# Broadcasts.
screen-broadcasts =
    📣 <b>Broadcasts</b>
    One message for many people. Whoever stopped the bot or wants no news does not get it.
screen-broadcast = { $mark } <b>Broadcast { $number }</b> · { $state }
screen-broadcast-whom =
    { $count ->
        [one] 👥 { $segment }: <b>{ $count }</b> person
       *[other] 👥 { $segment }: <b>{ $count }</b> people
    }
screen-broadcast-media = 📎 { $kind }
screen-broadcast-link = 🔗 { $text } → { $url }
screen-broadcast-starts = ⏰ Begins { $date }
screen-broadcast-started = Began { $date }
screen-broadcast-ended = Ended { $date }
screen-broadcast-lasts =
    { $count ->
        [one] About { $count } minute to go.
       *[other] About { $count } minutes to go.
    }
screen-broadcast-progress =
    { $bar } { $percent } % of { $total }
    Delivered { $delivered }, stopped the bot { $blocked }, failed { $failed }
screen-broadcast-segments = 👥 <b>Who gets it?</b> On each button, how many people that is now.
screen-ask-post =
    Send the message: a text, or one file (photo, video, music, document) with words under it. Bold type, links and other formatting stay.
screen-ask-link = Write what stands on the button, then a space and the address.
screen-ask-time = Write when to begin (Moscow time), such as 19:30 or 25.11 19:30
screen-ask-days = How many days without a word? Write a number.
screen-ask-source = Write the name of the source as in its link.
field-broadcast-draft = draft
field-broadcast-scheduled = waits for its time
field-broadcast-running = under way
field-broadcast-paused = paused
field-broadcast-done = done
field-broadcast-cancelled = cancelled
field-segment-all = Everybody
field-segment-paying = Have paid
field-segment-unpaid = Have not paid
field-segment-russian = Speak Russian
field-segment-english = Speak English
field-segment-idle =
    { $days ->
        [one] Silent for { $days } day and longer
       *[other] Silent for { $days } days and longer
    }
field-segment-source = Source { $name }
field-media-photo = photo
field-media-video = video
field-media-animation = animation
field-media-audio = music
field-media-voice = voice message
field-media-document = document
field-act-broadcast-new = new broadcast
field-act-broadcast-post = another message in broadcast { $number }
field-act-broadcast-segment = broadcast { $number }, for: { $segment }
field-act-broadcast-link = the button of broadcast { $number }
field-act-broadcast-try = a trial of broadcast { $number }
field-act-broadcast-start =
    { $count ->
        [one] send broadcast { $number } to { $count } person
       *[other] send broadcast { $number } to { $count } people
    }
field-act-broadcast-schedule = send broadcast { $number }, beginning { $date }
field-act-broadcast-pause = pause broadcast { $number }
field-act-broadcast-resume = go on with broadcast { $number }
field-act-broadcast-cancel = end broadcast { $number }: nobody more gets it
button-broadcasts = 📣 Broadcast
button-broadcast-new = ➕ New broadcast
button-broadcast-try = 👁 Show me
button-broadcast-post = ✏️ Another message
button-broadcast-whom = 👥 For whom
button-broadcast-link = 🔗 Button
button-broadcast-no-link = ✖️ No button
button-broadcast-time = ⏰ Set a time
button-broadcast-start = 🚀 Send
button-broadcast-cancel = ⏹ Cancel
button-broadcast-pause = ⏸ Pause
button-broadcast-resume = ▶️ Go on
button-broadcast-days = ✏️ Other days
button-broadcast-source = ✏️ Other source
refusal-broadcast-not-so = ⌛️ That cannot be done with the broadcast any more: it stands elsewhere.
refusal-broadcast-no-post = ❗️ That cannot be sent: a text of up to 4096 characters, or a file with up to 1024.
refusal-broadcast-one-file = ❗️ An album cannot be sent, send one file.
refusal-broadcast-no-link = ❗️ First what stands on the button, then its whole, secure address.
refusal-broadcast-no-time = ❗️ The time is unclear or over. Such as 19:30 or 25.11 19:30, within three months.
refusal-broadcast-no-days = ❗️ A number of days from 1 is wanted.
refusal-broadcast-no-source = ❗️ The name of a source has only letters, digits and dashes.
