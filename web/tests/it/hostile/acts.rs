//! Every POST route: where its form stands, who sends it, and what a person would type into it.

/// Who sends a form, and on which books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Whoever holds the setup link of a fresh installation.
    First,
    /// The first owner, who has no second factor yet.
    Enrolling,
    /// Somebody unknown, on books with everything in them; so all that follow.
    Nobody,
    /// The owner, between password and second factor.
    Halfway,
    /// The owner.
    Owner,
    /// A buyer who opened a link.
    Buyer,
}

/// What a field is for, and so what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// One line of text that must be there.
    Line,
    /// One line of text.
    MaybeLine,
    /// Lines of text.
    Prose,
    /// Something exact: a number, a date, a choice, an id, an address.
    Exact,
    /// The same, or nothing.
    MaybeExact,
    /// What a draft may hold and a document may not: the page lists what is wrong, and it cannot be issued.
    InDraftsOnly,
    /// Anything: it is a secret to be compared, or is not kept.
    Anything,
}

pub(super) struct Field {
    pub(super) name: &'static str,
    /// What a person would type; `{…}` is filled in by the books.
    pub(super) valid: &'static str,
    pub(super) takes: Takes,
    /// Hostile values that are good values here, by name.
    pub(super) but: &'static [&'static str],
}

pub(super) struct Act {
    /// As in the table of routes.
    pub(super) route: &'static str,
    /// The page with the form.
    pub(super) page: &'static str,
    pub(super) who: Who,
    pub(super) fields: &'static [Field],
    /// A guess that failed is counted, so a refusal is written down.
    pub(super) counts: bool,
}

const fn field(name: &'static str, valid: &'static str, takes: Takes) -> Field {
    Field { name, valid, takes, but: &[] }
}

impl Field {
    const fn but(self, but: &'static [&'static str]) -> Self {
        Self { but, ..self }
    }
}

const fn act(route: &'static str, page: &'static str, who: Who, fields: &'static [Field]) -> Act {
    Act { route, page, who, fields, counts: false }
}

impl Act {
    const fn counting(self) -> Self {
        Self { counts: true, ..self }
    }
}

/// Words that are numbers, dates and choices to people, and names of languages or companies to us.
const SHORT_WORDS: &[&str] =
    &["not a number", "infinity", "tomorrow", "a country that is not", "hexadecimal", "an exponent"];

use Takes::{Anything, Exact, InDraftsOnly, Line, MaybeExact, MaybeLine, Prose};
use Who::{Buyer, Enrolling, First, Halfway, Nobody, Owner};

const NAME: Field = field("name", "Beispiel Handels GmbH", Line);
const LINE_1: Field = field("line_1", "Beispielweg 2", MaybeLine);
const LINE_2: Field = field("line_2", "Hof 3", MaybeLine);
const POST_CODE: Field = field("post_code", "50667", MaybeLine);
const CITY: Field = field("city", "Musterstadt", MaybeLine);
const COUNTRY: Field = field("country", "DE", Exact);
const VAT_IDENTIFIER: Field =
    // They have the shape of numbers of India and of Tonga.
    field("vat_identifier", "DE123456789", MaybeExact).but(&["infinity", "tomorrow"]);
const TAX_REGISTRATION: Field = field("tax_registration", "12/345/67890", MaybeLine);
const CONTACT_NAME: Field = field("contact_name", "Ada Muster", MaybeLine);
const CONTACT_TELEPHONE: Field = field("contact_telephone", "+49 30 0000000", MaybeLine);
const CONTACT_EMAIL: Field = field("contact_email", "ada@example.com", MaybeExact);
const CURRENCY: Field = field("currency", "EUR", Exact);
const PAYMENT_DAYS: Field = field("payment_days", "30", Exact);
const LANGUAGE: Field = field("language", "de", Exact).but(SHORT_WORDS);

const CUSTOMER: &[Field] = &[
    NAME,
    field("email", "accounts@example.org", MaybeExact),
    VAT_IDENTIFIER,
    LINE_1,
    LINE_2,
    POST_CODE,
    CITY,
    COUNTRY,
    field("delivery_line_1", "Beispielhafen 4", MaybeLine),
    field("delivery_line_2", "Tor 2", MaybeLine),
    field("delivery_post_code", "20095", MaybeLine),
    field("delivery_city", "Musterhafen", MaybeLine),
    field("delivery_country", "DE", Exact),
    field("contact_name", "Robin Muster", Line),
    field("contact_role", "Buchhaltung", MaybeLine),
    field("contact_email", "robin@example.org", MaybeExact),
    field("contact_telephone", "+49 30 0000001", MaybeLine),
    field("invoices_to", "", MaybeExact),
    field("action", "save", Anything),
];

const PRODUCT: &[Field] = &[
    NAME,
    field("description", "With feet", Prose),
    field("sellers_identifier", "OB-1", MaybeLine),
    field("gtin", "6291041500213", MaybeExact),
    field("net_price", "1289.50", Exact),
    // A unit that is mutually defined.
    field("unit", "C62", Exact).but(&["a country that is not"]),
    field("vat", "S:19", Exact),
];

pub(super) const ACTS: &[Act] = &[
    act(
        "/setup/owner",
        "/setup",
        First,
        &[
            field("secret", "{setup_secret}", Exact),
            // Names of people: no more is known of them than that they can be read.
            field("name", "Ada Muster", Line),
            field("email", "ada@example.com", Exact),
            field("password", "seven quiet otters count receipts", Anything),
        ],
    ),
    act("/setup/second-factor", "/setup/second-factor", Enrolling, &[field("code", "{totp}", Exact)]),
    act(
        "/setup/organisation",
        "/setup/organisation",
        Owner,
        &[
            NAME,
            // Made from the name if it is empty; short words are good ones.
            field("slug", "second", MaybeExact).but(SHORT_WORDS),
            LINE_1,
            LINE_2,
            POST_CODE,
            CITY,
            COUNTRY,
            VAT_IDENTIFIER,
            TAX_REGISTRATION,
            CONTACT_NAME,
            CONTACT_TELEPHONE,
            CONTACT_EMAIL,
            field("iban", "DE02 1203 0000 0000 2020 51", Exact),
            // A bank INFI in Nicaragua would have this code.
            field("bic", "BYLADEM1001", MaybeExact).but(&["infinity"]),
            field("holder", "Beispiel Handels GmbH", MaybeLine),
            CURRENCY,
            PAYMENT_DAYS,
            LANGUAGE,
        ],
    ),
    act(
        "/sign-in",
        "/sign-in",
        Nobody,
        &[
            field("email", "ada@example.com", Anything),
            field("password", "{password}", Anything),
            field("next", "/o/muster/invoices", Anything),
        ],
    )
    .counting(),
    act(
        "/sign-in/second-factor",
        "/sign-in/second-factor",
        Halfway,
        &[field("code", "{totp}", Exact), field("next", "/o/muster/invoices", Anything)],
    )
    .counting(),
    act(
        "/sign-in/recovery-code",
        "/sign-in/second-factor",
        Halfway,
        &[field("recovery_code", "{recovery_code}", Exact), field("next", "/", Anything)],
    )
    .counting(),
    act("/sign-out", "/o/{organisation}", Owner, &[]),
    act(
        "/account/password",
        "/account",
        Owner,
        &[
            field("username", "ada@example.com", Anything),
            field("old_password", "{password}", Exact),
            field("new_password", "eleven calm herons mend the pier", Anything),
        ],
    )
    .counting(),
    act("/account/sessions/closing", "/account", Owner, &[]),
    act("/account/recovery-codes", "/account", Owner, &[field("code", "{totp}", Exact)]).counting(),
    act(
        "/o/{organisation}/organisation",
        "/o/{organisation}/organisation",
        Owner,
        &[
            NAME,
            LINE_1,
            LINE_2,
            POST_CODE,
            CITY,
            COUNTRY,
            VAT_IDENTIFIER,
            TAX_REGISTRATION,
            CONTACT_NAME,
            CONTACT_TELEPHONE,
            CONTACT_EMAIL,
            field("paper_format", "a4", Exact),
            field("accent", "#204060", Exact),
        ],
    ),
    act(
        "/o/{organisation}/organisation/languages",
        "/o/{organisation}/organisation/languages",
        Owner,
        &[field("people", "de", MaybeExact), field("customers", "en", MaybeExact)],
    ),
    act(
        "/o/{organisation}/organisation/mail",
        "/o/{organisation}/organisation/mail",
        Owner,
        &[
            field("sender_name", "Muster, billing", MaybeLine),
            field("reply_to", "billing@example.com", MaybeExact),
            field("subject_en", "{kind} {number}", Line),
            field("text_en", "Hello\n{link}", Exact),
            field("subject_de", "{kind} {number}", Line),
            field("text_de", "Hallo\n{link}", Exact),
        ],
    ),
    act("/o/{organisation}/organisation/mail/test", "/o/{organisation}/organisation/mail", Owner, &[]),
    act(
        "/o/{organisation}/organisation/drafts",
        "/o/{organisation}/organisation/drafts",
        Owner,
        &[
            CURRENCY,
            PAYMENT_DAYS,
            LANGUAGE,
            field("vat", "S:19", MaybeExact),
            field("exemption_reason", "Small business", Prose),
            field("note", "Thank you", Prose),
        ],
    ),
    act(
        "/o/{organisation}/organisation/accounts",
        "/o/{organisation}/organisation/accounts",
        Owner,
        &[
            field("account_name", "Savings", Line),
            field("holder", "Beispiel Handels GmbH", Line),
            field("iban", "DE89 3704 0044 0532 0130 00", Exact),
            field("bic", "COBADEFFXXX", MaybeExact).but(&["infinity"]),
        ],
    ),
    act(
        "/o/{organisation}/organisation/accounts/{account}/approval",
        "/o/{organisation}/organisation/accounts",
        Owner,
        &[],
    ),
    act(
        "/o/{organisation}/organisation/accounts/{account}/end",
        "/o/{organisation}/organisation/accounts",
        Owner,
        &[],
    ),
    act(
        "/o/{organisation}/organisation/numbering",
        "/o/{organisation}/organisation/numbering",
        Owner,
        &[
            field("invoices", "R-{YYYY}-{NNNN}", Exact),
            field("invoice_start", "100", MaybeExact),
            field("series", "own", Exact),
            field("credit_notes", "G-{YYYY}-{NNNN}", Exact),
            field("credit_note_start", "10", MaybeExact),
            field("action", "save", Anything),
        ],
    ),
    act(
        "/o/{organisation}/invoices/{invoice}/payments",
        "/o/{organisation}/invoices/{invoice}",
        Owner,
        &[
            field("amount", "10.00", Exact),
            field("received_on", "2026-03-02", Exact),
            field("note", "Counter, in notes", Prose),
        ],
    ),
    act(
        "/o/{organisation}/invoices/{invoice}/credit",
        "/o/{organisation}/invoices/{invoice}",
        Owner,
        &[field("reason", "Returned", Prose)],
    ),
    act(
        "/o/{organisation}/invoices/{invoice}/mails",
        "/o/{organisation}/invoices/{invoice}",
        Owner,
        &[field("to", "accounts@example.org", Exact)],
    ),
    act(
        "/o/{organisation}/invoices/{invoice}/mails/{message}/link",
        "/o/{organisation}/invoices/{invoice}",
        Owner,
        &[],
    ),
    act("/o/{organisation}/mail/{message}/attempts", "/o/{organisation}/mail", Owner, &[]),
    act("/o/{organisation}/mail/{message}/cancellation", "/o/{organisation}/mail", Owner, &[]),
    act("/o/{organisation}/invoices/{invoice}/links", "/o/{organisation}/invoices/{invoice}", Owner, &[]),
    act(
        "/o/{organisation}/links/{portal_link}/revocation",
        "/o/{organisation}/invoices/{invoice}",
        Owner,
        &[],
    ),
    act(
        "/o/{organisation}/drafts",
        "/o/{organisation}/invoices/new",
        Owner,
        &[field("customer", "{customer}", Exact)],
    ),
    act(
        "/o/{organisation}/drafts/{draft}",
        "/o/{organisation}/drafts/{draft}",
        Owner,
        &[
            field("version", "1", Exact),
            field("customer", "{customer}", MaybeExact),
            field("line_origin", "0", MaybeExact),
            field("item_name", "Optical bench", InDraftsOnly),
            field("description", "With feet", Prose),
            field("quantity", "2", Exact).but(&["below zero"]),
            field("unit", "C62", InDraftsOnly),
            field("unit_price", "1289.50", Exact).but(&["below zero"]),
            field("vat", "S:19", Exact),
            field("buyer_reference", "04011000-12345-34", Prose),
            field("due_date", "2026-12-31", MaybeExact),
            field("payee", "default", MaybeExact),
            field("delivery_date", "2026-02-28", MaybeExact),
            field("payment_terms", "2 % within 7 days", Prose),
            field("note", "Thank you", Prose),
            // Which line it belongs to; for none there is nothing to lower.
            field("line_allowance_line", "1", Anything),
            field("line_allowance_origin", "", MaybeExact),
            field("line_allowance_kind", "allowance", Exact),
            field("line_allowance_percent", "10", MaybeExact).but(&["below zero"]),
            field("line_allowance_amount", "1.00", MaybeExact).but(&["below zero"]),
            field("line_allowance_reason", "Loyalty", Prose),
            field("allowance_origin", "", MaybeExact),
            field("allowance_kind", "allowance", Exact),
            field("allowance_percent", "10", MaybeExact).but(&["below zero"]),
            field("allowance_amount", "1.00", MaybeExact).but(&["below zero"]),
            field("allowance_reason", "Loyalty", Prose),
            field("allowance_vat", "S:19", MaybeExact),
            field("exemption_reason", "", Prose),
            // Only looked at by its own button.
            field("product", "", Anything),
            field("action", "save", Anything),
        ],
    ),
    act("/o/{organisation}/drafts/{draft}/deletion", "/o/{organisation}/drafts/{draft}", Owner, &[]),
    act(
        "/o/{organisation}/drafts/{draft}/issuance",
        "/o/{organisation}/drafts/{draft}",
        Owner,
        &[field("version", "1", Exact)],
    ),
    act("/o/{organisation}/customers", "/o/{organisation}/customers/new", Owner, CUSTOMER),
    act(
        "/o/{organisation}/customers/{customer}",
        "/o/{organisation}/customers/{customer}/edit",
        Owner,
        CUSTOMER,
    ),
    act("/o/{organisation}/products", "/o/{organisation}/products/new", Owner, PRODUCT),
    act("/o/{organisation}/products/{product}", "/o/{organisation}/products/{product}", Owner, PRODUCT),
    act("/o/{organisation}/products/{product}/archiving", "/o/{organisation}/products/{product}", Owner, &[]),
    act(
        "/o/{organisation}/invoices/bulk",
        "/o/{organisation}/invoices",
        Owner,
        // A document that is ticked twice is one.
        &[
            field("select", "{invoice}", Exact).but(&["twice"]),
            field("received_on", "2026-03-02", Exact),
            field("action", "paid", Exact),
        ],
    ),
    // What does not exist is not found; the file has what is left.
    act(
        "/o/{organisation}/invoices/export",
        "/o/{organisation}/invoices",
        Owner,
        &[field("bom", "yes", Anything)],
    ),
    act("/portal", "/portal", Nobody, &[field("secret", "{link_secret}", Exact)]),
    act("/portal/closing", "/portal/document", Buyer, &[]),
    act("/verify/code", "/verify", Nobody, &[field("code", "{code}", Exact)]),
];

/// POST routes that are tried elsewhere: uploads in `uploads.rs`, languages in `languages.rs`, the style guide in `forms.rs`, the
/// choice between two payee accounts in `settings.rs`.
pub(super) const ELSEWHERE: &[&str] = &[
    "/language",
    "/verify/file",
    "/styleguide",
    "/o/{organisation}/organisation/accounts/{account}/preference",
];
