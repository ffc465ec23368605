//! What happens next in the panel: pure functions over its session.

use catalog::Language;
use chat::Desk;
use money::{Formula, Rub};
use rust_decimal::Decimal;
use telegram::IncomingKind;
use time::OffsetDateTime;

use crate::act::Act;
use crate::broadcasts;
use crate::button::{Button, Place};
use crate::catalogue::{Deed, Spot};
use crate::role::{Right, Role};
use crate::session::{Form, Session};
use crate::setting::{Kind, Setting, decimal};
use crate::view::{Care, Intent, Then, Word, home, origin};
use crate::{codes, till};

/// What is known at the moment of one input.
#[derive(Clone, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) desk: &'a Desk,
    /// What the prices are made of, settings included.
    pub(crate) formula: Formula,
    pub(crate) now: OffsetDateTime,
    pub(crate) language: Language,
    /// Telegram's number of the operator.
    pub(crate) me: i64,
    pub(crate) role: Role,
    /// The session's revision before the input.
    pub(crate) revision: i64,
    /// Above this an adjustment needs a second look.
    pub(crate) limit: Rub,
    /// When a failing model is taken off.
    pub(crate) breaker: generation::BreakerPolicy,
    /// Whether there is another operator who can agree.
    pub(crate) second: bool,
    /// Telegram ids of the owners.
    pub(crate) owners: &'a [i64],
    /// The sum that the input is about, where it asks for money to move, or why it cannot.
    pub(crate) stake: Option<Result<Rub, Word>>,
    /// The figures of the period that is looked at.
    pub(crate) report: Option<&'a figures::Report>,
}

/// What an operator did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// `/admin`.
    Open,
    Said(Spoken),
    /// A command of the shop.
    Command,
    Press(Button),
    /// Data of the panel that cannot be read.
    Forged,
}

/// What an operator has written or sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spoken {
    /// The text, or the words under the file; may be empty.
    pub(crate) text: String,
    /// The same with its formatting.
    pub(crate) html: String,
    /// The file and Telegram's lasting name of it.
    pub(crate) file: Option<(IncomingKind, String)>,
    /// Whether the file is one of several that were sent together.
    pub(crate) in_album: bool,
}

/// The most characters of a reason.
pub(crate) const REASON_MAX: usize = 200;

/// The most characters of a letter.
const LETTER_MAX: usize = 3_000;

/// Decides what follows from an input.
pub(crate) fn react(mut session: Session, context: &Context<'_>, input: Input) -> (Session, Then) {
    match input {
        Input::Open => (rested(session), Then::Show(Place::Menu, None)),
        Input::Forged => (session, Then::Show(Place::Menu, Some(Word::Stale))),
        Input::Command => (rested(session), Then::Pass),
        // A file is the conversation's, unless one was asked for here.
        Input::Said(said) => match session.waiting.take_if(|form| {
            let takes_files = matches!(form, Form::Broadcast(broadcasts::Ask::Post { .. }));
            takes_files || (said.file.is_none() && !said.text.is_empty())
        }) {
            Some(form) => write(session, context, form, &said),
            None => (session, Then::Pass),
        },
        Input::Press(button) => press(session, context, button),
    }
}

/// Nothing waits any more.
fn rested(session: Session) -> Session {
    Session { waiting: None, pending: None, ..session }
}

fn press(session: Session, context: &Context<'_>, button: Button) -> (Session, Then) {
    let query = session.query.clone();
    if let Button::Codes(press @ (codes::Press::Usual | codes::Press::People(_))) = button {
        return answer_code(session, context, press);
    }
    let session = match button {
        Button::Confirm { .. } => session,
        _ => rested(session),
    };
    let act = match button {
        Button::Open(place) => return (Session { query, ..session }, Then::Show(place, None)),
        Button::Ask(form) => return ask(session, context, form),
        Button::Undo(entry) => return (session, Then::Do(Intent::Undo(entry))),
        Button::Approve(request) => {
            return (session, Then::Do(Intent::Settle { request, approve: true }));
        }
        Button::Reject(request) => {
            return (session, Then::Do(Intent::Settle { request, approve: false }));
        }
        Button::Export(filter) => return (session, Then::Do(Intent::Export(filter))),
        Button::Till(press) => match till::react::press(context, press) {
            till::react::Wanted::Act(act) => act,
            till::react::Wanted::Run(errand) => return (session, Then::Do(Intent::Till(errand))),
            till::react::Wanted::Refused(place, word) => {
                return (session, Then::Show(place, Some(word)));
            }
        },
        Button::Codes(press) => match press {
            codes::Press::New | codes::Press::Usual | codes::Press::People(_) => {
                return ask(session, context, Form::Codes(codes::Ask::first()));
            }
            codes::Press::Stop(code) => Act::Codes(codes::Deed::Stop { code }),
            codes::Press::Start(code) => Act::Codes(codes::Deed::Start { code }),
        },
        Button::Statistics(wish) => return (session, Then::Do(Intent::Statistics(wish))),
        Button::Drop => return (session, Then::Show(Place::Menu, Some(Word::Dropped))),
        Button::Confirm { revision } => return confirm(session, context, revision),
        Button::Unblock(user) => Act::Unblock { user },
        Button::Role { user, role } => Act::Role { user, role },
        Button::Off { model, off } => Act::Off { model, off },
        Button::Usual(model) => Act::Rule { model, kopecks: None, markup: None },
        Button::Wake(model) => Act::Wake { model },
        Button::Set { setting, on } => Act::Set { setting, value: Some(u8::from(on).to_string()) },
        Button::Reset(setting) => Act::Set { setting, value: None },
        Button::Broadcast(press) => Act::Broadcast(press.deed()),
        Button::Catalogue(press) => match press.act(context) {
            Ok(act) => act,
            Err(word) => return (session, Then::Show(Place::Catalogue(Spot::Free), Some(word))),
        },
    };
    propose(session, context, act)
}

/// What a form needs before it is even asked.
fn ask(session: Session, context: &Context<'_>, form: Form) -> (Session, Then) {
    let right = match &form {
        Form::Search | Form::Code | Form::Retype { .. } => None,
        Form::Credit { .. } | Form::Debit { .. } | Form::Refund { .. } => Some(Right::Money),
        Form::Block { .. } => Some(Right::Block),
        Form::Letter { .. } => Some(Right::Write),
        Form::Price { .. } | Form::Markup { .. } => Some(Right::Models),
        Form::Setting { .. } | Form::Codes(_) => Some(Right::Settings),
        Form::Till(ask) => ask.right(),
        Form::Broadcast(_) => Some(Right::Broadcast),
    };
    if right.is_some_and(|right| !context.role.may(right)) {
        return (session, Then::Show(origin(&form), Some(Word::NoRight)));
    }
    if let Some(Err(word)) = &context.stake {
        return (session, Then::Show(origin(&form), Some(word.clone())));
    }
    if let Form::Price { model } = &form
        && !context.desk.catalog.model(model).is_some_and(catalog::Model::has_one_price)
    {
        return (session, Then::Show(origin(&form), Some(Word::ManyPrices)));
    }
    (Session { waiting: Some(form.clone()), ..session }, Then::Ask(form, None))
}

/// The operator has written what was asked for.
fn write(
    mut session: Session,
    context: &Context<'_>,
    form: Form,
    said: &Spoken,
) -> (Session, Then) {
    let again = |mut session: Session, form: Form, word: Word| {
        session.waiting = Some(form.clone());
        (session, Then::Ask(form, Some(word)))
    };
    let read = match &form {
        Form::Broadcast(ask) => broadcasts::react::read(ask, said, context.now)
            .map(|deed| Written::Act(Act::Broadcast(deed))),
        Form::Setting { setting } if setting.kind() == Kind::Page => {
            read(context, &form, said.html.trim())
        }
        _ => read(context, &form, said.text.trim()),
    };
    match read {
        // There is nothing to write about any more.
        Err(word) if context.stake == Some(Err(word.clone())) => {
            (session, Then::Show(origin(&form), Some(word)))
        }
        Err(word) => again(session, form, word),
        Ok(Written::Search(query)) => {
            session.query = query;
            (session, Then::Show(Place::Found { page: 0 }, None))
        }
        Ok(Written::Code(code)) => (session, Then::Do(Intent::FindOrder(code))),
        Ok(Written::Run(errand)) => (session, Then::Do(Intent::Till(errand))),
        Ok(Written::Next(next)) => go_on(session, context, next),
        Ok(Written::Again) => match session.pending.take() {
            Some(act) => (session, Then::Do(Intent::Act(act))),
            None => (session, Then::Show(Place::Menu, Some(Word::Stale))),
        },
        Ok(Written::Act(act)) => propose(session, context, act),
    }
}

/// What was written, once it is understood.
enum Written {
    Search(String),
    Code(String),
    /// The same once more.
    Again,
    Run(till::Errand),
    /// A step of a promo code.
    Next(codes::react::Next),
    Act(Act),
}

/// A step of making a promo code is answered by a button.
fn answer_code(
    mut session: Session,
    context: &Context<'_>,
    press: codes::Press,
) -> (Session, Then) {
    let Some(Form::Codes(ask)) = session.waiting.take() else {
        return (rested(session), Then::Show(Place::Menu, Some(Word::Stale)));
    };
    let next = match press {
        codes::Press::People(segment) => codes::react::people(ask.clone(), segment),
        codes::Press::Usual
        | codes::Press::New
        | codes::Press::Stop(_)
        | codes::Press::Start(_) => codes::react::usual(ask.clone()),
    };
    match next {
        Ok(next) => go_on(session, context, next),
        Err(word) => {
            let form = Form::Codes(ask);
            session.waiting = Some(form.clone());
            (session, Then::Ask(form, Some(word)))
        }
    }
}

fn go_on(mut session: Session, context: &Context<'_>, next: codes::react::Next) -> (Session, Then) {
    match next {
        codes::react::Next::Ask(ask) => {
            let form = Form::Codes(ask);
            session.waiting = Some(form.clone());
            (session, Then::Ask(form, None))
        }
        codes::react::Next::Propose(deed) => propose(session, context, Act::Codes(deed)),
    }
}

fn read(context: &Context<'_>, form: &Form, text: &str) -> Result<Written, Word> {
    if text.is_empty() {
        return Err(Word::NoValue);
    }
    let act = match form.clone() {
        Form::Search => return Ok(Written::Search(chat::one_line(text, 60))),
        Form::Code => return Ok(Written::Code(chat::one_line(text, 60))),
        Form::Retype { expected } => {
            let same = decimal(text).is_some() && decimal(text) == decimal(&expected);
            return if same { Ok(Written::Again) } else { Err(Word::NotTheSame) };
        }
        Form::Credit { user } => {
            let (sum, reason) = sum_and_reason(text)?;
            Act::Adjust { user, kopecks: sum.kopecks(), reason }
        }
        Form::Debit { user } => {
            let (sum, reason) = sum_and_reason(text)?;
            Act::Adjust { user, kopecks: sum.kopecks().saturating_neg(), reason }
        }
        Form::Block { user } => Act::Block { user, reason: limited(text, REASON_MAX)? },
        Form::Letter { user } => Act::Letter { user, text: limited(text, LETTER_MAX)? },
        Form::Refund { order } => {
            let kopecks = context.stake.clone().unwrap_or(Err(Word::NoOrder))?.kopecks();
            Act::Refund { order, kopecks, reason: limited(text, REASON_MAX)? }
        }
        Form::Till(ask) => match till::react::read(context, ask, text)? {
            till::react::Written::Act(act) => act,
            till::react::Written::Run(errand) => return Ok(Written::Run(errand)),
        },
        Form::Codes(ask) => return Ok(Written::Next(codes::react::told(ask, text)?)),
        Form::Price { model } => {
            let price = Rub::parse(text).ok().filter(|price| *price > Rub::ZERO);
            let price = price.ok_or(Word::NoSum)?;
            Act::Rule { model, kopecks: Some(price.kopecks()), markup: None }
        }
        Form::Markup { model } => {
            let markup = Setting::Markup.read(text).and_then(|text| decimal(&text));
            Act::Rule { model, kopecks: None, markup: Some(markup.ok_or(Word::NoNumber)?) }
        }
        Form::Setting { setting } => {
            let value = setting.read(text).ok_or(Word::NoValue)?;
            Act::Set { setting, value: Some(value) }
        }
        // Its answers are more than words.
        Form::Broadcast(_) => return Err(Word::NoValue),
    };
    Ok(Written::Act(act))
}

/// «150 the result was lost»: a sum, then why.
fn sum_and_reason(text: &str) -> Result<(Rub, String), Word> {
    let (sum, reason) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let sum = Rub::parse(sum).ok().filter(|sum| *sum > Rub::ZERO).ok_or(Word::NoSum)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Word::NoReason);
    }
    Ok((sum, limited(reason, REASON_MAX)?))
}

pub(crate) fn limited(text: &str, max: usize) -> Result<String, Word> {
    if text.chars().count() > max { Err(Word::TooLong) } else { Ok(text.to_owned()) }
}

/// An action is wanted: done at once, or after a confirmation.
fn propose(mut session: Session, context: &Context<'_>, act: Act) -> (Session, Then) {
    if !context.role.may(act.right()) {
        return (session, Then::Show(home(&act), Some(Word::NoRight)));
    }
    let care = care(context, &act);
    if care == Care::None {
        return (session, Then::Do(Intent::Act(act)));
    }
    session.pending = Some(act.clone());
    session.waiting = match &care {
        Care::Retype(expected) => Some(Form::Retype { expected: expected.clone() }),
        Care::None | Care::Press | Care::Second => None,
    };
    (session, Then::Confirm(act, care))
}

/// How carefully an action is confirmed.
pub(crate) fn care(context: &Context<'_>, act: &Act) -> Care {
    match act {
        Act::Adjust { kopecks, .. } | Act::Refund { kopecks, .. } => money_care(context, *kopecks),
        Act::Till(deed) => till::react::care(context, deed),
        Act::Block { .. }
        | Act::Role { .. }
        | Act::Letter { .. }
        | Act::Codes(_)
        | Act::Catalogue { deed: Deed::Accept(_) } => Care::Press,
        Act::Unblock { .. }
        | Act::Off { .. }
        | Act::Wake { .. }
        | Act::Catalogue { deed: Deed::Compare } => Care::None,
        Act::Rule { model, kopecks: Some(kopecks), .. } => {
            let cost = cost_of(context, model);
            let below = cost.is_some_and(|cost| *kopecks < cost.kopecks());
            if below { Care::Retype(roubles(*kopecks)) } else { Care::None }
        }
        Act::Rule { kopecks: None, markup: Some(markup), .. } => {
            below_cost(&Formula { markup: *markup, ..context.formula }, markup.to_string())
        }
        Act::Set { setting, value: Some(value) } => priced(context, *setting, value),
        Act::Rule { kopecks: None, markup: None, .. } | Act::Set { value: None, .. } => Care::None,
        Act::Broadcast(deed) => broadcasts::react::care(deed),
    }
}

/// Above the limit a second operator agrees to a sum; alone the operator writes it once more.
pub(crate) fn money_care(context: &Context<'_>, kopecks: i64) -> Care {
    let sum = kopecks.saturating_abs();
    if sum <= context.limit.kopecks() {
        Care::Press
    } else if context.second {
        Care::Second
    } else {
        Care::Retype(roubles(sum))
    }
}

fn priced(context: &Context<'_>, setting: Setting, value: &str) -> Care {
    let Some(number) = decimal(value) else { return Care::None };
    let formula = context.formula;
    let formula = match setting {
        Setting::FxRubPerUsd => Formula { rub_per_usd: number, ..formula },
        Setting::CreditUsd => Formula { credit_usd: number, ..formula },
        Setting::Markup => Formula { markup: number, ..formula },
        Setting::WelcomeRub
        | Setting::Support
        | Setting::Maintenance
        | Setting::MaintenanceWords
        | Setting::AdjustLimitRub
        | Setting::BreakerPercent
        | Setting::BreakerOrders
        | Setting::BreakerRestMinutes
        | Setting::FreeModels
        | Setting::FreePerDay
        | Setting::FreePerHour
        | Setting::FreeMaxRub
        | Setting::FreeBudgetRub
        | Setting::DigestHour
        | Setting::Bound(_)
        | Setting::Way(_)
        | Setting::Page(_) => return Care::None,
    };
    below_cost(&formula, number.normalize().to_string())
}

/// A formula that sells below cost is confirmed by writing the number once more.
fn below_cost(formula: &Formula, expected: String) -> Care {
    match (formula.price(), formula.cost()) {
        (Ok(price), Ok(cost)) if price < cost => Care::Retype(expected),
        _ => Care::None,
    }
}

/// What an order of the model costs the shop at least.
pub(crate) fn cost_of(context: &Context<'_>, model: &str) -> Option<Rub> {
    let credits = context.desk.catalog.model(model)?.from_credits()?;
    context.desk.cost_rate.price(credits).ok()
}

/// Kopecks as a number that is written once more.
fn roubles(kopecks: i64) -> String {
    Decimal::new(kopecks, 2).normalize().to_string()
}

fn confirm(mut session: Session, context: &Context<'_>, revision: i64) -> (Session, Then) {
    let act = session.pending.clone().filter(|_| revision == context.revision);
    let Some(act) = act else {
        return (rested(session), Then::Show(Place::Menu, Some(Word::Stale)));
    };
    match care(context, &act) {
        Care::None | Care::Press => {
            session.pending = None;
            (session, Then::Do(Intent::Act(act)))
        }
        Care::Second => {
            session.pending = None;
            (session, Then::Do(Intent::Ask(act)))
        }
        // The limit or the price changed meanwhile.
        care @ Care::Retype(_) => propose_with(session, act, care),
    }
}

fn propose_with(mut session: Session, act: Act, care: Care) -> (Session, Then) {
    if let Care::Retype(expected) = &care {
        session.waiting = Some(Form::Retype { expected: expected.clone() });
    }
    (session, Then::Confirm(act, care))
}
