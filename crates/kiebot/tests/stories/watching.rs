//! The operator hears what is wrong, with what to do; is reminded, not flooded; and hears when it is
//! over.

use std::path::PathBuf;
use std::time::Duration;

use sandbox::kie::DEFAULT_KEY;
use sandbox::telegram::MediaKind;
use watch::Settings;

use crate::world::{Options, World, story, story_with};

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

async fn alarms(world: &World) -> Vec<(String, i32, bool)> {
    sqlx::query_as("select subject, told, over_at is not null from alarms order by id")
        .fetch_all(world.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn credits_that_run_out_are_told_in_time_again_later_and_when_they_are_topped_up() {
    story(async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        world.watches().await;
        assert_eq!(alarms(world).await, [], "nothing was used yet");
        anna.orders("Кот").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        // An order a day at 1,90 ₽, and 1,42 ₽ left.
        world.kie().set_credits("3").unwrap();
        world.watches().await;
        assert_eq!(alarms(world).await, [], "the account is asked every ten minutes");
        world.advance(minutes(10)).await;
        world.watches().await;
        operator
            .sees("Кредиты заканчиваются")
            .sees("осталось кредитов: 3.")
            .sees("18 часов")
            .sees("Пополните");
        for _ in 0..5 {
            world.advance(minutes(10)).await;
            world.watches().await;
        }
        world.advance(minutes(10)).await;
        world.watches().await;
        operator.sees("Кредиты заканчиваются").sees("Длится 60 минут, напоминаем: 2-й раз");
        world.kie().set_credits("0").unwrap();
        world.advance(minutes(10)).await;
        world.watches().await;
        world.advance(minutes(1)).await;
        world.watches().await;
        operator
            .sees("Ключ снят с работы")
            .sees("Проверьте этот ключ")
            .sees("Ни один ключ не работает");
        world.kie().set_credits("5000").unwrap();
        world.advance(minutes(10)).await;
        world.watches().await;
        operator.sees("Снова в порядке").sees("запас кредитов (длилось 81 минуту)");
        let keys: Vec<(String, String)> =
            sqlx::query_as("select key_name, credits::text from key_balances")
                .fetch_all(world.pool())
                .await
                .unwrap();
        assert_eq!(keys.len(), 1);
        assert!(keys[0].0.starts_with("key-1-") && keys[0].1 == "5000", "{keys:?}");
        world.advance(minutes(11)).await;
        world.watches().await;
        operator.sees("Снова в порядке").sees("ключ key-1-");
        assert!(alarms(world).await.iter().all(|(_, _, over)| *over), "{:?}", alarms(world).await);
    })
    .await;
}

#[tokio::test]
async fn what_one_look_finds_is_one_message_and_the_next_look_is_silent() {
    let folders = vec![PathBuf::from("/"), PathBuf::from("/tmp")];
    let watch = Settings { folders, free_mb: i64::MAX, database_max_mb: Some(1) };
    story_with(Options { watch, ..Options::default() }, async |world| {
        let operator = world.operator().await;
        operator.screen();
        let before = operator.messages().len();
        world.watches().await;
        let messages = operator.messages();
        assert_eq!(messages.len(), before + 2, "one of the disks, one of what all processes share");
        operator.sees("На диске мало места").sees("/tmp");
        operator.sees("База почти полна").sees("kiebot cleanup --apply");
        world.advance(minutes(10)).await;
        world.watches().await;
        assert_eq!(operator.messages().len(), before + 2, "no storm");
    })
    .await;
}

#[tokio::test]
async fn a_refused_key_is_tried_again_by_itself_and_the_operator_hears_when_it_works() {
    let keys = vec![DEFAULT_KEY, "second-key-of-the-shop"];
    story_with(Options { keys, ..Options::default() }, async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        world.kie().revoke_key(DEFAULT_KEY);
        for _ in 0..2 {
            anna.orders("Кот").await;
            world.succeeds().await;
        }
        anna.receives(MediaKind::Photo, 2);
        anna.screen();
        operator.sees("Ключ снят с работы").sees("Заказы идут с другими ключами");
        world.advance(minutes(1)).await;
        world.watches().await;
        world.kie().accept_key(DEFAULT_KEY);
        for _ in 0..12 {
            world.advance(minutes(1)).await;
            world.watches().await;
        }
        operator.sees("Снова в порядке").sees("ключ key-1-");
        let told = alarms(world).await;
        assert_eq!(told.len(), 1, "{told:?}");
    })
    .await;
}

#[tokio::test]
async fn many_failures_within_an_hour_are_told_with_their_reason() {
    story(async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        for _ in 0..10 {
            anna.orders("Кот").await;
            world.fails("505", "The feature is switched off").await;
            anna.sees("деньги вернулись");
        }
        anna.screen();
        world.watches().await;
        operator
            .sees("Много неудачных заказов")
            .sees("10 из 10")
            .sees("непонятный ответ поставщика");
        for _ in 0..9 {
            world.advance(minutes(10)).await;
            world.watches().await;
        }
        operator.sees("Снова в порядке").sees("доля неудачных заказов");
    })
    .await;
}

#[tokio::test]
async fn books_that_disagree_are_told_and_audited_each_hour_until_they_agree() {
    story(async |world| {
        let operator = world.operator().await;
        world.watches().await;
        let spoil = async |by: i64| {
            sqlx::query("update wallets set real_kop = real_kop + $1 where world = 'real'")
                .bind(by)
                .execute(world.pool())
                .await
                .unwrap();
        };
        spoil(7).await;
        world.advance(minutes(60)).await;
        world.watches().await;
        assert_eq!(alarms(world).await, [], "the audit is made once a day");
        world.advance(minutes(24 * 60)).await;
        world.watches().await;
        operator.sees("Учёт не сходится").sees("kiebot ledger audit");
        spoil(-7).await;
        world.advance(minutes(30)).await;
        world.watches().await;
        world.advance(minutes(31)).await;
        world.watches().await;
        operator.sees("Снова в порядке").sees("учёт (длилось 61 минуту)");
    })
    .await;
}

#[tokio::test]
async fn an_audit_that_a_stop_cut_short_is_begun_anew_at_once() {
    story(async |world| {
        let operator = world.operator().await;
        sqlx::query("update wallets set real_kop = real_kop + 7 where world = 'real'")
            .execute(world.pool())
            .await
            .unwrap();
        world.app().audit_books(std::future::ready(())).await.unwrap();
        assert_eq!(alarms(world).await, []);
        let free: bool =
            sqlx::query_scalar("select owner is null from leases where name = 'audit'")
                .fetch_one(world.pool())
                .await
                .unwrap();
        assert!(free, "another process may begin at once");
        world.watches().await;
        operator.sees("Учёт не сходится");
        sqlx::query("update wallets set real_kop = real_kop - 7 where world = 'real'")
            .execute(world.pool())
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_idea_over_a_resting_model_takes_no_money() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start s_revive-photo").await.sees("Оживи фото");
        anna.taps("✨ Начать").await;
        anna.sends_photo(world.photo(), "cat.png").await;
        anna.taps("😊 Улыбка").await;
        anna.taps("3 видео · 45,60 ₽").await.sees("Проверьте заказ");
        // Another process has put every model to rest at this moment.
        sqlx::query(
            "insert into breakers (model, state, failed, orders, since, retry_at)
             select unnest($1::text[]), 'open', 9, 9, $2, $2 + interval '1 hour'",
        )
        .bind(all_models())
        .bind(world.now())
        .execute(world.pool())
        .await
        .unwrap();
        let (balance, _) = anna.wallet().await;
        anna.taps("✅ Запустить за 45,60 ₽").await;
        assert!(!anna.screen().contains("взят в работу"));
        assert_eq!(anna.wallet().await, (balance, 0));
        assert_eq!(world.kie().tasks().len(), 0);
    })
    .await;
}

fn all_models() -> Vec<String> {
    let catalog = catalog::Catalog::builtin().unwrap();
    catalog.models().iter().map(|model| model.id.clone()).collect()
}
