//! Certificates made at run time: none is stored that could expire or leak.

use std::sync::{Arc, LazyLock};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;

/// The host that is connected to through a proxy: reserved for examples, so that only the proxy can reach it.
pub const HOST: &str = "api-acme.xdr.us.example";

/// How a server identifies itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Identity {
    /// As it should: by a certificate of the [`root`] for every name that a case connects to.
    Good,
    /// By a certificate of a root that nobody was given.
    UnknownIssuer,
    /// By a certificate for another name.
    WrongName,
    /// By a certificate that was good until a year ago.
    Expired,
    /// By a certificate that will be good one day.
    NotYetValid,
}

/// The root certificate, in PEM form, of all identities but that of an unknown issuer.
pub fn root() -> String {
    ROOT.pem()
}

static ROOT: LazyLock<CertifiedIssuer<'static, KeyPair>> = LazyLock::new(|| authority("fault server"));

fn key() -> KeyPair {
    KeyPair::generate().expect("a key can be made")
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).expect("no name is no bad name");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, key()).expect("a root can sign itself")
}

impl Identity {
    /// What a server needs to speak TLS as this.
    pub(crate) fn config(self) -> Arc<ServerConfig> {
        let names = match self {
            Self::WrongName => vec!["elsewhere.example".to_owned()],
            _ => vec!["localhost".to_owned(), HOST.to_owned()],
        };
        let mut params = CertificateParams::new(names).expect("these are names");
        match self {
            Self::Expired => params.not_after = date_time_ymd(2020, 1, 1),
            Self::NotYetValid => params.not_before = date_time_ymd(4000, 1, 1),
            _ => {}
        }
        let key = key();
        let signed = match self {
            Self::UnknownIssuer => params.signed_by(&key, &authority("somebody")),
            _ => params.signed_by(&key, &*ROOT),
        };
        let chain = vec![signed.expect("it can be signed").der().clone()];
        let secret = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        // Named outright: a neighbour that brings a second provider takes the default away.
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider knows the protocols");
        Arc::new(config.with_no_client_auth().with_single_cert(chain, secret).expect("they fit"))
    }
}
