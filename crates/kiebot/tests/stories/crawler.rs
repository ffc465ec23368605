//! Somebody presses everything: each button that can be reached from `/start`, through the real way
//! of an update, by a new person, by one with a history and by one without money.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use catalog::{Catalog, FieldKind};
use money::Rub;
use sandbox::telegram::MessageView;

use crate::person::Person;
use crate::world::{Options, World, story, story_with};

/// A shop with fewer screens has lost some.
const SCREENS_LEAST: usize = 300;

/// The same for who presses only some of the models.
const SAMPLED_LEAST: usize = 80;

/// Of the buttons of single models so many are pressed by those who do not press all of them.
const MODELS_SAMPLED: usize = 12;

/// The wizard of one model is walked at most so many steps.
const STEPS_MAX: usize = 40;

/// What was seen on the way.
#[derive(Default)]
struct Seen {
    screens: HashSet<String>,
    pressed: BTreeSet<String>,
    last: String,
}

/// Words and buttons without numbers: two prices or two dates are the same screen.
fn shape(message: &MessageView) -> String {
    let labels = message.buttons.iter().flatten().map(|button| button.label.as_str());
    let all: String = std::iter::once(message.text.as_str()).chain(labels).collect();
    all.chars().map(|letter| if letter.is_ascii_digit() { '#' } else { letter }).collect()
}

fn newest(person: Person<'_>) -> MessageView {
    person.messages().pop().expect("the bot says something")
}

fn data(message: &MessageView) -> Vec<String> {
    message.buttons.iter().flatten().filter_map(|button| button.data.clone()).collect()
}

/// What must hold for every screen.
fn look(world: &World, person: Person<'_>, seen: &mut Seen) -> MessageView {
    person.screen();
    let message = newest(person);
    assert!(message.text.encode_utf16().count() <= 4096, "{}", message.text);
    for button in message.buttons.iter().flatten() {
        assert!(button.data.as_ref().is_none_or(|data| data.len() <= 64), "{button:?}");
        assert!(!button.label.trim().is_empty());
    }
    let menu = data(&message).iter().any(|data| data == "1|m");
    let letters = world.telegram().reply_keyboard(person.id()).is_some();
    assert!(menu || letters, "no way back from\n{}", message.text);
    for bad in ["кнопка устарела", "button is out of date", "Код:", "Code:"] {
        assert!(!message.text.contains(bad), "{} → {bad}:\n{}", seen.last, message.text);
    }
    seen.screens.insert(shape(&message));
    message
}

/// Buttons whose press is a step of something that goes on elsewhere: of the wizard, which is
/// walked by itself; another language; erasing; stopping an order.
fn is_apart(data: &str) -> bool {
    ["1|w|", "1|r|", "1|l|", "1|j|x", "1|q|", "1|z|r"].iter().any(|start| data.starts_with(start))
}

/// Buttons that hold for one moment of the conversation, and are pressed while it lasts.
fn is_of_the_moment(data: &str) -> bool {
    ["1|z|w", "1|t|s|", "1|t|w|", "1|bn|y"].iter().any(|start| data.starts_with(start))
}

/// Such buttons of the newest screen, each kind once.
fn of_the_moment(person: Person<'_>, seen: &Seen) -> Option<String> {
    let kind = |data: &str| data.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let fresh = |data: &String| {
        is_of_the_moment(data) && seen.pressed.iter().all(|other| kind(other) != kind(data))
    };
    data(&newest(person)).into_iter().find(fresh)
}

/// Marks a model as a favourite.
const STAR: &str = "1|j|*";

fn is_of_a_model(data: &str) -> Option<&'static str> {
    ["1|d|", "1|n|", STAR].into_iter().find(|start| data.starts_with(start))
}

/// Presses everything that can be reached, each button once; of the buttons that stand on the card
/// of every model only some, unless all models are asked for.
async fn crawl(world: &World, person: Person<'_>, all_models: bool) -> Seen {
    let mut seen = Seen::default();
    let mut waiting = VecDeque::new();
    let mut sampled: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut queued: HashSet<String> = HashSet::new();
    for word in ["/start", "/menu", "/help", "/history", "/money", "/faq", "/terms", "/models"] {
        person.sends(word).await;
        waiting.extend(data(&look(world, person, &mut seen)));
    }
    // The letters' place of the menu holds what its buttons do.
    let letters = world.telegram().reply_keyboard(person.id()).unwrap_or_default();
    for label in letters.into_iter().flatten() {
        person.sends(&label).await;
        waiting.extend(data(&look(world, person, &mut seen)));
    }
    for message in person.messages() {
        waiting.extend(data(&message));
    }
    while let Some(next) = waiting.pop_front() {
        if is_apart(&next) || is_of_the_moment(&next) || !queued.insert(next.clone()) {
            continue;
        }
        let of_a_model = is_of_a_model(&next).filter(|start| !all_models || *start == STAR);
        if let Some(start) = of_a_model {
            let count = sampled.entry(start).or_default();
            *count += 1;
            if *count > MODELS_SAMPLED {
                continue;
            }
        }
        let on = newest(person).id;
        world.telegram().presses_raw(person.id(), on, &next);
        world.settle().await;
        seen.last.clone_from(&next);
        seen.pressed.insert(next);
        waiting.extend(data(&look(world, person, &mut seen)));
        while let Some(now) = of_the_moment(person, &seen) {
            world.telegram().presses_raw(person.id(), newest(person).id, &now);
            world.settle().await;
            seen.last.clone_from(&now);
            seen.pressed.insert(now);
            waiting.extend(data(&look(world, person, &mut seen)));
        }
    }
    seen
}

#[allow(clippy::print_stderr, reason = "the figures of the crawl")]
fn report(who: &str, seen: &Seen) {
    let (screens, buttons) = (seen.screens.len(), seen.pressed.len());
    eprintln!("{who}: {screens} screens, {buttons} buttons");
}

/// A language is a person's own; the words of both are pressed through.
async fn newcomer(language: &'static str, all_models: bool, least: usize) {
    story(async |world| {
        let person = world.person_speaking("Анна", language);
        let seen = crawl(world, person, all_models).await;
        report(&format!("newcomer, {language}"), &seen);
        assert!(seen.screens.len() >= least, "{} screens", seen.screens.len());
        // And the ones apart: the other language and back, erasing.
        for (word, data) in [("/language", "1|l|en"), ("/language", "1|l|ru")] {
            person.sends(word).await;
            let on = newest(person).id;
            world.telegram().presses_raw(person.id(), on, data);
            world.settle().await;
            person.screen();
        }
        person.sends("/delete_me").await;
        person.taps("🗑 Да").await.sees("стёрты");
    })
    .await;
}

#[tokio::test]
async fn a_newcomer_presses_everything_in_russian() {
    newcomer("ru", true, SCREENS_LEAST).await;
}

#[tokio::test]
async fn a_newcomer_presses_everything_in_english() {
    newcomer("en", false, SAMPLED_LEAST).await;
}

#[tokio::test]
async fn somebody_with_a_history_presses_everything() {
    for language in ["ru", "en"] {
        story(async |world| {
            let anna = world.person("Анна");
            anna.orders("Кот").await;
            world.succeeds().await;
            anna.orders("Пёс").await;
            world.fails("422", "The input or output was flagged as sensitive.").await;
            anna.orders("Слон").await;
            world.fails("400", "This field is required").await;
            anna.sends("/language").await;
            world.telegram().presses_raw(anna.id(), newest(anna).id, &format!("1|l|{language}"));
            world.settle().await;
            let seen = crawl(world, anna, false).await;
            report(&format!("with a history, {language}"), &seen);
            anna.screen();
        })
        .await;
    }
}

#[tokio::test]
async fn somebody_without_money_presses_everything() {
    for language in ["ru", "en"] {
        let options = Options { welcome: Rub::ZERO, ..Options::default() };
        story_with(options, async |world| {
            let boris = world.person_speaking("Борис", language);
            let seen = crawl(world, boris, false).await;
            report(&format!("without money, {language}"), &seen);
        })
        .await;
    }
}

/// One model for each set of kinds of questions.
fn one_of_each_shape() -> Vec<String> {
    let catalog = Catalog::builtin().unwrap();
    let mut shapes: BTreeMap<BTreeSet<String>, String> = BTreeMap::new();
    for model in catalog.models().iter().filter(|model| model.is_on_sale() && model.in_menu()) {
        let kinds = model.fields.iter().filter_map(|field| match &field.kind {
            FieldKind::Text { .. } => Some("text".to_owned()),
            FieldKind::Files { media, max, .. } => Some(format!("{media:?} {}", *max > 1)),
            FieldKind::Choice { .. } | FieldKind::Switch => Some("choice".to_owned()),
            FieldKind::Integer { .. } | FieldKind::Number { .. } => Some("number".to_owned()),
            FieldKind::Values { .. } => Some("values".to_owned()),
            FieldKind::Items { .. } | FieldKind::Opaque => None,
        });
        shapes.entry(kinds.collect()).or_insert_with(|| model.id.clone());
    }
    shapes.into_values().collect()
}

/// The step of a button of the wizard, without the revision that it carries; all choices of one
/// question are one step.
fn step_of(data: &str) -> Option<&str> {
    let (_revision, step) = data.strip_prefix("1|w|")?.split_once('|')?;
    Some(if step.starts_with('c') { "c" } else { step })
}

/// Presses whatever was not pressed yet, answers in words or files when all was pressed, and begins
/// anew until the confirmation has nothing left. Answers how many steps were seen and not pressed.
async fn walks(world: &World, person: Person<'_>, model: &str, seen: &mut Seen) -> usize {
    let begin = format!("1|n|{model}");
    world.telegram().presses_raw(person.id(), newest(person).id, &begin);
    world.settle().await;
    let mut steps: BTreeMap<(String, String), bool> = BTreeMap::new();
    for _ in 0..STEPS_MAX {
        let message = look(world, person, seen);
        let place = shape(&message);
        let key = |data: &str| step_of(data).map(|step| (place.clone(), step.to_owned()));
        let here = data(&message);
        for key in here.iter().filter_map(|data| key(data)) {
            steps.entry(key).or_insert(false);
        }
        let fresh = here.iter().find(|data| key(data).is_some_and(|key| !steps[&key]));
        if let Some(fresh) = fresh {
            steps.insert(key(fresh).unwrap(), true);
            seen.pressed.insert(format!("{model} {}", step_of(fresh).unwrap()));
            world.telegram().presses_raw(person.id(), message.id, fresh);
            world.settle().await;
        } else if message.text.contains("Проверьте заказ") {
            break;
        } else if person.is_asked() {
            person.answers_once(world.photo()).await;
        } else {
            world.telegram().presses_raw(person.id(), message.id, &begin);
            world.settle().await;
        }
    }
    steps.values().filter(|pressed| !**pressed).count()
}

#[tokio::test]
async fn every_step_of_the_wizard_of_each_shape_is_pressed() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let mut seen = Seen::default();
        let shapes = one_of_each_shape();
        let mut left = 0;
        for model in &shapes {
            left += walks(world, anna, model, &mut seen).await;
        }
        eprintln!("{} shapes, {left} steps not pressed", shapes.len());
        report("wizards", &seen);
        anna.sends("/cancel").await;
        anna.screen();
    })
    .await;
}
