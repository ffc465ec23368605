use catalog::{Answer, Answers, Category, Language};
use insta::assert_snapshot;
use money::Rub;
use proptest::prelude::*;
use time::Duration;
use uuid::Uuid;

use crate::button::{Button, Step};
use crate::input::{Entry, Input};
use crate::session::{Place, Stage};
use crate::trial::{Trial, an_order, bonus, picture};
use crate::view::{FileTrouble, Scene, Word};

mod bonus;
mod entries;
mod ideas;
mod models;
mod offers;
mod random;

fn at_confirmation() -> Trial {
    let mut anna = Trial::new();
    anna.presses(Button::Create("google/nano-banana".to_owned()));
    anna.says("Кот <b>читает</b> газету");
    anna
}

#[test]
fn the_first_order_from_the_greeting_to_the_start() {
    let mut anna = Trial::new();
    anna.newcomer = true;
    anna.acts(Input::Start { payload: None });
    assert_snapshot!(anna.shown(), @r"
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
    anna.taps("⏭ Пропустить");
    let shelf = anna.opens(Entry::Category(Category::Image)).inline.len();
    assert!(anna.shown().starts_with("<b>🖼 Картинка</b>\nНовые картинки"), "{}", anna.shown());
    assert!(anna.shown().contains("[Z-Image · 0,76 ₽ ·"), "the cheapest: {}", anna.shown());
    assert!(shelf > 5, "{}", anna.shown());
    anna.presses(Button::Model("google/nano-banana".to_owned()));
    assert_snapshot!(anna.shown(), @r"
    <b>Nano Banana</b>

    Рисует картинку по описанию и хорошо понимает смысл.
    👤 Для иллюстраций, постов и идей, когда важна точность.

    💡 Например:
    <code>Уютная кофейня на углу старой улицы, дождь, огни отражаются в мостовой</code>

    💰 Цена <b>3,80 ₽</b>
    ⏱ Обычно готово через 20 секунд
    👛 Вашего счёта хватит на 52 таких заказа.

    ✍️ Чтобы начать, просто напишите сюда свой запрос.

    💳 На счёте 200 ₽ (бонусные)

    [✨ Создать]
    [❤️ В избранное]
    [⬅️ Назад] [🏠 Меню]
    ");
    anna.taps("Создать");
    assert_snapshot!(anna.shown(), @r"
    <b>Nano Banana</b>
    ✏️ <b>Описание</b>

    Опишите словами, что должно получиться: кто или что в кадре, где, какой свет и настроение. Можно по-русски.

    До 5000 знаков.

    [⬅️ Назад] [🏠 Меню]
    ");
    anna.says("Кот <b>читает</b> газету");
    assert_snapshot!(anna.shown(), @r"
    🧾 <b>Проверьте заказ</b>
    Nano Banana

    <b>Описание:</b> Кот &lt;b&gt;читает&lt;/b&gt; газету
    <b>Формат кадра:</b> 1:1 · квадрат
    <b>Тип файла:</b> PNG

    💰 Цена <b>3,80 ₽</b>
    💳 На счёте 200 ₽, после запуска останется 196,20 ₽. Если не получится, деньги вернутся.

    [✅ Запустить за 3,80 ₽]
    [✏️ Описание]
    [✏️ Формат кадра: 1:1 · квадрат]
    [✏️ Тип файла: PNG]
    [🗑 Убрать заказ]
    [⬅️ Назад] [🏠 Меню]
    ");
    anna.taps("Запустить за");
    assert_snapshot!(anna.shown(), @r"
    ✅ <b>Взяли в работу</b>
    Nano Banana · заказ CODE6
    Отложили 3,80 ₽, на счёте осталось 196,20 ₽.

    [🏠 Меню]
    ");
    assert_eq!(anna.placed.len(), 1);
    let order = &anna.placed[0];
    assert_eq!(order.priced.price, Rub::from_kopecks(380));
    assert_eq!(order.priced.cost, Rub::from_kopecks(190));
    assert_eq!(order.answers["prompt"], Answer::Text("Кот <b>читает</b> газету".to_owned()));
}

#[test]
fn a_second_press_of_start_shows_the_order_of_the_first() {
    let mut anna = at_confirmation();
    let run = anna.button("Запустить");
    anna.presses(run.clone());
    anna.presses(run);
    assert_eq!(anna.placed.len(), 1);
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::AlreadyPlaced));
    assert_snapshot!(anna.shown(), @r"
    👌 Этот заказ уже запущен, вот он. Второй раз деньги не взяли.

    <b>Nano Banana</b> · заказ K7F2ABCD

    🕐 В очереди, ваш заказ следующий.

    💳 Отложено 3,80 ₽. Спишем только за готовый результат и пришлём его сюда.

    [✖️ Отменить]
    [🏠 Меню]
    ");
}

#[test]
fn an_option_opens_from_the_confirmation_and_changes_the_price_at_once() {
    let mut anna = Trial::new();
    anna.presses(Button::Create("bytedance/seedance-1.5-pro".to_owned()));
    anna.says("Щенок бежит по воде");
    assert!(anna.shown().contains("16,63 ₽"), "{}", anna.shown());
    anna.taps("Длительность");
    assert_snapshot!(anna.shown(), @r"
    <b>Seedance 1.5 Pro</b>
    ✏️ <b>Длительность</b>

    Сколько секунд длится ролик, от 4 до 12. Цена считается за секунду.

    Число от 4 до 12.

    Сейчас: <i>5</i>

    [4] [✓ 5] [6]
    [7] [8] [9]
    [10] [11] [12]
    [⬅️ Назад] [🏠 Меню]
    ");
    anna.taps("12");
    assert!(anna.shown().contains("39,90 ₽"), "{}", anna.shown());
    anna.taps("Длительность");
    anna.says("3");
    assert!(matches!(&anna.view.as_ref().unwrap().word, Some(Word::Fault { .. })));
    anna.says("4");
    assert!(anna.shown().contains("13,30 ₽"), "{}", anna.shown());
}

#[test]
fn photos_are_collected_until_done() {
    let mut anna = Trial::new();
    anna.presses(Button::Create("google/nano-banana-edit".to_owned()));
    anna.says("вот фото");
    assert!(matches!(&anna.view.as_ref().unwrap().word, Some(Word::Fault { .. })));
    anna.sends(picture(), Some("album"));
    assert!(!anna.view.as_ref().unwrap().in_place);
    anna.sends(picture(), Some("album"));
    assert!(anna.view.as_ref().unwrap().in_place, "an album is one screen");
    assert_snapshot!(anna.shown(), @r"
    <b>Nano Banana Edit</b>
    ✏️ <b>Картинки</b>

    Пришлите одну или несколько картинок, с которыми работать.

    Подойдут JPG, PNG, WEBP, до 10 МБ. Или ссылка на файл до 10 МБ.
    Сколько файлов: от 1 до 10.

    📎 Приняты 2 файла. Пришлите ещё или нажмите «Готово».

    [✅ Готово (2)] [🔄 Заново]
    [⬅️ Назад] [🏠 Меню]
    ");
    anna.taps("Готово (2)");
    anna.says("Добавь шляпу");
    assert!(anna.shown().contains("2 картинки"), "{}", anna.shown());
    assert!(anna.shown().contains("Запустить за 3,80 ₽"));
}

#[test]
fn a_single_photo_needs_no_done_and_bad_files_lose_nothing() {
    let mut anna = Trial::new();
    anna.presses(Button::Create("recraft/remove-background".to_owned()));
    for trouble in [
        FileTrouble::TooBig { megabytes: 20 },
        FileTrouble::Gone,
        FileTrouble::Unknown,
        FileTrouble::Damaged,
    ] {
        anna.acts(Input::File { file: Err(trouble), album: None, caption: None });
        assert!(matches!(anna.session.draft.as_ref().unwrap().stage, Stage::Field { .. }));
    }
    let gif = catalog::FileInput { mime: "image/gif".to_owned(), ..picture() };
    anna.sends(gif, None);
    assert!(anna.shown().contains("JPG, PNG, WEBP"), "{}", anna.shown());
    anna.sends(picture(), None);
    assert_eq!(anna.session.draft.as_ref().unwrap().stage, Stage::Summary);
    assert!(anna.shown().contains("Запустить за 0,95 ₽"), "{}", anna.shown());
}

#[test]
fn too_little_money_is_said_and_the_order_waits() {
    let mut anna = at_confirmation();
    anna.wallet = bonus(1);
    anna.opens(Entry::Menu);
    anna.taps("Продолжить заказ");
    assert_snapshot!(anna.shown(), @r"
    🧾 <b>Проверьте заказ</b>
    Nano Banana

    <b>Описание:</b> Кот &lt;b&gt;читает&lt;/b&gt; газету
    <b>Формат кадра:</b> 1:1 · квадрат
    <b>Тип файла:</b> PNG

    💰 Цена <b>3,80 ₽</b>
    ❗️ Не хватает 2,80 ₽, на счёте 1 ₽. Заказ сохранён, к нему можно вернуться из меню. Попробуйте параметры или модель подешевле.

    [💳 Баланс]
    [✏️ Описание]
    [✏️ Формат кадра: 1:1 · квадрат]
    [✏️ Тип файла: PNG]
    [🗑 Убрать заказ]
    [⬅️ Назад] [🏠 Меню]
    ");
    let revision = anna.revision;
    anna.presses(Button::Run { revision });
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::Short(Rub::from_kopecks(280))));
    assert!(anna.placed.is_empty());
}

#[test]
fn an_old_or_changed_price_has_to_be_confirmed_again() {
    let mut anna = at_confirmation();
    anna.now += Duration::minutes(16);
    anna.taps("Запустить");
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::Repriced(Rub::from_kopecks(380))));
    assert!(anna.placed.is_empty());
    anna.desk.rate = money::Rate::from_decimal(rust_decimal::Decimal::TWO).unwrap();
    anna.taps("Запустить");
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::Repriced(Rub::from_kopecks(800))));
    anna.taps("Запустить за 8");
    assert_eq!(anna.placed[0].priced.price, Rub::from_kopecks(800));
}

#[test]
fn stale_and_forged_buttons_redraw_the_current_screen() {
    let mut anna = at_confirmation();
    let old = Button::Wizard { revision: anna.revision - 1, step: Step::Choose(3) };
    let before = anna.session.clone();
    for input in [Input::Press(old), Input::Forged, Input::Press(Button::Run { revision: 99 })] {
        anna.acts(input);
        assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::Stale));
        assert_eq!(anna.session, before);
        assert!(anna.shown().contains("Проверьте заказ"));
    }
    anna.presses(Button::Item(Uuid::from_u128(99)));
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::NoSuchOrder));
}

#[test]
fn an_order_of_somebody_else_does_not_exist() {
    let mut anna = Trial::new();
    let mut order = an_order("z-image", Answers::new());
    order.user_id += 1;
    let id = order.id;
    anna.orders.push(order);
    for button in [Button::Item(id), Button::Repeat(id), Button::Resend(id), Button::Cancel(id)] {
        anna.presses(button);
        assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::NoSuchOrder));
    }
}

#[test]
fn back_leads_through_the_questions_to_the_card_and_keeps_the_answers() {
    let mut anna = Trial::new();
    anna.presses(Button::Create("kling-2.6/image-to-video".to_owned()));
    anna.sends(picture(), None);
    anna.says("Пусть улыбнётся");
    anna.taps("Назад");
    assert!(anna.shown().contains("Пусть улыбнётся"), "{}", anna.shown());
    anna.taps("Назад");
    assert!(anna.shown().contains("1 картинка"), "{}", anna.shown());
    anna.taps("Оставить");
    assert!(anna.shown().contains("Проверьте заказ"), "{}", anna.shown());
    for _ in 0..3 {
        anna.taps("Назад");
    }
    assert_eq!(anna.session.place, Place::Card { model: "kling-2.6/image-to-video".to_owned() });
    anna.opens(Entry::Continue);
    assert!(anna.session.draft.as_ref().unwrap().answers.len() == 2);
}

#[test]
fn a_switch_that_needs_more_asks_for_more() {
    let mut anna = Trial::new();
    anna.presses(Button::Create("ai-music-api/generate".to_owned()));
    anna.says("Песня для мамы");
    anna.taps("Свои слова и стиль");
    anna.taps("Да");
    assert_eq!(anna.session.draft.as_ref().unwrap().stage, Stage::Field { name: "title".into() });
    anna.says("Маме");
    anna.says("акустика");
    anna.says("Ля-ля-ля");
    assert!(anna.shown().contains("Запустить за 11,40 ₽"), "{}", anna.shown());
}

#[test]
fn links_open_the_card_and_unknown_ones_the_menu() {
    let mut anna = Trial::new();
    anna.newcomer = true;
    anna.acts(Input::Start { payload: Some("m_google_nano-banana".to_owned()) });
    assert!(anna.shown().contains("200 ₽"), "{}", anna.shown());
    assert!(matches!(anna.view.as_ref().unwrap().scene, Scene::Card { .. }));
    anna.acts(Input::Start { payload: Some("m_nothing".to_owned()) });
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::NoModel));
    anna.acts(Input::Start { payload: Some("ref_7".to_owned()) });
    assert!(matches!(anna.view.as_ref().unwrap().scene, Scene::Menu));
}

#[test]
fn history_balance_and_help_in_words() {
    let mut anna = Trial::new();
    let prompt = Answer::Text("Кот читает газету".to_owned());
    let answers = Answers::from([("prompt".to_owned(), prompt)]);
    anna.orders.push(an_order("google/nano-banana", answers));
    anna.opens(Entry::History);
    assert_snapshot!(anna.shown(), @r"
    🧾 <b>История</b> · страница 1

    <b>Nano Banana</b> · 01.01 15:00 МСК
    готово · списано 3,80 ₽ · <code>K7F2ABCD</code>

    💳 На счёте 200 ₽ (бонусные)

    [🧾 Nano Banana · 01.01 15:00]
    [Старше ▶️]
    [• Все] [🎬 Видео] [🖼 Картинка]
    [✨ Улучшить] [🎙 Аудио]
    [⬅️ Назад] [🏠 Меню]
    ");
    anna.taps("🧾 Nano Banana");
    assert_snapshot!(anna.shown(), @r"
    <b>Nano Banana</b> · 01.01 15:00 МСК
    готово · списано 3,80 ₽ · <code>K7F2ABCD</code>

    <b>Описание:</b> Кот читает газету

    [📤 Прислать ещё раз, бесплатно]
    [🔁 Повторить заказ]
    [📎 Файлом без сжатия] [🔗 Ссылка]
    [✏️ Изменить и повторить]
    [🎨 Другая модель] [❤️ В избранное]
    [📋 Текст запроса]
    [⬅️ Назад] [🏠 Меню]
    ");
    anna.taps("Прислать ещё раз");
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::Resent));
    anna.taps("Повторить заказ");
    assert!(anna.shown().contains("Запустить за 3,80 ₽"), "{}", anna.shown());
    anna.opens(Entry::Balance);
    assert_snapshot!(anna.shown(), @r"
    💳 <b>Баланс 200 ₽</b>
    Свои деньги: 0 ₽
    Бонусы: 200 ₽

    Движений пока не было.

    Этого хватит, например, на:
    • Seedream 5.0 Flash Text to Image: 64 раза
    • Grok Imagine Video 1.5 Preview: 87 раз
    • Suno Generate Sounds: 84 раза

    😔 Пополнить счёт сейчас нельзя, деньги не тронуты. Загляните позже.

    [🎁 Бонусы]
    [🧾 История] [💰 Мои деньги]
    [⬅️ Назад] [🏠 Меню]
    ");
    anna.opens(Entry::Help);
    anna.taps("Язык");
    anna.taps("Английский");
    assert!(anna.shown().contains("Main menu"), "{}", anna.shown());
}

#[test]
fn words_at_the_confirmation_change_nothing_and_cancel_drops_the_order() {
    let mut anna = at_confirmation();
    anna.says("ну давай");
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::UseButtons));
    anna.acts(Input::Cancel);
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::Dropped));
    assert_eq!(anna.session.draft, None);
}

#[test]
fn every_screen_says_that_it_is_the_test_mode() {
    let mut anna = at_confirmation();
    anna.desk.world = billing::World::Test;
    for entry in Entry::MENU.into_iter().chain([Entry::Menu, Entry::Languages, Entry::Continue]) {
        let shown = anna.opens(entry).html.clone();
        assert!(shown.contains("Тестовый режим"), "{shown}");
    }
}

/// Nothing is kept back for an order that could not be placed.
#[test]
fn while_orders_are_not_taken_the_order_waits_and_nothing_is_held() {
    let mut anna = at_confirmation();
    anna.desk.accepts_orders = false;
    let draft = anna.session.draft.clone();
    anna.taps("Запустить");
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::Closed));
    assert!(anna.shown().contains("Сейчас заказы не принимаются"), "{}", anna.shown());
    assert!(anna.placed.is_empty());
    assert_eq!(anna.session.draft, draft);
    anna.language = Language::En;
    anna.presses(Button::Run { revision: anna.revision });
    assert!(anna.shown().contains("Orders are not taken right now"), "{}", anna.shown());
    anna.language = Language::Ru;
    anna.desk.accepts_orders = true;
    anna.opens(Entry::Continue);
    anna.taps("Запустить");
    assert_eq!(anna.placed.len(), 1);
}

#[test]
fn only_a_finished_order_offers_to_send_its_results_again() {
    let mut anna = Trial::new();
    for (state, offers) in [
        (generation::State::Done, true),
        (generation::State::Failed, false),
        (generation::State::Cancelled, false),
    ] {
        let order = generation::View { state, ..an_order("z-image", Answers::new()) };
        anna.orders = vec![order.clone()];
        anna.presses(Button::Item(order.id));
        assert_eq!(anna.shown().contains("📤"), offers, "{state:?}");
    }
}

/// What somebody may do in one turn: any button, and often a button of the present screen.
#[derive(Clone, Debug)]
enum Deed {
    Tap(usize),
    Do(Input),
}

fn deeds() -> impl Strategy<Value = Deed> {
    let entries = Entry::MENU.into_iter().chain([Entry::Menu, Entry::Languages, Entry::Continue]);
    let entries: Vec<_> = entries.collect();
    let steps = prop_oneof![
        (0_u16..12).prop_map(Step::Choose),
        Just(Step::Keep),
        Just(Step::Skip),
        Just(Step::Back),
        (0_u16..9).prop_map(Step::Page),
        (0_u16..20).prop_map(Step::Edit),
        Just(Step::FilesDone),
        Just(Step::FilesClear),
    ];
    let inputs = prop_oneof![
        proptest::sample::select(entries).prop_map(Input::Open),
        "\\PC{0,40}".prop_map(Input::Text),
        "[0-9]{1,3}".prop_map(Input::Text),
        Just(Input::Cancel),
        Just(Input::Forged),
        Just(Input::Odd),
        Just(Input::Start { payload: None }),
        "\\PC{0,20}".prop_map(|payload| Input::Start { payload: Some(payload) }),
        Just(Input::File {
            file: Ok(picture()),
            album: Some("a".to_owned()),
            caption: Some("кот".to_owned())
        }),
        Just(Input::File { file: Err(FileTrouble::Unknown), album: None, caption: None }),
        (0_i64..30, steps)
            .prop_map(|(revision, step)| Input::Press(Button::Wizard { revision, step })),
        (0_i64..30).prop_map(|revision| Input::Press(Button::Run { revision })),
        (0_u128..9).prop_map(|id| Input::Press(Button::Repeat(Uuid::from_u128(id)))),
        (0_u128..9).prop_map(|id| Input::Press(Button::Cancel(Uuid::from_u128(id)))),
        (0_u16..9).prop_map(|page| Input::Press(Button::History { page })),
        Just(Input::Press(Button::Create("nobody/knows".to_owned()))),
    ];
    prop_oneof![3 => any::<usize>().prop_map(Deed::Tap), 2 => inputs.prop_map(Deed::Do)]
}

/// So many inputs, each of which takes long, unless a number was asked for (`PROPTEST_CASES`).
fn usually(cases: u32) -> ProptestConfig {
    // What this library does when nothing is asked for.
    const UNASKED: u32 = 256;
    let asked = ProptestConfig::default();
    if asked.cases == UNASKED { ProptestConfig { cases, ..asked } } else { asked }
}

proptest! {
    #![proptest_config(usually(200))]
    #[test]
    fn whatever_a_person_does_there_is_a_screen_with_a_way_back(
        deeds in proptest::collection::vec(deeds(), 1..60)
    ) {
        let mut anna = Trial::new();
        anna.orders.push(an_order("google/nano-banana", Answers::new()));
        anna.acts(Input::Start { payload: None });
        for deed in deeds {
            match deed {
                Deed::Do(input) => {
                    anna.acts(input);
                }
                Deed::Tap(index) => {
                    let taps: Vec<_> = anna.screen.inline.iter().flatten().cloned().collect();
                    let Some(tap) = taps.get(index % taps.len().max(1)) else { continue };
                    let crate::screen::Act::Press(data) = &tap.act else { continue };
                    anna.presses(Button::decode(data).unwrap());
                }
            }
            // Money is never spent twice by one confirmation.
            let mut keys: Vec<_> = anna.placed.iter().map(|order| order.revision).collect();
            keys.dedup();
            prop_assert_eq!(keys.len(), anna.placed.len());
        }
    }
}
