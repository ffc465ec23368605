# Слова внутри экранов.
field-yes = Да
field-no = Нет
field-not-set = не задано
field-from = от { $price }
field-unknown-model = модель, которой больше нет
field-images =
    { $count ->
        [one] { $count } картинка
        [few] { $count } картинки
       *[many] { $count } картинок
    }
field-videos = { $count } видео
field-audios =
    { $count ->
        [one] { $count } запись
        [few] { $count } записи
       *[many] { $count } записей
    }
field-seconds =
    { $count ->
        [one] { $count } секунду
        [few] { $count } секунды
       *[many] { $count } секунд
    }
field-minutes =
    { $count ->
        [one] { $count } минуту
        [few] { $count } минуты
       *[many] { $count } минут
    }
field-state-preparing = готовим
field-state-queued = в очереди
field-state-running = создаём
field-state-delivering = отправляем
field-state-late = задерживается
field-state-done = готово
field-state-failed = не получилось
field-state-cancelled = отменён
field-money-held = отложено { $price }
field-money-taken = списано { $price }
field-money-returned = возвращено { $price }
field-money-gift = подарок
field-move-topup = пополнение
field-move-bonus = подарок
field-move-hold = заказ
field-move-release = возврат
field-move-refund = возврат
field-move-adjust = поправка
field-move-expire = бонус сгорел
field-command-menu = Главное меню
field-command-history = Заказы и результаты
field-command-balance = Баланс и движение денег
field-command-help = Как это работает
field-command-language = Язык
field-command-cancel = Убрать незаконченный заказ
field-likeness-voice = Голос «{ $name }»
field-likeness-character = Персонаж «{ $name }»
