//! Where this program connects to by itself: what the settings name, and nothing else (docs/design/egress.md).

use counterfoil_store::DatabaseServer;
use serde::Serialize;

/// Somebody else's machine, or a program on this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Destination {
    /// What for: `database`, `files` or `mail`.
    pub(crate) purpose: &'static str,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// `tls`, `starttls`, `none`; for PostgreSQL `sslmode=…`, as its URL says.
    pub(crate) encryption: String,
}

impl Destination {
    /// Host and port as a URL has them.
    pub(crate) fn place(&self) -> String {
        let Self { host, port, .. } = self;
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }
}

impl From<DatabaseServer> for Destination {
    fn from(server: DatabaseServer) -> Self {
        let encryption = format!("sslmode={}", server.ssl_mode);
        Self { purpose: "database", host: server.host, port: server.port, encryption }
    }
}
