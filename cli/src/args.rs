//! The command line. These comments are the help.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::mail::dkim::Algorithm;

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
#[command(next_help_heading = "Settings")]
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
    /// What browsers use: https://, host and perhaps a port [default: `https://localhost` with the port of --address].
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The database: `sqlite://FILE?mode=rwc` (which makes the file) or `postgres://USER:PASSWORD@HOST/NAME`
    /// [default: SQLite in the data folder].
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// PostgreSQL: the role that owns the tables, if --database-url names another; it brings the schema up to date.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_admin_url: Option<String>,
    /// The folder that keeps each ledger's last checkpoint apart from the database [default: in the data folder].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) checkpoint_store: Option<PathBuf>,
    /// A certificate with its chain, in PEM [default: made by a certificate authority of this installation].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// The certificate's private key in PEM.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// The mail server: `smtps://USER:PASSWORD@HOST` or `smtp://HOST:587?tls=required`; `smtp://HOST` without
    /// encryption on this machine only [default: none, mails wait].
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) smtp_url: Option<String>,
    /// The address that all mail is sent from; goes together with --smtp-url.
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub(crate) mail_from: Option<String>,
    /// Print what init, issue, validate, verify, certificate, key, ledger, mail and destinations give as JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the server (the default).
    Serve,
    /// Start the server on a filled example organisation, in a data folder of its own.
    Demo(Demo),
    /// Make an organisation to issue for, and print its ledger key. People are made in the browser, by the setup link.
    Init(Init),
    /// Issue an invoice or credit note from a file, and print its number. Buyer, lines and terms are the file's; seller
    /// and payee account are the organisation's.
    Issue(Issue),
    /// Check e-invoices by the rules of EN 16931: UBL, CII or Factur-X. Prints a line for each file: path, valid or
    /// invalid, the rules it breaks, and those that only warn. Exits 0 if all are valid, 1 if some are not, 3 if some
    /// could not be read.
    Validate(Validate),
    /// Write an e-invoice in another syntax. What the target cannot carry is named.
    Convert(Convert),
    /// Check whether a file is genuine; needs no server. Exits 0 genuine, 1 altered or forged, 2 unknown, 3 could not
    /// check.
    Verify(Verify),
    /// Work with the certificates that sign an organisation's documents.
    #[command(subcommand)]
    Certificate(Certificate),
    /// Work with the keys that everything is encrypted under.
    #[command(subcommand)]
    Key(Key),
    /// Check the ledgers: the logs that prove what was issued.
    #[command(subcommand)]
    Ledger(Ledger),
    /// Sign outgoing mail, and take note of mail that comes back.
    #[command(subcommand)]
    Mail(MailCommand),
    /// Print where the server connects to by itself, one to a line: purpose, host and port, encryption. There is nothing
    /// else that it connects to.
    Destinations,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// How many invoices the example gets, when it is made; more would be older than its signing certificate may be.
    #[arg(long, value_name = "NUMBER", default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..=700))]
    pub(crate) invoices: u16,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Its short name, which is in addresses: 2 to 40 lower-case letters, digits and hyphens.
    #[arg(long, value_name = "SLUG")]
    pub(crate) org: String,
    /// A JSON file with seller (BG-4), iban, bic, `account_holder`, currency, `payment_days` and language [default: an
    /// example that nobody can pay to].
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// The short name of the organisation that issues.
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
    /// Write the ledger's proof here; a PDF holds its own.
    #[arg(long, value_name = "FILE")]
    pub(crate) proof: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// E-invoices as XML, or PDFs with one inside.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// UBL, CII, Factur-X, or the JSON that this command writes.
    #[arg(value_name = "IN")]
    pub(crate) input: PathBuf,
    /// What to write.
    #[arg(long, value_enum)]
    pub(crate) to: Target,
    /// Where to write it.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: PathBuf,
}

/// What `convert` writes.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Target {
    /// UBL 2.1, an `Invoice` or a `CreditNote`.
    Ubl,
    /// CII D16B.
    Cii,
    /// A PDF/A-3 with CII inside, not signed.
    #[value(name = "facturx")]
    FacturX,
    /// The terms of EN 16931 in canonical JSON (RFC 8785).
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// A PDF or an e-invoice.
    pub(crate) file: PathBuf,
    /// The proof that belongs to it (.tlog-proof); a PDF holds its own.
    #[arg(long, value_name = "FILE")]
    pub(crate) proof: Option<PathBuf>,
    /// A ledger key you trust, as the seller's ledger page shows it, or a file that holds it; may be repeated. Without
    /// one, the ledgers of the data folder are trusted, if there is one.
    #[arg(long, value_name = "KEY")]
    pub(crate) ledger_key: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Ledger {
    /// Recompute every ledger and compare it with its checkpoints, the second place, the documents, their files and the
    /// numbers; or the archive of one, for which neither server nor database is needed.
    Verify(LedgerVerify),
    /// Write a ledger with all documents it commits to, in clear, as a tar file that verifies on another machine.
    Export(LedgerExport),
    /// Let a ledger sign again after an old backup was restored: an entry says what is lost.
    AcceptRestore(AcceptRestore),
}

#[derive(Debug, Args)]
pub(crate) struct LedgerVerify {
    /// Only this organisation's ledger.
    #[arg(long, value_name = "SLUG", conflicts_with = "archive")]
    pub(crate) org: Option<String>,
    /// An archive that `ledger export` wrote.
    #[arg(long, value_name = "FILE", requires = "ledger_key")]
    pub(crate) archive: Option<PathBuf>,
    /// The ledger key you trust, or a file that holds it: not the one in the archive.
    #[arg(long, value_name = "KEY", requires = "archive")]
    pub(crate) ledger_key: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct LedgerExport {
    /// The organisation.
    #[arg(long, value_name = "SLUG")]
    pub(crate) org: String,
    /// Where to write the archive; only its owner will be able to read it.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false, id = "which")]
pub(crate) struct Which {
    /// The organisation.
    #[arg(long, value_name = "SLUG")]
    pub(crate) org: Option<String>,
    /// The installation's own ledger: people, sign-ins.
    #[arg(long)]
    pub(crate) installation: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AcceptRestore {
    #[command(flatten)]
    pub(crate) which: Which,
    /// The last number that was given, where it is known: the series goes on behind it [default: behind as many numbers as
    /// the lost entries can have taken].
    #[arg(long, value_name = "NUMBER", conflicts_with = "installation")]
    pub(crate) last_number: Option<String>,
    /// Only say what is wrong.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Show how the root key is kept and which version each organisation's key has; no secrets.
    Show,
    /// Put the root key under a passphrase, or under another one. The server then needs it at each start.
    Protect {
        /// Read the new passphrase from the first line of this file, `-` for standard input [default: ask for it].
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Take the passphrase off the root key.
    Unprotect {
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Give an organisation a new key, and encrypt anew under it what may change. Continues one that was interrupted.
    Rotate {
        #[command(flatten)]
        which: Which,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Make a new root key. The old one is kept beside it: backups made before need it.
    RotateRoot {
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum MailCommand {
    /// Make a key that signs outgoing mail (DKIM), unless the file is there, and print its record for DNS. Then name the
    /// file with `dkim_key` and the selector with `dkim_selector`.
    DkimKey(DkimKey),
    /// Take note of a mail that came back (RFC 3464), from standard input: for a mail server to pipe into. Exits 0 when
    /// the mail has been dealt with, 75 when the mail server should try again later.
    Bounce,
}

#[derive(Debug, Args)]
pub(crate) struct DkimKey {
    /// The key's file; only its owner will be able to read it.
    pub(crate) file: PathBuf,
    /// The domain of `mail_from`.
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) domain: String,
    /// The name that tells this key from the domain's others.
    #[arg(long, value_name = "NAME", default_value = "counterfoil")]
    pub(crate) selector: String,
    /// What kind of key.
    #[arg(long, value_enum, default_value = "rsa")]
    pub(crate) algorithm: Algorithm,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Certificate {
    /// Show the certificates: the one in use first, with its chain and the days it is still valid.
    Show {
        /// The organisation.
        #[arg(long, value_name = "SLUG")]
        org: String,
    },
    /// Sign with a certificate of your own from now on: a PKCS#12 file with the key (RSA of 2048 to 8192 bits, ECDSA P-256
    /// or P-384) and the whole chain up to its root.
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
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
}

#[cfg(test)]
mod tests {
    use clap::{Arg, CommandFactory as _};

    use super::*;

    /// What an operator reads.
    const PAGE: &str = include_str!("../../docs/operator.md");

    /// Adds what of a command, and of those below it, the page does not name.
    fn add_missing(command: &clap::Command, path: &str, missing: &mut Vec<String>) {
        let flags = command.get_arguments().filter_map(Arg::get_long).map(|flag| format!("--{flag}"));
        missing
            .extend([path.to_owned()].into_iter().chain(flags).filter(|name| !PAGE.contains(name.as_str())));
        for below in command.get_subcommands() {
            add_missing(below, &format!("{path} {}", below.get_name()), missing);
        }
    }

    #[test]
    fn the_operators_page_names_every_command_and_flag() {
        let mut missing = Vec::new();
        add_missing(&Arguments::command(), "counterfoil", &mut missing);
        assert!(missing.is_empty(), "docs/operator.md does not name {missing:?}");
    }

    #[test]
    fn every_command_of_the_operators_page_can_be_typed() {
        let blocks = PAGE.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
        let lines: Vec<&str> =
            blocks.flat_map(str::lines).filter(|line| line.starts_with("counterfoil")).collect();
        assert!(lines.len() > 20, "{lines:?}");
        for line in lines {
            let typed = line.split(" #").next().unwrap().split_whitespace();
            if let Err(error) = Arguments::try_parse_from(typed) {
                panic!("{line}\n{error}");
            }
        }
    }
}
