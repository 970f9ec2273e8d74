//! A server that gives every request the same answer, from one copy of it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use xdr_conformance::fault_server::Listener;

/// Answers the first request with a small reply, so that a client can load what it needs once, and all others with the
/// one that is measured.
pub(crate) struct Server {
    listener: Listener,
    requests: Arc<AtomicUsize>,
}

/// A reply to a scan and to a status request.
const FIRST: &str = r#"{"reply":{"action_id":42,"data":{"e1":"PENDING"}}}"#;

impl Server {
    /// # Errors
    /// When no port is free.
    pub(crate) fn start(status: u16, body: Arc<str>) -> io::Result<Self> {
        let requests = Arc::new(AtomicUsize::new(0));
        let count = requests.clone();
        let listener = Listener::start("127.0.0.1:0", move |tcp| {
            // A client may disconnect before the end of a reply that it refuses.
            let _gone = read_request(&tcp).and_then(|()| match count.fetch_add(1, Ordering::SeqCst) {
                0 => answer(tcp, 200, FIRST),
                _ => answer(tcp, status, &body),
            });
        })?;
        Ok(Self { listener, requests })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.listener.address())
    }

    /// How many requests were given the measured answer.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst).saturating_sub(1)
    }
}

fn read_request(tcp: &TcpStream) -> io::Result<()> {
    let (mut reader, mut length) = (BufReader::new(tcp), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end().to_ascii_lowercase().split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().unwrap_or(0),
            None if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    io::copy(&mut reader.take(length), &mut io::sink()).map(drop)
}

fn answer(mut tcp: TcpStream, status: u16, body: &str) -> io::Result<()> {
    let length = body.len();
    write!(tcp, "HTTP/1.1 {status} \r\nconnection: close\r\ncontent-length: {length}\r\n\r\n")?;
    tcp.write_all(body.as_bytes())
}
