//! Whether a request may be sent twice.

/// Whether an operation may be sent again if it is not known whether it was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// The operation only reads. It can be sent again without harm.
    Safe,
    /// The operation acts on endpoints. It is sent again only if it is certain that nothing was carried out.
    Unsafe,
}
