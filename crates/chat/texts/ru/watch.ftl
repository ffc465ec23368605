# Тревоги оператору: что не так, что с деньгами и что делать.
notice-watch-empty =
    ⛽️ <b>Кредиты кончились</b>
    На счёте у поставщика осталось кредитов: { $credits }. Заказы не пройдут, деньги за них вернутся людям.
    Пополните счёт у поставщика: заказы пойдут сами, как только он увидит оплату.
notice-watch-runway =
    ⛽️ <b>Кредиты заканчиваются</b>
    На счёте у поставщика осталось кредитов: { $credits }. При расходе последних суток этого хватит на { $time }.
    Пополните счёт заранее: без кредитов заказы не проходят, деньги за них возвращаются людям.
notice-watch-errors =
    📉 <b>Много неудачных заказов</b>
    За последний час не получились { $failed } из { $orders }, чаще всего причина такая: { $most }. Деньги за них вернулись людям.
    Откройте /admin и посмотрите «Логи/Ошибки». Если подводит одна модель, выключите её.
notice-watch-queue =
    🐌 <b>Очередь стоит</b>
    Самое старое задание ждёт { $time }, всего ждут: { $due }. Деньги в порядке: они отложены.
    Проверьте нагрузку на сервер и базу. Если всё цело, запустите ещё один рабочий процесс.
notice-watch-jobs =
    🪦 <b>Задания брошены</b>
    За сутки: { $number }. Последнее: { $kind }, причина: { $error }. Деньги по ним не двигались.
    Откройте /admin и посмотрите «Логи/Ошибки». Люди получили извинение и могут повторить.
notice-watch-payments =
    🧾 <b>Платежи ждут решения</b>
    Сколько их: { $number }, самый старый ждёт { $time }. Эти деньги ещё не зачислены.
    Откройте /admin, «Транзакции», и решите по каждому.
notice-watch-books =
    📕 <b>Учёт не сходится</b>
    Нарушений: { $number }. Первое: { $first }
    Ничего не исправляйте в базе руками. Сделайте резервную копию и прочитайте полный список командой { $command }.
notice-watch-margin =
    🕳 <b>Модель продаётся в убыток</b>
    { $model }: заказов за сутки { $orders }, потеряно { $amount }.
    Поднимите её цену в /admin или выключите её.
notice-watch-drift =
    ⚖️ <b>Поставщик берёт больше, чем в прайсе</b>
    { $model }: по прайсу { $listed }, взято { $taken } (в кредитах).
    Сверьте каталог и поправьте цену модели в /admin, чтобы не работать в убыток.
notice-watch-disk =
    💾 <b>На диске мало места</b>
    { $folder }: свободно { $megabytes } МБ.
    Освободите место или увеличьте диск: без него остановятся база и резервные копии.
notice-watch-database =
    🗄 <b>База почти полна</b>
    { $megabytes } МБ из { $limit } МБ.
    Уберите лишнее командой { $command } или возьмите тариф с большей базой.
notice-watch-webhook =
    📵 <b>Телеграм не принимает наш адрес</b>
    { $reason }
    Сообщения людей не доходят, но и не теряются. Проверьте { $setting } и сертификат сайта; пробуем снова каждую минуту.
notice-watch-again = ⏳ Длится { $time }, напоминаем: { $number }-й раз.
notice-watch-more = А ещё: { $names }.
notice-watch-over = ✅ <b>Снова в порядке</b>
notice-watch-over-line = { $name } (длилось { $time })
notice-watch-name-key = ключ { $subject }
notice-watch-name-keys = ключи поставщика
notice-watch-name-backup = резервные копии
notice-watch-name-catalogue = каталог поставщика
notice-watch-name-runway = запас кредитов
notice-watch-name-errors = доля неудачных заказов
notice-watch-name-queue = очередь
notice-watch-name-jobs = брошенные задания
notice-watch-name-payments = платежи, которые ждали решения
notice-watch-name-books = учёт
notice-watch-name-margin = цена модели { $subject }
notice-watch-name-drift = расход кредитов модели { $subject }
notice-watch-name-disk = место на диске { $subject }
notice-watch-name-database = размер базы
notice-watch-name-webhook = адрес для Телеграма
field-watch-hours =
    { $count ->
        [one] { $count } час
        [few] { $count } часа
       *[many] { $count } часов
    }
field-watch-days =
    { $count ->
        [one] { $count } день
        [few] { $count } дня
       *[many] { $count } дней
    }
notice-watch-why-temporary = сбой у поставщика
notice-watch-why-account = ключ или счёт у поставщика
notice-watch-why-lost = результат не удалось получить
notice-watch-why-late = поставщик не успел в срок
notice-watch-why-content = модерация поставщика
notice-watch-why-input = файлы или настройки заказа не подошли
notice-watch-why-telegram = Телеграм не принял результат
notice-watch-why-gift = результат пришёл, когда деньги уже вернулись, и достался человеку в подарок
notice-watch-why-unknown = непонятный ответ поставщика
