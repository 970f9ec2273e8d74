//! Failures of this machine itself.

use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, UdpSocket};

use xdr_model::transport::TransportKind;

/// Returns the kind of a failure to reach the tenant: [`TransportKind::Exhausted`] if this machine has no file
/// descriptors left, and otherwise the given kind.
///
/// In most cases, the error itself shows this. The error of a name look-up does not: without file descriptors, the
/// operating system reports that the name does not exist. For such an error, this function opens a socket to find out.
///
/// ```
/// use std::io::{Error, ErrorKind};
/// use xdr_model::transport::TransportKind;
///
/// let refused = Error::from(ErrorKind::ConnectionRefused);
/// assert_eq!(xdr_transport::or_exhausted(TransportKind::Connect, &refused), TransportKind::Connect);
/// ```
pub fn or_exhausted(kind: TransportKind, error: &(dyn Error + 'static)) -> TransportKind {
    let known = |error: &(dyn Error + 'static)| {
        error.downcast_ref().is_some_and(is_exhausted).then_some(TransportKind::Exhausted)
    };
    match TransportKind::of(error, known) {
        Some(TransportKind::Exhausted) => TransportKind::Exhausted,
        _ if kind == TransportKind::Resolve && has_no_sockets() => TransportKind::Exhausted,
        _ => kind,
    }
}

fn has_no_sockets() -> bool {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).is_err_and(|error| is_exhausted(&error))
}

fn is_exhausted(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|code| EXHAUSTED.contains(&code))
}

/// Too many open files in this process or on this machine, and no memory for the buffers of a socket.
#[cfg(unix)]
const EXHAUSTED: &[i32] = &[libc::EMFILE, libc::ENFILE, libc::ENOBUFS, libc::ENOMEM];
/// `WSAEMFILE` and `WSAENOBUFS`.
#[cfg(windows)]
const EXHAUSTED: &[i32] = &[10024, 10055];
#[cfg(not(any(unix, windows)))]
const EXHAUSTED: &[i32] = &[];

#[cfg(all(test, unix))]
mod tests {
    use std::io;

    use xdr_model::transport::TransportKind;

    use super::or_exhausted;

    #[test]
    fn the_systems_word_counts_however_deep_it_stands() {
        let full = || io::Error::from_raw_os_error(libc::EMFILE);
        let wrapped = io::Error::other(io::Error::other(full()));
        for error in [full(), wrapped] {
            assert_eq!(or_exhausted(TransportKind::Connect, &error), TransportKind::Exhausted);
        }
        let refused = io::Error::from_raw_os_error(libc::ECONNREFUSED);
        assert_eq!(
            or_exhausted(TransportKind::Resolve, &refused),
            TransportKind::Resolve,
            "there are sockets"
        );
    }
}
