//! The endpoints of an action and their statuses: the words, the reader of status replies, and a compact memory for
//! many endpoints.

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
