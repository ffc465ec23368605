//! A place at which a process always runs: whatever ends it, the next one is started, as the
//! supervisor of a deployment does.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clock::Clock;
use tokio::sync::mpsc;

use crate::process::{Process, free_port};
use crate::{Front, Outside};

/// The pause before a process that has ended is started again.
const PAUSE: Duration = Duration::from_millis(500);

/// What is done to the process at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// `kill -9`.
    Kill,
    /// SIGTERM, and no other one after it.
    Stop,
}

/// What became of the processes of a place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Past {
    /// How many were killed.
    pub(crate) killed: u32,
    /// How many ended by themselves, or could not start.
    pub(crate) fell: u32,
    /// The code of the last one.
    pub(crate) code: Option<i32>,
}

/// A place.
pub(crate) struct Slot {
    pub(crate) program: PathBuf,
    pub(crate) role: &'static str,
    pub(crate) settings: Vec<(&'static str, String)>,
    pub(crate) log: PathBuf,
    pub(crate) outside: Arc<Outside>,
}

enum After {
    Again,
    Stopped,
}

impl Slot {
    /// Keeps a process at the place until it is told to stop.
    pub(crate) async fn keep(
        self,
        mut orders: mpsc::UnboundedReceiver<Order>,
    ) -> anyhow::Result<Past> {
        let clock = Clock::system();
        let port = free_port()?;
        // Only `run` takes updates and callbacks in.
        let place = (self.role == "run").then(|| self.outside.front.add_place());
        let mut past = Past::default();
        loop {
            let process =
                Process::spawn(&self.program, self.role, port, &self.settings, &self.log)?;
            let lived = self.live(process, place, &mut orders, &mut past).await?;
            set(&self.outside.front, place, None);
            match lived {
                After::Stopped => return Ok(past),
                After::Again => clock.sleep(PAUSE).await,
            }
        }
    }

    async fn live(
        &self,
        mut process: Process,
        place: Option<usize>,
        orders: &mut mpsc::UnboundedReceiver<Order>,
        past: &mut Past,
    ) -> anyhow::Result<After> {
        let front = &self.outside.front;
        let order = tokio::select! {
            serves = process.serves() => {
                if !serves {
                    past.fell += 1;
                    return Ok(After::Again);
                }
                set(front, place, Some(process.address.clone()));
                tokio::select! {
                    ended = process.ended() => {
                        ended?;
                        past.fell += 1;
                        return Ok(After::Again);
                    }
                    order = orders.recv() => order,
                }
            }
            order = orders.recv() => order,
        };
        match order {
            Some(Order::Kill) => {
                process.kill().await?;
                past.killed += 1;
                Ok(After::Again)
            }
            Some(Order::Stop) | None => {
                set(front, place, None);
                past.code = process.stop().await?;
                Ok(After::Stopped)
            }
        }
    }
}

fn set(front: &Front, place: Option<usize>, address: Option<String>) {
    if let Some(place) = place {
        front.set(place, address);
    }
}
