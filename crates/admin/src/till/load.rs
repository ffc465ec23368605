//! Reading what the screens of payments need, and what is at stake before it is asked for.

use generation::AtStake;
use money::Rub;
use payments::State;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Ask, Press, Scene, Sheet, Spot, Word};
use crate::button::Button;
use crate::load::{cut, offset, one_more};
use crate::react::Input;
use crate::session::{Form, Session};
use crate::view::Word as Above;

/// Reads a screen; nothing when there is no such payment.
pub(crate) async fn load(
    connection: &mut PgConnection,
    spot: Spot,
) -> Result<Option<Scene>, sqlx::Error> {
    let (which, user, page) = match spot {
        Spot::List { which, page } => (which, None, page),
        Spot::Of { user, page } => (payments::Which::All, Some(user), page),
        Spot::Payment(id) => return sheet(connection, id).await,
    };
    let all = payments::list(connection, which, user, offset(page), one_more()).await?;
    let (payments, more) = cut(all);
    Ok(Some(Scene::List { spot, payments, more }))
}

async fn sheet(connection: &mut PgConnection, id: Uuid) -> Result<Option<Scene>, sqlx::Error> {
    let Some(payment) = payments::view(connection, id).await? else { return Ok(None) };
    let charge = payments::charge_of(connection, &payment).await?;
    let twins = payments::receipt_twins(connection, id).await?;
    Ok(Some(Scene::Payment(Box::new(Sheet { payment, charge, twins }))))
}

/// The sum of what an input is about, where it asks for money to move; or why it cannot.
pub(crate) async fn stake(
    connection: &mut PgConnection,
    session: &Session,
    input: &Input,
) -> Result<Option<Result<Rub, Above>>, sqlx::Error> {
    let form = match input {
        Input::Press(Button::Till(Press::Approve(id) | Press::RejectPlainly(id))) => {
            return sum_of(connection, *id, decidable).await.map(Some);
        }
        Input::Press(Button::Ask(form)) => Some(form),
        Input::Said(_) => session.waiting.as_ref(),
        Input::Open | Input::Command | Input::Press(_) | Input::Forged => None,
    };
    match form {
        Some(Form::Refund { order }) => of_order(connection, *order).await.map(Some),
        Some(Form::Till(Ask::Refund { payment })) => {
            sum_of(connection, *payment, refundable).await.map(Some)
        }
        Some(Form::Till(Ask::OtherSum { payment } | Ask::Reject { payment })) => {
            sum_of(connection, *payment, decidable).await.map(Some)
        }
        _ => Ok(None),
    }
}

async fn of_order(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Result<Rub, Above>, sqlx::Error> {
    let Some(order) = generation::view(connection, id).await? else {
        return Ok(Err(Above::NoOrder));
    };
    Ok(match generation::at_stake(&order) {
        AtStake::Sum(sum) => Ok(sum),
        AtStake::Nothing => Err(Above::NotTaken),
        AtStake::GivenBack => Err(Above::Till(Word::AlreadyBack)),
        AtStake::NotOver => Err(Above::Till(Word::NotOver)),
    })
}

/// The sum of a payment in a state that allows what is asked.
async fn sum_of(
    connection: &mut PgConnection,
    id: Uuid,
    allowed: fn(State) -> Result<(), Word>,
) -> Result<Result<Rub, Above>, sqlx::Error> {
    let Some(payment) = payments::view(connection, id).await? else {
        return Ok(Err(Above::Till(Word::NoPayment)));
    };
    Ok(allowed(payment.state).map(|()| payment.amount).map_err(Above::Till))
}

fn refundable(state: State) -> Result<(), Word> {
    match state {
        State::Paid => Ok(()),
        State::Refunding | State::Refunded => Err(Word::AlreadyBack),
        State::New
        | State::Open
        | State::Submitted
        | State::Expired
        | State::Cancelled
        | State::Rejected
        | State::Review => Err(Word::NotCredited),
    }
}

fn decidable(state: State) -> Result<(), Word> {
    match state {
        State::Submitted | State::Review => Ok(()),
        State::Paid | State::Refunding | State::Refunded | State::Rejected => Err(Word::Decided),
        State::New | State::Open | State::Expired | State::Cancelled => Err(Word::NotWaiting),
    }
}
