//! Answers as raw bytes, valid and invalid ones.

use std::io::Write;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::Value;
use xdr_model::registry::{OPERATIONS, OperationInfo};
use xdr_workspace::valid_examples;

/// A reply that is valid for every operation. It has the additional keys of an example for operations that need them.
pub static REPLY: LazyLock<String> = LazyLock::new(|| {
    const BASE: &str = r#"{"reply":{"action_id":42,"endpoints_count":1,"data":{"e1":"PENDING"}}}"#;
    OPERATIONS.iter().fold(BASE.to_owned(), |reply, operation| match operation.read_reply(reply.as_bytes()) {
        Ok(_) => reply,
        Err(_) => with_example(&reply, operation),
    })
});

fn with_example(reply: &str, operation: &OperationInfo) -> String {
    let examples = valid_examples(&operation.reply_schema()).expect("it has examples");
    let mut reply: Value = serde_json::from_str(reply).expect("it is JSON");
    let mut example: Value = serde_json::from_str(&examples[0]).expect("an example is JSON");
    if let (Some(keys), Some(more)) = (reply["reply"].as_object_mut(), example["reply"].as_object_mut()) {
        keys.append(more);
    }
    reply.to_string()
}

/// A complete answer. `status` is the end of the status line. Each line of `headers` ends with a line break.
pub fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// The answer of a tenant without any fault.
pub fn good() -> Vec<u8> {
    answer("200 OK", "content-type: application/json\r\n", &*REPLY)
}

/// A good answer with other headers. It has a length only if `headers` has one.
pub fn with_head(headers: impl AsRef<str>) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{}\r\n{}", headers.as_ref(), *REPLY).into_bytes()
}

/// A good status, and these raw bytes as the chunks of the body.
pub fn chunked(raw: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{raw}").into_bytes()
}

/// A good status, and only a part of the announced body.
pub fn cut() -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{}", *REPLY).into_bytes()
}

/// A small gzip body that decompresses to this many bytes.
///
/// # Panics
/// Never: writing to memory does not fail.
pub fn gzip_bomb(bytes: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    pour(&mut encoder, bytes);
    answer("200 OK", "content-encoding: gzip\r\n", encoder.finish().expect("memory takes it"))
}

/// The same with deflate.
///
/// # Panics
/// Never: writing to memory does not fail.
pub fn deflate_bomb(bytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    pour(&mut encoder, bytes);
    answer("200 OK", "content-encoding: deflate\r\n", encoder.finish().expect("memory takes it"))
}

fn pour(into: &mut impl Write, bytes: usize) {
    let spaces = vec![b' '; 1 << 16];
    for _ in 0..bytes / spaces.len() {
        into.write_all(&spaces).expect("memory takes it");
    }
}
