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

screen-card-unsteady = ⚠️ Сейчас эта модель часто подводит: удаются примерно { $percent } из 100 попыток. Если не получится, деньги вернутся.

button-mend-cut = ✂️ Обрезать края и взять
refusal-frame-too-small =
    { $min ->
        [one] ❗️ { $label }: слишком мелко, каждая сторона нужна не короче { $min } пикселя.
       *[many] ❗️ { $label }: слишком мелко, каждая сторона нужна не короче { $min } пикселей.
    }
refusal-frame-too-big =
    { $max ->
        [one] ❗️ { $label }: слишком крупно, каждая сторона может быть не длиннее { $max } пикселя.
       *[many] ❗️ { $label }: слишком крупно, каждая сторона может быть не длиннее { $max } пикселей.
    }
refusal-frame-too-long = ❗️ { $label }: слишком вытянуто. Длинная сторона может относиться к короткой не больше чем { $stretch } к 1.
screen-limit-sides = Стороны: от { $min } до { $max } пикселей.
screen-limit-sides-from =
    { $min ->
        [one] Стороны: не короче { $min } пикселя.
       *[many] Стороны: не короче { $min } пикселей.
    }
screen-limit-stretch = Длинная сторона к короткой: не больше { $stretch } к 1.
notice-alert-catalogue-compared =
    { $count ->
        [0] 📚 Каталог сверен с поставщиком: изменений нет.
        [one] 📚 Каталог сверен с поставщиком: { $count } изменение. Посмотреть и применить: /admin, «Синхронизация».
        [few] 📚 Каталог сверен с поставщиком: { $count } изменения. Посмотреть и применить: /admin, «Синхронизация».
       *[many] 📚 Каталог сверен с поставщиком: { $count } изменений. Посмотреть и применить: /admin, «Синхронизация».
    }
