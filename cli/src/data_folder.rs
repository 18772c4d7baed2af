//! The data folder: only its owner may enter, and the root key may only be read.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::config::Config;
use crate::root_key::RootKeyFile;

/// A data folder that is there.
pub(crate) struct DataFolder {
    path: PathBuf,
    /// Whether the folder had no root key and got a new one.
    pub(crate) is_new: bool,
}

impl DataFolder {
    /// The folder, whether or not it is there: [`make`](Self::make) makes it.
    pub(crate) fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), is_new: !path.join("root.key").exists() }
    }

    /// Makes what is missing of the folder.
    pub(crate) fn make(&self) -> anyhow::Result<()> {
        private_folder(&self.path).context("the data folder cannot be used")?;
        for name in ["files", "tls", "checkpoints"] {
            private_folder(&self.path.join(name))?;
        }
        Ok(())
    }

    /// Opens the folder if it is there.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        if !path.join("root.key").exists() {
            bail!(
                "{} is no data folder: there is no root.key in it; make one with `counterfoil init`, or name \
                 another with --data",
                path.display()
            );
        }
        Ok(Self::at(path))
    }

    /// The file of the root key.
    pub(crate) fn root_key_file(&self, config: &Config) -> RootKeyFile {
        RootKeyFile::new(self.path.join("root.key"), config.root_passphrase_file.clone())
    }

    /// What to do when the database is in use already and the folder has no key.
    pub(crate) fn missing_key(&self) -> anyhow::Error {
        anyhow::anyhow!(
            "the database is in use already, but there is no {}: put the key of this database there, from its copy, so \
             that only its owner can read it (chmod 0400), and start again; without it nothing can be read. To begin \
             anew, name an empty database. Nothing was written",
            self.path.join("root.key").display()
        )
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path.join("counterfoil.sqlite")
    }

    pub(crate) fn files(&self) -> PathBuf {
        self.path.join("files")
    }

    pub(crate) fn checkpoints(&self) -> PathBuf {
        self.path.join("checkpoints")
    }

    pub(crate) fn tls(&self) -> PathBuf {
        self.path.join("tls")
    }
}

/// Makes a folder that only its owner may enter, if it is not there.
pub(crate) fn private_folder(path: &Path) -> anyhow::Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("the folder {} cannot be made", path.display()))
}

/// Writes a whole file durably: content first, then its name.
pub(crate) fn write_whole(path: &Path, content: &[u8], mode: u32) -> anyhow::Result<()> {
    let write = || -> std::io::Result<()> {
        let mut file = Partial::create(path)?;
        file.write_all(content)?;
        file.finish(mode)
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

/// A file that gets its name when it is whole. Until then only its owner may read it.
pub(crate) struct Partial {
    file: fs::File,
    temporary: PathBuf,
    path: PathBuf,
}

impl Partial {
    pub(crate) fn create(path: &Path) -> std::io::Result<Self> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let temporary = path.with_file_name(name);
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        // It may be left over from an attempt with other rights.
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        Ok(Self { file, temporary, path: path.to_owned() })
    }

    pub(crate) fn finish(self, mode: u32) -> std::io::Result<()> {
        self.file.set_permissions(fs::Permissions::from_mode(mode))?;
        self.file.sync_all()?;
        fs::rename(&self.temporary, &self.path)?;
        // The parent of a bare file name is the empty path, which stands for the current folder.
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }

    pub(crate) fn discard(self) {
        // Whoever gave up has said why already.
        let _ = fs::remove_file(&self.temporary);
    }
}

impl std::io::Write for Partial {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
