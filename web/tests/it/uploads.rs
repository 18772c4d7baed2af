//! Large requests: not read where they are refused anyway, bounded in memory, and given up when they do not come.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, COOKIE};
use axum::http::{Request, StatusCode};
use futures_util::stream;

use crate::server::Server;
use crate::site::Answer;

const LARGE: usize = 20 << 20;

/// Somebody who has the page open.
struct Sender<'a> {
    server: &'a Server,
    cookie: String,
    token: String,
}

impl<'a> Sender<'a> {
    async fn open(server: &'a Server) -> Self {
        let page = server.get("/verify", "").await;
        Self { server, cookie: page.cookie("__Host-cf-form").unwrap(), token: page.form_token() }
    }

    /// A body of this length, as it is declared, from this address.
    async fn send(&self, from: [u8; 4], declared: usize, body: Body) -> Answer {
        let client = ConnectInfo(SocketAddr::from((Ipv4Addr::from(from), 49_152)));
        let request = Request::post("/verify/file")
            .extension(client)
            .header("sec-fetch-site", "same-origin")
            .header(COOKIE, &self.cookie)
            .header(CONTENT_LENGTH, declared)
            .header(CONTENT_TYPE, "multipart/form-data; boundary=b");
        self.server.send(request.body(body).unwrap()).await
    }

    /// A whole file of so many bytes.
    async fn file(&self, from: [u8; 4], length: usize) -> Answer {
        let mut body = head("form_token", "");
        body.extend(self.token.bytes());
        body.extend(b"\r\n");
        body.extend(head("file", "; filename=\"a.pdf\""));
        body.resize(body.len() + length, b'a');
        body.extend(b"\r\n--b--\r\n");
        self.send(from, body.len(), Body::from(body)).await
    }
}

fn head(name: &str, more: &str) -> Vec<u8> {
    format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n").into_bytes()
}

/// A body that begins, and of which a byte comes as often as this; and whether anybody looked at it.
fn slow(every: Duration) -> (Body, Arc<AtomicBool>) {
    let looked = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&looked);
    let body = Body::from_stream(stream::unfold(true, move |is_first| {
        seen.store(true, Ordering::Relaxed);
        async move {
            if is_first {
                return Some((Ok::<_, io::Error>(head("file", "; filename=\"a.pdf\"")), false));
            }
            tokio::time::sleep(every).await;
            Some((Ok(vec![b'a']), false))
        }
    }));
    (body, looked)
}

const NEVER: Duration = Duration::from_hours(1);

#[tokio::test]
async fn nothing_is_read_of_an_upload_from_a_network_that_guessed_too_often() {
    let server = Server::start().await;
    let sender = Sender::open(&server).await;
    for _ in 0..30 {
        drop(server.billing.begin_look_up("192.0.2.7").unwrap());
    }
    let (body, looked) = slow(NEVER);
    let refused = sender.send([192, 0, 2, 7], LARGE, body).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "300");
    assert!(!looked.load(Ordering::Relaxed), "it was read");
    let other = sender.file([192, 0, 2, 8], 1 << 20).await;
    assert_eq!(other.status, StatusCode::OK, "{}", other.body);
}

#[tokio::test]
async fn uploads_that_stand_still_keep_nobody_out() {
    let server = Server::start().await;
    let sender = Sender::open(&server).await;
    let stuck = async |host: u8| {
        let (body, looked) = slow(NEVER);
        let answer = sender.send([198, 51, 100, host], LARGE, body).await;
        assert!(looked.load(Ordering::Relaxed) && answer.status.is_client_error(), "{}", answer.status);
    };
    let honest = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        // Of one network there is no second of that size, and of all no fourth; nothing of either is read.
        for (from, patience) in [([198, 51, 100, 1], 0), ([203, 0, 113, 1], 5)] {
            let (body, looked) = slow(NEVER);
            let begun = Instant::now();
            let busy = sender.send(from, LARGE, body).await;
            assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE, "{from:?}");
            assert_eq!((busy.header("retry-after"), begun.elapsed().as_secs()), ("5", patience), "{from:?}");
            assert!(!looked.load(Ordering::Relaxed), "{from:?}: it was read");
        }
        // An ordinary file has room beside them.
        let ordinary = sender.file([203, 0, 113, 2], 300 << 10).await;
        assert_eq!(ordinary.status, StatusCode::OK, "{}", ordinary.body);
    };
    tokio::join!(stuck(1), stuck(2), stuck(3), honest);
    // They were given up.
    let large = sender.file([203, 0, 113, 1], LARGE - (1 << 10)).await;
    assert_eq!(large.status, StatusCode::OK, "{}", large.body);
}

#[tokio::test]
async fn an_upload_that_trickles_is_given_up_after_half_a_minute() {
    let server = Server::start().await;
    let sender = Sender::open(&server).await;
    let (body, _) = slow(Duration::from_secs(1));
    let begun = Instant::now();
    let given_up = sender.send([198, 51, 100, 1], LARGE, body).await;
    assert_eq!(given_up.status, StatusCode::REQUEST_TIMEOUT, "{}", given_up.body);
    assert_eq!(begun.elapsed().as_secs(), 30);
    let again = sender.file([198, 51, 100, 1], LARGE - (1 << 10)).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
}
