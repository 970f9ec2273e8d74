//! `xdr cancel`.

use xdr_sim::{Config, Server};

use crate::support::run_at;

#[test]
fn an_action_can_be_cancelled_and_followed_to_its_end() {
    let server = Server::start(Config::new().with_time_scale(0.0)).unwrap();
    let ran = run_at(&server, "scan", &["--all", "--deadline", "1ms"]);
    assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
    let id = server.sim().actions()[0].id.to_string();
    assert!(ran.out.contains(&format!("xdr follow --url {} {id}\n", server.url())), "{}", ran.out);
    assert!(ran.out.contains(&format!("xdr cancel --url {} {id}\n", server.url())), "{}", ran.out);

    let ran = run_at(&server, "cancel", &[&id]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("673 endpoints of action"), "{}", ran.out);

    let ran = run_at(&server, "follow", &[&id]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("cancelled"), "{}", ran.out);
}
