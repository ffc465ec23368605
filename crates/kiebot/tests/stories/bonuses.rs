//! People are given money: the welcome, promo codes, invitations, gifts.

use std::time::Duration;

use billing::World as Wallets;
use money::Rub;
use promo::{NewCode, Redeemed, Rules, Segment, TopUp, Value};

use crate::person::Person;
use crate::world::{Options, World, story, story_with};

const DAY: Duration = Duration::from_hours(24);

fn rub(roubles: i64) -> Rub {
    Rub::from_roubles(roubles)
}

async fn user(world: &World, person: Person<'_>) -> i64 {
    sqlx::query_scalar("select id from users where telegram_id = $1")
        .bind(person.id())
        .fetch_one(world.pool())
        .await
        .unwrap()
}

/// Somebody pays in, and everything that follows from it.
async fn pays(world: &World, person: Person<'_>, roubles: i64, key: &str) {
    let user_id = user(world, person).await;
    let (now, amount) = (world.now(), rub(roubles));
    let mut transaction = database::begin(world.pool()).await.unwrap();
    billing::top_up(&mut transaction, now, user_id, Wallets::Real, amount, "test", key)
        .await
        .unwrap();
    let topup = TopUp { user_id, amount, operation: key };
    promo::after_topup(&mut transaction, now, &Rules::default(), &topup).await.unwrap();
    transaction.commit().await.unwrap();
    world.settle().await;
}

async fn code(world: &World, new: NewCode) {
    let mut connection = world.pool().acquire().await.unwrap();
    promo::create(&mut connection, world.now(), &new, "owner").await.unwrap().unwrap();
}

/// The payload of the link on the screen.
fn link(person: Person<'_>) -> String {
    let screen = person.screen();
    let at = screen.find("?start=").unwrap_or_else(|| panic!("no link on\n{screen}"));
    let rest = &screen[at + "?start=".len()..];
    rest.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_newcomer_is_shown_around_and_can_leave_at_any_step() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        insta::assert_snapshot!(anna.screen(), @r"
        Показать за полминуты, как всё устроено? Или сразу выбирайте, что создаём.

        💳 На счёте 200 ₽ (бонусные)
        [Дальше ▶️] [⏭ Пропустить]
        [🎬 Видео] [🖼 Картинка]
        [✨ Улучшить] [🎙 Аудио]
        [🔎 Все модели] [❤️ Избранное]
        [✨ Готовые идеи] [⭐ Дешёвые/бесплатные]
        [🧾 История] [💳 Баланс]
        [❓ Помощь]
        ");
        anna.taps("Дальше").await.sees("Закажите");
        anna.taps("Дальше").await.sees("Точную цену вы видите до запуска");
        anna.taps("Дальше").await;
        insta::assert_snapshot!(anna.screen(), @r"
        3️⃣ Получите результат
        Пришлём его прямо сюда. Всё хранится в «Истории»: оттуда можно бесплатно прислать результат ещё раз или повторить заказ.
        [🚀 Начать]
        [🎬 Видео] [🖼 Картинка]
        [✨ Улучшить] [🎙 Аудио]
        [🔎 Все модели] [❤️ Избранное]
        [✨ Готовые идеи] [⭐ Дешёвые/бесплатные]
        [🧾 История] [💳 Баланс]
        [❓ Помощь]
        ");
        anna.taps("🚀 Начать").await.sees("Главное меню");
        assert_eq!(anna.messages().len(), 2, "the greeting, and one screen all the way");
        anna.sends("/start").await.sees("Главное меню");
        assert_eq!(anna.wallet().await, (20_000, 0), "once");

        let boris = world.person("Борис");
        boris.sends("/start").await.sees("Показать за полминуты");
        boris.taps("⏭ Пропустить").await.sees("Главное меню");

        let kate = world.person_speaking("Kate", "en");
        kate.sends("/start").await.sees("Shall we show how it works");
        kate.taps("Next").await.sees("Describe what you want in words");
        kate.taps("⏭ Skip").await.sees("Main menu");
    })
    .await;
}

#[tokio::test]
async fn the_guide_costs_nobody_a_press() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.taps("🖼 Картинка").await.sees("На кнопке цена");
    })
    .await;
}

#[tokio::test]
async fn beyond_the_ceiling_people_start_with_nothing_and_are_told_and_the_operator_once() {
    let bonuses = Rules { welcome_daily_max: rub(400), ..Rules::default() };
    story_with(Options { bonuses, ..Options::default() }, async |world| {
        let operator = world.operator().await;
        operator.sees("Дарим 200 ₽");
        world
            .person("Анна")
            .sends("/start")
            .await
            .sees("Дарим 200 ₽")
            .sees("Показать за полминуты");
        let boris = world.person("Борис");
        boris.sends("/start").await.sees("на счёте пока 0 ₽").sees("Показать за полминуты");
        assert_eq!(boris.wallet().await, (0, 0));
        operator.sees("Предел подарков новичкам на сегодня: 400 ₽");
        let clara = world.person("Клара");
        clara
            .sends("/start m_google_nano-banana")
            .await
            .sees("на счёте пока 0 ₽")
            .sees("Цена 3,80 ₽");
        assert_eq!(operator.messages().len(), 3, "greeted, and told once a day");
        world.advance(DAY).await;
        world
            .person("Дина")
            .sends("/start")
            .await
            .sees("Дарим 200 ₽")
            .sees("Показать за полминуты");
    })
    .await;
}

#[tokio::test]
async fn who_has_erased_themself_is_welcomed_without_a_second_bonus() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await.sees("Дарим 200 ₽").sees("Показать за полминуты");
        // What is left of a person who has erased themself.
        sqlx::query("update users set telegram_id = null").execute(world.pool()).await.unwrap();
        anna.sends("/start").await.sees("С возвращением!").sees("Показать за полминуты");
        assert_eq!(anna.wallet().await, (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_promo_code_comes_by_a_button_by_a_command_and_by_a_link() {
    story(async |world| {
        code(world, NewCode::simple("SPRING", Value::Fixed(rub(50)))).await;
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.taps("💳 Баланс").await;
        anna.taps("🎁 Бонусы").await.sees("200 ₽, без срока");
        anna.taps("🎟 Промокод").await.sees("Напишите его сообщением");
        anna.sends("зима").await.sees("Такого промокода нет");
        anna.sends("spring").await.sees("50 ₽ бонусами уже на счёте");
        assert_eq!(anna.wallet().await, (25_000, 0));
        anna.sends("/promo SPRING").await.sees("вы уже использовали");

        let boris = world.person("Борис");
        boris.sends("/start promo_SPRING").await.sees("Дарим 200 ₽");
        boris.sees("50 ₽ бонусами уже на счёте");
        assert_eq!(boris.wallet().await, (25_000, 0));
        boris.sends("/promo").await.sees("Напишите его сообщением");
    })
    .await;
}

#[tokio::test]
async fn a_percentage_waits_for_the_next_top_up() {
    story(async |world| {
        let value = Value::Percent { percent: 20, max: Some(rub(100)) };
        code(world, NewCode { bonus_days: Some(7), ..NewCode::simple("PLUS", value) }).await;
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.sends("/promo plus").await.sees("к следующему пополнению добавим 20 %");
        anna.sends("/promo plus").await.sees("вы уже использовали");
        pays(world, anna, 300, "pay:test:1").await;
        anna.sees("Промокод добавил к пополнению 60 ₽");
        assert_eq!(anna.wallet().await, (56_000, 0));
        anna.sends("/bonus").await.sees("60 ₽, до 09.03");
        world.advance(DAY * 7).await;
        world.ends_bonuses().await;
        anna.sees("60 ₽ сгорели");
        assert_eq!(anna.wallet().await, (50_000, 0));
        anna.sends("/balance").await.sees("бонус сгорел");
    })
    .await;
}

#[tokio::test]
async fn every_refusal_of_a_promo_code_says_why() {
    let bonuses = Rules { promo_daily_max: rub(30), ..Rules::default() };
    story_with(Options { bonuses, ..Options::default() }, async |world| {
        let fixed = |name: &str| NewCode::simple(name, Value::Fixed(rub(10)));
        let (now, day) = (world.now(), time::Duration::days(1));
        code(world, NewCode { valid_from: Some(now + day), ..fixed("LATER") }).await;
        code(world, NewCode { valid_until: Some(now), ..fixed("OVER") }).await;
        code(world, NewCode { uses_max: Some(1), ..fixed("ONE") }).await;
        code(world, NewCode { segment: Segment::Paying, ..fixed("PAYING") }).await;
        code(world, NewCode { segment: Segment::New, ..fixed("NEW") }).await;
        code(world, NewCode::simple("DEAR", Value::Fixed(rub(31)))).await;
        let percent = Value::Percent { percent: 10, max: None };
        code(world, NewCode::simple("TEN", percent)).await;
        code(world, NewCode::simple("MORE", percent)).await;
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        boris.sends("/start").await;
        boris.sends("/promo one").await.sees("10 ₽ бонусами уже на счёте");
        pays(world, boris, 100, "pay:test:1").await;
        boris.sends("/promo new").await.sees("кто ещё не пополнял счёт");
        anna.sends("/start").await;
        for (text, words) in [
            ("/promo later", "начнёт действовать 03.03"),
            ("/promo over", "Срок этого промокода вышел"),
            ("/promo one", "уже разобрали"),
            ("/promo paying", "для тех, кто уже пополнял счёт"),
            ("/promo dear", "Бонусы на сегодня закончились"),
            ("/promo ten", "добавим 10 %"),
            ("/promo more", "Этот не потрачен"),
            ("/promo ?", "Такого промокода нет"),
        ] {
            anna.sends(text).await.sees(words);
        }
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn anna_invites_boris_and_both_are_rewarded_for_his_first_payment() {
    story(async |world| {
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        anna.sends("/start").await;
        anna.sends("/invite").await.sees("10 % от этой оплаты");
        let link = link(anna);
        assert!(!link.contains(&anna.id().to_string()), "{link}");
        boris.sends(&format!("/start {link}")).await.sees("Вас пригласил друг");
        pays(world, boris, 500, "pay:test:1").await;
        boris.sees("Бонус за первое пополнение по приглашению: 50 ₽");
        anna.sees("Ваш бонус: 50 ₽");
        pays(world, boris, 500, "pay:test:2").await;
        assert_eq!(anna.wallet().await, (25_000, 0));
        assert_eq!(boris.wallet().await, (125_000, 0));
        anna.sends("/invite").await;
        anna.sees("Пришли по ссылке: 1 · пополнили счёт: 1 · вы заработали 50 ₽");
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_not_for_oneself_old_friends_or_rings() {
    story(async |world| {
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        anna.sends("/start").await;
        let of_anna = link(anna.sends("/invite").await);
        anna.sends(&format!("/start {of_anna}")).await.sees("ваша собственная ссылка");
        boris.sends(&format!("/start {of_anna}")).await.sees("Вас пригласил друг");
        let of_boris = link(boris.sends("/invite").await);
        anna.sends(&format!("/start {of_boris}")).await.sees("кто здесь впервые");
        boris.sends("/start ref_0000").await.sees("По этой ссылке ничего нет");
        let clara = world.person("Клара");
        clara.sends("/start ref_0000").await.sees("Показать за полминуты");
    })
    .await;
}

#[tokio::test]
async fn a_gift_goes_from_anna_to_whoever_opens_it_first() {
    story(async |world| {
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        anna.sends("/start").await;
        anna.sends("/gift").await.sees("у вас их 0 ₽");
        anna.taps("100 ₽").await.sees("Подарить 100 ₽?");
        anna.taps("✅ Подарить").await.sees("Не хватает 100 ₽ своих денег");
        pays(world, anna, 500, "pay:test:1").await;
        anna.sends("/gift").await;
        anna.sends("сто").await.sees("Нужна сумма в рублях");
        anna.sends("10").await.sees("от 50 ₽ до 15 000 ₽");
        anna.sends("250 ₽").await.sees("на нём останется 450 ₽");
        anna.presses("✅ Подарить");
        anna.presses("✅ Подарить");
        world.settle().await;
        assert_eq!(anna.wallet().await, (45_000, 0), "two presses are one gift");
        anna.sends("/bonus").await;
        anna.taps("🎁 Ваш подарок на 250 ₽ ждёт").await.sees("Подарок на 250 ₽ готов");
        let link = link(anna);
        anna.sends(&format!("/start {link}")).await.sees("Подарок на 250 ₽ готов");

        boris.sends(&format!("/start {link}")).await.sees("Вам подарили 250 ₽!");
        assert_eq!(boris.wallet().await, (45_000, 0));
        anna.sees("Ваш подарок на 250 ₽ открыли");
        boris.sends(&format!("/start {link}")).await.sees("вы уже открыли");
        let clara = world.person("Клара");
        clara.sends(&format!("/start {link}")).await.sees("уже открыл кто-то другой");
        clara.sends("/start g_0000").await.sees("Такого подарка нет");
        boris.sends("/balance").await.sees("Свои деньги: 250 ₽");
    })
    .await;
}

#[tokio::test]
async fn a_gift_comes_back_when_it_is_taken_back_or_nobody_opens_it() {
    story(async |world| {
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        anna.sends("/start").await;
        boris.sends("/start").await.sees("Дарим 200 ₽").sees("Показать за полминуты");
        pays(world, anna, 500, "pay:test:1").await;
        anna.sends("/gift").await;
        anna.taps("300 ₽").await;
        anna.taps("✅ Подарить").await;
        let first = link(anna);
        anna.taps("↩️ Забрать обратно").await.sees("300 ₽ снова на вашем счёте");
        boris.sends(&format!("/start {first}")).await.sees("больше не ждёт");
        anna.sends("/gift").await;
        anna.taps("100 ₽").await;
        anna.taps("✅ Подарить").await.sees("Подарок на 100 ₽ готов");
        world.advance(DAY * 30).await;
        world.ends_bonuses().await;
        anna.sees("за 30 дней никто не открыл");
        assert_eq!(anna.wallet().await, (70_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_campaign_is_remembered_once_and_links_to_nothing_say_so() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start src_vk-june").await.sees("Показать за полминуты");
        anna.sends("/start src_other").await.sees("Главное меню");
        let source: Option<String> =
            sqlx::query_scalar("select source from users").fetch_one(world.pool()).await.unwrap();
        assert_eq!(source.as_deref(), Some("vk-june"));
        anna.sends("/start p_nothing").await.sees("По этой ссылке ничего нет");
        anna.sends("/start whatever").await.sees("Главное меню");
    })
    .await;
}

#[tokio::test]
async fn a_kill_in_the_middle_neither_doubles_nor_loses_a_promo_code() {
    story(async |world| {
        code(world, NewCode::simple("SPRING", Value::Fixed(rub(50)))).await;
        let anna = world.person("Анна");
        world.crash().arm("update: answered", 0);
        anna.sends("/start promo_SPRING").await;
        assert!(world.has_crashed());
        world.restarts().await;
        anna.sees("Дарим 200 ₽").sees("50 ₽ бонусами уже на счёте");
        assert_eq!(anna.wallet().await, (25_000, 0));
        let mut transaction = database::begin(world.pool()).await.unwrap();
        let (now, user_id) = (world.now(), user(world, anna).await);
        let rules = Rules::default();
        let again = promo::redeem(&mut transaction, now, &rules, user_id, "spring");
        assert_eq!(again.await.unwrap(), Redeemed::AlreadyUsed);
    })
    .await;
}
