# Панель оператора.
screen-menu = 🛠 <b>Панель</b>
screen-menu-requests =
    { $count ->
        [one] ⏳ Ждёт второго оператора: { $count } действие.
        [few] ⏳ Ждут второго оператора: { $count } действия.
       *[many] ⏳ Ждут второго оператора: { $count } действий.
    }
screen-users =
    👤 <b>Пользователи</b>
    Поиск: номер, @имя, имя, дата регистрации (02.03.2026), код заказа, номер платежа.
screen-found = 👤 Поиск: <b>{ $query }</b>
screen-found-none = Никого не нашли.
screen-person =
    👤 <b>{ $name }</b> { $username }
    Номер { $id } · Телеграм { $telegram } · язык { $language }
    Регистрация { $created } · был(а) { $seen }
screen-person-blocked = 🚫 Доступ закрыт с { $since }
screen-person-unreachable = 🔕 Остановил(а) бота { $since }
screen-person-role = 🔑 Роль: { $role }
screen-person-wallet =
    💳 Баланс <b>{ $balance }</b>: свои { $real }, бонусы { $bonus }
    Отложено { $held } · долг { $debt }
screen-person-deeds =
    🧾 Заказов { $orders }, готово { $done }, не вышло { $failed }
    Потрачено { $spent } · пополнено { $paid }
screen-person-failures = Последние ошибки:
screen-moves = 💳 <b>Движения</b>
screen-orders = 🧾 <b>Заказы</b>
screen-empty = Пусто.
screen-line-move = { $date } · { $kind } · <b>{ $amount }</b> { $whose } { $code } { $reason }
screen-line-order = { $date } · { $code } · { $model } · { $price } · { $state } { $failure }
screen-role =
    🔑 <b>Роль: { $name }</b>
    Сейчас: { $role }
screen-role-staff = С ролями: { $staff }
screen-money =
    💳 <b>Транзакции: { $filter }</b>
    Сегодня: { $count } на { $sum }
screen-models =
    🎛 <b>Модели</b>
    За 30 дней чаще всего:
screen-models-broken =
    { $count ->
        [one] 🧯 Отдыхает { $count } модель.
        [few] 🧯 Отдыхают { $count } модели.
       *[many] 🧯 Отдыхают { $count } моделей.
    }
screen-line-model = { $model }: заказов { $orders }, не вышло { $failed }, маржа { $margin }
screen-shelf =
    🎛 <b>{ $category }</b>
    Страница { $page } из { $pages }. ✅ продаётся, ⏸ выключена, 🧯 отдыхает, 🧪 проверяется, 🚫 не продаётся, ⚠️ ниже себестоимости.
screen-model =
    { $mark } <b>{ $name }</b>
    <code>{ $model }</code>
screen-model-price = Цена { $price }, себестоимость { $cost }
screen-model-no-price = Цены нет.
screen-model-below = ⚠️ Ниже себестоимости!
screen-model-not-sold = 🚫 Не продаётся: { $reason }
screen-model-own-price = Своя цена: { $price }
screen-model-own-markup = Своя наценка: ×{ $markup }
screen-model-rests = 🧯 Отдыхает с { $since }: не вышло { $failed } из { $orders }.
screen-model-trial = 🧪 Проверяется одним заказом: до этого не вышло { $failed } из { $orders }.
screen-model-usage =
    За 30 дней: заказов { $orders }, готово { $done }, не вышло { $failed } ({ $percent } %)
    Выручка { $revenue } · расход { $cost } · маржа { $margin }
screen-broken = 🧯 <b>Сломанные модели</b>
screen-broken-resting = Отдыхают после ошибок:
screen-broken-failing = Ошибаются за сутки:
screen-broken-not-sold = Не продаются:
screen-broken-none = Всё работает.
screen-line-not-sold = { $reason }: { $count }
screen-errors =
    { $days ->
        [one] 🧯 <b>Ошибки за { $days } день</b>
        [few] 🧯 <b>Ошибки за { $days } дня</b>
       *[many] 🧯 <b>Ошибки за { $days } дней</b>
    }
screen-errors-none = Ошибок нет.
screen-line-group = { $source } · { $class }: <b>{ $count }</b> (до этого { $before })
screen-group =
    🧯 <b>{ $source } · { $class }</b>
    Последние случаи:
screen-line-example = { $date } · { $code } · { $model } { $text }
screen-order =
    🧾 <b>{ $code }</b> · { $model }
    Состояние: { $state } · деньги: { $money }
    Цена { $price } · себестоимость { $cost }
screen-order-created = { $date } заказан
screen-order-attempt = { $date } попытка { $number }, ключ { $key }: { $state } { $failure } { $text } { $ended }
screen-order-ended = { $date } конец { $failure } { $text }
screen-journal = 📜 <b>Журнал действий</b>
screen-line-entry = { $id }. { $date } · { $actor } · { $action } · { $subject }
screen-entry =
    📜 <b>Действие { $id }</b>: { $action }
    { $date } · { $actor }
    Предмет: { $subject }
screen-entry-reason = Причина: { $reason }
screen-entry-change =
    Было: <code>{ $before }</code>
    Стало: <code>{ $after }</code>
screen-entry-undoes = Отменяет действие { $entry }
screen-entry-undone = ↩️ Отменено
screen-requests = ⏳ <b>Ждут второго оператора</b>
screen-request = ⏳ <b>Просит { $by }</b>, { $date }
screen-settings =
    ⚙️ <b>Настройки</b>
    ✏️ изменено здесь, остальное из окружения.
screen-setting =
    ⚙️ <b>{ $title }</b>
    Сейчас: <b>{ $value }</b>
screen-setting-usual = Из окружения.
screen-setting-history = История:
screen-line-change = { $date } · { $before } → { $after } · { $actor }
screen-missing = 🤔 Этого больше нет.
screen-ask-search = Напишите, кого ищем: номер, @имя, имя, дату, код заказа или номер платежа.
screen-ask-code = Напишите код заказа из сообщения.
screen-ask-credit = Сколько начислить и за что? Например: 150 не пришёл результат
screen-ask-debit = Сколько списать и за что? Например: 150 начислили дважды
screen-ask-block = Напишите причину, её увидят только операторы.
screen-ask-letter = Напишите сообщение, человек получит его от имени магазина.
screen-ask-refund = Напишите причину возврата, человек её увидит.
screen-ask-price = Напишите цену заказа в рублях.
screen-ask-markup = Напишите наценку числом, например 2,5.
screen-ask-setting = Напишите новое значение: { $title }
screen-ask-retype = ⚠️ Повторите число: { $expected }
screen-confirm = Подтвердите: { $what }
screen-confirm-retype = ⚠️ Чтобы подтвердить, напишите число ещё раз: <b>{ $expected }</b>
screen-confirm-second = Сумма больше { $limit }: нужен второй оператор. Попросить?
screen-confirm-below = ⚠️ Это ниже себестоимости.
field-act-credit = начислить { $amount }, { $whom }. Причина: { $reason }
field-act-debit = списать { $amount }, { $whom }. Причина: { $reason }
field-act-block = закрыть доступ, { $whom }. Причина: { $reason }
field-act-unblock = открыть доступ, { $whom }
field-act-role = роль { $role }, { $whom }
field-act-letter = написать, { $whom }: { $text }
field-act-refund = вернуть { $amount } за заказ на счёт человека. Причина: { $reason }
field-act-off = выключить { $model }
field-act-on = включить { $model }
field-act-price = цена { $price } у { $model }
field-act-markup = наценка ×{ $markup } у { $model }
field-act-usual = обычная цена у { $model }
field-act-wake = вернуть в работу { $model }
field-act-set = { $title }: { $value }
field-whom = номер { $user }
field-none = нет
field-yes = да
field-no = нет
field-unknown = неизвестно
field-undone = Отмена действия { $entry }
field-role-owner = владелец
field-role-manager = управляющий
field-role-support = поддержка
field-filter-all = все
field-filter-topups = пополнения
field-filter-taken = списания
field-filter-returned = возвраты
field-filter-gifts = бонусы
field-filter-adjusted = правки
field-filter-costs = расходы
field-kind-topup = пополнение
field-kind-bonus = бонус
field-kind-hold = отложено
field-kind-commit = списано
field-kind-release = возврат из отложенного
field-kind-refund = возврат
field-kind-adjust = правка
field-kind-expire = сгорело
field-kind-cost = расход
field-kind-loss = убыток
field-state-preparing = готовится
field-state-queued = в очереди
field-state-submitting = передаётся
field-state-uncertain = судьба неизвестна
field-state-running = в работе
field-state-securing = проверяется
field-state-delivering = отправляется
field-state-late = опоздал
field-state-done = готов
field-state-failed = не вышло
field-state-cancelled = отменён
field-money-held = отложены
field-money-taken = списаны
field-money-returned = возвращены
field-source-kie = поставщик
field-source-network = сеть
field-source-timeout = время вышло
field-source-telegram = Телеграм
field-source-ours = наши
field-category-video = Видео
field-category-image = Картинка
field-category-enhance = Улучшить
field-category-audio = Аудио
field-setting-fx = Курс, ₽ за доллар
field-setting-credit = Цена кредита, долларов
field-setting-markup = Наценка
field-setting-welcome = Приветственный бонус
field-setting-support = Контакт поддержки
field-setting-maintenance = Режим обслуживания
field-setting-maintenance-words = Слова при обслуживании
field-setting-adjust-limit = Правка без второго оператора, до
field-setting-breaker-percent = Автовыключение: доля ошибок, %
field-setting-breaker-orders = Автовыключение: заказов за час, не меньше
field-setting-breaker-rest = Автовыключение: отдых, минут
field-csv-caption = 📄 Транзакции: { $filter }, строк { $count }
button-users = 👤 Пользователи
button-money = 💳 Транзакции
button-models = 🎛 Модели
button-errors = 🧯 Ошибки
button-journal = 📜 Журнал
button-requests = ⏳ Ждут решения
button-settings = ⚙️ Настройки
button-menu = 🛠 Панель
button-back = ⬅️ Назад
button-look = 🔄 Обновить
button-search = 🔎 Искать
button-credit = ➕ Начислить
button-debit = ➖ Списать
button-block = 🚫 Закрыть доступ
button-unblock = ✅ Открыть доступ
button-letter = ✉️ Написать
button-role = 🔑 Роль
button-role-none = Без роли
button-moves = 💳 Движения
button-orders = 🧾 Заказы
button-order = 🧾 { $code }
button-refund = 💸 Вернуть деньги
button-person = 👤 Человек
button-newer = ◀️ Новее
button-older = Старше ▶️
button-previous = ◀️
button-next = ▶️
button-export = 📄 Выгрузить файлом
button-broken = 🧯 Сломанные
button-off = ⏸ Выключить
button-on = ▶️ Включить
button-price = 💰 Своя цена
button-markup = ✖️ Своя наценка
button-usual = ↩️ Как у всех
button-wake = ▶️ Вернуть в работу
button-model = 🎛 { $model }
button-days-one = За день
button-days-seven = За 7 дней
button-days-thirty = За 30 дней
button-code = 🔎 По коду
button-entry = 📜 { $id }
button-undo = ↩️ Отменить
button-approve = ✅ Согласиться
button-reject = ✖️ Отклонить
button-request = ⏳ { $id }
button-change = ✏️ Изменить
button-reset = ↩️ Как в окружении
button-enable = ✅ Включить
button-disable = ⏹ Выключить
button-confirm = ✅ Да
button-ask-second = 🙋 Попросить
button-drop = ✖️ Не надо
notice-done = ✅ Сделано.
notice-dropped = 👌 Ничего не изменили.
notice-asked = 🙋 Попросили второго оператора.
notice-rejected = ✖️ Отклонено.
notice-exporting = 📄 Готовим файл, сейчас пришлём.
notice-agreed = ✅ Второй оператор согласился: { $what }
notice-refused = ✖️ Второй оператор отклонил: { $what }
refusal-stale = ⌛️ Эта кнопка устарела.
refusal-no-right = 🔒 Для этого нужна другая роль.
refusal-no-sum = ❗️ Сначала сумма больше нуля, например 150 или 99,50.
refusal-no-reason = ❗️ После суммы напишите причину.
refusal-no-number = ❗️ Нужно число, например 2,5.
refusal-no-value = ❗️ Такое значение не подходит.
refusal-too-long = ❗️ Слишком длинно.
refusal-not-same = ❗️ Не совпало. Ничего не изменили, напишите число ещё раз.
refusal-already-done = 👌 Это уже сделано.
refusal-too-late-to-undo = ⌛️ Минута прошла: сделайте обратную правку.
refusal-nothing-to-undo = 🤷 Это не отменить.
refusal-no-person = 🤷 Такого человека нет.
refusal-no-order = 🤷 Такого заказа нет.
refusal-not-taken = 🤷 За этот заказ деньги не списаны: возвращать нечего.
refusal-short = ❗️ На счёте только { $balance }.
refusal-own-request = 🙋 Нужен другой оператор: просили вы.
refusal-many-prices = 🤷 У этой модели цена зависит от параметров: задайте наценку.
refusal-owner = 🔒 С собой так нельзя.
refusal-failed = 😔 Не получилось, ничего не изменили. Код { $code }.
