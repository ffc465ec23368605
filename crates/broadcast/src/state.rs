//! Where a broadcast stands, and what follows from what: a pure table.

use serde::{Deserialize, Serialize};

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is being written.
    Draft,
    /// It waits for its time.
    Scheduled,
    /// It goes from one person to the next.
    Running,
    /// It rests where it was stopped.
    Paused,
    /// Everybody has had their turn.
    Done,
    /// Nobody more gets it.
    Cancelled,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// It is to begin later.
    Schedule,
    /// It begins: an operator says so, or its time has come.
    Begin,
    /// It is to rest.
    Pause,
    /// It is to go on.
    Resume,
    /// Nobody more shall get it.
    Cancel,
    /// There is nobody left.
    Finish,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Scheduled, Self::Running, Self::Paused, Self::Done, Self::Cancelled];

    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// What it becomes; `None` when that cannot happen to it.
    #[must_use]
    pub const fn after(self, event: Event) -> Option<Self> {
        match (self, event) {
            (Self::Draft | Self::Scheduled, Event::Schedule) => Some(Self::Scheduled),
            (Self::Draft | Self::Scheduled, Event::Begin) | (Self::Paused, Event::Resume) => {
                Some(Self::Running)
            }
            (Self::Running, Event::Pause) => Some(Self::Paused),
            (Self::Running, Event::Finish) => Some(Self::Done),
            (Self::Draft | Self::Scheduled | Self::Running | Self::Paused, Event::Cancel) => {
                Some(Self::Cancelled)
            }
            (Self::Draft, Event::Pause | Event::Resume | Event::Finish)
            | (Self::Scheduled, Event::Pause | Event::Resume | Event::Finish)
            | (Self::Running, Event::Schedule | Event::Begin | Event::Resume)
            | (Self::Paused, Event::Schedule | Event::Begin | Event::Pause | Event::Finish)
            | (
                Self::Done | Self::Cancelled,
                Event::Schedule
                | Event::Begin
                | Event::Pause
                | Event::Resume
                | Event::Cancel
                | Event::Finish,
            ) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [Event; 6] =
        [Event::Schedule, Event::Begin, Event::Pause, Event::Resume, Event::Cancel, Event::Finish];

    #[test]
    fn the_table_of_states_and_events() {
        use State::{Cancelled, Done, Draft, Paused, Running, Scheduled};
        let (no, to) = (None, Some);
        // Schedule, Begin, Pause, Resume, Cancel, Finish.
        let table = [
            (Draft, [to(Scheduled), to(Running), no, no, to(Cancelled), no]),
            (Scheduled, [to(Scheduled), to(Running), no, no, to(Cancelled), no]),
            (Running, [no, no, to(Paused), no, to(Cancelled), to(Done)]),
            (Paused, [no, no, no, to(Running), to(Cancelled), no]),
            (Done, [no; 6]),
            (Cancelled, [no; 6]),
        ];
        for (state, becomes) in table {
            for (event, expected) in EVENTS.into_iter().zip(becomes) {
                assert_eq!(state.after(event), expected, "{state:?} {event:?}");
            }
        }
    }

    #[test]
    fn every_state_is_read_again() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
    }
}
