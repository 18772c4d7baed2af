//! What a language changes: labels, dates, numbers, units. All of it is data in `locales/`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

/// Languages the paper speaks; the first is spoken where the asked one is not here.
const FILES: [&str; 10] = [
    include_str!("../locales/en.json"),
    include_str!("../locales/ar.json"),
    include_str!("../locales/de.json"),
    include_str!("../locales/es.json"),
    include_str!("../locales/fr.json"),
    include_str!("../locales/he.json"),
    include_str!("../locales/it.json"),
    include_str!("../locales/nl.json"),
    include_str!("../locales/pl.json"),
    include_str!("../locales/pt.json"),
];

static LOCALES: LazyLock<Vec<Locale>> = LazyLock::new(|| {
    FILES.iter().map(|file| serde_json::from_str(file).expect("a test reads every locale")).collect()
});

/// UN/ECE Rec. 20 codes whose symbol is the same in every language.
const SYMBOLS: [(&str, &str); 27] = [
    ("KGM", "kg"),
    ("GRM", "g"),
    ("MGM", "mg"),
    ("TNE", "t"),
    ("LBR", "lb"),
    ("MTR", "m"),
    ("CMT", "cm"),
    ("MMT", "mm"),
    ("KMT", "km"),
    ("INH", "in"),
    ("FOT", "ft"),
    ("MTK", "m²"),
    ("HAR", "ha"),
    ("MTQ", "m³"),
    ("LTR", "l"),
    ("MLT", "ml"),
    ("HLT", "hl"),
    ("SEC", "s"),
    ("KWH", "kWh"),
    ("MWH", "MWh"),
    ("KWT", "kW"),
    ("WTT", "W"),
    ("AMP", "A"),
    ("VLT", "V"),
    ("4L", "MB"),
    ("E34", "GB"),
    ("P1", "%"),
];

/// One language of the paper.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Locale {
    /// ISO 639-1.
    pub(crate) language: String,
    /// Whether it is written from right to left.
    #[serde(default)]
    pub(crate) right_to_left: bool,
    pub(crate) decimal: char,
    pub(crate) group: char,
    /// Digits before the decimal sign from which they are grouped: Spanish and Polish leave `1234` whole.
    pub(crate) group_from: usize,
    date: String,
    /// How the first of a month is written, if not `1`.
    first_day: Option<String>,
    money: String,
    percent: String,
    pub(crate) months: [String; 12],
    /// UN/ECE Rec. 20 codes that this language has a word for: for one `|` for any other number.
    units: BTreeMap<String, String>,
    pub(crate) labels: Labels,
}

/// What stands on the paper. Words in braces are filled in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Labels {
    pub(crate) invoice: String,
    pub(crate) draft: String,
    pub(crate) partial_invoice: String,
    pub(crate) debit_note: String,
    pub(crate) corrected_invoice: String,
    pub(crate) prepayment_invoice: String,
    pub(crate) self_billed_invoice: String,
    pub(crate) credit_note: String,
    pub(crate) self_billed_credit_note: String,
    pub(crate) for_invoice: String,
    pub(crate) for_invoice_of: String,
    pub(crate) issue_date: String,
    pub(crate) due_date: String,
    pub(crate) delivery_date: String,
    pub(crate) tax_point_date: String,
    pub(crate) tax_point_on_issue: String,
    pub(crate) tax_point_on_delivery: String,
    pub(crate) tax_point_on_payment: String,
    pub(crate) invoicing_period: String,
    pub(crate) from_date: String,
    pub(crate) until_date: String,
    pub(crate) buyer_reference: String,
    pub(crate) purchase_order: String,
    pub(crate) sales_order: String,
    pub(crate) contract: String,
    pub(crate) project: String,
    pub(crate) tender: String,
    pub(crate) despatch_advice: String,
    pub(crate) receiving_advice: String,
    pub(crate) invoiced_object: String,
    pub(crate) accounting_reference: String,
    pub(crate) customer_number: String,
    pub(crate) customer_vat_id: String,
    pub(crate) customer_registration: String,
    pub(crate) customer_electronic_address: String,
    pub(crate) contact: String,
    pub(crate) customer_contact: String,
    pub(crate) attention: String,
    pub(crate) deliver_to: String,
    pub(crate) payee: String,
    pub(crate) tax_representative: String,
    pub(crate) position: String,
    pub(crate) item: String,
    pub(crate) quantity: String,
    pub(crate) unit_price: String,
    pub(crate) vat: String,
    pub(crate) amount: String,
    pub(crate) per: String,
    pub(crate) article_number: String,
    pub(crate) your_article_number: String,
    pub(crate) origin: String,
    pub(crate) order_line: String,
    pub(crate) object: String,
    pub(crate) list_price: String,
    pub(crate) allowance: String,
    pub(crate) charge: String,
    pub(crate) percent_of: String,
    pub(crate) of_base: String,
    pub(crate) net_total: String,
    pub(crate) carried_forward: String,
    pub(crate) brought_forward: String,
    pub(crate) total_without_vat: String,
    pub(crate) vat_of: String,
    pub(crate) vat_rate: String,
    pub(crate) vat_total: String,
    pub(crate) total_with_vat: String,
    pub(crate) paid: String,
    pub(crate) rounding: String,
    pub(crate) amount_due: String,
    pub(crate) amount_credited: String,
    pub(crate) vat_in: String,
    pub(crate) zero_rated: String,
    pub(crate) exempt: String,
    pub(crate) reverse_charge: String,
    pub(crate) intra_community: String,
    pub(crate) export: String,
    pub(crate) not_subject: String,
    pub(crate) igic: String,
    pub(crate) ipsi: String,
    pub(crate) split_payment: String,
    pub(crate) pay: String,
    pub(crate) pay_by: String,
    pub(crate) nothing_due: String,
    pub(crate) credited: String,
    pub(crate) collected: String,
    pub(crate) collected_on: String,
    pub(crate) account_name: String,
    pub(crate) account: String,
    pub(crate) iban: String,
    pub(crate) bic: String,
    pub(crate) bank_code: String,
    pub(crate) reference: String,
    pub(crate) terms: String,
    pub(crate) means: String,
    pub(crate) mandate: String,
    pub(crate) creditor: String,
    pub(crate) debited_account: String,
    pub(crate) card: String,
    pub(crate) card_holder: String,
    pub(crate) credit_transfer: String,
    pub(crate) direct_debit: String,
    pub(crate) card_payment: String,
    pub(crate) cash: String,
    pub(crate) cheque: String,
    pub(crate) bank_draft: String,
    pub(crate) bill_of_exchange: String,
    pub(crate) promissory_note: String,
    pub(crate) standing_agreement: String,
    pub(crate) online: String,
    pub(crate) clearing: String,
    pub(crate) as_agreed: String,
    pub(crate) epc_caption: String,
    pub(crate) epc_alt: String,
    pub(crate) verify_heading: String,
    pub(crate) verify_caption: String,
    pub(crate) verify_alt: String,
    pub(crate) code: String,
    pub(crate) address: String,
    pub(crate) ledger: String,
    pub(crate) notes: String,
    pub(crate) supporting_documents: String,
    pub(crate) seller_details: String,
    pub(crate) vat_id: String,
    pub(crate) tax_number: String,
    pub(crate) registration: String,
    pub(crate) electronic_address: String,
    pub(crate) seller_number: String,
    pub(crate) page: String,
}

impl Locale {
    /// For a BCP 47 tag: by its primary language, English if that is not spoken here.
    pub(crate) fn of(tag: &str) -> &'static Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        LOCALES.iter().find(|l| l.language.eq_ignore_ascii_case(language)).unwrap_or(&LOCALES[0])
    }

    /// Every language that is spoken here.
    pub(crate) fn all() -> impl Iterator<Item = &'static Self> {
        LOCALES.iter()
    }

    /// `3 March 2026`: the month in words, since 3/4/2026 is two dates.
    pub(crate) fn date(&self, date: Date) -> String {
        self.day_of_month(&self.day(date), date)
    }

    /// `1–31 March 2026`, or both dates in full if the months differ.
    pub(crate) fn dates(&self, start: Date, end: Date) -> String {
        if start.first_of_month() != end.first_of_month() || start == end {
            return format!("{} – {}", self.date(start), self.date(end));
        }
        let point = if self.date.starts_with("{day}.") { "." } else { "" };
        self.day_of_month(&format!("{}{point}–{}", self.day(start), self.day(end)), end)
    }

    fn day(&self, date: Date) -> String {
        match &self.first_day {
            Some(first) if date.day() == 1 => first.clone(),
            _ => date.day().to_string(),
        }
    }

    fn day_of_month(&self, day: &str, of: Date) -> String {
        let month = &self.months[usize::from(of.month().unsigned_abs()) - 1];
        fill(&self.date, &[("day", day), ("month", month), ("year", &of.year().to_string())])
    }

    /// `EUR 1,190.00`, from the formatted amount.
    pub(crate) fn money(&self, currency: &str, amount: &str) -> String {
        fill(&self.money, &[("currency", currency), ("amount", amount)])
    }

    /// `19%`, from the formatted number.
    pub(crate) fn percent(&self, number: &str) -> String {
        fill(&self.percent, &[("number", number)])
    }

    /// A unit of measure (BT-130) as people write it after this quantity, or its code.
    pub(crate) fn unit<'a>(&'a self, code: &'a str, quantity: Decimal) -> &'a str {
        let symbol = || SYMBOLS.iter().find(|(c, _)| *c == code).map_or(code, |(_, symbol)| symbol);
        match self.units.get(code).map(|words| words.split_once('|').unwrap_or((words, words))) {
            Some((one, _)) if quantity == Decimal::ONE => one,
            Some((_, many)) => many,
            None => symbol(),
        }
    }
}

/// Fills `{name}` in a label. What is filled in is not searched again, so it may hold braces.
pub(crate) fn fill(label: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(label.len() + 16);
    let mut rest = label;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        filled.push_str(values.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_language_is_complete_and_has_no_empty_label() {
        for (file, language) in FILES.iter().zip(["en", "ar", "de", "es", "fr", "he", "it", "nl", "pl", "pt"])
        {
            let locale: Locale = serde_json::from_str(file).unwrap();
            assert_eq!(locale.language, language);
            assert!(!file.contains(": \"\""), "{language} has an empty label");
        }
    }

    #[test]
    fn every_language_fills_in_the_same_words_as_english() {
        let labels = |file: &str| -> BTreeMap<String, String> {
            let value: serde_json::Value = serde_json::from_str(file).unwrap();
            serde_json::from_value(value["labels"].clone()).unwrap()
        };
        let words = |label: &str| {
            let mut words: Vec<String> =
                label.split('{').skip(1).map(|w| w.split('}').next().unwrap().to_owned()).collect();
            words.sort();
            words
        };
        let english = labels(FILES[0]);
        for file in FILES {
            for (key, label) in labels(file) {
                assert_eq!(words(&label), words(&english[&key]), "{key}: {label}");
            }
        }
    }

    #[test]
    fn a_tag_with_a_region_speaks_its_language_and_an_unknown_one_english() {
        assert_eq!(Locale::of("de-AT").language, "de");
        assert_eq!(Locale::of("PT_BR").language, "pt");
        assert_eq!(Locale::of("tlh").language, "en");
        assert_eq!(Locale::of("").language, "en");
    }

    #[test]
    fn dates_are_written_with_the_month_in_words() {
        let written = |tag: &str, day: i8| Locale::of(tag).date(date(2026, 3, day));
        assert_eq!(written("en", 3), "3 March 2026");
        assert_eq!(written("de", 3), "3. März 2026");
        assert_eq!(written("fr", 1), "1er mars 2026");
        assert_eq!(written("es", 1), "1 de marzo de 2026");
        assert_eq!(written("pl", 31), "31 marca 2026");
    }

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        assert_eq!(fill("{a} of {b}", &[("a", "{b}"), ("b", "}")]), "{b} of }");
    }

    #[test]
    fn units_are_words_or_symbols_or_codes() {
        let german = Locale::of("de");
        assert_eq!(german.unit("HUR", Decimal::TWO), "Std.");
        assert_eq!(german.unit("MON", Decimal::new(10, 1)), "Monat");
        assert_eq!(german.unit("MON", Decimal::TWO), "Monate");
        assert_eq!(german.unit("KGM", Decimal::ONE), "kg");
        assert_eq!(german.unit("X99", Decimal::ONE), "X99");
    }

    #[test]
    fn a_period_within_a_month_names_it_once() {
        let within = |tag: &str| Locale::of(tag).dates(date(2026, 3, 1), date(2026, 3, 31));
        assert_eq!(within("en"), "1–31 March 2026");
        assert_eq!(within("de"), "1.–31. März 2026");
        assert_eq!(within("fr"), "1er–31 mars 2026");
        assert_eq!(
            Locale::of("en").dates(date(2025, 12, 1), date(2026, 1, 31)),
            "1 December 2025 – 31 January 2026"
        );
    }
}
