//! Tasks: their states, their ends, and the files that a successful one leaves.

use super::{
    amount::Credits,
    callbacks::Delivery,
    files::{Content, FileFault, StoredFile},
    picture::Size,
    record,
    rules::{ModelRules, Output},
    world::{Mode, State},
};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;

const FETCH_FAILED: &str =
    "Image fetch failed. Check access settings or use our File Upload API instead.";
pub(super) const SENSITIVE: &str =
    "The input or output was flagged as sensitive. Please try again with different inputs.";
pub(super) const INTERNAL: &str = "Internal Error, Please try again later.";

/// KIE docs: the task life cycle of recordInfo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// Accepted, waiting for a worker.
    Waiting,
    /// In the processing queue.
    Queuing,
    /// Running.
    Generating,
    /// Finished with a result.
    Success,
    /// Finished without one; the credits are back.
    Fail,
}

impl TaskState {
    /// The word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Queuing => "queuing",
            Self::Generating => "generating",
            Self::Success => "success",
            Self::Fail => "fail",
        }
    }

    /// True when nothing will change any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        match self {
            Self::Waiting | Self::Queuing | Self::Generating => false,
            Self::Success | Self::Fail => true,
        }
    }
}

/// A task as a test sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskView {
    /// 32 lowercase hexadecimal digits.
    pub id: String,
    /// The model of the request.
    pub model: String,
    /// The input exactly as sent.
    pub input: Value,
    /// Where the task is.
    pub state: TaskState,
    /// True when the task was told to stay silent for ever.
    pub silent: bool,
    /// The callback address of the request.
    pub callback_url: Option<String>,
    /// Creation, unix milliseconds.
    pub created_ms: i64,
    /// The bearer key of the request.
    pub key: String,
    /// Credits charged, decimal; `0` after a failure.
    pub credits: String,
    /// Addresses of the results.
    pub urls: Vec<String>,
    /// The failure's code and text.
    pub failure: Option<(String, String)>,
}

/// One file of a result.
#[derive(Clone, Debug)]
pub enum OutputFile {
    /// A real small file of the model's kind.
    Usual,
    /// These bytes under a name with this extension.
    Given {
        /// Without the dot.
        extension: String,
        /// The `Content-Type`.
        mime: String,
        /// The content.
        bytes: Bytes,
    },
    /// A real file padded to this many bytes.
    Big(usize),
    /// A usual file whose address is broken.
    Broken(FileFault),
    /// An address of somebody else.
    Foreign(String),
}

/// What a successful task leaves.
#[derive(Clone, Debug)]
pub struct Outputs {
    /// `None`: as many usual files as the model makes.
    files: Option<Vec<OutputFile>>,
}

impl Outputs {
    /// What the model usually makes.
    #[must_use]
    pub fn usual() -> Self {
        Self { files: None }
    }

    /// Success with an empty list of addresses, or without a word.
    #[must_use]
    pub fn without_urls() -> Self {
        Self { files: Some(Vec::new()) }
    }

    /// This many usual files.
    #[must_use]
    pub fn several(count: usize) -> Self {
        Self { files: Some(vec![OutputFile::Usual; count]) }
    }

    /// Exactly these files.
    #[must_use]
    pub fn of(files: Vec<OutputFile>) -> Self {
        Self { files: Some(files) }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Ending {
    Success(Outputs),
    Failure {
        code: String,
        message: String,
    },
    /// The status read answers with this code instead of a state.
    Envelope(i64),
}

/// What became of a request to end a task.
#[derive(Debug)]
pub(super) enum Ended {
    UnknownTask,
    Already,
    Now(Option<Delivery>),
}

#[derive(Debug)]
pub(super) struct Task {
    pub(super) id: String,
    pub(super) rules: &'static ModelRules,
    pub(super) input: Map<String, Value>,
    pub(super) state: TaskState,
    pub(super) silent: bool,
    pub(super) callback_url: Option<String>,
    pub(super) created_ms: i64,
    pub(super) finished_ms: Option<i64>,
    pub(super) key: String,
    pub(super) account: String,
    pub(super) price: Credits,
    /// The task cannot succeed: its input files cannot be fetched.
    pub(super) doomed: bool,
    pub(super) result: Option<Value>,
    pub(super) urls: Vec<String>,
    pub(super) failure: Option<(String, String)>,
    pub(super) envelope: Option<i64>,
    pub(super) polls: u64,
    pub(super) poll_times: VecDeque<i64>,
    /// Ended by a status read; the next tick sends the callback.
    pub(super) callback_due: bool,
}

impl Task {
    pub(super) fn charged(&self) -> Credits {
        if self.state == TaskState::Fail { Credits::default() } else { self.price }
    }

    /// The text that a person would recognise the task by.
    pub(super) fn prompt(&self) -> &str {
        ["prompt", "text", "style", "content"]
            .iter()
            .find_map(|name| self.input.get(*name)?.as_str())
            .unwrap_or("")
    }

    pub(super) fn view(&self) -> TaskView {
        TaskView {
            id: self.id.clone(),
            model: self.rules.id.clone(),
            input: Value::Object(self.input.clone()),
            state: self.state,
            silent: self.silent,
            callback_url: self.callback_url.clone(),
            created_ms: self.created_ms,
            key: self.key.clone(),
            credits: self.charged().to_string(),
            urls: self.urls.clone(),
            failure: self.failure.clone(),
        }
    }

    fn usual_count(&self) -> usize {
        let asked = ["num_images", "n", "max_images"].iter().find_map(|name| {
            let value = self.input.get(*name)?;
            value.as_u64().or_else(|| value.as_str()?.parse().ok())
        });
        match (asked, self.rules.id.as_str()) {
            (Some(count), _) => usize::try_from(count).unwrap_or(1).clamp(1, 15),
            (None, "grok-imagine/text-to-image") => 6,
            (None, "grok-imagine/image-to-image") => 2,
            (None, id) if id.starts_with("ai-music-api/") => 2,
            (None, _) => self.rules.layers().and_then(|count| count.try_into().ok()).unwrap_or(1),
        }
    }

    fn wanted(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.input.get(*name)?.as_str())
    }

    /// The usual file of the task: extension and content.
    fn usual_file(&self, number: usize) -> (&'static str, Content) {
        let format = self.wanted(&["output_format", "format"]).unwrap_or("");
        match self.rules.output {
            Output::Image => match format {
                "jpeg" | "jpg" => ("jpg", Content::Jpeg),
                "webp" => ("webp", Content::Webp),
                _ => {
                    let ratio = self.wanted(&["aspect_ratio", "image_size", "size", "ratio"]);
                    let size = Size::of_ratio(ratio.unwrap_or("1:1"));
                    let text = format!("{}\n{}", self.prompt(), self.rules.title);
                    ("png", Content::Picture { text, size, number })
                }
            },
            Output::Video => ("mp4", Content::Mp4),
            Output::Audio if format.contains("ogg") || format.contains("opus") => {
                ("ogg", Content::Ogg)
            }
            Output::Audio | Output::Text => ("mp3", Content::Mp3),
        }
    }
}

impl State {
    /// Ends the task; the money of a failed one returns. Gives the callback to send.
    pub(super) fn end(&mut self, id: &str, ending: Ending, now: i64) -> Ended {
        let Some(task) = self.task(id) else { return Ended::UnknownTask };
        if task.state.is_final() {
            return Ended::Already;
        }
        let ending = match ending {
            Ending::Success(_) if task.doomed => {
                Ending::Failure { code: "400".to_owned(), message: FETCH_FAILED.to_owned() }
            }
            other @ (Ending::Success(_) | Ending::Failure { .. } | Ending::Envelope(_)) => other,
        };
        task.finished_ms = Some(now);
        match ending {
            Ending::Success(outputs) => {
                let (urls, result) = self.make_outputs(id, &outputs, now);
                if let Some(task) = self.task(id) {
                    task.state = TaskState::Success;
                    task.urls = urls;
                    task.result = Some(result);
                }
            }
            Ending::Failure { code, message } => {
                task.failure = Some((code, message));
                self.refund(id);
            }
            Ending::Envelope(code) => {
                task.envelope = Some(code);
                let message = record::envelope_text(code);
                task.failure = Some((code.to_string(), message.to_owned()));
                self.refund(id);
            }
        }
        Ended::Now(self.delivery(id))
    }

    fn refund(&mut self, id: &str) {
        let Some(task) = self.task(id) else { return };
        task.state = TaskState::Fail;
        let (account, price) = (task.account.clone(), task.price);
        let account = self.account(&account);
        account.credits = account.credits.plus(price);
    }

    /// Moves the task to where the clock says it is, in automatic mode.
    /// True when the task ended just now.
    pub(super) fn advance(&mut self, id: &str, now: i64) -> bool {
        let Mode::Auto { delay_ms } = self.mode else { return false };
        let Some(task) = self.task(id) else { return false };
        if task.state.is_final() || task.silent {
            return false;
        }
        let says = |word: &str| task.prompt().contains(word);
        let (failing, sensitive, silent) = (says("[[fail]]"), says("[[nsfw]]"), says("[[silent]]"));
        if silent {
            task.silent = true;
            return false;
        }
        let age = now - task.created_ms;
        if age < delay_ms {
            if age.saturating_mul(2) >= delay_ms {
                task.state = TaskState::Generating;
            }
            return false;
        }
        let failure = |code: &str, message: &str| Ending::Failure {
            code: code.to_owned(),
            message: message.to_owned(),
        };
        let ending = match (failing, sensitive) {
            (true, _) => failure("500", INTERNAL),
            (false, true) => failure("422", SENSITIVE),
            (false, false) => Ending::Success(Outputs::usual()),
        };
        self.end(id, ending, now);
        true
    }

    fn make_outputs(&mut self, id: &str, outputs: &Outputs, now: i64) -> (Vec<String>, Value) {
        let Some(task) = self.task(id) else { return (Vec::new(), Value::Null) };
        let (rules, count) = (task.rules, task.usual_count());
        if rules.output == Output::Text {
            let words = text_result(&rules.id, task.prompt());
            let empty = outputs.files.as_ref().is_some_and(Vec::is_empty);
            return match words {
                _ if empty => (Vec::new(), json!({"resultObject": {}})),
                Some(words) => (Vec::new(), words),
                None => (Vec::new(), self.likeness(id)),
            };
        }
        let files = match &outputs.files {
            Some(files) => files.clone(),
            None => vec![OutputFile::Usual; count],
        };
        let mut urls = Vec::new();
        for (number, file) in files.into_iter().enumerate() {
            let url = self.put_output(id, number, file, now);
            urls.push(url);
        }
        let music = rules.id.starts_with("ai-music-api/") && rules.output == Output::Audio;
        let result = match music {
            true => self.music_result(id, &urls, now),
            false if rules.id == "omnihuman-1-5/subject-detection" => {
                json!({"resultObject": {"mask_urls": urls}})
            }
            false => json!({"resultUrls": urls}),
        };
        (urls, result)
    }

    /// KIE docs, generate-persona: the id of what was made, with what was said about it.
    fn likeness(&mut self, id: &str) -> Value {
        let made = self.hex();
        let Some(task) = self.task(id) else { return Value::Null };
        let said = |name: &str| task.input.get(name).cloned().unwrap_or_default();
        let (name, description) = (said("name"), said("description"));
        json!({"resultObject": {"persona_id": made, "name": name, "description": description}})
    }

    fn put_output(&mut self, id: &str, number: usize, file: OutputFile, now: i64) -> String {
        let Some(task) = self.task(id) else { return String::new() };
        let (usual_extension, usual) = task.usual_file(number);
        let family = task.rules.id.split('/').next().unwrap_or("x").to_owned();
        let (extension, content, fault) = match file {
            OutputFile::Foreign(url) => return url,
            OutputFile::Usual => (usual_extension.to_owned(), usual, None),
            OutputFile::Given { extension, mime, bytes } => {
                (extension, Content::Given { mime, bytes }, None)
            }
            OutputFile::Big(size) => {
                (usual_extension.to_owned(), Content::Padded { of: Box::new(usual), size }, None)
            }
            OutputFile::Broken(fault) => (usual_extension.to_owned(), usual, Some(fault)),
        };
        let seconds = now / 1000;
        let path = match family.as_str() {
            "seedream" => format!("r/{id}_{seconds}_{}.{extension}", self.name(8)),
            f if f.starts_with("kling") => format!("k/{id}_1_{seconds}_{number}.{extension}"),
            f if f.starts_with("gpt-image") => format!("na2/{id}{number}.{extension}"),
            f => format!("{f}/{now}-{}.{extension}", self.name(11)),
        };
        self.files.put(&path, StoredFile::result(content, now));
        let url = self.files.url(&self.base, &path);
        if fault.is_some() {
            let base = self.base.clone();
            self.files.set_fault(&base, &url, fault);
        }
        url
    }

    /// KIE docs, music through the task interface: a list of tracks.
    fn music_result(&mut self, id: &str, urls: &[String], now: i64) -> Value {
        let title = self.task(id).map_or("", |task| task.prompt()).to_owned();
        let title = match self.task(id).and_then(|task| task.input.get("title")?.as_str()) {
            Some(given) => given.to_owned(),
            None => title.chars().take(40).collect(),
        };
        let mut tracks = Vec::new();
        for url in urls {
            let track = self.hex();
            let path = format!("s/{track}.png");
            let cover = Content::Picture {
                text: title.clone(),
                size: Size::of_ratio("1:1"),
                number: tracks.len(),
            };
            self.files.put(&path, StoredFile::result(cover, now));
            tracks.push(json!({
                "id": track,
                "audio_url": url,
                "stream_audio_url": url,
                "image_url": self.files.url(&self.base, &path),
                "title": title,
                "duration": 4.0,
            }));
        }
        json!({ "data": tracks })
    }
}

/// `None` for what makes a persona.
fn text_result(model: &str, prompt: &str) -> Option<Value> {
    Some(match model {
        "ai-music-api/generate-persona" => return None,
        "omnihuman-1-5/human-identification" => json!({"resultObject": {"subject_status": 1}}),
        "ai-music-api/generate-lyrics" => {
            let text = |last: &str| format!("[Verse]\n{prompt}\n[Chorus]\n{last}");
            let (first, second) = (text("La la la"), text("Hey hey hey"));
            json!({"resultObject": {"lyricsData": [
                {"text": first, "title": "Song", "status": "complete", "errorMessage": ""},
                {"text": second, "title": "Second song", "status": "complete", "errorMessage": ""},
            ]}})
        }
        // KIE docs, get-timestamped-lyrics.
        "ai-music-api/timeStamped-lyrics" => {
            let word = |text: &str, start: f64| json!({"word": text, "success": true, "startS": start, "endS": start + 0.4, "palign": 0});
            let words = [
                word("[Verse]\nLa ", 1.25),
                word("la\n", 1.75),
                word("[Chorus]\nHey ", 61.5),
                word("hey", 62.0),
            ];
            json!({"resultObject": {"alignedWords": words, "waveformData": [0, 0.5, 1], "hootCer": 0.1, "isStreamed": false}})
        }
        // KIE docs, generate-midi: times stand as numbers and as strings.
        "ai-music-api/generate-midi-from-audio" => {
            let bass =
                [json!({"pitch": 44, "start": 7.6875, "end": "7.911458333333333", "velocity": 1})];
            let drums = [
                json!({"pitch": 36, "start": "0.036458333333333336", "end": "0.18229166666666666", "velocity": 1}),
                json!({"pitch": 38, "start": 0.5, "end": 0.625, "velocity": 0.5}),
            ];
            json!({"resultObject": {"state": "complete", "instruments": [
                {"name": "Drums", "notes": drums},
                {"name": "Electric Bass (finger)", "notes": bass},
            ]}})
        }
        // KIE docs, boost-music-style: `result` of the product's answer.
        "ai-music-api/boost-music-style" => {
            json!({"resultObject": {"result": format!("{prompt}, warm analog synths, soft drums, slow tempo, dreamy vocals")}})
        }
        _ => json!({"resultObject": {"text": format!("Result for: {prompt}")}}),
    })
}
