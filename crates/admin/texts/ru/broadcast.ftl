# Рассылки.
screen-broadcasts =
    📣 <b>Рассылки</b>
    Одно сообщение многим людям. Кто остановил бота или отказался от новостей, его не получит.
screen-broadcast = { $mark } <b>Рассылка { $number }</b> · { $state }
screen-broadcast-whom =
    { $count ->
        [one] 👥 { $segment }: <b>{ $count }</b> человек
        [few] 👥 { $segment }: <b>{ $count }</b> человека
       *[many] 👥 { $segment }: <b>{ $count }</b> человек
    }
screen-broadcast-media = 📎 { $kind }
screen-broadcast-link = 🔗 { $text } → { $url }
screen-broadcast-starts = ⏰ Начнётся { $date }
screen-broadcast-started = Началась { $date }
screen-broadcast-ended = Закончилась { $date }
screen-broadcast-lasts =
    { $count ->
        [one] Осталось около { $count } минуты.
       *[many] Осталось около { $count } минут.
    }
screen-broadcast-progress =
    { $bar } { $percent } % из { $total }
    Доставлено { $delivered }, остановили бота { $blocked }, не вышло { $failed }
screen-broadcast-segments = 👥 <b>Кому отправить?</b> На кнопке число людей сейчас.
screen-ask-post =
    Пришлите сообщение: текст или один файл (фото, видео, музыка, документ) с подписью. Жирный шрифт, ссылки и прочее оформление сохранятся.
screen-ask-link = Напишите надпись и ссылку, например: «Попробовать» и через пробел адрес
screen-ask-time = Напишите, когда начать (время московское), например: 19:30 или 25.11 19:30
screen-ask-days = Сколько дней человек не писал? Напишите число.
screen-ask-source = Напишите название источника из ссылки.
field-broadcast-draft = черновик
field-broadcast-scheduled = ждёт времени
field-broadcast-running = идёт
field-broadcast-paused = на паузе
field-broadcast-done = закончена
field-broadcast-cancelled = отменена
field-segment-all = Все
field-segment-paying = Платили
field-segment-unpaid = Ещё не платили
field-segment-russian = Говорят по-русски
field-segment-english = Говорят по-английски
field-segment-idle =
    { $days ->
        [one] Молчат { $days } день и дольше
        [few] Молчат { $days } дня и дольше
       *[many] Молчат { $days } дней и дольше
    }
field-segment-source = Источник { $name }
field-media-photo = фото
field-media-video = видео
field-media-animation = анимация
field-media-audio = музыка
field-media-voice = голосовое
field-media-document = документ
field-act-broadcast-new = новая рассылка
field-act-broadcast-post = другое сообщение в рассылке { $number }
field-act-broadcast-segment = рассылка { $number }, кому: { $segment }
field-act-broadcast-link = кнопка рассылки { $number }
field-act-broadcast-try = проба рассылки { $number }
field-act-broadcast-start =
    { $count ->
        [one] отправить рассылку { $number }, её получит { $count } человек
        [few] отправить рассылку { $number }, её получат { $count } человека
       *[many] отправить рассылку { $number }, её получат { $count } человек
    }
field-act-broadcast-schedule = отправить рассылку { $number }, начать { $date }
field-act-broadcast-pause = пауза рассылки { $number }
field-act-broadcast-resume = продолжить рассылку { $number }
field-act-broadcast-cancel = прекратить рассылку { $number }, больше её никто не получит
button-broadcasts = 📣 Рассылка
button-broadcast-new = ➕ Новая рассылка
button-broadcast-try = 👁 Показать мне
button-broadcast-post = ✏️ Другое сообщение
button-broadcast-whom = 👥 Кому
button-broadcast-link = 🔗 Кнопка
button-broadcast-no-link = ✖️ Без кнопки
button-broadcast-time = ⏰ Назначить время
button-broadcast-start = 🚀 Отправить
button-broadcast-cancel = ⏹ Отменить
button-broadcast-pause = ⏸ Пауза
button-broadcast-resume = ▶️ Продолжить
button-broadcast-days = ✏️ Другой срок
button-broadcast-source = ✏️ Другой источник
refusal-broadcast-not-so = ⌛️ С рассылкой этого уже не сделать: она в другом состоянии.
refusal-broadcast-no-post = ❗️ Такое не отправить: нужен текст до 4096 знаков или файл с подписью до 1024 знаков.
refusal-broadcast-one-file = ❗️ Альбом не отправить, пришлите один файл.
refusal-broadcast-no-link = ❗️ Сначала надпись, потом ссылка, она полная, с защищённым адресом.
refusal-broadcast-no-time = ❗️ Не понимаем время или оно прошло. Например: 19:30 или 25.11 19:30, не дальше трёх месяцев.
refusal-broadcast-no-days = ❗️ Нужно число дней от 1.
refusal-broadcast-no-source = ❗️ В названии источника только латинские буквы, цифры, чёрточки.
