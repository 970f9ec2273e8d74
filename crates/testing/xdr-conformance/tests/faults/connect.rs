//! Faults before and while the request is sent.

use xdr_conformance::fault_server::{Identity, Stage, Then, WireFault, answers};
use xdr_model::transport::TransportKind;

use crate::expected::Row;

/// "Handshake failure".
const ALERT: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];
/// The beginning of a record of 16 KiB.
const RECORD: [u8; 5] = [22, 3, 3, 64, 0];

pub(crate) fn faults() -> Vec<(WireFault, Row)> {
    let good = |name| WireFault::new(name).over_tls(Identity::Good);
    let hello = |name| good(name).at(Stage::Hello);
    let (tls, closed) = (Row::NotSent(TransportKind::Tls), Row::NotSent(TransportKind::Closed));
    let timeout = Row::NotSent(TransportKind::Timeout);
    let identity = |name, identity| (WireFault::new(name).over_tls(identity), Row::Certificate);
    let cut = |name, stage, then| WireFault::new(name).at(stage).then(then);
    vec![
        (hello("TLS: the peer speaks plain HTTP").saying(answers::answer("400 Bad Request", "", "")), tls),
        (hello("TLS: alert").saying(ALERT), tls),
        (hello("TLS: FIN"), closed),
        (hello("TLS: RST").then(Then::Reset), closed),
        (hello("TLS: hang").then(Then::Hang), timeout),
        (good("TLS: FIN at accept").at(Stage::Accept), closed),
        (good("TLS: RST at accept").at(Stage::Accept).then(Then::Reset), closed),
        (good("TLS: drip").at(Stage::Hello).saying(RECORD).then(Then::Drip(&[2])), timeout),
        identity("TLS: unknown issuer", Identity::UnknownIssuer),
        identity("TLS: wrong name", Identity::WrongName),
        identity("TLS: expired", Identity::Expired),
        identity("TLS: not yet valid", Identity::NotYetValid),
        (cut("FIN at accept", Stage::Accept, Then::Close), Row::Raced),
        (cut("RST at accept", Stage::Accept, Then::Reset), Row::Raced),
        (cut("FIN after a part of the head", Stage::PartOfHead, Then::Close), Row::OutcomeUnknown),
        (cut("RST after a part of the head", Stage::PartOfHead, Then::Reset), Row::Raced),
        (cut("FIN after the head", Stage::Head, Then::Close), Row::OutcomeUnknown),
        (cut("RST after the head", Stage::Head, Then::Reset), Row::Raced),
        (cut("FIN after a part of the body", Stage::PartOfBody, Then::Close), Row::OutcomeUnknown),
        (cut("RST after a part of the body", Stage::PartOfBody, Then::Reset), Row::OutcomeUnknown),
        (cut("FIN after the request", Stage::Request, Then::Close), Row::OutcomeUnknown),
        (cut("RST after the request", Stage::Request, Then::Reset), Row::OutcomeUnknown),
        (cut("hang at accept", Stage::Accept, Then::Hang), Row::OutcomeUnknown),
        (cut("hang after the head", Stage::Head, Then::Hang), Row::OutcomeUnknown),
        (cut("hang after the request", Stage::Request, Then::Hang), Row::OutcomeUnknown),
        (good("TLS: FIN after the request"), Row::OutcomeUnknown),
        (good("TLS: FIN after the request without close_notify").then(Then::Cut), Row::OutcomeUnknown),
        (good("TLS: RST after the request").then(Then::Reset), Row::OutcomeUnknown),
        (good("TLS: hang after the request").then(Then::Hang), Row::OutcomeUnknown),
    ]
}
