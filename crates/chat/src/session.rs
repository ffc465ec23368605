//! Where a person stands in the conversation.
//!
//! The stored form is JSON that only ever grows; what cannot be read any more is the menu. The
//! session's revision is a column of its own, so it grows on even then.

use catalog::{Answers, Category, FileInput};
use money::Rub;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::album::Album;
use crate::bonus;
use crate::ideas::{IdeaPlace, IdeaState};
use crate::journey::Spot;
use crate::topup::{self, Paying};

/// The conversation with one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// The screen that is shown.
    #[serde(default)]
    pub(crate) place: Place,
    /// The order that is being made; it stays while the person looks around.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) draft: Option<Draft>,
    /// The order that was placed last, so that a second press is recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) placed: Option<Placed>,
    /// The only kind of orders that the history shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) history_kind: Option<Category>,
    /// What was sent last without having been asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sent: Option<Sent>,
    /// The parts of an album that have come so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) album: Option<Album>,
    /// The payment that an order waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) paying: Option<Paying>,
    /// Ready ideas: the one that is being made, and the one that was placed last.
    #[serde(default, skip_serializing_if = "IdeaState::is_empty")]
    pub(crate) idea: IdeaState,
}

/// Something that nobody asked for, and that an order can begin with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sent {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) files: Vec<FileInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// The album that the files belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) album: Option<String>,
}

/// A screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub(crate) enum Place {
    #[default]
    Menu,
    Category {
        category: Category,
        page: u16,
    },
    Card {
        model: String,
    },
    /// The order that is being made; see [`Session::draft`].
    Draft,
    /// The history, with the beginnings of all pages after the first that were seen.
    History {
        page: u16,
        cursors: Vec<Cursor>,
    },
    /// One order.
    Item {
        id: Uuid,
        /// The history that it was opened from.
        page: u16,
        cursors: Vec<Cursor>,
    },
    Balance,
    /// The cheapest models of all shelves.
    Cheap {
        page: u16,
    },
    Help,
    Languages,
    /// What stands around an order.
    Journey {
        spot: Spot,
    },
    /// What can be done with [`Session::sent`].
    Quick,
    /// The guide, promo codes, invitations, gifts.
    Bonus(bonus::Spot),
    TopUp(topup::Spot),
    /// A screen of the ready ideas.
    Idea {
        place: IdeaPlace,
    },
    /// Whether the shop's news come.
    News,
}

/// The last entry of a page of the history; the next page begins after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// In microseconds of Unix time, which is what the database keeps.
    pub(crate) at_us: i64,
    pub(crate) id: Uuid,
}

/// An order that is being made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub(crate) model: String,
    #[serde(default)]
    pub(crate) answers: Answers,
    pub(crate) stage: Stage,
    /// The page of options that is shown.
    #[serde(default)]
    pub(crate) page: u16,
    /// Files that were sent for the field that is asked, before «Готово».
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) files: Vec<FileInput>,
    /// The album that the last file belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) album: Option<String>,
    /// The price that was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) quote: Option<Quote>,
    /// The order whose result this one goes on from; what it gives stands among the answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) continues: Option<Uuid>,
    /// The picture that was refused last and can be made to fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) broken: Option<FileInput>,
    /// The entries of the list that is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) listing: Option<Listing>,
    /// The shape of the model ([`catalog::Model::shape`]) when it was asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) shape: Option<u64>,
}

/// The entries of a list while they are made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listing {
    pub(crate) entries: Vec<Answers>,
    /// The entry that is made or looked at; `None` while the list itself is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) open: Option<OpenEntry>,
}

/// One entry of a list, made or looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpenEntry {
    /// Its place in the list; that after the last for a new one.
    pub(crate) place: usize,
    pub(crate) answers: Answers,
    /// The field that is asked; `None` while the entry as a whole is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
}

/// How far an order is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub(crate) enum Stage {
    /// A field is asked on the way to the confirmation.
    Field { name: String },
    /// A field is changed from the confirmation.
    Option { name: String },
    /// Everything is answered: the confirmation.
    Summary,
}

/// A price that was shown and will be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Quote {
    pub(crate) price: Rub,
    /// It was shown as free; the price is what it costs otherwise.
    #[serde(default)]
    pub(crate) free: bool,
    #[serde(with = "time::serde::timestamp")]
    pub(crate) expires_at: OffsetDateTime,
}

/// An order that was placed from this conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placed {
    /// The revision of the confirmation whose button placed it.
    pub(crate) revision: i64,
    pub(crate) id: Uuid,
}

impl Session {
    /// Reads a stored session; one of an older program that cannot be read is the menu.
    pub(crate) fn read(stored: Value) -> Self {
        serde_json::from_value(stored).unwrap_or_else(|error| {
            tracing::info!(%error, "a stored session cannot be read and starts anew");
            Self::default()
        })
    }

    /// The stored form.
    pub(crate) fn write(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }
}

impl Draft {
    /// An order of nothing yet.
    pub(crate) fn new(model: &str, answers: Answers) -> Self {
        Self {
            model: model.to_owned(),
            answers,
            stage: Stage::Summary,
            page: 0,
            files: Vec::new(),
            album: None,
            quote: None,
            continues: None,
            broken: None,
            listing: None,
            shape: None,
        }
    }

    /// The name of the field that is open.
    pub(crate) fn open_field(&self) -> Option<&str> {
        match &self.stage {
            Stage::Field { name } | Stage::Option { name } => Some(name),
            Stage::Summary => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_read_is_the_menu() {
        for old in [json!(null), json!(7), json!({"place": {"at": "attic"}}), json!({"draft": 1})] {
            assert_eq!(Session::read(old), Session::default());
        }
    }

    #[test]
    fn a_session_survives_the_database() {
        let session = Session {
            history_kind: None,
            place: Place::Draft,
            draft: Some(Draft {
                stage: Stage::Option { name: "voice".to_owned() },
                continues: Some(Uuid::from_u128(2)),
                listing: Some(Listing {
                    entries: vec![Answers::new()],
                    open: Some(OpenEntry { place: 0, answers: Answers::new(), field: None }),
                }),
                page: 2,
                quote: Some(Quote {
                    price: Rub::from_kopecks(380),
                    free: true,
                    expires_at: time::macros::datetime!(2026-01-01 00:15 UTC),
                }),
                ..Draft::new("z-image", Answers::new())
            }),
            placed: Some(Placed { revision: 7, id: Uuid::from_u128(1) }),
            sent: Some(Sent { text: Some("кот".to_owned()), ..Sent::default() }),
            paying: Some(Paying {
                payment: Uuid::from_u128(2),
                order: Some(Draft::new("z-image", Answers::new())),
                idea: None,
            }),
            ..Session::default()
        };
        assert_eq!(Session::read(session.write()), session);
    }
}
