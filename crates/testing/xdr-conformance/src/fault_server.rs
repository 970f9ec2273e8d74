//! A server that fails on purpose: at a chosen stage of a conversation, in a chosen channel, and every time alike.
//!
//! A [`WireFault`] is a value. A [`Server`] plays it to each connection over plain TCP, with TLS or behind a proxy of its
//! own in between, and counts what a client can be held to: the complete POSTs that it has read, also after it has
//! answered or closed its own side. So "nothing was sent" is checked against what was received, not against what a
//! client believes.
//!
//! For what can be met only by chance there are an [`Account`] of the requests that came whole, each by its incident,
//! and a server ([`Closing`]) that closes a connection while it is used again.
//!
//! No fault depends on the speed of the machine: who hangs, hangs until the client gives up.
//!
//! What keeps the promises that are tested with it, and which test fails without each, is listed in
//! `crates/testing/xdr-bench/guards`.

mod account;
pub mod answers;
mod certificates;
mod fault;
mod idle;
mod listener;
mod requests;
mod server;
mod silent;
mod wire;

pub use account::{Account, Inbox};
pub use certificates::{HOST, Identity, root};
pub use fault::{Channel, Stage, Then, WireFault};
pub use idle::{Closes, Closing, spin};
pub use listener::Listener;
pub use server::Server;
pub use silent::{Deaf, Refusing};
