//! What an organisation's documents are drawn on, as fields.

use counterfoil_billing::logo;
use counterfoil_invoice::paper::{PaperFormat, Stationery};

use super::Particulars;
use crate::language::Text;
use crate::ui::t;
use crate::{Form, problems};

/// Paper sizes, by the name in the form and the words on the page.
pub(super) fn formats() -> [(&'static str, Text); 2] {
    [("a4", t("paper-a4")), ("letter", t("paper-letter"))]
}

/// The form of stationery.
pub(super) fn fill(form: Form<Particulars>, stationery: &Stationery) -> Form<Particulars> {
    let format = match stationery.format {
        PaperFormat::A4 => "a4",
        PaperFormat::Letter => "letter",
    };
    form.with("paper_format", format).with("accent", stationery.accent)
}

/// Takes the form over. `false` if a field cannot be read, which is then noted on the form.
pub(super) async fn read(form: &mut Form<Particulars>, stationery: &mut Stationery) -> bool {
    match form.value("paper_format") {
        "a4" => stationery.format = PaperFormat::A4,
        "letter" => stationery.format = PaperFormat::Letter,
        _ => form.refuse("paper_format", t("paper-choose")),
    }
    if let Some(accent) = form.read("accent", t("problem-colour")) {
        stationery.accent = accent;
    }
    if form.has("remove_logo", "yes") {
        stationery.logo = None;
    }
    if let Some(upload) = form.file("logo").map(|file| file.content.to_vec()) {
        match logo::read(upload).await {
            Ok(logo) => stationery.logo = Some(logo),
            Err(problem) => form.refuse("logo", problems::logo(problem)),
        }
    }
    ["paper_format", "accent", "logo"].iter().all(|field| form.error(field).is_none())
}
