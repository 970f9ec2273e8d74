//! Every output that could show a key, a signature, a nonce or the password of a proxy.

use crate::secrets_logs::{DOCUMENTED, Logged};
use crate::secrets_sought::{Seeker, Sought};
use crate::{secrets_errors, secrets_logs, secrets_programs, secrets_replies, secrets_values};

/// An output for people or programs.
#[derive(Clone)]
pub(crate) struct Surface {
    pub(crate) name: String,
    shown: String,
}

impl Surface {
    pub(crate) fn new(name: String, shown: String) -> Self {
        Self { name, shown }
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        self.shown.contains(text)
    }
}

/// The documentation names the only log target that shows secrets. This target shows the documented secrets, and no
/// other output shows any.
fn check_documented(logs: &[Logged], sought: &Seeker) {
    let docs = include_str!("../../../../xdr-blocking/src/lib.rs");
    for told in [
        "At level `trace`, the protocol layer of ureq logs every byte of a request before TLS encrypts it",
        "the log contains the key itself",
        "the log contains the nonce and the",
        "Do not enable this level for `ureq_proto`",
    ] {
        assert!(docs.contains(told), "the documentation tells of it: {told}");
    }
    for log in logs {
        let shown = &log.documented.shown;
        assert_eq!(log.blocking, !shown.is_empty(), "{}: only ureq has {DOCUMENTED}", log.name);
        assert_eq!(log.blocking, sought.is_in(shown), "{}: what is told of {DOCUMENTED}", log.name);
    }
    assert!(logs.iter().any(|log| log.encrypted && log.blocking), "it is so over TLS too");
}

#[test]
fn no_surface_shows_a_secret() {
    let mut sought = Sought::new();
    let logs = secrets_logs::logs(&mut sought);
    let mut surfaces = secrets_values::made();
    surfaces.extend(secrets_values::met());
    surfaces.extend(secrets_errors::errors(&mut sought));
    surfaces.extend(secrets_replies::replies());
    surfaces.extend(secrets_programs::programs());
    let sought = sought.seeker();
    check_documented(&logs, &sought);
    surfaces.extend(logs.into_iter().map(|log| log.others));
    let empty: Vec<_> = surfaces.iter().filter(|it| it.shown.is_empty()).map(|it| &it.name).collect();
    assert!(empty.is_empty(), "nothing was shown: {empty:?}");
    let hits: Vec<_> = surfaces.iter().filter(|it| sought.is_in(&it.shown)).collect();
    for hit in &hits {
        println!("{}:\n    {:.2000}", hit.name, hit.shown);
    }
    println!("figure: secret-surfaces = {}", surfaces.len());
    println!("figure: secret-hits = {}", hits.len());
    assert!(surfaces.len() >= 30 && hits.is_empty(), "{} of {} show one", hits.len(), surfaces.len());
}
