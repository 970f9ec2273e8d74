//! The server. It plays one fault on every connection.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::ServerConfig;

use super::answers;
use super::certificates::Identity;
use super::fault::{Channel, Stage, Then, WireFault};
use super::listener::Listener;
use super::requests::Requests;
use super::wire::Wire;

/// A listener on a free port of this machine that plays a fault on every connection.
pub struct Server {
    listener: Listener,
    shared: Arc<Shared>,
}

struct Shared {
    fault: WireFault,
    tls: Option<Arc<ServerConfig>>,
    posts: Arc<AtomicUsize>,
    connections: AtomicUsize,
    struck: AtomicUsize,
}

impl Server {
    /// Starts to play this fault.
    ///
    /// # Errors
    /// If no port is free.
    pub fn start(fault: WireFault) -> io::Result<Self> {
        Self::start_at("127.0.0.1:0", fault)
    }

    /// The same at another address of this machine.
    ///
    /// # Errors
    /// If the address is in use, or does not belong to this machine.
    pub fn start_at(address: &str, fault: WireFault) -> io::Result<Self> {
        let tls = match fault.channel {
            Channel::Plain => None,
            Channel::Tls(identity) => Some(identity.config()),
            Channel::Proxied => Some(Identity::Good.config()),
        };
        let shared = Arc::new(Shared {
            fault,
            tls,
            posts: Arc::default(),
            connections: AtomicUsize::new(0),
            struck: AtomicUsize::new(0),
        });
        let converse = {
            let shared = shared.clone();
            move |tcp| shared.converse(tcp)
        };
        Ok(Self { listener: Listener::start(address, converse)?, shared })
    }

    /// Its address as a URL: `https://localhost:1` if it uses TLS with the client, and otherwise `http://127.0.0.1:1`.
    pub fn url(&self) -> String {
        let address = self.listener.address();
        match self.shared.fault.channel {
            Channel::Tls(_) => format!("https://localhost:{}", address.port()),
            _ => format!("http://{address}"),
        }
    }

    /// The number of complete POSTs that it has read so far.
    pub fn posts(&self) -> usize {
        self.shared.posts.load(Ordering::SeqCst)
    }

    /// The number of connections that it has accepted so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// The number of connections on which the fault has occurred, without those that were kept.
    pub fn struck(&self) -> usize {
        self.shared.struck.load(Ordering::SeqCst)
    }

    /// Waits until every connection has ended, and ends the server. Drop the client first, because this ends its
    /// connections.
    ///
    /// # Panics
    /// If one of its threads has panicked. In this case, the fault was not played correctly.
    pub fn end(&mut self) {
        self.listener.end();
    }
}

impl Shared {
    fn converse(&self, mut tcp: TcpStream) {
        self.connections.fetch_add(1, Ordering::SeqCst);
        let (fault, mut requests) = (&self.fault, Requests::new(self.posts.clone()));
        if fault.stage == Stage::Accept && fault.spared == 0 {
            return self.strike(Wire::Plain(tcp), &mut requests);
        }
        if fault.channel == Channel::Proxied {
            if !requests.read_to(Stage::Request, &mut tcp) {
                return;
            }
            requests.forget();
            if fault.stage == Stage::Asked {
                return self.strike(Wire::Plain(tcp), &mut requests);
            }
            let _heard = tcp.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
            if fault.stage == Stage::Connected {
                return self.strike(Wire::Plain(tcp), &mut requests);
            }
        }
        if fault.stage == Stage::Hello {
            let _hello = tcp.read(&mut [0; 4096]);
            return self.strike(Wire::Plain(tcp), &mut requests);
        }
        let wire = match &self.tls {
            None => Some(Wire::Plain(tcp)),
            Some(config) => Wire::secured(tcp, config.clone()),
        };
        if let Some(wire) = wire {
            self.serve(wire, &mut requests);
        }
    }

    fn serve(&self, mut wire: Wire, requests: &mut Requests) {
        for _ in 0..self.fault.spared {
            if !requests.read_to(Stage::Request, &mut wire) || wire.write_all(&answers::good()).is_err() {
                return;
            }
            requests.forget();
        }
        while requests.read_to(self.fault.stage, &mut wire) {
            if self.fault.then != Then::Keep {
                return self.strike(wire, requests);
            }
            if wire.write_all(&self.fault.says).is_err() {
                return;
            }
            requests.forget();
        }
    }

    /// Plays the fault. Errors are ignored, because a client may disconnect before it has read everything.
    fn strike(&self, mut wire: Wire, requests: &mut Requests) {
        self.struck.fetch_add(1, Ordering::SeqCst);
        let _heard = wire.write_all(&self.fault.says).and_then(|()| wire.flush());
        wire.end(self.fault.then, requests);
    }
}
