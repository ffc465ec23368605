# Промокоды.
screen-codes =
    🎟 <b>Промокоды</b>
    ✅ действует, ⌛️ кончился, ⏹ остановлен.
screen-line-code = { $mark } <b>{ $code }</b>: { $worth } · использован { $used }, предел: { $max }
screen-code = { $mark } <b>{ $code }</b>
screen-codes-made = Создан { $date } · { $actor }
screen-codes-stopped = ⏹ Остановлен { $date }
screen-codes-worth = Даёт: { $worth }
screen-codes-uses = Всего раз: { $max } · одному человеку: { $person }
screen-codes-people = Для кого: { $people }
screen-codes-from = Действует с { $date }
screen-codes-until = Действует до { $date }
screen-codes-days =
    { $days ->
        [one] Бонус живёт { $days } день
        [few] Бонус живёт { $days } дня
       *[many] Бонус живёт { $days } дней
    }
screen-codes-forever = Бонус без срока
screen-codes-did =
    Использован { $uses }, людей { $people }, ждут пополнения { $waiting }
    Отдали { $given } · потом платили { $paying } на { $paid }
screen-line-use = { $date } · номер { $user } · { $given }
screen-ask-codes-word = 🎟 Напишите промокод: от 3 до 32 латинских букв и цифр, можно дефис и подчёркивание.
screen-ask-codes-worth =
    🎟 <b>{ $code }</b>
    Что даёт? Сумма в рублях: 50. Процент от следующего пополнения: 20%. Процент с пределом в рублях: 20% 500.
screen-ask-codes-uses =
    🎟 <b>{ $code }</b>
    Сколько раз можно использовать всего?
screen-ask-codes-person =
    🎟 <b>{ $code }</b>
    Сколько раз может использовать один человек?
screen-ask-codes-dates =
    🎟 <b>{ $code }</b>
    Когда действует? Последний день: 31.03.2026. Или первый и последний: 01.03.2026 31.03.2026.
screen-ask-codes-days =
    🎟 <b>{ $code }</b>
    Сколько дней можно тратить бонус?
screen-ask-codes-people =
    🎟 <b>{ $code }</b>
    Для кого?
field-act-codes-create = новый промокод { $code }
field-act-codes-stop = остановить промокод { $code }. Обещанное к пополнениям всё равно выдадим
field-act-codes-start = включить промокод { $code }
field-codes-percent = { $percent }{ "\u00A0" }% пополнения
field-codes-percent-max = { $percent }{ "\u00A0" }% пополнения, не больше { $max }
field-codes-all = для всех
field-codes-new = кто ещё не платил
field-codes-paying = кто уже платил
field-codes-no-end = без предела
field-codes-waits = ждёт пополнения
button-codes = 🎟 Промокоды
button-codes-new = ➕ Новый промокод
button-codes-stop = ⏹ Остановить
button-codes-start = ▶️ Включить
button-codes-no-end = Без предела
button-codes-once = Один раз
button-codes-always = Сразу и без конца
refusal-codes-exists = ❗️ Такой промокод уже есть.
refusal-codes-word = ❗️ Нужно от 3 до 32 латинских букв, цифр, дефисов и подчёркиваний.
refusal-codes-worth = ❗️ Нужна сумма больше нуля или процент от 1 до 500, например 50 или 20% 500.
refusal-codes-dates = ❗️ Не поняли даты. Например: 31.03.2026, или 01.03.2026 31.03.2026.
