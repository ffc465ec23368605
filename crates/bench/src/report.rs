//! The figures as a table for people or as one JSON document.

use serde_json::{Value, json};

/// What a figure must reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    /// Measured divided by reference is at least this.
    RatioAtLeast(f64),
    /// The measured value lies below this.
    Below(f64),
}

/// One measured figure.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    part: &'static str,
    what: String,
    value: Option<f64>,
    unit: &'static str,
    reference: Option<(String, f64)>,
    goal: Option<Goal>,
    note: String,
}

impl Line {
    pub(crate) fn new(
        part: &'static str,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
    ) -> Self {
        let value = Some(value);
        Self {
            part,
            what: what.into(),
            value,
            unit,
            reference: None,
            goal: None,
            note: String::new(),
        }
    }

    /// A figure that could not be taken; a goal for it counts as missed.
    pub(crate) fn missing(part: &'static str, what: impl Into<String>, why: &str) -> Self {
        let note = why.to_owned();
        Self { part, what: what.into(), value: None, unit: "", reference: None, goal: None, note }
    }

    pub(crate) fn beside(mut self, what: impl Into<String>, value: f64) -> Self {
        self.reference = Some((what.into(), value));
        self
    }

    pub(crate) fn goal(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// `None` beside nothing, too: what is measured beside zero is not infinitely good.
    fn ratio(&self) -> Option<f64> {
        let (_, reference) = self.reference.as_ref()?;
        self.value.filter(|_| *reference > 0.0).map(|value| value / reference)
    }

    /// Whether the goal is reached; `None` without one.
    fn is_met(&self) -> Option<bool> {
        Some(match self.goal? {
            Goal::RatioAtLeast(least) => self.ratio().is_some_and(|ratio| ratio >= least),
            Goal::Below(limit) => self.value.is_some_and(|value| value < limit),
        })
    }

    fn verdict(&self) -> &'static str {
        match self.is_met() {
            Some(true) => "PASS",
            Some(false) => "FAIL",
            None => "",
        }
    }

    fn cells(&self) -> [String; 8] {
        let unit = self.unit;
        let shown = |value: f64| format!("{} {unit}", number(value));
        let goal = match self.goal {
            Some(Goal::RatioAtLeast(least)) => format!("ratio ≥ {least}"),
            Some(Goal::Below(limit)) => format!("< {limit} {unit}"),
            None => String::new(),
        };
        let (beside, reference) = self
            .reference
            .as_ref()
            .map_or_else(Default::default, |(what, value)| (what.clone(), shown(*value)));
        [
            self.part.to_owned(),
            self.what.clone(),
            self.value.map_or_else(|| "not measured".to_owned(), shown),
            reference,
            beside,
            self.ratio().map_or_else(String::new, |ratio| format!("{ratio:.2}")),
            goal,
            self.verdict().to_owned(),
        ]
    }

    fn json(&self) -> Value {
        json!({
            "part": self.part,
            "what": self.what,
            "value": self.value,
            "unit": self.unit,
            "reference": self.reference.as_ref().map(|(what, value)| json!({"what": what, "value": value})),
            "ratio": self.ratio(),
            "target": self.goal.map(|goal| match goal {
                Goal::RatioAtLeast(least) => json!({"ratio_at_least": least}),
                Goal::Below(limit) => json!({"below": limit}),
            }),
            "met": self.is_met(),
            "note": self.note,
        })
    }
}

/// As many decimals as the size of the number deserves.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// All figures of a run.
#[derive(Debug)]
pub(crate) struct Report {
    machine: Vec<(&'static str, String)>,
    quick: bool,
    lines: Vec<Line>,
}

impl Report {
    pub(crate) fn new(machine: Vec<(&'static str, String)>, quick: bool) -> Self {
        Self { machine, quick, lines: Vec::new() }
    }

    pub(crate) fn extend(&mut self, lines: Vec<Line>) {
        self.lines.extend(lines);
    }

    /// Whether no goal is missed.
    pub(crate) fn is_met(&self) -> bool {
        self.lines.iter().all(|line| line.is_met() != Some(false))
    }

    fn sorted(&self) -> Vec<&Line> {
        let mut lines: Vec<_> = self.lines.iter().collect();
        lines.sort_by_key(|line| line.part);
        lines
    }

    pub(crate) fn table(&self) -> String {
        let heads = ["", "what", "measured", "reference", "which is", "ratio", "target", ""];
        let lines = self.sorted();
        let rows: Vec<[String; 8]> = std::iter::once(heads.map(str::to_owned))
            .chain(lines.iter().map(|line| line.cells()))
            .collect();
        let widths: Vec<usize> = (0..heads.len())
            .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
            .collect();
        let mut text = String::new();
        for (name, value) in &self.machine {
            text.push_str(&format!("{name}: {value}\n"));
        }
        if self.quick {
            text.push_str("a quick look: too short for certain figures\n");
        }
        for row in &rows {
            text.push('\n');
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        }
        text.push('\n');
        for line in lines.iter().filter(|line| !line.note.is_empty()) {
            text.push_str(&format!("\n{} {}: {}", line.part, line.what, line.note));
        }
        text
    }

    pub(crate) fn json(&self) -> String {
        let machine: serde_json::Map<_, _> =
            self.machine.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let figures: Vec<_> = self.sorted().into_iter().map(Line::json).collect();
        json!({ "machine": machine, "quick": self.quick, "figures": figures, "met": self.is_met() })
            .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_goal_and_a_missing_figure_fail_the_report() {
        let good = Line::new("a", "fast", 90.0, "/s")
            .beside("pgbench", 100.0)
            .goal(Goal::RatioAtLeast(0.8));
        let slow = Line::new("a", "slow", 79.0, "/s")
            .beside("pgbench", 100.0)
            .goal(Goal::RatioAtLeast(0.8));
        let missing = Line::missing("c", "memory", "no program").goal(Goal::Below(40.0));
        let mut report = Report::new(Vec::new(), false);
        report.extend(vec![good]);
        assert!(report.is_met());
        // Beside a reference that did nothing everything would be fast.
        let alone = Line::new("a", "alone", 90.0, "/s")
            .beside("pgbench", 0.0)
            .goal(Goal::RatioAtLeast(0.8));
        report.extend(vec![slow, missing, alone]);
        assert!(!report.is_met());
        assert_eq!(report.table().matches("FAIL").count(), 3);
    }
}
