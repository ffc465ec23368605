use super::*;

const BRIEF: &str = "Write prompts for an image-to-video model that brings the given photo to life. \
    Describe the motion of the subject and of the camera.";

fn told() -> String {
    instructions(BRIEF, "Kling 2.6", 1000, 3)
}

fn read(answer: &str) -> Option<Vec<String>> {
    scripts(answer, &told(), 3, 100)
}

#[test]
fn the_instructions_name_the_model_its_limit_and_the_number() {
    let told = told();
    for part in [BRIEF, "Kling 2.6", "1000 characters", "exactly 3 strings", "different ways"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(!instructions(BRIEF, "Suno", 500, 1).contains("different ways"));
    assert!(instructions(BRIEF, "X", 20_000, 1).contains("1200 characters"));
}

#[test]
fn the_array_that_was_asked_for_is_read_in_every_dress() {
    let three = ["A cat blinks.", "The camera rises.", "Wind moves the grass."];
    let plain = serde_json::to_string(&three).unwrap();
    for answer in [plain.clone(), format!("```json\n{plain}\n```"), format!("Here you go: {plain}")]
    {
        assert_eq!(read(&answer).unwrap(), three, "{answer}");
    }
    // Too few are used in turn, too many are left out.
    assert_eq!(read(r#"["One is here.", "Two is here."]"#).unwrap()[2], "One is here.");
    assert_eq!(read(r#"["abc", "bcd", "cde", "def"]"#).unwrap().len(), 3);
    assert_eq!(read("The cat slowly looks up.").unwrap(), ["The cat slowly looks up."; 3]);
}

#[test]
fn what_is_no_prompt_counts_as_none() {
    for answer in [
        "",
        "   ",
        "[]",
        "[1, 2]",
        "{\"error\": \"busy\"}",
        "{\"choices\":[{",
        "<html>502</html>",
        "```python\nprint(1)\n```",
        "I'm sorry, but I can't help with that.",
        "I\u{2019}m sorry, I cannot.",
        "As an AI, I do not see pictures.",
        "\u{41a} \u{441}\u{43e}\u{436}\u{430}\u{43b}\u{435}\u{43d}\u{438}\u{44e}, \u{43d}\u{435}\u{442}.",
        "[\"!!\", \"...\"]",
    ] {
        assert_eq!(read(answer), None, "{answer}");
    }
}

#[test]
fn the_instructions_never_come_back() {
    let told = told();
    assert_eq!(scripts(&told, &told, 1, 5000), None);
    assert_eq!(scripts(BRIEF, &told, 1, 5000), None);
    let quoted = format!("My rules: {}", BRIEF.to_uppercase());
    assert_eq!(scripts(&quoted, &told, 1, 5000), None);
    // In an array only the guilty one is left out.
    let mixed = serde_json::to_string(&["A cat blinks.", &told]).unwrap();
    assert_eq!(scripts(&mixed, &told, 2, 5000).unwrap(), ["A cat blinks."; 2]);
}

#[test]
fn a_text_that_is_too_long_ends_with_a_sentence_or_a_word() {
    let long = "The cat looks up and smiles. Then it walks away through the tall grass of summer.";
    assert_eq!(tidy(long, 50), "The cat looks up and smiles.");
    assert_eq!(tidy("one two three four", 9), "one two");
    assert_eq!(tidy("one\n\ttwo\u{0}three", 50), "one two three");
    assert_eq!(tidy(&"x".repeat(60), 50).len(), 50);
}
