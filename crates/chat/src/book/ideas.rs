//! The screens of ready ideas, and what is said about several results.

use catalog::Answers;
use generation::{BatchView, FailureClass, Money, Rewrite, State, View as Order};
use money::Rub;
use scenario::Scenario;
use time::Duration;
use uuid::Uuid;

use super::{Book, sample};
use crate::ideas::{IdeaDraft, IdeaScene, IdeaStage, IdeaState};
use crate::render::{self, Pen};
use crate::session::{Place, Quote, Session};
use crate::view::Scene;

/// Where the three results of the sample stand, and what became of their prompt.
const STANDS: [(&str, [State; 3], Rewrite); 4] = [
    ("taken", [State::Preparing; 3], Rewrite::Writing),
    ("on its way", [State::Done, State::Failed, State::Running], Rewrite::Written),
    ("over", [State::Done, State::Failed, State::Done], Rewrite::Written),
    ("over: nothing", [State::Failed; 3], Rewrite::Plain),
];

impl Book<'_> {
    pub(super) fn ideas(&mut self) {
        let scenarios = &self.desk.scenarios;
        self.plain("ideas", Scene::Idea(IdeaScene::List { page: 0 }));
        for scenario in scenarios.iter() {
            let id = &scenario.id;
            let card = IdeaScene::Card { id: id.clone() };
            self.plain(format!("idea: {id}"), Scene::Idea(card));
            for (title, stage) in stages(scenario) {
                let session = self.idea_at(scenario, stage);
                self.show(format!("idea: {id} · {title}"), Scene::Idea(IdeaScene::Draft), &session);
            }
        }
        let Some(scenario) = scenarios.iter().find(|one| one.counts.contains(&3)) else { return };
        let (code, sum) = ("PROJ2345".to_owned(), Rub::from_kopecks(4_560));
        let placed = IdeaScene::Placed { code, scenario: scenario.id.clone(), count: 3, sum };
        self.plain("idea: placed", Scene::Idea(placed));
        for (title, states, rewrite) in STANDS {
            let batch = self.batch(scenario, states, rewrite);
            let pen = Pen::of_batch(self.desk, &batch);
            let progress = render::batch_progress(&pen, &batch);
            let receipt = render::batch_receipt(&pen, &batch, Rub::from_roubles(196));
            self.put(format!("idea: {title}"), &progress);
            if states.iter().all(|state| state.is_final()) {
                self.put(format!("idea: receipt, {title}"), &receipt);
            }
            let script = IdeaScene::Script(Box::new(batch));
            self.plain(format!("idea: script, {title}"), Scene::Idea(script));
        }
    }

    /// A conversation that stands at a stage of an idea, with everything answered.
    fn idea_at(&self, scenario: &Scenario, stage: IdeaStage) -> Session {
        let given = match &stage {
            IdeaStage::Input { .. } => Answers::new(),
            IdeaStage::Count | IdeaStage::Confirm => scenario::sample(scenario),
        };
        let price = scenario.choose(&self.desk.catalog).and_then(|chosen| {
            let answers = chosen.answers(&scenario::sample(scenario), self.language)?;
            Some(self.desk.quote(chosen.model, &answers).ok()?.price)
        });
        let expires_at = self.now + Duration::HOUR;
        let draft = IdeaDraft {
            scenario: scenario.id.clone(),
            given,
            stage,
            count: scenario.counts.last().copied().unwrap_or(1),
            quote: price.map(|price| Quote { price, expires_at, free: false }),
            broken: None,
            album: None,
        };
        let idea = IdeaState { draft: Some(draft), placed: None };
        let place = Place::Idea { place: crate::ideas::IdeaPlace::Draft };
        Session { idea, place, ..Session::default() }
    }

    fn batch(&self, scenario: &Scenario, states: [State; 3], rewrite: Rewrite) -> BatchView {
        let member = |state| {
            let order = sample::order(self.desk, self.language, self.now);
            let failed = state == State::Failed;
            let money = match state {
                State::Done => Money::Taken,
                State::Failed => Money::Returned,
                State::Preparing
                | State::Queued
                | State::Submitting
                | State::Uncertain
                | State::Running
                | State::Securing
                | State::Delivering
                | State::Late
                | State::Cancelled => Money::Held,
            };
            let failure = failed.then_some(FailureClass::Content);
            Order { state, money, failure, ..order }
        };
        let chosen = scenario.choose(&self.desk.catalog);
        let words =
            chosen.and_then(|chosen| chosen.prompt(&scenario::sample(scenario), self.language));
        BatchView {
            id: Uuid::from_u128(6),
            code: "PROJ2345".to_owned(),
            user_id: sample::PERSON,
            language: self.language,
            world: self.desk.world,
            scenario: scenario.id.clone(),
            inputs: Answers::new(),
            wish: words.clone(),
            rewrite,
            scripts: words.into_iter().collect(),
            closed_at: None,
            members: states.into_iter().map(member).collect(),
        }
    }
}

fn stages(scenario: &Scenario) -> Vec<(String, IdeaStage)> {
    let inputs = scenario
        .inputs
        .iter()
        .map(|input| (input.name.clone(), IdeaStage::Input { name: input.name.clone() }));
    let count = (scenario.counts.len() > 1).then(|| ("how many".to_owned(), IdeaStage::Count));
    let last = ("confirmation".to_owned(), IdeaStage::Confirm);
    inputs.chain(count).chain([last]).collect()
}
