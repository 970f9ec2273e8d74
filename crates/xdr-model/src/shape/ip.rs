//! The pattern of IP addresses. It matches exactly what `std::net::IpAddr` reads.

/// A pattern that matches exactly the texts that `IpAddr::from_str` accepts, among the texts without a [`FOREIGN`]
/// character. It uses only explicit classes and plain groups, because other notations differ between languages.
pub(super) fn pattern() -> String {
    let octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    let v4 = format!("{octet}([.]{octet}){{3}}");
    let group = "[0-9A-Fa-f]{1,4}";
    let mut choices = vec![v4.clone(), format!("({group}:){{7}}{group}"), format!("({group}:){{6}}{v4}")];
    choices
        .extend((0..=7).map(|before| format!("{}::{}", head(group, before), tail(group, &v4, 7 - before))));
    format!("^({})$", choices.join("|"))
}

/// Any character that no address contains. It is needed in addition to the pattern, because `$` also matches before a
/// final line break in some languages.
pub(super) const FOREIGN: &str = "[^0-9A-Fa-f:.]";

/// Exactly `n` groups before the double colon, which stands for at least one.
fn head(group: &str, n: usize) -> String {
    match n {
        0 => String::new(),
        1 => group.into(),
        n => format!("({group}:){{{}}}{group}", n - 1),
    }
}

/// At most `n` groups after the double colon. The last two may be written as an IPv4 address.
fn tail(group: &str, v4: &str, n: usize) -> String {
    match n {
        0 => String::new(),
        1 => format!("({group})?"),
        n => format!("(({group}:){{0,{}}}{group}|({group}:){{0,{}}}{v4})?", n - 1, n - 2),
    }
}
