//! A customer as typed, with any number of contacts.

use counterfoil_billing::customers::MOST_CONTACTS;
use counterfoil_invoice::PostalAddress;
use counterfoil_store::customers::{Customer, CustomerContact, CustomerProfile};

use crate::{Fields, Form};

/// A customer as typed. The names are those of `billing`'s checks.
#[derive(Debug)]
pub enum CustomerForm {}

impl Fields for CustomerForm {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("version", "Version"),
        ("action", "Action"),
        ("name", "Name"),
        ("email", "E-mail address"),
        ("vat_identifier", "VAT identifier"),
        ("line_1", "Street and number"),
        ("line_2", "Second address line"),
        ("post_code", "Post code"),
        ("city", "City"),
        ("country", "Country"),
        ("delivery_line_1", "Street and number of delivery"),
        ("delivery_line_2", "Second address line of delivery"),
        ("delivery_post_code", "Post code of delivery"),
        ("delivery_city", "City of delivery"),
        ("delivery_country", "Country of delivery"),
        ("invoices_to", "Invoices go to"),
    ];
    const MANY: &'static [(&'static str, &'static str)] = &[
        ("contact_name", "Name of the contact"),
        ("contact_role", "Role of the contact"),
        ("contact_email", "E-mail address of the contact"),
        ("contact_telephone", "Telephone of the contact"),
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
    let mut all = vec![(String::new(), "The address above".to_owned())];
    for contact in contacts(form) {
        let name = match contact.cell("contact_name").trim() {
            "" => format!("Contact {}", contact.number),
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
        form.refuse("", "the contacts did not arrive completely: reload the page and type them again");
    }
    let rows = contacts(form);
    let typed = |row: &ContactRow, column: &str| row.cell(column).trim().to_owned();
    profile.invoices_to = match form.text("invoices_to").as_str() {
        "" => None,
        number => {
            let chosen = rows.iter().position(|row| row.number.to_string() == number);
            if chosen.is_none() {
                form.refuse("invoices_to", "choose one of the contacts");
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
