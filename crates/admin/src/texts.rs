//! The words for operators: Fluent files in `texts/`, one folder for each language.

mod key;

pub(crate) use key::Key;

mod loaded {
    fluent_templates::static_loader! {
        pub(super) static TEXTS = {
            locales: "./texts",
            fallback_language: "ru",
            customise: |bundle| bundle.set_use_isolating(false),
        };
    }
}

/// The words of one language.
pub(crate) type Texts = wording::Texts<Key>;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_texts_have_no_flaws() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts");
        assert_eq!(wording::flaws::<Key>(&folder).unwrap(), [""; 0]);
    }
}
