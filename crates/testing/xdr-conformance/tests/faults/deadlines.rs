//! A deadline at any time in an exchange. If the client says that nothing was sent, the server has received nothing.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use xdr_conformance::Kind;
use xdr_conformance::fault_server::{Account, Inbox, Listener, answers};
use xdr_model::{Error, Filter, Scan};

use crate::attempt::{Scanned, Scanner};

/// The number of callers. With this many, an exchange takes long enough for a deadline to end it at any stage.
const AT_A_TIME: usize = 24;
/// One in this many requests has a body that does not fit into one write.
const LARGE: usize = 16;
/// The limits of a deadline, in seconds.
const SHORTEST: f64 = 1e-6;
const LONGEST: f64 = 10.0;

/// The results of one client.
#[derive(Debug, Default)]
struct Ended {
    runs: usize,
    /// Requests of which the client says that nothing was sent.
    revoked: usize,
    /// Requests that the server has received.
    received: usize,
    answered: usize,
    /// Requests that are both `revoked` and `received`.
    overlaps: usize,
    wrong: Vec<String>,
}

impl Ended {
    fn and(mut self, other: Self) -> Self {
        self.runs += other.runs;
        self.revoked += other.revoked;
        self.received += other.received;
        self.answered += other.answered;
        self.overlaps += other.overlaps;
        self.wrong.extend(other.wrong);
        self
    }

    /// Counts the result of a request that the server received `received` times.
    fn enter(&mut self, scanned: &Scanned, received: usize) {
        let revoked = matches!(scanned, Err(Error::NotSent(_)));
        self.runs += 1;
        self.revoked += usize::from(revoked);
        self.received += usize::from(received > 0);
        self.answered += usize::from(scanned.is_ok());
        self.overlaps += usize::from(revoked && received > 0);
        let possible = match scanned {
            Ok(_) => received == 1,
            Err(Error::NotSent(_)) => received == 0,
            Err(Error::OutcomeUnknown(_) | Error::Unreadable(_)) => received <= 1,
            Err(_) => false,
        };
        if !possible {
            self.wrong.push(format!("received {received} times: {scanned:?}"));
        }
    }
}

/// A deadline, in seconds, that ends equally often before and after the body is taken. It adapts to the speed of the
/// machine.
struct Edge(f64);

impl Edge {
    /// A random deadline around the edge. Some deadlines are far behind the edge, so that an answer or a part of it
    /// arrives.
    fn deadline(&self, chance: &mut fastrand::Rng) -> Duration {
        let widest = if chance.u8(..4) == 0 { 8.0 } else { 2.0 };
        Duration::from_secs_f64((self.0 * widest * chance.f64()).clamp(SHORTEST, LONGEST))
    }

    fn learn(&mut self, scanned: &Scanned) {
        let factor = if matches!(scanned, Err(Error::NotSent(_))) { 1.05 } else { 1.0 / 1.05 };
        self.0 = (self.0 * factor).clamp(SHORTEST, LONGEST);
    }
}

/// A server that counts every request in the account and answers it.
fn server(account: &Arc<Account>) -> Listener {
    let account = account.clone();
    let serve = move |mut tcp: std::net::TcpStream| {
        let mut inbox = Inbox::default();
        while account.read(&mut inbox, &mut tcp) {
            // After its deadline, a client does not read the answer, and may have sent another request.
            let _heard = std::io::Write::write_all(&mut tcp, &answers::good());
        }
    };
    Listener::start("127.0.0.1:0", serve).expect("a port is free")
}

/// Runs one caller with `runs` deadlines.
fn meet(kind: Kind, caller: usize, runs: usize) -> Ended {
    let account = Arc::new(Account::default());
    let mut server = server(&account);
    let scanner = Scanner::new(kind, &format!("http://{}", server.address()));
    let mut chance = fastrand::Rng::with_seed(u64::try_from(caller).expect("they are few"));
    let mut edge = Edge(1e-3);
    let long = "x".repeat(256 << 10);
    let scanned: Vec<_> = (0..runs)
        .map(|run| {
            let scan = match run % LARGE {
                0 => Scan::matching([Filter::alias([long.as_str()])]),
                _ => Scan::all(),
            };
            let deadline = edge.deadline(&mut chance);
            let scanned = scanner.once(&scan.with_incident(run.to_string()), |exchange| {
                exchange.within = Some(deadline);
            });
            edge.learn(&scanned);
            scanned
        })
        .collect();
    // After this, no more requests can arrive.
    drop(scanner);
    server.end();
    let mut ended = Ended::default();
    for (run, scanned) in scanned.iter().enumerate() {
        ended.enter(scanned, account.received(&run.to_string()));
    }
    ended
}

fn meet_all(kind: Kind, runs: usize) -> Ended {
    let share = |caller| runs / AT_A_TIME + usize::from(caller < runs % AT_A_TIME);
    let ended = thread::scope(|scope| {
        let callers: Vec<_> =
            (0..AT_A_TIME).map(|caller| scope.spawn(move || meet(kind, caller, share(caller)))).collect();
        let ended = callers.into_iter().map(|caller| caller.join().expect("a caller does not fail"));
        ended.fold(Ended::default(), Ended::and)
    });
    assert!(ended.wrong.is_empty(), "{kind:?}: {} wrong:\n{}", ended.wrong.len(), ended.wrong.join("\n"));
    assert!(ended.revoked >= 100 && ended.received >= 100, "{kind:?}: too much of one end: {ended:?}");
    ended
}

#[test]
fn what_was_revoked_by_a_deadline_is_never_received() {
    let ended = meet_all(Kind::Async, 20_000).and(meet_all(Kind::Blocking, 2_000));
    println!("figure: gate-deadlines = {}", ended.runs);
    println!("figure: gate-overlaps = {}", ended.overlaps);
    assert_eq!((ended.runs, ended.overlaps), (22_000, 0));
}
