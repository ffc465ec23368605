//! A checked call finds its method.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::TelegramWorld;
use super::call::{Params, RawParam, Refusal};
use super::schema::{Disagreement, Schema};
use super::state::{Call, MediaKind};

/// Checks a call against the specification, writes it down, and does it.
pub(super) async fn call(
    world: &TelegramWorld,
    method: &str,
    raw: BTreeMap<String, RawParam>,
) -> Result<Value, Refusal> {
    let schema = Schema::current();
    let Some(spelling) = schema.method(method) else {
        world.note_call(method, shown(&raw));
        world.lock().violation(method, "unknown method");
        return Err(Refusal::not_found());
    };
    let as_sent = shown(&raw);
    let outcome = match schema.check(spelling, raw) {
        Ok(params) => {
            world.note_call(spelling, params.shown());
            dispatch(world, spelling, &params).await
        }
        Err(disagreement) => {
            world.note_call(spelling, as_sent);
            let what = match disagreement {
                Disagreement::Missing(name) => {
                    world.lock().violation(spelling, &format!("required \"{name}\" is absent"));
                    missing(&name)
                }
                Disagreement::Wrong(what) => {
                    world.lock().violation(spelling, &what);
                    what
                }
            };
            Err(Refusal::bad_request(what))
        }
    };
    world.note_change();
    outcome
}

fn missing(name: &str) -> String {
    match name {
        "text" => "message text is empty".to_owned(),
        name => format!("{name} is empty"),
    }
}

fn shown(raw: &BTreeMap<String, RawParam>) -> Value {
    let shown = raw.iter().map(|(name, param)| {
        let value = match param {
            RawParam::Text(text) => json!(text),
            RawParam::Json(value) => value.clone(),
            RawParam::File(upload) => {
                json!({ "file_name": upload.name, "bytes": upload.bytes.len() })
            }
        };
        (name.clone(), value)
    });
    Value::Object(shown.collect())
}

async fn dispatch(world: &TelegramWorld, method: &str, params: &Params) -> Result<Value, Refusal> {
    match method {
        "getMe" => Ok(world.get_me()),
        "getUpdates" => world.get_updates(params).await,
        "setWebhook" => world.set_webhook(params),
        "deleteWebhook" => Ok(world.delete_webhook(params)),
        "getWebhookInfo" => Ok(world.webhook_info()),
        "sendMessage" => world.send_message(params),
        "sendPhoto" => world.send_media(MediaKind::Photo, params).await,
        "sendVideo" => world.send_media(MediaKind::Video, params).await,
        "sendAnimation" => world.send_media(MediaKind::Animation, params).await,
        "sendAudio" => world.send_media(MediaKind::Audio, params).await,
        "sendVoice" => world.send_media(MediaKind::Voice, params).await,
        "sendDocument" => world.send_media(MediaKind::Document, params).await,
        "sendMediaGroup" => world.send_media_group(params).await,
        "sendChatAction" => world.send_chat_action(params),
        "editMessageText" => world.edit_text(params),
        "editMessageCaption" => world.edit_caption(params),
        "editMessageMedia" => world.edit_media(params).await,
        "editMessageReplyMarkup" => world.edit_markup(params),
        "deleteMessage" => world.delete_message(params),
        "deleteMessages" => world.delete_messages(params),
        "answerCallbackQuery" => world.answer_press(params),
        "getFile" => world.get_file(params),
        "getChat" => world.get_chat(params),
        "setMyCommands" => world.set_my_commands(params),
        "getMyCommands" => Ok(world.get_my_commands(params)),
        "deleteMyCommands" => Ok(world.delete_my_commands(params)),
        "setMyName" => world.set_my_text("name", params),
        "getMyName" => Ok(world.get_my_text("name", params)),
        "setMyDescription" => world.set_my_text("description", params),
        "getMyDescription" => Ok(world.get_my_text("description", params)),
        "setMyShortDescription" => world.set_my_text("short_description", params),
        "getMyShortDescription" => Ok(world.get_my_text("short_description", params)),
        "setChatMenuButton" => Ok(world.set_menu_button(params)),
        "getChatMenuButton" => Ok(world.get_menu_button()),
        "sendInvoice" => world.send_invoice(params),
        "answerPreCheckoutQuery" => world.answer_checkout(params),
        "refundStarPayment" => world.refund_star_payment(params),
        "getStarTransactions" => Ok(world.star_transactions(params)),
        "getMyStarBalance" => Ok(world.star_balance()),
        other => {
            let what = "not emulated by the sandbox";
            world.lock().violation(other, what);
            Err(Refusal::bad_request(format!("{other}: {what}")))
        }
    }
}

impl TelegramWorld {
    fn note_call(&self, method: &str, params: Value) {
        let at = self.now_ms();
        self.lock().calls.push(Call { method: method.to_owned(), params, at });
        self.note_change();
    }
}
