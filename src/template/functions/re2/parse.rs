//! Go's regular expression syntax (`regexp/syntax` with the Perl flags) as an [`Hir`] that the matching engine understands.
//!
//! In: a pattern and the Go level. Out: the expression tree, or Go's error text for that pattern. Never: Rust's or PCRE's own syntax.

use regex_syntax::hir::{Capture, Class, ClassUnicode, ClassUnicodeRange, Hir, Look, Repetition};

use super::Syntax;

/// The largest count in `{n,m}`, also as the product of nested counts.
const MAX_REPEAT: u64 = 1000;
/// The deepest nesting of an expression.
const MAX_HEIGHT: usize = 1000;

#[derive(Clone, Copy)]
struct Flags {
    fold: bool,
    multi_line: bool,
    dot_newline: bool,
    swap_greed: bool,
}

/// An expression with what the checks over its children need.
struct Node {
    hir: Hir,
    /// Largest product of nested repeat counts inside.
    repeats: u64,
    height: usize,
}

struct Group {
    /// Flags to restore at the closing parenthesis.
    flags: Flags,
    /// Capture index; `None` for `(?:`.
    capture: Option<u32>,
    branches: Vec<Node>,
    items: Vec<Node>,
}

/// The error Go reports: code and offending piece.
fn failure(code: &str, piece: &str) -> String {
    format!("error parsing regexp: {code}: `{piece}`")
}

/// A parsed pattern.
pub(super) struct Parsed {
    pub hir: Hir,
    /// Name of each capture group, index 0 being the whole match.
    pub names: Vec<Option<String>>,
}

struct Parser<'p> {
    pattern: &'p str,
    syntax: Syntax,
    flags: Flags,
    stack: Vec<Group>,
    names: Vec<Option<String>>,
}

pub(super) fn parse(pattern: &str, syntax: Syntax) -> Result<Parsed, String> {
    let flags = Flags { fold: false, multi_line: false, dot_newline: false, swap_greed: false };
    let mut parser = Parser { pattern, syntax, flags, stack: Vec::new(), names: vec![None] };
    parser.open(None);
    parser.run()?;
    if parser.stack.len() != 1 {
        return Err(failure("missing closing )", pattern));
    }
    let Some(group) = parser.stack.pop() else { return Err(failure("missing closing )", pattern)) };
    let node = close(group);
    if node.height > MAX_HEIGHT {
        return Err(failure("expression nests too deeply", pattern));
    }
    Ok(Parsed { hir: node.hir, names: parser.names })
}

/// The one node that a finished group stands for.
fn close(mut group: Group) -> Node {
    let branches = if group.branches.is_empty() {
        concat(group.items)
    } else {
        group.branches.push(concat(group.items));
        let repeats = group.branches.iter().map(|n| n.repeats).max().unwrap_or(1);
        let height = group.branches.iter().map(|n| n.height).max().unwrap_or(0) + 1;
        Node { hir: Hir::alternation(group.branches.into_iter().map(|n| n.hir).collect()), repeats, height }
    };
    match group.capture {
        None => branches,
        Some(index) => {
            // Names stay with the parser: Go lets two groups share one, the engine does not.
            let hir = Hir::capture(Capture { index, name: None, sub: Box::new(branches.hir) });
            Node { hir, repeats: branches.repeats, height: branches.height + 1 }
        }
    }
}

fn concat(mut items: Vec<Node>) -> Node {
    if items.len() == 1
        && let Some(item) = items.pop()
    {
        return item;
    }
    let repeats = items.iter().map(|n| n.repeats).max().unwrap_or(1);
    let height = items.iter().map(|n| n.height).max().unwrap_or(0) + 1;
    Node { hir: Hir::concat(items.into_iter().map(|n| n.hir).collect()), repeats, height }
}

fn leaf(hir: Hir) -> Node {
    Node { hir, repeats: 1, height: 1 }
}

impl<'p> Parser<'p> {
    fn open(&mut self, capture: Option<u32>) {
        self.stack.push(Group { flags: self.flags, capture, branches: Vec::new(), items: Vec::new() });
    }

    fn push(&mut self, hir: Hir) {
        if let Some(group) = self.stack.last_mut() {
            group.items.push(leaf(hir));
        }
    }

    fn run(&mut self) -> Result<(), String> {
        let mut rest = self.pattern;
        let mut last_repeat: Option<&'p str> = None;
        while let Some(c) = rest.chars().next() {
            let mut repeat = None;
            match c {
                '(' if rest.starts_with("(?") => rest = self.perl_group(rest)?,
                '(' => {
                    self.names.push(None);
                    let index = u32::try_from(self.names.len() - 1).unwrap_or(u32::MAX);
                    self.open(Some(index));
                    rest = &rest[1..];
                }
                ')' => {
                    if self.stack.len() < 2 {
                        return Err(failure("unexpected )", self.pattern));
                    }
                    if let Some(group) = self.stack.pop() {
                        self.flags = group.flags;
                        let node = close(group);
                        if node.height > MAX_HEIGHT {
                            return Err(failure("expression nests too deeply", self.pattern));
                        }
                        if let Some(outer) = self.stack.last_mut() {
                            outer.items.push(node);
                        }
                    }
                    rest = &rest[1..];
                }
                '|' => {
                    if let Some(group) = self.stack.last_mut() {
                        let items = std::mem::take(&mut group.items);
                        group.branches.push(concat(items));
                    }
                    rest = &rest[1..];
                }
                '^' => {
                    self.push(Hir::look(if self.flags.multi_line { Look::StartLF } else { Look::Start }));
                    rest = &rest[1..];
                }
                '$' => {
                    self.push(Hir::look(if self.flags.multi_line { Look::EndLF } else { Look::End }));
                    rest = &rest[1..];
                }
                '.' => {
                    let mut class = ClassUnicode::empty();
                    if !self.flags.dot_newline {
                        class.push(ClassUnicodeRange::new('\n', '\n'));
                    }
                    class.negate();
                    self.push(Hir::class(Class::Unicode(class)));
                    rest = &rest[1..];
                }
                '[' => rest = self.class(rest)?,
                '*' | '+' | '?' => {
                    let (min, max) = match c {
                        '*' => (0, None),
                        '+' => (1, None),
                        _ => (0, Some(1)),
                    };
                    repeat = Some(rest);
                    rest = self.repeat(min, max, rest, &rest[1..], last_repeat)?;
                }
                '{' => match counts(rest) {
                    None => {
                        self.literal('{');
                        rest = &rest[1..];
                    }
                    Some((min, max, after)) => {
                        let bad = min > MAX_REPEAT || max.is_some_and(|m| m > MAX_REPEAT || m < min);
                        if bad {
                            return Err(failure("invalid repeat count", &rest[..rest.len() - after.len()]));
                        }
                        repeat = Some(rest);
                        let min = u32::try_from(min).unwrap_or(u32::MAX);
                        let max = max.map(|m| u32::try_from(m).unwrap_or(u32::MAX));
                        rest = self.repeat(min, max, rest, after, last_repeat)?;
                    }
                },
                '\\' => rest = self.backslash(rest)?,
                _ => {
                    self.literal(c);
                    rest = &rest[c.len_utf8()..];
                }
            }
            last_repeat = repeat;
        }
        Ok(())
    }

    fn literal(&mut self, c: char) {
        let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
        if self.flags.fold {
            fold(&mut class);
        }
        self.push(Hir::class(Class::Unicode(class)));
    }

    fn repeat(
        &mut self,
        min: u32,
        max: Option<u32>,
        before: &'p str,
        after: &'p str,
        last: Option<&'p str>,
    ) -> Result<&'p str, String> {
        let mut after = after;
        let mut greedy = !self.flags.swap_greed;
        if let Some(rest) = after.strip_prefix('?') {
            after = rest;
            greedy = !greedy;
        }
        if let Some(last) = last {
            return Err(failure("invalid nested repetition operator", &last[..last.len() - after.len()]));
        }
        let piece = &before[..before.len() - after.len()];
        let Some(item) = self.stack.last_mut().and_then(|g| g.items.pop()) else {
            return Err(failure("missing argument to repetition operator", piece));
        };
        let counted = before.starts_with('{');
        let mut repeats = item.repeats;
        if counted {
            let count = u64::from(max.unwrap_or(min));
            repeats = if max == Some(0) { 1 } else { repeats.saturating_mul(count.max(1)) };
            if (min >= 2 || max.is_some_and(|m| m >= 2)) && repeats > MAX_REPEAT {
                return Err(failure("invalid repeat count", piece));
            }
        }
        let hir = Hir::repetition(Repetition { min, max, greedy, sub: Box::new(item.hir) });
        if let Some(group) = self.stack.last_mut() {
            group.items.push(Node { hir, repeats, height: item.height + 1 });
        }
        Ok(after)
    }

    /// `(?flags)`, `(?flags:`, `(?P<name>` and, from Go 1.22, `(?<name>`.
    fn perl_group(&mut self, rest: &'p str) -> Result<&'p str, String> {
        let bytes = rest.as_bytes();
        let old_name = bytes.len() > 4 && &bytes[2..4] == b"P<";
        let new_name = self.syntax.short_names && bytes.len() > 3 && bytes[2] == b'<';
        if old_name || new_name {
            let Some(end) = rest.find('>') else { return Err(failure("invalid named capture", rest)) };
            let name = rest.get(if old_name { 4 } else { 3 }..end).unwrap_or_default();
            let valid = !name.is_empty() && name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric());
            if !valid {
                return Err(failure("invalid named capture", &rest[..=end]));
            }
            self.names.push(Some(name.to_owned()));
            let index = u32::try_from(self.names.len() - 1).unwrap_or(u32::MAX);
            self.open(Some(index));
            return Ok(&rest[end + 1..]);
        }
        let mut flags = self.flags;
        let mut on = true;
        let mut saw_flag = false;
        let mut after = &rest[2..];
        while let Some(c) = after.chars().next() {
            after = &after[c.len_utf8()..];
            match c {
                'i' => flags.fold = on,
                'm' => flags.multi_line = on,
                's' => flags.dot_newline = on,
                'U' => flags.swap_greed = on,
                '-' if on => {
                    on = false;
                    saw_flag = false;
                    continue;
                }
                ':' | ')' if on || saw_flag => {
                    if c == ':' {
                        self.open(None);
                    }
                    self.flags = flags;
                    return Ok(after);
                }
                _ => return Err(failure("invalid or unsupported Perl syntax", &rest[..rest.len() - after.len()])),
            }
            saw_flag = true;
        }
        Err(failure("invalid or unsupported Perl syntax", rest))
    }

    fn backslash(&mut self, rest: &'p str) -> Result<&'p str, String> {
        match rest.as_bytes().get(1) {
            Some(b'A') => self.push(Hir::look(Look::Start)),
            Some(b'z') => self.push(Hir::look(Look::End)),
            Some(b'b') => self.push(Hir::look(Look::WordAscii)),
            Some(b'B') => self.push(Hir::look(Look::WordAsciiNegate)),
            Some(b'C') => return Err(failure("invalid escape sequence", "\\C")),
            Some(b'Q') => {
                let quoted = &rest[2..];
                let (text, after) = quoted.split_once("\\E").unwrap_or((quoted, ""));
                for c in text.chars() {
                    self.literal(c);
                }
                return Ok(after);
            }
            _ => {
                let mut class = ClassUnicode::empty();
                if let Some(after) = self.class_escape(rest, &mut class)? {
                    self.push(Hir::class(Class::Unicode(class)));
                    return Ok(after);
                }
                let (c, after) = escape(rest)?;
                self.literal(c);
                return Ok(after);
            }
        }
        Ok(&rest[2..])
    }

    /// `\d`, `\pL` and their kin; `None` when the text is no class escape.
    fn class_escape(&self, rest: &'p str, class: &mut ClassUnicode) -> Result<Option<&'p str>, String> {
        let Some(&letter) = rest.as_bytes().get(1) else { return Ok(None) };
        if rest.as_bytes()[0] != b'\\' {
            return Ok(None);
        }
        if letter == b'p' || letter == b'P' {
            return self.unicode_class(rest, class).map(Some);
        }
        let ranges: &[(char, char)] = match letter.to_ascii_lowercase() {
            b'd' => &[('0', '9')],
            b's' => &[('\t', '\n'), ('\x0c', '\r'), (' ', ' ')],
            b'w' => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
            _ => return Ok(None),
        };
        self.add(class, from_ranges(ranges), letter.is_ascii_uppercase());
        Ok(Some(&rest[2..]))
    }

    /// Folds and negates a group in Go's order and adds it.
    fn add(&self, class: &mut ClassUnicode, mut group: ClassUnicode, negate: bool) {
        if self.flags.fold {
            fold(&mut group);
        }
        if negate {
            group.negate();
        }
        class.union(&group);
    }

    fn unicode_class(&self, rest: &'p str, class: &mut ClassUnicode) -> Result<&'p str, String> {
        let bad = |piece: &str| failure("invalid character class range", piece);
        let mut negate = rest.as_bytes()[1] == b'P';
        let after_p = &rest[2..];
        let Some(first) = after_p.chars().next() else { return Err(bad(rest)) };
        let (name, piece) = if first == '{' {
            let Some(end) = rest.find('}') else { return Err(bad(rest)) };
            (&rest[3..end], &rest[..=end])
        } else {
            (&after_p[..first.len_utf8()], &rest[..2 + first.len_utf8()])
        };
        let plain = match name.strip_prefix('^') {
            Some(inner) if !name.is_empty() => {
                negate = !negate;
                inner
            }
            _ => name,
        };
        let Some(group) = super::tables::lookup(plain, self.syntax.loose_properties) else { return Err(bad(piece)) };
        self.add(class, group, negate);
        Ok(&rest[piece.len()..])
    }

    fn class(&mut self, whole: &'p str) -> Result<&'p str, String> {
        let mut class = ClassUnicode::empty();
        let mut rest = &whole[1..];
        let mut negate = false;
        if let Some(after) = rest.strip_prefix('^') {
            negate = true;
            rest = after;
        }
        let mut first = true;
        while first || !rest.starts_with(']') {
            first = false;
            if rest.len() > 2
                && rest.starts_with("[:")
                && let Some(end) = rest[2..].find(":]")
            {
                let name = &rest[..end + 4];
                let (inner, negated) = match name[2..end + 2].strip_prefix('^') {
                    Some(inner) => (inner, true),
                    None => (&name[2..end + 2], false),
                };
                let Some(ranges) = posix(inner) else { return Err(failure("invalid character class range", name)) };
                self.add(&mut class, from_ranges(ranges), negated);
                rest = &rest[end + 4..];
                continue;
            }
            if let Some(after) = self.class_escape_in(rest, &mut class)? {
                rest = after;
                continue;
            }
            let range = rest;
            let (low, after) = class_char(rest, whole)?;
            rest = after;
            let mut high = low;
            if rest.len() >= 2 && rest.starts_with('-') && rest.as_bytes()[1] != b']' {
                let (end, after) = class_char(&rest[1..], whole)?;
                rest = after;
                high = end;
                if high < low {
                    return Err(failure("invalid character class range", &range[..range.len() - rest.len()]));
                }
            }
            self.add(&mut class, ClassUnicode::new([ClassUnicodeRange::new(low, high)]), false);
        }
        if negate {
            class.negate();
        }
        self.push(Hir::class(Class::Unicode(class)));
        Ok(&rest[1..])
    }

    fn class_escape_in(&self, rest: &'p str, class: &mut ClassUnicode) -> Result<Option<&'p str>, String> {
        if !rest.starts_with('\\') {
            return Ok(None);
        }
        self.class_escape(rest, class)
    }
}

fn fold(class: &mut ClassUnicode) {
    // The tables are compiled in, so this cannot fail; an unfolded class would be the honest rest.
    let _ = class.try_case_fold_simple();
}

fn from_ranges(ranges: &[(char, char)]) -> ClassUnicode {
    ClassUnicode::new(ranges.iter().map(|&(low, high)| ClassUnicodeRange::new(low, high)))
}

fn posix(name: &str) -> Option<&'static [(char, char)]> {
    Some(match name {
        "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "alpha" => &[('A', 'Z'), ('a', 'z')],
        "ascii" => &[('\0', '\x7f')],
        "blank" => &[('\t', '\t'), (' ', ' ')],
        "cntrl" => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        "digit" => &[('0', '9')],
        "graph" => &[('!', '~')],
        "lower" => &[('a', 'z')],
        "print" => &[(' ', '~')],
        "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "space" => &[('\t', '\r'), (' ', ' ')],
        "upper" => &[('A', 'Z')],
        "word" => &[('0', '9'), ('A', 'Z'), ('a', 'z'), ('_', '_')],
        "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        _ => return None,
    })
}

fn class_char<'p>(rest: &'p str, whole: &str) -> Result<(char, &'p str), String> {
    let Some(c) = rest.chars().next() else { return Err(failure("missing closing ]", whole)) };
    if c == '\\' {
        return escape(rest);
    }
    Ok((c, &rest[c.len_utf8()..]))
}

/// A backslash escape for one character.
fn escape(rest: &str) -> Result<(char, &str), String> {
    let mut after = &rest[1..];
    let mut next = || -> Option<char> {
        let c = after.chars().next()?;
        after = &after[c.len_utf8()..];
        Some(c)
    };
    let Some(c) = next() else { return Err(failure("trailing backslash at end of expression", "")) };
    let value = match c {
        '0'..='7' => {
            let followed = after.as_bytes().first().is_some_and(|b| (b'0'..=b'7').contains(b));
            if c != '0' && !followed {
                None
            } else {
                let mut value = c as u32 - '0' as u32;
                for _ in 1..3 {
                    let Some(digit) = after.as_bytes().first().filter(|b| (b'0'..=b'7').contains(b)) else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    after = &after[1..];
                }
                char::from_u32(value)
            }
        }
        'x' => hex(&mut next),
        'a' => Some('\x07'),
        'f' => Some('\x0c'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\x0b'),
        _ if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c),
        _ => None,
    };
    match value {
        Some(value) => Ok((value, after)),
        None => Err(failure("invalid escape sequence", &rest[..rest.len() - after.len()])),
    }
}

fn hex(next: &mut impl FnMut() -> Option<char>) -> Option<char> {
    let first = next()?;
    if first != '{' {
        let second = next();
        let high = first.to_digit(16)?;
        let low = second?.to_digit(16)?;
        return char::from_u32(high * 16 + low);
    }
    let mut value = 0u32;
    let mut digits = 0;
    loop {
        let c = next()?;
        if c == '}' {
            break;
        }
        value = value.checked_mul(16)?.checked_add(c.to_digit(16)?)?;
        if value > 0x10_FFFF {
            return None;
        }
        digits += 1;
    }
    // A surrogate can never be met in decoded text, but Go accepts the pattern.
    (digits > 0).then(|| char::from_u32(value).unwrap_or('\u{10FFFF}'))
}

/// `{n}`, `{n,}` or `{n,m}` and the text after it; `None` makes the brace a literal.
fn counts(rest: &str) -> Option<(u64, Option<u64>, &str)> {
    let (min, after) = number(&rest[1..])?;
    if let Some(after) = after.strip_prefix('}') {
        return Some((min, Some(min), after));
    }
    let after = after.strip_prefix(',')?;
    if let Some(after) = after.strip_prefix('}') {
        return Some((min, None, after));
    }
    let (max, after) = number(after)?;
    Some((min, Some(max), after.strip_prefix('}')?))
}

/// A decimal without a leading zero; a huge one counts as too large.
fn number(rest: &str) -> Option<(u64, &str)> {
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let digits = &rest[..length];
    if length == 0 || (length >= 2 && digits.starts_with('0')) {
        return None;
    }
    Some((if length > 8 { u64::MAX } else { digits.parse().ok()? }, &rest[length..]))
}
