# Статистика: раздел панели, картинки, отчёты.
button-statistics = 📊 Статистика
button-span-day = За день
button-span-week = За неделю
button-span-month = За месяц
button-earlier = ◀️ Раньше
button-later = Позже ▶️
button-chart-orders = 📈 Заказы
button-chart-money = 💰 Деньги
button-chart-people = 👥 Люди
button-chart-models = 🎛 Модели
button-chart-failures = 🧯 Ошибки
button-chart-times = ⏱ Время
button-report-files = 📄 Отчёт файлами
notice-drawing = 🎨 Готовим, сейчас пришлём.
screen-statistics = 📊 <b>Статистика: { $period }</b>
screen-statistics-until = Данные на { $time }
screen-statistics-arrows = <i>▲ и ▼ сравнивают с таким же отрезком перед этим.</i>
screen-digest = ☀️ <b>Сводка: { $period }</b>
screen-report = 🗓 <b>Отчёт: { $period }</b>
screen-figures-orders = 🧾 Заказы: <b>{ $placed }</b>{ $change } (готово { $done }, не вышло { $failed }, отменено { $cancelled }, в работе { $open }, бесплатных { $free })
screen-figures-failures = 🧯 Не вышло { $percent }, чаще всего:
screen-figures-failure = • { $reason }: { $count }, например <code>{ $example }</code>
screen-figures-revenue = 💰 Выручка: <b>{ $revenue }</b>{ $change }, из неё бонусами { $bonus }
screen-figures-margin = 💸 Расход: { $cost }, из него никем не оплачено { $unpaid }. Маржа: <b>{ $margin }</b>{ $share }
screen-figures-average = 🏷 Средний заказ: { $average }. Возвращено { $refunded }, подарено бонусов { $gifts }
screen-figures-topups = 💳 Пополнения: { $topups }{ $change } (платежей { $count }), возвраты платежей { $paybacks }
screen-figures-new = 👋 Новые люди: <b>{ $new }</b>{ $change }
screen-figures-buyers = 👥 Заказывали: { $buyers }{ $change } (впервые { $first }, снова { $returning })
screen-figures-conversion = 🎯 Из новых заказали { $ordered } ({ $share }), пополнили счёт { $paid } ({ $paidshare })
screen-figures-sources = 🔗 Откуда новые: { $sources }
screen-figures-models = 🎛 Чаще всего заказывали:
screen-figures-model = • { $model }: { $orders }, не вышло { $failed }, маржа { $margin }
screen-figures-times = ⏱ Сколько длилось (половина / 95 из 100):
screen-figures-waiting = • ожидание отправки: { $half } / { $most }
screen-figures-answering = • ответ поставщика: { $half } / { $most }
screen-figures-making = • работа поставщика: { $half } / { $most }
screen-figures-whole = • весь заказ: { $half } / { $most }
screen-figures-queue = 📥 Сейчас: заказов в работе { $open }, заданий ждёт { $due }, самое старое { $oldest }, брошено { $dead }
screen-figures-books-fine = 🧮 Расхождений: <b>0</b>
screen-figures-books-wrong =
    { $count ->
        [one] ⚠️ Расхождений: <b>{ $count }</b>. Деньги не сходятся в одном месте, все подробности покажет <code>{ $command }</code>:
       *[many] ⚠️ Расхождений: <b>{ $count }</b>. Все подробности покажет <code>{ $command }</code>:
    }
field-date =
    { $day } { $month ->
        [1] января { $year }
        [2] февраля { $year }
        [3] марта { $year }
        [4] апреля { $year }
        [5] мая { $year }
        [6] июня { $year }
        [7] июля { $year }
        [8] августа { $year }
        [9] сентября { $year }
        [10] октября { $year }
        [11] ноября { $year }
       *[12] декабря { $year }
    }
field-date-short =
    { $day } { $month ->
        [1] января
        [2] февраля
        [3] марта
        [4] апреля
        [5] мая
        [6] июня
        [7] июля
        [8] августа
        [9] сентября
        [10] октября
        [11] ноября
       *[12] декабря
    }
field-month =
    { $month ->
        [1] январь { $year }
        [2] февраль { $year }
        [3] март { $year }
        [4] апрель { $year }
        [5] май { $year }
        [6] июнь { $year }
        [7] июль { $year }
        [8] август { $year }
        [9] сентябрь { $year }
        [10] октябрь { $year }
        [11] ноябрь { $year }
       *[12] декабрь { $year }
    }
field-range = { $from } – { $to }
field-range-days = { $from }–{ $to }
field-weekday =
    { $weekday ->
        [1] пн { $day }
        [2] вт { $day }
        [3] ср { $day }
        [4] чт { $day }
        [5] пт { $day }
        [6] сб { $day }
       *[7] вс { $day }
    }
field-seconds-tenth = { $whole },{ $tenth } с
field-seconds = { $seconds } с
field-minutes = { $minutes } мин { $seconds } с
field-hours = { $hours } ч { $minutes } мин
field-no-source = сами
field-failure-content = запрещённое содержание
field-failure-input = неподходящие данные
field-failure-input-gone = файл недоступен
field-failure-account = счёт у поставщика
field-failure-temporary = сбой у поставщика
field-failure-lost = результат потерян
field-failure-not-delivered = Телеграм не принял
field-failure-too-late = слишком долго
field-failure-unknown = другое
field-setting-digest-hour = Сводка дня: час по Москве (24 — не присылать)
field-chart-orders = Заказы
field-chart-money = Деньги
field-chart-people = Люди
field-chart-models = Модели по заказам
field-chart-failures = Почему не вышло
field-chart-times = Сколько длилось
field-chart-empty = За это время ничего не было
field-chart-done = готово
field-chart-failed = не вышло
field-chart-rest = остальное
field-chart-revenue = выручка
field-chart-cost = расход
field-chart-margin = маржа { $margin }{ $share }
field-chart-returning = заказали снова
field-chart-first = впервые
field-chart-new = пришли
field-chart-making = работа поставщика
field-chart-waiting = ожидание
field-chart-seconds = с
field-chart-model =
    { $orders ->
        [one] { $orders } заказ · маржа { $margin }
        [few] { $orders } заказа · маржа { $margin }
       *[many] { $orders } заказов · маржа { $margin }
    }
field-chart-caption = <b>{ $title }</b> · { $period }
field-report-title = Отчёт: { $period }
field-report-csv = 📄 По дням, для таблицы
field-report-html = 📄 Отчёт целиком: откройте в браузере
field-report-parts = По времени
field-report-models = По моделям
field-report-from = Когда
field-report-model = Модель
field-report-orders = Заказы
field-report-done = Готово
field-report-failed = Не вышло
field-report-revenue = Выручка
field-report-cost = Расход
field-report-margin = Маржа
field-report-topups = Пополнения
field-report-new = Новые
field-report-buyers = Заказывали
