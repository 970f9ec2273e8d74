//! Whom to trust, and with which cryptography.

use std::error::Error;
use std::fmt::Display;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::{CryptoProvider, ring};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use xdr_model::{Invalid, Roots, Settings, transport::TransportKind};

use crate::refused::{bad_root, no_roots};

/// The cryptography of every connection. It is named outright: where another crate switches on a second provider
/// there is no default any more.
///
/// ```
/// assert!(!xdr_transport::crypto().cipher_suites.is_empty());
/// ```
pub fn crypto() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// The certificates to trust.
///
/// ```
/// use xdr_model::Settings;
///
/// assert!(xdr_transport::roots(&Settings::default().with_mozilla_roots())?.len() > 100);
/// assert!(xdr_transport::roots(&Settings::default().with_root_certificate("not PEM")).is_err());
/// # Ok::<(), xdr_model::Invalid>(())
/// ```
///
/// # Errors
/// When an extra root is not a certificate in PEM form, or when there is no root at all.
pub fn roots(settings: &Settings) -> Result<Vec<CertificateDer<'static>>, Invalid> {
    let mut roots = match settings.roots {
        Roots::Mozilla => webpki_root_certs::TLS_SERVER_ROOT_CERTS.to_vec(),
        _ => rustls_native_certs::load_native_certs().certs,
    };
    for pem in &settings.extra_roots {
        roots.extend(extra_roots(pem)?);
    }
    if roots.is_empty() { Err(no_roots()) } else { Ok(roots) }
}

/// The HTTP libraries leave out what they cannot read; here it is refused.
fn extra_roots(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Invalid> {
    let bad = |e: &dyn Display| bad_root(&e.to_string());
    let roots = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().map_err(|e| bad(&e))?;
    if roots.is_empty() {
        return Err(bad(&"no certificate"));
    }
    let mut store = RootCertStore::empty();
    roots.iter().try_for_each(|root| store.add(root.clone())).map_err(|e| bad(&e))?;
    Ok(roots)
}

/// What went wrong, if this error is one of TLS.
///
/// ```
/// use xdr_model::transport::TransportKind;
///
/// assert_eq!(xdr_transport::tls_kind(&rustls::Error::DecryptError), Some(TransportKind::Tls));
/// ```
pub fn tls_kind(error: &(dyn Error + 'static)) -> Option<TransportKind> {
    match error.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(_) => Some(TransportKind::Certificate),
        _ => Some(TransportKind::Tls),
    }
}
