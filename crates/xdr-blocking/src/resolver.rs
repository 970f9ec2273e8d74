//! Looks names up within a time limit, without a thread for every request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// How long an address is kept.
const KEPT: Duration = Duration::from_secs(60);

/// ureq's own resolver begins a thread for each look-up that has a time limit. A client asks for one name again
/// and again, so this one keeps the answer for a minute, and reads addresses written as numbers itself.
#[derive(Debug, Default)]
pub(crate) struct CachingResolver {
    system: DefaultResolver,
    kept: Mutex<HashMap<String, (Instant, ResolvedSocketAddrs)>>,
}

impl Resolver for CachingResolver {
    fn resolve(&self, uri: &Uri, config: &Config, limit: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let name = uri.authority().map_or("", |authority| authority.as_str());
        if let Some(found) = self.known(name) {
            return Ok(found);
        }
        let found = self.system.resolve(uri, config, limit).map_err(|error| match error {
            // The system's word for an unknown name has no kind of its own.
            Error::Io(_) => Error::HostNotFound,
            other => other,
        })?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(name.to_owned(), (Instant::now(), found.clone()));
        Ok(found)
    }
}

impl CachingResolver {
    fn known(&self, name: &str) -> Option<ResolvedSocketAddrs> {
        if let Ok(number) = name.parse() {
            let mut found = self.empty();
            found.push(number);
            return Some(found);
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(name).filter(|(since, _)| since.elapsed() < KEPT).map(|(_, found)| found.clone())
    }
}
