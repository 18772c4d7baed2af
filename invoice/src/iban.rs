//! International bank account numbers (ISO 13616).

/// Country and characters of its IBANs, from the SWIFT IBAN registry (release 99). Sorted.
const LENGTHS: &[&str] = &[
    "AD24", "AE23", "AL28", "AT20", "AZ28", "BA20", "BE16", "BG22", "BH22", "BI27", "BR29", "BY28", "CH21",
    "CR22", "CY28", "CZ24", "DE22", "DJ27", "DK18", "DO28", "EE20", "EG29", "ES24", "FI18", "FK18", "FO18",
    "FR27", "GB22", "GE22", "GI23", "GL18", "GR27", "GT28", "HN28", "HR21", "HU28", "IE22", "IL23", "IQ23",
    "IS26", "IT27", "JO30", "KW30", "KZ20", "LB28", "LC32", "LI21", "LT20", "LU20", "LV21", "LY25", "MC27",
    "MD24", "ME22", "MK19", "MN20", "MR27", "MT31", "MU30", "NI28", "NL18", "NO15", "OM23", "PK24", "PL28",
    "PS29", "PT25", "QA29", "RO24", "RS22", "RU33", "SA24", "SC31", "SD18", "SE24", "SI19", "SK24", "SM27",
    "SO23", "ST25", "SV28", "TL23", "TN24", "TR26", "UA29", "VA22", "VG24", "XK20", "YE30",
];

/// Countries whose IBANs are of accounts in SEPA (EPC409-09, the list of SEPA scheme countries, with the five that
/// joined in 2024 and 2025). Sorted.
const SEPA: &[&str] = &[
    "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR",
    "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL",
    "PT", "RO", "RS", "SE", "SI", "SK", "SM", "VA",
];

/// Why a text is no IBAN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IbanError {
    /// Nothing but spaces.
    #[error("the IBAN is missing")]
    Missing,
    /// Neither letter nor digit, or a letter with an accent.
    #[error("an IBAN has only the letters A to Z and digits")]
    Characters,
    /// Not two letters and two digits.
    #[error("an IBAN starts with two letters for the country and two digits, such as DE89")]
    Start,
    /// A country that issues no IBANs.
    #[error("no country with the code {0} has IBANs")]
    Country(String),
    /// Characters lost or added.
    #[error("an IBAN for {country} has {expected} characters; this has {found}")]
    Length {
        /// Its country.
        country: &'static str,
        /// What the country's IBANs have.
        expected: usize,
        /// What was given, without spaces.
        found: usize,
    },
    /// ISO 7064 MOD 97-10 does not come out.
    #[error("the check digits do not fit; a character is wrong or two are exchanged")]
    Checksum,
}

/// A checked IBAN in its electronic form: no spaces, capitals. Its `Debug` shows the country and last four only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iban(String);

impl Iban {
    /// Reads an IBAN as people write it: spaces anywhere, small letters.
    ///
    /// # Errors
    /// [`IbanError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, IbanError> {
        let written = || text.chars().filter(|c| !c.is_whitespace());
        if !written().all(|c| c.is_ascii_alphanumeric()) {
            return Err(IbanError::Characters);
        }
        let found = written().count();
        if found == 0 {
            return Err(IbanError::Missing);
        }
        // What is far too long is not copied; every length that exists is shorter.
        let electronic: String = written().take(64).map(|c| c.to_ascii_uppercase()).collect();
        let start = electronic.get(..4).ok_or(IbanError::Start)?;
        let (country, check) = start.split_at(2);
        let letters = country.bytes().all(|b| b.is_ascii_alphabetic());
        if !letters || !check.bytes().all(|b| b.is_ascii_digit()) {
            return Err(IbanError::Start);
        }
        let Ok(row) = LENGTHS.binary_search_by_key(&country, |row| &row[..2]) else {
            return Err(IbanError::Country(country.to_owned()));
        };
        let (country, length) = LENGTHS[row].split_at(2);
        let expected = length.bytes().fold(0, |n, digit| n * 10 + usize::from(digit - b'0'));
        if found != expected {
            return Err(IbanError::Length { country, expected, found });
        }
        // ISO 7064 gives check digits 02 to 98; 00, 01 and 99 come out as well and are never issued.
        if matches!(check, "00" | "01" | "99") || remainder(&electronic) != 1 {
            return Err(IbanError::Checksum);
        }
        Ok(Self(electronic))
    }

    /// The electronic form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// ISO 3166-1 alpha-2, or `XK`.
    pub fn country(&self) -> &str {
        &self.0[..2]
    }

    /// Whether a SEPA credit transfer, which is in euro, reaches it.
    pub fn is_in_sepa(&self) -> bool {
        SEPA.binary_search(&self.country()).is_ok()
    }

    /// In fours, as on paper: `DE89 3704 0044 0532 0130 00`.
    pub fn grouped(&self) -> String {
        let mut grouped = String::with_capacity(self.0.len() + self.0.len() / 4);
        for (i, c) in self.0.chars().enumerate() {
            if i > 0 && i % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(c);
        }
        grouped
    }

    /// Enough to recognise and too little to use: `DE … 3000`.
    pub fn masked(&self) -> String {
        format!("{} … {}", self.country(), &self.0[self.0.len() - 4..])
    }
}

impl std::fmt::Debug for Iban {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Iban({})", self.masked())
    }
}

impl std::str::FromStr for Iban {
    type Err = IbanError;
    fn from_str(text: &str) -> Result<Self, IbanError> {
        Self::parse(text)
    }
}

/// ISO 7064 MOD 97-10: the first four characters go last, letters become 10 … 35, and the number modulo 97 is 1.
fn remainder(electronic: &str) -> u32 {
    let (start, rest) = electronic.split_at(4);
    rest.chars().chain(start.chars()).fold(0, |remainder, c| {
        let value = c.to_digit(36).expect("letters and digits only");
        let shift = if value < 10 { 10 } else { 100 };
        (remainder * shift + value) % 97
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_lengths_are_sorted_by_country() {
        assert!(LENGTHS.is_sorted_by(|a, b| a[..2] < b[..2]));
    }

    #[test]
    fn the_countries_of_sepa_are_sorted_and_all_have_ibans() {
        assert!(SEPA.is_sorted_by(|a, b| a < b));
        assert!(SEPA.iter().all(|country| LENGTHS.iter().any(|row| &row[..2] == *country)));
        for (iban, is_in_sepa) in [
            ("DE89370400440532013000", true),
            ("CH9300762011623852957", true),
            ("TR330006100519786457841326", false),
        ] {
            assert_eq!(Iban::parse(iban).unwrap().is_in_sepa(), is_in_sepa, "{iban}");
        }
    }

    #[test]
    fn the_examples_of_the_registry_are_read_however_they_are_written() {
        for text in [
            "DE89 3704 0044 0532 0130 00",
            "de89370400440532013000",
            " AT61 1904 3002 3457 3201\n",
            "BE68 5390 0754 7034",
            "CH93 0076 2011 6238 5295 7",
            "ES91 2100 0418 4502 0005 1332",
            "FR14 2004 1010 0505 0001 3M02 606",
            "GB29 NWBK 6016 1331 9268 19",
            "IE29 AIBK 9311 5212 3456 78",
            "IT60 X054 2811 1010 0000 0123 456",
            "LU28 0019 4006 4475 0000",
            "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
            "NL91 ABNA 0417 1643 00",
            "NO93 8601 1117 947",
            "PL61 1090 1014 0000 0712 1981 2874",
            "SE45 5000 0000 0583 9825 7466",
        ] {
            let iban = Iban::parse(text).unwrap();
            assert_eq!(Iban::parse(&iban.grouped()).unwrap(), iban);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, message) in [
            ("  ", "the IBAN is missing"),
            ("DE89-3704", "an IBAN has only the letters A to Z and digits"),
            ("ÄE89 3704", "an IBAN has only the letters A to Z and digits"),
            ("DE8", "an IBAN starts with two letters for the country and two digits, such as DE89"),
            ("8989 3704", "an IBAN starts with two letters for the country and two digits, such as DE89"),
            ("US89 3704 0044", "no country with the code US has IBANs"),
            ("DE89 3704 0044 0532 0130 0", "an IBAN for DE has 22 characters; this has 21"),
            (
                "DE89 3704 0044 0532 0130 10",
                "the check digits do not fit; a character is wrong or two are exchanged",
            ),
            (
                "DE89 3704 0044 0532 0103 00",
                "the check digits do not fit; a character is wrong or two are exchanged",
            ),
        ] {
            assert_eq!(Iban::parse(text).unwrap_err().to_string(), message, "{text}");
        }
    }

    #[test]
    fn debug_and_mask_hide_the_account() {
        let iban = Iban::parse("DE89 3704 0044 0532 0130 00").unwrap();
        assert_eq!(iban.masked(), "DE … 3000");
        assert_eq!(format!("{iban:?}"), "Iban(DE … 3000)");
        assert_eq!(iban.grouped(), "DE89 3704 0044 0532 0130 00");
    }

    proptest! {
        #[test]
        fn hostile_text_is_refused_without_panic(text in "\\PC*") {
            let _ = Iban::parse(&text);
        }

        #[test]
        fn one_wrong_digit_is_always_found(place in 4_usize..22, digit in 0_u8..10) {
            let right = "DE89370400440532013000";
            let mut wrong = right.as_bytes().to_vec();
            wrong[place] = b'0' + digit;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(Iban::parse(&wrong).is_ok(), wrong == right);
        }
    }
}
