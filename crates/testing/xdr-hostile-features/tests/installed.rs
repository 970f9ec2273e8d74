//! Another crate has installed an unusable cryptography provider for the whole process.

mod support;

use rustls::crypto::CryptoProvider;
use xdr_conformance::fault_server::{self, Identity, Server, WireFault, answers};
use xdr_hostile_features::other_crypto;
use xdr_model::{Error, Settings, Tenant, transport::TransportKind};

use support::{KINDS, assert_offers_its_own, read};

/// Installs a default provider that cannot even start a TLS handshake.
fn install() {
    let unusable = CryptoProvider { cipher_suites: Vec::new(), kx_groups: Vec::new(), ..other_crypto() };
    // Another test of this process may have installed it before.
    let _installed = unusable.install_default();
    assert!(CryptoProvider::get_default().is_some_and(|installed| installed.cipher_suites.is_empty()));
}

fn tenant(server: &Server) -> Tenant {
    Tenant::loopback(&server.url()).expect("it is an address of this machine")
}

#[test]
fn the_clients_speak_tls_in_their_own_way() {
    install();
    for kind in KINDS {
        let fault = WireFault::answering("nothing wrong", answers::good()).over_tls(Identity::Good);
        let server = Server::start(fault).expect("a port is free");
        let settings = Settings::default().with_root_certificate(fault_server::root());
        read(2, kind, tenant(&server), &settings).expect("it is answered");
        assert_eq!(server.posts(), 2, "{kind:?}");
        assert_offers_its_own(kind);
    }
}

#[test]
fn the_clients_still_verify_certificates() {
    install();
    for (kind, identity) in KINDS.into_iter().flat_map(|kind| {
        [Identity::UnknownIssuer, Identity::WrongName, Identity::Expired].map(|identity| (kind, identity))
    }) {
        let fault = WireFault::answering("nothing else wrong", answers::good()).over_tls(identity);
        let server = Server::start(fault).expect("a port is free");
        let settings = Settings::default().with_root_certificate(fault_server::root());
        let refused = read(1, kind, tenant(&server), &settings);
        let Err(Error::NotSent(not_sent)) = refused else { panic!("{kind:?} {identity:?}: {refused:?}") };
        assert_eq!(not_sent.source.kind(), TransportKind::Certificate, "{kind:?} {identity:?}");
        assert_eq!(server.posts(), 0, "{kind:?} {identity:?}");
    }
}
