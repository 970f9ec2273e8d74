//! Two thousand generated requests with all kinds of mistakes.

use std::io::{Read, Write};
use std::net::Shutdown;

use fastrand::Rng;
use xdr_sim::{Limits, Server};

use crate::support::{KEY, SCAN, STATUS, VALIDATE, config, connect, exchange, request};

const COUNT: usize = 2000;

/// A nearly valid request, or arbitrary bytes.
fn malformed(rng: &mut Rng, kind: usize) -> Vec<u8> {
    let mut good =
        request(SCAN, r#"{"request_data":{"filters":[{"field":"alias","value":["a"]}]}}"#, "").into_bytes();
    let key = if rng.bool() { KEY } else { "" };
    let head = format!("POST {SCAN} HTTP/1.1\r\nhost: tenant\r\n{key}");
    let number = rng.u64(..);
    match kind {
        0 => {
            for _ in 0..rng.usize(1..9) {
                let at = rng.usize(..good.len());
                good[at] = rng.u8(..);
            }
            good
        }
        1 => good[..rng.usize(..good.len())].to_vec(),
        2 => (0..rng.usize(..3000)).map(|_| rng.u8(..)).collect(),
        3 => {
            let body = ["[", r#"{"a":"#, "0,"][rng.usize(..3)].repeat(rng.usize(..30_000));
            format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
        }
        4 => format!("{head}content-length: {number}\r\ncontent-length: 3\r\n\r\nabc").into_bytes(),
        5 => format!("{head}transfer-encoding: chunked\r\n\r\n{number:x}\r\nab").into_bytes(),
        6 => format!(
            "{head}{}x: {}\r\n\r\n",
            "a: b\r\n".repeat(rng.usize(..200)),
            "y".repeat(rng.usize(..90_000))
        )
        .into_bytes(),
        7 => format!("{head}content-length: {number}\r\n\r\n").into_bytes(),
        8 => b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        _ => request(
            STATUS,
            &format!(r#"{{"request_data":{{"group_action_id":{number}e{}}}}}"#, rng.u16(..)),
            "",
        )
        .into_bytes(),
    }
}

#[test]
fn two_thousand_malformed_requests_do_no_harm() {
    let limits = Limits { recorded_requests: 100, ..Limits::default() };
    let server = Server::start(config().with_limits(limits)).unwrap();
    let mut rng = Rng::with_seed(20);
    for number in 0..COUNT {
        let bytes = malformed(&mut rng, number % 10);
        let mut stream = connect(server.addr());
        // The server may answer and close the connection before it has received everything.
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let mut reply = Vec::new();
        let _ = stream.read_to_end(&mut reply);
        let text = String::from_utf8_lossy(&reply);
        assert!(
            reply.is_empty() || text.starts_with("HTTP/1.1 4") || text.starts_with("HTTP/1.1 500 "),
            "{text}"
        );
        assert!(server.sim().requests().len() <= 100);
    }
    assert!(exchange(&server, VALIDATE, "{}").ends_with("\r\n\r\ntrue"));
    assert!(server.sim().actions().is_empty());
}
