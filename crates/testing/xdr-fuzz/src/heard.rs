//! The oracle for reports. It reads the replies of a tenant about an action with its own code, and decides when a wait
//! ends.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use serde_json::Value;
use serde_json::value::RawValue;
use xdr_model::{ActionReport, EndpointState, Scan};

use crate::drive::Sending;
use crate::plain::assert_plain;
use crate::raw::{Entries, entries};
use crate::script::Happening;

/// The status words in order of precedence for a repeated endpoint, the highest first. A missing word and an unknown
/// word take precedence over all of these.
const ORDER: [&str; 11] = [
    "PENDING",
    "IN_PROGRESS",
    "PENDING_ABORT",
    "FAILED",
    "TIMEOUT",
    "EXPIRED",
    "ABORTED",
    "CANCELLED",
    "COMPLETED_PARTIAL",
    "COMPLETED_SUCCESSFULLY_WITH_EXCEPTIONS",
    "COMPLETED_SUCCESSFULLY",
];

/// The time after the last change at which a wait ends, although endpoints are missing.
const GAP: Duration = Duration::from_secs(600);

/// A status word; `None` for null.
type Word = Option<String>;

/// The maximum bytes of an id and of an unknown word.
const LONGEST_ID: usize = 1024;
const LONGEST_WORD: usize = 256;

/// A word of the tenant. A known word is read without regard to case. An unknown word does not change, unless it is too
/// long.
fn word(text: String) -> String {
    match text.to_ascii_uppercase() {
        _ if text.len() > LONGEST_WORD => "…".to_owned(),
        known if known == "CANCELED" => "CANCELLED".to_owned(),
        known if ORDER.contains(&&*known) => known,
        _ => text,
    }
}

/// The rank of a word. Known words start at 2.
fn rank(word: &Word) -> usize {
    match word {
        None => 0,
        Some(word) => ORDER.iter().position(|known| known == word).map_or(1, |place| 2 + place),
    }
}

/// The endpoints of a reply that have not settled.
fn unsettled(reply: &BTreeMap<String, Word>) -> impl Iterator<Item = (&String, &Word)> {
    reply.iter().filter(|(_, word)| rank(word) < 5)
}

/// An endpoint, with the word of the last reply that named it.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    /// `None` if only a reason ever named it.
    word: Option<Word>,
    /// The number of that reply, from 1.
    reply: usize,
}

impl Endpoint {
    fn name(&mut self, word: Word, reply: usize) {
        let repeated = self.word.take().filter(|_| self.reply == reply);
        self.word = Some(repeated.filter(|known| rank(known) <= rank(&word)).unwrap_or(word));
        self.reply = reply;
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.word.as_ref().is_some_and(|word| rank(word) >= 5)
    }

    fn is_unknown(&self) -> bool {
        self.word.as_ref().is_some_and(|word| rank(word) == 1)
    }

    fn is_successful(&self) -> bool {
        self.word.as_ref().is_some_and(|word| rank(word) >= 11)
    }
}

/// Everything that the replies say about an action.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Every named endpoint, in the order of the first reply that named it.
    endpoints: Vec<Endpoint>,
    places: HashMap<String, usize>,
    /// The number of replies that name endpoints, and the content of the last one.
    replies: usize,
    last: BTreeMap<String, Word>,
    /// The time before the last reply without a change that affects the end.
    unchanged: Duration,
    /// Whether the last two replies are equal.
    is_repeated: bool,
    pub(crate) asked: Asked,
}

impl Heard {
    pub(crate) fn of(asked: Asked) -> Self {
        Self { asked, ..Self::default() }
    }

    /// The content of a saved report.
    pub(crate) fn saved(document: &Value) -> Self {
        let count = integer(&document["endpoints_count"]);
        let mut heard = Self::of(Asked::by(&document["filters"], count));
        heard.unchanged = Duration::from_millis(integer(&document["unchanged_ms"]).unwrap_or(0));
        heard.is_repeated = document["repeated"] == true;
        // A repeated endpoint is omitted only if every entry says so.
        heard.replies = 1;
        for endpoint in document["endpoints"].as_array().into_iter().flatten() {
            let id = endpoint["endpoint_id"].as_str().expect("it is text");
            let is_named = usize::from(endpoint["omitted"] != true);
            let known = heard.endpoint(id.to_owned());
            let reply = known.reply;
            known.name(endpoint["status"].as_str().map(|status| word(status.to_owned())), reply);
            known.reply |= is_named;
        }
        heard.last = heard.last_reply();
        heard
    }

    /// Adds the replies to the polls of one flow, which continues from the saved state. Returns whether the wait is
    /// over after them.
    pub(crate) fn hear(&mut self, sends: &[Sending], pending_limit: Option<Duration>) -> bool {
        let (acting, polls): (Vec<_>, Vec<_>) = sends.iter().partition(|sending| sending.acts);
        // An action is followed once it was accepted.
        let mut since = acting.last().map_or(Duration::ZERO, |sending| sending.answered);
        // A report saves whole milliseconds, up to the largest integer that many languages can read.
        let saved = self.unchanged.as_millis().min((1 << 53) - 1);
        self.unchanged = Duration::from_millis(u64::try_from(saved).expect("it is less"));
        let (mut before, mut is_over) = (self.unchanged, false);
        for sending in polls {
            assert!(!is_over, "a request after the end");
            if let Some(Happening::Answer { status: 200..300, body, .. }) = &sending.happened
                && let Some((named, explained)) = read(body)
                && !named.is_empty()
            {
                if self.reply(named, explained) {
                    (since, before) = (sending.answered, Duration::ZERO);
                }
                self.unchanged = before + (sending.answered - since);
                is_over = self.is_over(pending_limit);
            }
        }
        is_over
    }

    /// Adds a reply. Returns whether it has a change that affects the end: an endpoint is new, or an unsettled endpoint
    /// appears, disappears or changes.
    fn reply(&mut self, named: Vec<(String, Word)>, explained: Vec<String>) -> bool {
        let known = self.endpoints.len();
        self.replies += 1;
        let mut has_come = false;
        for (id, word) in named {
            let number = self.replies;
            let endpoint = self.endpoint(id);
            has_come |= endpoint.reply + 1 < number && !endpoint.is_settled();
            endpoint.name(word, number);
        }
        explained.into_iter().for_each(|id| _ = self.endpoint(id));
        let last = self.last_reply();
        let before = std::mem::replace(&mut self.last, last);
        self.is_repeated = self.last == before;
        has_come || self.endpoints.len() > known || !unsettled(&self.last).eq(unsettled(&before))
    }

    /// The endpoints of the last reply, with their words.
    fn last_reply(&self) -> BTreeMap<String, Word> {
        let last = self.endpoints.iter().filter(|endpoint| self.names(endpoint));
        last.filter_map(|endpoint| Some((endpoint.id.clone(), endpoint.word.clone()?))).collect()
    }

    /// Returns whether the wait ends, according to the documented table.
    fn is_over(&self, pending_limit: Option<Duration>) -> bool {
        if unsettled(&self.last).next().is_none() {
            return (self.is_complete() && self.vanished().count() == 0) || self.unchanged >= GAP;
        }
        let is_pending = unsettled(&self.last).all(|(_, word)| word.as_deref() == Some("PENDING"));
        is_pending && pending_limit.is_some_and(|limit| self.unchanged >= limit)
    }

    /// Whether all endpoints have been named, as far as this is known.
    fn is_complete(&self) -> bool {
        match self.asked.count {
            Some(count @ 1..) => self.endpoints.len() as u64 >= count,
            _ => self.is_repeated && unsettled(&self.last).next().is_none(),
        }
    }

    /// The endpoints that had not settled and are not in the last reply.
    fn vanished(&self) -> impl Iterator<Item = &Endpoint> {
        self.endpoints.iter().filter(|endpoint| !endpoint.is_settled() && !self.names(endpoint))
    }

    /// Whether the last reply names an endpoint.
    fn names(&self, endpoint: &Endpoint) -> bool {
        endpoint.word.is_some() && endpoint.reply == self.replies
    }

    fn endpoint(&mut self, id: String) -> &mut Endpoint {
        let place = *self.places.entry(id.clone()).or_insert(self.endpoints.len());
        if place == self.endpoints.len() {
            self.endpoints.push(Endpoint { id, word: None, reply: 0 });
        }
        &mut self.endpoints[place]
    }

    pub(crate) fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// Whether an endpoint was named.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.places.contains_key(id)
    }

    /// The endpoints that were named with a status, not only with a reason.
    pub(crate) fn with_status(&self) -> impl Iterator<Item = &Endpoint> {
        self.endpoints.iter().filter(|endpoint| endpoint.word.is_some())
    }

    /// Whether an endpoint was named with a status.
    pub(crate) fn has_status(&self, id: &str) -> bool {
        self.places.get(id).is_some_and(|place| self.endpoints[*place].word.is_some())
    }

    /// Checks that a report has exactly the content of the replies.
    pub(crate) fn check(&self, report: &ActionReport) {
        let reported: Vec<_> = report.endpoints().collect();
        let ids: Vec<_> = reported.iter().map(|endpoint| endpoint.id.as_str()).collect();
        assert_eq!(ids, self.endpoints.iter().map(|endpoint| &*endpoint.id).collect::<Vec<_>>());
        for (reported, heard) in reported.iter().zip(&self.endpoints) {
            let (status, is_right) = match &reported.state {
                EndpointState::Settled(status) => (status, heard.is_settled()),
                EndpointState::Unsettled(status) => (status, !heard.is_settled() && self.names(heard)),
                EndpointState::Vanished(status) => (status, !heard.is_settled() && !self.names(heard)),
                other => panic!("{other:?} was named"),
            };
            let word = serde_json::to_value(status).expect("a status can be written");
            // The report removes secrets from unknown words.
            let is_redacted = word.as_str().is_some_and(|word| word.contains("[REDACTED]"));
            let is_word =
                word == Value::from(heard.word.clone().flatten()) || is_redacted && heard.is_unknown();
            assert!(is_right && is_word, "{reported:?} {heard:?}");
            assert_eq!(reported.state.is_success(), heard.is_successful(), "{heard:?}");
        }
        let count = reported.len() as u64;
        assert_eq!((report.counts().total(), report.named()), (count, count));
        assert_eq!(report.expected(), self.asked.count.unwrap_or(0).max(count));
        assert_eq!(report.never_named(), report.expected() - count);
        assert_eq!(report.vanished().count(), self.vanished().count());
        assert_eq!(report.unsettled().count(), unsettled(&self.last).count());
        assert_eq!(report.unchanged(), self.unchanged, "{report:?}");
        let are_successful = self.endpoints.iter().all(Endpoint::is_successful);
        let missing: BTreeSet<_> = report.missing().map(|endpoint| endpoint.id.as_str().to_owned()).collect();
        let unnamed = self.asked.ids.iter().filter(|id| count > 0 && !self.has(id));
        assert_eq!(missing, unnamed.cloned().collect());
        assert_eq!(report.is_complete(), self.is_complete(), "{report:?}");
        let has_gap = self.asked.has_gap(count, self.is_complete(), !missing.is_empty());
        if let Some(coverage) = report.coverage() {
            assert_eq!(
                (coverage.proves_gap(), coverage.taken()),
                (has_gap, self.asked.count),
                "{coverage:?}"
            );
            assert_plain(&coverage.to_string());
        }
        let is_success = count > 0 && are_successful && self.is_complete() && !has_gap;
        assert_eq!(report.is_success(), is_success, "{report:?} of {:?}", self.asked);
        let written = serde_json::to_value(report).expect("a report can be written");
        let is_repeated = written["repeated"] == true;
        assert_eq!((is_repeated, &written["is_success"]), (self.is_repeated, &Value::from(is_success)));
    }
}

/// The number of endpoints that the tenant accepted, and the ids and hosts that the scan named.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) count: Option<u64>,
    ids: BTreeSet<String>,
    hosts: BTreeSet<String>,
}

impl Asked {
    pub(crate) fn of(scan: Option<&Scan>, count: Option<u64>) -> Self {
        let scan = serde_json::to_value(scan).expect("a scan can be written");
        Self::by(&scan["filters"], count)
    }

    /// From the filters of a document. A count that many languages cannot read is ignored.
    pub(crate) fn by(filters: &Value, count: Option<u64>) -> Self {
        let mut asked = Self { count: count.filter(|count| *count < 1 << 53), ..Self::default() };
        for filter in filters.as_array().into_iter().flatten() {
            let texts = filter["value"].as_array().into_iter().flatten().filter_map(Value::as_str);
            match filter["field"].as_str() {
                Some("endpoint_id_list") => asked.ids.extend(texts.map(str::to_owned)),
                Some("hostname") => asked.hosts.extend(texts.map(str::to_lowercase)),
                _ => {}
            }
        }
        asked
    }

    /// Whether the tenant certainly did not accept everything that the scan named. `named` is the number of endpoints
    /// that the tenant has named.
    pub(crate) fn has_gap(&self, named: u64, is_complete: bool, is_missing: bool) -> bool {
        let (ids, hosts) = (self.ids.len() as u64, self.hosts.len() as u64);
        match self.count {
            // The named endpoints show which ids were accepted.
            Some(taken) => taken < hosts || if is_complete { is_missing } else { taken < ids },
            None => is_complete && (named < hosts || is_missing),
        }
    }
}

/// An integer as JSON Schema defines it.
pub(crate) fn integer(value: &Value) -> Option<u64> {
    value.as_u64().or(value.as_f64().map(|float| float as u64))
}

/// The endpoints of a status reply with their words, and the endpoints with a reason.
type Status = (Vec<(String, Word)>, Vec<String>);

/// Reads a status reply. `None` if the body is no status reply.
fn read(body: &[u8]) -> Option<Status> {
    let body: &RawValue = serde_json::from_slice(body).ok()?;
    let body = entries(body.get())?;
    // Every repeated value must be valid. The last one counts.
    let replies: Vec<_> = of(&body, "reply").map(entries).collect::<Option<_>>()?;
    let mut statuses: Vec<Vec<_>> = Vec::new();
    for reply in &replies {
        if reply.iter().any(|(key, _)| key != "errorReasons") && of(reply, "data").next().is_none() {
            return None;
        }
        statuses.push(of(reply, "data").map(statuses_of).collect::<Option<_>>()?);
    }
    let (reply, mut statuses) = (replies.last()?, statuses.pop()?);
    if is_error(&body) || is_error(reply) {
        return None;
    }
    let reasons: Vec<_> = replies.iter().map(|reply| reasons_of(reply)).collect::<Option<_>>()?;
    Some((statuses.pop().unwrap_or_default(), reasons.into_iter().next_back()?))
}

/// The endpoints with a reason. The last `errorReasons` count. `None` if an id is too long.
fn reasons_of(reply: &Entries<'_>) -> Option<Vec<String>> {
    let reasons: Vec<_> = of(reply, "errorReasons").map(|raw| entries(raw).unwrap_or_default()).collect();
    if reasons.iter().flatten().any(|(id, _)| id.len() > LONGEST_ID) {
        return None;
    }
    let last = reasons.into_iter().next_back().unwrap_or_default();
    Some(last.into_iter().filter(|(_, reason)| reason.get() != "null").map(|(id, _)| id).collect())
}

fn of<'t>(entries: &Entries<'t>, key: &str) -> impl Iterator<Item = &'t str> {
    entries.iter().filter(move |(known, _)| known == key).map(|(_, raw)| raw.get())
}

fn statuses_of(data: &str) -> Option<Vec<(String, Word)>> {
    if data == "null" {
        return Some(Vec::new());
    }
    let read = |raw: &RawValue| serde_json::from_str(raw.get()).ok().map(|text: Word| text.map(word));
    let is_id = |id: &String| id.len() <= LONGEST_ID;
    entries(data)?.into_iter().map(|(id, raw)| Some((Some(id).filter(is_id)?, read(raw)?))).collect()
}

fn is_error(object: &Entries<'_>) -> bool {
    let says = |raw: &str| !matches!(raw, "null" | "0" | r#""""#);
    of(object, "err_code").chain(of(object, "err_msg")).any(says)
}
