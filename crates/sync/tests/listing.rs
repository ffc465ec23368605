//! The catalogue beside the emulator's listing, which is written from KIE's documents by code of its
//! own.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use catalog::{Catalog, Sale, Why};
use clock::{Clock, ManualClock};
use kie::{KieClient, KieSettings};
use sandbox::kie::{DEFAULT_KEY, KieServer, KieSetup, KieWorld, ListingFault};
use secrecy::SecretString;
use serde_json::{Value, json};
use sqlx::PgPool;
use sync::{Applied, Change, ChangeKind, Mode, RunState, Syncer, SyncerParts};
use time::macros::datetime;

struct Stage {
    kie: KieWorld,
    _server: KieServer,
    pool: PgPool,
    hand: ManualClock,
    clock: Clock,
    builtin: Arc<Catalog>,
    syncer: Syncer,
}

async fn stage() -> Stage {
    let _first = rustls::crypto::ring::default_provider().install_default();
    let (clock, hand) = Clock::manual(datetime!(2026-03-02 09:00 UTC));
    let now = {
        let clock = clock.clone();
        Arc::new(move || i64::try_from(clock.now().unix_timestamp_nanos() / 1_000_000).unwrap())
    };
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let world = KieWorld::new(KieSetup { now, http, seed: 3 });
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = KieServer::start(world.clone(), anywhere).await.unwrap();
    let settings = KieSettings {
        api_url: server.url.clone(),
        upload_url: server.url.clone(),
        keys: vec![SecretString::from(DEFAULT_KEY)],
        webhook_hmac: None,
        pace: kie::Pace::default(),
        timeouts: kie::Timeouts::default(),
    };
    let client = kie::http_client_builder().no_proxy().build().unwrap();
    let kie = KieClient::new(settings, client, clock.clone()).unwrap();
    let pool = test_db::fresh_pool().await;
    let builtin = Arc::new(Catalog::builtin().unwrap());
    let parts = SyncerParts {
        pool: pool.clone(),
        kie,
        builtin: Arc::clone(&builtin),
        clock: clock.clone(),
        operators: Vec::new(),
    };
    let syncer = Syncer::new(parts);
    Stage { kie: world, _server: server, pool, hand, clock, builtin, syncer }
}

impl Stage {
    /// A whole run, time passing as it is waited for.
    async fn runs(&self, mode: Mode) -> (sync::Run, Vec<Change>) {
        let hand = self.hand.clone();
        let passing = async move {
            loop {
                hand.advance(std::time::Duration::from_millis(1_100));
                tokio::task::yield_now().await;
            }
        };
        let id = tokio::select! {
            id = self.syncer.run(mode, "command") => id.unwrap(),
            () = passing => unreachable!(),
        };
        let mut connection = self.pool.acquire().await.unwrap();
        let run = sync::last_runs(&mut connection, 0, 1).await.unwrap().remove(0);
        assert_eq!(run.id, id);
        (run, sync::changes_of(&mut connection, id).await.unwrap())
    }

    async fn catalog(&self) -> Catalog {
        let mut connection = self.pool.acquire().await.unwrap();
        self.builtin.with(&sync::overlays(&mut connection).await.unwrap())
    }

    fn edits(&self, id: &str, edit: impl FnOnce(&mut Value)) {
        let mut model = self.kie.model_data(id).unwrap();
        edit(&mut model);
        self.kie.offer(model).unwrap();
    }
}

fn shown(changes: &[Change]) -> Vec<String> {
    changes.iter().map(|change| format!("{} {:?}", change.model, change.kind)).collect()
}

#[tokio::test]
async fn the_documented_listing_says_nothing_new_and_then_every_change_is_found() {
    let stage = stage().await;
    // Tiers of the price list that the schema does not offer, and prices by the token, which
    // our tables hold as an upper bound of an answer.
    let (run, changes) = stage.runs(Mode::Apply).await;
    assert_eq!((run.state, run.error), (RunState::Done, None));
    let tiers = changes.iter().all(|change| {
        let by_token = stage.builtin.model(&change.model).unwrap().price_is_upper_bound();
        (by_token || change.model.starts_with("wan/2-2-"))
            && matches!(change.kind, ChangeKind::PriceDiffers { .. })
    });
    assert!(tiers && changes.len() == 7, "{:?}", shown(&changes));
    stage.kie.set_odd_documents(true);
    stage.edits("z-image", |model| model["prices"][0]["credits"] = json!("0.9"));
    stage.edits("google/nano-banana", |model| model["title"] = json!("Banana"));
    stage.kie.delist("recraft/crisp-upscale");
    let (run, changes) = stage.runs(Mode::Dry).await;
    let found: Vec<_> =
        changes.iter().map(|change| (change.model.as_str(), change.kind.word())).collect();
    assert_eq!(
        found,
        [
            ("google/nano-banana", "price unclear"),
            ("recraft/crisp-upscale", "gone"),
            ("z-image", "price")
        ]
    );
    assert_eq!(run.applied_at, None);
    assert!(stage.catalog().await.model("recraft/crisp-upscale").unwrap().is_on_sale());
    stage.accepts(run.id).await;
    // A list that lacks nearly everything is no list.
    stage.kie.set_listing_fault(Some(ListingFault::Empty));
    let (run, _) = stage.runs(Mode::Apply).await;
    assert_eq!(run.state, RunState::Failed);
    assert!(run.error.unwrap().starts_with("the list names 0 of"));
    assert_eq!(stage.kie.violations(), [] as [String; 0]);
}

impl Stage {
    /// The operator's press, once and once more.
    async fn accepts(&self, run: i64) {
        let mut connection = self.pool.acquire().await.unwrap();
        let (pending, changes) = sync::pending_changes(&mut connection).await.unwrap().unwrap();
        assert_eq!((pending, changes.len()), (run, 3));
        let now = self.clock.now();
        let applied = sync::apply(&mut connection, now, run).await.unwrap();
        assert_eq!(applied, Applied::Done(3));
        assert_eq!(sync::apply(&mut connection, now, run).await.unwrap(), Applied::Already);
        assert_eq!(sync::apply(&mut connection, now, run - 1).await.unwrap(), Applied::Already);
        assert_eq!(sync::apply(&mut connection, now, 77).await.unwrap(), Applied::NoSuchRun);
        assert_eq!(sync::pending_changes(&mut connection).await.unwrap(), Some((run, Vec::new())));
        assert_eq!(sync::revision(&mut connection).await.unwrap(), 1);
        drop(connection);
        let catalog = self.catalog().await;
        let Sale::NotSold { why, .. } = catalog.model("recraft/crisp-upscale").unwrap().sale()
        else {
            panic!("it is sold");
        };
        assert_eq!(*why, Why::Delisted);
        let price = catalog.model("z-image").unwrap().from_credits().unwrap();
        assert_eq!(price.to_string(), "0.9");
    }
}
