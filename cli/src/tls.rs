//! HTTPS from the first second: a certificate of the installation's own CA, which renews itself, or PEM files.

mod local_authority;

use std::path::Path;
use std::sync::{Arc, RwLock};

use anyhow::{Context as _, bail};
use counterfoil_billing::Clock;
use jiff::{SignedDuration, Timestamp};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SingleCertAndKey};

use self::local_authority::LocalAuthority;
use crate::data_folder::DataFolder;

/// A certificate of our own is renewed so long before its end.
const RENEWED_BEFORE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// If that fails, it is tried again after so long; the one of before still serves.
const TRIED_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(1);

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
    let provider = provider();
    let certified = CertifiedKey::from_der(chain, private, &provider)
        .with_context(|| format!("{} and {} do not belong together", certificate.display(), key.display()))?;
    server_config(provider, Arc::new(SingleCertAndKey::from(certified)))
}

/// From the data folder's own CA, made on the first start. The certificate is new at every start, and renewed while the
/// server runs.
pub(crate) fn local(folder: &DataFolder, host: &str, clock: &Clock) -> anyhow::Result<Arc<ServerConfig>> {
    let now = clock.now();
    let authority = LocalAuthority::open(folder, host, now)?;
    let provider = provider();
    let current = RwLock::new(Current::of(&authority, &provider, now)?);
    let renewing = Renewing { authority, provider: Arc::clone(&provider), clock: clock.clone(), current };
    server_config(provider, Arc::new(renewing))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

fn server_config(
    provider: Arc<CryptoProvider>,
    certificates: Arc<dyn ResolvesServerCert>,
) -> anyhow::Result<Arc<ServerConfig>> {
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The certificate of the moment. Whoever connects when it is about to end gets the next one: so no timer can be missed,
/// whatever the machine slept through.
struct Renewing {
    authority: LocalAuthority,
    provider: Arc<CryptoProvider>,
    clock: Clock,
    current: RwLock<Current>,
}

struct Current {
    certified: Arc<CertifiedKey>,
    renewed_from: Timestamp,
}

impl Current {
    fn of(authority: &LocalAuthority, provider: &CryptoProvider, now: Timestamp) -> anyhow::Result<Self> {
        let (certificate, key, not_after) = authority.issue(now)?;
        // One that ends with its authority cannot be made longer.
        let renewed_from = if not_after < authority.not_after() {
            not_after.checked_sub(RENEWED_BEFORE)?
        } else {
            Timestamp::MAX
        };
        let certified = Arc::new(CertifiedKey::from_der(vec![certificate], key, provider)?);
        Ok(Self { certified, renewed_from })
    }
}

impl ResolvesServerCert for Renewing {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let now = self.clock.now();
        let current = self.current.read().expect("no holder panics");
        if now < current.renewed_from {
            return Some(Arc::clone(&current.certified));
        }
        drop(current);
        let mut current = self.current.write().expect("no holder panics");
        // Another connection may have been quicker.
        if now >= current.renewed_from {
            match Current::of(&self.authority, &self.provider, now) {
                Ok(next) => {
                    *current = next;
                    tracing::info!("the certificate of HTTPS was renewed");
                }
                Err(error) => {
                    tracing::error!(%error, "the certificate of HTTPS could not be renewed");
                    current.renewed_from = now.saturating_add(TRIED_AGAIN_AFTER).unwrap_or(Timestamp::MAX);
                }
            }
        }
        Some(Arc::clone(&current.certified))
    }
}

impl std::fmt::Debug for Renewing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Renewing").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::client::ClientConfig;
    use rustls::pki_types::UnixTime;
    use rustls::time_provider::TimeProvider;
    use rustls::{ClientConnection, Connection, RootCertStore, ServerConnection};

    use super::*;

    /// A client whose clock is the server's.
    #[derive(Debug)]
    struct Together(Clock);

    impl TimeProvider for Together {
        fn current_time(&self) -> Option<UnixTime> {
            let since = u64::try_from(self.0.now().as_second()).unwrap();
            Some(UnixTime::since_unix_epoch(Duration::from_secs(since)))
        }
    }

    /// All that one side has to say.
    fn pass(from: &mut Connection, to: &mut Connection) -> Result<(), rustls::Error> {
        let mut bytes = Vec::new();
        while from.wants_write() {
            from.write_tls(&mut bytes).unwrap();
        }
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            to.read_tls(&mut rest).unwrap();
            to.process_new_packets()?;
        }
        Ok(())
    }

    /// The certificate that whoever trusts this CA is shown under this name.
    fn shown(
        config: &Arc<ServerConfig>,
        folder: &DataFolder,
        name: &'static str,
        clock: &Clock,
    ) -> Result<CertificateDer<'static>, rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(folder.tls().join("ca.pem")).unwrap()).unwrap();
        let client = ClientConfig::builder_with_details(provider(), Arc::new(Together(clock.clone())))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = ClientConnection::new(Arc::new(client), name.try_into().unwrap()).unwrap();
        let mut client = Connection::from(client);
        let mut server = Connection::from(ServerConnection::new(Arc::clone(config)).unwrap());
        while client.is_handshaking() || server.is_handshaking() {
            pass(&mut client, &mut server)?;
            pass(&mut server, &mut client)?;
        }
        Ok(client.peer_certificates().unwrap()[0].clone().into_owned())
    }

    fn folder(place: &tempfile::TempDir) -> DataFolder {
        let folder = DataFolder::at(&place.path().join("data"));
        folder.make().unwrap();
        folder
    }

    #[test]
    fn a_server_that_runs_for_years_always_shows_a_certificate_that_is_valid() {
        let place = tempfile::tempdir().unwrap();
        let folder = folder(&place);
        let clock = Clock::at("2026-03-02T09:00:00Z".parse().unwrap());
        let config = local(&folder, "bills.example:8443", &clock).unwrap();
        let mut seen = Vec::new();
        // Nine years in steps of ten days: the CA is valid for ten.
        for _ in 0..9 * 36 {
            let certificate = shown(&config, &folder, "bills.example", &clock).unwrap();
            if !seen.contains(&certificate) {
                seen.push(certificate);
            }
            clock.advance(SignedDuration::from_hours(10 * 24));
        }
        // Each serves for 367 days.
        assert_eq!(seen.len(), 9);
        let ca = std::fs::read(folder.tls().join("ca.pem")).unwrap();
        local(&folder, "bills.example:8443", &clock).unwrap();
        assert_eq!(std::fs::read(folder.tls().join("ca.pem")).unwrap(), ca, "browsers trust it already");
    }

    #[test]
    fn a_certificate_is_the_same_until_it_is_about_to_end() {
        let place = tempfile::tempdir().unwrap();
        let folder = folder(&place);
        let clock = Clock::at("2026-03-02T09:00:00Z".parse().unwrap());
        let config = local(&folder, "localhost:8443", &clock).unwrap();
        let show = || shown(&config, &folder, "localhost", &clock).unwrap();
        let first = show();
        clock.advance(SignedDuration::from_hours(366 * 24));
        assert_eq!(show(), first);
        clock.advance(SignedDuration::from_hours(24));
        let second = show();
        assert_ne!(second, first);
        // A clock that is set back does not bring the old one back.
        clock.advance(SignedDuration::from_hours(-24));
        assert_eq!(show(), second);
    }

    #[test]
    fn every_name_of_this_server_and_no_other_is_stood_for() {
        for (host, own, foreign) in [
            ("bills.example:8443", "bills.example", "ills.example"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("[2001:db8::7]:8443", "2001:db8::7", "2001:db8::8"),
            ("[2001:db8::7]", "2001:db8::7", "2001:db8::"),
            ("localhost:8443", "localhost", "bills.example"),
        ] {
            let place = tempfile::tempdir().unwrap();
            let folder = folder(&place);
            let clock = Clock::at("2026-03-02T09:00:00Z".parse().unwrap());
            let config = local(&folder, host, &clock).unwrap();
            for name in [own, "localhost", "127.0.0.1", "::1"] {
                shown(&config, &folder, name, &clock).unwrap();
            }
            assert!(shown(&config, &folder, foreign, &clock).is_err(), "{host}: {foreign}");
        }
    }
}
