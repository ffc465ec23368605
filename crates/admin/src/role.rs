use serde::{Deserialize, Serialize};

/// What somebody may do in the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Stands in the settings of the program; may do everything.
    Owner,
    /// Runs the shop; gives no roles.
    Manager,
    /// Helps people; changes neither models nor settings.
    Support,
}

/// What an action needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    /// To change a wallet, within the limit, or to give an order's price back.
    Money,
    /// To agree to what another operator asks for.
    Agree,
    /// To keep a person out, or to let them in.
    Block,
    /// To write to a person.
    Write,
    Models,
    Settings,
    Roles,
    /// To write to many people at once.
    Broadcast,
}

impl Role {
    /// The roles that can be given; owners stand in the settings of the program.
    pub(crate) const GIVEN: [Self; 2] = [Self::Manager, Self::Support];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Support => "support",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::GIVEN.into_iter().find(|role| role.as_str() == text)
    }

    pub(crate) const fn may(self, right: Right) -> bool {
        match (self, right) {
            (Self::Owner, _) => true,
            (Self::Manager, Right::Roles) => false,
            (
                Self::Manager,
                Right::Money
                | Right::Agree
                | Right::Block
                | Right::Write
                | Right::Models
                | Right::Settings
                | Right::Broadcast,
            )
            | (Self::Support, Right::Money | Right::Write | Right::Block) => true,
            (
                Self::Support,
                Right::Agree | Right::Models | Right::Settings | Right::Roles | Right::Broadcast,
            ) => false,
        }
    }
}
