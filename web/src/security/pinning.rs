//! Which answers tell browsers to come back by HTTPS only (HSTS, RFC 6797).
//!
//! Browsers keep that for a host with all of its ports. On a name that belongs to this server it is what everybody wants;
//! on `localhost` it would lock people out of everything else that runs on their machine. For addresses it means nothing.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::extract::Request;
use axum::http::header::HOST;

/// Whether the answer to this request may say so: it was asked of the name that this server has, and the name is its own.
pub(super) fn applies(origin: &str, request: &Request) -> bool {
    let own = host(origin.strip_prefix("https://").unwrap_or_default());
    is_own_name(own) && asked(request).is_none_or(|asked| asked.eq_ignore_ascii_case(own))
}

/// The host that a request names: HTTP/2 has it in the address, HTTP/1 in a header.
fn asked(request: &Request) -> Option<&str> {
    let in_header = || request.headers().get(HOST).map(|value| value.to_str().unwrap_or_default());
    request.uri().authority().map(axum::http::uri::Authority::as_str).or_else(in_header).map(host)
}

/// Without the port.
fn host(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// A name of the DNS that is not every machine's (RFC 6761 §6.3).
fn is_own_name(host: &str) -> bool {
    let is_address =
        host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok() || host.parse::<Ipv6Addr>().is_ok();
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    !is_address && !last.is_empty() && !last.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn told(origin: &str, address: &str, header: Option<&str>) -> bool {
        let request =
            header.into_iter().fold(Request::get(address), |request, host| request.header(HOST, host));
        applies(origin, &request.body(Body::empty()).unwrap())
    }

    #[test]
    fn only_a_name_of_this_servers_own_is_kept_to_https() {
        for origin in ["https://bills.example", "https://bills.example:8443", "https://localhost.example"] {
            let own = origin.strip_prefix("https://").unwrap();
            assert!(told(origin, "/", None), "{origin}");
            assert!(told(origin, "/", Some(own)) && told(origin, "/", Some(&own.to_uppercase())), "{origin}");
            assert!(told(origin, &format!("{origin}/verify"), None), "{origin}");
        }
        for origin in [
            "https://localhost",
            "https://localhost:8443",
            "https://bills.localhost:8443",
            "https://127.0.0.1:8443",
            "https://192.0.2.7",
            "https://[::1]:8443",
            "https://[2001:db8::7]",
        ] {
            let own = origin.strip_prefix("https://").unwrap();
            for header in [None, Some(own), Some("bills.example"), Some("localhost")] {
                assert!(!told(origin, "/", header), "{origin} by {header:?}");
            }
        }
    }

    #[test]
    fn the_same_server_reached_by_another_name_says_nothing_of_it() {
        for other in ["localhost", "localhost:8443", "127.0.0.1", "[::1]:8443", "other.example", ""] {
            assert!(!told("https://bills.example:8443", "/", Some(other)), "{other}");
        }
        assert!(!told("https://bills.example:8443", "https://localhost:8443/", Some("bills.example")));
    }
}
