//! The cases, each run by both clients over TCP against a tenant of its own.

mod authentication;
mod cancel;
mod driver_scripts;
mod faults;
mod lifecycle;
mod refusals;
mod scan;
mod shapes;
mod stop;
mod support;
mod transport;
mod wait;
mod workspace;
