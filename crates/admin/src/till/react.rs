//! What follows from what an operator did about payments: pure functions.

use money::Rub;

use super::{Ask, Deed, Errand, Press, Spot, Word};
use crate::act::Act;
use crate::button::Place;
use crate::react::{Context, REASON_MAX, limited, money_care};
use crate::texts::{Key, Texts};
use crate::view::{Care, Word as Above};

/// What a button wants: an action, or an errand that changes nothing.
pub(crate) enum Wanted {
    Act(Act),
    Run(Errand),
    /// It cannot be; this is why, and where.
    Refused(Place, Above),
}

/// A button.
pub(crate) fn press(context: &Context<'_>, press: Press) -> Wanted {
    let refused = |id, word| Wanted::Refused(Place::Till(Spot::Payment(id)), word);
    match press {
        Press::Receipt(id) => Wanted::Run(Errand::Receipt(id)),
        Press::Approve(payment) => match stake(context) {
            // Of money without a bill nobody knows how much it is worth.
            Ok(sum) if sum == Rub::ZERO => refused(payment, Above::NoSum),
            Ok(sum) => {
                let kopecks = sum.kopecks();
                Wanted::Act(Act::Till(Deed::Approve { payment, kopecks }))
            }
            Err(word) => refused(payment, word),
        },
        Press::RejectPlainly(payment) => match stake(context) {
            Ok(_) => {
                // The person reads it, whose language is mostly the shop's.
                let usual = Texts::new(catalog::Language::Ru);
                let reason = usual.plain(Key::FieldTillNotFound, &[]);
                Wanted::Act(Act::Till(Deed::Reject { payment, reason }))
            }
            Err(word) => refused(payment, word),
        },
    }
}

fn stake(context: &Context<'_>) -> Result<Rub, Above> {
    context.stake.clone().unwrap_or(Err(Above::Till(Word::NoPayment)))
}

/// What was written, once it is understood.
pub(crate) enum Written {
    Act(Act),
    Run(Errand),
}

/// Reads what was written.
pub(crate) fn read(context: &Context<'_>, ask: Ask, text: &str) -> Result<Written, Above> {
    let deed = match ask {
        Ask::Number => {
            let digits = text.trim_start_matches(['№', '#', ' ']);
            let number = digits.parse().map_err(|_| Above::NoNumber)?;
            return Ok(Written::Run(Errand::Find(number)));
        }
        Ask::OtherSum { payment } => {
            let sum = Rub::parse(text).ok().filter(|sum| *sum > Rub::ZERO).ok_or(Above::NoSum)?;
            Deed::Approve { payment, kopecks: sum.kopecks() }
        }
        Ask::Reject { payment } => Deed::Reject { payment, reason: limited(text, REASON_MAX)? },
        Ask::Refund { payment } => {
            let kopecks = stake(context)?.kopecks();
            Deed::Refund { payment, kopecks, reason: limited(text, REASON_MAX)? }
        }
    };
    Ok(Written::Act(Act::Till(deed)))
}

/// How carefully it is confirmed. Crediting a transfer is meant when it is pressed or written, as
/// long as the sum is not too big for one operator.
pub(crate) fn care(context: &Context<'_>, deed: &Deed) -> Care {
    match deed {
        Deed::Approve { kopecks, .. } => match money_care(context, *kopecks) {
            Care::Press => Care::None,
            care @ (Care::None | Care::Retype(_) | Care::Second) => care,
        },
        Deed::Reject { .. } => Care::None,
        Deed::Refund { kopecks, .. } => money_care(context, *kopecks),
    }
}
