//! Accepts connections and serves each of them in a thread of its own.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// A listener on this machine. One function serves every connection.
pub struct Listener {
    address: SocketAddr,
    ended: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Listener {
    /// Starts to accept connections at this address. Port 0 means a free port.
    ///
    /// # Errors
    /// If the address is in use, or does not belong to this machine.
    pub fn start(address: &str, serve: impl Fn(TcpStream) + Send + Sync + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let ended = Arc::new(AtomicBool::new(false));
        let accepting = Some(thread::spawn({
            let (ended, serve) = (ended.clone(), Arc::new(serve));
            move || accept(&listener, &ended, &serve)
        }));
        Ok(Self { address, ended, accepting })
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until every connection has ended, and ends the listener. Drop the client first, because this ends its
    /// connections.
    ///
    /// # Panics
    /// If one of its threads has panicked.
    pub fn end(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            self.ended.store(true, Ordering::SeqCst);
            // This connection makes it stop waiting for another one.
            let _woken = TcpStream::connect(self.address);
            accepting.join().expect("accepting does not fail");
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if !thread::panicking() {
            self.end();
        }
    }
}

fn accept<S>(listener: &TcpListener, ended: &AtomicBool, serve: &Arc<S>)
where
    S: Fn(TcpStream) + Send + Sync + 'static,
{
    let mut conversations = Vec::new();
    for tcp in listener.incoming() {
        if ended.load(Ordering::SeqCst) {
            break;
        }
        let Ok(tcp) = tcp else { continue };
        // Bytes that are sent in pieces must arrive in pieces.
        let _faster = tcp.set_nodelay(true);
        let serve = serve.clone();
        conversations.push(thread::spawn(move || serve(tcp)));
    }
    for conversation in conversations {
        conversation.join().expect("a conversation does not fail");
    }
}
