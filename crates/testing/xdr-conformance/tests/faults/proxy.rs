//! A proxy between the client and the tenant.

use xdr_conformance::fault_server::{Stage, Then, WireFault, answers};
use xdr_model::transport::TransportKind;

use crate::expected::Row;

pub(crate) fn faults() -> Vec<(WireFault, Row)> {
    let at = |name, stage| WireFault::new(name).proxied().at(stage);
    let asked = |name| at(name, Stage::Asked);
    let refuses = |name, status| {
        (asked(name).saying(answers::answer(status, "", "no")), Row::NotSent(TransportKind::Proxy))
    };
    let proxy = Row::NotSent(TransportKind::Proxy);
    vec![
        refuses("proxy: 403", "403 Forbidden"),
        (
            asked("proxy: 407").saying(answers::answer("407 Proxy Authentication Required", "", "no")),
            Row::NotSent(TransportKind::ProxyAuthentication),
        ),
        refuses("proxy: 502", "502 Bad Gateway"),
        refuses("proxy: redirects", "302 Found"),
        (asked("proxy: garbage").saying("SSH-2.0-OpenSSH_9.6\r\n\r\n"), proxy),
        (at("proxy: FIN at accept", Stage::Accept), proxy),
        (at("proxy: RST at accept", Stage::Accept).then(Then::Reset), proxy),
        (asked("proxy: FIN when asked"), proxy),
        (asked("proxy: RST when asked").then(Then::Reset), proxy),
        (asked("proxy: dies in its answer").saying("HTTP/1.1 2"), proxy),
        (asked("proxy: hang").then(Then::Hang), proxy),
        (asked("proxy: drip").saying("HTTP/1.1 200 OK\r\nx: ").then(Then::Drip(b"y")), proxy),
        (at("proxy: FIN once connected", Stage::Connected), proxy),
        (at("proxy: RST once connected", Stage::Connected).then(Then::Reset), proxy),
        (at("proxy: hang once connected", Stage::Connected).then(Then::Hang), proxy),
        (
            at("proxy: a page instead of the tenant", Stage::Hello)
                .saying(answers::answer("200 OK", "", "Log in")),
            proxy,
        ),
        (asked("proxy: a page behind its 200").saying(page_behind_a_200()), proxy),
        (
            asked("proxy: a page behind its 200, then hang").saying(page_behind_a_200()).then(Then::Hang),
            proxy,
        ),
        (at("proxy: FIN after the request", Stage::Request).then(Then::Cut), Row::OutcomeUnknown),
        (at("proxy: RST after the request", Stage::Request).then(Then::Reset), Row::OutcomeUnknown),
        (at("proxy: hang after the request", Stage::Request).then(Then::Hang), Row::OutcomeUnknown),
        (at("proxy: cuts the body", Stage::Request).saying(answers::cut()).then(Then::Cut), Row::Unreadable),
        (at("proxy: nothing wrong", Stage::Request).saying(answers::good()).then(Then::Keep), Row::Done),
    ]
}

/// The proxy answers CONNECT, and then answers the client itself.
fn page_behind_a_200() -> Vec<u8> {
    [
        b"HTTP/1.1 200 Connection established\r\n\r\n".to_vec(),
        answers::answer("400 Bad Request", "", "Plain HTTP"),
    ]
    .concat()
}
