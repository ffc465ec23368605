# Сверка каталога и бесплатное.
screen-sync =
    🔄 <b>Синхронизация</b>
    В каталоге моделей { $known }: продаётся { $sold }, не продаётся { $rest }.
screen-sync-last = <b>Последняя сверка</b>
screen-sync-never = Каталог с поставщиком ещё не сверяли.
screen-sync-pending =
    { $count ->
        [one] 👀 Ждёт решения { $count } изменение.
        [few] 👀 Ждут решения { $count } изменения.
       *[many] 👀 Ждут решения { $count } изменений.
    }
screen-sync-run = { $date } · { $by } · { $mode }
screen-sync-reading = ⏳ Читаем: моделей у поставщика { $models }, осталось { $left }. По одному вопросу в секунду, это несколько минут.
screen-sync-done = Моделей у поставщика { $models }, изменений { $changes }.
screen-sync-failed = ⚠️ Не получилось, продаём по прежнему каталогу. Причина: { $reason }
screen-sync-accepted = ✅ Применено { $date }
screen-sync-history = 🗂 <b>Прошлые сверки</b>
screen-sync-one = 🔄 <b>Сверка { $id }</b>
screen-change-new = 🆕 { $model }: новая { $detail }
screen-change-new-not-sold = 🆕 { $model }: новая, продавать не сможем ({ $detail })
screen-change-changed = ✏️ { $model }: изменились вопросы ({ $detail })
screen-change-gone = 🚫 { $model }: исчезла { $detail }
screen-change-returned = ↩️ { $model }: вернулась { $detail }
screen-change-price = 💱 { $model }: цена в кредитах { $detail }
screen-change-price-unclear = 🔎 { $model }: цены изменились, для каких заказов, по числам не понять { $detail }
screen-change-price-words = 🔎 { $model }: слова о цене { $detail }
screen-change-differs = 🔎 { $model }: вопросы не как у нас ({ $detail })
screen-change-price-differs = 🔎 { $model }: таких цен у нас нет: { $detail }
screen-free-own = 🎁 <b>Бесплатное</b>: ваш список
screen-free-usual = 🎁 <b>Бесплатное</b>: самые дешёвые, список составляется сам
screen-line-free = • { $model } · { $price }
screen-free-limits =
    Человеку: { $day } в день, { $hour } в час, заказ до { $max }.
    Всем вместе: { $budget } в день по себестоимости.
screen-model-free = 🎁 В бесплатном списке
screen-model-success = 📶 У поставщика удаются { $percent } % задач за сутки
field-sync-schedule = по расписанию
field-sync-command = командой
field-sync-dry = только посмотреть
field-sync-apply = с применением
field-act-sync = сверить каталог с поставщиком
field-act-sync-accept = применить изменения сверки { $run }
field-setting-free-models = Бесплатные модели
field-setting-free-day = Бесплатных в день
field-setting-free-hour = Бесплатных в час
field-setting-free-max = Бесплатный заказ до
field-setting-free-budget = Бесплатное на всех в день
button-sync = 🔄 Синхронизация
button-sync-now = 🔄 Сверить сейчас
button-sync-look = 🔁 Как идёт
button-sync-changes = 👀 Изменения
button-sync-history = 🗂 Прошлые сверки
button-sync-run = { $mark } { $id } · { $date } · изменений { $changes }
button-sync-accept = ✅ Применить
button-free = 🎁 Бесплатное
button-free-add = ➕ Добавить
button-free-take = ✖️ { $model }
button-free-usual = ↩️ Самые дешёвые
button-free-give = 🎁 Сделать бесплатной
button-free-no-more = ✖️ Убрать из бесплатных
refusal-sync-running = ⏳ Сверка уже идёт.
refusal-sync-old = 🔄 С тех пор каталог изменился. Сверьте ещё раз.
refusal-not-free = 🚫 Эту модель бесплатной не сделать: она не продаётся, или её цена заранее неизвестна.
refusal-free-full = 🚫 Список полон. Сначала уберите что-нибудь.
refusal-free-dear = 🚫 Обычный заказ этой модели дороже, чем может стоить бесплатный. Сначала поднимите предел.
screen-sync-begun = ⏳ Начали: спрашиваем у поставщика список моделей. Вся сверка занимает несколько минут.
