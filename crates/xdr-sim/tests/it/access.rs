//! Access to the tenant of a server.

use xdr_sim::{Config, Outcomes, Server, Sim};

use crate::support::{all, config, start};

#[test]
#[should_panic(expected = "this thread already holds the simulated tenant")]
fn a_second_access_of_the_same_thread_does_not_wait_for_itself() {
    let server = Server::start(Config::new()).unwrap();
    let _both = (server.sim().actions().len(), server.sim().requests().len());
}

#[test]
fn access_is_free_again_after_it_is_let_go() {
    let server = Server::start(Config::new()).unwrap();
    for _ in 0..2 {
        assert_eq!(server.sim().actions().len(), 0);
    }
    std::thread::scope(|scope| {
        let held = server.sim();
        let other = scope.spawn(|| server.sim().actions().len());
        drop(held);
        assert_eq!(other.join().unwrap(), 0);
    });
}

#[test]
fn one_endpoint_can_end_in_another_way_than_the_rest() {
    let mut sim = Sim::new(config());
    let id = sim.endpoints()[7].id.clone();
    sim.set_outcomes(&id, Outcomes::all_failed());
    let action = start(&mut sim, crate::support::SCAN, &all());
    sim.advance(crate::support::seconds(1000));
    let failed: Vec<_> = sim.statuses(action).into_iter().filter(|(_, word)| *word == "FAILED").collect();
    assert_eq!(failed, [(&*id, "FAILED")]);
}
