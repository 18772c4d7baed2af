//! The invoice lines (BG-25).

use counterfoil_invoice::line::{Item, PriceDetails};
use counterfoil_invoice::{Amount, InvoiceLine, Percentage, VatCategory};
use rust_decimal::Decimal;
use serde::Serialize;

use super::Clerk;
use crate::country;
use crate::locale::fill;
use crate::text::{line, lines};

/// Heads and widths of the columns.
#[derive(Debug, Serialize)]
pub(super) struct Columns {
    /// Position, item, quantity, unit price, VAT, amount.
    labels: [String; 6],
    /// In millimetres, of all but the item, which has the rest.
    widths: [u16; 5],
}

/// One line, ready to be set.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Line {
    position: String,
    name: Vec<String>,
    details: Vec<Vec<String>>,
    quantity: String,
    unit: String,
    price: String,
    price_note: Option<String>,
    vat: String,
    net: String,
    /// Sum of the net amounts (BT-131) up to here.
    carried: String,
}

/// What lowers or raises a line or the document, of which the standard has four kinds.
pub(super) struct Change<'a> {
    pub(super) kind: &'a str,
    pub(super) reason: Option<&'a String>,
    /// Stands for the reason where there is none.
    pub(super) reason_code: Option<&'a String>,
    pub(super) percentage: Option<Percentage>,
    pub(super) base: Option<Amount>,
}

impl Clerk<'_> {
    pub(super) fn columns(&self, lines: &[Line]) -> Columns {
        let labels = &self.locale.labels;
        let amount = fill(&labels.amount, &[("currency", self.content.currency.code())]);
        let heads =
            [&labels.position, &labels.item, &labels.quantity, &labels.unit_price, &labels.vat, &amount];
        let of = |text: fn(&Line) -> String, head: &str, least: u16, most: u16| {
            let widest = lines.iter().map(|line| millimetres(&text(line))).max().unwrap_or(least);
            widest.max(millimetres(head) * 4 / 5).clamp(least, most)
        };
        Columns {
            widths: [
                of(|line| line.position.clone(), "", 6, 18),
                of(|line| format!("{} {}", line.quantity, line.unit), heads[2], 15, 30),
                of(|line| line.price.clone(), heads[3], 18, 36),
                of(|line| line.vat.clone(), heads[4], 9, 16),
                of(|line| line.carried.clone(), heads[5], 21, 36),
            ],
            labels: heads.map(Clone::clone),
        }
    }

    pub(super) fn lines(&self) -> Vec<Line> {
        let mut sum = Decimal::ZERO;
        let lines = self.content.lines.iter().enumerate().map(|(index, invoice_line)| {
            let net = invoice_line.net_amount.unwrap_or_default();
            sum = sum.saturating_add(net.0);
            // What the document says it is, where it says it.
            let last = index + 1 == self.content.lines.len();
            let carried = if last { self.document.totals.line_net_total } else { Amount(sum) };
            self.line(index, invoice_line, net, carried)
        });
        lines.collect()
    }

    fn line(&self, index: usize, it: &InvoiceLine, net: Amount, carried: Amount) -> Line {
        let position = if it.id.is_empty() { (index + 1).to_string() } else { line(&it.id) };
        Line {
            position,
            name: lines(&it.item.name),
            details: self.details(it),
            quantity: self.locale.number(it.quantity.0, 0),
            unit: line(self.locale.unit(&it.unit, it.quantity.0)),
            price: self.locale.number(it.price.net_price.0, self.content.currency.decimals()),
            price_note: self.price_note(&it.price, &it.unit),
            vat: self.vat_rate(&it.vat_category, it.vat_rate),
            net: self.amount(net),
            carried: self.amount(carried),
        }
    }

    /// The rate, with the category's code where the rate alone does not tell.
    pub(super) fn vat_rate(&self, category: &VatCategory, rate: Option<Percentage>) -> String {
        let rate = rate.map(|rate| self.rate(rate));
        match (category, rate) {
            (VatCategory::Standard, Some(rate)) => rate,
            (category, Some(rate)) => format!("{rate} {}", line(category.code())),
            (category, None) => line(category.code()),
        }
    }

    pub(super) fn rate(&self, rate: Percentage) -> String {
        self.locale.percent(&self.locale.number(rate.0, 0))
    }

    fn price_note(&self, price: &PriceDetails, unit: &str) -> Option<String> {
        let base = price.base_quantity.filter(|base| base.0 != Decimal::ONE)?;
        let unit = price.base_quantity_unit.as_deref().unwrap_or(unit);
        let quantity = format!("{} {}", self.locale.number(base.0, 0), line(self.locale.unit(unit, base.0)));
        Some(fill(&self.locale.labels.per, &[("quantity", &quantity)]))
    }

    /// What stands below the item's name: description, note, period, identifiers, attributes, how the price and the
    /// amount came about.
    fn details(&self, it: &InvoiceLine) -> Vec<Vec<String>> {
        let labels = &self.locale.labels;
        let mut details: Vec<Vec<String>> = Vec::new();
        details.extend(it.item.description.iter().chain(&it.note).map(|text| lines(text)));
        details.extend(it.period.as_ref().and_then(|period| self.period(period)).map(|text| vec![text]));
        details.push(vec![self.identifiers(it).join(" · ")]);
        let attributes = it.item.attributes.iter().map(|a| format!("{}: {}", line(&a.name), line(&a.value)));
        details.push(vec![attributes.collect::<Vec<_>>().join(" · ")]);
        if let (Some(gross), Some(discount)) = (it.price.gross_price, it.price.discount) {
            let price = |price: Decimal| self.locale.number(price, self.content.currency.decimals());
            let values = [("price", &*price(gross.0)), ("discount", &*price(discount.0))];
            details.push(vec![fill(&labels.list_price, &values)]);
        }
        for a in &it.allowances {
            let change = Change {
                kind: &labels.allowance,
                reason: a.reason.as_ref(),
                reason_code: a.reason_code.as_ref(),
                percentage: a.percentage,
                base: a.base_amount,
            };
            details.push(vec![format!("{}: {}", self.change(&change), self.amount(Amount(-a.amount.0)))]);
        }
        for c in &it.charges {
            let change = Change {
                kind: &labels.charge,
                reason: c.reason.as_ref(),
                reason_code: c.reason_code.as_ref(),
                percentage: c.percentage,
                base: c.base_amount,
            };
            details.push(vec![format!("{}: {}", self.change(&change), self.amount(c.amount))]);
        }
        details.retain(|lines| lines.iter().any(|line| !line.is_empty()));
        details
    }

    fn identifiers(&self, it: &InvoiceLine) -> Vec<String> {
        let labels = &self.locale.labels;
        let Item { sellers_identifier, buyers_identifier, standard_identifier, classifications, .. } =
            &it.item;
        let id = |label: &str, value: &str| fill(label, &[("id", &line(value))]);
        let mut ids: Vec<String> = sellers_identifier.iter().map(|v| id(&labels.article_number, v)).collect();
        ids.extend(buyers_identifier.iter().map(|v| id(&labels.your_article_number, v)));
        ids.extend(standard_identifier.iter().map(|v| match v.scheme.as_deref() {
            // ICD 0160: GS1.
            Some("0160") => format!("GTIN {}", line(&v.value)),
            _ => line(&v.value),
        }));
        ids.extend(
            classifications
                .iter()
                .map(|c| line(&format!("{} {}", c.scheme.as_deref().unwrap_or_default(), c.code))),
        );
        ids.extend(it.order_line_reference.iter().map(|v| id(&labels.order_line, v)));
        ids.extend(it.object_identifier.iter().map(|v| id(&labels.object, &v.value)));
        ids.extend(
            it.buyer_accounting_reference
                .iter()
                .map(|v| format!("{} {}", labels.accounting_reference, line(v))),
        );
        ids.extend(
            it.item
                .country_of_origin
                .iter()
                .map(|code| fill(&labels.origin, &[("country", country::name(code))])),
        );
        ids
    }

    /// `Allowance: loyal customer, 2% of 1,200.00`.
    pub(super) fn change(&self, change: &Change<'_>) -> String {
        let reason = change.reason.map(|reason| line(reason)).filter(|reason| !reason.is_empty());
        let mut text = reason.unwrap_or_else(|| match change.reason_code {
            Some(code) => format!("{} ({})", change.kind, line(code)),
            None => change.kind.to_owned(),
        });
        let labels = &self.locale.labels;
        let percent = change.percentage.map(|percentage| self.rate(percentage));
        let base = change.base.map(|base| self.amount(base));
        let of = match (&percent, &base) {
            (Some(percent), Some(base)) => {
                Some(fill(&labels.percent_of, &[("percent", percent), ("base", base)]))
            }
            (Some(percent), None) => Some(percent.clone()),
            (None, Some(base)) => Some(fill(&labels.of_base, &[("base", base)])),
            (None, None) => None,
        };
        if let Some(of) = of {
            text.push_str(", ");
            text.push_str(&of);
        }
        text
    }
}

/// About how wide a text of body size is; figures are all of one width.
fn millimetres(text: &str) -> u16 {
    let tenths = |c: char| match c {
        '0'..='9' => 21,
        '%' | 'A'..='Z' | '\u{2212}' => 26,
        _ if c.is_alphabetic() => 20,
        _ => 10,
    };
    text.chars().take(40).map(tenths).sum::<u16>().div_ceil(10)
}

#[cfg(test)]
mod tests {
    use super::millimetres;

    #[test]
    fn a_column_is_as_wide_as_its_figures() {
        assert_eq!(millimetres("1,200.00"), 15);
        assert_eq!(millimetres("0\u{a0}% AE"), 12);
        assert_eq!(millimetres(&"9".repeat(1000)), 84);
    }
}
