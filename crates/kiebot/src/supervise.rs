//! The loops of the program, watched: none of them may end before the program is asked to stop,
//! and none of them may keep it from stopping.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use anyhow::Context as _;
use clock::Clock;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// How a loop ended.
type Ended = Result<(Id, anyhow::Result<()>), JoinError>;

/// The running loops, by name.
#[derive(Default)]
pub(crate) struct Loops {
    tasks: JoinSet<anyhow::Result<()>>,
    names: HashMap<Id, &'static str>,
}

impl Loops {
    /// Starts a loop.
    pub(crate) fn spawn(
        &mut self,
        name: &'static str,
        work: impl Future<Output = anyhow::Result<()>> + Send + 'static,
    ) {
        let handle = self.tasks.spawn(work);
        self.names.insert(handle.id(), name);
    }

    /// Waits for the stop.
    ///
    /// # Errors
    /// A loop ended, failed or panicked before: without it the program only seems to run.
    pub(crate) async fn watch(&mut self, stop: &CancellationToken) -> anyhow::Result<()> {
        let ended = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            Some(ended) = self.tasks.join_next_with_id() => ended,
        };
        let name = self.forget(&ended);
        match ended {
            Ok((_, Ok(()))) => anyhow::bail!("{name} ended by itself: the program cannot go on"),
            Ok((_, Err(error))) => Err(error.context(format!("{name} failed"))),
            Err(broken) => Err(broken).with_context(|| format!("{name} broke off")),
        }
    }

    /// Waits for the loops to end after a stop, so long and no longer; the rest is cut off.
    pub(crate) async fn end(&mut self, clock: &Clock, patience: Duration) {
        let mut over = pin!(clock.sleep(patience));
        loop {
            let ended = tokio::select! {
                ended = self.tasks.join_next_with_id() => ended,
                () = &mut over => break,
            };
            let Some(ended) = ended else { return };
            let name = self.forget(&ended);
            match ended {
                Ok((_, Ok(()))) => {}
                Ok((_, Err(error))) => tracing::error!("{name} failed while stopping: {error:#}"),
                Err(error) => tracing::error!(%error, "{name} broke off while stopping"),
            }
        }
        for name in self.names.values() {
            tracing::warn!("{name} did not end in time and is cut off");
        }
        self.tasks.abort_all();
    }

    fn forget(&mut self, ended: &Ended) -> &'static str {
        let id = match ended {
            Ok((id, _)) => *id,
            Err(error) => error.id(),
        };
        self.names.remove(&id).unwrap_or("a loop")
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    fn second() -> Duration {
        Duration::from_secs(1)
    }

    #[tokio::test]
    async fn a_loop_that_ends_fails_or_panics_is_named() {
        let stop = CancellationToken::new();
        let mut loops = Loops::default();
        loops.spawn("the other loop", pending());
        loops.spawn("polling", async { Ok(()) });
        let ended = loops.watch(&stop).await.unwrap_err();
        assert!(ended.to_string().starts_with("polling ended by itself"), "{ended:#}");
        loops.spawn("the port", async { anyhow::bail!("closed") });
        let failed = loops.watch(&stop).await.unwrap_err();
        assert_eq!(format!("{failed:#}"), "the port failed: closed");
        loops.spawn("the runner", async { panic!("out of luck") });
        let broken = loops.watch(&stop).await.unwrap_err();
        assert!(format!("{broken:#}").contains("the runner broke off"), "{broken:#}");
        assert!(format!("{broken:#}").contains("out of luck"), "{broken:#}");
    }

    #[tokio::test]
    async fn a_stop_is_no_failure() {
        let stop = CancellationToken::new();
        let mut loops = Loops::default();
        loops.spawn("polling", async { Ok(()) });
        stop.cancel();
        loops.watch(&stop).await.unwrap();
        loops.end(&Clock::system(), second()).await;
    }

    #[tokio::test]
    async fn a_loop_that_does_not_end_is_cut_off() {
        let (clock, hand) = Clock::manual(time::macros::datetime!(2026-03-02 09:00 UTC));
        let (dropped, cut) = tokio::sync::oneshot::channel::<()>();
        let mut loops = Loops::default();
        loops.spawn("the stubborn one", async move {
            let _dropped = dropped;
            pending().await
        });
        let ending = async {
            loops.end(&clock, second()).await;
        };
        let advancing = async {
            tokio::task::yield_now().await;
            hand.advance(second());
        };
        tokio::join!(ending, advancing);
        cut.await.unwrap_err();
    }
}
