//! Many people, several processes, and everything that goes wrong at once. A short version of
//! `make chaos`: what no order of single steps can show, real races between processes, callbacks
//! and kills.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use fleet::Plan;

#[tokio::test(flavor = "multi_thread")]
async fn many_orders_survive_faults_kills_and_races() {
    let folder = tempfile::Builder::new()
        .prefix("kiebot-chaos-")
        .permissions(Permissions::from_mode(0o755))
        .tempdir()
        .unwrap();
    let program = PathBuf::from(env!("CARGO_BIN_EXE_kiebot"));
    let plan = Plan::short(program, folder.path().to_path_buf());
    let (orders, people) = (plan.orders, plan.people);
    let outcome = fleet::chaos(plan).await.unwrap();
    assert!(outcome.wrong.is_empty(), "{outcome}");
    assert!(outcome.orders >= orders.try_into().unwrap(), "{outcome}");
    assert!(outcome.ends.delivered >= people, "{outcome}");
    assert!(outcome.killed > 0, "{outcome}");
    assert!(outcome.faults > 0, "{outcome}");
}
