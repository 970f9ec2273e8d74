//! Accepts connections and has each of them served in a thread of its own.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// A listener on this machine that has every connection served by one function.
pub struct Listener {
    address: SocketAddr,
    ended: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Listener {
    /// Begins to accept connections at this address; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address is taken or is not this machine's.
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

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it when every connection has come to its end. Drop the client first: a connection ends with it.
    ///
    /// # Panics
    /// When a thread of it has.
    pub fn end(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            self.ended.store(true, Ordering::SeqCst);
            // So that it stops waiting for another one.
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
        // What is said in pieces shall arrive in pieces.
        let _faster = tcp.set_nodelay(true);
        let serve = serve.clone();
        conversations.push(thread::spawn(move || serve(tcp)));
    }
    for conversation in conversations {
        conversation.join().expect("a conversation does not fail");
    }
}
