//! A server that reads complete requests and answers none. Over HTTP/2, it refuses them with a code that invites a
//! retry. Over HTTP/1.1, it hangs up.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use rcgen::CertifiedKey;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

use xdr_hostile_features::other_crypto;

/// The server. It ends when it is dropped.
pub struct Refusing {
    runtime: Runtime,
    port: u16,
    root: String,
    posts: Arc<AtomicUsize>,
}

impl Refusing {
    pub fn start() -> Self {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let (tls, root) = tls();
        let posts = Arc::new(AtomicUsize::new(0));
        runtime.spawn(accept(listener, tls, posts.clone()));
        Self { runtime, port, root, posts }
    }

    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// The certificate to trust.
    pub fn root(&self) -> &str {
        &self.root
    }

    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// The number of complete POSTs since the last call of this method.
    pub fn posts(&self) -> usize {
        self.posts.swap(0, Ordering::SeqCst)
    }
}

/// The TLS configuration, and the self-signed certificate.
fn tls() -> (TlsAcceptor, String) {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a name");
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(other_crypto()))
        .with_safe_default_protocol_versions()
        .expect("the provider knows the protocols");
    let mut config =
        config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).expect("they fit");
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    (Arc::new(config).into(), cert.pem())
}

async fn accept(listener: TcpListener, tls: TlsAcceptor, posts: Arc<AtomicUsize>) {
    while let Ok((tcp, _)) = listener.accept().await {
        tokio::spawn(refuse_all(tcp, tls.clone(), posts.clone()));
    }
}

async fn refuse_all(tcp: TcpStream, tls: TlsAcceptor, posts: Arc<AtomicUsize>) -> io::Result<()> {
    let wire = TokioIo::new(tls.accept(tcp).await?);
    let service = service_fn(|request| refuse(request, posts.clone()));
    // The connection ends when a client is refused.
    let _ended = Builder::new(TokioExecutor::new()).serve_connection(wire, service).await;
    Ok(())
}

async fn refuse(request: Request<Incoming>, posts: Arc<AtomicUsize>) -> Result<Response<String>, h2::Error> {
    let whole = request.into_body().collect().await.is_ok();
    posts.fetch_add(usize::from(whole), Ordering::SeqCst);
    Err(h2::Reason::REFUSED_STREAM.into())
}
