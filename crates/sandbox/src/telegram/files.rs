//! `getFile` and the download that follows it.

use serde_json::{Value, json};

use super::call::{Params, Refusal};
use super::state::File;
use super::{TelegramWorld, wire};

/// Bot API: getFile, 20 MB.
const DOWNLOAD_LIMIT: usize = 20 * 1024 * 1024;

impl TelegramWorld {
    pub(super) fn get_file(&self, params: &Params) -> Result<Value, Refusal> {
        let asked = params.text("file_id").unwrap_or_default();
        let state = self.lock();
        let file = state.files.get(wire::whole_file_id(asked));
        let file = file.ok_or_else(|| Refusal::bad_request("invalid file_id"))?;
        if file.bytes.len() > DOWNLOAD_LIMIT {
            return Err(Refusal::bad_request("file is too big"));
        }
        Ok(json!({
            "file_id": asked,
            "file_unique_id": file.unique,
            "file_size": file.bytes.len(),
            "file_path": file.path,
        }))
    }

    /// The file behind a path that `getFile` gave.
    pub(super) fn file_at(&self, path: &str) -> Option<File> {
        let state = self.lock();
        let downloadable = |file: &&File| file.path == path && file.bytes.len() <= DOWNLOAD_LIMIT;
        state.files.values().find(downloadable).cloned()
    }
}
