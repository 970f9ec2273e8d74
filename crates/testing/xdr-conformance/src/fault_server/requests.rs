//! Reads requests step by step, and counts the complete ones.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::fault::Stage;

/// A reader of the requests of one connection.
pub(crate) struct Requests {
    /// The received part of the head.
    head: Vec<u8>,
    /// The number of missing bytes of the body, once the head is complete.
    missing: Option<usize>,
    body: usize,
    posts: Arc<AtomicUsize>,
}

/// "A few bytes": enough for the beginning of a head or a body, and too few for all of it.
const FEW: usize = 7;

impl Requests {
    pub(crate) fn new(posts: Arc<AtomicUsize>) -> Self {
        Self { head: Vec::new(), missing: None, body: 0, posts }
    }

    /// Reads until the request has reached this stage. Returns `false` if the client ends it before.
    pub(crate) fn read_to(&mut self, stage: Stage, from: &mut impl Read) -> bool {
        while self.stage() < stage {
            if !matches!(self.step(from), Ok(1..)) {
                return false;
            }
        }
        true
    }

    /// Reads everything until the client closes its side or disconnects.
    pub(crate) fn drain(&mut self, from: &mut impl Read) {
        loop {
            if self.stage() == Stage::Request {
                self.forget();
            }
            if !matches!(self.step(from), Ok(1..)) {
                return;
            }
        }
    }

    /// Begins with the next request.
    pub(crate) fn forget(&mut self) {
        (self.head, self.missing, self.body) = (Vec::new(), None, 0);
    }

    fn stage(&self) -> Stage {
        match self.missing {
            Some(0) => Stage::Request,
            Some(_) if self.body >= FEW => Stage::PartOfBody,
            Some(_) => Stage::Head,
            None if self.head.len() >= FEW => Stage::PartOfHead,
            None => Stage::Accept,
        }
    }

    /// Reads single bytes until a few bytes of the body have arrived, so that bytes after the stage stay unread.
    fn step(&mut self, from: &mut impl Read) -> io::Result<usize> {
        let mut buffer = [0; 4096];
        let most = self.missing.filter(|_| self.body >= FEW).unwrap_or(1).clamp(1, buffer.len());
        let read = from.read(&mut buffer[..most])?;
        match &mut self.missing {
            Some(missing) => {
                *missing -= read;
                self.body += read;
            }
            None => {
                self.head.extend_from_slice(&buffer[..read]);
                self.missing = self.head.ends_with(b"\r\n\r\n").then(|| length(&self.head));
            }
        }
        if read > 0 && self.missing == Some(0) && self.head.starts_with(b"POST ") {
            self.posts.fetch_add(1, Ordering::SeqCst);
        }
        Ok(read)
    }
}

/// The length of the body that a head announces. Both clients always announce one.
pub(crate) fn length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let value = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    value.map_or(0, |value| value.trim().parse().expect("a client sends a good length"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_posts_are_counted() {
        let whole = "POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n{\"a\":123}";
        for (text, expected) in [
            (String::new(), 0),
            (whole[..whole.len() - 1].to_owned(), 0),
            (whole.to_owned(), 1),
            (format!("{whole}{whole}"), 2),
            (format!("{whole}POST"), 1),
            ("CONNECT a:1 HTTP/1.1\r\n\r\n".to_owned(), 0),
        ] {
            let posts = Arc::new(AtomicUsize::new(0));
            Requests::new(posts.clone()).drain(&mut text.as_bytes());
            assert_eq!(posts.load(Ordering::SeqCst), expected, "{text}");
        }
    }

    #[test]
    fn what_a_stage_does_not_want_stays_unread() {
        let text = "POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n{\"a\":123}";
        for (stage, left) in [
            (Stage::PartOfHead, text.len() - FEW),
            (Stage::Head, 9),
            (Stage::PartOfBody, 9 - FEW),
            (Stage::Request, 0),
        ] {
            let mut rest = text.as_bytes();
            assert!(Requests::new(Arc::default()).read_to(stage, &mut rest));
            assert_eq!(rest.len(), left, "{stage:?}");
        }
    }
}
