//! `certificate`: what signs an organisation's documents.

use std::io::{BufRead as _, Read as _};
use std::path::Path;

use anyhow::Context as _;
use counterfoil_billing::certificates::CertificateView;
use counterfoil_identity::permission::ManageOrganisation;
use counterfoil_identity::{Actor, authorize_operator, gate};
use jiff::Timestamp;
use serde_json::json;
use zeroize::Zeroizing;

use crate::args::Certificate;
use crate::assembly::{Assembly, assemble};
use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::input;
use crate::output::data;

/// No honest PKCS#12 file is larger.
const LARGEST_FILE: u64 = 256 << 10;
/// In bytes; what follows is not read.
const LONGEST_PASSPHRASE: u64 = 4 << 10;

pub(super) async fn run(config: &Config, command: &Certificate, json: bool) -> anyhow::Result<()> {
    let (Certificate::Show { org }
    | Certificate::Import { org, .. }
    | Certificate::Renew { org }
    | Certificate::Revoke { org, .. }) = command;
    let assembly = assemble(config, &DataFolder::open(&config.data)?).await?;
    let actor = operator(&assembly, org).await?;
    let billing = &assembly.billing;
    match command {
        Certificate::Show { .. } => {}
        Certificate::Import { file, passphrase_file, .. } => {
            // First: nobody types a passphrase for a file that is not there.
            let pkcs12 = Zeroizing::new(input::read(file, LARGEST_FILE)?);
            let passphrase = passphrase(passphrase_file.as_deref())?;
            billing.import_certificate(&actor, &pkcs12, &passphrase).await?;
        }
        Certificate::Renew { .. } => {
            billing.renew_certificate(&actor).await?;
        }
        Certificate::Revoke { fingerprint, reason, .. } => {
            let fingerprint = fingerprint.replace(':', "").to_lowercase();
            billing.revoke_certificate(&actor, &fingerprint, reason).await?;
        }
    }
    let now = billing.clock().now();
    show(&billing.certificates(&actor).await?, now, json)?;
    assembly.store.close().await;
    Ok(())
}

async fn operator(assembly: &Assembly, org: &str) -> anyhow::Result<Actor<ManageOrganisation>> {
    let organisation = assembly.organisation(org).await?;
    Ok(authorize_operator::<ManageOrganisation>(&gate::operator_command("certificate"), organisation)?)
}

/// Never a flag: flags are seen in the list of processes.
fn passphrase(file: Option<&Path>) -> anyhow::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    match file {
        None => {
            let asked = rpassword::prompt_password("Passphrase of the PKCS#12 file: ");
            line = Zeroizing::new(asked.context(
                "the passphrase cannot be asked for without a terminal: give it with --passphrase-file FILE, or - for \
                 standard input",
            )?);
        }
        Some(path) if path == Path::new("-") => {
            let lines = std::io::stdin().lock().take(LONGEST_PASSPHRASE);
            std::io::BufReader::new(lines).read_line(&mut line).context("standard input cannot be read")?;
        }
        Some(path) => {
            let file =
                std::fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
            std::io::BufReader::new(file.take(LONGEST_PASSPHRASE))
                .read_line(&mut line)
                .with_context(|| format!("{} cannot be read", path.display()))?;
        }
    }
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}

fn show(certificates: &[CertificateView], now: Timestamp, json: bool) -> anyhow::Result<()> {
    let in_use = certificates.iter().position(|certificate| certificate.revoked_at.is_none());
    let (mut values, mut lines) = (Vec::new(), Vec::new());
    for (index, certificate) in certificates.iter().enumerate() {
        let days = certificate.days_left(now);
        let state = match (certificate.revoked_at, in_use == Some(index)) {
            (Some(at), _) => format!("revoked on {}", date(at)),
            (None, true) => "in use".to_owned(),
            (None, false) => "replaced".to_owned(),
        };
        let mut value = serde_json::to_value(certificate)?;
        value["in_use"] = json!(in_use == Some(index));
        value["days_left"] = json!(days);
        values.push(value);
        lines.push(format!("{} ({state})", certificate.subject));
        lines.push(format!("  issued by    {}", certificate.issuer));
        lines.extend(certificate.chain.iter().map(|subject| format!("  chain        {subject}")));
        lines.push(format!(
            "  valid        {} to {}, {days} days left",
            date(certificate.not_before),
            date(certificate.not_after)
        ));
        lines.push(format!("  key          {}", certificate.key));
        lines.push(format!("  fingerprint  {}", certificate.fingerprint));
        lines.push(format!(
            "  from         {}",
            if certificate.imported { "an import" } else { "this installation" }
        ));
    }
    data(json, &values, &lines.join("\n"))
}

fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
