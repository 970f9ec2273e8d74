//! A script of the events in a conversation, one event per line.
//!
//! ```text
//! deadline 3600            the deadline of the flow in seconds; "deadline max" for the longest possible one
//! limit 600                seconds without a change after which a wait ends if only pending endpoints are left
//! pauses 2000 5000 60000   first, shortest and longest pause between polls, in milliseconds
//! chance 128               the source of the jitter, 0 to 255
//! pace 4                   requests per second
//! key advanced             the kind of key
//! use abort_scan           the called operation
//! scan {"filters":"all"}   the scan, new or already started
//! count 5                  the endpoint count in the answer that accepted the followed scan
//! known {"endpoints":[…    a saved report of the followed action, instead of `scan` and `count`
//! 200 {"reply":{}}         an answer with its body; "@1500 PENDING" is the status of this many endpoints
//! after 30                 the Retry-After of the next answer
//! late 90                  additional seconds in the next exchange or pause
//! no connect               a failure before the body was taken
//! maybe closed             a failure after the body was taken
//! cut 200 closed {"rep     an incomplete answer
//! again 20                 repeats the previous line this many times
//! stop 2                   the caller stops the flow, two events later
//! resume                   the caller stops the flow, saves its state, and continues with a new session
//! ```
//!
//! Unreadable lines are ignored, so every input is a script.

use std::time::Duration;

use serde_json::Value;

use xdr_model::bytes::Bytes;
use xdr_model::http::{HeaderValue, Response};
use xdr_model::{
    ActionReport, Scan,
    transport::{Sent, TransportError, TransportKind},
};

/// An event of one request, or of the flow.
#[derive(Debug, Clone)]
pub(crate) enum Happening {
    Answer { status: u16, after: Option<Vec<u8>>, body: Bytes },
    Cut { status: u16, after: Option<Vec<u8>>, kind: TransportKind, body: Bytes },
    Failed { sent: Sent, kind: TransportKind },
    Late(Duration),
    Stop(u64),
    Resume,
}

/// A script, and the settings of its flow.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) deadline: Duration,
    pub(crate) limit: Option<Duration>,
    pub(crate) pauses: Option<[Duration; 3]>,
    pub(crate) chance: u8,
    pub(crate) pace: u32,
    pub(crate) advanced: bool,
    pub(crate) operation: String,
    pub(crate) scan: Option<Scan>,
    pub(crate) count: Option<u64>,
    /// The report, and the document that it was read from.
    pub(crate) known: Option<(ActionReport, Value)>,
    pub(crate) happenings: Vec<Happening>,
}

/// The maximum number of events, so that a run is short.
const MOST: usize = 200;
/// The maximum number of endpoints for "@". Cancelling them takes two requests.
const MOST_ENDPOINTS: usize = 1100;
/// The longest delay, a month, so that the sum of all delays stays in the range of every clock.
const LATEST: u64 = 30 * 24 * 60 * 60;

impl Script {
    pub(crate) fn read(input: &[u8]) -> Self {
        let mut script = Self {
            deadline: Duration::from_secs(3600),
            limit: None,
            pauses: None,
            chance: 128,
            pace: 10,
            advanced: false,
            operation: String::new(),
            scan: None,
            count: None,
            known: None,
            happenings: Vec::new(),
        };
        let mut after = None;
        for line in input.split(|b| *b == b'\n') {
            let (word, rest) = split_word(line);
            if word == b"after" {
                after = Some(rest.to_vec());
            } else {
                script.line(&String::from_utf8_lossy(word), rest, &mut after);
            }
        }
        script.happenings.truncate(MOST);
        script
    }

    /// The parts of the script. Each part ends when the caller resumes the flow.
    pub(crate) fn parts(&self) -> Vec<Self> {
        let parts = self.happenings.split_inclusive(|happening| matches!(happening, Happening::Resume));
        let parts: Vec<_> = parts.map(|part| Self { happenings: part.to_vec(), ..self.clone() }).collect();
        if parts.is_empty() { vec![self.clone()] } else { parts }
    }

    fn line(&mut self, word: &str, rest: &[u8], after: &mut Option<Vec<u8>>) {
        let number = || number(rest);
        match word {
            "deadline" if rest == b"max" => self.deadline = Duration::MAX,
            "deadline" => self.deadline = Duration::from_secs(number().min(LATEST)),
            "limit" => self.limit = Some(Duration::from_secs(number().min(LATEST))),
            "pauses" => self.pauses = Some(pauses(rest)),
            "chance" => self.chance = u8::try_from(number()).unwrap_or(u8::MAX),
            "pace" => self.pace = u32::try_from(number()).unwrap_or(u32::MAX).min(50),
            "key" => self.advanced = rest == b"advanced",
            "use" => self.operation = String::from_utf8_lossy(rest).into(),
            "scan" => self.scan = serde_json::from_slice(rest).ok(),
            "count" => self.count = Some(number()),
            "known" => self.known = known(rest),
            "late" => self.happenings.push(Happening::Late(Duration::from_secs(number().min(LATEST)))),
            "stop" => self.happenings.push(Happening::Stop(number())),
            "resume" => self.happenings.push(Happening::Resume),
            "again" => self.again(number()),
            "no" => self.happenings.push(Happening::Failed { sent: Sent::No, kind: kind(rest) }),
            "maybe" => self.happenings.push(Happening::Failed { sent: Sent::Maybe, kind: kind(rest) }),
            "cut" => self.happenings.extend(cut(rest, after.take())),
            status => {
                if let Some(status) = status_of(status) {
                    self.happenings.push(Happening::Answer { status, after: after.take(), body: body(rest) });
                }
            }
        }
    }

    fn again(&mut self, times: u64) {
        let room = MOST.saturating_sub(self.happenings.len());
        if let Some(last) = self.happenings.last().cloned() {
            self.happenings
                .extend(std::iter::repeat_n(last, usize::try_from(times).unwrap_or(room).min(room)));
        }
    }
}

fn known(document: &[u8]) -> Option<(ActionReport, Value)> {
    Some((serde_json::from_slice(document).ok()?, serde_json::from_slice(document).ok()?))
}

fn cut(rest: &[u8], after: Option<Vec<u8>>) -> Option<Happening> {
    let (status, rest) = split_word(rest);
    let (word, rest) = split_word(rest);
    let status = status_of(&String::from_utf8_lossy(status))?;
    Some(Happening::Cut { status, after, kind: kind(word), body: body(rest) })
}

pub(crate) fn split_word(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line.iter().position(|b| *b == b' ').unwrap_or(line.len());
    (&line[..end], line.get(end + 1..).unwrap_or_default())
}

pub(crate) fn status_of(word: &str) -> Option<u16> {
    word.parse().ok().filter(|status| (100..1000).contains(status))
}

fn number(text: &[u8]) -> u64 {
    std::str::from_utf8(text).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

fn pauses(rest: &[u8]) -> [Duration; 3] {
    let mut numbers = rest.split(|b| *b == b' ').map(number);
    std::array::from_fn(|_| Duration::from_millis(numbers.next().unwrap_or(0)))
}

pub(crate) fn kind(word: &[u8]) -> TransportKind {
    use TransportKind as Kind;
    match word {
        b"resolve" => Kind::Resolve,
        b"connect" => Kind::Connect,
        b"proxy" => Kind::Proxy,
        b"tls" => Kind::Tls,
        b"certificate" => Kind::Certificate,
        b"timeout" => Kind::Timeout,
        b"garbage" => Kind::Garbage,
        b"toolarge" => Kind::TooLarge,
        b"deadline" => Kind::Deadline,
        b"stopped" => Kind::Stopped,
        _ => Kind::Closed,
    }
}

/// The body without changes, or the status of many endpoints.
fn body(rest: &[u8]) -> Bytes {
    let Some(many) = rest.strip_prefix(b"@") else { return Bytes::copy_from_slice(rest) };
    let (count, word) = split_word(many);
    let count = usize::try_from(number(count)).unwrap_or(MOST_ENDPOINTS).min(MOST_ENDPOINTS);
    let word = serde_json::Value::from(String::from_utf8_lossy(word)).to_string();
    let entries: Vec<String> = (0..count).map(|i| format!(r#""e{i}":{word}"#)).collect();
    format!(r#"{{"reply":{{"data":{{{}}}}}}}"#, entries.join(",")).into()
}

/// The result that a transport returns.
pub(crate) type Received = Result<Response<Bytes>, TransportError>;

impl Happening {
    /// The result that the flow receives. `None` for an event that does not end an exchange.
    pub(crate) fn received(&self) -> Option<Received> {
        Some(match self {
            Self::Answer { status, after, body } => Ok(response(*status, after.as_deref(), body)),
            Self::Cut { status, after, kind, body } => {
                let (head, body) = response(*status, after.as_deref(), body).into_parts();
                Err(TransportError::new(Sent::Maybe, *kind).after_head(head, body))
            }
            Self::Failed { sent, kind } => {
                Err(TransportError::new(*sent, *kind).with_source("the library's own words"))
            }
            Self::Late(_) | Self::Stop(_) | Self::Resume => return None,
        })
    }
}

fn response(status: u16, after: Option<&[u8]>, body: &Bytes) -> Response<Bytes> {
    let mut response = Response::new(body.clone());
    *response.status_mut() = status.try_into().expect("checked when it was read");
    if let Some(after) = after.and_then(|after| HeaderValue::from_bytes(after).ok()) {
        response.headers_mut().insert("retry-after", after);
    }
    response
}
