//! A person leaves while orders are open: everything is erased by itself when the last is over.

use std::time::Duration;

use money::Rub;
use sandbox::telegram::MediaKind;

use crate::world::{World, story};

async fn count(world: &World, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(world.pool()).await.unwrap()
}

const NAMED: &str = "select count(*) from users where telegram_id is not null or name <> ''";

#[tokio::test]
async fn who_leaves_with_an_open_order_gets_the_result_and_is_erased_by_itself() {
    for point in [None, Some("erase: done")] {
        story(async |world| {
            let anna = world.person("Анна");
            anna.orders("Тайный кот").await;
            anna.sends("/delete_me").await.sees("В работе 1 заказ. Сначала дождёмся его");
            anna.taps("🗑 Да, стереть всё").await.sees("Сотрём, как только закончится 1 заказ");
            world.advance(Duration::from_mins(2)).await;
            assert_eq!(count(world, NAMED).await, 1, "the order comes first");
            anna.sends("/delete_me").await.sees("Сотрём, как только закончится 1 заказ");
            if let Some(point) = point {
                world.crash().arm(point, 0);
            }
            world.succeeds().await;
            anna.receives(MediaKind::Photo, 1);
            world.advance(Duration::from_mins(1)).await;
            if point.is_some() {
                assert!(world.has_crashed());
                world.restarts().await;
            }
            anna.sees("ваши данные стёрты");
            assert_eq!(count(world, NAMED).await, 0);
            let kept = "select count(*) from generations where answers <> '{}' or chat_id <> 0";
            assert_eq!(count(world, kept).await, 0);
            assert_eq!(count(world, "select count(*) from sessions").await, 0);
            assert_eq!(anna.chat().matches("стёрты").count(), 1, "{}", anna.chat());
        })
        .await;
    }
}

#[tokio::test]
async fn who_leaves_orders_nothing_more_and_may_stay_after_all() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        anna.sends("/delete_me").await;
        anna.taps("🗑 Да, стереть всё").await.sees("Новых заказов до тех пор не берём");
        anna.reaches_confirmation("Пёс").await;
        anna.taps("✅ Запустить").await.sees("новых заказов не берём, деньги не тронуты");
        assert_eq!(anna.wallet().await, (19_620, 380));
        anna.sends("/delete_me").await;
        anna.taps("↩️ Не стирать").await.sees("ничего не стираем");
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        world.advance(Duration::from_mins(5)).await;
        assert_eq!(count(world, NAMED).await, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn money_that_comes_while_somebody_leaves_is_not_lost_in_silence() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        anna.sends("/delete_me").await;
        anna.taps("🗑 Да, стереть всё").await;
        world.gives(anna, Rub::from_roubles(500)).await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        world.advance(Duration::from_mins(1)).await;
        anna.sees("на счёт пришли деньги, теперь своих там 500 ₽");
        assert_eq!(count(world, NAMED).await, 1);
        anna.sends("/delete_me").await.sees("из них своих 500 ₽");
        anna.taps("🗑 Да, стереть всё").await.sees("ваши данные стёрты");
        assert_eq!(count(world, NAMED).await, 0);
    })
    .await;
}
