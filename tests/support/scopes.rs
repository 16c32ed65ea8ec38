//! Variables of templates by an own reading of the text, to hold the navigation against.
//!
//! In: a text. Out: every use of a variable with its declaration, every literal call of a template. Written apart from the parser on purpose: it knows actions, quotes and
//! the words that open and close blocks, nothing else.
#![allow(dead_code, reason = "each test binary compiles this file and uses a part of it")]

/// What an own reading found.
#[derive(Debug, Default)]
pub struct Found {
    /// Offset of each use of a variable and of its declaration.
    pub uses: Vec<(usize, usize)>,
    /// Uses without a declaration.
    pub unknown: usize,
    /// Offset of the first byte of the name, and the name, of each literal call of a template.
    pub calls: Vec<(usize, String)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Variable(String),
    Literal(String),
    Declares,
    Assigns,
    Other,
}

/// Variables with the offsets of their declarations, innermost last.
type Known = Vec<(String, usize)>;

/// Reads a text.
pub fn read(text: &str) -> Found {
    let mut found = Found::default();
    // Blocks: how many variables were known when each began, its word, and the variables of the text around a definition.
    let mut known: Known = Vec::new();
    let mut blocks: Vec<(usize, usize, Option<Known>)> = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("{{").map(|index| at + index) {
        let (tokens, end) = action(text, open + 2);
        at = end;
        let mut words = tokens.as_slice();
        let first = match words.first() {
            Some((_, Token::Word(word))) => word.clone(),
            _ => String::new(),
        };
        match first.as_str() {
            "if" | "with" | "range" => {
                let outer = known.len();
                pipeline(&words[1..], &mut known, &mut found);
                blocks.push((outer, known.len(), None));
                continue;
            }
            "else" => {
                if let Some((_, inner, _)) = blocks.last() {
                    known.truncate(*inner);
                }
                words = &words[1..];
                if let Some((_, Token::Word(word))) = words.first()
                    && (word == "if" || word == "with")
                {
                    pipeline(&words[1..], &mut known, &mut found);
                    // What the chain declares is known to its end.
                    if let Some((_, inner, _)) = blocks.last_mut() {
                        *inner = known.len();
                    }
                }
                continue;
            }
            "end" => {
                if let Some((outer, _, around)) = blocks.pop() {
                    known.truncate(outer);
                    if let Some(around) = around {
                        known = around;
                    }
                }
                continue;
            }
            "define" => {
                blocks.push((0, 0, Some(std::mem::take(&mut known))));
                continue;
            }
            "block" => {
                if let Some((offset, Token::Literal(name))) = words.get(1) {
                    found.calls.push((*offset, name.clone()));
                }
                pipeline(words.get(2..).unwrap_or_default(), &mut known, &mut found);
                blocks.push((0, 0, Some(std::mem::take(&mut known))));
                continue;
            }
            "template" => {
                if let Some((offset, Token::Literal(name))) = words.get(1) {
                    found.calls.push((*offset, name.clone()));
                }
            }
            _ => {}
        }
        pipeline(words, &mut known, &mut found);
    }
    found
}

fn pipeline(tokens: &[(usize, Token)], known: &mut Known, found: &mut Found) {
    let declares = tokens.iter().position(|(_, token)| *token == Token::Declares);
    let mut declared = Vec::new();
    for (index, (offset, token)) in tokens.iter().enumerate() {
        match token {
            Token::Variable(name) if declares.is_some_and(|at| index < at) => declared.push((name.clone(), *offset)),
            Token::Variable(name) => match known.iter().rev().find(|(other, _)| other == name) {
                Some((_, declaration)) => found.uses.push((*offset, *declaration)),
                None => found.unknown += 1,
            },
            Token::Word(word) if word == "include" => {
                if let Some((offset, Token::Literal(name))) = tokens.get(index + 1) {
                    found.calls.push((*offset, name.clone()));
                }
            }
            _ => {}
        }
    }
    known.extend(declared);
}

/// The tokens of an action and the offset behind it.
fn action(text: &str, from: usize) -> (Vec<(usize, Token)>, usize) {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = from;
    if text[at..].starts_with("- ") || text[at..].starts_with("-\n") || text[at..].starts_with("-\t") {
        at += 1;
    }
    if text[at..].trim_start().starts_with("/*") {
        let end = text[at..].find("*/").map_or(text.len(), |index| at + index);
        let end = text[end..].find("}}").map_or(text.len(), |index| end + index + 2);
        return (tokens, end);
    }
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'}' if bytes.get(at + 1) == Some(&b'}') => return (tokens, at + 2),
            b'"' | b'\'' | b'`' => {
                let quote = bytes[at];
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += if bytes[at] == b'\\' && quote != b'`' { 2 } else { 1 };
                }
                let end = at.min(bytes.len());
                at += 1;
                tokens.push((start + 1, Token::Literal(text.get(start + 1..end).unwrap_or_default().to_owned())));
            }
            b'$' => {
                at += 1;
                while at < bytes.len() && is_word(bytes[at]) {
                    at += 1;
                }
                if at > start + 1 {
                    tokens.push((start, Token::Variable(text[start..at].to_owned())));
                }
            }
            b':' if bytes.get(at + 1) == Some(&b'=') => {
                at += 2;
                tokens.push((start, Token::Declares));
            }
            b'=' => {
                at += 1;
                tokens.push((start, Token::Assigns));
            }
            b'.' => {
                at += 1;
                while at < bytes.len() && (is_word(bytes[at]) || bytes[at] == b'.') {
                    at += 1;
                }
                tokens.push((start, Token::Other));
            }
            byte if is_word(byte) => {
                while at < bytes.len() && is_word(bytes[at]) {
                    at += 1;
                }
                tokens.push((start, Token::Word(text[start..at].to_owned())));
            }
            byte if byte.is_ascii_whitespace() || byte == b'-' => at += 1,
            _ => {
                at += 1;
                tokens.push((start, Token::Other));
            }
        }
    }
    (tokens, text.len())
}
