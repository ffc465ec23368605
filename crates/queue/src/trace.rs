//! One name for everything that follows from one event, carried from job to job.

use std::future::Future;

tokio::task_local! {
    static TRACE: String;
}

/// The trace of the job that is being worked on, if one is.
pub(crate) fn current() -> Option<String> {
    TRACE.try_with(Clone::clone).ok()
}

/// Does work whose jobs take the trace over.
pub(crate) async fn within<F: Future>(trace: String, work: F) -> F::Output {
    TRACE.scope(trace, work).await
}
