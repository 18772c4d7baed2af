//! The list as a file for spreadsheets.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use counterfoil_billing::export::Selection;
use counterfoil_billing::{Billing, By};
use counterfoil_identity::permission::ExportBooks;

use super::choice::Choice;
use crate::ui::t;
use crate::{ErrorPage, Fields, Form, May};

/// What is chosen in the list.
#[derive(Debug)]
pub enum NewExport {}

impl Fields for NewExport {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("q", "field-search"),
        ("status", "field-status"),
        ("customer", "field-customer"),
        ("currency", "field-currency"),
        ("from", "field-from"),
        ("to", "field-to"),
        ("bom", "field-bom"),
    ];
}

/// POST /o/{organisation}/invoices/export
pub async fn create(
    May(actor): May<ExportBooks>,
    State(billing): State<Billing>,
    form: Form<NewExport>,
) -> Result<Response, ErrorPage> {
    let choice = Choice {
        q: form.text("q"),
        status: form.text("status"),
        customer: form.text("customer"),
        currency: form.text("currency"),
        from: form.text("from"),
        to: form.text("to"),
        ..Choice::default()
    };
    if choice.is_drafts() {
        return Err(ErrorPage::unprocessable(t("export-no-drafts")));
    }
    let Ok((choice, _)) = choice.read() else {
        return Err(ErrorPage::unprocessable(t("export-unknown-choice")));
    };
    let is_marked = form.value("bom") == "yes";
    answer(&billing, form.once(&actor), Selection::Chosen(choice), is_marked).await
}

/// The file, sent as it is read.
pub(super) async fn answer(
    billing: &Billing,
    by: By<'_, ExportBooks>,
    selection: Selection,
    is_marked: bool,
) -> Result<Response, ErrorPage> {
    let export = billing.export_invoices(by, selection).await?;
    let today = billing.clock().today(billing.time_zone());
    let lines = futures_util::stream::unfold((billing.clone(), Some(export)), |(billing, export)| async {
        let mut export = export?;
        match billing.export_lines(&mut export).await {
            Ok(Some(lines)) => Some((Ok(Bytes::from(lines)), (billing, Some(export)))),
            Ok(None) => None,
            // The connection ends before the file does: nobody takes half a list for all of it.
            Err(error) => {
                tracing::error!(%error, "an export ended early");
                Some((Err(error), (billing, None)))
            }
        }
    });
    let mark = futures_util::stream::iter(is_marked.then(|| Ok(Bytes::from_static("\u{feff}".as_bytes()))));
    let body = Body::from_stream(futures_util::StreamExt::chain(mark, lines));
    Ok((
        [
            (CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
            (CONTENT_DISPOSITION, format!("attachment; filename=\"invoices-{today}.csv\"")),
            (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
            (CACHE_CONTROL, "no-store".to_owned()),
        ],
        body,
    )
        .into_response())
}
