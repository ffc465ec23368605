use super::*;
use crate::failure::Origin;

const NOW: OffsetDateTime = time::macros::datetime!(2026-01-01 00:00 UTC);

fn ring(keys: &[&str]) -> Ring {
    Ring::new(keys.iter().map(|key| SecretString::from(*key)).collect(), Pace::default()).unwrap()
}

fn names(ring: &Ring) -> Vec<KeyName> {
    ring.keys().iter().map(|key| key.name.clone()).collect()
}

fn refusal(code: i64) -> Failure {
    Failure::classified(Origin::Call, code, "")
}

fn minutes(count: i64) -> time::Duration {
    time::Duration::minutes(count)
}

fn credits(text: &str) -> Credits {
    Credits::parse(text).unwrap()
}

#[test]
fn a_name_says_the_place_and_a_fingerprint_but_not_the_key() {
    let names = names(&ring(&["alpha", "beta"]));
    assert!(names[0].as_str().starts_with("key-1-") && names[1].as_str().starts_with("key-2-"));
    assert_eq!(names[0].as_str().len(), "key-1-ab12cd".len());
    assert_ne!(names[0].fingerprint(), names[1].fingerprint());
    assert_eq!(serde_json::to_string(&names[0]).unwrap(), format!("\"{}\"", names[0]));
}

#[test]
fn stored_names_survive_a_new_order_of_the_keys() {
    let stored = names(&ring(&["alpha", "beta"]));
    let swapped = ring(&["beta", "alpha"]);
    let (index, key) = swapped.find(&stored[0]).unwrap();
    assert_eq!((index, key.secret.expose_secret()), (1, "alpha"));
    assert_eq!(ring(&["beta"]).find(&stored[0]).err(), Some(UnknownKey(stored[0].clone())));
}

#[test]
fn a_key_given_twice_is_one_key() {
    assert_eq!(ring(&["alpha", "alpha", "beta"]).keys().len(), 2);
}

#[test]
fn keys_take_turns_and_the_emptier_one_goes_first() {
    let ring = ring(&["a", "b", "c"]);
    let names = names(&ring);
    let picks: Vec<_> = (0..6).map(|_| ring.pick(NOW).unwrap()).collect();
    assert_eq!(picks, [&names[..], &names[..]].concat());
    ring.start(0, NOW).unwrap();
    ring.start(2, NOW).unwrap();
    assert_eq!(ring.pick(NOW), Ok(names[1].clone()));
    assert_eq!(ring.pick(NOW), Ok(names[1].clone()));
}

#[test]
fn rests_last_as_long_as_their_cause_deserves() {
    for (code, rest) in [(401, 10), (402, 5), (433, 10)] {
        let ring = ring(&["a"]);
        ring.note_failure(0, &refusal(code), NOW);
        let until = NOW + minutes(rest);
        assert_eq!(ring.pick(NOW), Err(NoKey::AllBenched { until }), "{code}");
        assert_eq!(ring.health(NOW)[0].benched_until, Some(until));
        assert!(ring.pick(until).is_ok());
    }
    let ring = ring(&["a"]);
    for code in [400, 422, 500] {
        ring.note_failure(0, &refusal(code), NOW);
        assert!(ring.pick(NOW).is_ok(), "{code} is no trouble with the key");
    }
}

#[test]
fn a_top_up_seen_in_the_balance_ends_the_rest() {
    let ring = ring(&["a"]);
    ring.note_failure(0, &refusal(402), NOW);
    ring.note_balance(0, credits("3"), NOW);
    ring.note_balance(0, credits("3"), NOW + minutes(1));
    assert!(ring.pick(NOW + minutes(1)).is_err(), "the balance is as short as before");
    ring.note_balance(0, credits("1003"), NOW + minutes(2));
    assert!(ring.pick(NOW + minutes(2)).is_ok());
}

#[test]
fn a_balance_that_can_be_read_proves_the_key_accepted_but_lifts_no_limit() {
    let ring = ring(&["a"]);
    ring.note_failure(0, &refusal(401), NOW);
    ring.note_balance(0, credits("1"), NOW);
    assert!(ring.pick(NOW).is_ok());
    ring.note_failure(0, &refusal(433), NOW);
    ring.note_balance(0, credits("2"), NOW);
    assert!(ring.pick(NOW).is_err());
}

#[test]
fn too_often_spends_the_pace_for_a_whole_window() {
    let ring = ring(&["a"]);
    ring.note_failure(0, &refusal(429), NOW);
    let window = Duration::from_secs(10);
    assert_eq!(ring.pick(NOW), Err(NoKey::NotNow(window)));
    assert_eq!(ring.start(0, NOW), Err(window));
    assert!(ring.pick(NOW + window).is_ok());
}

#[test]
fn the_window_slides() {
    let ring = ring(&["a"]);
    for second in 0..18 {
        ring.start(0, NOW + Duration::from_millis(500 * second)).unwrap();
    }
    assert_eq!(ring.start(0, NOW + Duration::from_secs(9)), Err(Duration::from_secs(1)));
    assert_eq!(ring.start(0, NOW + Duration::from_secs(10)), Ok(()));
    assert!(ring.start(0, NOW + Duration::from_secs(10)).is_err());
    assert_eq!(ring.health(NOW + Duration::from_secs(10))[0].in_window, 18);
}
