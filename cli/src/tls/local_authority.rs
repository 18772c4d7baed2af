//! The installation's own CA of HTTPS. Browsers are asked to trust it, so it can stand for this server's names and for
//! nothing else: who steals its key cannot pass for a bank.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use counterfoil_seal::CertificateFacts;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};

use crate::data_folder::{DataFolder, write_whole};
use crate::output::talk;

const AUTHORITY_YEARS: i64 = 10;
/// Browsers take no certificate that is valid for more than 398 days.
const CERTIFICATE_DAYS: i64 = 397;
/// An authority that ends sooner than this is made anew at a start.
const AUTHORITY_LEFT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// What every server is called on its own machine.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// A name that no server has (RFC 6761 §6.4).
const NOBODY: &str = "nobody.invalid";

pub(super) struct LocalAuthority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    not_after: Timestamp,
    names: Vec<String>,
}

impl LocalAuthority {
    /// The one of the data folder. It is made if there is none, and made anew if the one there does not stand for all names
    /// of this server, stands for others, or ends.
    pub(super) fn open(folder: &DataFolder, host: &str, now: Timestamp) -> anyhow::Result<Self> {
        let (certificate, key) = (folder.tls().join("ca.pem"), folder.tls().join("ca.key"));
        let names = names(host);
        if !key.exists() {
            make(&certificate, &key, &names, now)?;
        }
        let found = Self::read(&certificate, &key, names.clone())?;
        if found.fits(now)? {
            return Ok(found);
        }
        make(&certificate, &key, &names, now)?;
        talk(&format!(
            "The local certificate authority was made anew, for {}: let your browser trust {} in place of the one of before",
            names.join(", "),
            certificate.display()
        ));
        Self::read(&certificate, &key, names)
    }

    fn read(certificate: &Path, key: &Path, names: Vec<String>) -> anyhow::Result<Self> {
        let read = |path: &Path| {
            std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
        };
        let not_an_authority = || format!("{} is not a CA certificate", certificate.display());
        let pair =
            KeyPair::from_pem(&read(key)?).with_context(|| format!("{} is not a key", key.display()))?;
        let issuer = Issuer::from_ca_cert_pem(&read(certificate)?, pair).with_context(not_an_authority)?;
        let certificate = CertificateDer::from_pem_file(certificate).with_context(not_an_authority)?;
        let not_after = CertificateFacts::read(&certificate).with_context(not_an_authority)?.not_after;
        Ok(Self { issuer, certificate, not_after, names })
    }

    pub(super) fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// A certificate for the names of this server, with its key, and when it ends.
    pub(super) fn issue(
        &self,
        now: Timestamp,
    ) -> anyhow::Result<(CertificateDer<'static>, PrivateKeyDer<'static>, Timestamp)> {
        self.issue_for(&self.names, now)
    }

    fn issue_for(
        &self,
        names: &[String],
        now: Timestamp,
    ) -> anyhow::Result<(CertificateDer<'static>, PrivateKeyDer<'static>, Timestamp)> {
        let mut params =
            CertificateParams::new(names.to_vec()).context("url: the host cannot be in a certificate")?;
        params.distinguished_name.push(DnType::CommonName, "Counterfoil");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        let end = day(self.not_after).min(day(now).checked_add(CERTIFICATE_DAYS.days())?);
        let not_after = valid(&mut params, now, end)?;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let private = PrivateKeyDer::try_from(key.serialize_der()).map_err(|error| anyhow::anyhow!(error))?;
        Ok((certificate.der().clone(), private, not_after))
    }

    /// Asks what browsers would ask, of certificates made for the purpose.
    fn fits(&self, now: Timestamp) -> anyhow::Result<bool> {
        if self.not_after.duration_since(now) < AUTHORITY_LEFT {
            return Ok(false);
        }
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).context("tls/ca.pem is not a CA certificate")?;
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), super::provider());
        let verifier = verifier.build()?;
        let moment =
            UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now.as_second()).unwrap_or(0)));
        let is_taken = |certificate: &CertificateDer<'_>, name: &str| -> anyhow::Result<bool> {
            let name = ServerName::try_from(name.to_owned())?;
            Ok(verifier.verify_server_cert(certificate, &[], &name, &[], moment).is_ok())
        };
        let (own, ..) = self.issue(now)?;
        for name in &self.names {
            if !is_taken(&own, name)? {
                return Ok(false);
            }
        }
        let (foreign, ..) = self.issue_for(&[NOBODY.to_owned()], now)?;
        Ok(!is_taken(&foreign, NOBODY)?)
    }
}

/// What this server is called: the host of its address, with or without a port, and what it is called on its own machine.
fn names(host: &str) -> Vec<String> {
    let host = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    let mut names: Vec<String> = LOOPBACK.map(str::to_owned).into();
    if !names.iter().any(|name| name == host) {
        names.push(host.to_owned());
    }
    names
}

fn make(certificate: &Path, key: &Path, names: &[String], now: Timestamp) -> anyhow::Result<()> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Counterfoil local CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // With one subtree of a kind, all names of that kind outside of it are refused; so there is one of each.
    let permitted = names.iter().map(|name| match name.parse::<IpAddr>() {
        Ok(address @ IpAddr::V4(_)) => GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, 32)),
        Ok(address @ IpAddr::V6(_)) => GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, 128)),
        Err(_) => GeneralSubtree::DnsName(name.clone()),
    });
    params.name_constraints =
        Some(NameConstraints { permitted_subtrees: permitted.collect(), excluded_subtrees: Vec::new() });
    valid(&mut params, now, day(now).checked_add(AUTHORITY_YEARS.years())?)?;
    let pair = KeyPair::generate()?;
    let made = params.self_signed(&pair)?;
    // The key comes last: while it is not there, or not the certificate's, nothing was begun with either.
    write_whole(certificate, made.pem().as_bytes(), 0o444)?;
    write_whole(key, pair.serialize_pem().as_bytes(), 0o400)
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// From yesterday, for browsers whose clock is slow, to the beginning of a day, which is given back.
fn valid(params: &mut CertificateParams, now: Timestamp, end: Date) -> anyhow::Result<Timestamp> {
    let moment = |at: Date| -> anyhow::Result<_> {
        Ok(rcgen::date_time_ymd(at.year().into(), u8::try_from(at.month())?, u8::try_from(at.day())?))
    };
    params.not_before = moment(day(now).yesterday()?)?;
    params.not_after = moment(end)?;
    Ok(end.to_zoned(TimeZone::UTC)?.timestamp())
}
