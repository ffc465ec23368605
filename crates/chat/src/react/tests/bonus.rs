//! The guide, promo codes, invitations and gifts, without a database.

use super::*;
use crate::bonus::{Press, Said, Spot};
use crate::react::Wanted;

fn bonus(press: Press) -> Button {
    Button::Bonus(press)
}

#[test]
fn screens_of_bonuses_in_words() {
    let mut anna = Trial::new();
    anna.acts(Input::Bonus(Wanted::Home));
    assert_snapshot!(anna.shown(), @r"
    🎁 <b>Бонусы</b>

    💳 На счёте 200 ₽ (бонусные)

    Бонусные деньги тратятся первыми, в таком порядке:
    • 50 ₽, до 08.01 15:00 МСК
    • 150 ₽, без срока

    🎟 К следующему пополнению добавим 20 %, но не больше 50 ₽.

    [🎟 Промокод] [👥 Пригласить друга]
    [🎁 Подарить деньги]
    [🎁 Ваш подарок на 300 ₽ ждёт]
    [⬅️ Назад] [🏠 Меню]
    ");
    anna.taps("👥 Пригласить друга");
    assert_snapshot!(anna.shown(), @r"
    👥 <b>Пригласите друга</b>
    Отправьте ему свою ссылку. Когда он впервые пополнит счёт, вы получите 10 % от этой оплаты, а он 50 ₽: бонусными деньгами и не больше самой оплаты.

    🔗 Ссылка (нажмите, чтобы скопировать):
    <code>https://t.me/kie_bot?start=ref_6fe1c3f47b</code>

    Пришли по ссылке: 5 · пополнили счёт: 2 · вы заработали 50 ₽

    [📨 Отправить другу]
    [⬅️ Назад] [🏠 Меню]
    ");
    anna.presses(bonus(Press::Gift));
    assert_snapshot!(anna.shown(), @r"
    🎁 <b>Подарите деньги</b>
    Спишем сумму с вашего счёта и дадим ссылку. Кто первым её откроет, получит деньги на свой счёт. Если за 30 дней никто не откроет, они вернутся вам.

    Дарят только свои деньги, не бонусные: у вас их 0 ₽. Выберите сумму или напишите свою, от 50 ₽ до 15 000 ₽.

    [100 ₽] [300 ₽] [500 ₽] [1 000 ₽]
    [⬅️ Назад] [🏠 Меню]
    ");
    anna.says("1 500 ₽");
    assert_snapshot!(anna.shown(), @r"
    🎁 <b>Подарить 1 500 ₽?</b>
    Спишем с вашего счёта, на нём останется 0 ₽. Пока подарок не открыли, его можно забрать обратно.

    [✅ Подарить 1 500 ₽]
    [⬅️ Назад] [🏠 Меню]
    ");
    anna.taps("✅ Подарить");
    assert_snapshot!(anna.shown(), @r"
    🎁 <b>Подарок на 1 500 ₽ готов</b>
    Отправьте ссылку тому, кому дарите. Она ждёт до 31.01 15:00 МСК и сработает один раз.

    🔗 Ссылка (нажмите, чтобы скопировать):
    <code>https://t.me/kie_bot?start=g_6fe1c3</code>

    💳 На счёте 200 ₽ (бонусные)

    [📨 Отправить другу]
    [↩️ Забрать обратно]
    [⬅️ Назад] [🏠 Меню]
    ");
}

#[test]
fn every_step_of_the_guide_is_shown_in_both_languages_and_ends_in_the_menu() {
    for language in Language::ALL {
        let mut anna = Trial::new();
        anna.language = language;
        anna.newcomer = true;
        anna.acts(Input::Start { payload: None });
        for step in 0..=u8::MAX {
            anna.presses(bonus(Press::Guide(step)));
        }
        assert!(matches!(anna.view.as_ref().unwrap().scene, Scene::Menu));
        for press in [Press::Home, Press::Promo, Press::Invite, Press::Gift] {
            anna.presses(bonus(press));
            anna.acts(Input::Forged);
            assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::Stale));
        }
    }
}

#[test]
fn a_gift_is_confirmed_on_its_own_screen_only() {
    let mut anna = Trial::new();
    let amount = Rub::from_roubles(100);
    let forged = Press::Give { revision: anna.revision, amount };
    anna.presses(bonus(forged));
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::Stale));
    anna.presses(bonus(Press::Sum(amount)));
    let other = Press::Give { revision: anna.revision, amount: Rub::from_roubles(101) };
    anna.presses(bonus(other));
    assert_eq!(anna.session.place, Place::Bonus(Spot::Sum { amount }));
    for wrong in [i64::MIN, -1, 0, 4_999, 1_500_001, i64::MAX] {
        anna.presses(bonus(Press::Sum(Rub::from_kopecks(wrong))));
        assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::Bonus(Said::Bounds)), "{wrong}");
    }
}

#[test]
fn the_test_mode_gives_nothing_away() {
    let mut anna = Trial::new();
    anna.desk.world = billing::World::Test;
    for payload in ["promo_SPRING", "g_00ff"] {
        anna.acts(Input::Start { payload: Some(payload.to_owned()) });
        let word = anna.view.as_ref().unwrap().word.clone();
        assert_eq!(word, Some(Word::Bonus(Said::TestMode)), "{payload}");
    }
    anna.acts(Input::Bonus(Wanted::Promo(Some("SPRING".to_owned()))));
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::Bonus(Said::TestMode)));
}
