//! Results in words and notes as a person is handed them: texts to read, files to open.

use kie::{Composed, Instrument, Lyrics, TimedWord};
use midly::num::{u4, u7, u15, u24, u28};
use midly::{Format, Header, MetaMessage, MidiMessage, Smf, Timing, TrackEvent, TrackEventKind};

/// A text in the chat, when it is short enough.
pub(crate) const PLAIN: &str = "text/plain";

/// A text with times, which players of music know.
const TIMED: &str = "text/x-lrc";

const MIDI: &str = "audio/midi";

/// The most texts of one order.
const SHEETS_MAX: usize = 10;

/// One result that stands at no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) title: Option<String>,
    pub(crate) mime: &'static str,
    /// Never empty.
    pub(crate) content: Vec<u8>,
}

/// What a person gets of what was composed; none when there is nothing to give.
pub(crate) fn sheets(composed: Composed) -> Vec<Sheet> {
    let one = |mime, content: Vec<u8>| Sheet { title: None, mime, content };
    let mut sheets = match composed {
        Composed::Lyrics(texts) => texts.into_iter().map(lyrics).collect(),
        Composed::Style(style) => vec![one(PLAIN, plain(&style))],
        Composed::Timed(words) => vec![one(TIMED, lrc(&words).into_bytes())],
        Composed::Notes(instruments) => vec![one(MIDI, midi(&instruments))],
    };
    sheets.retain(|sheet| !sheet.content.is_empty());
    sheets.truncate(SHEETS_MAX);
    sheets
}

fn lyrics(lyrics: Lyrics) -> Sheet {
    Sheet {
        title: lyrics.title.map(|title| title.replace('\0', "")),
        mime: PLAIN,
        content: plain(&lyrics.text),
    }
}

/// PostgreSQL keeps no text with a zero in it.
fn plain(text: &str) -> Vec<u8> {
    text.replace('\0', "").into_bytes()
}

/// Lines with the time of their first word: `[01:02.34]Снег идёт`. Marks such as `[Verse]` are
/// no words to be sung.
fn lrc(words: &[TimedWord]) -> String {
    let mut text = String::new();
    let mut line = String::new();
    let mut since = None;
    for word in words {
        for piece in word.text.split_inclusive('\n') {
            if !piece.trim().is_empty() {
                since = since.or(Some(word.start_ms));
            }
            line.push_str(piece);
            if piece.ends_with('\n') {
                end_line(&mut text, &mut line, since.take());
            }
        }
    }
    end_line(&mut text, &mut line, since);
    text
}

fn end_line(text: &mut String, line: &mut String, since: Option<u32>) {
    let words = line.trim();
    let mark = words.starts_with('[') && words.ends_with(']');
    if let Some(ms) = since.filter(|_| !mark) {
        let (minutes, seconds, hundredths) = (ms / 60_000, ms / 1_000 % 60, ms / 10 % 100);
        text.push_str(&format!("[{minutes:02}:{seconds:02}.{hundredths:02}]{words}\n"));
    }
    line.clear();
}

/// A file of type 1: a track for the tempo, one for each instrument. A tick is a millisecond.
fn midi(instruments: &[Instrument]) -> Vec<u8> {
    // 500 ticks a quarter, and a quarter in half a second.
    let header = Header::new(Format::Parallel, Timing::Metrical(u15::new(500)));
    let mut smf = Smf::new(header);
    smf.tracks
        .push(vec![meta(MetaMessage::Tempo(u24::new(500_000))), meta(MetaMessage::EndOfTrack)]);
    let mut melodic = 0_u8;
    for instrument in instruments {
        // The tenth channel is the drums'.
        let channel = if is_drums(&instrument.name) {
            9
        } else {
            let free = melodic % 15;
            melodic = melodic.wrapping_add(1);
            if free < 9 { free } else { free.saturating_add(1) }
        };
        smf.tracks.push(track(instrument, u4::new(channel)));
    }
    let mut content = Vec::new();
    match smf.write(&mut content) {
        Ok(()) => content,
        // A vector takes every byte.
        Err(_) => Vec::new(),
    }
}

fn is_drums(name: &str) -> bool {
    let name = name.to_lowercase();
    ["drum", "percussion"].iter().any(|word| name.contains(word))
}

fn meta(message: MetaMessage<'_>) -> TrackEvent<'_> {
    TrackEvent { delta: u28::new(0), kind: TrackEventKind::Meta(message) }
}

fn track(instrument: &Instrument, channel: u4) -> Vec<TrackEvent<'_>> {
    let mut strokes: Vec<(u32, bool, MidiMessage)> = Vec::new();
    for note in &instrument.notes {
        let (key, vel) = (u7::new(note.pitch), u7::new(note.velocity));
        // A note of no length would never be heard.
        let end = note.end_ms.max(note.start_ms.saturating_add(1));
        strokes.push((note.start_ms, true, MidiMessage::NoteOn { key, vel }));
        strokes.push((end, false, MidiMessage::NoteOff { key, vel: u7::new(0) }));
    }
    // What ends makes way for what begins at the same moment.
    strokes.sort_by_key(|(at, begins, _)| (*at, *begins));
    let mut events = vec![meta(MetaMessage::TrackName(instrument.name.as_bytes()))];
    let mut now = 0_u32;
    for (at, _, message) in strokes {
        let delta = u28::new(at.saturating_sub(now));
        now = at;
        events.push(TrackEvent { delta, kind: TrackEventKind::Midi { channel, message } });
    }
    events.push(meta(MetaMessage::EndOfTrack));
    events
}

#[cfg(test)]
mod tests {
    use kie::Note;

    use super::*;

    fn word(text: &str, start_ms: u32) -> TimedWord {
        TimedWord { text: text.to_owned(), start_ms }
    }

    #[test]
    fn lines_stand_at_the_time_of_their_first_word() {
        let words = [
            word("[Verse]\nСнег ", 1_360),
            word("идёт\n", 2_500),
            word("\n", 3_000),
            word("Тихо ", 62_345),
            word("в доме\n[Chorus]\nДом", 63_000),
        ];
        assert_eq!(lrc(&words), "[00:01.36]Снег идёт\n[01:02.34]Тихо в доме\n[01:03.00]Дом\n");
        assert_eq!(lrc(&[word("[Verse]\n", 0)]), "");
    }

    #[test]
    fn texts_keep_their_titles_and_nothing_is_no_sheet() {
        let lyrics = |title: Option<&str>, text: &str| Lyrics {
            title: title.map(str::to_owned),
            text: text.to_owned(),
        };
        let given =
            sheets(Composed::Lyrics(vec![lyrics(Some("Зима"), "Снег"), lyrics(None, "Лёд")]));
        let sheet = |title: Option<&str>, text: &str| Sheet {
            title: title.map(str::to_owned),
            mime: PLAIN,
            content: text.as_bytes().to_vec(),
        };
        assert_eq!(given, [sheet(Some("Зима"), "Снег"), sheet(None, "Лёд")]);
        assert_eq!(sheets(Composed::Timed(vec![word("[Intro]", 0)])), []);
    }

    #[test]
    fn notes_are_played_at_their_times_and_drums_on_their_channel() {
        let note = |pitch, start_ms, end_ms| Note { pitch, start_ms, end_ms, velocity: 90 };
        let instrument = |name: &str, notes: Vec<Note>| Instrument { name: name.to_owned(), notes };
        let written = sheets(Composed::Notes(vec![
            instrument("Drums", vec![note(36, 500, 500)]),
            instrument("Piano", vec![note(60, 1_000, 2_000), note(60, 0, 1_000)]),
        ]));
        assert_eq!(written.len(), 1);
        let read = Smf::parse(&written[0].content).unwrap();
        assert_eq!(read.header.timing, Timing::Metrical(u15::new(500)));
        let played = |track: usize| -> Vec<(u32, u8, bool, u8)> {
            let mut now = 0;
            let event = |event: &TrackEvent<'_>| {
                now += event.delta.as_int();
                match event.kind {
                    TrackEventKind::Midi { channel, message: MidiMessage::NoteOn { key, .. } } => {
                        Some((now, channel.as_int(), true, key.as_int()))
                    }
                    TrackEventKind::Midi { channel, message: MidiMessage::NoteOff { key, .. } } => {
                        Some((now, channel.as_int(), false, key.as_int()))
                    }
                    _ => None,
                }
            };
            read.tracks[track].iter().filter_map(event).collect()
        };
        assert_eq!(played(1), [(500, 9, true, 36), (501, 9, false, 36)]);
        let piano = [(0, true), (1_000, false), (1_000, true), (2_000, false)];
        assert_eq!(played(2), piano.map(|(at, begins)| (at, 0, begins, 60)));
    }
}
