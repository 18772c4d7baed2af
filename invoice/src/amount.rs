//! Decimal quantities as a document states them. Scale is kept: `10.000` is not `10.00` (BR-DEC rules look at it).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

macro_rules! decimal_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(#[serde(with = "rust_decimal::serde::str")] pub Decimal);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = rust_decimal::Error;
            /// Plain decimal notation only: no exponent, no thousands separator.
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Decimal::from_str_exact(s.trim()).map(Self)
            }
        }
    };
}

decimal_newtype!(
    /// A sum in a document's currency, as stated. For bookkeeping it becomes [`crate::Money`].
    Amount
);
decimal_newtype!(
    /// A quantity of an item (BT-129, BT-149): any number of decimals.
    Quantity
);
decimal_newtype!(
    /// A price for one base quantity (BT-146, BT-147, BT-148): any number of decimals, in no BR-DEC rule.
    UnitPrice
);
decimal_newtype!(
    /// A percentage, `19` meaning 19 % (BT-94, BT-96, BT-119, BT-138, BT-152 …).
    Percentage
);
