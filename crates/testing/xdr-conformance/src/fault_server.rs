//! A server that fails on purpose: at a chosen stage of a conversation, in a chosen way, and every time alike.
//!
//! A [`Fault`] is a value. A [`Server`] plays it to each connection over plain TCP, with TLS or behind a proxy of its
//! own in between, and counts what a client can be held to: the complete POSTs that it has read, also after it has
//! answered or closed its own side. So "nothing was sent" is checked against what was received, not against what a
//! client believes.
//!
//! For what can be met only by chance there are an [`Account`] of the requests that came whole, each by its incident,
//! and a server ([`Closing`]) that closes a connection while it is used again.
//!
//! No fault depends on the speed of the machine: who hangs, hangs until the client gives up.
//!
//! # Guards
//! What keeps the promises, and a test that fails without it. `cargo xtask figures --full` removes each in turn.
//! Three of them stand behind each other, so that no test can fail before all three are gone: they are one row.
//!
//! | guard | package | test |
//! |---|---|---|
//! | gate: what was taken may have run | xdr-conformance | `run::every_fault_ends_as_the_table_says_and_no_action_is_sent_twice` |
//! | gate: taking and revoking exclude each other | xdr-model | `a_body_is_taken_or_revoked_and_never_both` |
//! | gate: the blocking body passes it | xdr-conformance | `run::every_fault_ends_as_the_table_says_and_no_action_is_sent_twice` |
//! | gate: the async body passes it | xdr-conformance | `run::every_fault_ends_as_the_table_says_and_no_action_is_sent_twice` |
//! | no redirect, blocking | xdr-conformance | `redirects::nobody_is_sent_to_by_a_redirect` |
//! | no redirect, async | xdr-conformance | `redirects::nobody_is_sent_to_by_a_redirect` |
//! | hidden retry off, no HTTP/2, a body good once | xdr-hostile-features | `no_library_sends_a_request_again_by_itself` |
//! | unpooled actions, blocking | xdr-conformance | `transport::every_action_has_a_connection_of_its_own_and_reads_share_one` |
//! | unpooled actions, async | xdr-conformance | `transport::every_action_has_a_connection_of_its_own_and_reads_share_one` |
//! | decoded cap, blocking | xdr-hostile-features | `bombs::a_body_that_grows_is_read_up_to_the_limit_and_no_further` |
//! | decoded cap, async | xdr-conformance | `transport::a_body_over_the_limit_is_not_read_to_its_end` |
//! | retry filter: only reads after doubt | xdr-conformance | `run::every_fault_ends_as_the_table_says_and_no_action_is_sent_twice` |
//! | empty-map rule | xdr-conformance | `wait::an_action_that_the_tenant_does_not_know_is_not_success` |
//! | nonce per attempt | xdr-conformance | `authentication::an_advanced_key_never_crosses_the_wire_and_each_request_has_its_own_nonce` |
//! | https-only: a tenant is https | xdr-model | `thousands::an_address_leads_to_the_host_that_was_named_or_nowhere` |
//! | https-only: plain http is for this machine | xdr-model | `values::nothing_but_this_machine_is_a_simulated_tenant` |
//! | header sensitivity | xdr-model | `values::a_signed_request_can_be_printed_without_its_signature` |

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
pub use fault::{Fault, Stage, Then, Way};
pub use idle::{Closes, Closing, spin};
pub use listener::Listener;
pub use server::Server;
pub use silent::{Deaf, Refusing};
