//! HTTPS from the first second: a local CA and a certificate of it, or PEM files.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use jiff::{Span, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::data_folder::{DataFolder, write_whole};

/// From PEM files.
pub(crate) fn from_files(certificate: &Path, key: &Path) -> anyhow::Result<Arc<ServerConfig>> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .with_context(|| format!("{} is not a certificate chain in PEM", certificate.display()))?;
    if chain.is_empty() {
        bail!("{} holds no certificate", certificate.display());
    }
    let private = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("{} is not a private key in PEM", key.display()))?;
    server_config(chain, private)
        .with_context(|| format!("{} and {} do not belong together", certificate.display(), key.display()))
}

/// From the data folder's own CA, made on the first start. The certificate is new at every start.
pub(crate) fn local(folder: &DataFolder, host: &str, now: Timestamp) -> anyhow::Result<Arc<ServerConfig>> {
    let issuer = local_ca(folder, now)?;
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    if !names.iter().any(|name| name == host) {
        names.push(host.to_owned());
    }
    let mut params = CertificateParams::new(names).context("url: the host cannot be in a certificate")?;
    params.distinguished_name.push(DnType::CommonName, host);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    valid(&mut params, now, Span::new().days(397))?;
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &issuer)?;
    let private = PrivateKeyDer::try_from(key.serialize_der()).map_err(|error| anyhow::anyhow!(error))?;
    server_config(vec![certificate.der().clone()], private)
}

fn local_ca(folder: &DataFolder, now: Timestamp) -> anyhow::Result<Issuer<'static, KeyPair>> {
    let (certificate, key) = (folder.tls().join("ca.pem"), folder.tls().join("ca.key"));
    if !key.exists() {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Counterfoil local CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        valid(&mut params, now, Span::new().days(10 * 365))?;
        let pair = KeyPair::generate()?;
        let made = params.self_signed(&pair)?;
        write_whole(&certificate, made.pem().as_bytes(), 0o444)?;
        write_whole(&key, pair.serialize_pem().as_bytes(), 0o400)?;
    }
    let read = |path: &Path| {
        std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
    };
    let pair = KeyPair::from_pem(&read(&key)?).with_context(|| format!("{} is not a key", key.display()))?;
    Issuer::from_ca_cert_pem(&read(&certificate)?, pair)
        .with_context(|| format!("{} is not a CA certificate", certificate.display()))
}

fn valid(params: &mut CertificateParams, now: Timestamp, life: Span) -> anyhow::Result<()> {
    let day = |at: jiff::civil::Date| -> anyhow::Result<_> {
        Ok(rcgen::date_time_ymd(at.year().into(), u8::try_from(at.month())?, u8::try_from(at.day())?))
    };
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    params.not_before = day(today.yesterday()?)?;
    params.not_after = day(today.checked_add(life)?)?;
    Ok(())
}

fn server_config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> anyhow::Result<Arc<ServerConfig>> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
