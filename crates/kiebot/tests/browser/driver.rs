//! A small client of `WebDriver` (W3C), and a headless Chromium of the size of a phone behind it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// How long anything that the page is waited for may take.
const PATIENCE: Duration = Duration::from_secs(45);

/// The key under which `WebDriver` keeps the reference of an element (the standard, §12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

const HOW_TO_INSTALL: &str = "install both (Debian: apt-get install -y chromium chromium-driver)";

/// What every script of ours may use: texts are compared without the spaces that never break.
const PRELUDE: &str = r"
const done = arguments[arguments.length - 1];
const plain = (text) => text.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ').trim();
const isMoving = (part) => document.getAnimations().some(({ effect, playState }) => playState === 'running'
  && effect.getTiming().iterations !== Infinity && effect.target.contains(part));
";

/// Looks again at each change of the page, so that nothing is ever waited for by the clock. The end
/// of the loading of a picture is heard by the document, and never by the window (DOM, §4.5).
const WATCH: &str = r"
const watcher = new MutationObserver(check);
const events = ['load', 'error', 'animationend', 'animationcancel', 'transitionend', 'transitioncancel'];
function check() {
  const found = look(...arguments_given);
  if (!found) return;
  watcher.disconnect();
  for (const type of events) document.removeEventListener(type, check, true);
  done(found);
}
watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
for (const type of events) document.addEventListener(type, check, true);
check();
";

/// Why a command of `WebDriver` was not done.
struct Refusal {
    /// The code of the standard, such as `stale element reference`.
    code: String,
    message: String,
}

/// A browser with one page open. Dropping it ends the browser and its driver.
pub(crate) struct Browser {
    http: reqwest::Client,
    session: String,
    driver: Child,
    home: TempDir,
}

impl Browser {
    /// Opens a page of 390 × 844 with fingers instead of a mouse.
    pub(crate) async fn open(url: &str) -> Self {
        let chromium =
            program(&["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]);
        let driver_program = program(&["chromedriver", "/usr/lib/chromium/chromedriver"]);
        let home = tempfile::tempdir().unwrap();
        // The group has the browser in it too: a driver that is killed would leave it running.
        let mut driver = Command::new(driver_program)
            .arg("--port=0")
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", home.path())
            .env("TMPDIR", home.path())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let port = port_of(&mut driver).await;
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE * 2).build().unwrap();
        let mut browser =
            Self { http, session: format!("http://127.0.0.1:{port}/session"), driver, home };
        let session =
            browser.must(Method::POST, "", capabilities(&chromium, browser.home.path())).await;
        browser.session = format!("{}/{}", browser.session, session["sessionId"].as_str().unwrap());
        let patience = u64::try_from(PATIENCE.as_millis()).unwrap();
        browser
            .must(Method::POST, "/timeouts", json!({ "script": patience, "pageLoad": patience }))
            .await;
        browser.must(Method::POST, "/url", json!({ "url": url })).await;
        browser
    }

    /// Waits until `look` (the body of a function over `given`) answers something, and answers it.
    pub(crate) async fn waits_for(&self, what: &str, look: &str, given: Value) -> Value {
        let script = format!(
            "{PRELUDE}\nconst arguments_given = [...arguments].slice(0, -1);\n\
             const look = (...given) => {{ {look} }};\n{WATCH}"
        );
        let asked = json!({ "script": script, "args": given });
        match self.ask(Method::POST, "/execute/async", asked).await {
            Ok(found) => found,
            Err(refusal) => {
                self.screenshot("failure").await;
                let shown = self.evaluate("return document.body.innerText").await;
                let shown = shown.as_str().unwrap_or_default().to_owned();
                panic!(
                    "{what}: not found ({}: {}); the page shows:\n{shown}",
                    refusal.code, refusal.message
                )
            }
        }
    }

    /// Runs the body of a function in the page.
    pub(crate) async fn evaluate(&self, body: &str) -> Value {
        self.must(Method::POST, "/execute/sync", json!({ "script": body, "args": [] })).await
    }

    /// Taps what `look` finds, as a finger does: it has to be on the screen with nothing over it.
    /// A finger waits until the thing has stopped moving.
    pub(crate) async fn taps(&self, what: &str, look: &str, given: Value) {
        let look = format!(
            "const part = (() => {{ {look} }})(); return part && !isMoving(part) ? part : null;"
        );
        loop {
            let found = self.waits_for(what, &look, given.clone()).await;
            let path = format!("/element/{}/click", reference(&found));
            match self.ask(Method::POST, &path, json!({})).await {
                Ok(_) => return,
                // The message was drawn anew between the look and the tap.
                Err(refusal) if refusal.code == "stale element reference" => {}
                Err(refusal) => panic!("{what}: {}: {}", refusal.code, refusal.message),
            }
        }
    }

    /// Types with the keyboard into what `look` finds.
    pub(crate) async fn types(&self, what: &str, look: &str, text: &str) {
        let found = self.waits_for(what, look, json!([])).await;
        let path = format!("/element/{}/value", reference(&found));
        self.must(Method::POST, &path, json!({ "text": text })).await;
    }

    /// What the page complained of in its console since the last question.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let entries = self.must(Method::POST, "/se/log", json!({ "type": "browser" })).await;
        let entries = entries.as_array().unwrap();
        let is_complaint =
            |entry: &&Value| entry["level"] == "SEVERE" || entry["level"] == "WARNING";
        entries.iter().filter(is_complaint).map(Value::to_string).collect()
    }

    /// Keeps a picture of the page when `KIEBOT_SCREENSHOTS` names a folder for them.
    pub(crate) async fn screenshot(&self, name: &str) {
        let Some(folder) = env::var_os("KIEBOT_SCREENSHOTS") else { return };
        let picture = self.must(Method::GET, "/screenshot", Value::Null).await;
        let picture =
            base64::engine::general_purpose::STANDARD.decode(picture.as_str().unwrap()).unwrap();
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
    }

    /// Closes the browser in good order.
    pub(crate) async fn close(self) {
        self.must(Method::DELETE, "", Value::Null).await;
    }

    async fn must(&self, method: Method, path: &str, body: Value) -> Value {
        match self.ask(method, path, body).await {
            Ok(value) => value,
            Err(refusal) => panic!("WebDriver {path}: {}: {}", refusal.code, refusal.message),
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Result<Value, Refusal> {
        let mut request = self.http.request(method, format!("{}{path}", self.session));
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let succeeded = response.status().is_success();
        let mut answer: Value = response.json().await.unwrap();
        let value = answer["value"].take();
        if succeeded {
            return Ok(value);
        }
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        Err(Refusal { code: text("error"), message: text("message") })
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(group) = self.driver.id() {
            signal("KILL", &format!("-{group}"));
        }
    }
}

/// Sends a signal to a process, or to a group when the number is negative.
pub(crate) fn signal(name: &str, to: &str) {
    let sent = std::process::Command::new("sh")
        .args(["-c", "kill -s \"$0\" -- \"$1\"", name, to])
        .status();
    // A panic here would hide the one that made the test end.
    if let Err(error) = sent {
        println!("the signal {name} was not sent to {to}: {error}");
    }
}

fn capabilities(chromium: &Path, home: &Path) -> Value {
    let arguments = [
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--no-proxy-server".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--window-size=390,844".to_owned(),
        format!("--user-data-dir={}", home.join("profile").display()),
    ];
    let phone =
        json!({ "width": 390, "height": 844, "pixelRatio": 1.0, "mobile": true, "touch": true });
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "goog:chromeOptions": {
            "binary": chromium,
            "args": arguments,
            "mobileEmulation": { "deviceMetrics": phone },
        },
        "goog:loggingPrefs": { "browser": "ALL" },
    }}})
}

/// The first of these programs that is installed. A test that cannot look at the page has failed.
fn program(names: &[&str]) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = env::split_paths(&path).collect();
    let found = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file());
    found.unwrap_or_else(|| {
        panic!("there is no {} (looked in PATH: {path:?}): {HOW_TO_INSTALL}", names.join(", "))
    })
}

/// The port that the driver chose: it says «… started successfully on port 40123.».
async fn port_of(driver: &mut Child) -> u16 {
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let mut said = Vec::new();
    let looking = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            let port = line.rsplit_once("successfully on port ").map(|(_, port)| port);
            if let Some(port) = port.and_then(|port| port.trim_end_matches('.').parse().ok()) {
                return port;
            }
            said.push(line);
        }
        panic!("chromedriver did not start:\n{}", said.join("\n"));
    };
    let port = tokio::time::timeout(PATIENCE, looking).await.expect("chromedriver is silent");
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    port
}

fn reference(found: &Value) -> &str {
    found[ELEMENT].as_str().unwrap()
}
