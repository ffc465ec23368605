//! The screens of this part in words.

mod leaving;
mod pages;
mod soft;

pub(crate) use leaving::{erased, stayed_for_money};
pub(crate) use pages::doors;
pub use pages::page_words;
pub(crate) use soft::proposal;

use std::iter;

use billing::{MovementKind, Wallet};
use catalog::{Category, FieldKind, Model, Output};
use generation::{FailureClass, State, View as Order};
use media::MediaKind;

use super::{Again, KINDS, Line, Press, Said, Scene, Shelf};
use crate::button::Button;
use crate::desk::{Context, Desk};
use crate::offer::{Offer, Tag};
use crate::react::quick;
use crate::render::{MODELS_ON_PAGE, Pen, date, offered, signed, turned};
use crate::screen::{Act, Screen, Tap, one_line, shorten};
use crate::texts::{Arg, Key};

/// The most that is said about how often the money is enough.
const ENOUGH_MAX: i64 = 999;

/// How many other models are offered.
const OTHERS_MAX: usize = 6;

/// The longest part of somebody's words in one message, so that the message fits.
const WORDS_SHOWN: usize = 3_500;

/// Writes a screen of this part. The revision is the session's after it.
pub(crate) fn screen(
    pen: &Pen<'_>,
    context: &Context<'_>,
    scene: &Scene,
    revision: i64,
    word: Option<String>,
) -> Screen {
    match scene {
        Scene::Shelf { shelf, models, page } => {
            self::shelf(pen, context, shelf, models, *page, word)
        }
        Scene::Ask => {
            let rows = vec![
                vec![pen.tap(Key::ButtonAllModels, &of(Press::All { page: 0 }))],
                pen.way_back(&Button::Menu),
            ];
            pen.page(vec![word, Some(pen.say(Key::ScreenSearch, &[]))], rows)
        }
        Scene::Money { page, lines, more } => money(pen, context, *page, lines, *more, word),
        Scene::Page(page) => pages::page(pen, *page, word),
        Scene::Prompt { order } => prompt(pen, context, order, word),
        Scene::Links { order } => links(pen, context, order, word),
        Scene::Others { order } => others(pen, context, order, word),
        Scene::Soft { order, softened } => soft::proposal(pen, order, softened, word),
        Scene::Erase { open } => leaving::erase(pen, context, *open, revision, word),
        Scene::Leaving { open } => leaving::leaving(pen, *open, word),
        Scene::Erased => erased(pen),
    }
}

/// A button of this part.
pub(crate) fn of(press: Press) -> Button {
    Button::Journey(press)
}

/// What stands on the button of a model: its name, its price, and how often the money is enough.
pub(crate) fn offer(pen: &Pen<'_>, wallet: &Wallet, model: &Model) -> Tap {
    let name = crate::render::shelf_name(pen, model);
    let button = Button::Model(model.id.clone());
    let Some(price) = pen.price(model) else { return Tap::new(&name, &button) };
    let short = format!("{name} · {price}");
    let long = enough(pen, wallet, model).map(|enough| format!("{short} · {enough}"));
    let fits = |text: &String| text.encode_utf16().count() <= crate::screen::BUTTON_MAX;
    Tap::new(long.filter(fits).unwrap_or(short), &button)
}

/// How often the money is enough for a model, when it is enough at all.
fn enough(pen: &Pen<'_>, wallet: &Wallet, model: &Model) -> Option<String> {
    let price = pen.desk.price(model, model.from_credits()?)?;
    // «до 999 раз» says only that the price is no matter.
    let times = wallet.balance.enough_for(price).filter(|times| (1..ENOUGH_MAX).contains(times))?;
    let key = if model.has_one_price() { Key::FieldEnough } else { Key::FieldEnoughAtMost };
    Some(pen.texts.plain(key, &[("count", times.into())]))
}

/// The lines of the card about price and money: how often it is enough, and whether it is dear.
pub(crate) fn card_lines(pen: &Pen<'_>, wallet: &Wallet, model: &Model) -> Vec<String> {
    let Some(price) = model.from_credits().and_then(|credits| pen.desk.price(model, credits))
    else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    match wallet.balance.enough_for(price) {
        Some(times) if times > 0 => {
            let count = ("count", times.min(ENOUGH_MAX).into());
            lines.push(pen.say(Key::ScreenCardEnough, &[count]));
        }
        Some(_) => {
            let missing = wallet.balance.missing_to(price);
            lines.push(pen.say(Key::ScreenCardShort, &[("missing", missing.into())]));
        }
        None => {}
    }
    lines
}

/// The button that marks a model or takes the mark away.
pub(crate) fn star(pen: &Pen<'_>, context: &Context<'_>, model: &str) -> Tap {
    let marked = context.favourites.iter().any(|one| one == model);
    let key = if marked { Key::ButtonUnmark } else { Key::ButtonMark };
    pen.tap(key, &of(Press::Star(model.to_owned())))
}

fn shelf(
    pen: &Pen<'_>,
    context: &Context<'_>,
    shelf: &Shelf,
    models: &[String],
    page: u16,
    word: Option<String>,
) -> Screen {
    let known: Vec<&Model> =
        models.iter().filter_map(|id| context.desk.catalog.model(id)).collect();
    let to = |page| {
        of(match shelf {
            Shelf::All => Press::All { page },
            Shelf::Found { .. } => Press::Found { page },
            Shelf::Favourites => Press::Favourites { page },
        })
    };
    let (shown, turn) = turned(pen, &known, page, MODELS_ON_PAGE, to);
    let mut rows: Vec<Vec<Tap>> = Vec::new();
    if page == 0 && *shelf == Shelf::All {
        rows.push(vec![
            pen.tap(Key::ButtonSearch, &of(Press::Ask)),
            pen.tap(Key::ButtonFavourites, &of(Press::Favourites { page: 0 })),
        ]);
    }
    rows.extend(shown.iter().map(|model| vec![offered(pen, context, model)]));
    rows.push(turn);
    if matches!(shelf, Shelf::Found { .. }) {
        rows.push(vec![pen.tap(Key::ButtonSearch, &of(Press::Ask))]);
    }
    if known.is_empty() {
        rows.push(vec![pen.tap(Key::ButtonAllModels, &of(Press::All { page: 0 }))]);
    }
    rows.push(pen.way_back(&match shelf {
        Shelf::All => Button::Menu,
        Shelf::Found { .. } | Shelf::Favourites => of(Press::All { page: 0 }),
    }));
    let count = ("count", Arg::Number(i64::try_from(known.len()).unwrap_or(i64::MAX)));
    let title = match shelf {
        Shelf::All => pen.say(Key::ScreenAllModels, &[count]),
        Shelf::Found { query } => {
            pen.say(Key::ScreenFound, &[count, ("query", query.as_str().into())])
        }
        Shelf::Favourites if known.is_empty() => pen.say(Key::ScreenFavouritesEmpty, &[]),
        Shelf::Favourites => pen.say(Key::ScreenFavourites, &[]),
    };
    pen.page(vec![word, Some(title), Some(pen.balance(&context.wallet))], rows)
}

fn money(
    pen: &Pen<'_>,
    context: &Context<'_>,
    page: u16,
    lines: &[Line],
    more: bool,
    word: Option<String>,
) -> Screen {
    let mut turn = Vec::new();
    if page > 0 {
        turn.push(pen.tap(Key::ButtonNewer, &of(Press::Money { page: page - 1 })));
    }
    if more {
        let next = Press::Money { page: page.saturating_add(1) };
        turn.push(pen.tap(Key::ButtonOlder, &of(next)));
    }
    let rows = vec![turn, pen.way_back(&Button::Balance)];
    let mut words: Vec<String> = lines.iter().map(|line| movement(pen, line)).collect();
    if words.is_empty() {
        words.push(pen.say(Key::ScreenBalanceNoMoves, &[]));
    }
    let paragraphs = vec![
        word,
        Some(pen.say(Key::ScreenMoney, &[("page", i64::from(page).saturating_add(1).into())])),
        Some(words.join("\n\n")),
        Some(pen.balance(&context.wallet)),
    ];
    pen.page(paragraphs, rows)
}

/// A movement in words: what it was, for which order, and what was left.
fn movement(pen: &Pen<'_>, line: &Line) -> String {
    let movement = &line.movement;
    let key = match movement.kind {
        MovementKind::Topup => Key::FieldMoneyTopup,
        MovementKind::Bonus => Key::FieldMoneyBonus,
        MovementKind::Hold => Key::FieldMoneyHold,
        MovementKind::Release => Key::FieldMoneyRelease,
        MovementKind::Refund => Key::FieldMoneyRefund,
        MovementKind::Commit => Key::FieldMoneyCommit,
        MovementKind::Adjust => Key::FieldMoneyAdjust,
        MovementKind::Expire => Key::FieldMoneyExpire,
        MovementKind::Payback => Key::FieldMovePayback,
        MovementKind::GiftOut => Key::FieldMoveGiftOut,
        MovementKind::GiftIn => Key::FieldMoveGiftIn,
        MovementKind::Cost | MovementKind::Loss => Key::FieldMoneyShop,
    };
    let code = line.code.as_ref().map(|code| {
        format!(" · {}", pen.say(Key::FieldMoneyOrder, &[("code", code.as_str().into())]))
    });
    let reason = movement.reason.as_deref().filter(|_| movement.kind == MovementKind::Adjust);
    let reason =
        reason.map(|reason| format!(" ({})", telegram::escape_html(&one_line(reason, 80))));
    let after = movement
        .balance_after
        .map(|after| format!("\n{}", pen.say(Key::FieldMoneyAfter, &[("balance", after.into())])));
    let amount = signed(movement);
    let args = [
        ("date", date(movement.at).into()),
        ("what", pen.texts.plain(key, &[]).into()),
        ("amount", amount.into()),
    ];
    let more: String = [code, reason, after].into_iter().flatten().collect();
    format!("{}{more}", pen.say(Key::ScreenMoveLine, &args))
}

/// The words of an order: what the person wrote for the first of its texts.
pub(crate) fn words_of<'o>(desk: &Desk, order: &'o Order) -> Option<&'o str> {
    super::soft::words_in(desk, order).map(|(_, words)| words)
}

fn prompt(pen: &Pen<'_>, context: &Context<'_>, order: &Order, word: Option<String>) -> Screen {
    let words = match words_of(context.desk, order) {
        Some(words) => {
            let words = shorten(words, WORDS_SHOWN);
            let code = order.code.as_str();
            pen.say(Key::ScreenPrompt, &[("text", words.into()), ("code", code.into())])
        }
        None => pen.say(Key::RefusalNoWords, &[]),
    };
    pen.page(vec![word, Some(words)], vec![pen.way_back(&Button::Item(order.id))])
}

fn links(pen: &Pen<'_>, context: &Context<'_>, order: &Order, word: Option<String>) -> Screen {
    let now = context.now;
    let live: Vec<_> = order
        .outputs
        .iter()
        .filter(|output| crate::screens::has_link(order, output, now))
        .collect();
    let total = order.outputs.len();
    let mut rows: Vec<Vec<Tap>> = live
        .iter()
        .map(|output| {
            let name = pen.texts.plain(Key::ButtonDownload, &[]);
            let name = if total > 1 { format!("{name} · {}", output.position + 1) } else { name };
            vec![Tap::link(name, address(context.desk, now, order, output))]
        })
        .collect();
    rows.push(pen.way_back(&Button::Item(order.id)));
    let words = if live.is_empty() {
        pen.say(Key::RefusalLinksGone, &[])
    } else {
        pen.say(Key::ScreenLinks, &[("code", order.code.as_str().into())])
    };
    pen.page(vec![word, Some(words)], rows)
}

/// Where a result can be downloaded: at our own port when the world reaches it.
pub(crate) fn address(
    desk: &Desk,
    now: time::OffsetDateTime,
    order: &Order,
    output: &generation::OutputView,
) -> String {
    match &desk.journey.links {
        Some(links) => links.address(now, order.id, output.position),
        None => output.url.clone(),
    }
}

/// Models that may do the same work: of the same shelf, and taking the same kinds of input; the
/// cheapest first.
fn others(pen: &Pen<'_>, context: &Context<'_>, order: &Order, word: Option<String>) -> Screen {
    let desk = context.desk;
    let origin = desk.catalog.model(&order.model);
    let category = origin.map_or(Category::Image, |model| model.category);
    let takes_file = |model: &Model| {
        model.fields.iter().any(|field| {
            field.asked == catalog::Asked::First && matches!(field.kind, FieldKind::Files { .. })
        })
    };
    let wanted = origin.map(takes_file);
    let mut models = desk.catalog.in_category(category, &desk.rate);
    models.retain(|model| desk.on_sale(&model.id).is_some() && model.id != order.model);
    // Those of the same kind of input stand before the rest, each by its price.
    models.sort_by_key(|model| Some(takes_file(model)) != wanted);
    // What was given for the order begins the other one, where the other model takes it.
    let sent = super::given(desk, order);
    let row = |model: &&Model| {
        let mut tap = offered(pen, context, model);
        if quick::fill(model, &sent).is_some() {
            tap.act = Act::Press(Button::Offer(Offer::Quick(Tag::of(&model.id))).encode());
        }
        vec![tap]
    };
    let mut rows: Vec<Vec<Tap>> = models.iter().take(OTHERS_MAX).map(row).collect();
    rows.push(vec![pen.tap(Key::ButtonMore, &Button::Category { category, page: 0 })]);
    rows.push(pen.way_back(&Button::Item(order.id)));
    let words = pen.say(Key::ScreenOthers, &[]);
    let words_kept = words_of(context.desk, order)
        .map(|text| pen.say(Key::ScreenOthersWords, &[("text", one_line(text, 900).into())]));
    let paragraphs = vec![word, Some(words), words_kept, Some(pen.balance(&context.wallet))];
    pen.page(paragraphs, rows)
}

/// The line above a screen.
pub(crate) fn line(pen: &Pen<'_>, said: &Said) -> String {
    let count = |key, count: i64| pen.say(key, &[("count", count.into())]);
    match said {
        Said::Marked => pen.say(Key::NoticeMarked, &[]),
        Said::Unmarked => pen.say(Key::NoticeUnmarked, &[]),
        Said::NothingFound => pen.say(Key::RefusalNothingFound, &[]),
        Said::FilesComing => pen.say(Key::NoticeFilesComing, &[]),
        Said::FilesGone => pen.say(Key::RefusalFilesGone, &[]),
        Said::SoftComing => pen.say(Key::NoticeSoftComing, &[]),
        Said::TooManySoftened => pen.say(Key::RefusalTooManySoftened, &[]),
        Said::TooManyOpen(most) => count(Key::RefusalTooManyOpen, *most),
        Said::TooManyUploads(most) => count(Key::RefusalTooManyUploads, *most),
        Said::Paused(minutes) => count(Key::RefusalPaused, *minutes),
        Said::Leaving => pen.say(Key::RefusalLeaving, &[]),
        Said::Stayed => pen.say(Key::NoticeStayed, &[]),
    }
}

/// The row of the history that chooses a kind of work.
pub(crate) fn kinds(pen: &Pen<'_>, chosen: Option<Category>) -> Vec<Vec<Tap>> {
    let taps: Vec<Tap> = KINDS
        .into_iter()
        .map(|kind| {
            let name = match kind {
                None => pen.texts.plain(Key::ButtonKindAll, &[]),
                Some(category) => {
                    pen.texts.plain(crate::input::Entry::Category(category).key(), &[])
                }
            };
            let name = if kind == chosen { format!("• {name}") } else { name };
            Tap::new(name, &of(Press::Kind(kind)))
        })
        .collect();
    let (first, second) = taps.split_at(3);
    vec![first.to_vec(), second.to_vec()]
}

/// What more can be done with an order, beside repeating it.
pub(crate) fn more(pen: &Pen<'_>, order: &Order) -> Vec<Vec<Tap>> {
    let tap = |key, again| pen.tap(key, &of(Press::Order { id: order.id, again }));
    let sold = pen.desk.on_sale(&order.model).is_some();
    let mut rows = Vec::new();
    match order.state {
        State::Done | State::Delivering => {
            // What KIE.ai keeps is no file, and words stand at no address.
            if let Some(output) = order.outputs.first() {
                let linked = output.kind != Output::Text;
                let key = if linked { Key::ButtonFiles } else { Key::ButtonAsFile };
                let files = tap(key, Again::Files);
                let links = linked.then(|| tap(Key::ButtonLinks, Again::Links));
                rows.push(iter::once(files).chain(links).collect());
            }
            if sold {
                let file = other_file(pen, order).map(|key| tap(key, Again::File));
                rows.push(iter::once(tap(Key::ButtonChange, Again::Change)).chain(file).collect());
            }
            rows.push(vec![
                tap(Key::ButtonOther, Again::Other),
                pen.tap(Key::ButtonMark, &of(Press::Star(order.model.clone()))),
            ]);
        }
        State::Failed | State::Cancelled | State::Late => {
            let fixes = match order.failure {
                Some(FailureClass::Content | FailureClass::Input | FailureClass::InputGone) => {
                    Key::ButtonFix
                }
                Some(
                    FailureClass::Account
                    | FailureClass::Temporary
                    | FailureClass::Lost
                    | FailureClass::NotDelivered
                    | FailureClass::TooLate
                    | FailureClass::Unknown,
                )
                | None => Key::ButtonChange,
            };
            if super::soft::can_be(pen.desk, order) {
                rows.push(vec![super::soft::tap(pen, order)]);
            }
            if sold && order.state != State::Late {
                rows.push(vec![tap(fixes, Again::Change)]);
            }
            rows.push(vec![tap(Key::ButtonOther, Again::Other)]);
        }
        State::Preparing
        | State::Queued
        | State::Submitting
        | State::Uncertain
        | State::Running
        | State::Securing => {}
    }
    rows
}

/// «С другим фото», when the order was made from a file that a person sent.
fn other_file(pen: &Pen<'_>, order: &Order) -> Option<Key> {
    let model = pen.desk.catalog.model(&order.model)?;
    let mut asked = model.fields.iter().filter(|field| crate::answer::is_asked(field));
    let kind =
        asked.find_map(|field| Some(order.answers.get(&field.name)?.files().first()?.kind))?;
    // An idea has its own way to the same photo and to another.
    order.batch.is_none().then_some(match kind {
        MediaKind::Image => Key::ButtonOtherPhoto,
        MediaKind::Video => Key::ButtonOtherVideo,
        MediaKind::Audio => Key::ButtonOtherSound,
    })
}

/// Whether repeating the very same order makes sense after this failure.
pub(crate) fn can_repeat(order: &Order) -> bool {
    !matches!(
        order.failure,
        Some(FailureClass::Content | FailureClass::Input | FailureClass::InputGone)
    )
}

/// Whom to ask about trouble that is ours, with the number of the order.
pub(crate) fn contact(pen: &Pen<'_>, order: &Order) -> Option<String> {
    let ours = matches!(
        order.failure,
        Some(
            FailureClass::Account
                | FailureClass::Lost
                | FailureClass::NotDelivered
                | FailureClass::Unknown
        )
    );
    let name = pen.desk.support.as_deref().filter(|_| ours)?;
    let args = [("name", name.into()), ("code", order.code.as_str().into())];
    Some(pen.say(Key::NoticeContact, &args))
}

/// How long an order took and what was set aside for it.
pub(crate) fn took(pen: &Pen<'_>, order: &Order, now: time::OffsetDateTime) -> String {
    let seconds = (now - order.created_at).whole_seconds().max(1);
    let time = pen.duration(u32::try_from(seconds).unwrap_or(u32::MAX));
    pen.say(Key::NoticeTook, &[("time", time.into()), ("price", order.price.into())])
}

/// A result that was asked for as a file cannot be had any more.
pub(crate) fn no_original(pen: &Pen<'_>, order: &Order) -> Screen {
    let words = pen.say(Key::NoticeNoOriginal, &[("code", order.code.as_str().into())]);
    let row = vec![
        pen.tap(Key::ButtonItem, &Button::Item(order.id)),
        pen.tap(Key::ButtonMenu, &Button::Menu),
    ];
    pen.page(vec![Some(words)], vec![row])
}
