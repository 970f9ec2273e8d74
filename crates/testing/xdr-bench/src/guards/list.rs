//! The guards. The docs of `xdr-faults` show the same table to people; a test compares them.

use super::{Edit, Guard, Suite};

const fn edit(file: &'static str, from: &'static str, to: &'static str) -> Edit {
    Edit { file, from, to }
}

const BLOCKING: &str = "crates/xdr-blocking/src/client.rs";
const ASYNC: &str = "crates/xdr-async/src/client.rs";
const CREDENTIALS: &str = "crates/xdr-model/src/credentials.rs";
const EVERY_FAULT: &str = "run::every_fault_ends_as_the_table_says_and_no_action_is_sent_twice";

/// Every guard.
pub const GUARDS: &[Guard] = &[
    Guard {
        name: "gate: what was taken may have run",
        without: &[edit("crates/xdr-model/src/gate.rs", "Err(_) => Sent::Maybe", "Err(_) => Sent::No")],
        suite: Suite::Faults,
        test: EVERY_FAULT,
    },
    Guard {
        name: "gate: taking and revoking exclude each other",
        without: &[edit(
            "crates/xdr-model/src/gate.rs",
            "match self.0.compare_exchange(ARMED, REVOKED, Ordering::AcqRel, Ordering::Acquire) {",
            "let state = self.0.load(Ordering::Acquire);\n        if state == ARMED {\n            \
             self.0.store(REVOKED, Ordering::Release);\n        }\n        \
             match if state == ARMED { Ok(state) } else { Err(state) } {",
        )],
        suite: Suite::Loom,
        test: "a_body_is_taken_or_revoked_and_never_both",
    },
    Guard {
        name: "gate: the blocking body passes it",
        without: &[edit(
            "crates/xdr-blocking/src/body.rs",
            "if !self.gate.take_unless",
            "if false && !self.gate.take_unless",
        )],
        suite: Suite::Faults,
        test: EVERY_FAULT,
    },
    Guard {
        name: "gate: the async body passes it",
        without: &[edit(
            "crates/xdr-async/src/body.rs",
            "if !self.gate.take_unless",
            "if false && !self.gate.take_unless",
        )],
        suite: Suite::Faults,
        test: EVERY_FAULT,
    },
    Guard {
        name: "no redirect, blocking",
        without: &[edit(BLOCKING, ".max_redirects(0)", ".max_redirects(10)")],
        suite: Suite::Faults,
        test: "redirects::nobody_is_sent_to_by_a_redirect",
    },
    Guard {
        name: "no redirect, async",
        without: &[edit(ASYNC, ".redirect(Policy::none())", ".redirect(Policy::default())")],
        suite: Suite::Faults,
        test: "redirects::nobody_is_sent_to_by_a_redirect",
    },
    // Any one of the three is enough, so all of them go.
    Guard {
        name: "hidden retry off, no HTTP/2, a body good once",
        without: &[
            edit(ASYNC, ".retry(reqwest::retry::never())", ""),
            edit(
                ASYNC,
                "Ok(config.with_root_certificates(trusted).with_no_client_auth())",
                "let mut config = config.with_root_certificates(trusted).with_no_client_auth();\n    \
                 config.alpn_protocols = vec![b\"h2\".to_vec()];\n    Ok(config)",
            ),
            edit(
                ASYNC,
                "|body| reqwest::Body::wrap(GatedBody { gate: taken, stop, bytes: Some(body) });",
                "|body: Bytes| {\n            let _taken = taken.take_unless(stop.is_none() && false);\n            \
                 reqwest::Body::from(body)\n        };",
            ),
        ],
        suite: Suite::Hostile,
        test: "no_library_sends_a_request_again_by_itself",
    },
    Guard {
        name: "unpooled actions, blocking",
        without: &[edit(BLOCKING, "acting: agent(0)", "acting: agent(10)")],
        suite: Suite::Conformance,
        test: "transport::every_action_has_a_connection_of_its_own_and_reads_share_one",
    },
    Guard {
        name: "unpooled actions, async",
        without: &[edit(ASYNC, "acting: client(0)", "acting: client(10)")],
        suite: Suite::Conformance,
        test: "transport::every_action_has_a_connection_of_its_own_and_reads_share_one",
    },
    Guard {
        name: "decoded cap, blocking",
        without: &[
            edit(BLOCKING, ".take(self.most_body.saturating_add(1))", ""),
            edit(BLOCKING, "n as u64 <= self.most_body", "n as u64 <= u64::MAX"),
        ],
        suite: Suite::Hostile,
        test: "bombs::a_body_that_grows_is_read_up_to_the_limit_and_no_further",
    },
    Guard {
        name: "decoded cap, async",
        without: &[edit(
            "crates/xdr-async/src/body.rs",
            "whole.len() as u64 > most",
            "whole.len() as u64 > most.max(u64::MAX)",
        )],
        suite: Suite::Conformance,
        test: "transport::a_body_over_the_limit_is_not_read_to_its_end",
    },
    Guard {
        name: "retry filter: only reads after doubt",
        without: &[edit("crates/xdr-model/src/retry.rs", "=> replay == Replay::Safe,", "=> true,")],
        suite: Suite::Faults,
        test: EVERY_FAULT,
    },
    Guard {
        name: "empty-map rule",
        without: &[edit(
            "crates/xdr-model/src/patience.rs",
            "const EMPTY_REPLIES: u32 = 3;",
            "const EMPTY_REPLIES: u32 = u32::MAX;",
        )],
        suite: Suite::Conformance,
        test: "wait::an_action_that_the_tenant_does_not_know_is_not_success",
    },
    Guard {
        name: "nonce per attempt",
        without: &[edit(CREDENTIALS, "hex(&(ambient.entropy)())", "hex(&[7; 32])")],
        suite: Suite::Conformance,
        test: "authentication::an_advanced_key_never_crosses_the_wire_and_each_request_has_its_own_nonce",
    },
    Guard {
        name: "https-only: a tenant is https",
        without: &[edit(
            "crates/xdr-model/src/tenant.rs",
            "format!(\"https://{host}\")",
            "format!(\"http://{host}\")",
        )],
        suite: Suite::Model,
        test: "thousands::an_address_leads_to_the_host_that_was_named_or_nowhere",
    },
    Guard {
        name: "https-only: plain http is for this machine",
        without: &[edit(
            "crates/xdr-model/src/tenant.rs",
            "\"http\" | \"https\") && is_loopback(host)",
            "\"http\" | \"https\") && !host.is_empty()",
        )],
        suite: Suite::Model,
        test: "values::nothing_but_this_machine_is_a_simulated_tenant",
    },
    Guard {
        name: "header sensitivity",
        without: &[edit(CREDENTIALS, "value.set_sensitive(true);", "value.set_sensitive(false);")],
        suite: Suite::Model,
        test: "values::a_signed_request_can_be_printed_without_its_signature",
    },
];
