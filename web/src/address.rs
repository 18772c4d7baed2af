//! Addresses of our own pages with a query: chips, pages and sorted columns of lists are plain links.

use data_encoding::HEXUPPER;

/// A path with these parameters; those without a value are left out.
pub(crate) fn with_query(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        address.push_str(&encode(value));
    }
    address
}

/// Percent-encodes everything but unreserved characters (RFC 3986 §2.3) and the slash, which means nothing in a query.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&HEXUPPER.encode(&[byte]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_a_value() {
        let address =
            with_query("/o/m/invoices", &[("q", "a&b=c#d Ü/\"<"), ("status", ""), ("sort", "-due")]);
        assert_eq!(address, "/o/m/invoices?q=a%26b%3Dc%23d%20%C3%9C/%22%3C&sort=-due");
    }
}
