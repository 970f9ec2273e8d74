//! The server, over TCP with hand-written HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;

use xdr_sim::{Config, Fault, Server};

use crate::support::{SCAN, STATUS, VALIDATE, all, config, exchange, request, seconds};

#[test]
fn it_speaks_http_and_shares_its_tenant() {
    let server = Server::start(config()).unwrap();
    let reply = exchange(&server, SCAN, &all().to_string());
    assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
    assert!(reply.contains("\r\ndate: ") && reply.contains("\r\ncontent-type: application/json\r\n"));
    let action = server.sim().actions()[0].id;
    assert!(reply.ends_with(&format!(r#""action_id":"{action}","endpoints_count":"200","status":"1"}}}}"#)));

    server.advance(seconds(100));
    let reply = exchange(&server, STATUS, &format!(r#"{{"request_data":{{"group_action_id":{action}}}}}"#));
    assert_eq!(reply.matches(r#":"COMPLETED_SUCCESSFULLY""#).count(), 200);
}

#[test]
fn a_connection_carries_several_requests() {
    let server = Server::start(config()).unwrap();
    let mut stream = TcpStream::connect(server.addr()).unwrap();
    stream.write_all(request(VALIDATE, "{}", "").as_bytes()).unwrap();
    stream.write_all(request(VALIDATE, "{}", "connection: close\r\n").as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert_eq!(reply.matches("HTTP/1.1 200 OK").count(), 2);
}

#[test]
fn a_client_may_ask_before_it_sends_the_body() {
    let server = Server::start(config()).unwrap();
    let mut stream = TcpStream::connect(server.addr()).unwrap();
    let request = request(VALIDATE, "{}", "connection: close\r\nexpect: 100-continue\r\n");
    let (head, body) = request.split_at(request.len() - 2);
    stream.write_all(head.as_bytes()).unwrap();
    let mut go_ahead = [0; 25];
    stream.read_exact(&mut go_ahead).unwrap();
    assert_eq!(&go_ahead, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.ends_with("true"), "{reply}");
}

#[test]
fn a_hang_up_is_the_end_of_the_connection_without_a_byte() {
    let server = Server::start(config()).unwrap();
    server.sim().fault(Fault::on("scan").after_executing().hang_up());
    assert_eq!(exchange(&server, SCAN, &all().to_string()), "");
    assert_eq!(server.sim().actions().len(), 1);
}

#[test]
fn a_cut_body_ends_before_what_its_head_promised() {
    let server = Server::start(config()).unwrap();
    for (after, sent) in [(4, "0123"), (0, ""), (99, "0123456789")] {
        server.sim().fault(Fault::on("scan").answer_json(200, "0123456789").cut_after(after));
        let reply = exchange(&server, SCAN, &all().to_string());
        assert!(reply.contains("\r\ncontent-length: 10\r\n"), "{reply}");
        assert!(reply.ends_with(&format!("\r\n\r\n{sent}")), "{reply}");
    }
}

#[test]
fn a_delayed_answer_does_not_hold_up_others() {
    let server = Server::start(config()).unwrap();
    server.sim().fault(Fault::on("scan").delay(seconds(3600)));
    let mut slow = TcpStream::connect(server.addr()).unwrap();
    slow.write_all(request(SCAN, &all().to_string(), "").as_bytes()).unwrap();
    while server.sim().actions().is_empty() {
        std::thread::yield_now();
    }
    assert!(exchange(&server, VALIDATE, "{}").ends_with("true"));
    slow.set_nonblocking(true).unwrap();
    assert_eq!(slow.read(&mut [0; 1]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn dropping_it_closes_port_and_connections() {
    let server = Server::start(config()).unwrap();
    let addr = server.addr();
    let mut idle = TcpStream::connect(addr).unwrap();
    idle.write_all(request(VALIDATE, "{}", "").as_bytes()).unwrap();
    let mut first = [0; 12];
    idle.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");

    drop(server);
    idle.read_to_end(&mut Vec::new()).unwrap();
    assert_eq!(TcpStream::connect(addr).unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
}

#[test]
fn a_panic_of_a_test_does_not_stop_it() {
    let server = Server::start(config()).unwrap();
    std::thread::scope(|scope| {
        let poisoner = scope.spawn(|| {
            let _held = server.sim();
            panic!("on purpose, while the tenant is locked");
        });
        poisoner.join().unwrap_err();
    });
    assert!(exchange(&server, VALIDATE, "{}").ends_with("true"));
}

#[test]
fn a_taken_address_is_an_error() {
    let server = Server::start(Config::new()).unwrap();
    let error = Server::bind(server.addr(), Config::new()).err().unwrap();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}
