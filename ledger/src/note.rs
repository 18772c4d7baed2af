//! Signed notes: a text, and who signed it. Ed25519 makes and checks the signatures; lines of other kinds may stand
//! beside them, and are passed over by whoever does not know their keys.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer, VerifyingKey};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::text;

/// What kind of signature a key makes: a byte in key ids and verifier keys, given out by the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureType {
    /// Ed25519 over the text.
    Ed25519,
    /// ML-DSA-44, against which quantum computers help nobody. Its place is kept: see docs/design/ledger-entries.md.
    MlDsa44,
}

impl SignatureType {
    const fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::MlDsa44 => 0x06,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        [Self::Ed25519, Self::MlDsa44].into_iter().find(|kind| kind.byte() == byte)
    }
}

const ED25519: u8 = SignatureType::Ed25519.byte();

/// Longer notes are refused unread. A checkpoint with a hundred signatures has some 20 000 bytes.
const MAX_LENGTH: usize = 1_000_000;

/// More signatures are refused; the specification asks for at least 16.
const MAX_SIGNATURES: usize = 100;

/// Why a note, or a key, is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// A name is part of signature lines and verifier keys, and must not break them.
    #[error("the key name must not be empty or contain spaces, control characters or a plus sign")]
    Name,
    /// Not `name+hash+base64`, or not an Ed25519 key.
    #[error("this is not an Ed25519 verifier key of the form name+hash+key: copy it again, whole")]
    Key,
    /// A verifier key of a kind that has a place in the format, and no code here yet.
    #[error(
        "this is an ML-DSA-44 key, whose signatures cannot be checked yet: give the ledger's Ed25519 key"
    )]
    KeyType,
    /// The hash in a verifier key is not that of its name and key: a part was mistyped.
    #[error("the hash in the verifier key does not fit its name and key: copy it again, whole")]
    KeyHash,
    /// Not a text, an empty line and signature lines.
    #[error("this is not a signed note: it must be a text, an empty line and signature lines")]
    Malformed,
    /// A key that is known has not made the signature that carries its name.
    #[error("the signature of {0} is wrong: the note was changed or forged")]
    Signature(String),
    /// There are signatures, by strangers only.
    #[error("no known key has signed the note")]
    Unsigned,
}

/// The private key of a log, and its name.
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    verifier: VerifierKey,
}

impl SigningKey {
    /// A fresh key. `name` is the origin of the log, a URL without scheme.
    ///
    /// # Errors
    /// [`NoteError::Name`].
    pub fn generate(name: &str, rng: &mut (impl CryptoRng + ?Sized)) -> Result<Self, NoteError> {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut_slice());
        Self::from_parts(name, &seed)
    }

    /// The key with this private seed (RFC 8032).
    ///
    /// # Errors
    /// [`NoteError::Name`].
    pub fn from_parts(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, key.verifying_key())?;
        Ok(Self { key, verifier })
    }

    /// The private seed, for the one who stores it.
    #[must_use]
    pub fn seed(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// The name in the signatures.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.verifier.name
    }

    /// What others need to check the signatures.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        self.verifier.clone()
    }

    /// The whole signed note for this text, which ends with a newline and has no other control characters.
    ///
    /// The signature is over exactly this text: for a text that is no note text, the result is no note to anyone.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes());
        let signature = [self.verifier.id.as_slice(), &signature.to_bytes()].concat();
        format!("{text}\n— {} {}\n", self.verifier.name, text::encode(&signature))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, redacted)", self.verifier.name)
    }
}

/// The public key of a log, and its name. Written `name+hash+base64(0x01 ‖ key)`, as people exchange it.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl VerifierKey {
    fn new(name: &str, key: VerifyingKey) -> Result<Self, NoteError> {
        if !is_key_name(name) {
            return Err(NoteError::Name);
        }
        let hash = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', ED25519])
            .chain_update(key.as_bytes())
            .finalize();
        let id = *hash.first_chunk().expect("SHA-256 has 32 bytes");
        Ok(Self { name: name.to_owned(), id, key })
    }

    /// The name in the signatures.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first bytes of the hash of name and key. With the name it says which key a signature is by; it does not
    /// prove it.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        self.id
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id), text::encode(&key))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        let key = text::decode(key).ok_or(NoteError::Key)?;
        let (kind, key) = key.split_first().ok_or(NoteError::Key)?;
        match SignatureType::of(*kind) {
            Some(SignatureType::Ed25519) => {}
            Some(SignatureType::MlDsa44) => return Err(NoteError::KeyType),
            None => return Err(NoteError::Key),
        }
        let key = VerifyingKey::try_from(key).map_err(|_| NoteError::Key)?;
        // With a key of small order, a signature proves nothing.
        if key.is_weak() {
            return Err(NoteError::Key);
        }
        let key = Self::new(name, key)?;
        let id = format!("{:08x}", u32::from_be_bytes(key.id));
        if hash.eq_ignore_ascii_case(&id) { Ok(key) } else { Err(NoteError::KeyHash) }
    }
}

/// A text, and the known keys that have signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedNote {
    /// The text, with its final newline.
    pub text: String,
    /// Those of the given keys that have signed it, at least one, each once.
    pub signers: Vec<VerifierKey>,
}

/// Who of `keys` has signed this note. Signatures by other keys are not looked at.
///
/// # Errors
/// [`NoteError::Malformed`], [`NoteError::Signature`] if one signature by a known key is wrong,
/// [`NoteError::Unsigned`] if there is none.
pub fn verify(note: &str, keys: &[VerifierKey]) -> Result<VerifiedNote, NoteError> {
    let (text, signatures) = parse(note).ok_or(NoteError::Malformed)?;
    let mut signers: Vec<VerifierKey> = Vec::new();
    for line in signatures {
        // Two known keys may share name and id, by accident only.
        let mut known = keys.iter().filter(|key| key.name == line.name && key.id == line.id).peekable();
        if known.peek().is_none() {
            continue;
        }
        let signature = Signature::from_slice(&line.signature).ok();
        let signer = known
            .find(|key| signature.is_some_and(|s| key.key.verify_strict(text.as_bytes(), &s).is_ok()))
            .ok_or_else(|| NoteError::Signature(line.name.to_owned()))?;
        if !signers.contains(signer) {
            signers.push(signer.clone());
        }
    }
    if signers.is_empty() {
        return Err(NoteError::Unsigned);
    }
    Ok(VerifiedNote { text: text.to_owned(), signers })
}

struct SignatureLine<'a> {
    name: &'a str,
    id: [u8; 4],
    signature: Vec<u8>,
}

fn parse(note: &str) -> Option<(&str, Vec<SignatureLine<'_>>)> {
    if note.len() > MAX_LENGTH || note.chars().any(|c| c < ' ' && c != '\n') {
        return None;
    }
    // The text may have empty lines, the signatures have none: the last one divides.
    let end = note.rfind("\n\n")? + 1;
    let (text, signatures) = (&note[..end], &note[end + 1..]);
    let lines = signatures.strip_suffix('\n')?.split('\n');
    let signatures = lines.take(MAX_SIGNATURES + 1).map(parse_signature).collect::<Option<Vec<_>>>()?;
    (signatures.len() <= MAX_SIGNATURES).then_some((text, signatures))
}

fn parse_signature(line: &str) -> Option<SignatureLine<'_>> {
    let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
    let signature = text::decode(signature)?;
    let (id, signature) = signature.split_first_chunk::<4>()?;
    (is_key_name(name) && !signature.is_empty()).then(|| SignatureLine {
        name,
        id: *id,
        signature: signature.to_vec(),
    })
}

fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Published with the Go package `note`: a key made of zeroes, a text, the signature line.
    const VECTOR_TEXT: &str = "If you think cryptography is the answer to your problem,\n\
         then you don't know what your problem is.\n";
    const VECTOR_LINE: &str = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

    const NAME: &str = "invoices.example.com/ledger/acme";

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_parts(NAME, &[seed; 32]).unwrap()
    }

    #[test]
    fn the_published_note_is_signed_and_verified() {
        let key = SigningKey::from_parts("EnochRoot", &[0; 32]).unwrap();
        let note = format!("{VECTOR_TEXT}\n{VECTOR_LINE}");
        assert_eq!(key.sign(VECTOR_TEXT), note);
        let verified = verify(&note, &[key.verifier()]).unwrap();
        assert_eq!(verified, VerifiedNote { text: VECTOR_TEXT.to_owned(), signers: vec![key.verifier()] });
    }

    #[test]
    fn the_verifier_key_of_the_go_checksum_database_is_read_and_written() {
        let published = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
        let key: VerifierKey = published.parse().unwrap();
        assert_eq!(key.name(), "sum.golang.org");
        assert_eq!(key.id(), [0x03, 0x3d, 0xe0, 0xae]);
        assert_eq!(key.to_string(), published);
        assert_eq!(published.replace("033de0ae", "033DE0AE").parse(), Ok(key));
    }

    #[test]
    fn verifier_keys_with_a_mistake_are_refused() {
        let good = key(1).verifier().to_string();
        let hash = good.split('+').nth(1).unwrap();
        for (bad, error) in [
            (String::new(), NoteError::Key),
            ("name+00000000".to_owned(), NoteError::Key),
            (good.replace(NAME, ""), NoteError::Name),
            (good.replace(NAME, "a b"), NoteError::Name),
            (good.replace(NAME, "other.example"), NoteError::KeyHash),
            (good.replace(hash, "+1234567"), NoteError::Key),
            (good.replace(hash, "00000000"), NoteError::KeyHash),
            (format!("{good}\n"), NoteError::Key),
            (good.replace("+AY", "+AI"), NoteError::Key),
            (good[..good.len() - 4].to_owned(), NoteError::Key),
            // The neutral point: every signature would pass.
            (format!("n+00000000+{}", text::encode(&[&[1, 1], [0; 31].as_slice()].concat())), NoteError::Key),
        ] {
            assert_ne!(bad, good);
            assert_eq!(bad.parse::<VerifierKey>(), Err(error), "{bad}");
        }
    }

    #[test]
    fn names_that_break_a_line_are_refused() {
        for name in ["", " ", "a b", "a\nb", "a+b", "a\u{a0}b", "a\u{2028}b", "a\0"] {
            assert_eq!(SigningKey::from_parts(name, &[1; 32]).unwrap_err(), NoteError::Name, "{name:?}");
        }
    }

    #[test]
    fn a_changed_note_is_refused() {
        let note = key(1).sign("a text\n");
        let keys = [key(1).verifier()];
        let wrong = NoteError::Signature(NAME.to_owned());
        assert!(verify(&note, &keys).is_ok());
        assert_eq!(verify(&note.replace("text", "test"), &keys), Err(wrong.clone()));
        assert_eq!(verify(&format!("\n{note}"), &keys), Err(wrong));
    }

    #[test]
    fn signatures_by_strangers_are_passed_over_and_not_enough() {
        let (note, others) = (key(1).sign("a text\n"), key(2).sign("a text\n"));
        let stranger = others.lines().last().unwrap();
        let both = format!("{note}{stranger}\n");
        assert_eq!(verify(&both, &[key(1).verifier()]).unwrap().signers, [key(1).verifier()]);
        let all = [key(1).verifier(), key(2).verifier()];
        assert_eq!(verify(&both, &all).unwrap().signers, all);
        assert_eq!(verify(&both, &[key(3).verifier()]), Err(NoteError::Unsigned));
        assert_eq!(verify(&both, &[]), Err(NoteError::Unsigned));
    }

    /// The name of the same ledger, another kind of key: 4 bytes of key id and the 2,420 of ML-DSA-44 (FIPS 204).
    #[test]
    fn a_signature_of_a_later_kind_beside_ours_is_passed_over_and_not_enough() {
        let later = format!("— {NAME} {}\n", text::encode(&[7; 4 + 2420]));
        let keys = [key(1).verifier()];
        let note = key(1).sign("a text\n");
        let (text, line) = note.split_once("\n\n").unwrap();
        for both in [format!("{note}{later}"), format!("{text}\n\n{later}{line}")] {
            assert_eq!(verify(&both, &keys).unwrap().signers, keys, "{both:.80}");
        }
        assert_eq!(verify(&format!("{text}\n\n{later}"), &keys), Err(NoteError::Unsigned));
    }

    #[test]
    fn a_key_of_a_later_kind_is_named_as_such() {
        let key = text::encode(&[&[0x06], [7; 1312].as_slice()].concat());
        assert_eq!(format!("{NAME}+00000000+{key}").parse::<VerifierKey>(), Err(NoteError::KeyType));
        let key = text::encode(&[&[0x02], [7; 32].as_slice()].concat());
        assert_eq!(format!("{NAME}+00000000+{key}").parse::<VerifierKey>(), Err(NoteError::Key));
    }

    #[test]
    fn one_wrong_signature_by_a_known_key_spoils_the_note() {
        let (note, other) = (key(1).sign("a text\n"), key(2).sign("another text\n"));
        let both = format!("{note}{}\n", other.lines().last().unwrap());
        let error = verify(&both, &[key(1).verifier(), key(2).verifier()]).unwrap_err();
        assert_eq!(error, NoteError::Signature(NAME.to_owned()));
    }

    #[test]
    fn a_key_that_signs_twice_is_one_signer() {
        let note = key(1).sign("a text\n");
        let twice = format!("{note}{}\n", note.lines().last().unwrap());
        assert_eq!(verify(&twice, &[key(1).verifier()]).unwrap().signers.len(), 1);
    }

    #[test]
    fn what_is_no_note_is_refused() {
        let keys = [key(1).verifier()];
        let note = key(1).sign("a text\n");
        let line = note.lines().last().unwrap().to_owned() + "\n";
        for bad in [
            String::new(),
            "\n".to_owned(),
            "\n\n".to_owned(),
            "a text\n".to_owned(),
            "a text\n\n".to_owned(),
            line.clone(),
            format!("\n{line}"),
            format!("a text\n{line}"),
            note.trim_end().to_owned(),
            format!("{note}\n"),
            format!("{note}more\n"),
            note.replace('—', "-"),
            note.replace('\n', "\r\n"),
            note.replace("a text", "a\ttext"),
            format!("a text\n\n— {NAME} \n"),
            format!("a text\n\n— {NAME} AAAAAA==\n"),
            format!("a text\n\n—  {}", line.rsplit(' ').next().unwrap()),
            format!("a text\n\n{}", line.repeat(MAX_SIGNATURES + 1)),
            format!("{}{note}", "x".repeat(MAX_LENGTH)),
        ] {
            assert_eq!(verify(&bad, &keys), Err(NoteError::Malformed), "{bad:.200}");
        }
        assert!(verify(&format!("a text\n\n{}", line.repeat(MAX_SIGNATURES)), &keys).is_ok());
    }

    #[test]
    fn a_signature_of_another_length_by_a_known_key_is_wrong() {
        let short = [key(1).verifier().id().as_slice(), &[0; 12]].concat();
        let note = format!("a text\n\n— {NAME} {}\n", text::encode(&short));
        assert_eq!(verify(&note, &[key(1).verifier()]), Err(NoteError::Signature(NAME.to_owned())));
    }

    #[test]
    fn debug_shows_no_private_key() {
        assert_eq!(format!("{:?}", key(1)), format!("SigningKey({NAME}, redacted)"));
    }

    proptest! {
        #[test]
        fn every_text_comes_back_and_nothing_else_passes(text in "([^\\p{Cc}]*\n){1,5}", other in "([^\\p{Cc}]*\n){1,5}") {
            let note = key(1).sign(&text);
            prop_assert_eq!(&verify(&note, &[key(1).verifier()]).unwrap().text, &text);
            let line = note.lines().last().unwrap();
            let forged = verify(&format!("{other}\n{line}\n"), &[key(1).verifier()]);
            prop_assert_eq!(forged.is_ok(), other == text);
        }

        #[test]
        fn a_text_that_is_no_note_text_is_no_note_to_anyone(text in "[a\n\t— ]{0,20}") {
            let note_text = text.ends_with('\n') && !text.contains('\t');
            let verified = verify(&key(1).sign(&text), &[key(1).verifier()]);
            prop_assert_eq!(verified.is_ok(), note_text);
        }

        #[test]
        fn noise_never_panics(noise: String, lines in "(— |[a+ ]|[A-Za-z0-9/=]{4}|\n){0,40}") {
            prop_assert!(verify(&noise, &[key(1).verifier()]).is_err());
            prop_assert!(verify(&lines, &[key(1).verifier()]).is_err());
            prop_assert!(noise.parse::<VerifierKey>().is_err());
        }
    }
}
