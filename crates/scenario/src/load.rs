//! Reading the files.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Localized;
use media::MediaKind;
use serde::Deserialize;

use crate::{Choice, Fixed, ID_MAX_BYTES, Input, InputKind, Line, Scenario, Scenarios};

const FILES: [(&str, &str); 3] = [
    ("video.toml", include_str!("../scenarios/video.toml")),
    ("picture.toml", include_str!("../scenarios/picture.toml")),
    ("sound.toml", include_str!("../scenarios/sound.toml")),
];

/// The most results of one press.
const COUNT_MAX: u8 = 5;

/// A mistake in a file of scenarios.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {mistake}")]
pub struct ScenarioError {
    /// The file, and the scenario when one can be named.
    pub place: String,
    /// What is wrong.
    pub mistake: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    scenario: Vec<RawScenario>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawText {
    ru: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScenario {
    id: String,
    name: RawText,
    does: RawText,
    example: RawText,
    counts: Option<Vec<u8>>,
    prompt: Option<RawText>,
    brief: Option<String>,
    #[serde(default)]
    input: Vec<RawInput>,
    model: Vec<RawLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInput {
    name: String,
    question: RawText,
    file: Option<MediaKind>,
    words: Option<u32>,
    #[serde(default)]
    option: Vec<RawChoice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChoice {
    value: String,
    label: RawText,
    words: Option<RawText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    id: String,
    fields: BTreeMap<String, String>,
    #[serde(default)]
    answers: BTreeMap<String, Fixed>,
}

impl Scenarios {
    /// The scenarios that are built into the program.
    ///
    /// # Errors
    /// [`ScenarioError`] names the first mistake; a test keeps this from happening.
    pub fn builtin() -> Result<Self, ScenarioError> {
        Self::from_files(&FILES)
    }

    /// Scenarios of other files, each a name for errors and the text.
    ///
    /// # Errors
    /// [`ScenarioError`] names the first mistake.
    pub fn from_files(files: &[(&str, &str)]) -> Result<Self, ScenarioError> {
        let mut all: Vec<Scenario> = Vec::new();
        for (name, text) in files {
            let raw: RawFile = toml::from_str(text).map_err(|error| ScenarioError {
                place: (*name).to_owned(),
                mistake: error.to_string(),
            })?;
            for raw in raw.scenario {
                let place = format!("{name}: {}", raw.id);
                let scenario = scenario(raw)
                    .and_then(|scenario| {
                        if all.iter().any(|other| other.id == scenario.id) {
                            return Err("its id is taken".to_owned());
                        }
                        Ok(scenario)
                    })
                    .map_err(|mistake| ScenarioError { place, mistake })?;
                all.push(scenario);
            }
        }
        Ok(Self(all))
    }
}

fn scenario(raw: RawScenario) -> Result<Scenario, String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if raw.id.is_empty() || raw.id.len() > ID_MAX_BYTES || !raw.id.bytes().all(plain) {
        return Err("its id is not made of small letters, digits and -".to_owned());
    }
    let counts = raw.counts.unwrap_or_else(|| vec![1]);
    let ascending = counts.windows(2).all(|pair| pair[0] < pair[1]);
    if counts.is_empty() || !ascending || counts.iter().any(|one| !(1..=COUNT_MAX).contains(one)) {
        return Err(format!("counts must grow, from 1 to {COUNT_MAX}"));
    }
    let inputs = raw.input.into_iter().map(input).collect::<Result<Vec<_>, _>>()?;
    let names: BTreeSet<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    if names.len() != inputs.len() || names.contains("prompt") {
        return Err("two inputs have one name, or one is called prompt".to_owned());
    }
    let prompt = raw.prompt.map(text).transpose()?;
    if let Some(prompt) = &prompt {
        same_places(prompt, &inputs)?;
    }
    if raw.brief.is_some() && prompt.is_none() {
        return Err("a brief needs a prompt".to_owned());
    }
    let lines = raw
        .model
        .into_iter()
        .map(|raw| {
            for input in raw.fields.keys() {
                let known =
                    names.contains(input.as_str()) || (input == "prompt" && prompt.is_some());
                if !known {
                    return Err(format!("{} uses the unknown input {input}", raw.id));
                }
            }
            Ok(Line {
                model: raw.id,
                fields: raw.fields.into_iter().collect(),
                answers: raw.answers.into_iter().collect(),
            })
        })
        .collect::<Result<Vec<_>, String>>()?;
    if lines.is_empty() {
        return Err("no model makes it".to_owned());
    }
    Ok(Scenario {
        id: raw.id,
        name: text(raw.name)?,
        does: text(raw.does)?,
        example: text(raw.example)?,
        counts,
        inputs,
        prompt,
        brief: raw.brief,
        lines,
    })
}

fn input(raw: RawInput) -> Result<Input, String> {
    let kind = match (raw.file, raw.words, raw.option.is_empty()) {
        (Some(media), None, true) => InputKind::File(media),
        (None, Some(max), true) => InputKind::Words { max },
        (None, own, false) => {
            let options = raw.option.into_iter().map(choice).collect::<Result<Vec<_>, _>>()?;
            InputKind::Choice { options, own }
        }
        _ => return Err(format!("the input {} is of no kind, or of two", raw.name)),
    };
    Ok(Input { name: raw.name, question: text(raw.question)?, kind })
}

fn choice(raw: RawChoice) -> Result<Choice, String> {
    let label = text(raw.label)?;
    let words = raw.words.map(text).transpose()?.unwrap_or_else(|| label.clone());
    Ok(Choice { value: raw.value, label, words })
}

fn text(raw: RawText) -> Result<Localized, String> {
    let (ru, en) = (raw.ru.trim().to_owned(), raw.en.trim().to_owned());
    if ru.is_empty() || en.is_empty() {
        return Err("a text is empty".to_owned());
    }
    Ok(Localized { ru, en })
}

/// Both languages of a template name the same inputs, and only such as there are.
fn same_places(prompt: &Localized, inputs: &[Input]) -> Result<(), String> {
    let (ru, en) = (places(&prompt.ru), places(&prompt.en));
    if ru != en {
        return Err("the template differs between the languages".to_owned());
    }
    for place in ru {
        let known = inputs.iter().find(|input| input.name == place);
        if known.is_none_or(|input| matches!(input.kind, InputKind::File(_))) {
            return Err(format!("the template names {{{place}}}, which is no input of words"));
        }
    }
    Ok(())
}

/// The names in braces.
fn places(template: &str) -> BTreeSet<&str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}
