mod faults;

use billing::{Direction, Movement, MovementKind};
use catalog::{Answers, Language};
use generation::{FailureClass, Money, State, View as Order};
use insta::assert_snapshot;
use money::Rub;
use outbox::{Alert, Open, Over, WatchNews};
use time::Duration;
use uuid::Uuid;

use super::*;
use crate::screen::Screen;
use crate::trial::{ANNA, START, an_order, desk, shown, within_limits};

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

    💳 Отложено 12 ₽. Спишем только за готовый результат и пришлём его сюда.

    [✖️ Отменить]
    [🏠 Меню]
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD

    🕐 В очереди, перед вами 3 заказа.

    💳 Отложено 12 ₽. Спишем только за готовый результат и пришлём его сюда.

    [✖️ Отменить]
    [🏠 Меню]
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD

    ⚙️ Создаём
    ▰▰▰▰▰▱▱▱▱▱ 50 %
    Обычно занимает 20 секунд.

    💳 Отложено 12 ₽. Спишем только за готовый результат и пришлём его сюда.

    [✖️ Отменить]
    [🏠 Меню]
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD

    ⚙️ Создаём
    ▰▰▰▰▰▰▰▰▰▱ 95 %
    Обычно занимает 20 секунд, сегодня дольше. Ничего делать не нужно, ждём.

    💳 Отложено 12 ₽. Спишем только за готовый результат и пришлём его сюда.

    [✖️ Отменить]
    [🏠 Меню]
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD

    📦 Готово, отправляем вам.

    Списано 12 ₽ · баланс 188 ₽

    [🏠 Меню]
    ————
    ✅ Готово · <b>Nano Banana</b> · заказ K7F2ABCD

    [🧾 Открыть заказ]
    [🏠 Меню]
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD

    🐢 Нейросеть не успела в срок. Мы ещё ждём: если результат придёт, подарим его вам.

    💳 Деньги возвращены: 12 ₽, баланс 188 ₽

    [🏠 Меню]
    ————
    🎁 Готово, хоть и с опозданием · <b>Nano Banana</b> · заказ K7F2ABCD

    [🧾 Открыть заказ]
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

    [✏️ Исправить и повторить]
    [🎨 Другая модель]
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
    Обычно занимает 20 секунд.

    🔕 Вы просили отменить, но остановить нейросеть мы не можем. Если получится, спишем 12 ₽ и результат будет ждать в «Истории». Если нет, деньги вернутся.

    [🏠 Меню]
    ");
}

#[test]
fn a_receipt_names_the_price_once_and_a_gift_is_called_one() {
    let desk = desk();
    let order = order(State::Delivering, Money::Taken);
    let pen = Pen::of_order(&desk, &order);
    let price = Some(Rub::from_kopecks(380));
    let first = caption(&pen, &order, (0, 2), price, BALANCE, START).replace('\u{a0}', " ");
    let second = caption(&pen, &order, (1, 2), price, BALANCE, START).replace('\u{a0}', " ");
    let gift = caption(&pen, &order, (0, 1), None, BALANCE, START).replace('\u{a0}', " ");
    assert_snapshot!([first, second, gift].join("\n————\n"), @r"
    <b>Nano Banana</b> · заказ K7F2ABCD
    1 из 2
    Списано 3,80 ₽ · баланс 188 ₽
    ⏱ Заняло 1 секунду, было отложено 12 ₽
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD
    2 из 2
    ————
    <b>Nano Banana</b> · заказ K7F2ABCD
    🎁 Подарок: деньги за этот заказ мы уже вернули.
    ");
    let screen = link(&pen, "подпись", "https://results.example/1.mp4");
    within_limits(&screen);
    assert!(screen.html.contains("24"), "{}", screen.html);
}

/// One message with everything that can be wrong, told for the second time, and over again.
fn every_alarm() -> Alert {
    let long = || "<слово> ".repeat(200);
    let model = || "google/nano-banana".to_owned();
    let news = [
        WatchNews::Runway { hours: 0, credits: "0".to_owned() },
        WatchNews::Runway { hours: 49, credits: "5916.25".to_owned() },
        WatchNews::Errors { failed: 7, orders: 10, most: "temporary".to_owned() },
        WatchNews::QueueLate { minutes: 3, due: 120 },
        WatchNews::JobsDead { count: 2, kind: "update".to_owned(), error: long() },
        WatchNews::PaymentsWait { count: 2, hours: 5 },
        WatchNews::Books { violations: 3, first: long() },
        WatchNews::BelowCost { model: model(), orders: 3, kopecks: 285 },
        WatchNews::Drift { model: model(), listed: "12".to_owned(), taken: "30".to_owned() },
        WatchNews::Disk { folder: long(), free_mb: 12 },
        WatchNews::DatabaseFull { megabytes: 950, limit: 1_000 },
        WatchNews::WebhookRefused { reason: long() },
    ];
    let alerts = news.map(|news| Alert::Watch { news }).into_iter().chain([
        Alert::KeyBenched { key: "key-1-abcdef".to_owned(), reason: long() },
        Alert::NoKeys,
        Alert::BackupFailed { reason: long() },
        Alert::Catalogue { news: outbox::CatalogueNews::Unreachable { reason: long() } },
    ]);
    let alerts: Vec<Alert> = alerts.collect();
    let open = alerts.iter().map(|alert| Open { alert: alert.clone(), minutes: 1_500, time: 2 });
    let over = alerts.iter().map(|alert| Over { alert: alert.clone(), minutes: 61 });
    Alert::Watch { news: WatchNews::Round { open: open.collect(), over: over.collect() } }
}

#[test]
fn alarms_say_what_is_wrong_what_of_the_money_and_what_to_do() {
    let desk = desk();
    let Alert::Watch { news: WatchNews::Round { open, over } } = every_alarm() else { return };
    let mut all = String::new();
    for language in Language::ALL {
        let pen = Pen::new(&desk, language);
        for one in open.iter().filter(|one| !format!("{one:?}").contains("слово")) {
            all += &format!("{}\n————\n", alert(&pen, &one.alert).html);
        }
        let news = WatchNews::Round { open: open[1..3].to_vec(), over: over.clone() };
        all += &format!("{}\n————\n", alert(&pen, &Alert::Watch { news }).html);
    }
    insta::assert_snapshot!("alarms", all);
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
            Alert::BackupFailed { reason: reason.clone() },
            Alert::Loss { generation: id, kopecks: 1, reason },
            Alert::Unresolved { generation: id },
            every_alarm(),
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

/// The balance of somebody with these movements, as Anna sees it.
fn balance_screen(wallet: Wallet, movements: &[Movement]) -> Screen {
    let desk = desk();
    let context = Context {
        desk: &desk,
        now: START,
        language: Language::Ru,
        user_id: ANNA,
        name: "Анна".to_owned(),
        revision: 0,
        wallet,
        free: generation::FreeLeft::default(),
        newcomer: false,
        favourites: Vec::new(),
        welcomed: promo::Welcomed::Known,
    };
    history::balance(&Pen::new(&desk, Language::Ru), &context, movements, &[], 0, None)
}

#[test]
fn only_what_changes_the_balance_is_a_movement() {
    let moved = |kind, direction, kopecks, reason: Option<&str>| Movement {
        id: 1,
        at: START,
        kind,
        amount: Rub::from_kopecks(kopecks),
        direction,
        balance_after: None,
        generation: None,
        reason: reason.map(str::to_owned),
    };
    let movements = [
        moved(MovementKind::Commit, Direction::Beside, 76, None),
        moved(MovementKind::Hold, Direction::Out, 76, None),
        moved(MovementKind::Release, Direction::In, 380, None),
        moved(MovementKind::Refund, Direction::In, 380, None),
        moved(MovementKind::Expire, Direction::Out, 100, None),
        moved(MovementKind::Adjust, Direction::Out, 100, Some("<за сбой>")),
        moved(MovementKind::Topup, Direction::In, 50_000, None),
        moved(MovementKind::Bonus, Direction::In, 20_000, Some("welcome")),
        moved(MovementKind::Loss, Direction::Beside, 1, None),
    ];
    let wallet = Wallet {
        balance: Rub::from_roubles(250),
        real: Rub::from_roubles(200),
        bonus: Rub::from_roubles(50),
        held: Rub::from_kopecks(76),
        ..Wallet::default()
    };
    let screen = balance_screen(wallet, &movements);
    assert!(screen.html.contains("·\u{a0}−0,76\u{a0}₽"), "stays on one line: {}", screen.html);
    assert_snapshot!(shown(&screen), @r"
    💳 <b>Баланс 250 ₽</b>
    Свои деньги: 200 ₽
    Бонусы: 50 ₽
    ⏳ Отложено под заказы 0,76 ₽

    <b>Последние движения</b> (время московское)
    01.01 15:00 · заказ · −0,76 ₽
    01.01 15:00 · возврат · +3,80 ₽
    01.01 15:00 · возврат · +3,80 ₽
    01.01 15:00 · бонус сгорел · −1 ₽
    01.01 15:00 · поправка · −1 ₽ (&lt;за сбой&gt;)
    01.01 15:00 · пополнение · +500 ₽
    01.01 15:00 · подарок · +200 ₽

    Этого хватит, например, на:
    • Seedream 5.0 Flash Text to Image: 81 раз
    • Grok Imagine Video 1.5 Preview: 109 раз
    • Suno Generate Sounds: 105 раз

    😔 Пополнить счёт сейчас нельзя, деньги не тронуты. Загляните позже.

    [🎁 Бонусы]
    [🧾 История] [💰 Мои деньги]
    [⬅️ Назад] [🏠 Меню]
    ");
    let committed = balance_screen(wallet, &movements[..1]);
    assert!(!committed.html.contains("движени"), "{}", committed.html);
    within_limits(&committed);
}

#[test]
fn the_balance_names_its_bonus_part() {
    let desk = desk();
    let said = |balance, bonus, language| {
        let wallet = Wallet {
            balance: Rub::from_roubles(balance),
            bonus: Rub::from_roubles(bonus),
            ..Wallet::default()
        };
        Pen::new(&desk, language).balance(&wallet).replace('\u{a0}', " ")
    };
    assert_eq!(said(0, 0, Language::Ru), "💳 На счёте 0 ₽");
    assert_eq!(said(200, 200, Language::Ru), "💳 На счёте 200 ₽ (бонусные)");
    assert_eq!(said(250, 50, Language::Ru), "💳 На счёте 250 ₽, из них 50 ₽ бонусных");
    assert_eq!(said(200, 0, Language::En), "💳 Balance 200 ₽");
    assert_eq!(said(200, 200, Language::En), "💳 Balance 200 ₽ (bonus)");
    assert_eq!(said(250, 50, Language::En), "💳 Balance 250 ₽, 50 ₽ of it bonus");
}

#[test]
fn an_order_that_is_done_has_its_receipt_only_where_it_is_asked_about() {
    let desk = desk();
    let order = order(State::Done, Money::Taken);
    let pen = Pen::of_order(&desk, &order);
    let state = Progress { order: &order, before: 0, now: START };
    let said = |word: Option<&str>| {
        let screen = progress(&pen, &state, Some(BALANCE), word.map(str::to_owned));
        shown(&screen)
    };
    assert!(!said(None).contains("Списано"), "{}", said(None));
    assert!(said(Some("Отменять нечего")).contains("Списано 12 ₽ · баланс 188 ₽"));
}

#[test]
fn in_a_group_there_is_only_a_link() {
    let screen = group(&desk(), Language::Ru);
    assert_snapshot!(shown(&screen), @r"
    👋 Бот работает в личных сообщениях: там ваши заказы видите только вы.

    [💬 Открыть личный чат]
    ");
}
