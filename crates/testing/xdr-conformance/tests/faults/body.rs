//! Faults in the body of a successful answer.

use xdr_conformance::fault_server::{Identity, Then, WireFault, answers};

use crate::case::MOST_BODY;
use crate::expected::Row;

/// The size of the decompressed body, many times the limit.
const BOMB: usize = 64 << 20;

pub(crate) fn faults() -> Vec<(WireFault, Row)> {
    let says = |name, bytes: Vec<u8>| (WireFault::new(name).saying(bytes), Row::Unreadable);
    let whole = |name, bytes: Vec<u8>| (WireFault::answering(name, bytes), Row::Unreadable);
    let body = |name, body: &[u8]| whole(name, answers::answer("200 OK", "", body));
    let inside = |name, code, row| {
        let reply = format!(r#"{{"reply":{{"err_code":{code},"err_msg":"no","err_extra":null}}}}"#);
        (WireFault::answering(name, answers::answer("200 OK", "", reply)), row)
    };
    let large = |fault| (fault, Row::TooLarge);
    let over = usize::try_from(MOST_BODY).expect("it is small") + 1;
    let deep = [r#"{"reply":"#.to_owned(), "[".repeat(10_000), "]".repeat(10_000), "}".into()].concat();
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    let endless = "HTTP/1.1 200 OK\r\n\r\n";
    let cut = |name| WireFault::new(name).saying(answers::cut());
    let unended = |name, body: &str| {
        let fault = WireFault::new(name).over_tls(Identity::Good).saying(format!("{endless}{body}"));
        (fault.then(Then::Cut), Row::Unreadable)
    };
    vec![
        (cut("body cut by FIN"), Row::Unreadable),
        (cut("body cut by RST").then(Then::Reset), Row::Overtaken),
        (cut("body hang").then(Then::Hang), Row::Unreadable),
        (cut("body drip").then(Then::Drip(b" ")), Row::Unreadable),
        (cut("TLS: body cut").over_tls(Identity::Good), Row::Unreadable),
        (cut("TLS: body cut without close_notify").over_tls(Identity::Good).then(Then::Cut), Row::Unreadable),
        unended("TLS: body without a length cut without close_notify", &answers::REPLY[..30]),
        unended("TLS: body without a length and without close_notify", &answers::REPLY),
        (
            WireFault::new("body without a length cut by RST")
                .saying(format!("{endless}{}", &answers::REPLY[..30]))
                .then(Then::Reset),
            Row::Overtaken,
        ),
        says("body without a length cut", format!("{endless}{}", &answers::REPLY[..30]).into()),
        says("chunk garbage", answers::chunked("zz\r\nnonsense\r\n0\r\n\r\n")),
        says("chunk overflow", answers::chunked("fffffffffffffffff\r\nx")),
        says("chunk negative", answers::chunked("-5\r\nhello\r\n0\r\n\r\n")),
        says("chunk cut", answers::chunked("46\r\n{\"reply\"")),
        says("chunks without an end", answers::chunked(&chunk(&answers::REPLY))),
        large(WireFault::answering("body over the cap", answers::answer("200 OK", "", " ".repeat(over)))),
        large(
            WireFault::new("body over the cap in chunks")
                .saying(answers::chunked(&format!("{}0\r\n\r\n", chunk(&" ".repeat(over))))),
        ),
        says("length over the cap", b"HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n{}".to_vec()),
        large(WireFault::new("body without an end").saying(endless).then(Then::Overflow(&[b' '; 8192]))),
        // The clients do not decompress these. `xdr-hostile-features` tests clients that do.
        (WireFault::answering("gzip bomb", answers::gzip_bomb(BOMB)), Row::Compressed),
        (WireFault::answering("deflate bomb", answers::deflate_bomb(BOMB)), Row::Compressed),
        body("body not UTF-8", b"{\"reply\":{\"action_id\":\"\xff\"}}"),
        body("body not JSON", b"OK"),
        body("JSON cut", b"{\"reply\":{\"action_id\":"),
        body("JSON too deep", deep.as_bytes()),
        body("JSON of another shape", b"[1,2,3]"),
        body("reply false", b"{\"reply\":false}"),
        body("HTML", b"<html><head><title>Login</title></head></html>"),
        body("empty body", b""),
        whole("204", b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
        body("byte order mark", "\u{feff}{}".as_bytes()),
        inside("error 500 inside a 200", 500, Row::ServerFailure),
        inside("error 401 inside a 200", 401, Row::Refused),
        inside("error 429 inside a 200", 429, Row::RateLimited),
        inside("error 42 inside a 200", 42, Row::OutcomeUnknown),
    ]
}
