//! Small bodies that grow when they are decompressed. With these features, ureq decompresses without being asked.

use std::error::Error as _;
use std::io::Write;

use brotli::CompressorWriter;
use flate2::Compression;
use flate2::write::GzEncoder;
use xdr_conformance::fault_server::{Server, Then, WireFault};
use xdr_conformance::{Client, Kind, standard};
use xdr_model::{
    Error, Scan, Session, Settings, Tenant,
    transport::{TransportError, TransportKind},
};

/// The limit. It exceeds the compressed body, and is far below the decompressed one.
const MOST_BODY: u64 = 64 << 10;
const GROWN: usize = 16 << 20;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    const BUFFER: usize = 64 << 10;
    let (fast, window) = (1, 22);
    let mut encoder = CompressorWriter::new(Vec::new(), BUFFER, fast, window);
    encoder.write_all(bytes).expect("memory takes it");
    encoder.into_inner()
}

/// Announces one byte more than the body and never sends it, so that no client reaches the end of the body.
fn unended(encoding: &str, body: &[u8]) -> WireFault {
    let promised = body.len() + 1;
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: {promised}\r\n\r\n");
    WireFault::new("bomb").saying([head.as_bytes(), body].concat()).then(Then::Hang)
}

/// Only the limit on decompressed bytes can end the reading: neither the end of the body nor its content can. The
/// client keeps at most the limit and a buffer, whatever the size of the body.
#[test]
fn a_body_that_grows_is_read_up_to_the_limit_and_no_further() {
    let grown = vec![b' '; GROWN];
    for (encoding, body) in [("gzip", gzip(&grown)), ("br", brotli(&grown))] {
        assert!(
            (body.len() as u64) < MOST_BODY,
            "{encoding}: {} bytes are over the limit as sent",
            body.len()
        );
        let server = Server::start(unended(encoding, &body)).expect("a port is free");
        let tenant = Tenant::loopback(&server.url()).expect("it is an address of this machine");
        let (session, settings) = (Session::new(tenant, standard()), Settings::default());
        let client = Client::new(Kind::Blocking, session.clone(), &settings.with_most_body(MOST_BODY));
        let call = session.call(&Scan::all()).expect("it keeps its rules");
        let failed = client.expect("the settings are good").drive(call, |never| match never {});
        let Err(error @ Error::Unreadable(_)) = &failed else { panic!("{encoding}: {failed:?}") };
        let cause = error.source().and_then(|cause| cause.downcast_ref::<TransportError>());
        assert_eq!(cause.map(TransportError::kind), Some(TransportKind::TooLarge), "{encoding}: {error:?}");
    }
}
