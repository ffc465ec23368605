//! The operator looks after people, money, models and the shop from the phone.

use std::time::Duration;

use sandbox::telegram::{Fault, MediaKind};

use crate::person::Person;
use crate::world::{World, story};

/// Opens the card of somebody.
async fn opens_card<'w>(operator: Person<'w>, name: &str) -> Person<'w> {
    operator.sends("/admin").await.sees("Панель");
    operator.taps("👤 Пользователи").await.sees("Поиск");
    operator.taps("🔎 Искать").await.sees("кого ищем");
    operator.sends(name).await.sees("Поиск");
    operator.taps(name).await.sees("Баланс")
}

/// Somebody who has said hello, and the operator.
async fn anna_and_operator(world: &World) -> (Person<'_>, Person<'_>) {
    let anna = world.person("Анна");
    let operator = world.operator().await;
    operator.screen();
    anna.sends("/start").await.sees("Дарим 200 ₽").sees("Показать за полминуты");
    (anna, operator)
}

/// Data of the panel's buttons, of every kind, and some that are of none.
const EVERY: &str = "
    m h u uf|0 uc|1 um|1|0 uo|1|0 ur|1 l|a|0 mm ms|v|0 mc|z-image mb e|1 eg|1|kie|content j|0 je|1
    q qq|1 s sc|markup f|s f|c f|cr|1 f|de|1 f|bl|1 f|le|1 f|mp|z-image f|mk|z-image f|st|markup
    ub|1 ro|1|manager ro|1|- m0|z-image m1|z-image mu|z-image mw|z-image ss|maintenance|1
    sr|markup un|1 qa|1 qr|1 tl|d|0 tu|1|0 tp|00000000000000000000000000000001
    ta|00000000000000000000000000000001 tq|00000000000000000000000000000001
    tv|00000000000000000000000000000001 f|tn f|ts|00000000000000000000000000000001
    f|tr|00000000000000000000000000000001 f|tb|00000000000000000000000000000001 pl|0 pc|SPRING
    pn pu pg|all p0|SPRING p1|SPRING ex|a g|d|- g|w|20260302 gs|m|d|- gs|-|m|20260301 ok|0 no
    s|w b|l|0 b|c|1 b|n b|s|1 bd|g|1|all bd|x|1 bd|t|1 bd|s|1|5 bd|p|1 bd|r|1 bd|c|1 f|b|p
    f|b|p|1 f|b|l|1 f|b|t|1 f|b|d|1 f|b|s|1 k|s k|h|0 k|r|1|0 k|f c|n c|a|1 c|g|z-image
    c|t|z-image c|u garbage
";

#[tokio::test]
async fn to_a_stranger_the_panel_does_not_exist() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        anna.sends("/nonsense").await;
        let unknown = anna.screen();
        anna.sends("/admin").await;
        assert_eq!(anna.screen(), unknown, "the command is like any unknown one");
        let message = anna.messages().last().unwrap().id;
        world.telegram().presses_raw(anna.id(), message, "1|zzzz");
        world.settle().await;
        let stale = anna.screen();
        for data in EVERY.split_whitespace().chain([""]) {
            world.telegram().presses_raw(anna.id(), message, &format!("A1|{data}"));
            world.settle().await;
            assert_eq!(anna.screen(), stale, "A1|{data}");
        }
        let actions: i64 = count(world, "select count(*) from admin_actions").await;
        assert_eq!(actions, 0);
        operator.sends("/admin").await.sees("Панель");
    })
    .await;
}

async fn count(world: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(world.pool()).await.unwrap()
}

#[tokio::test]
async fn a_credit_is_confirmed_told_and_taken_back_within_a_minute() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        opens_card(operator, "Анна").await;
        operator.taps("➕ Начислить").await.sees("Сколько начислить");
        operator.sends("150").await.sees("напишите причину");
        operator.sends("150 за вчерашний сбой").await.sees("начислить 150 ₽");
        operator.taps("✅ Да").await.sees("Сделано");
        anna.sees("На счёт зачислено 150 ₽").sees("за вчерашний сбой").sees("Баланс 350 ₽");
        assert_eq!(anna.wallet().await, (35_000, 0));
        operator.taps("↩️ Отменить").await.sees("Сделано");
        anna.sees("Со счёта списано 150 ₽");
        assert_eq!(anna.wallet().await, (20_000, 0));

        operator.taps("➕ Начислить").await;
        operator.sends("10 ещё раз").await;
        operator.taps("✅ Да").await.sees("Сделано");
        anna.sees("На счёт зачислено 10 ₽");
        world.advance(Duration::from_secs(61)).await;
        operator.taps("↩️ Отменить").await.sees("Минута прошла");
        assert_eq!(anna.wallet().await, (21_000, 0));
        operator.taps("⬅️ Назад").await.sees("Журнал");
    })
    .await;
}

#[tokio::test]
async fn alone_the_operator_writes_a_big_sum_once_more() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        opens_card(operator, "Анна").await;
        operator.taps("➕ Начислить").await;
        operator.sends("1500,50 договорились").await.sees("напишите число ещё раз: 1500.5");
        operator.sends("1500").await.sees("Не совпало");
        assert_eq!(anna.wallet().await, (20_000, 0));
        operator.sends("1500,50").await.sees("Сделано");
        anna.sees("На счёт зачислено");
        assert_eq!(anna.wallet().await, (170_050, 0));
        operator.taps("➖ Списать").await;
        operator.sends("5000 ошибка").await;
        operator.sends("5000").await.sees("На счёте только");
        operator.taps("➖ Списать").await;
        operator.sends("100 ошибка").await.taps("✅ Да").await.sees("Сделано");
        anna.sees("Со счёта списано 100 ₽");
        assert_eq!(anna.wallet().await, (160_050, 0));
    })
    .await;
}

#[tokio::test]
async fn a_blocked_person_gets_words_and_comes_back() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        opens_card(operator, "Анна").await;
        operator.taps("🚫 Закрыть доступ").await.sees("причину");
        operator.sends("ругается").await.sees("ругается").taps("✅ Да").await.sees("Доступ закрыт");
        anna.sees("Доступ к боту закрыт");
        anna.sends("/start").await.sees("деньги на счёте сохранены").sees("@story_support");
        operator.taps("✅ Открыть доступ").await.sees("Сделано");
        anna.sees("снова открыт");
        anna.sends("/menu").await.sees("200 ₽");
    })
    .await;
}

#[tokio::test]
async fn a_second_operator_agrees_to_a_big_sum() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        let boris = world.person("Борис");
        boris.sends("/start").await.sees("Дарим 200 ₽").sees("Показать за полминуты");
        opens_card(operator, "Борис").await;
        operator.taps("🔑 Роль").await.sees("Сейчас: нет");
        operator.taps("управляющий").await.taps("✅ Да").await.sees("Роль: управляющий");
        boris.sends("/admin").await.sees("Панель");

        opens_card(operator, "Анна").await;
        operator.taps("➕ Начислить").await;
        operator.sends("2000 возврат вручную").await.sees("нужен второй оператор");
        operator.taps("🙋 Попросить").await.sees("Попросили второго оператора");
        assert_eq!(anna.wallet().await, (20_000, 0));
        operator.sends("/admin").await.sees("Ждёт второго оператора: 1 действие");
        operator.taps("⏳ Ждут решения").await.taps("⏳ 1").await;
        operator.taps("✅ Согласиться").await.sees("Нужен другой оператор");
        boris.sees("начислить 2 000 ₽").taps("✅ Согласиться").await.sees("Сделано");
        operator.sees("Второй оператор согласился");
        anna.sees("На счёт зачислено 2 000 ₽");
        assert_eq!(anna.wallet().await, (220_000, 0));

        opens_card(operator, "Борис").await;
        operator.taps("🔑 Роль").await.taps("Без роли").await.taps("✅ Да").await.sees("Сделано");
        boris.sends("/admin").await.sees("Пока не знаем");
    })
    .await;
}

#[tokio::test]
async fn support_helps_people_and_changes_nothing_else() {
    story(async |world| {
        let (_anna, operator) = anna_and_operator(world).await;
        let vera = world.person("Вера");
        vera.sends("/start").await.sees("Дарим 200 ₽").sees("Показать за полминуты");
        opens_card(operator, "Вера").await;
        operator.taps("🔑 Роль").await.taps("поддержка").await.taps("✅ Да").await.sees("Сделано");
        vera.sends("/admin").await.sees("Панель");
        let message = vera.messages().last().unwrap().id;
        let forbidden = [
            "m0|z-image",
            "f|mk|z-image",
            "ss|maintenance|1",
            "sr|markup",
            "f|st|markup",
            "ss|pay_stars|0",
            "f|st|page_terms_ru",
            "f|b|p",
            "bd|s|1|5",
            "bd|c|1",
            "pn",
            "p0|SPRING",
            "p1|SPRING",
        ];
        for data in forbidden {
            world.telegram().presses_raw(vera.id(), message, &format!("A1|{data}"));
            world.settle().await;
            assert!(vera.screen().contains("нужна другая роль"), "{data}: {}", vera.screen());
        }
        world.telegram().presses_raw(vera.id(), message, "A1|ro|1|manager");
        world.settle().await;
        assert!(vera.screen().contains("нужна другая роль"));
    })
    .await;
}

#[tokio::test]
async fn people_are_found_by_whatever_is_known_of_them() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        anna.orders("Кот").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        let code: String = sqlx::query_scalar("select code from generations")
            .fetch_one(world.pool())
            .await
            .unwrap();
        operator.sends("/admin").await.taps("👤 Пользователи").await;
        let known = [anna.id().to_string(), "анн".to_owned(), "02.03.2026".to_owned(), code];
        for known in known {
            operator.taps("🔎 Искать").await;
            operator.sends(&known).await;
            assert!(operator.screen().contains("Анна"), "{known}: {}", operator.screen());
        }
        operator.taps("🔎 Искать").await;
        operator.sends("никто%").await.sees("Никого не нашли");
        operator.taps("🔎 Искать").await;
        operator.sends("Анна").await.taps("Анна").await.sees("Заказов 1, готово 1");
        operator.taps("💳 Движения").await.sees("списано · 3,80 ₽");
        operator
            .taps("⬅️ Назад")
            .await
            .taps("🧾 Заказы")
            .await
            .sees("Nano Banana · 3,80 ₽ · готов");
    })
    .await;
}

#[tokio::test]
async fn an_order_is_refunded_and_the_person_told_once() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        anna.orders("Кот").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        opens_card(operator, "Анна").await;
        operator.taps("🧾 Заказы").await.taps("🧾 ").await.sees("деньги: списаны");
        operator.taps("💸 Вернуть деньги").await.sees("причину возврата");
        operator.sends("лишний палец").await.taps("✅ Да").await.sees("деньги: возвращены");
        anna.sees("возвращены: 3,80 ₽").sees("лишний палец");
        assert_eq!(anna.wallet().await, (20_000, 0));
        let id: uuid::Uuid =
            sqlx::query_scalar("select id from generations").fetch_one(world.pool()).await.unwrap();
        let message = operator.messages().last().unwrap().id;
        let again = format!("A1|f|re|{}", id.simple());
        world.telegram().presses_raw(operator.id(), message, &again);
        world.settle().await;
        operator.sees("уже вернулись");
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn the_operator_writes_to_a_person() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        opens_card(operator, "Анна").await;
        operator.taps("✉️ Написать").await;
        operator.sends("Здравствуйте! <b>Всё</b> починили & работает").await;
        operator.taps("✅ Да").await.sees("Сделано");
        anna.sees("Сообщение от магазина").sees("<b>Всё</b> починили & работает");
    })
    .await;
}

#[tokio::test]
async fn the_ledger_is_filtered_and_exported() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        anna.orders("Кот").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        operator.sends("/admin").await.taps("💳 Транзакции").await.sees("бонус");
        operator.taps("списания").await.sees("Сегодня: 1 на 3,80 ₽");
        operator.taps("📄 Выгрузить файлом").await.sees("Готовим файл");
        let file = operator.receives(MediaKind::Document, 1).remove(0);
        assert!(file.text.contains("строк 1"), "{}", file.text);
        operator.screen();
    })
    .await;
}

#[tokio::test]
async fn a_model_is_switched_off_and_on() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        operator.sends("/admin").await.taps("🎛 Модели").await.sees("чаще всего");
        let message = operator.messages().last().unwrap().id;
        world.telegram().presses_raw(operator.id(), message, "A1|mc|google/nano-banana");
        world.settle().await;
        operator.sees("Цена 3,80 ₽, себестоимость 1,90 ₽");
        operator.taps("⏸ Выключить").await.sees("⏸ Nano Banana");
        anna.sends("/start m_google_nano-banana").await.sees("сейчас не заказать");
        operator.taps("↩️ Отменить").await.sees("✅ Nano Banana");
        anna.sends("/start m_google_nano-banana").await.sees("Цена 3,80 ₽");
        operator.taps("⏸ Выключить").await.taps("▶️ Включить").await.sees("✅ Nano Banana");
    })
    .await;
}

#[tokio::test]
async fn a_price_below_cost_is_written_twice_and_marked() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        operator.sends("/admin").await;
        let message = operator.messages().last().unwrap().id;
        world.telegram().presses_raw(operator.id(), message, "A1|mc|google/nano-banana");
        world.settle().await;
        operator.taps("💰 Своя цена").await.sends("5").await.sees("Своя цена: 5 ₽");
        anna.sends("/start m_google_nano-banana").await.sees("Цена 5 ₽");
        operator.taps("💰 Своя цена").await.sends("1,5").await.sees("ниже себестоимости");
        anna.sends("/start m_google_nano-banana").await.sees("Цена 5 ₽");
        operator.sends("1.50").await.sees("Ниже себестоимости!").sees("⚠️ Nano Banana");
        anna.sends("/start m_google_nano-banana").await.sees("Цена 1,50 ₽");
        operator.taps("✖️ Своя наценка").await.sends("3").await.sees("Своя наценка: ×3");
        anna.sends("/start m_google_nano-banana").await.sees("Цена 5,70 ₽");
        operator.taps("↩️ Как у всех").await.sees("Цена 3,80 ₽");
        anna.sends("/start m_google_nano-banana").await.sees("Цена 3,80 ₽");
    })
    .await;
}

#[tokio::test]
async fn settings_change_the_shop_and_roll_back() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        operator.sends("/admin").await.taps("⚙️ Настройки").await.sees("Наценка: 2");
        operator.taps("Наценка").await.sees("Из окружения");
        operator.taps("✏️ Изменить").await.sends("сто").await.sees("не подходит");
        operator.sends("3").await.sees("Сейчас: 3").sees("нет → 3");
        anna.sends("/start m_google_nano-banana").await.sees("Цена 5,70 ₽");
        operator.taps("✏️ Изменить").await.sends("0,5").await.sees("ниже себестоимости");
        operator.taps("✖️ Не надо").await.sees("Ничего не изменили");
        world.restarts().await;
        anna.sends("/start m_google_nano-banana").await.sees("Цена 5,70 ₽");
        operator.taps("📜 Журнал").await.sees("setting:markup").taps("📜 1").await;
        operator.taps("↩️ Отменить").await.sees("Из окружения");
        anna.sends("/start m_google_nano-banana").await.sees("Цена 3,80 ₽");
        world.settle().await;
        operator.sees("3 → нет");
    })
    .await;
}

#[tokio::test]
async fn during_maintenance_people_get_words_and_paid_work_finishes() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        anna.orders("Кот").await;
        operator.sends("/admin").await.taps("⚙️ Настройки").await;
        operator.taps("Слова при обслуживании").await.taps("✏️ Изменить").await;
        operator.sends("Вернёмся в полдень.").await.sees("Сделано");
        operator.taps("⬅️ Назад").await.taps("Режим обслуживания").await;
        operator.taps("✅ Включить").await.sees("Сейчас: да");
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        anna.reaches_confirmation("Пёс").await;
        anna.taps("✅ Запустить").await.sees("Вернёмся в полдень. Деньги не тронуты");
        operator.taps("⏹ Выключить").await.sees("Сейчас: нет");
        anna.taps("✅ Запустить").await.sees("Взяли в работу");
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 2);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn errors_are_grouped_and_lead_to_the_life_of_an_order() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        anna.orders("Кот").await;
        world.fails("422", "content policy violation: nsfw").await;
        anna.screen();
        let code: String = sqlx::query_scalar("select code from generations")
            .fetch_one(world.pool())
            .await
            .unwrap();
        operator
            .sends("/admin")
            .await
            .taps("🧯 Логи/Ошибки")
            .await
            .sees("поставщик · content.422: 1");
        operator.taps("поставщик").await.sees(&code).sees("nsfw");
        operator.taps(&format!("🧾 {code}")).await.sees("попытка 1").sees("деньги: возвращены");
        operator.sends("/admin").await.taps("🧯 Логи/Ошибки").await.taps("🔎 По коду").await;
        operator.sends(&code.to_lowercase()).await.sees("попытка 1");
    })
    .await;
}

/// Anna orders, and KIE.ai gives the task up for good.
async fn fails_once(world: &World, anna: Person<'_>) {
    anna.orders("Кот").await;
    world.fails("999", "strange").await;
    anna.screen();
}

#[tokio::test]
async fn a_failing_model_rests_is_tried_by_one_order_and_comes_back() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        operator.sends("/admin").await.taps("⚙️ Настройки").await;
        operator.taps("заказов за час").await.taps("✏️ Изменить").await;
        operator.sends("2").await.sees("Сейчас: 2");
        fails_once(world, anna).await;
        fails_once(world, anna).await;
        assert_eq!(world.reviews_models().await, 1);
        operator.sees("Nano Banana отдыхает").sees("Не вышло 2 из 2");
        anna.sends("/start m_google_nano-banana").await.sees("сейчас не справляется");
        assert!(anna.screen().lines().count() > 3, "another model is offered");

        world.advance(Duration::from_secs(31 * 60)).await;
        assert_eq!(world.reviews_models().await, 1);
        anna.sends("/start m_google_nano-banana").await.sees("сейчас мы её проверяем");
        fails_once(world, anna).await;
        assert_eq!(world.reviews_models().await, 1);
        anna.sends("/start m_google_nano-banana").await.sees("сейчас не справляется");

        world.advance(Duration::from_secs(31 * 60)).await;
        assert_eq!(world.reviews_models().await, 1);
        let boris = world.person("Борис");
        boris.reaches_confirmation("Пёс").await;
        anna.orders("Кот").await;
        boris.taps("✅ Запустить").await.sees("сейчас не");
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        assert_eq!(world.reviews_models().await, 1);
        operator.sees("Nano Banana снова работает");
        boris.sends("/start m_google_nano-banana").await.sees("Цена 3,80 ₽");
    })
    .await;
}

#[tokio::test]
async fn a_panel_whose_message_was_lost_goes_on() {
    story(async |world| {
        let (_anna, operator) = anna_and_operator(world).await;
        operator.sends("/admin").await.sees("Панель");
        let fault = Fault::Flood(1);
        world.telegram().next_call("editMessageText", &fault, 1);
        operator.taps("👤 Пользователи").await;
        world.advance(Duration::from_secs(2)).await;
        operator.sees("Поиск");
    })
    .await;
}

/// Which of many like each other are pressed: the first few stand for the rest.
fn family(data: &str) -> String {
    data.chars().filter(|c| !c.is_ascii_digit()).collect::<String>().chars().take(5).collect()
}

#[tokio::test]
async fn every_button_of_the_panel_answers() {
    story(async |world| {
        let (anna, operator) = anna_and_operator(world).await;
        anna.orders("Кот").await;
        world.fails("422", "content policy violation").await;
        anna.orders("Пёс").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        operator.sends("/admin").await.taps("👤 Пользователи").await.taps("🔎 Искать").await;
        operator.sends("а").await.sees("Поиск: а");
        operator.sends("/admin").await.taps("📣 Рассылка").await.taps("➕ Новая").await;
        operator.sends("Новое").await.sees("черновик");
        let mut pressed: Vec<String> = Vec::new();
        let mut waiting = vec!["A1|m".to_owned()];
        let mut screens = std::collections::HashSet::new();
        while let Some(data) = waiting.pop() {
            let alike = pressed.iter().filter(|other| family(other) == family(&data)).count();
            // A confirmation holds for one moment; stories of their own press them.
            let of_the_moment = data.starts_with("A1|ok|");
            if of_the_moment || alike >= 8 || pressed.contains(&data) || pressed.len() >= 340 {
                continue;
            }
            pressed.push(data.clone());
            eprintln!("PRESS {data}");
            let message = operator.messages().last().unwrap().id;
            world.telegram().presses_raw(operator.id(), message, &data);
            world.settle().await;
            let shown = operator.messages().pop().unwrap();
            let screen = operator.screen();
            anna.screen();
            assert!(!screen.contains("устарела"), "{data} is dead:\n{screen}");
            let elsewhere = ["A1|ex", "A1|gs", "A1|bd|t"];
            if elsewhere.iter().any(|start| data.starts_with(start)) {
                world.settle().await;
                continue;
            }
            let buttons = shown.buttons.concat();
            let back = buttons
                .iter()
                .any(|button| button.label.contains("Панель") || button.label.contains("Не надо"));
            assert!(back || data == "A1|m" || data == "A1|no", "{data} leads nowhere:\n{screen}");
            screens.insert(screen);
            waiting.extend(buttons.into_iter().filter_map(|button| button.data));
        }
        for place in ["A1|k|s", "A1|k|f", "A1|h"] {
            assert!(pressed.contains(&place.to_owned()), "{place} cannot be reached");
        }
        assert!(screens.len() > 60, "only {} screens", screens.len());
        // The comparison that was begun on the way.
        world.compares_on().await;
        operator.screen();
    })
    .await;
}
