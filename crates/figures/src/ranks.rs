//! Bars of a list, the longest first.

use crate::paint::{Anchor, Colour, Letters, MARGIN, SMALL, Sheet, WIDTH, WORDS, fitted, width_of};

/// A chart with a bar for each line of a list.
#[derive(Clone, Debug)]
pub struct Ranks {
    /// What it shows.
    pub title: String,
    /// Of when.
    pub subtitle: String,
    /// The lines, in the order in which they are shown.
    pub ranks: Vec<Rank>,
    /// The colour of the bars.
    pub colour: Colour,
    /// What is said when there is nothing to show.
    pub empty: String,
}

/// A line of a list.
#[derive(Clone, Debug)]
pub struct Rank {
    /// What it is.
    pub label: String,
    /// How long the bar is.
    pub value: i64,
    /// What is written at its end.
    pub shown: String,
}

/// Where the first line begins.
const TOP: i64 = 190;

/// The height of a line.
const ROW: i64 = 104;

/// The height of a bar.
const BAR: i64 = 30;

/// The least height of a chart.
const HEIGHT_MIN: i64 = 480;

impl Ranks {
    /// The chart as SVG.
    #[must_use]
    pub fn svg(&self) -> String {
        let count = i64::try_from(self.ranks.len()).unwrap_or(0);
        let height = (TOP + count * ROW + 40).max(HEIGHT_MIN);
        let mut sheet = Sheet::new(height, &self.title, &self.subtitle);
        let most = self.ranks.iter().map(|rank| rank.value).max().unwrap_or(0);
        if most <= 0 {
            sheet.nothing(&self.empty);
            return sheet.svg();
        }
        let whole = WIDTH - MARGIN * 2;
        for (index, rank) in (0_i64..).zip(&self.ranks) {
            let y = TOP + index * ROW;
            let room = whole - width_of(&rank.shown, SMALL) - 30;
            let label = fitted(&rank.label, WORDS, room);
            sheet.text(MARGIN, y + 36, Letters::new(&label, WORDS));
            let shown = Letters::new(&rank.shown, SMALL).faint().at(Anchor::End);
            sheet.text(WIDTH - MARGIN, y + 36, shown);
            sheet.track([MARGIN, y + 52, whole, BAR]);
            let long = i128::from(rank.value.max(0)) * i128::from(whole) / i128::from(most);
            let long = i64::try_from(long).unwrap_or(whole);
            sheet.bar([MARGIN, y + 52, long, BAR], self.colour);
        }
        sheet.svg()
    }
}
