//! Payment providers: `YooKassa` and Crypto Pay, over one plain world of payments.
//!
//! Written from the providers' public documentation. [`PayWorld`] is what tests and the demo hold:
//! people pay through its verbs, notifications go out or are lost. [`PayServer`] is the HTTP face:
//! `YooKassa` under `/v3`, Crypto Pay under `/api`, and a page to pay at under `/pay`.

mod crypto_pay;
mod page;
mod yookassa;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use tokio::net::TcpListener;

/// The shop's number and key that are let in.
pub const SHOP: (&str, &str) = ("100500", "test_secret_of_the_shop");
/// The token of the application at Crypto Pay that is let in.
pub const CRYPTO_TOKEN: &str = "12345:AAcrypto-token-of-the-application";

/// Who holds a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// `YooKassa`.
    YooKassa,
    /// Crypto Pay.
    CryptoPay,
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It can be paid.
    Pending,
    /// It is paid.
    Paid,
    /// It cannot be paid any more.
    Cancelled,
}

/// A payment at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The provider's name of it.
    pub id: String,
    /// Who holds it.
    pub holder: Holder,
    /// As the shop wrote it: `500.00`.
    pub amount: String,
    /// Three letters.
    pub currency: String,
    /// What the shop wants to find again: metadata of one, payload of the other.
    pub note: serde_json::Value,
    /// Where it stands.
    pub stage: Stage,
    /// Given back.
    pub refunded: bool,
    /// Unix milliseconds.
    pub created_ms: i64,
}

/// What goes wrong with the next call on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 500 before anything was done.
    Broken,
    /// It is done, and the answer is 500.
    BrokenAfterEffect,
    /// 429; nothing was done.
    Busy,
    /// 400 with a reason; nothing was done.
    Refused,
}

/// What a world is made of.
#[derive(Clone)]
pub struct PaySetup {
    /// Unix milliseconds, as the owner of the world sees it.
    pub now: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// For notifications.
    pub http: reqwest::Client,
    /// The program's address, for notifications.
    pub notify: String,
}

/// The providers; a cheap handle, all clones see the same.
#[derive(Clone)]
pub struct PayWorld(Arc<Inner>);

struct Inner {
    setup: PaySetup,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Vec<Held>,
    keys: HashMap<String, (String, String)>,
    faults: VecDeque<(String, Fault)>,
    violations: Vec<String>,
    url: String,
}

impl std::fmt::Debug for PayWorld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PayWorld").finish_non_exhaustive()
    }
}

impl PayWorld {
    /// Providers without payments.
    #[must_use]
    pub fn new(setup: PaySetup) -> Self {
        Self(Arc::new(Inner { setup, state: Mutex::default() }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> i64 {
        (self.0.setup.now)()
    }

    /// All payments, in order.
    #[must_use]
    pub fn held(&self) -> Vec<Held> {
        self.lock().held.clone()
    }

    /// Calls that do not agree with the documentation; a right shop makes none.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.lock().violations.clone()
    }

    /// The next call of that kind (`create`, `find`, `list`, `refund`) meets a fault.
    pub fn next_call(&self, kind: &str, fault: Fault) {
        self.lock().faults.push_back((kind.to_owned(), fault));
    }

    /// How many faults still wait for their call.
    #[must_use]
    pub fn faults_left(&self) -> usize {
        self.lock().faults.len()
    }

    /// A payment is something else than it was: another sum, currency or note.
    pub fn change(&self, id: &str, change: impl FnOnce(&mut Held)) {
        if let Some(held) = self.lock().held.iter_mut().find(|held| held.id == id) {
            change(held);
        }
    }

    /// The person pays, and nobody is told. Says whether it could be paid.
    pub fn pays_silently(&self, id: &str) -> bool {
        let mut state = self.lock();
        let held = state.held.iter_mut().find(|held| held.id == id);
        let Some(held) = held.filter(|held| held.stage == Stage::Pending) else { return false };
        held.stage = Stage::Paid;
        true
    }

    /// The person pays, and the program is told; answers with what the program said.
    pub async fn pays(&self, id: &str) -> Option<u16> {
        if !self.pays_silently(id) {
            return None;
        }
        self.notifies(id).await
    }

    /// The provider tells the program of a payment, once more if need be.
    pub async fn notifies(&self, id: &str) -> Option<u16> {
        let held = self.held().into_iter().find(|held| held.id == id)?;
        let (path, headers, body) = match held.holder {
            Holder::YooKassa => yookassa::notification(&held),
            Holder::CryptoPay => crypto_pay::notification(&held),
        };
        self.sends(path, headers, body).await
    }

    /// Somebody sends anything to the program's address for notifications.
    pub async fn sends(
        &self,
        path: &str,
        headers: Vec<(&'static str, String)>,
        body: String,
    ) -> Option<u16> {
        let setup = &self.0.setup;
        let mut request = setup.http.post(format!("{}{path}", setup.notify)).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.send().await.ok().map(|response| response.status().as_u16())
    }

    fn fault(&self, kind: &str) -> Option<Fault> {
        let mut state = self.lock();
        let at = state.faults.iter().position(|(waiting, _)| waiting == kind)?;
        state.faults.remove(at).map(|(_, fault)| fault)
    }

    fn violates(&self, what: impl Into<String>) {
        self.lock().violations.push(what.into());
    }
}

/// A running server; it stops when it is dropped.
#[derive(Debug)]
pub struct PayServer {
    /// Its address, such as `http://127.0.0.1:40123`.
    pub url: String,
    serving: tokio::task::JoinHandle<()>,
}

impl PayServer {
    /// Serves the world. Port 0 takes a free one.
    ///
    /// # Errors
    /// The address cannot be listened to.
    pub async fn start(world: PayWorld, bind: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(bind).await?;
        let url = format!("http://{}", listener.local_addr()?);
        world.lock().url.clone_from(&url);
        let routes = Router::new()
            .merge(yookassa::routes())
            .merge(crypto_pay::routes())
            .merge(page::routes())
            .with_state(world);
        let serving = tokio::spawn(async move {
            axum::serve(listener, routes).await.ok();
        });
        Ok(Self { url, serving })
    }
}

impl Drop for PayServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
