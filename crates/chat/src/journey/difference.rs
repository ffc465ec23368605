//! What has changed between two texts, word by word.

/// Texts of more words are compared by nobody.
const WORDS_MAX: usize = 400;

/// A word of one of the texts, and whether the other has it too, in its place.
type Marked<'t> = (&'t str, bool);

/// The words of both texts; `None` when they are too many.
fn compare<'t>(before: &'t str, after: &'t str) -> Option<(Vec<Marked<'t>>, Vec<Marked<'t>>)> {
    let old: Vec<&str> = before.split_whitespace().collect();
    let new: Vec<&str> = after.split_whitespace().collect();
    if old.len() > WORDS_MAX || new.len() > WORDS_MAX {
        return None;
    }
    let same = |one: &str, other: &str| bare(one) == bare(other);
    // The longest common row of words from each pair of places on.
    let width = new.len() + 1;
    let mut longest = vec![0_usize; (old.len() + 1) * width];
    let at = |i: usize, j: usize| i * width + j;
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let length = if same(old[i], new[j]) {
                longest[at(i + 1, j + 1)] + 1
            } else {
                longest[at(i + 1, j)].max(longest[at(i, j + 1)])
            };
            longest[at(i, j)] = length;
        }
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && same(old[i], new[j]) {
            left.push((old[i], true));
            right.push((new[j], true));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len()
            || (i < old.len() && longest[at(i + 1, j)] >= longest[at(i, j + 1)])
        {
            left.push((old[i], false));
            i += 1;
        } else {
            right.push((new[j], false));
            j += 1;
        }
    }
    Some((left, right))
}

/// A word without its case and its signs.
fn bare(word: &str) -> String {
    let letters: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.is_empty() { word.to_owned() } else { letters.to_lowercase() }
}

/// Both texts as HTML: struck through what is gone, bold what is new. What is too long to be
/// compared is shown as it is.
pub(crate) fn marked(before: &str, after: &str) -> (String, String) {
    match compare(before, after) {
        Some((old, new)) => (html(&old, "s"), html(&new, "b")),
        None => (telegram::escape_html(before), telegram::escape_html(after)),
    }
}

/// Neighbours that have changed stand in one pair of marks.
fn html(words: &[Marked<'_>], mark: &str) -> String {
    let runs: Vec<String> = words
        .chunk_by(|one, next| one.1 == next.1)
        .map(|run| {
            let text: Vec<&str> = run.iter().map(|(word, _)| *word).collect();
            let text = telegram::escape_html(&text.join(" "));
            let kept = run.first().is_none_or(|(_, kept)| *kept);
            if kept { text } else { format!("<{mark}>{text}</{mark}>") }
        })
        .collect();
    runs.join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_gone_is_struck_and_what_is_new_is_bold() {
        let cases = [
            (
                "Кот с ружьём на крыше",
                "Кот с цветком на крыше",
                "Кот с <s>ружьём</s> на крыше",
                "Кот с <b>цветком</b> на крыше",
            ),
            ("Кот", "Кот, мягкий свет", "Кот", "Кот, <b>мягкий свет</b>"),
            ("драка & кровь", "танец", "<s>драка &amp; кровь</s>", "<b>танец</b>"),
            ("", "кот", "", "<b>кот</b>"),
        ];
        for (before, after, old, new) in cases {
            assert_eq!(marked(before, after), (old.to_owned(), new.to_owned()));
        }
    }

    #[test]
    fn texts_of_very_many_words_are_shown_as_they_are() {
        let long = "слово ".repeat(WORDS_MAX + 1);
        assert_eq!(marked(&long, "<кот>"), (long.clone(), "&lt;кот&gt;".to_owned()));
    }

    proptest! {
        #[test]
        fn no_word_is_lost(before in "[а-в ]{0,40}", after in "[а-в ]{0,40}") {
            let plain = |html: &str| html.replace("<s>", "").replace("</s>", "")
                .replace("<b>", "").replace("</b>", "");
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let (old, new) = marked(&before, &after);
            prop_assert_eq!(plain(&old), words(&before));
            prop_assert_eq!(plain(&new), words(&after));
        }
    }
}
