//! Screens of the ready ideas.

mod batch;

use catalog::Answer;
use media::MediaKind;
use money::Rub;
use scenario::{Chosen, Input, InputKind, Scenario, sample};

use crate::button::Button;
use crate::desk::Context;
use crate::ideas::{IdeaButton, IdeaDraft, IdeaScene, IdeaStage, IdeaStep, IdeaWord};
use crate::journey;
use crate::react::ideas::{parts, total};
use crate::render::{Pen, draft, turned};
use crate::screen::{Screen, Tap, Tone, one_line};
use crate::session::Session;
use crate::texts::{Arg, Key};
use crate::topup::{self, Purpose};

pub(super) use batch::{member_caption, result_rows};
pub(crate) use batch::{progress, receipt};

/// How many ideas stand on one page.
const IDEAS_ON_PAGE: usize = 8;

/// The most characters of one answer on the confirmation.
const ANSWER_SHOWN: usize = 300;

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
        IdeaScene::Script(batch) => batch::script(pen, batch, word),
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
    let to = |page| idea(IdeaButton::List { page });
    let (shown, turn) = turned(pen, &offered, page, IDEAS_ON_PAGE, to);
    let mut rows = Vec::new();
    let draft = session.idea.draft.as_ref().filter(|_| parts(session, pen.desk).is_some());
    if draft.is_some() {
        rows.push(vec![pen.tap(Key::ButtonIdeaContinue, &idea(IdeaButton::Continue))]);
    }
    for (scenario, (price, fixed)) in shown {
        let price = if *fixed {
            price.to_string()
        } else {
            pen.texts.plain(Key::FieldFrom, &[("price", (*price).into())])
        };
        let args = [("idea", scenario.name.get(pen.language()).into()), ("price", price.into())];
        let text = pen.texts.plain(Key::ButtonIdeaEntry, &args);
        rows.push(vec![Tap::new(text, &idea(IdeaButton::Card(scenario.id.clone())))]);
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
            let begin = match scenario.inputs.first().map(|input| &input.kind) {
                Some(InputKind::File(_)) => pen.say(Key::ScreenCardSend, &[]),
                Some(InputKind::Words { .. } | InputKind::Choice { own: Some(_), .. }) => {
                    pen.say(Key::ScreenCardWrite, &[])
                }
                Some(InputKind::Choice { own: None, .. }) | None => String::new(),
            };
            format!("{price}\n{}\n\n{begin}", maker(pen, &chosen))
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
        if self.draft.broken.is_some() {
            rows.push(vec![pen.tap(Key::ButtonMend, &self.step(IdeaStep::Fix)).tone(Tone::Go)]);
        }
        rows.push(pen.way_back(&self.step(IdeaStep::Back)));
        let number = self.scenario.inputs.iter().position(|one| one.name == input.name);
        let whole = |count: usize| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let steps = [
            ("number", whole(number.unwrap_or(0) + 1)),
            ("total", whole(self.scenario.inputs.len())),
        ];
        let title = if self.scenario.inputs.len() > 1 {
            format!("{}\n{}", self.title(), pen.say(Key::ScreenIdeaStep, &steps))
        } else {
            self.title()
        };
        let question = input.question.get(pen.language());
        let question = pen.say(Key::ScreenIdeaQuestion, &[("text", question.into())]);
        let limit = match &input.kind {
            InputKind::Words { max } | InputKind::Choice { own: Some(max), .. } => {
                Some(pen.say(Key::ScreenLimitText, &[("max", Arg::Number((*max).into()))]))
            }
            InputKind::File(_) => {
                let field = self.chosen.field(&input.name);
                field.map(|field| draft::files_line(pen, &field.kind, false))
            }
            InputKind::Choice { own: None, .. } => None,
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
        let rewrite = self.scenario.brief.as_ref().map(|_| {
            let most = Arg::Number(journey::gate::WRITTEN_MAX.into());
            pen.say(Key::ScreenIdeaRewrite, &[("most", most)])
        });
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
            let look = topup::render::missing(pen, missing, self.revision, Purpose::Idea)
                .unwrap_or_else(|| pen.tap(Key::ButtonBalance, &Button::Balance));
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
        IdeaWord::Plain => pen.say(Key::NoticeIdeaPlain, &[]),
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
