//! Reading promo codes, and doing what was decided about them.

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{Deed, Scene, Sheet, Spot, Word};
use crate::load::{cut, offset, one_more};
use crate::react::Context;
use crate::view::Word as Above;

/// So many uses of a code are shown.
const USES: i64 = 10;

/// Reads a screen; nothing when there is no such code.
pub(crate) async fn load(
    connection: &mut PgConnection,
    spot: Spot,
) -> Result<Option<Scene>, sqlx::Error> {
    Ok(match spot {
        Spot::List { page } => {
            let (codes, more) = cut(promo::list(connection, offset(page), one_more()).await?);
            Some(Scene::List { page, codes, more })
        }
        Spot::Code(name) => match promo::find(connection, &name).await? {
            Some(code) => {
                let did = promo::statistics(connection, &name).await?.unwrap_or_default();
                let uses = promo::uses(connection, &name, USES).await?;
                Some(Scene::Code(Box::new(Sheet { code, did, uses })))
            }
            None => None,
        },
    })
}

/// Does it; answers with the values before and after.
pub(crate) async fn perform(
    connection: &mut PgConnection,
    context: &Context<'_>,
    deed: &Deed,
    actor: &str,
) -> Result<Result<(Value, Value), Above>, sqlx::Error> {
    Ok(match deed {
        Deed::Create { terms } => match terms.new_code() {
            Some(new) => match promo::create(connection, context.now, &new, actor).await? {
                Ok(code) => Ok((Value::Null, json!({ "code": code, "on": true }))),
                Err(fault) => Err(Above::Codes(Word::Fault(fault))),
            },
            None => Err(Above::Codes(Word::NoWorth)),
        },
        Deed::Stop { code } => match promo::disable(connection, context.now, code).await? {
            true => Ok((json!({ "on": true }), json!({ "on": false }))),
            false => Err(Above::AlreadyDone),
        },
        Deed::Start { code } => match promo::enable(connection, code).await? {
            true => Ok((json!({ "on": false }), json!({ "on": true }))),
            false => Err(Above::AlreadyDone),
        },
    })
}
