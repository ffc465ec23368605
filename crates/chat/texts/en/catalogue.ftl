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
