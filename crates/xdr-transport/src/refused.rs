//! The refusals of settings that only a machine or an HTTP library finds.

use xdr_model::Invalid;
use xdr_model::error::Violation;

/// The refusal of a root certificate.
pub(crate) fn bad_root(why: &str) -> Invalid {
    Invalid::one(Violation::new("/extra_roots", "must hold certificates in PEM form").with_found(why))
}

/// The refusal to go on without any root.
pub(crate) fn no_roots() -> Invalid {
    let rule = "must not be empty: this machine has no root certificates; choose Mozilla's or add one";
    Invalid::one(Violation::new("/roots", rule))
}

/// The refusal of what the HTTP library does not take for a reason of its own.
///
/// ```
/// let invalid = xdr_transport::unusable("builder error");
/// assert_eq!(invalid.to_string(), "/settings must be usable by the HTTP library (found builder error)");
/// ```
pub fn unusable(why: &str) -> Invalid {
    Invalid::one(Violation::new("/settings", "must be usable by the HTTP library").with_found(why))
}

/// The refusal of a proxy that the HTTP library does not take. Its address is not shown: it can hold a password.
///
/// ```
/// assert_eq!(xdr_transport::unusable_proxy().to_string(), "/proxy must be usable by the HTTP library");
/// ```
pub fn unusable_proxy() -> Invalid {
    Invalid::one(Violation::new("/proxy", "must be usable by the HTTP library"))
}

#[cfg(test)]
mod tests {
    use super::{bad_root, no_roots};

    #[test]
    fn the_refusals_say_what_to_do() {
        assert_eq!(
            bad_root("no certificate").to_string(),
            "/extra_roots must hold certificates in PEM form (found no certificate)"
        );
        assert_eq!(
            no_roots().to_string(),
            "/roots must not be empty: this machine has no root certificates; choose Mozilla's or add one"
        );
    }
}
