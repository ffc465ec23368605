# Alarms of the operator: what is wrong, what of the money, what to do.
notice-watch-empty =
    ⛽️ <b>The credits are used up</b>
    The account at the supplier holds { $credits } credits. Orders will fail, and their money goes back to people.
    Top up the account at the supplier: orders go on by themselves as soon as the payment is seen.
notice-watch-runway =
    ⛽️ <b>The credits are running out</b>
    The account at the supplier holds { $credits } credits. At the pace of the last day that lasts { $time }.
    Top it up in time: without credits orders fail, and their money goes back to people.
notice-watch-errors =
    📉 <b>Many orders fail</b>
    In the last hour { $failed } of { $orders } came to nothing, mostly because of: { $most }. Their money went back to people.
    Open /admin and look at “Logs/Errors”. If one model is to blame, switch it off.
notice-watch-queue =
    🐌 <b>The queue stands still</b>
    The oldest job has waited { $time }, waiting in all: { $due }. The money is fine: it is set aside.
    Look at the load of the server and of the database. If all is well there, start one more worker.
notice-watch-jobs =
    🪦 <b>Jobs were given up</b>
    Within a day: { $number }. The last: { $kind }, because of: { $error }. They moved no money.
    Open /admin and look at “Logs/Errors”. People got an apology and can try again.
notice-watch-payments =
    🧾 <b>Payments wait for a decision</b>
    How many: { $number }, the oldest has waited { $time }. This money is not credited yet.
    Open /admin, “Transactions”, and decide each of them.
notice-watch-books =
    📕 <b>The books disagree</b>
    Violations: { $number }. The first: { $first }
    Mend nothing in the database by hand. Make a backup and read the whole list with { $command }.
notice-watch-margin =
    🕳 <b>A model is sold at a loss</b>
    { $model }: { $orders } orders within a day, { $amount } lost.
    Raise its price in /admin, or switch it off.
notice-watch-drift =
    ⚖️ <b>The supplier takes more than its list says</b>
    { $model }: { $listed } by the list, { $taken } taken (in credits).
    Compare the catalogue and mend the model's price in /admin, so that nothing is sold at a loss.
notice-watch-disk =
    💾 <b>Little room is left on a disk</b>
    { $folder }: { $megabytes } MB free.
    Make room or take a bigger disk: without it the database and the backups stop.
notice-watch-database =
    🗄 <b>The database is nearly full</b>
    { $megabytes } MB of { $limit } MB.
    Clean up with { $command }, or take a plan with a bigger database.
notice-watch-webhook =
    📵 <b>Telegram does not take our address</b>
    { $reason }
    Messages of people do not arrive, but none is lost. Check { $setting } and the site's certificate; we try again every minute.
notice-watch-again = ⏳ For { $time } now; reminder number { $number }.
notice-watch-more = And also: { $names }.
notice-watch-over = ✅ <b>In order again</b>
notice-watch-over-line = { $name } (it took { $time })
notice-watch-name-key = key { $subject }
notice-watch-name-keys = the supplier's keys
notice-watch-name-backup = backups
notice-watch-name-catalogue = the supplier's catalogue
notice-watch-name-runway = the stock of credits
notice-watch-name-errors = the share of failed orders
notice-watch-name-queue = the queue
notice-watch-name-jobs = jobs that were given up
notice-watch-name-payments = payments that waited for a decision
notice-watch-name-books = the books
notice-watch-name-margin = the price of { $subject }
notice-watch-name-drift = the credits that { $subject } takes
notice-watch-name-disk = room on the disk { $subject }
notice-watch-name-database = the size of the database
notice-watch-name-webhook = the address for Telegram
field-watch-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
field-watch-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
notice-watch-why-temporary = trouble at the supplier
notice-watch-why-account = a key or the account at the supplier
notice-watch-why-lost = the result could not be fetched
notice-watch-why-late = the supplier took too long
notice-watch-why-content = the provider's moderation
notice-watch-why-input = files or settings of the order did not fit
notice-watch-why-telegram = Telegram did not take the result
notice-watch-why-gift = the result came after the money had gone back, and the person got it as a gift
notice-watch-why-unknown = an answer of the supplier that says nothing
