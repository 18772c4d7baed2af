//! The usual units of measure with their English names, for pick lists. All units that are allowed are in
//! [`crate::codelists::UNITS`].

/// Code (UN/ECE Rec. 20 or 21) and name of the usual units, the most usual first.
pub const COMMON: &[(&str, &str)] = &[
    ("C62", "piece"),
    ("HUR", "hour"),
    ("DAY", "day"),
    ("WEE", "week"),
    ("MON", "month"),
    ("QAN", "quarter"),
    ("ANN", "year"),
    ("MIN", "minute"),
    ("LS", "lump sum"),
    ("SET", "set"),
    ("PR", "pair"),
    ("DZN", "dozen"),
    ("XPK", "package"),
    ("XBX", "box"),
    ("XCT", "carton"),
    ("XPX", "pallet"),
    ("XBO", "bottle"),
    ("KGM", "kilogram"),
    ("GRM", "gram"),
    ("TNE", "tonne"),
    ("MTR", "metre"),
    ("CMT", "centimetre"),
    ("MMT", "millimetre"),
    ("KMT", "kilometre"),
    ("MTK", "square metre"),
    ("MTQ", "cubic metre"),
    ("LTR", "litre"),
    ("MLT", "millilitre"),
    ("HLT", "hectolitre"),
    ("KWH", "kilowatt hour"),
    ("MWH", "megawatt hour"),
    ("KWT", "kilowatt"),
    ("E48", "service unit"),
    ("E54", "trip"),
    ("IE", "person"),
    ("P1", "percent"),
    ("ZZ", "mutually defined"),
];

/// The English name of a usual unit.
pub fn name(code: &str) -> Option<&'static str> {
    COMMON.iter().find(|(common, _)| *common == code).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codelists::UNITS;

    #[test]
    fn every_usual_unit_is_an_allowed_one_and_there_once() {
        for (i, (code, _)) in COMMON.iter().enumerate() {
            assert!(UNITS.holds(code), "{code}");
            assert!(COMMON[..i].iter().all(|(other, _)| other != code), "{code} is there twice");
        }
    }

    #[test]
    fn usual_units_have_names() {
        assert_eq!(name("HUR"), Some("hour"));
        assert_eq!(name("hur"), None);
    }
}
