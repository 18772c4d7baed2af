//! `Accept-Language` (RFC 9110 §12.5.4).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use super::Language;

/// The language that the browser likes best among ours; of equals the one that stands first. `*` asks for nothing.
pub(super) fn best(headers: &HeaderMap) -> Option<Language> {
    let lines = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|line| line.to_str().ok());
    let mut best: Option<(u16, Language)> = None;
    for range in lines.flat_map(|line| line.split(',')) {
        let (tag, parameter) = range.split_once(';').unwrap_or((range, ""));
        let Some(language) = Language::of(tag) else { continue };
        let weight = weight(parameter);
        if weight > 0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// `q=0.7` in thousandths; nothing is 1, what cannot be read is 0.
fn weight(parameter: &str) -> u16 {
    let Some(value) = parameter.trim().strip_prefix("q=") else {
        return if parameter.trim().is_empty() { 1_000 } else { 0 };
    };
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let thousandths = format!("{decimals:0<3}");
    match (whole, thousandths.parse::<u16>()) {
        ("1", Ok(0)) => 1_000,
        ("0", Ok(thousandths)) if thousandths < 1_000 => thousandths,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asked(header: &str) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_str(header).unwrap());
        best(&headers).map(Language::code)
    }

    #[test]
    fn the_language_with_the_highest_weight_wins_and_of_equals_the_first() {
        for (header, language) in [
            ("de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", Some("de")),
            ("en-GB,en;q=0.9,de;q=0.8", Some("en")),
            ("fr-FR, fr;q=0.9, de;q=0.3, en;q=0.1", Some("de")),
            ("en;q=0.5, de", Some("de")),
            ("DE-at", Some("de")),
            ("de,en", Some("de")),
            ("de;q=0, en;q=0.001", Some("en")),
            ("de;q=0.0,fr", None),
            ("fr", None),
            ("*", None),
            ("", None),
            ("deutsch", None),
            ("de;q=2", None),
            ("de;q=0.12345", None),
            ("de;q=x,en;q=-1,;;,q=1", None),
        ] {
            assert_eq!(asked(header), language, "{header}");
        }
        assert_eq!(best(&HeaderMap::new()), None);
        assert_eq!(asked(&"de;q=0.1,".repeat(1_000)), Some("de"));
    }
}
