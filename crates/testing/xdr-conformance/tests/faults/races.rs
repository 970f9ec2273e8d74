//! A server closes an idle connection at about the moment at which the next request is written.

use std::cell::Cell;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use xdr_conformance::Kind;
use xdr_conformance::fault_server::{Account, Closes, Closing, spin};
use xdr_model::{Error, Replay, Scan, transport::Exchange};

use crate::attempt::{Scanned, Scanner};
use crate::case::KINDS;

/// Of each client.
const RACES: usize = 10_000;
const AT_A_TIME: usize = 4;
/// One race in so many is not left to chance: the connection is closed when the next request has begun to come.
const CERTAIN: usize = 20;

/// How long a scan on a pooled connection may take. Now and then the async client's library loses one without a word
/// when its connection ends; the client then says, truly, that it was not sent.
const STUCK: Duration = Duration::from_secs(2);

/// Which connections a scan is sent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Connections {
    /// Its own, as both clients are made.
    Own,
    /// Those of reads, which are pooled: what would come of it.
    Pooled,
}

/// How the races of one client ended.
#[derive(Debug, Default, Clone, Copy)]
struct Ended {
    races: usize,
    /// Scans that came more than once.
    duplicates: usize,
    /// Scans that came although the client says that they were not sent.
    overlaps: usize,
    /// Scans that did not end well, or not at the first attempt.
    errors: usize,
    unknown: usize,
    /// Requests on a connection that had been used before.
    reused: usize,
}

impl Ended {
    fn and(self, other: Self) -> Self {
        Self {
            races: self.races + other.races,
            duplicates: self.duplicates + other.duplicates,
            overlaps: self.overlaps + other.overlaps,
            errors: self.errors + other.errors,
            unknown: self.unknown + other.unknown,
            reused: self.reused + other.reused,
        }
    }

    /// Enters the end of a scan that came so often.
    fn enter(&mut self, scanned: &Scanned, attempts: usize, received: usize) {
        self.duplicates += usize::from(received > 1);
        self.overlaps += usize::from(received > 0 && matches!(scanned, Err(Error::NotSent(_))));
        self.errors += usize::from(scanned.is_err() || attempts > 1);
        self.unknown += usize::from(matches!(scanned, Err(Error::OutcomeUnknown(_))));
        assert!(scanned.is_err() || received > 0, "nobody has received it, and it was answered: {scanned:?}");
    }
}

/// By how much the server shall be later than the client for the two to meet, in microseconds. It is learnt: it depends
/// on the machine and on what else runs there.
struct Lead(f64);

/// How far to both sides of it chance reaches.
const AROUND: f64 = 60.0;
const MOST_LEAD: f64 = 3000.0;

impl Lead {
    fn random(&self, chance: &mut fastrand::Rng) -> f64 {
        self.0 + AROUND * (2.0 * chance.f64() - 1.0)
    }

    /// The server was too late when the request was answered on the connection that it was about to close, and too early
    /// when the client took another one.
    fn learn(&mut self, scanned: &Scanned, reused: bool) {
        let step = match scanned {
            Ok(_) if reused => -5.0,
            Ok(_) => 5.0,
            Err(_) => 0.0,
        };
        self.0 = (self.0 + step).clamp(-MOST_LEAD, MOST_LEAD);
    }
}

fn micros(micros: f64) -> Duration {
    Duration::from_secs_f64(micros.max(0.0) / 1e6)
}

/// One caller's races.
struct Racing<'a> {
    server: &'a Closing,
    scanner: &'a Scanner,
    connections: Connections,
    chance: fastrand::Rng,
    lead: Lead,
}

impl Racing<'_> {
    /// Sends a scan while the connection before it is closed; whether there was one.
    fn scan(&mut self, scan: &Scan, certain: bool) -> (Scanned, usize, bool) {
        let closes = match (certain, self.chance.bool()) {
            (true, _) => Closes::WhenUsed,
            (false, true) => Closes::Orderly,
            (false, false) => Closes::Abruptly,
        };
        let (lead, before, raced) =
            (self.lead.random(&mut self.chance), self.server.reused(), Cell::new(false));
        let (scanned, attempts) = self.scanner.again(scan, |exchange: &mut Exchange| {
            if self.connections == Connections::Pooled {
                (exchange.replay, exchange.within) = (Replay::Safe, Some(STUCK));
            }
            raced.set(self.server.close(closes, micros(lead)) || raced.get());
            spin(micros(-lead));
        });
        if !certain {
            self.lead.learn(&scanned, self.server.reused() > before);
        }
        (scanned, attempts, raced.get())
    }
}

fn race(kind: Kind, connections: Connections, caller: usize) -> Ended {
    let account = Arc::new(Account::default());
    let mut server = Closing::start(account.clone()).expect("a port is free");
    let scanner = Scanner::new(kind, &server.url());
    let chance = fastrand::Rng::with_seed(u64::try_from(caller).expect("they are few"));
    let mut racing = Racing { server: &server, scanner: &scanner, connections, chance, lead: Lead(0.0) };
    let (mut ended, mut scans) = (Ended::default(), Vec::new());
    while ended.races < RACES / AT_A_TIME {
        let scan = Scan::all().with_incident(scans.len().to_string());
        let (scanned, attempts, raced) = racing.scan(&scan, ended.races % CERTAIN == 0);
        ended.races += usize::from(raced);
        scans.push((scanned, attempts));
    }
    // What is still under way arrives now or never.
    drop(scanner);
    server.end();
    for (scan, (scanned, attempts)) in scans.iter().enumerate() {
        ended.enter(scanned, *attempts, account.received(&scan.to_string()));
    }
    Ended { reused: server.reused(), ..ended }
}

fn race_all(connections: Connections) -> Ended {
    KINDS.into_iter().fold(Ended::default(), |all, kind| {
        let ended = thread::scope(|scope| {
            let callers = (0..AT_A_TIME).map(|caller| scope.spawn(move || race(kind, connections, caller)));
            let callers: Vec<_> = callers.collect();
            let ended = callers.into_iter().map(|caller| caller.join().expect("a caller does not fail"));
            ended.fold(Ended::default(), Ended::and)
        });
        if connections == Connections::Pooled {
            assert!(ended.reused >= RACES / 100 && ended.unknown >= RACES / 100, "no race: {ended:?}");
        }
        all.and(ended)
    })
}

#[test]
fn no_action_is_sent_twice_even_where_its_connection_is_closed_while_it_is_written() {
    let pooled = race_all(Connections::Pooled);
    println!("figure: races = {}", pooled.races);
    println!("figure: race-duplicates = {}", pooled.duplicates);
    assert_eq!((pooled.races, pooled.duplicates, pooled.overlaps), (2 * RACES, 0, 0));
}

#[test]
fn an_action_as_shipped_meets_no_such_race_at_all() {
    let own = race_all(Connections::Own);
    println!("figure: race-action-errors = {}", own.errors);
    assert_eq!((own.races, own.duplicates, own.overlaps), (2 * RACES, 0, 0));
    assert_eq!((own.errors, own.reused), (0, 0));
}
