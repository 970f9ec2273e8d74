//! The texts of refusals that come with status 500.

use super::Refusal;
use crate::api_error::{ApiError, text_of};

/// Where a text must appear.
#[derive(Clone, Copy)]
enum Place {
    /// In the message or in the further information.
    Anywhere,
    /// At the beginning of the further information.
    StartOfExtra,
    /// In a page that is not JSON, where it is only a hint.
    Page,
}

/// The known texts. The API sends them with status 500, and nothing was carried out. Letter case does not matter.
const TEXTS: &[(&str, Place, Refusal)] = &[
    // demisto/content, CortexXDRIR.py; ebarti/cortex-xdr-client, issue 30.
    ("no endpoint was found for creating the requested action", Place::Anywhere, Refusal::NoEndpointMatched),
    // netskopeoss/ta_cloud_exchange_plugins, palo_alto_networks_cortex_xdr_cre.
    ("can't create group action id for", Place::StartOfExtra, Refusal::NoEndpointMatched),
    // Public connectors of sister calls.
    ("no suitable agents found", Place::Anywhere, Refusal::NoEndpointMatched),
    // jnthans/wazuh-cortex-xdr, cortex_xdr_incidents.py ("value param is missing"); a tenant's answer to a status
    // request ("group_action_id param is missing").
    ("param is missing", Place::Anywhere, Refusal::BadRequest),
    // A test of a public connector, on a request without `request_data`.
    ("missing required param", Place::Anywhere, Refusal::BadRequest),
    // The vendor's OpenAPI document of the platform: "Unsupported operator 'contains'".
    ("unsupported operator", Place::Anywhere, Refusal::BadRequest),
    // A public connector, which has also seen it with status 402.
    ("feature not supported", Place::Anywhere, Refusal::Licence),
    // Pages about a missing licence or role. Their wording is not recorded.
    ("license", Place::Page, Refusal::Licence),
    ("permission", Place::Page, Refusal::Permission),
];

/// The refusal that an error object stands for, if its text is a known one.
pub(super) fn known_refusal(error: &ApiError) -> Option<Refusal> {
    let message = error.err_msg.as_deref().unwrap_or_default().to_ascii_lowercase();
    let extra = text_of(error.err_extra.clone()).to_ascii_lowercase();
    refusal(|text, place| match place {
        Place::Anywhere => message.contains(text) || extra.contains(text),
        Place::StartOfExtra => extra.trim_start().starts_with(text),
        Place::Page => false,
    })
}

/// The refusal that a page may mean. It is a hint only: the page may not be the tenant's.
pub(super) fn hinted_refusal(page: &str) -> Option<Refusal> {
    let page = page.to_ascii_lowercase();
    refusal(|text, _| page.contains(text))
}

fn refusal(is_there: impl Fn(&str, Place) -> bool) -> Option<Refusal> {
    TEXTS.iter().find(|(text, place, _)| is_there(text, *place)).map(|(_, _, refusal)| refusal.clone())
}
