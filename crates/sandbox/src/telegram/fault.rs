//! Things that go wrong on purpose.

use std::collections::VecDeque;

/// What happens to a call instead of, or beside, its effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429 with `parameters.retry_after` seconds; no effect.
    Flood(u32),
    /// 502 with an HTML page, as a proxy in front of the Bot API answers; no effect.
    Status502Html,
    /// 403 «bot was blocked by the user»; no effect.
    Forbidden,
    /// 400 with this description (without the «Bad Request: »); no effect.
    BadRequest(String),
    /// The effect happens, then the connection is closed without an answer.
    CutAfterEffect,
    /// The connection is closed without an effect and without an answer.
    CutBefore,
}

/// Faults that wait for their call.
#[derive(Debug, Default)]
pub(super) struct FaultQueue {
    waiting: VecDeque<(String, Fault)>,
}

/// Matches any method but `getUpdates`, which a bot calls all the time by itself.
pub(super) const ANY: &str = "*";

impl FaultQueue {
    pub(super) fn push(&mut self, method: &str, fault: &Fault, count: usize) {
        for _ in 0..count {
            self.waiting.push_back((method.to_ascii_lowercase(), fault.clone()));
        }
    }

    pub(super) fn take(&mut self, method: &str) -> Option<Fault> {
        let polls = method.eq_ignore_ascii_case("getUpdates");
        let at = self
            .waiting
            .iter()
            .position(|(name, _)| name.eq_ignore_ascii_case(method) || (name == ANY && !polls))?;
        self.waiting.remove(at).map(|(_, fault)| fault)
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }
}
