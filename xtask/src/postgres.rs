//! A private PostgreSQL server: fresh, on loopback and a free port, with a random password, gone when we are.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process::{find, output};
use crate::tools;

/// A running server. Dropped, it stops and its data is deleted; `keep-postgres.sh` sees to the same when this
/// process is killed.
pub(crate) struct Server {
    keeper: Child,
    url: String,
}

impl Server {
    pub(crate) fn start() -> Result<Self> {
        let programs = programs().context("no PostgreSQL server found: apt-get install postgresql")?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let password = password()?;
        let mut keeper = Command::new("sh");
        keeper
            .args(["-c", include_str!("keep-postgres.sh"), "keep-postgres"])
            .arg(programs)
            .arg(port.to_string());
        // A group of its own, so that Ctrl-C reaches us and not it; it then stops in its own time.
        keeper.process_group(0).current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped());
        if tools::is_root() {
            let (user, group) = unprivileged()?;
            keeper.uid(user).gid(group).env_remove("TMPDIR");
        }
        let mut keeper = keeper.spawn().context("could not start a shell")?;
        let stdin = keeper.stdin.as_mut().expect("stdin is piped");
        writeln!(stdin, "{password}")?;
        let mut said = String::new();
        BufReader::new(keeper.stdout.take().expect("stdout is piped")).read_line(&mut said)?;
        let url = format!("postgres://counterfoil:{password}@127.0.0.1:{port}/postgres");
        let server = Self { keeper, url };
        if said.trim_end() != "ready" {
            bail!("PostgreSQL did not start; its log is above");
        }
        Ok(server)
    }

    /// With it, a test may create and drop databases.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("warning: the private PostgreSQL may still run: {error}");
        }
    }
}

/// `cargo xtask postgres`: a server for a person, until Enter, end of input or Ctrl-C.
pub(crate) fn lend() -> Result<bool> {
    let server = Server::start()?;
    println!("{}", server.url());
    eprintln!("Stops and is deleted at Enter or Ctrl-C.");
    std::io::stdin().read_line(&mut String::new())?;
    Ok(true)
}

/// The folder with `initdb` and `pg_ctl`. Debian keeps them out of `PATH`, one folder a version: the newest.
pub(crate) fn programs() -> Option<PathBuf> {
    if let Some(initdb) = find(&["initdb"]) {
        return initdb.parent().map(Path::to_owned);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten().filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        let programs = entry.path().join("bin");
        programs.join("initdb").is_file().then_some((version, programs))
    });
    versions.max().map(|(_, programs)| programs)
}

/// 128 bits in hexadecimal digits.
fn password() -> Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

/// PostgreSQL refuses to run as root: user and group to run it as.
fn unprivileged() -> Result<(u32, u32)> {
    for name in ["postgres", "nobody"] {
        if let (Ok(user), Ok(group)) = (id("-u", name), id("-g", name)) {
            return Ok((user, group));
        }
    }
    bail!("PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody`");
}

fn id(which: &str, name: &str) -> Result<u32> {
    Ok(output(Command::new("id").args([which, name]))?.trim().parse()?)
}
