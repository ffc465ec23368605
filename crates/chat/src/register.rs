//! What Telegram shows of the bot before anybody writes to it.

use catalog::Language;
use telegram::{ApiError, BotApi, BotCommand, CommandScope};

use crate::texts::{Key, Texts};

/// The commands of the menu.
const COMMANDS: [(&str, Key); 18] = [
    ("menu", Key::FieldCommandMenu),
    ("history", Key::FieldCommandHistory),
    ("balance", Key::FieldCommandBalance),
    ("models", Key::FieldCommandModels),
    ("search", Key::FieldCommandSearch),
    ("favorites", Key::FieldCommandFavorites),
    ("money", Key::FieldCommandMoney),
    ("promo", Key::FieldCommandPromo),
    ("invite", Key::FieldCommandInvite),
    ("help", Key::FieldCommandHelp),
    ("language", Key::FieldCommandLanguage),
    ("news", Key::FieldCommandNews),
    ("cancel", Key::FieldCommandCancel),
    ("support", Key::FieldCommandSupport),
    ("paysupport", Key::FieldCommandPaysupport),
    ("terms", Key::FieldCommandTerms),
    ("privacy", Key::FieldCommandPrivacy),
    ("delete_me", Key::FieldCommandDelete),
];

/// Registers commands and descriptions: English for everybody, Russian for applications in
/// Russian. Repeating it changes nothing.
///
/// # Errors
/// What the Bot API says; what was registered before stays.
pub async fn register(api: &BotApi) -> Result<(), ApiError> {
    for (language, code) in [(Language::En, None), (Language::Ru, Some("ru"))] {
        let texts = Texts::new(language);
        api.set_my_commands(&commands(texts), CommandScope::Everyone, code).await?;
        api.set_my_description(&texts.plain(Key::ScreenAbout, &[]), code).await?;
        api.set_my_short_description(&texts.plain(Key::ScreenAboutShort, &[]), code).await?;
    }
    Ok(())
}

fn commands(texts: Texts) -> Vec<BotCommand> {
    COMMANDS
        .into_iter()
        .map(|(name, key)| BotCommand { name: name.to_owned(), description: texts.plain(key, &[]) })
        .collect()
}

#[cfg(test)]
mod tests {
    use telegram::limits;

    use super::*;

    #[test]
    fn what_is_registered_is_within_the_limits() {
        for language in Language::ALL {
            let texts = Texts::new(language);
            for command in commands(texts) {
                let length = command.description.encode_utf16().count();
                assert!((1..=limits::COMMAND_DESCRIPTION).contains(&length));
            }
            let about = texts.plain(Key::ScreenAbout, &[]).encode_utf16().count();
            let short = texts.plain(Key::ScreenAboutShort, &[]).encode_utf16().count();
            assert!(about <= limits::DESCRIPTION, "{about}");
            assert!(short <= limits::SHORT_DESCRIPTION, "{short}");
        }
    }
}
