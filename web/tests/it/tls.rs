//! HTTPS on a real socket.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use counterfoil_web::serve;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, StreamOwned};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::site::router;

struct Running {
    address: SocketAddr,
    root: CertificateDer<'static>,
    stop: oneshot::Sender<()>,
    served: tokio::task::JoinHandle<std::io::Result<()>>,
}

fn start() -> Running {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let root = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let tls =
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![root.clone()], key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        let _ = stopped.await;
    };
    let served = tokio::spawn(serve(listener, Arc::new(tls), router(), shutdown));
    Running { address, root, stop, served }
}

impl Running {
    /// A connection of a client that speaks these protocols.
    fn connect(&self, protocols: &[&str]) -> StreamOwned<ClientConnection, TcpStream> {
        let mut roots = RootCertStore::empty();
        roots.add(self.root.clone()).unwrap();
        let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let connection = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
        let socket = TcpStream::connect(self.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        StreamOwned::new(connection, socket)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn https_answers_in_http_2_and_1_and_stops_when_told() {
    let server = start();
    let server = spawn_blocking(move || {
        for protocol in ["h2", "http/1.1"] {
            let mut stream = server.connect(&[protocol]);
            stream.conn.complete_io(&mut stream.sock).unwrap();
            assert_eq!(stream.conn.alpn_protocol(), Some(protocol.as_bytes()));
        }
        let mut stream = server.connect(&["http/1.1"]);
        stream
            .write_all(b"GET /styleguide HTTP/1.1\r\nHost: bills.example:8443\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        // The server may close without TLS's goodbye once everything was sent.
        let _ = stream.read_to_string(&mut answer);
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer:.200}");
        assert!(answer.contains("strict-transport-security: ") && !answer.contains("\r\nserver: "));
        server
    })
    .await
    .unwrap();
    server.stop.send(()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(12), server.served).await;
    assert!(ended.expect("it stops within ten seconds").unwrap().is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_gets_no_answer() {
    let server = start();
    spawn_blocking(move || {
        let mut socket = TcpStream::connect(server.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        socket.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    })
    .await
    .unwrap();
}
