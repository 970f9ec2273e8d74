//! Sends requests: the connections and the limits of a client.

use std::io::Read;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ureq::{Agent, SendBody};
use xdr_model::bytes::{Buf, Bytes};
use xdr_model::http::Response;
use xdr_model::{
    Error, Replay, Settings, Stop, Tenant,
    transport::{Exchange, Gate, Sent, TransportError, TransportKind},
};
use xdr_transport::{proxy, tls, unusable_proxy};

use crate::body::GatedBody;
use crate::connector::{NoLookUp, connector};
use crate::failure::failure;
use crate::names::Names;

/// Sends requests and waits. Clones share their connections.
#[derive(Clone)]
pub(crate) struct Transport {
    /// For operations that must not be carried out twice. It never reuses a connection: if a reused connection is
    /// closed while a request is being written, nobody knows whether the request was carried out.
    acting: Agent,
    reading: Agent,
    total_timeout: Duration,
    most_body: u64,
    proxied: bool,
    stop: Option<Stop>,
}

impl Transport {
    pub(crate) fn new(tenant: &Tenant, settings: &Settings) -> Result<Self, Error> {
        settings.validate(tenant)?;
        let (names, tls) = (Arc::new(Names::default()), tls(tenant, settings)?);
        let proxy = proxy(settings, tenant)?.map(|url| ureq::Proxy::new(&url));
        let proxy = proxy.transpose().map_err(|_| unusable_proxy())?;
        let agent = |most_idle| {
            let config = Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .https_only(tenant.is_https())
                .proxy(proxy.clone())
                .max_idle_connections_per_host(most_idle)
                .user_agent(&settings.user_agent)
                .timeout_connect(Some(settings.connect_timeout))
                .timeout_recv_response(Some(settings.head_timeout))
                .timeout_global(Some(settings.total_timeout));
            Agent::with_parts(config.build(), connector(Arc::clone(&names), Arc::clone(&tls)), NoLookUp)
        };
        Ok(Self {
            acting: agent(0),
            reading: agent(10),
            total_timeout: settings.total_timeout,
            most_body: settings.most_body,
            proxied: proxy.is_some(),
            stop: None,
        })
    }

    /// Returns a clone that `stop` ends.
    pub(crate) fn until(&self, stop: &Stop) -> Self {
        Self { stop: Some(stop.clone()), ..self.clone() }
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(Stop::is_stopped)
    }

    /// Sleeps. A stop ends the sleep early.
    pub(crate) fn sleep(&self, pause: Duration) {
        let began = Instant::now();
        while let Some(nap) = Stop::nap(self.stop.as_ref(), pause.saturating_sub(began.elapsed())) {
            thread::sleep(nap);
        }
    }

    /// Sends a request once.
    pub(crate) fn exchange(&self, exchange: Exchange) -> Result<Response<Bytes>, TransportError> {
        let agent = match exchange.replay {
            Replay::Unsafe => &self.acting,
            Replay::Safe => &self.reading,
        };
        let gate = Gate::new();
        let (taken, stop) = (gate.clone(), self.stop.clone());
        let body = |body: Bytes| GatedBody { gate: taken, stop, rest: body.reader() };
        let request = exchange.request.map(body).map(SendBody::from_owned_reader);
        let answer = match exchange.within.filter(|within| *within < self.total_timeout) {
            None => agent.run(request),
            Some(within) => agent.run(agent.configure_request(request).timeout_global(Some(within)).build()),
        };
        let failed = |e| failure(gate.revoke(), e).explained(self.proxied, self.is_stopped());
        let (head, body) = answer.map_err(failed)?.into_parts();
        let mut whole = Vec::new();
        let most = exchange.body_limit.most(&head, self.most_body);
        // This limits the decoded bytes. A limit on the received bytes would let a small compressed body grow.
        let failed = match body.into_reader().take(most.saturating_add(1)).read_to_end(&mut whole) {
            Ok(n) if n as u64 <= most => return Ok(Response::from_parts(head, whole.into())),
            Ok(n) => {
                whole.truncate(n - 1);
                TransportError::new(Sent::Maybe, TransportKind::TooLarge)
            }
            Err(e) => failure(Sent::Maybe, ureq::Error::from(e)),
        };
        Err(failed.after_head(head, whole.into()))
    }
}
