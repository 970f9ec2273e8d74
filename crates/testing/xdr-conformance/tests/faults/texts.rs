//! Both clients report the same fault with the same text.

use std::collections::BTreeMap;

use xdr_conformance::fault_server::WireFault;

use crate::case::CallResult;
use crate::expected::Ending;

/// How the call of one client ended, and the text of its error.
struct Told {
    ending: Ending,
    attempts: u32,
    text: String,
}

/// The texts of all clients for each fault and each operation.
#[derive(Default)]
pub(crate) struct Texts(BTreeMap<(&'static str, &'static str), Vec<Told>>);

impl Texts {
    pub(crate) fn enter(&mut self, fault: &WireFault, operation: &'static str, outcome: &CallResult) {
        let error = outcome.error.as_ref();
        let text = error.map(|error| timeless(&error.to_string())).unwrap_or_default();
        let attempts = error.and_then(|error| error.attempted()).map_or(0, |call| call.attempts);
        let told = Told { ending: outcome.ending, attempts, text };
        self.0.entry((fault.name, operation)).or_default().push(told);
    }

    /// The cases in which the clients report different texts.
    pub(crate) fn unequal(&self) -> Vec<String> {
        let unequal = |((fault, operation), told): (&(&str, &str), &Vec<Told>)| match &told[..] {
            [one, other] if one.agrees_with(other) || may_differ(fault) => None,
            told => {
                let texts: Vec<_> = told.iter().map(|told| &*told.text).collect();
                Some(format!("{fault} / {operation}:\n    {}", texts.join("\n    ")))
            }
        };
        self.0.iter().filter_map(unequal).collect()
    }
}

impl Told {
    /// Compares the texts of two calls that ended in the same way. If the speed of the machine decides how a call ends,
    /// the endings can differ, and the texts cannot be compared.
    fn agrees_with(&self, other: &Self) -> bool {
        (self.ending, self.attempts) != (other.ending, other.attempts) || self.text == other.text
    }
}

/// If another crate enables decompression in ureq, ureq decompresses every compressed body, and the client cannot turn
/// this off. The same body is then not UTF-8 for one client, and too large for the other.
fn may_differ(fault: &str) -> bool {
    env!("CARGO_PKG_NAME") != "xdr-conformance" && fault == "gzip bomb"
}

/// The text without clock times, which are long numbers.
fn timeless(text: &str) -> String {
    const SHORTEST: usize = 9;
    let numbers = text.split(|c: char| !c.is_ascii_digit());
    let times = numbers.filter(|number| number.len() >= SHORTEST);
    times.fold(text.to_owned(), |text, time| text.replace(time, "…"))
}

#[test]
fn only_times_of_the_clock_may_differ() {
    assert_eq!(timeless("at 1790000000, 3 attempts"), "at …, 3 attempts");
    let told = |ending, attempts, text: &str| Told { ending, attempts, text: text.to_owned() };
    let texts = |one, other| Texts(BTreeMap::from([(("a fault", "scan"), vec![one, other])]));
    let (done, not_sent) = (Ending::Done, Ending::NotSent);
    for (unequal, other) in [
        (0, told(not_sent, 1, "closed")),
        (1, told(not_sent, 1, "garbage")),
        (0, told(not_sent, 2, "garbage")),
        (0, told(done, 1, "")),
    ] {
        assert_eq!(texts(told(not_sent, 1, "closed"), other).unequal().len(), unequal);
    }
}
