//! Columns over time.

use crate::paint::{
    Anchor, Colour, HEIGHT, Letters, MARGIN, SMALL, Sheet, WIDTH, WORDS, grouped, width_of,
};

/// A chart with a column for each part of a period.
#[derive(Clone, Debug)]
pub struct Columns {
    /// What it shows.
    pub title: String,
    /// Of when.
    pub subtitle: String,
    /// What the values of each column are.
    pub legend: Vec<Legend>,
    /// The columns, the earliest first.
    pub columns: Vec<Column>,
    /// How the values of a column stand.
    pub layout: Layout,
    /// What is counted.
    pub axis: Axis,
    /// What is said when there is nothing to show.
    pub empty: String,
}

/// One kind of values.
#[derive(Clone, Debug)]
pub struct Legend {
    /// Its colour.
    pub colour: Colour,
    /// What it is.
    pub name: String,
    /// What it comes to.
    pub total: String,
}

/// One part of the period.
#[derive(Clone, Debug)]
pub struct Column {
    /// What stands under it.
    pub label: String,
    /// A value for each kind; one below nothing has no height.
    pub values: Vec<i64>,
}

/// How the values of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Upon each other: together they are a whole.
    Stacked,
    /// Beside each other.
    Beside,
}

/// What is counted.
#[derive(Clone, Debug)]
pub struct Axis {
    /// How much of a value is one of what is written: 100 kopecks are a rouble.
    pub unit: i64,
    /// What is written after a number.
    pub suffix: String,
}

/// The most lines across.
const LINES_MAX: i64 = 6;

/// Where the columns begin to be tall, and where they stand.
const BOTTOM: i64 = HEIGHT - 88;

/// The height of a row of the legend.
const LEGEND_ROW: i64 = 54;

/// The most columns that have their number above them.
const NUMBERED_MAX: usize = 12;

/// The place that the columns have.
struct Plot {
    left: i64,
    width: i64,
    height: i64,
    /// The value at the top.
    most: i64,
    /// Whether the columns have their numbers above them.
    numbered: bool,
}

impl Plot {
    fn height_of(&self, value: i64) -> i64 {
        let height = i128::from(value.max(0)) * i128::from(self.height) / i128::from(self.most);
        i64::try_from(height).unwrap_or(self.height)
    }
}

impl Columns {
    /// The chart as SVG.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut sheet = Sheet::new(HEIGHT, &self.title, &self.subtitle);
        let rows = self.legend(&mut sheet);
        let most = self.columns.iter().map(|column| self.top_of(column)).max().unwrap_or(0);
        if most <= 0 {
            sheet.nothing(&self.empty);
            return sheet.svg();
        }
        let step = step_for(most, self.axis.unit);
        let lines = most.div_euclid(step) + i64::from(most.rem_euclid(step) > 0);
        let label =
            |line: i64| format!("{}{}", grouped(line * step / self.axis.unit), self.axis.suffix);
        let widest = (0..=lines).map(|line| width_of(&label(line), SMALL)).max().unwrap_or(0);
        let left = MARGIN + widest + 20;
        let top = 200 + rows * LEGEND_ROW + 24;
        let width = WIDTH - MARGIN - left;
        let numbered = self.has_room_for_numbers(width);
        let plot = Plot { left, width, height: BOTTOM - top, most: lines * step, numbered };
        for line in 0..=lines {
            let y = BOTTOM - plot.height_of(line * step);
            sheet.track([left, y - 1, plot.width, 2]);
            let words = label(line);
            let letters = Letters::new(&words, SMALL).faint().at(Anchor::End);
            sheet.text(left - 16, y + 11, letters);
        }
        self.draw(&mut sheet, &plot);
        sheet.svg()
    }

    /// Says what the colours are; answers how many rows that took.
    fn legend(&self, sheet: &mut Sheet) -> i64 {
        let mut rows = 0;
        let mut x = MARGIN;
        for (index, entry) in self.legend.iter().enumerate() {
            let name = format!("{} ", entry.name);
            let width = 36 + width_of(&name, WORDS) + width_of(&entry.total, WORDS) + 44;
            if index > 0 && x + width > WIDTH - MARGIN + 44 {
                rows += 1;
                x = MARGIN;
            }
            let y = 208 + rows * LEGEND_ROW;
            sheet.dot(x + 13, y - 13, entry.colour);
            let words = format!("{name}{}", entry.total);
            sheet.text(x + 38, y, Letters::new(&words, WORDS));
            x += width;
        }
        if self.legend.is_empty() { 0 } else { rows + 1 }
    }

    /// How high a column reaches.
    fn top_of(&self, column: &Column) -> i64 {
        let values = column.values.iter().map(|value| (*value).max(0));
        match self.layout {
            Layout::Stacked => values.sum(),
            Layout::Beside => values.max().unwrap_or(0),
        }
    }

    fn draw(&self, sheet: &mut Sheet, plot: &Plot) {
        let count = i64::try_from(self.columns.len()).unwrap_or(1).max(1);
        let widest = self.columns.iter().map(|column| width_of(&column.label, SMALL)).max();
        let every = (widest.unwrap_or(0) + 18) * count / plot.width + 1;
        for (index, column) in (0_i64..).zip(&self.columns) {
            let from = plot.left + plot.width * index / count;
            let slot = plot.left + plot.width * (index + 1) / count - from;
            let middle = from + slot / 2;
            match self.layout {
                Layout::Stacked => self.stack(sheet, plot, column, from, slot),
                Layout::Beside => self.beside(sheet, plot, column, from, slot),
            }
            if index % every == 0 {
                let letters = Letters::new(&column.label, SMALL).faint().at(Anchor::Middle);
                sheet.text(middle, BOTTOM + 48, letters);
            }
        }
        sheet.track([plot.left, BOTTOM - 1, plot.width, 3]);
    }

    fn stack(&self, sheet: &mut Sheet, plot: &Plot, column: &Column, from: i64, slot: i64) {
        let gap = (slot / 6).clamp(2, 40);
        let (mut sum, mut top) = (0, BOTTOM);
        for (entry, value) in self.legend.iter().zip(&column.values) {
            sum += (*value).max(0);
            let next = BOTTOM - plot.height_of(sum);
            sheet.bar([from + gap, next, slot - gap * 2, top - next], entry.colour);
            top = next;
        }
        self.number(sheet, plot, sum, [from + slot / 2, top]);
    }

    fn beside(&self, sheet: &mut Sheet, plot: &Plot, column: &Column, from: i64, slot: i64) {
        let gap = (slot / 8).clamp(1, 40);
        let count = i64::try_from(self.legend.len()).unwrap_or(1).max(1);
        let width = (slot - gap * 2) / count;
        for ((index, entry), value) in (0_i64..).zip(&self.legend).zip(&column.values) {
            let (x, height) = (from + gap + width * index, plot.height_of(*value));
            let between = i64::from(width > 12) * 2;
            sheet.bar([x, BOTTOM - height, width - between, height], entry.colour);
            self.number(sheet, plot, *value, [x + width / 2, BOTTOM - height]);
        }
    }

    /// How a value is written.
    fn shown(&self, value: i64) -> String {
        grouped((value + self.axis.unit / 2) / self.axis.unit)
    }

    /// Numbers stand above all columns or above none.
    fn has_room_for_numbers(&self, width: i64) -> bool {
        let columns = i64::try_from(self.columns.len()).unwrap_or(i64::MAX).max(1);
        let kinds = match self.layout {
            Layout::Stacked => 1,
            Layout::Beside => i64::try_from(self.legend.len()).unwrap_or(1).max(1),
        };
        let room = width / columns / kinds - 6;
        let tops = self.columns.iter().map(|column| self.shown(self.top_of(column)));
        let widest = tops.map(|top| width_of(&top, SMALL)).max().unwrap_or(0);
        self.columns.len() <= NUMBERED_MAX && widest <= room
    }

    fn number(&self, sheet: &mut Sheet, plot: &Plot, value: i64, [x, y]: [i64; 2]) {
        if plot.numbered && value > 0 {
            let words = self.shown(value);
            sheet.text(x, y - 12, Letters::new(&words, SMALL).bold().at(Anchor::Middle));
        }
    }
}

/// A round distance between lines, so that there are few of them.
fn step_for(most: i64, unit: i64) -> i64 {
    let mut power = unit.max(1);
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if most / step < LINES_MAX {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_at_round_numbers() {
        let cases = [
            (1, 1, 1),
            (4, 1, 1),
            (5, 1, 1),
            (6, 1, 2),
            (49, 1, 10),
            (380, 100, 100),
            (99_999, 1, 20_000),
        ];
        for (most, unit, step) in cases {
            assert_eq!(step_for(most, unit), step, "{most}");
        }
        assert!(step_for(i64::MAX, 1) > 0);
    }
}
