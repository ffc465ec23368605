//! Screens of the ready ideas, and what is said about a batch on its way.

use catalog::{Answer, Output};
use generation::{BatchView, Money, Rewrite, State, View};
use media::MediaKind;
use money::Rub;
use scenario::{Chosen, Input, InputKind, Scenario, sample};

use crate::button::Button;
use crate::desk::Context;
use crate::ideas::{IdeaButton, IdeaDraft, IdeaScene, IdeaStage, IdeaStep, IdeaWord};
use crate::react::ideas::{parts, total};
use crate::render::{Pen, history, order};
use crate::screen::{Screen, Tap, Tone, one_line, shorten};
use crate::session::Session;
use crate::texts::{Arg, Key};

/// How many ideas stand on one page.
const IDEAS_ON_PAGE: usize = 8;

/// The most characters of one answer on the confirmation.
const ANSWER_SHOWN: usize = 300;

/// The most characters of one script: five of them fit into a message.
const SCRIPT_SHOWN: usize = 700;

/// Writes a scene of the ready ideas.
pub(super) fn scene(
    pen: &Pen<'_>,
    context: &Context<'_>,
    session: &Session,
    scene: &IdeaScene,
    revision: i64,
    word: Option<String>,
) -> Screen {
    match scene {
        IdeaScene::List { page } => list(pen, context, session, *page, word),
        IdeaScene::Card { id } => card(pen, context, id, word),
        IdeaScene::Draft => match parts(session, context.desk) {
            Some((draft, scenario, chosen)) => {
                let at = At { pen, context, draft, scenario, chosen, revision };
                at.screen(word)
            }
            None => list(pen, context, session, 0, word),
        },
        IdeaScene::Placed { code, scenario, count, sum } => {
            let args = [
                ("idea", name(pen, scenario).into()),
                ("what", results(pen, context.desk.scenarios.get(scenario), *count).into()),
                ("code", code.as_str().into()),
                ("sum", (*sum).into()),
                ("balance", context.wallet.balance.into()),
            ];
            let rows = vec![vec![pen.tap(Key::ButtonMenu, &Button::Menu)]];
            pen.page(vec![word, Some(pen.say(Key::ScreenIdeaPlaced, &args))], rows)
        }
        IdeaScene::Progress(batch) => {
            let mut screen = progress(pen, batch, word);
            screen.inline.push(vec![pen.tap(Key::ButtonMenu, &Button::Menu)]);
            screen
        }
        IdeaScene::Script(batch) => script(pen, batch, word),
    }
}

fn idea(button: IdeaButton) -> Button {
    Button::Idea(button)
}

/// The name of a scenario, also of one that is not known any more.
fn name(pen: &Pen<'_>, id: &str) -> String {
    pen.desk.scenarios.get(id).map_or_else(
        || pen.texts.plain(Key::FieldUnknownModel, &[]),
        |scenario| scenario.name.get(pen.language()).to_owned(),
    )
}

/// «3 видео», «1 картинка».
fn results(pen: &Pen<'_>, scenario: Option<&Scenario>, count: u8) -> String {
    let model = scenario.and_then(|scenario| scenario.choose(&pen.desk.catalog));
    counted(pen, model.and_then(|chosen| chosen.model.output.media()), i64::from(count))
}

fn counted(pen: &Pen<'_>, kind: Option<MediaKind>, count: i64) -> String {
    let key = match kind {
        Some(MediaKind::Image) | None => Key::FieldImages,
        Some(MediaKind::Video) => Key::FieldVideos,
        Some(MediaKind::Audio) => Key::FieldAudios,
    };
    pen.texts.plain(key, &[("count", Arg::Number(count))])
}

/// The least that a scenario costs, and whether that is its only price.
fn from_price(pen: &Pen<'_>, scenario: &Scenario) -> Option<(Rub, bool)> {
    let chosen = scenario.choose(&pen.desk.catalog)?;
    let answers = chosen.answers(&sample(scenario), pen.language())?;
    let price = pen.desk.quote(chosen.model, &answers).ok()?.price;
    let fixed = scenario.counts.len() == 1 && chosen.model.has_one_price();
    Some((price, fixed))
}

fn list(
    pen: &Pen<'_>,
    context: &Context<'_>,
    session: &Session,
    page: u16,
    word: Option<String>,
) -> Screen {
    let offered: Vec<_> = pen
        .desk
        .scenarios
        .iter()
        .filter_map(|scenario| Some((scenario, from_price(pen, scenario)?)))
        .collect();
    let last = offered.len().saturating_sub(1) / IDEAS_ON_PAGE;
    let page = usize::from(page).min(last);
    let mut rows = Vec::new();
    let draft = session.idea.draft.as_ref().filter(|_| parts(session, pen.desk).is_some());
    if draft.is_some() {
        rows.push(vec![pen.tap(Key::ButtonIdeaContinue, &idea(IdeaButton::Continue))]);
    }
    for (scenario, (price, fixed)) in offered.iter().skip(page * IDEAS_ON_PAGE).take(IDEAS_ON_PAGE)
    {
        let price = if *fixed {
            price.to_string()
        } else {
            pen.texts.plain(Key::FieldFrom, &[("price", (*price).into())])
        };
        let args = [("idea", scenario.name.get(pen.language()).into()), ("price", price.into())];
        let text = pen.texts.plain(Key::ButtonIdeaEntry, &args);
        rows.push(vec![Tap::new(text, &idea(IdeaButton::Card(scenario.id.clone())))]);
    }
    let to = |page: usize| idea(IdeaButton::List { page: u16::try_from(page).unwrap_or(0) });
    let mut turn = Vec::new();
    if page > 0 {
        turn.push(pen.tap(Key::ButtonEarlier, &to(page - 1)));
    }
    if page < last {
        turn.push(pen.tap(Key::ButtonMore, &to(page + 1)));
    }
    rows.push(turn);
    rows.push(pen.way_back(&Button::Menu));
    let waiting = draft.map(|draft| {
        pen.say(Key::ScreenIdeasDraft, &[("idea", name(pen, &draft.scenario).into())])
    });
    let paragraphs = vec![
        word,
        Some(pen.say(Key::ScreenIdeas, &[])),
        waiting,
        Some(pen.balance(&context.wallet)),
    ];
    pen.page(paragraphs, rows)
}

fn card(pen: &Pen<'_>, context: &Context<'_>, id: &str, word: Option<String>) -> Screen {
    let back = idea(IdeaButton::List { page: 0 });
    let Some(scenario) = pen.desk.scenarios.get(id) else {
        let gone = pen.say(Key::RefusalIdeaGone, &[]);
        return pen.page(vec![word, Some(gone)], vec![pen.way_back(&back)]);
    };
    let language = pen.language();
    let text = |key, text: &str| Some(pen.say(key, &[("text", text.into())]));
    let mut rows = Vec::new();
    let sale = match (scenario.choose(&pen.desk.catalog), from_price(pen, scenario)) {
        (Some(chosen), Some((price, fixed))) => {
            let begin = pen.tap(Key::ButtonIdeaBegin, &idea(IdeaButton::Begin(id.to_owned())));
            rows.push(vec![begin.tone(Tone::Go)]);
            let key = if fixed { Key::ScreenIdeaPrice } else { Key::ScreenIdeaPriceFrom };
            let price = pen.say(key, &[("price", price.into())]);
            format!("{price}\n{}", maker(pen, &chosen))
        }
        (Some(_) | None, _) => pen.say(Key::RefusalIdeaNotSold, &[]),
    };
    rows.push(pen.way_back(&back));
    let title = pen.say(Key::ScreenIdeaTitle, &[("idea", scenario.name.get(language).into())]);
    let paragraphs = vec![
        word,
        Some(title),
        text(Key::ScreenIdeaDoes, scenario.does.get(language)),
        text(Key::ScreenIdeaExample, scenario.example.get(language)),
        Some(sale),
        Some(pen.balance(&context.wallet)),
    ];
    pen.page(paragraphs, rows)
}

fn maker(pen: &Pen<'_>, chosen: &Chosen<'_>) -> String {
    let args = [
        ("model", chosen.model.name.get(pen.language()).into()),
        ("time", pen.duration(chosen.model.usual_seconds).into()),
    ];
    pen.say(Key::ScreenIdeaMaker, &args)
}

/// The idea that is being made.
struct At<'a> {
    pen: &'a Pen<'a>,
    context: &'a Context<'a>,
    draft: &'a IdeaDraft,
    scenario: &'a Scenario,
    chosen: Chosen<'a>,
    revision: i64,
}

impl At<'_> {
    fn step(&self, step: IdeaStep) -> Button {
        idea(IdeaButton::Step { revision: self.revision, step })
    }

    fn screen(&self, word: Option<String>) -> Screen {
        let input = match &self.draft.stage {
            IdeaStage::Input { name } => self.scenario.input(name),
            IdeaStage::Count | IdeaStage::Confirm => None,
        };
        match (input, &self.draft.stage) {
            (Some(input), _) => self.question(input, word),
            (None, IdeaStage::Count) => self.counts(word),
            (None, IdeaStage::Input { .. } | IdeaStage::Confirm) => self.confirmation(word),
        }
    }

    fn title(&self) -> String {
        let name = self.scenario.name.get(self.pen.language());
        self.pen.say(Key::ScreenIdeaTitle, &[("idea", name.into())])
    }

    fn question(&self, input: &Input, word: Option<String>) -> Screen {
        let pen = self.pen;
        let mut rows = Vec::new();
        if let InputKind::Choice { options, .. } = &input.kind {
            for (index, option) in (0_u16..).zip(options) {
                let text = option.label.get(pen.language());
                rows.push(vec![Tap::new(text, &self.step(IdeaStep::Choose(index)))]);
            }
        }
        rows.push(pen.way_back(&self.step(IdeaStep::Back)));
        let number = self.scenario.inputs.iter().position(|one| one.name == input.name);
        let whole = |count: usize| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let steps = [
            ("number", whole(number.unwrap_or(0) + 1)),
            ("total", whole(self.scenario.inputs.len())),
        ];
        let title = format!("{}\n{}", self.title(), pen.say(Key::ScreenIdeaStep, &steps));
        let question = input.question.get(pen.language());
        let question = pen.say(Key::ScreenIdeaQuestion, &[("text", question.into())]);
        let limit = match &input.kind {
            InputKind::Words { max } | InputKind::Choice { own: Some(max), .. } => {
                Some(pen.say(Key::ScreenLimitText, &[("max", Arg::Number((*max).into()))]))
            }
            InputKind::File(_) | InputKind::Choice { own: None, .. } => None,
        };
        pen.page(vec![word, Some(title), Some(question), limit], rows)
    }

    /// What was answered, one line each.
    fn answers(&self) -> String {
        let pen = self.pen;
        let line = |input: &Input| {
            let words = spoken(pen, input, self.draft.given.get(&input.name)?);
            Some(pen.say(Key::ScreenIdeaAnswer, &[("text", words.into())]))
        };
        self.scenario.inputs.iter().filter_map(line).collect::<Vec<_>>().join("\n")
    }

    fn counts(&self, word: Option<String>) -> Screen {
        let pen = self.pen;
        let mut rows = Vec::new();
        let price = self.draft.quote.map(|quote| quote.price);
        for count in &self.scenario.counts {
            let Some(price) = price else { break };
            let what = counted(pen, self.chosen.model.output.media(), i64::from(*count));
            let args = [("what", what.into()), ("sum", total(price, *count).into())];
            let text = pen.texts.plain(Key::ButtonIdeaCount, &args);
            rows.push(vec![Tap::new(text, &self.step(IdeaStep::Count(u16::from(*count))))]);
        }
        rows.push(pen.way_back(&self.step(IdeaStep::Back)));
        let ask = match price {
            Some(_) => pen.say(Key::ScreenIdeaCount, &[]),
            None => pen.say(Key::RefusalNoPrice, &[]),
        };
        let balance = pen.balance(&self.context.wallet);
        let paragraphs =
            vec![word, Some(self.title()), Some(self.answers()), Some(ask), Some(balance)];
        pen.page(paragraphs, rows)
    }

    fn confirmation(&self, word: Option<String>) -> Screen {
        let pen = self.pen;
        let count = self.draft.count;
        let args = [
            ("idea", self.scenario.name.get(pen.language()).into()),
            ("what", counted(pen, self.chosen.model.output.media(), i64::from(count)).into()),
        ];
        let title = pen.say(Key::ScreenIdeaConfirm, &args);
        let rewrite = self.scenario.brief.as_ref().map(|_| pen.say(Key::ScreenIdeaRewrite, &[]));
        let (money, run) = self.money();
        let rows = vec![run, pen.way_back(&self.step(IdeaStep::Back))];
        let paragraphs = vec![
            word,
            Some(title),
            Some(self.answers()),
            Some(maker(pen, &self.chosen)),
            rewrite,
            Some(money),
        ];
        pen.page(paragraphs, rows)
    }

    /// The price, the balance, and the button that spends it, when it can be pressed.
    fn money(&self) -> (String, Vec<Tap>) {
        let (pen, count) = (self.pen, self.draft.count);
        let Some(quote) = self.draft.quote else {
            return (pen.say(Key::RefusalNoPrice, &[]), Vec::new());
        };
        let sum = total(quote.price, count);
        let key = if count > 1 { Key::ScreenIdeaSum } else { Key::ScreenIdeaSumOne };
        let args = [
            ("count", Arg::Number(count.into())),
            ("price", quote.price.into()),
            ("sum", sum.into()),
        ];
        let price = pen.say(key, &args);
        let balance = self.context.wallet.balance;
        let missing = balance.missing_to(sum);
        if missing > Rub::ZERO {
            let args = [("missing", missing.into()), ("balance", balance.into())];
            let short = pen.say(Key::RefusalIdeaShort, &args);
            let look = pen.tap(Key::ButtonBalance, &Button::Balance);
            return (format!("{price}\n{short}"), vec![look]);
        }
        let after = balance.minus(sum).unwrap_or(Rub::ZERO);
        let args = [("balance", balance.into()), ("after", after.into())];
        let left = pen.say(Key::ScreenSummaryBalance, &args);
        let text = pen.texts.plain(Key::ButtonIdeaRun, &[("sum", sum.into())]);
        let run = idea(IdeaButton::Run { revision: self.revision });
        (format!("{price}\n{left}"), vec![Tap::new(text, &run).tone(Tone::Go)])
    }
}

/// An answer as a person gave it.
fn spoken(pen: &Pen<'_>, input: &Input, answer: &Answer) -> String {
    match (answer, &input.kind) {
        (Answer::Choice(value), InputKind::Choice { options, .. }) => options
            .iter()
            .find(|option| option.value == *value)
            .map(|option| option.label.get(pen.language()).to_owned())
            .unwrap_or_default(),
        (Answer::Text(text), _) => one_line(text, ANSWER_SHOWN),
        (Answer::Files(files), InputKind::File(kind)) => {
            counted(pen, Some(*kind), i64::try_from(files.len()).unwrap_or(1))
        }
        _ => String::new(),
    }
}

/// A word of the ready ideas above a screen.
pub(super) fn word(pen: &Pen<'_>, word: &IdeaWord) -> String {
    match word {
        IdeaWord::Gone => pen.say(Key::RefusalIdeaGone, &[]),
        IdeaWord::NotSold => pen.say(Key::RefusalIdeaNotSold, &[]),
        IdeaWord::TooLong { got, max } => pen.say(
            Key::RefusalIdeaTooLong,
            &[("got", Arg::Number((*got).into())), ("max", Arg::Number((*max).into()))],
        ),
        IdeaWord::WantsWords => pen.say(Key::RefusalIdeaWantsWords, &[]),
        IdeaWord::WantsButton => pen.say(Key::RefusalIdeaWantsButton, &[]),
        IdeaWord::WantsFile(MediaKind::Image) => pen.say(Key::RefusalIdeaWantsImage, &[]),
        IdeaWord::WantsFile(MediaKind::Video) => pen.say(Key::RefusalIdeaWantsVideo, &[]),
        IdeaWord::WantsFile(MediaKind::Audio) => pen.say(Key::RefusalIdeaWantsAudio, &[]),
        IdeaWord::Cancelled(done) => {
            let first = if done.returned == 0 {
                pen.say(Key::NoticeIdeaCancelledNone, &[])
            } else {
                pen.say(Key::NoticeIdeaCancelled, &[("sum", done.returned_sum.into())])
            };
            if done.noted == 0 {
                return first;
            }
            let rest = pen.say(Key::NoticeIdeaCancelledRest, &[("sum", done.noted_sum.into())]);
            format!("{first}\n{rest}")
        }
    }
}

fn title(pen: &Pen<'_>, batch: &BatchView) -> String {
    let kind = batch
        .members
        .first()
        .and_then(|one| pen.desk.catalog.model(&one.model))
        .map(|model| model.output)
        .and_then(Output::media);
    let count = i64::try_from(batch.members.len()).unwrap_or(i64::MAX);
    let args = [
        ("idea", name(pen, &batch.scenario).into()),
        ("what", counted(pen, kind, count).into()),
        ("code", batch.code.as_str().into()),
    ];
    pen.say(Key::NoticeIdeaTitle, &args)
}

/// Whether a generation is over for the person.
fn is_over(one: &View) -> bool {
    one.state.is_final() || one.state == State::Late
}

/// The progress message of a batch.
pub(crate) fn progress(pen: &Pen<'_>, batch: &BatchView, word: Option<String>) -> Screen {
    let over = batch.members.iter().filter(|one| is_over(one)).count();
    let total = batch.members.len();
    let preparing = batch.members.iter().all(|one| one.state == State::Preparing || is_over(one));
    let whole = |count: usize| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let stage = if over == total {
        pen.say(Key::NoticeIdeaOver, &[])
    } else if preparing && batch.rewrite == Rewrite::Writing {
        pen.say(Key::NoticeIdeaWriting, &[])
    } else if preparing {
        pen.say(Key::NoticeIdeaTaken, &[])
    } else {
        let args = [("number", whole(over + 1)), ("total", whole(total))];
        pen.say(Key::NoticeIdeaMaking, &args)
    };
    let lines: Vec<String> =
        (1..).zip(&batch.members).map(|(number, one)| member_line(pen, number, one)).collect();
    let quiet = batch.members.iter().any(|one| one.quiet && !is_over(one));
    let last = if over == total {
        None
    } else if quiet {
        Some(pen.say(Key::NoticeIdeaQuiet, &[]))
    } else {
        Some(pen.say(Key::NoticeIdeaWait, &[]))
    };
    let mut rows = script_row(pen, batch);
    if batch.members.iter().any(can_cancel) {
        let cancel = pen.tap(Key::ButtonIdeaCancel, &idea(IdeaButton::Cancel(batch.id)));
        rows.push(vec![cancel.tone(Tone::Stop)]);
    }
    let paragraphs = vec![
        word,
        Some(title(pen, batch)),
        Some(stage),
        Some(lines.join("\n")),
        Some(money_line(pen, batch)),
        last,
    ];
    pen.page(paragraphs, rows)
}

fn can_cancel(one: &View) -> bool {
    match one.state {
        State::Preparing
        | State::Queued
        | State::Submitting
        | State::Uncertain
        | State::Running => !one.quiet,
        State::Securing
        | State::Delivering
        | State::Late
        | State::Done
        | State::Failed
        | State::Cancelled => false,
    }
}

/// The button that shows what was written, once there is something to show.
fn script_row(pen: &Pen<'_>, batch: &BatchView) -> Vec<Vec<Tap>> {
    match batch.rewrite {
        Rewrite::Written | Rewrite::Plain => {
            vec![vec![pen.tap(Key::ButtonIdeaScript, &idea(IdeaButton::Script(batch.id)))]]
        }
        Rewrite::None | Rewrite::Waiting | Rewrite::Writing => Vec::new(),
    }
}

fn member_line(pen: &Pen<'_>, number: i64, one: &View) -> String {
    let number = ("number", Arg::Number(number));
    let state = pen.texts.plain(history::state_key(one.state), &[]);
    match one.state {
        State::Done if one.quiet && one.money == Money::Taken => {
            let money = history::money(pen, one);
            pen.say(Key::NoticeIdeaLineQuiet, &[number, ("money", money.into())])
        }
        State::Done | State::Cancelled => {
            let state = format!("{state} · {}", history::money(pen, one));
            pen.say(Key::NoticeIdeaLine, &[number, ("state", state.into())])
        }
        State::Late => pen.say(Key::NoticeIdeaLineLate, &[number, ("price", one.price.into())]),
        State::Failed => {
            let reason =
                order::failure_key(one.failure.unwrap_or(generation::FailureClass::Unknown));
            let reason = pen.texts.plain(reason, &[]);
            let args = [number, ("reason", reason.into()), ("price", one.price.into())];
            pen.say(Key::NoticeIdeaLineFailed, &args)
        }
        State::Preparing
        | State::Queued
        | State::Submitting
        | State::Uncertain
        | State::Running
        | State::Securing
        | State::Delivering => pen.say(Key::NoticeIdeaLine, &[number, ("state", state.into())]),
    }
}

/// The sum of the prices whose money stands so.
fn sum(batch: &BatchView, money: Money) -> Rub {
    let prices = batch.members.iter().filter(|one| one.money == money).map(|one| one.price);
    prices.fold(Rub::ZERO, |sum, price| sum.plus(price).unwrap_or(sum))
}

fn money_line(pen: &Pen<'_>, batch: &BatchView) -> String {
    let parts: Vec<String> = [
        (Money::Held, Key::FieldMoneyHeld),
        (Money::Taken, Key::FieldMoneyTaken),
        (Money::Returned, Key::FieldMoneyReturned),
    ]
    .into_iter()
    .map(|(money, key)| (sum(batch, money), key))
    .filter(|(sum, _)| *sum > Rub::ZERO)
    .map(|(sum, key)| pen.texts.plain(key, &[("price", sum.into())]))
    .collect();
    pen.say(Key::NoticeIdeaMoney, &[("parts", parts.join(" · ").into())])
}

/// The one receipt of a batch.
pub(crate) fn receipt(pen: &Pen<'_>, batch: &BatchView, balance: Rub) -> Screen {
    let total = batch.members.len();
    let done = batch.members.iter().filter(|one| one.state == State::Done).count();
    let cancelled = batch.members.iter().all(|one| one.state == State::Cancelled);
    let whole = |count: usize| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let heading = if cancelled {
        pen.say(Key::NoticeIdeaReceiptCancelled, &[])
    } else if done == 0 {
        pen.say(Key::NoticeIdeaReceiptNone, &[])
    } else if done == total {
        pen.say(Key::NoticeIdeaReceiptAll, &[("total", whole(total))])
    } else {
        let args = [("done", whole(done)), ("total", whole(total))];
        pen.say(Key::NoticeIdeaReceiptSome, &args)
    };
    let lines: Vec<String> =
        (1..).zip(&batch.members).map(|(number, one)| member_line(pen, number, one)).collect();
    let (taken, returned) = (sum(batch, Money::Taken), sum(batch, Money::Returned));
    let held = taken.plus(returned).unwrap_or(taken);
    let args = [
        ("held", held.into()),
        ("taken", taken.into()),
        ("returned", returned.into()),
        ("balance", balance.into()),
    ];
    let money = pen.say(Key::NoticeIdeaReceiptSum, &args);
    let mut rows = vec![vec![again_tap(pen, batch.id, &batch.scenario)]];
    rows.extend(script_row(pen, batch));
    rows.push(vec![pen.tap(Key::ButtonMenu, &Button::Menu)]);
    let heading = format!("{heading}\n{}", title(pen, batch));
    pen.page(vec![Some(heading), Some(lines.join("\n")), Some(money)], rows)
}

fn again_tap(pen: &Pen<'_>, batch: uuid::Uuid, scenario: &str) -> Tap {
    let with_photo = pen.desk.scenarios.get(scenario).is_some_and(|scenario| {
        let photo = |input: &Input| matches!(input.kind, InputKind::File(MediaKind::Image));
        let more = |input: &Input| !matches!(input.kind, InputKind::File(_));
        scenario.inputs.iter().any(photo) && scenario.inputs.iter().any(more)
    });
    let key = if with_photo { Key::ButtonIdeaAgainPhoto } else { Key::ButtonIdeaAgain };
    pen.tap(key, &idea(IdeaButton::Again(batch)))
}

/// What stands under a result of a scenario before everything else: of several only the receipt
/// leads on.
pub(super) fn result_rows(pen: &Pen<'_>, order: &View) -> Vec<Vec<Tap>> {
    let Some(place) = order.batch.as_ref().filter(|place| !place.is_of_several()) else {
        return Vec::new();
    };
    let mut rows = vec![vec![again_tap(pen, place.id, &place.scenario)]];
    if matches!(place.rewrite, Rewrite::Written | Rewrite::Plain) {
        rows.push(vec![pen.tap(Key::ButtonIdeaScript, &idea(IdeaButton::Script(place.id)))]);
    }
    rows
}

/// The words under a result that is one of several; the money is in the receipt.
pub(super) fn member_caption(pen: &Pen<'_>, order: &View) -> Option<String> {
    let place = order.batch.as_ref().filter(|place| place.is_of_several())?;
    let args = [
        ("idea", name(pen, &place.scenario).into()),
        ("number", Arg::Number(place.number.into())),
        ("total", Arg::Number(place.size.into())),
        ("code", order.code.as_str().into()),
    ];
    Some(pen.say(Key::NoticeIdeaMember, &args))
}

/// What the language model wrote, or why it did not.
fn script(pen: &Pen<'_>, batch: &BatchView, word: Option<String>) -> Screen {
    let args = [("idea", name(pen, &batch.scenario).into()), ("code", batch.code.as_str().into())];
    let title = pen.say(Key::ScreenIdeaScript, &args);
    let text = |text: &str| {
        let text = shorten(text, SCRIPT_SHOWN);
        Some(pen.say(Key::ScreenIdeaScriptText, &[("text", text.into())]))
    };
    let mut paragraphs = vec![word, Some(title)];
    match batch.rewrite {
        Rewrite::Waiting | Rewrite::Writing => {
            paragraphs.push(Some(pen.say(Key::ScreenIdeaScriptWaiting, &[])));
        }
        Rewrite::None | Rewrite::Plain => {
            paragraphs.push(Some(pen.say(Key::ScreenIdeaScriptPlain, &[])));
            paragraphs.extend(batch.wish.as_deref().map(text));
        }
        Rewrite::Written => {
            let mut told: Vec<&String> = Vec::new();
            for one in &batch.scripts {
                if !told.contains(&one) {
                    told.push(one);
                    paragraphs.push(text(one));
                }
            }
        }
    }
    let again = again_tap(pen, batch.id, &batch.scenario);
    let menu = pen.way_back(&idea(IdeaButton::List { page: 0 }));
    pen.page(paragraphs, vec![vec![again], menu])
}
