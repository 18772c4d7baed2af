use std::fmt;
use std::time::Duration;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519::{COMMON_NAME, COUNTRY_NAME, ORGANIZATION_NAME, SERIAL_NUMBER};
use der::asn1::{Any, GeneralizedTime, PrintableStringRef, SetOfVec, Utf8StringRef};
use der::{Decode, Encode};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use p256::ecdsa::{DerSignature, SigningKey, VerifyingKey};
use p256::elliptic_curve::Generate;
use p256::pkcs8::EncodePrivateKey;
use rand_core::CryptoRng;
use uuid::Uuid;
use x509_cert::Certificate;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};
use zeroize::Zeroizing;

use crate::certificate::{self, CertificateError};
use crate::identity::SigningIdentity;
use crate::signing_key;

/// id-kp-documentSigning (RFC 9336).
pub(crate) const DOCUMENT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");

const AUTHORITY_YEARS: i64 = 20;
const IDENTITY_YEARS: i64 = 3;
/// Certificates begin an hour early, so that a verifier whose clock is slow does not call them not yet valid.
const BACKDATED: Duration = Duration::from_hours(1);

/// The document authority of one installation: it certifies the signing keys of its organisations and nothing else.
///
/// P-256, self-signed, valid for 20 years, may issue end-entity certificates only (`pathLenConstraint` 0).
pub struct CertificateAuthority {
    key: SigningKey,
    certificate: Certificate,
    der: Vec<u8>,
}

/// Whom a signing certificate names.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The legal name (organizationName and commonName), 1 to 200 characters.
    pub organisation: &'a str,
    /// ISO 3166-1 alpha-2, capital letters.
    pub country: &'a str,
    /// The organisation's id, written as the subject's serialNumber: names may repeat or change, this does not.
    pub serial_number: Uuid,
}

impl CertificateAuthority {
    /// Makes a key and the certificate that certifies itself.
    ///
    /// # Errors
    /// [`CertificateError::Name`] and [`CertificateError::Time`] for inputs that do not fit a certificate.
    pub fn generate(
        common_name: &str,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, CertificateError> {
        let name = distinguished_name(&[(COMMON_NAME, text(common_name)?)])?;
        let key = SigningKey::generate_from_rng(rng);
        let (from, until) = (begin(now)?, after_years(now, AUTHORITY_YEARS)?);
        let certificate = build(AuthorityProfile { name }, (from, until), key.verifying_key(), &key, rng)?;
        let der = encode(&certificate)?;
        Ok(Self { key, certificate, der })
    }

    /// Takes up a stored authority.
    ///
    /// # Errors
    /// Anything but a self-signed P-256 authority and its own PKCS#8 key.
    pub fn from_der(certificate: &[u8], key_pkcs8: &[u8]) -> Result<Self, CertificateError> {
        let der = certificate.to_vec();
        let certificate = certificate::decode(certificate)?;
        let key = signing_key::SigningKey::from_pkcs8(key_pkcs8).map_err(|_| CertificateError::Key)?;
        if !key.is_of(&certificate) {
            return Err(CertificateError::KeyMismatch);
        }
        let signing_key::SigningKey::P256(key) = key else { return Err(CertificateError::Key) };
        if !is_authority(&certificate) || certificate::check_issued_by(&certificate, &certificate).is_err() {
            return Err(CertificateError::NotAnAuthority);
        }
        Ok(Self { key, certificate, der })
    }

    /// The certificate to publish: whoever trusts it trusts every seal of the installation.
    pub fn certificate_der(&self) -> &[u8] {
        &self.der
    }

    /// The private key as PKCS#8 DER, to be stored encrypted.
    ///
    /// # Panics
    /// Never: every P-256 key has that form.
    pub fn key_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        self.key.to_pkcs8_der().expect("a P-256 key always has a PKCS#8 form").to_bytes()
    }

    /// Makes a new signing key for an organisation and certifies it for three years, or for as long as the
    /// authority itself is valid. Key usage is digitalSignature and nonRepudiation, extended key usage
    /// documentSigning; the serial number is random.
    ///
    /// # Errors
    /// [`CertificateError::Name`] and [`CertificateError::Country`] for a subject that does not fit,
    /// [`CertificateError::AuthorityNotValid`] outside the authority's validity.
    pub fn issue(
        &self,
        subject: &Subject<'_>,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<SigningIdentity, CertificateError> {
        let (authority_from, authority_until) = certificate::validity(&self.certificate);
        if now < authority_from || now > authority_until {
            return Err(CertificateError::AuthorityNotValid);
        }
        let organisation = text(subject.organisation)?;
        let serial_number = subject.serial_number.to_string();
        let subject = distinguished_name(&[
            (COUNTRY_NAME, country(subject.country)?),
            (ORGANIZATION_NAME, organisation.clone()),
            (SERIAL_NUMBER, printable(&serial_number)?),
            (COMMON_NAME, organisation),
        ])?;
        let issuer = self.certificate.tbs_certificate().subject().clone();
        let from = begin(now)?.max(authority_from);
        let until = after_years(now, IDENTITY_YEARS)?.min(authority_until);

        let key = SigningKey::generate_from_rng(rng);
        let profile = IdentityProfile { subject, issuer };
        let leaf = build(profile, (from, until), key.verifying_key(), &self.key, rng)?;
        SigningIdentity::new(signing_key::SigningKey::P256(key), vec![leaf, self.certificate.clone()])
    }
}

impl fmt::Debug for CertificateAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.certificate.tbs_certificate().subject().to_string();
        f.debug_struct("CertificateAuthority").field("subject", &subject).finish_non_exhaustive()
    }
}

/// May this certificate issue others?
pub(crate) fn is_authority(certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    let constraints = tbs.get_extension::<BasicConstraints>();
    let usage = tbs.get_extension::<KeyUsage>();
    matches!(constraints, Ok(Some((_, BasicConstraints { ca: true, .. }))))
        && matches!(usage, Ok(Some((_, usage))) if usage.key_cert_sign())
}

struct AuthorityProfile {
    name: Name,
}

impl BuilderProfile for AuthorityProfile {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        self.name.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        _issuer_key: SubjectPublicKeyInfoRef<'_>,
        _tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let usage = KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign);
        Ok(vec![
            BasicConstraints { ca: true, path_len_constraint: Some(0) }.to_extension(&self.name, &[])?,
            usage.to_extension(&self.name, &[])?,
            SubjectKeyIdentifier::try_from(key)?.to_extension(&self.name, &[])?,
        ])
    }
}

struct IdentityProfile {
    subject: Name,
    issuer: Name,
}

impl BuilderProfile for IdentityProfile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        _tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let usage = KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation);
        let purpose = ExtendedKeyUsage(vec![DOCUMENT_SIGNING]);
        Ok(vec![
            usage.to_extension(&self.subject, &[])?,
            purpose.to_extension(&self.subject, &[])?,
            SubjectKeyIdentifier::try_from(key)?.to_extension(&self.subject, &[])?,
            AuthorityKeyIdentifier::try_from(issuer_key)?.to_extension(&self.subject, &[])?,
        ])
    }
}

fn build(
    profile: impl BuilderProfile,
    (from, until): (Timestamp, Timestamp),
    key: &VerifyingKey,
    signer: &SigningKey,
    rng: &mut impl CryptoRng,
) -> Result<Certificate, CertificateError> {
    let key = SubjectPublicKeyInfo::from_key(key).map_err(x509_cert::builder::Error::PublicKey)?;
    let validity = Validity::new(time(from)?, time(until)?);
    let builder = CertificateBuilder::new(profile, random_serial_number(rng)?, validity, key)?;
    Ok(builder.build::<_, DerSignature>(signer)?)
}

fn encode(certificate: &Certificate) -> Result<Vec<u8>, CertificateError> {
    certificate.to_der().map_err(|error| CertificateError::Build(error.into()))
}

/// 128 random bits, positive because the leading bit is cleared and never zero because the next one is set.
fn random_serial_number(rng: &mut impl CryptoRng) -> Result<SerialNumber, CertificateError> {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    bytes[0] = bytes[0] & 0x7F | 0x40;
    SerialNumber::new(&bytes).map_err(|error| CertificateError::Build(error.into()))
}

fn begin(now: Timestamp) -> Result<Timestamp, CertificateError> {
    now.checked_sub(BACKDATED).map_err(|_| CertificateError::Time)
}

fn after_years(now: Timestamp, years: i64) -> Result<Timestamp, CertificateError> {
    let then = now.to_zoned(TimeZone::UTC).checked_add(years.years()).map_err(|_| CertificateError::Time)?;
    Ok(then.timestamp())
}

fn time(at: Timestamp) -> Result<Time, CertificateError> {
    let seconds = u64::try_from(at.as_second()).map_err(|_| CertificateError::Time)?;
    let time = GeneralizedTime::from_unix_duration(Duration::from_secs(seconds));
    Ok(Time::GeneralTime(time.map_err(|_| CertificateError::Time)?))
}

fn distinguished_name(attributes: &[(ObjectIdentifier, Any)]) -> Result<Name, CertificateError> {
    let mut sequence = RdnSequence::default();
    for (oid, value) in attributes {
        let attribute = AttributeTypeAndValue { oid: *oid, value: value.clone() };
        let set =
            SetOfVec::try_from(vec![attribute]).map_err(|error| CertificateError::Build(error.into()))?;
        sequence.push(RelativeDistinguishedName::from(set));
    }
    let name = sequence.to_der().and_then(|der| Name::from_der(&der));
    name.map_err(|error| CertificateError::Build(error.into()))
}

/// Longer than the 64 characters of RFC 5280's upper bound, which ETSI EN 319 412-2 lifts: legal names are long.
fn text(text: &str) -> Result<Any, CertificateError> {
    let length = text.chars().count();
    if !(1..=200).contains(&length) || text.chars().any(char::is_control) || text.trim().is_empty() {
        return Err(CertificateError::Name);
    }
    Utf8StringRef::new(text).map(Any::from).map_err(|_| CertificateError::Name)
}

fn country(code: &str) -> Result<Any, CertificateError> {
    if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        printable(code)
    } else {
        Err(CertificateError::Country)
    }
}

fn printable(text: &str) -> Result<Any, CertificateError> {
    PrintableStringRef::new(text).map(Any::from).map_err(|error| CertificateError::Build(error.into()))
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use getrandom::rand_core::UnwrapErr;
    use uuid::uuid;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T16:05:09Z".parse().unwrap()
    }

    fn authority() -> CertificateAuthority {
        CertificateAuthority::generate("Test documents", now(), &mut UnwrapErr(SysRng)).unwrap()
    }

    fn subject(organisation: &'static str, country: &'static str) -> Subject<'static> {
        Subject { organisation, country, serial_number: uuid!("019a0000-0000-7000-8000-000000000001") }
    }

    fn issue(
        authority: &CertificateAuthority,
        subject: &Subject<'_>,
    ) -> Result<SigningIdentity, CertificateError> {
        authority.issue(subject, now(), &mut UnwrapErr(SysRng))
    }

    #[test]
    fn an_identity_names_the_organisation_and_its_purpose() {
        let authority = authority();
        let identity = issue(&authority, &subject("Café Zoë & Söhne", "FR")).unwrap();
        let tbs = identity.certificate().tbs_certificate();
        let name = tbs.subject().to_string();
        for part in
            ["CN=Café Zoë & Söhne", "O=Café Zoë & Söhne", "C=FR", "019a0000-0000-7000-8000-000000000001"]
        {
            assert!(name.contains(part), "{name}");
        }
        let (critical, usage) = tbs.get_extension::<KeyUsage>().unwrap().unwrap();
        assert!(critical);
        assert_eq!(usage, KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation));
        let (_, purposes) = tbs.get_extension::<ExtendedKeyUsage>().unwrap().unwrap();
        assert_eq!(purposes.0, [DOCUMENT_SIGNING]);
        let (_, own) =
            authority.certificate.tbs_certificate().get_extension::<SubjectKeyIdentifier>().unwrap().unwrap();
        let (_, issuers) = tbs.get_extension::<AuthorityKeyIdentifier>().unwrap().unwrap();
        assert_eq!(issuers.key_identifier, Some(own.0));
        assert_eq!(identity.chain_der()[1], authority.certificate_der());
    }

    #[test]
    fn an_authority_may_issue_signers_and_no_further_authorities() {
        let authority = authority();
        let tbs = authority.certificate.tbs_certificate();
        let (critical, constraints) = tbs.get_extension::<BasicConstraints>().unwrap().unwrap();
        assert!(critical);
        assert_eq!(constraints, BasicConstraints { ca: true, path_len_constraint: Some(0) });
        let (_, usage) = tbs.get_extension::<KeyUsage>().unwrap().unwrap();
        assert_eq!(usage, KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign));
    }

    #[test]
    fn authority_and_identity_live_on_in_what_is_stored() {
        let authority = authority();
        let stored =
            CertificateAuthority::from_der(authority.certificate_der(), &authority.key_pkcs8()).unwrap();
        let identity = issue(&stored, &subject("Example GmbH", "DE")).unwrap();
        let stored = SigningIdentity::from_der(identity.chain_der(), &identity.key_pkcs8()).unwrap();
        assert_eq!(stored.fingerprint(), identity.fingerprint());
        assert_eq!(stored.not_after(), "2029-11-22T16:05:09Z".parse().unwrap());
    }

    #[test]
    fn keys_and_certificates_that_do_not_belong_together_are_refused() {
        let (one, two) = (authority(), authority());
        let identity = issue(&one, &subject("Example GmbH", "DE")).unwrap();
        let (leaf, key) = (identity.chain_der()[0].clone(), identity.key_pkcs8());
        assert!(matches!(
            CertificateAuthority::from_der(one.certificate_der(), &two.key_pkcs8()),
            Err(CertificateError::KeyMismatch)
        ));
        assert!(matches!(CertificateAuthority::from_der(&leaf, &key), Err(CertificateError::NotAnAuthority)));
        assert!(matches!(SigningIdentity::from_der(&[], &key), Err(CertificateError::Chain)));
        assert!(matches!(
            SigningIdentity::from_der(&[leaf.clone(), two.certificate_der().to_vec()], &key),
            Err(CertificateError::Chain)
        ));
        assert!(matches!(SigningIdentity::from_der(&[leaf], b"no key"), Err(CertificateError::Key)));
    }

    #[test]
    fn names_and_countries_that_do_not_fit_are_refused() {
        let authority = authority();
        let long = "x".repeat(201);
        for name in ["", "  ", "a\nb", long.as_str()] {
            let subject = Subject { organisation: name, ..subject("", "DE") };
            assert!(matches!(issue(&authority, &subject), Err(CertificateError::Name)), "{name:?}");
        }
        for code in ["", "de", "DEU", "D1", "ÄÄ"] {
            let subject = subject("Example GmbH", code);
            assert!(matches!(issue(&authority, &subject), Err(CertificateError::Country)), "{code:?}");
        }
    }

    #[test]
    fn an_identity_never_outlives_its_authority() {
        let authority = authority();
        let late = |time: &str| {
            let at = time.parse().unwrap();
            authority.issue(&subject("Example GmbH", "DE"), at, &mut UnwrapErr(SysRng))
        };
        let last = late("2046-01-01T00:00:00Z").unwrap();
        assert_eq!(last.not_after(), "2046-11-22T16:05:09Z".parse().unwrap());
        assert!(matches!(late("2046-11-22T16:05:10Z"), Err(CertificateError::AuthorityNotValid)));
    }

    #[test]
    fn debug_output_holds_no_key() {
        let authority = authority();
        assert_eq!(format!("{authority:?}"), r#"CertificateAuthority { subject: "CN=Test documents", .. }"#);
    }
}
