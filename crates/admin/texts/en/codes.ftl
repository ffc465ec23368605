# Promo codes.
screen-codes =
    🎟 <b>Promo codes</b>
    ✅ works, ⌛️ is over, ⏹ stopped.
screen-line-code = { $mark } <b>{ $code }</b>: { $worth } · used { $used }, limit: { $max }
screen-code = { $mark } <b>{ $code }</b>
screen-codes-made = Made { $date } · { $actor }
screen-codes-stopped = ⏹ Stopped { $date }
screen-codes-worth = Gives: { $worth }
screen-codes-uses = Uses in all: { $max } · by one person: { $person }
screen-codes-people = For whom: { $people }
screen-codes-from = Works from { $date }
screen-codes-until = Works until { $date }
screen-codes-days =
    { $days ->
        [one] The bonus lives { $days } day
       *[other] The bonus lives { $days } days
    }
screen-codes-forever = The bonus has no end
screen-codes-did =
    Used { $uses }, people { $people }, waiting for a top-up { $waiting }
    Given { $given } · { $paying } paid later, { $paid }
screen-line-use = { $date } · number { $user } · { $given }
screen-ask-codes-word = 🎟 Write the promo code: 3 to 32 Latin letters and digits, hyphens and underscores.
screen-ask-codes-worth =
    🎟 <b>{ $code }</b>
    What does it give? A sum in roubles: 50. A percentage of the next top-up: 20%. A percentage with a limit in roubles: 20% 500.
screen-ask-codes-uses =
    🎟 <b>{ $code }</b>
    How often can it be used in all?
screen-ask-codes-person =
    🎟 <b>{ $code }</b>
    How often can one person use it?
screen-ask-codes-dates =
    🎟 <b>{ $code }</b>
    When does it work? The last day: 31.03.2026. Or the first and the last: 01.03.2026 31.03.2026.
screen-ask-codes-days =
    🎟 <b>{ $code }</b>
    How many days can the bonus be spent?
screen-ask-codes-people =
    🎟 <b>{ $code }</b>
    For whom?
field-act-codes-create = a new promo code { $code }
field-act-codes-stop = stop the promo code { $code }. What was promised for top-ups is still given
field-act-codes-start = switch the promo code { $code } on
field-codes-percent = { $percent }{ "\u00A0" }% of a top-up
field-codes-percent-max = { $percent }{ "\u00A0" }% of a top-up, at most { $max }
field-codes-all = for everybody
field-codes-new = who have never paid
field-codes-paying = who have paid
field-codes-no-end = no limit
field-codes-waits = waits for a top-up
button-codes = 🎟 Promo codes
button-codes-new = ➕ New promo code
button-codes-stop = ⏹ Stop
button-codes-start = ▶️ Switch on
button-codes-no-end = No limit
button-codes-once = Once
button-codes-always = At once and always
refusal-codes-exists = ❗️ Such a promo code exists.
refusal-codes-word = ❗️ It takes 3 to 32 Latin letters, digits, hyphens and underscores.
refusal-codes-worth = ❗️ It takes a sum above zero or a percentage from 1 to 500, such as 50 or 20% 500.
refusal-codes-dates = ❗️ We did not understand the dates. For example: 31.03.2026, or 01.03.2026 31.03.2026.
