use crate::condition::is_given;
use crate::model::known_of;
use crate::{Answer, Answers, Asked, Fault, Field, FieldKind, Model};

/// Fields that are asked together: those of a model, or those of one entry of a list.
#[derive(Clone, Copy, Debug)]
pub struct Form<'m> {
    fields: &'m [Field],
}

impl<'m> Form<'m> {
    /// The fields of one entry; `None` for a field that is no list of entries.
    #[must_use]
    pub fn of_entry(field: &'m Field) -> Option<Self> {
        match &field.kind {
            FieldKind::Items { fields, .. } => Some(Self { fields }),
            FieldKind::Text { .. }
            | FieldKind::Integer { .. }
            | FieldKind::Number { .. }
            | FieldKind::Switch
            | FieldKind::Choice { .. }
            | FieldKind::Files { .. }
            | FieldKind::Values { .. }
            | FieldKind::Opaque => None,
        }
    }

    /// The fields in their order.
    #[must_use]
    pub fn fields(&self) -> &'m [Field] {
        self.fields
    }

    /// The field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'m Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The answers that count, with the defaults of the rest.
    #[must_use]
    pub fn with_defaults(&self, answers: &Answers) -> Answers {
        known_of(self.fields, answers)
    }

    /// Whether the field makes sense with these answers, and is not settled by them.
    #[must_use]
    pub fn is_shown(&self, field: &Field, answers: &Answers) -> bool {
        let known = self.with_defaults(answers);
        field.shown_when.holds(&known) && !field.is_fixed(&known)
    }

    /// Whether an input with these answers is refused when it lacks the field.
    #[must_use]
    pub fn is_required(&self, field: &Field, answers: &Answers) -> bool {
        field.is_needed(&self.with_defaults(answers))
    }

    /// The first field that these answers need and do not have.
    #[must_use]
    pub fn next_field(&self, answers: &Answers) -> Option<&'m Field> {
        let known = self.with_defaults(answers);
        self.fields.iter().find(|field| {
            field.asked == Asked::First
                && field.is_needed(&known)
                && !known.get(&field.name).is_some_and(is_given)
        })
    }

    /// The most characters of a text field beside these answers; `None` for other kinds.
    #[must_use]
    pub fn text_max(&self, field: &Field, answers: &Answers) -> Option<u32> {
        let FieldKind::Text { max, .. } = &field.kind else { return None };
        let known = self.with_defaults(answers);
        let tighter = field.max_when.iter().filter(|limit| limit.when.holds(&known));
        Some(tighter.map(|limit| limit.max).fold(*max, u32::min))
    }

    /// Checks one answer beside the others, which may still be incomplete.
    ///
    /// # Errors
    /// The first [`Fault`] found.
    pub fn check(&self, field: &Field, answer: &Answer, answers: &Answers) -> Result<(), Fault> {
        field.kind.check(answer)?;
        field.check_max(answer, &self.with_defaults(answers))
    }
}

impl Model {
    /// The model's own fields.
    #[must_use]
    pub fn form(&self) -> Form<'_> {
        Form { fields: &self.fields }
    }

    /// A field by its path: its name, or the name of a list and that of a field of its entries
    /// with a point between.
    #[must_use]
    pub fn field_at(&self, path: &str) -> Option<&Field> {
        match path.split_once('.') {
            Some((list, name)) => Form::of_entry(self.field(list)?)?.field(name),
            None => self.field(path),
        }
    }

    /// The texts of which the field must be one, because other entries gave them as names;
    /// `None` for a field that refers to nothing.
    #[must_use]
    pub fn names_for(&self, path: &str, answers: &Answers) -> Option<Vec<String>> {
        let of = self.rules.iter().find_map(|rule| match rule {
            crate::model::Rule::NamedIn { field, of } if field.is(path) => Some(of),
            _ => None,
        })?;
        Some(of.texts(answers))
    }
}
