//! The language model that writes prompts.

use std::time::Duration;

use clock::Clock;
use generation::{PortFuture, Writer, WritingTask, Written};
use kie::{
    ChatEndpoint, ChatMessage, ChatReply, ChatRequest, ChatRole, FailureKind, KieClient,
    ReadFailure,
};
use serde_json::{Map, Value};

/// A person who has paid waits for the prompt no longer than this.
const PATIENCE: Duration = Duration::from_secs(30);

/// Which language model is asked.
#[derive(Clone, Debug)]
pub enum WriterSettings {
    /// KIE.ai's own, by its name there, with the keys of KIE.ai.
    Kie {
        /// Such as `gpt-5-2`.
        slug: String,
    },
    /// One on another server.
    Other(ChatEndpoint),
}

/// KIE.ai's language model that is asked when nobody says which.
const USUAL_SLUG: &str = "gpt-5-2";

impl Default for WriterSettings {
    fn default() -> Self {
        Self::Kie { slug: USUAL_SLUG.to_owned() }
    }
}

/// Asks a language model for prompts.
#[derive(Clone, Debug)]
pub(crate) struct LanguageModel {
    kie: KieClient,
    settings: WriterSettings,
    clock: Clock,
}

impl LanguageModel {
    pub(crate) fn new(kie: KieClient, settings: WriterSettings, clock: Clock) -> Self {
        Self { kie, settings, clock }
    }

    async fn ask(&self, request: &ChatRequest) -> Result<ChatReply, ReadFailure> {
        match &self.settings {
            WriterSettings::Kie { slug } => {
                let key = self.kie.pick_key().map_err(|_| {
                    ReadFailure::NotAllowed("no key of KIE.ai can be used for a chat now")
                })?;
                self.kie.chat(&key, slug, request).await
            }
            WriterSettings::Other(endpoint) => self.kie.chat_at(endpoint, request).await,
        }
    }

    /// A definite "not now" passes, as a rule, at the second try; whatever else happened is final.
    async fn ask_twice(&self, request: &ChatRequest) -> Result<ChatReply, ReadFailure> {
        match self.ask(request).await {
            Err(ReadFailure::Refused(failure)) if failure.kind == FailureKind::Temporary => {
                self.ask(request).await
            }
            first => first,
        }
    }

    async fn answer(&self, task: &WritingTask) -> Result<Written, String> {
        let mut options = Map::new();
        if let WriterSettings::Kie { .. } = self.settings {
            options.insert("reasoning_effort".to_owned(), Value::from("low"));
        }
        let wish = ChatMessage {
            images: task.pictures.clone(),
            ..ChatMessage::new(ChatRole::User, task.wish.clone())
        };
        let request = ChatRequest {
            messages: vec![ChatMessage::new(ChatRole::System, task.instructions.clone()), wish],
            options,
            // The clock below ends the wait; this is for a connection that hangs for ever.
            timeout: PATIENCE * 2,
        };
        tokio::select! {
            reply = self.ask_twice(&request) => reply
                .map(|reply| Written { text: reply.text, credits: reply.credits })
                .map_err(|failure| failure.to_string()),
            () = self.clock.sleep(PATIENCE) => Err("it took too long".to_owned()),
        }
    }
}

impl Writer for LanguageModel {
    /// KIE.ai's models look at pictures; of another server nobody knows, and a link to a person's
    /// picture is nothing for a stranger.
    fn sees(&self) -> bool {
        matches!(self.settings, WriterSettings::Kie { .. })
    }

    fn write<'a>(&'a self, task: &'a WritingTask) -> PortFuture<'a, Result<Written, String>> {
        Box::pin(self.answer(task))
    }
}
