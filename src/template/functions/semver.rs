//! Masterminds/semver: versions and constraints in the releases that the dialects carry.
//!
//! In: texts. Out: versions, verdicts of constraints, or the library's error text. Never: Rust's own semver rules, which differ in
//! pre-releases, partial versions and operators.

use std::cmp::Ordering;

/// The release of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// 1.5.0, used by werf 1.1.
    V1_5,
    /// 3.2.1, used by werf 1.2.
    V3_2,
    /// 3.3.1, used by werf 2.
    V3_3,
    /// 3.4.0, used by werf 3.
    V3_4,
}

/// A version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// First number.
    pub major: u64,
    /// Second number.
    pub minor: u64,
    /// Third number.
    pub patch: u64,
    /// What stands behind `-`.
    pub pre: String,
    /// What stands behind `+`.
    pub metadata: String,
    /// The text that was parsed.
    pub original: String,
}

/// The parts of a version text: three number texts, pre-release and metadata, without their signs.
struct Parts<'t> {
    numbers: [Option<&'t str>; 3],
    pre: Option<&'t str>,
    metadata: Option<&'t str>,
    length: usize,
}

/// Reads the longest version at the start of `text`; `digit` says what a number may consist of.
fn scan(text: &str, digit: fn(u8) -> bool) -> Option<Parts<'_>> {
    let bytes = text.as_bytes();
    let run = |from: usize| bytes[from..].iter().take_while(|&&b| digit(b)).count();
    let mut at = usize::from(bytes.first() == Some(&b'v'));
    let mut numbers = [None; 3];
    let length = run(at);
    if length == 0 {
        return None;
    }
    numbers[0] = Some(&text[at..at + length]);
    at += length;
    for slot in &mut numbers[1..] {
        if bytes.get(at) != Some(&b'.') {
            break;
        }
        let length = run(at + 1);
        if length == 0 {
            break;
        }
        *slot = Some(&text[at + 1..at + 1 + length]);
        at += 1 + length;
    }
    let mut identifiers = |sign: u8| {
        if bytes.get(at) != Some(&sign) {
            return None;
        }
        let start = at + 1;
        let mut end = start;
        loop {
            let length = bytes[end..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
            if length == 0 {
                break;
            }
            end += length;
            let more = bytes.get(end) == Some(&b'.')
                && bytes.get(end + 1).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-');
            if !more {
                break;
            }
            end += 1;
        }
        if end == start {
            return None;
        }
        at = end;
        Some(&text[start..end])
    };
    let pre = identifiers(b'-');
    let metadata = identifiers(b'+');
    Some(Parts { numbers, pre, metadata, length: at })
}

fn leading_zero(number: &str) -> bool {
    number.len() > 1 && number.starts_with('0')
}

impl Release {
    fn invalid(self) -> String {
        if self == Self::V3_4 { "invalid semantic version" } else { "Invalid Semantic Version" }.to_owned()
    }
}

impl Version {
    /// Parses as `NewVersion` does.
    ///
    /// # Errors
    /// The library's error text.
    pub fn parse(text: &str, release: Release) -> Result<Self, String> {
        let parts = scan(text, |b| b.is_ascii_digit()).filter(|parts| parts.length == text.len());
        let parts = parts.ok_or_else(|| release.invalid())?;
        let zero_segment = |pre: &str| pre.split('.').any(|p| leading_zero(p) && p.bytes().all(|b| b.is_ascii_digit()));
        if release == Release::V3_3 {
            let zero = parts.numbers.iter().flatten().any(|n| leading_zero(n));
            if zero || parts.pre.is_some_and(zero_segment) {
                return Err(release.invalid());
            }
        }
        let mut numbers = [0u64; 3];
        for (number, part) in numbers.iter_mut().zip(parts.numbers) {
            let Some(part) = part else { continue };
            let max = if release == Release::V1_5 { i64::MAX as u64 } else { u64::MAX };
            *number = part.parse().ok().filter(|n| *n <= max).ok_or_else(|| {
                let function = if release == Release::V1_5 { "ParseInt" } else { "ParseUint" };
                let start = if release == Release::V3_4 { 'e' } else { 'E' };
                format!(
                    "{start}rror parsing version segment: strconv.{function}: parsing \"{part}\": value out of range"
                )
            })?;
        }
        if matches!(release, Release::V3_2 | Release::V3_4) && parts.pre.is_some_and(zero_segment) {
            let start = if release == Release::V3_4 { 'v' } else { 'V' };
            return Err(format!("{start}ersion segment starts with 0"));
        }
        Ok(Self {
            major: numbers[0],
            minor: numbers[1],
            patch: numbers[2],
            pre: parts.pre.unwrap_or_default().to_owned(),
            metadata: parts.metadata.unwrap_or_default().to_owned(),
            original: text.to_owned(),
        })
    }

    fn prefix(&self) -> &str {
        if self.original.starts_with('v') { "v" } else { "" }
    }

    fn bumped(&self, major: u64, minor: u64, patch: u64) -> Self {
        let original = format!("{}{major}.{minor}.{patch}", self.prefix());
        Self { major, minor, patch, pre: String::new(), metadata: String::new(), original }
    }

    /// The next patch version; a pre-release only loses its pre-release part.
    #[must_use]
    pub fn next_patch(&self) -> Self {
        let step = u64::from(self.pre.is_empty());
        self.bumped(self.major, self.minor, self.patch.wrapping_add(step))
    }

    /// The next minor version.
    #[must_use]
    pub fn next_minor(&self) -> Self {
        self.bumped(self.major, self.minor.wrapping_add(1), 0)
    }

    /// The next major version.
    #[must_use]
    pub fn next_major(&self) -> Self {
        self.bumped(self.major.wrapping_add(1), 0, 0)
    }

    /// The same version with another pre-release or metadata part.
    ///
    /// # Errors
    /// The library's error text when the part is not valid.
    pub fn with_parts(&self, pre: &str, metadata: &str, release: Release) -> Result<Self, String> {
        for part in [pre, metadata].into_iter().filter(|p| !p.is_empty()) {
            let bad = part.split('.').any(|p| !p.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
            if bad {
                let name = if part == pre { "Prerelease" } else { "Metadata" };
                let text = format!("Invalid {name} string");
                return Err(if release == Release::V3_4 { text.to_lowercase() } else { text });
            }
        }
        let mut next = self.clone();
        next.pre = pre.to_owned();
        next.metadata = metadata.to_owned();
        next.original = format!("{}{next}", self.prefix());
        Ok(next)
    }

    /// Order of precedence; metadata does not count.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        let numbers = |v: &Self| (v.major, v.minor, v.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => compare_pre(&self.pre, &other.pre),
        })
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

fn compare_pre(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(l), Some(r)) if l == r => continue,
            (Some(l), Some(r)) => match (l.parse::<u64>(), r.parse::<u64>()) {
                (Err(_), Err(_)) => l.cmp(r),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Ok(l), Ok(r)) => {
                    if l > r {
                        Ordering::Greater
                    } else {
                        Ordering::Less
                    }
                }
            },
        };
        return order;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterEqual,
    LessEqual,
    Tilde,
    Caret,
}

/// Longer spellings first.
const OPERATORS: &[(&str, Operator)] = &[
    ("!=", Operator::NotEqual),
    (">=", Operator::GreaterEqual),
    ("=>", Operator::GreaterEqual),
    ("<=", Operator::LessEqual),
    ("=<", Operator::LessEqual),
    ("~>", Operator::Tilde),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("=", Operator::Equal),
    ("", Operator::Equal),
];

struct Constraint {
    operator: Operator,
    version: Version,
    dirty: bool,
    minor_dirty: bool,
    patch_dirty: bool,
}

/// Alternatives of conjunctions.
pub struct Constraints {
    alternatives: Vec<Vec<Constraint>>,
    release: Release,
}

fn constraint_digit(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'|' | b'x' | b'X' | b'*')
}

fn is_wildcard(part: Option<&str>) -> bool {
    matches!(part, Some("x" | "X" | "*"))
}

/// White space as Go's `\s`.
fn spaces(text: &str) -> usize {
    text.bytes().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')).count()
}

/// `A - B` becomes `>= A, <= B`.
fn rewrite_ranges(text: &str) -> String {
    let mut out = text.to_owned();
    let mut at = 0;
    while at < text.len() {
        match range_at(&text[at..]) {
            Some((low, high, length)) => {
                out = out.replacen(&text[at..at + length], &format!(">= {low}, <= {high} "), 1);
                at += length;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    out
}

fn range_at(text: &str) -> Option<(&str, &str, usize)> {
    let start = spaces(text);
    let low = scan(&text[start..], constraint_digit)?.length;
    let mut at = start + low;
    let gap = spaces(&text[at..]);
    at += gap;
    if gap == 0 || !text[at..].starts_with('-') {
        return None;
    }
    at += 1;
    let gap = spaces(&text[at..]);
    at += gap;
    if gap == 0 {
        return None;
    }
    let high = scan(&text[at..], constraint_digit)?.length;
    let end = at + high;
    Some((&text[start..start + low], &text[at..end], end + spaces(&text[end..])))
}

impl Constraints {
    /// Parses as `NewConstraint` does.
    ///
    /// # Errors
    /// The library's error text.
    pub fn parse(text: &str, release: Release) -> Result<Self, String> {
        let text = rewrite_ranges(text);
        let mut alternatives = Vec::new();
        for alternative in text.split("||") {
            let mut all = Vec::new();
            if release == Release::V1_5 {
                for piece in alternative.split(',') {
                    let (constraint, rest) =
                        one(piece, release).ok_or_else(|| format!("improper constraint: {piece}"))?;
                    if !rest.is_empty() {
                        return Err(format!("improper constraint: {piece}"));
                    }
                    all.push(constraint?);
                }
            } else {
                let mut rest = alternative;
                let mut found = Vec::new();
                loop {
                    let (constraint, after) =
                        one(rest, release).ok_or_else(|| format!("improper constraint: {alternative}"))?;
                    found.push(constraint);
                    if after.is_empty() {
                        break;
                    }
                    let consumed = &rest[..rest.len() - after.len()];
                    rest = match after.strip_prefix(',') {
                        Some(next) => next,
                        // White space separates too; `one` has eaten it.
                        None if consumed.ends_with([' ', '\t', '\n', '\r', '\x0c']) => after,
                        None => return Err(format!("improper constraint: {alternative}")),
                    };
                }
                for constraint in found {
                    all.push(constraint?);
                }
            }
            alternatives.push(all);
        }
        Ok(Self { alternatives, release })
    }

    /// Whether the version satisfies one of the alternatives.
    #[must_use]
    pub fn check(&self, version: &Version) -> bool {
        self.alternatives.iter().any(|all| {
            let group_pre = all.iter().any(|c| !c.version.pre.is_empty());
            all.iter().all(|c| c.check(version, self.release, group_pre))
        })
    }
}

type Scanned<'t> = (Result<Constraint, String>, &'t str);

/// One constraint with the white space around it; the error inside is that of its version.
fn one(text: &str, release: Release) -> Option<Scanned<'_>> {
    let text = &text[spaces(text)..];
    let (spelling, operator) = OPERATORS.iter().find(|(spelling, _)| text.starts_with(spelling))?;
    let text = &text[spelling.len()..];
    let text = &text[spaces(text)..];
    let parts = scan(text, constraint_digit)?;
    let rest = &text[parts.length..];
    let rest = &rest[spaces(rest)..];
    Some((constraint(*operator, &parts, &text[..parts.length], release), rest))
}

fn constraint(operator: Operator, parts: &Parts<'_>, text: &str, release: Release) -> Result<Constraint, String> {
    let [major, minor, patch] = parts.numbers;
    let pre = parts.pre.map(|pre| format!("-{pre}")).unwrap_or_default();
    let old = release == Release::V1_5;
    let (mut dirty, mut minor_dirty, mut patch_dirty) = (true, false, false);
    let version = if is_wildcard(major) {
        if old { "0.0.0".to_owned() } else { format!("0.0.0{pre}") }
    } else if is_wildcard(minor) || minor.is_none() {
        minor_dirty = true;
        format!("{}.0.0{pre}", major.unwrap_or_default())
    } else if is_wildcard(patch) || (patch.is_none() && !old) {
        patch_dirty = true;
        format!("{}.{}.0{pre}", major.unwrap_or_default(), minor.unwrap_or_default())
    } else {
        dirty = false;
        text.to_owned()
    };
    let version = Version::parse(&version, release).map_err(|_| {
        if release == Release::V3_4 { "constraint parser error" } else { "constraint Parser Error" }.to_owned()
    })?;
    Ok(Constraint { operator, version, dirty, minor_dirty, patch_dirty })
}

impl Constraint {
    fn check(&self, v: &Version, release: Release, group_pre: bool) -> bool {
        let c = &self.version;
        let pre_wanted = if release >= Release::V3_4 { group_pre } else { !c.pre.is_empty() };
        // Before 3.4 `!=` asks for pre-releases only where the constraint has a gap.
        let asks = release >= Release::V3_4 || self.operator != Operator::NotEqual || self.dirty;
        if !v.pre.is_empty() && !pre_wanted && asks {
            return false;
        }
        let old = release == Release::V1_5;
        let order = v.compare(c);
        match self.operator {
            Operator::Equal if self.dirty => self.tilde(v),
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => self.not_equal(v, old),
            Operator::Greater if old || !self.dirty => order.is_gt(),
            Operator::Greater => match v.major.cmp(&c.major) {
                Ordering::Greater => true,
                Ordering::Less => false,
                Ordering::Equal if self.minor_dirty => false,
                Ordering::Equal if self.patch_dirty => v.minor > c.minor,
                Ordering::Equal => order.is_gt(),
            },
            Operator::GreaterEqual => order.is_ge(),
            Operator::Less if !old || !self.dirty => order.is_lt(),
            Operator::LessEqual if !self.dirty => order.is_le(),
            Operator::LessEqual if !old => {
                !(v.major > c.major || (v.major == c.major && v.minor > c.minor && !self.minor_dirty))
            }
            Operator::Less | Operator::LessEqual => !(v.major > c.major || (v.minor > c.minor && !self.minor_dirty)),
            Operator::Tilde => self.tilde(v),
            Operator::Caret if old => order.is_ge() && v.major == c.major,
            Operator::Caret => self.caret(v, order),
        }
    }

    fn tilde(&self, v: &Version) -> bool {
        let c = &self.version;
        if v.compare(c).is_lt() {
            return false;
        }
        if (c.major, c.minor, c.patch) == (0, 0, 0) && !self.minor_dirty && !self.patch_dirty {
            return true;
        }
        v.major == c.major && (v.minor == c.minor || self.minor_dirty)
    }

    fn caret(&self, v: &Version, order: Ordering) -> bool {
        let c = &self.version;
        if order.is_lt() {
            return false;
        }
        if c.major > 0 || self.minor_dirty {
            return v.major == c.major;
        }
        if v.major > 0 {
            return false;
        }
        if c.minor > 0 || self.patch_dirty {
            return v.minor == c.minor;
        }
        v.minor == 0 && v.patch == c.patch
    }

    fn not_equal(&self, v: &Version, old: bool) -> bool {
        let c = &self.version;
        if self.dirty {
            if v.major != c.major || (v.minor != c.minor && !self.minor_dirty) {
                return true;
            }
            if self.minor_dirty {
                return false;
            }
            if v.patch != c.patch && !self.patch_dirty {
                return true;
            }
            if self.patch_dirty && !old {
                return (!v.pre.is_empty() || !c.pre.is_empty()) && v.pre != c.pre;
            }
        }
        v.compare(c).is_ne()
    }
}
