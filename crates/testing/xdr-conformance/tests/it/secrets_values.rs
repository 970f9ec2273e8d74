//! The `Debug` and `Display` output of values.

use std::cell::RefCell;
use std::fmt::Debug;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use xdr_conformance::{Client, Kind, Trial, alike, tenant};
use xdr_model::{
    ActionId, Credentials, KeyKind, Polling, Scan, Session, Settings, Tenant,
    credentials::{ApiKey, ApiKeyId},
    transport::{Context, Event, Flow, Step},
};

use crate::secrets::Surface;
use crate::secrets_sought::{KEY, PASSWORD};

/// Credentials of this kind with the key that the tests search for.
pub(crate) fn credentials(kind: KeyKind) -> Credentials {
    Credentials::new(kind, "1".parse().expect("digits"), KEY.parse().expect("visible characters"))
}

/// A simulated tenant with this key.
pub(crate) fn sim(kind: KeyKind) -> xdr_sim::Config {
    let simulated = match kind {
        KeyKind::Standard => xdr_sim::KeyKind::Standard,
        KeyKind::Advanced => xdr_sim::KeyKind::Advanced,
    };
    tenant().with_endpoints(7).with_key("1", KEY, simulated)
}

/// Settings with a password in them.
pub(crate) fn settings() -> Settings {
    Settings::default().with_proxy(format!("http://user:{PASSWORD}@127.0.0.1:9"))
}

fn debug(name: &str, value: &dyn Debug) -> [Surface; 2] {
    [
        Surface::new(format!("Debug of {name}"), format!("{value:?}")),
        Surface::new(format!("pretty Debug of {name}"), format!("{value:#?}")),
    ]
}

/// Values that need no tenant.
pub(crate) fn made() -> Vec<Surface> {
    let tenant = || Tenant::new("acme.xdr.us.example").expect("a good name");
    let mut surfaces = Vec::new();
    let key: ApiKey = KEY.parse().expect("visible characters");
    surfaces.extend(debug("a key", &key));
    surfaces.extend(debug("settings", &settings().with_mozilla_roots()));
    surfaces.extend(debug("a tenant", &tenant()));
    for kind in [KeyKind::Standard, KeyKind::Advanced] {
        let session = Session::new(tenant(), credentials(kind));
        surfaces.extend(debug(&format!("{kind:?} credentials"), &credentials(kind)));
        surfaces.extend(debug(&format!("a session with {kind:?} credentials"), &session));
        surfaces.extend(debug(&format!("a simulator's {kind:?} configuration"), &sim(kind)));
        for of in [Kind::Blocking, Kind::Async] {
            let settings = settings().with_mozilla_roots();
            let client = Client::new(of, session.clone(), &settings).expect("good settings");
            surfaces.extend(debug(&format!("the {of:?} client with {kind:?} credentials"), &client));
        }
        surfaces.extend(flows(kind, &session));
    }
    surfaces.extend(refusals());
    surfaces
}

/// Flows in the middle of an exchange, and their requests.
fn flows(kind: KeyKind, session: &Session) -> Vec<Surface> {
    let polling = Polling::within(std::time::Duration::from_secs(60));
    let mut surfaces = Vec::new();
    surfaces.extend(sending(&format!("a {kind:?} call"), session.call(&Scan::all()).expect("good")));
    let run = session.scan_and_wait(Scan::all(), polling).expect("good");
    surfaces.extend(sending(&format!("a {kind:?} run"), run));
    surfaces.extend(sending(&format!("a {kind:?} wait"), session.wait(ActionId::from(7), polling)));
    surfaces.extend(sending(&format!("a {kind:?} cancellation"), session.cancel_action(ActionId::from(7))));
    surfaces
}

fn sending<F: Flow<Progress: Debug, Output: Debug> + Debug>(name: &str, mut flow: F) -> Vec<Surface> {
    let entropy = || [7; 32];
    let context = Context { now: std::time::Instant::now(), unix_ms: 1_760_000_000_000, entropy: &entropy };
    let mut step = flow.step(&context, Event::Resume);
    while let Step::Wait(pause) = step {
        let context = Context { now: context.now + pause, ..context };
        step = flow.step(&context, Event::Resume);
    }
    let mut surfaces = Vec::new();
    surfaces.extend(debug(name, &flow));
    surfaces.extend(debug(&format!("a step of {name}"), &step));
    if let Step::Send(exchange) = &step {
        surfaces.extend(debug(&format!("the headers of {name}"), exchange.request.headers()));
    }
    surfaces
}

/// Secrets in wrong places, or with an extra character.
fn refusals() -> Vec<Surface> {
    let with_break = format!("{KEY}\n");
    let proxy = Settings::default().with_proxy(format!("ftp://user:{PASSWORD}@proxy"));
    let tenant = Tenant::new("acme.xdr.us.example").expect("a good name");
    [
        ("a key with a line break", with_break.parse::<ApiKey>().err()),
        ("a key given as the key's id", KEY.parse::<ApiKeyId>().err()),
        ("a key given as the tenant's name", Tenant::new(&format!("{KEY} ")).err()),
        ("a key given as a simulator's address", Tenant::loopback(KEY).err()),
        ("a proxy that is none", proxy.validate(&tenant).err()),
    ]
    .into_iter()
    .flat_map(|(name, refused)| {
        let refused = refused.expect(name);
        let text = Surface::new(format!("Display of the refusal of {name}"), refused.to_string());
        [text].into_iter().chain(debug(&format!("the refusal of {name}"), &refused))
    })
    .collect()
}

/// The recorded requests of a simulator, and the messages of panics in an observer or on an error.
pub(crate) fn met() -> Vec<Surface> {
    let kept = RefCell::new(Vec::new());
    for kind in [KeyKind::Standard, KeyKind::Advanced] {
        alike(&sim(kind), &Settings::default(), &credentials(kind), |trial: &Trial| {
            let name = |what: &str| format!("{what} with {kind:?} credentials");
            let observer = |progress| -> ControlFlow<()> { panic!("{progress:?}") };
            let observed = catch_unwind(AssertUnwindSafe(|| trial.scan_and_wait(Scan::all(), observer)));
            let unwrapped =
                catch_unwind(AssertUnwindSafe(|| trial.send(&Scan::all()).expect("it may start")));
            let mut kept = kept.borrow_mut();
            for (what, panicked) in
                [("a panic in an observer", observed.err()), ("a panic on an error", unwrapped.err())]
            {
                let text = panicked.and_then(|payload| payload.downcast::<String>().ok());
                kept.push(Surface::new(name(what), text.map_or_else(String::new, |text| *text)));
            }
            kept.extend(debug(&name("a simulator's requests"), &trial.server.sim().requests()));
        });
    }
    kept.into_inner()
}
