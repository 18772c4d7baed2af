//! The invoice that a document takes back or replaces: it names it in BG-3.

use counterfoil_invoice::limits::MAX_LIST;
use counterfoil_invoice::references::PrecedingInvoice;
use counterfoil_invoice::{Content, Finding, Severity};
use counterfoil_store::Books;
use counterfoil_store::invoices::KeptInvoice;
use uuid::Uuid;

use crate::billing::Unavailable;

/// Rule: what BG-3 names must be what the books can settle.
pub const PRECEDING: &str = "CF-PRECEDING";

/// What the books know of a draft's BG-3.
#[derive(Debug, Default)]
pub(crate) struct Preceding {
    /// The invoice that it credits or corrects.
    pub(crate) invoice: Option<Uuid>,
    /// What is wrong with the numbers it names, and what is only odd.
    pub(crate) findings: Vec<Finding>,
}

/// Looks the numbers of BG-3 up. Only credit notes and corrected invoices do something to what they name; an invoice
/// that refers to another leaves it as it is.
pub(crate) async fn preceding(books: &mut Books, content: &Content) -> Result<Preceding, Unavailable> {
    let mut found = Preceding::default();
    let takes_back = content.is_credit_note() || content.is_corrected_invoice();
    if content.preceding_invoices.is_empty() {
        return Ok(found);
    }
    let numbering = books.organisation_profile().await?.profile.numbering;
    for (at, named) in content.preceding_invoices.iter().take(MAX_LIST).enumerate() {
        let number = &named.number;
        let mut say = |severity, message| {
            found.findings.push(Finding {
                rule: PRECEDING,
                severity,
                term: "BT-25",
                index: Some(at),
                message,
            });
        };
        let Some(kept) = books.find_invoice_by_number(number).await? else {
            // What is numbered otherwise is somebody else's, or from before.
            if numbering.read(number).is_some() {
                let message =
                    format!("no document {number} was issued here: nothing is settled by naming it");
                say(Severity::Warning, message);
            }
            continue;
        };
        if let Some(message) = other_date(named, &kept) {
            say(Severity::Warning, message);
        } else if takes_back && kept.issued.document().content.is_credit_note() {
            say(Severity::Fatal, format!("{number} is a credit note: name the invoice that is meant"));
        } else if takes_back && kept.amount_due.currency() != content.currency {
            let currency = kept.amount_due.currency();
            say(
                Severity::Fatal,
                format!("{number} is in {currency}: what takes it back is in the same currency"),
            );
        } else if takes_back && found.invoice.is_some_and(|other| other != kept.id) {
            let message = format!(
                "{number} is a second invoice of yours: make one document for each, so that it is clear how much is \
                 taken back of which"
            );
            say(Severity::Fatal, message);
        } else if takes_back {
            found.invoice = Some(kept.id);
        }
    }
    Ok(found)
}

/// Another program may have given the same number: the date tells (BT-26).
fn other_date(named: &PrecedingInvoice, kept: &KeptInvoice) -> Option<String> {
    let (stated, issued) = (named.issue_date?, kept.issued.issue_date());
    (stated != issued).then(|| {
        format!(
            "{} was issued here on {issued}, not on {stated} (BT-26): it is taken for a document of somebody else, and \
             nothing is settled by naming it",
            named.number
        )
    })
}

/// The number of the corrected invoice that stands in this one's place, if there is one.
pub(crate) async fn replaced_by(books: &mut Books, invoice: Uuid) -> Result<Option<String>, Unavailable> {
    for id in books.list_following(invoice).await? {
        let later = books.find_invoice(id).await?.ok_or(Unavailable::Damaged("a later document"))?;
        let document = later.issued.document();
        if document.content.is_corrected_invoice() {
            return Ok(Some(document.number.clone()));
        }
    }
    Ok(None)
}
