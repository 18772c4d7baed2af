//! DKIM (RFC 6376, RFC 8463): the domain answers for what it sends.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use data_encoding::BASE64;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Each is signed once more than it is there, so that nobody can add another (RFC 6376 §8.15).
const SIGNED: [&str; 10] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "auto-submitted",
];

/// A key that signs mail for a domain.
#[derive(Clone)]
pub(crate) struct Dkim {
    key: Arc<Key>,
    domain: String,
    selector: String,
}

enum Key {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// What kind of key is made.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Algorithm {
    /// 2048 bits: what every receiver verifies.
    Rsa,
    /// Short, and not verified by every receiver yet.
    Ed25519,
}

impl Dkim {
    /// Reads a key in PEM (PKCS#8) that only its owner can read.
    pub(crate) fn load(path: &Path, selector: &str, domain: &str) -> anyhow::Result<Self> {
        let selector = label(selector).context(
            "dkim_selector: letters, digits, hyphens and dots, as in the name of the record in DNS, such as s1",
        )?;
        let read = || format!("dkim_key: {} cannot be read", path.display());
        let mode = std::fs::metadata(path).with_context(read)?.permissions().mode() & 0o077;
        if mode != 0 {
            bail!("dkim_key: {} can be read by others: chmod 0600 it", path.display());
        }
        let pem = Zeroizing::new(std::fs::read(path).with_context(read)?);
        let is_none = || {
            format!(
                "dkim_key: {} is no RSA or Ed25519 key in PEM (PKCS#8): make one with `counterfoil mail dkim-key`",
                path.display()
            )
        };
        let der = PrivatePkcs8KeyDer::from_pem_slice(&pem).ok().with_context(is_none)?;
        let der = der.secret_pkcs8_der();
        let key = match (RsaKeyPair::from_pkcs8(der), Ed25519KeyPair::from_pkcs8(der)) {
            (Ok(key), _) => Key::Rsa(key),
            (_, Ok(key)) => Key::Ed25519(key),
            _ => bail!(is_none()),
        };
        Ok(Self { key: Arc::new(key), domain: domain.to_lowercase(), selector: selector.to_lowercase() })
    }

    /// A new key in PEM.
    pub(crate) fn generate(algorithm: Algorithm) -> anyhow::Result<Zeroizing<String>> {
        let pkcs8: Pkcs8V1Der<'_> = match algorithm {
            Algorithm::Rsa => RsaKeyPair::generate(KeySize::Rsa2048).and_then(|key| key.as_der()),
            Algorithm::Ed25519 => Ed25519KeyPair::generate().and_then(|key| key.as_der()),
        }
        .map_err(|_| anyhow::anyhow!("no key could be made"))?;
        let text = Zeroizing::new(BASE64.encode(pkcs8.as_ref()));
        let mut pem = Zeroizing::new("-----BEGIN PRIVATE KEY-----\n".to_owned());
        for line in text.as_bytes().chunks(64) {
            pem.push_str(std::str::from_utf8(line).expect("base64 is ASCII"));
            pem.push('\n');
        }
        pem.push_str("-----END PRIVATE KEY-----\n");
        Ok(pem)
    }

    /// Name and text of the TXT record that receivers verify by.
    pub(crate) fn record(&self) -> anyhow::Result<(String, String)> {
        let (kind, public) = match &*self.key {
            Key::Rsa(key) => {
                let public: PublicKeyX509Der<'_> =
                    key.public_key().as_der().map_err(|_| anyhow::anyhow!("the key has no public part"))?;
                ("rsa", BASE64.encode(public.as_ref()))
            }
            Key::Ed25519(key) => ("ed25519", BASE64.encode(key.public_key().as_ref())),
        };
        let name = format!("{}._domainkey.{}", self.selector, self.domain);
        Ok((name, format!("v=DKIM1; k={kind}; p={public}")))
    }

    /// The header to stand before this mail, with its line break. Relaxed, so that relays may fold and space anew.
    pub(super) fn signature(&self, mail: &[u8], at: i64) -> Result<String, Unspecified> {
        let text = String::from_utf8_lossy(mail);
        let (headers, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let headers: Vec<(String, String)> = unfolded(headers).map(|line| relaxed(&line)).collect();
        let mut signed = String::new();
        let mut names = Vec::new();
        for name in SIGNED {
            // From the last one up (§5.4.2).
            for (_, value) in headers.iter().rev().filter(|(found, _)| found == name) {
                signed.push_str(&format!("{name}:{value}\r\n"));
                names.push(name);
            }
            names.push(name);
        }
        let algorithm = match &*self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let unsigned = format!(
            "v=1; a={algorithm}; c=relaxed/relaxed; d={}; s={}; t={at};\r\n h={};\r\n bh={};\r\n b=",
            self.domain,
            self.selector,
            names.chunks(5).map(|names| names.join(":")).collect::<Vec<_>>().join(":\r\n  "),
            BASE64.encode(&Sha256::digest(relaxed_body(body))),
        );
        let (_, value) = relaxed(&unfolded(&format!("DKIM-Signature: {unsigned}")).collect::<String>());
        signed.push_str(&format!("dkim-signature:{value}"));
        let signature = self.key.sign(signed.as_bytes())?;
        let folded: Vec<&str> = signature
            .as_bytes()
            .chunks(70)
            .map(|line| std::str::from_utf8(line).expect("base64 is ASCII"))
            .collect();
        Ok(format!("DKIM-Signature: {unsigned}{}\r\n", folded.join("\r\n  ")))
    }
}

impl Key {
    /// In base64.
    fn sign(&self, text: &[u8]) -> Result<String, Unspecified> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)?;
                Ok(BASE64.encode(&signature))
            }
            // RFC 8463 §3: what is signed is the hash.
            Self::Ed25519(key) => Ok(BASE64.encode(key.sign(&Sha256::digest(text)).as_ref())),
        }
    }
}

/// The headers, each on one line.
fn unfolded(headers: &str) -> impl Iterator<Item = String> {
    let mut lines: Vec<String> = Vec::new();
    for line in headers.split("\r\n") {
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(line),
            _ => lines.push(line.to_owned()),
        }
    }
    lines.into_iter()
}

/// Name and value of a header in relaxed form (§3.4.2).
fn relaxed(line: &str) -> (String, String) {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    let blank = |c: char| c == ' ' || c == '\t';
    let words: Vec<&str> = value.split(blank).filter(|word| !word.is_empty()).collect();
    (name.trim_end_matches(blank).to_lowercase(), words.join(" "))
}

/// A body in relaxed form (§3.4.4).
fn relaxed_body(body: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in body.split("\r\n") {
        let mut short = String::with_capacity(line.len());
        for c in line.trim_end_matches([' ', '\t']).chars() {
            match c {
                ' ' | '\t' if short.ends_with(' ') => {}
                ' ' | '\t' => short.push(' '),
                c => short.push(c),
            }
        }
        lines.push(short);
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.iter().fold(String::new(), |body, line| body + line + "\r\n")
}

fn label(text: &str) -> Option<&str> {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
    };
    text.split('.').all(is_label).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relaxed_forms_are_those_of_the_standard() {
        // RFC 6376 §3.4.5.
        let headers: Vec<_> = unfolded("A: X\r\nB : Y\t\r\n\tZ  ").map(|line| relaxed(&line)).collect();
        assert_eq!(headers, [("a".to_owned(), "X".to_owned()), ("b".to_owned(), "Y Z".to_owned())]);
        assert_eq!(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
        assert_eq!((relaxed_body("").as_str(), relaxed_body("\r\n\r\n").as_str()), ("", ""));
    }

    #[test]
    fn selectors_are_labels_of_dns() {
        for good in ["s1", "2026", "mail.s1"] {
            assert!(label(good).is_some(), "{good}");
        }
        for bad in ["", ".", "s1.", "s_1", "s1;d=example.net", "s 1", "ü"] {
            assert!(label(bad).is_none(), "{bad}");
        }
    }
}
