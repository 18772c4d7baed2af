//! Who writes to whom, and about what: head, address field, facts, other parties, footer.

use counterfoil_invoice::references::Identifier;
use counterfoil_invoice::{Contact, PostalAddress, Seller};

use super::{Clerk, Fact, Letterhead, Remark};
use crate::country;
use crate::locale::fill;
use crate::text::{line, shortened};

/// Lines of a footer column that fit its place.
const FOOTER_LINES: usize = 6;

/// Countries that write city and post code on lines of their own.
const POST_CODE_BELOW: [&str; 2] = ["GB", "IE"];

/// Countries that write city, region and post code on one line, in this order.
const REGION_BESIDE: [&str; 3] = ["US", "CA", "AU"];

pub(super) fn letterhead(seller: &Seller) -> Letterhead {
    let legal = line(&seller.name);
    let trading = seller.trading_name.as_deref().map(line).filter(|name| !name.is_empty() && *name != legal);
    Letterhead {
        by_line: trading.as_ref().map(|_| legal.clone()),
        headline: trading.unwrap_or_else(|| legal.clone()),
        name: legal,
    }
}

/// The lines of an address. The country is named only to readers in another.
fn address(address: &PostalAddress, reader: &str) -> Vec<String> {
    let part = |text: &Option<String>| text.as_deref().map(line).unwrap_or_default();
    let (city, post_code, region) =
        (part(&address.city), part(&address.post_code), part(&address.subdivision));
    let country = address.country.as_str();
    let mut lines = vec![part(&address.line_1), part(&address.line_2), part(&address.line_3)];
    if POST_CODE_BELOW.contains(&country) {
        lines.extend([city, region, post_code]);
    } else if REGION_BESIDE.contains(&country) {
        let comma = if city.is_empty() || region.is_empty() { "" } else { "," };
        lines.push(line(&format!("{city}{comma} {region} {post_code}")));
    } else {
        lines.extend([line(&format!("{post_code} {city}")), region]);
    }
    if country != reader {
        lines.push(country::name(country).to_uppercase());
    }
    lines.retain(|line| !line.is_empty());
    lines
}

impl Clerk<'_> {
    /// The sender in one line, as the window of an envelope shows it.
    pub(super) fn return_line(&self) -> String {
        let seller = &self.content.seller;
        let mut parts = vec![line(&seller.name)];
        // Without the country: the window is narrow, and the post knows where it was handed in.
        parts.extend(address(&seller.address, &seller.address.country));
        shortened(&parts.join(" · "), 90)
    }

    pub(super) fn recipient(&self) -> Vec<String> {
        let buyer = &self.content.buyer;
        let mut lines = vec![line(&buyer.name)];
        lines.extend(buyer.trading_name.as_deref().map(line).filter(|name| *name != lines[0]));
        let person = buyer.contact.as_ref().and_then(|contact| contact.name.as_deref()).map(line);
        lines.extend(person.map(|name| fill(&self.locale.labels.attention, &[("name", &name)])));
        lines.extend(address(&buyer.address, &self.content.seller.address.country));
        lines
    }

    /// Dates and references, beside the address.
    pub(super) fn facts(&self) -> Vec<Fact> {
        let (labels, content) = (&self.locale.labels, self.content);
        let buyer = &content.buyer;
        let text = |value: Option<&String>| value.map(|text| line(text));
        let date = |value| Option::map(value, |date| self.locale.date(date));
        let contact = content.seller.contact.as_ref().and_then(|contact| contact.name.as_ref());
        let facts = [
            (&labels.issue_date, Some(self.locale.date(self.document.issue_date))),
            (&labels.due_date, date(content.due_date)),
            (&labels.delivery_date, date(content.delivery.as_ref().and_then(|d| d.actual_date))),
            (&labels.tax_point_date, date(content.tax_point_date).or_else(|| self.tax_point())),
            (&labels.invoicing_period, content.invoicing_period.as_ref().and_then(|p| self.period(p))),
            (&labels.buyer_reference, text(content.buyer_reference.as_ref())),
            (&labels.purchase_order, text(content.purchase_order_reference.as_ref())),
            (&labels.sales_order, text(content.sales_order_reference.as_ref())),
            (&labels.contract, text(content.contract_reference.as_ref())),
            (&labels.project, text(content.project_reference.as_ref())),
            (&labels.tender, text(content.tender_reference.as_ref())),
            (&labels.despatch_advice, text(content.despatch_advice_reference.as_ref())),
            (&labels.receiving_advice, text(content.receiving_advice_reference.as_ref())),
            (&labels.invoiced_object, text(content.invoiced_object.as_ref().map(|id| &id.value))),
            (&labels.accounting_reference, text(content.buyer_accounting_reference.as_ref())),
            (&labels.customer_number, text(buyer.identifier.as_ref().map(|id| &id.value))),
            (&labels.customer_vat_id, text(buyer.vat_identifier.as_ref())),
            (&labels.customer_registration, text(buyer.legal_registration.as_ref().map(|id| &id.value))),
            (
                &labels.customer_electronic_address,
                text(electronic_address(buyer.electronic_address.as_ref(), buyer.contact.as_ref())),
            ),
            (&labels.contact, text(contact)),
        ];
        let their_contact = buyer.contact.iter().flat_map(|c| [&c.telephone, &c.email]).flatten();
        let their_contact: Vec<String> = their_contact.map(|text| line(text)).collect();
        facts
            .into_iter()
            .map(|(label, value)| (label.clone(), Vec::from_iter(value)))
            .chain([(labels.customer_contact.clone(), their_contact)])
            .map(|(label, lines)| (label, lines.into_iter().filter(|v| !v.is_empty()).collect::<Vec<_>>()))
            .filter(|(_, lines)| !lines.is_empty())
            .collect()
    }

    /// When VAT falls due by its code (BT-8, UNTDID 2005), in words.
    fn tax_point(&self) -> Option<String> {
        let (labels, code) = (&self.locale.labels, self.content.tax_point_date_code.as_deref()?);
        Some(match code {
            "3" | "5" => labels.tax_point_on_issue.clone(),
            "35" | "29" => labels.tax_point_on_delivery.clone(),
            "432" | "72" => labels.tax_point_on_payment.clone(),
            other => line(other),
        })
    }

    /// Payee, tax representative and place of delivery.
    pub(super) fn other_parties(&self) -> Vec<Remark> {
        let (labels, content) = (&self.locale.labels, self.content);
        let reader = content.buyer.address.country.as_str();
        let mut parties = Vec::new();
        let mut add = |label: &String, lines: Vec<String>| {
            let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
            if !lines.is_empty() {
                parties.push(Remark { label: label.clone(), lines });
            }
        };
        if let Some(delivery) = &content.delivery {
            let mut lines: Vec<String> = delivery.party_name.iter().map(|name| line(name)).collect();
            lines.extend(delivery.location.iter().map(|id| line(&id.value)));
            lines.extend(delivery.address.iter().flat_map(|place| address(place, reader)));
            add(&labels.deliver_to, lines);
        }
        if let Some(payee) = &content.payee {
            let mut lines = vec![line(&payee.name)];
            lines.extend(payee.identifier.iter().map(|id| line(&id.value)));
            lines.extend(payee.legal_registration.iter().map(|id| with_id(&labels.registration, &id.value)));
            add(&labels.payee, lines);
        }
        if let Some(representative) = &content.tax_representative {
            let mut lines = vec![line(&representative.name)];
            lines.extend(address(&representative.address, reader));
            lines.extend(representative.vat_identifier.iter().map(|id| with_id(&labels.vat_id, id)));
            add(&labels.tax_representative, lines);
        }
        parties
    }

    /// The seller's legal data in columns, and the whole of it once more for the last page if it does not fit them.
    pub(super) fn footer(&self) -> (Vec<Vec<String>>, Option<String>) {
        let (labels, seller) = (&self.locale.labels, &self.content.seller);
        let mut sender = vec![line(&seller.name)];
        sender.extend(address(&seller.address, &self.content.buyer.address.country));
        let contact = seller.contact.iter().flat_map(|c| [&c.name, &c.telephone, &c.email]);
        let contact: Vec<String> = contact.flatten().map(|text| line(text)).collect();
        let mut legal: Vec<String> =
            seller.vat_identifier.iter().map(|id| with_id(&labels.vat_id, id)).collect();
        legal.extend(seller.tax_registration.iter().map(|id| with_id(&labels.tax_number, id)));
        legal.extend(seller.legal_registration.iter().map(|id| with_id(&labels.registration, &id.value)));
        legal.extend(seller.identifiers.iter().map(|id| with_id(&labels.seller_number, &id.value)));
        let electronic = electronic_address(seller.electronic_address.as_ref(), seller.contact.as_ref());
        legal.extend(electronic.map(|address| with_id(&labels.electronic_address, address)));
        let more = seller.additional_legal_information.as_deref().map(crate::text::lines).unwrap_or_default();

        let columns: Vec<Vec<String>> = [sender, contact, legal, more]
            .into_iter()
            .map(|column| column.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>())
            .filter(|column| !column.is_empty())
            .collect();
        let width = if columns.len() > 3 { 24 } else { 32 };
        let fitting: Vec<Vec<String>> = columns.iter().map(|column| fitting(column, width)).collect();
        let left_out = (fitting != columns).then(|| columns.concat().join(" · "));
        (fitting, left_out)
    }
}

/// Where e-invoices go (BT-34, BT-49), if the contact's mail address does not say it already.
fn electronic_address<'a>(address: Option<&'a Identifier>, contact: Option<&Contact>) -> Option<&'a String> {
    let email = contact.and_then(|contact| contact.email.as_ref());
    address.map(|address| &address.value).filter(|address| Some(*address) != email)
}

fn with_id(label: &str, id: &str) -> String {
    fill(label, &[("id", &line(id))])
}

/// As many lines as fit the footer when lines wrap at `width` small letters.
fn fitting(column: &[String], width: usize) -> Vec<String> {
    let halves = |c: char| if c.is_uppercase() { 3 } else { 2 };
    let mut room = FOOTER_LINES;
    let mut lines = Vec::new();
    for line in column {
        let mut free = 2 * width * room.min(3);
        let fits = line.chars().take_while(|c| {
            let fits = halves(*c) <= free;
            free = free.saturating_sub(halves(*c));
            fits
        });
        let shown = shortened(line, fits.count());
        if room == 0 || shown.is_empty() {
            break;
        }
        room = room.saturating_sub(shown.chars().map(halves).sum::<usize>().div_ceil(2 * width));
        lines.push(shown);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(country: &str) -> PostalAddress {
        PostalAddress {
            line_1: Some("1 Sample Street".into()),
            city: Some("Sampleton".into()),
            post_code: Some("12345".into()),
            subdivision: Some("SA".into()),
            country: country.into(),
            ..Default::default()
        }
    }

    #[test]
    fn an_address_is_written_as_its_country_does_and_names_it_only_abroad() {
        assert_eq!(address(&place("DE"), "DE"), ["1 Sample Street", "12345 Sampleton", "SA"]);
        assert_eq!(
            address(&place("GB"), "DE"),
            ["1 Sample Street", "Sampleton", "SA", "12345", "UNITED KINGDOM"]
        );
        assert_eq!(address(&place("US"), "DE"), ["1 Sample Street", "Sampleton, SA 12345", "UNITED STATES"]);
        assert!(address(&PostalAddress::default(), "").is_empty());
    }

    #[test]
    fn a_footer_column_never_outgrows_its_place() {
        for (letter, width) in [("x", 24), ("X", 16)] {
            let lines = fitting(&vec![letter.repeat(1000); 50], 24);
            let wrapped: usize = lines.iter().map(|line| line.chars().count().div_ceil(width)).sum();
            assert_eq!(wrapped, FOOTER_LINES);
        }
        assert_eq!(fitting(&["short".to_owned()], 24), ["short"]);
    }
}
