//! A server that can be killed and started again on the same books.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::programs::{Ends, counterfoil, free_port};

/// Where a server is and what it is started with.
pub(crate) struct Site {
    folder: TempDir,
    pub(crate) data: PathBuf,
    pub(crate) url: String,
    pub(crate) database: Option<String>,
    settings: Vec<String>,
    /// Everything that its servers ever said.
    said: Arc<Mutex<String>>,
}

impl Site {
    pub(crate) fn new(database: Option<&str>, settings: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let port = free_port();
        let url = format!("https://localhost:{port}");
        let mut all =
            vec!["--address".to_owned(), format!("127.0.0.1:{port}"), "--url".to_owned(), url.clone()];
        all.extend(settings.iter().map(ToString::to_string));
        Self { folder, data, url, database: database.map(str::to_owned), settings: all, said: Arc::default() }
    }

    /// A command on these books.
    pub(crate) fn command(&self) -> Command {
        let mut command = counterfoil(&self.data);
        command.env("TMPDIR", self.folder.path());
        if let Some(url) = &self.database {
            command.args(["--database-url", url]);
        }
        command
    }

    /// Starts a server and waits until it listens.
    pub(crate) fn start(&self) -> Ends {
        let before = self.said().matches("listens on").count();
        let mut command = self.command();
        command.args(&self.settings).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = Ends(command.spawn().unwrap());
        let (stderr, said) = (process.0.stderr.take().unwrap(), Arc::clone(&self.said));
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut said = said.lock().unwrap();
                said.push_str(&line);
                said.push('\n');
            }
        });
        let end = Instant::now() + Duration::from_mins(1);
        while self.said().matches("listens on").count() == before {
            let over = process.0.try_wait().unwrap();
            assert!(over.is_none() && Instant::now() < end, "no server: {over:?} {}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
        process
    }

    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// The folder with everything that its servers wrote.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The setup link on the terminal.
    pub(crate) fn setup_link(&self) -> String {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let said = self.said();
            if let Some(line) = said.lines().find(|line| line.contains("/setup#")) {
                return line.trim().to_owned();
            }
            assert!(Instant::now() < end, "no setup link: {said}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Lets a server end in peace.
    pub(crate) fn stop(&self, mut server: Ends) {
        let id = server.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(server.0.wait().unwrap().success(), "{}", self.said());
    }
}
