//! How an organisation numbers its documents, and what its next numbers are. docs/design/numbering.md says why a number
//! is never given twice.

use counterfoil_identity::Actor;
use counterfoil_identity::permission::{ManageOrganisation, ReadBooks};
use counterfoil_invoice::numbering::MAX_START;
use counterfoil_invoice::{InvoiceNumber, Numbering, Pattern};
use counterfoil_store::Books;
use counterfoil_store::invoices::NumberSeries;
use jiff::civil::Date;
use serde_json::json;

use crate::billing::{Billing, Unavailable};
use crate::fields::{FieldError, Form, Problem};
use crate::ledger::{Kind, NumberingDetails, SeriesStart};
use crate::once::By;
use crate::organisations::{OrganisationError, record};

/// How documents are numbered, with what comes next.
#[derive(Debug, Clone)]
pub struct NumberingView {
    /// Counts changes of the organisation's particulars, so that two people do not overwrite each other.
    pub version: i64,
    /// The patterns.
    pub numbering: Numbering,
    /// Of invoices.
    pub invoices: NextNumber,
    /// Of credit notes.
    pub credit_notes: NextNumber,
}

/// What a kind of document is numbered next, if nothing else is issued first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextNumber {
    /// If it is issued today.
    pub number: String,
    /// Whether the series has numbers already, so that where it begins is settled.
    pub has_begun: bool,
    /// The day from which another series counts, and its first number.
    pub afterwards: Option<(Date, String)>,
}

/// What somebody wants to be numbered how.
#[derive(Debug, Clone, Default)]
pub struct NumberingChange {
    /// The pattern of invoices.
    pub invoices: String,
    /// That of credit notes; none, if they share the series of invoices.
    pub credit_notes: Option<String>,
    /// Where the series of invoices of today begins, if nothing was issued in it.
    pub invoice_start: Option<i64>,
    /// The same of credit notes that have their own.
    pub credit_note_start: Option<i64>,
}

impl Billing {
    /// How documents are numbered.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn numbering(&self, by: &Actor<ReadBooks>) -> Result<NumberingView, Unavailable> {
        let mut books = self.store().read(by.organisation()).await?;
        let organisation = books.organisation_profile().await?;
        let today = self.clock().today(self.time_zone());
        let numbering = organisation.profile.numbering;
        let [invoices, credit_notes] = next_numbers(&mut books, &numbering, &[], today).await?;
        Ok(NumberingView { version: organisation.version, numbering, invoices, credit_notes })
    }

    /// What the next invoice and the next credit note would be numbered after this change. Nothing is kept.
    ///
    /// # Errors
    /// [`OrganisationError::Fields`] as [`Billing::update_numbering`] would say it, or the books.
    pub async fn preview_numbering(
        &self,
        by: &Actor<ReadBooks>,
        change: &NumberingChange,
    ) -> Result<[NextNumber; 2], OrganisationError> {
        let today = self.clock().today(self.time_zone());
        let mut books = self.store().read(by.organisation()).await?;
        let checked = check(&mut books, change, today).await?;
        let (numbering, starts) = checked.map_err(OrganisationError::Fields)?;
        Ok(next_numbers(&mut books, &numbering, &starts, today).await?)
    }

    /// Numbers documents so from now on, if nobody else changed the organisation since `version`; once for one form.
    /// What could give a number a second time is refused.
    ///
    /// # Errors
    /// [`OrganisationError`].
    pub async fn update_numbering(
        &self,
        by: impl Into<By<'_, ManageOrganisation>>,
        version: i64,
        change: &NumberingChange,
    ) -> Result<(), OrganisationError> {
        let by = by.into();
        let now = self.clock().now();
        let today = self.clock().today(self.time_zone());
        let mut books = self.store().write(by.organisation()).await?;
        if by.done::<i64>(&mut books).await?.is_some() {
            return Ok(());
        }
        let kept = books.organisation_profile().await?;
        if kept.version != version {
            return Err(OrganisationError::Changed);
        }
        let checked = check(&mut books, change, today).await?;
        let (numbering, starts) = checked.map_err(OrganisationError::Fields)?;
        if numbering == kept.profile.numbering && starts.is_empty() {
            return Ok(());
        }
        for start in &starts {
            if !books.begin_series(&start.series, start.first).await? {
                return Err(OrganisationError::Changed);
            }
        }
        let mut profile = kept.profile;
        profile.numbering = numbering.clone();
        books.update_profile(version, &profile).await?;
        by.note(&mut books, &(version + 1), now).await?;
        let details = json!(NumberingDetails { numbering, starts });
        record(&mut books, Kind::NumberingChanged, by.person(), details, now).await?;
        books.commit().await?;
        Ok(())
    }
}

/// The numbering that is wanted and the series that begin elsewhere than before, or everything that is wrong with it.
async fn check(
    books: &mut Books,
    change: &NumberingChange,
    today: Date,
) -> Result<Result<(Numbering, Vec<SeriesStart>), Vec<FieldError>>, Unavailable> {
    let mut form = Form::default();
    let known = books.list_series().await?;
    let invoices = pattern(&mut form, "invoices", &change.invoices, &known);
    let credit_notes =
        change.credit_notes.as_ref().map(|text| pattern(&mut form, "credit_notes", text, &known));
    if let (Some(invoices), Some(Some(credit_notes))) = (&invoices, &credit_notes)
        && let Some(number) = credit_notes.repeats(invoices)
    {
        form.wrong("credit_notes", Problem::NumberOfInvoices(number));
    }
    let mut starts = Vec::new();
    let of_credit_notes = credit_notes.as_ref().and_then(|pattern| pattern.as_ref());
    for (field, pattern, first) in [
        ("invoice_start", invoices.as_ref(), change.invoice_start),
        ("credit_note_start", of_credit_notes, change.credit_note_start),
    ] {
        let Some((pattern, first)) = pattern.zip(first) else { continue };
        let series = pattern.series(today);
        let kept = known.iter().find(|kept| kept.name == series);
        if !(1..=MAX_START).contains(&first) {
            form.wrong(field, Problem::Start);
        } else if let Some(kept) = kept.filter(|kept| kept.has_begun()) {
            let sequence = kept.last + 1;
            if first != sequence {
                form.wrong(field, Problem::HasBegun(InvoiceNumber { series, sequence }.to_string()));
            }
        } else if first != kept.map_or(1, |kept| kept.first) {
            starts.push(SeriesStart { series, first });
        }
    }
    if let Err(errors) = form.finish() {
        return Ok(Err(errors));
    }
    let invoices = invoices.expect("what cannot be read is an error of the form");
    Ok(Ok((Numbering { invoices, credit_notes: credit_notes.flatten() }, starts)))
}

/// A pattern that gives no number again which a series has given.
fn pattern(form: &mut Form, field: &'static str, text: &str, known: &[NumberSeries]) -> Option<Pattern> {
    let pattern: Pattern = match text.trim().parse() {
        Ok(pattern) => pattern,
        Err(problem) => {
            form.wrong(field, Problem::Pattern(problem));
            return None;
        }
    };
    let mut begun = known.iter().filter(|series| series.has_begun());
    if let Some(number) = begun.find_map(|series| pattern.repeats_of(&series.name, series.last)) {
        form.wrong(field, Problem::NumberAgain(number));
    }
    Some(pattern)
}

async fn next_numbers(
    books: &mut Books,
    numbering: &Numbering,
    starts: &[SeriesStart],
    today: Date,
) -> Result<[NextNumber; 2], Unavailable> {
    let invoices = next_number(books, numbering.of(false), starts, today).await?;
    let credit_notes = next_number(books, numbering.of(true), starts, today).await?;
    Ok([invoices, credit_notes])
}

async fn next_number(
    books: &mut Books,
    pattern: &Pattern,
    starts: &[SeriesStart],
    today: Date,
) -> Result<NextNumber, Unavailable> {
    let series = pattern.series(today);
    let kept = books.find_series(&series).await?;
    let has_begun = kept.as_ref().is_some_and(NumberSeries::has_begun);
    let start = starts.iter().find(|start| start.series == series).map(|start| start.first);
    let sequence = start.or(kept.map(|kept| kept.last + 1)).unwrap_or(1);
    let afterwards = match pattern.restarts(today) {
        Some(day) => {
            let series = pattern.series(day);
            let sequence = books.expected_number(&series).await?;
            Some((day, InvoiceNumber { series, sequence }.to_string()))
        }
        None => None,
    };
    Ok(NextNumber { number: InvoiceNumber { series, sequence }.to_string(), has_begun, afterwards })
}
