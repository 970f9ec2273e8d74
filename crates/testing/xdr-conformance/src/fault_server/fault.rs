//! What goes wrong, and when.

use super::certificates::Identity;

/// Something that goes wrong in a conversation with a client.
#[derive(Debug, Clone)]
pub struct WireFault {
    /// What it is called in the table.
    pub name: &'static str,
    /// What is between the client and the HTTP of the server.
    pub channel: Channel,
    /// Requests of a connection that are answered well before it strikes.
    pub spared: usize,
    /// When it strikes.
    pub stage: Stage,
    /// What the server says then: raw bytes, which need not be HTTP.
    pub says: Vec<u8>,
    /// What it does after that.
    pub then: Then,
}

/// What is between the client and the HTTP of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Nothing.
    Plain,
    /// TLS, by a server that identifies itself so.
    Tls(Identity),
    /// A proxy that is asked to CONNECT, and TLS behind it.
    Proxied,
}

/// When it strikes, in the order of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Before anything is read.
    Accept,
    /// When the proxy has been asked to connect.
    Asked,
    /// When the proxy has answered that it is connected.
    Connected,
    /// When the first bytes of TLS have come.
    Hello,
    /// After a few bytes of the request's head.
    PartOfHead,
    /// After the request's head.
    Head,
    /// After a few bytes of the request's body.
    PartOfBody,
    /// After the whole request.
    Request,
}

/// What the server does after it has said what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Goes on with the next request.
    Keep,
    /// Closes its side in order, and listens on until the client has closed the other.
    Close,
    /// The same without the farewell of TLS: what a cut line looks like.
    Cut,
    /// Resets the connection.
    Reset,
    /// Says no more and listens until the client gives up.
    Hang,
    /// Says this again and again, slowly, until the client gives up.
    Drip(&'static [u8]),
    /// The same to a client that gives up when it has heard too much, whatever its limit on time is.
    Overflow(&'static [u8]),
}

impl WireFault {
    /// A fault of a plain conversation, which strikes after the whole request and then closes.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            channel: Channel::Plain,
            spared: 0,
            stage: Stage::Request,
            says: Vec::new(),
            then: Then::Close,
        }
    }
    /// A fault of a plain conversation: every request is answered so, in whole, and the connection is kept.
    pub fn answering(name: &'static str, answer: impl Into<Vec<u8>>) -> Self {
        Self { says: answer.into(), then: Then::Keep, ..Self::new(name) }
    }

    /// The same over TLS.
    #[must_use]
    pub fn over_tls(mut self, identity: Identity) -> Self {
        self.channel = Channel::Tls(identity);
        self
    }

    /// The same through a proxy.
    #[must_use]
    pub fn proxied(mut self) -> Self {
        self.channel = Channel::Proxied;
        self
    }

    /// The same after so many good answers on a connection.
    #[must_use]
    pub fn sparing(mut self, requests: usize) -> Self {
        self.spared = requests;
        self
    }

    /// The same at another stage.
    #[must_use]
    pub fn at(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }

    /// The same with these bytes said.
    #[must_use]
    pub fn saying(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.says = bytes.into();
        self
    }

    /// The same with another end.
    #[must_use]
    pub fn then(mut self, then: Then) -> Self {
        self.then = then;
        self
    }

    /// Whether only the client's own limit ends it.
    pub fn outlasts_the_client(&self) -> bool {
        matches!(self.then, Then::Hang | Then::Drip(_))
    }
}
