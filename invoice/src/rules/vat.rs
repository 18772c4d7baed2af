//! The ten rules of each VAT category, by the category's prefix: BR-S, BR-Z, BR-E, BR-AE, BR-IC (K), BR-G, BR-O,
//! BR-AF (L, the Canary Islands), BR-AG (M, Ceuta and Melilla), and those that only one of them has.
//!
//! | | asks |
//! |---|---|
//! | -01 | what bears the category is in a VAT breakdown (BG-23) |
//! | -02, -03, -04 | who must or must not be identified, for lines, allowances, charges |
//! | -05, -06, -07 | the rate of lines, allowances, charges |
//! | -08 | the taxable amount (BT-116) is the sum of what bears the category, and rate |
//! | -09 | the VAT amount (BT-117) |
//! | -10 | the exemption reason (BT-120, BT-121) |

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::conditions::or_too_large;
use super::{Hits, Rule, rule, sums};
use crate::document::{Document, VatBreakdown};
use crate::vat::VatCategory;
use crate::{Amount, Percentage};

/// What a category asks for.
struct Family {
    category: VatCategory,
    name: &'static str,
    parties: Parties,
    rate: Rate,
    exemption: Exemption,
}

enum Parties {
    /// The seller by BT-31, BT-32 or BT-63.
    SellerTaxed,
    /// The seller by BT-31, BT-32 or BT-63, the buyer by BT-48 or BT-47.
    BothTaxed,
    /// The seller by BT-31 or BT-63.
    SellerVat,
    /// The seller by BT-31 or BT-63, the buyer by BT-48.
    BothVat,
    /// Nobody by BT-31, BT-63 or BT-48.
    NoVat,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rate {
    Positive,
    NotNegative,
    Zero,
    None,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Exemption {
    Needed,
    Forbidden,
}

static STANDARD: Family = Family {
    category: VatCategory::Standard,
    name: "standard rate (S)",
    parties: Parties::SellerTaxed,
    rate: Rate::Positive,
    exemption: Exemption::Forbidden,
};
static ZERO_RATED: Family = Family {
    category: VatCategory::ZeroRated,
    name: "zero rate (Z)",
    parties: Parties::SellerTaxed,
    rate: Rate::Zero,
    exemption: Exemption::Forbidden,
};
static EXEMPT: Family = Family {
    category: VatCategory::Exempt,
    name: "exemption (E)",
    parties: Parties::SellerTaxed,
    rate: Rate::Zero,
    exemption: Exemption::Needed,
};
static REVERSE_CHARGE: Family = Family {
    category: VatCategory::ReverseCharge,
    name: "reverse charge (AE)",
    parties: Parties::BothTaxed,
    rate: Rate::Zero,
    exemption: Exemption::Needed,
};
static INTRA_COMMUNITY: Family = Family {
    category: VatCategory::IntraCommunity,
    name: "intra-community supply (K)",
    parties: Parties::BothVat,
    rate: Rate::Zero,
    exemption: Exemption::Needed,
};
static EXPORT: Family = Family {
    category: VatCategory::Export,
    name: "export (G)",
    parties: Parties::SellerVat,
    rate: Rate::Zero,
    exemption: Exemption::Needed,
};
static NOT_SUBJECT: Family = Family {
    category: VatCategory::NotSubject,
    name: "not subject to VAT (O)",
    parties: Parties::NoVat,
    rate: Rate::None,
    exemption: Exemption::Needed,
};
static IGIC: Family = Family {
    category: VatCategory::Igic,
    name: "IGIC (L)",
    parties: Parties::SellerTaxed,
    rate: Rate::NotNegative,
    exemption: Exemption::Forbidden,
};
static IPSI: Family = Family {
    category: VatCategory::Ipsi,
    name: "IPSI (M)",
    parties: Parties::SellerTaxed,
    rate: Rate::NotNegative,
    exemption: Exemption::Forbidden,
};

macro_rules! family {
    ($prefix:literal, $family:ident) => {
        &[
            rule(concat!("BR-", $prefix, "-01"), "BG-23", |d, h| breakdown(d, &$family, h)),
            rule(concat!("BR-", $prefix, "-02"), "BT-151", |d, h| parties(d, &$family, Bearer::Line, h)),
            rule(concat!("BR-", $prefix, "-03"), "BT-95", |d, h| parties(d, &$family, Bearer::Allowance, h)),
            rule(concat!("BR-", $prefix, "-04"), "BT-102", |d, h| parties(d, &$family, Bearer::Charge, h)),
            rule(concat!("BR-", $prefix, "-05"), "BT-152", |d, h| rates(d, &$family, Bearer::Line, h)),
            rule(concat!("BR-", $prefix, "-06"), "BT-96", |d, h| rates(d, &$family, Bearer::Allowance, h)),
            rule(concat!("BR-", $prefix, "-07"), "BT-103", |d, h| rates(d, &$family, Bearer::Charge, h)),
            rule(concat!("BR-", $prefix, "-08"), "BT-116", |d, h| taxable_amount(d, &$family, h)),
            rule(concat!("BR-", $prefix, "-09"), "BT-117", |d, h| tax_amount(d, &$family, h)),
            rule(concat!("BR-", $prefix, "-10"), "BT-120", |d, h| exemption(d, &$family, h)),
        ]
    };
}

pub(super) const RULES: [&[Rule]; 12] = [
    family!("S", STANDARD),
    family!("Z", ZERO_RATED),
    family!("E", EXEMPT),
    family!("AE", REVERSE_CHARGE),
    family!("IC", INTRA_COMMUNITY),
    &[rule("BR-IC-11", "BT-72", intra_community_date), rule("BR-IC-12", "BT-80", intra_community_country)],
    family!("G", EXPORT),
    family!("O", NOT_SUBJECT),
    &[
        // CII judges breakdowns together with lines, and allowances together with charges.
        rule("BR-O-11", "BG-23", |d, h| {
            alone(d, broken_down(d), "VAT breakdown", h);
            if h.cii() {
                alone(d, borne(d, Bearer::Line), "line", h);
            }
        }),
        rule("BR-O-12", "BT-151", |d, h| {
            alone(d, borne(d, Bearer::Line), "line", h);
            if h.cii() {
                alone(d, broken_down(d), "VAT breakdown", h);
            }
        }),
        rule("BR-O-13", "BT-95", |d, h| {
            alone(d, borne(d, Bearer::Allowance), "allowance", h);
            if h.cii() {
                alone(d, borne(d, Bearer::Charge), "charge", h);
            }
        }),
        rule("BR-O-14", "BT-102", |d, h| {
            alone(d, borne(d, Bearer::Charge), "charge", h);
            if h.cii() {
                alone(d, borne(d, Bearer::Allowance), "allowance", h);
            }
        }),
    ],
    family!("AF", IGIC),
    family!("AG", IPSI),
    &[rule("BR-B-01", "BT-151", split_payment_is_italian), rule("BR-B-02", "BT-151", split_payment_alone)],
];

/// What bears a VAT category.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bearer {
    Line,
    Allowance,
    Charge,
}

impl Bearer {
    const ALL: [Self; 3] = [Self::Line, Self::Allowance, Self::Charge];

    fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Allowance => "allowance",
            Self::Charge => "charge",
        }
    }
}

struct Share<'a> {
    category: &'a VatCategory,
    rate: Option<Percentage>,
    /// With the sign it has in the taxable amount.
    amount: Amount,
}

/// All lines, allowances or charges, each with what it adds to a taxable amount.
fn shares(d: &Document, bearer: Bearer) -> Box<dyn Iterator<Item = Share<'_>> + '_> {
    let c = &d.content;
    match bearer {
        Bearer::Line => Box::new(c.lines.iter().map(|l| Share {
            category: &l.vat_category,
            rate: l.vat_rate,
            amount: l.net_amount.unwrap_or_default(),
        })),
        Bearer::Allowance => Box::new(c.allowances.iter().map(|a| Share {
            category: &a.vat_category,
            rate: a.vat_rate,
            amount: Amount(-a.amount.0),
        })),
        Bearer::Charge => Box::new(c.charges.iter().map(|c| Share {
            category: &c.vat_category,
            rate: c.vat_rate,
            amount: c.amount,
        })),
    }
}

fn borne(d: &Document, bearer: Bearer) -> impl Iterator<Item = (usize, &VatCategory)> {
    shares(d, bearer).map(|share| share.category).enumerate()
}

fn broken_down(d: &Document) -> impl Iterator<Item = (usize, &VatCategory)> {
    d.vat_breakdown.iter().map(|b| &b.category).enumerate()
}

fn breakdowns<'a>(d: &'a Document, family: &Family) -> impl Iterator<Item = (usize, &'a VatBreakdown)> {
    d.vat_breakdown.iter().enumerate().filter(|(_, b)| b.category == family.category)
}

fn anywhere(d: &Document, category: &VatCategory) -> bool {
    Bearer::ALL.into_iter().any(|bearer| borne(d, bearer).any(|(_, c)| c == category))
}

/// -01
fn breakdown(d: &Document, family: &Family, h: &mut Hits<'_>) {
    let (count, name) = (breakdowns(d, family).count(), family.name);
    let borne = anywhere(d, &family.category);
    if h.cii() {
        if let Some(message) = cii_breakdown(d, family, count) {
            h.add(message);
        }
        return;
    }
    match family.rate {
        Rate::Positive | Rate::NotNegative if borne && count == 0 => {
            h.add(format!("{name} is used, and no VAT breakdown has it; give one for each of its rates"));
        }
        Rate::Positive | Rate::NotNegative if !borne && count > 0 => {
            h.add(format!("a VAT breakdown has {name}, and no line, allowance or charge has; leave it out"));
        }
        Rate::Zero | Rate::None if borne && count == 0 => {
            h.add(format!("{name} is used, and no VAT breakdown has it; give one"));
        }
        Rate::Zero | Rate::None if count > 1 => {
            h.add(format!("{name} has {count} VAT breakdowns; put them into one"));
        }
        _ => {}
    }
}

/// -01 as the artefact for CII has it: with rates it counts what bears the category together with the breakdowns.
fn cii_breakdown(d: &Document, family: &Family, count: usize) -> Option<String> {
    let bearing = |bearer| borne(d, bearer).filter(|(_, c)| **c == family.category).count();
    let lines = bearing(Bearer::Line);
    let others = bearing(Bearer::Allowance) + bearing(Bearer::Charge);
    let borne = lines + others > 0;
    let broken = match family.rate {
        Rate::Positive | Rate::NotNegative => [lines, others].into_iter().any(|n| n > 0 && n + count < 2),
        Rate::Zero => (borne || count > 0) && !(borne && count == 1),
        Rate::None => count > 0 && !(borne && count == 1),
    };
    let name = family.name;
    broken.then(|| match (borne, count) {
        (true, 0) => format!("{name} is used, and no VAT breakdown has it; give one"),
        (true, _) => format!("{name} has {count} VAT breakdowns; put them into one"),
        (false, _) => {
            format!("a VAT breakdown has {name}, and no line, allowance or charge has; leave it out")
        }
    })
}

/// -02, -03, -04
fn parties(d: &Document, family: &Family, bearer: Bearer, h: &mut Hits<'_>) {
    if borne(d, bearer).all(|(_, category)| *category != family.category) {
        return;
    }
    let (seller, buyer) = (&d.content.seller, &d.content.buyer);
    let representative = d.content.tax_representative.as_ref();
    let seller_vat = h.exists(seller.vat_identifier.as_ref())
        || h.exists(representative.and_then(|representative| representative.vat_identifier.as_ref()));
    let seller_taxed = seller_vat || h.exists(seller.tax_registration.as_ref());
    let buyer_vat = h.exists(buyer.vat_identifier.as_ref());
    let buyer_taxed = buyer_vat || buyer.legal_registration.is_some();
    let (fits, remedy) = match family.parties {
        Parties::SellerTaxed => (
            seller_taxed,
            "give the seller's VAT identifier (BT-31), tax registration (BT-32) or representative's VAT \
             identifier (BT-63)",
        ),
        Parties::BothTaxed => (
            seller_taxed && buyer_taxed,
            "give the seller's VAT identifier (BT-31), tax registration (BT-32) or representative's VAT \
             identifier (BT-63), and the buyer's VAT identifier (BT-48) or registration (BT-47)",
        ),
        Parties::SellerVat => {
            (seller_vat, "give the seller's VAT identifier (BT-31) or its representative's (BT-63)")
        }
        Parties::BothVat => (
            seller_vat && buyer_vat,
            "give the seller's VAT identifier (BT-31) or its representative's (BT-63), and the buyer's (BT-48)",
        ),
        Parties::NoVat => (
            !seller_vat && !buyer_vat,
            "leave out the VAT identifiers of seller (BT-31), representative (BT-63) and buyer (BT-48)",
        ),
    };
    if !fits {
        let (what, name) = (bearer.name(), family.name);
        h.add(format!("the parties of a {what} with {name} are not identified as it asks; {remedy}"));
    }
}

/// -05, -06, -07
fn rates(d: &Document, family: &Family, bearer: Bearer, h: &mut Hits<'_>) {
    for (i, share) in shares(d, bearer).enumerate().filter(|(_, s)| *s.category == family.category) {
        let asked = match family.rate {
            // The artefact for CII wants more than 0 for the Canary Islands.
            Rate::NotNegative if h.cii() && family.category == VatCategory::Igic => Rate::Positive,
            rate => rate,
        };
        let (fits, right) = match (asked, share.rate) {
            (Rate::Positive, rate) => (rate.is_some_and(|r| r.0 > Decimal::ZERO), "must be more than 0"),
            (Rate::NotNegative, rate) => (rate.is_some_and(|r| r.0 >= Decimal::ZERO), "must be 0 or more"),
            (Rate::Zero, rate) => (rate.is_some_and(|r| r.0.is_zero()), "must be 0"),
            (Rate::None, rate) => (rate.is_none(), "must be left out"),
        };
        if !fits {
            let is = share.rate.map_or_else(|| "missing".to_owned(), |rate| format!("{rate} %"));
            h.add_at(i, format!("the VAT rate is {is}; with {} it {right}", family.name));
        }
    }
}

/// -08: by rate where there are rates. The play is 1 with rates in UBL and without rates in CII; else there is none.
fn taxable_amount(d: &Document, family: &Family, h: &mut Hits<'_>) {
    let by_rate = matches!(family.rate, Rate::Positive | Rate::NotNegative);
    let play = if h.cii() { family.rate == Rate::Zero } else { by_rate };
    let mut borne: BTreeMap<Option<Percentage>, Option<Decimal>> = BTreeMap::new();
    for share in Bearer::ALL.into_iter().flat_map(|bearer| shares(d, bearer)) {
        if *share.category == family.category {
            let sum = borne.entry(share.rate.filter(|_| by_rate)).or_insert(Some(Decimal::ZERO));
            *sum = sums::add(*sum, share.amount.0);
        }
    }
    for (i, b) in breakdowns(d, family) {
        if by_rate && b.rate.is_none() {
            continue;
        }
        let rate = b.rate.filter(|_| by_rate);
        let found = borne.get(&rate).copied();
        let sum = found.unwrap_or(Some(Decimal::ZERO));
        let stated = h.stated("BT-116", Some(i), b.taxable_amount);
        let fits = stated.is_some_and(|stated| {
            if play {
                sums::near(stated, sum)
            } else {
                sums::cents(sum) == Some(stated) || sum == Some(stated)
            }
        });
        // For the standard rate, UBL wants something that bears it, even if the taxable amount is next to nothing.
        let missed = found.is_none() && family.rate == Rate::Positive && !h.cii();
        if !fits || missed {
            let (stated, name, sum) = (b.taxable_amount, family.name, or_too_large(sum));
            let at = rate.map_or_else(String::new, |rate| format!(" at {rate} %"));
            h.add_at(i, format!("the taxable amount is {stated}; what has {name}{at} makes {sum}"));
        }
    }
}

/// -09
fn tax_amount(d: &Document, family: &Family, h: &mut Hits<'_>) {
    for (i, b) in breakdowns(d, family) {
        let (tax, name) = (b.tax_amount, family.name);
        let stated = h.stated("BT-117", Some(i), tax);
        let taxable = h.stated("BT-116", Some(i), b.taxable_amount);
        match family.rate {
            Rate::NotNegative if h.cii() => {}
            Rate::Zero | Rate::None if stated != Some(Decimal::ZERO) => {
                h.add_at(i, format!("the VAT amount is {tax}; with {name} it must be 0"));
            }
            Rate::Positive | Rate::NotNegative => {
                let expected = b.rate.zip(taxable).and_then(|(rate, taxable)| sums::vat(taxable, rate.0));
                if !stated.is_some_and(|stated| sums::near(stated.abs(), expected)) {
                    let taxable = b.taxable_amount;
                    let right = match b.rate {
                        Some(rate) => format!("{rate} % of {taxable} is {}", or_too_large(expected)),
                        None => "its rate is missing; give it".to_owned(),
                    };
                    h.add_at(i, format!("the VAT amount with {name} is {tax}; {right}"));
                }
            }
            Rate::Zero | Rate::None => {}
        }
    }
}

/// -10
fn exemption(d: &Document, family: &Family, h: &mut Hits<'_>) {
    for (i, b) in breakdowns(d, family) {
        let reason = h.exists(b.exemption_reason.as_ref()) || h.exists(b.exemption_reason_code.as_ref());
        let name = family.name;
        match family.exemption {
            Exemption::Needed if !reason => {
                h.add_at(
                    i,
                    format!("{name} needs an exemption reason (BT-120) or its code (BT-121); give one"),
                );
            }
            Exemption::Forbidden if reason => {
                h.add_at(i, format!("{name} has an exemption reason; leave it out"));
            }
            _ => {}
        }
    }
}

fn intra_community_date(d: &Document, h: &mut Hits<'_>) {
    let delivered = d.content.delivery.as_ref().is_some_and(|delivery| delivery.actual_date.is_some());
    let period = d.content.invoicing_period.as_ref().is_some_and(|p| p.start.is_some() || p.end.is_some());
    if breakdowns(d, &INTRA_COMMUNITY).next().is_some() && !delivered && !period {
        h.add("intra-community supply (K) needs a delivery date (BT-72) or an invoicing period (BG-14); give one");
    }
}

fn intra_community_country(d: &Document, h: &mut Hits<'_>) {
    let address = d.content.delivery.as_ref().and_then(|delivery| delivery.address.as_ref());
    let country = address.is_some_and(|address| !super::blank(&address.country));
    // CII asks only whether there is one.
    let country = country || h.cii() && address.is_some() && !h.lacks("BT-80", None);
    if breakdowns(d, &INTRA_COMMUNITY).next().is_some() && !country {
        h.add("intra-community supply (K) needs the country it was delivered to (BT-80); give it");
    }
}

/// With a breakdown not subject to VAT, everything is.
fn alone<'a>(
    d: &Document,
    categories: impl Iterator<Item = (usize, &'a VatCategory)>,
    what: &str,
    h: &mut Hits<'_>,
) {
    if breakdowns(d, &NOT_SUBJECT).next().is_some() {
        for (i, category) in categories.filter(|(_, category)| **category != VatCategory::NotSubject) {
            let code = super::quoted(category.code());
            h.add_at(
                i,
                format!("this {what} has {code} in an invoice not subject to VAT; it must be O, too"),
            );
        }
    }
}

/// B is in use: on a line, an allowance, a charge or a breakdown.
fn uses(d: &Document, category: &VatCategory) -> bool {
    anywhere(d, category) || d.vat_breakdown.iter().any(|b| b.category == *category)
}

fn split_payment_is_italian(d: &Document, h: &mut Hits<'_>) {
    let c = &d.content;
    let representative = c.tax_representative.as_ref().map(|r| &r.address);
    let delivery = c.delivery.as_ref().and_then(|delivery| delivery.address.as_ref());
    let addresses = [Some(&c.seller.address), Some(&c.buyer.address), representative, delivery];
    let foreign = |country: &str| !country.is_empty() && country != "IT";
    if uses(d, &VatCategory::SplitPayment) && addresses.into_iter().flatten().any(|a| foreign(&a.country)) {
        h.add("split payment (B) is for invoices within Italy; every country must be IT");
    }
}

fn split_payment_alone(d: &Document, h: &mut Hits<'_>) {
    if uses(d, &VatCategory::SplitPayment) && uses(d, &VatCategory::Standard) {
        h.add("split payment (B) and standard rate (S) are in one invoice; use one of them");
    }
}
