//! Ready ideas: one question after the other, how many, then the confirmation.

use std::time::Duration;

use catalog::{Answer, Answers, FieldKind, FileInput};
use generation::{BatchPlaced, BatchView, Script};
use money::Rub;
use scenario::{Chosen, Input, InputKind, Scenario};

use crate::album::Album;
use crate::desk::{Context, Desk, Priced};
use crate::fixes;
use crate::ideas::{
    IdeaButton, IdeaDone, IdeaDraft, IdeaIntent, IdeaPlace, IdeaPlaced, IdeaScene, IdeaStage,
    IdeaStep, IdeaWord, Look, NewBatch,
};
use crate::react::{Reaction, Then, menu, redraw};
use crate::session::{Place, Quote, Session};
use crate::view::{FileTrouble, Intent, Scene, View, Word};

/// How long a shown price holds.
const QUOTE_HOLDS: Duration = Duration::from_mins(15);

/// Whether the person is at an idea that can be made.
pub(crate) fn draft_is_open(session: &Session, context: &Context<'_>) -> bool {
    at_draft(session) && parts(session, context.desk).is_some()
}

fn at_draft(session: &Session) -> bool {
    session.place == Place::Idea { place: IdeaPlace::Draft }
}

/// Whether a file is wanted where the person stands.
pub(crate) fn wants_file(session: &Session, desk: &Desk) -> bool {
    at_draft(session)
        && parts(session, desk).is_some_and(|(_, scenario, _)| !scenario.inputs.is_empty())
}

/// Whether a file is asked for where the person stands, so that a link can stand for it.
pub(super) fn asks_file(session: &Session, desk: &Desk) -> bool {
    let asked = parts(session, desk).filter(|_| at_draft(session));
    asked
        .and_then(|(draft, scenario, _)| input_of(draft, scenario))
        .is_some_and(|input| matches!(input.kind, InputKind::File(_)))
}

/// The picture that is to be made to fit, and what it is to fit into.
pub(super) fn to_fix<'s>(
    session: &'s Session,
    desk: &'s Desk,
) -> Option<(&'s FileInput, &'s FieldKind)> {
    let (draft, scenario, chosen) = parts(session, desk).filter(|_| at_draft(session))?;
    let field = chosen.field(&input_of(draft, scenario)?.name)?;
    Some((draft.broken.as_ref()?, &field.kind))
}

/// What is asked at the stage of a draft.
pub(crate) fn input_of<'d>(draft: &IdeaDraft, scenario: &'d Scenario) -> Option<&'d Input> {
    match &draft.stage {
        IdeaStage::Input { name } => scenario.input(name),
        IdeaStage::Count | IdeaStage::Confirm => None,
    }
}

/// The draft with its scenario and the model that makes it now.
pub(crate) fn parts<'s, 'd>(
    session: &'s Session,
    desk: &'d Desk,
) -> Option<(&'s IdeaDraft, &'d Scenario, Chosen<'d>)> {
    let draft = session.idea.draft.as_ref()?;
    let scenario = desk.scenarios.get(&draft.scenario)?;
    let chosen = scenario.choose(&desk.catalog)?;
    Some((draft, scenario, chosen))
}

/// Opens an idea by its id: what a deep link does.
pub(crate) fn card(
    mut session: Session,
    context: &Context<'_>,
    id: &str,
    word: Option<Word>,
) -> Reaction {
    if context.desk.scenarios.get(id).is_none() {
        return list(session, 0, Some(Word::Idea(IdeaWord::Gone)));
    }
    session.place = Place::Idea { place: IdeaPlace::Card { id: id.to_owned() } };
    scene(session, IdeaScene::Card { id: id.to_owned() }, word)
}

/// Opens the idea of a deep link's payload, without its prefix.
pub(super) fn linked(session: Session, context: &Context<'_>, payload: &str) -> Reaction {
    match context.desk.scenarios.linked(payload).map(|scenario| scenario.id.clone()) {
        Some(id) => card(session, context, &id, None),
        None => list(session, 0, Some(Word::Idea(IdeaWord::Gone))),
    }
}

pub(super) fn list(mut session: Session, page: u16, word: Option<Word>) -> Reaction {
    session.place = Place::Idea { place: IdeaPlace::List { page } };
    scene(session, IdeaScene::List { page }, word)
}

fn scene(session: Session, scene: IdeaScene, word: Option<Word>) -> Reaction {
    Reaction::show(session, View::new(Scene::Idea(scene)).with(word))
}

/// Shows the screen that the person is at once more.
pub(super) fn shown_again(
    session: Session,
    context: &Context<'_>,
    place: IdeaPlace,
    word: Option<Word>,
) -> Reaction {
    match place {
        IdeaPlace::List { page } => list(session, page, word),
        IdeaPlace::Card { id } => card(session, context, &id, word),
        IdeaPlace::Draft => show(session, context, word),
    }
}

pub(super) fn press(session: Session, context: &Context<'_>, button: IdeaButton) -> Reaction {
    match button {
        IdeaButton::List { page } => list(session, page, None),
        IdeaButton::Card(id) => card(session, context, &id, None),
        IdeaButton::Begin(id) => begin(session, context, &id, Answers::new()),
        IdeaButton::Continue => show(session, context, None),
        IdeaButton::Step { revision, step: chosen } => {
            if revision == context.revision && draft_is_open(&session, context) {
                step(session, context, chosen)
            } else {
                redraw(session, context, Some(Word::Stale))
            }
        }
        IdeaButton::Run { revision } => run(session, context, revision),
        IdeaButton::Cancel(id) => ask(session, IdeaIntent::Cancel(id)),
        IdeaButton::Script(id) => ask(session, IdeaIntent::Look(id, Look::Script)),
        IdeaButton::Again(id) => ask(session, IdeaIntent::Look(id, Look::Again)),
    }
}

fn ask(session: Session, intent: IdeaIntent) -> Reaction {
    Reaction::ask(session, Intent::Idea(intent))
}

/// Begins an idea, perhaps with answers of an earlier order.
pub(super) fn begin(
    mut session: Session,
    context: &Context<'_>,
    id: &str,
    given: Answers,
) -> Reaction {
    let Some(scenario) = context.desk.scenarios.get(id) else {
        return list(session, 0, Some(Word::Idea(IdeaWord::Gone)));
    };
    if scenario.choose(&context.desk.catalog).is_none() {
        return card(session, context, id, Some(Word::Idea(IdeaWord::NotSold)));
    }
    let given = given.into_iter().filter(|(name, _)| scenario.input(name).is_some()).collect();
    let draft = IdeaDraft {
        scenario: id.to_owned(),
        given,
        stage: IdeaStage::Confirm,
        count: scenario.counts.first().copied().unwrap_or(1),
        quote: None,
        broken: None,
        album: None,
    };
    session.idea.draft = Some(draft);
    session.place = Place::Idea { place: IdeaPlace::Draft };
    advance(&mut session, context);
    scene(session, IdeaScene::Draft, None)
}

/// Opens the next question, or how many, or the confirmation.
fn advance(session: &mut Session, context: &Context<'_>) {
    let Some((draft, scenario, _)) = parts(session, context.desk) else { return };
    let stage = match scenario.next_input(&draft.given) {
        Some(input) => IdeaStage::Input { name: input.name.clone() },
        None if scenario.counts.len() > 1 => IdeaStage::Count,
        None => IdeaStage::Confirm,
    };
    let quote = priced(session, context).map(|priced| Quote {
        price: priced.price,
        expires_at: context.now + QUOTE_HOLDS,
        free: false,
    });
    if let Some(draft) = &mut session.idea.draft {
        draft.stage = stage;
        draft.quote = quote;
        draft.broken = None;
    }
}

/// The price of each result, when everything is answered.
fn priced(session: &Session, context: &Context<'_>) -> Option<Priced> {
    let (draft, _, chosen) = parts(session, context.desk)?;
    let answers = chosen.answers(&draft.given, context.language)?;
    context.desk.quote(chosen.model, &answers).ok()
}

/// Shows the idea where it stands, with a price that holds.
fn show(mut session: Session, context: &Context<'_>, word: Option<Word>) -> Reaction {
    let Some((draft, scenario, _)) = parts(&session, context.desk) else {
        let word = match &session.idea.draft {
            Some(_) => Word::Idea(IdeaWord::NotSold),
            None => Word::NothingToContinue,
        };
        session.idea.draft = None;
        return list(session, 0, Some(word));
    };
    let known = match &draft.stage {
        IdeaStage::Input { name } => scenario.input(name).is_some(),
        IdeaStage::Count | IdeaStage::Confirm => scenario.next_input(&draft.given).is_none(),
    };
    let now_price = priced(&session, context).map(|priced| priced.price);
    let holds = draft
        .quote
        .is_some_and(|quote| quote.expires_at > context.now && Some(quote.price) == now_price);
    if !known {
        advance(&mut session, context);
    } else if !holds && let Some(draft) = &mut session.idea.draft {
        draft.quote = now_price.map(|price| Quote {
            price,
            expires_at: context.now + QUOTE_HOLDS,
            free: false,
        });
    }
    session.place = Place::Idea { place: IdeaPlace::Draft };
    scene(session, IdeaScene::Draft, word)
}

fn step(mut session: Session, context: &Context<'_>, step: IdeaStep) -> Reaction {
    let Some((draft, scenario, _)) = parts(&session, context.desk) else {
        return redraw(session, context, Some(Word::Stale));
    };
    let input = input_of(draft, scenario);
    match (step, input) {
        (IdeaStep::Choose(index), Some(Input { name, kind, .. })) => {
            let InputKind::Choice { options, .. } = kind else {
                return show(session, context, Some(Word::Stale));
            };
            match options.get(usize::from(index)) {
                Some(option) => {
                    let answer = Answer::Choice(option.value.clone());
                    accept(session, context, name.clone(), answer)
                }
                None => show(session, context, Some(Word::Stale)),
            }
        }
        (IdeaStep::Count(count), None) => {
            let count = u8::try_from(count).ok().filter(|count| scenario.counts.contains(count));
            let (Some(count), true) = (count, draft.stage == IdeaStage::Count) else {
                return show(session, context, Some(Word::Stale));
            };
            if let Some(draft) = &mut session.idea.draft {
                draft.count = count;
                draft.stage = IdeaStage::Confirm;
            }
            show(session, context, None)
        }
        (IdeaStep::Back, _) => back(session, context),
        // A fix needs the bytes: with them the press comes as a file.
        (IdeaStep::Fix, _) | (IdeaStep::Choose(_), None) | (IdeaStep::Count(_), Some(_)) => {
            show(session, context, Some(Word::Stale))
        }
    }
}

/// The question before; before the first one the card.
fn back(mut session: Session, context: &Context<'_>) -> Reaction {
    let Some((draft, scenario, _)) = parts(&session, context.desk) else {
        return redraw(session, context, Some(Word::Stale));
    };
    let before = match &draft.stage {
        IdeaStage::Input { name } => {
            scenario.inputs.iter().position(|input| input.name == *name).unwrap_or(0)
        }
        IdeaStage::Count => scenario.inputs.len(),
        IdeaStage::Confirm if scenario.counts.len() > 1 => {
            if let Some(draft) = &mut session.idea.draft {
                draft.stage = IdeaStage::Count;
            }
            return show(session, context, None);
        }
        IdeaStage::Confirm => scenario.inputs.len(),
    };
    let earlier = before.checked_sub(1).and_then(|at| scenario.inputs.get(at));
    let (name, id) = (earlier.map(|input| input.name.clone()), scenario.id.clone());
    match (name, &mut session.idea.draft) {
        (Some(name), Some(draft)) => {
            draft.given.remove(&name);
            draft.stage = IdeaStage::Input { name };
            draft.broken = None;
            show(session, context, None)
        }
        (Some(_) | None, _) => card(session, context, &id, None),
    }
}

fn accept(mut session: Session, context: &Context<'_>, name: String, answer: Answer) -> Reaction {
    if let Some(draft) = &mut session.idea.draft {
        draft.given.insert(name, answer);
    }
    advance(&mut session, context);
    scene(session, IdeaScene::Draft, None)
}

/// What is asked now.
fn open_input<'c>(session: &Session, context: &Context<'c>) -> Option<&'c Input> {
    let (draft, scenario, _) = parts(session, context.desk)?;
    input_of(draft, scenario)
}

/// Words of a person while an idea is open.
pub(super) fn text(session: Session, context: &Context<'_>, text: &str) -> Reaction {
    let Some(input) = open_input(&session, context) else {
        return show(session, context, Some(Word::UseButtons));
    };
    let max = match &input.kind {
        InputKind::File(kind) => {
            let word = Word::Idea(IdeaWord::WantsFile(*kind));
            return show(session, context, Some(word));
        }
        InputKind::Words { max } => *max,
        InputKind::Choice { own: Some(max), .. } => *max,
        InputKind::Choice { own: None, .. } => {
            return show(session, context, Some(Word::Idea(IdeaWord::WantsButton)));
        }
    };
    let text = text.trim();
    let got = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if got == 0 || got > max {
        let word = if got == 0 { IdeaWord::WantsWords } else { IdeaWord::TooLong { got, max } };
        return show(session, context, Some(Word::Idea(word)));
    }
    let name = input.name.clone();
    accept(session, context, name, Answer::Text(text.to_owned()))
}

/// Files of a person while an idea is open: it wants one, so of an album the first is taken.
pub(super) fn files(session: Session, context: &Context<'_>, album: Album) -> Reaction {
    let Album { id, files, trouble, .. } = album;
    let late = session.idea.draft.as_ref().is_some_and(|draft| id.is_some() && draft.album == id);
    if late {
        let mut reaction = show(session, context, Some(Word::AlbumCut(1)));
        if let Then::Show(view) = &mut reaction.then {
            view.in_place = true;
        }
        return reaction;
    }
    let cut = files.len() > 1;
    let first = files.into_iter().next().ok_or(trouble.unwrap_or(FileTrouble::Unknown));
    let mut reaction = file(session, context, first);
    if let Some(draft) = &mut reaction.session.idea.draft {
        draft.album = id;
    }
    if let (true, Then::Show(View { word: word @ None, .. })) = (cut, &mut reaction.then) {
        *word = Some(Word::AlbumCut(1));
    }
    reaction
}

fn file(
    mut session: Session,
    context: &Context<'_>,
    file: Result<FileInput, FileTrouble>,
) -> Reaction {
    let Some(input) = open_input(&session, context) else {
        return show(session, context, Some(Word::UseButtons));
    };
    let InputKind::File(kind) = input.kind else {
        let word = match input.kind {
            InputKind::Choice { own: None, .. } => IdeaWord::WantsButton,
            InputKind::Choice { .. } | InputKind::Words { .. } | InputKind::File(_) => {
                IdeaWord::WantsWords
            }
        };
        return show(session, context, Some(Word::Idea(word)));
    };
    let file = match file {
        Err(trouble) => return show(session, context, Some(Word::File(trouble))),
        Ok(file) => file,
    };
    if file.kind != kind {
        return show(session, context, Some(Word::Idea(IdeaWord::WantsFile(kind))));
    }
    let name = input.name.clone();
    let answer = Answer::Files(vec![file.clone()]);
    let refused = parts(&session, context.desk).and_then(|(_, _, chosen)| {
        let field = chosen.field(&name)?;
        let fault = chosen.model.check_field(field, &answer).err()?;
        let mends = fixes::can_be_fixed(&field.kind, &file, &fault);
        let word = Word::Fault { model: chosen.model.id.clone(), field: field.name.clone(), fault };
        Some((word, mends))
    });
    let Some((word, mends)) = refused else { return accept(session, context, name, answer) };
    if let Some(draft) = &mut session.idea.draft {
        draft.broken = mends.then_some(file);
    }
    show(session, context, Some(word))
}

/// Something that is neither words nor a file.
pub(super) fn odd(session: Session, context: &Context<'_>) -> Reaction {
    let word = match open_input(&session, context).map(|input| &input.kind) {
        Some(InputKind::File(kind)) => Word::Idea(IdeaWord::WantsFile(*kind)),
        Some(InputKind::Words { .. } | InputKind::Choice { own: Some(_), .. }) => {
            Word::Idea(IdeaWord::WantsWords)
        }
        Some(InputKind::Choice { own: None, .. }) => Word::Idea(IdeaWord::WantsButton),
        None => Word::UseButtons,
    };
    show(session, context, Some(word))
}

/// «Запустить»: the price that was shown is the price that is held, or nothing is. The second press
/// of the same button tells about the batch of the first.
fn run(session: Session, context: &Context<'_>, revision: i64) -> Reaction {
    if let Some(placed) = session.idea.placed.as_ref().filter(|one| one.revision == revision) {
        let intent = Intent::Idea(IdeaIntent::Look(placed.id, Look::Progress));
        return Reaction { session, then: Then::Do { intent, word: Some(Word::AlreadyPlaced) } };
    }
    if revision != context.revision || !at_draft(&session) {
        return redraw(session, context, Some(Word::Stale));
    }
    launch(session, context)
}

/// Orders what is confirmed, at the price that was shown.
pub(crate) fn launch(mut session: Session, context: &Context<'_>) -> Reaction {
    let Some((draft, scenario, chosen)) =
        parts(&session, context.desk).filter(|(draft, ..)| draft.stage == IdeaStage::Confirm)
    else {
        return redraw(session, context, Some(Word::Stale));
    };
    if !context.desk.accepts_orders {
        return show(session, context, Some(Word::Closed));
    }
    let answers = chosen.answers(&draft.given, context.language);
    let quoted = answers.and_then(|answers| {
        let priced = context.desk.quote(chosen.model, &answers).ok()?;
        Some((answers, priced))
    });
    let Some((answers, priced)) = quoted else {
        return show(session, context, Some(Word::NoPrice));
    };
    let shown = draft.quote.filter(|quote| quote.expires_at > context.now);
    let sum = total(priced.price, draft.count);
    if shown.map(|quote| quote.price) != Some(priced.price) {
        if let Some(draft) = &mut session.idea.draft {
            draft.quote = None;
        }
        return show(session, context, Some(Word::Repriced(sum)));
    }
    let missing = context.wallet.balance.missing_to(sum);
    if missing > Rub::ZERO {
        return show(session, context, Some(Word::Short(missing)));
    }
    let new = NewBatch {
        revision: context.revision,
        scenario: scenario.id.clone(),
        model: chosen.model.id.clone(),
        // With the defaults, so that a later catalogue changes nothing about this order.
        answers: chosen.model.with_defaults(&answers),
        inputs: draft.given.clone(),
        count: draft.count,
        script: scenario
            .brief
            .clone()
            .zip(chosen.field("prompt"))
            .map(|(brief, field)| Script { field: field.name.clone(), brief }),
        priced,
    };
    ask(session, IdeaIntent::Place(Box::new(new)))
}

/// What so many results cost together.
pub(crate) fn total(price: Rub, count: u8) -> Rub {
    price.times(i64::from(count)).unwrap_or(price)
}

/// Goes on with what came of an intent.
pub(super) fn settle(
    session: Session,
    context: &Context<'_>,
    done: IdeaDone,
    word: Option<Word>,
) -> Reaction {
    match done {
        IdeaDone::Placed { revision, outcome, plain } => {
            placed(session, context, revision, outcome, plain)
        }
        IdeaDone::Refused(said) => show(session, context, Some(Word::Journey(said))),
        IdeaDone::Cancelled { outcome, batch } => match (outcome, owned(batch, context)) {
            (Some(outcome), Some(batch)) => {
                let word = match outcome.returned + outcome.noted {
                    0 => Word::TooLateToCancel,
                    _ => Word::Idea(IdeaWord::Cancelled(outcome)),
                };
                scene(session, IdeaScene::Progress(batch), Some(word))
            }
            (Some(_) | None, _) => menu(session, Some(Word::NoSuchOrder)),
        },
        IdeaDone::Looked { batch, look } => {
            let Some(batch) = owned(batch, context) else {
                return menu(session, Some(Word::NoSuchOrder));
            };
            match look {
                Look::Progress => scene(session, IdeaScene::Progress(batch), word),
                Look::Script => scene(session, IdeaScene::Script(batch), word),
                Look::Again => again(session, context, *batch),
            }
        }
    }
}

/// A batch of somebody else does not exist for this person.
fn owned(batch: Option<Box<BatchView>>, context: &Context<'_>) -> Option<Box<BatchView>> {
    batch.filter(|batch| batch.user_id == context.user_id && batch.world == context.desk.world)
}

/// The same files, and everything else anew; where files are all there is, those too.
fn again(session: Session, context: &Context<'_>, batch: BatchView) -> Reaction {
    let mut files = batch.inputs;
    files.retain(|_, answer| matches!(answer, Answer::Files(_)));
    let scenario = context.desk.scenarios.get(&batch.scenario);
    if scenario.is_some_and(|scenario| scenario.next_input(&files).is_none()) {
        files.clear();
    }
    begin(session, context, &batch.scenario, files)
}

fn placed(
    mut session: Session,
    context: &Context<'_>,
    revision: i64,
    outcome: BatchPlaced,
    plain: bool,
) -> Reaction {
    let (id, code) = match outcome {
        BatchPlaced::Created { id, code } | BatchPlaced::Exists { id, code } => (id, code),
        BatchPlaced::InsufficientFunds { missing, .. } => {
            return show(session, context, Some(Word::Short(missing)));
        }
        BatchPlaced::Resting { model } => {
            return show(session, context, Some(Word::NotSold { model }));
        }
    };
    let draft = session.idea.draft.take();
    session.idea.placed = Some(IdeaPlaced { revision, id });
    session.place = Place::Menu;
    let (scenario, count, sum) = draft.map_or_else(
        || (String::new(), 1, Rub::ZERO),
        |draft| {
            let price = draft.quote.map(|quote| quote.price).unwrap_or_default();
            (draft.scenario, draft.count, total(price, draft.count))
        },
    );
    let word = plain.then_some(Word::Idea(IdeaWord::Plain));
    scene(session, IdeaScene::Placed { code, scenario, count, sum }, word)
}
