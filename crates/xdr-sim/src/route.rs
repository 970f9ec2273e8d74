//! The paths of the operations, and what the tenant does for each of them.

use serde_json::Value;

use crate::tenant::Tenant;
use crate::wire::Refusal;

/// What an operation may do. This decides about the checks of licence and permission, the status of the answer, and the
/// count of dangerous requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    StartsAction,
    Reads,
    /// The operation only checks the key.
    ChecksKey,
}

/// One operation.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    path: &'static str,
    pub(crate) effect: Effect,
    /// Carries out the operation and returns the body of the reply.
    pub(crate) carry_out: fn(&mut Tenant, &Value) -> Result<Vec<u8>, Refusal>,
}

impl Route {
    /// The name of the operation.
    pub(crate) fn name(&self) -> &'static str {
        operation(self.path)
    }
}

/// One entry for each operation.
const ROUTES: [Route; 5] = [
    Route {
        path: "/public_api/v1/endpoints/scan",
        effect: Effect::StartsAction,
        carry_out: |tenant, body| tenant.scan(body).map(String::into_bytes),
    },
    Route {
        path: "/public_api/v1/endpoints/abort_scan",
        effect: Effect::StartsAction,
        carry_out: |tenant, body| tenant.abort_scan(body).map(String::into_bytes),
    },
    Route {
        path: "/public_api/v1/actions/get_action_status",
        effect: Effect::Reads,
        carry_out: |tenant, body| tenant.get_action_status(body),
    },
    Route {
        path: "/public_api/v1/endpoints/get_endpoint",
        effect: Effect::Reads,
        carry_out: |tenant, body| tenant.get_endpoint(body),
    },
    Route {
        path: "/public_api/v1/api_keys/validate",
        effect: Effect::ChecksKey,
        carry_out: |_, body| match body.is_object() {
            true => Ok(b"true".to_vec()),
            false => Err(Refusal::invalid("", "must be an object")),
        },
    },
];

/// The paths that the simulator serves, without a trailing slash. A trailing slash is accepted too.
pub const PATHS: [&str; ROUTES.len()] = {
    let mut paths = [""; ROUTES.len()];
    let mut i = 0;
    while i < ROUTES.len() {
        paths[i] = ROUTES[i].path;
        i += 1;
    }
    paths
};

pub(crate) fn route(path: &str) -> Option<Route> {
    ROUTES.into_iter().find(|route| route.path == without_slash(path))
}

/// Whether there is an operation of this name that needs a permission.
pub(crate) fn needs_permission(name: &str) -> bool {
    ROUTES.iter().any(|route| route.effect != Effect::ChecksKey && route.name() == name)
}

/// The name of the operation of a path. The operation can be unknown.
pub(crate) fn operation(path: &str) -> &str {
    without_slash(path).rsplit('/').next().unwrap_or_default()
}

fn without_slash(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}
