# Words inside screens.
field-yes = Yes
field-no = No
field-not-set = not set
field-from = from { $price }
field-unknown-model = a model no longer sold
field-images =
    { $count ->
        [one] { $count } picture
       *[other] { $count } pictures
    }
field-videos =
    { $count ->
        [one] { $count } video
       *[other] { $count } videos
    }
field-audios =
    { $count ->
        [one] { $count } recording
       *[other] { $count } recordings
    }
field-seconds =
    { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
field-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
field-state-preparing = preparing
field-state-queued = in the queue
field-state-running = creating
field-state-delivering = sending
field-state-late = delayed
field-state-done = done
field-state-failed = failed
field-state-cancelled = cancelled
field-money-held = { $price } on hold
field-money-taken = { $price } charged
field-money-returned = { $price } returned
field-money-gift = a gift
field-move-topup = top-up
field-move-bonus = gift
field-move-hold = order
field-move-release = refund
field-move-refund = refund
field-move-adjust = correction
field-move-expire = bonus expired
field-command-menu = Main menu
field-command-history = Orders and results
field-command-balance = Balance and movements
field-command-help = How it works
field-command-language = Language
field-command-cancel = Discard the unfinished order
field-likeness-voice = The voice “{ $name }”
field-likeness-character = The character “{ $name }”
