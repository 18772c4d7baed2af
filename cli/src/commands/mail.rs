//! `mail`: keys that sign mail, and mail that comes back.

use std::io::Read as _;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;

use crate::args::DkimKey;
use crate::assembly::assemble;
use crate::config::Config;
use crate::data_folder::{DataFolder, write_whole};
use crate::mail::bounce;
use crate::mail::dkim::Dkim;
use crate::output::{chain, data, talk};

/// No mail server's report is larger: it returns the mail, which is short, and not a file.
const LARGEST_BOUNCE: u64 = 1 << 20;
/// What mail servers understand as "try again later" (`EX_TEMPFAIL` of `sysexits.h`).
const LATER: u8 = 75;

/// Makes a key if there is none, and prints the record that belongs into DNS.
pub(super) fn dkim_key(arguments: &DkimKey, json: bool) -> anyhow::Result<()> {
    let path = &arguments.file;
    if path.exists() {
        talk(&format!("{} is there already and stays as it is", path.display()));
    } else {
        write_whole(path, Dkim::generate(arguments.algorithm)?.as_bytes(), 0o600)?;
    }
    let (name, text) = Dkim::load(path, &arguments.selector, &arguments.domain)?.record()?;
    // A string of a TXT record has at most 255 bytes; a longer text is several of them.
    let strings: Vec<&str> = text
        .as_bytes()
        .chunks(255)
        .map(|part| std::str::from_utf8(part).expect("the record is ASCII"))
        .collect();
    let strings = strings.join("\" \"");
    let line = format!("{name}. IN TXT ( \"{strings}\" )");
    data(json, &json!({ "name": name, "type": "TXT", "text": text }), &[line])
}

/// Notes a mail that came back, from standard input. A mail that is no bounce of ours has been dealt with, too: the mail
/// server must not send it on.
pub(super) async fn bounce(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let mut mail = Vec::new();
    std::io::stdin()
        .lock()
        .take(LARGEST_BOUNCE + 1)
        .read_to_end(&mut mail)
        .context("standard input cannot be read")?;
    let read = if mail.len() as u64 > LARGEST_BOUNCE {
        Err(format!("it is larger than {LARGEST_BOUNCE} bytes"))
    } else {
        bounce::read(&mail).map_err(|error| error.to_string())
    };
    let bounce = match read {
        Ok(bounce) => bounce,
        Err(why) => return nothing(json, &why),
    };
    match noted(config, &bounce).await {
        Ok(true) => {
            let value = json!({ "noted": true, "mail": bounce.mail, "status": bounce.status });
            data(json, &value, &[format!("noted: {} came back, {}", bounce.mail, bounce.status)])?;
            Ok(ExitCode::SUCCESS)
        }
        Ok(false) => nothing(json, "no mail of this server has this id and is out"),
        Err(error) => {
            talk(&format!("error: {}", chain(&error)));
            Ok(ExitCode::from(LATER))
        }
    }
}

fn nothing(json: bool, why: &str) -> anyhow::Result<ExitCode> {
    data(json, &json!({ "noted": false, "why": why }), &[format!("nothing noted: {why}")])?;
    Ok(ExitCode::SUCCESS)
}

async fn noted(config: &Config, bounce: &bounce::Bounce) -> anyhow::Result<bool> {
    let assembly = assemble(config, &DataFolder::open(&config.data)?).await?;
    let noted = assembly.billing.note_bounce(bounce.mail, &bounce.status).await?;
    assembly.store.close().await;
    Ok(noted)
}
