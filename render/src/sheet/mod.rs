//! What stands on the paper, as strings in the order of reading. The template only places it.

mod lines;
mod parties;
mod payment;
mod sums;

use counterfoil_invoice::paper::{Paper, Verification};
use counterfoil_invoice::references::Period;
use counterfoil_invoice::{Amount, Content, Document};
use serde::Serialize;

use self::lines::{Columns, Line};
use self::payment::Payment;
pub(crate) use self::payment::headline;
use self::sums::Sum;
pub(crate) use self::sums::shows_vat_total;
use crate::locale::{Labels, Locale, fill};
use crate::text::{line, lines, shortened};

/// Notes up to this many characters stand above the lines, as a letter would begin; longer ones below the sums.
const INTRODUCTION: usize = 400;

/// A label and its value, which may have several lines.
pub(crate) type Fact = (String, Vec<String>);

/// The data of the template.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Sheet {
    #[serde(skip)]
    pub(crate) language: String,
    pub(crate) right_to_left: bool,
    /// `Invoice 2026-0042`; a draft has no number.
    pub(crate) title: String,
    /// What stands across the page of a draft.
    draft: Option<String>,
    running: Running,
    /// The preceding invoices that this document is about.
    subtitle: Vec<String>,
    pub(crate) seller: Letterhead,
    return_line: String,
    recipient: Vec<String>,
    facts: Vec<Fact>,
    parties: Vec<Remark>,
    introduction: Vec<String>,
    columns: Columns,
    lines: Vec<Line>,
    carried: Carried,
    totals: Vec<Sum>,
    remarks: Vec<Remark>,
    verification: Option<Check>,
    payment: Payment,
    footer: Vec<Vec<String>>,
    /// Text before, between and after page and number of pages.
    pages: [String; 3],
    #[serde(skip)]
    pub(crate) payment_code: Option<String>,
}

/// Head of every page after the first.
#[derive(Debug, Serialize)]
struct Running {
    title: String,
    seller: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Letterhead {
    /// Legal name (BT-27).
    pub(crate) name: String,
    /// The name it is known by (BT-28), or else the legal one.
    headline: String,
    /// The legal name, if the head says another.
    by_line: Option<String>,
}

/// Labels of the sum at the foot of a page and at the head of the next.
#[derive(Debug, Serialize)]
struct Carried {
    forward: String,
    brought: String,
}

/// A heading with lines below it.
#[derive(Debug, Serialize)]
struct Remark {
    label: String,
    lines: Vec<String>,
}

/// The verification block.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Check {
    heading: String,
    caption: String,
    qr_alt: String,
    facts: Vec<Fact>,
}

impl Sheet {
    pub(crate) fn of(paper: &Paper<'_>, locale: &Locale) -> Self {
        let clerk = Clerk { document: paper.document, content: &paper.document.content, locale };
        let labels = &locale.labels;
        let content = clerk.content;
        let title = if paper.is_draft {
            format!("{} ({})", type_name(labels, content), labels.draft)
        } else {
            format!("{} {}", type_name(labels, content), line(&paper.document.number))
        };
        let seller = parties::letterhead(&content.seller);
        let (footer, left_out) = clerk.footer();
        let (payment, payment_code) = clerk.payment();
        // Nobody pays a draft by scanning it.
        let payment_code = payment_code.filter(|_| !paper.is_draft);

        let invoice_lines = clerk.lines();
        let mut introduction: Vec<String> = content.notes.iter().flat_map(|note| lines(&note.text)).collect();
        let mut remarks = Vec::new();
        if introduction.iter().map(|line| line.chars().count()).sum::<usize>() > INTRODUCTION {
            let notes = std::mem::take(&mut introduction);
            remarks.push(Remark { label: labels.notes.clone(), lines: notes });
        }
        remarks.extend(clerk.long_terms().map(|terms| Remark { label: labels.terms.clone(), lines: terms }));
        remarks.extend(clerk.supporting_documents());
        remarks
            .extend(left_out.map(|text| Remark { label: labels.seller_details.clone(), lines: vec![text] }));

        Self {
            language: locale.language.clone(),
            right_to_left: locale.right_to_left,
            running: Running { title: shortened(&title, 60), seller: shortened(&seller.name, 60) },
            title,
            draft: paper.is_draft.then(|| labels.draft.clone()),
            subtitle: clerk.preceding_invoices(),
            return_line: clerk.return_line(),
            recipient: clerk.recipient(),
            facts: clerk.facts(),
            parties: clerk.other_parties(),
            introduction,
            columns: clerk.columns(&invoice_lines),
            lines: invoice_lines,
            carried: Carried {
                forward: labels.carried_forward.clone(),
                brought: labels.brought_forward.clone(),
            },
            totals: clerk.sums(),
            remarks,
            verification: paper.verification.as_ref().map(|verification| check(labels, verification)),
            payment,
            footer,
            pages: pages(&labels.page),
            seller,
            payment_code,
        }
    }
}

/// Writes one document in one language.
#[derive(Clone, Copy)]
struct Clerk<'a> {
    document: &'a Document,
    content: &'a Content,
    locale: &'a Locale,
}

impl Clerk<'_> {
    /// An amount without its currency.
    fn amount(&self, amount: Amount) -> String {
        self.locale.number(amount.0, self.content.currency.decimals())
    }

    /// An amount with its currency.
    fn money(&self, amount: Amount) -> String {
        self.locale.money(self.content.currency.code(), &self.amount(amount))
    }

    fn period(&self, period: &Period) -> Option<String> {
        let labels = &self.locale.labels;
        match (period.start, period.end) {
            (Some(start), Some(end)) => Some(self.locale.dates(start, end)),
            (Some(start), None) => Some(fill(&labels.from_date, &[("date", &self.locale.date(start))])),
            (None, Some(end)) => Some(fill(&labels.until_date, &[("date", &self.locale.date(end))])),
            (None, None) => None,
        }
    }

    fn preceding_invoices(&self) -> Vec<String> {
        let labels = &self.locale.labels;
        self.content
            .preceding_invoices
            .iter()
            .map(|invoice| {
                let number = line(&invoice.number);
                match invoice.issue_date {
                    Some(date) => fill(
                        &labels.for_invoice_of,
                        &[("number", &number), ("date", &self.locale.date(date))],
                    ),
                    None => fill(&labels.for_invoice, &[("number", &number)]),
                }
            })
            .collect()
    }

    fn supporting_documents(&self) -> Option<Remark> {
        let documents = &self.content.supporting_documents;
        let lines = documents.iter().map(|document| {
            let file = document.attachment.as_ref().map(|attachment| &attachment.filename);
            [
                Some(&document.reference),
                document.description.as_ref(),
                document.external_location.as_ref(),
                file,
            ]
            .into_iter()
            .flatten()
            .map(|text| line(text))
            .collect::<Vec<_>>()
            .join(" · ")
        });
        let label = self.locale.labels.supporting_documents.clone();
        (!documents.is_empty()).then(|| Remark { label, lines: lines.collect() })
    }
}

/// BT-3 in words.
pub(crate) fn type_name<'a>(labels: &'a Labels, content: &Content) -> &'a str {
    match content.type_code.as_str() {
        "326" => &labels.partial_invoice,
        "383" => &labels.debit_note,
        "384" => &labels.corrected_invoice,
        "386" => &labels.prepayment_invoice,
        "389" => &labels.self_billed_invoice,
        "261" => &labels.self_billed_credit_note,
        _ if content.is_credit_note() => &labels.credit_note,
        _ => &labels.invoice,
    }
}

fn check(labels: &Labels, verification: &Verification) -> Check {
    Check {
        heading: labels.verify_heading.clone(),
        caption: labels.verify_caption.clone(),
        qr_alt: labels.verify_alt.clone(),
        facts: vec![
            (labels.code.clone(), vec![line(&verification.code)]),
            (labels.address.clone(), vec![line(&verification.address)]),
            (labels.ledger.clone(), vec![line(&verification.ledger)]),
        ],
    }
}

fn pages(label: &str) -> [String; 3] {
    let (before, rest) = label.split_once("{page}").unwrap_or((label, " "));
    let (between, after) = rest.split_once("{pages}").unwrap_or((rest, ""));
    [before.to_owned(), between.to_owned(), after.to_owned()]
}
