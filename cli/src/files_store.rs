//! Where encrypted files are kept: in the data folder, or in a bucket that speaks S3.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Prefix;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use url::Url;
use zeroize::Zeroizing;

use crate::data_folder::DataFolder;
use crate::destinations::Destination;

/// A bucket, as the settings name it.
pub(crate) struct Bucket {
    pub(crate) name: String,
    /// Before every file's name; may be empty.
    pub(crate) prefix: Prefix,
    pub(crate) endpoint: String,
    pub(crate) region: String,
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: Zeroizing<String>,
}

/// For one request. The outbox tries again later.
const TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Against a short stumble: what takes longer, the outbox tries again.
const RETRIES: usize = 2;

impl Bucket {
    /// Reads the settings that belong together; `None` if none is given.
    pub(crate) fn from_settings(
        mut setting: impl FnMut(&str) -> Option<String>,
    ) -> anyhow::Result<Option<Self>> {
        let (store, endpoint, region) =
            (setting("files_store"), setting("s3_endpoint"), setting("s3_region"));
        let (id, secret) = (setting("s3_access_key_id"), setting("s3_secret_access_key").map(Zeroizing::new));
        let Some(store) = store else {
            if endpoint.is_some() || region.is_some() || id.is_some() || secret.is_some() {
                bail!("settings that begin with s3_ go together with files_store = \"s3://BUCKET/PREFIX\"");
            }
            return Ok(None);
        };
        let Some(place) = store.strip_prefix("s3://") else {
            bail!(
                "files_store is s3://BUCKET or s3://BUCKET/PREFIX; without it files are in the data folder"
            );
        };
        let (name, prefix) = place.split_once('/').unwrap_or((place, ""));
        let is_name = (3..=63).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'));
        if !is_name {
            bail!("files_store: a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens");
        }
        let prefix = Some(prefix.trim_end_matches('/'))
            .filter(|prefix| !prefix.starts_with('/') && !prefix.contains("//"))
            .and_then(|prefix| Prefix::parse(prefix).ok())
            .context("files_store: what follows the bucket's name is no path such as counterfoil/files")?;
        let endpoint = endpoint.context("files_store needs s3_endpoint, such as https://s3.example.com")?;
        if !is_private_or_local(&endpoint) {
            bail!(
                "s3_endpoint must begin with https://; http:// is for this machine only, such as http://127.0.0.1:9000"
            );
        }
        Ok(Some(Self {
            name: name.to_owned(),
            prefix,
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            region: region.unwrap_or_else(|| "us-east-1".to_owned()),
            access_key_id: id.context("files_store needs s3_access_key_id")?,
            secret_access_key: secret.context("files_store needs s3_secret_access_key")?,
        }))
    }
}

impl Bucket {
    pub(crate) fn destination(&self) -> anyhow::Result<Destination> {
        const FORM: &str = "s3_endpoint is no address such as https://s3.example.com";
        let endpoint: Url = self.endpoint.parse().context(FORM)?;
        let host = endpoint.host_str().context(FORM)?.trim_matches(['[', ']']).to_owned();
        let port = endpoint.port_or_known_default().context(FORM)?;
        let encryption = if endpoint.scheme() == "https" { "tls" } else { "none" };
        Ok(Destination { purpose: "files", host, port, encryption: encryption.to_owned() })
    }
}

/// Encrypted on the way, or not on a way at all.
fn is_private_or_local(endpoint: &str) -> bool {
    if let Some(rest) = endpoint.strip_prefix("https://") {
        return !rest.is_empty() && !rest.contains('@');
    }
    let Some(authority) = endpoint.strip_prefix("http://") else { return false };
    let authority = authority.trim_end_matches('/');
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// Opens the place of the files. A bucket is asked only when a file is kept or read.
pub(crate) fn open(bucket: Option<&Bucket>, folder: &DataFolder) -> anyhow::Result<Arc<dyn ObjectStore>> {
    let Some(bucket) = bucket else {
        let files = LocalFileSystem::new_with_prefix(folder.files())
            .with_context(|| format!("{} cannot be used", folder.files().display()))?
            .with_fsync(true);
        return Ok(Arc::new(files));
    };
    let retry = RetryConfig {
        backoff: BackoffConfig { init_backoff: Duration::from_millis(200), ..BackoffConfig::default() },
        max_retries: RETRIES,
        retry_timeout: TIMEOUT,
    };
    let options = ClientOptions::new()
        .with_timeout(TIMEOUT)
        .with_connect_timeout(CONNECT_TIMEOUT)
        .with_allow_http(bucket.endpoint.starts_with("http://"));
    let files = AmazonS3Builder::new()
        .with_client_options(options)
        .with_endpoint(&bucket.endpoint)
        .with_allow_http(bucket.endpoint.starts_with("http://"))
        .with_region(&bucket.region)
        .with_bucket_name(&bucket.name)
        .with_access_key_id(&bucket.access_key_id)
        .with_secret_access_key(bucket.secret_access_key.as_str())
        .with_retry(retry)
        .build()
        .context("files_store cannot be used")?;
    Ok(Arc::new(PrefixStore::new(files, bucket.prefix.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(pairs: &[(&str, &str)]) -> anyhow::Result<Option<Bucket>> {
        Bucket::from_settings(|key| pairs.iter().find(|(k, _)| *k == key).map(|(_, v)| (*v).to_owned()))
    }

    const WHOLE: [(&str, &str); 4] = [
        ("files_store", "s3://bills/counterfoil/"),
        ("s3_endpoint", "https://s3.example.com/"),
        ("s3_access_key_id", "id"),
        ("s3_secret_access_key", "hush"),
    ];

    #[test]
    fn a_bucket_has_a_name_a_prefix_and_a_secret() {
        assert!(bucket(&[]).unwrap().is_none());
        let whole = bucket(&WHOLE).unwrap().unwrap();
        assert_eq!((whole.name.as_str(), whole.prefix.as_ref()), ("bills", "counterfoil"));
        assert_eq!((whole.endpoint.as_str(), whole.region.as_str()), ("https://s3.example.com", "us-east-1"));
        for (missing, _) in &WHOLE[1..] {
            let rest: Vec<_> = WHOLE.iter().filter(|(name, _)| name != missing).copied().collect();
            let said = bucket(&rest).err().unwrap().to_string();
            assert!(said.contains(missing) && !said.contains("hush"), "{said}");
        }
        assert!(bucket(&WHOLE[1..]).is_err(), "a secret without a bucket");
    }

    #[test]
    fn the_way_there_is_encrypted_unless_it_leads_nowhere() {
        for good in
            ["https://s3.example.com", "http://127.0.0.1:9000", "http://localhost", "http://[::1]:9000/"]
        {
            assert!(is_private_or_local(good), "{good}");
        }
        for bad in [
            "http://s3.example.com",
            "http://127.0.0.1.example.com",
            "http://localhost:x",
            "http://localhost@example.com",
            "https://",
            "https://id:secret@s3.example.com",
            "ftp://localhost",
            "localhost",
        ] {
            assert!(!is_private_or_local(bad), "{bad}");
        }
    }

    #[test]
    fn what_is_no_bucket_is_refused() {
        for bad in
            ["bills", "s3://", "s3://Bills", "s3://b", "s3://bills//x", "file:///tmp", "s3://bills/../x"]
        {
            let pairs = [&[("files_store", bad)][..], &WHOLE[1..]].concat();
            assert!(bucket(&pairs).is_err(), "{bad}");
        }
    }
}
