# Экраны.
screen-hello = 👋 <b>Здравствуйте!</b> Здесь нейросети рисуют картинки, снимают ролики, озвучивают тексты и пишут музыку. Точную цену вы видите до запуска, а если не получится, деньги вернутся сами.
screen-hello-name = 👋 <b>Здравствуйте, { $name }!</b> Здесь нейросети рисуют картинки, снимают ролики, озвучивают тексты и пишут музыку. Точную цену вы видите до запуска, а если не получится, деньги вернутся сами.
screen-bonus = 🎁 Дарим { $bonus } на первые пробы: они уже на вашем счёте.
screen-menu =
    🏠 <b>Главное меню</b>
    Что создаём?
screen-menu-draft = 📝 Вас ждёт незаконченный заказ: { $model }. Нажмите «Продолжить заказ».
screen-test-mode = 🧪 Тестовый режим: результаты ненастоящие, настоящие деньги не тратятся.
screen-balance-line = 💳 На счёте { $balance }
screen-balance-line-all-bonus = 💳 На счёте { $balance } (бонусные)
screen-balance-line-bonus = 💳 На счёте { $balance }, из них { $bonus } бонусных
screen-held-line = ⏳ Отложено под заказы { $held }

screen-video = Ролики по описанию или из вашей картинки.
screen-image = Новые картинки по описанию и правка ваших фото.
screen-enhance = Убрать фон, увеличить, сделать чётче.
screen-audio = Голос, музыка и звуки.
screen-shelf = Выберите, чем создавать. На кнопке цена, дешёвые сверху.
screen-shelf-empty = Сейчас здесь пусто. Загляните в другой раздел.

screen-card-title = <b>{ $text }</b>
screen-card-does = { $text }.
screen-card-for-whom = 👤 { $text }.
screen-card-example =
    💡 Например:
    <code>{ $text }</code>
screen-card-price = 💰 Цена <b>{ $price }</b>
screen-card-price-from = 💰 Цена <b>от { $price }</b>. Точную вы увидите до запуска.
screen-card-price-up-to = 💰 Цена <b>до { $price }</b>. Спишем, сколько выйдет на деле, остальное вернётся.
screen-card-per-second = За секунду от { $price }
screen-card-per-thousand = За 1000 знаков { $price }
screen-card-per-output = За один результат от { $price }
screen-card-time = ⏱ Обычно готово через { $time }
screen-card-outputs = 🎁 Результатов за один заказ: до { $count }

screen-field =
    <b>{ $model }</b>
    ✏️ <b>{ $label }</b>
screen-hint = { $text }
screen-field-now = Сейчас: <i>{ $answer }</i>
screen-files-so-far =
    { $count ->
        [one] 📎 Принят { $count } файл.
        [few] 📎 Приняты { $count } файла.
       *[many] 📎 Принято { $count } файлов.
    } Пришлите ещё или нажмите «Готово».
screen-limit-text = До { $max } знаков.
screen-limit-text-from = От { $min } до { $max } знаков.
screen-limit-number = Число от { $min } до { $max }.
screen-limit-choice = Выберите кнопкой.
screen-limit-files = Подойдут { $types }, до { $megabytes } МБ.
screen-limit-file-count = Сколько файлов: от { $min } до { $max }.
screen-limit-duration = Длина: от { $min } до { $max } секунд.

screen-summary =
    🧾 <b>Проверьте заказ</b>
    { $model }
screen-summary-line = <b>{ $label }:</b> { $answer }
screen-summary-price = 💰 Цена <b>{ $price }</b>
screen-summary-balance = 💳 На счёте { $balance }, после запуска останется { $after }. Если не получится, деньги вернутся.
screen-placed =
    ✅ <b>Взяли в работу</b>
    { $model } · заказ { $code }
    Отложили { $price }, на счёте осталось { $balance }.

screen-history = 🧾 <b>История</b>
screen-history-page = 🧾 <b>История</b> · страница { $page }
screen-history-empty = Здесь пока пусто. Первый заказ появится сразу после запуска.
screen-history-entry =
    <b>{ $model }</b> · { $date }{ "\u00A0" }МСК
    { $state } · { $money } · <code>{ $code }</code>
screen-balance-parts =
    💳 <b>Баланс { $balance }</b>
    Свои деньги: { $real }
    Бонусы: { $bonus }
screen-balance-moves = <b>Последние движения</b> (время московское)
screen-balance-no-moves = Движений пока не было.
screen-move-line = { $date } · { $what } ·{ "\u00A0" }{ $amount }
screen-balance-how = Бонусы тратятся первыми. Чтобы пополнить счёт, выберите сумму.

screen-help =
    ❓ <b>Помощь</b>

    1. Выберите раздел и модель: цена стоит на кнопке.
    2. Ответьте на вопросы: опишите задумку словами, пришлите фото.
    3. Проверьте заказ и нажмите «Запустить».

    При запуске деньги откладываются, а списываются, только когда результат готов. Если не получится, они вернутся сами. Результаты хранятся в «Истории»: оттуда их можно бесплатно прислать ещё раз.

    Новичкам дарим { $bonus }.

    /menu — главное меню
    /history — история
    /balance — баланс
    /language — язык
    /cancel — убрать незаконченный заказ
screen-help-support = 💬 Остались вопросы? Пишите: @{ $name }. Назовите номер заказа, так будет быстрее.
screen-languages = 🌐 <b>Язык</b>. На каком языке говорим?
screen-group = 👋 Бот работает в личных сообщениях: там ваши заказы видите только вы.
screen-about = Картинки, ролики, голос и музыка от лучших нейросетей. Точная цена до запуска, оплата только за готовый результат. Нажмите «Начать»: на счёте уже есть бонус на первые пробы.
screen-about-short = Картинки, ролики, голос и музыка от нейросетей. Цена видна до запуска.
screen-card-per-minute = За минуту от { $price }
screen-card-per-megapixel = За мегапиксель { $price }
screen-limit-values = Каждое с новой строки, от { $min } до { $max }.
