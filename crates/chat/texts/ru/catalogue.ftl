refusal-model-changed =
    🔄 Модель обновилась, пока вы отвечали. Подходящие ответы сохранены, остальное спросим ещё раз. Деньги не списаны.

notice-alert-catalogue-applied =
    📚 <b>Каталог обновлён: у поставщика изменения</b>
notice-alert-catalogue-pending =
    📚 <b>У поставщика изменения, они ждут вашего решения</b>
notice-alert-catalogue-added =
    🆕 Новые: { $models }
notice-alert-catalogue-changed =
    ✏️ Изменились: { $models }
notice-alert-catalogue-gone =
    🚫 Исчезли и сняты с продажи: { $models }
notice-alert-catalogue-returned =
    ↩️ Вернулись: { $models }
notice-alert-catalogue-repriced =
    💱 Цена изменилась: { $models }
notice-alert-catalogue-unclear =
    🔎 Посмотрите сами, по числам не понять, что изменилось в цене или вопросах: { $models }
notice-alert-catalogue-more = { $models } и ещё { $rest }
notice-alert-catalogue-unreachable =
    📡 <b>Каталог поставщика не читается</b>
    Продаём по прежнему каталогу, заказы и деньги в порядке. Попробуем снова сами. Причина: { $reason }
