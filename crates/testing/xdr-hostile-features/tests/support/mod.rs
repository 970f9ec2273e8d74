//! Helpers that the tests of this crate share.

use std::net::TcpListener;
use std::thread;

use rustls::NamedGroup;
use rustls::server::Acceptor;
use xdr_conformance::{Client, Kind, standard};
use xdr_model::{Error, GetActionStatus, Session, Settings, Tenant};

pub const KINDS: [Kind; 2] = [Kind::Blocking, Kind::Async];

/// Reads the status of an action this many times.
pub fn read(times: usize, kind: Kind, tenant: Tenant, settings: &Settings) -> Result<(), Error> {
    let session = Session::new(tenant, standard());
    let client = Client::new(kind, session.clone(), settings)?;
    for _ in 0..times {
        client.drive(session.call(&GetActionStatus::new(42.into()))?, |never| match never {})?;
    }
    Ok(())
}

/// The first TLS message of a client.
struct Hello {
    /// The offered protocols over TLS.
    protocols: Vec<String>,
    /// The offered groups for the key exchange.
    groups: Vec<NamedGroup>,
}

/// A group that only the second provider has.
pub const ONLY_THE_OTHER: NamedGroup = NamedGroup::X25519MLKEM768;

/// Checks that a client of this kind offers HTTP/1.1 and uses its own provider. The first message of the client shows
/// both.
pub fn assert_offers_its_own(kind: Kind) {
    let Hello { protocols, groups } = hello(kind);
    assert!(protocols.iter().all(|name| name == "http/1.1"), "{kind:?}: {protocols:?}");
    assert!(!groups.is_empty() && !groups.contains(&ONLY_THE_OTHER), "{kind:?}: {groups:?}");
}

fn hello(kind: Kind) -> Hello {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("https://localhost:{}", listener.local_addr().expect("it has an address").port());
    let server = thread::spawn(move || listen(&listener));
    let tenant = Tenant::loopback(&url).expect("it is an address of this machine");
    let refused = read(1, kind, tenant, &Settings::default().with_mozilla_roots());
    assert!(matches!(refused, Err(Error::NotSent(_))), "{refused:?}");
    server.join().expect("the client has spoken")
}

fn listen(listener: &TcpListener) -> Hello {
    let (mut tcp, _) = listener.accept().expect("a client comes");
    let mut acceptor = Acceptor::default();
    loop {
        assert!(acceptor.read_tls(&mut tcp).is_ok_and(|read| read > 0), "the client speaks");
        let Some(accepted) = acceptor.accept().map_err(|(e, _)| e).expect("it speaks TLS") else { continue };
        let hello = accepted.client_hello();
        let name = |protocol: &[u8]| String::from_utf8_lossy(protocol).into_owned();
        return Hello {
            protocols: hello.alpn().into_iter().flatten().map(name).collect(),
            groups: hello.named_groups().unwrap_or_default().to_vec(),
        };
    }
}
