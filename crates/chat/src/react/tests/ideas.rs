//! Ready ideas by the pure half of the conversation: every idea, every answer, both languages.

use catalog::{FileInput, Language};
use media::MediaKind;
use scenario::{InputKind, Scenario};

use crate::button::Button;
use crate::ideas::{IdeaButton, IdeaStep};
use crate::input::Input;
use crate::trial::{Trial, bonus, desk, picture};

fn file(kind: MediaKind) -> FileInput {
    match kind {
        MediaKind::Image => picture(),
        MediaKind::Video => {
            FileInput { kind, mime: "video/mp4".to_owned(), duration_ms: Some(4000), ..picture() }
        }
        MediaKind::Audio => FileInput {
            kind,
            mime: "audio/ogg".to_owned(),
            width: None,
            height: None,
            duration_ms: Some(4000),
            ..picture()
        },
    }
}

fn step(trial: &Trial, step: IdeaStep) -> Button {
    Button::Idea(IdeaButton::Step { revision: trial.revision, step })
}

fn opened(scenario: &Scenario, language: Language) -> Trial {
    let mut trial = Trial { language, wallet: bonus(100_000), ..Trial::new() };
    trial.acts(Input::Start { payload: Some(format!("s_{}", scenario.id)) });
    trial.presses(Button::Idea(IdeaButton::Begin(scenario.id.clone())));
    trial
}

/// Answers everything by the option of that number, or by the longest words.
fn answers(trial: &mut Trial, scenario: &Scenario, option: u16) {
    for input in &scenario.inputs {
        // What does not fit here is answered with a word and changes nothing.
        trial.acts(Input::Odd);
        match &input.kind {
            InputKind::File(kind) => {
                trial.says("words");
                trial.sends(file(*kind), None);
            }
            InputKind::Words { max } => {
                trial.says(&"я".repeat(*max as usize + 1));
                trial.sends(picture(), None);
                trial.says(&"<".repeat(*max as usize));
            }
            InputKind::Choice { options, .. } => {
                let wrong = step(trial, IdeaStep::Choose(99));
                trial.presses(wrong);
                let index = option % u16::try_from(options.len()).unwrap();
                let button = step(trial, IdeaStep::Choose(index));
                trial.presses(button);
            }
        }
    }
}

#[test]
fn every_idea_is_walked_through_with_sound_screens_in_both_languages() {
    for language in Language::ALL {
        for scenario in desk().scenarios.iter() {
            for option in 0..4 {
                let mut trial = opened(scenario, language);
                answers(&mut trial, scenario, option);
                if scenario.counts.len() > 1 {
                    let wrong = step(&trial, IdeaStep::Count(2));
                    trial.presses(wrong);
                    let most = u16::from(*scenario.counts.last().unwrap());
                    let button = step(&trial, IdeaStep::Count(most));
                    trial.presses(button);
                }
                let run = Button::Idea(IdeaButton::Run { revision: trial.revision });
                trial.presses(run.clone());
                assert_eq!(trial.batches.len(), 1, "{}:\n{}", scenario.id, trial.shown());
                trial.presses(run);
                assert_eq!(trial.batches.len(), 1, "{}", scenario.id);
                let id = trial.batches[0].id;
                trial.presses(Button::Idea(IdeaButton::Script(id)));
                trial.presses(Button::Idea(IdeaButton::Cancel(id)));
                trial.presses(Button::Idea(IdeaButton::Again(id)));
            }
        }
    }
}

#[test]
fn back_leads_from_the_confirmation_to_the_card_and_the_list() {
    for scenario in desk().scenarios.iter() {
        let mut trial = opened(scenario, Language::Ru);
        answers(&mut trial, scenario, 0);
        for _ in 0..=scenario.inputs.len() + 1 {
            if trial.shown().contains("[✨ Начать]") {
                break;
            }
            trial.taps("Назад");
        }
        assert!(trial.shown().contains("[✨ Начать]"), "{}", trial.shown());
        trial.taps("Назад");
        assert!(trial.shown().contains("Готовые идеи"), "{}", trial.shown());
        assert!(trial.shown().contains("Продолжить идею"), "{}", trial.shown());
        trial.taps("Продолжить идею");
    }
}

#[test]
fn the_list_names_every_idea_with_its_price() {
    let mut trial = Trial::new();
    trial.presses(Button::Idea(IdeaButton::List { page: 0 }));
    let mut seen = trial.shown();
    while trial.shown().contains("[Следующие") {
        trial.taps("Следующие");
        seen.push_str(&trial.shown());
    }
    for scenario in desk().scenarios.iter() {
        assert!(seen.contains(&format!("[{} · ", scenario.name.ru)), "{}\n{seen}", scenario.id);
    }
}

#[test]
fn an_idea_that_is_not_there_leads_to_the_list() {
    let mut trial = Trial::new();
    trial.acts(Input::Start { payload: Some("s_nothing".to_owned()) });
    assert!(trial.shown().contains("Такой идеи больше нет"), "{}", trial.shown());
    trial.presses(Button::Idea(IdeaButton::Begin("nothing".to_owned())));
    assert!(trial.shown().contains("Такой идеи больше нет"), "{}", trial.shown());
    trial.presses(Button::Idea(IdeaButton::Script(uuid::Uuid::from_u128(9))));
    assert!(trial.shown().contains("Такого заказа у вас нет"), "{}", trial.shown());
}

#[test]
fn too_little_money_names_what_is_missing_for_all_of_them() {
    let scenario = desk().scenarios.get("product-ad").unwrap().clone();
    let mut trial = opened(&scenario, Language::Ru);
    trial.wallet = bonus(100);
    answers(&mut trial, &scenario, 0);
    let five = step(&trial, IdeaStep::Count(5));
    trial.presses(five);
    assert!(trial.shown().contains("Не хватает 99,50 ₽"), "{}", trial.shown());
    assert!(!trial.shown().contains("Запустить"), "{}", trial.shown());
    let run = Button::Idea(IdeaButton::Run { revision: trial.revision });
    trial.presses(run);
    assert!(trial.batches.is_empty());
}
