//! A stranger's document: what it lacks, what it has twice, and where UBL and CII judge differently.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::*;
use crate::fixture::{amount, document, percent};
use crate::references::Identifier;
use crate::{Content, VatCategory};

/// The rules that only a document with gaps can break, each with the gap.
pub(super) const GAPS: &[(&str, &str, Option<usize>)] = &[
    ("BR-03", "BT-2", None),
    ("BR-05", "BT-5", None),
    ("BR-12", "BT-106", None),
    ("BR-13", "BT-109", None),
    ("BR-14", "BT-112", None),
    ("BR-15", "BT-115", None),
    ("BR-22", "BT-129", Some(1)),
    ("BR-26", "BT-146", Some(0)),
    ("BR-31", "BT-92", Some(0)),
    ("BR-36", "BT-99", Some(0)),
    ("BR-41", "BT-136", Some(0)),
    ("BR-43", "BT-141", Some(1)),
    ("BR-45", "BT-116", Some(0)),
    ("BR-46", "BT-117", Some(0)),
];

/// What a reader of that syntax says of the document, if it lacks nothing.
fn facts(d: &Document, binding: Binding) -> Foreign {
    Foreign {
        binding,
        profile: Profile::En16931,
        absent: BTreeSet::new(),
        currency: Some(d.content.currency.code().to_owned()),
        accounting_currency: None,
        vat_totals: vec![VatTotal {
            currency: Some(d.content.currency.code().to_owned()),
            amount: d.totals.vat_total.map(|total| total.0),
            broken_down: (binding != Binding::Cii).then(|| d.totals.vat_total.map(|total| total.0)),
        }],
        payments: d.content.payment.clone().into_iter().collect(),
        codes: Vec::new(),
    }
}

fn adjusted() -> Document {
    let mut d = document();
    d.content.allowances.push(crate::fixture::allowance("1.00", "19"));
    d.content.charges.push(crate::fixture::charge("1.00", "19"));
    d
}

fn found(d: &Document, foreign: &Foreign) -> Vec<&'static str> {
    check_foreign(d, foreign).into_iter().map(|finding| finding.rule).collect()
}

const BINDINGS: [Binding; 2] = [Binding::UblInvoice, Binding::Cii];

#[test]
fn a_document_that_lacks_nothing_breaks_no_rule() {
    for binding in BINDINGS {
        assert_eq!(check_foreign(&document(), &facts(&document(), binding)), []);
    }
}

#[test]
fn what_is_missing_is_found_and_says_what_to_give() {
    for binding in BINDINGS {
        for (rule, term, index) in GAPS {
            let mut foreign = facts(&adjusted(), binding);
            foreign.absent.insert((term, *index));
            let findings = check_foreign(&adjusted(), &foreign);
            let finding = findings.iter().find(|finding| finding.rule == *rule);
            let finding = finding.unwrap_or_else(|| panic!("{rule} is not found in {findings:?}"));
            assert_eq!((finding.term, finding.index), (*term, *index), "{rule}");
            assert!(finding.message.contains("; "), "{rule}: {}", finding.message);
        }
    }
}

#[test]
fn a_sum_that_is_missing_equals_nothing() {
    let mut foreign = facts(&document(), Binding::UblInvoice);
    foreign.absent.insert(("BT-112", None));
    assert_eq!(found(&document(), &foreign), ["BR-14", "BR-CO-15", "BR-CO-16"]);
    foreign.absent.insert(("BG-22", None));
    assert_eq!(found(&document(), &foreign), ["BR-CO-15"], "there is nothing the others could look at");
}

#[test]
fn two_vat_totals_in_the_currency_of_the_invoice_are_one_too_many() {
    for binding in BINDINGS {
        let mut foreign = facts(&document(), binding);
        foreign.vat_totals.push(foreign.vat_totals[0].clone());
        assert_eq!(found(&document(), &foreign), ["BR-CO-15"]);
        foreign.vat_totals[1].currency = Some("SEK".to_owned());
        assert_eq!(found(&document(), &foreign), [""; 0]);
    }
}

#[test]
fn each_of_several_payment_means_is_judged() {
    for binding in BINDINGS {
        let mut foreign = facts(&document(), binding);
        foreign.payments.push(PaymentInstructions { means_code: "58".to_owned(), ..Default::default() });
        // CII asks only about an account that is there.
        let expected: &[&str] = if binding == Binding::Cii { &[] } else { &["BR-61"] };
        assert_eq!(found(&document(), &foreign), expected);
    }
}

#[test]
fn an_element_that_is_there_and_empty_passes_where_the_official_rule_asks_no_more() {
    let mut d = adjusted();
    d.content.allowances[0].reason = Some(String::new());
    let reasons = |d: &Document, foreign: Option<&Foreign>| {
        run(d, foreign).iter().filter(|f| matches!(f.rule, "BR-33" | "BR-CO-21")).count()
    };
    assert_eq!(reasons(&d, None), 2, "what we issue has a reason");
    assert_eq!(reasons(&d, Some(&facts(&d, Binding::UblInvoice))), 0);
}

#[test]
fn the_two_syntaxes_leave_different_play() {
    // A taxable amount at a rate: UBL leaves 1, CII nothing.
    let mut d = document();
    d.vat_breakdown[0].taxable_amount.0 += Decimal::new(1, 2);
    assert_eq!(found(&d, &facts(&d, Binding::UblInvoice)), [""; 0]);
    assert_eq!(found(&d, &facts(&d, Binding::Cii)), ["BR-S-08"]);
    // A rate of zero for the Canary Islands: UBL takes it.
    let mut d = document();
    let line = &mut d.content.lines[0];
    (line.vat_category, line.vat_rate) = (VatCategory::Igic, Some(percent("0")));
    assert!(!found(&d, &facts(&d, Binding::UblInvoice)).contains(&"BR-AF-05"));
    assert!(found(&d, &facts(&d, Binding::Cii)).contains(&"BR-AF-05"));
}

#[test]
fn a_payee_is_told_from_the_seller_as_each_syntax_does() {
    let mut d = document();
    let id = |scheme: &str| Identifier { value: "4711".to_owned(), scheme: Some(scheme.to_owned()) };
    d.content.seller.identifiers = vec![id("0088")];
    d.content.payee = Some(crate::Payee {
        name: "Example Factoring Ltd".to_owned(),
        identifier: Some(id("0060")),
        ..crate::Payee::default()
    });
    assert_eq!(check(&d), []);
    assert_eq!(found(&d, &facts(&d, Binding::UblInvoice)), ["BR-17"], "UBL looks at the value only");
    assert_eq!(
        found(&d, &facts(&d, Binding::Cii)),
        [""; 0],
        "CII does not look at identifiers with a scheme"
    );
}

#[test]
fn codes_are_judged_by_the_lists_of_their_syntax() {
    for (rule, term, code, breaks) in [
        ("BR-CL-01", "BT-3", "381", [true, false, false]),
        ("BR-CL-01", "BT-3", "380", [false, true, false]),
        ("BR-CL-03", "BT-5", "EURO", [true, true, true]),
        ("BR-CL-06", "BT-8", "35", [false, false, true]),
        ("BR-CL-06", "BT-8", "29", [true, true, false]),
        ("BR-CL-14", "BT-40", "SS", [false, false, true]),
        ("BR-CL-14", "BT-40", "AN", [true, true, false]),
        ("BR-CL-22", "BT-121", "vatex-eu-ic", [false, false, false]),
        ("BR-CL-24", "BT-125", "text/html", [true, true, true]),
    ] {
        for (binding, breaks) in
            [Binding::UblInvoice, Binding::UblCreditNote, Binding::Cii].into_iter().zip(breaks)
        {
            let mut foreign = facts(&document(), binding);
            foreign.codes.push(Code { rule, term, index: None, code: code.to_owned() });
            let expected: &[&str] = if breaks { &[rule] } else { &[] };
            assert_eq!(found(&document(), &foreign), expected, "{code} in {binding:?}");
        }
    }
    assert!(Content::CREDIT_NOTE_CODES.contains(&"381"));
}

#[test]
fn a_profile_softens_only_the_rules_that_its_own_validator_softens() {
    let mut foreign = facts(&document(), Binding::UblInvoice);
    foreign.codes.push(Code { rule: "BR-CL-23", term: "BT-130", index: Some(0), code: "EACH".to_owned() });
    foreign.codes.push(Code { rule: "BR-CL-16", term: "BT-81", index: None, code: "999".to_owned() });
    let severities = |foreign: &Foreign| -> Vec<_> {
        check_foreign(&document(), foreign).into_iter().map(|f| (f.rule, f.severity)).collect()
    };
    assert_eq!(severities(&foreign), [("BR-CL-16", Severity::Fatal), ("BR-CL-23", Severity::Fatal)]);
    let xrechnung = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0";
    foreign.profile = Profile::of(xrechnung, foreign.binding);
    assert_eq!(severities(&foreign), [("BR-CL-16", Severity::Fatal), ("BR-CL-23", Severity::Warning)]);
}

#[test]
fn a_stranger_may_leave_open_when_to_pay_and_we_may_not() {
    let mut d = document();
    (d.content.payment_terms, d.content.due_date) = (None, None);
    assert_eq!(check(&d).iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["BR-CO-25"]);
    for binding in [Binding::UblInvoice, Binding::UblCreditNote, Binding::Cii] {
        assert_eq!(found(&d, &facts(&d, binding)), [""; 0], "{binding:?}");
    }
}

#[test]
fn the_factur_x_profiles_are_those_of_cii() {
    let minimum = "urn:factur-x.eu:1p0:minimum";
    assert_eq!(Profile::of(minimum, Binding::Cii), Profile::Minimum);
    assert_eq!(Profile::of(minimum, Binding::UblInvoice), Profile::En16931);
    let mut d = document();
    d.totals.amount_due = amount("1.00");
    let mut foreign = facts(&d, Binding::Cii);
    assert_eq!(found(&d, &foreign), ["BR-CO-16"]);
    foreign.profile = Profile::Minimum;
    assert_eq!(found(&d, &foreign), [""; 0], "MINIMUM has no lines to sum up");
}
