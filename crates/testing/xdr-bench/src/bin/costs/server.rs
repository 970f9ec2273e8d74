//! A server that sends the same reply to every request after the first. All connections share one copy of the reply.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use xdr_conformance::fault_server::Listener;

/// Sends a small reply to the first request, and the measured reply to all others. With the first reply, a client loads
/// what all later calls share.
pub(crate) struct Server {
    listener: Listener,
    requests: Arc<AtomicUsize>,
}

/// A valid reply to a scan and to a status request.
const FIRST: &str = r#"{"reply":{"action_id":42,"data":{"e1":"PENDING"}}}"#;

impl Server {
    /// # Errors
    /// If no port is free.
    pub(crate) fn start(status: u16, body: Arc<str>) -> io::Result<Self> {
        let requests = Arc::new(AtomicUsize::new(0));
        let count = requests.clone();
        let listener = Listener::start("127.0.0.1:0", move |tcp| {
            // A client that refuses a reply may disconnect before the end.
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

    /// The number of requests that received the measured reply.
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
