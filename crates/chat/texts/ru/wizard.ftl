# Вопросы из нескольких частей и быстрые предложения.
screen-entry =
    <b>{ $model }</b>
    ✏️ <b>{ $label }</b> · №{ $place }
screen-entry-line = { $place }. { $text }
screen-limit-entries = Сколько: от { $min } до { $max }. Нажмите на номер, чтобы изменить.
screen-quick-text = 💡 <b>Что сделать с этим текстом?</b> Выберите, цена на кнопке.
screen-quick-files =
    { $count ->
        [one] 💡 <b>Что сделать с этим файлом?</b>
       *[many] 💡 <b>Что сделать с этими файлами?</b>
    } Выберите, цена на кнопке.
screen-quick-words = 💬 { $text }
button-entry = ✏️ №{ $place }
button-entry-add = ➕ Добавить ещё
button-entry-first = ➕ Добавить
button-entry-drop = 🗑 Удалить
button-quick-animate = 🎬 Оживить
button-quick-improve = ✨ Улучшить
button-quick-change = 🖌 Изменить
button-quick-draw = 🖼 Картинка
button-quick-film = 🎬 Видео
button-quick-speak = 🎙 Озвучить
refusal-voice-not-read = 🙂 Голосовые пока не разбираем. Напишите, пожалуйста, словами: можно надиктовать их с клавиатуры телефона.
refusal-in-entry = №{ $place }.
refusal-file-over-telegram = ❗️ Файл слишком большой: боту в чате доступны файлы до { $megabytes } МБ. Пришлите вместо файла открытую ссылку на него.
refusal-link = ❗️ По этой ссылке не зайти. Нужна открытая защищённая ссылка прямо на файл: та, у которой в браузере стоит замочек.
refusal-link-gone = ❗️ По этой ссылке файла нет. Проверьте, что она открывается у любого, и пришлите ещё раз.
screen-limit-link = Или ссылка на файл до { $megabytes } МБ.
button-mend = 🛠 Исправить и взять
