//! What links into the bot mean: `t.me/<bot>?start=<payload>`. A payload has at most 64 of
//! `A-Z a-z 0-9 _ -`; whatever else comes was typed by hand.

/// A link into the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// `m_`: a model, everything in its id but letters and digits written as `_`.
    Model(String),
    /// `s_`: a ready scenario.
    Scenario(String),
    /// `ref_`: an invitation of a friend.
    Invitation(String),
    /// `src_`: where the person has seen us.
    Source(String),
    /// `promo_`: a promo code.
    Promo(String),
    /// `g_`: a gift.
    Gift(String),
    /// `p_`: a prepared order.
    Preset(String),
    /// `pay`: where a provider's page, or a forwarded bill, leads back to.
    Balance,
}

/// The most that Telegram lets through.
const PAYLOAD_MAX: usize = 64;

impl Link {
    /// Reads a payload; `None` for one that is none of ours.
    pub(crate) fn parse(payload: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        if payload.len() > PAYLOAD_MAX || !payload.bytes().all(allowed) {
            return None;
        }
        if payload == "pay" {
            return Some(Self::Balance);
        }
        let (prefix, rest) = payload.split_once('_').filter(|(_, rest)| !rest.is_empty())?;
        let rest = rest.to_owned();
        match prefix {
            "m" => Some(Self::Model(rest)),
            "s" => Some(Self::Scenario(rest)),
            "ref" => Some(Self::Invitation(rest)),
            "src" => Some(Self::Source(rest)),
            "promo" => Some(Self::Promo(rest)),
            "g" => Some(Self::Gift(rest)),
            "p" => Some(Self::Preset(rest)),
            _ => None,
        }
    }

    /// The address of a link into a bot.
    pub(crate) fn address(bot: &str, prefix: &str, rest: &str) -> String {
        format!("https://t.me/{bot}?start={prefix}{rest}")
    }
}

/// The address that lets a person choose to whom a link is sent.
pub(crate) fn share(link: &str, words: &str) -> String {
    format!("https://t.me/share/url?url={}&text={}", encoded(link), encoded(words))
}

/// A text as a part of an address.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_prefix_is_a_kind_of_link() {
        let text = |text: &str| text.to_owned();
        let cases = [
            ("m_google_nano-banana", Some(Link::Model(text("google_nano-banana")))),
            ("s_animate", Some(Link::Scenario(text("animate")))),
            ("ref_6fe1c3", Some(Link::Invitation(text("6fe1c3")))),
            ("src_vk-june", Some(Link::Source(text("vk-june")))),
            ("promo_SPRING", Some(Link::Promo(text("SPRING")))),
            ("g_00ff", Some(Link::Gift(text("00ff")))),
            ("p_7", Some(Link::Preset(text("7")))),
            ("src_", None),
            ("x_7", None),
            ("", None),
            ("promo_весна", None),
            ("g_a b", None),
        ];
        for (payload, expected) in cases {
            assert_eq!(Link::parse(payload), expected, "{payload}");
        }
    }

    #[test]
    fn what_is_shared_survives_the_address() {
        let link = Link::address("kie_bot", "ref_", "6f");
        assert_eq!(link, "https://t.me/kie_bot?start=ref_6f");
        assert_eq!(
            share(&link, "Да & нет"),
            "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fkie_bot%3Fstart%3Dref_6f\
             &text=%D0%94%D0%B0%20%26%20%D0%BD%D0%B5%D1%82"
        );
    }

    proptest! {
        #[test]
        fn any_payload_is_read_without_a_fault(payload in ".{0,80}") {
            let _any = Link::parse(&payload);
        }
    }
}
