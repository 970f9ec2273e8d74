//! Which endpoints an operation acts on. Use this module to build or read filters in detail.
//!
//! One table of fields defines the encoding, the rules and the schema.

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
#[cfg(feature = "schema")]
pub(crate) use shape::SharedFilter;
pub use values::{ConnectionStatus, EpochMillis, IpAddress, Isolation, Platform, ScanStatus, TimeBound};

/// The endpoints an operation acts on. There is no default: a caller that means every endpoint must say so.
///
/// Source: the request bodies of the pages [Scan Endpoints] and [Cancel Scan Endpoints].
///
/// [Scan Endpoints]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Scan-Endpoints?contentId=YLqHYo5LC0bVOoDVlBzgug
/// [Cancel Scan Endpoints]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Cancel-Scan-Endpoints?contentId=Zo8a669Rm_fRHFr74vjifg
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
            filter.condition().1.check(&place.index(i).key("value"), violations);
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

deserialize_by_the_rules!(Filters);

const NO_FILTERS: &str = "must hold at least one filter; to act on every endpoint, say \"all\"";

impl Serialize for Filters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("all"),
            Self::Matching(filters) => filters.serialize(serializer),
        }
    }
}

/// The type that a field of the table is compared with: a list of values, or a time.
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

/// Defines the enum of a table of fields. The name after the colon is another table, whose fields the enum takes too,
/// and the variant that holds them.
macro_rules! fields {
    (
        $(#[$meta:meta])*
        $name:ident $(: $base:ident as $shared:ident)? {
            $(#[doc = $doc:literal] $variant:ident $constructor:ident = $field:literal: $kind:ident $(<$item:ty>)?,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $(
                /// A filter on a field that scans take too.
                $shared($base),
            )?
            $(#[doc = $doc] $variant(condition!($kind $($item)?)),)+
        }

        impl $name {
            $(constructor! { $kind $($item)?, $variant, $constructor, $doc })+

            const TABLES: &'static [&'static [&'static str]] = &[$($base::FIELDS,)? &[$($field,)+]];

            /// Every field, in the order of the table.
            pub const FIELDS: &'static [&'static str] = &joined::<{ length($name::TABLES) }>($name::TABLES);

            /// The field's name on the wire.
            pub fn field(&self) -> &'static str {
                self.condition().0
            }

            /// The field, and what it is compared with.
            pub(crate) fn condition(&self) -> (&'static str, &dyn Condition) {
                match self {
                    $(Self::$shared(filter) => filter.condition(),)?
                    $(Self::$variant(condition) => ($field, condition),)+
                }
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
                    $(field if $base::FIELDS.contains(&field) => {
                        $base::read_condition(reader, place, field, operator, value).map(Self::$shared)
                    })?
                    _ => {
                        condition::refuse_for_every_field(reader, place, operator, value);
                        reader.note(unknown::field(&place.key("field"), field, Self::FIELDS));
                        None
                    }
                }
            }

            /// The rows that the schema is made from: field, variant, description, and the shape of the condition.
            #[cfg(feature = "schema")]
            pub(crate) fn table(
                generator: &mut schemars::SchemaGenerator,
            ) -> Vec<(&'static str, &'static str, &'static str, condition::Shape)> {
                let own = vec![$((
                    $field,
                    stringify!($variant),
                    $doc.trim_ascii(),
                    <condition!($kind $($item)?)>::shape(generator),
                ),)+];
                [$($base::table(generator),)? own].into_iter().flatten().collect()
            }
        }

        impl FromDocument for $name {
            fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
                let mut object = reader.object(place, value, &["field", "operator", "value"], &[])?;
                let field = object.remove("field").and_then(|field| reader.text(&place.key("field"), field));
                let (operator, value) = (object.remove("operator"), object.remove("value"));
                Self::read_condition(reader, place, &field?, operator, value)
            }
        }

        deserialize_by_the_rules!($name);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$shared(filter) => filter.serialize(serializer),)?
                    $(Self::$variant(condition) => write(serializer, $field, condition),)+
                }
            }
        }
    };
}

/// The fields of all tables, one after another.
const fn joined<const N: usize>(tables: &[&[&'static str]]) -> [&'static str; N] {
    let mut fields = [""; N];
    let (mut table, mut row, mut i) = (0, 0, 0);
    while i < N {
        if row == tables[table].len() {
            (table, row) = (table + 1, 0);
        } else {
            fields[i] = tables[table][row];
            (row, i) = (row + 1, i + 1);
        }
    }
    fields
}

const fn length(tables: &[&[&str]]) -> usize {
    let (mut table, mut length) = (0, 0);
    while table < tables.len() {
        length += tables[table].len();
        table += 1;
    }
    length
}

fields! {
    /// One condition on endpoints. Several conditions are combined with AND, the values of one condition with OR.
    ///
    /// Each field has its own variant, so that an operator or a value of the wrong type cannot be written.
    /// A field may appear more than once: two bounds on a time make a range.
    ///
    /// # Texts
    /// A tenant compares names and ids as they are. A value with a space before the name, or with two names in it,
    /// matches nothing. If there are other names, the tenant ignores such a value silently. A name or an id that a
    /// caller or a document supplies is therefore refused before anything is sent, if it is empty or holds one of
    /// these characters:
    ///
    /// * anywhere: U+0000 to U+001F, U+007F to U+009F, U+00AD, U+061C, U+180E, U+200B, U+200E, U+200F, U+2028 to
    ///   U+202E, U+2060 to U+206F and U+FEFF. These are control characters, line breaks, and characters that are
    ///   invisible or reorder text.
    /// * at either end: any other white space.
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
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(schema_with = "shape::filter"))]
    Filter {
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
}

fields! {
    /// A condition on the endpoints that are read: any condition that a scan takes, or one of two more.
    ///
    /// [`GetEndpoints`](crate::GetEndpoints) takes it. It is a separate type, because a scan does not take these two.
    /// The rules of [`Filter`] for values, texts and combinations apply here too.
    ///
    /// Source: the page [Get Endpoint] lists the fields. It also shows the operator `eq` with one word. Public
    /// clients send `in` with a list, and so does this crate.
    ///
    /// [Get Endpoint]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Get-Endpoint
    ///
    /// ```
    /// use xdr_model::{ConnectionStatus, EndpointFilter, Filter, Platform};
    ///
    /// let filters = [
    ///     EndpointFilter::connection([ConnectionStatus::Connected]),
    ///     Filter::platform([Platform::Windows]).into(),
    /// ];
    /// assert_eq!(filters.map(|filter| filter.field()), ["endpoint_status", "platform"]);
    /// ```
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(schema_with = "shape::endpoint_filter"))]
    EndpointFilter: Filter as Shared {
        /// Endpoints by whether they are connected to the tenant.
        Connection connection = "endpoint_status": list<ConnectionStatus>,
        /// Endpoints by a public IP address, version 4 or 6.
        PublicIpAddresses public_ip_addresses = "public_ip_list": list<IpAddress>,
    }
}

impl From<Filter> for EndpointFilter {
    fn from(filter: Filter) -> Self {
        Self::Shared(filter)
    }
}

impl Filter {
    /// The filter in a short form for people. `show` formats each text in it.
    pub(crate) fn shortened(&self, show: &dyn Fn(&str) -> String) -> String {
        let (field, condition) = self.condition();
        format!("{field} {}", condition.shortened(show))
    }
}

fn write<S: Serializer>(
    serializer: S,
    field: &'static str,
    condition: &(impl Condition + Serialize),
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(3))?;
    map.serialize_entry("field", field)?;
    map.serialize_entry("operator", condition.operator())?;
    map.serialize_entry("value", condition)?;
    map.end()
}
