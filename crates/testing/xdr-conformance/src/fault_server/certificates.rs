//! Certificates that are made at run time. No certificate is stored, so none can expire or leak.

use std::sync::{Arc, LazyLock};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;

/// The host behind the proxy. Its name is reserved for examples, so that only the proxy can connect to it.
pub const HOST: &str = "api-acme.xdr.us.example";

/// How a server identifies itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Identity {
    /// With a valid certificate of the [`root`] for every name that a case connects to.
    Good,
    /// With a certificate of an unknown root.
    UnknownIssuer,
    /// With a certificate for another name.
    WrongName,
    /// With a certificate that expired a year ago.
    Expired,
    /// With a certificate that is not valid yet.
    NotYetValid,
}

/// The root certificate of all identities except the one of an unknown issuer, in PEM form.
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
    /// The TLS configuration of a server with this identity.
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
        // The provider is explicit: there is no default if another crate enables a second provider.
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider knows the protocols");
        Arc::new(config.with_no_client_auth().with_single_cert(chain, secret).expect("they fit"))
    }
}
