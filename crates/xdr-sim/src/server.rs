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

/// This is a simulated tenant that listens on a TCP port, in a thread of its own, by plain HTTP/1.1.
///
/// It uses the computer's clock; the times of its endpoints are relative to its
/// [start](crate::Config::with_start). Dropping it closes the port and all connections and ends the thread.
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
    /// The thread that has access to it.
    holder: Mutex<Option<ThreadId>>,
    /// Dropped to end the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// This starts a tenant on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// If no port or thread is to be had.
    pub fn start(config: Config) -> io::Result<Self> {
        Self::bind((Ipv4Addr::LOCALHOST, 0).into(), config)
    }

    /// This starts a tenant on an address of the caller's choice; port 0 means a free one.
    ///
    /// # Errors
    /// If the address cannot be listened on or no thread is to be had.
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

    /// This is the address that it listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// This is the base URL, like `http://127.0.0.1:4711`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// This gives access to the tenant: to script faults, to read requests. Requests wait as long as it is held.
    ///
    /// It is held to the end of the statement, or as long as the variable lives that it is bound to. Take what you need
    /// and let it go before the next access, and before a client calls the tenant:
    ///
    /// ```
    /// # let server = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// let (actions, faults) = {
    ///     let sim = server.sim();
    ///     (sim.actions().len(), sim.outstanding_faults())
    /// };
    /// assert_eq!((actions, faults), (0, 0));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Panics
    /// If this thread holds it already: it would wait for itself.
    pub fn sim(&self) -> Access<'_> {
        Access::new(&self.sim, &self.holder)
    }

    /// This moves the actions' time on: [`Sim::advance`].
    pub fn advance(&self, by: Duration) {
        self.sim().advance(by);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported when it happened; a second one here would abort the test.
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
                    // It ends when the client disconnects or breaks a limit. Neither is an error of the tenant.
                    let _ = converse(stream, &sim, &limits).await;
                    drop(place);
                });
            }
            // The client was gone before it was accepted, or files ran out for a moment.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}
