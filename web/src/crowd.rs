//! How many connections there may be: of one network, and in all. What is beyond is closed before it costs a handshake,
//! so that nobody keeps the others out by keeping doors open.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::extract::Client;

/// Of one network: an office behind one address, or a proxy.
const OF_ONE: usize = 256;
/// In all: below the number of files that a process may usually have open.
const IN_ALL: usize = 900;

/// Lets connections in, and counts them.
#[derive(Clone, Default)]
pub(crate) struct Crowd(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    all: usize,
    of: HashMap<String, usize>,
}

impl Crowd {
    fn enter(&self, network: String) -> io::Result<Ticket> {
        let mut counts = self.0.lock().expect("no holder panics");
        let of_one = counts.of.get(&network).copied().unwrap_or(0);
        if counts.all >= IN_ALL || of_one >= OF_ONE {
            return Err(io::Error::other("too many connections"));
        }
        counts.all += 1;
        *counts.of.entry(network.clone()).or_default() += 1;
        drop(counts);
        Ok(Ticket { crowd: self.clone(), network })
    }
}

/// Held as long as the connection is open.
struct Ticket {
    crowd: Crowd,
    network: String,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut counts = self.crowd.0.lock().expect("no holder panics");
        counts.all -= 1;
        if let Some(of_one) = counts.of.get_mut(&self.network) {
            *of_one -= 1;
            if *of_one == 0 {
                counts.of.remove(&self.network);
            }
        }
    }
}

impl<S> Accept<TcpStream, S> for Crowd {
    type Stream = Counted;
    type Service = S;
    type Future = Ready<io::Result<(Counted, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let ticket = stream.peer_addr().and_then(|address| self.enter(Client(address.ip()).network()));
        ready(ticket.map(|ticket| (Counted { stream, _ticket: ticket }, service)))
    }
}

/// A connection that is counted until it is dropped.
pub(crate) struct Counted {
    stream: TcpStream,
    _ticket: Ticket,
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_fills_its_own_share_and_who_leaves_makes_room() {
        let crowd = Crowd::default();
        let enter = |network: &str| crowd.enter(network.to_owned());
        let mut inside: Vec<_> = (0..OF_ONE).map(|_| enter("192.0.2.1").unwrap()).collect();
        assert!(enter("192.0.2.1").is_err());
        let other = enter("192.0.2.2").unwrap();
        inside.pop();
        inside.push(enter("192.0.2.1").unwrap());
        let many: Vec<_> =
            (inside.len() + 1..IN_ALL).map(|n| enter(&format!("198.51.100.{n}")).unwrap()).collect();
        assert!(enter("203.0.113.1").is_err(), "all are full");
        drop((inside, other, many));
        let counts = crowd.0.lock().unwrap();
        assert_eq!((counts.all, counts.of.len()), (0, 0), "nothing is left of them");
    }
}
