//! The words for people: Fluent files in `texts/`, one folder for each language.

mod key;

pub(crate) use key::Key;
pub use wording::Arg;

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
    use catalog::Language;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_texts_have_no_flaws() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts");
        assert_eq!(wording::flaws::<Key>(&folder).unwrap(), [""; 0]);
    }

    #[test]
    fn what_a_person_wrote_cannot_become_markup() {
        let said = Texts::new(Language::Ru)
            .say(Key::RefusalNotSold, &[("model", "<b>&".into()), ("reason", "".into())]);
        assert!(said.contains("&lt;b&gt;&amp;"), "{said}");
    }

    #[test]
    fn russian_words_agree_with_their_numbers() {
        let said: Vec<_> = [1, 2, 5, 11, 21, 104]
            .map(|count| {
                Texts::new(Language::Ru).plain(Key::FieldVideos, &[("count", Arg::Number(count))])
            })
            .into();
        let expected = ["1 видео", "2 видео", "5 видео", "11 видео", "21 видео", "104 видео"];
        assert_eq!(said, expected);
        let files: Vec<_> = [1, 2, 5, 11, 21]
            .map(|count| {
                Texts::new(Language::Ru).plain(Key::FieldImages, &[("count", Arg::Number(count))])
            })
            .into();
        let expected = ["1 картинка", "2 картинки", "5 картинок", "11 картинок", "21 картинка"];
        assert_eq!(files, expected);
    }
}
