# Пополнение счёта.
screen-topup-sum =
    ➕ <b>Пополнение</b>
    Выберите сумму кнопкой или напишите свою цифрами, например 750.
screen-topup-ways =
    ➕ <b>Пополнение на { $amount }</b>
    Как вам удобнее заплатить?
screen-topup-bonuses = 🎁 От { $from } добавим { $percent }{ "\u00A0" }% бонусами
screen-topup-bonus = 🎁 Сверху добавим { $bonus } бонусами
screen-topup-enough = Этого хватит, например, на:
screen-topup-enough-line =
    { $count ->
        [one] • { $model }: { $count } раз
        [few] • { $model }: { $count } раза
       *[many] • { $model }: { $count } раз
    }
screen-topup-debt = ⚠️ Долг { $debt }: эти деньги вернулись вам после того, как были потрачены. Следующее пополнение сначала покроет его.
screen-topup-title = 🧾 <b>Счёт № { $number }</b> на { $amount }
screen-topup-new = 🛠 Готовим счёт, сейчас пришлём его сюда.
screen-topup-open = Счёт ждёт оплаты и действует сутки, для криптовалюты час. Оплатите его по кнопке: деньги придут сюда сами. Если оплатили, а они не пришли, нажмите «Проверить оплату».
screen-topup-details =
    Переведите ровно <b>{ $amount }</b>, с копейками: по ним мы узнаем ваш перевод.

    <code>{ $details }</code>

    Потом пришлите сюда чек: фото или файл. Деньги зачислим, когда увидим перевод.
screen-topup-submitted = 🔍 Чек у нас, проверяем перевод. Как только увидим деньги, зачислим их и напишем. Можно прислать другой чек, он заменит этот.
screen-topup-paid = ✅ Оплачен, деньги на счёте.
screen-topup-expired = ⌛️ Время вышло, счёт не оплачен. Если вы всё же заплатили, деньги не пропадут: мы зачислим их.
screen-topup-cancelled = ✖️ Счёт отменён, деньги не тронуты. Если вы всё же заплатили, мы их зачислим.
screen-topup-rejected = 😔 Деньги не нашли: { $reason }
screen-topup-review = 🔍 Деньги пришли, но не так, как в счёте. Разбираемся и напишем вам, они не пропадут.
screen-topup-refunding = ↩️ Возвращаем деньги туда, откуда они пришли.
screen-topup-refunded = ↩️ Деньги вернулись туда, откуда пришли.

button-topup-sum = { $amount }
button-topup-sum-bonus = { $amount } · +{ $percent }{ "\u00A0" }%
button-topup-own = ✏️ Другая сумма
button-topup-missing = ➕ Пополнить на { $amount } и запустить
button-topup-show = 🧾 Счёт № { $number } · { $amount }
button-topup-stars = ⭐️ Звёзды · { $stars }
button-topup-card = 💳 Карта или СБП · { $amount }
button-topup-crypto = 🪙 Криптовалюта · { $amount }
button-topup-manual = 🏦 Перевод на карту · { $amount }
button-topup-pay = 💳 Оплатить { $amount }
button-topup-check = 🔄 Проверить оплату
button-topup-abandon = ✖️ Отменить счёт
button-topup-approve = ✅ Зачислить { $amount }
button-topup-other-sum = ✏️ Другая сумма
button-topup-reject = ✖️ Отклонить

notice-topup-bill = Оплатите по кнопке: деньги придут сюда сами.
notice-topup-no-bill = 😔 Счёт № { $number } на { $amount } сделать не получилось, деньги не тронуты. На счёте { $balance }. Попробуйте другой способ или чуть позже.
notice-topup-credited = ✅ <b>Зачислили { $amount }</b> по счёту № { $number }. На счёте { $balance }.
notice-topup-bonus = 🎁 И { $bonus } бонусами.
notice-topup-not-seen = 🔍 Оплаты счёта № { $number } на { $amount } пока не видно, на счёте { $balance }. Если вы заплатили, деньги не пропадут: иногда они идут несколько минут, мы продолжим проверять.
notice-topup-review = 🔍 По счёту № { $number } на { $amount } деньги пришли, но не так, как в нём написано. Они не пропадут: мы разберёмся и напишем. На счёте пока { $balance }.
notice-topup-review-no-bill = 🔍 Пришли деньги, для которых мы не нашли счёт. Они не пропадут: мы разберёмся и напишем. На счёте пока { $balance }.
notice-topup-rejected = 😔 Перевода по счёту № { $number } на { $amount } мы не нашли. На счёте { $balance }.
notice-topup-reason = Причина: { $reason }
notice-topup-refunded = ↩️ Оплату счёта № { $number } вернули туда, откуда она пришла: { $amount }. На счёте { $balance }.
notice-topup-checking = 🔄 Проверяем оплату, сейчас напишем.
notice-topup-receipt-taken = 📎 Чек получили.
notice-topup-receipt =
    🏦 <b>Перевод по счёту № { $number }</b>
    Ждём на счёте ровно { $amount }.
    Прислал <code>{ $person }</code>. Чек сам по себе ничего не зачисляет: найдите строку в выписке.
notice-topup-receipt-used = ⚠️ Этот чек уже присылали: { $numbers }. Возможно, его показывают второй раз; решаете вы.
notice-alert-payment-differs =
    ⚠️ <b>Оплата не сходится со счётом</b> ({ $provider })
    { $detail }
    Деньги не зачислены: решите, что с ними делать.
notice-alert-payment-unknown =
    ❔ <b>Оплата без счёта</b> ({ $provider })
    { $detail }
notice-alert-payment-missing =
    🛑 <b>Зачислено, а в списке платёжной системы нет</b> ({ $provider })
    { $detail }
notice-alert-payment-refused =
    ⚠️ <b>Платёжная система не выставила счёт</b> ({ $provider })
    { $detail }
notice-alert-payment-not-refunded =
    ⚠️ <b>Возврат не прошёл, деньги снова на счёте человека</b> ({ $provider })
    { $detail }
notice-alert-payment-by-hand =
    ↩️ <b>Верните деньги вручную</b> ({ $provider })
    { $detail }
    Со счёта человека они уже сняты.

refusal-topup-test-mode = 🧪 В тестовом режиме счёт не пополняют: настоящие деньги здесь не нужны. Ничего не списано.
refusal-topup-closed = 😔 Пополнить счёт сейчас нельзя, деньги не тронуты. Загляните позже.
refusal-topup-not-a-sum = ❗️ Не поняли сумму. Напишите её цифрами, например 750.
refusal-topup-bounds = ❗️ Пополнить можно на сумму от { $least } до { $most }.
refusal-topup-one-is-open = 🙂 Один перевод уже ждёт оплаты, вот он. Завершите его или отмените.
refusal-topup-unknown = 🤔 Такого счёта нет. Деньги не тронуты, создайте новый.
refusal-topup-differs = В счёте другая сумма. Деньги не тронуты, создайте новый счёт.
refusal-topup-over = Этот счёт больше не действует. Деньги не тронуты, создайте новый.
refusal-topup-paid = Этот счёт уже оплачен, второй раз платить не нужно.

field-topup-bill = Пополнение счёта
field-topup-bill-for = Счёт № { $number }: на баланс придёт { $amount }
field-move-payback = возврат оплаты
