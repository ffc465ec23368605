//! The operator asks how the shop is, and reads it in five seconds.

use std::path::PathBuf;
use std::time::Duration;

use outbox::{Alert, WatchNews};
use sandbox::kie::{DEFAULT_KEY, ListingFault};
use sandbox::telegram::MediaKind;
use watch::Settings;

use crate::person::Person;
use crate::world::{Options, World, story, story_with};

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

async fn asks_how_it_is<'w>(operator: Person<'w>) -> Person<'w> {
    operator.sends("/admin").await.taps("🩺 Состояние").await
}

/// A backup is written down as one that was made now, or failed now.
async fn backs_up(world: &World, slot: i64, error: Option<&str>) {
    sqlx::query(
        "insert into backups (slot, started_at, finished_at, file, bytes, error)
         values ($1 + $2 * interval '1 hour', $1, $1,
                 case when $3 is null then 'kiebot-1.dump' end,
                 case when $3 is null then 1234567 end, $3)",
    )
    .bind(world.now())
    .bind(slot)
    .bind(error)
    .execute(world.pool())
    .await
    .unwrap();
}

#[tokio::test]
async fn a_quiet_shop_is_well_and_says_since_when_that_is_known() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        // Before the program has looked at anything, nothing is claimed.
        asks_how_it_is(operator)
            .await
            .sees("🩺 Состояние на 12:00")
            .sees("Присмотра сейчас нет")
            .sees("Последняя проверка: ещё не было")
            .sees("Очередь: ждёт 0, в работе 0, брошено 0")
            .sees("Открытые заказы: 0")
            .sees("Кредиты: ещё не спрашивали")
            .sees("Сверка каталога: ещё не было")
            .sees("Резервная копия: ещё не было")
            .sees("Учёт: ещё не сверяли")
            .sees("МБ");
        for unknown in ["Всё в порядке", "Не в порядке", "Ключи", "опрашива"]
        {
            assert!(!operator.screen().contains(unknown), "{unknown}:\n{}", operator.screen());
        }

        backs_up(world, 0, None).await;
        world.watches().await;
        operator.taps("🔄 Обновить").await.sees("✅ Всё в порядке");
        operator
            .sees("Кредиты: 1 000, за сутки не тратились (спросили 02.03 12:00)")
            .sees("Ключи: 1, отдыхают: 0")
            .sees("Резервная копия: 02.03 12:00, 1,2 МБ")
            .sees("Расхождений: 0, сверено 02.03 12:00");
        assert!(!operator.screen().contains("Присмотра"));

        let anna = world.person("Анна");
        anna.orders("Кот").await;
        anna.screen();
        operator.taps("🔄 Обновить").await.sees("Открытые заказы: 1 (в работе 1)");
        operator.sees("Очередь: ждёт 1, в работе 0");
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        world.advance(minutes(10)).await;
        world.watches().await;
        operator.taps("🔄 Обновить").await.sees("Состояние на 12:10");
        operator.sees("Кредиты: 996, хватит на 249 дн. (спросили 02.03 12:10)");
        operator.taps("🔄 Обновить").await.sees("Состояние на 12:10");
        world.compares_catalogue().await;
        operator.sees("Каталог обновлён");
        asks_how_it_is(operator).await.sees("Сверка каталога: 02.03 12:1").sees("изменений 7");

        operator.taps("🧯 Логи/Ошибки").await.sees("Ошибки за 1 день");
        asks_how_it_is(operator).await.taps("🔄 Синхронизация").await.sees("Последняя сверка");
        asks_how_it_is(operator).await.taps("🛠 Панель").await.sees("Панель");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_stands_there_in_the_words_of_the_alarm_until_it_is_mended() {
    let keys = vec![DEFAULT_KEY, "second-key-of-the-shop"];
    let watch =
        Settings { folders: vec![PathBuf::from("/")], free_mb: i64::MAX, database_max_mb: None };
    story_with(Options { keys, watch, ..Options::default() }, async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        world.kie().revoke_key(DEFAULT_KEY);
        for _ in 0..2 {
            anna.orders("Кот").await;
            world.succeeds().await;
        }
        anna.receives(MediaKind::Photo, 2);
        anna.screen();
        operator.sees("Ключ снят с работы");
        world.advance(minutes(1)).await;
        world.watches().await;
        operator.sees("На диске мало места");
        let disk = operator.messages().pop().unwrap().text;
        world.advance(minutes(2)).await;
        asks_how_it_is(operator).await.sees("⚠️ Не в порядке: 2");
        let screen = operator.messages().pop().unwrap().text;
        assert!(screen.contains(&disk), "{disk}\n---\n{screen}");
        operator.sees("Ключ снят с работы").sees("Проверьте этот ключ");
        operator.sees("⏳ С 02.03 12:01, уже 2 мин").sees("Ключи: 2, отдыхают: 1");
        assert!(!operator.screen().contains("Всё в порядке"));

        world.kie().accept_key(DEFAULT_KEY);
        for _ in 0..12 {
            world.advance(minutes(1)).await;
            world.watches().await;
        }
        operator.sees("Снова в порядке").sees("ключ key-1-");
        asks_how_it_is(operator).await.sees("⚠️ Не в порядке: 1").sees("отдыхают: 0");
        assert!(!operator.screen().contains("Ключ снят"));
    })
    .await;
}

#[tokio::test]
async fn credits_that_run_out_and_work_that_waits_are_told_with_their_figures() {
    story(async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        world.kie().set_credits("3").unwrap();
        world.watches().await;
        operator.sees("Кредиты заканчиваются");
        asks_how_it_is(operator).await.sees("Не в порядке: 1").sees("Пополните счёт заранее");
        operator.sees("Кредиты: 3, хватит на 18 ч (спросили 02.03 12:00)");

        // The workers of the other world are not there.
        let insert = "insert into jobs (pool, kind, payload, priority, state, run_at, created_at)
                      values ('work_test', 'poll', '{}', 2, 'queued', $1, $1)";
        let since = world.now() - minutes(5);
        sqlx::query(insert).bind(since).execute(world.pool()).await.unwrap();
        operator
            .taps("🔄 Обновить")
            .await
            .sees("Очередь: ждёт 1, самое старое уже 5 мин, в работе 0");
        sqlx::query("delete from jobs where pool = 'work_test'")
            .execute(world.pool())
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_figure_that_went_wrong_says_so() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        backs_up(world, 0, None).await;
        let polling = async || {
            let lease = Duration::from_secs(10);
            let owner = uuid::Uuid::from_u128(1);
            queue::acquire_lease(world.pool(), watch::POLLING, owner, lease, world.now()).await
        };
        polling().await.unwrap().unwrap();
        world.watches().await;
        asks_how_it_is(operator).await.sees("✅ Всё в порядке").sees("Телеграм опрашиваем: да");

        sqlx::query("update wallets set real_kop = real_kop + 7 where world = 'real'")
            .execute(world.pool())
            .await
            .unwrap();
        world.kie().set_listing_fault(Some(ListingFault::Html502));
        world.compares_catalogue().await;
        world.advance(minutes(24 * 60)).await;
        world.kie().set_listing_fault(None);
        operator.sees("Каталог поставщика не читается");
        backs_up(world, 24, Some("no room")).await;
        world.watches().await;
        operator.sees("Учёт не сходится");
        let operators_look = asks_how_it_is(operator).await.sees("Учёт не сходится");
        operators_look
            .sees("Не в порядке: 2")
            .sees("Расхождений: 2, сверено 03.03 12:0")
            .sees("не получилась")
            .sees("Резервная копия: 02.03 12:00, 1,2 МБ")
            .sees("После неё копия не получилась: 03.03 12:0")
            .sees("Телеграм не опрашиваем с 02.03 12:00");
        // Whoever looks each minute is gone: what is said of alarms is as old as the last look.
        world.advance(minutes(4)).await;
        operator.taps("🔄 Обновить").await.sees("Присмотра сейчас нет");
        operator.sees("Последняя проверка: 03.03 12:0").sees("Не в порядке: 2");
        sqlx::query("update wallets set real_kop = real_kop - 7 where world = 'real'")
            .execute(world.pool())
            .await
            .unwrap();
    })
    .await;
}

/// Somebody's models, so many that not all alarms fit into a message.
async fn alarms_of_models(world: &World, operator: Person<'_>) {
    let catalog = catalog::Catalog::builtin().unwrap();
    let alert = |model: &catalog::Model| Alert::Watch {
        news: WatchNews::BelowCost { model: model.id.clone(), orders: 9, kopecks: 12_345 },
    };
    let sold = catalog.models().iter().filter(|model| model.is_on_sale());
    let alerts: Vec<Alert> = sold.take(30).map(alert).collect();
    let mut transaction = database::begin(world.pool()).await.unwrap();
    outbox::report(&mut transaction, world.now(), &[operator.id()], &alerts, &[]).await.unwrap();
    transaction.commit().await.unwrap();
    world.settle().await;
}

#[tokio::test]
async fn however_much_is_wrong_the_figures_stay_and_it_is_one_message() {
    story(async |world| {
        let operator = world.operator().await;
        world.watches().await;
        alarms_of_models(world, operator).await;
        operator.sees("Модель продаётся в убыток");
        asks_how_it_is(operator).await.sees("Не в порядке: 30").sees("А ещё: цена модели");
        operator.sees("🗄 База: ").sees("Модель продаётся в убыток");
        let told = operator.messages().pop().unwrap();
        assert!(told.text.encode_utf16().count() <= 4096, "{}", told.text.len());
    })
    .await;
}

#[tokio::test]
async fn the_state_is_told_in_english_too() {
    story(async |world| {
        let operator = world.operator().await;
        operator.sends("/language").await;
        let message = operator.messages().last().unwrap().id;
        world.telegram().presses_raw(operator.id(), message, "1|l|en");
        world.settle().await;
        operator.screen();
        operator.sends("/admin").await.taps("🩺 State").await.sees("Nobody looks after the shop");
        operator.sees("Backup: not yet").sees("Credits: not asked yet");
        world.watches().await;
        operator.taps("🔄 Refresh").await.sees("🩺 State at 12:00").sees("✅ All is well");
        operator.sees("Credits: 1 000, none used in a day").sees("Discrepancies: 0");
        alarms_of_models(world, operator).await;
        operator.screen();
        operator.sends("/admin").await.taps("🩺 State").await.sees("Wrong now: 30");
        let cyrillic = |c: char| ('а'..='я').contains(&c);
        assert!(!operator.screen().contains(cyrillic), "{}", operator.screen());
    })
    .await;
}

#[tokio::test]
async fn everyone_with_a_role_may_look_and_nobody_else_learns_that_it_exists() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        world.watches().await;
        let vera = world.person("Вера");
        vera.sends("/start").await.screen();
        let message = vera.messages().last().unwrap().id;
        world.telegram().presses_raw(vera.id(), message, "1|zzzz");
        world.settle().await;
        let stale = vera.screen();
        world.telegram().presses_raw(vera.id(), message, "A1|h");
        world.settle().await;
        assert_eq!(vera.screen(), stale, "forged data is a stale button");
        assert!(!vera.chat().contains("Состояние"));

        operator.sends("/admin").await.taps("👤 Пользователи").await.taps("🔎 Искать").await;
        operator.sends("Вера").await.taps("Вера").await;
        operator.taps("🔑 Роль").await.taps("поддержка").await.taps("✅ Да").await.sees("Сделано");
        asks_how_it_is(vera).await.sees("✅ Всё в порядке").sees("Кредиты: 1 000");
    })
    .await;
}
