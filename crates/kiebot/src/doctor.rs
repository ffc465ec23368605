//! `kiebot doctor`: looks at everything that the program needs, changes nothing, and says of each
//! thing that it is fine or what to do. Meant for the minute before a deployment.

mod outside;
mod shelf;
mod till;
mod within;

use serde::Serialize;

use crate::config::{Config, Environment};

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// Nothing to do.
    Fine,
    /// The bot works, but not as well as it could.
    Warning,
    /// The bot does not work, or loses money.
    Problem,
}

/// What was found about one thing.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Finding {
    /// The thing.
    pub(crate) subject: String,
    /// How it is.
    pub(crate) verdict: Verdict,
    /// What was seen and, unless it is fine, what to do.
    pub(crate) text: String,
}

impl Finding {
    fn new(subject: impl Into<String>, verdict: Verdict, text: impl Into<String>) -> Self {
        Self { subject: subject.into(), verdict, text: text.into() }
    }

    fn fine(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(subject, Verdict::Fine, text)
    }

    fn warning(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(subject, Verdict::Warning, text)
    }

    fn problem(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(subject, Verdict::Problem, text)
    }

    /// One line for a person.
    pub(crate) fn line(&self) -> String {
        let mark = match self.verdict {
            Verdict::Fine => "ok     ",
            Verdict::Warning => "warning",
            Verdict::Problem => "PROBLEM",
        };
        format!("{mark}  {}: {}", self.subject, self.text)
    }
}

/// Looks at everything. With settings that cannot be read it ends there: nothing else would mean
/// anything.
pub(crate) async fn examine(environment: &Environment) -> Vec<Finding> {
    let mut findings: Vec<_> = Config::unknown_names(environment)
        .into_iter()
        .map(|name| {
            Finding::warning("settings", format!("{name} is not a setting: check its name"))
        })
        .collect();
    let config = match Config::read(environment) {
        Ok(config) => config,
        Err(mistakes) => {
            findings.extend(mistakes.0.into_iter().map(|text| Finding::problem("settings", text)));
            return findings;
        }
    };
    findings.extend(within::settings(&config));
    findings.extend(within::database(&config).await);
    findings.extend(outside::telegram(&config).await);
    findings.extend(outside::kie(&config).await);
    findings.extend(till::payments(&config).await);
    findings.push(outside::clock(&config).await);
    findings
}
