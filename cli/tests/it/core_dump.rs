//! A server that dies by a signal leaves no image of its memory.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::programs::organisation;
use crate::site::Site;

/// The files in a folder that a kernel would call a core.
fn cores(folder: &Path) -> usize {
    let names = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().starts_with("core")).count()
}

/// Runs a program with as large cores as it likes, and ends it by SIGABRT once `ready` says so.
fn aborted(folder: &Path, program: &str, arguments: &[&str], ready: impl Fn(u32) -> bool) -> usize {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -c unlimited; exec \"$@\"", "sh", program]).args(arguments);
    let mut process = command
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while !ready(process.id()) {
        assert!(std::time::Instant::now() < end && process.try_wait().unwrap().is_none());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(Command::new("kill").args(["-ABRT", &process.id().to_string()]).status().unwrap().success());
    assert_eq!(process.wait().unwrap().signal(), Some(6));
    cores(folder)
}

#[test]
fn an_aborted_server_leaves_no_core_where_another_program_leaves_one() {
    let control = tempfile::tempdir().unwrap();
    let runs = |name: &'static str| {
        move |id: u32| {
            std::fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|comm| comm.trim() == name)
        }
    };
    if aborted(control.path(), "sleep", &["60"], runs("sleep")) == 0 {
        println!("not compared: this machine keeps cores elsewhere, or none");
    }
    let (folder, data, _) = organisation();
    let place = tempfile::tempdir().unwrap();
    let port = crate::programs::free_port();
    let address = format!("127.0.0.1:{port}");
    let arguments = ["--data", data.to_str().unwrap(), "--address", &address];
    let listens = |_| std::net::TcpStream::connect(&address).is_ok();
    assert_eq!(aborted(place.path(), env!("CARGO_BIN_EXE_counterfoil"), &arguments, listens), 0);
    drop(folder);
}

#[test]
fn the_limit_of_a_running_server_is_none_and_its_memory_is_roots() {
    let site = Site::new(None, &[]);
    let server = site.start();
    // Whoever is not root may not even read this of a server that is not dumpable.
    let Ok(limits) = std::fs::read_to_string(format!("/proc/{}/limits", server.0.id())) else {
        println!("not compared: only root reads it");
        return;
    };
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let sizes: Vec<&str> = core.trim_start_matches("Max core file size").split_whitespace().take(2).collect();
    assert_eq!(sizes, ["0", "0"], "{core}");
    site.stop(server);
}
