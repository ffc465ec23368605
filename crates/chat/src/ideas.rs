//! Ready ideas in the conversation: their buttons, their places, and what is done for them.
//!
//! What follows from an input is in `react::ideas`, the screens are in `render::ideas`, and what is
//! told about a batch is in `notices::batch`.

use catalog::{Answers, FileInput};
use generation::{BatchCancelled, BatchOrder, BatchPlaced, BatchView, Order, Script};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::desk::{Context, Priced};
use crate::journey::{self, gate};
use crate::session::Quote;
use crate::talk::Talk;

/// A button of the ready ideas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IdeaButton {
    /// The list.
    List {
        page: u16,
    },
    /// One idea.
    Card(String),
    /// Begins it.
    Begin(String),
    /// Goes on with the one that was begun.
    Continue,
    /// An action on the one that is being made, as of one revision of the session.
    Step {
        revision: i64,
        step: IdeaStep,
    },
    Run {
        revision: i64,
    },
    Cancel(Uuid),
    /// What the language model wrote.
    Script(Uuid),
    /// The same photo once more.
    Again(Uuid),
}

/// What can be done with the idea that is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdeaStep {
    /// The option of that index of what is asked.
    Choose(u16),
    /// So many results.
    Count(u16),
    Back,
    /// The picture that broke a rule is made to fit.
    Fix,
}

impl IdeaButton {
    pub(crate) fn encode(&self) -> String {
        match self {
            Self::List { page } => format!("l{page}"),
            Self::Card(id) => format!("c{id}"),
            Self::Begin(id) => format!("b{id}"),
            Self::Continue => "o".to_owned(),
            Self::Step { revision, step } => match step {
                IdeaStep::Choose(index) => format!("w{revision}|c{index}"),
                IdeaStep::Count(count) => format!("w{revision}|n{count}"),
                IdeaStep::Back => format!("w{revision}|b"),
                IdeaStep::Fix => format!("w{revision}|f"),
            },
            Self::Run { revision } => format!("r{revision}"),
            Self::Cancel(id) => format!("q{}", id.simple()),
            Self::Script(id) => format!("s{}", id.simple()),
            Self::Again(id) => format!("a{}", id.simple()),
        }
    }

    pub(crate) fn decode(text: &str) -> Option<Self> {
        let mut letters = text.chars();
        let code = letters.next()?;
        let rest = letters.as_str();
        match code {
            'l' => rest.parse().ok().map(|page| Self::List { page }),
            'c' => scenario_id(rest).map(Self::Card),
            'b' => scenario_id(rest).map(Self::Begin),
            'o' if rest.is_empty() => Some(Self::Continue),
            'w' => {
                let (revision, step) = rest.split_once('|')?;
                Some(Self::Step { revision: revision.parse().ok()?, step: step_of(step)? })
            }
            'r' => rest.parse().ok().map(|revision| Self::Run { revision }),
            'q' => rest.parse().ok().map(Self::Cancel),
            's' => rest.parse().ok().map(Self::Script),
            'a' => rest.parse().ok().map(Self::Again),
            _ => None,
        }
    }
}

fn step_of(text: &str) -> Option<IdeaStep> {
    match text {
        "b" => return Some(IdeaStep::Back),
        "f" => return Some(IdeaStep::Fix),
        _ => {}
    }
    let number = |prefix: char| text.strip_prefix(prefix)?.parse::<u16>().ok();
    number('c').map(IdeaStep::Choose).or_else(|| number('n').map(IdeaStep::Count))
}

fn scenario_id(id: &str) -> Option<String> {
    let fits = !id.is_empty() && id.len() <= scenario::ID_MAX_BYTES && id.is_ascii();
    fits.then(|| id.to_owned())
}

/// A screen of the ready ideas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "screen", rename_all = "snake_case")]
pub(crate) enum IdeaPlace {
    List {
        page: u16,
    },
    Card {
        id: String,
    },
    /// The idea that is being made; see [`IdeaState::draft`].
    Draft,
}

/// What the session knows of ready ideas.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IdeaState {
    /// The idea that is being made; it stays while the person looks around.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) draft: Option<IdeaDraft>,
    /// The batch that was placed last, so that a second press is recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) placed: Option<IdeaPlaced>,
}

impl IdeaState {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A batch that was placed from this conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IdeaPlaced {
    /// The revision of the confirmation whose button placed it.
    pub(crate) revision: i64,
    pub(crate) id: Uuid,
}

/// An idea that is being made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IdeaDraft {
    pub(crate) scenario: String,
    /// What was answered, by the name of the input.
    #[serde(default)]
    pub(crate) given: Answers,
    pub(crate) stage: IdeaStage,
    /// How many results.
    #[serde(default = "one")]
    pub(crate) count: u8,
    /// The price of each that was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) quote: Option<Quote>,
    /// The picture that was refused last and can be made to fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) broken: Option<FileInput>,
    /// The album that the last file belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) album: Option<String>,
}

const fn one() -> u8 {
    1
}

/// How far an idea is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub(crate) enum IdeaStage {
    /// An input is asked.
    Input { name: String },
    /// How many results.
    Count,
    /// Everything is answered: the confirmation.
    Confirm,
}

/// Which screen of the ready ideas.
#[derive(Clone, Debug)]
pub(crate) enum IdeaScene {
    List {
        page: u16,
    },
    Card {
        id: String,
    },
    /// The idea that is being made, at its stage.
    Draft,
    /// A batch was placed a moment ago.
    Placed {
        code: String,
        scenario: String,
        count: u8,
        sum: money::Rub,
    },
    /// A batch on its way.
    Progress(Box<BatchView>),
    /// What the language model wrote for it.
    Script(Box<BatchView>),
}

/// What has to be done before anything can be shown.
#[derive(Clone, Debug)]
pub(crate) enum IdeaIntent {
    Place(Box<NewBatch>),
    Cancel(Uuid),
    /// A batch, to be shown in this way.
    Look(Uuid, Look),
}

/// What a batch is looked at for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Progress,
    Script,
    Again,
}

/// A batch to be placed.
#[derive(Clone, Debug)]
pub(crate) struct NewBatch {
    /// The revision of the confirmation: with the person, the key of the order.
    pub(crate) revision: i64,
    pub(crate) scenario: String,
    pub(crate) model: String,
    pub(crate) answers: Answers,
    pub(crate) inputs: Answers,
    pub(crate) count: u8,
    pub(crate) script: Option<Script>,
    pub(crate) priced: Priced,
}

/// What came of an intent.
#[derive(Clone, Debug)]
pub(crate) enum IdeaDone {
    Placed {
        revision: i64,
        outcome: BatchPlaced,
        /// Nothing more is written for the person today.
        plain: bool,
    },
    /// It was not taken.
    Refused(journey::Said),
    Cancelled {
        outcome: Option<BatchCancelled>,
        batch: Option<Box<BatchView>>,
    },
    Looked {
        batch: Option<Box<BatchView>>,
        look: Look,
    },
}

/// A word above a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IdeaWord {
    /// The idea of a link or an old button does not exist.
    Gone,
    /// No model makes it now.
    NotSold,
    TooLong {
        got: u32,
        max: u32,
    },
    WantsWords,
    WantsButton,
    WantsFile(media::MediaKind),
    Cancelled(BatchCancelled),
    /// Nothing more is written today: the person's own words went.
    Plain,
}

/// Places a batch, unless the person may not order now. Whoever has had enough written today gets
/// the same order with the prompt as it stands.
async fn place(
    talk: &Talk,
    connection: &mut PgConnection,
    context: &Context<'_>,
    chat: i64,
    new: NewBatch,
) -> Result<IdeaDone, sqlx::Error> {
    let (user_id, now, world) = (context.user_id, context.now, context.desk.world);
    let limits = &context.desk.journey.limits;
    if let Some(said) = gate::order(&mut *connection, limits, now, user_id, world).await? {
        return Ok(IdeaDone::Refused(said));
    }
    let may_write = gate::may_write(&mut *connection, now, user_id).await?;
    let plain = new.script.is_some() && !may_write;
    let order = BatchOrder {
        each: Order {
            order_key: format!("{user_id}:{}", new.revision),
            user_id,
            chat_id: chat,
            language: context.language,
            world,
            model: new.model,
            answers: new.answers,
            continues: None,
            price: new.priced.price,
            cost: new.priced.cost,
            credits: new.priced.credits,
            // What is free is one result at a time.
            free: None,
            bound: new.priced.bound,
        },
        size: new.count,
        scenario: new.scenario,
        inputs: new.inputs,
        script: new.script.filter(|_| may_write),
        cost_rate: context.desk.cost_rate,
    };
    let ids = &talk.parts.ids;
    let outcome = generation::place_batch(&mut *connection, ids, now, &order).await?;
    if order.script.is_some() && matches!(outcome, BatchPlaced::Created { .. }) {
        gate::written(connection, now, user_id).await?;
    }
    Ok(IdeaDone::Placed { revision: new.revision, outcome, plain })
}

/// Does what a reaction asks for, within the transaction of the update.
pub(crate) async fn perform(
    talk: &Talk,
    connection: &mut PgConnection,
    context: &Context<'_>,
    chat: i64,
    intent: IdeaIntent,
) -> Result<IdeaDone, sqlx::Error> {
    let (user_id, now) = (context.user_id, context.now);
    Ok(match intent {
        IdeaIntent::Place(new) => place(talk, connection, context, chat, *new).await?,
        IdeaIntent::Cancel(id) => {
            let settings = &talk.parts.generation;
            let outcome = generation::cancel_batch(connection, settings, now, user_id, id).await?;
            let batch = generation::batch(connection, id).await?.map(Box::new);
            IdeaDone::Cancelled { outcome, batch }
        }
        IdeaIntent::Look(id, look) => {
            let batch = generation::batch(connection, id).await?.map(Box::new);
            IdeaDone::Looked { batch, look }
        }
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn buttons() -> impl Strategy<Value = IdeaButton> {
        let ids = || any::<u128>().prop_map(Uuid::from_u128);
        let names = || "[a-z0-9-]{1,24}";
        let steps = prop_oneof![
            any::<u16>().prop_map(IdeaStep::Choose),
            any::<u16>().prop_map(IdeaStep::Count),
            Just(IdeaStep::Back),
            Just(IdeaStep::Fix),
        ];
        prop_oneof![
            any::<u16>().prop_map(|page| IdeaButton::List { page }),
            names().prop_map(IdeaButton::Card),
            names().prop_map(IdeaButton::Begin),
            Just(IdeaButton::Continue),
            (any::<i64>(), steps).prop_map(|(revision, step)| IdeaButton::Step { revision, step }),
            any::<i64>().prop_map(|revision| IdeaButton::Run { revision }),
            ids().prop_map(IdeaButton::Cancel),
            ids().prop_map(IdeaButton::Script),
            ids().prop_map(IdeaButton::Again),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(button in buttons()) {
            prop_assert_eq!(IdeaButton::decode(&button.encode()), Some(button));
        }

        #[test]
        fn any_data_is_read_without_a_fault(data in ".{0,70}") {
            let _any = IdeaButton::decode(&data);
        }
    }
}
