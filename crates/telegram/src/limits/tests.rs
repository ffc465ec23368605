use bytes::Bytes;
use proptest::prelude::{ProptestConfig, any, proptest};

use super::*;

fn with_keyboard(rows: Vec<Vec<Button>>) -> Outbound {
    Outbound::Text { chat: 1, html: "a".to_owned(), keyboard: Some(Keyboard::Inline(rows)) }
}

fn captioned(caption: &str) -> Outbound {
    Outbound::Media {
        chat: 1,
        kind: OutKind::Photo,
        file: OutFile::FileId("f".to_owned()),
        caption_html: Some(caption.to_owned()),
        keyboard: None,
        no_type_detection: false,
        width: None,
        height: None,
        duration_s: None,
        title: None,
    }
}

fn uploaded(kind: OutKind, bytes: u64) -> Outbound {
    let bytes = Bytes::from(vec![0; usize::try_from(bytes).unwrap()]);
    let file = OutFile::Upload { name: "f".to_owned(), mime: "image/png".to_owned(), bytes };
    Outbound::media(1, kind, file)
}

#[test]
fn a_text_is_counted_without_tags_and_with_entities_as_one() {
    for (html, plain) in [
        ("<b>Цена</b>: 5 &lt; 7 &amp; «да»", "Цена: 5 < 7 & «да»"),
        ("<a href=\"https://a.b/?x=1&amp;y=>\">тут</a>", "тут"),
        ("&#1071;&#x44f;&#X44F;", "Яяя"),
        ("&nbsp;&;&&amp", "&nbsp;&;&&amp"),
        ("&#0;&#x110000;&#9999999999999999;", "&#0;&#x110000;&#9999999999999999;"),
        ("1 < 2", "1 < 2"),
        ("<b>1</b> < 2 & 3 < 4 &lt; 5", "1 < 2 & 3 < 4 < 5"),
        ("<pre><code class='a>b'>x</code></pre>", "x"),
        ("&юююююююю;", "&юююююююю;"),
    ] {
        assert_eq!(plain_text(html), plain, "{html}");
    }
}

#[test]
fn a_text_of_4096_units_fits_and_one_more_does_not() {
    let fits = format!("<b>{}</b>", "я".repeat(TEXT));
    assert_eq!(check(&Outbound::text(1, fits)), Ok(()));
    let over = "я".repeat(TEXT + 1);
    assert_eq!(check(&Outbound::text(1, over)), Err(TooLongWhere::Text { got: TEXT + 1 }));
    let wide = "🎬".repeat(TEXT / 2 + 1);
    assert_eq!(check(&Outbound::text(1, wide)), Err(TooLongWhere::Text { got: TEXT + 2 }));
}

#[test]
fn a_text_of_tags_and_blanks_is_empty() {
    assert_eq!(check(&Outbound::text(1, "<b> </b>\n")), Err(TooLongWhere::EmptyText));
}

#[test]
fn a_caption_has_its_own_limit_and_may_be_empty() {
    assert_eq!(check(&captioned("")), Ok(()));
    assert_eq!(check(&captioned(&"&lt;".repeat(CAPTION))), Ok(()));
    let over = Err(TooLongWhere::Caption { got: CAPTION + 1 });
    assert_eq!(check(&captioned(&"x".repeat(CAPTION + 1))), over);
}

#[test]
fn callback_data_is_counted_in_bytes() {
    let data = |data: &str| check(&with_keyboard(vec![vec![Button::press("b", data)]]));
    assert_eq!(data(&"я".repeat(32)), Ok(()));
    let button = || "b".to_owned();
    let over = Err(TooLongWhere::CallbackData { button: button(), got: 66 });
    assert_eq!(data(&"я".repeat(33)), over);
    assert_eq!(data(""), Err(TooLongWhere::CallbackData { button: button(), got: 0 }));
}

#[test]
fn a_keyboard_has_a_hundred_buttons_and_eight_in_a_row_at_most() {
    let row = |length| vec![Button::press("b", "d"); length];
    assert_eq!(check(&with_keyboard(vec![row(8); 12])), Ok(()));
    assert_eq!(check(&with_keyboard(vec![row(9)])), Err(TooLongWhere::Row { got: 9 }));
    assert_eq!(check(&with_keyboard(vec![row(8); 13])), Err(TooLongWhere::Buttons { got: 104 }));
}

#[test]
fn buttons_say_and_do_something() {
    let button = |button| check(&with_keyboard(vec![vec![button]]));
    assert_eq!(button(Button::press(" ", "d")), Err(TooLongWhere::EmptyButton));
    let name = || "b".to_owned();
    assert_eq!(button(Button::link("b", "")), Err(TooLongWhere::EmptyLink { button: name() }));
    assert_eq!(button(Button::copy("b", "x".repeat(256))), Ok(()));
    let over = Err(TooLongWhere::CopyText { button: name(), got: 257 });
    assert_eq!(button(Button::copy("b", "x".repeat(257))), over);
}

#[test]
fn an_edited_message_takes_no_reply_keyboard() {
    let edit = |keyboard| Outbound::EditKeyboard { chat: 1, message_id: 2, keyboard };
    assert_eq!(check(&edit(None)), Ok(()));
    assert_eq!(check(&edit(Some(Keyboard::RemoveReply))), Err(TooLongWhere::NotInline));
}

#[test]
fn a_reply_keyboard_has_buttons_and_a_short_placeholder() {
    let text = |rows: Vec<Vec<String>>, placeholder: Option<String>| {
        let keyboard =
            Some(Keyboard::Reply { rows, persistent: true, one_time: false, placeholder });
        check(&Outbound::Text { chat: 1, html: "a".to_owned(), keyboard })
    };
    let row = || vec![vec!["Меню".to_owned()]];
    assert_eq!(text(row(), None), Ok(()));
    assert_eq!(text(row(), Some("я".repeat(64))), Ok(()));
    assert_eq!(text(row(), Some("я".repeat(65))), Err(TooLongWhere::Placeholder { got: 65 }));
    assert_eq!(text(vec![vec![]], None), Err(TooLongWhere::Buttons { got: 0 }));
    assert_eq!(text(vec![vec![String::new()]], None), Err(TooLongWhere::EmptyButton));
}

#[test]
fn uploads_have_the_limits_of_their_kind() {
    assert_eq!(check(&uploaded(OutKind::Photo, PHOTO_BYTES)), Ok(()));
    let over = PHOTO_BYTES + 1;
    assert_eq!(check(&uploaded(OutKind::Photo, over)), Err(TooLongWhere::File { got: over }));
    assert_eq!(check(&uploaded(OutKind::Document, over)), Ok(()));
    let over = FILE_BYTES + 1;
    assert_eq!(check(&uploaded(OutKind::Video, over)), Err(TooLongWhere::File { got: over }));
    assert_eq!(check(&uploaded(OutKind::Video, 0)), Err(TooLongWhere::File { got: 0 }));
}

#[test]
fn an_invoice_has_a_short_title_and_a_price() {
    let invoice = |title: &str, stars| Outbound::Invoice {
        chat: 1,
        title: title.to_owned(),
        description: "d".to_owned(),
        payload: "p".to_owned(),
        label: "l".to_owned(),
        price: crate::Price::Stars(stars),
        start: String::new(),
    };
    assert_eq!(check(&invoice(&"я".repeat(32), 1)), Ok(()));
    let over = TooLongWhere::Invoice { part: "title", got: 33 };
    assert_eq!(check(&invoice(&"я".repeat(33), 1)), Err(over));
    let free = TooLongWhere::Invoice { part: "price", got: 0 };
    assert_eq!(check(&invoice("t", 0)), Err(free));
}

#[test]
fn a_photo_fits_by_sides_ratio_and_bytes() {
    assert!(photo_fits(5_000, 5_000, PHOTO_BYTES));
    assert!(!photo_fits(5_001, 5_000, 1));
    assert!(photo_fits(100, 2_000, 1));
    assert!(!photo_fits(100, 2_001, 1));
    assert!(!photo_fits(100, 100, PHOTO_BYTES + 1));
    assert!(!photo_fits(0, 100, 1));
    assert!(!photo_fits(u32::MAX, u32::MAX, 1));
}

#[test]
fn cutting_never_halves_a_character() {
    assert_eq!(cut("аб🎬в", 2), "аб");
    assert_eq!(cut("аб🎬в", 3), "аб");
    assert_eq!(cut("аб🎬в", 4), "аб🎬");
    assert_eq!(cut("аб🎬в", 99), "аб🎬в");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_escaped_text_reads_as_it_was(text in any::<String>()) {
        assert_eq!(plain_text(&escape_html(&text)), text);
    }

    #[test]
    fn any_html_can_be_stripped(html in "[<>&;#x0-9a-z\"'я🎬 ]{0,60}") {
        let _ = plain_text(&html);
    }
}
