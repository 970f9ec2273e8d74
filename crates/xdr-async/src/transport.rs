//! Sends requests: the connections and the limits of a client.

use std::time::Duration;

use reqwest::redirect::Policy;
use rustls::ClientConfig;
use tokio::time::{Instant, sleep, timeout_at};
use xdr_model::bytes::{Bytes, BytesMut};
use xdr_model::http::Response;
use xdr_model::{
    Error, Replay, Settings, Stop, Tenant,
    transport::{Exchange, Gate, Sent, TransportError, TransportKind},
};
use xdr_transport::{proxy, tls, unusable, unusable_proxy};

use crate::body::{GatedBody, read_up_to};
use crate::failure::failure;
use crate::head::within;

/// Sends requests and waits. Clones share their connections.
#[derive(Clone)]
pub(crate) struct Transport {
    /// For operations that must not be carried out twice. It never reuses a connection: if a reused connection is
    /// closed while a request is being written, nobody knows whether the request was carried out.
    acting: reqwest::Client,
    reading: reqwest::Client,
    head_timeout: Duration,
    total_timeout: Duration,
    most_body: u64,
    proxied: bool,
    stop: Option<Stop>,
}

impl Transport {
    pub(crate) fn new(tenant: &Tenant, settings: &Settings) -> Result<Self, Error> {
        settings.validate(tenant)?;
        let (tls, proxy) = (tls(tenant, settings)?, proxy(settings, tenant)?);
        let client = |most_idle| {
            let client = reqwest::Client::builder()
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .http1_only()
                .no_gzip()
                .no_brotli()
                .no_zstd()
                .no_deflate()
                .no_hickory_dns()
                .https_only(tenant.is_https())
                .tls_backend_preconfigured(ClientConfig::clone(&tls))
                .connect_timeout(settings.connect_timeout)
                .pool_max_idle_per_host(most_idle)
                .user_agent(&settings.user_agent);
            let client = match &proxy {
                Some(url) => client.proxy(reqwest::Proxy::all(url).map_err(|_| unusable_proxy())?),
                None => client.no_proxy(),
            };
            client.build().map_err(|e| unusable(&e.to_string()))
        };
        Ok(Self {
            acting: client(0)?,
            reading: client(10)?,
            head_timeout: settings.head_timeout,
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
    pub(crate) async fn sleep(&self, pause: Duration) {
        let began = Instant::now();
        while let Some(nap) = Stop::nap(self.stop.as_ref(), pause.saturating_sub(began.elapsed())) {
            sleep(nap).await;
        }
    }

    /// Sends a request once.
    pub(crate) async fn exchange(&self, exchange: Exchange) -> Result<Response<Bytes>, TransportError> {
        let client = match exchange.replay {
            Replay::Unsafe => &self.acting,
            Replay::Safe => &self.reading,
        };
        let total = exchange.within.map_or(self.total_timeout, |within| within.min(self.total_timeout));
        let began = Instant::now();
        let gate = Gate::new();
        let (body, handed_over) = GatedBody::new(gate.clone(), self.stop.clone());
        let body = |bytes| reqwest::Body::wrap(body.with(bytes));
        let request =
            reqwest::Request::try_from(exchange.request.map(body)).map_err(|e| failure(Sent::No, e))?;
        let explained = |error: TransportError| error.explained(self.proxied, self.is_stopped());
        let answer = within(self.head_timeout, handed_over, client.execute(request));
        let answer = timeout_at(began + total, answer).await.ok().flatten();
        let answer = answer
            .ok_or_else(|| explained(TransportError::new(gate.revoke(), TransportKind::Timeout)))?
            .map_err(|e| explained(failure(gate.revoke(), e)))?;
        let (head, body) = Response::from(answer).into_parts();
        let mut whole = BytesMut::new();
        let most = exchange.body_limit.most(&head, self.most_body);
        let failed = match timeout_at(began + total, read_up_to(most, body, &mut whole)).await {
            Ok(Ok(true)) => return Ok(Response::from_parts(head, whole.freeze())),
            Ok(Ok(false)) => TransportError::new(Sent::Maybe, TransportKind::TooLarge),
            Ok(Err(e)) => failure(Sent::Maybe, e),
            Err(_) => TransportError::new(Sent::Maybe, TransportKind::Timeout),
        };
        Err(failed.after_head(head, whole.freeze()))
    }
}
