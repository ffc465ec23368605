refusal-model-changed =
    🔄 The model was updated while you were answering. Answers that still fit are kept, the rest is asked again. No money was taken.

notice-alert-catalogue-applied =
    📚 <b>The catalogue is updated: the supplier has changes</b>
notice-alert-catalogue-pending =
    📚 <b>The supplier has changes that wait for your decision</b>
notice-alert-catalogue-added =
    🆕 New: { $models }
notice-alert-catalogue-changed =
    ✏️ Changed: { $models }
notice-alert-catalogue-gone =
    🚫 Gone and off sale: { $models }
notice-alert-catalogue-returned =
    ↩️ Back: { $models }
notice-alert-catalogue-repriced =
    💱 Price changed: { $models }
notice-alert-catalogue-unclear =
    🔎 Please look yourself, the numbers do not say what changed in price or questions: { $models }
notice-alert-catalogue-more = { $models } and { $rest } more
notice-alert-catalogue-unreachable =
    📡 <b>The supplier's catalogue cannot be read</b>
    We go on selling from the previous one; orders and money are fine. We shall try again. Reason: { $reason }

screen-card-unsteady = ⚠️ This model often fails at the moment: about { $percent } of 100 attempts work out. If yours does not, the money comes back.

button-mend-cut = ✂️ Cut the edges and take it
refusal-frame-too-small = ❗️ { $label }: too small, each side must be at least { $min } pixels.
refusal-frame-too-big = ❗️ { $label }: too large, each side may be up to { $max } pixels.
refusal-frame-too-long = ❗️ { $label }: too long and narrow. The long side may be up to { $stretch } times the short one.
screen-limit-sides = Sides: { $min } to { $max } pixels.
screen-limit-sides-from = Sides: at least { $min } pixels.
screen-limit-stretch = The long side to the short one: up to { $stretch } to 1.
notice-alert-catalogue-compared =
    { $count ->
        [0] 📚 The catalogue was compared with the supplier: nothing has changed.
        [one] 📚 The catalogue was compared with the supplier: { $count } change. Look and accept: /admin, “Sync”.
       *[other] 📚 The catalogue was compared with the supplier: { $count } changes. Look and accept: /admin, “Sync”.
    }
