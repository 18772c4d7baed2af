//! Column charts, drawn by the server, with the same figures as a table.

use askama::Template;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// A few sums side by side: what is expected by week, what came in by month.
#[derive(Template)]
#[template(path = "ui/chart.html")]
pub struct Chart {
    caption: String,
    bars: Vec<Bar>,
}

/// One column.
#[derive(Debug, Clone)]
pub struct Bar {
    label: String,
    text: String,
    value: Decimal,
    look: &'static str,
    now: bool,
}

impl Bar {
    /// A column of this height; negative ones are flat. `text` is the sum as people read it.
    pub fn new(label: &str, text: &str, value: Decimal) -> Self {
        Self { label: label.to_owned(), text: text.to_owned(), value, look: "chart-bar", now: false }
    }

    /// In red: what is overdue.
    #[must_use]
    pub fn red(self) -> Self {
        Self { look: "chart-bar chart-bar-red", ..self }
    }

    /// The present week or month.
    #[must_use]
    pub fn now(self) -> Self {
        Self { look: "chart-bar chart-bar-strong", now: true, ..self }
    }
}

impl Chart {
    /// `caption` says what is shown, in which currency and period.
    pub fn new(caption: &str, bars: Vec<Bar>) -> Self {
        Self { caption: caption.to_owned(), bars }
    }

    /// Height in percent of the tallest column; what is not zero shows.
    fn height(&self, bar: &Bar) -> u32 {
        let tallest = self.bars.iter().map(|bar| bar.value).max().unwrap_or_default();
        if bar.value <= Decimal::ZERO || tallest <= Decimal::ZERO {
            return 0;
        }
        let percent = bar.value / tallest * Decimal::ONE_HUNDRED;
        percent.round().to_u32().unwrap_or(100).clamp(1, 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_in_proportion_and_small_sums_still_show() {
        let sums = ["200", "50", "0.01", "0", "-9"];
        let bars = sums.iter().map(|sum| Bar::new("", "", sum.parse().unwrap())).collect();
        let chart = Chart::new("", bars);
        let heights: Vec<_> = chart.bars.iter().map(|bar| chart.height(bar)).collect();
        assert_eq!(heights, [100, 25, 1, 0, 0]);
        let nothing = Chart::new("", vec![Bar::new("", "", Decimal::ZERO)]);
        assert_eq!(nothing.height(&nothing.bars[0]), 0);
    }
}
