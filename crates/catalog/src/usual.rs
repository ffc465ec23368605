//! The usual input of a model: what it costs is what models are compared by.

use media::MediaKind;
use money::Credits;

use crate::{Answer, Answers, Asked, Fault, Field, FieldKind, FileInput, Model};

/// How long a video or sound of the usual input is, where the model takes such a one.
const USUAL_MS: u64 = 5_000;

/// The sides of a picture or video of the usual input.
const USUAL_SIDE: u32 = 1_000;

/// More rounds than any model has fields that turn out to be missing.
const ROUNDS_MAX: usize = 20;

impl Model {
    /// The input of somebody who changes nothing: the defaults, the example as its text, the first
    /// choice where there is no default, files of five seconds and a megapixel. Files have their
    /// field's name as source. Nothing is said about fields that nobody must answer.
    #[must_use]
    pub fn usual_input(&self) -> Answers {
        let mut answers = Answers::new();
        let earlier = |field: &&Field| field.asked == Asked::EarlierResult && field.required;
        for field in self.fields.iter().filter(earlier) {
            answers.extend(self.usual(field).map(|answer| (field.name.clone(), answer)));
        }
        for _ in 0..ROUNDS_MAX {
            let field = self.next_field(&answers).or_else(|| self.missing(&answers));
            let Some(field) = field else { break };
            let Some(answer) = self.usual(field) else { break };
            answers.insert(field.name.clone(), answer);
        }
        answers
    }

    /// The price of the usual input; `None` when the model is not sold, or that input is not.
    #[must_use]
    pub fn usual_credits(&self) -> Option<Credits> {
        if self.is_on_sale() { self.price.usual } else { None }
    }

    /// A field that a rule between fields asks for.
    fn missing(&self, answers: &Answers) -> Option<&Field> {
        let faults = self.check(answers).err()?;
        let (name, _) = faults.into_iter().find(|(_, fault)| *fault == Fault::Missing)?;
        self.field(&name).filter(|field| !answers.contains_key(&field.name))
    }

    fn usual(&self, field: &Field) -> Option<Answer> {
        self.usual_of(&field.kind, &field.name)
    }

    fn usual_of(&self, kind: &FieldKind, name: &str) -> Option<Answer> {
        Some(match kind {
            FieldKind::Text { min, max } => {
                let (min, max) = (usize::try_from(*min).ok()?, usize::try_from(*max).ok()?);
                let mut text: String = self.example.ru.chars().take(max).collect();
                let short = min.saturating_sub(text.trim().chars().count());
                text.extend(std::iter::repeat_n('a', short));
                Answer::Text(if text.is_empty() { "a".to_owned() } else { text })
            }
            FieldKind::Integer { min, .. } => Answer::Integer(*min),
            FieldKind::Number { min, .. } => Answer::Number(*min),
            FieldKind::Switch => Answer::Switch(false),
            FieldKind::Choice { options, .. } => Answer::Choice(options.first()?.value.clone()),
            FieldKind::Files { media, min, accept, duration_ms, .. } => {
                let lasts = duration_ms
                    .as_ref()
                    .map_or(USUAL_MS, |range| USUAL_MS.clamp(*range.start(), *range.end()));
                let side = (*media != MediaKind::Audio).then_some(USUAL_SIDE);
                let file = |place: u8| FileInput {
                    source: format!("{name}-{place}"),
                    kind: *media,
                    mime: accept.first().cloned().unwrap_or_default(),
                    bytes: 1,
                    width: side,
                    height: side,
                    duration_ms: (*media != MediaKind::Image).then_some(lasts),
                };
                Answer::Files((0..(*min).max(1)).map(file).collect())
            }
            FieldKind::Items { fields, min, .. } => {
                let entry: Answers = fields
                    .iter()
                    .filter(|field| field.required && field.default.is_none())
                    .filter_map(|field| Some((field.name.clone(), self.usual(field)?)))
                    .collect();
                Answer::Items(vec![entry; usize::from((*min).max(1))])
            }
            FieldKind::Values { of, min, .. } => {
                let value = self.usual_of(of, name)?;
                Answer::Values(vec![value; usize::from((*min).max(1))])
            }
            FieldKind::Opaque => return None,
        })
    }
}
