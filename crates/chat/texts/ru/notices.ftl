# Что мы сообщаем сами.
notice-title = <b>{ $model }</b> · заказ { $code }
notice-preparing = 🛠 Приняли, готовим заказ.
notice-queued =
    { $before ->
        [one] 🕐 В очереди, перед вами { $before } заказ.
        [few] 🕐 В очереди, перед вами { $before } заказа.
       *[many] 🕐 В очереди, перед вами { $before } заказов.
    }
notice-queued-first = 🕐 В очереди, ваш заказ следующий.
notice-submitting = 📨 Передаём заказ нейросети.
notice-running =
    ⚙️ Создаём
    { $bar } { $percent } %
    Обычно занимает { $time }.
notice-running-long =
    ⚙️ Создаём
    { $bar } { $percent } %
    Обычно занимает { $time }, сегодня дольше. Ничего делать не нужно, ждём.
notice-securing = 🔍 Результат получен, проверяем его.
notice-delivering = 📦 Готово, отправляем вам.
notice-late = 🐢 Нейросеть не успела в срок. Мы ещё ждём: если результат придёт, подарим его вам.
notice-done = ✅ Готово · <b>{ $model }</b> · заказ { $code }
notice-done-gift = 🎁 Готово, хоть и с опозданием · <b>{ $model }</b> · заказ { $code }
notice-failed = 😔 Не получилось.
notice-failed-short = 😔 Не получилось, деньги вернулись. Подробности в сообщении ниже.
notice-late-short = 🐢 Не успели в срок, деньги вернулись. Подробности в сообщении ниже.
notice-cancelled = ✖️ Заказ отменён.
notice-cancelled-word = 👌 Отменили: нейросеть ещё не начинала работу.
notice-cancel-noted-word = ⌛️ Отменить не успели: нейросеть уже начала работу.
notice-quiet = 🔕 Вы просили отменить, но остановить нейросеть мы не можем. Если получится, спишем { $price } и результат будет ждать в «Истории». Если нет, деньги вернутся.
notice-quiet-ready = 🔕 Заказ, который вы просили отменить, всё же получился. Результат ждёт в «Истории».
notice-part = { $number } из { $total }
notice-receipt = Списано { $price } · баланс { $balance }
notice-gift = 🎁 Подарок: деньги за этот заказ мы уже вернули.
notice-money-held = 💳 Отложено { $price }. Спишем только за готовый результат и пришлём его сюда.
notice-money-taken = Списано { $price }
notice-money-returned = 💳 Деньги возвращены: { $price }, баланс { $balance }
notice-money-returned-plain = 💳 Деньги возвращены: { $price }
notice-link = ⬇️ Файл не поместился в сообщение. Скачайте его по кнопке: ссылка действует около 24 часов.
notice-dropped = 🗑 Убрали незаконченный заказ, деньги не тронуты.
notice-already-placed = 👌 Этот заказ уже запущен, вот он. Второй раз деньги не взяли.
notice-resent = 📤 Отправляем ещё раз, это бесплатно.
notice-language-set = 🇷🇺 Говорим по-русски.
notice-alert-key-benched =
    ⚠️ <b>Ключ снят с работы</b>
    { $key }: { $reason }
notice-alert-no-keys =
    🛑 <b>Ни один ключ не работает</b>
    Заказы не проходят, деньги возвращаются людям. Проверьте ключи и баланс у поставщика.
notice-alert-loss =
    💸 <b>Убыток { $amount }</b>
    Заказ { $generation }: { $reason }
notice-alert-unresolved =
    ❔ <b>Судьба задачи неизвестна</b>
    Заказ { $generation }: ответа поставщика так и не дождались, деньги человеку вернули.
