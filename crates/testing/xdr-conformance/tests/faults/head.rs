//! Faults in the head of an answer.

use xdr_conformance::fault_server::{Then, WireFault, answers};

use crate::expected::Row;

pub(crate) fn faults() -> Vec<(WireFault, Row)> {
    let unknown = |name, says: &str| (WireFault::new(name).saying(says), Row::OutcomeUnknown);
    let head =
        |name, lines: &str| (WireFault::new(name).saying(answers::with_head(lines)), Row::OutcomeUnknown);
    let begun = "HTTP/1.1 200 OK\r\nserver: x\r\n";
    let huge = format!("x: {}\r\n", "y".repeat(2 << 20));
    let many: String = (0..5000).map(|n| format!("x-{n}: y\r\n")).collect();
    vec![
        unknown("status line halved", "HTTP/1.1 2"),
        (
            WireFault::new("status line halved by RST").saying("HTTP/1.1 2").then(Then::Reset),
            Row::OutcomeUnknown,
        ),
        unknown("head halved", begun),
        unknown("garbage", "\u{1}\u{2}\u{3}\u{fffd}\r\n\r\n"),
        unknown("banner", "SSH-2.0-OpenSSH_9.6\r\n"),
        unknown("HTTP/0.9", answers::REPLY.as_str()),
        unknown("HTTP/2", "\0\0\u{12}\u{4}\0\0\0\0\0"),
        unknown("status without digits", "HTTP/1.1 OK\r\n\r\n"),
        unknown("status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"),
        unknown("100, then nothing", "HTTP/1.1 100 Continue\r\n\r\n"),
        unknown("101", "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
        unknown("103, then nothing", "HTTP/1.1 103 Early Hints\r\n\r\n"),
        unknown("199, then nothing", "HTTP/1.1 199 Odd\r\n\r\n"),
        (WireFault::answering("600", answers::answer("600 Odd", "", "")), Row::OutcomeUnknown),
        (WireFault::answering("999", answers::answer("999 Denied", "", "")), Row::OutcomeUnknown),
        (WireFault::new("head hang").saying(begun).then(Then::Hang), Row::OutcomeUnknown),
        (WireFault::new("head drip").saying(begun).then(Then::Drip(b"x: y\r\n")), Row::OutcomeUnknown),
        (
            WireFault::new("100 again and again").then(Then::Drip(b"HTTP/1.1 100 Continue\r\n\r\n")),
            Row::OutcomeUnknown,
        ),
        head("head huge", &huge),
        head("head with too many lines", &many),
        head("head folded", "content-length: 70\r\nx: a\r\n b\r\n"),
        head("head line without a colon", "content-length: 70\r\nnonsense\r\n"),
        head("head with NUL", "content-length: 70\r\nx: a\0b\r\n"),
        head("two lengths", "content-length: 70\r\ncontent-length: 7\r\n"),
        head("negative length", "content-length: -1\r\n"),
        head("length that is no number", "content-length: many\r\n"),
        head("length beyond all numbers", "content-length: 99999999999999999999999\r\n"),
    ]
}
