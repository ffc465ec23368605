# Statistics: the section of the panel, pictures, reports.
button-statistics = 📊 Statistics
button-span-day = A day
button-span-week = A week
button-span-month = A month
button-earlier = ◀️ Earlier
button-later = Later ▶️
button-chart-orders = 📈 Orders
button-chart-money = 💰 Money
button-chart-people = 👥 People
button-chart-models = 🎛 Models
button-chart-failures = 🧯 Errors
button-chart-times = ⏱ Time
button-report-files = 📄 Report as files
notice-drawing = 🎨 On its way.
screen-statistics = 📊 <b>Statistics: { $period }</b>
screen-statistics-until = As of { $time }
screen-statistics-arrows = <i>▲ and ▼ compare with the same stretch before it.</i>
screen-digest = ☀️ <b>Digest: { $period }</b>
screen-report = 🗓 <b>Report: { $period }</b>
screen-figures-orders = 🧾 Orders: <b>{ $placed }</b>{ $change } (done { $done }, failed { $failed }, cancelled { $cancelled }, under way { $open }, free { $free })
screen-figures-failures = 🧯 Failed { $percent }, most often:
screen-figures-failure = • { $reason }: { $count }, such as <code>{ $example }</code>
screen-figures-revenue = 💰 Revenue: <b>{ $revenue }</b>{ $change }, of it bonuses { $bonus }
screen-figures-margin = 💸 Cost: { $cost }, of it paid by nobody { $unpaid }. Margin: <b>{ $margin }</b>{ $share }
screen-figures-average = 🏷 Average order: { $average }. Refunded { $refunded }, bonuses given { $gifts }
screen-figures-topups = 💳 Top-ups: { $topups }{ $change } (payments { $count }), payments sent back { $paybacks }
screen-figures-new = 👋 New people: <b>{ $new }</b>{ $change }
screen-figures-buyers = 👥 Ordered: { $buyers }{ $change } (first time { $first }, again { $returning })
screen-figures-conversion = 🎯 Of the new, { $ordered } ordered ({ $share }), { $paid } topped up ({ $paidshare })
screen-figures-sources = 🔗 New people from: { $sources }
screen-figures-models = 🎛 Most ordered:
screen-figures-model = • { $model }: { $orders }, failed { $failed }, margin { $margin }
screen-figures-times = ⏱ How long it took (half / 95 of 100):
screen-figures-waiting = • waiting to be submitted: { $half } / { $most }
screen-figures-answering = • the provider's answer: { $half } / { $most }
screen-figures-making = • the provider's work: { $half } / { $most }
screen-figures-whole = • the whole order: { $half } / { $most }
screen-figures-queue = 📥 Now: orders under way { $open }, jobs waiting { $due }, the oldest for { $oldest }, given up { $dead }
screen-figures-books-fine = 🧮 Discrepancies: <b>0</b>
screen-figures-books-wrong =
    { $count ->
        [one] ⚠️ Discrepancies: <b>{ $count }</b>. The books disagree in one place, <code>{ $command }</code> tells everything:
       *[other] ⚠️ Discrepancies: <b>{ $count }</b>. <code>{ $command }</code> tells everything:
    }
field-date =
    { $day } { $month ->
        [1] January { $year }
        [2] February { $year }
        [3] March { $year }
        [4] April { $year }
        [5] May { $year }
        [6] June { $year }
        [7] July { $year }
        [8] August { $year }
        [9] September { $year }
        [10] October { $year }
        [11] November { $year }
       *[12] December { $year }
    }
field-date-short =
    { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
field-month =
    { $month ->
        [1] January { $year }
        [2] February { $year }
        [3] March { $year }
        [4] April { $year }
        [5] May { $year }
        [6] June { $year }
        [7] July { $year }
        [8] August { $year }
        [9] September { $year }
        [10] October { $year }
        [11] November { $year }
       *[12] December { $year }
    }
field-range = { $from } – { $to }
field-range-days = { $from }–{ $to }
field-weekday =
    { $weekday ->
        [1] Mon { $day }
        [2] Tue { $day }
        [3] Wed { $day }
        [4] Thu { $day }
        [5] Fri { $day }
        [6] Sat { $day }
       *[7] Sun { $day }
    }
field-seconds-tenth = { $whole }.{ $tenth } s
field-seconds = { $seconds } s
field-minutes = { $minutes } min { $seconds } s
field-hours = { $hours } h { $minutes } min
field-no-source = by themselves
field-failure-content = forbidden content
field-failure-input = unsuitable input
field-failure-input-gone = a file cannot be had
field-failure-account = the account at the provider
field-failure-temporary = trouble at the provider
field-failure-lost = the result was lost
field-failure-not-delivered = not taken by Telegram
field-failure-too-late = too slow
field-failure-unknown = other
field-setting-digest-hour = Digest of the day: hour in Moscow (24: not sent)
field-chart-orders = Orders
field-chart-money = Money
field-chart-people = People
field-chart-models = Models by orders
field-chart-failures = Why orders failed
field-chart-times = How long it took
field-chart-empty = There was nothing in this time
field-chart-done = done
field-chart-failed = failed
field-chart-rest = the rest
field-chart-revenue = revenue
field-chart-cost = cost
field-chart-margin = margin { $margin }{ $share }
field-chart-returning = ordered again
field-chart-first = first time
field-chart-new = came
field-chart-making = the provider's work
field-chart-waiting = waiting
field-chart-seconds = s
field-chart-model =
    { $orders ->
        [one] { $orders } order · margin { $margin }
       *[other] { $orders } orders · margin { $margin }
    }
field-chart-caption = <b>{ $title }</b> · { $period }
field-report-title = Report: { $period }
field-report-csv = 📄 Day by day, for a spreadsheet
field-report-html = 📄 The whole report: open it in a browser
field-report-parts = Over time
field-report-models = By model
field-report-from = When
field-report-model = Model
field-report-orders = Orders
field-report-done = Done
field-report-failed = Failed
field-report-revenue = Revenue
field-report-cost = Cost
field-report-margin = Margin
field-report-topups = Top-ups
field-report-new = New
field-report-buyers = Ordered
