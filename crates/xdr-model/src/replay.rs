//! Whether a request may be sent twice.

/// Whether an operation may be sent again when it is not known whether it was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// It only reads: sending it again does no harm.
    Safe,
    /// It acts on machines: it is sent again only when it is certain that nothing was carried out.
    Unsafe,
}
