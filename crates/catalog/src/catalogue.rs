use std::collections::HashMap;
use std::sync::Arc;

use money::Rate;

use crate::load::Shared;
use crate::{CatalogError, Category, Model, Overlay, load, overlay};

/// All models that are known, on sale or not.
#[derive(Clone, Debug)]
pub struct Catalog {
    models: Vec<Model>,
    by_id: HashMap<String, usize>,
    shared: Arc<Shared>,
}

macro_rules! model_files {
    ($($name:literal),+ $(,)?) => {
        /// The files of the models, by name.
        const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../models/", $name)))),+];

        /// The texts of the models, by the name of the file that they belong to.
        const TEXTS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../texts/", $name)))),+];
    };
}

const SHARED: (&str, &str) = ("shared.toml", include_str!("../models/shared.toml"));

model_files![
    "4o-image.toml",
    "bytedance-seedance.toml",
    "bytedance-seedream.toml",
    "elevenlabs.toml",
    "flux-2.toml",
    "flux-kontext.toml",
    "google-gemini-omni.toml",
    "google-gemini-tts.toml",
    "google-imagen.toml",
    "google-nano-banana.toml",
    "google-veo.toml",
    "gpt-image.toml",
    "grok-imagine.toml",
    "hailuo.toml",
    "happyhorse.toml",
    "ideogram.toml",
    "infinitetalk.toml",
    "kling.toml",
    "midjourney.toml",
    "minimax-h3.toml",
    "omnihuman.toml",
    "pixverse.toml",
    "qwen-image.toml",
    "recraft.toml",
    "runway.toml",
    "sora.toml",
    "suno.toml",
    "topaz.toml",
    "volcengine.toml",
    "wan.toml",
    "z-image.toml",
];

impl Catalog {
    /// The catalogue that is built into the program.
    ///
    /// # Errors
    /// [`CatalogError`] names the first mistake in the files; a test keeps this from happening.
    pub fn builtin() -> Result<Self, CatalogError> {
        Self::from_files(SHARED, FILES, TEXTS)
    }

    /// A catalogue of other files: the shared texts, then one file per family, each a name for
    /// errors and the text of the file, then the texts of families, which may lack some.
    ///
    /// # Errors
    /// [`CatalogError`] names the first mistake.
    pub fn from_files(
        shared: (&str, &str),
        files: &[(&str, &str)],
        texts: &[(&str, &str)],
    ) -> Result<Self, CatalogError> {
        let (models, shared) = load::load(shared, files, texts)?;
        Ok(Self::of(models, Arc::new(shared)))
    }

    fn of(models: Vec<Model>, shared: Arc<Shared>) -> Self {
        let ids = models.iter().enumerate();
        let by_id = ids.map(|(place, model)| (model.id.clone(), place)).collect();
        Self { models, by_id, shared }
    }

    /// This catalogue with what KIE publishes now laid over it: new models behind the known ones,
    /// changed inputs and prices, and off sale what KIE does not list. What cannot be sold as it is
    /// published is known and not sold.
    #[must_use]
    pub fn with(&self, overlays: &[Overlay]) -> Self {
        let mut models = self.models.clone();
        for overlay in overlays {
            let place = self.by_id.get(&overlay.published.model);
            match place.and_then(|place| models.get_mut(*place)) {
                Some(model) => overlay::lay(model, overlay, &self.shared),
                None => models.extend(overlay::import(overlay, &self.shared)),
            }
        }
        Self::of(models, Arc::clone(&self.shared))
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

    /// The models on sale that can go on from a result of the model of that id, in the order of
    /// the files.
    pub fn continuing<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Model> {
        self.models.iter().filter(move |model| model.is_on_sale() && model.continues(id))
    }

    /// The models of one shelf that are on sale and stand in the menu, the cheapest first; a model
    /// whose price does not fit into money at this rate is left out.
    #[must_use]
    pub fn in_category(&self, category: Category, rate: &Rate) -> Vec<&Model> {
        let shelf =
            self.models.iter().filter(|model| model.category == category && model.in_menu());
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
