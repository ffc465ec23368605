//! Why people are given money: the welcome bonus, promo codes, invitations of friends, gifts.
//!
//! The money itself moves in `billing`; here stands for what, to whom and how often. Everything
//! runs inside the caller's transaction, and each question answers with a closed enum.
//!
//! **Locks** are taken in one order: wallets (of an invited friend before the inviter's), then the
//! day with its ceilings, then a promo code or a gift.

#![deny(clippy::float_arithmetic)]

mod audit_store;
mod model;
mod rules;
mod store;

pub use audit_store::audit;
pub use model::{
    Claimed, Code, CodeStatistics, CodeUse, Extras, Gift, GiftState, Invitation, Invited, MadeGift,
    NewCode, NewCodeFault, Newcomer, Redeemed, Segment, TookBack, TopUp, Value, Welcomed,
};
pub use rules::{Reward, Rules};
pub use store::codes::{create, disable, enable, find, list, redeem, statistics, uses, waiting};
pub use store::gifts::{
    GIFT_LEAST, GIFT_MOST, claim, expire_next, give, open_gifts, return_next, take_back,
};
pub use store::referrals::{after_refund, after_topup, bind, invitation};
pub use store::welcome::greet;
