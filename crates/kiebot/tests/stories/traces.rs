//! One name leads through the log from a press to the task at KIE.ai and the result.

use std::io::Write;
use std::sync::{Arc, Mutex};

use sandbox::telegram::MediaKind;
use serde_json::Value;

use crate::world::story;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[tokio::test]
async fn one_trace_leads_from_the_press_to_the_order_its_attempt_and_its_task() {
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::INFO)
        .with_writer(move || writer.clone())
        .finish();
    let _watched = tracing::subscriber::set_default(lines);
    story(async |world| {
        let anna = world.person("Анна");
        let boris = world.person("Борис");
        for person in [anna, boris] {
            person.orders("Кот").await;
            world.succeeds().await;
            person.receives(MediaKind::Photo, 1);
            person.screen();
        }
        let orders: Vec<(uuid::Uuid, uuid::Uuid, String)> =
            sqlx::query_as("select generation_id, id, task_id from attempts order by submitted_at")
                .fetch_all(world.pool())
                .await
                .unwrap();
        let lines = log.lines();
        let mut traces = Vec::new();
        for (order, attempt, task) in orders {
            let (order, attempt) = (order.to_string(), attempt.to_string());
            let of_order: Vec<_> = lines
                .iter()
                .filter(|line| line["fields"]["generation.id"] == order.as_str())
                .map(|line| (&line["fields"]["message"], &line["span"]["trace"], line))
                .collect();
            let (_, trace, _) = of_order
                .iter()
                .find(|(message, ..)| *message == "an order was taken")
                .expect("the order is logged");
            let trace = trace.as_str().unwrap().to_owned();
            assert!(trace.starts_with('u'), "named by the update: {trace}");
            assert!(of_order.iter().all(|(_, one, _)| *one == trace.as_str()), "{of_order:#?}");
            let says = |words: &str, name: &str, value: &str| {
                let found = of_order
                    .iter()
                    .any(|(message, _, line)| *message == words && line["fields"][name] == value);
                assert!(found, "{words} {name}={value}: {of_order:#?}");
            };
            says("a task is asked for", "attempt.id", &attempt);
            says("the task was made", "kie.task_id", &task);
            says("the task was made", "attempt.id", &attempt);
            says("the order moved", "to", "done");
            traces.push(trace);
        }
        assert_eq!(traces.len(), 2);
        assert_ne!(traces[0], traces[1]);
    })
    .await;
}
