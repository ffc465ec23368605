//! `POST /api/v1/jobs/createTask`: the checks in the order of the real service, and its chaos.

use super::{
    rules::{Checked, Format, MediaLink, ModelRules, Refusal},
    server::{Answer, html_502, is_json, key_of},
    tasks::{Task, TaskState},
    wire::Wire,
    world::{KieWorld, State},
};
use axum::{
    body::Body,
    extract::State as Extracted,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;

/// KIE docs: 20 new tasks per 10 seconds and account; the rest is refused, not queued.
const WINDOW_MS: i64 = 10_000;
const WINDOW_TASKS: usize = 20;

pub(super) const TOO_OFTEN: &str = "Your call frequency is too high. Please try again later.";
/// KIE's own words, with U+2019 in them.
pub(super) const NO_CREDITS: &str = "Credits insufficient : Your current balance isn’t enough to run this request. Please top up to continue.";
pub(super) const UNKNOWN_MODEL: &str = "The model name you specified is not supported. Please verify your input and use one of the supported models provided by KIE.";

/// What happens to a createTask that is valid otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreateFault {
    /// 429; nothing is created.
    RateLimited,
    /// 402; nothing is created.
    NoCredits,
    /// 401; nothing is created.
    Unauthorized,
    /// 433, the key's own limit is used up; nothing is created.
    SubKeyLimit433,
    /// 500 with KIE's text for trouble of its own; nothing is created.
    ServerError500,
    /// 455; nothing is created.
    Maintenance455,
    /// The edge's HTML page with HTTP 502; nothing is created.
    Html502,
    /// The connection breaks; nothing is created.
    CutBeforeCreate,
    /// The task is created and charged, then the connection breaks.
    CutAfterCreate,
    /// The task is created and charged; the answer never comes.
    StallAfterCreate,
    /// The task is created and charged; the answer says 200 and names no task.
    OkWithoutTaskId,
    /// HTTP 200 with something that is not JSON; nothing is created.
    Garbage200,
    /// The task is created, succeeds, its callback is sent and answered; then comes the answer.
    CallbackFirst,
    /// As [`CreateFault::CallbackFirst`], but the connection breaks instead of the answer.
    CallbackFirstThenCut,
    /// An envelope with this code and text; nothing is created.
    BodyText(i64, String),
}

struct Order {
    rules: &'static ModelRules,
    input: Map<String, Value>,
    callback_url: Option<String>,
    doomed: bool,
}

pub(super) async fn create_task(
    Extracted(world): Extracted<KieWorld>,
    wire: Wire,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some((key, account)) = key_of(&world, &headers) else { return world.unauthorized() };
    let now = world.now();
    world.with(|state| state.count_request(&account, now));
    if !is_json(&headers) {
        world.with(|state| state.blame("createTask without Content-Type: application/json"));
        return world.unauthorized();
    }
    let order = match world.with(|state| state.read_order(&body, &account, now)) {
        Ok(order) => order,
        Err(refusal) => {
            world.with(|state| state.blame(format!("createTask: {}", refusal.detail)));
            return world.refuse(refusal.code, &refusal.message);
        }
    };
    let fault = world.with(|state| state.create_faults.pop_front());
    let after = match fault.map_or(Ok(After::Answer), |fault| fault.act(&world, &wire)) {
        Ok(after) => after,
        Err(response) => return *response,
    };
    let id = match world.with(|state| state.create(order, &key, &account, now)) {
        Ok(id) => id,
        Err(answer) => return world.reply(answer),
    };
    let created = Answer::success(json!({"taskId": id, "recordId": id}));
    match after {
        After::Answer => world.reply(created),
        After::Cut => wire.cut(),
        After::Stall => {
            world.closed().await;
            wire.cut()
        }
        After::NameNoTask => world.reply(Answer::success(Value::Null)),
        After::CallbackThenAnswer => {
            world.succeed(&id).await;
            world.reply(created)
        }
        After::CallbackThenCut => {
            world.succeed(&id).await;
            wire.cut()
        }
    }
}

/// What follows the creation of a task.
enum After {
    Answer,
    Cut,
    Stall,
    NameNoTask,
    CallbackThenAnswer,
    CallbackThenCut,
}

impl CreateFault {
    /// What follows the creation, or the response when nothing is to be created.
    fn act(self, world: &KieWorld, wire: &Wire) -> Result<After, Box<Response>> {
        let response = match self {
            Self::CutAfterCreate => return Ok(After::Cut),
            Self::StallAfterCreate => return Ok(After::Stall),
            Self::OkWithoutTaskId => return Ok(After::NameNoTask),
            Self::CallbackFirst => return Ok(After::CallbackThenAnswer),
            Self::CallbackFirstThenCut => return Ok(After::CallbackThenCut),
            Self::RateLimited => world.refuse(429, TOO_OFTEN),
            Self::NoCredits => world.refuse(402, NO_CREDITS),
            Self::Unauthorized => world.unauthorized(),
            Self::SubKeyLimit433 => {
                world.refuse(433, "Request Limit - Sub-key Usage Exceeds Limit")
            }
            Self::ServerError500 => world.refuse(500, "Server exception, please try again later"),
            Self::Maintenance455 => {
                world.refuse(455, "Service unavailable. The system is under maintenance.")
            }
            Self::Html502 => html_502(),
            Self::CutBeforeCreate => wire.cut(),
            Self::Garbage200 => {
                let kind = [(header::CONTENT_TYPE, "application/json")];
                (kind, Body::from("{\"code\":200,\"ms")).into_response()
            }
            Self::BodyText(code, text) => world.refuse(code, &text),
        };
        Err(Box::new(response))
    }
}

fn refusal(code: i64, message: &str, detail: impl Into<String>) -> Refusal {
    Refusal { code, message: message.to_owned(), detail: detail.into() }
}

fn prune(times: &mut VecDeque<i64>, now: i64) {
    while times.front().is_some_and(|at| now - at >= WINDOW_MS) {
        times.pop_front();
    }
}

impl State {
    fn count_request(&mut self, account: &str, now: i64) {
        let account = self.account(account);
        prune(&mut account.asked, now);
        account.asked.push_back(now);
        let rate = account.asked.len();
        self.max_create_rate = self.max_create_rate.max(rate);
    }

    fn read_order(&mut self, body: &[u8], account: &str, now: i64) -> Result<Order, Refusal> {
        let Ok(Value::Object(mut request)) = serde_json::from_slice::<Value>(body) else {
            return Err(refusal(400, "The request body is not valid JSON", "body is not JSON"));
        };
        let text = String::from_utf8_lossy(body);
        if text.contains("api.telegram.org") || text.contains("/file/bot") {
            self.blame("telegram link leaked: createTask");
        }
        let known = ["model", "input", "callBackUrl"];
        if let Some(key) = request.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(refusal(422, "Invalid parameter", format!("unknown top-level key {key}")));
        }
        let rules = match request.get("model") {
            Some(Value::String(model)) => match self.shelf.model(model) {
                Some(rules) => rules,
                None => {
                    return Err(refusal(422, UNKNOWN_MODEL, format!("unknown model {model}")));
                }
            },
            Some(_) | None => {
                return Err(refusal(422, "Invalid model", "model is missing or not a text"));
            }
        };
        let callback_url = match request.remove("callBackUrl") {
            None => None,
            Some(Value::String(url)) if is_web(&url) => Some(url),
            Some(other) => {
                return Err(refusal(422, "Invalid callBackUrl", format!("callBackUrl is {other}")));
            }
        };
        let input = match request.remove("input") {
            Some(Value::Object(input)) => input,
            Some(_) | None => {
                return Err(refusal(500, "This field is required", "input is missing"));
            }
        };
        let named = |mut why: Refusal| {
            why.detail = format!("{}: {}", rules.id, why.detail);
            why
        };
        let Checked { links, unknown } = rules.check(&input).map_err(named)?;
        for key in unknown {
            self.blame(format!("unknown input key: {}: {key}", rules.id));
        }
        let doomed = self.check_links(&links, now).map_err(named)?;
        let doomed = !self.knows_earlier(rules, &input, account) || doomed;
        Ok(Order { rules, input, callback_url, doomed })
    }

    /// Whether what the input says about an earlier task is true: a task of this account that
    /// succeeded, and a track that it made. The real service takes such an order and fails later.
    fn knows_earlier(
        &mut self,
        rules: &ModelRules,
        input: &Map<String, Value>,
        account: &str,
    ) -> bool {
        let given = |names: [&str; 2]| names.iter().find_map(|name| input.get(*name)?.as_str());
        let (task, track) = (given(["task_id", "taskId"]), given(["audio_id", "audioId"]));
        let done = |found: &&Task| found.account == account && found.state == TaskState::Success;
        let tracks = |found: &Task| {
            let made = found.result.as_ref().and_then(|result| result.get("data")?.as_array());
            made.into_iter().flatten().any(|made| made.get("id").and_then(Value::as_str) == track)
        };
        let mut faults = Vec::new();
        if let Some(id) = task {
            let found = self.index.get(id).and_then(|at| self.tasks.get(*at));
            match found.filter(done) {
                None => faults.push(format!("{}: there is no finished task {id}", rules.id)),
                Some(found) if track.is_some() && !tracks(found) => {
                    faults.push(format!("{}: the task {id} made no such track", rules.id));
                }
                Some(_) => {}
            }
        } else if track.is_some() && !self.tasks.iter().filter(done).any(tracks) {
            faults.push(format!("{}: no task of the account made the track", rules.id));
        }
        // KIE docs, generate-midi: "taskId" is that of a completed vocal separation.
        let of = task.and_then(|id| self.tasks.get(*self.index.get(id)?));
        if rules.id == "ai-music-api/generate-midi-from-audio"
            && of.is_some_and(|of| of.rules.id != "ai-music-api/separate-vocals")
        {
            faults.push(format!("{}: the task is no separation", rules.id));
        }
        faults.extend(self.strange_likenesses(rules, input, account));
        let known = faults.is_empty();
        faults.into_iter().for_each(|fault| self.blame(fault));
        known
    }

    /// What the input says of personas, voices and characters that no task of the account made.
    fn strange_likenesses(
        &self,
        rules: &ModelRules,
        input: &Map<String, Value>,
        account: &str,
    ) -> Vec<String> {
        let mut faults = Vec::new();
        if let Some(persona) = input.get("persona_id") {
            let of_account = |found: &Task| {
                let made = found.result.as_ref().and_then(|result| result.get("resultObject"));
                found.account == account
                    && made.and_then(|made| made.get("persona_id")) == Some(persona)
            };
            if !self.tasks.iter().any(of_account) {
                faults.push(format!("{}: the account has no persona {persona}", rules.id));
            }
            // KIE docs, Suno: a persona is only available in custom mode.
            let own = ["custom_mode", "default_param_flag"].map(|name| input.get(name));
            if !own.contains(&Some(&Value::Bool(true))) {
                faults.push(format!("{}: a persona beside no words of one's own", rules.id));
            }
        }
        for list in ["audio_ids", "character_ids"] {
            // Only other endpoints make them, and this world has none of those.
            if input.get(list).and_then(Value::as_array).is_some_and(|ids| !ids.is_empty()) {
                faults.push(format!("{}: nobody made what {list} names", rules.id));
            }
        }
        faults
    }

    /// True when a file cannot be fetched, so that the task fails later.
    fn check_links(&mut self, links: &[MediaLink], now: i64) -> Result<bool, Refusal> {
        let mut doomed = false;
        for link in links {
            if !is_web(&link.url) {
                self.blame(format!("{} is not a web address: {}", link.field, link.url));
                doomed = true;
                continue;
            }
            let Some(file) = self.files.alive(&self.base, &link.url, now) else {
                doomed = true;
                continue;
            };
            let prefix = match link.format {
                Format::Image => "image/",
                Format::Video => "video/",
                Format::Audio => "audio/",
                Format::Any => "",
            };
            if !file.content.mime().starts_with(prefix) {
                let detail = format!("{} is {}", link.field, file.content.mime());
                return Err(refusal(500, "File type not supported", detail));
            }
            let size = u64::try_from(file.content.known_size()).unwrap_or(u64::MAX);
            let sides = file.content.sides();
            if let Some((width, height)) = sides.filter(|(w, h)| !link.sides.take(*w, *h)) {
                self.blame(format!("{} may not be {width}x{height}", link.field));
                doomed = true;
            }
            let limit = link.max_file_mb.unwrap_or(u64::MAX).saturating_mul(1024 * 1024);
            if size > limit {
                self.blame(format!("{} is larger than {limit} bytes", link.field));
                doomed = true;
            }
        }
        Ok(doomed)
    }

    fn create(
        &mut self,
        order: Order,
        key: &str,
        account_name: &str,
        now: i64,
    ) -> Result<String, Answer> {
        let price = order.rules.price(&order.input).plus(self.surcharge);
        let account = self.account(account_name);
        if account.credits < price {
            return Err(Answer::refusal(402, NO_CREDITS));
        }
        prune(&mut account.created, now);
        if account.created.len() >= WINDOW_TASKS {
            return Err(Answer::refusal(429, TOO_OFTEN));
        }
        account.created.push_back(now);
        account.credits = account.credits.minus(price);
        let id = self.hex();
        self.index.insert(id.clone(), self.tasks.len());
        self.tasks.push(Task {
            id: id.clone(),
            rules: order.rules,
            input: order.input,
            state: TaskState::Waiting,
            silent: false,
            callback_url: order.callback_url,
            created_ms: now,
            finished_ms: None,
            key: key.to_owned(),
            account: account_name.to_owned(),
            price,
            doomed: order.doomed,
            result: None,
            urls: Vec::new(),
            failure: None,
            envelope: None,
            polls: 0,
            poll_times: VecDeque::new(),
            callback_due: false,
        });
        Ok(id)
    }
}

fn is_web(url: &str) -> bool {
    url.strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"))
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}
