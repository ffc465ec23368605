//! Our words as calls of the Bot API: the method, its parameters, and at most one uploaded file.

use bytes::Bytes;
use frankenstein::ParseMode;
use frankenstein::input_file::FileUpload;
use frankenstein::methods as wire;
use frankenstein::payments::LabeledPrice;
use frankenstein::types;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::failure::ApiError;
use crate::outbound::{
    BotCommand, Button, ButtonAct, ButtonStyle, ChatAction, CommandScope, Keyboard, OutFile,
    OutKind, Outbound, Price,
};

/// The part of a multipart request that carries the file.
pub(crate) const UPLOAD_PART: &str = "upload";

/// Names of files longer than this are cut, in characters.
const FILE_NAME_KEPT: usize = 120;

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) params: Map<String, Value>,
    pub(crate) upload: Option<Upload>,
}

#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) mime: String,
    pub(crate) bytes: Bytes,
}

impl Call {
    pub(crate) fn bare(method: &'static str) -> Self {
        Self { method, params: Map::new(), upload: None }
    }

    pub(crate) fn new(method: &'static str, params: &impl Serialize) -> Result<Self, ApiError> {
        match serde_json::to_value(params) {
            Ok(Value::Object(params)) => Ok(Self { method, params, upload: None }),
            Ok(_) | Err(_) => Err(refused("the parameters cannot be written")),
        }
    }

    pub(crate) fn from_outbound(outbound: &Outbound) -> Result<Self, ApiError> {
        match outbound {
            Outbound::Text { chat, html, keyboard } => text(*chat, html, keyboard.as_ref()),
            Outbound::EditText { chat, message_id, html, keyboard } => {
                edit_text(*chat, *message_id, html, keyboard.as_ref())
            }
            Outbound::Media { .. } => media(outbound),
            Outbound::Action { chat, action } => {
                let params = wire::SendChatActionParams::builder()
                    .chat_id(*chat)
                    .action(chat_action(*action))
                    .build();
                Self::new("sendChatAction", &params)
            }
            Outbound::Delete { chat, message_id } => {
                let params = wire::DeleteMessageParams::builder()
                    .chat_id(*chat)
                    .message_id(message_number(*message_id)?)
                    .build();
                Self::new("deleteMessage", &params)
            }
            Outbound::EditKeyboard { chat, message_id, keyboard } => {
                let params = wire::EditMessageReplyMarkupParams::builder()
                    .chat_id(*chat)
                    .message_id(message_number(*message_id)?)
                    .maybe_reply_markup(inline_only(keyboard.as_ref())?)
                    .build();
                Self::new("editMessageReplyMarkup", &params)
            }
            Outbound::Invoice { chat, title, description, payload, label, price, start } => {
                let (token, currency, amount, data) = match price {
                    Price::Stars(stars) => ("", "XTR", *stars, None),
                    Price::Card { token, kopecks, data } => {
                        (token.expose(), "RUB", *kopecks, Some(data.as_str()))
                    }
                };
                let with_mail = data.map(|_| true);
                let price = LabeledPrice::builder().label(label.as_str()).amount(amount).build();
                let params = wire::SendInvoiceParams::builder()
                    .chat_id(*chat)
                    .title(title.as_str())
                    .description(description.as_str())
                    .payload(payload.as_str())
                    .provider_token(token)
                    .currency(currency)
                    .prices(vec![price])
                    .maybe_start_parameter((!start.is_empty()).then_some(start.as_str()))
                    .maybe_provider_data(data)
                    .maybe_need_email(with_mail)
                    .maybe_send_email_to_provider(with_mail)
                    .build();
                Self::new("sendInvoice", &params)
            }
        }
    }
}

fn text(chat: i64, html: &str, keyboard: Option<&Keyboard>) -> Result<Call, ApiError> {
    let params = wire::SendMessageParams::builder()
        .chat_id(chat)
        .text(html)
        .parse_mode(ParseMode::Html)
        .link_preview_options(no_preview())
        .maybe_reply_markup(keyboard.map(markup))
        .build();
    Call::new("sendMessage", &params)
}

fn edit_text(
    chat: i64,
    message_id: i64,
    html: &str,
    keyboard: Option<&Keyboard>,
) -> Result<Call, ApiError> {
    let params = wire::EditMessageTextParams::builder()
        .chat_id(chat)
        .message_id(message_number(message_id)?)
        .text(html)
        .parse_mode(ParseMode::Html)
        .link_preview_options(no_preview())
        .maybe_reply_markup(inline_only(keyboard)?)
        .build();
    Call::new("editMessageText", &params)
}

/// Writes a file's message. The parameters that all six methods share are written once, by name;
/// the parameters test holds every name against the Bot API.
fn media(outbound: &Outbound) -> Result<Call, ApiError> {
    let Outbound::Media {
        chat,
        kind,
        file,
        caption_html,
        keyboard,
        no_type_detection,
        width,
        height,
        duration_s,
        title,
    } = outbound
    else {
        return Err(refused("not a file"));
    };
    let (file, upload) = attach(file);
    let caption = caption_html.as_deref().filter(|caption| !caption.is_empty());
    let parse_mode = caption.map(|_| ParseMode::Html);
    let reply_markup = keyboard.as_ref().map(markup);
    macro_rules! params {
        ($params:ident, $file:ident) => {
            wire::$params::builder()
                .chat_id(*chat)
                .$file(file)
                .maybe_caption(caption)
                .maybe_parse_mode(parse_mode)
                .maybe_reply_markup(reply_markup)
        };
    }
    let mut call = match kind {
        OutKind::Photo => Call::new("sendPhoto", &params!(SendPhotoParams, photo).build()),
        OutKind::Video => Call::new(
            "sendVideo",
            &params!(SendVideoParams, video)
                .maybe_width(*width)
                .maybe_height(*height)
                .maybe_duration(*duration_s)
                .supports_streaming(true)
                .build(),
        ),
        OutKind::Audio => Call::new(
            "sendAudio",
            &params!(SendAudioParams, audio)
                .maybe_duration(*duration_s)
                .maybe_title(title.as_deref())
                .build(),
        ),
        OutKind::Voice => Call::new(
            "sendVoice",
            &params!(SendVoiceParams, voice).maybe_duration(*duration_s).build(),
        ),
        OutKind::Animation => Call::new(
            "sendAnimation",
            &params!(SendAnimationParams, animation)
                .maybe_width(*width)
                .maybe_height(*height)
                .maybe_duration(*duration_s)
                .build(),
        ),
        OutKind::Document => Call::new(
            "sendDocument",
            &params!(SendDocumentParams, document)
                .maybe_disable_content_type_detection(no_type_detection.then_some(true))
                .build(),
        ),
    }?;
    call.upload = upload;
    Ok(call)
}

fn attach(file: &OutFile) -> (FileUpload, Option<Upload>) {
    match file {
        OutFile::Upload { name, mime, bytes } => {
            let upload = Upload { name: file_name(name), mime: mime.clone(), bytes: bytes.clone() };
            (FileUpload::String(format!("attach://{UPLOAD_PART}")), Some(upload))
        }
        OutFile::Url(text) | OutFile::FileId(text) => (FileUpload::String(text.clone()), None),
    }
}

/// The name stands in a quoted header of a multipart request, which has no escapes that all
/// servers read alike.
fn file_name(name: &str) -> String {
    let kept: String = name
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '"' | '\\' | '/'))
        .take(FILE_NAME_KEPT)
        .collect();
    if kept.is_empty() { "file".to_owned() } else { kept }
}

fn no_preview() -> types::LinkPreviewOptions {
    types::LinkPreviewOptions::builder().is_disabled(true).build()
}

fn message_number(message_id: i64) -> Result<i32, ApiError> {
    i32::try_from(message_id).map_err(|_| refused("no message has such a number"))
}

fn refused(text: &str) -> ApiError {
    ApiError::BadRequest(text.to_owned())
}

fn markup(keyboard: &Keyboard) -> types::ReplyMarkup {
    match keyboard {
        Keyboard::Inline(rows) => types::ReplyMarkup::InlineKeyboardMarkup(inline(rows)),
        Keyboard::Reply { rows, persistent, one_time, placeholder } => {
            let rows = rows
                .iter()
                .map(|row| row.iter().map(|text| reply_button(text)).collect())
                .collect();
            types::ReplyMarkup::ReplyKeyboardMarkup(
                types::ReplyKeyboardMarkup::builder()
                    .keyboard(rows)
                    .resize_keyboard(true)
                    .maybe_is_persistent(persistent.then_some(true))
                    .maybe_one_time_keyboard(one_time.then_some(true))
                    .maybe_input_field_placeholder(placeholder.as_deref())
                    .build(),
            )
        }
        Keyboard::RemoveReply => types::ReplyMarkup::ReplyKeyboardRemove(
            types::ReplyKeyboardRemove::builder().remove_keyboard(true).build(),
        ),
    }
}

fn reply_button(text: &str) -> types::KeyboardButton {
    types::KeyboardButton::builder().text(text).build()
}

fn inline_only(
    keyboard: Option<&Keyboard>,
) -> Result<Option<types::InlineKeyboardMarkup>, ApiError> {
    match keyboard {
        None => Ok(None),
        Some(Keyboard::Inline(rows)) => Ok(Some(inline(rows))),
        Some(Keyboard::Reply { .. } | Keyboard::RemoveReply) => {
            Err(refused("an edited message has inline buttons only"))
        }
    }
}

fn inline(rows: &[Vec<Button>]) -> types::InlineKeyboardMarkup {
    let rows = rows.iter().map(|row| row.iter().map(inline_button).collect()).collect();
    types::InlineKeyboardMarkup::builder().inline_keyboard(rows).build()
}

fn inline_button(button: &Button) -> types::InlineKeyboardButton {
    let plain = types::InlineKeyboardButton::builder()
        .text(button.text.as_str())
        .maybe_style(button.style.map(style));
    match &button.act {
        ButtonAct::Press(data) => plain.callback_data(data.as_str()).build(),
        ButtonAct::Link(url) => plain.url(url.as_str()).build(),
        ButtonAct::Copy(text) => {
            plain.copy_text(types::CopyTextButton::builder().text(text.as_str()).build()).build()
        }
    }
}

fn style(style: ButtonStyle) -> types::ButtonStyle {
    match style {
        ButtonStyle::Primary => types::ButtonStyle::Primary,
        ButtonStyle::Success => types::ButtonStyle::Success,
        ButtonStyle::Danger => types::ButtonStyle::Danger,
    }
}

fn chat_action(action: ChatAction) -> types::ChatAction {
    match action {
        ChatAction::Typing => types::ChatAction::Typing,
        ChatAction::UploadPhoto => types::ChatAction::UploadPhoto,
        ChatAction::RecordVideo => types::ChatAction::RecordVideo,
        ChatAction::UploadVideo => types::ChatAction::UploadVideo,
        ChatAction::RecordVoice => types::ChatAction::RecordVoice,
        ChatAction::UploadVoice => types::ChatAction::UploadVoice,
        ChatAction::UploadDocument => types::ChatAction::UploadDocument,
    }
}

pub(crate) fn set_my_commands(
    commands: &[BotCommand],
    scope: CommandScope,
    language: Option<&str>,
) -> Result<Call, ApiError> {
    let commands = commands
        .iter()
        .map(|command| {
            types::BotCommand::builder()
                .command(command.name.as_str())
                .description(command.description.as_str())
                .build()
        })
        .collect();
    let scope = match scope {
        CommandScope::Everyone => types::BotCommandScope::Default,
        CommandScope::PrivateChats => types::BotCommandScope::AllPrivateChats,
        CommandScope::Chat(chat) => types::BotCommandScope::Chat(
            types::BotCommandScopeChat::builder().chat_id(chat).build(),
        ),
    };
    let params = wire::SetMyCommandsParams::builder()
        .commands(commands)
        .scope(scope)
        .maybe_language_code(language)
        .build();
    Call::new("setMyCommands", &params)
}
