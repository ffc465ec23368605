//! What goes wrong outside while people order.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use clock::{Clock, Ids};
use sandbox::kie::{CallbackPreset, CreateFault, FileFault, RecordFault};
use sandbox::telegram::{Fault, PersonId};
use tokio_util::sync::CancellationToken;

use crate::Outside;

/// Telegram has one fault, of at most two calls, in so many calls: faults that come by the clock alone would be all that
/// the last of the people ever meet, and a service that does nothing but fail is away.
const CALLS_BETWEEN: usize = 12;
/// How long somebody who has blocked the bot thinks it over.
const SULKING: Duration = Duration::from_secs(4);
/// Every so many-th request of the balancer is passed on twice.
const TWICE_EVERY: u32 = 12;
/// What KIE.ai says when it has trouble of its own.
const INTERNAL: &str = "Internal Error, Please try again later.";

/// The faults of a run.
pub(crate) struct Weather {
    outside: Arc<Outside>,
    clock: Clock,
    ids: Ids,
    every: Duration,
    /// Whether faults may come that are settled by deadlines of many minutes only.
    long: bool,
    people: Arc<Mutex<Vec<PersonId>>>,
    /// Whoever has blocked the bot at any time.
    pub(crate) sulked: Vec<PersonId>,
    pub(crate) faults: u32,
    /// How many calls Telegram had seen at its last fault.
    calls: usize,
}

impl Weather {
    pub(crate) fn new(
        outside: Arc<Outside>,
        ids: Ids,
        every: Duration,
        long: bool,
        people: Arc<Mutex<Vec<PersonId>>>,
    ) -> Self {
        let clock = Clock::system();
        Self { outside, clock, ids, every, long, people, sulked: Vec::new(), faults: 0, calls: 0 }
    }

    /// Lets faults happen until the end of the storm; then everything that has not happened yet is
    /// forgotten, and whoever has blocked the bot lets it in again.
    pub(crate) async fn rage(mut self, calm: CancellationToken) -> Self {
        self.outside.front.double_every(TWICE_EVERY);
        let mut sulking: Vec<(PersonId, time::OffsetDateTime)> = Vec::new();
        loop {
            tokio::select! {
                () = self.clock.sleep(self.every) => {}
                () = calm.cancelled() => break,
            }
            self.faults += 1;
            match self.ids.jitter(5) {
                0 | 1 => self.at_kie(),
                2 => self.of_callbacks(),
                3 => self.of_files(),
                _ => self.at_telegram(),
            }
            if self.ids.jitter(12) == 0
                && let Some(person) = self.somebody()
            {
                self.outside.telegram.blocks_bot(person);
                self.sulked.push(person);
                sulking.push((person, self.clock.now() + SULKING));
            }
            let now = self.clock.now();
            for (person, _) in sulking.extract_if(.., |(_, until)| *until <= now) {
                self.outside.telegram.unblocks_bot(person);
            }
        }
        for (person, _) in sulking {
            self.outside.telegram.unblocks_bot(person);
        }
        self.outside.telegram.clear_faults();
        self.outside.front.double_every(0);
        self
    }

    fn somebody(&self) -> Option<PersonId> {
        let people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        let count = u64::try_from(people.len()).ok()?;
        people.get(usize::try_from(self.ids.jitter(count)).ok()?).copied()
    }

    fn at_kie(&self) {
        let kie = &self.outside.kie;
        match self.ids.jitter(16) {
            0 | 1 => kie.next_create(CreateFault::RateLimited),
            2 => kie.next_create(CreateFault::ServerError500),
            4 => kie.next_create(CreateFault::Maintenance455),
            6 => kie.next_create(CreateFault::CallbackFirst),
            7 => kie.next_create(CreateFault::CallbackFirstThenCut),
            8 => kie.next_create(CreateFault::CutAfterCreate),
            9 => kie.next_create(CreateFault::OkWithoutTaskId),
            10 => kie.next_record(RecordFault::Html502),
            11 => kie.next_record(RecordFault::Cut),
            12 => kie.next_record(RecordFault::Body(500, INTERNAL.to_owned())),
            // Each of these sets a key aside for a while.
            13 if self.ids.jitter(8) == 0 => kie.next_create(CreateFault::NoCredits),
            14 if self.ids.jitter(8) == 0 => kie.next_create(CreateFault::SubKeyLimit433),
            // Nobody can tell what became of these, and only their deadline settles them.
            3 if self.long => kie.next_create(CreateFault::Html502),
            5 if self.long => kie.next_create(CreateFault::CutBeforeCreate),
            13 if self.long => kie.next_create(CreateFault::Garbage200),
            14 if self.long => kie.next_create(CreateFault::StallAfterCreate),
            _ => {}
        }
    }

    fn of_callbacks(&self) {
        let kie = &self.outside.kie;
        match self.ids.jitter(4) {
            0 => kie.next_callback(CallbackPreset::Twice),
            1 => kie.next_callback(CallbackPreset::Delayed),
            2 if self.long => kie.next_callback(CallbackPreset::Lost),
            _ => {
                if let Some(task) = self.outside.kie.tasks().last() {
                    let (kie, id) = (kie.clone(), task.id.clone());
                    tokio::spawn(async move { kie.redeliver(&id).await });
                }
            }
        }
    }

    /// The newest result cannot be had in one of the ways from which there is a way out.
    fn of_files(&self) {
        let faults = [FileFault::DeadLink, FileFault::Expired, FileFault::Truncated];
        let fault = usize::try_from(self.ids.jitter(3)).ok().and_then(|place| faults.get(place));
        let files = self.outside.kie.files();
        if let (Some(file), Some(fault)) = (files.last(), fault) {
            let (kie, clock, url) =
                (self.outside.kie.clone(), self.clock.clone(), file.url.clone());
            kie.set_file_fault(&url, Some(*fault));
            tokio::spawn(async move {
                clock.sleep(Duration::from_secs(2)).await;
                kie.set_file_fault(&url, None);
            });
        }
    }

    fn at_telegram(&mut self) {
        let telegram = &self.outside.telegram;
        let calls = telegram.calls_made();
        if calls < self.calls + CALLS_BETWEEN {
            return;
        }
        self.calls = calls;
        match self.ids.jitter(6) {
            0 => telegram.next_call("sendPhoto", &Fault::Flood(1), 1),
            1 => telegram.next_call("*", &Fault::Flood(2), 1),
            2 => telegram.next_call("*", &Fault::Status502Html, 2),
            3 => telegram.next_call("*", &Fault::CutBefore, 1),
            4 => telegram.next_call("*", &Fault::CutAfterEffect, 1),
            _ => telegram.next_call("sendMessage", &Fault::Status502Html, 2),
        }
    }
}
