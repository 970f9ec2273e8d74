//! The errors for settings that the machine or the HTTP library refuses.

use xdr_model::error::Violation;
use xdr_model::{Invalid, sanitise};

/// Returns the error for a bad root certificate.
pub(crate) fn bad_root(why: &str) -> Invalid {
    Invalid::one(Violation::new("/extra_roots", "must hold certificates in PEM form").with_found(why))
}

/// Returns the error for a machine without roots. `variable` is the environment variable that replaces the operating
/// system's store.
pub(crate) fn no_roots(variable: Option<&str>) -> Invalid {
    let rule = match variable {
        None => {
            "must not be empty: this machine has no root certificates; choose Mozilla's or add one".into()
        }
        Some(name) => format!("must not be empty: the path in the variable {name} holds no certificates"),
    };
    Invalid::one(Violation::new("/roots", rule))
}

/// Returns the error for roots that cannot be read. `causes` is the message of the operating system.
pub(crate) fn unreadable_roots(variable: Option<&str>, causes: &str) -> Invalid {
    let causes = sanitise(causes, 512);
    let rule = match variable {
        None => format!("must be readable: {causes}; choose Mozilla's roots or add one"),
        Some(name) => format!("must be readable: the variable {name} is set: {causes}"),
    };
    Invalid::one(Violation::new("/roots", rule))
}

/// Returns the error for settings that the HTTP library refuses for a reason of its own.
///
/// ```
/// let invalid = xdr_transport::unusable("builder error");
/// assert_eq!(invalid.to_string(), "/settings must be usable by the HTTP library (found builder error)");
/// ```
pub fn unusable(why: &str) -> Invalid {
    Invalid::one(Violation::new("/settings", "must be usable by the HTTP library").with_found(why))
}

/// Returns the error for a proxy that the HTTP library refuses. The error does not show the address, because an address
/// can contain a password.
///
/// ```
/// assert_eq!(xdr_transport::unusable_proxy().to_string(), "/proxy must be usable by the HTTP library");
/// ```
pub fn unusable_proxy() -> Invalid {
    Invalid::one(Violation::new("/proxy", "must be usable by the HTTP library"))
}

#[cfg(test)]
mod tests {
    use super::{bad_root, no_roots, unreadable_roots};

    #[test]
    fn the_refusals_say_what_to_do() {
        assert_eq!(
            bad_root("no certificate").to_string(),
            "/extra_roots must hold certificates in PEM form (found no certificate)"
        );
        assert_eq!(
            no_roots(None).to_string(),
            "/roots must not be empty: this machine has no root certificates; choose Mozilla's or add one"
        );
        assert_eq!(
            no_roots(Some("SSL_CERT_FILE")).to_string(),
            "/roots must not be empty: the path in the variable SSL_CERT_FILE holds no certificates"
        );
        assert_eq!(
            unreadable_roots(None, "no\npermission").to_string(),
            "/roots must be readable: no permission; choose Mozilla's roots or add one"
        );
        assert_eq!(
            unreadable_roots(Some("SSL_CERT_DIR"), "no folder").to_string(),
            "/roots must be readable: the variable SSL_CERT_DIR is set: no folder"
        );
    }
}
