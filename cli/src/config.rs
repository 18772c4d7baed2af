//! Settings: flags, then `COUNTERFOIL_*`, then `counterfoil.toml`. An unknown key is an error, not a shrug.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::{Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use counterfoil_billing::mail::SendMail;
use counterfoil_store::DatabaseUrl;

use crate::args::Global;
use crate::destinations::Destination;
use crate::files_store::Bucket;
use crate::input;
use crate::mail::MailSettings;

/// Every setting's name, as in the file; the variable is `COUNTERFOIL_` and the name in capitals.
const KEYS: [&str; 21] = [
    "data",
    "address",
    "url",
    "database_url",
    "database_admin_url",
    "root_passphrase_file",
    "files_store",
    "s3_endpoint",
    "s3_region",
    "s3_access_key_id",
    "s3_secret_access_key",
    "checkpoint_store",
    "tls_certificate",
    "tls_key",
    "smtp_url",
    "mail_from",
    "smtp_ca",
    "bounce_address",
    "dkim_selector",
    "dkim_key",
    "time_zone",
];
/// Variables of the test suite, which the program itself does not read.
const TEST_VARIABLES: [&str; 8] =
    ["axe", "chromium", "chromedriver", "corpus", "guide", "pages", "python", "venv"];
const DEFAULT_FILE: &str = "counterfoil.toml";

/// The settings after all sources are read.
pub(crate) struct Config {
    pub(crate) data: PathBuf,
    pub(crate) address: SocketAddr,
    pub(crate) url: String,
    pub(crate) database_url: Option<DatabaseUrl>,
    /// Where the passphrase of the root key is read from.
    pub(crate) root_passphrase_file: Option<PathBuf>,
    /// Where files are kept if not in the data folder.
    pub(crate) bucket: Option<Bucket>,
    pub(crate) checkpoint_store: Option<PathBuf>,
    pub(crate) tls: Option<(PathBuf, PathBuf)>,
    pub(crate) send_mail: Option<SendMail>,
    /// All that is connected to.
    pub(crate) destinations: Vec<Destination>,
    pub(crate) time_zone: jiff::tz::TimeZone,
}

impl Config {
    pub(crate) fn load(flags: &Global, default_data: &str) -> anyhow::Result<Self> {
        let mut settings = file_settings(flags.config.as_deref())?;
        settings.extend(variable_settings(std::env::vars_os())?);
        let mut setting = |flag: Option<String>, key: &str| flag.or_else(|| settings.remove(key));
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.to_string_lossy().into_owned());
        let address = setting(flags.address.map(|a| a.to_string()), "address");
        let address: SocketAddr = match address {
            Some(text) => text.parse().with_context(|| {
                format!("address: {text:?} is not an IP address with a port, such as 127.0.0.1:8443")
            })?,
            None => SocketAddr::from(([127, 0, 0, 1], 8443)),
        };
        let url = match setting(flags.url.clone(), "url") {
            Some(url) => checked_url(&url)?,
            None => format!("https://localhost:{}", address.port()),
        };
        let tls = match (
            setting(path(&flags.tls_certificate), "tls_certificate"),
            setting(path(&flags.tls_key), "tls_key"),
        ) {
            (Some(certificate), Some(key)) => Some((certificate.into(), key.into())),
            (None, None) => None,
            _ => bail!("tls_certificate and tls_key go together: give both or neither"),
        };
        let mail = MailSettings {
            smtp_url: setting(flags.smtp_url.clone(), "smtp_url"),
            mail_from: setting(flags.mail_from.clone(), "mail_from"),
            smtp_ca: setting(None, "smtp_ca").map(PathBuf::from),
            bounce_address: setting(None, "bounce_address"),
            dkim_selector: setting(None, "dkim_selector"),
            dkim_key: setting(None, "dkim_key").map(PathBuf::from),
        };
        let database_url = setting(flags.database_url.clone(), "database_url");
        let mut database_url =
            database_url.map(|url| DatabaseUrl::parse(&url)).transpose().context("database_url")?;
        if let Some(owner) = setting(flags.database_admin_url.clone(), "database_admin_url") {
            let url = database_url.context("database_admin_url goes together with database_url")?;
            database_url = Some(url.owned_by(&owner).context("database_admin_url")?);
        }
        let time_zone = match setting(None, "time_zone") {
            Some(name) => jiff::tz::TimeZone::get(&name)
                .with_context(|| format!("time_zone: {name:?} is not a zone such as Europe/Berlin"))?,
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place that asks for the machine's time zone"
            )]
            None => jiff::tz::TimeZone::system(),
        };
        let bucket = Bucket::from_settings(|key| setting(None, key))?;
        let (send_mail, mail_server) = mail.transport()?.unzip();
        let servers = database_url.iter().map(DatabaseUrl::servers).collect::<Result<Vec<_>, _>>();
        let servers = servers.context("database_url")?.into_iter().flatten();
        let mut destinations: Vec<Destination> = servers.map(Destination::from).collect();
        destinations.extend(bucket.as_ref().map(Bucket::destination).transpose()?);
        destinations.extend(mail_server);
        Ok(Self {
            data: setting(path(&flags.data), "data").unwrap_or_else(|| default_data.to_owned()).into(),
            address,
            url,
            database_url,
            bucket,
            root_passphrase_file: setting(None, "root_passphrase_file").map(PathBuf::from),
            checkpoint_store: setting(path(&flags.checkpoint_store), "checkpoint_store").map(PathBuf::from),
            tls,
            send_mail,
            destinations,
            time_zone,
        })
    }
}

fn file_settings(file: Option<&Path>) -> anyhow::Result<BTreeMap<String, String>> {
    let path = file.unwrap_or(Path::new(DEFAULT_FILE));
    if file.is_none() && !path.exists() {
        return Ok(BTreeMap::new());
    }
    parse_file(&input::read_text(path)?).with_context(|| path.display().to_string())
}

fn parse_file(text: &str) -> anyhow::Result<BTreeMap<String, String>> {
    // The parser's own message quotes the line, and the line may hold a password.
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |at| text[..at.start].matches('\n').count() + 1);
        anyhow::anyhow!("line {line}: {}", error.message())
    })?;
    table
        .into_iter()
        .map(|(key, value)| {
            check_key(&key, &KEYS)?;
            match value {
                toml::Value::String(value) => Ok((key, value)),
                other => bail!("{key} is {}, but a text in quotes is needed", other.type_str()),
            }
        })
        .collect()
}

fn variable_settings(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> anyhow::Result<BTreeMap<String, String>> {
    let mut settings = BTreeMap::new();
    for (name, value) in variables {
        // Other programs' variables may hold any bytes.
        let Some(name) = name.to_str() else { continue };
        let Some(key) = name.strip_prefix("COUNTERFOIL_") else { continue };
        let key = key.to_lowercase();
        if key.starts_with("test_") || TEST_VARIABLES.contains(&key.as_str()) {
            continue;
        }
        check_key(&key, &KEYS).with_context(|| format!("the environment variable {name}"))?;
        let value = value
            .into_string()
            .map_err(|_| anyhow::anyhow!("the environment variable {name} is not text"))?;
        settings.insert(key, value);
    }
    Ok(settings)
}

fn check_key(key: &str, known: &[&str]) -> anyhow::Result<()> {
    if known.contains(&key) {
        return Ok(());
    }
    let nearest =
        known.iter().max_by(|a, b| strsim::jaro_winkler(key, a).total_cmp(&strsim::jaro_winkler(key, b)));
    match nearest.filter(|name| strsim::jaro_winkler(key, name) > 0.75) {
        Some(nearest) => bail!("unknown setting {key:?}: did you mean {nearest:?}?"),
        None => bail!("unknown setting {key:?}: there are {}", known.join(", ")),
    }
}

/// The message does not repeat the URL: people write passwords into URLs.
fn checked_url(url: &str) -> anyhow::Result<String> {
    let authority = url.strip_prefix("https://").unwrap_or_default();
    if !is_authority(authority) {
        bail!(
            "url must be https://, a host and perhaps a port, without a path, such as https://invoices.example.com; \
             write international names in their xn-- form"
        );
    }
    Ok(url.to_lowercase())
}

/// A host of letters, digits, dots and hyphens, or an IPv6 address in brackets; and perhaps a port.
fn is_authority(text: &str) -> bool {
    let is_port =
        |port: &str| port.parse::<u16>().is_ok_and(|number| number.to_string() == port && number > 0);
    if let Some(rest) = text.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else { return false };
        return address.parse::<Ipv6Addr>().is_ok()
            && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.len() <= 253 && host.split('.').all(is_label) && port.is_none_or(is_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> anyhow::Result<BTreeMap<String, String>> {
        variable_settings(pairs.iter().map(|(k, v)| (OsString::from(k), OsString::from(v))))
    }

    #[test]
    fn an_unknown_key_in_the_file_is_refused_with_the_nearest_known_one() {
        let error = parse_file("adress = \"127.0.0.1:1\"").unwrap_err();
        assert_eq!(error.to_string(), "unknown setting \"adress\": did you mean \"address\"?");
    }

    #[test]
    fn an_unknown_key_that_resembles_nothing_lists_all_keys() {
        let error = parse_file("zzzz = \"1\"").unwrap_err();
        assert!(error.to_string().contains("there are data, address"), "{error}");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_refused_by_name() {
        let error = parse_file("address = 8443").unwrap_err();
        assert_eq!(error.to_string(), "address is integer, but a text in quotes is needed");
    }

    #[test]
    fn an_unknown_variable_of_ours_is_refused_and_others_are_ignored() {
        assert!(variables(&[("COUNTERFOIL_DATABASE_URI", "x")]).is_err());
        assert!(variables(&[("HOME", "x"), ("COUNTERFOIL_TEST_POSTGRES", "x")]).unwrap().is_empty());
        assert_eq!(variables(&[("COUNTERFOIL_DATA", "x")]).unwrap()["data"], "x");
    }

    #[test]
    fn the_operators_page_names_every_setting() {
        let page = include_str!("../../docs/operator.md");
        let missing: Vec<_> = KEYS.iter().filter(|key| !page.contains(&format!("`{key}`"))).collect();
        assert!(missing.is_empty(), "docs/operator.md does not name {missing:?}");
    }

    #[test]
    fn a_url_is_https_and_a_host() {
        assert_eq!(
            checked_url("https://Invoices.example.com:8443").unwrap(),
            "https://invoices.example.com:8443"
        );
        for good in
            ["https://localhost", "https://192.0.2.1", "https://[2001:db8::1]:443", "https://xn--a.example:1"]
        {
            assert_eq!(checked_url(good).unwrap(), good);
        }
        for bad in [
            "http://example.com",
            "https://",
            "https://example.com/path",
            "https://a@b",
            "https://a:b:c",
            "https://a..b",
            "https://a:0",
            "https://a:+1",
            "https://a:",
            "https://[::1",
            "https://[::1]a",
            "https://\u{fc}.example",
        ] {
            assert!(checked_url(bad).is_err(), "{bad}");
        }
    }
}
