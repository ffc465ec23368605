//! A person of a story: speaks and presses through the emulated Telegram, and reads what comes.

use sandbox::telegram::{MediaKind, MessageView, PersonFile, TelegramWorld};

use crate::world::World;

/// Somebody in a story.
#[derive(Clone, Copy)]
pub struct Person<'w> {
    world: &'w World,
    id: i64,
}

/// Texts are compared without the spaces that never break.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

impl<'w> Person<'w> {
    pub fn new(world: &'w World, id: i64) -> Self {
        Self { world, id }
    }

    /// Telegram's id of the person.
    pub fn id(self) -> i64 {
        self.id
    }

    fn telegram(self) -> &'w TelegramWorld {
        self.world.telegram()
    }

    /// Writes to the bot, and lets it answer.
    pub async fn sends(self, text: &str) -> Self {
        self.telegram().says(self.id, text);
        self.world.settle().await;
        self
    }

    /// Sends a picture, and lets the bot answer.
    pub async fn sends_photo(self, bytes: Vec<u8>, name: &str) -> Self {
        self.telegram().sends_photo(self.id, PersonFile::new(bytes, "image/png", name));
        self.world.settle().await;
        self
    }

    /// Presses the button whose label begins like this, on the newest message that has one, or on
    /// the keyboard below the chat.
    pub async fn taps(self, label: &str) -> Self {
        self.presses(label);
        self.world.settle().await;
        self
    }

    /// Picks the model whose button begins like this, turning the pages of its shelf.
    pub async fn picks(self, label: &str) -> Self {
        while !self.screen().contains(&format!("[{label}")) {
            self.taps("Следующие").await;
        }
        self.taps(label).await
    }

    /// Goes from the first word to the confirmation of a picture.
    pub async fn reaches_confirmation(self, prompt: &str) -> Self {
        self.sends("/start m_google_nano-banana").await.sees("Цена 3,80 ₽");
        self.taps("✨ Создать").await;
        self.sends(prompt).await.sees("Проверьте заказ")
    }

    /// Orders a picture for 3,80 ₽.
    pub async fn orders(self, prompt: &str) -> Self {
        self.reaches_confirmation(prompt).await;
        self.taps("✅ Запустить").await.sees("Взяли в работу");
        self.screen();
        self
    }

    /// Answers every question of a wizard by what it offers: a file where files are asked for, the
    /// first choice where there is one, the least number, words otherwise.
    pub async fn fills_wizard(self, photo: Vec<u8>) -> Self {
        for _ in 0..30 {
            let screen = self.screen();
            if screen.contains("Проверьте заказ") {
                return self;
            }
            if screen.contains("[✅ Готово") && !screen.contains("мало файлов") {
                self.taps("✅ Готово").await;
            } else if screen.contains("Подойдут") {
                self.sends_what_fits(&screen, photo.clone()).await;
            } else {
                self.answers_in_words(&screen).await;
            }
        }
        panic!("the wizard does not end:\n{}", self.screen());
    }

    async fn sends_what_fits(self, screen: &str, photo: Vec<u8>) {
        let wanted = screen.split("Подойдут").nth(1).unwrap();
        let wanted = wanted.split(", до").next().unwrap();
        if wanted.contains("PNG") || wanted.contains("JPG") || wanted.contains("JPEG") {
            self.sends_photo(photo, "cat.png").await;
        } else if wanted.contains("MP4") || wanted.contains("MOV") {
            let film = include_bytes!("../../../sandbox/assets/result.mp4").to_vec();
            self.sends_file(MediaKind::Video, film, "video/mp4", "film.mp4").await;
        } else {
            let sound = include_bytes!("../../../sandbox/assets/result.mp3").to_vec();
            self.sends_file(MediaKind::Audio, sound, "audio/mpeg", "sound.mp3").await;
        }
    }

    /// Sends a file of some kind, and lets the bot answer.
    pub async fn sends_file(self, kind: MediaKind, bytes: Vec<u8>, mime: &str, name: &str) {
        self.telegram().sends_file(self.id, kind, PersonFile::new(bytes, mime, name));
        self.world.settle().await;
    }

    async fn answers_in_words(self, screen: &str) {
        let last = self.messages().pop().unwrap();
        let choice = last.buttons.first().and_then(|row| row.first());
        let choice = choice.map(|button| plain(&button.label));
        let least = screen.split("от ").nth(1).and_then(|rest| rest.split_whitespace().next());
        let least = least.filter(|number| number.parse::<f64>().is_ok());
        match (choice, least) {
            (Some(label), _) if !label.contains("Назад") && !label.contains("Пропустить") => {
                self.taps(&label).await
            }
            (_, Some(number)) if screen.contains("Число") => self.sends(number).await,
            _ => self.sends("Кот читает газету").await,
        };
    }

    /// Opens an option on the confirmation and picks the choice that begins like this, or the last.
    pub async fn changes(self, option: &str, choice: &str) -> Self {
        self.taps(option).await;
        let message = self.messages().pop().unwrap();
        let choices: Vec<_> = message
            .buttons
            .iter()
            .flatten()
            .map(|button| plain(&button.label))
            .filter(|label| !label.contains("Назад") && !label.contains("Меню"))
            .collect();
        let picked = choices
            .iter()
            .find(|label| !choice.is_empty() && label.contains(choice))
            .or(choices.first())
            .unwrap_or_else(|| panic!("no choices:\n{}", self.chat()));
        self.taps(picked).await
    }

    /// The whole label of the button that begins like this.
    pub fn button(self, label: &str) -> String {
        self.messages()
            .iter()
            .rev()
            .flat_map(|message| message.buttons.concat())
            .map(|button| plain(&button.label))
            .find(|text| text.starts_with(label))
            .unwrap_or_else(|| panic!("there is no button «{label}»:\n{}", self.chat()))
    }

    /// Presses without letting the bot answer yet.
    pub fn presses(self, label: &str) {
        let messages = self.messages();
        let button = messages.iter().rev().find_map(|message| {
            message
                .buttons
                .iter()
                .flatten()
                .find(|button| plain(&button.label).contains(label) && button.data.is_some())
                .map(|button| (message.id, button.label.clone()))
        });
        if let Some((message_id, exact)) = button {
            self.mark_read(&messages, message_id);
            self.telegram().presses(self.id, message_id, &exact).unwrap();
            return;
        }
        let keyboard = self.telegram().reply_keyboard(self.id).unwrap_or_default();
        let Some(exact) =
            keyboard.into_iter().flatten().find(|text| plain(text).starts_with(label))
        else {
            panic!("there is no button «{label}»; the chat shows:\n{}", self.chat());
        };
        self.telegram().says(self.id, &exact);
    }

    /// Finds this text in what the bot has said and the person has not read; it is read then.
    pub fn sees(self, text: &str) -> Self {
        let messages = self.messages();
        let found = messages.iter().rev().find(|message| plain(&message.text).contains(text));
        let Some(message) = found else {
            panic!("nobody says «{text}»; the chat shows:\n{}", self.chat());
        };
        self.mark_read(&messages, message.id);
        self
    }

    /// The results that have come, newest last; they are read then.
    pub fn receives(self, kind: MediaKind, count: usize) -> Vec<MessageView> {
        let messages = self.messages();
        let results: Vec<_> = messages
            .iter()
            .filter(|message| message.media.as_ref().is_some_and(|media| media.kind == kind))
            .cloned()
            .collect();
        assert_eq!(results.len(), count, "results of this kind; the chat shows:\n{}", self.chat());
        for result in &results {
            self.mark_read(&messages, result.id);
        }
        results
    }

    /// The money of the person, in kopecks: to spend and on hold.
    pub async fn wallet(self) -> (i64, i64) {
        sqlx::query_as(
            "select w.balance_kop, w.held_kop from wallets w join users u on u.id = w.user_id
             where u.telegram_id = $1 and w.world = 'real'",
        )
        .bind(self.id)
        .fetch_one(self.world.pool())
        .await
        .unwrap()
    }

    /// What the bot shows now: the newest message with its buttons.
    pub fn screen(self) -> String {
        let messages = self.messages();
        let Some(last) = messages.last() else { return String::new() };
        self.mark_read(&messages, last.id);
        drawn(last)
    }

    /// Everything the bot has said that is still there.
    pub fn chat(self) -> String {
        self.messages().iter().map(drawn).collect::<Vec<_>>().join("\n---\n")
    }

    /// What the bot has said and not deleted.
    pub fn messages(self) -> Vec<MessageView> {
        bot_messages(self.telegram(), self.id)
    }

    fn mark_read(self, messages: &[MessageView], up_to: i64) {
        for message in messages.iter().filter(|message| message.id <= up_to) {
            self.world.mark_read(self.id, message.id);
        }
    }
}

fn bot_messages(telegram: &TelegramWorld, person: i64) -> Vec<MessageView> {
    telegram
        .messages(person)
        .into_iter()
        .filter(|message| message.from_bot && !message.deleted)
        .collect()
}

fn drawn(message: &MessageView) -> String {
    let mut text = String::new();
    if let Some(media) = &message.media {
        text.push_str(&format!("<{}> ", media.kind.as_str()));
    }
    text.push_str(&plain(&message.text));
    for row in &message.buttons {
        let labels: Vec<_> =
            row.iter().map(|button| format!("[{}]", plain(&button.label))).collect();
        text.push('\n');
        text.push_str(&labels.join(" "));
    }
    text
}

/// A story that leaves words of the bot unread does not know what the bot says.
pub fn assert_all_read(world: &World, person: i64) {
    let unread: Vec<_> = bot_messages(world.telegram(), person)
        .iter()
        .filter(|message| !world.is_read(person, message.id))
        .map(drawn)
        .collect();
    assert!(unread.is_empty(), "unread:\n{}", unread.join("\n---\n"));
}
