//! A server that fails on purpose: at a chosen stage of a conversation, over a chosen channel, and always in the same
//! way.
//!
//! A [`WireFault`] is a value. A [`Server`] plays it on each connection: over plain TCP, with TLS, or behind its own
//! proxy. It counts the complete POSTs that it has read, also after it has answered or closed its own side. The tests
//! compare the claim "nothing was sent" of a client with this count.
//!
//! Some faults depend on chance. For these there are an [`Account`], which counts the complete requests by their
//! incidents, and a server ([`Closing`]) that closes a connection while the client uses it again.
//!
//! No fault depends on the speed of the machine: a hanging server hangs until the client gives up.
//!
//! `crates/testing/xdr-bench/guards` lists the code that the tested promises depend on, and the test that fails without
//! it.

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
