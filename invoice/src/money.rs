//! Money in the books: whole minor units of one currency.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Amount;

/// A currency code (ISO 4217 alpha-3): three ASCII capitals. Whether a list holds it is BR-CL-03 and BR-CL-04.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Default for Currency {
    fn default() -> Self {
        Self::EUR
    }
}

impl Currency {
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");

    /// The code.
    ///
    /// # Panics
    /// Never: the only way to make a currency checks that it is ASCII.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("three ASCII capitals")
    }

    /// Digits after the decimal point in the minor unit (ISO 4217): 2 for most, 0 for JPY, 3 for KWD.
    pub fn decimals(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for Currency {
    type Err = MoneyError;
    fn from_str(s: &str) -> Result<Self, MoneyError> {
        match <[u8; 3]>::try_from(s.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(MoneyError::NoCurrency),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(s: String) -> Result<Self, MoneyError> {
        s.parse()
    }
}

impl From<Currency> for String {
    fn from(c: Currency) -> Self {
        c.code().to_owned()
    }
}

/// Why a sum could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not three capitals.
    #[error("a currency is three capital letters of ISO 4217, such as EUR")]
    NoCurrency,
    /// Two currencies in one sum.
    #[error("{0} and {1} cannot be added")]
    Currencies(Currency, Currency),
    /// Beyond `i64` minor units.
    #[error("the sum is too large")]
    Overflow,
    /// More decimals than the currency has.
    #[error("{0} has no more than {1} decimals")]
    TooFine(Currency, u32),
    /// BT-149 is zero, so no price can be divided by it.
    #[error("the price base quantity must be more than zero")]
    NoBaseQuantity,
}

/// An amount in the minor unit of its currency: `1999` with `EUR` is 19.99 €.
///
/// No `Add`, no `Mul`: a sum can fail, and a product is money only after a named rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// From minor units.
    pub fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// From an amount of a document.
    ///
    /// # Errors
    /// [`MoneyError::TooFine`] if digits would be lost, [`MoneyError::Overflow`] beyond `i64`.
    pub fn from_amount(amount: Amount, currency: Currency) -> Result<Self, MoneyError> {
        let scaled = amount
            .0
            .checked_mul(Decimal::from(10_i64.pow(currency.decimals())))
            .ok_or(MoneyError::Overflow)?;
        if !scaled.fract().is_zero() {
            return Err(MoneyError::TooFine(currency, currency.decimals()));
        }
        let minor = i64::try_from(scaled.trunc()).map_err(|_| MoneyError::Overflow)?;
        Ok(Self { minor, currency })
    }

    /// Minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// As a decimal with the currency's digits: `19.99`.
    pub fn amount(self) -> Amount {
        Amount(Decimal::new(self.minor, self.currency.decimals()))
    }

    /// # Errors
    /// [`MoneyError::Currencies`] if they differ, [`MoneyError::Overflow`] beyond `i64`.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// # Errors
    /// [`MoneyError::Currencies`] if they differ, [`MoneyError::Overflow`] beyond `i64`.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    fn same(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::Currencies(self.currency, other.currency))
        }
    }
}
