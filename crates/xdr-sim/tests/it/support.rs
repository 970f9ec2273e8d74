//! Shared by the tests: a tenant, requests to it, and its replies as JSON.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use xdr_sim::{Config, Outcomes, Server, Sim};

/// 2025-06-15 15:06:40 UTC.
pub(crate) const NOW: u64 = 1_750_000_000_000;

pub(crate) const SCAN: &str = "/public_api/v1/endpoints/scan";
pub(crate) const ABORT: &str = "/public_api/v1/endpoints/abort_scan";
pub(crate) const STATUS: &str = "/public_api/v1/actions/get_action_status";
pub(crate) const LIST: &str = "/public_api/v1/endpoints/get_endpoint";
pub(crate) const VALIDATE: &str = "/public_api/v1/api_keys/validate";

/// The headers of the tenant's key.
pub(crate) const KEY: &str = "authorization: demo\r\nx-xdr-auth-id: 1\r\n";

/// A tenant without a rate limit. Its actions stand still unless a test advances them. All scans take 100 seconds: they
/// are pending until 10 s, in progress until 100 s, and then completed.
pub(crate) fn config() -> Config {
    Config::new()
        .with_endpoints(200)
        .with_time_scale(0.0)
        .with_rate_limit(None)
        .with_outcomes(Outcomes::all_completed())
        .with_scan_duration(Duration::from_secs(100)..=Duration::from_secs(100))
}

pub(crate) fn sim() -> Sim {
    Sim::new(config())
}

pub(crate) fn post(path: &str, body: impl Into<Bytes>) -> Request<Bytes> {
    let request = Request::post(path).header("authorization", "demo").header("x-xdr-auth-id", "1");
    request.body(body.into()).unwrap()
}

/// Sends a body with the right key. Returns the status and the JSON of the reply.
pub(crate) fn call(sim: &mut Sim, path: &str, body: &Value) -> (u16, Value) {
    send(sim, &post(path, body.to_string()))
}

pub(crate) fn send(sim: &mut Sim, request: &Request<Bytes>) -> (u16, Value) {
    let answer = sim.handle(request, NOW);
    let response = answer.response().unwrap();
    (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap())
}

pub(crate) fn all() -> Value {
    json!({ "request_data": { "filters": "all" } })
}

pub(crate) fn matching(filters: Value) -> Value {
    let mut body = json!({ "request_data": {} });
    body["request_data"]["filters"] = filters;
    body
}

pub(crate) fn by_id(ids: &[&str]) -> Value {
    matching(json!([{ "field": "endpoint_id_list", "operator": "in", "value": ids }]))
}

/// Starts a scan or an abort that must succeed, and returns its action id.
pub(crate) fn start(sim: &mut Sim, path: &str, body: &Value) -> u64 {
    let (status, reply) = call(sim, path, body);
    assert_eq!(status, 200, "{reply}");
    reply["reply"]["action_id"].as_str().unwrap().parse().unwrap()
}

/// The reply of `get_endpoint` to this `request_data`, which must be valid.
pub(crate) fn page(sim: &mut Sim, data: &Value) -> Value {
    let (status, mut reply) = call(sim, LIST, &json!({ "request_data": data }));
    assert_eq!(status, 200, "{reply}");
    reply["reply"].take()
}

/// The ids of the endpoints of a page.
pub(crate) fn ids_of(page: &Value) -> Vec<&str> {
    let endpoints = page["endpoints"].as_array().unwrap();
    endpoints.iter().map(|endpoint| endpoint["endpoint_id"].as_str().unwrap()).collect()
}

pub(crate) fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// The bytes of a request with the right key and more headers.
pub(crate) fn request(path: &str, body: &str, more: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nhost: tenant\r\n{KEY}{more}content-length: {length}\r\n\r\n{body}")
}

/// Sends one request and reads until the server closes the connection.
pub(crate) fn exchange(server: &Server, path: &str, body: &str) -> String {
    let mut stream = connect(server.addr());
    stream.write_all(request(path, body, "connection: close\r\n").as_bytes()).unwrap();
    rest(&mut stream)
}

/// A connection with a timeout that is shorter than the default deadlines.
pub(crate) fn connect(addr: impl ToSocketAddrs) -> TcpStream {
    let stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(seconds(20))).unwrap();
    stream.set_write_timeout(Some(seconds(20))).unwrap();
    stream
}

/// Sends bytes in one piece. The server may close the connection before or while they are sent.
pub(crate) fn tell(stream: &mut TcpStream, bytes: impl AsRef<[u8]>) {
    let told = stream.write_all(bytes.as_ref());
    assert!(is_end(&told), "{told:?}");
}

/// Whether reading or writing succeeded, or failed because the server has closed the connection.
pub(crate) fn is_end<T>(done: &io::Result<T>) -> bool {
    let is_end = |kind| matches!(kind, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe);
    done.as_ref().err().is_none_or(|error| is_end(error.kind()))
}

/// Reads the rest that the server sends before it closes the connection.
pub(crate) fn rest(stream: &mut TcpStream) -> String {
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

/// Sends a request on a connection that stays open, and reads the reply. Then the server has accepted the connection.
pub(crate) fn ask(stream: &mut TcpStream) {
    stream.write_all(request(VALIDATE, "{}", "").as_bytes()).unwrap();
    let (mut reply, mut byte) = (Vec::new(), [0]);
    while !reply.ends_with(b"true") {
        stream.read_exact(&mut byte).unwrap();
        reply.extend_from_slice(&byte);
    }
}
