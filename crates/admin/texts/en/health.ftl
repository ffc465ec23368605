# State: whether all is well, what is wrong, and figures.
button-health = 🩺 State
screen-health = 🩺 <b>State</b> at { $time }
screen-health-fine = ✅ <b>All is well</b>
screen-health-wrong = ⚠️ <b>Wrong now: { $count }</b>
screen-health-unwatched =
    ⏸ <b>Nobody looks after the shop now</b>
    Last look: { $last }. Orders and money are not concerned, but no alarms will come.
    Refresh in a couple of minutes. If nothing changes, restart the program.
screen-health-since = ⏳ Since { $date }, { $time } by now
screen-health-more = ➕ And also: { $names }
screen-health-queue = 📥 Queue: waiting { $queued }{ $oldest }, under way { $running }, given up { $dead }
screen-health-orders = 🧾 Open orders: <b>{ $count }</b>{ $states }
screen-health-polling = 📡 Telegram is polled: yes
screen-health-not-polling = 📡 Telegram has not been polled since { $date }. That is right if it calls the address of the site.
screen-health-credits = ⛽️ Credits: <b>{ $credits }</b>{ $lasts } (asked { $date })
screen-health-no-credits = ⛽️ Credits: not asked yet
screen-health-keys = 🔑 Keys: { $count }, resting: { $resting }
screen-health-sync = 🔄 Catalogue compared: { $date }{ $outcome }
screen-health-books = 🧮 Discrepancies: <b>{ $count }</b>, audited { $date }
screen-health-no-books = 🧮 Books: not audited yet
screen-health-backup = 💽 Backup: { $date }{ $size }
screen-health-backup-failed = ⚠️ A later backup failed: { $date }
screen-health-database = 🗄 Database: { $size }
field-health-oldest = , the oldest for { $time }
field-health-lasts = , enough for { $time }
field-health-unspent = , none used in a day
field-health-reading = , still going on
field-health-failed = , failed
field-health-changes = , changes { $changes }
field-health-never = not yet
field-health-minutes = { $minutes } min
field-health-hours = { $hours } h
field-health-days = { $days } d
field-health-megabytes = { $whole }.{ $tenth } MB
