//! What Telegram takes apart and is one input: the parts of an album come as messages of their own,
//! and so do the parts of a long text.
//!
//! A part is looked into when it comes and kept in the session. A second after the last part was
//! taken in, a job gives the whole album to the conversation. The job stands in the transaction
//! that takes the part in, so it survives whatever happens to the program.

use std::time::Duration;

use catalog::FileInput;
use queue::{Claim, NewJob, Outcome, Priority};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgConnection;
use telegram::{Inbound, Update};
use time::OffsetDateTime;

use crate::talk::{Ended, Talk};
use crate::view::FileTrouble;
use crate::{receive, updates};

/// The kind of the job that ends an album; its payload is [`Expected`].
pub(crate) const ALBUM: &str = "album";

/// An album is whole when no part of it has come for so long.
const PAUSE: Duration = Duration::from_secs(1);

/// A part that is still being looked into is waited for in steps of this.
const LOOKED_INTO: Duration = Duration::from_millis(250);

/// The number under which the parts of a long text are gathered; no album has it.
pub(crate) const WORDS: &str = "words";

/// An application cuts a text that is too long for one message at 4096 characters or a little
/// before. After a message of at least so many the rest may follow.
const LONG: usize = 3_500;

/// No model takes a text of more bytes; what comes after them is left out.
const WORDS_MAX_BYTES: usize = 100_000;

/// Whether the rest of a text may come in another message.
pub(crate) fn is_long(text: &str) -> bool {
    text.encode_utf16().count() >= LONG
}

/// Files that belong together: those of an album, or a single one; or the parts of a long text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Album {
    /// Telegram's number of it; none for a single file.
    #[serde(default)]
    pub(crate) id: Option<String>,
    #[serde(default)]
    pub(crate) files: Vec<FileInput>,
    /// What is wrong with the last part that cannot be taken.
    #[serde(default)]
    pub(crate) trouble: Option<FileTrouble>,
    /// The words under it, or the long text.
    #[serde(default)]
    pub(crate) caption: Option<String>,
    /// Whether a part was one file too many for this hour.
    #[serde(default)]
    pub(crate) over: bool,
}

/// The album that a job waits for.
#[derive(Debug, Serialize, Deserialize)]
struct Expected {
    /// Telegram's number of the person.
    person: i64,
    chat: i64,
    album: String,
}

impl Album {
    /// A file as it comes.
    pub(crate) fn of_one(
        id: Option<String>,
        file: Result<FileInput, FileTrouble>,
        caption: Option<String>,
    ) -> Self {
        let (files, trouble) = match file {
            Ok(file) => (vec![file], None),
            Err(trouble) => (Vec::new(), Some(trouble)),
        };
        Self { id, files, trouble, caption, over: false }
    }

    /// A part of a long text.
    pub(crate) fn of_words(text: &str) -> Self {
        let caption = Some(text.to_owned());
        Self { id: Some(WORDS.to_owned()), caption, ..Self::default() }
    }

    /// The long text, when it is one.
    pub(crate) fn words(&self) -> Option<&str> {
        self.caption.as_deref().filter(|_| self.id.as_deref() == Some(WORDS))
    }

    /// One more part.
    pub(crate) fn join(&mut self, part: Self) {
        if self.words().is_some() {
            if let (Some(text), Some(rest)) = (&mut self.caption, part.words()) {
                // A message of exactly 4096 characters was cut wherever it was, any other between words.
                let cut = text.encode_utf16().count().is_multiple_of(telegram::limits::TEXT);
                if text.len() < WORDS_MAX_BYTES {
                    text.push_str(if cut { "" } else { "\n" });
                    text.push_str(rest);
                }
            }
            return;
        }
        self.files.extend(part.files);
        self.trouble = part.trouble.or(self.trouble);
        self.over |= part.over;
        if self.caption.is_none() {
            self.caption = part.caption;
        }
    }
}

/// When an update is a part of an album or of a long text, the end of it is put off until a second
/// from now.
pub(crate) async fn expect(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    update: &Update,
) -> Result<(), sqlx::Error> {
    let Inbound::Message(message) = &update.inbound else { return Ok(()) };
    let Some((chat, from)) = updates::talker(update) else { return Ok(()) };
    let words = message.text.as_deref().filter(|text| is_long(text)).map(|_| WORDS);
    let Some(album) = message.media_group.as_deref().or(words) else { return Ok(()) };
    let key = format!("album:{}:{album}", from.id);
    queue::store::withdraw(&mut *connection, &key).await?;
    let payload = json!({ "person": from.id, "chat": chat, "album": album });
    let job = NewJob::new(outbox::TALK_POOL, ALBUM, payload, now + PAUSE)
        .key(key)
        .priority(Priority::Press);
    queue::store::enqueue_after_running(connection, now, &job).await?;
    Ok(())
}

/// Gives a whole album to the conversation.
pub(crate) async fn run(talk: &Talk, claim: &Claim) -> Ended {
    let Ok(expected) = serde_json::from_value::<Expected>(claim.payload.clone()) else {
        return talk.finish(claim).await;
    };
    let mut transaction = database::begin(&talk.parts.pool).await?;
    if queue::store::is_lane_busy(&mut transaction, &receive::lane_of(expected.person)).await? {
        return Ok(Outcome::Snooze(LOOKED_INTO));
    }
    let who = (expected.person, expected.chat);
    updates::album(talk, &mut transaction, who, &expected.album).await?;
    if talk.parts.crash.pass("album: answered").is_err() {
        return Ok(Outcome::Crashed);
    }
    if queue::store::complete(&mut transaction, claim).await?.is_ok() {
        transaction.commit().await?;
    }
    Ok(Outcome::Done)
}
