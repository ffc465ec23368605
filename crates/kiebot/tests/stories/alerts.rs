//! Each alert reaches the operator with what to do, once, and is taken back when it is over.

use std::time::Duration;

use payments::{Offer, Provider};
use sandbox::kie::{CreateFault, FileFault, OutputFile, Outputs};
use sandbox::telegram::MediaKind;

use crate::person::Person;
use crate::world::{Options, World, story, story_with};

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

/// These words are said once, also when the shop is looked at again.
async fn is_told_once(world: &World, operator: Person<'_>, words: &str) {
    world.advance(minutes(2)).await;
    world.watches().await;
    let told = operator.messages().iter().filter(|message| message.text.contains(words)).count();
    assert_eq!(told, 1, "{words}:\n{}", operator.chat());
}

/// Somebody orders pictures, one after the other, and gets them.
async fn makes_pictures(world: &World, anna: Person<'_>, count: usize) {
    for number in 1..=count {
        anna.orders("Кот").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, number);
        anna.screen();
    }
}

async fn run(world: &World, sql: &'static str) {
    sqlx::query(sql).bind(world.now()).execute(world.pool()).await.unwrap();
}

#[tokio::test]
async fn a_queue_that_stands_still_is_told_until_it_moves() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        // A process hangs over one job; the next in its lane waits.
        run(
            world,
            "insert into jobs (pool, kind, payload, priority, lane, state, run_at, created_at,
                               lease_until, owner)
             select 'talk', 'send_screen', '{}', 1, 'user:1', state, $1 - interval '3 minutes', $1,
                    case state when 'running' then $1 + interval '1 day' end,
                    case state when 'running' then gen_random_uuid() end
             from unnest(array['running', 'queued']) state",
        )
        .await;
        world.watches().await;
        operator
            .sees("🐌 Очередь стоит")
            .sees("ждёт 3 минуты, всего ждут: 1")
            .sees("Деньги в порядке: они отложены")
            .sees("Проверьте нагрузку на сервер и базу");
        is_told_once(world, operator, "Очередь стоит").await;
        run(world, "delete from jobs where lane = 'user:1' and $1::timestamptz is not null").await;
        world.advance(minutes(1)).await;
        world.watches().await;
        operator.sees("✅ Снова в порядке").sees("очередь (длилось 3 минуты)");
    })
    .await;
}

#[tokio::test]
async fn work_that_was_given_up_is_told_for_a_day() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        run(
            world,
            "insert into jobs (pool, kind, payload, priority, state, run_at, created_at, last_error)
             values ('talk', 'update', '{}', 0, 'dead', $1, $1, 'no such screen')",
        )
        .await;
        world.watches().await;
        operator
            .sees("🪦 Задания брошены")
            .sees("За сутки: 1. Последнее: update, причина: no such screen")
            .sees("Деньги по ним не двигались")
            .sees("посмотрите «Логи/Ошибки»");
        is_told_once(world, operator, "Задания брошены").await;
        world.advance(minutes(24 * 60)).await;
        world.watches().await;
        operator.sees("✅ Снова в порядке").sees("брошенные задания");
        run(world, "delete from jobs where state = 'dead' and $1::timestamptz is not null").await;
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_waits_for_an_hour_is_told_until_somebody_decides() {
    let offer = Offer {
        ways: vec![Provider::Manual],
        manual_details: Some("2200 0000 0000 0000".to_owned()),
        ..Offer::default()
    };
    story_with(Options { offer, ..Options::default() }, async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        anna.sends("/start").await.screen();
        anna.sends("/balance").await.taps("500 ₽").await;
        anna.sends_photo(world.photo(), "receipt.png").await.sees("Чек получили");
        operator.sees("Перевод по счёту № 1");
        world.watches().await;
        is_told_once(world, operator, "Перевод по счёту № 1").await;
        world.advance(minutes(61)).await;
        world.watches().await;
        operator
            .sees("🧾 Платежи ждут решения")
            .sees("Сколько их: 1, самый старый ждёт 60 минут")
            .sees("Эти деньги ещё не зачислены")
            .sees("Откройте /admin, «Транзакции»");
        is_told_once(world, operator, "ждут решения").await;
        operator.taps("✅ Зачислить").await.sees("Сделано");
        anna.sees("Зачислили 500,");
        world.advance(minutes(1)).await;
        world.watches().await;
        operator.sees("✅ Снова в порядке").sees("платежи, которые ждали решения");
    })
    .await;
}

#[tokio::test]
async fn credits_that_the_supplier_takes_above_the_list_are_told() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        world.kie().set_surcharge("2").unwrap();
        makes_pictures(world, anna, 3).await;
        world.watches().await;
        operator
            .sees("⚖️ Поставщик берёт больше, чем в прайсе")
            .sees("по прайсу 12, взято 18 (в кредитах)")
            .sees("поправьте цену модели в /admin");
        is_told_once(world, operator, "берёт больше").await;
        world.kie().set_surcharge("0").unwrap();
        world.advance(minutes(24 * 60)).await;
        world.watches().await;
        operator.sees("✅ Снова в порядке").sees("расход кредитов модели");
    })
    .await;
}

#[tokio::test]
async fn a_model_that_is_sold_at_a_loss_is_told() {
    story(async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        operator.sends("/admin").await;
        let message = operator.messages().last().unwrap().id;
        world.telegram().presses_raw(operator.id(), message, "A1|mc|google/nano-banana");
        world.settle().await;
        operator.taps("💰 Своя цена").await;
        operator.sends("1").await.sees("ниже себестоимости");
        operator.sends("1").await.screen();
        anna.sends("/start m_google_nano-banana").await.sees("Цена 1 ₽");
        anna.sends("Кот").await.taps("✅ Запустить").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        world.watches().await;
        operator
            .sees("🕳 Модель продаётся в убыток")
            .sees("заказов за сутки 1, потеряно 0,90 ₽")
            .sees("Поднимите её цену в /admin или выключите её");
        is_told_once(world, operator, "продаётся в убыток").await;
        world.advance(minutes(24 * 60)).await;
        world.watches().await;
        operator.sees("✅ Снова в порядке").sees("цена модели");
    })
    .await;
}

#[tokio::test]
async fn credits_that_are_gone_are_told_and_the_all_clear_when_they_are_bought() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        makes_pictures(world, anna, 1).await;
        world.kie().set_credits("0").unwrap();
        world.watches().await;
        operator
            .sees("⛽️ Кредиты кончились")
            .sees("осталось кредитов: 0.")
            .sees("деньги за них вернутся людям")
            .sees("Пополните счёт у поставщика");
        is_told_once(world, operator, "Кредиты кончились").await;
        world.kie().set_credits("5000").unwrap();
        world.advance(minutes(10)).await;
        world.watches().await;
        operator.sees("✅ Снова в порядке").sees("запас кредитов");
    })
    .await;
}

#[tokio::test]
async fn what_was_paid_for_and_lost_is_told_with_the_order_and_its_card() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        let gone = OutputFile::Broken(FileFault::Gone);
        world.succeeds_with(Outputs::of(vec![gone])).await;
        world.advance(minutes(20)).await;
        anna.sees("баланс 200 ₽");
        operator
            .sees("💸 Убыток 1,90 ₽")
            .sees(": результат не удалось получить")
            .sees("С человека мы денег не взяли")
            .sees("/admin, «Логи/Ошибки», «По коду»");
        is_told_once(world, operator, "Убыток").await;
        opens_the_order(world, operator).await;
    })
    .await;
}

/// The order is found by the name that stands in the alert.
async fn opens_the_order(world: &World, operator: Person<'_>) {
    let id: String = sqlx::query_scalar("select id::text from generations")
        .fetch_one(world.pool())
        .await
        .unwrap();
    assert!(operator.chat().contains(&id), "{}", operator.chat());
    operator.sends("/admin").await.taps("🧯 Логи/Ошибки").await.taps("🔎 По коду").await;
    operator.sends(&id).await.sees("себестоимость 1,90 ₽").sees("заказан");
}

#[tokio::test]
async fn an_order_whose_fate_stays_unknown_is_told() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        world.kie().next_create(CreateFault::Garbage200);
        anna.orders("Кот").await;
        world.advance(minutes(14)).await;
        anna.screen();
        assert_eq!(anna.wallet().await, (20_000, 0));
        operator
            .sees("❔ Судьба задачи неизвестна")
            .sees("деньги человеку вернули")
            .sees("Делать ничего не нужно")
            .sees("посмотрите «Логи/Ошибки»");
        is_told_once(world, operator, "Судьба задачи").await;
        opens_the_order(world, operator).await;
        world.advance(Duration::from_hours(73)).await;
    })
    .await;
}

#[tokio::test]
async fn a_gift_that_came_too_late_to_be_sold_is_a_loss_and_says_so() {
    story(async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.advance(minutes(20)).await;
        anna.screen();
        operator.screen();
        world.advance(Duration::from_hours(2)).await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        operator.sees("💸 Убыток 1,90 ₽").sees("достался человеку в подарок");
        is_told_once(world, operator, "Убыток").await;
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}
