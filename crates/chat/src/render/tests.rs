use catalog::{Answers, Language};
use generation::{FailureClass, Money, State, View as Order};
use insta::assert_snapshot;
use money::Rub;
use outbox::Alert;
use time::Duration;
use uuid::Uuid;

use super::*;
use crate::screen::Screen;
use crate::trial::{START, an_order, desk, shown, within_limits};

const BALANCE: Rub = Rub::from_kopecks(18_800);

fn order(state: State, money: Money) -> Order {
    let mut order = an_order("google/nano-banana", Answers::new());
    order.state = state;
    order.money = money;
    order.price = Rub::from_roubles(12);
    order
}

fn told(order: &Order, before: i64, after_s: i64) -> Screen {
    let desk = desk();
    let now = START + Duration::seconds(after_s);
    notice(&Pen::of_order(&desk, order), &Progress { order, before, now }, BALANCE)
}

#[test]
fn an_order_tells_its_stages() {
    let stages = [
        told(&order(State::Preparing, Money::Held), 0, 0),
        told(&order(State::Queued, Money::Held), 3, 0),
        told(&order(State::Running, Money::Held), 0, 10),
        told(&order(State::Running, Money::Held), 0, 3600),
        told(&order(State::Delivering, Money::Taken), 0, 20),
        told(&order(State::Done, Money::Taken), 0, 20),
        told(&order(State::Late, Money::Returned), 0, 20),
        told(&order(State::Done, Money::Returned), 0, 20),
    ];
    assert_snapshot!(stages.map(|screen| shown(&screen)).join("\n————\n"), @r"
    <b>Nano Banana</b> · заказ K7F2ABCD

    🛠 Приняли, готовим заказ.

    Отложено 12 ₽. Спишем только за готовый результат.

    [✖️ Отменить]
    [🏠 Меню]
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD

    🕐 В очереди, перед вами заказов: 3.

    Отложено 12 ₽. Спишем только за готовый результат.

    [✖️ Отменить]
    [🏠 Меню]
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD

    ⚙️ Создаём
    ▰▰▰▰▰▱▱▱▱▱ 50 %
    Обычно занимает 20 секунд. Пришлю, когда будет готово.

    Отложено 12 ₽. Спишем только за готовый результат.

    [✖️ Отменить]
    [🏠 Меню]
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD

    ⚙️ Создаём
    ▰▰▰▰▰▰▰▰▰▱ 95 %
    Обычно занимает 20 секунд, сегодня дольше. Ждём и пришлём, как только будет готово.

    Отложено 12 ₽. Спишем только за готовый результат.

    [✖️ Отменить]
    [🏠 Меню]
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD

    📦 Готово, отправляем вам.

    Списано 12 ₽ · баланс 188 ₽

    [🏠 Меню]
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD

    ✅ Готово.

    Списано 12 ₽ · баланс 188 ₽

    [🧾 Заказ]
    [🏠 Меню]
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD

    🐢 Дольше обычного. Мы уже вернули деньги, но продолжаем ждать: если результат придёт, подарим его вам.

    💳 Деньги возвращены: 12 ₽, баланс 188 ₽

    [🏠 Меню]
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD

    🎁 Готово, хоть и поздно.

    🎁 Подарок: деньги за этот заказ мы вернули раньше и не берём.

    [🧾 Заказ]
    [🏠 Меню]
    ");
}

#[test]
fn a_failure_says_why_and_what_happened_to_the_money() {
    let mut failed = order(State::Failed, Money::Returned);
    failed.failure = Some(FailureClass::Content);
    assert_snapshot!(shown(&told(&failed, 0, 0)), @r"
    <b>Nano Banana</b> · заказ K7F2ABCD

    😔 Не получилось.
    Нейросеть сочла запрос недопустимым. Смягчите описание: уберите насилие, откровенные сцены, известных людей и торговые марки, или возьмите другое фото.

    💳 Деньги возвращены: 12 ₽, баланс 188 ₽

    [🔁 Ещё раз]
    [🏠 Меню]
    ");
    for class in [
        FailureClass::Content,
        FailureClass::Input,
        FailureClass::InputGone,
        FailureClass::Account,
        FailureClass::Temporary,
        FailureClass::Lost,
        FailureClass::NotDelivered,
        FailureClass::TooLate,
        FailureClass::Unknown,
    ] {
        for language in Language::ALL {
            failed.failure = Some(class);
            failed.language = language;
            let screen = told(&failed, 0, 0);
            let text = shown(&screen);
            assert!(text.contains("12 ₽") && text.contains("188 ₽"), "{text}");
            assert!(text.contains("K7F2ABCD"), "the short code is for support: {text}");
            within_limits(&screen);
        }
    }
}

#[test]
fn a_late_cancel_tells_the_truth() {
    let mut running = order(State::Running, Money::Held);
    running.quiet = true;
    let screen = told(&running, 0, 10);
    assert_snapshot!(shown(&screen), @r"
    <b>Nano Banana</b> · заказ K7F2ABCD

    ⚙️ Создаём
    ▰▰▰▰▰▱▱▱▱▱ 50 %
    Обычно занимает 20 секунд. Пришлю, когда будет готово.

    Отложено 12 ₽. Спишем только за готовый результат.

    🔕 Вы просили отменить. Нейросеть остановить нельзя: если получится, спишем 12 ₽ и результат будет ждать в «Истории», если нет — деньги вернутся.

    [🏠 Меню]
    ");
}

#[test]
fn a_receipt_names_the_price_once_and_a_gift_is_called_one() {
    let desk = desk();
    let order = order(State::Delivering, Money::Taken);
    let pen = Pen::of_order(&desk, &order);
    let price = Some(Rub::from_kopecks(380));
    let first = caption(&pen, &order, (0, 2), price, BALANCE).replace('\u{a0}', " ");
    let second = caption(&pen, &order, (1, 2), price, BALANCE).replace('\u{a0}', " ");
    let gift = caption(&pen, &order, (0, 1), None, BALANCE).replace('\u{a0}', " ");
    assert_snapshot!([first, second, gift].join("\n————\n"), @r"
    <b>Nano Banana</b> · заказ K7F2ABCD
    1 из 2
    Списано 3,80 ₽ · баланс 188 ₽
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD
    2 из 2
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD
    🎁 Подарок: деньги за этот заказ мы вернули раньше и не берём.
    ");
    let screen = link(&pen, "подпись", "https://results.example/1.mp4");
    within_limits(&screen);
    assert!(screen.html.contains("24"), "{}", screen.html);
}

#[test]
fn all_the_rest_is_within_the_limits_in_both_languages() {
    let desk = desk();
    for language in Language::ALL {
        let pen = Pen::new(&desk, language);
        let id = Uuid::from_u128(1);
        let reason = "<".repeat(5000);
        for told in [
            Alert::KeyBenched { key: "key-1".to_owned(), reason: reason.clone() },
            Alert::NoKeys,
            Alert::Loss { generation: id, kopecks: 1, reason },
            Alert::Unresolved { generation: id },
        ] {
            within_limits(&alert(&pen, &told));
        }
        within_limits(&group(&desk, language));
        for state in State::ALL {
            for money in Money::ALL {
                let mut order = order(state, money);
                order.language = language;
                let pen = Pen::of_order(&desk, &order);
                within_limits(&told(&order, 5, 7));
                within_limits(&closing(&pen, &order));
                within_limits(&quiet_ready(&pen, &order, BALANCE));
            }
        }
    }
}

#[test]
fn in_a_group_there_is_only_a_link() {
    let screen = group(&desk(), Language::Ru);
    assert_snapshot!(shown(&screen), @r"
    👋 Я работаю в личных сообщениях: так ваши заказы видите только вы.

    [💬 Открыть личный чат]
    ");
}
