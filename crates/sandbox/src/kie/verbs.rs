//! What a test or the demo does to tasks. Ending a task sends its callback before the verb
//! returns, so that nothing has to be waited for.

use super::{
    callbacks::CallbackReport,
    tasks::{Ended, Ending, Outputs, TaskState},
    world::KieWorld,
};

impl KieWorld {
    /// The task succeeds with what its model usually makes.
    ///
    /// A task whose input files could not be fetched fails instead, as it would for real.
    pub async fn succeed(&self, task_id: &str) -> CallbackReport {
        self.succeed_with(task_id, Outputs::usual()).await
    }

    /// The task succeeds with these outputs.
    pub async fn succeed_with(&self, task_id: &str, outputs: Outputs) -> CallbackReport {
        self.finish(task_id, Ending::Success(outputs)).await
    }

    /// The task fails with KIE's `failCode` and `failMsg`; its credits return.
    pub async fn fail(&self, task_id: &str, code: &str, message: &str) -> CallbackReport {
        let (code, message) = (code.to_owned(), message.to_owned());
        self.finish(task_id, Ending::Failure { code, message }).await
    }

    /// The task fails in the way that status reads answer with the envelope's code, 501 or 408,
    /// and no data.
    pub async fn fail_by_envelope(&self, task_id: &str, code: i64) -> CallbackReport {
        self.finish(task_id, Ending::Envelope(code)).await
    }

    /// The task shows as running.
    pub fn start_generating(&self, task_id: &str) {
        self.show(task_id, TaskState::Generating);
    }

    /// The task shows as queued.
    pub fn start_queuing(&self, task_id: &str) {
        self.show(task_id, TaskState::Queuing);
    }

    fn show(&self, task_id: &str, shown: TaskState) {
        self.with(|state| {
            if let Some(task) = state.task(task_id)
                && !task.state.is_final()
            {
                task.state = shown;
            }
        });
    }

    /// The task never ends by the clock; [`KieWorld::succeed`] and [`KieWorld::fail`] still
    /// end it.
    pub fn silence(&self, task_id: &str) {
        self.with(|state| {
            if let Some(task) = state.task(task_id) {
                task.silent = true;
            }
        });
    }

    /// Ends the tasks that are due by the clock (automatic mode) and sends the callbacks of all
    /// that ended since the last tick. Gives task ids with the fate of their callbacks.
    pub async fn tick(&self) -> Vec<(String, CallbackReport)> {
        let now = self.now();
        let due = self.with(|state| {
            let ids: Vec<String> = state
                .tasks
                .iter()
                .filter(|task| !task.state.is_final() || task.callback_due)
                .map(|task| task.id.clone())
                .collect();
            let mut due = Vec::new();
            for id in ids {
                let ended = state.advance(&id, now);
                let Some(task) = state.task(&id) else { continue };
                let late = std::mem::take(&mut task.callback_due);
                if ended || late {
                    due.push((state.delivery(&id), id));
                }
            }
            due
        });
        let mut reports = Vec::new();
        for (delivery, id) in due {
            reports.push((id, self.deliver(delivery).await));
        }
        reports
    }

    async fn finish(&self, task_id: &str, ending: Ending) -> CallbackReport {
        let now = self.now();
        match self.with(|state| state.end(task_id, ending, now)) {
            Ended::UnknownTask => CallbackReport::UnknownTask,
            Ended::Already => CallbackReport::AlreadyFinished,
            Ended::Now(delivery) => self.deliver(delivery).await,
        }
    }
}
