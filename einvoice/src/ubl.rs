//! OASIS UBL 2.1 `Invoice` and `CreditNote`, as CEN/TS 16931-3-2 binds EN 16931 to them.

mod facts;
mod read;
mod write;

pub(crate) use facts::facts;
pub(crate) use read::{coded_note, read};
pub(crate) use write::write;

/// BT-90 stands among the party's identifiers, told apart by this scheme.
const CREDITOR_SCHEME: &str = "SEPA";

/// UNTDID 4461 "instrument not defined": what `cac:PaymentMeans` says if it must hold something and BT-81 is not given.
pub(crate) const NO_INSTRUMENT: &str = "1";

/// What `cac:OrderReference/cbc:ID`, which the schema demands, says if there is BT-14 but no BT-13 (Peppol BIS).
pub(crate) const NO_ORDER: &str = "NA";

/// `cac:CardAccount/cbc:NetworkID`, which the schema demands and EN 16931 does not know.
const NO_NETWORK: &str = "NA";

/// `cbc:DocumentTypeCode` of BT-18 and BT-128.
const OBJECT: &str = "130";

/// `cbc:DocumentTypeCode` of BT-11, which a credit note has no other place for.
const PROJECT: &str = "50";
