//! `certificate`: what signs an organisation's documents.

use counterfoil_billing::certificates::{CertificateChangeError, CertificateView};
use counterfoil_identity::permission::ManageOrganisation;
use counterfoil_identity::{Actor, authorize_operator, gate};
use jiff::Timestamp;
use serde_json::json;
use zeroize::Zeroizing;

use crate::args::Certificate;
use crate::assembly::{Assembly, assemble};
use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::output::{data, talk};
use crate::{input, passphrase};

/// No honest PKCS#12 file is larger.
const LARGEST_FILE: u64 = 256 << 10;

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
            let passphrase = match passphrase_file {
                Some(file) => passphrase::from_file(file)?,
                None => passphrase::asked(
                    "Passphrase of the PKCS#12 file: ",
                    "give it with --passphrase-file FILE, or - for standard input",
                )?,
            };
            billing.import_certificate(&actor, &pkcs12, &passphrase).await?;
        }
        Certificate::Renew { .. } => {
            billing.renew_certificate(&actor).await?;
        }
        Certificate::Revoke { fingerprint, reason, dry_run, .. } => {
            let fingerprint = fingerprint.replace(':', "").to_lowercase();
            if *dry_run {
                talk(would_revoke(&billing.certificates(&actor).await?, &fingerprint)?);
            } else {
                billing.revoke_certificate(&actor, &fingerprint, reason).await?;
            }
        }
    }
    let now = billing.clock().now();
    show(&billing.certificates(&actor).await?, now, json)?;
    assembly.store.close().await;
    Ok(())
}

/// What revoking would do, the newest certificate first; or why it would be refused.
fn would_revoke(
    certificates: &[CertificateView],
    fingerprint: &str,
) -> Result<&'static str, CertificateChangeError> {
    let in_use = certificates.iter().find(|certificate| certificate.revoked_at.is_none());
    match certificates.iter().find(|certificate| certificate.fingerprint == fingerprint) {
        None => Err(CertificateChangeError::NoSuchCertificate(fingerprint.to_owned())),
        Some(CertificateView { revoked_at: Some(at), .. }) => Err(CertificateChangeError::RevokedBefore(*at)),
        Some(_) if in_use.is_some_and(|in_use| in_use.fingerprint == fingerprint) => {
            Ok("it would be revoked for good, and a new one would take its place")
        }
        Some(_) => Ok("it would be revoked for good; the one in use stays"),
    }
}

async fn operator(assembly: &Assembly, org: &str) -> anyhow::Result<Actor<ManageOrganisation>> {
    let organisation = assembly.organisation(org).await?;
    Ok(authorize_operator::<ManageOrganisation>(&gate::operator_command("certificate"), organisation)?)
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
    data(json, &values, &lines)
}

fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
