use serde_json::{Value, json};

use super::super::html::{automatic_entities, parse, render, trimmed};
use super::super::state::Formatted;

fn entity(kind: &str, offset: usize, length: usize) -> Value {
    json!({ "type": kind, "offset": offset, "length": length })
}

#[test]
fn html_becomes_a_text_with_entities() {
    let table: Vec<(&str, &str, Vec<Value>)> = vec![
        ("plain", "plain", vec![]),
        ("<b>жир</b> and", "жир and", vec![entity("bold", 0, 3)]),
        ("<strong>a</strong>", "a", vec![entity("bold", 0, 1)]),
        ("<i>a</i><em>b</em>", "ab", vec![entity("italic", 0, 1), entity("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", vec![entity("underline", 0, 1), entity("underline", 1, 1)]),
        (
            "<s>a</s><strike>b</strike><del>c</del>",
            "abc",
            vec![
                entity("strikethrough", 0, 1),
                entity("strikethrough", 1, 1),
                entity("strikethrough", 2, 1),
            ],
        ),
        ("🎬<b>x</b>", "🎬x", vec![entity("bold", 2, 1)]),
        ("<b><i>x</i>y</b>", "xy", vec![entity("bold", 0, 2), entity("italic", 0, 1)]),
        ("<code>a</code>", "a", vec![entity("code", 0, 1)]),
        (
            "<pre><code class=\"language-rust\">fn</code></pre>",
            "fn",
            vec![json!({ "type": "pre", "offset": 0, "length": 2, "language": "rust" })],
        ),
        ("<tg-spoiler>a</tg-spoiler>", "a", vec![entity("spoiler", 0, 1)]),
        ("<span class='tg-spoiler'>a</span>", "a", vec![entity("spoiler", 0, 1)]),
        ("<blockquote>a</blockquote>", "a", vec![entity("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", vec![entity("expandable_blockquote", 0, 1)]),
        (
            "<a href=\"https://kie.ai/?a=1&amp;b=2\">link</a>",
            "link",
            vec![
                json!({ "type": "text_link", "offset": 0, "length": 4, "url": "https://kie.ai/?a=1&b=2" }),
            ],
        ),
        ("<a href=\"nowhere\">words</a>", "words", vec![]),
        (
            "<tg-emoji emoji-id=\"536\">👍</tg-emoji>",
            "👍",
            vec![
                json!({ "type": "custom_emoji", "offset": 0, "length": 2, "custom_emoji_id": "536" }),
            ],
        ),
        ("&lt;b&gt; &amp; &quot;q&quot; &nbsp; &#65;", "<b> & \"q\" &nbsp; A", vec![]),
        ("<b></b>empty", "empty", vec![]),
        ("a < b", "", vec![]),
    ];
    for (source, text, entities) in table {
        if source == "a < b" {
            assert!(parse(source).is_err());
            continue;
        }
        let parsed = parse(source).unwrap();
        assert_eq!((parsed.text.as_str(), &parsed.entities), (text, &entities), "{source}");
    }
}

#[test]
fn broken_html_is_refused_with_the_reason() {
    for (source, reason) in [
        ("<b>x", "Can't find end tag corresponding to start tag \"b\""),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
        ("<p>x</p>", "Unsupported start tag \"p\" at byte offset 0"),
        ("<br>", "Unsupported start tag \"br\" at byte offset 0"),
        ("2 <3", "Unclosed start tag at byte offset 2"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
    ] {
        assert_eq!(parse(source).unwrap_err(), reason, "{source}");
    }
}

#[test]
fn white_space_around_a_text_goes_and_entities_move() {
    let formatted = trimmed(parse("\n <b> x </b> ").unwrap());
    assert_eq!(formatted, Formatted { text: "x".into(), entities: vec![entity("bold", 0, 1)] });
}

#[test]
fn rendering_gives_back_safe_html() {
    for (source, html) in [
        ("<b>a<i>b</i></b>c", "<b>a<i>b</i></b>c"),
        ("&lt;script&gt;\"'&amp;", "&lt;script&gt;&quot;&#39;&amp;"),
        (
            "<a href=\"https://x.y/?a=&quot;b\">z</a>",
            "<a href=\"https://x.y/?a=%22b\" target=\"_blank\" rel=\"noopener noreferrer\">z</a>",
        ),
    ] {
        assert_eq!(render(&parse(source).unwrap()), html, "{source}");
    }
}

#[test]
fn crossing_entities_still_nest() {
    let entities = vec![entity("bold", 0, 2), entity("italic", 1, 2)];
    let formatted = Formatted { text: "abc".into(), entities };
    assert_eq!(render(&formatted), "<b>a<i>b</i></b><i>c</i>");
}

#[test]
fn a_link_that_could_run_code_is_no_link() {
    let entities = vec![
        json!({ "type": "text_link", "offset": 0, "length": 1, "url": "javascript:alert(1)" }),
    ];
    assert_eq!(render(&Formatted { text: "x".into(), entities }), "x");
}

#[test]
fn commands_and_addresses_are_found() {
    let found = automatic_entities("/start см. https://kie.ai сюда", &[]);
    assert_eq!(found, [entity("bot_command", 0, 6), entity("url", 11, 14)]);
}
