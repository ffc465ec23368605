# Words inside screens.
field-yes = Yes
field-no = No
field-not-set = not set
field-from = from { $price }
field-unknown-model = a model that is gone
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
field-state-queued = in line
field-state-running = creating
field-state-delivering = sending
field-state-late = late
field-state-done = ready
field-state-failed = did not work out
field-state-cancelled = cancelled
field-money-held = { $price } set aside
field-money-taken = { $price } taken
field-money-returned = { $price } returned
field-money-gift = a present
field-move-topup = top-up
field-move-bonus = present
field-move-hold = set aside for an order
field-move-commit = taken for an order
field-move-release = came back
field-move-refund = refund
field-move-adjust = correction
field-move-expire = bonus expired
field-move-other = other
field-command-menu = Main menu
field-command-history = Orders and results
field-command-balance = Balance and movements
field-command-help = How it works
field-command-language = Language
field-command-cancel = Drop the unfinished order
