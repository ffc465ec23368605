use crate::{Answer, Answers, Asked, Earlier, EarlierId, Field, FieldKind, Likeness, Model};

/// A result of an earlier order, as far as another model can go on from it.
#[derive(Clone, Copy, Debug)]
pub struct EarlierResult<'a> {
    /// The model that made it.
    pub model: &'a Model,
    /// What was answered to that model.
    pub answers: &'a Answers,
    /// KIE's id of the task.
    pub task: &'a str,
    /// The place of the result among those of the task, from 0.
    pub position: u16,
    /// KIE's id of this very piece, when the task names its pieces.
    pub piece: Option<&'a str>,
    /// What the task made for other models, with KIE's id of it.
    pub likeness: Option<(Likeness, &'a str)>,
    /// The words of this very piece, when the result is words.
    pub words: Option<&'a str>,
    /// The title of those words.
    pub title: Option<&'a str>,
}

impl Model {
    /// What the program fills in from an earlier result; `None` when the model cannot go on from
    /// it, or needs something that the result does not give.
    #[must_use]
    pub fn earlier_answers(&self, earlier: &EarlierResult<'_>) -> Option<Answers> {
        if !self.continues(&earlier.model.id) {
            return None;
        }
        let mut given = Answers::new();
        let mut goes_on = false;
        for field in &self.fields {
            match self.earlier_answer(field, earlier) {
                Some(answer) if field.kind.check(&answer).is_ok() => {
                    goes_on |= field.from.as_ref().is_some_and(Earlier::is_of_the_result);
                    given.insert(field.name.clone(), answer);
                    // What is given must count: a text to be sung asks for a piece that is sung.
                    let asked_for = field.shown_when.answers();
                    given.extend(asked_for.map(|(name, answer)| (name.to_owned(), answer)));
                }
                Some(_) | None if field.asked == Asked::EarlierResult && field.required => {
                    return None;
                }
                Some(_) | None => {}
            }
        }
        goes_on.then_some(given)
    }

    fn earlier_answer(&self, field: &Field, earlier: &EarlierResult<'_>) -> Option<Answer> {
        let from = field.from.as_ref()?;
        // What continues a continuation of its own kind keeps what that one was told.
        if let EarlierId::Answer(name) = &from.id {
            let known = earlier.model.with_defaults(earlier.answers);
            let name = if earlier.model.id == self.id { &field.name } else { name };
            return known.get(name).cloned();
        }
        if !from.models.contains(&earlier.model.id) || !from.suits(earlier) {
            return None;
        }
        let text = match &from.id {
            EarlierId::Task => earlier.task.to_owned(),
            EarlierId::Audio => earlier.piece?.to_owned(),
            EarlierId::OutputIndex => earlier.position.to_string(),
            EarlierId::Likeness(wanted) => {
                earlier.likeness.filter(|(made, _)| made == wanted)?.1.to_owned()
            }
            EarlierId::Words => cut(earlier.words?, &field.kind),
            EarlierId::Title => cut(earlier.title?, &field.kind),
            EarlierId::Masks | EarlierId::Answer(_) => return None,
        };
        Some(match field.kind {
            FieldKind::Integer { .. } => Answer::Integer(text.parse().ok()?),
            FieldKind::Text { .. }
            | FieldKind::Number { .. }
            | FieldKind::Switch
            | FieldKind::Choice { .. }
            | FieldKind::Files { .. }
            | FieldKind::Items { .. }
            | FieldKind::Opaque => Answer::Text(text),
            FieldKind::Values { .. } => Answer::Values(vec![Answer::Text(text)]),
        })
    }

    /// Whether going on depends on which of several results of a task is meant.
    #[must_use]
    pub fn continues_one_of_several(&self) -> bool {
        let of_piece = |field: &Field| {
            let id = field.from.as_ref().map(|from| &from.id);
            matches!(id, Some(EarlierId::Audio | EarlierId::OutputIndex | EarlierId::Words))
        };
        self.fields.iter().any(of_piece)
    }
}

impl Earlier {
    /// Whether the earlier order was answered as this needs it.
    fn suits(&self, earlier: &EarlierResult<'_>) -> bool {
        let known = earlier.model.with_defaults(earlier.answers);
        let chosen = |(name, value): (&String, &String)| match known.get(name) {
            Some(Answer::Choice(given)) => given == value,
            Some(_) | None => false,
        };
        self.when.iter().all(chosen)
    }
}

/// As much of the words as the field takes, up to the last whole phrase or word.
fn cut(words: &str, kind: &FieldKind) -> String {
    let FieldKind::Text { max, .. } = kind else { return words.to_owned() };
    let max = usize::try_from(*max).unwrap_or(usize::MAX);
    let Some((end, _)) = words.char_indices().nth(max) else { return words.to_owned() };
    let fitting = words.get(..end).unwrap_or_default();
    let phrase = fitting.rfind([',', '.', ';', '\n']).or_else(|| fitting.rfind(' '));
    fitting.get(..phrase.unwrap_or(end)).unwrap_or_default().trim_end().to_owned()
}
