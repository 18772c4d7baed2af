//! The server: start, print the setup link, work the outbox, stop cleanly.

use std::net::TcpListener;
use std::time::Duration;

use anyhow::Context as _;
use counterfoil_billing::Billing;
use counterfoil_store::outbox::MessageKind;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::assembly::{Assembly, assemble};
use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::output::talk;
use crate::tls;

/// How often the outbox is looked through when nothing wakes it.
const OUTBOX_PAUSE: Duration = Duration::from_secs(2);
/// How often it is tried whether there is space again, once there was none.
const SPACE_PAUSE: Duration = Duration::from_secs(2);
/// How often what is outdated is thrown away.
const TIDY_PAUSE: Duration = Duration::from_hours(1);

pub(super) async fn run(config: &Config) -> anyhow::Result<()> {
    let folder = DataFolder::at(&config.data);
    let assembly = assemble(config, &folder).await?;
    for (organisation, name) in assembly.billing.list_ledgers().await? {
        if let Some(fault) = assembly.billing.ledger_fault(organisation).await? {
            talk(&format!("{name}: {fault}"));
        }
    }
    let setup = assembly.billing.offer_setup().await?;
    start(config, &folder, assembly, || {
        talk(&format!("Counterfoil listens on {}", config.url));
        if config.tls.is_none() {
            talk(&format!(
                "Its certificate is from its own CA: let your browser trust {}",
                folder.tls().join("ca.pem").display()
            ));
        }
        if let Some(link) = &setup {
            talk("Set it up within the hour, with this link that works once:");
            talk("");
            talk(&format!("    {link}"));
            talk("");
        }
    })
    .await
}

/// Serves until a signal, then lets running requests finish.
pub(super) async fn start(
    config: &Config,
    folder: &DataFolder,
    assembly: Assembly,
    ready: impl FnOnce(),
) -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| "warn,counterfoil=info".into()),
        )
        .with_writer(std::io::stderr)
        .json()
        .init();
    let host = config.url.trim_start_matches("https://");
    let tls = match &config.tls {
        Some((certificate, key)) => tls::from_files(certificate, key)?,
        None => tls::local(folder, host, assembly.billing.clock())?,
    };
    let listener = TcpListener::bind(config.address).with_context(|| {
        format!(
            "{} cannot be listened on: is another server running there? Choose another with --address",
            config.address
        )
    })?;
    listener.set_nonblocking(true)?;
    let (stop, stopped) = watch::channel(false);
    let kinds = [MessageKind::SealDocument, MessageKind::Mail];
    let outbox = kinds.map(|kind| tokio::spawn(work_outbox(assembly.billing.clone(), kind, stopped.clone())));
    let looking = tokio::spawn(look_for_space(assembly.billing.clone(), stopped.clone()));
    let tidying = tokio::spawn(tidy(assembly.billing.clone(), stopped));
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stopping = assembly.billing.clone();
    let shutdown = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stopping.stop();
        // The receivers live as long as the server.
        let _ = stop.send(true);
    };
    ready();
    let router = counterfoil_web::router(counterfoil_web::AppState::new(assembly.billing.clone()));
    counterfoil_web::serve(listener, tls, router, shutdown).await.context("the server stopped")?;
    for worker in outbox {
        worker.await.context("the outbox worker stopped")?;
    }
    looking.await.context("the look-out for space stopped")?;
    tidying.await.context("the housekeeping stopped")?;
    assembly.store.close().await;
    talk("Stopped.");
    Ok(())
}

async fn work_outbox(billing: Billing, kind: MessageKind, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        if let Err(error) = billing.work_outbox(kind).await {
            tracing::error!(%error, "the outbox could not be worked");
        }
        tokio::select! {
            () = tokio::time::sleep(OUTBOX_PAUSE) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn look_for_space(billing: Billing, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        billing.look_for_space().await;
        tokio::select! {
            () = tokio::time::sleep(SPACE_PAUSE) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn tidy(billing: Billing, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        match billing.tidy().await {
            Ok(removed) => tracing::debug!(removed, "outdated rows were removed"),
            Err(error) if billing.note_no_space(&error) => {}
            Err(error) => tracing::error!(%error, "outdated rows could not be removed"),
        }
        tokio::select! {
            () = tokio::time::sleep(TIDY_PAUSE) => {}
            _ = stopped.changed() => {}
        }
    }
}
