//! What happens next in the top-ups: pure functions over the session.

use billing::World;
use money::Rub;
use payments::{Ordered, Provider};
use uuid::Uuid;

use crate::desk::Context;
use crate::ideas::{IdeaPlace, IdeaStage};
use crate::react::{Reaction, Then, ideas, menu, wizard};
use crate::session::{Place, Session, Stage};
use crate::topup::{Button, Outcome, Paying, Purpose, Scene, Spot, Wish, Word};
use crate::view::{Intent, Scene as Whole, View, Word as Above};

/// A button.
pub(crate) fn press(session: Session, context: &Context<'_>, button: Button) -> Reaction {
    match button {
        Button::Sum { revision, kopecks, purpose } => {
            choose(session, context, Rub::from_kopecks(kopecks), purpose, revision)
        }
        Button::Own => match closed(context) {
            Some(word) => balance(session, word),
            None => at(session, Spot::Sum, Scene::Sum, None),
        },
        Button::Way { revision, provider, kopecks, purpose } => match closed(context) {
            Some(word) => balance(session, word),
            None => {
                let amount = Rub::from_kopecks(kopecks);
                order(session, context, provider, amount, purpose, revision)
            }
        },
        Button::Show(id) => ask(session, Wish::Show(id)),
        Button::Check(id) => ask(session, Wish::Check(id)),
        Button::Abandon(id) => ask(session, Wish::Abandon(id)),
    }
}

/// Words of the person where an answer is asked for.
pub(crate) fn text(session: Session, context: &Context<'_>, spot: Spot, text: &str) -> Reaction {
    match spot {
        Spot::Sum => match sum(text) {
            Some(amount) => choose(session, context, amount, Purpose::Balance, context.revision),
            None => at(session, spot, Scene::Sum, Some(Word::NotASum)),
        },
        Spot::Ways { .. } | Spot::Payment { .. } => show(session, context, spot, None),
    }
}

/// A sum as people write it: «500», «1 000 ₽», «99,90 руб».
fn sum(text: &str) -> Option<Rub> {
    let digits = text.trim().trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
    Rub::parse(&digits).ok().filter(|amount| *amount > Rub::ZERO)
}

/// Shows the place once more.
pub(crate) fn show(
    session: Session,
    context: &Context<'_>,
    spot: Spot,
    word: Option<Above>,
) -> Reaction {
    let scene = match spot {
        Spot::Sum => Scene::Sum,
        Spot::Ways { kopecks, purpose } => {
            Scene::Ways { amount: Rub::from_kopecks(kopecks), purpose }
        }
        Spot::Payment { id } => {
            let intent = Intent::TopUp(Wish::Show(id));
            return Reaction { session, then: Then::Do { intent, word } };
        }
    };
    if let (Spot::Sum | Spot::Ways { .. }, Some(word)) = (spot, closed(context)) {
        return balance(session, word);
    }
    Reaction { session, then: Then::Show(View::new(Whole::TopUp(scene)).with(word)) }
}

/// Why nobody can top up, if so.
fn closed(context: &Context<'_>) -> Option<Word> {
    if context.desk.world == World::Test {
        return Some(Word::TestMode);
    }
    context.desk.payments.ways.is_empty().then_some(Word::Closed)
}

/// A sum was chosen; of several ways the person chooses one.
fn choose(
    session: Session,
    context: &Context<'_>,
    amount: Rub,
    purpose: Purpose,
    revision: i64,
) -> Reaction {
    if let Some(word) = closed(context) {
        return balance(session, word);
    }
    let offer = &context.desk.payments;
    let (least, most) = offer.bounds();
    let wanted = if purpose.resumes() { amount.max(least) } else { amount };
    if !(least..=most).contains(&wanted) {
        let word = Word::OutOfBounds { least, most };
        return at(session, Spot::Sum, Scene::Sum, Some(word));
    }
    match offer.ways[..] {
        [only] => order(session, context, only, wanted, purpose, revision),
        _ => {
            let spot = Spot::Ways { kopecks: wanted.kopecks(), purpose };
            at(session, spot, Scene::Ways { amount: wanted, purpose }, None)
        }
    }
}

/// A way was chosen. Providers refuse too little: whoever lacks less pays a little more.
fn order(
    session: Session,
    context: &Context<'_>,
    provider: Provider,
    amount: Rub,
    purpose: Purpose,
    revision: i64,
) -> Reaction {
    let amount =
        if purpose.resumes() { context.desk.payments.at_least(amount, provider) } else { amount };
    let (user, kopecks) = (context.user_id, amount.kopecks());
    let order_key = format!("{user}:{revision}:{}:{kopecks}", provider.as_str());
    ask(session, Wish::Order { order_key, provider, amount, purpose })
}

fn ask(session: Session, wish: Wish) -> Reaction {
    Reaction { session, then: Then::Do { intent: Intent::TopUp(wish), word: None } }
}

fn at(mut session: Session, spot: Spot, scene: Scene, word: Option<Word>) -> Reaction {
    session.place = Place::TopUp(spot);
    let view = View::new(Whole::TopUp(scene)).with(word.map(Above::TopUp));
    Reaction { session, then: Then::Show(view) }
}

fn balance(session: Session, word: Word) -> Reaction {
    let then = Then::Do { intent: Intent::Balance, word: Some(Above::TopUp(word)) };
    Reaction { session, then }
}

/// Goes on with what came of a wish.
pub(crate) fn settle(mut session: Session, outcome: Outcome, word: Option<Above>) -> Reaction {
    match outcome {
        Outcome::Ordered { outcome, purpose } => {
            let (payment, word) = match outcome {
                Ordered::Created(payment) | Ordered::Exists(payment) => (payment, None),
                Ordered::OneIsOpen(payment) => (payment, Some(Word::OneIsOpen)),
                Ordered::NotOffered => return menu(session, Some(Above::TopUp(Word::Closed))),
                Ordered::OutOfBounds { least, most } => {
                    let word = Word::OutOfBounds { least, most };
                    return at(session, Spot::Sum, Scene::Sum, Some(word));
                }
            };
            if purpose.resumes() {
                let order = session.draft.clone().filter(|_| purpose == Purpose::Order);
                let idea = session.idea.draft.clone().filter(|_| purpose == Purpose::Idea);
                session.paying = Some(Paying { payment: payment.id, order, idea });
            }
            at(session, Spot::Payment { id: payment.id }, Scene::Payment(Box::new(payment)), word)
        }
        Outcome::Found { payment: Some(payment), word: told } => {
            let spot = Spot::Payment { id: payment.id };
            session.place = Place::TopUp(spot);
            let view = View::new(Whole::TopUp(Scene::Payment(Box::new(payment))));
            let word = told.map(Above::TopUp).or(word);
            Reaction { session, then: Then::Show(view.with(word)) }
        }
        Outcome::Found { payment: None, .. } => {
            menu(session, Some(Above::TopUp(Word::NoSuchPayment)))
        }
        Outcome::Receipt(Some(payment)) => {
            let spot = Spot::Payment { id: payment.id };
            let scene = Scene::Payment(Box::new(payment));
            at(session, spot, scene, Some(Word::ReceiptTaken))
        }
        Outcome::Receipt(None) => menu(session, Some(Above::FileUnasked)),
    }
}

/// The money for an order has come: the order goes on as if «Запустить» was pressed, at the price
/// that was shown, or is shown again when that price does not hold. Nothing when the person has
/// gone on to something else.
pub(crate) fn resume(
    mut session: Session,
    context: &Context<'_>,
    payment: Uuid,
) -> Option<Reaction> {
    let paying = session.paying.take_if(|paying| paying.payment == payment)?;
    if let Some(idea) = &paying.idea {
        let draft = session.idea.draft.as_ref()?;
        let same = draft.scenario == idea.scenario
            && draft.given == idea.given
            && draft.count == idea.count
            && draft.stage == IdeaStage::Confirm;
        session.place = Place::Idea { place: IdeaPlace::Draft };
        return same.then(|| ideas::launch(session, context));
    }
    let (draft, order) = (session.draft.as_ref()?, paying.order.as_ref()?);
    let same = draft.model == order.model
        && draft.answers == order.answers
        && draft.stage == Stage::Summary;
    session.place = Place::Draft;
    same.then(|| wizard::run(session, context))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_as_people_write_them() {
        for (text, kopecks) in [
            ("500", Some(50_000)),
            (" 1 000 ₽", Some(100_000)),
            ("99,90 руб.", Some(9_990)),
            ("12.5", Some(1_250)),
            ("0", None),
            ("-5", None),
            ("пятьсот", None),
            ("1.234", None),
        ] {
            assert_eq!(sum(text).map(Rub::kopecks), kopecks, "{text}");
        }
    }
}
