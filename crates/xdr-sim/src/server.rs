//! An HTTP server around the simulator.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{JoinHandle, ThreadId};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, oneshot};

use crate::access::Access;
use crate::config::Config;
use crate::connection::{converse, unix_ms};
use crate::limits::Limits;
use crate::sim::Sim;

/// A simulated tenant that serves plain HTTP/1.1 on a TCP port, in a thread of its own.
///
/// It uses the clock of the computer. The times of its endpoints are relative to its
/// [start](crate::Config::with_start). Dropping the server closes the port and all connections, and ends the thread.
///
/// ```
/// use xdr_sim::{Config, Server};
///
/// let server = Server::start(Config::new().with_endpoints(100))?;
/// assert!(server.url().starts_with("http://127.0.0.1:"));
/// assert_eq!(server.sim().endpoints().len(), 100);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Server {
    addr: SocketAddr,
    sim: Arc<Mutex<Sim>>,
    /// The thread that holds the access to `sim`.
    holder: Mutex<Option<ThreadId>>,
    /// Dropped to end the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a tenant on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// If no port is free, or if the thread cannot be started.
    pub fn start(config: Config) -> io::Result<Self> {
        Self::bind((Ipv4Addr::LOCALHOST, 0).into(), config)
    }

    /// Starts a tenant on the given address. Port 0 means a free port.
    ///
    /// # Errors
    /// If the server cannot listen on the address, or if the thread cannot be started.
    pub fn bind(addr: SocketAddr, mut config: Config) -> io::Result<Self> {
        config.start.get_or_insert_with(first_start);
        let listener = TcpListener::bind(addr)?;
        listener.set_nonblocking(true)?;
        let addr = listener.local_addr()?;
        let limits = config.limits;
        let sim = Arc::new(Mutex::new(Sim::new(config)));
        let (stop, stopped) = oneshot::channel();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let shared = Arc::clone(&sim);
        let serve = move || run(&runtime, accept(listener, shared, limits), stopped);
        let thread = std::thread::Builder::new().name("xdr-sim".to_owned()).spawn(serve)?;
        Ok(Self { addr, sim, holder: Mutex::default(), stop: Some(stop), thread: Some(thread) })
    }

    /// Returns the address that the server listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Returns the base URL, such as `http://127.0.0.1:4711`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Gives access to the tenant, for example to script faults or to read requests. While the access is held, requests
    /// wait.
    ///
    /// A temporary access is held until the end of the statement. An access in a variable is held until the variable is
    /// dropped. Drop the access before you call this method again, and before a client calls the tenant:
    ///
    /// ```
    /// use xdr_sim::{Config, Server};
    ///
    /// let server = Server::start(Config::new())?;
    /// let (actions, faults) = {
    ///     let sim = server.sim();
    ///     (sim.actions().len(), sim.outstanding_faults())
    /// };
    /// assert_eq!((actions, faults), (0, 0));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Panics
    /// If this thread already holds the access. Otherwise the thread would wait for itself forever.
    pub fn sim(&self) -> Access<'_> {
        Access::new(&self.sim, &self.holder)
    }

    /// Moves the action time forward, see [`Sim::advance`].
    pub fn advance(&self, by: Duration) {
        self.sim().advance(by);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported when it happened. A second panic here would abort the test.
            let _ = thread.join();
        }
    }
}

/// When this process started its first server. All servers share it, so that tenants with the same description are
/// equal.
fn first_start() -> u64 {
    static START: OnceLock<u64> = OnceLock::new();
    *START.get_or_init(unix_ms)
}

/// Serves until `stopped` resolves. Dropping the runtime then drops the listener and every connection.
fn run(
    runtime: &Runtime,
    accepting: impl Future<Output = io::Result<()>> + Send + 'static,
    stopped: oneshot::Receiver<()>,
) {
    runtime.spawn(accepting);
    let _ = runtime.block_on(stopped);
}

async fn accept(listener: TcpListener, sim: Arc<Mutex<Sim>>, limits: Limits) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
    loop {
        let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
        match listener.accept().await {
            Ok((stream, _)) => {
                let sim = Arc::clone(&sim);
                tokio::spawn(async move {
                    // An error means that the client disconnected or exceeded a limit. The tenant ignores it.
                    let _ = converse(stream, &sim, &limits).await;
                    drop(place);
                });
            }
            // The client disconnected before it was accepted, or file descriptors ran out for a moment.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}
