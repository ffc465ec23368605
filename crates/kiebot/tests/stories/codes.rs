//! The operator makes promo codes in the panel, and people use them; guessing has an end.

use std::time::Duration;

use crate::world::story;

#[tokio::test]
async fn a_promo_code_is_made_step_by_step_used_stopped_and_started_again() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        operator.sends("/admin").await.taps("🎟 Промокоды").await.sees("Пусто");
        operator.taps("➕ Новый промокод").await.sees("Напишите промокод");
        operator.sends("весна").await.sees("латинских букв");
        operator.sends("spring").await.sees("SPRING").sees("Что даёт");
        operator.sends("много").await.sees("Нужна сумма");
        operator.sends("50").await.sees("Сколько раз можно использовать всего");
        operator.sends("2").await.sees("один человек");
        operator.taps("Один раз").await.sees("Когда действует");
        operator.sends("вчера").await.sees("Не поняли даты");
        operator.sends("31.03.2026").await.sees("Сколько дней");
        operator.taps("Без предела").await.sees("Для кого");
        operator.taps("для всех").await.sees("новый промокод SPRING");
        insta::assert_snapshot!(operator.screen(), @r"
        Подтвердите: новый промокод SPRING
        Даёт: 50 ₽
        Всего раз: 2 · одному человеку: 1
        Для кого: для всех
        Действует до 31.03 23:59
        Бонус без срока
        [✅ Да] [✖️ Не надо]
        ");
        operator.taps("✅ Да").await.sees("Сделано").sees("Использован 0");
        anna.sends("/promo spring").await.sees("50 ₽ бонусами уже на счёте");
        operator.taps("⬅️ Назад").await.sees("использован 1, предел: 2");
        operator.taps("SPRING").await.sees("Использован 1, людей 1").sees("50 ₽");
        operator.taps("⏹ Остановить").await.sees("остановить промокод SPRING");
        operator.taps("✅ Да").await.sees("Остановлен");
        let boris = world.person("Борис");
        boris.sends("/start").await;
        boris.sends("/promo spring").await.sees("Срок этого промокода вышел");
        operator.taps("↩️ Отменить").await.sees("Сделано");
        boris.sends("/promo spring").await.sees("50 ₽ бонусами уже на счёте");
        let clara = world.person("Клара");
        clara.sends("/start").await;
        clara.sends("/promo spring").await.sees("уже разобрали");
        // The same word once more is refused at the end.
        operator.sends("/admin").await.taps("🎟 Промокоды").await.taps("➕ Новый").await;
        operator.sends("Spring").await.sends("20% 500").await;
        operator.taps("Без предела").await.taps("Один раз").await.taps("Сразу и без конца").await;
        operator.sends("7").await.taps("кто ещё не платил").await;
        operator.sees("20 % пополнения, не больше 500 ₽").taps("✅ Да").await;
        operator.sees("Такой промокод уже есть");
    })
    .await;
}

#[tokio::test]
async fn whoever_guesses_promo_codes_has_to_wait() {
    story(async |world| {
        let mut connection = world.pool().acquire().await.unwrap();
        let real =
            promo::NewCode::simple("SPRING", promo::Value::Fixed(money::Rub::from_roubles(50)));
        promo::create(&mut connection, world.now(), &real, "owner").await.unwrap().unwrap();
        drop(connection);
        let anna = world.person("Анна");
        anna.sends("/start").await;
        for number in 0..10 {
            anna.sends(&format!("/promo guess{number}")).await.sees("Такого промокода нет");
        }
        anna.sends("/promo spring").await.sees("Слишком много промокодов, которых нет");
        assert_eq!(anna.wallet().await, (20_000, 0));
        let boris = world.person("Борис");
        boris.sends("/start").await;
        boris.sends("/promo spring").await.sees("50 ₽ бонусами уже на счёте");
        world.advance(Duration::from_secs(3_601)).await;
        anna.sends("/promo spring").await.sees("50 ₽ бонусами уже на счёте");
    })
    .await;
}
