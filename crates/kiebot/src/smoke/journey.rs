//! A person's way through the conversation, each step with its time.

use std::time::Duration;

use catalog::{Answer, Asked, Model};
use media::MediaKind;
use money::Credits;
use sandbox::samples;
use sandbox::telegram::{MessageView, PersonFile};

use super::{Customer, Outcome, PATIENCE};

/// One step of the way.
pub(super) struct Step {
    /// What the person did and waited for.
    pub(super) what: String,
    /// How long the answer took.
    pub(super) milliseconds: u128,
}

/// A word of a screen or a button by which it is known.
const CREATE: &str = "✨ Создать";
const RUN: &str = "✅ Запустить";
const BACK: &str = "⬅️";
const MENU: &str = "🏠";

/// From the first word to the greeting.
pub(super) async fn begin(customer: &Customer) -> anyhow::Result<Vec<Step>> {
    let shown = |message: &MessageView| !message.buttons.is_empty();
    Ok(vec![says(customer, "/start", "the greeting", shown).await?])
}

/// The answers to the questions of a model in their order, when words and single photos are enough.
pub(super) fn answers(model: &Model) -> Option<Vec<Answer>> {
    let usual = model.usual_input();
    let asked = model.fields.iter().filter(|field| field.asked == Asked::First);
    let answers: Vec<Answer> = asked.filter_map(|field| usual.get(&field.name).cloned()).collect();
    let enough = |answer: &Answer| match answer {
        Answer::Text(_) => true,
        Answer::Files(files) => {
            files.len() == 1 && files.iter().all(|file| file.kind == MediaKind::Image)
        }
        _ => false,
    };
    let all = answers.len() == usual.len() && !answers.is_empty() && answers.iter().all(enough);
    all.then_some(answers)
}

/// From the card of a model to its result.
pub(super) async fn order(
    customer: &Customer,
    user: i64,
    (model, listed): (&Model, Credits),
    answers: &[Answer],
) -> anyhow::Result<(Vec<Step>, Outcome)> {
    let link: String = model
        .id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' })
        .collect();
    let mut steps = vec![
        says(customer, &format!("/start m_{link}"), "the card", |message| has(message, CREATE))
            .await?,
        taps(customer, CREATE, "the first question", |message| has(message, BACK)).await?,
    ];
    for (place, answer) in answers.iter().enumerate() {
        let last = place + 1 == answers.len();
        let (what, button) = if last { ("the confirmation", RUN) } else { ("a question", BACK) };
        let right = |message: &MessageView| has(message, button);
        steps.push(match answer {
            Answer::Text(text) => says(customer, text, what, right).await?,
            _ => sends_photo(customer, what, right).await?,
        });
    }
    let begun = customer.clock.now();
    steps.push(taps(customer, RUN, "«we are on it»", |message| has(message, MENU)).await?);
    let mut connection = customer.pool.acquire().await?;
    let world = customer.world();
    let placed = generation::history(&mut connection, user, world, None, None, 1).await?;
    drop(connection);
    let placed = placed.into_iter().next();
    let placed = placed.ok_or_else(|| anyhow::anyhow!("the order of {} is not there", model.id))?;
    let order = customer.ends(placed.id, model).await?;
    let milliseconds = (customer.clock.now() - begun).whole_milliseconds().unsigned_abs();
    steps.push(Step { what: "the result is in the chat".to_owned(), milliseconds });
    let price = placed.price;
    Ok((steps, Outcome { model: model.id.clone(), listed, price, order, milliseconds }))
}

/// A look at the history and the balance.
pub(super) async fn end(customer: &Customer) -> anyhow::Result<Vec<Step>> {
    let any = |message: &MessageView| has(message, MENU);
    Ok(vec![
        says(customer, "/history", "the history", any).await?,
        says(customer, "/balance", "the balance", any).await?,
    ])
}

fn has(message: &MessageView, label: &str) -> bool {
    message.buttons.iter().flatten().any(|button| button.label.starts_with(label))
}

async fn says(
    customer: &Customer,
    text: &str,
    what: &str,
    right: impl Fn(&MessageView) -> bool,
) -> anyhow::Result<Step> {
    let newest = customer.telegram.says(customer.person, text);
    wait(customer, &format!("«{text}» → {what}"), |message| {
        message.id > newest && right(message)
    })
    .await
}

async fn sends_photo(
    customer: &Customer,
    what: &str,
    right: impl Fn(&MessageView) -> bool,
) -> anyhow::Result<Step> {
    let photo = PersonFile::new(samples::picture(), "image/png", "sample.png");
    let newest = customer.telegram.sends_photo(customer.person, photo);
    wait(customer, &format!("a photo → {what}"), |message| message.id > newest && right(message))
        .await
}

async fn taps(
    customer: &Customer,
    label: &str,
    what: &str,
    right: impl Fn(&MessageView) -> bool,
) -> anyhow::Result<Step> {
    let messages = customer.telegram.messages(customer.person);
    let found =
        messages.iter().rev().filter(|message| message.from_bot && !message.deleted).find_map(
            |message| {
                let button = message.buttons.iter().flatten();
                let button = button.into_iter().find(|button| button.label.starts_with(label))?;
                Some((message.clone(), button.label.clone()))
            },
        );
    let (message, exact) = found.ok_or_else(|| anyhow::anyhow!("there is no button «{label}»"))?;
    let pressed = customer.telegram.presses(customer.person, message.id, &exact);
    pressed.map_err(|why| anyhow::anyhow!("«{label}» cannot be pressed: {why:?}"))?;
    // The answer is a new message, or the pressed one changed.
    wait(customer, &format!("[{exact}] → {what}"), |now| {
        let changed = now.id > message.id || (now.id == message.id && now.edits > message.edits);
        changed && right(now)
    })
    .await
}

async fn wait(
    customer: &Customer,
    what: &str,
    right: impl Fn(&MessageView) -> bool,
) -> anyhow::Result<Step> {
    let begun = customer.clock.now();
    let patience: Duration = PATIENCE;
    customer
        .until(patience, what, || {
            let messages = customer.telegram.messages(customer.person);
            messages.iter().any(|message| message.from_bot && right(message)).then_some(())
        })
        .await?;
    let milliseconds = (customer.clock.now() - begun).whole_milliseconds().unsigned_abs();
    Ok(Step { what: what.to_owned(), milliseconds })
}
