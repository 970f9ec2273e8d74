//! A connection with or without TLS.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;

use super::fault::Then;
use super::requests::Requests;

/// A connection with or without TLS.
pub(crate) enum Wire {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

/// The pause between two repeated answers. Its length does not matter: the answers end when the client gives up.
const DROP: Duration = Duration::from_millis(20);

impl Wire {
    /// Starts TLS. Returns `None` if the client refuses it.
    pub(crate) fn secured(tcp: TcpStream, config: Arc<ServerConfig>) -> Option<Self> {
        let mut tls = StreamOwned::new(ServerConnection::new(config).ok()?, tcp);
        while tls.conn.is_handshaking() {
            tls.conn.complete_io(&mut tls.sock).ok()?;
        }
        Some(Self::Tls(Box::new(tls)))
    }

    fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(tls) => &tls.sock,
        }
    }

    /// Ends the connection in this way. Errors are ignored, because the client may disconnect first.
    pub(crate) fn end(mut self, then: Then, requests: &mut Requests) {
        match then {
            Then::Reset => {
                // A linger time of zero makes the system reset the connection when it is closed.
                let _gone = SockRef::from(self.tcp()).set_linger(Some(Duration::ZERO));
                return;
            }
            Then::Close => self.farewell(),
            Then::Cut => _ = self.tcp().shutdown(Shutdown::Write),
            Then::Drip(bytes) | Then::Overflow(bytes) => {
                while self.write_all(bytes).and_then(|()| self.flush()).is_ok() {
                    thread::sleep(DROP);
                }
                return;
            }
            Then::Keep | Then::Hang => {}
        }
        requests.drain(&mut self);
    }

    fn farewell(&mut self) {
        if let Self::Tls(tls) = self {
            tls.conn.send_close_notify();
            let _gone = tls.conn.complete_io(&mut tls.sock);
        }
        let _gone = self.tcp().shutdown(Shutdown::Write);
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(tcp) => tcp.flush(),
            Self::Tls(tls) => tls.flush(),
        }
    }
}
