# Готовые идеи.
screen-ideas =
    ✨ <b>Готовые идеи</b>
    Пришлите фото или пару слов, остальное сделаем сами. На кнопке цена.
screen-ideas-draft = 📝 Вас ждёт начатая идея: { $idea }.
screen-idea-title = <b>{ $idea }</b>
screen-idea-does = { $text }
screen-idea-example = 💡 Например: <i>{ $text }</i>
screen-idea-price = 💰 Цена <b>{ $price }</b>
screen-idea-price-from = 💰 Цена <b>от { $price }</b>. Точную вы увидите до запуска.
screen-idea-maker = 🤖 Работает { $model }, обычно это занимает { $time }.
screen-idea-question = ❓ { $text }
screen-idea-step = Шаг { $number } из { $total }
screen-idea-answer = • { $text }
screen-idea-count = 🎬 <b>Сколько вариантов сделать?</b> Каждый получится по-своему. За неудавшиеся деньги вернутся.
screen-idea-confirm =
    🧾 <b>Проверьте заказ</b>
    { $idea } · { $what }
screen-idea-rewrite = ✍️ Сценарий для нейросети допишем за вас (до { $most } в день) и покажем, если захотите. Ваш смысл не изменим.
screen-idea-sum-one = 💰 Цена <b>{ $sum }</b>
screen-idea-sum = 💰 { $count } × { $price } = <b>{ $sum }</b>
screen-idea-placed =
    ✅ <b>Проект взят в работу</b>
    { $idea } · { $what } · проект { $code }
    Отложили { $sum }, на счёте осталось { $balance }.
screen-idea-script =
    ✍️ <b>Сценарий</b>
    { $idea } · проект { $code }
screen-idea-script-text = <code>{ $text }</code>
screen-idea-script-waiting = Сценарий ещё пишется, загляните через минуту.
screen-idea-script-plain = Дописать сценарий в этот раз не вышло, в работу пошло ваше описание:
button-ideas = ✨ Готовые идеи
button-idea-entry = { $idea } · { $price }
button-idea-begin = ✨ Начать
button-idea-continue = ▶️ Продолжить идею
button-idea-count = { $what } · { $sum }
button-idea-run = ✅ Запустить за { $sum }
button-idea-script = ✍️ Показать сценарий
button-idea-again-photo = 🔁 Ещё по этому фото
button-idea-again = 🔁 Ещё раз
button-idea-cancel = ✖️ Отменить
notice-idea-plain = ✍️ Сценариев на сегодня хватит: в работу пойдёт ваше описание как есть. Цена прежняя, завтра снова допишем.
notice-idea-title = <b>{ $idea }</b> · { $what } · проект { $code }
notice-idea-taken = 📥 Проект взят в работу.
notice-idea-writing = ✍️ Пишем сценарий.
notice-idea-making = 🎬 Генерация { $number } из { $total }.
notice-idea-over = ✅ Проект завершён, чек в сообщении ниже.
notice-idea-line = { $number }. { $state }
notice-idea-line-failed = { $number }. 😔 { $reason } Деньги возвращены: { $price }.
notice-idea-line-same = { $number }. 😔 По той же причине. Деньги возвращены: { $price }.
notice-idea-line-quiet = { $number }. 🔕 готово, ждёт в «Истории» · { $money }
notice-idea-line-late = { $number }. 🐢 задерживается. Деньги возвращены: { $price }. Если результат придёт, подарим его вам.
notice-idea-money = 💳 Деньги: { $parts }
notice-idea-wait = Пришлём каждый результат сюда, как только он будет готов.
notice-idea-quiet = 🔕 Что нейросеть уже начала, не остановить. Если получится, спишем цену и результат будет ждать в «Истории». Если нет, деньги вернутся.
notice-idea-receipt-all = 🧾 <b>Готово: { $total } из { $total }</b>
notice-idea-receipt-some = 🧾 <b>Готово: { $done } из { $total }</b>
notice-idea-receipt-none = 😔 <b>В этот раз не получилось</b>
notice-idea-receipt-cancelled = ✖️ <b>Проект отменён</b>
notice-idea-receipt-sum = 💳 Отложили { $held }, списали { $taken }, вернули { $returned }. Баланс { $balance }.
notice-idea-member = <b>{ $idea }</b> · { $number } из { $total } · заказ { $code }
notice-idea-cancelled-none = ⌛️ Отменить не успели: нейросеть уже начала работу.
notice-idea-cancelled = 👌 Отменили то, что ещё не начато: вернули { $sum }.
notice-idea-cancelled-rest = ⌛️ Остальное нейросеть уже делает: { $sum } спишем, только если получится.
refusal-idea-gone = 😔 Такой идеи больше нет. Деньги не тронуты, выберите другую.
refusal-idea-not-sold = 😔 Эту идею сейчас некому сделать. Деньги не тронуты, загляните позже или выберите другую.
refusal-idea-too-long = ❗️ Слишком длинно. Знаков сейчас { $got }, поместится { $max }.
refusal-idea-wants-words = ❗️ Здесь нужен текст. Напишите его сообщением.
refusal-idea-wants-button = ❗️ Выберите вариант кнопкой.
refusal-idea-wants-image = ❗️ Здесь нужна картинка. Пришлите её как фото или файл.
refusal-idea-wants-video = ❗️ Здесь нужно видео. Пришлите его как видео или файл.
refusal-idea-wants-audio = ❗️ Здесь нужен звук. Пришлите голосовое, аудио или файл.
refusal-idea-short = ❗️ Не хватает { $missing }, на счёте { $balance }. Идея сохранена: после пополнения по кнопке заказ продолжится сам. Можно взять вариантов поменьше.
