//! The business terms of addresses and contacts: the same fields have other ids for each party.

/// BT ids of a postal address.
pub(crate) struct AddressTerms {
    pub(crate) line_1: &'static str,
    pub(crate) line_2: &'static str,
    pub(crate) line_3: &'static str,
    pub(crate) city: &'static str,
    pub(crate) post_code: &'static str,
    pub(crate) subdivision: &'static str,
    pub(crate) country: &'static str,
}

const fn address(ids: [&'static str; 7]) -> AddressTerms {
    let [line_1, line_2, line_3, city, post_code, subdivision, country] = ids;
    AddressTerms { line_1, line_2, line_3, city, post_code, subdivision, country }
}

/// BG-5.
pub(crate) const SELLER_ADDRESS: AddressTerms =
    address(["BT-35", "BT-36", "BT-162", "BT-37", "BT-38", "BT-39", "BT-40"]);
/// BG-8.
pub(crate) const BUYER_ADDRESS: AddressTerms =
    address(["BT-50", "BT-51", "BT-163", "BT-52", "BT-53", "BT-54", "BT-55"]);
/// BG-12.
pub(crate) const TAX_REPRESENTATIVE_ADDRESS: AddressTerms =
    address(["BT-64", "BT-65", "BT-164", "BT-66", "BT-67", "BT-68", "BT-69"]);
/// BG-15.
pub(crate) const DELIVERY_ADDRESS: AddressTerms =
    address(["BT-75", "BT-76", "BT-165", "BT-77", "BT-78", "BT-79", "BT-80"]);

/// BT ids of a contact.
pub(crate) struct ContactTerms {
    pub(crate) name: &'static str,
    pub(crate) telephone: &'static str,
    pub(crate) email: &'static str,
}

/// BG-6.
pub(crate) const SELLER_CONTACT: ContactTerms =
    ContactTerms { name: "BT-41", telephone: "BT-42", email: "BT-43" };
/// BG-9.
pub(crate) const BUYER_CONTACT: ContactTerms =
    ContactTerms { name: "BT-56", telephone: "BT-57", email: "BT-58" };
