//! Root certificates, read from the operating system once for the whole process.

use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use xdr_model::{Invalid, Roots, transport::TransportKind};

use crate::exhausted::or_exhausted;
use crate::refused::{bad_root, no_roots, unreadable_roots};

/// The operating system's certificates, after the first successful read. A failure is not kept: the next client reads
/// again.
static SYSTEM: Mutex<Option<Arc<RootCertStore>>> = Mutex::new(None);

/// Environment variables. Each names a file or a folder that replaces the operating system's store.
const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Returns the certificates to trust.
pub(crate) fn store(roots: Roots, extra: &[Vec<u8>]) -> Result<RootCertStore, Invalid> {
    let mut store = match roots {
        Roots::Mozilla => mozilla(),
        _ if extra.is_empty() => return system().map(Arc::unwrap_or_clone),
        // On a machine without certificates, the extra ones are enough.
        _ => match system() {
            Ok(store) => Arc::unwrap_or_clone(store),
            Err(refused) if refused == no_roots(None) => RootCertStore::empty(),
            Err(refused) => return Err(refused),
        },
    };
    for pem in extra {
        add_pem(&mut store, pem)?;
    }
    Ok(store)
}

fn mozilla() -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    store
}

fn system() -> Result<Arc<RootCertStore>, Invalid> {
    // The lock is held during the read, so that only one thread reads.
    let mut held = SYSTEM.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(held) = &*held {
        return Ok(Arc::clone(held));
    }
    let variable = VARIABLES.into_iter().find(|name| std::env::var_os(name).is_some());
    let found = rustls_native_certs::load_native_certs();
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(found.certs);
    let causes = || found.errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    match found.errors.is_empty() {
        // One unreadable file among many in the system's folders is common. An unreadable file that a variable names is
        // a mistake. Without free file descriptors, any file may be missing.
        false if variable.is_some() || store.is_empty() || found.errors.iter().any(is_exhausted) => {
            Err(unreadable_roots(variable, &causes()))
        }
        _ if store.is_empty() => Err(no_roots(variable)),
        _ => Ok(Arc::clone(held.insert(Arc::new(store)))),
    }
}

fn is_exhausted(error: &rustls_native_certs::Error) -> bool {
    or_exhausted(TransportKind::Other, error) == TransportKind::Exhausted
}

/// Adds the certificates of a PEM text. HTTP libraries skip certificates that they cannot read. This function refuses
/// them.
fn add_pem(store: &mut RootCertStore, pem: &[u8]) -> Result<(), Invalid> {
    let bad = |e: &dyn Display| bad_root(&e.to_string());
    let roots = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().map_err(|e| bad(&e))?;
    if roots.is_empty() {
        return Err(bad(&"no certificate"));
    }
    roots.into_iter().try_for_each(|root| store.add(root)).map_err(|e| bad(&e))
}

#[cfg(test)]
mod tests {
    use xdr_model::Roots;

    use super::store;

    #[test]
    fn every_text_that_is_no_certificate_is_refused() {
        let pem = |label: &str, content: &str| {
            format!("-----BEGIN {label}-----\n{content}\n-----END {label}-----\n").into_bytes()
        };
        for bad in [
            Vec::new(),
            b"not PEM".to_vec(),
            pem("CERTIFICATE", "!"),
            pem("CERTIFICATE", "AAAA"),
            pem("PRIVATE KEY", "AAAA"),
        ] {
            let refused = store(Roots::Mozilla, std::slice::from_ref(&bad)).expect_err("it holds no root");
            assert!(refused.to_string().starts_with("/extra_roots must hold certificates in PEM form"));
        }
    }
}
