//! Draws documents of many kinds into a folder, to be looked at: `cargo run --example pages -- FOLDER`.

#[path = "../tests/it/sample.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "the samples of the tests, not all of them used here")]
mod sample;

use std::path::PathBuf;

use counterfoil_invoice::Content;
use counterfoil_invoice::paper::{Logo, PaperFormat, Stationery};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    std::fs::create_dir_all(&folder)?;
    let letter = Stationery { format: PaperFormat::Letter, ..Stationery::default() };
    let logo = Stationery {
        logo: Some(Logo { png_base64: sample::LOGO.to_owned() }),
        accent: "#e4572e".parse()?,
        ..Stationery::default()
    };
    let letter_logo = Stationery { format: PaperFormat::Letter, ..logo.clone() };
    let plain = Stationery::default();
    let in_currency = |code: &str| -> Result<Content, Box<dyn std::error::Error>> {
        Ok(Content { currency: code.parse()?, ..sample::rich() })
    };
    let pages: Vec<(&str, Content, &str, &Stationery)> = vec![
        ("01-one-line", sample::plain(), "en", &plain),
        ("02-rich-de", sample::rich(), "de", &plain),
        ("03-300-lines", sample::with_lines(300), "en", &plain),
        ("04-credit-note", sample::credit_note(), "fr", &plain),
        ("05-reverse-charge", sample::reverse_charge(), "nl", &plain),
        ("06-long-names", sample::long_names(), "de", &plain),
        ("07-logo", sample::rich(), "en", &logo),
        ("08-letter", sample::american(), "en", &letter),
        ("09-letter-logo", sample::rich(), "es", &letter_logo),
        ("10-hebrew", sample::rich(), "he", &plain),
        ("11-arabic", sample::everything(), "ar", &logo),
        ("12-yen", in_currency("JPY")?, "en", &plain),
        ("13-dinar", in_currency("KWD")?, "it", &plain),
        ("14-everything", sample::everything(), "en", &plain),
        ("15-everything-pl", sample::everything(), "pl", &letter),
        ("16-many-sums", sample::many_sums(), "pt", &plain),
        ("17-scripts", sample::scripts(), "en", &plain),
        ("18-hebrew-plain", sample::plain(), "he", &letter),
        ("19-arabic-300", sample::with_lines(90), "ar", &plain),
        (
            "20-nothing-due",
            Content { paid_amount: Some("1428.00".parse()?), ..sample::plain() },
            "en",
            &plain,
        ),
    ];
    for (name, content, language, stationery) in pages {
        let document = sample::document(content);
        let mut paper = sample::paper(&document, language);
        paper.stationery = stationery;
        std::fs::write(folder.join(format!("{name}.pdf")), counterfoil_render::pdf(&paper)?)?;
    }
    Ok(())
}
