//! KIE.ai as its callers see it: the task API, the upload host, the file server, chat completions
//! and the catalogue, over a plain world model.
//!
//! [`KieWorld`] is the handle of a test or of the demo: it decides how tasks end, what breaks and
//! what money there is. [`KieServer`] is the HTTP face. The emulator answers as the wire does
//! (HTTP 200 around an envelope with its own code), refuses what the documentation forbids, and
//! writes down in [`KieWorld::violations`] also what the real service would silently ignore.
//!
//! Nothing here waits: a slow answer is one that comes when the caller has hung up. Time comes in
//! through [`KieSetup::now`], ids from a seed.

mod amount;
mod callbacks;
mod create;
mod files;
mod listing;
mod llm;
mod picture;
mod record;
mod rules;
mod server;
mod tasks;
mod uploads;
mod verbs;
mod wire;
mod world;

pub mod admin;

pub use amount::NotAnAmount;
pub use callbacks::{CallbackPreset, CallbackReport, sign};
pub use create::CreateFault;
pub use files::{FileFault, FileView};
pub use llm::{ChatScript, ChatSeen};
pub use record::{Layout, RecordFault};
pub use rules::examine;
pub use server::KieServer;
pub use tasks::{OutputFile, Outputs, TaskState, TaskView};
pub use uploads::UploadFault;
pub use world::{DEFAULT_KEY, KieSetup, KieWorld, Mode, Now, Oddities};

#[cfg(test)]
mod tests;
