//! What a file states, beside what is issued of it: nothing is left out without a word, and the sums must agree.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use counterfoil_invoice::references::ProcessControl;
use counterfoil_invoice::{
    Amount, Content, Document, DocumentTotals, Draft, Seller, VatBreakdown, VatCategory,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::differences::differences;
use crate::input;

/// The largest input, in bytes: the e-invoice reader's own limit.
const LARGEST_INPUT: u64 = 10 * 1024 * 1024;

/// What a document of ours says for itself, and why: the terms of a file are not asked.
const OURS: [(&str, &str, &str); 6] = [
    ("process", "BG-2", "the process control is not taken over: the document is plain EN 16931"),
    ("seller", "BG-4", "the seller is not taken over: the organisation says who it is"),
    ("payee", "BG-10", "the payee is not taken over: the organisation is paid itself"),
    ("tax_representative", "BG-11", "the tax representative is not taken over: the organisation names none"),
    (
        "payment",
        "BG-16",
        "the payment instructions are not taken over: an invoice is paid to the organisation’s own account, and a credit \
         note asks for no money",
    ),
    ("due_date", "BT-9", "the due date is not taken over: a credit note asks for no money"),
];

/// Something that a file says and the document will not, or that is odd.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Warning {
    /// The term or group, where it has a number in EN 16931.
    pub(crate) term: Option<&'static str>,
    pub(crate) message: String,
}

/// What a file states. JSON has no number, date and sums of its own.
#[derive(Debug, Default)]
pub(crate) struct Stated {
    pub(crate) content: Content,
    number: Option<String>,
    issue_date: Option<Date>,
    totals: Option<DocumentTotals>,
    vat_breakdown: Vec<VatBreakdown>,
    not_carried: Vec<String>,
}

impl Stated {
    /// An e-invoice (UBL, CII), or JSON with the fields of EN 16931.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = input::read(path, LARGEST_INPUT)?;
        let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
        if first == Some(&b'{') {
            let content = serde_json::from_slice(text).with_context(|| path.display().to_string())?;
            return Ok(Self { content, ..Self::default() });
        }
        let reading = counterfoil_einvoice::read(&bytes).with_context(|| path.display().to_string())?;
        Ok(Self::of(reading.document, reading.not_carried))
    }

    fn of(document: Document, not_carried: Vec<String>) -> Self {
        let Document { number, issue_date, content, totals, vat_breakdown } = document;
        let (number, issue_date) = (Some(number), Some(issue_date));
        Self { content, number, issue_date, totals: Some(totals), vat_breakdown, not_carried }
    }

    /// What of it becomes a document of ours: everything but [`OURS`].
    pub(crate) fn ours(&self) -> Content {
        Content {
            seller: Seller::default(),
            payee: None,
            tax_representative: None,
            payment: None,
            process: ProcessControl::default(),
            ..self.content.clone()
        }
    }

    /// Every term that this document does not take over.
    pub(crate) fn left_out(&self, by: &Document) -> anyhow::Result<Vec<Warning>> {
        let mut warnings = Vec::new();
        let mut say = |term, message| warnings.push(Warning { term, message });
        for element in &self.not_carried {
            say(None, format!("{element} is not part of EN 16931 and is left out"));
        }
        if let Some(number) = &self.number {
            say(
                Some("BT-1"),
                format!("the number {number} is not taken over: the organisation’s series gives one"),
            );
        }
        if let Some(date) = self.issue_date.filter(|date| *date != by.issue_date) {
            say(Some("BT-2"), format!("the date {date} is not taken over: it is issued today"));
        }
        // What a person may leave out is filled in on both sides: line numbers, percentages, net amounts.
        let (filled, _) = Draft(self.content.clone()).preview(&by.number, by.issue_date);
        let before = serde_json::to_value(&filled.content)?;
        let after = serde_json::to_value(&by.content)?;
        let mut said: Vec<&str> = Vec::new();
        for difference in differences(&before, &after) {
            let before = &difference.before;
            let is_empty = before.is_null() || before == "" || before.as_array().is_some_and(Vec::is_empty);
            let group = difference.path.split(['.', '[']).next().unwrap_or_default();
            if is_empty || said.contains(&group) {
                continue;
            }
            match OURS.iter().find(|(name, ..)| *name == group) {
                Some((name, term, message)) => {
                    said.push(name);
                    say(Some(*term), (*message).to_owned());
                }
                None => say(
                    None,
                    format!("{} {} is not taken over as it is stated", difference.path, difference.before),
                ),
            }
        }
        for (at, stated) in self.vat_breakdown.iter().enumerate() {
            let reasons =
                |row: &VatBreakdown| (row.exemption_reason.clone(), row.exemption_reason_code.clone());
            let same = |row: &&VatBreakdown| group(row) == group(stated);
            let kept = by.vat_breakdown.iter().find(same).map(reasons);
            if reasons(stated) != (None, None) && kept != Some(reasons(stated)) {
                let message =
                    format!("the reason of VAT breakdown {} is not taken over: one category has one", at + 1);
                say(Some("BT-120"), message);
            }
        }
        Ok(warnings)
    }

    /// Every sum of the file that is not what its lines come to (law of the project: compared, never trusted).
    pub(crate) fn wrong_sums(&self, computed: &Document) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut compare = |what: String, stated: Option<Amount>, computed: Amount| {
            if let Some(stated) = stated.filter(|stated| stated.0 != computed.0) {
                wrong.push(format!("{what} is {stated} in the file and {computed} by its lines"));
            }
        };
        for (at, (stated, line)) in self.content.lines.iter().zip(&computed.content.lines).enumerate() {
            let what = format!("the net amount of line {} (BT-131)", at + 1);
            compare(what, stated.net_amount, line.net_amount.unwrap_or_default());
        }
        if let Some(t) = &self.totals {
            let c = &computed.totals;
            for (what, stated, computed) in [
                ("the sum of the lines (BT-106)", Some(t.line_net_total), c.line_net_total),
                ("the sum of allowances (BT-107)", t.allowance_total, c.allowance_total.unwrap_or_default()),
                ("the sum of charges (BT-108)", t.charge_total, c.charge_total.unwrap_or_default()),
                ("the total without VAT (BT-109)", Some(t.total_without_vat), c.total_without_vat),
                ("the total VAT (BT-110)", t.vat_total, c.vat_total.unwrap_or_default()),
                ("the total with VAT (BT-112)", Some(t.total_with_vat), c.total_with_vat),
                ("the paid amount (BT-113)", t.paid_amount, c.paid_amount.unwrap_or_default()),
                ("the rounding (BT-114)", t.rounding_amount, c.rounding_amount.unwrap_or_default()),
                ("the amount due (BT-115)", Some(t.amount_due), c.amount_due),
            ] {
                compare(what.to_owned(), stated, computed);
            }
        }
        let ours = by_group(&computed.vat_breakdown);
        for ((category, rate), [taxable, tax]) in by_group(&self.vat_breakdown) {
            let [our_taxable, our_tax] = ours.get(&(category.clone(), rate)).copied().unwrap_or_default();
            let of = match rate {
                Some(rate) => format!("of VAT {} {rate} %", category.code()),
                None => format!("of VAT {}", category.code()),
            };
            compare(format!("the taxable amount {of} (BT-116)"), Some(taxable), our_taxable);
            compare(format!("the tax {of} (BT-117)"), Some(tax), our_tax);
        }
        wrong
    }
}

/// One row of the VAT breakdown by category and rate (BT-118, BT-119); what is not subject to VAT has no rate.
type Group = (VatCategory, Option<Decimal>);

fn group(row: &VatBreakdown) -> Group {
    let rate = row.rate.filter(|_| row.category != VatCategory::NotSubject);
    (row.category.clone(), rate.map(|rate| rate.0.normalize()))
}

/// BT-116 and BT-117: a file may have several rows of one category, each with a reason of its own.
fn by_group(rows: &[VatBreakdown]) -> BTreeMap<Group, [Amount; 2]> {
    let mut groups: BTreeMap<Group, [Amount; 2]> = BTreeMap::new();
    for row in rows {
        let sums = groups.entry(group(row)).or_default();
        for (sum, amount) in sums.iter_mut().zip([row.taxable_amount, row.tax_amount]) {
            sum.0 = sum.0.saturating_add(amount.0);
        }
    }
    groups
}
