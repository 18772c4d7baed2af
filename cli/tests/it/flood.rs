//! People who keep the doors open, flood them, or slam them: honest visitors are still answered within a second, and the
//! server does not grow.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tokio::net::TcpSocket;

use crate::programs::Ends;
use crate::site::Site;

type Connection = StreamOwned<ClientConnection, TcpStream>;

/// Where the attackers come from; honest visitors come from 127.0.0.1.
const ATTACKERS: [&str; 3] = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
/// So long each attack goes on.
const LASTS: Duration = Duration::from_secs(6);

struct Target {
    port: u16,
    config: Arc<ClientConfig>,
}

impl Target {
    fn of(site: &Site, protocol: &str) -> Self {
        let ca = std::fs::read(site.data.join("tls/ca.pem")).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(&ca).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        let port = site.url.rsplit(':').next().unwrap().parse().unwrap();
        Self { port, config: Arc::new(config) }
    }

    /// A connection from this address with TLS; none, if it is not let in.
    fn connect(&self, from: &str) -> Option<Connection> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let socket = runtime.block_on(async {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
            socket.connect(([127, 0, 0, 1], self.port).into()).await
        });
        let socket = socket.ok()?.into_std().unwrap();
        socket.set_nonblocking(false).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
        socket.set_write_timeout(Some(Duration::from_secs(15))).unwrap();
        let client =
            ClientConnection::new(Arc::clone(&self.config), "localhost".try_into().unwrap()).unwrap();
        let mut connection = StreamOwned::new(client, socket);
        connection.conn.complete_io(&mut connection.sock).ok()?;
        Some(connection)
    }
}

/// What the server takes of memory, in kilobytes.
fn memory(server: &Ends) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.0.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Honest visitors, each with a connection of its own, while somebody attacks. Gives the slowest but one of a hundred.
fn honest(target: &Target, goes_on: &AtomicBool) -> (Duration, usize) {
    let mut times = Vec::new();
    while goes_on.load(Ordering::Relaxed) {
        let began = Instant::now();
        let mut connection = target.connect("127.0.0.1").expect("an honest visitor is let in");
        connection
            .write_all(b"GET /verify HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        let _ = connection.read_to_string(&mut answer);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer:.200}");
        times.push(began.elapsed());
        std::thread::sleep(Duration::from_millis(10));
    }
    times.sort_unstable();
    (times[times.len() * 99 / 100], times.len())
}

/// Runs an attack from several places at once, and looks at what it does to others.
fn under(name: &str, protocol: &str, attack: impl Fn(&Target, &str, &AtomicBool) -> usize + Sync) {
    let site = Site::new(None, &[]);
    let server = site.start();
    let (honest_target, target) = (Target::of(&site, "http/1.1"), Target::of(&site, protocol));
    let goes_on = AtomicBool::new(true);
    // Buffers and caches are filled before.
    std::thread::scope(|scope| {
        let warm = scope.spawn(|| honest(&honest_target, &goes_on));
        std::thread::sleep(Duration::from_secs(1));
        goes_on.store(false, Ordering::Relaxed);
        warm.join().unwrap();
    });
    let before = memory(&server);
    goes_on.store(true, Ordering::Relaxed);
    let blows = AtomicUsize::new(0);
    let (slowest, asked) = std::thread::scope(|scope| {
        for from in ATTACKERS {
            let (target, goes_on, attack, blows) = (&target, &goes_on, &attack, &blows);
            scope.spawn(move || {
                while goes_on.load(Ordering::Relaxed) {
                    blows.fetch_add(attack(target, from, goes_on), Ordering::Relaxed);
                }
            });
        }
        let honest = scope.spawn(|| honest(&honest_target, &goes_on));
        std::thread::sleep(LASTS);
        goes_on.store(false, Ordering::Relaxed);
        honest.join().unwrap()
    });
    let (after, blows) = (memory(&server), blows.into_inner());
    println!(
        "{name}: {blows} blows, {asked} honest requests, p99 {slowest:?}, {before} KB before, {after} KB after"
    );
    assert!(blows > 10, "{blows} blows are no attack");
    assert!(asked > 50 && slowest < Duration::from_secs(1), "p99 {slowest:?} of {asked}");
    assert!(after < before + (64 << 10), "{before} KB before, {after} KB after");
    site.stop(server);
}

#[test]
fn a_flood_of_connections_that_never_end_their_headers_keeps_nobody_out() {
    under("slowloris", "http/1.1", |target, from, goes_on| {
        let mut open = Vec::new();
        while goes_on.load(Ordering::Relaxed) && open.len() < 300 {
            let Some(mut connection) = target.connect(from) else { break };
            let _ = connection.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ");
            open.push(connection);
        }
        let held = open.len();
        while goes_on.load(Ordering::Relaxed) && !open.is_empty() {
            open.retain_mut(|connection| {
                connection.write_all(b"a").and_then(|()| connection.flush()).is_ok()
            });
            std::thread::sleep(Duration::from_millis(200));
        }
        held
    });
}

#[test]
fn a_flood_of_headers_is_refused_and_keeps_nobody_waiting() {
    let line = format!("X-Flood: {}\r\n", "a".repeat(8_000));
    under("headers", "http/1.1", |target, from, goes_on| {
        let Some(mut connection) = target.connect(from) else { return 0 };
        let _ = connection.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n");
        let mut lines = 0;
        while goes_on.load(Ordering::Relaxed) && connection.write_all(line.as_bytes()).is_ok() {
            lines += 1;
            assert!(lines < 2_000, "sixteen megabytes of headers are taken");
        }
        1
    });
}

#[test]
fn streams_that_are_begun_and_taken_back_end_their_connection_and_keep_nobody_waiting() {
    under("rapid reset", "h2", |target, from, goes_on| {
        let Some(mut connection) = target.connect(from) else { return 0 };
        let mut blow = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00".to_vec();
        let (mut stream, mut resets) = (1_u32, 0);
        while goes_on.load(Ordering::Relaxed) {
            for _ in 0..100 {
                // GET https://localhost/ (RFC 7541: indexed fields, and one literal), its end; and RST_STREAM: CANCEL.
                let fields = b"\x82\x87\x84\x41\x09localhost";
                blow.extend([0, 0, u8::try_from(fields.len()).unwrap(), 1, 5]);
                blow.extend(stream.to_be_bytes());
                blow.extend(fields);
                blow.extend([0, 0, 4, 3, 0]);
                blow.extend(stream.to_be_bytes());
                blow.extend(8_u32.to_be_bytes());
                stream += 2;
            }
            if connection.write_all(&blow).and_then(|()| connection.flush()).is_err() {
                break;
            }
            blow.clear();
            resets += 100;
            assert!(resets < 200_000, "it takes every reset");
        }
        resets
    });
}
