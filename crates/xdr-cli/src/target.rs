//! The tenant and the key for it.

use std::ffi::OsString;
use std::fmt;

use xdr_model::{
    Credentials, Invalid, KeyKind, Tenant,
    credentials::{ApiKey, ApiKeyId, Secrets},
};
use xdr_sim::{Config, Server};

use crate::args::{Arguments, KEY, KEY_ID, TenantArguments};
use crate::text;

/// A tenant and the credentials for it.
pub struct Target {
    /// The tenant.
    pub tenant: Tenant,
    /// The credentials.
    pub credentials: Credentials,
    place: Place,
}

enum Place {
    /// A simulator inside this program. It ends with the program.
    Embedded { _server: Server },
    /// A server on this machine, and the options that lead to it. It may be a simulator or a tunnel to a real tenant.
    Loopback { options: String },
    /// The tenant of the environment variables.
    Real,
}

/// The longest scan of one endpoint takes ten minutes, which become ten seconds.
const TIME_SCALE: f64 = 60.0;

impl Target {
    /// The target that the arguments name. `variable` looks up an environment variable. It is called only for a real
    /// tenant.
    ///
    /// # Errors
    /// When variables or options are missing or break a rule. The error names all of them and never repeats a key.
    pub fn new(arguments: &Arguments, variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, String> {
        match arguments.tenant().map(|tenant| (tenant, &tenant.url)) {
            None => embedded(),
            Some((tenant, Some(url))) => loopback(url, tenant).map_err(|invalid| rules("--url", &invalid)),
            Some((_, None)) => real(&variable),
        }
    }

    /// The options that lead another run of the program to the same tenant, quoted for a POSIX shell. `None` if the
    /// tenant will be gone. Empty for a real tenant. A key is never shown: `<KEY>` stands for it.
    pub fn options(&self) -> Option<String> {
        match &self.place {
            Place::Embedded { .. } => None,
            Place::Loopback { options } => Some(options.clone()),
            Place::Real => Some(String::new()),
        }
    }

    /// The secrets that must not be shown if an answer contains them. The key of the demonstration is not a secret.
    pub(crate) fn secrets(&self) -> Option<Secrets> {
        (!self.is_simulated()).then(|| self.credentials.secrets())
    }

    /// Whether the tenant is certainly a simulated one.
    pub fn is_simulated(&self) -> bool {
        matches!(self.place, Place::Embedded { .. })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Embedded { .. } => f.write_str("a simulated tenant inside this program"),
            Place::Loopback { .. } | Place::Real => self.tenant.fmt(f),
        }
    }
}

fn embedded() -> Result<Target, String> {
    let config = Config::new().with_time_scale(TIME_SCALE);
    let server = Server::start(config).map_err(|e| format!("the simulated tenant does not start: {e}"))?;
    let tenant = Tenant::loopback(&server.url()).map_err(|invalid| invalid.to_string())?;
    let credentials = Credentials::standard(KEY_ID, KEY).map_err(|invalid| invalid.to_string())?;
    Ok(Target { tenant, credentials, place: Place::Embedded { _server: server } })
}

fn loopback(url: &str, arguments: &TenantArguments) -> Result<Target, Invalid> {
    let (id, key) = (arguments.key_id.parse()?, arguments.key.parse()?);
    let credentials = Credentials::new(arguments.key_kind(), id, key);
    let tenant = Tenant::loopback(url)?;
    let options = options(&tenant.to_string(), arguments);
    Ok(Target { tenant, credentials, place: Place::Loopback { options } })
}

fn options(url: &str, arguments: &TenantArguments) -> String {
    let mut words = vec!["--url", url];
    if arguments.key_id != KEY_ID {
        words.extend(["--key-id", &arguments.key_id]);
    }
    if arguments.key != KEY {
        words.extend(["--key", "<KEY>"]);
    }
    if arguments.advanced {
        words.push("--advanced");
    }
    shlex::try_join(words).expect("neither a URL nor a number has a NUL")
}

fn real(variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Target, String> {
    let mut wrong = Vec::new();
    let tenant = read("XDR_FQDN", variable, &mut wrong, Tenant::new);
    let id = read("XDR_API_KEY_ID", variable, &mut wrong, str::parse::<ApiKeyId>);
    let key = read("XDR_API_KEY", variable, &mut wrong, str::parse::<ApiKey>);
    let kind = read("XDR_KEY_KIND", variable, &mut wrong, str::parse::<KeyKind>);
    match (tenant, id, key, kind) {
        (Some(tenant), Some(id), Some(key), Some(kind)) => {
            Ok(Target { tenant, credentials: Credentials::new(kind, id, key), place: Place::Real })
        }
        _ => Err(format!("the tenant and the key are read from the environment: {}", wrong.join("; "))),
    }
}

/// One variable. Its value is never shown: people mix the variables up, and the value may be the key.
fn read<T>(
    name: &str,
    variable: &dyn Fn(&str) -> Option<OsString>,
    wrong: &mut Vec<String>,
    parse: impl FnOnce(&str) -> Result<T, Invalid>,
) -> Option<T> {
    let value = match variable(name) {
        None => Err("is not set".to_owned()),
        Some(value) => match value.to_str() {
            None => Err("must be text".to_owned()),
            Some(text) => parse(text).map_err(|invalid| text::rules(&invalid)),
        },
    };
    value.map_err(|why| wrong.push(format!("{name} {why}"))).ok()
}

fn rules(option: &str, invalid: &Invalid) -> String {
    let wrong = invalid.violations().iter().map(|violation| match &*violation.pointer {
        "/key_id" => format!("--key-id {}", violation.rule),
        "/key" => format!("--key {}", violation.rule),
        _ => format!("{option} {}", violation.rule),
    });
    wrong.collect::<Vec<_>>().join("; ")
}
