//! The texts that are known, by group. A row matches when the text contains all its fragments.
//! Fragments are in the form that [`normalised`] gives: lower case, straight apostrophes, spaces for
//! underscores.

/// Fragments that must all occur.
type Row = &'static [&'static str];

/// KIE's own account with a vendor is overdue. It reads like an account error, but neither our
/// operator nor the person can do anything; it passes.
pub(super) const UPSTREAM: &[Row] = &[&["accountoverdueerror"]];

/// Moderation.
pub(super) const CONTENT: &[Row] = &[
    &["flagged as sensitive"],
    &["violating content policies"],
    &["content policy blocked"],
    &["prohibited content"],
    &["public error", "upload"],
    &["public error prominent"],
    &["public error unsafe"],
    &["public error sexual"],
    &["public error minor"],
    &["public error violence"],
    &["public error danger"],
    &["public error audio filtered"],
    &["rejected by flow"],
    &["violate our guardrails"],
    &["guardrails concerning"],
    &["guardrails around"],
    &["violence or graphic content"],
    &["hate speech or discrimination"],
    &["self-harm"],
    &["photorealistic people"],
    &["i can't generate"],
    &["i can't edit"],
    &["i can't transform"],
    &["i can't create"],
    &["i can't help"],
    &["i can't assist"],
    &["i can't process"],
    &["i cannot generate"],
    &["i cannot edit"],
    &["i cannot transform"],
    &["i cannot create"],
    &["i cannot help"],
    &["i'm unable to"],
    &["i'm not able to"],
    &["gemini could not generate an image"],
    &["request blocked"],
    &["prominent public figure"],
    &["privacyinformation"],
    &["inputimagesensitive"],
    &["inputtextsensitive"],
    &["inputvideosensitive"],
    &["sensitivecontentdetected"],
    &["may contain real person"],
    &["nsfw"],
    &["sensitive word error"],
    &["caught by our ai moderator"],
    &["only english prompts are supported"],
];

/// Words that mean moderation only under code 501.
pub(super) const CONTENT_UNDER_501: &[Row] = &[&["copyright"], &["moderation"], &["moderated"]];

/// The operator's key or balance.
pub(super) const ACCOUNT: &[Row] = &[
    &["credits insufficient"],
    &["insufficient credit"],
    &["insufficient balance"],
    &["unauthorized", "authentication failed"],
    &["you do not have access permissions"],
    &["sub-key usage exceeds limit"],
];

/// Too often.
pub(super) const RATE: &[Row] = &[&["call frequency is too high"], &["rate limit exceeded"]];

/// Parameters and input files.
pub(super) const INPUT: &[Row] = &[
    &["field is required"],
    &["parameter is required"],
    &["not within the range of allowed options"],
    &["file type not supported"],
    &["cannot be empty"],
    &["image fetch failed"],
    &["failed to fetch the image"],
    &["resource download failed"],
    &["size exceeds maximum"],
    &["couldn't process the provided image"],
    &["invalid image format"],
    &["only support adaptive aspect ratio"],
    &["aspect ratio unavailable"],
    &["audio duration must be"],
    &["at least 1.8"],
    &["please enter callbackurl"],
    &["is out of range"],
    &["model name you specified is not supported"],
    &["invalid model"],
    &["page does not exist or is not published"],
    &["url is wrong"],
];

/// The provider's own trouble.
pub(super) const TEMPORARY: &[Row] = &[
    &["internal error"],
    &["internal server error"],
    &["server exception"],
    &["generate playground failed"],
    &["service is currently unavailable"],
    &["service is temporarily unavailable"],
    &["models task execute failed"],
    &["client closed request"],
    &["task processing failed"],
    &["upstream is currently experiencing"],
    &["maintenance"],
    &["queue is full"],
    &["queue full"],
    &["temporarily paused"],
    &["model is paused"],
    &["failed to get user token"],
    &["generate audio failed"],
    &["create task failed"],
];

/// Whether any row matches.
pub(super) fn says(rows: &[Row], text: &str) -> bool {
    rows.iter().any(|row| row.iter().all(|fragment| text.contains(fragment)))
}

/// The most of a text that is searched, in characters.
const SEARCHED_CHARS: usize = 4000;

/// The comparable form of a text. What follows a code fence is left out when something precedes it,
/// because it may be the person's own prompt; the parameter `nsfw_checker` is not a verdict.
pub(super) fn normalised(raw: &str) -> String {
    let head = raw.split("```").next().unwrap_or_default();
    let searched = if head.trim().is_empty() { raw } else { head };
    let mut text = String::new();
    for letter in searched.chars().take(SEARCHED_CHARS) {
        match letter {
            '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{ff07}' | '`' => text.push('\''),
            '\u{2010}'..='\u{2015}' => text.push('-'),
            '_' => text.push(' '),
            letter if letter.is_whitespace() || letter.is_control() => {
                if !text.ends_with(' ') {
                    text.push(' ');
                }
            }
            letter => text.extend(letter.to_lowercase()),
        }
    }
    text.replace("nsfw checker", "")
}
