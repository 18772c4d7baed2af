//! The file `root.key`: 32 bytes, or the text of a key under a passphrase. Replaced as a whole, never lost.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use counterfoil_vault::{PassphraseCost, ProtectedRootKey, RootKey};
use rand_core::UnwrapErr;
use zeroize::Zeroizing;

use crate::data_folder::write_whole;
use crate::{input, passphrase};

/// No form of the key is longer.
const LONGEST_FILE: u64 = 4 << 10;
/// In letters. The file can be guessed at by whoever copies it, without any delay.
const SHORTEST_PASSPHRASE: usize = 15;
/// The name of systemd's credential that holds the passphrase.
const CREDENTIAL: &str = "counterfoil-root-passphrase";
const OTHERWISE: &str = "name a file that holds it with COUNTERFOIL_ROOT_PASSPHRASE_FILE, or give systemd's credential \
                         counterfoil-root-passphrase";

/// The root key with what is needed to write it again in the same form.
pub(crate) struct KeptKey {
    pub(crate) key: RootKey,
    passphrase: Option<Zeroizing<String>>,
}

impl KeptKey {
    /// A new key in the same form.
    pub(crate) fn renewed(&self) -> Self {
        let key = RootKey::generate(&mut UnwrapErr(getrandom::SysRng));
        Self { key, passphrase: self.passphrase.clone() }
    }

    /// The same key under another passphrase, or under none.
    pub(crate) fn under(self, passphrase: Option<Zeroizing<String>>) -> Self {
        Self { passphrase, ..self }
    }

    /// Puts it in the place of the file, whole or not at all.
    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        match &self.passphrase {
            None => write_whole(path, self.key.expose(), 0o400),
            Some(passphrase) => {
                let mut rng = UnwrapErr(getrandom::SysRng);
                let text = ProtectedRootKey::new(&self.key, passphrase, PassphraseCost::DEFAULT, &mut rng);
                write_whole(path, text.to_text().as_bytes(), 0o400)
            }
        }
    }
}

/// Where a root key lies.
pub(crate) struct RootKeyFile {
    pub(crate) path: PathBuf,
    /// What the settings name for its passphrase.
    passphrase_file: Option<PathBuf>,
}

impl RootKeyFile {
    pub(crate) fn new(path: PathBuf, passphrase_file: Option<PathBuf>) -> Self {
        Self { path, passphrase_file }
    }

    /// A new plain key.
    pub(crate) fn create(&self) -> anyhow::Result<KeptKey> {
        let key = RootKey::generate(&mut UnwrapErr(getrandom::SysRng));
        let kept = KeptKey { key, passphrase: None };
        kept.write(&self.path)?;
        Ok(kept)
    }

    /// The key. Asks for its passphrase where the settings name none.
    pub(crate) fn read(&self) -> anyhow::Result<KeptKey> {
        read(&self.path, || self.passphrase())
    }

    /// Whether the key is under a passphrase, without asking for it.
    pub(crate) fn is_protected(&self) -> anyhow::Result<bool> {
        Ok(ProtectedRootKey::is_in(&input::read(&self.path, LONGEST_FILE)?))
    }

    fn passphrase(&self) -> anyhow::Result<Zeroizing<String>> {
        if let Some(file) = &self.passphrase_file {
            return passphrase::from_file(file).context("root_passphrase_file");
        }
        let credentials = std::env::var_os("CREDENTIALS_DIRECTORY");
        if let Some(file) =
            credentials.map(|folder| Path::new(&folder).join(CREDENTIAL)).filter(|f| f.exists())
        {
            return passphrase::from_file(&file);
        }
        passphrase::asked("Passphrase of the root key: ", OTHERWISE)
    }

    /// The key that takes the place of this one when the database is wrapped under it.
    pub(crate) fn next(&self) -> PathBuf {
        self.path.with_file_name("root.key.next")
    }

    /// The next key, if the database may be wrapped under it already. It is in the form of the present one.
    pub(crate) fn read_next(&self, present: &KeptKey) -> anyhow::Result<Option<KeptKey>> {
        if !self.next().exists() {
            return Ok(None);
        }
        let same =
            || present.passphrase.clone().context("root.key.next has a passphrase, and root.key has none");
        read(&self.next(), same).map(Some)
    }

    /// The next key becomes the present one, and the present one is kept under the name of its check value: backups of
    /// the database need it.
    pub(crate) fn take_up_next(&self, present: &KeptKey) -> anyhow::Result<PathBuf> {
        let check = data_encoding::HEXLOWER.encode(&present.key.check_value());
        let old = self.path.with_file_name(format!("root.key.old-{check}"));
        if !old.exists() {
            present.write(&old)?;
        }
        let cannot = || format!("{} cannot be replaced", self.path.display());
        fs::rename(self.next(), &self.path).with_context(cannot)?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        fs::File::open(folder.unwrap_or(Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .with_context(cannot)?;
        Ok(old)
    }
}

fn read(
    path: &Path,
    passphrase: impl FnOnce() -> anyhow::Result<Zeroizing<String>>,
) -> anyhow::Result<KeptKey> {
    let metadata = fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?;
    if metadata.permissions().mode() & 0o077 != 0 {
        bail!("{} can be read by others: chmod 0400 it", path.display());
    }
    let bytes = Zeroizing::new(input::read(path, LONGEST_FILE)?);
    if ProtectedRootKey::is_in(&bytes) {
        let text = std::str::from_utf8(&bytes).with_context(|| format!("{} is damaged", path.display()))?;
        let protected = ProtectedRootKey::parse(text).with_context(|| path.display().to_string())?;
        let passphrase = passphrase()?;
        let key = protected.open(&passphrase).map_err(|_| {
            anyhow::anyhow!("this is not the passphrase of {}: nothing was done; try again", path.display())
        })?;
        return Ok(KeptKey { key, passphrase: Some(passphrase) });
    }
    let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| {
        anyhow::anyhow!("{} has {} bytes, not 32: it is not a root key", path.display(), bytes.len())
    })?;
    Ok(KeptKey { key: RootKey::from_bytes(bytes), passphrase: None })
}

/// A passphrase that somebody chooses: from a file, or typed twice.
pub(crate) fn chosen_passphrase(file: Option<&Path>) -> anyhow::Result<Zeroizing<String>> {
    let otherwise = "give it with --passphrase-file FILE, or - for standard input";
    let chosen = if let Some(file) = file {
        passphrase::from_file(file)?
    } else {
        let chosen = passphrase::asked("New passphrase of the root key: ", otherwise)?;
        if passphrase::asked("The same again: ", otherwise)? != chosen {
            bail!("the two passphrases differ: nothing was done");
        }
        chosen
    };
    if chosen.chars().count() < SHORTEST_PASSPHRASE {
        bail!("a passphrase of the root key has at least {SHORTEST_PASSPHRASE} letters: take several words");
    }
    Ok(chosen)
}
