//! A server that closes idle connections at about the time at which the client writes the next request.

use std::hint;
use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::account::{Account, Inbox};
use super::answers;
use super::listener::Listener;

/// A server that gives every POST a good answer, keeps the connection, and closes it on request.
pub struct Closing {
    listener: Listener,
    shared: Arc<Shared>,
}

/// How an idle connection is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closes {
    /// In an orderly way: the server still reads later requests, and never answers them.
    Orderly,
    /// At once: the system answers later requests with a reset.
    Abruptly,
    /// After the beginning of the next request has arrived. The server reads this request and never answers it.
    WhenUsed,
}

/// One order to close.
#[derive(Debug)]
struct Order {
    closes: Closes,
    after: Duration,
}

struct Shared {
    account: Arc<Account>,
    reused: AtomicUsize,
    /// The channel to the latest idle connection.
    idle: Mutex<Option<Sender<Order>>>,
}

impl Closing {
    /// Starts to answer requests.
    ///
    /// # Errors
    /// If no port is free.
    pub fn start(account: Arc<Account>) -> io::Result<Self> {
        let shared = Arc::new(Shared { account, reused: AtomicUsize::new(0), idle: Mutex::new(None) });
        let converse = {
            let shared = shared.clone();
            move |tcp| shared.converse(tcp)
        };
        Ok(Self { listener: Listener::start("127.0.0.1:0", converse)?, shared })
    }

    /// Its address as a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.listener.address())
    }

    /// Closes the idle connection after this much time, unless a request arrives on it before. Returns `false` if there
    /// is no idle connection.
    pub fn close(&self, closes: Closes, after: Duration) -> bool {
        let idle = self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
        idle.is_some_and(|idle| idle.send(Order { closes, after }).is_ok())
    }

    /// The known number of requests that have begun to arrive on an idle connection.
    pub fn reused(&self) -> usize {
        self.shared.reused.load(Ordering::SeqCst)
    }

    /// Waits until every connection has ended, and ends the server. Drop the client first, because this ends its
    /// connections.
    pub fn end(&mut self) {
        drop(self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.listener.end();
    }
}

impl Shared {
    fn converse(&self, mut tcp: TcpStream) {
        let mut inbox = Inbox::default();
        while self.account.read(&mut inbox, &mut tcp) {
            // This precedes the answer, because a caller with an answer can give the order at once.
            let (idle, orders) = mpsc::channel();
            *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = Some(idle);
            if tcp.write_all(&answers::good()).is_err() {
                return;
            }
            // Without an order, another connection has become the latest idle one.
            let order = orders.recv().unwrap_or(Order { closes: Closes::Orderly, after: Duration::ZERO });
            if self.close(&order, &tcp) {
                return self.listen_on(order.closes, inbox, tcp);
            }
        }
    }

    /// Closes this side. Returns `false` if a request has arrived before, and the side stays open.
    fn close(&self, order: &Order, tcp: &TcpStream) -> bool {
        if order.closes == Closes::WhenUsed {
            let _used = tcp.peek(&mut [0]);
        } else {
            spin(order.after);
            if has_come(tcp) {
                self.reused.fetch_add(1, Ordering::SeqCst);
                return false;
            }
        }
        if order.closes != Closes::Abruptly {
            let _gone = tcp.shutdown(Shutdown::Write);
        }
        true
    }

    fn listen_on(&self, closes: Closes, mut inbox: Inbox, mut tcp: TcpStream) {
        if closes == Closes::Abruptly {
            return;
        }
        if matches!(tcp.peek(&mut [0]), Ok(1..)) {
            self.reused.fetch_add(1, Ordering::SeqCst);
        }
        self.account.drain(&mut inbox, &mut tcp);
    }
}

/// Waits for a time that is too short to sleep.
pub fn spin(time: Duration) {
    let began = Instant::now();
    while began.elapsed() < time {
        hint::spin_loop();
    }
}

/// Whether there are unread bytes.
fn has_come(tcp: &TcpStream) -> bool {
    let peek = || {
        tcp.set_nonblocking(true)?;
        let come = tcp.peek(&mut [0]);
        tcp.set_nonblocking(false)?;
        come
    };
    matches!(peek(), Ok(1..))
}
