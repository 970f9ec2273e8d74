//! The TLS configuration of both clients.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::crypto::ring;
use rustls::{ALL_VERSIONS, ClientConfig, RootCertStore};
use xdr_model::{Invalid, Roots, Settings, Tenant, transport::TransportKind};

use crate::refused::unusable;
use crate::roots;

/// The roots that a client trusts. `None` for a tenant that is reached by plain http.
type Trust = Option<(Roots, Vec<Vec<u8>>)>;

/// The configurations created so far, the newest last. Most programs use one or two different settings. The limit
/// bounds the memory of a program that uses many.
static MADE: Mutex<Vec<(Trust, Arc<ClientConfig>)>> = Mutex::new(Vec::new());
const MOST_MADE: usize = 8;

/// Returns the TLS configuration for this tenant. Clients with the same settings share it: the certificates are held
/// once, and a client costs little more than its connections.
///
/// The provider is ring. It is named explicitly, because rustls has no default provider when another crate enables a
/// second one.
///
/// ```
/// use std::sync::Arc;
/// use xdr_model::{Settings, Tenant};
///
/// let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
/// let settings = Settings::default().with_mozilla_roots();
/// let (one, other) = (xdr_transport::tls(&tenant, &settings)?, xdr_transport::tls(&tenant, &settings)?);
/// assert!(Arc::ptr_eq(&one, &other));
/// assert!(xdr_transport::tls(&tenant, &settings.with_root_certificate("not PEM")).is_err());
/// # Ok::<(), xdr_model::Invalid>(())
/// ```
///
/// # Errors
/// If an extra root is not a certificate in PEM form, if the operating system's certificates cannot be read, or if
/// there is no root at all.
pub fn tls(tenant: &Tenant, settings: &Settings) -> Result<Arc<ClientConfig>, Invalid> {
    let trust = tenant.is_https().then(|| (settings.roots, settings.extra_roots.clone()));
    let made = || MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, config)) = made().iter().find(|(known, _)| *known == trust) {
        return Ok(Arc::clone(config));
    }
    let roots = match &trust {
        Some((roots, extra)) => roots::store(*roots, extra)?,
        // Plain http needs no roots.
        None => RootCertStore::empty(),
    };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(ALL_VERSIONS)
        .map_err(|e| unusable(&e.to_string()))?;
    let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    let mut made = made();
    if made.len() == MOST_MADE {
        made.remove(0);
    }
    made.push((trust, Arc::clone(&config)));
    Ok(config)
}

/// Returns the kind of failure if the error is a TLS error, and `None` otherwise.
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
