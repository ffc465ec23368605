//! What goes on from a result, and what can be done with something that was just sent.

use catalog::Output;
use generation::State;
use media::MediaKind;

use super::*;
use crate::offer::{Offer, Tag};

/// A song of two pieces that was made and paid.
fn with_a_song() -> Trial {
    let mut anna = Trial::new();
    let mut song = an_order("ai-music-api/generate", Answers::new());
    for position in 0..2 {
        let mut output = song.outputs[0].clone();
        output.position = position;
        output.kind = Output::Audio;
        output.mime = "audio/mpeg".to_owned();
        output.piece = Some(format!("piece-{position}"));
        song.outputs.push(output);
    }
    song.outputs.remove(0);
    anna.orders.push(song);
    anna
}

fn offer(anna: &Trial, position: u16, model: &str) -> Button {
    let order = anna.orders[0].id;
    Button::Offer(Offer::Continue { order, position, model: Tag::of(model) })
}

const WAV: &str = "ai-music-api/convert-to-wav-format";

#[test]
fn the_history_offers_what_can_go_on_from_each_song() {
    let mut anna = with_a_song();
    let id = anna.orders[0].id;
    anna.presses(Button::Item(id));
    let shown = anna.shown();
    assert!(shown.contains("[💿 Без сжатия №1 · ") && shown.contains("[💿 Без сжатия №2 · "));
    // What takes the whole task stands there once.
    assert_eq!(shown.matches("🖼 Обложка").count(), 1, "{shown}");
    anna.taps("Без сжатия №2");
    let draft = anna.session.draft.clone().unwrap();
    assert_eq!(draft.stage, Stage::Summary, "nothing is left to ask");
    assert_eq!(draft.answers["audio_id"], Answer::Text("piece-1".to_owned()));
    anna.taps("Запустить");
    assert_eq!(anna.placed[0].continues, Some(id));
    assert_eq!(anna.placed[0].answers["task_id"], Answer::Text("task-1".to_owned()));
    // The same once more is the same continuation.
    let again = anna.orders[1].id;
    anna.orders[1].state = State::Done;
    anna.presses(Button::Repeat(again));
    anna.taps("Запустить");
    assert_eq!(anna.placed[1].continues, Some(id));
}

#[test]
fn nothing_goes_on_from_what_is_not_there_or_not_ones_own() {
    let mut anna = with_a_song();
    for position in [2, u16::MAX] {
        anna.presses(offer(&anna, position, WAV));
        assert!(anna.session.draft.is_none(), "there is no such piece");
    }
    anna.presses(offer(&anna, 0, "veo/extend"));
    assert!(anna.session.draft.is_none(), "a video does not go on from a song");
    anna.presses(offer(&anna, 0, "no-such-model"));
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::NoModel));
    anna.orders[0].state = State::Failed;
    anna.presses(offer(&anna, 0, WAV));
    assert!(anna.session.draft.is_none(), "there is no result");
    anna.orders[0].state = State::Done;
    anna.orders[0].user_id += 1;
    anna.presses(offer(&anna, 0, WAV));
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::NoSuchOrder));
}

#[test]
fn the_way_back_from_a_continuation_is_the_order_that_it_goes_on_from() {
    let mut anna = with_a_song();
    anna.presses(offer(&anna, 0, "ai-music-api/extend"));
    assert!(anna.session.draft.is_some(), "{}", anna.shown());
    let id = anna.orders[0].id;
    for _ in 0..20 {
        if matches!(&anna.session.place, Place::Item { id: at, .. } if *at == id) {
            return;
        }
        anna.taps("Назад");
    }
    panic!("no way back:\n{}", anna.shown());
}

#[test]
fn a_photo_of_its_own_accord_can_be_animated_improved_and_changed() {
    let mut anna = Trial::new();
    anna.acts(Input::File {
        file: Ok(picture()),
        album: None,
        caption: Some("кот танцует".to_owned()),
    });
    let shown = anna.shown();
    for action in ["🎬 Оживить · ", "✨ Улучшить · ", "🖌 Изменить · "]
    {
        assert!(shown.contains(action), "{shown}");
    }
    assert_eq!(shown.matches('₽').count(), 3, "each with a price: {shown}");
    anna.taps("Изменить");
    let draft = anna.session.draft.clone().unwrap();
    assert_eq!(draft.stage, Stage::Summary, "the words under the photo are the prompt");
    assert!(draft.answers.values().any(|answer| *answer == Answer::Files(vec![picture()])));
    assert!(draft.answers.values().any(|answer| *answer == Answer::Text("кот танцует".into())));
    // The other things can still be had.
    anna.opens(Entry::Menu);
    anna.acts(Input::File { file: Ok(picture()), album: None, caption: None });
    anna.taps("Оживить");
    assert!(anna.session.draft.is_some(), "{}", anna.shown());
}

#[test]
fn words_of_their_own_accord_become_a_picture_a_video_or_speech() {
    let mut anna = Trial::new();
    anna.says("кот <читает> газету");
    let shown = anna.shown();
    for action in ["🖼 Картинка · ", "🎬 Видео · ", "🎙 Озвучить · "]
    {
        assert!(shown.contains(action), "{shown}");
    }
    anna.taps("Озвучить");
    let draft = anna.session.draft.clone().unwrap();
    assert_eq!(draft.stage, Stage::Summary);
    assert!(anna.shown().contains("Запустить за"), "{}", anna.shown());
}

#[test]
fn an_album_of_its_own_accord_is_one_thing() {
    let mut anna = Trial::new();
    anna.sends(picture(), Some("album"));
    assert!(!anna.view.as_ref().unwrap().in_place);
    anna.sends(picture(), Some("album"));
    assert!(anna.view.as_ref().unwrap().in_place);
    assert_eq!(anna.session.sent.as_ref().unwrap().files.len(), 2);
    anna.sends(picture(), None);
    assert_eq!(anna.session.sent.as_ref().unwrap().files.len(), 1);
}

#[test]
fn a_sound_of_its_own_accord_is_offered_what_takes_sounds() {
    let mut anna = Trial::new();
    let sound = catalog::FileInput {
        kind: MediaKind::Audio,
        mime: "audio/mpeg".to_owned(),
        duration_ms: Some(8000),
        width: None,
        height: None,
        ..picture()
    };
    anna.sends(sound, None);
    let shown = anna.shown();
    assert_eq!(shown.matches('₽').count(), 3, "{shown}");
}

#[test]
fn what_was_sent_long_ago_or_never_is_not_chosen() {
    let mut anna = Trial::new();
    anna.presses(Button::Offer(Offer::Quick(Tag::of("z-image"))));
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::Stale));
    anna.acts(Input::File { file: Err(FileTrouble::Unknown), album: None, caption: None });
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::File(FileTrouble::Unknown)));
}

#[test]
fn a_voice_message_where_words_are_wanted_gets_a_polite_no() {
    let mut anna = Trial::new();
    anna.presses(Button::Create("google/nano-banana".to_owned()));
    let voice =
        catalog::FileInput { kind: MediaKind::Audio, mime: "audio/ogg".to_owned(), ..picture() };
    anna.sends(voice, None);
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::VoiceNotRead));
    anna.says("Кот");
    assert_eq!(anna.session.draft.as_ref().unwrap().stage, Stage::Summary);
}

#[test]
fn a_picture_of_a_wrong_type_can_be_mended_and_one_that_cannot_is_only_refused() {
    let mut anna = Trial::new();
    anna.presses(Button::Create("recraft/remove-background".to_owned()));
    let bmp = catalog::FileInput { mime: "image/bmp".to_owned(), ..picture() };
    anna.sends(bmp.clone(), None);
    assert!(anna.shown().contains("🛠 Исправить"), "{}", anna.shown());
    assert_eq!(anna.session.draft.as_ref().unwrap().broken, Some(bmp));
    // Another file makes it forgotten, and so does the mended one.
    let film = catalog::FileInput { kind: MediaKind::Video, mime: "video/mp4".into(), ..picture() };
    anna.sends(film, None);
    assert!(!anna.shown().contains("Исправить"), "{}", anna.shown());
    let revision = anna.revision;
    anna.presses(Button::Wizard { revision, step: Step::Fix });
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::Stale));
    anna.sends(picture(), None);
    assert_eq!(anna.session.draft.as_ref().unwrap().broken, None);
}
