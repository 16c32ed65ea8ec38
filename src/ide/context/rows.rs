//! Single lines of YAML: dashes, a key, the rest; and the word around a cursor.
//!
//! In: the bytes of a line, actions masked. Out: tokens by column. Never: more than one line at a time, except for what stands below a key.

use super::{Level, Shape, Sibling, Slot};

/// Stands for each byte of an action.
pub(super) const MASK: u8 = 0x01;

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `-` at a column.
    Dash(usize),
    /// A key at a column.
    Key(usize, String),
}

/// A line.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// Dashes, then the key, with columns shifted as the line is.
    pub tokens: Vec<Token>,
    /// What stands behind them.
    value: String,
    /// Blanks at its beginning, not shifted.
    indent: usize,
    /// Whether nothing but blanks and comments is on it.
    pub is_blank: bool,
}

impl Row {
    /// Reads a line.
    pub fn new(line: &[u8], shift: isize) -> Self {
        let place = |column: usize| super::shifted(column, shift);
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        let mut row = Self { indent, ..Self::default() };
        let mut at = indent;
        while is_dash(line, at) {
            row.tokens.push(Token::Dash(place(at)));
            at += 1;
            at += line.get(at..).unwrap_or_default().iter().take_while(|byte| **byte == b' ').count();
        }
        let rest = line.get(at..).unwrap_or_default();
        row.is_blank = row.tokens.is_empty() && (rest.trim_ascii().is_empty() || rest.starts_with(b"#"));
        if row.is_blank {
            return row;
        }
        let value = match key(rest) {
            Some((name, end)) => {
                row.tokens.push(Token::Key(place(at), name));
                rest.get(end + 1..).unwrap_or_default()
            }
            None => rest,
        };
        row.value = String::from_utf8_lossy(without_comment(value).trim_ascii()).into_owned();
        row
    }

    pub fn key(&self) -> Option<(usize, &str)> {
        self.tokens.iter().find_map(|token| match token {
            Token::Key(column, key) => Some((*column, key.as_str())),
            Token::Dash(_) => None,
        })
    }

    /// What stands behind the key, without quotes.
    pub fn value_text(&self) -> String {
        self.value.trim_matches(['"', '\'']).to_owned()
    }

    pub fn indent_in_line(&self) -> usize {
        self.indent
    }

    /// Whether a text of several lines begins behind it.
    pub fn opens_text(&self) -> bool {
        let Some(last) = self.value.split_whitespace().next_back() else { return false };
        let mut bytes = last.bytes();
        matches!(bytes.next(), Some(b'|' | b'>')) && bytes.all(|byte| matches!(byte, b'+' | b'-' | b'0'..=b'9'))
    }

    fn first(&self) -> Option<usize> {
        match self.tokens.first()? {
            Token::Dash(column) | Token::Key(column, _) => Some(*column),
        }
    }
}

fn is_dash(line: &[u8], at: usize) -> bool {
    line.get(at) == Some(&b'-') && matches!(line.get(at + 1), None | Some(b' ' | b'\r'))
}

/// A key at the beginning of a text: its name and the offset of its colon. An empty name stands where only the colon is there.
fn key(text: &[u8]) -> Option<(String, usize)> {
    let first = *text.first()?;
    if matches!(first, b'"' | b'\'') {
        let close = text.get(1..)?.iter().position(|byte| *byte == first)? + 1;
        let behind = text.get(close + 1..)?;
        let blanks = behind.iter().take_while(|byte| **byte == b' ').count();
        let colon = close + 1 + blanks;
        let is_key = is_colon(text, colon);
        return is_key.then(|| (String::from_utf8_lossy(&text[1..close]).into_owned(), colon));
    }
    if matches!(first, b'#' | b'[' | b'{' | b'|' | b'>' | b'%' | b'@' | b'`' | b'&' | b'*' | b'!') {
        return None;
    }
    let mut at = 0;
    while at < text.len() {
        if is_colon(text, at) {
            return Some((String::from_utf8_lossy(text[..at].trim_ascii_end()).into_owned(), at));
        }
        if text[at] == b'#' && at > 0 && text[at - 1] == b' ' {
            return None;
        }
        at += 1;
    }
    None
}

fn is_colon(text: &[u8], at: usize) -> bool {
    text.get(at) == Some(&b':') && matches!(text.get(at + 1), None | Some(b' ' | b'\r' | b'\n'))
}

/// A text up to its comment.
fn without_comment(text: &[u8]) -> &[u8] {
    let mut quote = None;
    for (at, byte) in text.iter().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'#') if at == 0 || text[at - 1] == b' ' => return &text[..at],
            _ => {}
        }
    }
    text
}

/// The word around a cursor.
#[derive(Debug, Default)]
pub(super) struct Word {
    /// Its columns in the line.
    pub start: usize,
    pub end: usize,
    /// Column and name of the key before it on the line.
    pub key: Option<(usize, String)>,
    pub quote: Option<u8>,
    pub has_colon: bool,
    pub needs_blank: bool,
    /// What stands behind its colon.
    pub rest: String,
    pub flow: Flow,
}

/// Where the word stands in brackets.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub is_flow: bool,
    pub path: Vec<Level>,
    pub slot: Option<Slot>,
    pub siblings: Vec<Sibling>,
}

/// The word at a column; `None` in a comment and in an action.
pub(super) fn word(line: &[u8], column: usize) -> Option<Word> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let column = column.min(line.len());
    let before = &line[..column];
    let mut start = before.iter().take_while(|byte| **byte == b' ').count();
    while is_dash(line, start) && start < column {
        start += 1;
        start += before.get(start..).unwrap_or_default().iter().take_while(|byte| **byte == b' ').count();
    }
    let start = start.min(column);
    if without_comment(before).len() < before.len() {
        return None;
    }
    let mut found = Word { start, end: column, ..Word::default() };
    if let Some((name, colon)) = key(&before[start..]) {
        let key_column = start;
        let behind = start + colon + 1;
        found.needs_blank = behind == column;
        let blanks = line.get(behind..).unwrap_or_default().iter().take_while(|byte| **byte == b' ').count();
        found.key = Some((key_column, name));
        found.start = (behind + blanks).min(column);
        return value(line, column, found);
    }
    if matches!(line.get(start), Some(b'{' | b'[')) && start < column {
        return value(line, column, found);
    }
    if let Some(quote @ (b'"' | b'\'')) = line.get(start).filter(|_| start < column) {
        found.quote = Some(*quote);
        found.start = start + 1;
        let rest = line.get(column..).unwrap_or_default();
        found.end = column + rest.iter().position(|byte| byte == quote).unwrap_or(0);
        found.has_colon = is_colon(line, found.end + 1);
        return Some(found);
    }
    let rest = line.get(column..).unwrap_or_default();
    let length = rest.iter().enumerate().position(|(at, byte)| is_colon(rest, at) || *byte == b' ');
    let mut length = length.unwrap_or(rest.len());
    if start == column && line.get(column) == Some(&b'-') {
        // Before a dash: a new line is meant.
        length = 0;
    }
    found.end = column + length;
    let blanks = line.get(found.end..).unwrap_or_default().iter().take_while(|byte| **byte == b' ').count();
    let colon = found.end + blanks;
    found.has_colon = is_colon(line, colon);
    if found.has_colon {
        let rest = line.get(colon + 1..).unwrap_or_default();
        found.rest = String::from_utf8_lossy(without_comment(rest).trim_ascii()).into_owned();
    } else if found.end < line.len() && !line[found.end..].trim_ascii().is_empty() && start < column {
        // Several words: an item that is a text.
        let whole = without_comment(line).trim_ascii_end().len();
        found.end = whole.max(column);
    }
    Some(found)
}

/// The rest of [`word`] behind a key or an opening bracket.
fn value(line: &[u8], column: usize, mut found: Word) -> Option<Word> {
    let start = found.start;
    let whole = start + without_comment(line.get(start..)?).trim_ascii_end().len();
    found.end = whole.max(column);
    match line.get(start).filter(|_| start < column) {
        Some(quote @ (b'"' | b'\'')) => {
            found.quote = Some(*quote);
            found.start = start + 1;
            let close = line.get(start + 1..)?.iter().position(|byte| byte == quote);
            let close = close.map_or(whole, |close| start + 1 + close);
            if close < column {
                return None;
            }
            found.end = close;
        }
        Some(b'|' | b'>') => return None,
        Some(b'{' | b'[') => return flow(line, column, start, found),
        _ => {}
    }
    Some(found)
}

/// A word in brackets that open on its line.
fn flow(line: &[u8], column: usize, start: usize, mut found: Word) -> Option<Word> {
    /// An open bracket: whether it is a mapping, the key that is written, where the word begins, the keys so far.
    struct Open {
        is_mapping: bool,
        key: Option<String>,
        word: usize,
        keys: Vec<Sibling>,
    }
    let mut open: Vec<Open> = Vec::new();
    let mut quote = None;
    let text = |from: usize, to: usize| {
        let bytes = line.get(from..to.max(from)).unwrap_or_default().trim_ascii();
        String::from_utf8_lossy(bytes).trim_matches(['"', '\'']).to_owned()
    };
    for at in start..column {
        let byte = line[at];
        if let Some(open) = quote {
            quote = (open != byte).then_some(open);
            continue;
        }
        match byte {
            b'"' | b'\'' => quote = Some(byte),
            b'{' | b'[' => {
                open.push(Open { is_mapping: byte == b'{', key: None, word: at + 1, keys: Vec::new() });
            }
            b'}' | b']' => drop(open.pop()),
            b',' => {
                let inner = open.last_mut()?;
                let value = text(inner.word, at);
                if let Some(key) = inner.key.take() {
                    inner.keys.push(Sibling { key, value });
                }
                inner.word = at + 1;
            }
            b':' if open.last().is_some_and(|inner| inner.is_mapping) && line.get(at + 1) == Some(&b' ') => {
                let inner = open.last_mut()?;
                inner.key = Some(text(inner.word, at));
                inner.word = at + 1;
            }
            _ => {}
        }
    }
    let innermost = open.len().checked_sub(1)?;
    for (number, level) in open.iter().enumerate() {
        if number > 0 && !open[number - 1].is_mapping {
            found.flow.path.push(Level::Item);
        }
        if number < innermost
            && let Some(key) = &level.key
        {
            found.flow.path.push(Level::Key(key.clone()));
        }
    }
    let inner = open.pop()?;
    found.flow.is_flow = true;
    let skipped = line.get(inner.word..column)?.iter().take_while(|byte| **byte == b' ').count();
    found.start = inner.word + skipped;
    let rest = line.get(column..).unwrap_or_default();
    let length = rest.iter().enumerate().position(|(at, byte)| {
        matches!(byte, b',' | b']' | b'}' | b' ' | b'\r') || byte == &b':' && is_colon(rest, at)
    });
    found.end = column + length.unwrap_or(rest.len());
    if let Some(open @ (b'"' | b'\'')) = line.get(found.start).filter(|_| found.start < column) {
        found.quote = Some(*open);
        found.start += 1;
        found.end = column + rest.iter().position(|byte| byte == open).unwrap_or(0);
    }
    found.has_colon = inner.is_mapping && is_colon(line, found.end);
    found.flow.siblings = inner.keys;
    if inner.is_mapping {
        let behind = line.get(found.end..).unwrap_or_default();
        let close = behind.iter().position(|byte| *byte == b'}').unwrap_or(behind.len());
        for part in String::from_utf8_lossy(&behind[..close]).split(',').skip(1) {
            if let Some((key, value)) = part.split_once(':') {
                let value = value.trim().to_owned();
                found.flow.siblings.push(Sibling { key: key.trim().to_owned(), value });
            }
        }
    }
    found.flow.slot = Some(match (inner.is_mapping, inner.key) {
        (true, Some(key)) => Slot::Value(key),
        (true, None) => Slot::Key,
        (false, _) => {
            found.flow.path.push(Level::Item);
            Slot::Item
        }
    });
    Some(found)
}

/// The shape of a value that is written on the line.
pub(super) fn shape_of(rest: &str) -> Shape {
    let rest = rest.split_whitespace().find(|part| !part.starts_with(['&', '!'])).map_or("", |_| rest);
    match rest.bytes().next() {
        None => Shape::Nothing,
        Some(b'|' | b'>') => Shape::Block,
        Some(b'[') if rest.contains('{') => Shape::Mappings(flow_keys(rest)),
        Some(b'[') => Shape::Scalars,
        Some(b'{') => Shape::Mapping(flow_keys(rest)),
        _ => Shape::Scalar(rest.trim_matches(['"', '\'']).to_owned()),
    }
}

fn flow_keys(text: &str) -> Vec<String> {
    let words = text.split(['{', ',', '[']).filter_map(|part| part.split_once(':'));
    words.map(|(key, _)| key.trim().to_owned()).collect()
}

/// The shape of what stands on the lines below a key at a column.
pub(super) fn shape_below(below: &mut dyn Iterator<Item = Row>, column: usize) -> Shape {
    let mut keys = Vec::new();
    let mut level = None;
    let mut is_list = false;
    for row in below.filter(|row| !row.is_blank) {
        let Some(first) = row.first() else {
            if level.is_none() {
                return Shape::Nothing;
            }
            continue;
        };
        let dash = matches!(row.tokens.first(), Some(Token::Dash(_)));
        if first < column || first == column && !(dash && (level.is_none() || is_list)) {
            break;
        }
        let mut tokens = row.tokens.iter();
        if level.is_none() {
            is_list = dash;
            if is_list {
                tokens.next();
            }
            match tokens.next() {
                Some(Token::Key(at, _)) => level = Some(*at),
                _ if is_list => return Shape::Scalars,
                _ => return Shape::Nothing,
            }
        }
        if let Some((at, key)) = row.key()
            && Some(at) == level
        {
            keys.push(key.to_owned());
        }
    }
    match (level, is_list) {
        (None, _) => Shape::Nothing,
        (Some(_), true) => Shape::Mappings(keys),
        (Some(_), false) => Shape::Mapping(keys),
    }
}

/// Keys of the mapping at a column that stand below the cursor's line.
pub(super) fn siblings_below(below: impl Iterator<Item = Row>, column: usize, keys: &mut Vec<Sibling>) {
    for row in below {
        let Some(first) = row.first() else { continue };
        if first < column {
            break;
        }
        if let Some(Token::Key(at, key)) = row.tokens.first()
            && *at == column
        {
            keys.push(Sibling { key: key.clone(), value: row.value_text() });
        }
    }
}
