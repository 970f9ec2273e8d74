//! The values of a filter that compares with a list.

use serde::{Serialize, Serializer};

use super::values::Item;

/// The values of a filter. An endpoint matches if any of them matches. Made by the constructors of
/// [`Filter`](crate::Filter), or by `collect`.
///
/// A filter without a value is refused and never sent.
///
/// ```
/// use xdr_model::Filter;
///
/// let Filter::Hostname(names) = Filter::hostname(["web-1", "web-2"]) else { unreachable!() };
/// assert_eq!(names.iter().collect::<Vec<_>>(), ["web-1", "web-2"]);
/// assert_eq!(names.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values<T>(Box<[T]>);

impl<T> Values<T> {
    /// The number of values. Repeated values count.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no value. Such a filter is refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[expect(private_bounds, reason = "the types of the fields of `Filter`, and no others")]
impl<T: Item> Values<T> {
    /// The values as they are sent, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.items().map(T::text)
    }

    pub(crate) fn items(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }
}

impl<T, V: Into<T>> FromIterator<V> for Values<T> {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        Self(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Item> Serialize for Values<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
