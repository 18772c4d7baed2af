//! HTTPS on a socket.

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use rustls::ServerConfig;

use crate::crowd::Crowd;

/// Requests under way may finish for so long after the stop.
const GRACE: Duration = Duration::from_secs(10);

/// A connection that has not sent its request's headers by then is closed.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);

/// HTTP/2 streams of one connection at a time: a browser uses a handful.
const STREAMS: u32 = 64;

/// Streams that a client begins and takes back at once, before its connection is closed (CVE-2023-44487).
const RESETS: usize = 20;

/// The headers of one request, in bytes.
const HEADERS_LIMIT: u32 = 32 << 10;

/// Serves until `shutdown` is done, then lets what is under way finish for ten seconds.
///
/// # Errors
/// If the socket cannot be used.
pub async fn serve(
    listener: TcpListener,
    tls: Arc<ServerConfig>,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let mut tls = ServerConfig::clone(&tls);
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let handle = Handle::new();
    let stopping = handle.clone();
    let stop = tokio::spawn(async move {
        shutdown.await;
        stopping.graceful_shutdown(Some(GRACE));
    });
    let acceptor = RustlsAcceptor::new(RustlsConfig::from_config(Arc::new(tls))).acceptor(Crowd::default());
    let mut server = axum_server::from_tcp(listener)?
        .acceptor(acceptor)
        .handle(handle)
        .first_request_timeout(HEADERS_WITHIN);
    let builder = server.http_builder();
    builder.http1().header_read_timeout(HEADERS_WITHIN);
    builder
        .http2()
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADERS_LIMIT)
        .max_pending_accept_reset_streams(RESETS)
        .max_local_error_reset_streams(RESETS)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(10));
    let result = server.serve(router.into_make_service_with_connect_info::<SocketAddr>()).await;
    stop.abort();
    result
}
