//! The certificates that sign an organisation's documents: made, taken in, renewed, revoked. A document is sealed with
//! the one that its ledger entry names, so old ones are kept.

use counterfoil_identity::permission::ManageOrganisation;
use counterfoil_identity::{Actor, OrganisationId, PersonId};
use counterfoil_invoice::Seller;
use counterfoil_seal::{CertificateAuthority, CertificateFacts, ImportError, SigningIdentity, Subject};
use counterfoil_store::certificates::{CertificateInUse, KeptCertificate, Revocation};
use counterfoil_store::{Books, INSTALLATION, Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::json;

use crate::billing::{Billing, Unavailable};
use crate::clock::rng;
use crate::ledger::{self, Act, CertificateDetails, Kind, RevocationDetails};
use crate::organisations::hex;

const CA_CERTIFICATE: &str = "document-ca.certificate";
const CA_KEY: &str = "document-ca.key";

/// So long before its end a certificate of ours is renewed by itself.
const RENEWED_BEFORE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A signing certificate as its organisation sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertificateView {
    /// Whom it names.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// The subjects of the chain behind it, the root last.
    pub chain: Vec<String>,
    /// First second of validity.
    pub not_before: Timestamp,
    /// Last second of validity.
    pub not_after: Timestamp,
    /// What its key is and how large, for example `ECDSA P-256` or `RSA 3072 bits`.
    pub key: String,
    /// SHA-256 of the certificate, in hexadecimal digits.
    pub fingerprint: String,
    /// Whether it came from outside: then only outside it can be renewed.
    pub imported: bool,
    /// Since when documents are signed with it.
    pub in_use_since: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

impl CertificateView {
    fn of(kept: KeptCertificate) -> Result<Self, Unavailable> {
        let damaged = || Unavailable::Damaged("a signing certificate");
        let facts = kept.chain.iter().map(|der| CertificateFacts::read(der).map_err(|_| damaged()));
        let mut facts = facts.collect::<Result<Vec<_>, _>>()?.into_iter();
        let own = facts.next().ok_or_else(damaged)?;
        Ok(Self {
            subject: own.subject,
            issuer: own.issuer,
            chain: facts.map(|issuer| issuer.subject).collect(),
            not_before: own.not_before,
            not_after: own.not_after,
            key: own.key,
            fingerprint: kept.fingerprint,
            imported: kept.imported,
            in_use_since: kept.in_use_since,
            revoked_at: kept.revoked.map(|revoked| revoked.revoked_at),
        })
    }

    /// Whole days until it ends; negative after that.
    pub fn days_left(&self, now: Timestamp) -> i64 {
        self.not_after.duration_since(now).as_hours().div_euclid(24)
    }
}

/// Why a certificate was not changed.
#[derive(Debug, thiserror::Error)]
pub enum CertificateChangeError {
    /// The file.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// It is the one in use, or was.
    #[error("this certificate was taken in before: there is nothing to do")]
    Known,
    /// Revoking what is not there.
    #[error("the organisation has no certificate with the fingerprint {0}: `certificate show` lists them")]
    NoSuchCertificate(String),
    /// Once is enough.
    #[error("this certificate was revoked before, on {0}")]
    RevokedBefore(Timestamp),
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for CertificateChangeError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl Billing {
    /// The organisation's certificates, the newest first.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn certificates(
        &self,
        by: &Actor<ManageOrganisation>,
    ) -> Result<Vec<CertificateView>, Unavailable> {
        let mut books = self.store().read(by.organisation()).await?;
        books.list_certificates().await?.into_iter().map(CertificateView::of).collect()
    }

    /// Takes in a certificate from a PKCS#12 file; documents issued from now on are signed with it.
    ///
    /// # Errors
    /// [`CertificateChangeError`].
    pub async fn import_certificate(
        &self,
        by: &Actor<ManageOrganisation>,
        file: &[u8],
        passphrase: &str,
    ) -> Result<CertificateView, CertificateChangeError> {
        let now = self.clock().now();
        let identity = SigningIdentity::from_pkcs12(file, passphrase, now)?;
        let mut books = self.store().write(by.organisation()).await?;
        let fingerprint = hex(&identity.fingerprint());
        if books.find_identity(&fingerprint).await?.is_some() {
            return Err(CertificateChangeError::Known);
        }
        let new = take_up(&mut books, &identity, true, by.person(), now).await?;
        books.commit().await?;
        Ok(CertificateView::of(new)?)
    }

    /// Makes a new key, certified by the installation; documents issued from now on are signed with it. Old ones stay
    /// as they are.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn renew_certificate(
        &self,
        by: &Actor<ManageOrganisation>,
    ) -> Result<CertificateView, Unavailable> {
        let now = self.clock().now();
        let ca = authority(self.store()).await?;
        let mut books = self.store().write(by.organisation()).await?;
        let identity = issue_for(&mut books, &ca, now).await?;
        let new = take_up(&mut books, &identity, false, by.person(), now).await?;
        books.commit().await?;
        CertificateView::of(new)
    }

    /// Revokes a certificate: what was issued before stands, nothing more is issued with it. If it is the one in use,
    /// a new one takes its place at once.
    ///
    /// # Errors
    /// [`CertificateChangeError`].
    pub async fn revoke_certificate(
        &self,
        by: &Actor<ManageOrganisation>,
        fingerprint: &str,
        reason: &str,
    ) -> Result<(), CertificateChangeError> {
        let now = self.clock().now();
        let ca = authority(self.store()).await?;
        let mut books = self.store().write(by.organisation()).await?;
        if books.find_identity(fingerprint).await?.is_none() {
            return Err(CertificateChangeError::NoSuchCertificate(fingerprint.to_owned()));
        }
        if let Some(before) = books.find_revocation(fingerprint).await? {
            return Err(CertificateChangeError::RevokedBefore(before.revoked_at));
        }
        let in_use = certificate_in_use(&mut books).await?.fingerprint == fingerprint;
        let details =
            json!(RevocationDetails { seal_sha256: fingerprint.to_owned(), reason: reason.to_owned() });
        let subject = Some(books.organisation().uuid());
        let act = Act { kind: Kind::CertificateRevoked, by: by.person(), subject, details };
        let ledger_position = ledger::record(&mut books, act, now).await?;
        books.append_revocation(fingerprint, Revocation { ledger_position, revoked_at: now }).await?;
        if in_use {
            let identity = issue_for(&mut books, &ca, now).await?;
            take_up(&mut books, &identity, false, by.person(), now).await?;
        }
        books.commit().await?;
        Ok(())
    }

    /// Renews the certificate in use if it is ours and ends soon. Called before every issue.
    pub(crate) async fn renew_certificate_in_time(
        &self,
        organisation: OrganisationId,
    ) -> Result<(), Unavailable> {
        let mut books = self.store().read(organisation).await?;
        if !self.ends_soon(&mut books).await? {
            return Ok(());
        }
        drop(books);
        let ca = authority(self.store()).await?;
        let now = self.clock().now();
        let mut books = self.store().write(organisation).await?;
        // Somebody else may have been faster.
        if self.ends_soon(&mut books).await? {
            let identity = issue_for(&mut books, &ca, now).await?;
            take_up(&mut books, &identity, false, None, now).await?;
            books.commit().await?;
        }
        Ok(())
    }

    async fn ends_soon(&self, books: &mut Books) -> Result<bool, Unavailable> {
        let in_use = certificate_in_use(books).await?;
        Ok(!in_use.imported && in_use.not_after.duration_since(self.clock().now()) < RENEWED_BEFORE)
    }
}

const NO_CERTIFICATE: Unavailable = Unavailable::Damaged("the signing certificate");

/// Keeps an identity, as the one in use from now on, with its entry.
pub(crate) async fn take_up(
    books: &mut Books,
    identity: &SigningIdentity,
    imported: bool,
    by: Option<PersonId>,
    now: Timestamp,
) -> Result<KeptCertificate, Unavailable> {
    let new = keep(books, identity, imported, now).await?;
    let details = json!(CertificateDetails {
        seal_sha256: new.fingerprint.clone(),
        not_after: Some(identity.not_after()),
    });
    let kind = if imported { Kind::CertificateImported } else { Kind::CertificateRenewed };
    let subject = Some(books.organisation().uuid());
    ledger::record(books, Act { kind, by, subject, details }, now).await?;
    Ok(new)
}

/// Keeps an identity without an entry: for an organisation that is just being made, whose first entry names it.
pub(crate) async fn keep(
    books: &mut Books,
    identity: &SigningIdentity,
    imported: bool,
    now: Timestamp,
) -> Result<KeptCertificate, Unavailable> {
    let new = KeptCertificate {
        fingerprint: hex(&identity.fingerprint()),
        chain: identity.chain_der().to_vec(),
        imported,
        not_after: identity.not_after(),
        in_use_since: now,
        revoked: None,
    };
    books.append_certificate(&new, &identity.key_pkcs8()).await?;
    Ok(new)
}

async fn issue_for(
    books: &mut Books,
    ca: &CertificateAuthority,
    now: Timestamp,
) -> Result<SigningIdentity, Unavailable> {
    let seller = books.organisation_profile().await?.profile.seller;
    issue(ca, books.organisation(), &seller, now)
}

/// A new key of the organisation, certified by the installation.
pub(crate) fn issue(
    ca: &CertificateAuthority,
    organisation: OrganisationId,
    seller: &Seller,
    now: Timestamp,
) -> Result<SigningIdentity, Unavailable> {
    let subject = Subject {
        organisation: &seller.name,
        country: &seller.address.country,
        serial_number: organisation.uuid(),
    };
    Ok(ca.issue(&subject, now, &mut rng())?)
}

/// The certificate that documents issued now are signed with.
pub(crate) async fn certificate_in_use(books: &mut Books) -> Result<CertificateInUse, Unavailable> {
    books.certificate_in_use().await?.ok_or(NO_CERTIFICATE)
}

/// The certificate in use, as its organisation sees it.
pub(crate) async fn view_in_use(books: &mut Books) -> Result<CertificateView, Unavailable> {
    let in_use = certificate_in_use(books).await?;
    let all = books.list_certificates().await?;
    let kept = all.into_iter().find(|kept| kept.fingerprint == in_use.fingerprint).ok_or(NO_CERTIFICATE)?;
    CertificateView::of(kept)
}

/// The key and certificates with this fingerprint.
pub(crate) async fn signing_identity(
    books: &mut Books,
    fingerprint: &str,
) -> Result<SigningIdentity, Unavailable> {
    let (chain, key) = books.find_identity(fingerprint).await?.ok_or(NO_CERTIFICATE)?;
    SigningIdentity::from_der(&chain, &key).map_err(|_| NO_CERTIFICATE)
}

/// Makes the installation's document CA, once.
pub(crate) async fn ensure_certificate_authority(
    store: &Store,
    host: &str,
    now: Timestamp,
) -> Result<(), Unavailable> {
    let mut books = store.write(INSTALLATION).await?;
    if books.find_secret(CA_KEY).await?.is_none() {
        let ca = CertificateAuthority::generate(&format!("Counterfoil documents, {host}"), now, &mut rng())?;
        books.insert_secret(CA_CERTIFICATE, ca.certificate_der()).await?;
        books.insert_secret(CA_KEY, &ca.key_pkcs8()).await?;
        books.commit().await?;
    }
    Ok(())
}

/// The installation's document CA.
pub(crate) async fn authority(store: &Store) -> Result<CertificateAuthority, Unavailable> {
    let damaged = || Unavailable::Damaged("the document CA");
    let mut books = store.read(INSTALLATION).await?;
    let certificate = books.find_secret(CA_CERTIFICATE).await?.ok_or_else(damaged)?;
    let key = books.find_secret(CA_KEY).await?.ok_or_else(damaged)?;
    CertificateAuthority::from_der(&certificate, &key).map_err(|_| damaged())
}

/// Its certificate alone.
pub(crate) async fn authority_certificate(store: &Store) -> Result<Vec<u8>, Unavailable> {
    let mut books = store.read(INSTALLATION).await?;
    let certificate = books.find_secret(CA_CERTIFICATE).await?;
    Ok(certificate.ok_or(Unavailable::Damaged("the document CA"))?.to_vec())
}
