//! The world model: accounts, keys, tasks, files, faults, and the handle that tests hold.

use super::{
    amount::{Credits, NotAnAmount},
    callbacks::{CallbackPreset, Delivery},
    create::CreateFault,
    files::{FileFault, FileView, Files},
    llm::{ChatScript, ChatSeen},
    record::{Layout, RecordFault},
    shelf::Shelf,
    tasks::{Task, TaskView},
    uploads::UploadFault,
};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::watch;

/// The clock of a world: unix milliseconds.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The bearer key that a new world accepts.
pub const DEFAULT_KEY: &str = "kie-sandbox-key";

/// The account behind every key that has no credits of its own.
const SHARED_ACCOUNT: &str = "shared";

/// What a world is made from.
#[derive(Clone)]
pub struct KieSetup {
    /// The clock, unix milliseconds.
    pub now: Now,
    /// The client that sends callbacks and fetches addresses for uploads.
    pub http: reqwest::Client,
    /// The seed of every id and file name.
    pub seed: u64,
}

impl fmt::Debug for KieSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KieSetup").field("seed", &self.seed).finish_non_exhaustive()
    }
}

/// Who ends the tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The test, with [`KieWorld::succeed`] and its neighbours.
    Manual,
    /// The clock: a task ends this many milliseconds after its creation, seen by the next
    /// status read or by [`KieWorld::tick`]. Words in the prompt choose another end:
    /// `[[fail]]`, `[[nsfw]]`, `[[silent]]`.
    Auto {
        /// From creation to the end, milliseconds.
        delay_ms: i64,
    },
}

/// Habits of the real service that are off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// The envelope's text is called `message` instead of `msg`.
    pub message_key: bool,
    /// Envelopes come without a `Content-Type`.
    pub no_content_type: bool,
}

#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) credits: Credits,
    /// When tasks were created, within the last window.
    pub(super) created: VecDeque<i64>,
    /// When task creation was asked for, within the last window.
    pub(super) asked: VecDeque<i64>,
    pub(super) listed_at: Option<i64>,
}

#[derive(Debug)]
pub(super) struct State {
    seed: u64,
    counter: u64,
    pub(super) base: String,
    pub(super) mode: Mode,
    pub(super) layout: Layout,
    pub(super) oddities: Oddities,
    pub(super) invisible_ms: i64,
    pub(super) webhook_key: Option<String>,
    /// What a task is charged above its list price.
    pub(super) surcharge: Credits,
    pub(super) accounts: BTreeMap<String, Account>,
    /// Bearer key → account.
    keys: BTreeMap<String, String>,
    pub(super) tasks: Vec<Task>,
    pub(super) index: HashMap<String, usize>,
    pub(super) files: Files,
    pub(super) violations: Vec<String>,
    pub(super) create_faults: VecDeque<CreateFault>,
    pub(super) record_faults: VecDeque<RecordFault>,
    pub(super) upload_faults: VecDeque<UploadFault>,
    pub(super) chat_scripts: VecDeque<ChatScript>,
    pub(super) chats: Vec<ChatSeen>,
    pub(super) callback_default: CallbackPreset,
    pub(super) callback_queue: VecDeque<CallbackPreset>,
    pub(super) delayed: Vec<Delivery>,
    pub(super) shelf: Shelf,
    pub(super) max_create_rate: usize,
    pub(super) max_poll_rate: usize,
}

impl State {
    /// The next 64 bits of the world's own sequence (splitmix64).
    fn bits(&mut self) -> u64 {
        self.counter = self.counter.wrapping_add(1);
        let mut z = self.seed.wrapping_add(self.counter.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 32 lowercase hexadecimal digits.
    pub(super) fn hex(&mut self) -> String {
        format!("{:016x}{:016x}", self.bits(), self.bits())
    }

    /// `length` characters of the alphabet that KIE's file names use.
    pub(super) fn name(&mut self, length: usize) -> String {
        const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        (0..length)
            .map(|_| {
                let at = usize::try_from(self.bits() % 36).unwrap_or_default();
                char::from(ALPHABET[at])
            })
            .collect()
    }

    pub(super) fn account_of(&self, key: &str) -> Option<&str> {
        self.keys.get(key).map(String::as_str)
    }

    pub(super) fn account(&mut self, name: &str) -> &mut Account {
        self.accounts.entry(name.to_owned()).or_default()
    }

    pub(super) fn task(&mut self, id: &str) -> Option<&mut Task> {
        let at = *self.index.get(id)?;
        self.tasks.get_mut(at)
    }

    pub(super) fn blame(&mut self, what: impl Into<String>) {
        self.violations.push(what.into());
    }
}

struct Inner {
    now: Now,
    http: reqwest::Client,
    state: Mutex<State>,
    /// Turns true when the server goes away: answers that never come end then.
    closing: watch::Sender<bool>,
}

/// The world of the KIE emulator. Cheap to clone; all clones are one world.
#[derive(Clone)]
pub struct KieWorld {
    inner: Arc<Inner>,
}

impl fmt::Debug for KieWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KieWorld").finish_non_exhaustive()
    }
}

impl KieWorld {
    /// A world with one key ([`DEFAULT_KEY`]), 1000 credits, tasks ended by hand, callbacks
    /// unsigned and delivered once.
    #[must_use]
    pub fn new(setup: KieSetup) -> Self {
        let shared =
            Account { credits: Credits::from_millionths(1_000_000_000), ..Account::default() };
        let state = State {
            seed: setup.seed,
            counter: 0,
            base: "http://127.0.0.1:0".to_owned(),
            mode: Mode::Manual,
            layout: Layout::Sep2026,
            oddities: Oddities::default(),
            invisible_ms: 0,
            webhook_key: None,
            surcharge: Credits::default(),
            accounts: BTreeMap::from([(SHARED_ACCOUNT.to_owned(), shared)]),
            keys: BTreeMap::from([(DEFAULT_KEY.to_owned(), SHARED_ACCOUNT.to_owned())]),
            tasks: Vec::new(),
            index: HashMap::new(),
            files: Files::default(),
            violations: Vec::new(),
            create_faults: VecDeque::new(),
            record_faults: VecDeque::new(),
            upload_faults: VecDeque::new(),
            chat_scripts: VecDeque::new(),
            chats: Vec::new(),
            callback_default: CallbackPreset::Once,
            callback_queue: VecDeque::new(),
            delayed: Vec::new(),
            shelf: Shelf::default(),
            max_create_rate: 0,
            max_poll_rate: 0,
        };
        let inner = Inner {
            now: setup.now,
            http: setup.http,
            state: Mutex::new(state),
            closing: watch::Sender::new(false),
        };
        Self { inner: Arc::new(inner) }
    }

    pub(super) fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.inner.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn now(&self) -> i64 {
        (self.inner.now)()
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }

    pub(super) fn close(&self) {
        self.inner.closing.send_replace(true);
    }

    pub(super) fn open(&self, base: &str) {
        self.inner.closing.send_replace(false);
        self.with(|state| base.clone_into(&mut state.base));
    }

    /// Ends when the server goes away.
    pub(super) async fn closed(&self) {
        let mut closing = self.inner.closing.subscribe();
        // An error means that the sender is gone, which is closed as well.
        let _ = closing.wait_for(|closed| *closed).await;
    }

    // --- settings -----------------------------------------------------------------------------

    /// Chooses who ends the tasks; holds for tasks that already run.
    pub fn set_mode(&self, mode: Mode) {
        self.with(|state| state.mode = mode);
    }

    /// Who ends the tasks.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.with(|state| state.mode)
    }

    /// Chooses the layout of status answers.
    pub fn set_layout(&self, layout: Layout) {
        self.with(|state| state.layout = layout);
    }

    /// Switches habits of the real service.
    pub fn set_oddities(&self, oddities: Oddities) {
        self.with(|state| state.oddities = oddities);
    }

    /// For this many milliseconds after its creation a task cannot be read
    /// (`recordInfo is null`).
    pub fn set_invisible_for(&self, milliseconds: i64) {
        self.with(|state| state.invisible_ms = milliseconds);
    }

    /// The key that signs callbacks; `None` sends them without the two headers.
    pub fn set_webhook_key(&self, key: Option<&str>) {
        self.with(|state| state.webhook_key = key.map(ToOwned::to_owned));
    }

    /// How callbacks are delivered from now on.
    pub fn set_callbacks(&self, preset: CallbackPreset) {
        self.with(|state| state.callback_default = preset);
    }

    /// How the next callback is delivered; several wait in line.
    pub fn next_callback(&self, preset: CallbackPreset) {
        self.with(|state| state.callback_queue.push_back(preset));
    }

    /// What happens to the next valid createTask; several wait in line.
    pub fn next_create(&self, fault: CreateFault) {
        self.with(|state| state.create_faults.push_back(fault));
    }

    /// What the next status read answers; several wait in line.
    pub fn next_record(&self, fault: RecordFault) {
        self.with(|state| state.record_faults.push_back(fault));
    }

    /// What happens to the next upload; several wait in line.
    pub fn next_upload(&self, fault: UploadFault) {
        self.with(|state| state.upload_faults.push_back(fault));
    }

    /// What the next chat completion answers; several wait in line.
    pub fn next_chat(&self, script: ChatScript) {
        self.with(|state| state.chat_scripts.push_back(script));
    }

    /// Breaks (or with `None` mends) one address of the file server.
    pub fn set_file_fault(&self, url: &str, fault: Option<FileFault>) {
        self.with(|state| {
            let base = state.base.clone();
            state.files.set_fault(&base, url, fault);
        });
    }

    // --- accounts -----------------------------------------------------------------------------

    /// Accepts one more bearer key, on the shared account.
    pub fn accept_key(&self, key: &str) {
        self.with(|state| {
            state.keys.entry(key.to_owned()).or_insert_with(|| SHARED_ACCOUNT.to_owned());
        });
    }

    /// Refuses the key from now on (401).
    pub fn revoke_key(&self, key: &str) {
        self.with(|state| state.keys.remove(key));
    }

    /// Accepts the key and gives it an account of its own with this balance; `None` puts it back
    /// on the shared account.
    ///
    /// # Errors
    /// When the text is not a decimal number.
    pub fn set_key_credits(&self, key: &str, credits: Option<&str>) -> Result<(), NotAnAmount> {
        let credits = credits.map(Credits::parse).transpose()?;
        self.with(|state| match credits {
            None => {
                state.keys.insert(key.to_owned(), SHARED_ACCOUNT.to_owned());
            }
            Some(credits) => {
                let name = format!("key:{key}");
                state.account(&name).credits = credits;
                state.keys.insert(key.to_owned(), name);
            }
        });
        Ok(())
    }

    /// The balance of the shared account, a decimal number.
    #[must_use]
    pub fn credits(&self) -> String {
        self.with(|state| state.account(SHARED_ACCOUNT).credits.to_string())
    }

    /// The balance behind a key; `None` when the key is not accepted.
    #[must_use]
    pub fn key_credits(&self, key: &str) -> Option<String> {
        self.with(|state| {
            let name = state.account_of(key)?.to_owned();
            Some(state.account(&name).credits.to_string())
        })
    }

    /// Sets the balance of the shared account.
    ///
    /// # Errors
    /// When the text is not a decimal number.
    pub fn set_credits(&self, credits: &str) -> Result<(), NotAnAmount> {
        let credits = Credits::parse(credits)?;
        self.with(|state| state.account(SHARED_ACCOUNT).credits = credits);
        Ok(())
    }

    /// From now on every task is charged so many credits more than the price list says.
    ///
    /// # Errors
    /// When the text is not a decimal number.
    pub fn set_surcharge(&self, credits: &str) -> Result<(), NotAnAmount> {
        let credits = Credits::parse(credits)?;
        self.with(|state| state.surcharge = credits);
        Ok(())
    }

    // --- what was seen ------------------------------------------------------------------------

    /// All tasks, oldest first.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskView> {
        self.with(|state| state.tasks.iter().map(Task::view).collect())
    }

    /// One task.
    #[must_use]
    pub fn task(&self, id: &str) -> Option<TaskView> {
        self.with(|state| state.task(id).map(|task| task.view()))
    }

    /// What a task made that is no file: the structured part of its result.
    #[must_use]
    pub fn made_by(&self, id: &str) -> Option<serde_json::Value> {
        self.with(|state| state.task(id)?.result.as_ref()?.get("resultObject").cloned())
    }

    /// What callers did that the documentation does not allow, in order.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.with(|state| state.violations.clone())
    }

    /// Tasks created per callback token (the last path segment of the callback address).
    #[must_use]
    pub fn created_per_callback_token(&self) -> BTreeMap<String, usize> {
        self.with(|state| {
            let mut counts = BTreeMap::new();
            for url in state.tasks.iter().filter_map(|task| task.callback_url.as_deref()) {
                let path = url.split(['?', '#']).next().unwrap_or(url);
                let token = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
                *counts.entry(token.to_owned()).or_default() += 1;
            }
            counts
        })
    }

    /// How often the status of the task was read.
    #[must_use]
    pub fn polls(&self, task_id: &str) -> u64 {
        self.with(|state| state.task(task_id).map_or(0, |task| task.polls))
    }

    /// The most createTask requests (refused ones too) that one account sent within 10 s.
    #[must_use]
    pub fn max_create_rate(&self) -> usize {
        self.with(|state| state.max_create_rate)
    }

    /// The most status reads of one task within a second (KIE docs: 10 are allowed).
    #[must_use]
    pub fn max_poll_rate(&self) -> usize {
        self.with(|state| state.max_poll_rate)
    }

    /// The chat completions that were asked for, in order.
    #[must_use]
    pub fn chats(&self) -> Vec<ChatSeen> {
        self.with(|state| state.chats.clone())
    }

    /// The bytes of a file of the file server, while it is kept.
    #[must_use]
    pub fn file_at(&self, url: &str) -> Option<Vec<u8>> {
        let now = self.now();
        self.with(|state| {
            let file = state.files.alive(&state.base, url, now)?;
            Some(file.content.bytes().to_vec())
        })
    }

    /// The files of the file server: uploads and results.
    #[must_use]
    pub fn files(&self) -> Vec<FileView> {
        self.with(|state| {
            let base = state.base.clone();
            state.files.views(&base)
        })
    }
}
