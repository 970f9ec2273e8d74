//! A server closes an idle connection at about the time at which the client writes the next request.

use std::cell::Cell;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use xdr_conformance::Kind;
use xdr_conformance::fault_server::{Account, Closes, Closing, spin};
use xdr_model::{Error, Replay, Scan, transport::Exchange};

use crate::attempt::{Scanned, Scanner};
use crate::case::KINDS;

/// The number of races of each client.
const RACES: usize = 10_000;
const AT_A_TIME: usize = 4;
/// One in this many races does not depend on chance: the server closes the connection after the beginning of the next
/// request has arrived.
const CERTAIN: usize = 20;

/// The time limit of a scan on a pooled connection. Sometimes reqwest silently loses a request when its connection
/// ends. The client then reports correctly that the request was not sent.
const STUCK: Duration = Duration::from_secs(2);

/// The connections for scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Connections {
    /// A separate connection for each scan, as in both clients.
    Own,
    /// The pooled connections of reads, to show what would happen.
    Pooled,
}

/// The results of the races of one client.
#[derive(Debug, Default, Clone, Copy)]
struct Ended {
    races: usize,
    /// Scans that the server received more than once.
    duplicates: usize,
    /// Scans that the server received, although the client says that they were not sent.
    overlaps: usize,
    /// Scans that failed, or needed more than one attempt.
    errors: usize,
    unknown: usize,
    /// Requests on a reused connection.
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

    /// Counts the result of a scan that the server received `received` times.
    fn enter(&mut self, scanned: &Scanned, attempts: usize, received: usize) {
        self.duplicates += usize::from(received > 1);
        self.overlaps += usize::from(received > 0 && matches!(scanned, Err(Error::NotSent(_))));
        self.errors += usize::from(scanned.is_err() || attempts > 1);
        self.unknown += usize::from(matches!(scanned, Err(Error::OutcomeUnknown(_))));
        assert!(scanned.is_err() || received > 0, "nobody has received it, and it was answered: {scanned:?}");
    }
}

/// How long the server must wait, in microseconds, to close the connection while the client writes. The value is
/// learnt, because it depends on the machine and its load.
struct Lead(f64);

/// The maximum random deviation from the lead.
const AROUND: f64 = 60.0;
const MOST_LEAD: f64 = 3000.0;

impl Lead {
    fn random(&self, chance: &mut fastrand::Rng) -> f64 {
        self.0 + AROUND * (2.0 * chance.f64() - 1.0)
    }

    /// Adapts the lead. The server was too late if it answered the request on the connection that it was about to
    /// close. It was too early if the client used another connection.
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

/// The races of one caller.
struct Racing<'a> {
    server: &'a Closing,
    scanner: &'a Scanner,
    connections: Connections,
    chance: fastrand::Rng,
    lead: Lead,
}

impl Racing<'_> {
    /// Sends a scan while the server closes the previous connection. Also returns whether there was such a connection.
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
    // After this, no more requests can arrive.
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
