//! What the panel shows, before it has words.

use std::collections::BTreeMap;

use billing::Wallet;
use catalog::Category;
use figures::Report;
use generation::{Breaker, View};
use money::Rub;

use crate::act::Act;
use crate::broadcasts;
use crate::button::{Filter, Place};
use crate::catalogue::{Note, Sight, Spot};
use crate::health::Health;
use crate::role::Role;
use crate::session::Form;
use crate::setting::{Section, Setting};
use crate::statistics::Wish;
use crate::store::actions::{Entry, Request};
use crate::store::errors::{Attempt, Example, Group};
use crate::store::models::Usage;
use crate::store::movements::Line;
use crate::store::people::{Deeds, OrderLine, Person};
use crate::store::rules::{Change, Override};
use crate::{codes, till};

/// A screen of the panel with all that stands on it.
#[derive(Clone, Debug)]
pub(crate) enum Scene {
    Menu {
        requests: usize,
        /// How many payments wait for a decision.
        payments: i64,
    },
    Users,
    Found {
        query: String,
        page: u16,
        people: Vec<Person>,
        more: bool,
    },
    User(Box<Card>),
    Moves {
        user: i64,
        page: u16,
        lines: Vec<Line>,
        more: bool,
    },
    Orders {
        user: i64,
        page: u16,
        orders: Vec<OrderLine>,
        more: bool,
    },
    Roles {
        person: Box<Person>,
        role: Option<Role>,
        staff: Vec<(i64, String)>,
    },
    Money {
        filter: Filter,
        page: u16,
        lines: Vec<Line>,
        more: bool,
        today: (i64, i64),
    },
    Models {
        usage: Vec<Usage>,
        broken: usize,
    },
    Shelf {
        category: Category,
        page: u16,
    },
    Model {
        model: String,
        usage: Usage,
        rule: Override,
        breaker: Option<Breaker>,
    },
    Broken {
        breakers: Vec<Breaker>,
        usage: Vec<Usage>,
    },
    Statistics(Box<Report>),
    Errors {
        days: u16,
        groups: Vec<Group>,
    },
    Group {
        days: u16,
        source: String,
        class: String,
        examples: Vec<Example>,
    },
    Order(Box<Life>),
    Journal {
        page: u16,
        entries: Vec<Entry>,
        more: bool,
    },
    Entry(Box<Entry>),
    Requests(Vec<Request>),
    Request(Box<Request>),
    Settings {
        section: Section,
        values: BTreeMap<Setting, String>,
    },
    Setting {
        setting: Setting,
        value: Option<String>,
        history: Vec<Change>,
    },
    /// Of messages for many people.
    Broadcast(broadcasts::Show),
    Till(till::Scene),
    Codes(codes::Scene),
    Catalogue(Box<Sight>),
    Health(Box<Health>),
    /// What was looked for is not there.
    Missing,
    /// The operator is asked to write something.
    Ask(Form),
    /// An action waits for a «yes».
    Confirm {
        act: Act,
        care: Care,
    },
}

/// A person with everything that an operator wants to see at once.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) person: Person,
    pub(crate) role: Option<Role>,
    pub(crate) wallet: Wallet,
    pub(crate) deeds: Deeds,
    pub(crate) failures: Vec<OrderLine>,
}

/// An order from its beginning to now.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) order: View,
    pub(crate) failure_text: Option<String>,
    pub(crate) attempts: Vec<Attempt>,
}

/// How carefully an action is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// Not at all: it is seen at once, and undone as easily.
    None,
    /// By a button.
    Press,
    /// By writing this once more.
    Retype(String),
    /// By another operator.
    Second,
}

/// A word above a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Stale,
    NoRight,
    NoSum,
    NoReason,
    NoNumber,
    NoValue,
    TooLong,
    NotTheSame,
    Dropped,
    /// Done; the entry of the record that can be undone.
    Done {
        entry: i64,
        undo: bool,
    },
    AlreadyDone,
    TooLateToUndo,
    NothingToUndo,
    NoPerson,
    NoOrder,
    NotTaken,
    Short(Rub),
    /// A second operator was asked.
    Asked,
    OwnRequest,
    Rejected,
    Exporting,
    /// A picture or files of a period are on their way.
    Drawing,
    /// The model has no single price that could be replaced.
    ManyPrices,
    Owner,
    /// About a message for many people.
    Broadcast(broadcasts::Said),
    Till(till::Word),
    Codes(codes::Word),
    Catalogue(Note),
}

/// What has to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Act(Act),
    /// Asks a second operator.
    Ask(Act),
    Undo(i64),
    Settle {
        request: i64,
        approve: bool,
    },
    Export(Filter),
    Statistics(Wish),
    FindOrder(String),
    Till(till::Errand),
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Show(Place, Option<Word>),
    Ask(Form, Option<Word>),
    Confirm(Act, Care),
    Do(Intent),
    /// It is none of the panel's business.
    Pass,
}

/// The screen on which an action is seen.
pub(crate) fn home(act: &Act) -> Place {
    match act {
        Act::Adjust { user, .. }
        | Act::Block { user, .. }
        | Act::Unblock { user }
        | Act::Role { user, .. }
        | Act::Letter { user, .. } => Place::User(*user),
        Act::Refund { order, .. } => Place::Order(*order),
        Act::Off { model, .. } | Act::Rule { model, .. } | Act::Wake { model } => {
            Place::Model(model.clone())
        }
        Act::Catalogue { deed } => Place::Catalogue(deed.home()),
        Act::Set { setting: Setting::FreeModels, .. } => Place::Catalogue(Spot::Free),
        Act::Set { setting, .. } => Place::Setting(*setting),
        Act::Broadcast(deed) => Place::Broadcast(deed.home()),
        Act::Till(deed) => Place::Till(till::Spot::Payment(deed.payment())),
        Act::Codes(deed) => Place::Codes(codes::Spot::Code(deed.code().to_ascii_uppercase())),
    }
}

/// The screen from which something is asked for.
pub(crate) fn origin(form: &Form) -> Place {
    match form {
        Form::Search => Place::Users,
        Form::Code => Place::Errors { days: 1 },
        Form::Credit { user }
        | Form::Debit { user }
        | Form::Block { user }
        | Form::Letter { user } => Place::User(*user),
        Form::Refund { order } => Place::Order(*order),
        Form::Price { model } | Form::Markup { model } => Place::Model(model.clone()),
        Form::Setting { setting } => Place::Setting(*setting),
        Form::Till(ask) => Place::Till(ask.origin()),
        Form::Codes(_) => Place::Codes(codes::Spot::List { page: 0 }),
        Form::Retype { .. } => Place::Menu,
        Form::Broadcast(ask) => Place::Broadcast(ask.origin()),
    }
}
