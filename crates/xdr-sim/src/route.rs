//! Which path is which operation.

/// These are the paths that the simulator serves, without a trailing slash (which it accepts too).
pub const PATHS: [&str; 4] = [
    "/public_api/v1/endpoints/scan",
    "/public_api/v1/endpoints/abort_scan",
    "/public_api/v1/actions/get_action_status",
    "/public_api/v1/api_keys/validate",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Scan,
    AbortScan,
    GetActionStatus,
    Validate,
}

const ROUTES: [Route; 4] = [Route::Scan, Route::AbortScan, Route::GetActionStatus, Route::Validate];

pub(crate) fn route(path: &str) -> Option<Route> {
    let position = PATHS.iter().position(|known| *known == without_slash(path))?;
    Some(ROUTES[position])
}

/// The name of the operation that a path stands for, known or not.
pub(crate) fn operation(path: &str) -> &str {
    without_slash(path).rsplit('/').next().unwrap_or_default()
}

fn without_slash(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}
