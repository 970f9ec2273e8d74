//! The cases of the simulated tenant, each run by both clients over TCP against a tenant of its own.

mod authentication;
mod batches;
mod cancel;
mod cancel_where;
mod coverage;
#[cfg(unix)]
mod ctrl_c;
mod driver_scripts;
mod examples;
mod faults;
mod hanging;
mod lifecycle;
mod local_errors;
mod odd_ids;
mod pages;
mod previews;
mod program;
mod reconcile;
mod refusals;
mod replies;
mod runs;
mod scan;
mod secrets;
mod secrets_errors;
mod secrets_logs;
mod secrets_programs;
mod secrets_replies;
mod secrets_sought;
mod secrets_values;
mod settings;
mod shapes;
mod stop;
mod support;
mod transport;
mod wait;
mod workspace;
