# Счета людей: что ждёт решения, зачисление, отказ, возврат.
screen-menu-payments =
    { $count ->
        [one] 🧾 Ждёт решения: { $count } счёт.
        [few] 🧾 Ждут решения: { $count } счёта.
       *[many] 🧾 Ждут решения: { $count } счетов.
    }
screen-till = 🧾 <b>Счета: { $which }</b>
screen-line-till = { $date } · № { $number } · <b>{ $amount }</b> · { $way } · { $state } · номер { $user }
screen-till-payment =
    🧾 <b>Счёт № { $number }</b> на { $amount }
    { $way } · { $state } · номер { $user }
screen-till-ordered = Заказан { $date }
screen-till-expected = Ждём { $amount } { $currency } в самых мелких единицах
screen-till-paid = Зачислен { $date }
screen-till-bonus = Бонус сверху { $bonus }
screen-till-received = ⚠️ Пришло { $amount } { $currency }
screen-till-external = Номер платежа <code>{ $id }</code>
screen-till-charge = Номер в кабинете платёжной системы <code>{ $id }</code>
screen-till-reason = Причина: { $reason }
screen-till-twins = ⚠️ Тот же чек присылали к счетам: { $numbers }
screen-ask-till-number = Напишите номер счёта.
screen-ask-till-sum = Сколько пришло на самом деле? Напишите сумму в рублях, она зачислится.
screen-ask-till-reject = Почему деньги не зачисляем? Напишите одной фразой, человек её увидит.
field-act-till-approve = зачислить { $amount } по счёту
field-act-till-reject = отклонить счёт. Причина: { $reason }
field-act-till-refund = вернуть оплату { $amount } туда, откуда она пришла. Причина: { $reason }
field-till-not-found = перевод не найден
field-till-new = готовится
field-till-open = ждёт оплаты
field-till-submitted = прислан чек
field-till-paid = зачислен
field-till-expired = срок вышел
field-till-cancelled = отменён
field-till-rejected = отклонён
field-till-review = не сходится
field-till-refunding = возвращаем
field-till-refunded = возвращён
field-till-stars = звёзды
field-till-telegram = карта через Телеграм
field-till-yookassa = карта или СБП
field-till-crypto = криптовалюта
field-till-manual = перевод
field-till-to-decide = ждут решения
field-till-unpaid = не оплачены
field-till-credited = зачислены
field-till-all = все
field-kind-payback = возврат оплаты
field-kind-gift-out = подарок ушёл
field-kind-gift-in = подарок пришёл
button-till = 🧾 Счета
button-till-payment = 🧾 № { $number }
button-till-find = 🔎 По номеру
button-till-approve = ✅ Зачислить { $amount }
button-till-other-sum = ✏️ Другая сумма
button-till-reject = ✖️ Отклонить
button-till-reject-plainly = Перевод не найден
button-till-receipt = 📎 Показать чек
button-till-of-person = 🧾 Счета человека
notice-till-receipt = 📎 Чек придёт следующим сообщением.
refusal-till-no-payment = 🤷 Такого счёта нет.
refusal-till-decided = 🙂 По этому счёту уже решили до вас.
refusal-till-not-waiting = 🤷 Этот счёт ничего не ждёт: решать нечего.
refusal-till-not-credited = 🤷 По этому счёту деньги не зачислены: возвращать нечего.
refusal-till-person-left = 🤷 Человек стёр свои данные: звёзды возвращают в чат, а его больше нет. Деньги не двигались.
refusal-till-already-back = 👌 Эти деньги уже вернулись, второй раз не возвращаем.
refusal-till-not-over = ⏳ Результат ещё в пути. Дождитесь конца заказа, потом возвращайте.
refusal-till-no-receipt = 🤷 Чека, который ждёт решения, у этого счёта нет.
