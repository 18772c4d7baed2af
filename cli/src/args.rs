//! The command line. These comments are the help.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Invoicing that anyone can verify and no thief can use.
///
/// Without a command the server starts: it makes its data folder, keys, certificate and database, listens on
/// <https://localhost:8443> and prints a one-time setup link.
#[derive(Debug, Parser)]
#[command(name = "counterfoil", version)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What every command takes. A flag wins over `COUNTERFOIL_*`, that wins over `counterfoil.toml`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// The data folder: root key, database, files, certificates [default: ./counterfoil-data].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The configuration file [default: counterfoil.toml in the current folder, if there is one].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Where the server listens [default: 127.0.0.1:8443].
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub(crate) address: Option<SocketAddr>,
    /// The address that browsers use [default: `https://localhost` with the port of --address].
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The database: `sqlite://FILE` or `postgres://…` [default: an embedded database in the data folder].
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// A certificate chain in PEM [default: one of our own local CA].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// The certificate's private key in PEM.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// The mail server: `smtps://user:password@host` or `smtp://…?tls=required`; plain `smtp://` on this machine only.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) smtp_url: Option<String>,
    /// The sender's address of all mail.
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub(crate) mail_from: Option<String>,
    /// Print data as JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the server (the default).
    Serve,
    /// Start the server on a filled example organisation, in a data folder of its own.
    Demo,
    /// Make an organisation.
    Init(Init),
    /// Issue a document from a file: buyer, lines and terms are the file's, the seller is the organisation.
    Issue(Issue),
    /// Check whether a file is genuine; needs no server. Exits 0 genuine, 1 altered or forged, 2 unknown, 3 could not
    /// check.
    Verify(Verify),
    /// Work with the certificates that sign an organisation's documents.
    #[command(subcommand)]
    Certificate(Certificate),
    /// Work with the ledger.
    #[command(subcommand)]
    Ledger(Ledger),
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Its short name, as in URLs: lower-case letters, digits and hyphens.
    #[arg(long, value_name = "SLUG")]
    pub(crate) org: String,
    /// A JSON file with seller (BG-4), iban, bic, `account_holder`, currency, `payment_days` and language.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// The organisation that issues.
    #[arg(long, value_name = "SLUG")]
    pub(crate) org: String,
    /// An e-invoice (UBL or CII), or JSON with the fields of EN 16931.
    pub(crate) file: PathBuf,
    /// Write the signed PDF here.
    #[arg(long, value_name = "FILE")]
    pub(crate) pdf: Option<PathBuf>,
    /// Write the e-invoice (CII) here.
    #[arg(long, value_name = "FILE")]
    pub(crate) xml: Option<PathBuf>,
    /// Write the proof here.
    #[arg(long, value_name = "FILE")]
    pub(crate) proof: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// A PDF or an e-invoice.
    pub(crate) file: PathBuf,
    /// The proof that belongs to it, if it is not inside.
    #[arg(long, value_name = "FILE")]
    pub(crate) proof: Option<PathBuf>,
    /// A ledger key you trust, as the seller's ledger page shows it, or a file that holds it; may be repeated. Without
    /// one, the ledgers of the data folder are trusted, if there is one.
    #[arg(long, value_name = "KEY")]
    pub(crate) ledger_key: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Ledger {
    /// Recompute every ledger and compare it with its checkpoint, the documents and the numbers.
    Verify,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Certificate {
    /// Show the certificates: the one in use first, with its chain and the days it is still valid.
    Show {
        /// The organisation.
        #[arg(long, value_name = "SLUG")]
        org: String,
    },
    /// Sign with a certificate of your own from now on: a PKCS#12 file with an ECDSA P-256 key and the whole chain.
    Import {
        /// The organisation.
        #[arg(long, value_name = "SLUG")]
        org: String,
        /// The PKCS#12 file (.p12, .pfx).
        file: PathBuf,
        /// Read the passphrase from the first line of this file, `-` for standard input [default: ask for it].
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Sign with a new key and certificate of this installation from now on. It also happens by itself 30 days before
    /// one of the installation ends.
    Renew {
        /// The organisation.
        #[arg(long, value_name = "SLUG")]
        org: String,
    },
    /// Revoke a certificate whose key may be in wrong hands. What was issued before stands. If it is in use, a new one
    /// takes its place.
    Revoke {
        /// The organisation.
        #[arg(long, value_name = "SLUG")]
        org: String,
        /// SHA-256 of the certificate, as `certificate show` gives it.
        #[arg(long, value_name = "HEX")]
        fingerprint: String,
        /// Why, for the ledger.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}
