//! Counts the received requests, by the incident that each of them names.

use std::collections::HashMap;
use std::io::Read;
use std::sync::{Mutex, PoisonError};

/// Counts how often each request was received completely. A caller distinguishes its requests by the incident. The
/// incident is the last part of a body, so a request with a known incident was sent completely.
#[derive(Debug, Default)]
pub struct Account(Mutex<HashMap<String, usize>>);

impl Account {
    /// How often a request with this incident was received completely.
    pub fn received(&self, incident: &str) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(incident).copied().unwrap_or(0)
    }

    /// Reads and counts one request. Returns `false` if the client ends it early.
    pub fn read(&self, inbox: &mut Inbox, from: &mut impl Read) -> bool {
        let Some(body) = inbox.request(from) else { return false };
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *entries.entry(incident(&body)).or_default() += 1;
        true
    }

    /// Reads and counts all further requests until the client closes its side or disconnects.
    pub fn drain(&self, inbox: &mut Inbox, from: &mut impl Read) {
        while self.read(inbox, from) {}
    }
}

/// The received part of the next request of a connection.
#[derive(Debug, Default)]
pub struct Inbox(Vec<u8>);

impl Inbox {
    /// Whether nothing has been received since the last complete request.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The body of the next request.
    fn request(&mut self, from: &mut impl Read) -> Option<Vec<u8>> {
        let mut buffer = [0; 16 << 10];
        loop {
            if let Some((start, end)) = body(&self.0).filter(|(_, end)| *end <= self.0.len()) {
                let body = self.0[start..end].to_vec();
                self.0.drain(..end);
                return Some(body);
            }
            match from.read(&mut buffer) {
                Ok(read @ 1..) => self.0.extend_from_slice(&buffer[..read]),
                _ => return None,
            }
        }
    }
}

/// The start and the end of the body, once the head is complete.
fn body(request: &[u8]) -> Option<(usize, usize)> {
    let start = request.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    Some((start, start + super::requests::length(&request[..start])))
}

fn incident(body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    let value = body.rsplit_once(r#""incident_id":""#).map(|(_, value)| value);
    value.and_then(|value| value.split_once('"')).map(|(id, _)| id.to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Account, Inbox};

    #[test]
    fn a_request_counts_when_its_last_byte_has_come() {
        let body = r#"{"request_data":{"filters":"all","incident_id":"7"}}"#;
        let whole = format!("POST / HTTP/1.1\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        for (text, expected) in [
            (String::new(), 0),
            (whole[..whole.len() - 1].to_owned(), 0),
            (whole.clone(), 1),
            (format!("{whole}{whole}POST"), 2),
        ] {
            let account = Account::default();
            account.drain(&mut Inbox::default(), &mut text.as_bytes());
            assert_eq!(account.received("7"), expected, "{text}");
        }
    }
}
