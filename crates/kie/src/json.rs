//! Lenient reading of the provider's JSON: numbers may be strings, keys may be missing, strings may
//! hold JSON once more. The Content-Type header is never asked.

use money::Credits;
use serde_json::Value;

/// The outer object of nearly every answer (KIE docs: response envelope).
#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) code: i64,
    pub(crate) message: String,
    pub(crate) data: Value,
    pub(crate) success: Option<bool>,
}

impl Envelope {
    /// Reads an envelope; `None` when the body is not a JSON object with a whole `code`.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        Self::from_value(value(body)?)
    }

    pub(crate) fn from_value(value: Value) -> Option<Self> {
        let Value::Object(mut object) = value else { return None };
        let code = whole(object.get("code")?)?;
        let message = ["msg", "message"]
            .iter()
            .find_map(|name| object.get(*name).and_then(text))
            .unwrap_or_default();
        let success = object.get("success").and_then(Value::as_bool);
        let data = object.remove("data").unwrap_or(Value::Null);
        Some(Self { code, message, data, success })
    }
}

/// Parses a body, with or without a byte order mark.
pub(crate) fn value(body: &[u8]) -> Option<Value> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    serde_json::from_slice(body).ok()
}

/// The first of `names` that is present and not null.
pub(crate) fn field<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().filter_map(|name| value.get(*name)).find(|found| !found.is_null())
}

/// A non-empty text; a number counts as its digits.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, whether written `200`, `200.0` or `"200"`.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    let text = text(value)?;
    let text = text.trim();
    match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole.parse().ok(),
        Some(_) => None,
        None => text.parse().ok(),
    }
}

/// An exact number of credits from the digits of a JSON number or from a string.
pub(crate) fn credits(value: &Value) -> Option<Credits> {
    Credits::parse(&text(value)?).ok()
}

/// Undoes string encodings of JSON, at most three deep; what is not JSON becomes null.
pub(crate) fn decoded(value: &Value) -> Value {
    let mut current = value.clone();
    for _ in 0..3 {
        let Value::String(inner) = &current else { return current };
        current = serde_json::from_str(inner).unwrap_or(Value::Null);
    }
    if current.is_string() { Value::Null } else { current }
}

/// The text when it is an http(s) address.
pub(crate) fn link(value: &Value) -> Option<&str> {
    let text = value.as_str()?.trim();
    let (scheme, _) = text.split_once("://")?;
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_code_is_read_from_numbers_and_from_strings() {
        for body in [
            r#"{"code":200,"msg":"m"}"#,
            r#"{"code":"200","message":"m"}"#,
            "\u{feff}{\"code\":200.0,\"msg\":\"m\",\"data\":null}",
        ] {
            let envelope = Envelope::parse(body.as_bytes()).unwrap();
            assert_eq!((envelope.code, envelope.message.as_str()), (200, "m"), "{body}");
        }
        for body in
            ["", "<html>", "[]", "7", r#"{"msg":"m"}"#, r#"{"code":null}"#, r#"{"code":"x"}"#]
        {
            assert!(Envelope::parse(body.as_bytes()).is_none(), "{body}");
        }
    }

    #[test]
    fn credits_keep_their_digits() {
        assert_eq!(credits(&json!(5916.25)).unwrap().to_string(), "5916.25");
        assert_eq!(credits(&json!(6.0)).unwrap().to_string(), "6");
        assert_eq!(credits(&json!("60.62")).unwrap().to_string(), "60.62");
        assert_eq!(credits(&json!(-1)), None);
    }

    #[test]
    fn json_in_strings_is_unwrapped() {
        assert_eq!(decoded(&json!("{\"a\":1}")), json!({"a":1}));
        assert_eq!(decoded(&json!("\"{\\\"a\\\":1}\"")), json!({"a":1}));
        assert_eq!(decoded(&json!("")), Value::Null);
        assert_eq!(decoded(&json!({"a":1})), json!({"a":1}));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_envelope_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Envelope::parse(&body);
        }
    }
}
