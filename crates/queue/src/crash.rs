use std::sync::{Arc, Mutex, PoisonError};

/// Named places where a test lets the process "die". Nothing happens unless a test arms one.
///
/// A job that meets an armed point ends with [`crate::Outcome::Crashed`] at once: what was
/// committed stays, what was not is gone, and its lease runs out like that of a killed process.
#[derive(Clone, Debug, Default)]
pub struct CrashPoints(Option<Arc<Mutex<Armed>>>);

#[derive(Debug, Default)]
struct Armed {
    point: Option<String>,
    after: usize,
    passed: Vec<&'static str>,
}

/// The process is to behave as if it had been killed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("crashed on purpose")]
pub struct Crashed;

impl CrashPoints {
    /// Points that can be armed: for tests.
    #[must_use]
    pub fn armable() -> Self {
        Self(Some(Arc::default()))
    }

    /// Lets the job that passes `point` die there, once, after it was passed `after` times more.
    pub fn arm(&self, point: &str, after: usize) {
        if let Some(armed) = &self.0 {
            let mut armed = armed.lock().unwrap_or_else(PoisonError::into_inner);
            armed.point = Some(point.to_owned());
            armed.after = after;
        }
    }

    /// The points passed so far, in order.
    #[must_use]
    pub fn passed(&self) -> Vec<&'static str> {
        let Some(armed) = &self.0 else { return Vec::new() };
        armed.lock().unwrap_or_else(PoisonError::into_inner).passed.clone()
    }

    /// Passes a point.
    ///
    /// # Errors
    /// [`Crashed`] when a test armed it.
    pub fn pass(&self, point: &'static str) -> Result<(), Crashed> {
        let Some(armed) = &self.0 else { return Ok(()) };
        let mut armed = armed.lock().unwrap_or_else(PoisonError::into_inner);
        armed.passed.push(point);
        if armed.point.as_deref() != Some(point) {
            return Ok(());
        }
        if armed.after > 0 {
            armed.after -= 1;
            return Ok(());
        }
        armed.point = None;
        Err(Crashed)
    }
}
