use std::collections::BTreeMap;

use crate::condition::is_given;
use crate::load::price::smallest;
use crate::{Answers, Asked, Catalog, Field, FieldKind, Localized, Model};

/// Something that keeps a model from being sold as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The model.
    pub model: String,
    /// Which rule is broken: `schema`, `price`, `texts`, `default` or `order`.
    pub rule: &'static str,
    /// In what way.
    pub detail: String,
}

impl Catalog {
    /// What is wrong with the models on sale: none lacks inputs, a price or texts in a language, no
    /// default is one that would be refused, and of each the least order can be made.
    #[must_use]
    pub fn audit(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        for model in self.models().iter().filter(|model| model.is_on_sale()) {
            let mut flaw = |rule, detail: String| {
                flaws.push(Flaw { model: model.id.clone(), rule, detail });
            };
            if model.fields.is_empty() {
                flaw("schema", "no inputs".to_owned());
            }
            if model.from_credits().is_none() {
                flaw("price", "no input has a price".to_owned());
            }
            for missing in model.lacking() {
                flaw("texts", missing);
            }
            for field in &model.fields {
                // An empty list, said aloud, is how some schemas are told of nothing.
                let default = field.default.as_ref().filter(|answer| is_given(answer));
                if let Some(fault) = default.and_then(|answer| field.kind.check(answer).err()) {
                    flaw("default", format!("{}: {fault:?}", field.name));
                }
            }
            if let Some(why) = model.cannot_be_ordered() {
                flaw("order", why);
            }
        }
        flaws
    }
}

impl Model {
    /// The least input: what must be given, as small as it may be. Its files are nowhere.
    #[must_use]
    pub fn least(&self) -> Answers {
        let mut answers = Answers::new();
        let earlier = |field: &&Field| field.asked == Asked::EarlierResult && field.required;
        for field in self.fields.iter().filter(earlier) {
            answers.extend(smallest(&field.kind).map(|answer| (field.name.clone(), answer)));
        }
        for _ in 0..self.fields.len() {
            let Some(field) = self.next_field(&answers) else { break };
            let Some(answer) = smallest(&field.kind) else { break };
            answers.insert(field.name.clone(), answer);
        }
        answers
    }

    /// Texts that are not there, or empty in a language.
    fn lacking(&self) -> Vec<String> {
        let mut lacking = self.missing_texts.clone();
        let lines = [
            ("name", &self.name),
            ("does", &self.does),
            ("for_whom", &self.for_whom),
            ("example", &self.example),
        ];
        let empty = |text: &Localized| text.ru.trim().is_empty() || text.en.trim().is_empty();
        let named = lines.iter().filter(|(_, text)| empty(text));
        lacking.extend(named.map(|(name, _)| (*name).to_owned()));
        for field in &self.fields {
            if empty(&field.label) || empty(&field.hint) {
                lacking.push(field.name.clone());
            }
            if let FieldKind::Choice { options, .. } = &field.kind {
                let bare = options.iter().filter(|option| empty(&option.label));
                lacking.extend(bare.map(|option| format!("{}: {}", field.name, option.value)));
            }
        }
        lacking
    }

    fn cannot_be_ordered(&self) -> Option<String> {
        let least = self.least();
        if let Err(faults) = self.check(&least) {
            return Some(format!("{faults:?}"));
        }
        let sources = least.values().flat_map(crate::Answer::files);
        let links: BTreeMap<_, _> = sources
            .map(|file| (file.source.clone(), "https://example.com/file".to_owned()))
            .collect();
        if let Err(faults) = self.payload(&least, &links) {
            return Some(format!("{faults:?}"));
        }
        self.credits(&least).err().map(|error| error.to_string())
    }
}
