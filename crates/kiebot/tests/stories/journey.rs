//! What stands around an order: finding a model, results once more, money in words, help, limits,
//! and leaving.

use std::time::Duration;

use chat::Limits;
use sandbox::kie::{OutputFile, Outputs};
use sandbox::telegram::MediaKind;

use crate::person::Person;
use crate::world::{Options, PATIENT, World, story, story_with};

#[tokio::test]
async fn a_model_is_found_by_words_and_kept_among_the_favourites() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await.sees("Здравствуйте");
        anna.taps("🔎 Все модели").await.sees("Все модели");
        anna.sends("абракадабра").await.sees("Ничего не нашлось");
        anna.sends("убрать фон").await.sees("По словам «убрать фон»");
        anna.sends("nano banana").await;
        let screen = anna.screen();
        assert!(screen.contains("хватит на 52"), "{screen}");
        anna.taps("Nano Banana · 3,80 ₽").await.sees("хватит на 52 таких заказа");
        anna.taps("❤️ В избранное").await.sees("Добавили в избранное");
        anna.sends("/favorites").await.sees("Избранное");
        anna.taps("Nano Banana").await;
        anna.taps("💔 Убрать").await.sees("Убрали из избранного");
        anna.sends("/favorites").await.sees("Здесь пока пусто");
    })
    .await;
}

#[tokio::test]
async fn a_result_comes_once_more_as_a_file_and_later_without_being_fetched() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.succeeds().await;
        let photo = anna.receives(MediaKind::Photo, 1).remove(0);
        assert!(photo.text.contains("Заняло"), "{}", photo.text);
        anna.taps("📎 Файлом без сжатия").await.sees("Отправляем исходные файлы");
        let file = anna.receives(MediaKind::Document, 1).remove(0);
        let (file, photo) = (file.media.unwrap(), photo.media.unwrap());
        assert_eq!(file.bytes, photo.bytes);
        anna.screen();
        // After the links are dead: Telegram's own copy of the file.
        world.advance(Duration::from_hours(24 * 20)).await;
        anna.sends("/history").await;
        anna.taps("🧾 Nano Banana").await;
        anna.taps("📎 Файлом без сжатия").await.sees("Отправляем исходные файлы");
        anna.receives(MediaKind::Document, 2);
        anna.screen();
        assert_eq!(anna.wallet().await, (19_620, 0));
    })
    .await;
}

#[tokio::test]
async fn an_original_that_is_gone_is_said_to_be_gone() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        world.advance(Duration::from_hours(24 * 20)).await;
        anna.taps("📎 Файлом без сжатия").await.sees("больше нет");
        anna.taps("🔗 Ссылка").await.sees("больше не действуют");
    })
    .await;
}

/// Downloads what the newest link button names.
async fn downloads(person: Person<'_>, range: Option<&str>) -> (u16, Vec<u8>) {
    person.screen();
    let url = link(person);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = client.get(url);
    if let Some(range) = range {
        request = request.header("Range", range);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.bytes().await.unwrap().to_vec())
}

fn link(person: Person<'_>) -> String {
    let buttons = person.messages().into_iter().rev().flat_map(|message| message.buttons.concat());
    buttons.into_iter().find_map(|button| button.url).expect("there is a link")
}

fn public() -> Options {
    Options { public: true, ..Options::default() }
}

#[tokio::test]
async fn a_result_is_downloaded_from_a_signed_address_that_ends() {
    story_with(public(), async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.succeeds().await;
        let photo = anna.receives(MediaKind::Photo, 1).remove(0).media.unwrap();
        anna.taps("🔗 Ссылка").await.sees("около 24 часов");
        assert!(link(anna).starts_with(&format!("{}/files/", world.address())));
        assert_eq!(downloads(anna, None).await, (200, photo.bytes.to_vec()));
        let forged = format!("{}A", link(anna));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        assert_eq!(client.get(forged).send().await.unwrap().status().as_u16(), 404);
        world.advance(Duration::from_hours(25)).await;
        assert_eq!(downloads(anna, None).await.0, 404);
    })
    .await;
}

#[tokio::test]
async fn a_result_over_fifty_megabytes_comes_by_an_address_of_our_own() {
    const SIZE: usize = 51 * 1024 * 1024;
    story_with(public(), async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.succeeds_with(Outputs::of(vec![OutputFile::Big(SIZE)])).await;
        anna.sees("Списано 3,80 ₽").sees("около 24 часов");
        let (status, bytes) = downloads(anna, None).await;
        assert_eq!((status, bytes.len()), (200, SIZE));
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_refused_order_is_fixed_and_run_again() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот с ружьём").await;
        world.fails("422", "The input or output was flagged as sensitive.").await;
        anna.sees("Деньги возвращены: 3,80 ₽, баланс 200 ₽");
        let screen = anna.screen();
        assert!(!screen.contains("Повторить заказ"), "the same again would be refused: {screen}");
        anna.taps("✏️ Исправить и повторить").await.sees("Кот с ружьём");
        anna.sends("Кот с цветком").await.sees("Проверьте заказ");
        anna.taps("✅ Запустить").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.taps("🎨 Другая модель").await.sees("Кот с цветком");
    })
    .await;
}

#[tokio::test]
async fn trouble_of_ours_names_the_support_and_the_number_of_the_order() {
    story(async |world| {
        let anna = world.person("Анна");
        world.kie().set_credits("0").unwrap();
        anna.orders("Кот").await;
        let code: String = sqlx::query_scalar("select code from generations")
            .fetch_one(world.pool())
            .await
            .unwrap();
        anna.sees("вы всё сделали верно").sees(&format!("@story_support и назовите номер {code}"));
    })
    .await;
}

#[tokio::test]
async fn the_history_is_shown_by_kind_with_the_words_to_copy() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот читает").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.sends("/history").await;
        anna.taps("🎬 Видео").await.sees("Здесь пока пусто");
        anna.taps("🖼 Картинка").await.sees("Nano Banana");
        anna.taps("🧾 Nano Banana").await.sees("Кот читает");
        anna.taps("📋 Текст запроса").await;
        let shown = anna.messages().pop().unwrap();
        assert!(shown.html.contains("<code>Кот читает</code>"), "{}", shown.html);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn every_movement_of_money_is_told_in_words_with_its_order() {
    story(async |world| {
        let anna = world.person("Анна");
        for _ in 0..5 {
            anna.orders("Кот").await;
            world.succeeds().await;
        }
        anna.receives(MediaKind::Photo, 5);
        anna.sends("/balance").await;
        anna.taps("💰 Мои деньги").await.sees("списано за готовый результат");
        let screen = anna.screen();
        let code: String =
            sqlx::query_scalar("select code from generations order by created_at desc limit 1")
                .fetch_one(world.pool())
                .await
                .unwrap();
        assert!(screen.contains(&format!("заказ {code}")), "{screen}");
        anna.taps("Старше").await.sees("бонус в подарок");
        anna.taps("Новее").await.sees("страница 1");
    })
    .await;
}

#[tokio::test]
async fn help_has_its_pages_and_each_its_command() {
    story(async |world| {
        let anna = world.person("Анна");
        for (command, words) in [
            ("/terms", "Условия"),
            ("/privacy", "Ваши данные"),
            ("/paysupport", "Вопросы об оплате"),
            ("/support", "@story_support"),
            ("/faq", "Частые вопросы"),
        ] {
            anna.sends(command).await.sees(words);
        }
        anna.taps("А если не получится?").await.sees("возвращаются сами");
    })
    .await;
}

async fn count(world: &World, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(world.pool()).await.unwrap()
}

#[tokio::test]
async fn who_erases_themself_leaves_nothing_but_the_books() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Тайный кот").await;
        // A ready idea of some time ago.
        sqlx::query(
            "insert into batches (id, code, order_key, user_id, chat_id, language, world, scenario,
                                  size, inputs, prompt_field, wish, brief, rewrite, scripts,
                                  cost_rate, created_at, closed_at)
             select gen_random_uuid(), 'OLDIDEA1', 'old', id, telegram_id, 'ru', 'real', 'animate', 1,
                    '{\"text\": \"Тайный кот\"}', 'prompt', 'Тайный кот', 'Тайный кот', 'written',
                    '[\"Тайный кот\"]', 0.5, seen_at, seen_at from users",
        )
        .execute(world.pool())
        .await
        .unwrap();
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.sends("/delete_me").await.sees("На счёте 196,20 ₽ бонусами: они пропадут");
        anna.taps("🗑 Да, стереть всё").await.sees("ваши данные стёрты");
        let named = "select count(*) from users where telegram_id is not null or name <> ''";
        assert_eq!(count(world, named).await, 0);
        let kept = "select count(*) from generations where answers <> '{}' or chat_id <> 0";
        assert_eq!(count(world, kept).await, 0);
        let files = "select count(*) from outputs where file_id is not null or url <> ''";
        assert_eq!(count(world, files).await, 0);
        let words = "select count(*) from batches where chat_id <> 0 or batches::text like '%Тайный%'";
        assert_eq!(count(world, words).await, 0);
        assert_eq!(count(world, "select count(*) from sessions").await, 0);
        assert!(count(world, "select count(*) from ledger").await > 0);
        // Old buttons are those of a stranger now.
        anna.taps("📎 Файлом без сжатия").await.sees("Такого заказа у вас нет");
        anna.sends("/history").await.sees("Здесь пока пусто");
    })
    .await;
}

#[tokio::test]
async fn an_old_yes_to_erasing_erases_nobody() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/delete_me").await.sees("Стереть мои данные?");
        let asked = anna.messages().pop().unwrap().id;
        anna.sends("/menu").await;
        world.telegram().presses_raw(anna.id(), asked, "1|j|x1");
        world.settle().await;
        anna.sees("Эта кнопка устарела");
        let named = "select count(*) from users where telegram_id is not null";
        assert_eq!(count(world, named).await, 1);
    })
    .await;
}

fn limited(limits: Limits) -> Options {
    Options { limits, ..Options::default() }
}

#[tokio::test]
async fn who_is_too_fast_hears_when_to_go_on() {
    let limits = Limits { requests_per_minute: 3, ..PATIENT };
    story_with(limited(limits), async |world| {
        let anna = world.person("Анна");
        for _ in 0..3 {
            anna.sends("/menu").await.sees("Главное меню");
        }
        anna.sends("/menu").await.sees("Слишком быстро");
        for _ in 0..20 {
            world.telegram().says(anna.id(), "/menu");
        }
        world.settle().await;
        anna.screen();
        let warned =
            anna.messages().iter().filter(|message| message.text.contains("быстро")).count();
        assert!(warned < 20, "a flood is answered, and not by a flood: {warned}");
        world.advance(Duration::from_secs(61)).await;
        anna.sends("/menu").await.sees("Главное меню");
    })
    .await;
}

#[tokio::test]
async fn so_many_orders_are_open_at_once_and_no_more() {
    let limits = Limits { open_orders: 1, ..PATIENT };
    story_with(limited(limits), async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        anna.reaches_confirmation("Пёс").await;
        anna.taps("✅ Запустить").await.sees("У вас уже 1 заказ в работе");
        assert_eq!(anna.wallet().await, (19_620, 380));
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.sends("▶️ Продолжить заказ").await;
        anna.taps("✅ Запустить").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 2);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn so_many_files_are_taken_in_an_hour_and_no_more() {
    let limits = Limits { uploads_per_hour: 1, ..PATIENT };
    story_with(limited(limits), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        for _ in 0..2 {
            anna.sends_photo(world.photo(), "cat.png").await;
        }
        anna.sees("За час можно прислать 1 файл");
    })
    .await;
}

const SENSITIVE: &str = "The input or output was flagged as sensitive.";

#[tokio::test]
async fn three_refusals_in_an_hour_are_followed_by_a_pause_and_ten_a_day_by_an_alert() {
    story(async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        for number in 1..=10 {
            anna.orders("Кот с ружьём").await;
            world.fails("422", SENSITIVE).await;
            anna.sees("баланс 200 ₽");
            if number == 3 {
                anna.reaches_confirmation("Кот").await;
                anna.taps("✅ Запустить").await.sees("Сделаем паузу на 60 минут");
                assert_eq!(anna.wallet().await, (20_000, 0));
            }
            if number >= 3 && number % 2 == 1 {
                world.advance(Duration::from_mins(62)).await;
            }
        }
        operator.sees("Много отказов у одного человека");
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn the_card_says_how_long_the_last_orders_took() {
    story(async |world| {
        let anna = world.person("Анна");
        for number in 1..=10 {
            world.learns().await;
            anna.sends("/start m_google_nano-banana").await;
            let card = anna.screen();
            assert!(!card.contains("девять заказов из десяти"), "{number}: {card}");
            anna.orders("Кот").await;
            world.advance(Duration::from_secs(12)).await;
            world.succeeds().await;
        }
        anna.receives(MediaKind::Photo, 10);
        world.learns().await;
        anna.sends("/start m_google_nano-banana").await.sees("девять заказов из десяти");
    })
    .await;
}

#[tokio::test]
async fn random_updates_are_always_answered() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let mut seed: u64 = 20_260_302;
        let mut next = |below: usize| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % below
        };
        let words = [
            "кот",
            "/start",
            "/menu",
            "/history x",
            "",
            "\u{0}",
            "🔎 Все модели",
            "<b>",
            "/nonsense",
        ];
        let forged = [
            "1|m",
            "1|j|x3",
            "1|c|v|9",
            "1|w|3|c0",
            "1|r|2",
            "1|h|65535",
            "9|?",
            "1|j|o",
            "1|d|no/such",
        ];
        for _ in 0..100 {
            match next(4) {
                0 => {
                    let data = forged[next(forged.len())];
                    world.telegram().presses_raw(anna.id(), 1, data);
                }
                1 => {
                    let text = words[next(words.len())];
                    let body = serde_json::json!({
                        "message_id": 100_000, "date": 1, "text": text,
                        "chat": {"id": anna.id(), "type": "private"},
                        "from": {"id": anna.id(), "is_bot": false, "first_name": "Анна"}
                    });
                    world.telegram().raw_update("message", body);
                }
                2 => {
                    world.telegram().sends_photo(
                        anna.id(),
                        sandbox::telegram::PersonFile::new(world.photo(), "image/png", "a.png"),
                    );
                }
                _ => {
                    let buttons = anna.messages().pop().unwrap().buttons.concat();
                    let data: Vec<_> =
                        buttons.into_iter().filter_map(|button| button.data).collect();
                    let spending = |data: &&String| !data.starts_with("1|r|");
                    let data: Vec<_> = data.iter().filter(spending).collect();
                    if !data.is_empty() {
                        let data = data[next(data.len())].clone();
                        let on = anna.messages().pop().unwrap().id;
                        world.telegram().presses_raw(anna.id(), on, &data);
                    }
                }
            }
            world.settle().await;
            anna.screen();
        }
        anna.sends("/menu").await.sees("Главное меню");
    })
    .await;
}
