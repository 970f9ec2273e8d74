//! The endpoints of an action and how it stands on each: the words, how a status reply is read, and how many endpoints are
//! remembered in little memory.

mod counts;
mod known;
mod pass;
mod read;
mod reasons;
mod status;
mod statuses;

pub use counts::StatusCounts;
pub(crate) use known::{Known, KnownEndpoints, TooMany};
pub(crate) use pass::{Change, TakenIn, take_in};
pub(crate) use reasons::reason;
pub use status::EndpointActionStatus;
