//! `key`: the root key's file, and new keys for organisations and for the root.

use counterfoil_billing::keys::KeyState;
use counterfoil_identity::permission::ManageOrganisation;
use counterfoil_identity::{Actor, OrganisationId, authorize_operator, gate};
use counterfoil_store::INSTALLATION;
use serde_json::{Value, json};

use super::ledger::bar;
use crate::args::{Key, Which};
use crate::assembly::{Assembly, assemble};
use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::output::{data, talk};
use crate::root_key::{RootKeyFile, chosen_passphrase};

pub(super) async fn run(config: &Config, command: &Key, json: bool) -> anyhow::Result<()> {
    let folder = DataFolder::open(&config.data)?;
    let file = folder.root_key_file(config);
    match command {
        Key::Show => show(config, &folder, &file, json).await,
        Key::Protect { passphrase_file } => {
            let kept = file.read()?;
            let chosen = chosen_passphrase(passphrase_file.as_deref())?;
            kept.under(Some(chosen)).write(&file.path)?;
            talk(
                "Keep the passphrase apart from the file: without it nothing can be read. The plain key may still lie in \
                 free blocks of the disk and in backups; `counterfoil key rotate-root` makes that one worthless for \
                 everything that is backed up from then on.",
            );
            state(&file, json)
        }
        Key::Unprotect { dry_run } => {
            let kept = file.read()?;
            if *dry_run {
                talk("the key would lie plain in its file, for whoever can read that");
            } else {
                kept.under(None).write(&file.path)?;
            }
            state(&file, json)
        }
        Key::Rotate { which, dry_run } => rotate(config, &folder, which, *dry_run, json).await,
        Key::RotateRoot { dry_run: true } => {
            assemble(config, &folder).await?.store.close().await;
            talk(
                "it opens the database; a new one would be made and the keys of all organisations put under it, and this one \
                 kept beside it for older backups",
            );
            state(&file, json)
        }
        Key::RotateRoot { dry_run: false } => rotate_root(config, &folder, &file, json).await,
    }
}

/// How the root key is kept now.
fn state(file: &RootKeyFile, json: bool) -> anyhow::Result<()> {
    let protected = file.is_protected()?;
    let text = format!("{}: {}", file.path.display(), form(protected));
    data(json, &json!({ "file": file.path, "protected": protected }), &[text])
}

fn form(protected: bool) -> &'static str {
    if protected { "under a passphrase" } else { "plain" }
}

async fn show(config: &Config, folder: &DataFolder, file: &RootKeyFile, json: bool) -> anyhow::Result<()> {
    let assembly = assemble(config, folder).await?;
    let protected = file.is_protected()?;
    let mut lines = vec![format!("{}: {}, opens the database", file.path.display(), form(protected))];
    let mut values = Vec::new();
    for (organisation, name) in assembly.billing.list_ledgers().await? {
        let state = assembly.billing.key_state(&operator(organisation)?).await?;
        lines.push(line(&name, &state));
        values.push(value(&name, &state));
    }
    data(json, &json!({ "file": file.path, "protected": protected, "keys": values }), &lines)?;
    assembly.store.close().await;
    Ok(())
}

fn operator(organisation: OrganisationId) -> anyhow::Result<Actor<ManageOrganisation>> {
    Ok(authorize_operator::<ManageOrganisation>(&gate::operator_command("key"), organisation)?)
}

async fn named<'a>(assembly: &Assembly, which: &'a Which) -> anyhow::Result<(OrganisationId, &'a str)> {
    Ok(match &which.org {
        Some(slug) => (assembly.organisation(slug).await?, slug.as_str()),
        None => (INSTALLATION, "installation"),
    })
}

async fn rotate(
    config: &Config,
    folder: &DataFolder,
    which: &Which,
    dry_run: bool,
    json: bool,
) -> anyhow::Result<()> {
    let assembly = assemble(config, folder).await?;
    let (organisation, name) = named(&assembly, which).await?;
    let actor = operator(organisation)?;
    let before = assembly.billing.key_state(&actor).await?;
    let unfinished = before.under_older.changing > 0;
    let state = if dry_run {
        talk(&if unfinished {
            format!("{name}: would go on to encrypt under version {}", before.version)
        } else {
            format!("{name}: would make version {} and encrypt under it what may change", before.version + 1)
        });
        before
    } else {
        let bar = bar(name, "values");
        let shown = bar.clone();
        let state = assembly
            .billing
            .rotate_key(&actor, move |done, all| {
                shown.set_length(all);
                shown.set_position(done);
            })
            .await?;
        bar.finish_and_clear();
        state
    };
    data(json, &value(name, &state), &[line(name, &state)])?;
    assembly.store.close().await;
    Ok(())
}

fn line(name: &str, state: &KeyState) -> String {
    let mut parts = vec![format!("{name}: key version {}", state.version)];
    if state.under_older.changing > 0 {
        parts.push(format!("{} values still to be encrypted under it", state.under_older.changing));
    }
    if state.under_older.last > 0 {
        parts.push(format!("{} final values under older versions", state.under_older.last));
    }
    parts.join(", ")
}

fn value(name: &str, state: &KeyState) -> Value {
    json!({ "org": name, "version": state.version, "to_encrypt": state.under_older.changing,
            "final_under_older": state.under_older.last })
}

/// The new key is on disk before the database is wrapped under it, and takes its name after: whatever happens in
/// between, one of the two opens the database, and the next start finds out which.
async fn rotate_root(
    config: &Config,
    folder: &DataFolder,
    file: &RootKeyFile,
    json: bool,
) -> anyhow::Result<()> {
    // It also finishes what was interrupted before.
    let assembly = assemble(config, folder).await?;
    let present = file.read()?;
    let next = present.renewed();
    next.write(&file.next())?;
    let keys =
        assembly.billing.rotate_root_key(&gate::operator_command("key rotate-root"), &next.key).await?;
    let old = file.take_up_next(&present)?;
    talk(&format!(
        "{keys} keys are under the new root key. Keep a copy of {}, and restart the servers. Backups of the database made \
         before need {}: move it to where they are, or destroy it with them.",
        file.path.display(),
        old.display()
    ));
    data(json, &json!({ "keys": keys, "file": file.path, "old": old }), &[format!("{keys} keys")])?;
    assembly.store.close().await;
    Ok(())
}
