//! By the file: its fingerprint first, the file itself only if the person sends it.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::look_ups::LookUp;
use counterfoil_billing::verdict::Verdict;
use counterfoil_billing::verify::LARGEST_FILE;

use super::{VerifyPage, verdict};
use crate::ui::t;
use crate::{ErrorPage, Fields, Form, Page, Visit};

/// A fingerprint or a file, and the proof that may belong to it.
#[derive(Debug)]
pub enum ByFile {}

impl Fields for ByFile {
    const ONE: &'static [(&'static str, &'static str)] =
        &[("sha256", "field-fingerprint"), ("full", "field-full-check")];
    const FILES: &'static [(&'static str, &'static str)] =
        &[("file", "field-file"), ("proof", "field-proof")];
    // Room for the parts' own headers.
    const LIMIT: usize = LARGEST_FILE + (64 << 10);
}

/// POST /verify/file
pub async fn create(
    State(billing): State<Billing>,
    look_up: LookUp,
    page: Visit,
    mut form: Form<ByFile>,
) -> Result<Response, ErrorPage> {
    let mut unknown_digest = false;
    if let Some(file) = form.file("file") {
        let proof = match form.file("proof").map(|proof| std::str::from_utf8(&proof.content)) {
            None => None,
            Some(Ok(text)) => Some(text),
            Some(Err(_)) => {
                look_up.take_back();
                form.refuse("proof", t("verify-not-a-proof"));
                return Ok(again(page, form, false));
            }
        };
        let judgement = billing.judge_file(&file.content, proof).await?;
        if !matches!(judgement.verdict, Verdict::Unknown | Verdict::Forged) {
            look_up.take_back();
        }
        return Ok(verdict(State(billing), page, judgement));
    }
    if let Some(digest) = digest(form.value("sha256")) {
        if let Some(judgement) = billing.judge_digest(&digest).await? {
            look_up.take_back();
            return Ok(verdict(State(billing), page, judgement));
        }
        unknown_digest = true;
    } else {
        look_up.take_back();
        form.refuse("file", t("verify-choose-file"));
    }
    Ok(again(page, form, unknown_digest))
}

fn again(page: Visit, by_file: Form<ByFile>, unknown_digest: bool) -> Response {
    Page::refused(VerifyPage { page, by_file, by_code: Form::blank(), unknown_digest }).into_response()
}

fn digest(hex: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if hex.len() != 64 || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_sixty_four_hexadecimal_digits() {
        assert_eq!(digest(&"0a".repeat(32)), Some([10; 32]));
        for bad in ["", "0a", &"0g".repeat(32), &"ä".repeat(32), &"0a".repeat(33), &"+a".repeat(32)] {
            assert_eq!(digest(bad), None, "{bad}");
        }
    }
}
