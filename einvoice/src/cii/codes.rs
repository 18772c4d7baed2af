//! What CII says with other codes than UBL, and the codes that tell references apart.

/// Reference type of BT-17 (UNTDID 1001).
pub(super) const TENDER: &str = "50";
/// Reference type of BT-18 and BT-128.
pub(super) const OBJECT: &str = "130";
/// Reference type of BG-24.
pub(super) const SUPPORTING: &str = "916";
/// BT-11 has a name in CII, and EN 16931 has none for it.
pub(super) const PROJECT_NAME: &str = "Project reference";

/// BT-8 in UNTDID 2005 (the model, UBL) and in UNTDID 2475 (CII): invoice date, delivery date, payment date.
const TAX_POINTS: [(&str, &str); 3] = [("3", "5"), ("35", "29"), ("432", "72")];

/// BT-8 as CII writes it. A code of no list stays as it is.
pub(super) fn tax_point_to_cii(code: &str) -> &str {
    TAX_POINTS.iter().find(|(model, _)| *model == code).map_or(code, |(_, cii)| cii)
}

/// BT-8 as the model has it.
pub(super) fn tax_point_from_cii(code: &str) -> &str {
    TAX_POINTS.iter().find(|(_, cii)| *cii == code).map_or(code, |(model, _)| model)
}
