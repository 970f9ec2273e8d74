//! The faults that a server plays.

use super::certificates::Identity;

/// A fault in a conversation with a client.
#[derive(Debug, Clone)]
pub struct WireFault {
    /// Its name in the table.
    pub name: &'static str,
    /// What is between the client and the HTTP of the server.
    pub channel: Channel,
    /// Number of requests of a connection that get a good answer before the fault.
    pub spared: usize,
    /// The stage at which the fault occurs.
    pub stage: Stage,
    /// The raw bytes that the server sends then. They need not be HTTP.
    pub says: Vec<u8>,
    /// What the server does after that.
    pub then: Then,
}

/// What is between the client and the HTTP of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Nothing.
    Plain,
    /// TLS, by a server with this identity.
    Tls(Identity),
    /// A CONNECT proxy, and TLS behind it.
    Proxied,
}

/// The stages at which a fault can occur, in the order of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Before anything is read.
    Accept,
    /// After the CONNECT request to the proxy.
    Asked,
    /// After the proxy has answered that it is connected.
    Connected,
    /// After the first bytes of TLS.
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

/// What the server does after it has sent its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Continues with the next request.
    Keep,
    /// Closes its side of the connection in an orderly way, and reads until the client has closed the other side.
    Close,
    /// The same without the `close_notify` of TLS, as after a lost connection.
    Cut,
    /// Resets the connection.
    Reset,
    /// Sends nothing more, and reads until the client gives up.
    Hang,
    /// Sends these bytes repeatedly and slowly, until the client gives up.
    Drip(&'static [u8]),
    /// The same, for a client that gives up because the answer is too large, whatever its time limit is.
    Overflow(&'static [u8]),
}

impl WireFault {
    /// A fault in a conversation without TLS. The server closes the connection after the whole request.
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
    /// A fault in a conversation without TLS. Every request gets this complete answer, and the connection is kept.
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

    /// The same after this many good answers on a connection.
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

    /// The same with these bytes as the answer.
    #[must_use]
    pub fn saying(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.says = bytes.into();
        self
    }

    /// The same with another end of the connection.
    #[must_use]
    pub fn then(mut self, then: Then) -> Self {
        self.then = then;
        self
    }

    /// Whether only a limit of the client ends the conversation.
    pub fn outlasts_the_client(&self) -> bool {
        matches!(self.then, Then::Hang | Then::Drip(_))
    }
}
