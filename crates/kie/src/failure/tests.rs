use proptest::prelude::*;

use super::FailureKind::{Account, Content, InvalidInput, RateLimited, Temporary, Unknown};
use super::Origin::{Call, Task};
use super::*;

/// Every text known from the documentation and from integrations, where it was seen, with its code.
const KNOWN: &[(Origin, i64, &str, FailureKind)] = &[
    (
        Task,
        422,
        "The input or output was flagged as sensitive. Please try again with different inputs.",
        Content,
    ),
    (
        Task,
        500,
        "The input or output was flagged as sensitive. Please try again with different inputs. (E005)",
        Content,
    ),
    (Task, 400, "Your prompt was flagged by Website as violating content policies", Content),
    (Task, 400, "Your content was flagged by OpenAI as violating content policies", Content),
    (Task, 400, "public error unsafe image upload", Content),
    (Task, 400, "public error minor upload", Content),
    (Task, 400, "public error prominent people upload", Content),
    (Task, 500, "PUBLIC_ERROR_PROMINENT_PEOPLE_FILTER_FAILED", Content),
    (Task, 500, "PUBLIC_ERROR_UNSAFE_GENERATION", Content),
    (Task, 500, "PUBLIC_ERROR_SEXUAL", Content),
    (Task, 500, "PUBLIC_ERROR_MINOR", Content),
    (Task, 500, "PUBLIC_ERROR_VIOLENCE_FILTER", Content),
    (Task, 500, "PUBLIC_ERROR_DANGER_FILTER", Content),
    (Task, 500, "PUBLIC_ERROR_AUDIO_FILTERED", Content),
    (Task, 500, "PUBLIC_ERROR_SEXUAL_UPLOAD", Content),
    (Task, 500, "Your request was rejected by Flow(abc)", Content),
    (
        Task,
        500,
        "This content may violate our guardrails concerning similarity to third-party content.",
        Content,
    ),
    (
        Task,
        500,
        "This content may violate our guardrails around nudity, sexuality, or erotic content.",
        Content,
    ),
    (Task, 500, "may contain violence or graphic content", Content),
    (Task, 500, "may contain hate speech or discrimination", Content),
    (Task, 500, "may be about self-harm", Content),
    (
        Task,
        500,
        "We currently do not support uploads of images containing photorealistic people",
        Content,
    ),
    (Task, 500, "We’re so sorry, but the image we created may violate our guardrails", Content),
    (Task, 400, "I can’t generate an image of that real person.", Content),
    (Task, 500, "I can't edit the photo of this child.", Content),
    (Task, 500, "I can't transform the reference photo.\n```json\n{\"a\":1}\n```", Content),
    (
        Task,
        500,
        "Gemini could not generate an image with the given prompt. Please try again with a different prompt.",
        Content,
    ),
    (Task, 500, "Request blocked: it shows a prominent public figure", Content),
    (Task, 500, "InputImageSensitiveContentDetected.PrivacyInformation", Content),
    (Task, 500, "InputTextSensitive", Content),
    (Task, 500, "SensitiveContentDetected", Content),
    (Task, 500, "The image may contain real person", Content),
    (Task, 500, "NSFW", Content),
    (Task, 422, "nsfw content found", Content),
    (Task, 0, "SENSITIVE_WORD_ERROR", Content),
    (Task, 422, "CONTENT_POLICY_BLOCKED", Content),
    (Call, 422, "Invalid prompt: prompt contains prohibited content", Content),
    (
        Task,
        400,
        "Your prompt was caught by our AI moderator. Please adjust it and try again!",
        Content,
    ),
    (Task, 430, "", Content),
    (Task, 431, "", Content),
    (Task, 501, "Blocked for copyright reasons", Content),
    (Task, 501, "Failed moderation", Content),
    (Task, 400, "Only English prompts are supported at this time.", Content),
    (
        Call,
        402,
        "Credits insufficient : Your current balance isn’t enough to run this request. Please top up to continue.",
        Account,
    ),
    (Call, 402, "Insufficient credits", Account),
    (Task, 402, "Insufficient balance", Account),
    (Task, 402, "", Account),
    (
        Call,
        401,
        "Unauthorized – Authentication failed. Please check that your Authorization and Content-Type headers are correctly set.",
        Account,
    ),
    (Call, 401, "You do not have access permissions", Account),
    (Call, 433, "Request Limit - Sub-key Usage Exceeds Limit", Account),
    (Task, 500, "AccountOverdueError", Temporary),
    (Task, 500, "Internal Error, Please try again later.", Temporary),
    (Task, 500, "Internal Error - Timeout", Temporary),
    (Task, 500, "internal error, please try again later.", Temporary),
    (Task, 500, "Internal server error", Temporary),
    (Call, 500, "Server exception, please try again later", Temporary),
    (Task, 422, "generate playground failed, task id is blank", Temporary),
    (
        Task,
        422,
        "Service is currently unavailable due to high demand. Please try again later. (E003)",
        Temporary,
    ),
    (Task, 422, "Service is temporarily unavailable. Please try again later. (E004)", Temporary),
    (Task, 422, "Models task execute failed.", Temporary),
    (Task, 400, "upstream said: 499 Client Closed Request", Temporary),
    (Task, 0, "Task processing failed", Temporary),
    (
        Task,
        408,
        "Upstream is currently experiencing service issues. No result has been returned for over 10 minutes.",
        Temporary,
    ),
    (Call, 429, "Your call frequency is too high. Please try again later.", RateLimited),
    (Call, 430, "", RateLimited),
    (Call, 429, "Rate limit exceeded", RateLimited),
    (Call, 455, "", Temporary),
    (Call, 455, "The service is under maintenance", Temporary),
    (Call, 550, "The source site's queue is full", Temporary),
    (Call, 422, "This model is temporarily paused", Temporary),
    (Call, 422, "The model is paused", Temporary),
    (Call, 500, "Failed to get user token", Temporary),
    (Task, 0, "GENERATE_AUDIO_FAILED", Temporary),
    (Task, 0, "CREATE_TASK_FAILED", Temporary),
    (Call, 502, "", Temporary),
    (Call, 503, "<html>", Temporary),
    (Call, 520, "", Temporary),
    (Call, 530, "error code: 1033", Temporary),
    (Task, 501, "Playground task failed.", Temporary),
    (Call, 500, "This field is required", InvalidInput),
    (Call, 422, "This field is required", InvalidInput),
    (Call, 500, "image_size is not within the range of allowed options", InvalidInput),
    (Call, 500, "nsfw_checker is not within the range of allowed options", InvalidInput),
    (Call, 500, "File type not supported", InvalidInput),
    (Call, 500, "video quality cannot be empty", InvalidInput),
    (
        Task,
        400,
        "Image fetch failed. Check access settings or use our File Upload API instead.",
        InvalidInput,
    ),
    (
        Task,
        500,
        "Image fetch failed. Check access settings or use our File Upload API instead.",
        InvalidInput,
    ),
    (
        Call,
        451,
        "Failed to fetch the image. Kindly verify any access limits set by you or your service provider.",
        InvalidInput,
    ),
    (
        Task,
        400,
        "Failed to fetch the image. Kindly verify any access limits set by you or your service provider.",
        InvalidInput,
    ),
    (Call, 451, "", InvalidInput),
    (Task, 500, "resource download failed", InvalidInput),
    (Task, 500, "Image size exceeds maximum of 26214400 bytes", InvalidInput),
    (
        Task,
        500,
        "We couldn’t process the provided image file (code=invalid_image_format)",
        InvalidInput,
    ),
    (Task, 500, "only support adaptive aspect ratio", InvalidInput),
    (Task, 500, "aspect ratio unavailable", InvalidInput),
    (Task, 500, "audio duration must be at least 1.8 s", InvalidInput),
    (Call, 422, "Please enter callBackUrl.", InvalidInput),
    (Call, 500, "The security tolerance level is out of range", InvalidInput),
    (
        Call,
        404,
        "The model name you specified is not supported. Please verify your input and use one of the supported models provided by KIE.",
        InvalidInput,
    ),
    (Call, 422, "Invalid model", InvalidInput),
    (Call, 422, "Page does not exist or is not published", InvalidInput),
    (Call, 400, "taskId parameter is required", InvalidInput),
    (Call, 422, "url is wrong", InvalidInput),
    (Call, 505, "", Unknown),
    (Task, 505, "model disabled", Unknown),
    (Task, 422, "something never seen", Unknown),
    (Task, 0, "", Unknown),
    (Call, 777, "что-то новое", Unknown),
];

#[test]
fn every_known_text_has_its_kind() {
    let wrong: Vec<_> = KNOWN
        .iter()
        .filter(|(origin, code, text, kind)| classify(*origin, *code, text) != *kind)
        .map(|(origin, code, text, kind)| {
            format!("{code} {text:?}: {:?}, not {kind:?}", classify(*origin, *code, text))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_person_s_own_words_after_a_code_fence_are_no_verdict() {
    let raw = "Internal Error, Please try again later.\n```\nprompt: nsfw\n```";
    assert_eq!(classify(Task, 500, raw), Temporary);
    assert_eq!(classify(Task, 500, "```\nnsfw\n```"), Content);
}

#[test]
fn messages_are_cut_at_the_fence_cleaned_and_short() {
    assert_eq!(sanitise("one\r\n\ttwo\u{7}\u{202e}three ```secret```"), "one two three");
    assert_eq!(sanitise("  \n "), "");
    assert_eq!(sanitise(&"я".repeat(1000)).chars().count(), 400);
    assert_eq!(sanitise(&"ab ".repeat(1000)).chars().count(), 400);
}

proptest! {
    #[test]
    fn any_text_is_classified_and_cleaned(text in "\\PC{0,300}", bytes in proptest::collection::vec(any::<u8>(), 0..300), code in any::<i64>()) {
        for text in [text, String::from_utf8_lossy(&bytes).into_owned()] {
            let failure = Failure::classified(Task, code, &text);
            prop_assert!(failure.message.chars().count() <= 400);
            prop_assert!(!failure.message.chars().any(char::is_control));
            prop_assert_eq!(sanitise(&failure.message), failure.message.clone());
        }
    }
}
