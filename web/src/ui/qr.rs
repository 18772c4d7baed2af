//! QR codes as one path of an SVG, so that no page needs markup from a string.

use std::fmt::{Display, Write as _};

use askama::Template;
use qrcode::{Color, EcLevel, QrCode};

/// A QR code. Its text stands beside it, for those who cannot scan.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<svg class="qr" role="img" aria-label="{{ label }}" viewBox="0 0 {{ size }} {{ size }}" shape-rendering="crispEdges"><path d="{{ path }}"/></svg>"#
)]
pub struct Qr {
    label: String,
    size: usize,
    path: String,
}

/// The quiet zone around a code: four modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// A code for this text; `label` says what scanning it does. `None` if the text is too long for a code.
pub fn qr(text: impl AsRef<str>, label: impl Display) -> Option<Qr> {
    let code = QrCode::with_error_correction_level(text.as_ref(), EcLevel::M).ok()?;
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let mut path = String::new();
    for (at, _) in dark {
        write!(path, "M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET).expect("a string takes all");
    }
    Some(Qr { label: label.to_string(), size: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_finder_patterns_inside_a_quiet_zone() {
        let qr = qr("otpauth://totp/Counterfoil:ada@example.com?secret=JBSWY3DPEHPK3PXP", "Scan").unwrap();
        assert!(qr.path.starts_with("M4 4h1v1h-1z"));
        assert!(qr.size > 21 + 2 * QUIET);
        assert!(super::qr("x".repeat(5_000), "Scan").is_none());
    }
}
