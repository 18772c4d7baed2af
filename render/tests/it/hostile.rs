//! Text that wants to be more than text, or more than the page holds.

use counterfoil_invoice::references::Note;
use counterfoil_invoice::{Content, Document};

use crate::sample::{self, document, some};
use crate::tools::{draw, pages, raw_text, text};

/// Sets every text a stranger may choose.
fn with_text_everywhere(text: &str) -> Document {
    let mut content: Content = sample::rich();
    content.notes = vec![Note { text: text.into(), ..Default::default() }];
    content.payment_terms = some(text);
    content.buyer_reference = some(text);
    content.seller.name = text.into();
    content.seller.trading_name = some(text);
    content.seller.additional_legal_information = some(text);
    content.buyer.name = text.into();
    content.buyer.address.line_1 = some(text);
    content.allowances[0].reason = some(text);
    content.payment.as_mut().unwrap().remittance_information = some(text);
    content.lines.truncate(2);
    content.lines[0].unit = text.into();
    content.lines[1].item.name = text.into();
    content.lines[1].item.description = some(text);
    let mut document = document(content);
    document.content.lines[0].id = text.into();
    document.number = text.into();
    document
}

#[test]
fn markup_is_shown_and_never_run() {
    for markup in [
        "#eval(\"1+1\")",
        "#panic()",
        "#{ while true {} }",
        "$x^2$ *bold* _it_ `raw` ```typ #1```",
        "<label> @reference = heading",
        "#import \"/sheet.json\"",
        "// comment /* more",
        "\\u{41} \\ ~ -- ...",
        "</rdf:RDF><?xpacket end=\"r\"?>",
        "endstream endobj trailer startxref %%EOF",
        "{amount} {{date}}",
    ] {
        let seen = text(&draw("markup", &with_text_everywhere(markup), "en"));
        assert!(seen.matches(markup).count() >= 8, "{markup}:\n{seen}");
    }
}

#[test]
fn text_no_font_can_draw_still_makes_a_page() {
    for (name, hostile) in [
        ("controls", "a\u{0}b\u{1}c\u{1b}[31m\u{7f}\u{85}\u{9f}"),
        ("direction", "\u{202e}evil\u{202c} \u{2066}x\u{2069} שלום עולם مرحبا بالعالم"),
        ("asia", "漢字 ひらがな 한국어 ไทย हिन्दी"),
        ("emoji", "😀 👨\u{200d}👩\u{200d}👧 🏴\u{e0067}\u{e0062}\u{e007f} e\u{20e3}"),
        ("marks", "Z\u{300}\u{301}\u{302}\u{303}\u{489}\u{20d0}a\u{1ab0}ẞ\u{489}"),
        ("private", "\u{e000}\u{f8ff}\u{fffe}\u{ffff}\u{10ffff}\u{fdd0}"),
        ("invisible", "\u{feff}\u{200b}\u{2060}\u{ad}\u{fe0f}"),
        ("empty", ""),
    ] {
        let pdf = draw(&format!("hostile-{name}"), &with_text_everywhere(hostile), "en");
        assert!(text(&pdf).contains("DE89 3704 0044 0532 0130 00"), "{name}");
    }
}

#[test]
fn names_in_the_scripts_of_the_world_are_read_on_the_page() {
    for name in [
        "株式会社サンプル",
        "示例有限公司",
        "範例股份有限公司",
        "주식회사 예제",
        "บริษัท ตัวอย่าง จำกัด",
        "उदाहरण लिमिटेड",
        "Օրինակ ՍՊԸ",
        "მაგალითი შპს",
        "Παράδειγμα ΑΕ",
        "Ејемпл ДОО",
        "חברה לדוגמה",
        "شركة المثال",
    ] {
        let seen = text(&draw(name, &with_text_everywhere(name), "en"));
        assert!(!seen.contains('□'), "{name}:\n{seen}");
        // What runs from right to left is in the order of the page, and vowel signs may be of their own.
        let letters: Vec<char> = name.chars().filter(|c| c.is_alphabetic()).collect();
        let missing: Vec<&char> = letters.iter().filter(|letter| !seen.contains(**letter)).collect();
        assert!(missing.is_empty(), "{name} without {missing:?}:\n{seen}");
    }
}

#[test]
fn direction_characters_cannot_turn_an_amount_around() {
    let mut content = sample::plain();
    content.lines[0].item.name = "\u{202e}00.1 EUR".into();
    let seen = text(&draw("override", &document(content), "en"));
    assert!(seen.contains("00.1 EUR"), "{seen}");
}

#[test]
fn endless_text_wraps_and_stays_on_the_page() {
    for (name, endless) in [("word", "W".repeat(10_000)), ("words", "wide words ".repeat(900))] {
        let mut document = with_text_everywhere(&endless[..1000]);
        document.content.lines[0].item.description = some(&endless);
        document.content.payment.as_mut().unwrap().remittance_information = some(&endless);
        let pdf = draw(&format!("endless-{name}"), &document, "en");
        assert!(pages(&pdf) > 3);
        let seen: String = raw_text(&pdf).split_whitespace().collect();
        let part: String = endless[..20].split_whitespace().collect();
        let wanted = 2 * endless.len() / 20;
        assert!(seen.matches(&part).count() > wanted, "text is lost");
        assert_eq!(ink_beyond_the_margin(&pdf), 0, "{name} leaves the page");
    }
}

#[test]
fn very_long_names_keep_their_place() {
    let pdf = draw("long-names", &document(sample::long_names()), "de");
    assert_eq!(pages(&pdf), 1);
    assert_eq!(ink_beyond_the_margin(&pdf), 0);
}

/// Dark pixels in the right 15 mm and the lowest 8 mm of all pages, drawn at 50 dots per inch: nothing is set there.
fn ink_beyond_the_margin(pdf: &[u8]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.pdf");
    std::fs::write(&path, pdf).unwrap();
    let status = std::process::Command::new("pdftoppm")
        .args(["-r", "50", "-gray"])
        .args([&path, &folder.path().join("page")])
        .status()
        .expect("pdftoppm must be installed: package poppler-utils");
    assert!(status.success());
    let mut dark = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "pgm") {
            let image = std::fs::read(path).unwrap();
            // P5, width, height, depth, then one byte a pixel.
            let head: Vec<&[u8]> = image.splitn(4, u8::is_ascii_whitespace).collect();
            let width: usize = std::str::from_utf8(head[1]).unwrap().parse().unwrap();
            let height: usize = std::str::from_utf8(head[2]).unwrap().parse().unwrap();
            let pixels = &image[image.len() - width * height..];
            let (margin, bottom) = (width * 195 / 210, height * 289 / 297);
            let beside = pixels.chunks(width).flat_map(|row| &row[margin..]);
            dark += beside.chain(&pixels[bottom * width..]).filter(|p| **p < 200).count();
        }
    }
    dark
}
