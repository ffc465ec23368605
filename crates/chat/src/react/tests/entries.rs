//! Lists of entries: asked one by one, changed, thrown away.

use super::*;

fn at_dialogue() -> Trial {
    let mut anna = Trial::new();
    anna.presses(Button::Create("elevenlabs/text-to-dialogue-v3".to_owned()));
    anna
}

#[test]
fn a_dialogue_is_written_line_by_line() {
    let mut anna = at_dialogue();
    assert!(anna.shown().contains("Слова реплики"), "{}", anna.shown());
    anna.says("Бабушка, а почему у тебя такие большие уши?");
    assert_snapshot!(anna.shown(), @r"
    <b>ElevenLabs Text to Dialogue V3</b>
    ✏️ <b>Реплики</b>

    Что говорят, по порядку; у каждой реплики свой голос. Цена зависит от числа знаков.

    1. Бабушка, а почему у тебя такие большие уши?

    Сколько: от 1 до 20. Нажмите на номер, чтобы изменить.

    [✏️ №1]
    [➕ Добавить ещё]
    [✅ Готово (1)]
    [⬅️ Назад] [🏠 Меню]
    ");
    anna.taps("Добавить ещё");
    anna.says("Чтобы лучше слышать тебя!");
    anna.taps("№2");
    assert_snapshot!(anna.shown(), @r"
    <b>ElevenLabs Text to Dialogue V3</b>
    ✏️ <b>Реплики</b> · №2

    <b>Слова реплики:</b> Чтобы лучше слышать тебя!
    <b>Голос:</b> Голос 1

    [✏️ Слова реплики] [✏️ Голос]
    [🗑 Удалить]
    [⬅️ Назад] [🏠 Меню]
    ");
    anna.taps("Голос");
    anna.taps("Голос 3");
    anna.taps("Назад");
    anna.taps("Готово (2)");
    let draft = anna.session.draft.clone().unwrap();
    assert_eq!(draft.stage, Stage::Summary);
    let Answer::Items(lines) = &draft.answers["dialogue"] else { panic!("{draft:?}") };
    assert_eq!(lines.len(), 2);
    assert!(lines[1].contains_key("voice") && !lines[0].contains_key("voice"));
    assert!(anna.shown().contains("Запустить за"), "{}", anna.shown());
    // The list can be changed from the confirmation.
    anna.taps("✏️ Реплики");
    anna.taps("№1");
    anna.taps("Удалить");
    anna.taps("Готово (1)");
    let draft = anna.session.draft.clone().unwrap();
    let Answer::Items(lines) = &draft.answers["dialogue"] else { panic!("{draft:?}") };
    assert_eq!(lines[0]["text"], Answer::Text("Чтобы лучше слышать тебя!".to_owned()));
}

#[test]
fn an_empty_list_is_not_done_and_a_full_one_takes_no_more() {
    let mut anna = at_dialogue();
    anna.says("Раз");
    for number in 2..=20 {
        anna.taps("Добавить ещё");
        anna.says(&format!("{number}"));
    }
    assert!(!anna.shown().contains("Добавить"), "{}", anna.shown());
    let revision = anna.revision;
    anna.presses(Button::Wizard { revision, step: Step::EntryAdd });
    assert!(matches!(anna.view.as_ref().unwrap().word, Some(Word::Fault { .. })));
    for _ in 0..20 {
        anna.taps("№1");
        anna.taps("Удалить");
    }
    assert!(anna.shown().contains("[➕ Добавить]"), "{}", anna.shown());
    assert!(!anna.shown().contains("Готово"), "{}", anna.shown());
}

#[test]
fn the_steps_back_lead_out_of_an_entry_and_then_out_of_the_list() {
    let mut anna = at_dialogue();
    anna.taps("Назад");
    assert!(matches!(anna.session.place, Place::Card { .. }), "nothing was written yet");
    let mut anna = at_dialogue();
    anna.says("Раз");
    anna.taps("Добавить ещё");
    anna.taps("Назад");
    assert!(anna.shown().contains("1. Раз"), "{}", anna.shown());
    anna.taps("№1");
    anna.taps("Слова реплики");
    anna.taps("Назад");
    assert!(anna.shown().contains("Удалить"), "{}", anna.shown());
    anna.taps("Назад");
    assert!(anna.shown().contains("Добавить ещё"), "{}", anna.shown());
}

#[test]
fn who_speaks_is_chosen_among_those_who_were_named() {
    let mut anna = Trial::new();
    anna.presses(Button::Create("google/gemini-3-8-flash-tts".to_owned()));
    anna.says("Аня");
    anna.taps("Добавить ещё");
    anna.says("Борис");
    anna.taps("Готово (2)");
    assert!(anna.shown().contains("[Аня] [Борис]"), "{}", anna.shown());
    anna.says("Вера");
    assert!(matches!(anna.view.as_ref().unwrap().word, Some(Word::Fault { .. })));
    anna.taps("Борис");
    anna.says("Это просто ветер");
    anna.taps("Готово (1)");
    assert!(anna.shown().contains("Запустить, до"), "{}", anna.shown());
    // With one name only, nobody is asked which.
    let mut anna = Trial::new();
    anna.presses(Button::Create("google/gemini-3-8-flash-tts".to_owned()));
    anna.says("Аня");
    anna.taps("Готово (1)");
    anna.says("Привет");
    anna.taps("Готово (1)");
    assert!(anna.shown().contains("Запустить, до"), "{}", anna.shown());
}

#[test]
fn pictures_stand_inside_entries_too() {
    let mut anna = Trial::new();
    anna.presses(Button::Create("pixverse-v6/reference-to-video".to_owned()));
    anna.says("Кот идёт по городу");
    anna.sends(picture(), None);
    anna.taps("Готово (1)");
    let draft = anna.session.draft.clone().unwrap();
    assert_eq!(draft.stage, Stage::Summary, "{}", anna.shown());
    let files: Vec<_> = draft.answers.values().flat_map(Answer::files).collect();
    assert_eq!(files, [&picture()]);
}

#[test]
fn several_shots_are_asked_for_when_they_are_switched_on() {
    let mut anna = Trial::new();
    anna.presses(Button::Create("kling-3.0/video".to_owned()));
    anna.says("Кот");
    assert!(!anna.shown().contains("Сцены"), "{}", anna.shown());
    anna.taps("Несколько планов");
    anna.taps("Да");
    anna.says("Кот просыпается");
    anna.taps("2");
    assert!(anna.shown().contains("1. Кот просыпается · 2"), "{}", anna.shown());
    anna.taps("Готово (1)");
    assert_eq!(anna.session.draft.as_ref().unwrap().stage, Stage::Summary);
    assert!(anna.shown().contains("[✏️ Сцены"), "{}", anna.shown());
}
