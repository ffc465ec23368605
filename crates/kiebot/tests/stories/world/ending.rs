//! What holds at the end of every story, whatever it was about.

use super::{World, log};

impl World {
    /// What holds at the end of every story.
    pub async fn finish(&self) {
        self.settle().await;
        assert_eq!(
            violations(self.telegram.violations()),
            [] as [String; 0],
            "Telegram refused calls"
        );
        assert_eq!(self.kie.violations(), [] as [String; 0], "KIE.ai refused calls");
        assert_eq!(self.telegram.unanswered_presses(), [], "presses without an answer");
        assert_eq!(self.telegram.faults_left(), 0, "a fault of the story never happened");
        let mut connection = self.pool.acquire().await.unwrap();
        assert_eq!(kiebot::books::audit(&self.pool).await.unwrap(), [], "the books disagree");
        self.counter.assert_right();
        let stuck: Vec<(String, String)> = sqlx::query_as(
            "select h.state, g.state from holds h join generations g on g.id = h.generation_id
             where (h.state = 'open') <> (g.money = 'held')",
        )
        .fetch_all(&mut *connection)
        .await
        .unwrap();
        assert_eq!(stuck, [], "holds and orders disagree");
        assert_eq!(self.app().move_stuck().await.unwrap(), 0, "orders were stuck");
        let open: Vec<(String, String)> =
            sqlx::query_as("select code, state from generations where finished_at is null")
                .fetch_all(&mut *connection)
                .await
                .unwrap();
        assert_eq!(open, [], "orders without an end");
        let jobs: Vec<(String, String, Option<String>)> =
            sqlx::query_as("select kind, state, last_error from jobs")
                .fetch_all(&mut *connection)
                .await
                .unwrap();
        assert_eq!(jobs, [], "jobs were left over");
        let twice: Vec<_> = self
            .kie
            .created_per_callback_token()
            .into_iter()
            .filter(|(_, created)| *created > 1)
            .collect();
        assert_eq!(twice, [], "one submission made two tasks");
        for person in self.telegram.people() {
            crate::person::assert_all_read(self, person.id);
        }
        log::assert_no_secret();
    }
}

fn violations<T: std::fmt::Debug>(found: Vec<T>) -> Vec<String> {
    found.iter().map(|violation| format!("{violation:?}")).collect()
}
