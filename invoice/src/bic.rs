//! Business identifier codes (ISO 9362), which name a bank.

use crate::codelists::COUNTRIES;

/// Why a text is no BIC.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BicError {
    /// Neither 8 nor 11.
    #[error("a BIC has 8 or 11 characters; this has {0}")]
    Length(usize),
    /// Not letters and digits in their places.
    #[error("a BIC is four letters, two letters for the country, and two or five letters or digits")]
    Characters,
    /// The fifth and sixth letter.
    #[error("a BIC has its country in the fifth and sixth place; {0} is none")]
    Country(String),
}

/// A BIC of right shape, in capitals. Whether a bank has it only the bank knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bic(String);

impl Bic {
    /// Reads a BIC as people write it: spaces anywhere, small letters.
    ///
    /// # Errors
    /// [`BicError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, BicError> {
        let written = || text.chars().filter(|c| !c.is_whitespace());
        let length = written().count();
        if length != 8 && length != 11 {
            return Err(BicError::Length(length));
        }
        let bic: String = written().map(|c| c.to_ascii_uppercase()).collect();
        if !bic.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(BicError::Characters);
        }
        // ISO 9362 would allow digits in the prefix; SWIFT registers letters only.
        if !bic[..6].bytes().all(|b| b.is_ascii_alphabetic()) {
            return Err(BicError::Characters);
        }
        let country = &bic[4..6];
        if country != "XK" && !COUNTRIES.holds(country) {
            return Err(BicError::Country(country.to_owned()));
        }
        Ok(Self(bic))
    }

    /// Eight or eleven capitals and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// ISO 3166-1 alpha-2, or `XK`.
    pub fn country(&self) -> &str {
        &self.0[4..6]
    }
}

impl std::fmt::Display for Bic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Bic {
    type Err = BicError;
    fn from_str(text: &str) -> Result<Self, BicError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bic_has_its_letters_digits_and_country_in_their_places() {
        for (text, read) in [
            ("TESTDEFF", Ok("TESTDEFF")),
            ("test de ff 123", Ok("TESTDEFF123")),
            ("TESTXK22", Ok("TESTXK22")),
            ("TESTDEF", Err(BicError::Length(7))),
            ("", Err(BicError::Length(0))),
            ("TEST1EFF", Err(BicError::Characters)),
            ("TÖSTDEFF", Err(BicError::Characters)),
            ("TESTDE-F", Err(BicError::Characters)),
            ("TESTQQFF", Err(BicError::Country("QQ".to_owned()))),
        ] {
            assert_eq!(Bic::parse(text).as_ref().map(Bic::as_str), read.as_ref().copied(), "{text}");
        }
    }
}
