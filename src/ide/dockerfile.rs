//! Names in a Dockerfile: its stages and arguments, with their places.
//!
//! In: the bytes of a Dockerfile. Out: names in order. Never: a refusal; what is not understood is passed over.

use crate::source::Span;

/// A name that a Dockerfile declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As written.
    pub name: String,
    /// Its bytes.
    pub span: Span,
    /// The instruction from its keyword to the end of its line.
    pub instruction: Span,
}

/// What a Dockerfile declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// `FROM … AS name`.
    pub stages: Vec<Name>,
    /// The instructions `FROM`: a target may be their number.
    pub from: Vec<Span>,
    /// `ARG name`.
    pub arguments: Vec<Name>,
}

impl Declared {
    /// The stage that a target means: by name without regard to case, else by number.
    #[must_use]
    pub fn stage(&self, target: &str) -> Option<(Span, Span)> {
        let named = self.stages.iter().find(|stage| stage.name.eq_ignore_ascii_case(target));
        named.map(|stage| (stage.span, stage.instruction)).or_else(|| {
            let from = self.from.get(target.parse::<usize>().ok()?)?;
            Some((*from, *from))
        })
    }
}

/// Reads a Dockerfile. Lines that continue the one before, comments and embedded texts declare nothing.
#[must_use]
pub fn read(text: &[u8]) -> Declared {
    let mut declared = Declared::default();
    let mut continues = false;
    let mut heredoc: Option<Vec<u8>> = None;
    let mut start = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let offset = start;
        start += line.len();
        let trimmed = line.trim_ascii();
        if let Some(end) = &heredoc {
            if trimmed == end.as_slice() {
                heredoc = None;
            }
            continue;
        }
        if trimmed.is_empty() || trimmed.starts_with(b"#") {
            continue;
        }
        let is_first = !continues;
        continues = matches!(trimmed.last(), Some(b'\\' | b'`'));
        if is_first {
            instruction(line, offset, &mut declared);
        }
        heredoc = embedded(trimmed)
            .filter(|name| text[start..].split(|byte| *byte == b'\n').any(|line| line.trim_ascii() == name.as_slice()));
        continues &= heredoc.is_none();
    }
    declared
}

/// The word that ends a text embedded by `<<WORD`.
fn embedded(line: &[u8]) -> Option<Vec<u8>> {
    let keyword = line.split(u8::is_ascii_whitespace).next()?;
    if ![&b"RUN"[..], b"COPY", b"ADD"].iter().any(|known| keyword.eq_ignore_ascii_case(known)) {
        return None;
    }
    let at = line.windows(2).position(|pair| pair == b"<<")?;
    let rest = &line[at + 2..];
    let rest = rest.strip_prefix(b"-").unwrap_or(rest);
    let is_mark = |byte: &&u8| matches!(byte, b'"' | b'\'');
    let word = rest.iter().skip_while(is_mark).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
    let word: Vec<u8> = word.copied().collect();
    (!word.is_empty()).then_some(word)
}

fn instruction(line: &[u8], offset: usize, declared: &mut Declared) {
    let mut words = Vec::new();
    let mut index = 0;
    while index < line.len() {
        let length = line[index..].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
        if length > 0 {
            words.push((&line[index..index + length], Span::new(offset + index, offset + index + length)));
        }
        index += length.max(1);
    }
    let (Some((keyword, first)), Some((_, last))) = (words.first(), words.last()) else { return };
    let whole = first.cover(*last);
    let name =
        |bytes: &[u8], span: Span| Name { name: String::from_utf8_lossy(bytes).into_owned(), span, instruction: whole };
    if keyword.eq_ignore_ascii_case(b"FROM") {
        declared.from.push(whole);
        let words: Vec<_> = words.iter().filter(|(word, _)| !word.starts_with(b"--")).collect();
        if let [_, _, (keyword, _), (stage, span), ..] = words.as_slice()
            && keyword.eq_ignore_ascii_case(b"AS")
        {
            declared.stages.push(name(stage, *span));
        }
    } else if keyword.eq_ignore_ascii_case(b"ARG") {
        for (word, span) in words.iter().skip(1).filter(|(word, _)| *word != b"\\") {
            let length = word.iter().position(|byte| *byte == b'=').unwrap_or(word.len());
            let start = span.start as usize;
            declared.arguments.push(name(&word[..length], Span::new(start, start + length)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_have_places() {
        let text = "ARG V=1 W\n# FROM x AS no\nFROM --platform=$P golang:1 AS Build\nRUN <<EOF\nFROM x AS no\nEOF\nRUN a \\\n  FROM x AS no\nfrom alpine\n";
        let declared = read(text.as_bytes());
        let shown: Vec<&str> = declared.stages.iter().map(|stage| &text[stage.span.range()]).collect();
        assert_eq!(shown, ["Build"]);
        let arguments: Vec<&str> = declared.arguments.iter().map(|argument| argument.name.as_str()).collect();
        assert_eq!(arguments, ["V", "W"]);
        let stage = |target: &str| declared.stage(target).map(|(span, _)| &text[span.range()]);
        assert_eq!(stage("build"), Some("Build"));
        assert_eq!(stage("1"), Some("from alpine"));
        assert_eq!(stage("no"), None);
    }
}
