//! The server's limits against hostile clients. The deadlines are tiny here, and each test waits until the server acts.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use xdr_sim::{Fault, Limits, Server};

use crate::support::{
    KEY, SCAN, STATUS, VALIDATE, all, ask, config, connect, exchange, is_end, request, rest, seconds, tell,
};

const SOON: Duration = Duration::from_millis(50);

fn server(limits: Limits) -> Server {
    Server::start(config().with_limits(limits)).unwrap()
}

/// A head without the end of its headers.
fn head(headers: &str) -> String {
    format!("POST {SCAN} HTTP/1.1\r\nhost: tenant\r\n{headers}")
}

/// Whether the server has closed the connection, also while a request is being sent.
fn ends(stream: &mut TcpStream) -> bool {
    is_end(&stream.read_to_end(&mut Vec::new()))
}

/// More bytes than a deadline in this file lets through, and fewer than the default deadlines let through.
const DRIPS: usize = 2000;

/// Sends one byte after another until the server answers or closes the connection. Returns their number.
fn drip(stream: &mut TcpStream) -> usize {
    stream.set_read_timeout(Some(SOON / 5)).unwrap();
    (0..DRIPS).take_while(|_| !is_end(&stream.read(&mut [0])) && stream.write_all(b"y").is_ok()).count()
}

fn assert_serves(server: &Server) {
    assert!(exchange(server, VALIDATE, "{}").ends_with("\r\n\r\ntrue"));
}

#[test]
fn a_body_that_announces_too_much_is_refused_before_it_comes() {
    let server = server(Limits { body_bytes: 1000, ..Limits::default() });
    for key in ["", KEY] {
        let mut stream = connect(server.addr());
        tell(&mut stream, format!("{}content-length: 1001\r\nexpect: 100-continue\r\n\r\n", head(key)));
        let reply = rest(&mut stream);
        assert!(reply.starts_with("HTTP/1.1 413 ") && reply.contains("\r\nconnection: close\r\n"), "{reply}");
        assert!(reply.contains(r#""err_code":413"#) && reply.contains("1000 bytes"), "{reply}");
    }
    assert!(server.sim().requests().is_empty());
}

#[test]
fn a_body_of_unknown_length_is_refused_when_it_is_too_large() {
    let server = server(Limits { body_bytes: 1000, keyless_body_bytes: 10, ..Limits::default() });
    for (key, length, status) in [("", 1000, 401), (KEY, 1000, 400), ("", 1001, 413), (KEY, 1001, 413)] {
        let mut stream = connect(server.addr());
        let body = "x".repeat(length);
        let head = head(key) + "connection: close\r\ntransfer-encoding: chunked\r\n\r\n";
        tell(&mut stream, format!("{head}{length:x}\r\n{body}\r\n0\r\n\r\n"));
        let reply = rest(&mut stream);
        assert!(reply.starts_with(&format!("HTTP/1.1 {status} ")), "{length}: {reply}");
    }
    assert_eq!(server.sim().requests().len(), 2);
}

#[test]
fn a_hundred_megabytes_are_not_taken() {
    let server = server(Limits::default());
    let piece = "0,".repeat(32 * 1024);
    let (pieces, length) = (100_000_000 / piece.len(), piece.len());
    for headers in ["", KEY] {
        for chunked in [false, true] {
            let mut stream = connect(server.addr());
            let coding = if chunked { "transfer-encoding: chunked" } else { "content-length: 100000000" };
            tell(&mut stream, format!("{}{coding}\r\n\r\n", head(headers)));
            let piece = if chunked { format!("{length:x}\r\n{piece}\r\n") } else { piece.clone() };
            let taken = (0..pieces).take_while(|_| stream.write_all(piece.as_bytes()).is_ok()).count();
            assert!(taken < pieces / 2, "{taken} of {pieces}");
            assert!(ends(&mut stream));
            assert_serves(&server);
        }
    }
}

#[test]
fn of_a_body_without_the_key_only_the_beginning_is_kept() {
    let server = server(Limits { keyless_body_bytes: 100, ..Limits::default() });
    // The beginning alone would be a scan of everything.
    let body = format!("{}{}", all(), " ".repeat(1_000_000));
    let mut stream = connect(server.addr());
    tell(&mut stream, format!("{}content-length: {}\r\n\r\n{body}", head(""), body.len()));
    let reply = rest(&mut stream);
    assert!(reply.starts_with("HTTP/1.1 401 ") && reply.contains("\r\nconnection: close\r\n"), "{reply}");
    assert!(exchange(&server, SCAN, &body).starts_with("HTTP/1.1 200 "));
    let sim = server.sim();
    let kept: Vec<_> = sim.requests().iter().map(|request| &request.body[..]).collect();
    assert_eq!(kept, [&body.as_bytes()[..100], body.as_bytes()]);
    assert_eq!(sim.actions().len(), 1);
}

#[test]
fn a_fault_stands_before_a_request_without_the_key_as_before_others() {
    let server = server(Limits { keyless_body_bytes: 1, ..Limits::default() });
    server.sim().fault(Fault::on("scan").answer_json(503, "{}"));
    server.sim().fault(Fault::on("scan").after_executing().hang_up());
    for expected in ["HTTP/1.1 503 ", ""] {
        let mut stream = connect(server.addr());
        tell(&mut stream, format!("{}content-length: 2\r\n\r\n{{}}", head("")));
        let reply = rest(&mut stream);
        assert!(reply.starts_with(expected) && reply.is_empty() == expected.is_empty(), "{reply}");
    }
    assert!(server.sim().actions().is_empty());
}

#[test]
fn only_a_client_with_the_key_keeps_its_connection() {
    let server = server(Limits::default());
    let mut stream = connect(server.addr());
    let requests = [KEY, "", KEY].map(|key| head(key) + "content-length: 2\r\n\r\n{}");
    tell(&mut stream, requests.concat());
    let mut replies = Vec::new();
    // The server does not read after the last answer, so the connection may be reset.
    let _ = stream.read_to_end(&mut replies);
    let replies = String::from_utf8(replies).unwrap();
    assert_eq!((replies.matches("HTTP/1.1 400").count(), replies.matches("HTTP/1.1 401").count()), (1, 1));
    assert_eq!(server.sim().requests().len(), 2);
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let server = server(Limits { head_bytes: 0, ..Limits::default() });
    let mut stream = connect(server.addr());
    tell(&mut stream, format!("{}x: {}\r\n\r\n", head(KEY), "y".repeat(20_000)));
    let mut reply = [0; 13];
    stream.read_exact(&mut reply).unwrap();
    assert_eq!(&reply, b"HTTP/1.1 431 ");
    assert!(ends(&mut stream));
}

#[test]
fn two_hundred_idle_connections_are_closed() {
    let server = server(Limits { head_time: SOON, ..Limits::default() });
    let mut idle: Vec<_> = (0..200).map(|_| connect(server.addr())).collect();
    for stream in &mut idle {
        assert_eq!(rest(stream), "");
    }
}

#[test]
fn a_head_that_comes_slowly_ends_the_connection() {
    let server = server(Limits { head_time: SOON, ..Limits::default() });
    let mut stuck = connect(server.addr());
    tell(&mut stuck, head(KEY));
    assert!(ends(&mut stuck));

    let mut dripping = connect(server.addr());
    tell(&mut dripping, head(KEY));
    tell(&mut dripping, "x: ");
    assert!(drip(&mut dripping) < DRIPS);
    assert!(server.sim().requests().is_empty());
}

#[test]
fn a_connection_that_stays_idle_after_a_reply_is_closed() {
    let server = server(Limits { head_time: SOON, ..Limits::default() });
    // On a slow machine, the same deadline may end before the first reply.
    let replies = (0..1000).map(|_| {
        let mut stream = connect(server.addr());
        tell(&mut stream, request(VALIDATE, "{}", ""));
        let mut reply = Vec::new();
        assert!(is_end(&stream.read_to_end(&mut reply)));
        reply
    });
    assert!(replies.into_iter().any(|reply| reply.ends_with(b"\r\n\r\ntrue")));
}

#[test]
fn a_body_that_does_not_come_in_time_is_a_408() {
    let server = server(Limits { body_time: SOON, ..Limits::default() });
    for key in ["", KEY] {
        let mut stream = connect(server.addr());
        tell(&mut stream, format!("{}content-length: 10\r\n\r\n{{", head(key)));
        let reply = rest(&mut stream);
        assert!(reply.starts_with("HTTP/1.1 408 ") && reply.contains("\r\nconnection: close\r\n"), "{reply}");
        assert!(reply.contains(r#""err_code":408"#), "{reply}");
    }
    assert!(server.sim().requests().is_empty());
}

#[test]
fn a_body_that_drips_is_not_waited_for() {
    let server = server(Limits { body_time: SOON, ..Limits::default() });
    let mut stream = connect(server.addr());
    tell(&mut stream, format!("{}content-length: 1000000\r\n\r\n", head(KEY)));
    assert!(drip(&mut stream) < DRIPS);
    assert!(server.sim().requests().is_empty());
}

#[test]
fn the_deadlines_do_not_count_a_scripted_delay() {
    // The time that a head needs depends on the machine. The test tries longer and longer deadlines.
    let tried = (0..9).map(|doubled| SOON * (1 << doubled)).find_map(|soon| {
        let limits = Limits { head_time: soon, body_time: soon, reply_time: soon, ..Limits::default() };
        let server = server(limits);
        server.sim().fault(Fault::on("validate").delay(soon * 3));
        let mut stream = connect(server.addr());
        tell(&mut stream, request(VALIDATE, "{}", "connection: close\r\n"));
        let mut reply = String::new();
        let _ = stream.read_to_string(&mut reply);
        let has_come = !server.sim().requests().is_empty();
        has_come.then_some(reply)
    });
    assert!(tried.unwrap().ends_with("\r\n\r\ntrue"));
}

#[test]
fn more_connections_than_the_limit_wait_for_one_that_ends() {
    let server = server(Limits { connections: 2, ..Limits::default() });
    let [mut first, mut second] = [(); 2].map(|()| connect(server.addr()));
    ask(&mut first);
    ask(&mut second);
    let mut third = connect(server.addr());
    tell(&mut third, request(STATUS, "{}", "connection: close\r\n"));
    // In this time, the server could have served the third connection.
    (0..100).for_each(|_| ask(&mut first));
    assert!(server.sim().requests().iter().all(|request| request.operation() == "validate"));
    drop(second);
    assert!(rest(&mut third).starts_with("HTTP/1.1 400 "));
}

/// With a limit of one connection, the server serves the next client only after the first connection has ended.
fn assert_frees_its_place(limits: Limits, stay: impl FnOnce(&Server) -> TcpStream) {
    let server = server(Limits { connections: 1, ..limits });
    let _stays = stay(&server);
    // The client tries more than once, because the tiny deadlines apply to it too.
    let served = (0..1000).any(|_| {
        let mut stream = connect(server.addr());
        tell(&mut stream, request(VALIDATE, "{}", "connection: close\r\n"));
        let mut reply = String::new();
        assert!(is_end(&stream.read_to_string(&mut reply)), "the first connection is still open");
        reply.ends_with("\r\n\r\ntrue")
    });
    assert!(served);
}

#[test]
fn a_client_that_does_not_read_its_reply_is_left() {
    assert_frees_its_place(Limits { reply_time: SOON, ..Limits::default() }, |server| {
        server.sim().fault(Fault::on("scan").answer(200, &[], vec![b'x'; 64 * 1024 * 1024]));
        let mut stream = connect(server.addr());
        tell(&mut stream, request(SCAN, "{}", "connection: close\r\n"));
        stream
    });
}

#[test]
fn a_client_that_asks_and_asks_and_does_not_read_is_left() {
    let limits = Limits { reply_time: SOON, head_time: SOON, ..Limits::default() };
    assert_frees_its_place(limits, |server| {
        let action = exchange(server, SCAN, &all().to_string());
        assert!(action.contains("4294967295"), "{action}");
        let status = request(STATUS, r#"{"request_data":{"group_action_id":4294967295}}"#, "");
        let mut stream = connect(server.addr());
        while stream.write_all(status.as_bytes()).is_ok() {}
        stream
    });
}

#[test]
fn the_largest_limits_are_as_none() {
    let longest = Duration::MAX;
    let limits = Limits { head_time: longest, body_time: longest, reply_time: longest, ..Limits::default() };
    let most = usize::MAX;
    let server = server(Limits { connections: most, head_bytes: most, body_bytes: most, ..limits });
    let mut stream = connect(server.addr());
    tell(&mut stream, format!("{}content-length: {}\r\n\r\n{{", head(KEY), 1_u64 << 50));
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(rest(&mut stream), "");
    assert_serves(&server);
}

#[test]
fn a_deadline_of_one_client_does_not_hold_up_another() {
    let server = server(Limits { body_time: seconds(3600), head_time: seconds(3600), ..Limits::default() });
    let slow: Vec<_> = (0..200)
        .map(|number| {
            let mut stream = connect(server.addr());
            let key = if number % 2 == 0 { KEY } else { "" };
            tell(&mut stream, format!("{}content-length: 1000000\r\n\r\n{{", head(key)));
            stream
        })
        .collect();
    assert_serves(&server);
    drop(slow);
}
