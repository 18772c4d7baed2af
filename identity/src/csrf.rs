//! Keeping other sites from acting in the person's name: Fetch Metadata, then Origin, then a token in the
//! form that is bound to the session (NIST SP 800-63B-4 §5.1).

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Why a request is refused; the answer is 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CsrfRefusal {
    /// `Sec-Fetch-Site` is neither `same-origin` nor `none`.
    #[error("the request came from another site: open this page here and send the form again")]
    OtherSite,
    /// `Origin` is not ours.
    #[error("the request came from another origin: open this page here and send the form again")]
    OtherOrigin,
    /// Neither header is there, so nothing shows where the request came from.
    #[error("the browser did not say where the request came from: use an up-to-date browser")]
    NoEvidence,
    /// A page of another site embedded ours or read it by script.
    #[error("other sites may link here but not embed or read this page")]
    Embedded,
}

/// Judges a request that carries a session cookie. Safe methods change nothing (law 6) and pass here; see
/// [`judge_read`] for them.
///
/// Browsers send `Sec-Fetch-Site` and pages cannot forge it, so it decides when present; without it
/// `Origin` must be exactly our own, such as `https://bills.example:8443`.
///
/// # Errors
/// [`CsrfRefusal`] if it may come from another site.
pub fn judge(
    method_is_safe: bool,
    sec_fetch_site: Option<&str>,
    origin: Option<&str>,
    own_origin: &str,
) -> Result<(), CsrfRefusal> {
    if method_is_safe {
        return Ok(());
    }
    match (sec_fetch_site, origin) {
        (Some("same-origin" | "none"), _) => Ok(()),
        (Some(_), _) => Err(CsrfRefusal::OtherSite),
        (None, Some(origin)) if origin == own_origin => Ok(()),
        (None, Some(_)) => Err(CsrfRefusal::OtherOrigin),
        (None, None) => Err(CsrfRefusal::NoEvidence),
    }
}

/// Judges a request with a safe method: from another site it must be a person following a link, that is a
/// top-level navigation to a document. Old browsers send no Fetch Metadata and pass.
///
/// # Errors
/// [`CsrfRefusal::Embedded`] for frames, images, scripts and fetches of other sites.
pub fn judge_read(
    sec_fetch_site: Option<&str>,
    sec_fetch_mode: Option<&str>,
    sec_fetch_dest: Option<&str>,
) -> Result<(), CsrfRefusal> {
    match (sec_fetch_site, sec_fetch_mode, sec_fetch_dest) {
        (None | Some("same-origin" | "none"), _, _) | (Some(_), Some("navigate"), Some("document")) => Ok(()),
        _ => Err(CsrfRefusal::Embedded),
    }
}

/// The hidden field of every form in this session: HMAC-SHA-256 over the hash of the session's token.
/// A new session has a new token; nothing is stored.
pub fn form_token(key: &[u8; 32], session_hash: &[u8; 32]) -> String {
    BASE64URL_NOPAD.encode(&mac(key, session_hash))
}

/// Whether the field came back unchanged and belongs to this session, in constant time.
pub fn verify_form_token(key: &[u8; 32], session_hash: &[u8; 32], token: &str) -> bool {
    form_token(key, session_hash).as_bytes().ct_eq(token.as_bytes()).into()
}

fn mac(key: &[u8; 32], session_hash: &[u8; 32]) -> [u8; 32] {
    Hmac::<Sha256>::new_from_slice(key)
        .expect("HMAC takes keys of any length")
        .chain_update(b"counterfoil/form-token/v1\0")
        .chain_update(session_hash)
        .finalize()
        .into_bytes()
        .into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OWN: &str = "https://bills.example:8443";

    #[test]
    fn fetch_metadata_decides_when_the_browser_sends_it() {
        for site in ["same-origin", "none"] {
            assert_eq!(judge(false, Some(site), None, OWN), Ok(()));
            // Browsers send `null` on same-origin posts under some referrer policies.
            assert_eq!(judge(false, Some(site), Some("null"), OWN), Ok(()));
        }
        for site in ["same-site", "cross-site", "", "SAME-ORIGIN", "same-origin, none", "new-value"] {
            let refused = judge(false, Some(site), Some(OWN), OWN);
            assert_eq!(refused, Err(CsrfRefusal::OtherSite), "{site:?}");
        }
    }

    #[test]
    fn without_it_the_origin_must_be_exactly_ours() {
        assert_eq!(judge(false, None, Some(OWN), OWN), Ok(()));
        for origin in [
            "null",
            "",
            "http://bills.example:8443",
            "https://bills.example",
            "https://bills.example:8443/",
            "https://bills.example:8443.evil.example",
            "https://evil.example",
        ] {
            let refused = judge(false, None, Some(origin), OWN);
            assert_eq!(refused, Err(CsrfRefusal::OtherOrigin), "{origin:?}");
        }
    }

    #[test]
    fn a_change_without_any_evidence_is_refused() {
        assert_eq!(judge(false, None, None, OWN), Err(CsrfRefusal::NoEvidence));
    }

    #[test]
    fn reading_is_not_a_change() {
        assert_eq!(judge(true, Some("cross-site"), Some("https://evil.example"), OWN), Ok(()));
    }

    #[test]
    fn another_site_may_link_to_a_page_and_nothing_else() {
        let read = |site, mode, dest| judge_read(Some(site), Some(mode), Some(dest));
        assert_eq!(read("cross-site", "navigate", "document"), Ok(()));
        assert_eq!(read("same-origin", "no-cors", "image"), Ok(()));
        assert_eq!(read("none", "navigate", "document"), Ok(()));
        assert_eq!(judge_read(None, None, None), Ok(()));
        for (mode, dest) in [
            ("navigate", "iframe"),
            ("navigate", "object"),
            ("no-cors", "image"),
            ("no-cors", "script"),
            ("cors", "empty"),
            ("websocket", "document"),
        ] {
            assert_eq!(read("cross-site", mode, dest), Err(CsrfRefusal::Embedded), "{mode} {dest}");
            assert_eq!(read("same-site", mode, dest), Err(CsrfRefusal::Embedded), "{mode} {dest}");
        }
        assert_eq!(judge_read(Some("cross-site"), None, None), Err(CsrfRefusal::Embedded));
    }

    #[test]
    fn a_form_of_one_session_is_refused_in_another() {
        let token = form_token(&[1; 32], &[2; 32]);
        assert!(verify_form_token(&[1; 32], &[2; 32], &token));
        assert!(!verify_form_token(&[1; 32], &[3; 32], &token));
        assert!(!verify_form_token(&[4; 32], &[2; 32], &token));
        assert!(!verify_form_token(&[1; 32], &[2; 32], ""));
        assert!(!verify_form_token(&[1; 32], &[2; 32], &token[..42]));
        assert!(!verify_form_token(&[1; 32], &[2; 32], &format!("{token}=")));
    }

    #[test]
    fn the_token_is_the_mac_an_independent_tool_computes() {
        // printf 'counterfoil/form-token/v1\0' and 32 bytes 0x02, through
        // `openssl dgst -sha256 -mac HMAC -macopt hexkey:0101…01 -binary`, in base64url
        assert_eq!(form_token(&[1; 32], &[2; 32]), "nHyTe91y4Aa1bjQY4pMJjrhHZ3Tni036e3kSaGJT1no");
    }

    proptest! {
        #[test]
        fn no_guess_is_a_form_token(key: [u8; 32], session: [u8; 32], guess in "\\PC{0,60}") {
            prop_assert!(!verify_form_token(&key, &session, &guess));
        }
    }
}
