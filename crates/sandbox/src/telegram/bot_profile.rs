//! What the bot says about itself: commands, names, descriptions, the menu button.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::call::{Params, Refusal};
use super::{TelegramWorld, send, wire};

/// Bot API: setMyCommands, `commands`.
const COMMANDS_LIMIT: usize = 100;

#[derive(Debug, Default)]
pub(super) struct Profile {
    /// By scope and language.
    commands: BTreeMap<String, Value>,
    /// `name`, `description`, `short_description` by language.
    texts: BTreeMap<String, String>,
    menu_button: Option<Value>,
}

/// The longest allowed text of each kind (Bot API: setMyName and its neighbours).
const TEXT_LIMITS: [(&str, usize); 3] =
    [("name", 64), ("description", 512), ("short_description", 120)];

fn place(params: &Params) -> String {
    let scope = params.value("scope").cloned().unwrap_or_else(|| json!({ "type": "default" }));
    format!("{scope} {}", params.text("language_code").unwrap_or_default())
}

impl TelegramWorld {
    pub(super) fn get_me(&self) -> Value {
        let mut me = wire::bot(&self.lock());
        me["can_join_groups"] = json!(true);
        me["can_read_all_group_messages"] = json!(false);
        me["supports_inline_queries"] = json!(false);
        me["can_connect_to_business"] = json!(false);
        me["has_main_web_app"] = json!(false);
        me
    }

    pub(super) fn set_my_commands(&self, params: &Params) -> Result<Value, Refusal> {
        let commands = params.value("commands").cloned().unwrap_or_default();
        let list = commands.as_array().map(Vec::as_slice).unwrap_or_default();
        if list.len() > COMMANDS_LIMIT {
            return Err(Refusal::bad_request("BOT_COMMANDS_TOO_MUCH"));
        }
        for command in list {
            let name = command["command"].as_str().unwrap_or_default();
            let about = command["description"].as_str().unwrap_or_default().chars().count();
            let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if name.is_empty() || name.len() > 32 || !name.chars().all(allowed) {
                return Err(Refusal::bad_request("BOT_COMMAND_INVALID"));
            }
            if about == 0 || about > 256 {
                return Err(Refusal::bad_request("BOT_COMMAND_DESCRIPTION_INVALID"));
            }
        }
        self.lock().profile.commands.insert(place(params), commands);
        Ok(json!(true))
    }

    pub(super) fn get_my_commands(&self, params: &Params) -> Value {
        self.lock().profile.commands.get(&place(params)).cloned().unwrap_or_else(|| json!([]))
    }

    pub(super) fn delete_my_commands(&self, params: &Params) -> Value {
        self.lock().profile.commands.remove(&place(params));
        json!(true)
    }

    /// `setMyName`, `setMyDescription`, `setMyShortDescription`.
    pub(super) fn set_my_text(&self, which: &str, params: &Params) -> Result<Value, Refusal> {
        let text = params.text(which).unwrap_or_default();
        let limit = TEXT_LIMITS.iter().find(|(name, _)| *name == which).map_or(0, |(_, max)| *max);
        if text.chars().count() > limit {
            return Err(Refusal::bad_request(format!("bot {which} is too long")));
        }
        let key = format!("{which} {}", params.text("language_code").unwrap_or_default());
        self.lock().profile.texts.insert(key, text.to_owned());
        Ok(json!(true))
    }

    pub(super) fn get_my_text(&self, which: &str, params: &Params) -> Value {
        let key = format!("{which} {}", params.text("language_code").unwrap_or_default());
        json!({ which: self.lock().profile.texts.get(&key).cloned().unwrap_or_default() })
    }

    pub(super) fn set_menu_button(&self, params: &Params) -> Value {
        self.lock().profile.menu_button = params.value("menu_button").cloned();
        json!(true)
    }

    pub(super) fn get_menu_button(&self) -> Value {
        let button = self.lock().profile.menu_button.clone();
        button.unwrap_or_else(|| json!({ "type": "default" }))
    }

    pub(super) fn get_chat(&self, params: &Params) -> Result<Value, Refusal> {
        let state = self.lock();
        let id = send::chat(&state, params)?;
        let mut chat = wire::chat(&state, id);
        chat["accent_color_id"] = json!(0);
        chat["max_reaction_count"] = json!(11);
        chat["accepted_gift_types"] = json!({
            "unlimited_gifts": false,
            "limited_gifts": false,
            "unique_gifts": false,
            "premium_subscription": false,
            "gifts_from_channels": false,
        });
        Ok(chat)
    }
}
