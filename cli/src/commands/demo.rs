//! `demo`: the server on a filled example organisation. Everything in it goes through the same use cases as real work.

use std::time::Duration;

use anyhow::Context as _;
use counterfoil_billing::access::NewOwner;
use counterfoil_billing::payments::NewPayment;
use counterfoil_billing::{Billing, Clock};
use counterfoil_identity::permission::{
    Credit, EditCustomers, EditDrafts, EditProducts, Issue, ReadBooks, RecordPayment, ShareDocument,
};
use counterfoil_identity::{Actor, Token};
use counterfoil_invoice::line::LineAllowance;
use counterfoil_invoice::references::Note;
use counterfoil_invoice::vat::DocumentAllowance;
use counterfoil_invoice::{
    Amount, Buyer, Content, Currency, InvoiceLine, Item, Percentage, PostalAddress, PriceDetails, Quantity,
    UnitPrice, VatCategory,
};
use counterfoil_store::Store;
use counterfoil_store::customers::{CustomerContact, CustomerProfile};
use counterfoil_store::products::Product;
use indicatif::ProgressBar;
use jiff::{SignedDuration, Timestamp};
use rand_core::{Rng as _, UnwrapErr};
use rust_decimal::Decimal;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{init, serve};
use crate::assembly::{Assembly, billing as billing_on, open_store};
use crate::config::Config;
use crate::data_folder::{DataFolder, write_whole};
use crate::output::talk;

const SLUG: &str = "example";
const EMAIL: &str = "owner@example.com";
const CUSTOMERS: usize = 20;
/// From one example invoice to the next; the newest is from today.
const STEP: SignedDuration = SignedDuration::from_hours(36);

/// How to sign in to the example: kept beside its data, so that a second start can say it again.
#[derive(serde::Serialize, serde::Deserialize)]
struct SignIn {
    password: String,
    totp_secret: String,
}

pub(super) async fn run(config: &Config, invoices: u16) -> anyhow::Result<()> {
    let folder = DataFolder::at(&config.data);
    let store = open_store(config, &folder).await?;
    let kept = folder.path().join("demo-sign-in.json");
    let sign_in = if folder.is_new {
        let sign_in = fill(config, &store, invoices.into()).await?;
        write_whole(&kept, &serde_json::to_vec_pretty(&sign_in)?, 0o400)?;
        sign_in
    } else {
        serde_json::from_slice(&std::fs::read(&kept).with_context(|| {
            format!(
                "{} holds other data than the example, or half of it: remove it, or choose another folder with --data",
                folder.path().display()
            )
        })?)?
    };
    let assembly = Assembly { billing: billing_on(config, &store, Clock::System).await?, store };
    let url = config.url.clone();
    let clock = assembly.billing.clock().clone();
    serve::start(config, &folder, assembly, move || {
        for line in [
            format!("The example is ready on {url}"),
            String::new(),
            format!("    address   {EMAIL}"),
            format!("    password  {}", sign_in.password),
            format!("    authenticator secret  {}", sign_in.totp_secret),
            String::new(),
        ] {
            talk(&line);
        }
        tokio::spawn(async move {
            // Instead of a phone: the code of the moment, whenever it changes.
            let mut last = String::new();
            loop {
                match code(&sign_in.totp_secret, clock.now()) {
                    Ok(code) if code != last => {
                        talk(&format!("    code now  {code}"));
                        last = code;
                    }
                    Ok(_) => {}
                    Err(error) => talk(&format!("no code: {error}")),
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
    })
    .await
}

fn code(secret: &str, now: Timestamp) -> anyhow::Result<String> {
    let bytes: [u8; 20] = data_encoding::BASE32_NOPAD
        .decode(secret.as_bytes())?
        .try_into()
        .map_err(|_| anyhow::anyhow!("the secret has not 20 bytes"))?;
    let totp =
        totp_rs::Builder::new().with_secret(bytes).with_step_duration(30).with_skew(0).build_noncompliant();
    Ok(totp.generate(u64::try_from(now.as_second())?).to_string())
}

/// Makes the example, from its oldest invoice to today.
async fn fill(config: &Config, store: &Store, invoices: usize) -> anyhow::Result<SignIn> {
    // Keys and certificates are as old as the first invoice.
    let clock = Clock::at(Clock::System.now() - STEP * (i32::try_from(invoices)? + 2));
    let billing = billing_on(config, store, clock.clone()).await?;
    let password = random_password();
    let (token, totp_secret) = owner(&billing, &password).await?;
    let signed_in = billing
        .session(&token)
        .await?
        .map_err(|_| anyhow::anyhow!("the example's owner is not signed in"))?;
    billing.create_organisation(signed_in.gate(), example_organisation()).await?;
    let signed_in = billing
        .session(&token)
        .await?
        .map_err(|_| anyhow::anyhow!("the example's owner is not signed in"))?;
    let may = Actors {
        customers: signed_in.actor(SLUG)?,
        products: signed_in.actor(SLUG)?,
        drafts: signed_in.actor(SLUG)?,
        issue: signed_in.actor(SLUG)?,
        pay: signed_in.actor(SLUG)?,
        credit: signed_in.actor(SLUG)?,
        share: signed_in.actor(SLUG)?,
        read: signed_in.actor(SLUG)?,
    };
    let mut customers = Vec::with_capacity(CUSTOMERS);
    for profile in (0..CUSTOMERS).map(customer) {
        customers.push((billing.create_customer(&may.customers, profile.clone()).await?, profile));
    }
    for product in (0..ITEMS.len()).map(product) {
        billing.create_product(&may.products, product).await?;
    }
    let bar = ProgressBar::new(u64::try_from(invoices)?).with_message("making the example");
    for index in 0..invoices {
        clock.advance(STEP);
        let from_end = invoices - index;
        one(&billing, &may, &customers[index % customers.len()], index, from_end).await?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    billing.sign_out(&token).await?;
    Ok(SignIn { password, totp_secret })
}

struct Actors {
    customers: Actor<EditCustomers>,
    products: Actor<EditProducts>,
    drafts: Actor<EditDrafts>,
    issue: Actor<Issue>,
    pay: Actor<RecordPayment>,
    credit: Actor<Credit>,
    share: Actor<ShareDocument>,
    read: Actor<ReadBooks>,
}

/// One document, in one of all the states there are; the last ones are still on their way.
async fn one(
    billing: &Billing,
    may: &Actors,
    (customer, profile): &(Uuid, CustomerProfile),
    index: usize,
    from_end: usize,
) -> anyhow::Result<()> {
    let draft = billing.create_draft(&may.drafts, Some(*customer), content(index)).await?;
    if index % 19 == 7 {
        return Ok(());
    }
    let issued = billing.issue(&may.issue, draft, 1).await?;
    if from_end < 8 {
        billing.send(&may.share, issued.id, profile.invoice_address()).await?;
    }
    let due = issued.issued.document().totals.amount_due;
    let today = billing.clock().today(billing.time_zone());
    let recent = from_end < 30;
    match index % 10 {
        9 => {
            let note = billing.credit(&may.credit, issued.id, Some("Delivered twice")).await?;
            billing.issue(&may.issue, note, 1).await?;
        }
        4 if recent => {
            pay(billing, may, issued.id, Amount((due.0 / Decimal::TWO).round_dp(2)), today).await?;
        }
        5 if recent => {}
        _ if !recent && !index.is_multiple_of(11) => pay(billing, may, issued.id, due, today).await?,
        _ => {}
    }
    // What was issued can be read back: the example is a test of itself.
    billing.invoice(&may.read, issued.id).await?.context("an example invoice is missing")?;
    Ok(())
}

async fn pay(
    billing: &Billing,
    may: &Actors,
    invoice: Uuid,
    amount: Amount,
    received_on: jiff::civil::Date,
) -> anyhow::Result<()> {
    let payment = NewPayment { amount, received_on, note: "Bank transfer".to_owned() };
    Ok(billing.record_payment(&may.pay, invoice, payment).await?)
}

async fn owner(billing: &Billing, password: &str) -> anyhow::Result<(Token, String)> {
    let link = billing.offer_setup().await?.context("the example is set up already")?;
    let secret = Token::parse(link.rsplit('#').next().unwrap_or_default())?;
    let owner = NewOwner {
        name: "Robin Example".to_owned(),
        email: EMAIL.to_owned(),
        password: Zeroizing::new(password.to_owned()),
    };
    let token = billing.create_owner(&secret, owner).await?;
    let unfinished =
        billing.unfinished_session(&token).await?.map_err(|refusal| anyhow::anyhow!("{refusal}"))?;
    let enrolment = billing.begin_totp(&unfinished).await?;
    let now = billing.clock().now();
    let (token, _) = billing.confirm_totp(&unfinished, &token, &code(&enrolment.secret, now)?).await?;
    Ok((token, enrolment.secret.to_string()))
}

fn random_password() -> String {
    let mut bytes = [0; 15];
    UnwrapErr(getrandom::SysRng).fill_bytes(&mut bytes);
    let text = data_encoding::BASE32_NOPAD.encode(&bytes).to_lowercase();
    [&text[..6], &text[6..12], &text[12..18], &text[18..]].join("-")
}

fn example_organisation() -> counterfoil_billing::organisations::NewOrganisation {
    let mut file = init::example(SLUG);
    "Northlight Instruments GmbH".clone_into(&mut file.seller.name);
    file.into_new(SLUG)
}

fn customer(index: usize) -> CustomerProfile {
    const NAMES: [&str; CUSTOMERS] = [
        "Alder & Finch Architects",
        "Bluewater Clinics",
        "Castellan Bakery",
        "Dovetail Joinery",
        "Eastgate Museum",
        "Fernhill Organic Farms",
        "Granite Ridge Quarries",
        "Harbourlight Hotels",
        "Ivory Coast Roasters",
        "Juniper Software",
        "Kestrel Aviation Services",
        "Lindenhof School",
        "Meridian Logistics",
        "Northgate Printworks",
        "Orchard Street Pharmacy",
        "Pinewood Furniture",
        "Quayside Fisheries",
        "Redbrick Housing Association",
        "Silverbirch Landscaping",
        "Tidewater Renewable Energy and Coastal Engineering Cooperative",
    ];
    const CITIES: [(&str, &str); 5] = [
        ("Hamburg", "20095"),
        ("Köln", "50667"),
        ("München", "80331"),
        ("Leipzig", "04109"),
        ("Bremen", "28195"),
    ];
    let (city, post_code) = CITIES[index % CITIES.len()];
    CustomerProfile {
        buyer: Buyer {
            name: format!("{} GmbH", NAMES[index]),
            address: PostalAddress {
                line_1: Some(format!("Beispielweg {}", index * 3 + 1)),
                post_code: Some(post_code.to_owned()),
                city: Some(city.to_owned()),
                country: "DE".to_owned(),
                ..PostalAddress::default()
            },
            ..Buyer::default()
        },
        email: format!("accounts{}@example.org", index + 1),
        ..contact(index)
    }
}

/// Some customers have somebody who gets the invoices, and another place where goods go.
fn contact(index: usize) -> CustomerProfile {
    if !index.is_multiple_of(3) {
        return CustomerProfile::default();
    }
    CustomerProfile {
        contacts: vec![CustomerContact {
            name: "Alex Example".to_owned(),
            role: "Accounts payable".to_owned(),
            email: format!("alex{}@example.org", index + 1),
            telephone: "+49 30 0000000".to_owned(),
        }],
        invoices_to: Some(0),
        delivery_address: Some(PostalAddress {
            line_1: Some("Beispielhafen 4".to_owned()),
            post_code: Some("20095".to_owned()),
            city: Some("Hamburg".to_owned()),
            country: "DE".to_owned(),
            ..PostalAddress::default()
        }),
        ..CustomerProfile::default()
    }
}

/// Name, description, price and its decimals, unit, VAT rate.
const ITEMS: [(&str, &str, i64, u32, &str, i64); 8] = [
    ("Calibration of a spectrometer", "On site, with certificate", 42_000, 2, "C62", 19),
    ("Optical bench, 1.2 m", "Aluminium, anodised", 128_950, 2, "C62", 19),
    ("Consulting", "Measurement planning", 11_500, 2, "HUR", 19),
    ("Handbook of practical optics", "Printed, second edition", 4_990, 2, "C62", 7),
    ("Lens cleaning cloths", "Pack of 50", 1_275, 2, "C62", 19),
    ("Travel", "Flat rate", 8_500, 2, "C62", 19),
    ("Training day", "Up to eight people", 96_000, 2, "DAY", 19),
    ("Fibre cable", "Per metre", 2_345, 3, "MTR", 19),
];

/// What is sold again and again.
fn product(index: usize) -> Product {
    let (name, description, price, scale, unit, rate) = ITEMS[index];
    Product {
        item: Item {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            sellers_identifier: Some(format!("NL-{}", 100 + index)),
            ..Item::default()
        },
        unit: unit.to_owned(),
        net_price: UnitPrice(Decimal::new(price, scale)),
        currency: Currency::EUR,
        vat_category: VatCategory::Standard,
        vat_rate: Some(Percentage(Decimal::from(rate))),
    }
}

fn content(index: usize) -> Content {
    let lines = (0..=index % 6)
        .map(|line| {
            let (name, description, price, scale, unit, rate) = ITEMS[(index * 3 + line * 5) % ITEMS.len()];
            InvoiceLine {
                quantity: Quantity(Decimal::from((index + line * 7) % 9 + 1)),
                unit: unit.to_owned(),
                price: PriceDetails {
                    net_price: UnitPrice(Decimal::new(price, scale)),
                    ..PriceDetails::default()
                },
                vat_category: VatCategory::Standard,
                vat_rate: Some(Percentage(Decimal::from(rate))),
                item: Item {
                    name: name.to_owned(),
                    description: Some(description.to_owned()),
                    ..Item::default()
                },
                allowances: if line == 2 {
                    vec![LineAllowance {
                        amount: Amount(Decimal::new(500, 2)),
                        reason: Some("Loyalty".to_owned()),
                        ..LineAllowance::default()
                    }]
                } else {
                    Vec::new()
                },
                ..InvoiceLine::default()
            }
        })
        .collect();
    Content {
        buyer_reference: Some(format!("PO-{}", 4_000 + index)),
        notes: vec![Note { subject_code: None, text: "Thank you for your order.".to_owned() }],
        allowances: if index % 5 == 2 {
            vec![DocumentAllowance {
                percentage: Some(Percentage(Decimal::from(2))),
                vat_category: VatCategory::Standard,
                vat_rate: Some(Percentage(Decimal::from(19))),
                reason: Some("Volume discount".to_owned()),
                ..DocumentAllowance::default()
            }]
        } else {
            Vec::new()
        },
        lines,
        ..Content::default()
    }
}
