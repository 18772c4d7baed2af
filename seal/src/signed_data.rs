//! The CMS signature inside a PDF (RFC 5652) with the signed attributes of `CAdES` (ETSI EN 319 122-1).

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier, SignerInfo,
    SignerInfos,
};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{
    ID_AA_SIGNING_CERTIFICATE_V_2, ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA,
};
use const_oid::db::rfc5912::{ECDSA_WITH_SHA_256, ID_SHA_256, SHA_256_WITH_RSA_ENCRYPTION};
use der::asn1::{Any, OctetString, SetOfVec};
use der::{Decode, Encode, Reader, Sequence, SliceReader};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::certificate::{LinkFault, check_issued_by};
use crate::identity::SigningIdentity;
use crate::inspect::SignatureFault;
use crate::public_key::{Mismatch, PublicKey, check_signature_algorithm};
use crate::sign::SignError;

/// No honest chain is longer, and each certificate costs a signature check.
const MAX_CERTIFICATES: usize = 8;

/// The certificate the signer meant, so that another one with the same key cannot take its place (RFC 5035).
#[derive(Sequence)]
struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

#[derive(Sequence)]
struct EssCertIdV2 {
    /// Absent for SHA-256, the default, which DER leaves out.
    #[asn1(optional = "true")]
    hash_algorithm: Option<AlgorithmIdentifierOwned>,
    cert_hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<Any>,
}

fn sha256() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: ID_SHA_256, parameters: None }
}

/// Signs the digest of a document. The same identity and digest give the same bytes.
pub(crate) fn sign(identity: &SigningIdentity, document_digest: [u8; 32]) -> Result<Vec<u8>, SignError> {
    let attributes = signed_attributes(identity, document_digest).map_err(SignError::Encode)?;
    let message = attributes.to_der().map_err(SignError::Encode)?;
    let signature = identity.key().sign(&message).map_err(|_| SignError::Key)?;
    encode(identity, attributes, signature).map_err(SignError::Encode)
}

/// In bytes, how long what [`sign`] returns can be: the signature is the only part whose length varies.
pub(crate) fn longest(identity: &SigningIdentity) -> der::Result<usize> {
    let signature = vec![0; identity.key().longest_signature()];
    Ok(encode(identity, signed_attributes(identity, [0; 32])?, signature)?.len())
}

fn signed_attributes(identity: &SigningIdentity, document_digest: [u8; 32]) -> der::Result<SignedAttributes> {
    let signing_certificate = SigningCertificateV2 {
        certs: vec![EssCertIdV2 {
            hash_algorithm: None,
            cert_hash: OctetString::new(identity.fingerprint())?,
            issuer_serial: None,
        }],
        policies: None,
    };
    SignedAttributes::try_from(vec![
        attribute(ID_CONTENT_TYPE, Any::encode_from(&ID_DATA)?)?,
        attribute(ID_MESSAGE_DIGEST, Any::encode_from(&OctetString::new(document_digest)?)?)?,
        attribute(ID_AA_SIGNING_CERTIFICATE_V_2, Any::encode_from(&signing_certificate)?)?,
    ])
}

fn encode(
    identity: &SigningIdentity,
    signed_attributes: SignedAttributes,
    signature: Vec<u8>,
) -> der::Result<Vec<u8>> {
    let leaf = identity.certificate().tbs_certificate();
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: leaf.issuer().clone(),
            serial_number: leaf.serial_number().clone(),
        }),
        digest_alg: sha256(),
        signed_attrs: Some(signed_attributes),
        signature_algorithm: identity.key().signature_algorithm(),
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let certificates: Vec<_> =
        identity.chain().iter().cloned().map(CertificateChoices::Certificate).collect();
    let signed_data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![sha256()])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
        certificates: Some(CertificateSet::try_from(certificates)?),
        crls: None,
        signer_infos: SignerInfos::try_from(vec![signer])?,
    };
    ContentInfo { content_type: ID_SIGNED_DATA, content: Any::encode_from(&signed_data)? }.to_der()
}

fn attribute(oid: ObjectIdentifier, value: Any) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

/// Checks a signature over the digest of a document and returns the signer's certificates, the signing one first.
///
/// `contents` may be followed by zeros only. Everything that the signature itself does not protect (versions,
/// algorithm identifiers, further certificates, encoding) must be exactly as it should be, so that no bit of it
/// can be changed unseen.
pub(crate) fn verify(contents: &[u8], document_digest: [u8; 32]) -> Result<Vec<Certificate>, SignatureFault> {
    let signed_data = decode(contents).ok_or(SignatureFault::MalformedCms)?;
    let [signer] = signed_data.signer_infos.0.as_slice() else { return Err(SignatureFault::MalformedCms) };
    check_form(&signed_data, signer)?;
    let attributes = signer.signed_attrs.as_ref().ok_or(SignatureFault::MalformedCms)?;

    let content_type = value(attributes, ID_CONTENT_TYPE)?;
    if content_type.decode_as::<ObjectIdentifier>().ok() != Some(ID_DATA) {
        return Err(SignatureFault::MalformedCms);
    }
    let digest = value(attributes, ID_MESSAGE_DIGEST)?;
    let digest = digest.decode_as::<OctetString>().map_err(|_| SignatureFault::MalformedCms)?;
    if digest.as_bytes() != document_digest {
        return Err(SignatureFault::BytesChanged);
    }

    let certificates = certificates(&signed_data)?;
    let leaf = certificates.iter().find(|certificate| identifies(&signer.sid, certificate));
    let leaf = leaf.ok_or(SignatureFault::SigningCertificate)?;
    check_signing_certificate(attributes, leaf)?;

    let key = PublicKey::of(leaf).map_err(|_| SignatureFault::Algorithm)?;
    let message = attributes.to_der().map_err(|_| SignatureFault::MalformedCms)?;
    let signature = signer.signature.as_bytes();
    key.verify(&signer.signature_algorithm, &message, signature).map_err(|mismatch| match mismatch {
        Mismatch::Algorithm => SignatureFault::Algorithm,
        Mismatch::Value => SignatureFault::Value,
    })?;

    chain(leaf, &certificates)
}

fn decode(contents: &[u8]) -> Option<SignedData> {
    let mut reader = SliceReader::new(contents).ok()?;
    let content_info = ContentInfo::decode(&mut reader).ok()?;
    let (encoded, padding) = contents.split_at_checked(usize::try_from(reader.position()).ok()?)?;
    let canonical = content_info.to_der().ok()?;
    if content_info.content_type != ID_SIGNED_DATA
        || canonical != encoded
        || padding.iter().any(|&byte| byte != 0)
    {
        return None;
    }
    let signed_data = content_info.content.decode_as::<SignedData>().ok()?;
    // Encoding what was decoded must give the same bytes: then what is checked below is what the file holds.
    (Any::encode_from(&signed_data).ok()? == content_info.content).then_some(signed_data)
}

fn check_form(signed_data: &SignedData, signer: &SignerInfo) -> Result<(), SignatureFault> {
    let signer_version = match signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V1,
        SignerIdentifier::SubjectKeyIdentifier(_) => CmsVersion::V3,
    };
    let content = &signed_data.encap_content_info;
    if signed_data.version != CmsVersion::V1
        || signer.version != signer_version
        || content.econtent_type != ID_DATA
        || content.econtent.is_some()
    {
        return Err(SignatureFault::MalformedCms);
    }
    if !is_sha256(&signer.digest_alg)
        || !signed_data.digest_algorithms.iter().all(is_sha256)
        || !signs_sha256(&signer.signature_algorithm)
    {
        return Err(SignatureFault::Algorithm);
    }
    Ok(())
}

/// SHA-256; parameters absent or NULL, both of which RFC 5754 (2) asks to accept.
fn is_sha256(algorithm: &AlgorithmIdentifierOwned) -> bool {
    algorithm.oid == ID_SHA_256 && algorithm.parameters.as_ref().is_none_or(Any::is_null)
}

/// The name of what was signed with: one spelling for each kind of key, and it must be that of the certificate's key.
fn signs_sha256(algorithm: &AlgorithmIdentifierOwned) -> bool {
    matches!(algorithm.oid, ECDSA_WITH_SHA_256 | SHA_256_WITH_RSA_ENCRYPTION)
        && check_signature_algorithm(algorithm).is_ok()
}

/// The one value of the one attribute of that type.
fn value(attributes: &SignedAttributes, oid: ObjectIdentifier) -> Result<&Any, SignatureFault> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    match (found.next().map(|attribute| attribute.values.as_slice()), found.next()) {
        (Some([value]), None) => Ok(value),
        _ => Err(SignatureFault::MalformedCms),
    }
}

fn certificates(signed_data: &SignedData) -> Result<Vec<Certificate>, SignatureFault> {
    let choices = signed_data.certificates.as_ref().map_or(&[][..], |set| set.0.as_slice());
    if choices.len() > MAX_CERTIFICATES {
        return Err(SignatureFault::Chain);
    }
    choices
        .iter()
        .map(|choice| match choice {
            CertificateChoices::Certificate(certificate) => Ok(certificate.clone()),
            CertificateChoices::Other(_) => Err(SignatureFault::Chain),
        })
        .collect()
}

fn identifies(signer: &SignerIdentifier, certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    match signer {
        SignerIdentifier::IssuerAndSerialNumber(name) => {
            name.issuer == *tbs.issuer() && name.serial_number == *tbs.serial_number()
        }
        SignerIdentifier::SubjectKeyIdentifier(identifier) => {
            matches!(tbs.get_extension(), Ok(Some((_, found))) if *identifier == found)
        }
    }
}

fn check_signing_certificate(
    attributes: &SignedAttributes,
    leaf: &Certificate,
) -> Result<(), SignatureFault> {
    let attribute =
        value(attributes, ID_AA_SIGNING_CERTIFICATE_V_2).map_err(|_| SignatureFault::SigningCertificate)?;
    let meant =
        attribute.decode_as::<SigningCertificateV2>().map_err(|_| SignatureFault::SigningCertificate)?;
    let first = meant.certs.first().ok_or(SignatureFault::SigningCertificate)?;
    let leaf = leaf.to_der().map_err(|_| SignatureFault::MalformedCms)?;
    if first.hash_algorithm.as_ref().is_none_or(is_sha256)
        && first.cert_hash.as_bytes() == Sha256::digest(&leaf).as_slice()
    {
        Ok(())
    } else {
        Err(SignatureFault::SigningCertificate)
    }
}

/// Orders the certificates from the signer to the root. Each must be vouched for, the signer's own by the signed
/// attributes, the others by a signature up to a root that signs itself: what nobody checks could be changed unseen.
fn chain(leaf: &Certificate, certificates: &[Certificate]) -> Result<Vec<Certificate>, SignatureFault> {
    let mut chain = vec![leaf.clone()];
    let mut rest: Vec<&Certificate> =
        certificates.iter().filter(|certificate| *certificate != leaf).collect();
    while !rest.is_empty() {
        let last = chain.last().expect("the leaf is in it").tbs_certificate();
        let is_issuer = |candidate: &&Certificate| candidate.tbs_certificate().subject() == last.issuer();
        let issuer = rest.iter().position(is_issuer).ok_or(SignatureFault::Chain)?;
        chain.push(rest.swap_remove(issuer).clone());
    }
    for link in chain.windows(2) {
        check_issued_by(&link[0], &link[1])?;
    }
    if let [_, .., root] = chain.as_slice() {
        check_issued_by(root, root)?;
    }
    Ok(chain)
}

impl From<LinkFault> for SignatureFault {
    fn from(fault: LinkFault) -> Self {
        match fault {
            LinkFault::Algorithm => Self::Algorithm,
            LinkFault::NotIssuer => Self::Chain,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// A leaf of RSA 2048 under a root of RSA 2048, as they come from outside.
    fn rsa() -> SigningIdentity {
        const SCRIPT: &str = "
            set -e
            openssl req -x509 -newkey rsa:2048 -sha256 -nodes -keyout root.key -out root.pem -days 9 -subj /CN=Root
            openssl req -x509 -newkey rsa:2048 -sha256 -nodes -keyout key.pem -out leaf.pem -days 9 -subj /CN=Leaf \\
                -CA root.pem -CAkey root.key
            openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der
            openssl x509 -in leaf.pem -outform DER -out leaf.der
            openssl x509 -in root.pem -outform DER -out root.der";
        let folder = tempfile::tempdir().unwrap();
        let made = Command::new("sh").args(["-c", SCRIPT]).current_dir(&folder).output();
        let made = made.unwrap_or_else(|error| panic!("cannot run sh ({error})"));
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        SigningIdentity::from_der(&[read("leaf.der"), read("root.der")], &read("key.der")).unwrap()
    }

    #[test]
    fn no_bit_of_an_rsa_signature_can_be_changed_unseen() {
        let (identity, digest) = (rsa(), [7; 32]);
        let mut cms = sign(&identity, digest).unwrap();
        assert_eq!(cms.len(), longest(&identity).unwrap());
        for at in 0..cms.len() {
            for bit in 0..8 {
                cms[at] ^= 1 << bit;
                assert!(verify(&cms, digest).is_err(), "bit {bit} of byte {at}");
                cms[at] ^= 1 << bit;
            }
        }
        assert_eq!(verify(&cms, digest).unwrap(), identity.chain());
    }
}
