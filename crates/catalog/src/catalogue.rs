use std::collections::HashMap;

use money::Rate;

use crate::{CatalogError, Category, Model, load};

/// All models that are known, on sale or not.
#[derive(Clone, Debug)]
pub struct Catalog {
    models: Vec<Model>,
    by_id: HashMap<String, usize>,
}

macro_rules! model_files {
    ($($name:literal),+ $(,)?) => {
        /// The files of the models, by name.
        const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../models/", $name)))),+];
    };
}

const SHARED: (&str, &str) = ("shared.toml", include_str!("../models/shared.toml"));

model_files![
    "bytedance-seedance.toml",
    "bytedance-seedream.toml",
    "elevenlabs.toml",
    "google-nano-banana.toml",
    "kling.toml",
    "recraft.toml",
    "suno.toml",
    "z-image.toml",
];

impl Catalog {
    /// The catalogue that is built into the program.
    ///
    /// # Errors
    /// [`CatalogError`] names the first mistake in the files; a test keeps this from happening.
    pub fn builtin() -> Result<Self, CatalogError> {
        Self::from_files(SHARED, FILES)
    }

    /// A catalogue of other files: the shared texts, then one file per family, each a name for
    /// errors and the text of the file.
    ///
    /// # Errors
    /// [`CatalogError`] names the first mistake.
    pub fn from_files(shared: (&str, &str), files: &[(&str, &str)]) -> Result<Self, CatalogError> {
        let models = load::load(shared, files)?;
        let ids = models.iter().enumerate();
        let by_id = ids.map(|(place, model)| (model.id.clone(), place)).collect();
        Ok(Self { models, by_id })
    }

    /// The model of that id.
    #[must_use]
    pub fn model(&self, id: &str) -> Option<&Model> {
        self.by_id.get(id).and_then(|place| self.models.get(*place))
    }

    /// All models, in the order of the files.
    #[must_use]
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// The models on sale of one shelf, the cheapest first; a model whose price does not fit into
    /// money at this rate is left out.
    #[must_use]
    pub fn in_category(&self, category: Category, rate: &Rate) -> Vec<&Model> {
        let shelf = self.models.iter().filter(|model| model.category == category);
        let mut priced: Vec<_> = shelf
            .filter_map(|model| {
                let credits = model.from_credits()?;
                Some(((rate.price(credits).ok()?, credits, &model.id), model))
            })
            .collect();
        priced.sort_by_key(|(order, _)| *order);
        priced.into_iter().map(|(_, model)| model).collect()
    }

    /// The names of the built-in files, for audits.
    pub fn file_names() -> impl Iterator<Item = &'static str> {
        FILES.iter().map(|(name, _)| *name).chain([SHARED.0])
    }
}
