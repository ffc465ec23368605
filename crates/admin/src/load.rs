//! Reading what a screen of the panel needs.

use generation::Breaker;
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use crate::broadcasts;
use crate::button::Place;
use crate::catalogue;
use crate::health;
use crate::query::Query;
use crate::react::Context;
use crate::session::Session;
use crate::store;
use crate::store::models::Usage;
use crate::store::movements::Wanted;
use crate::view::{Card, Life, Scene};
use crate::{codes, till};

/// How many lines stand on one page.
pub(crate) const ON_PAGE: usize = 8;

/// Models are looked at over so many days.
const USAGE: Duration = Duration::days(30);

/// Reads a screen.
pub(crate) async fn load(
    connection: &mut PgConnection,
    context: &Context<'_>,
    session: &Session,
    place: Place,
) -> Result<Scene, sqlx::Error> {
    let world = context.desk.world.as_str();
    Ok(match place {
        Place::Menu => Scene::Menu {
            requests: store::actions::requests(connection).await?.len(),
            payments: payments::count_to_decide(connection).await?,
        },
        Place::Users => Scene::Users,
        Place::Found { page } => found(connection, &session.query, page).await?,
        Place::User(user) => card(connection, context, user).await?,
        Place::Moves { user, page } => {
            let (user_id, offset) = (Some(user), offset(page));
            let wanted = Wanted { world, user: user_id, kinds: &[], offset, limit: one_more() };
            let (lines, more) = cut(store::movements::list(connection, &wanted).await?);
            Scene::Moves { user, page, lines, more }
        }
        Place::Orders { user, page } => {
            let orders =
                store::people::orders(connection, user, false, offset(page), one_more()).await?;
            let (orders, more) = cut(orders);
            Scene::Orders { user, page, orders, more }
        }
        Place::Roles(user) => roles(connection, user).await?,
        Place::Money { filter, page } => {
            let (kinds, offset) = (filter.kinds(), offset(page));
            let wanted = Wanted { world, user: None, kinds, offset, limit: one_more() };
            let (lines, more) = cut(store::movements::list(connection, &wanted).await?);
            let since = day_begins(context.now);
            let today = store::movements::total(connection, world, kinds, since).await?;
            Scene::Money { filter, page, lines, more, today }
        }
        Place::Models | Place::Shelf { .. } | Place::Model(_) | Place::Broken => {
            models(connection, context, place).await?
        }
        Place::Statistics(_) => match context.report {
            Some(report) => Scene::Statistics(Box::new(report.clone())),
            None => Scene::Missing,
        },
        Place::Errors { days } => errors(connection, context.now, days).await?,
        Place::Group { days, source, class } => {
            let since = context.now - Duration::days(days.into());
            let examples = store::errors::examples(connection, since, &source, &class).await?;
            Scene::Group { days, source, class, examples }
        }
        Place::Order(id) => match generation::view(connection, id).await? {
            Some(order) => Scene::Order(Box::new(Life {
                order,
                failure_text: store::errors::failure_text(connection, id).await?,
                attempts: store::errors::attempts(connection, id).await?,
            })),
            None => Scene::Missing,
        },
        Place::Journal { page } => {
            let entries = store::actions::list(connection, None, offset(page), one_more()).await?;
            let (entries, more) = cut(entries);
            Scene::Journal { page, entries, more }
        }
        Place::Entry(id) => store::actions::find(connection, id)
            .await?
            .map_or(Scene::Missing, |entry| Scene::Entry(Box::new(entry))),
        Place::Requests => Scene::Requests(store::actions::requests(connection).await?),
        Place::Request(id) => match store::actions::lock_request(connection, id).await? {
            Some(request) if request.state == "waiting" => Scene::Request(Box::new(request)),
            Some(_) | None => Scene::Missing,
        },
        Place::Settings(section) => {
            Scene::Settings { section, values: store::rules::settings(connection).await? }
        }
        Place::Till(spot) => bills(connection, spot).await?,
        Place::Codes(spot) => promo_codes(connection, spot).await?,
        Place::Catalogue(spot) => catalogue::load(connection, spot, ON_PAGE)
            .await?
            .map_or(Scene::Missing, |sight| Scene::Catalogue(Box::new(sight))),
        Place::Health => Scene::Health(Box::new(health::load(connection, context).await?)),
        Place::Setting(setting) => Scene::Setting {
            setting,
            value: store::rules::settings(connection).await?.remove(&setting),
            history: store::rules::history(connection, setting).await?,
        },
        Place::Broadcast(spot) => broadcasts::load::load(connection, context, spot)
            .await?
            .map_or(Scene::Missing, Scene::Broadcast),
    })
}

/// Whoever and whichever payments are called as it was searched; who pays them is among the people.
async fn found(
    connection: &mut PgConnection,
    words: &str,
    page: u16,
) -> Result<Scene, sqlx::Error> {
    let payments = payments::called(connection, words).await?;
    let payers: Vec<i64> = payments.iter().map(|payment| payment.user_id).collect();
    let (query, offset, limit) = (Query::read(words), offset(page), one_more());
    let people = store::people::search(connection, &query, &payers, offset, limit).await?;
    let (people, more) = cut(people);
    Ok(Scene::Found { query: words.to_owned(), page, people, payments, more })
}

async fn bills(connection: &mut PgConnection, spot: till::Spot) -> Result<Scene, sqlx::Error> {
    Ok(till::load::load(connection, spot).await?.map_or(Scene::Missing, Scene::Till))
}

async fn promo_codes(
    connection: &mut PgConnection,
    spot: codes::Spot,
) -> Result<Scene, sqlx::Error> {
    Ok(codes::perform::load(connection, spot).await?.map_or(Scene::Missing, Scene::Codes))
}

pub(crate) fn offset(page: u16) -> i64 {
    i64::from(page) * i64::try_from(ON_PAGE).unwrap_or(i64::MAX)
}

/// A page, and one more line that says whether there is a next page.
pub(crate) fn one_more() -> i64 {
    i64::try_from(ON_PAGE + 1).unwrap_or(i64::MAX)
}

pub(crate) fn cut<T>(mut lines: Vec<T>) -> (Vec<T>, bool) {
    let more = lines.len() > ON_PAGE;
    lines.truncate(ON_PAGE);
    (lines, more)
}

/// The beginning of the day in Moscow.
fn day_begins(now: OffsetDateTime) -> OffsetDateTime {
    now.to_offset(time::macros::offset!(+3)).replace_time(time::Time::MIDNIGHT)
}

async fn card(
    connection: &mut PgConnection,
    context: &Context<'_>,
    user: i64,
) -> Result<Scene, sqlx::Error> {
    let world = context.desk.world;
    let Some(person) = store::people::person(connection, user).await? else {
        return Ok(Scene::Missing);
    };
    let role = match person.telegram_id {
        Some(id) => store::role(connection, id).await?,
        None => None,
    };
    Ok(Scene::User(Box::new(Card {
        role,
        wallet: billing::wallet(connection, user, world).await?,
        deeds: store::people::deeds(connection, user, world.as_str()).await?,
        failures: store::people::orders(connection, user, true, 0, 3).await?,
        person,
    })))
}

async fn errors(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    days: u16,
) -> Result<Scene, sqlx::Error> {
    let period = Duration::days(days.into());
    let since = now - period;
    let groups = store::errors::groups(connection, since, since - period).await?;
    Ok(Scene::Errors { days, groups })
}

async fn roles(connection: &mut PgConnection, user: i64) -> Result<Scene, sqlx::Error> {
    let Some(person) = store::people::person(connection, user).await? else {
        return Ok(Scene::Missing);
    };
    let role = match person.telegram_id {
        Some(id) => store::role(connection, id).await?,
        None => None,
    };
    let staff = store::staff(connection).await?;
    Ok(Scene::Roles { person: Box::new(person), role, staff })
}

async fn models(
    connection: &mut PgConnection,
    context: &Context<'_>,
    place: Place,
) -> Result<Scene, sqlx::Error> {
    let since = context.now - USAGE;
    let world = context.desk.world.as_str();
    let breakers = generation::breakers(connection).await?;
    Ok(match place {
        Place::Shelf { category, page } => Scene::Shelf { category, page },
        Place::Model(model) if context.desk.catalog.model(&model).is_some() => {
            let usage = store::models::usage(connection, world, Some(&model), since).await?;
            let rule = store::rules::overrides(connection).await?.remove(&model);
            let breaker = breakers.into_iter().find(|breaker| breaker.model == model);
            let usage = usage.into_iter().next().unwrap_or_default();
            Scene::Model { model, usage, rule: rule.unwrap_or_default(), breaker }
        }
        Place::Model(_) => Scene::Missing,
        Place::Broken => {
            let since = context.now - Duration::DAY;
            let usage = store::models::usage(connection, world, None, since).await?;
            let usage = usage.into_iter().filter(fails).collect();
            Scene::Broken { breakers, usage }
        }
        _ => {
            let usage = store::models::usage(connection, world, None, since).await?;
            let broken = breakers.iter().filter(|breaker: &&Breaker| !breaker.on_trial).count();
            Scene::Models { usage, broken }
        }
    })
}

/// A third of the orders of a model, and more than one, came to nothing.
fn fails(usage: &Usage) -> bool {
    usage.failed >= 2 && usage.failed * 3 >= usage.orders
}
