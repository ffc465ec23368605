//! The queue against a real database: its rules one by one, then random sequences.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use queue::{Allowance, Claim, Enqueued, Grant, NewJob, Priority, store};
use serde_json::json;
use sqlx::PgPool;
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);
const LEASE: Duration = Duration::from_secs(30);

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn worker(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn job(kind: &'static str) -> NewJob {
    NewJob::new("work", kind, json!({}), NOW)
}

async fn enqueue(pool: &PgPool, job: &NewJob) -> Enqueued {
    store::enqueue(&mut pool.acquire().await.unwrap(), NOW, job).await.unwrap()
}

async fn claim(pool: &PgPool, who: u128, limit: i64, now: OffsetDateTime) -> Vec<Claim> {
    store::claim(pool, "work", worker(who), limit, LEASE, now).await.unwrap()
}

async fn complete(pool: &PgPool, claim: &Claim) -> bool {
    store::complete(&mut pool.acquire().await.unwrap(), claim).await.unwrap().is_ok()
}

fn kinds(claims: &[Claim]) -> Vec<&str> {
    claims.iter().map(|claim| claim.kind.as_str()).collect()
}

#[tokio::test]
async fn urgent_jobs_come_first_and_equals_in_their_order() {
    let pool = test_db::fresh_pool().await;
    enqueue(&pool, &job("bulk").priority(Priority::Bulk)).await;
    enqueue(&pool, &job("first")).await;
    enqueue(&pool, &job("second")).await;
    enqueue(&pool, &job("press").priority(Priority::Press)).await;
    let claims = claim(&pool, 1, 10, NOW).await;
    assert_eq!(kinds(&claims), ["press", "first", "second", "bulk"]);
    assert!(claim(&pool, 2, 10, NOW).await.is_empty());
}

#[tokio::test]
async fn a_job_waits_for_its_time() {
    let pool = test_db::fresh_pool().await;
    enqueue(&pool, &NewJob::new("work", "later", json!({}), NOW + seconds(5))).await;
    assert!(claim(&pool, 1, 10, NOW + seconds(4)).await.is_empty());
    assert_eq!(store::next_due(&pool).await.unwrap(), Some(NOW + seconds(5)));
    assert_eq!(claim(&pool, 1, 10, NOW + seconds(5)).await.len(), 1);
}

#[tokio::test]
async fn a_lane_runs_one_at_a_time_in_order_even_when_its_first_job_waits() {
    let pool = test_db::fresh_pool().await;
    let in_lane =
        |kind, delay| NewJob::new("work", kind, json!({}), NOW + seconds(delay)).lane("anna");
    enqueue(&pool, &in_lane("first", 0)).await;
    enqueue(&pool, &in_lane("second", 0).priority(Priority::Press)).await;
    enqueue(&pool, &job("other").lane("boris")).await;
    let claims = claim(&pool, 1, 10, NOW).await;
    assert_eq!(kinds(&claims), ["first", "other"]);
    assert!(claim(&pool, 2, 10, NOW).await.is_empty());
    let mut connection = pool.acquire().await.unwrap();
    store::snooze(&mut connection, &claims[0], NOW + seconds(60)).await.unwrap();
    assert!(claim(&pool, 2, 10, NOW + seconds(59)).await.is_empty());
    let claims = claim(&pool, 2, 10, NOW + seconds(60)).await;
    assert_eq!(kinds(&claims), ["first"]);
    assert!(complete(&pool, &claims[0]).await);
    assert_eq!(kinds(&claim(&pool, 2, 10, NOW + seconds(60)).await), ["second"]);
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_changes_nothing() {
    let pool = test_db::fresh_pool().await;
    enqueue(&pool, &job("work")).await;
    let slow = claim(&pool, 1, 1, NOW).await.remove(0);
    assert_eq!(store::rescue(&pool, NOW + seconds(29)).await.unwrap(), 0);
    store::heartbeat(&pool, worker(1), &[slow.id], NOW + seconds(40)).await.unwrap();
    assert_eq!(store::rescue(&pool, NOW + seconds(39)).await.unwrap(), 0);
    assert_eq!(store::rescue(&pool, NOW + seconds(41)).await.unwrap(), 1);
    let quick = claim(&pool, 2, 1, NOW + seconds(41)).await.remove(0);
    assert_eq!(quick.attempt, 2);
    assert!(!complete(&pool, &slow).await);
    store::retry(&pool, &slow, "late", Duration::ZERO, NOW).await.unwrap();
    assert!(complete(&pool, &quick).await);
}

#[tokio::test]
async fn failures_wait_ten_twenty_forty_seconds_and_snoozing_is_no_failure() {
    let pool = test_db::fresh_pool().await;
    enqueue(&pool, &job("work").attempts_max(4)).await;
    let mut now = NOW;
    for wait in [10, 20, 40] {
        let claimed = claim(&pool, 1, 1, now).await.remove(0);
        let mut connection = pool.acquire().await.unwrap();
        store::snooze(&mut connection, &claimed, now + seconds(1)).await.unwrap();
        drop(connection);
        now += seconds(1);
        let claimed = claim(&pool, 1, 1, now).await.remove(0);
        store::retry(&pool, &claimed, "broken", Duration::ZERO, now).await.unwrap();
        assert!(claim(&pool, 1, 1, now + seconds(wait - 1)).await.is_empty());
        now += seconds(wait);
    }
    let claimed = claim(&pool, 1, 1, now).await.remove(0);
    store::retry(&pool, &claimed, "broken", Duration::ZERO, now).await.unwrap();
    assert!(claim(&pool, 1, 1, now + seconds(1_000_000)).await.is_empty());
    assert_eq!(store::depth(&pool, now).await.unwrap().dead, 1);
}

#[tokio::test]
async fn a_key_is_held_by_one_living_job_that_can_be_woken_and_withdrawn() {
    let pool = test_db::fresh_pool().await;
    let keyed = NewJob::new("work", "poll", json!({}), NOW + seconds(100)).key("poll:1");
    assert!(matches!(enqueue(&pool, &keyed).await, Enqueued::Created(_)));
    assert_eq!(enqueue(&pool, &keyed).await, Enqueued::Exists);
    let mut connection = pool.acquire().await.unwrap();
    assert!(store::wake(&mut connection, "poll:1", NOW).await.unwrap());
    assert!(!store::wake(&mut connection, "poll:2", NOW).await.unwrap());
    assert!(store::withdraw(&mut connection, "poll:1").await.unwrap());
    assert!(claim(&pool, 1, 1, NOW).await.is_empty());
    assert!(matches!(enqueue(&pool, &keyed).await, Enqueued::Created(_)));
}

#[tokio::test]
async fn ten_workers_racing_for_one_job_and_one_lane_never_share() {
    let pool = test_db::fresh_pool().await;
    for _ in 0..20 {
        enqueue(&pool, &job("lane").lane("one")).await;
        enqueue(&pool, &job("free")).await;
    }
    let mut finished = Vec::new();
    while finished.len() < 40 {
        let mut racers = tokio::task::JoinSet::new();
        for who in 0..10 {
            let pool = pool.clone();
            racers.spawn(async move { claim(&pool, who, 3, NOW).await });
        }
        let claims: Vec<_> = racers.join_all().await.into_iter().flatten().collect();
        let ids: HashSet<_> = claims.iter().map(|claim| claim.id).collect();
        assert_eq!(ids.len(), claims.len(), "a job was taken twice");
        assert!(claims.iter().filter(|claim| claim.lane.is_some()).count() <= 1);
        for claim in &claims {
            assert!(complete(&pool, claim).await);
            finished.push(claim.id);
        }
    }
    let unique: HashSet<_> = finished.iter().collect();
    assert_eq!(unique.len(), 40);
}

#[tokio::test]
async fn a_lease_has_one_owner_and_a_new_term_for_each() {
    let pool = test_db::fresh_pool().await;
    let ten = seconds(10);
    let lease = |who, now| queue::acquire_lease(&pool, "polling", worker(who), ten, now);
    let standing = async |now| {
        let mut connection = pool.acquire().await.unwrap();
        let standing = queue::lease_standing(&mut connection, "polling", now).await.unwrap();
        standing.map(|standing| (standing.held, standing.expires_at))
    };
    assert_eq!(standing(NOW).await, None, "nobody has ever taken it");
    let first = lease(1, NOW).await.unwrap().unwrap();
    assert_eq!(first.term, 1);
    assert!(lease(2, NOW + seconds(9)).await.unwrap().is_none());
    assert_eq!(lease(1, NOW + seconds(9)).await.unwrap().unwrap().term, 1);
    assert!(lease(2, NOW + seconds(18)).await.unwrap().is_none());
    assert_eq!(standing(NOW + seconds(18)).await, Some((true, NOW + seconds(19))));
    assert_eq!(standing(NOW + seconds(19)).await, Some((false, NOW + seconds(19))));
    assert_eq!(lease(2, NOW + seconds(19)).await.unwrap().unwrap().term, 2);
    queue::give_back_lease(&pool, &first).await.unwrap();
    assert!(lease(1, NOW + seconds(20)).await.unwrap().is_none());
    let second = lease(2, NOW + seconds(20)).await.unwrap().unwrap();
    queue::give_back_lease(&pool, &second).await.unwrap();
    assert_eq!(standing(NOW + seconds(20)).await, Some((false, NOW + seconds(30))));
    assert_eq!(lease(1, NOW + seconds(20)).await.unwrap().unwrap().term, 3);
}

#[tokio::test]
async fn an_allowance_holds_in_any_window_and_across_racing_processes() {
    let pool = test_db::fresh_pool().await;
    let allowance = Allowance { name: "kie".to_owned(), per_window: 18, window: seconds(10) };
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (pool, allowance) = (pool.clone(), allowance.clone());
        racers
            .spawn(async move { queue::take_allowance(&pool, &allowance, 3, NOW).await.unwrap() });
    }
    let granted: usize = racers
        .join_all()
        .await
        .into_iter()
        .map(|grant| match grant {
            Grant::Granted(count) => count,
            Grant::NotBefore(moment) => {
                assert_eq!(moment, NOW + seconds(10));
                0
            }
        })
        .sum();
    assert_eq!(granted, 18);
    let later = queue::take_allowance(&pool, &allowance, 1, NOW + seconds(10)).await.unwrap();
    assert_eq!(later, Grant::Granted(1));
}

/// A step of a random sequence.
#[derive(Clone, Debug)]
enum Step {
    Enqueue { lane: Option<u8>, key: Option<u8>, priority: usize, delay: u64 },
    Claim { who: u128, limit: i64 },
    Finish { pick: usize },
    Snooze { pick: usize, delay: u64 },
    Fail { pick: usize },
    Advance { by: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (proptest::option::of(0..3_u8), proptest::option::of(0..4_u8), 0..5_usize, 0..20_u64)
            .prop_map(|(lane, key, priority, delay)| Step::Enqueue { lane, key, priority, delay }),
        4 => (1..4_u128, 1..4_i64).prop_map(|(who, limit)| Step::Claim { who, limit }),
        3 => any::<usize>().prop_map(|pick| Step::Finish { pick }),
        1 => (any::<usize>(), 0..20_u64).prop_map(|(pick, delay)| Step::Snooze { pick, delay }),
        1 => any::<usize>().prop_map(|pick| Step::Fail { pick }),
        2 => (1..40_u64).prop_map(|by| Step::Advance { by }),
    ];
    proptest::collection::vec(step, 1..60)
}

/// One job as the naive model knows it.
#[derive(Clone, Debug)]
struct Model {
    id: i64,
    lane: Option<u8>,
    key: Option<u8>,
    priority: usize,
    run_at: OffsetDateTime,
    claim: Option<(Claim, OffsetDateTime)>,
}

/// What the queue must hand out: every due job that waits, heads of idle lanes only, by priority,
/// time and age.
fn expected(jobs: &[Model], limit: i64, now: OffsetDateTime) -> HashSet<i64> {
    let mut due: Vec<_> = jobs
        .iter()
        .filter(|job| job.claim.is_none() && job.run_at <= now)
        .filter(|job| {
            job.lane.is_none()
                || !jobs.iter().any(|other| {
                    other.lane == job.lane && (other.id < job.id || other.claim.is_some())
                })
        })
        .collect();
    due.sort_by_key(|job| (job.priority, job.run_at, job.id));
    due.truncate(usize::try_from(limit).unwrap());
    due.into_iter().map(|job| job.id).collect()
}

async fn play(pool: &PgPool, steps: Vec<Step>) {
    let mut now = NOW;
    let mut jobs: Vec<Model> = Vec::new();
    let mut stale: Vec<Claim> = Vec::new();
    for step in steps {
        store::rescue(pool, now).await.unwrap();
        for job in &mut jobs {
            if job.claim.as_ref().is_some_and(|(_, until)| *until < now) {
                stale.extend(job.claim.take().map(|(claim, _)| claim));
            }
        }
        let claimed: Vec<usize> =
            (0..jobs.len()).filter(|index| jobs[*index].claim.is_some()).collect();
        let picked = |pick: usize| (!claimed.is_empty()).then(|| claimed[pick % claimed.len()]);
        match step {
            Step::Enqueue { lane, key, priority, delay } => {
                let run_at = now + seconds(delay);
                let mut new = NewJob::new("work", "k", json!({}), run_at);
                new.lane = lane.map(|lane| lane.to_string());
                new.key = key.map(|key| key.to_string());
                new.priority = Priority::ALL[priority];
                let taken = key.is_some() && jobs.iter().any(|job| job.key == key);
                match enqueue(pool, &new).await {
                    Enqueued::Exists => assert!(taken),
                    Enqueued::Created(id) => {
                        assert!(!taken);
                        jobs.push(Model { id, lane, key, priority, run_at, claim: None });
                    }
                }
            }
            Step::Claim { who, limit } => {
                let want = expected(&jobs, limit, now);
                let got = claim(pool, who, limit, now).await;
                assert_eq!(got.iter().map(|claim| claim.id).collect::<HashSet<_>>(), want);
                for claim in got {
                    let job = jobs.iter_mut().find(|job| job.id == claim.id).unwrap();
                    job.claim = Some((claim, now + LEASE));
                }
            }
            Step::Finish { pick } => {
                if let Some(index) = picked(pick) {
                    let job = jobs.remove(index);
                    assert!(complete(pool, &job.claim.unwrap().0).await);
                }
                for claim in stale.drain(..) {
                    assert!(!complete(pool, &claim).await, "a stale claim finished a job");
                }
            }
            Step::Snooze { pick, delay } => {
                if let Some(index) = picked(pick) {
                    let (claim, _) = jobs[index].claim.take().unwrap();
                    jobs[index].run_at = now + seconds(delay);
                    let mut connection = pool.acquire().await.unwrap();
                    store::snooze(&mut connection, &claim, jobs[index].run_at).await.unwrap();
                }
            }
            Step::Fail { pick } => {
                if let Some(index) = picked(pick) {
                    let (claim, _) = jobs[index].claim.take().unwrap();
                    jobs[index].run_at = now + queue::retry_delay(claim.attempt);
                    store::retry(pool, &claim, "x", Duration::ZERO, now).await.unwrap();
                }
            }
            Step::Advance { by } => now += seconds(by),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn random_sequences_agree_with_a_naive_model() {
    let pool = test_db::fresh_pool().await;
    let handle = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let config = Config { cases: 48, failure_persistence: None, ..Config::default() };
        TestRunner::new(config)
            .run(&steps(), |steps| {
                handle.block_on(async {
                    sqlx::query("truncate jobs restart identity").execute(&pool).await.unwrap();
                    play(&pool, steps).await;
                });
                Ok(())
            })
            .unwrap();
    })
    .await
    .unwrap();
}

/// Panics at its first job and finishes the second time.
struct Clumsy {
    pool: PgPool,
    tries: tokio::sync::mpsc::UnboundedSender<i32>,
}

impl queue::Handler for Clumsy {
    fn run(
        &self,
        claim: Claim,
    ) -> std::pin::Pin<Box<dyn std::future::Future<Output = queue::Outcome> + Send + '_>> {
        Box::pin(async move {
            self.tries.send(claim.attempt).unwrap();
            assert!(claim.attempt > 1, "on purpose");
            assert!(complete(&self.pool, &claim).await);
            queue::Outcome::Done
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_handler_panicked_is_given_back_when_its_lease_is_over() {
    let pool = test_db::fresh_pool().await;
    let now = clock::Clock::system().now();
    let new = NewJob::new("work", "clumsy", json!({}), now);
    store::enqueue(&mut pool.acquire().await.unwrap(), now, &new).await.unwrap();
    let (tries, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let settings = queue::PoolSettings {
        name: "work",
        workers: 2,
        lease: Duration::from_millis(300),
        look_every: Duration::from_millis(30),
    };
    let runner = queue::Runner::new(
        pool.clone(),
        settings,
        std::sync::Arc::new(Clumsy { pool: pool.clone(), tries }),
        clock::Clock::system(),
        clock::Ids::system(),
        queue::Wake::default(),
    );
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        let stopped = async { drop(stopped.await) };
        runner.run(stopped, Duration::from_secs(5)).await;
    });
    assert_eq!(heard.recv().await, Some(1));
    assert_eq!(heard.recv().await, Some(2));
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(store::depth(&pool, now).await.unwrap().running, 0);
}
