use std::fmt::Write as _;

use super::*;

const REFUSALS: [Refusal; 7] = [
    Refusal::Content,
    Refusal::Input,
    Refusal::AccountOtherKey,
    Refusal::AccountNoKey,
    Refusal::Rate,
    Refusal::Temporary,
    Refusal::Unknown,
];

fn events() -> Vec<Event> {
    let mut events = vec![
        Event::Prepared,
        Event::InputGone,
        Event::UploadsStale,
        Event::UploadsFailed,
        Event::CancelRequested,
        Event::SubmissionStarted,
        Event::TaskAccepted,
        Event::OutcomeUnknown,
        Event::TaskFound,
        Event::DeadlinePassed,
        Event::Succeeded,
        Event::Secured,
        Event::Lost,
        Event::Delivered,
        Event::PersonGone,
        Event::Undeliverable,
    ];
    events.extend(REFUSALS.map(Event::Rejected));
    events.extend(REFUSALS.map(Event::TaskFailed));
    events
}

/// What became of the money is bound to the state by the table's constraints.
fn possible(state: State, money: Money) -> bool {
    match state {
        State::Preparing
        | State::Queued
        | State::Submitting
        | State::Uncertain
        | State::Running => money == Money::Held,
        State::Securing => money != Money::Taken,
        State::Delivering | State::Done => money != Money::Held,
        State::Late | State::Failed | State::Cancelled => money == Money::Returned,
    }
}

fn situations() -> impl Iterator<Item = Situation> {
    State::ALL.into_iter().flat_map(|state| {
        Money::ALL.into_iter().filter(move |money| possible(state, *money)).flat_map(move |money| {
            [false, true].into_iter().flat_map(move |quiet| {
                (0..TRIES_MAX).map(move |tries| Situation { state, money, quiet, tries })
            })
        })
    })
}

/// The whole table, to be read.
#[test]
fn the_table_of_states_and_events() {
    let mut table = String::new();
    for situation in situations().filter(|situation| !situation.quiet && situation.tries == 0) {
        for event in events() {
            let Step { next, effects } = step(situation, event);
            if next == situation && effects.is_empty() {
                continue;
            }
            let quiet = if next.quiet { ", quiet" } else { "" };
            let tries = if next.tries > 0 { ", one try counted" } else { "" };
            writeln!(
                table,
                "{:?}/{:?} + {event:?} -> {:?}/{:?}{quiet}{tries} {effects:?}",
                situation.state, situation.money, next.state, next.money
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_step_keeps_state_and_money_together_and_moves_money_at_most_once() {
    for situation in situations() {
        for event in events() {
            let Step { next, effects } = step(situation, event);
            assert!(possible(next.state, next.money), "{situation:?} + {event:?} -> {next:?}");
            let moves: Vec<_> = effects
                .iter()
                .filter(|effect| {
                    matches!(effect, Effect::Commit | Effect::Release | Effect::Refund)
                })
                .collect();
            let expected = match (situation.money, next.money) {
                (Money::Held, Money::Taken) => vec![&Effect::Commit],
                (Money::Held, Money::Returned) => vec![&Effect::Release],
                (Money::Taken, Money::Returned) => vec![&Effect::Refund],
                (before, after) => {
                    assert_eq!(before, after, "{situation:?} + {event:?}");
                    vec![]
                }
            };
            assert_eq!(moves, expected, "{situation:?} + {event:?}");
        }
    }
}

#[test]
fn nothing_moves_a_final_order() {
    for situation in situations().filter(|situation| situation.state.is_final()) {
        for event in events() {
            assert_eq!(step(situation, event), Step { next: situation, effects: vec![] });
        }
    }
}

#[test]
fn a_person_whose_money_goes_back_is_always_told() {
    for situation in situations() {
        for event in events() {
            let Step { effects, .. } = step(situation, event);
            if effects.iter().any(|effect| matches!(effect, Effect::Release | Effect::Refund)) {
                let told = effects.iter().any(|effect| {
                    matches!(
                        effect,
                        Effect::Tell(Message::Failed | Message::Cancelled | Message::Late)
                    )
                });
                assert!(told, "{situation:?} + {event:?}");
            }
        }
    }
}

#[test]
fn every_open_order_has_something_that_moves_it_on() {
    for situation in situations() {
        for event in events() {
            let Step { next, effects } = step(situation, event);
            if next.state == situation.state || next.state.is_final() {
                continue;
            }
            // A submission is moved on by the job that started it.
            let works = effects.iter().any(|effect| {
                matches!(
                    effect,
                    Effect::Enqueue(_) | Effect::SubmitAgain { .. } | Effect::SubmitAfterWindow
                )
            });
            let late = next.state == State::Late;
            assert!(
                works || next.state == State::Submitting || late,
                "{situation:?} + {event:?} -> {next:?}"
            );
        }
    }
}

#[test]
fn the_third_temporary_failure_ends_it() {
    let mut situation =
        Situation { state: State::Running, money: Money::Held, quiet: false, tries: 0 };
    for expected in [State::Queued, State::Queued, State::Failed] {
        let Step { next, .. } = step(situation, Event::TaskFailed(Refusal::Temporary));
        assert_eq!(next.state, expected);
        situation = Situation { state: State::Running, ..next };
    }
}
