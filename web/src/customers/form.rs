//! A customer as typed, with any number of contacts.

use counterfoil_billing::customers::MOST_CONTACTS;
use counterfoil_invoice::PostalAddress;
use counterfoil_store::customers::{Customer, CustomerContact, CustomerProfile};

use crate::ui::t;
use crate::{Fields, Form};

/// A customer as typed. The names are those of `billing`'s checks.
#[derive(Debug)]
pub enum CustomerForm {}

impl Fields for CustomerForm {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("version", "field-version"),
        ("action", "field-action"),
        ("name", "field-name"),
        ("email", "field-email"),
        ("vat_identifier", "field-vat-identifier"),
        ("line_1", "field-street"),
        ("line_2", "field-second-line"),
        ("post_code", "field-post-code"),
        ("city", "field-city"),
        ("country", "field-country"),
        ("delivery_line_1", "field-delivery-street"),
        ("delivery_line_2", "field-delivery-second-line"),
        ("delivery_post_code", "field-delivery-post-code"),
        ("delivery_city", "field-delivery-city"),
        ("delivery_country", "field-delivery-country"),
        ("invoices_to", "field-invoices-to"),
    ];
    const MANY: &'static [(&'static str, &'static str)] = &[
        ("contact_name", "field-contact"),
        ("contact_role", "field-contact-role"),
        ("contact_email", "field-contact-address"),
        ("contact_telephone", "field-contact-phone"),
    ];
}

/// The columns of a contact, each with the type of its input.
pub(super) const CONTACT_COLUMNS: &[(&str, &str)] = &[
    ("contact_name", "text"),
    ("contact_role", "text"),
    ("contact_email", "email"),
    ("contact_telephone", "tel"),
];

/// A contact as typed.
pub(super) struct ContactRow {
    /// From 1, as people count.
    pub(super) number: usize,
    cells: Vec<String>,
}

impl ContactRow {
    pub(super) fn cell(&self, column: &str) -> &str {
        let at = CONTACT_COLUMNS.iter().position(|(name, _)| *name == column);
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }
}

/// The contacts as typed, for the page: at least one row to type into.
pub(super) fn contacts(form: &Form<CustomerForm>) -> Vec<ContactRow> {
    let columns: Vec<Vec<&str>> =
        CONTACT_COLUMNS.iter().map(|(column, _)| form.values(column).collect()).collect();
    let count = columns.iter().map(Vec::len).max().unwrap_or(0).clamp(1, MOST_CONTACTS + 1);
    let cell = |column: &Vec<&str>, at: usize| column.get(at).copied().unwrap_or_default().to_owned();
    let row = |at: usize| ContactRow {
        number: at + 1,
        cells: columns.iter().map(|column| cell(column, at)).collect(),
    };
    (0..count).map(row).collect()
}

/// The form with one more contact to type into.
pub(super) fn with_contact(form: &Form<CustomerForm>) -> Form<CustomerForm> {
    let mut form = form.again();
    for (column, _) in CONTACT_COLUMNS {
        form = form.with(column, "");
    }
    form
}

/// Who may get the invoices, by what the form sends.
pub(super) fn recipients(form: &Form<CustomerForm>) -> Vec<(String, String)> {
    let mut all = vec![(String::new(), t("customer-address-above").to_string())];
    for contact in contacts(form) {
        let name = match contact.cell("contact_name").trim() {
            "" => t("customer-contact").with("number", contact.number).to_string(),
            name => name.to_owned(),
        };
        all.push((contact.number.to_string(), name));
    }
    let chosen = form.value("invoices_to");
    if !all.iter().any(|(value, _)| value == chosen) {
        all.push((chosen.to_owned(), chosen.to_owned()));
    }
    all
}

pub(super) fn fill(customer: &Customer) -> Form<CustomerForm> {
    let CustomerProfile { buyer, email, contacts, invoices_to, delivery_address } = &customer.profile;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let delivery = delivery_address.clone().unwrap_or_default();
    let mut form = Form::blank()
        .with("version", customer.version)
        .with("name", &buyer.name)
        .with("email", email)
        .with("vat_identifier", text(&buyer.vat_identifier))
        .with("line_1", text(&buyer.address.line_1))
        .with("line_2", text(&buyer.address.line_2))
        .with("post_code", text(&buyer.address.post_code))
        .with("city", text(&buyer.address.city))
        .with("country", &buyer.address.country)
        .with("delivery_line_1", text(&delivery.line_1))
        .with("delivery_line_2", text(&delivery.line_2))
        .with("delivery_post_code", text(&delivery.post_code))
        .with("delivery_city", text(&delivery.city))
        .with("delivery_country", &delivery.country)
        .with("invoices_to", invoices_to.map(|at| (at + 1).to_string()).unwrap_or_default());
    for contact in contacts {
        form = form
            .with("contact_name", &contact.name)
            .with("contact_role", &contact.role)
            .with("contact_email", &contact.email)
            .with("contact_telephone", &contact.telephone);
    }
    form
}

/// What was typed; what the form does not show stays as it is. What cannot be read is noted.
pub(super) fn read(form: &mut Form<CustomerForm>, mut profile: CustomerProfile) -> CustomerProfile {
    profile.email = form.text("email");
    let buyer = &mut profile.buyer;
    buyer.name = form.text("name");
    buyer.vat_identifier = form.optional("vat_identifier");
    buyer.address.line_1 = form.optional("line_1");
    buyer.address.line_2 = form.optional("line_2");
    buyer.address.post_code = form.optional("post_code");
    buyer.address.city = form.optional("city");
    buyer.address.country = form.text("country");
    profile.delivery_address = Some(PostalAddress {
        line_1: form.optional("delivery_line_1"),
        line_2: form.optional("delivery_line_2"),
        post_code: form.optional("delivery_post_code"),
        city: form.optional("delivery_city"),
        country: form.text("delivery_country"),
        ..profile.delivery_address.unwrap_or_default()
    });
    let count = |column: &str| form.values(column).count();
    if CONTACT_COLUMNS.iter().any(|(column, _)| count(column) != count(CONTACT_COLUMNS[0].0)) {
        form.refuse("", t("customer-contacts-incomplete"));
    }
    let rows = contacts(form);
    let typed = |row: &ContactRow, column: &str| row.cell(column).trim().to_owned();
    profile.invoices_to = match form.text("invoices_to").as_str() {
        "" => None,
        number => {
            let chosen = rows.iter().position(|row| row.number.to_string() == number);
            if chosen.is_none() {
                form.refuse("invoices_to", t("customer-choose-contact"));
            }
            chosen
        }
    };
    profile.contacts = rows
        .iter()
        .map(|row| CustomerContact {
            name: typed(row, "contact_name"),
            role: typed(row, "contact_role"),
            email: typed(row, "contact_email"),
            telephone: typed(row, "contact_telephone"),
        })
        .collect();
    profile
}

#[cfg(test)]
mod tests {
    use counterfoil_invoice::Buyer;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn filling_in_and_reading_back_keeps_a_customer_with_what_is_not_shown() {
        let address = PostalAddress {
            line_1: Some("Example Street 1".to_owned()),
            subdivision: Some("Example County".to_owned()),
            city: Some("Exampletown".to_owned()),
            country: "IE".to_owned(),
            ..PostalAddress::default()
        };
        let buyer = Buyer {
            name: "Example Buyer Ltd".to_owned(),
            trading_name: Some("Example".to_owned()),
            address: address.clone(),
            ..Buyer::default()
        };
        let contact = |name: &str| CustomerContact {
            name: name.to_owned(),
            role: "Accounts".to_owned(),
            email: format!("{name}@example.com"),
            telephone: String::new(),
        };
        let profile = CustomerProfile {
            buyer,
            email: "accounts@example.com".to_owned(),
            contacts: vec![contact("robin"), contact("alex")],
            invoices_to: Some(1),
            delivery_address: Some(address),
        };
        let customer = Customer { id: Uuid::nil(), version: 3, profile: profile.clone() };
        assert_eq!(read(&mut fill(&customer), profile.clone()), profile);
        assert_eq!(fill(&customer).value("version"), "3");
        assert_eq!(contacts(&with_contact(&fill(&customer))).len(), 3);
        let chosen: Vec<_> = recipients(&fill(&customer)).into_iter().map(|(_, name)| name).collect();
        assert_eq!(chosen, ["The address above", "robin", "alex"]);
    }
}
