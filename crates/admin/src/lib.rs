//! The operator's panel: people, money, models, errors, settings, and the record of every action.
//!
//! The panel looks at an update before the conversation does, and only at updates of people with a
//! role ([`Panel::run`]); to anyone else it does not exist. Where the operator stands is in the
//! buttons; `react` decides what follows, one transaction does it with its row in the record,
//! and `render` writes the screen that comes next. What operators decide about models and settings
//! is stored, and [`Decisions::desk`] applies it to the shop.

mod act;
mod broadcasts;
mod button;
mod catalogue;
mod codes;
mod decisions;
mod export;
mod health;
mod load;
mod panel;
mod perform;
mod query;
mod react;
mod render;
mod report;
mod review;
mod role;
mod session;
mod setting;
mod statistics;
mod store;
mod texts;
mod till;
mod view;

pub use decisions::{Decisions, decisions, revision};
pub use panel::{Panel, PanelParts, Refresh};
pub use report::{Account, Clerk, ErrorGroup, Refusal, account, ban, credit, errors};
pub use review::review_models;
pub use role::Role;
pub use statistics::{Books, Disagreements, Written, send_reports, write_report};
