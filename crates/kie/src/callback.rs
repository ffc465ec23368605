//! Callbacks: whose they are and whether they are genuine (KIE docs: webhook verification).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use thiserror::Error;
use time::{Duration, OffsetDateTime};

use crate::json;

/// Why a callback is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CallbackRefused {
    /// A signing key is configured, but the timestamp or the signature is missing.
    #[error("the callback is not signed")]
    NotSigned,
    /// The body names no task.
    #[error("the callback names no task")]
    NoTask,
    /// The timestamp is not a number of seconds.
    #[error("the callback's timestamp is malformed")]
    BadTimestamp,
    /// The timestamp is more than 5 minutes away.
    #[error("the callback's timestamp is too far from now")]
    Stale,
    /// The signature is neither base64 of 32 bytes nor 64 hexadecimal digits.
    #[error("the callback's signature is malformed")]
    Malformed,
    /// The signature does not fit.
    #[error("the callback's signature is wrong")]
    Wrong,
}

/// How far a callback's timestamp may lie from now, in either direction.
const WINDOW: Duration = Duration::minutes(5);
/// Longer names are not task ids.
const TASK_ID_BYTES: usize = 200;

/// The task that a callback's body names: `data.task_id`, `data.taskId`, or `taskId` at the top.
#[must_use]
pub fn callback_task_id(body: &[u8]) -> Option<String> {
    let body = json::value(body)?;
    let data = body.get("data").map(json::decoded).unwrap_or_default();
    json::field(&data, &["task_id", "taskId"])
        .and_then(json::text)
        .or_else(|| body.get("taskId").and_then(json::text))
        .filter(|id| id.len() <= TASK_ID_BYTES && !id.chars().any(char::is_control))
}

pub(crate) fn verify(
    key: &SecretString,
    timestamp: Option<&str>,
    signature: Option<&str>,
    task_id: Option<&str>,
    now: OffsetDateTime,
) -> Result<(), CallbackRefused> {
    let (Some(timestamp), Some(signature)) = (timestamp, signature) else {
        return Err(CallbackRefused::NotSigned);
    };
    let task_id = task_id.ok_or(CallbackRefused::NoTask)?;
    let seconds: i64 = timestamp.parse().map_err(|_| CallbackRefused::BadTimestamp)?;
    let sent =
        OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| CallbackRefused::BadTimestamp)?;
    if (now - sent).abs() > WINDOW {
        return Err(CallbackRefused::Stale);
    }
    let given = decode(signature.trim()).ok_or(CallbackRefused::Malformed)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes())
        .map_err(|_| CallbackRefused::Wrong)?;
    mac.update(task_id.as_bytes());
    mac.update(b".");
    mac.update(timestamp.as_bytes());
    let right = mac.finalize().into_bytes();
    if bool::from(right.as_slice().ct_eq(&given)) { Ok(()) } else { Err(CallbackRefused::Wrong) }
}

/// 32 bytes of standard base64; 64 hexadecimal digits too, because one integration expects them.
fn decode(signature: &str) -> Option<Vec<u8>> {
    if signature.len() == 64 {
        return signature
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
    }
    STANDARD.decode(signature).ok().filter(|bytes| bytes.len() == 32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VECTORS: [(&str, &str, &str, &str); 2] = [
        (
            "secret",
            "ee9c2715375b7837f8bb51d641ff5863",
            "1700000000",
            "Da8QE+jiadVFXq4wWo6gIPJ14StbD1pP+u0oMUVt1ao=",
        ),
        (
            "whk_test_0123456789",
            "task_12345678",
            "1767225600",
            "H/VSQgTiXg8NFiuw0+4IlWrkL7Dqe+B9M2tlmupmdqM=",
        ),
    ];

    fn check(
        key: &str,
        task: &str,
        stamp: &str,
        sign: &str,
        at: i64,
    ) -> Result<(), CallbackRefused> {
        let now = OffsetDateTime::from_unix_timestamp(at).unwrap();
        verify(&SecretString::from(key), Some(stamp), Some(sign), Some(task), now)
    }

    #[test]
    fn right_signatures_pass_in_base64_and_in_hex() {
        for (key, task, stamp, sign) in VECTORS {
            let at: i64 = stamp.parse().unwrap();
            assert_eq!(check(key, task, stamp, sign, at + 300), Ok(()));
            assert_eq!(check(key, task, stamp, sign, at - 300), Ok(()));
            let hex: String =
                STANDARD.decode(sign).unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(check(key, task, stamp, &hex, at), Ok(()));
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        use CallbackRefused::{BadTimestamp, Malformed, NoTask, NotSigned, Stale, Wrong};
        let (key, task, stamp, sign) = VECTORS[0];
        let at = 1_700_000_000;
        assert_eq!(check(key, task, stamp, sign, at + 301), Err(Stale));
        assert_eq!(check(key, task, stamp, sign, at - 301), Err(Stale));
        assert_eq!(check("Secret", task, stamp, sign, at), Err(Wrong));
        assert_eq!(check(key, "other", stamp, sign, at), Err(Wrong));
        assert_eq!(check(key, task, "1700000001", sign, at), Err(Wrong));
        assert_eq!(check(key, task, "soon", sign, at), Err(BadTimestamp));
        assert_eq!(check(key, task, "99999999999999999", sign, at), Err(BadTimestamp));
        assert_eq!(check(key, task, stamp, "Da8QE+jiadVF", at), Err(Malformed));
        assert_eq!(check(key, task, stamp, "не подпись", at), Err(Malformed));
        let now = OffsetDateTime::from_unix_timestamp(at).unwrap();
        let key = SecretString::from(key);
        assert_eq!(verify(&key, None, Some(sign), Some(task), now), Err(NotSigned));
        assert_eq!(verify(&key, Some(stamp), None, Some(task), now), Err(NotSigned));
        assert_eq!(verify(&key, Some(stamp), Some(sign), None, now), Err(NoTask));
    }

    #[test]
    fn the_task_is_found_in_all_three_places() {
        for (body, id) in [
            (r#"{"data":{"task_id":"a","taskId":"b"},"taskId":"c"}"#, Some("a")),
            (r#"{"data":{"taskId":"b"},"taskId":"c"}"#, Some("b")),
            (r#"{"data":{"result_video_url":"u"},"taskId":"c"}"#, Some("c")),
            (r#"{"data":null,"taskId":"c"}"#, Some("c")),
            (r#"{"taskId":""}"#, None),
            ("not json", None),
        ] {
            assert_eq!(callback_task_id(body.as_bytes()).as_deref(), id, "{body}");
        }
    }

    proptest! {
        #[test]
        fn nothing_sent_makes_the_check_panic(body in proptest::collection::vec(any::<u8>(), 0..200), text in ".{0,80}") {
            let _ = callback_task_id(&body);
            let _ = verify(&SecretString::from("k"), Some(&text), Some(&text), Some(&text), OffsetDateTime::UNIX_EPOCH);
            let _ = decode(&text);
        }
    }
}
