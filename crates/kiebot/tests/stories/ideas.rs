//! Ready ideas: a photo and a press become several videos, each with its own fate, and one receipt.

use std::collections::BTreeSet;
use std::time::Duration;

use sandbox::kie::{ChatScript, UploadFault};
use sandbox::telegram::MediaKind;
use scenario::{InputKind, Scenario, Scenarios};

use crate::person::Person;
use crate::world::{World, story};

/// The template of «Оживи фото» with its first idea, as the model gets it when nobody rewrites it.
const PLAIN: &str = "Человек на фото поднимает взгляд, тепло улыбается и смотрит в камеру. Лица и \
                     обстановка остаются как на фото, движение естественное и плавное.";

/// The most characters of own words to «Оживи фото».
const WORDS_MAX: usize = 500;

async fn three_videos_confirmed(world: &World, anna: Person<'_>) {
    anna.sends("/start s_revive-photo").await.sees("Оживи фото");
    anna.taps("✨ Начать").await.sees("Пришлите фото");
    anna.sends_photo(world.photo(), "cat.png").await.sees("Что должно произойти");
    anna.taps("😊 Улыбка").await.sees("Сколько вариантов");
    anna.taps("3 видео · 45,60 ₽").await.sees("Проверьте заказ");
}

async fn three_videos(world: &World, anna: Person<'_>) {
    three_videos_confirmed(world, anna).await;
    anna.taps("✅ Запустить за 45,60 ₽").await.sees("Проект взят в работу");
    world.advance(Duration::from_secs(10)).await;
}

fn prompts(world: &World) -> Vec<String> {
    let of = |input: &serde_json::Value| input["prompt"].as_str().unwrap_or_default().to_owned();
    world.kie().tasks().iter().map(|task| of(&task.input)).collect()
}

/// KIE.ai finishes every task that is open, one after the other.
async fn all_succeed(world: &World) {
    for task in world.kie().tasks() {
        world.kie().succeed(&task.id).await;
        world.advance(Duration::from_secs(7)).await;
    }
}

async fn booked_for_writing(world: &World) -> Vec<i64> {
    sqlx::query_scalar("select amount_kop from ledger where operation like 'writing:%' order by id")
        .fetch_all(world.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn three_videos_of_one_photo_come_as_they_are_ready_with_one_receipt() {
    story(async |world| {
        let anna = world.person("Анна");
        three_videos_confirmed(world, anna).await;
        insta::assert_snapshot!(anna.screen());
        anna.taps("✅ Запустить за 45,60 ₽").await.sees("Проект взят в работу");
        assert_eq!(anna.wallet().await, (15_440, 4_560));
        world.advance(Duration::from_secs(10)).await;

        // The photo went up once, the prompts were written once, and they differ.
        let tasks = world.kie().tasks();
        let photos: BTreeSet<_> =
            tasks.iter().map(|task| task.input["image_url"].to_string()).collect();
        let prompts: BTreeSet<_> = prompts(world).into_iter().collect();
        assert_eq!((tasks.len(), photos.len(), prompts.len()), (3, 1, 3), "{prompts:?}");
        assert!(prompts.iter().all(|prompt| prompt.contains("тепло улыбается")), "{prompts:?}");
        let chats = world.kie().chats();
        assert_eq!(chats.len(), 1);
        assert!(chats[0].body.to_string().contains("image_url"), "the picture was not shown");
        assert_eq!(booked_for_writing(world).await, [1]);

        anna.sees("Генерация 1 из 3");
        anna.taps("✍️ Показать сценарий").await.sees("Сценарий").sees("slow push-in");
        world.kie().succeed(&tasks[1].id).await;
        world.advance(Duration::from_secs(10)).await;
        anna.receives(MediaKind::Video, 1);
        anna.sees("Генерация 2 из 3");
        all_succeed(world).await;
        let videos = anna.receives(MediaKind::Video, 3);
        assert!(videos.iter().all(|video| !video.text.contains("Списано")), "{videos:?}");
        anna.sees("Готово: 3 из 3").sees("списали 45,60 ₽");
        insta::assert_snapshot!(without_codes(&anna.screen()));
        assert_eq!(anna.wallet().await, (15_440, 0));
    })
    .await;
}

/// Numbers of orders are random; their length is not.
fn without_codes(text: &str) -> String {
    let hidden = |word: &str| {
        let code =
            word.len() == 8 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if code { "КОД".to_owned() } else { word.to_owned() }
    };
    text.lines()
        .map(|line| line.split(' ').map(hidden).collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn one_of_three_fails_and_only_its_money_comes_back() {
    story(async |world| {
        let anna = world.person("Анна");
        three_videos(world, anna).await;
        let tasks = world.kie().tasks();
        world.kie().fail(&tasks[1].id, "422", "The input was flagged as sensitive.").await;
        world.advance(Duration::from_secs(10)).await;
        anna.sees("Деньги возвращены: 15,20 ₽");
        for task in [&tasks[0], &tasks[2]] {
            world.kie().succeed(&task.id).await;
            world.advance(Duration::from_secs(10)).await;
        }
        anna.receives(MediaKind::Video, 2);
        anna.sees("Готово: 2 из 3").sees("списали 30,40 ₽, вернули 15,20 ₽. Баланс 169,60 ₽");
        assert_eq!(anna.wallet().await, (16_960, 0));

        // The same photo, another idea, one video.
        anna.taps("🔁 Ещё по этому фото").await.sees("Что должно произойти");
        anna.sends("Кот моргает и зевает").await.sees("Сколько вариантов");
        anna.taps("1 видео · 15,20 ₽").await.sees("Проверьте заказ");
        anna.taps("✅ Запустить за 15,20 ₽").await.sees("взят в работу");
        world.advance(Duration::from_secs(5)).await;
        assert!(prompts(world)[3].contains("Кот моргает и зевает"));
        world.succeeds().await;
        world.advance(Duration::from_secs(10)).await;
        let last = anna.receives(MediaKind::Video, 3).pop().unwrap();
        assert!(last.text.contains("Списано"), "{}", last.text);
        anna.screen();
        assert_eq!(anna.wallet().await, (15_440, 0));
    })
    .await;
}

async fn goes_on_in_plain_words(world: &World, anna: Person<'_>) {
    assert_eq!(prompts(world), [PLAIN; 3]);
    anna.taps("✍️ Показать сценарий").await.sees("в работу пошло ваше описание");
    all_succeed(world).await;
    anna.receives(MediaKind::Video, 3);
    anna.screen();
    assert_eq!(anna.wallet().await, (15_440, 0));
}

#[tokio::test]
async fn a_language_model_that_is_down_loses_no_order() {
    story(async |world| {
        let anna = world.person("Анна");
        world.kie().next_chat(ChatScript::Error500);
        world.kie().next_chat(ChatScript::Error500);
        three_videos(world, anna).await;
        assert_eq!(world.kie().chats().len(), 2, "a passing fault is tried once more");
        goes_on_in_plain_words(world, anna).await;
        assert!(booked_for_writing(world).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_language_model_that_is_silent_is_waited_for_thirty_seconds() {
    story(async |world| {
        let anna = world.person("Анна");
        world.kie().next_chat(ChatScript::Slow);
        three_videos_confirmed(world, anna).await;
        anna.presses("✅ Запустить за 45,60 ₽");
        world.settle_while_nobody_writes(Duration::from_secs(31)).await;
        world.advance(Duration::from_secs(10)).await;
        anna.sees("взят в работу");
        assert_eq!(world.kie().chats().len(), 1);
        goes_on_in_plain_words(world, anna).await;
    })
    .await;
}

/// Begins a picture of a photo in a style.
async fn a_style_begun(world: &World, anna: Person<'_>) {
    anna.sends("/start s_photo-style").await;
    anna.sends_photo(world.photo(), "cat.png").await.sees("В каком стиле");
}

/// Orders it, through the language model when it may write, and gets it.
async fn a_style(world: &World, anna: Person<'_>) {
    anna.sends("Гравюра на меди").await.sees("Сколько вариантов");
    anna.taps("1 картинка").await;
    anna.taps("✅ Запустить").await.sees("взят в работу");
    world.advance(Duration::from_secs(2)).await;
    world.succeeds().await;
    anna.screen();
}

#[tokio::test]
async fn so_much_is_written_for_a_person_in_a_day_and_then_their_own_words_go() {
    story(async |world| {
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        a_style_begun(world, anna).await;
        for _ in 0..20 {
            a_style(world, anna).await;
            anna.taps("🔁 Ещё по этому фото").await.sees("В каком стиле");
        }
        assert_eq!(world.kie().chats().len(), 20);
        assert!(!anna.chat().contains("как есть"), "{}", anna.chat());
        let (before, _) = anna.wallet().await;
        a_style(world, anna).await;
        anna.sees("Сценариев на сегодня хватит");
        assert_eq!(world.kie().chats().len(), 20, "nobody is asked");
        let prompt = prompts(world).pop().unwrap();
        assert!(prompt.contains("Гравюра на меди"), "{prompt}");
        assert_eq!(before - anna.wallet().await.0, 380, "for the same price");
        anna.receives(MediaKind::Photo, 21);

        // Others are not meant, and tomorrow is another day.
        a_style_begun(world, boris).await;
        a_style(world, boris).await;
        assert_eq!(world.kie().chats().len(), 21);
        boris.screen();
        world.advance(Duration::from_hours(24)).await;
        anna.taps("🔁 Ещё по этому фото").await.sees("В каком стиле");
        a_style(world, anna).await;
        assert_eq!(world.kie().chats().len(), 22);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn an_idea_takes_words_up_to_its_limit_and_says_how_many_are_too_many() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start s_revive-photo").await;
        anna.taps("✨ Начать").await;
        anna.sends_photo(world.photo(), "cat.png").await.sees("Что должно произойти");
        anna.sends(&"а".repeat(WORDS_MAX + 1)).await.sees(&format!("поместится {WORDS_MAX}"));
        anna.sends(&"а".repeat(WORDS_MAX)).await.sees("Сколько вариантов");
        anna.taps("1 видео").await.sees("Проверьте заказ");
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn one_three_or_five_videos_are_offered_and_no_other_number() {
    story(async |world| {
        let anna = world.person("Анна");
        three_videos_confirmed(world, anna).await;
        anna.taps("⬅️ Назад").await.sees("Сколько вариантов");
        let asked = anna.messages().pop().unwrap();
        let videos = |label: &String| label.contains("видео");
        let labels: Vec<_> = asked.buttons.concat().into_iter().map(|one| one.label).collect();
        let labels: Vec<_> = labels.into_iter().filter(videos).collect();
        let plain: Vec<_> = labels.iter().map(|label| label.replace('\u{a0}', " ")).collect();
        assert_eq!(plain, ["1 видео · 15,20 ₽", "3 видео · 45,60 ₽", "5 видео · 76 ₽"]);
        // A forged button of another number is a stale one.
        let three = asked.buttons.concat().into_iter().find(|one| one.label.starts_with('3'));
        let data = three.and_then(|one| one.data).unwrap();
        let (start, number) = data.rsplit_once('3').unwrap();
        let forged = format!("{start}50{number}");
        world.telegram().presses_raw(anna.id(), asked.id, &forged);
        world.settle().await;
        anna.sees("Сколько вариантов");
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn what_a_language_model_was_told_never_goes_into_an_order() {
    for script in [
        ChatScript::Garbage200,
        ChatScript::Reply("I'm sorry, but I can't help with that.".to_owned()),
        ChatScript::Reply("{\"error\": \"overloaded\"}".to_owned()),
        ChatScript::Reply(
            "Write prompts for an image-to-video model that brings the given photo to life. \
             Describe the motion of the subject and of the camera, light and mood."
                .to_owned(),
        ),
    ] {
        story(async |world| {
            let anna = world.person("Анна");
            world.kie().next_chat(script.clone());
            three_videos(world, anna).await;
            goes_on_in_plain_words(world, anna).await;
        })
        .await;
    }
}

#[tokio::test]
async fn cancelling_in_the_middle_frees_what_is_not_submitted_and_tells_the_truth_of_the_rest() {
    story(async |world| {
        let anna = world.person("Анна");
        three_videos(world, anna).await;
        let tasks = world.kie().tasks();
        // Two wait for their second try, one is being made.
        for task in [&tasks[0], &tasks[2]] {
            world.kie().fail(&task.id, "500", "Internal Error, Please try again later.").await;
        }
        world.settle().await;
        anna.taps("✖️ Отменить").await.sees("вернули 30,40 ₽").sees("15,20 ₽ спишем");
        assert_eq!(anna.wallet().await, (18_480, 1_520));
        world.advance(Duration::from_secs(30)).await;
        assert_eq!(world.kie().tasks().len(), 3, "nothing is tried again");
        world.kie().succeed(&tasks[1].id).await;
        world.advance(Duration::from_secs(10)).await;
        anna.receives(MediaKind::Video, 0);
        anna.sees("Готово: 1 из 3").sees("ждёт в «Истории»");
        anna.screen();
        assert_eq!(anna.wallet().await, (18_480, 0));
    })
    .await;
}

#[tokio::test]
async fn cancelling_before_anything_is_submitted_returns_everything_at_once() {
    story(async |world| {
        let anna = world.person("Анна");
        world.kie().next_upload(UploadFault::ServerError500);
        three_videos_confirmed(world, anna).await;
        anna.taps("✅ Запустить за 45,60 ₽").await.sees("Проект взят в работу");
        anna.taps("✖️ Отменить").await.sees("вернули 45,60 ₽");
        assert_eq!(anna.wallet().await, (20_000, 0));
        anna.sees("Проект отменён");
        world.advance(Duration::from_mins(1)).await;
        assert!(world.kie().tasks().is_empty());
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn two_presses_are_one_batch() {
    story(async |world| {
        let anna = world.person("Анна");
        three_videos_confirmed(world, anna).await;
        anna.presses("✅ Запустить");
        anna.presses("✅ Запустить");
        world.advance(Duration::from_secs(10)).await;
        assert_eq!(world.kie().tasks().len(), 3);
        assert_eq!(anna.wallet().await, (15_440, 4_560));
        all_succeed(world).await;
        anna.receives(MediaKind::Video, 3);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn too_little_money_starts_none_of_them_and_keeps_the_idea() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start s_product-ad").await;
        anna.taps("✨ Начать").await;
        anna.sends_photo(world.photo(), "cat.png").await.sees("Что это и чем хорошо");
        anna.sends("Кружка, которая не остывает").await;
        anna.taps("💡 Студия").await;
        anna.taps("5 видео · 199,50 ₽").await;
        anna.taps("✅ Запустить за 199,50 ₽").await;
        world.advance(Duration::from_secs(10)).await;
        all_succeed(world).await;
        anna.receives(MediaKind::Video, 5);
        anna.sees("Готово: 5 из 5");

        anna.taps("🔁 Ещё по этому фото").await.sees("Что это и чем хорошо");
        anna.sends("Кружка").await;
        anna.taps("💦 Брызги").await;
        anna.taps("3 видео · 119,70 ₽").await.sees("Не хватает 119,20 ₽");
        assert_eq!(anna.wallet().await, (50, 0));
        world.gives(anna, money::Rub::from_roubles(150)).await;
        anna.taps("✨ Готовые идеи").await;
        anna.taps("▶️ Продолжить идею").await.sees("Проверьте заказ");
        anna.taps("✅ Запустить за 119,70 ₽").await;
        world.advance(Duration::from_secs(10)).await;
        assert_eq!(world.kie().tasks().len(), 8);
        all_succeed(world).await;
        anna.receives(MediaKind::Video, 8);
        anna.screen();
        assert_eq!(anna.wallet().await, (3_080, 0));
    })
    .await;
}

#[tokio::test]
async fn a_kill_at_any_point_of_a_batch_changes_neither_the_end_nor_the_money() {
    for (point, after) in [
        ("update: answered", 5),
        ("notice: sent", 0),
        ("prepare: uploaded", 0),
        ("prepare: script asked", 0),
        ("prepare: script written", 0),
        ("submit: called", 1),
        ("secure: fetched", 1),
        ("deliver: sent", 2),
        ("notice: sent", 3),
    ] {
        one_kill(point, after).await;
    }
}

async fn come_back(world: &World) {
    if world.has_crashed() {
        world.restarts().await;
    }
}

async fn passes(world: &World, time: Duration) {
    world.advance(time).await;
    come_back(world).await;
}

async fn one_kill(point: &'static str, after: usize) {
    story(async |world| {
        let anna = world.person("Анна");
        world.crash().arm(point, after);
        anna.sends("/start s_revive-photo").await;
        come_back(world).await;
        anna.taps("✨ Начать").await;
        come_back(world).await;
        anna.sends_photo(world.photo(), "cat.png").await;
        come_back(world).await;
        for label in ["😊 Улыбка", "3 видео", "✅ Запустить"] {
            anna.taps(label).await;
            come_back(world).await;
        }
        passes(world, Duration::from_secs(10)).await;
        passes(world, Duration::from_secs(10)).await;
        passes(world, Duration::from_mins(1)).await;
        let tasks = world.kie().tasks();
        assert_eq!(tasks.len(), 3, "{point} {after}");
        for task in tasks {
            world.kie().succeed(&task.id).await;
            passes(world, Duration::from_secs(10)).await;
        }
        passes(world, Duration::from_mins(2)).await;
        passes(world, Duration::from_mins(2)).await;
        assert_eq!(anna.wallet().await, (15_440, 0), "{point} {after}");
        let repeated = if point == "deliver: sent" { 4 } else { 3 };
        anna.receives(MediaKind::Video, repeated);
        anna.screen();
    })
    .await;
}

async fn order(scenario: &Scenario) {
    let id = &scenario.id;
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends(&format!("/start s_{id}")).await.sees("Цена");
        anna.taps("✨ Начать").await;
        for input in &scenario.inputs {
            match &input.kind {
                InputKind::File(media::MediaKind::Image) => {
                    anna.sends_photo(world.photo(), "cat.png").await;
                }
                InputKind::File(media::MediaKind::Video) => {
                    let film = include_bytes!("../../../sandbox/assets/result.mp4").to_vec();
                    anna.sends_file(MediaKind::Video, film, "video/mp4", "film.mp4").await;
                }
                InputKind::File(media::MediaKind::Audio) => {
                    let sound = include_bytes!("../../../sandbox/assets/result.mp3").to_vec();
                    anna.sends_file(MediaKind::Audio, sound, "audio/mpeg", "sound.mp3").await;
                }
                InputKind::Words { .. } => {
                    anna.sends("Кот Мурзик").await;
                }
                InputKind::Choice { options, .. } => {
                    anna.taps(&options[0].label.ru).await;
                }
            }
        }
        if scenario.counts.len() > 1 {
            anna.taps("1 ").await;
        }
        anna.sees("Проверьте заказ");
        let launch = anna.button("✅ Запустить");
        let (before, _) = anna.wallet().await;
        anna.taps("✅ Запустить").await.sees("взят в работу");
        world.advance(Duration::from_secs(5)).await;
        let Some(task) = world.kie().tasks().pop() else {
            panic!("{id}: no task\n{}\n{:?}", anna.screen(), world.kie().violations());
        };
        assert!(scenario.models().any(|model| model == task.model), "{id}: {}", task.model);
        world.succeeds().await;
        world.advance(Duration::from_secs(10)).await;
        let (after, held) = anna.wallet().await;
        assert_eq!(held, 0, "{id}");
        let price = money::Rub::from_kopecks(before - after).to_string().replace('\u{a0}', " ");
        assert!(before > after && launch.contains(&price), "{id}: {launch} took {price}");
        assert!(anna.messages().iter().any(|message| message.media.is_some()), "{id}");
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn every_idea_is_asked_ordered_made_and_charged_at_the_price_shown() {
    let scenarios = Scenarios::builtin().unwrap();
    let mut failed = Vec::new();
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async {
            for scenario in scenarios.iter().cloned() {
                let id = scenario.id.clone();
                if tokio::task::spawn_local(async move { order(&scenario).await }).await.is_err() {
                    failed.push(id);
                }
            }
        })
        .await;
    assert!(failed.is_empty(), "{failed:?}");
}
