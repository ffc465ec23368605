//! The operator writes to many people at once, and nobody's order waits for it.

use std::time::Duration;

use money::Rub;
use payments::{Offer, Provider};
use sandbox::telegram::{Fault, MediaKind, PersonFile};

use crate::person::Person;
use crate::world::{Options, World, story, story_with};

const SECOND: Duration = Duration::from_secs(1);

/// So many have their turn in one second.
const A_SECOND: usize = 25;

/// So many people who have said hello.
async fn crowd(world: &World, count: usize) -> Vec<Person<'_>> {
    let people: Vec<_> = (0..count).map(|n| world.person(&format!("Читатель {n}"))).collect();
    for person in &people {
        world.telegram().says(person.id(), "/start");
    }
    world.settle().await;
    reads(&people);
    // What was said in greeting is old.
    world.advance(Duration::from_secs(10)).await;
    people
}

fn reads(people: &[Person<'_>]) {
    for person in people {
        person.screen();
    }
}

/// How often somebody has got a message.
fn copies(person: Person<'_>, text: &str) -> usize {
    person.messages().iter().filter(|message| message.text == text).count()
}

/// How many of them have got it.
fn have(people: &[Person<'_>], text: &str) -> usize {
    people.iter().filter(|person| copies(**person, text) > 0).count()
}

/// The operator writes a broadcast, and its card is open.
async fn drafts<'w>(operator: Person<'w>, text: &str) -> Person<'w> {
    operator.sends("/admin").await.taps("📣 Рассылка").await.sees("Одно сообщение многим");
    operator.taps("➕ Новая рассылка").await.sees("Пришлите сообщение");
    operator.sends(text).await.sees("черновик")
}

/// The same, and it begins.
async fn begins<'w>(operator: Person<'w>, text: &str) -> Person<'w> {
    drafts(operator, text).await;
    operator.taps("🚀 Отправить").await.sees("отправить рассылку");
    operator.taps("✅ Да").await.sees("идёт")
}

async fn one<T>(world: &World, sql: &'static str) -> T
where
    T: Send + Unpin + sqlx::Type<sqlx::Postgres> + for<'r> sqlx::Decode<'r, sqlx::Postgres>,
{
    sqlx::query_scalar(sql).fetch_one(world.pool()).await.unwrap()
}

#[tokio::test]
async fn each_segment_holds_its_people() {
    story(async |world| {
        let gleb = world.person("Глеб");
        gleb.sends("/start").await.sees("Дарим 200 ₽");
        world.advance(Duration::from_hours(24 * 10)).await;
        let anna = world.person("Анна");
        world.gives(anna, Rub::from_roubles(100)).await;
        anna.screen();
        let boris = world.person_speaking("Boris", "en");
        boris.sends("/start").await.screen();
        let vera = world.person("Вера");
        vera.sends("/start src_blog").await.screen();
        let operator = world.operator().await;
        operator.screen();
        let all = [("Глеб", gleb), ("Анна", anna), ("Boris", boris), ("Вера", vera)];
        let cases: [(&str, &str, &[&str]); 7] = [
            ("Все: ", "Все: 5 человек", &["Глеб", "Анна", "Boris", "Вера"]),
            ("Платили: ", "Платили: 1 человек", &["Анна"]),
            ("Ещё не платили: ", "платили: 4 человека", &["Глеб", "Boris", "Вера"]),
            ("Молчат 7 дней", "дольше: 1 человек", &["Глеб"]),
            ("Говорят по-английски: ", "английски: 1 человек", &["Boris"]),
            ("Говорят по-русски: ", "русски: 4 человека", &["Глеб", "Анна", "Вера"]),
            ("Источник blog: ", "blog: 1 человек", &["Вера"]),
        ];
        for (number, (button, counted, names)) in cases.into_iter().enumerate() {
            let text = format!("Новость {number}");
            drafts(operator, &text).await;
            operator.taps("👥 Кому").await.sees("число людей сейчас");
            operator.taps(button).await.sees(counted);
            operator.taps("🚀 Отправить").await.taps("✅ Да").await.sees("идёт");
            world.advance(SECOND * 2).await;
            for (name, person) in all {
                let expected = usize::from(names.contains(&name));
                assert_eq!(copies(person, &text), expected, "{button}{name}");
                person.screen();
            }
            operator.sees("закончена");
            operator.screen();
        }
        drafts(operator, "Ещё одна").await.taps("👥 Кому").await.taps("✏️ Другой срок").await;
        operator.sends("ноль").await.sees("число дней").sends("3").await.sees("дольше: 1 человек");
        operator.taps("👥 Кому").await.taps("✏️ Другой источник").await;
        operator.sends("src_blog").await.sees("blog: 1 человек");
        operator.taps("⏹ Отменить").await.taps("✅ Да").await.sees("отменена");
    })
    .await;
}

#[tokio::test]
async fn a_post_with_a_file_and_a_button_is_tried_and_sent_and_can_be_declined() {
    story(async |world| {
        let people = crowd(world, 2).await;
        let (anna, boris) = (people[0], people[1]);
        let operator = world.operator().await;
        operator.screen();
        operator.sends("/admin").await.taps("📣 Рассылка").await.taps("➕ Новая рассылка").await;
        let photo = PersonFile::new(world.photo(), "image/png", "cat.png").captioned("Новый кот");
        world.telegram().sends_photo(operator.id(), photo);
        world.settle().await;
        operator.sees("фото");
        operator.taps("🔗 Кнопка").await.sends("Кот").await.sees("Сначала надпись");
        operator.sends("Посмотреть https://t.me/story_bot?start=s_cat").await.sees("Посмотреть →");
        operator.taps("👁 Показать мне").await.sees("Сделано");
        let trial = operator.receives(MediaKind::Photo, 1).remove(0);
        assert_eq!(trial.text, "Новый кот");
        operator.sends("/admin").await.taps("📣 Рассылка").await.taps("📝 1").await;
        operator.taps("🚀 Отправить").await.sees("её получат 3 человека").taps("✅ Да").await;
        world.advance(SECOND).await;
        for person in [anna, boris] {
            let message = person.receives(MediaKind::Photo, 1).remove(0);
            assert_eq!(message.text, "Новый кот");
            let link = &message.buttons[0][0];
            assert_eq!(link.label, "Посмотреть");
            assert_eq!(link.url.as_deref(), Some("https://t.me/story_bot?start=s_cat"));
        }
        operator.sees("Доставлено 3, остановили бота 0, не вышло 0");

        anna.taps("🔕 Не присылать новости").await.sees("Новости выключены");
        world.advance(Duration::from_secs(10)).await;
        operator.sends("/admin").await.taps("📣 Рассылка").await.taps("➕ Новая рассылка").await;
        world.telegram().says_formatted(operator.id(), "<b>Скидка</b> &amp; <i>песня</i>");
        world.settle().await;
        operator.sees("Все: 2 человека").taps("🚀 Отправить").await.taps("✅ Да").await;
        world.advance(SECOND).await;
        assert_eq!(copies(anna, "Скидка & песня"), 0);
        let message = boris.messages().pop().unwrap();
        assert_eq!(message.html, "<b>Скидка</b> &amp; <i>песня</i>");
        boris.screen();
        operator.sees("Доставлено 2").screen();

        anna.sends("/news").await.sees("Новости выключены");
        anna.taps("🔔 Присылать новости").await.sees("Новости включены");
        drafts(operator, "Снова с нами").await.sees("Все: 3 человека");
        let actions: i64 =
            one(world, "select count(*) from admin_actions where action like 'broadcast_%'").await;
        assert_eq!(actions, 7, "two made and begun, a button, a trial, a draft");
    })
    .await;
}

#[tokio::test]
async fn a_broadcast_begins_at_its_time() {
    story(async |world| {
        let people = crowd(world, 3).await;
        let operator = world.operator().await;
        operator.screen();
        drafts(operator, "Полдень").await;
        operator.taps("⏰ Назначить время").await.sees("время московское");
        // It is noon in Moscow.
        operator.sends("вчера").await.sees("Не понимаем время");
        operator.sends("12:30").await.sees("начать 02.03 12:30").taps("✅ Да").await;
        operator.sees("ждёт времени");
        world.advance(Duration::from_mins(28)).await;
        assert_eq!(have(&people, "Полдень"), 0);
        operator.taps("⏰ Назначить время").await.sends("13:00").await.taps("✅ Да").await;
        world.advance(Duration::from_mins(5)).await;
        assert_eq!(have(&people, "Полдень"), 0, "the earlier time is forgotten");
        world.advance(Duration::from_mins(30)).await;
        assert_eq!(have(&people, "Полдень"), 3);
        reads(&people);
        operator.sees("Доставлено 4").screen();
        drafts(operator, "Никому").await.taps("⏰ Назначить время").await;
        operator.sends("20:00").await.taps("✅ Да").await.sees("ждёт времени");
        operator.taps("⏹ Отменить").await.taps("✅ Да").await.sees("отменена");
        world.advance(Duration::from_hours(12)).await;
        assert_eq!(have(&people, "Никому"), 0);
    })
    .await;
}

#[tokio::test]
async fn midway_it_rests_goes_on_and_ends() {
    story(async |world| {
        let people = crowd(world, 120).await;
        let operator = world.operator().await;
        operator.screen();
        world.advance(Duration::from_secs(10)).await;
        begins(operator, "Новое").await;
        let first = have(&people, "Новое");
        assert!((1..people.len()).contains(&first), "{first}");
        operator.taps("⏸ Пауза").await.sees("на паузе");
        let rested = have(&people, "Новое");
        assert!(rested < people.len(), "{rested}");
        world.advance(Duration::from_mins(10)).await;
        assert_eq!(have(&people, "Новое"), rested, "nobody gets it meanwhile");
        operator.taps("▶️ Продолжить").await.sees("идёт");
        let gone_on = have(&people, "Новое");
        assert!(gone_on > rested && gone_on < people.len(), "{gone_on}");
        operator.taps("⏹ Отменить").await.sees("прекратить рассылку").taps("✅ Да").await;
        operator.sees("отменена");
        let ended = have(&people, "Новое");
        world.advance(Duration::from_hours(1)).await;
        assert_eq!(have(&people, "Новое"), ended);
        assert!(ended < people.len());
        assert!(people.iter().all(|person| copies(*person, "Новое") <= 1));
        reads(&people);
        operator.screen();
        // A press on the card of before.
        let message = operator.messages().last().unwrap().id;
        for data in ["A1|bd|r|1", "A1|bd|p|1", "A1|bd|g|1|all"] {
            world.telegram().presses_raw(operator.id(), message, data);
            world.settle().await;
            operator.sees("в другом состоянии");
        }
    })
    .await;
}

#[tokio::test]
async fn no_more_than_twenty_five_go_in_a_second() {
    story(async |world| {
        let people = crowd(world, 60).await;
        let operator = world.operator().await;
        operator.screen();
        world.advance(Duration::from_secs(10)).await;
        begins(operator, "Быстро").await;
        world.advance(Duration::from_secs(10)).await;
        assert_eq!(have(&people, "Быстро"), 60);
        let mut seconds = std::collections::BTreeMap::new();
        for person in &people {
            let message = person.messages().into_iter().find(|one| one.text == "Быстро").unwrap();
            *seconds.entry(message.date).or_insert(0) += 1;
        }
        assert!(seconds.values().all(|count| *count <= A_SECOND), "{seconds:?}");
        assert!(seconds.len() <= 5, "{seconds:?}");
        reads(&people);
        operator.screen();
    })
    .await;
}

#[tokio::test]
async fn after_a_kill_midway_at_most_the_one_on_its_way_comes_twice() {
    story(async |world| {
        let people = crowd(world, 40).await;
        let operator = world.operator().await;
        operator.screen();
        world.advance(Duration::from_secs(10)).await;
        drafts(operator, "Один раз").await.taps("🚀 Отправить").await;
        world.crash().arm("broadcast: sent", 10);
        operator.taps("✅ Да").await;
        assert!(world.has_crashed());
        world.restarts().await;
        world.advance(Duration::from_secs(30)).await;
        let all: Vec<usize> = people.iter().map(|one| copies(*one, "Один раз")).collect();
        assert!(all.iter().all(|count| *count >= 1), "nobody is left out: {all:?}");
        assert_eq!(all.iter().sum::<usize>(), 41, "one came twice: {all:?}");
        reads(&people);
        operator.sees("Доставлено 41");
        operator.screen();
    })
    .await;
}

#[tokio::test]
async fn who_stopped_the_bot_is_marked_and_skipped() {
    story(async |world| {
        let people = crowd(world, 4).await;
        let operator = world.operator().await;
        operator.screen();
        world.telegram().blocks_bot(people[0].id());
        world.settle().await;
        drafts(operator, "Раз").await.sees("Все: 4 человека").taps("🚀 Отправить").await;
        // Of the second nobody knew.
        world.telegram().next_call("sendMessage", &Fault::Forbidden, 1);
        operator.taps("✅ Да").await;
        world.advance(SECOND * 2).await;
        assert_eq!(have(&people, "Раз"), 2);
        operator.sees("Доставлено 3, остановили бота 1, не вышло 0");
        drafts(operator, "Два").await.sees("Все: 3 человека").taps("🚀 Отправить").await;
        world.telegram().next_call(
            "sendMessage",
            &Fault::BadRequest("BUTTON_INVALID".to_owned()),
            1,
        );
        operator.taps("✅ Да").await;
        world.advance(SECOND * 2).await;
        operator.sees("Доставлено 2, остановили бота 0, не вышло 1");
        people[1].sends("/menu").await;
        drafts(operator, "Три").await.sees("Все: 4 человека");
        operator.taps("⏹ Отменить").await.taps("✅ Да").await;
        reads(&people);
    })
    .await;
}

#[tokio::test]
async fn a_flood_is_waited_for_and_nobody_is_lost() {
    story(async |world| {
        let people = crowd(world, 3).await;
        let operator = world.operator().await;
        operator.screen();
        drafts(operator, "Потоп").await.taps("🚀 Отправить").await;
        world.telegram().next_call("sendMessage", &Fault::Flood(7), 1);
        operator.taps("✅ Да").await;
        assert_eq!(have(&people, "Потоп"), 0);
        world.advance(SECOND * 9).await;
        assert_eq!(have(&people, "Потоп"), 3);
        reads(&people);
        operator.screen();
        drafts(operator, "Обрыв").await.taps("🚀 Отправить").await;
        // It has arrived, and nobody says so.
        world.telegram().next_call("sendMessage", &Fault::CutAfterEffect, 1);
        operator.taps("✅ Да").await;
        world.advance(SECOND * 15).await;
        assert!(people.iter().all(|person| copies(*person, "Обрыв") == 1), "nobody twice");
        operator.sees("Доставлено 3, остановили бота 0, не вышло 1");
        reads(&people);
    })
    .await;
}

#[tokio::test]
async fn notices_of_orders_go_first() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let people = crowd(world, 120).await;
        let operator = world.operator().await;
        operator.screen();
        anna.reaches_confirmation("Кот").await;
        drafts(operator, "Толпе").await.taps("🚀 Отправить").await;
        world.advance(Duration::from_secs(10)).await;
        operator.taps("✅ Да").await.sees("идёт");
        let under_way = have(&people, "Толпе");
        assert!((1..people.len()).contains(&under_way), "{under_way}");
        anna.taps("✅ Запустить").await.sees("Взяли в работу");
        // Not a moment passes between the fact and the word.
        let waited: i64 = one(
            world,
            "select (extract(epoch from max(sent_at - created_at)) * 1000)::bigint
             from notices where fact ->> 'fact' = 'accepted' and sent_at is not null",
        )
        .await;
        assert_eq!(waited, 0);
        world.succeeds().await;
        assert!(have(&people, "Толпе") < people.len(), "the crowd still waits");
        anna.receives(MediaKind::Photo, 1);
        world.advance(Duration::from_secs(20)).await;
        assert_eq!(have(&people, "Толпе"), people.len());
        reads(&people);
        anna.screen();
        operator.screen();
    })
    .await;
}

#[tokio::test]
async fn pages_bounds_and_ways_to_pay_are_changed_in_telegram() {
    let options = Options {
        offer: Offer {
            ways: vec![Provider::Stars, Provider::CryptoPay, Provider::Manual],
            manual_details: Some("Карта 2200".to_owned()),
            ..Offer::default()
        },
        ..Options::default()
    };
    story_with(options, async |world| {
        let anna = world.person("Анна");
        anna.sends("/start src_vk").await.sees("Дарим 200 ₽");
        let operator = world.operator().await;
        operator.screen();
        operator.sends("/admin").await.taps("⚙️ Настройки").await.taps("📄 Тексты страниц").await;
        operator.taps("Условия, по-русски").await.sees("Цена каждого заказа видна");
        operator.taps("✏️ Изменить").await;
        world.telegram().says_formatted(operator.id(), "<b>Наши условия</b>: будьте добры");
        world.settle().await;
        operator.sees("Сейчас: Наши условия: будьте добры");
        anna.sends("/terms").await.sees("Наши условия: будьте добры");
        let shown = anna.messages().pop().unwrap();
        assert!(shown.html.starts_with("<b>Наши условия</b>"), "{}", shown.html);
        operator.taps("↩️ Как в окружении").await.sees("Из окружения");
        anna.sends("/terms").await.sees("Цена каждого заказа видна");

        operator.sends("/admin").await.taps("⚙️ Настройки").await.taps("💳 Способы оплаты").await;
        operator.taps("Звёзды").await.sees("Сейчас: да").taps("⏹ Выключить").await;
        operator.sees("Сейчас: нет");
        assert!(!topup_screen(anna).await.contains("Звёзд"), "{}", anna.screen());
        operator.taps("↩️ Отменить").await.sees("Сейчас: да");
        assert!(topup_screen(anna).await.contains("Звёзд"), "{}", anna.screen());

        operator.sends("/admin").await.taps("⚙️ Настройки").await.taps("🚦 Пределы").await;
        operator.taps("Заказов в работе").await.sees("Сейчас: 100").taps("✏️ Изменить").await;
        operator.sends("0").await.sees("не подходит").sends("1").await.sees("Сейчас: 1");
        anna.orders("Кот").await;
        anna.reaches_confirmation("Пёс").await;
        anna.taps("✅ Запустить").await.sees("уже 1 заказ в работе");
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();

        anna.sends("/news").await.taps("🔕 Не присылать новости").await.sees("выключены");
        operator.sends("/admin").await.taps("👤 Пользователи").await.taps("🔎 Искать").await;
        operator.sends("Анна").await.taps("Анна").await.sees("Источник: vk").sees("Без новостей");
    })
    .await;
}

/// What the ways to pay a sum are.
async fn topup_screen(person: Person<'_>) -> String {
    person.sends("/balance").await.taps("300 ₽").await;
    person.screen()
}
