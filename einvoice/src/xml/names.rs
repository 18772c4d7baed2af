//! One prefix for each namespace, wherever this crate names an element.

/// Prefix and namespace of all elements that an e-invoice is made of.
const NAMESPACES: [(&str, &str); 8] = [
    ("rsm", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"),
    ("ram", "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"),
    ("udt", "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"),
    ("qdt", "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"),
    ("ubl", "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"),
    ("cn", "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"),
    ("cac", "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"),
    ("cbc", "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"),
];

/// The namespace of one of our prefixes.
pub(crate) fn namespace(prefix: &str) -> &'static str {
    let (_, uri) = NAMESPACES.iter().find(|(p, _)| *p == prefix).expect("a prefix of this crate");
    uri
}

/// Our prefix for a namespace, whatever the document calls it.
pub(crate) fn prefix(namespace: Option<&str>) -> Option<&'static str> {
    NAMESPACES.iter().find(|(_, uri)| Some(*uri) == namespace).map(|(prefix, _)| *prefix)
}
