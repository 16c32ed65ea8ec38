//! What a typed decoder asks of yaml.v2: each function converts one node into one Go type, with that library's decision and words.
//!
//! `Ok(None)` is null: the destination keeps its zero value. Aliases are followed.

use std::borrow::Cow;

use super::decode::{Problem, ProblemKind};
use super::resolve::{MAP_TAG, Resolved, SEQ_TAG, STR_TAG, resolve, short_tag};
use super::tree::{Kind, NodeId, Step, Tree};

/// Whether the library stops before it looks at the destination: `~`, `null` or nothing, unquoted. These leave a pointer or section
/// absent; other spellings of null (`Null`, `NULL`) make it present and empty (spec of 2 §7.6, of 1.1 §5.3).
#[must_use]
pub fn is_absent(tree: &Tree, node: NodeId) -> bool {
    let node = tree.target(node);
    if tree.tag(node) == Some(super::resolve::NULL_TAG) {
        return true;
    }
    if !matches!(tree.node(node).kind, Kind::Scalar(_)) || tree.tag(node).is_some() {
        return false;
    }
    match tree.value(node) {
        "null" | "~" => true,
        "" => tree.node(node).implicit,
        _ => false,
    }
}

/// Whether the value is null in any spelling.
#[must_use]
pub fn is_null(tree: &Tree, node: NodeId) -> bool {
    matches!(scalar(tree, node), Ok(Some(Resolved::Null)))
}

/// A scalar's type; None for collections. Quoted scalars without a tag are strings.
///
/// # Errors
/// A tag that contradicts the text.
pub fn scalar(tree: &Tree, node: NodeId) -> Result<Option<Resolved>, Problem> {
    let node = tree.target(node);
    if !matches!(tree.node(node).kind, Kind::Scalar(_)) {
        return Ok(None);
    }
    let tag = tree.tag(node);
    if tag.is_none() && !tree.node(node).implicit {
        return Ok(Some(Resolved::Str));
    }
    match resolve(tag, tree.value(node)) {
        Ok(resolved) => Ok(Some(resolved)),
        Err(text) => Err(Problem { text, node, first: None, kind: ProblemKind::Tag }),
    }
}

/// The problem of a value that does not fit `go_type` (`bool`, `[]string`, `config.rawGit`, …).
#[must_use]
pub fn mismatch(tree: &Tree, node: NodeId, go_type: &str) -> Problem {
    let node = tree.target(node);
    let found = match tree.node(node).kind {
        Kind::Sequence => SEQ_TAG,
        Kind::Mapping => MAP_TAG,
        Kind::Scalar(_) | Kind::Alias => match scalar(tree, node) {
            Ok(Some(resolved)) => resolved.tag(),
            _ => STR_TAG,
        },
    };
    mismatch_as(tree, node, found, go_type)
}

pub(super) fn mismatch_as(tree: &Tree, node: NodeId, found: &str, go_type: &str) -> Problem {
    let tag = tree.tag(node).unwrap_or(found);
    let line = tree.node(node).line + 1;
    let mut text = format!("line {line}: cannot unmarshal {}", short_tag(tag));
    let value = tree.value(node);
    // Values under the tag of a collection are not set apart, and long ones are cut by bytes, not characters.
    match value.as_bytes() {
        _ if tag == SEQ_TAG || tag == MAP_TAG => text.push_str(value),
        bytes if bytes.len() > 10 => text.push_str(&format!(" `{}...`", String::from_utf8_lossy(&bytes[..7]))),
        _ => text.push_str(&format!(" `{value}`")),
    }
    text.push_str(&format!(" into {go_type}"));
    Problem { text, node, first: None, kind: ProblemKind::Type }
}

/// `string`: any scalar, by its text as written (`1.10`, `yes`, `0755`); `!!binary` is decoded.
///
/// # Errors
/// For collections.
pub fn string<'a>(tree: &'a Tree, node: NodeId) -> Result<Option<Cow<'a, str>>, Problem> {
    let node = tree.target(node);
    match scalar(tree, node)? {
        None => Err(mismatch(tree, node, "string")),
        Some(Resolved::Null) => Ok(None),
        Some(Resolved::Binary) => binary(tree, node).map(|bytes| {
            Some(match String::from_utf8_lossy(&bytes) {
                Cow::Borrowed(text) => Cow::Owned(text.to_owned()),
                Cow::Owned(text) => Cow::Owned(text),
            })
        }),
        Some(_) => Ok(Some(Cow::Borrowed(tree.value(node)))),
    }
}

/// The bytes of a `!!binary` scalar.
///
/// # Errors
/// For invalid base64.
pub fn binary(tree: &Tree, node: NodeId) -> Result<Vec<u8>, Problem> {
    let node = tree.target(node);
    let text: Vec<u8> = tree.value(node).bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    base64::Engine::decode(&BASE64, text).map_err(|_| Problem {
        text: "yaml: !!binary value contains invalid base64 data".to_owned(),
        node,
        first: None,
        kind: ProblemKind::Base64,
    })
}

/// Go's standard encoding: padding is needed, spare bits are not looked at.
const BASE64: base64::engine::GeneralPurpose = base64::engine::GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    base64::engine::GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireCanonical),
);

/// `bool`: only booleans that are not quoted.
///
/// # Errors
/// For everything else.
pub fn boolean(tree: &Tree, node: NodeId) -> Result<Option<bool>, Problem> {
    match scalar(tree, node)? {
        Some(Resolved::Null) => Ok(None),
        Some(Resolved::Bool(value)) => Ok(Some(value)),
        _ => Err(mismatch(tree, node, "bool")),
    }
}

/// `int64` and, with other names and bounds, the narrower types: floats are cut towards zero.
///
/// # Errors
/// For everything that is no number and for numbers out of the bounds.
pub fn integer(
    tree: &Tree,
    node: NodeId,
    bounds: std::ops::RangeInclusive<i64>,
    go_type: &str,
) -> Result<Option<i64>, Problem> {
    let number = match scalar(tree, node)? {
        Some(Resolved::Null) => return Ok(None),
        Some(Resolved::Int(number)) => Some(number),
        Some(Resolved::Float(number)) if number <= i64::MAX as f64 => Some(go_int(number)),
        _ => None,
    };
    match number {
        Some(number) if bounds.contains(&number) => Ok(Some(number)),
        _ => Err(mismatch(tree, node, go_type)),
    }
}

/// Go's conversion of a float to a 64-bit integer on amd64: what does not fit gives the smallest number.
fn go_int(number: f64) -> i64 {
    const EDGE: f64 = 9_223_372_036_854_775_808.0;
    if !(-EDGE..EDGE).contains(&number) {
        return i64::MIN;
    }
    number as i64
}

/// `uint64` and, with other bounds, the narrower types.
///
/// # Errors
/// For everything that is no number, and for numbers below 0 or above the bound.
pub fn unsigned(tree: &Tree, node: NodeId, max: u64, go_type: &str) -> Result<Option<u64>, Problem> {
    let number = match scalar(tree, node)? {
        Some(Resolved::Null) => return Ok(None),
        Some(Resolved::Int(number)) => u64::try_from(number).ok(),
        Some(Resolved::Uint(number)) => Some(number),
        Some(Resolved::Float(number)) if number <= u64::MAX as f64 => {
            Some(if number < 0.0 { go_int(number) as u64 } else { number as u64 })
        }
        _ => None,
    };
    match number {
        Some(number) if number <= max => Ok(Some(number)),
        _ => Err(mismatch(tree, node, go_type)),
    }
}

/// `float64`.
///
/// # Errors
/// For everything that is no number.
pub fn float(tree: &Tree, node: NodeId) -> Result<Option<f64>, Problem> {
    match scalar(tree, node)? {
        Some(Resolved::Null) => Ok(None),
        Some(Resolved::Int(number)) => Ok(Some(number as f64)),
        Some(Resolved::Uint(number)) => Ok(Some(number as f64)),
        Some(Resolved::Float(number)) => Ok(Some(number)),
        _ => Err(mismatch(tree, node, "float64")),
    }
}

/// `time.Duration` in nanoseconds: a bare number counts nanoseconds, a string is Go's notation (`1h30m`).
///
/// # Errors
/// For everything else.
pub fn duration(tree: &Tree, node: NodeId) -> Result<Option<i64>, Problem> {
    let target = tree.target(node);
    if matches!(scalar(tree, node)?, Some(Resolved::Str | Resolved::Binary)) {
        return match parse_duration(tree.value(target)) {
            Some(nanoseconds) => Ok(Some(nanoseconds)),
            None => Err(mismatch(tree, node, "time.Duration")),
        };
    }
    integer(tree, node, i64::MIN..=i64::MAX, "time.Duration")
}

/// Go's `time.ParseDuration`, in nanoseconds.
#[must_use]
pub fn parse_duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: u64 = 0;
    const LIMIT: u64 = 1 << 63;
    while !rest.is_empty() {
        let whole_length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (whole_text, mut after) = rest.split_at(whole_length);
        let mut whole: u64 = 0;
        for digit in whole_text.bytes() {
            whole = whole.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
            if whole > LIMIT {
                return None;
            }
        }
        let mut fraction: u64 = 0;
        let mut scale: f64 = 1.0;
        let mut fraction_length = 0;
        if let Some(behind) = after.strip_prefix('.') {
            fraction_length = behind.bytes().take_while(u8::is_ascii_digit).count();
            for digit in behind[..fraction_length].bytes() {
                // Digits beyond what 63 bits hold do not count.
                let Some(next) = fraction.checked_mul(10).and_then(|f| f.checked_add(u64::from(digit - b'0'))) else {
                    break;
                };
                if next > LIMIT - 1 {
                    break;
                }
                fraction = next;
                scale *= 10.0;
            }
            after = &behind[fraction_length..];
        }
        if whole_length == 0 && fraction_length == 0 {
            return None;
        }
        let unit_length = after.bytes().take_while(|byte| *byte != b'.' && !byte.is_ascii_digit()).count();
        let unit: u64 = match &after[..unit_length] {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        rest = &after[unit_length..];
        let mut part = whole.checked_mul(unit).filter(|part| *part <= LIMIT)?;
        if fraction > 0 {
            part = part.checked_add((fraction as f64 * (unit as f64 / scale)) as u64).filter(|part| *part <= LIMIT)?;
        }
        total = total.checked_add(part).filter(|total| *total <= LIMIT)?;
    }
    match (negative, total) {
        (true, LIMIT) => Some(i64::MIN),
        (true, total) => i64::try_from(total).ok().map(|total| -total),
        (false, total) => i64::try_from(total).ok(),
    }
}

/// A duration in nanoseconds as Go prints it: `1m30s`, `1.5s`, `20ms`, `0s`.
#[must_use]
pub fn format_duration(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let total = nanoseconds.unsigned_abs();
    let with_fraction = |whole: u64, rest: u64, digits: usize| {
        let fraction = format!("{rest:0digits$}");
        match fraction.trim_end_matches('0') {
            "" => whole.to_string(),
            fraction => format!("{whole}.{fraction}"),
        }
    };
    let text = match total {
        0 => "0s".to_owned(),
        1..1_000 => format!("{total}ns"),
        1_000..1_000_000 => format!("{}µs", with_fraction(total / 1_000, total % 1_000, 3)),
        1_000_000..1_000_000_000 => format!("{}ms", with_fraction(total / 1_000_000, total % 1_000_000, 6)),
        _ => {
            let seconds = total / 1_000_000_000;
            let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
            let seconds = with_fraction(seconds % 60, total % 1_000_000_000, 9);
            match (hours, minutes) {
                (0, 0) => format!("{seconds}s"),
                (0, minutes) => format!("{minutes}m{seconds}s"),
                (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
            }
        }
    };
    format!("{sign}{text}")
}

/// The text of a mapping's key as a structure or a string-keyed map sees it; null is the empty text.
///
/// # Errors
/// For keys that are collections.
pub fn key<'a>(tree: &'a Tree, node: NodeId) -> Result<Cow<'a, str>, Problem> {
    Ok(string(tree, node)?.unwrap_or_default())
}

/// The steps in which a mapping fills a structure, merge keys expanded in place. Merges that the generic pass refuses are left out.
#[must_use]
pub fn steps(tree: &Tree, mapping: NodeId) -> Vec<Step> {
    // Merges of merges can multiply; the generic pass refuses documents far below this.
    const MOST: usize = 1 << 20;
    let mut steps = Vec::new();
    // Mappings still to be walked: (mapping, next entry). `open` guards against an anchor inside itself.
    let mut stack = vec![(tree.target(mapping), 0_usize)];
    let mut pending: Vec<Vec<NodeId>> = vec![Vec::new()];
    while let (Some((current, position)), Some(merges)) = (stack.last_mut(), pending.last_mut()) {
        if steps.len() >= MOST {
            break;
        }
        if let Some(merge) = merges.pop() {
            let target = tree.target(merge);
            let open = stack.iter().any(|(node, _)| *node == target);
            if matches!(tree.node(target).kind, Kind::Mapping) && !open {
                steps.push(Step::Merge(merge));
                stack.push((target, 0));
                pending.push(Vec::new());
            }
            continue;
        }
        let Some(entry) = tree.entry(*current, *position) else {
            stack.pop();
            pending.pop();
            continue;
        };
        *position += 1;
        if !tree.is_merge(entry.key) {
            steps.push(Step::Entry(entry));
            continue;
        }
        // Later items of a list of merges go first.
        match tree.node(entry.value).kind {
            Kind::Sequence => merges.extend_from_slice(tree.items(entry.value)),
            _ => merges.push(entry.value),
        }
    }
    steps
}
