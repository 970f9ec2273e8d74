//! Which endpoints an operation acts on: for programs that build or read filters in detail.
//!
//! One table of fields drives encoding, rules and schema.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::ids::EndpointId;
use crate::request_reader::{FromDocument, RequestReader, deserialize_by_the_rules};
use crate::validate::{Place, Violation};

mod condition;
mod list;
#[cfg(feature = "schema")]
mod shape;
mod unknown;
mod values;

pub(crate) use condition::Condition;
pub use list::Values;
pub use values::{EpochMillis, IpAddress, Isolation, Platform, ScanStatus, TimeBound};

/// The endpoints an operation acts on. There is no default: who means all must say so.
///
/// Source: the request bodies of the pages "Scan Endpoints" and "Cancel Scan Endpoints".
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(schema_with = "shape::filters"))]
pub enum Filters {
    /// Every endpoint of the tenant.
    All,
    /// The endpoints that match every one of the filters. An empty list is refused, never sent.
    Matching(Vec<Filter>),
}

impl Filters {
    pub(crate) fn check(&self, place: &Place<'_>, violations: &mut Vec<Violation>) {
        let Self::Matching(filters) = self else { return };
        if filters.is_empty() {
            violations.push(place.breaks(NO_FILTERS));
        }
        for (i, filter) in filters.iter().enumerate() {
            filter.check(&place.index(i).key("value"), violations);
        }
    }
}

impl FromDocument for Filters {
    fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
        match value {
            Value::String(word) if word == "all" => Some(Self::All),
            Value::Array(filters) if filters.is_empty() => {
                reader.note(place.breaks(NO_FILTERS));
                None
            }
            Value::Array(filters) => reader.list(place, filters, Filter::read).map(Self::Matching),
            other => reader.refuse(place, "must be \"all\" or a list of filters", &other),
        }
    }
}

deserialize_by_the_rules!(Filters, Filter);

const NO_FILTERS: &str = "must hold at least one filter; to act on every endpoint, say \"all\"";

impl Serialize for Filters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("all"),
            Self::Matching(filters) => filters.serialize(serializer),
        }
    }
}

/// What a field of the table is compared with: a list of values, or a moment.
macro_rules! condition {
    (list $item:ty) => { Values<$item> };
    (time) => { TimeBound };
}

macro_rules! constructor {
    (list $item:ty, $variant:ident, $name:ident, $doc:expr) => {
        #[doc = $doc]
        pub fn $name(values: impl IntoIterator<Item = impl Into<$item>>) -> Self {
            Self::$variant(values.into_iter().collect())
        }
    };
    (time, $variant:ident, $name:ident, $doc:expr) => {
        #[doc = $doc]
        pub fn $name(bound: TimeBound) -> Self {
            Self::$variant(bound)
        }
    };
}

macro_rules! fields {
    ($(#[doc = $doc:literal] $variant:ident $name:ident = $field:literal: $kind:ident $(<$item:ty>)?,)+) => {
        /// One condition on endpoints; several are combined with AND, the values of one with OR.
        ///
        /// Each field has its own variant, so that an operator or a value of the wrong type cannot be written.
        /// A field may appear more than once: two bounds on a time make a range.
        ///
        /// # Texts
        /// A tenant compares names and ids as they are. A value with a space before the name, or with two names in it,
        /// matches nothing, and beside other names the tenant ignores it silently. A name or an id that a caller or a
        /// document supplies is therefore refused before anything is sent if it is empty or holds one of these
        /// characters:
        ///
        /// * anywhere: U+0000 to U+001F, U+007F to U+009F, U+00AD, U+061C, U+180E, U+200B, U+200E, U+200F,
        ///   U+2028 to U+202E, U+2060 to U+206F and U+FEFF: control characters, line breaks, and what is invisible or
        ///   reorders text;
        /// * at either end: every other white space.
        ///
        /// The violation names the character and its place. U+200C, U+200D and the variation selectors are allowed.
        /// The same rule holds for incident ids, and for action ids that a person or a request document supplies.
        ///
        /// ```
        /// use xdr_model::{Filter, Operation, Scan};
        ///
        /// let pasted = Scan::matching([Filter::hostname(["web-1\n", "web 2"])]);
        /// let invalid = pasted.validate().unwrap_err();
        /// assert_eq!(invalid.violations().len(), 1);
        /// assert_eq!(invalid.violations()[0].rule, r#"must not hold a line break after "web-1""#);
        /// ```
        ///
        /// Source: public connectors trim what they send, such as fortinet-fortisoar/connector-paloalto-cortex-xdr and
        /// netskopeoss/ta_cloud_exchange_plugins;
        /// [TheHive](https://github.com/TheHive-Project/Cortex-Analyzers/pull/1446) and
        /// [Falcon-Toolkit](https://github.com/CrowdStrike/Falcon-Toolkit/issues/20) met the same mistakes.
        ///
        /// # Example
        /// ```
        /// use xdr_model::{EpochMillis, Filter, Platform, TimeBound};
        ///
        /// let servers = Filter::group_name(["Servers"]);
        /// let windows = Filter::platform([Platform::Windows]);
        /// let recent = Filter::last_seen(TimeBound::AtOrAfter(EpochMillis::new(1_760_000_000_000)));
        /// assert_eq!(recent.field(), "last_seen");
        /// # let _ = (servers, windows);
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(schema_with = "shape::filter"))]
        #[non_exhaustive]
        pub enum Filter {
            $(#[doc = $doc] $variant(condition!($kind $($item)?)),)+
        }

        impl Filter {
            $(constructor! { $kind $($item)?, $variant, $name, $doc })+

            /// Every field, in the order of the table.
            pub const FIELDS: &'static [&'static str] = &[$($field,)+];

            /// The field's name on the wire.
            pub fn field(&self) -> &'static str {
                match self { $(Self::$variant(_) => $field,)+ }
            }

            /// The filter as a person reads it, shortened; each text of it as `show` shows it.
            pub(crate) fn shortened(&self, show: &dyn Fn(&str) -> String) -> String {
                match self { $(Self::$variant(condition) => format!("{} {}", $field, condition.shortened(show)),)+ }
            }

            /// Notes what the value, which stands at `place`, breaks.
            fn check(&self, place: &Place<'_>, violations: &mut Vec<Violation>) {
                match self { $(Self::$variant(condition) => condition.check(place, violations),)+ }
            }

            fn read_condition(
                reader: &mut RequestReader,
                place: &Place<'_>,
                field: &str,
                operator: Option<Value>,
                value: Option<Value>,
            ) -> Option<Self> {
                match field {
                    $($field => Condition::read(reader, place, operator, value).map(Self::$variant),)+
                    _ => {
                        condition::refuse_for_every_field(reader, place, operator, value);
                        reader.note(unknown::field(&place.key("field"), field));
                        None
                    }
                }
            }

            /// Field, variant, description, and the shape of the condition: what the schema is made from.
            #[cfg(feature = "schema")]
            pub(crate) fn table(
                generator: &mut schemars::SchemaGenerator,
            ) -> Vec<(&'static str, &'static str, &'static str, condition::Shape)> {
                vec![$((
                    $field,
                    stringify!($variant),
                    $doc.trim_ascii(),
                    <condition!($kind $($item)?)>::shape(generator),
                ),)+]
            }
        }

        impl Serialize for Filter {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$variant(condition) => write(serializer, $field, condition),)+ }
            }
        }
    };
}

fields! {
    /// Endpoints by their id.
    EndpointIds endpoint_ids = "endpoint_id_list": list<EndpointId>,
    /// Endpoints by the name of their distribution list.
    DistributionName distribution_name = "dist_name": list<String>,
    /// Endpoints by the name of an endpoint group.
    GroupName group_name = "group_name": list<String>,
    /// Endpoints by their alias.
    Alias alias = "alias": list<String>,
    /// Endpoints by the name of the host.
    Hostname hostname = "hostname": list<String>,
    /// Endpoints by the name of a user.
    Username username = "username": list<String>,
    /// Endpoints by an IP address, version 4 or 6.
    IpAddresses ip_addresses = "ip_list": list<IpAddress>,
    /// Endpoints by their type of operating system.
    Platform platform = "platform": list<Platform>,
    /// Endpoints by whether they have been isolated.
    Isolation isolation = "isolate": list<Isolation>,
    /// Endpoints by the state of their last scan.
    ScanStatus scan_status = "scan_status": list<ScanStatus>,
    /// Endpoints by when they were first seen.
    FirstSeen first_seen = "first_seen": time,
    /// Endpoints by when they were last seen.
    LastSeen last_seen = "last_seen": time,
}

impl FromDocument for Filter {
    fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
        let mut object = reader.object(place, value, &["field", "operator", "value"], &[])?;
        let field = object.remove("field").and_then(|field| reader.text(&place.key("field"), field));
        let (operator, value) = (object.remove("operator"), object.remove("value"));
        Self::read_condition(reader, place, &field?, operator, value)
    }
}

fn write<S: Serializer>(
    serializer: S,
    field: &'static str,
    condition: &impl Condition,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(3))?;
    map.serialize_entry("field", field)?;
    map.serialize_entry("operator", condition.operator())?;
    map.serialize_entry("value", condition)?;
    map.end()
}
