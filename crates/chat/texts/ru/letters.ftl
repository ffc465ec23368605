# Письма от магазина и решения оператора.
notice-letter-credited =
    💳 <b>На счёт зачислено { $amount }</b>
    { $reason }

    Баланс { $balance }.
notice-letter-debited =
    💳 <b>Со счёта списано { $amount }</b>
    { $reason }

    Баланс { $balance }. Если это ошибка, напишите нам: /support
notice-letter-refunded =
    💳 <b>Деньги за заказ { $code } возвращены: { $amount }</b>
    { $reason }

    Баланс { $balance }.
notice-letter-written =
    ✉️ <b>Сообщение от магазина</b>
    { $text }
notice-letter-blocked = 🚫 Доступ к боту закрыт. Заказы, которые уже в работе, будут доделаны, деньги на счёте сохранены.
notice-letter-unblocked = ✅ Доступ к боту снова открыт. Нажмите /menu и создавайте.
refusal-blocked = 🚫 Доступ к боту закрыт. Заказы, которые уже в работе, будут доделаны, деньги на счёте сохранены.
refusal-blocked-support = Если это ошибка, напишите: @{ $name }
refusal-closed-words = 🛠 { $words } Деньги не тронуты, заказ сохранён.
refusal-on-trial = 🧪 Модель недавно не справлялась, сейчас мы её проверяем. Можно заказать: если не получится, деньги вернутся сами.
refusal-resting = Модель сейчас не справляется, мы следим и включим её снова.
