# Состояние: всё ли в порядке, что не так, и числа.
button-health = 🩺 Состояние
screen-health = 🩺 <b>Состояние</b> на { $time }
screen-health-fine = ✅ <b>Всё в порядке</b>
screen-health-wrong = ⚠️ <b>Не в порядке: { $count }</b>
screen-health-unwatched =
    ⏸ <b>Присмотра сейчас нет</b>
    Последняя проверка: { $last }. Заказов и денег это не касается, но тревоги не придут.
    Обновите через пару минут. Если ничего не изменится, перезапустите программу.
screen-health-since = ⏳ С { $date }, уже { $time }
screen-health-more = ➕ А ещё: { $names }
screen-health-queue = 📥 Очередь: ждёт { $queued }{ $oldest }, в работе { $running }, брошено { $dead }
screen-health-orders = 🧾 Открытые заказы: <b>{ $count }</b>{ $states }
screen-health-polling = 📡 Телеграм опрашиваем: да
screen-health-not-polling = 📡 Телеграм не опрашиваем с { $date }. Если он сам шлёт сообщения на адрес сайта, так и надо.
screen-health-credits = ⛽️ Кредиты: <b>{ $credits }</b>{ $lasts } (спросили { $date })
screen-health-no-credits = ⛽️ Кредиты: ещё не спрашивали
screen-health-keys = 🔑 Ключи: { $count }, отдыхают: { $resting }
screen-health-sync = 🔄 Сверка каталога: { $date }{ $outcome }
screen-health-books = 🧮 Расхождений: <b>{ $count }</b>, сверено { $date }
screen-health-no-books = 🧮 Учёт: ещё не сверяли
screen-health-backup = 💽 Резервная копия: { $date }{ $size }
screen-health-backup-failed = ⚠️ После неё копия не получилась: { $date }
screen-health-database = 🗄 База: { $size }
field-health-oldest = , самое старое уже { $time }
field-health-lasts = , хватит на { $time }
field-health-unspent = , за сутки не тратились
field-health-reading = , ещё идёт
field-health-failed = , не получилась
field-health-changes = , изменений { $changes }
field-health-never = ещё не было
field-health-minutes = { $minutes } мин
field-health-hours = { $hours } ч
field-health-days = { $days } дн.
field-health-megabytes = { $whole },{ $tenth } МБ
