//! `init`: makes an organisation.

use anyhow::{Context as _, bail};
use counterfoil_billing::organisations::OrganisationFile;
use counterfoil_identity::gate;
use counterfoil_invoice::{Contact, Currency, PostalAddress, Seller};
use serde_json::json;

use crate::args::Init;
use crate::assembly::assemble;
use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::input;
use crate::output::{data, talk};

pub(super) async fn run(config: &Config, init: &Init, json: bool) -> anyhow::Result<()> {
    let file = match &init.from {
        Some(path) => {
            let text = input::read_text(path)?;
            serde_json::from_str(&text).with_context(|| path.display().to_string())?
        }
        None => example(&init.org),
    };
    let folder = DataFolder::at(&config.data);
    let assembly = assemble(config, &folder).await?;
    if assembly.billing.find_organisation(&init.org).await?.is_some() {
        bail!("there is an organisation {:?} already", init.org);
    }
    let gate = gate::operator_command("init");
    assembly.billing.create_organisation(&gate, file.into_new(&init.org)).await?;
    let ledger = assembly
        .billing
        .public_ledger(&init.org)
        .await?
        .context("the ledger of the new organisation is missing")?;
    if init.from.is_none() {
        talk(
            "Its seller and payee account are examples. Nobody can pay to them: give your own with --from FILE.json \
             before you bill anyone.",
        );
    }
    let value = json!({ "org": init.org, "data": folder.path(), "ledger_key": ledger.key.to_string(),
                        "example": init.from.is_none() });
    data(json, &value, &[ledger.key.to_string()])?;
    assembly.store.close().await;
    Ok(())
}

/// A seller and an account that are examples: for trying out.
pub(super) fn example(slug: &str) -> OrganisationFile {
    OrganisationFile {
        seller: Seller {
            name: format!("{slug} (example)"),
            vat_identifier: Some("DE123456789".to_owned()),
            address: PostalAddress {
                line_1: Some("Musterstraße 1".to_owned()),
                post_code: Some("10115".to_owned()),
                city: Some("Berlin".to_owned()),
                country: "DE".to_owned(),
                ..PostalAddress::default()
            },
            contact: Some(Contact {
                name: Some("Accounts".to_owned()),
                telephone: Some("+49 30 0000000".to_owned()),
                email: Some("accounts@example.com".to_owned()),
            }),
            ..Seller::default()
        },
        // The example account of a bank code that its owner publishes for tests.
        iban: "DE02120300000000202051".to_owned(),
        bic: Some("BYLADEM1001".to_owned()),
        account_holder: None,
        currency: Currency::EUR,
        payment_days: 14,
        language: "en".to_owned(),
    }
}
