//! Results in words and notes: what the helpers of songs give instead of a file (KIE docs: the
//! callbacks and record pages of Suno). The task interface documents only `lyricsData`; the rest is
//! read by the names that the product pages give, wherever the answer carries them.

use serde_json::Value;

use crate::json;

/// No moment of a song is later; what claims to be is no time.
const LONGEST_SECONDS: f64 = 24.0 * 3600.0;

/// What a task composed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Composed {
    /// Texts of songs to choose from (KIE docs: generate-lyrics).
    Lyrics(Vec<Lyrics>),
    /// The words of one song, each with its time (KIE docs: get-timestamped-lyrics).
    Timed(Vec<TimedWord>),
    /// A style described at length (KIE docs: boost-music-style).
    Style(String),
    /// The notes of one song (KIE docs: generate-midi).
    Notes(Vec<Instrument>),
}

/// The text of a song.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lyrics {
    /// Its title, when it has one.
    pub title: Option<String>,
    /// The text, with marks such as `[Verse]`.
    pub text: String,
}

/// A word, or a few with a line's end, of a song.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimedWord {
    /// The letters as they stand in the text, line ends included.
    pub text: String,
    /// When it begins, in milliseconds from the start of the song.
    pub start_ms: u32,
}

/// What one instrument plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// Its name, such as `Drums`.
    pub name: String,
    /// Its notes, in no certain order.
    pub notes: Vec<Note>,
}

/// A note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// From 0 to 127; 60 is the middle C.
    pub pitch: u8,
    /// When it begins, in milliseconds from the start of the song.
    pub start_ms: u32,
    /// When it ends; never before it begins.
    pub end_ms: u32,
    /// How loud, from 1 to 127.
    pub velocity: u8,
}

/// Finds words or notes in a result; `None` when there are none.
pub(crate) fn read(result: &Value) -> Option<Composed> {
    let inside = result.get("resultObject").map(json::decoded).filter(|found| !found.is_null());
    [inside.as_ref(), Some(result)].into_iter().flatten().find_map(of_object)
}

fn of_object(object: &Value) -> Option<Composed> {
    if let Some(words) = list(object, &["alignedWords", "aligned_words"]) {
        let words: Vec<_> = words.iter().filter_map(word).collect();
        return (!words.is_empty()).then_some(Composed::Timed(words));
    }
    let notes = json::field(object, &["midiData", "midi_data"]).map(json::decoded);
    if let Some(instruments) = list(notes.as_ref().unwrap_or(object), &["instruments"]) {
        let played: Vec<_> = instruments.iter().filter_map(instrument).collect();
        return (!played.is_empty()).then_some(Composed::Notes(played));
    }
    if let Some(texts) = list(object, &["lyricsData", "lyrics_data", "data"]) {
        let texts: Vec<_> = texts.iter().filter_map(lyrics).collect();
        return (!texts.is_empty()).then_some(Composed::Lyrics(texts));
    }
    let style = json::field(object, &["result", "style", "text"]).and_then(written)?;
    Some(Composed::Style(style))
}

fn list(object: &Value, names: &[&str]) -> Option<Vec<Value>> {
    let found = json::field(object, names)?;
    match if found.is_string() { json::decoded(found) } else { found.clone() } {
        Value::Array(items) => Some(items),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            None
        }
    }
}

/// A text of letters: a number or an address is none.
fn written(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (!text.is_empty() && json::link(value).is_none()).then(|| text.to_owned())
}

fn lyrics(item: &Value) -> Option<Lyrics> {
    let text = json::field(item, &["text", "lyrics"]).and_then(written)?;
    Some(Lyrics { title: json::field(item, &["title"]).and_then(written), text })
}

fn word(item: &Value) -> Option<TimedWord> {
    let text = json::field(item, &["word", "text"])?.as_str()?.to_owned();
    let start_ms = moment(item, &["startS", "start_s", "start"])?;
    Some(TimedWord { text, start_ms })
}

fn instrument(item: &Value) -> Option<Instrument> {
    let notes: Vec<_> = list(item, &["notes"])?.iter().filter_map(note).collect();
    let name = json::field(item, &["name"]).and_then(json::text).unwrap_or_default();
    (!notes.is_empty()).then_some(Instrument { name, notes })
}

fn note(item: &Value) -> Option<Note> {
    let pitch = json::field(item, &["pitch"]).and_then(json::whole)?;
    let start_ms = moment(item, &["start"])?;
    Some(Note {
        pitch: u8::try_from(pitch).ok().filter(|pitch| *pitch < 128)?,
        start_ms,
        end_ms: moment(item, &["end"])?.max(start_ms),
        velocity: json::field(item, &["velocity"]).map_or(100, velocity),
    })
}

/// KIE gives a share of the loudest; 100 of 127 where it gives nothing readable.
fn velocity(value: &Value) -> u8 {
    let share = number(value).filter(|share| (0.0..=1.0).contains(share));
    let steps = share.and_then(|share| format!("{:.0}", share * 127.0).parse::<u8>().ok());
    steps.map_or(100, |steps| steps.clamp(1, 127))
}

/// Seconds, as a number or in a string, in milliseconds.
fn moment(item: &Value, names: &[&str]) -> Option<u32> {
    let seconds = json::field(item, names).and_then(number)?;
    // By its digits: a float becomes no integer without a guess about the rest.
    (0.0..=LONGEST_SECONDS)
        .contains(&seconds)
        .then(|| format!("{:.0}", seconds * 1000.0).parse().ok())
        .flatten()
}

fn number(value: &Value) -> Option<f64> {
    json::text(value)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_of_songs_are_read_with_and_without_titles() {
        let listed = json!([
            { "text": "[Verse]\nСнег", "title": "Зима", "status": "complete" },
            { "text": "[Verse]\nЛёд", "title": "" },
            { "text": "", "title": "Пусто", "status": "error" },
        ]);
        let lyrics = |title: Option<&str>, text: &str| Lyrics {
            title: title.map(str::to_owned),
            text: text.to_owned(),
        };
        let expected = Composed::Lyrics(vec![
            lyrics(Some("Зима"), "[Verse]\nСнег"),
            lyrics(None, "[Verse]\nЛёд"),
        ]);
        for result in [
            json!({ "resultObject": { "lyricsData": listed } }),
            json!({ "resultObject": json!({ "lyricsData": listed }).to_string() }),
            json!({ "data": listed }),
        ] {
            assert_eq!(read(&result).as_ref(), Some(&expected), "{result}");
        }
    }

    #[test]
    fn words_have_their_times() {
        let result = json!({ "resultObject": { "alignedWords": [
            { "word": "[Verse]\nСнег ", "success": true, "startS": 1.36, "endS": 1.79, "palign": 0 },
            { "word": "идёт\n", "success": true, "startS": "2.5", "endS": "3" },
            { "word": "нет времени", "success": false },
        ], "waveformData": [0, 1], "hootCer": 0.3, "isStreamed": false } });
        let word = |text: &str, start_ms| TimedWord { text: text.to_owned(), start_ms };
        let expected = vec![word("[Verse]\nСнег ", 1360), word("идёт\n", 2500)];
        assert_eq!(read(&result), Some(Composed::Timed(expected)));
    }

    #[test]
    fn notes_are_read_from_numbers_and_from_strings() {
        let instruments = json!([
            { "name": "Drums", "notes": [
                { "pitch": 73, "start": "0.036458333333333336", "end": "0.18229166666666666", "velocity": 1 },
                { "pitch": 61, "start": 0.046875, "end": "0.01", "velocity": 0.5 },
                { "pitch": 400, "start": 0, "end": 1 },
                { "pitch": 40, "start": -1, "end": 1 },
            ] },
            { "name": "Silence", "notes": [] },
        ]);
        let note = |pitch, start_ms, end_ms, velocity| Note { pitch, start_ms, end_ms, velocity };
        let drums = Instrument {
            name: "Drums".to_owned(),
            notes: vec![note(73, 36, 182, 127), note(61, 47, 47, 64)],
        };
        let expected = Composed::Notes(vec![drums]);
        for result in [
            json!({ "resultObject": { "state": "complete", "instruments": instruments } }),
            json!({ "midiData": { "state": "complete", "instruments": instruments } }),
        ] {
            assert_eq!(read(&result).as_ref(), Some(&expected), "{result}");
        }
    }

    #[test]
    fn a_style_is_a_text_and_an_address_is_none() {
        let style = |text: &str| Some(Composed::Style(text.to_owned()));
        assert_eq!(
            read(&json!({ "resultObject": { "result": " dream pop " } })),
            style("dream pop")
        );
        assert_eq!(read(&json!({ "result": "lo-fi" })), style("lo-fi"));
        for nothing in [
            json!({ "resultUrls": ["https://a.example/1.png"] }),
            json!({ "resultObject": {} }),
            json!({ "resultObject": { "text": "https://a.example/1.png" } }),
            json!({ "resultObject": { "subject_status": 1 } }),
            json!({ "resultObject": { "lyricsData": [] } }),
            json!(null),
        ] {
            assert_eq!(read(&nothing), None, "{nothing}");
        }
    }

    fn anything() -> impl Strategy<Value = Value> {
        let names = || {
            proptest::sample::select(vec![
                "resultObject",
                "lyricsData",
                "alignedWords",
                "instruments",
                "midiData",
                "notes",
                "text",
                "title",
                "word",
                "startS",
                "start",
                "end",
                "pitch",
                "velocity",
                "result",
            ])
        };
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 60, 5, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::vec((names(), inner), 0..5).prop_map(|pairs| {
                    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_result_makes_the_reader_panic(result in anything()) {
            if let Some(Composed::Notes(instruments)) = read(&result) {
                for note in instruments.iter().flat_map(|one| &one.notes) {
                    prop_assert!(note.pitch < 128 && note.start_ms <= note.end_ms);
                }
            }
        }
    }
}
