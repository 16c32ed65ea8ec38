//! yaml.v2's rules for the type of a scalar: YAML 1.1 with that library's own deviations (spec of 2 §7.2, of 1.1 §5.2).

/// Long form of `!!str`.
pub const STR_TAG: &str = "tag:yaml.org,2002:str";
/// Long form of `!!bool`.
pub const BOOL_TAG: &str = "tag:yaml.org,2002:bool";
/// Long form of `!!int`.
pub const INT_TAG: &str = "tag:yaml.org,2002:int";
/// Long form of `!!float`.
pub const FLOAT_TAG: &str = "tag:yaml.org,2002:float";
/// Long form of `!!null`.
pub const NULL_TAG: &str = "tag:yaml.org,2002:null";
/// Long form of `!!timestamp`.
pub const TIMESTAMP_TAG: &str = "tag:yaml.org,2002:timestamp";
/// Long form of `!!binary`.
pub const BINARY_TAG: &str = "tag:yaml.org,2002:binary";
/// Long form of `!!merge`.
pub const MERGE_TAG: &str = "tag:yaml.org,2002:merge";
/// Long form of `!!seq`.
pub const SEQ_TAG: &str = "tag:yaml.org,2002:seq";
/// Long form of `!!map`.
pub const MAP_TAG: &str = "tag:yaml.org,2002:map";

/// A scalar with its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolved {
    /// Nothing, `~`, `null`, `Null`, `NULL`.
    Null,
    /// `yes`, `Off`, `true`, …
    Bool(bool),
    /// A number that fits 64 bits with sign.
    Int(i64),
    /// A whole number above that.
    Uint(u64),
    /// A number with point or exponent, `.inf`, `.nan`, or a whole number too large for 64 bits.
    Float(f64),
    /// Text: the scalar's own.
    Str,
    /// A date; a string to every destination werf has, but named `!!timestamp` in messages.
    Timestamp,
    /// Base64 data under the tag `!!binary`, not yet decoded.
    Binary,
}

impl Resolved {
    /// Long form of the tag that stands for the type.
    #[must_use]
    pub fn tag(&self) -> &'static str {
        match self {
            Resolved::Null => NULL_TAG,
            Resolved::Bool(_) => BOOL_TAG,
            Resolved::Int(_) | Resolved::Uint(_) => INT_TAG,
            Resolved::Float(_) => FLOAT_TAG,
            Resolved::Str => STR_TAG,
            Resolved::Timestamp => TIMESTAMP_TAG,
            Resolved::Binary => BINARY_TAG,
        }
    }
}

/// A tag as messages show it: `!!int` for `tag:yaml.org,2002:int`.
#[must_use]
pub fn short_tag(tag: &str) -> String {
    match tag.strip_prefix("tag:yaml.org,2002:") {
        Some(name) => format!("!!{name}"),
        None => tag.to_owned(),
    }
}

/// Resolves a scalar that is plain or carries a tag.
///
/// # Errors
/// yaml.v2's message when an explicit tag contradicts the text.
pub fn resolve(tag: Option<&str>, text: &str) -> Result<Resolved, String> {
    let wanted = match tag {
        None => return Ok(resolve_plain(text, true)),
        Some(STR_TAG) => return Ok(Resolved::Str),
        Some(BINARY_TAG) => return Ok(Resolved::Binary),
        Some(tag @ (BOOL_TAG | INT_TAG | FLOAT_TAG | NULL_TAG | TIMESTAMP_TAG)) => tag,
        Some(_) => return Ok(Resolved::Str),
    };
    let found = resolve_plain(text, wanted == TIMESTAMP_TAG);
    match found {
        _ if found.tag() == wanted => Ok(found),
        Resolved::Int(number) if wanted == FLOAT_TAG => Ok(Resolved::Float(number as f64)),
        _ => Err(format!("yaml: cannot decode {} `{text}` as a {}", short_tag(found.tag()), short_tag(wanted))),
    }
}

fn resolve_plain(text: &str, dates: bool) -> Resolved {
    if let Some(word) = resolve_word(text) {
        return word;
    }
    match text.bytes().next() {
        // Here underscores count only between digits.
        Some(b'.') if separates_digits(text) => match parse_float(&text.replace('_', "")) {
            Some(number) => Resolved::Float(number),
            None => Resolved::Str,
        },
        Some(b'0'..=b'9' | b'+' | b'-') => resolve_number(text, dates),
        _ => Resolved::Str,
    }
}

/// Whether every underscore stands between two digits.
fn separates_digits(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'_')
        .all(|(at, _)| at > 0 && bytes[at - 1].is_ascii_digit() && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
}

fn resolve_word(text: &str) -> Option<Resolved> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Resolved::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Resolved::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Resolved::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Resolved::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn resolve_number(text: &str, dates: bool) -> Resolved {
    if dates && is_timestamp(text) {
        return Resolved::Timestamp;
    }
    let without_underscores;
    let plain = if text.contains('_') {
        without_underscores = text.replace('_', "");
        without_underscores.as_str()
    } else {
        text
    };
    if let Some(number) = parse_integer(plain) {
        return number;
    }
    if is_float_style(plain)
        && let Some(number) = parse_float(plain)
    {
        return Resolved::Float(number);
    }
    // What is left of the library's binary notation behind the general one: a sign between prefix and digits.
    if let Some(digits) = plain.strip_prefix("0b")
        && let Some(number) = parse_radix(digits, 2)
    {
        return number;
    }
    Resolved::Str
}

/// Go's integer notation: sign, then `0x`, `0o`, `0b`, a leading zero for octal, or decimal.
fn parse_integer(text: &str) -> Option<Resolved> {
    let (sign, digits) = match text.bytes().next()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("+", &text[1..]),
        _ => ("", text),
    };
    let bytes = digits.as_bytes();
    let (radix, digits) = match (bytes.first()?, bytes.get(1)) {
        (b'0', Some(b'x' | b'X')) => (16, &digits[2..]),
        (b'0', Some(b'o' | b'O')) => (8, &digits[2..]),
        (b'0', Some(b'b' | b'B')) => (2, &digits[2..]),
        (b'0', Some(_)) => (8, &digits[1..]),
        _ => (10, digits),
    };
    if !digits.bytes().next()?.is_ascii_alphanumeric() {
        return None;
    }
    match sign {
        "" => parse_radix(digits, radix),
        // Only without a sign is there room above the signed range.
        sign => i64::from_str_radix(&format!("{sign}{digits}"), radix).ok().map(Resolved::Int),
    }
}

fn parse_radix(digits: &str, radix: u32) -> Option<Resolved> {
    if let Ok(number) = i64::from_str_radix(digits, radix) {
        return Some(Resolved::Int(number));
    }
    match u64::from_str_radix(digits, radix) {
        Ok(number) if !digits.starts_with('+') => Some(Resolved::Uint(number)),
        _ => None,
    }
}

/// A finite number in decimal notation; beyond the range of 64 bits is no number.
fn parse_float(text: &str) -> Option<f64> {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-')) {
        return None;
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float_style(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let whole = digits(rest);
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = digits(fraction);
        if whole == 0 && length == 0 {
            return false;
        }
        rest = &fraction[length..];
    } else if whole == 0 {
        return false;
    }
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else { return rest.is_empty() };
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    !exponent.is_empty() && digits(exponent) == exponent.len()
}

/// Whether a text is a date, or a date and time, in one of the four layouts of the library.
#[must_use]
pub fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 6 || !bytes[..4].iter().all(u8::is_ascii_digit) || bytes[4] != b'-' {
        return false;
    }
    let year = bytes[..4].iter().fold(0, |year, digit| year * 10 + u32::from(digit - b'0'));
    let Some((month, rest)) = short_number(&bytes[5..]) else { return false };
    let Some((day, rest)) = rest.strip_prefix(b"-").and_then(short_number) else { return false };
    if !(1..=12).contains(&month) || day < 1 || day > days_in(month, year) {
        return false;
    }
    match rest.first() {
        None => true,
        Some(b'T' | b't') => clock(&rest[1..]).is_some_and(is_zone),
        Some(b' ') => clock(rest.trim_ascii_start()).is_some_and(<[u8]>::is_empty),
        Some(_) => false,
    }
}

/// One or two digits.
fn short_number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let first = *bytes.first().filter(|byte| byte.is_ascii_digit())?;
    match bytes.get(1) {
        Some(second) if second.is_ascii_digit() => {
            Some((u32::from(first - b'0') * 10 + u32::from(second - b'0'), &bytes[2..]))
        }
        _ => Some((u32::from(first - b'0'), &bytes[1..])),
    }
}

/// `h:m:s` with an optional fraction; gives what follows.
fn clock(bytes: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = short_number(bytes)?;
    let (minute, rest) = short_number(rest.strip_prefix(b":")?)?;
    let (second, rest) = short_number(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    match rest {
        [b'.' | b',', digit, ..] if digit.is_ascii_digit() => {
            let length = rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            Some(&rest[1 + length..])
        }
        _ => Some(rest),
    }
}

fn is_zone(bytes: &[u8]) -> bool {
    match bytes {
        b"Z" => true,
        [b'+' | b'-', a, b, b':', c, d] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) => {
            (a - b'0') * 10 + (b - b'0') <= 24 && (c - b'0') * 10 + (d - b'0') <= 60
        }
        _ => false,
    }
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
