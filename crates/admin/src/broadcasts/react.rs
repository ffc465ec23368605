//! What an operator has written for a broadcast, understood: pure.

use broadcast::{LinkButton, Media, MediaKind, Post, Segment};
use time::OffsetDateTime;

use super::{Ask, Deed, Said, moment};
use crate::react::Spoken;
use crate::view::{Care, Word};

/// Reads what was asked for.
pub(crate) fn read(ask: &Ask, spoken: &Spoken, now: OffsetDateTime) -> Result<Deed, Word> {
    let no = Word::Broadcast;
    let text = spoken.text.trim();
    Ok(match *ask {
        Ask::Post { id } => {
            let post = post(spoken).map_err(no)?;
            match id {
                Some(id) => Deed::Post { id, post },
                None => Deed::New { post },
            }
        }
        Ask::Link { id } => {
            let link = LinkButton::read(text).ok_or(no(Said::NoLink))?;
            Deed::Link { id, link: Some(link) }
        }
        Ask::Time { id } => {
            let at = moment::read(text, now).ok_or(no(Said::NoTime))?;
            Deed::Schedule { id, at: at.unix_timestamp() }
        }
        Ask::Days { id } => {
            let segment = text.parse().ok().and_then(Segment::idle).ok_or(no(Said::NoDays))?;
            Deed::Segment { id, segment }
        }
        Ask::Source { id } => {
            let name = text.strip_prefix("src_").unwrap_or(text);
            let segment = Segment::source(name).ok_or(no(Said::NoSource))?;
            Deed::Segment { id, segment }
        }
    })
}

fn post(spoken: &Spoken) -> Result<Post, Said> {
    if spoken.in_album {
        return Err(Said::OneFile);
    }
    let media = match &spoken.file {
        Some((kind, file_id)) => {
            let kind = MediaKind::of(*kind).ok_or(Said::NoPost)?;
            Some(Media { kind, file_id: file_id.clone() })
        }
        None => None,
    };
    let post = Post { html: spoken.html.trim().to_owned(), media, link: None };
    post.check().map_err(|_| Said::NoPost)?;
    Ok(post)
}

/// How carefully it is confirmed: what many people see at once, and what cannot be gone on with.
pub(crate) const fn care(deed: &Deed) -> Care {
    match deed {
        Deed::Start { .. } | Deed::Schedule { .. } | Deed::Cancel { .. } => Care::Press,
        Deed::New { .. }
        | Deed::Post { .. }
        | Deed::Segment { .. }
        | Deed::Link { .. }
        | Deed::Try { .. }
        | Deed::Pause { .. }
        | Deed::Resume { .. } => Care::None,
    }
}

#[cfg(test)]
mod tests {
    use telegram::IncomingKind;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-02 09:00 UTC);

    fn spoken(html: &str) -> Spoken {
        let text = telegram::limits::plain_text(html);
        Spoken { text, html: html.to_owned(), ..Spoken::default() }
    }

    #[test]
    fn a_post_is_text_or_one_file_with_words() {
        let ask = Ask::Post { id: None };
        let file = |kind| Some((kind, "file".to_owned()));
        let text = read(&ask, &spoken("<b>New</b>"), NOW).unwrap();
        assert!(matches!(text, Deed::New { post } if post.html == "<b>New</b>"));
        let photo = Spoken { file: file(IncomingKind::Photo), ..spoken("") };
        assert!(matches!(read(&ask, &photo, NOW), Ok(Deed::New { post }) if post.media.is_some()));
        let sticker = Spoken { file: file(IncomingKind::Sticker), ..spoken("") };
        assert_eq!(read(&ask, &sticker, NOW), Err(Word::Broadcast(Said::NoPost)));
        let album = Spoken { in_album: true, ..photo };
        assert_eq!(read(&ask, &album, NOW), Err(Word::Broadcast(Said::OneFile)));
        assert_eq!(read(&ask, &spoken(" "), NOW), Err(Word::Broadcast(Said::NoPost)));
    }

    #[test]
    fn what_cannot_be_meant_is_asked_again() {
        let cases = [
            (Ask::Link { id: 1 }, "no address", Said::NoLink),
            (Ask::Time { id: 1 }, "soon", Said::NoTime),
            (Ask::Days { id: 1 }, "0", Said::NoDays),
            (Ask::Source { id: 1 }, "a b", Said::NoSource),
        ];
        for (ask, text, said) in cases {
            assert_eq!(read(&ask, &spoken(text), NOW), Err(Word::Broadcast(said)));
        }
        let source = read(&Ask::Source { id: 1 }, &spoken("src_blog"), NOW).unwrap();
        assert_eq!(source, Deed::Segment { id: 1, segment: Segment::Source("blog".to_owned()) });
    }
}
