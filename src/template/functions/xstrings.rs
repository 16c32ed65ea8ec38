//! Case conversions of huandu/xstrings in the releases that the dialects carry.
//!
//! In: bytes. Out: bytes. Words are runs of one kind of character; connectors (`-`, `_`, white space) separate them.

use super::unicode;

/// What happens to letters after the first of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Camel {
    /// Small (before 1.4).
    LowerRest,
    /// As they are (1.4).
    KeepRest,
    /// Small while they continue a run of capitals at the start of a word (1.5).
    LowerCapitals,
}

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || unicode::is_space(c)
}

fn push(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

/// `ToCamelCase` and, from 1.5, `ToPascalCase`.
pub(super) fn camel(text: &[u8], rule: Camel) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = unicode::runes(text).map(|(c, _)| c).peekable();
    let mut current = None;
    let mut capitals = false;
    // Leading connectors stay.
    for c in rest.by_ref() {
        if !is_connector(c) {
            capitals = unicode::is_upper(c);
            current = Some(unicode::to_upper(c));
            break;
        }
        push(&mut out, c);
        current = Some(c);
    }
    let Some(mut current) = current else { return out };
    if rest.peek().is_none() {
        // A text of connectors only repeats its last one, as the library does.
        push(&mut out, current);
        return out;
    }
    for mut c in rest {
        let previous = current;
        if is_connector(c) && is_connector(previous) {
            push(&mut out, previous);
            current = c;
            continue;
        }
        if is_connector(previous) {
            capitals = unicode::is_upper(c);
            c = unicode::to_upper(c);
        } else {
            match rule {
                Camel::LowerRest => c = unicode::to_lower(c),
                Camel::KeepRest => {}
                Camel::LowerCapitals if capitals && unicode::is_upper(c) => c = unicode::to_lower(c),
                Camel::LowerCapitals => capitals = false,
            }
            push(&mut out, previous);
        }
        current = c;
    }
    push(&mut out, current);
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Nothing left, or bytes that are no characters.
    Invalid,
    Number,
    /// Begins with a capital.
    Upper,
    /// Letters without capitals.
    Alphabet,
    Connector,
    Punctuation,
    Other,
}

/// A letter of a script that is written with words; ideographs are not.
fn is_alphabet(c: char) -> bool {
    let ideograph = matches!(c, '\u{3400}'..='\u{4D85}' | '\u{4E00}'..='\u{9FCC}' | '\u{20000}'..='\u{2B81D}');
    unicode::is_letter(c) && !ideograph
}

/// The next character that is valid, with the bytes up to its end; at the end of the text `fallback`.
fn next_valid(text: &[u8], fallback: char) -> (char, usize) {
    let mut size = 0;
    for (c, length) in unicode::runes(text) {
        size += length;
        if c != '\u{FFFD}' {
            return (c, size);
        }
    }
    (fallback, size)
}

/// Length of the run that begins at `from` and of whose characters `inside` holds.
fn run(text: &[u8], from: usize, first: char, inside: impl Fn(char) -> bool) -> usize {
    let mut at = from;
    let mut c = first;
    while at < text.len() {
        let (next, size) = next_valid(&text[at..], c);
        c = next;
        if !inside(c) {
            break;
        }
        at += size;
    }
    at
}

fn next_word(text: &[u8]) -> (Word, &[u8], &[u8]) {
    if text.is_empty() {
        return (Word::Invalid, text, text);
    }
    let (c, size) = next_valid(text, '\u{FFFD}');
    let (kind, end) = if c == '\u{FFFD}' {
        (Word::Invalid, size)
    } else if is_connector(c) {
        (Word::Connector, run(text, size, c, is_connector))
    } else if unicode::is_punctuation(c) {
        (Word::Punctuation, run(text, size, c, unicode::is_punctuation))
    } else if unicode::is_upper(c) {
        (Word::Upper, upper_word(text, size, c))
    } else if is_alphabet(c) {
        (Word::Alphabet, run(text, size, c, |c| is_alphabet(c) && !unicode::is_upper(c)))
    } else if unicode::is_number(c) {
        (Word::Number, run(text, size, c, unicode::is_number))
    } else {
        let other = |c| !(is_connector(c) || is_alphabet(c) || unicode::is_number(c) || unicode::is_punctuation(c));
        (Word::Other, run(text, size, c, other))
    };
    (kind, &text[..end], &text[end..])
}

/// End of a word that begins with a capital: `HTTP` of `HTTPStatus`, `Status` of `Status2`.
fn upper_word(text: &[u8], size: usize, first: char) -> usize {
    if size >= text.len() {
        return size;
    }
    let (second, second_size) = next_valid(&text[size..], first);
    if !unicode::is_upper(second) {
        if !is_alphabet(second) {
            return size;
        }
        return run(text, size + second_size, second, |c| is_alphabet(c) && !unicode::is_upper(c));
    }
    let mut at = size + second_size;
    let mut last_size = second_size;
    let mut c = second;
    while at < text.len() {
        let (next, next_size) = next_valid(&text[at..], c);
        c = next;
        if !unicode::is_upper(c) {
            break;
        }
        last_size = next_size;
        at += next_size;
    }
    // The last capital belongs to the small letters behind it.
    if at < text.len() && is_alphabet(c) { at - last_size } else { at }
}

fn push_lower(out: &mut Vec<u8>, kind: Word, word: &[u8], connector: char) {
    if kind != Word::Upper && kind != Word::Connector {
        out.extend_from_slice(word);
        return;
    }
    for (c, _) in unicode::runes(word) {
        let c = if is_connector(c) {
            connector
        } else if unicode::is_upper(c) {
            unicode::to_lower(c)
        } else {
            c
        };
        push(out, c);
    }
}

/// `ToSnakeCase` and `ToKebabCase`; `old` is the behaviour before 1.4.
pub(super) fn separate(text: &[u8], connector: char, old: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 8);
    let (mut kind, mut word, mut rest) = next_word(text);
    while !rest.is_empty() {
        if kind != Word::Connector {
            push_lower(&mut out, kind, word, connector);
        }
        let (previous, last) = (kind, word);
        (kind, word, rest) = next_word(rest);
        match previous {
            Word::Number => {
                while matches!(kind, Word::Alphabet | Word::Number) {
                    push_lower(&mut out, kind, word, connector);
                    (kind, word, rest) = next_word(rest);
                }
                let silent = matches!(kind, Word::Invalid | Word::Punctuation) || (!old && kind == Word::Connector);
                if !silent {
                    push(&mut out, connector);
                }
            }
            Word::Connector => push_lower(&mut out, previous, last, connector),
            Word::Punctuation => {}
            _ if kind != Word::Number => {
                if !matches!(kind, Word::Connector | Word::Punctuation) {
                    push(&mut out, connector);
                }
            }
            _ if rest.is_empty() => {}
            _ => {
                let number = word;
                (kind, word, rest) = next_word(rest);
                if kind != Word::Alphabet {
                    // The number is part of the word before it.
                    push_lower(&mut out, Word::Number, number, connector);
                    if !matches!(kind, Word::Connector | Word::Punctuation) {
                        push(&mut out, connector);
                    }
                    continue;
                }
                // Small letters follow: the number begins a word.
                push(&mut out, connector);
                push_lower(&mut out, Word::Number, number, connector);
                while matches!(kind, Word::Alphabet | Word::Number) {
                    push_lower(&mut out, kind, word, connector);
                    (kind, word, rest) = next_word(rest);
                }
                let silent = matches!(kind, Word::Invalid | Word::Punctuation) || kind == Word::Connector;
                if !silent {
                    push(&mut out, connector);
                }
            }
        }
    }
    push_lower(&mut out, kind, word, connector);
    out
}
