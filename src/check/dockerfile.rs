//! What a Dockerfile declares: its stages and its arguments.
//!
//! In: the bytes of a Dockerfile. Out: names. Never: a refusal; what is not understood is passed over.

use std::collections::BTreeSet;

/// Names that a Dockerfile declares.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Declared {
    /// Names of stages in lower case, as Docker's parser keeps them.
    pub stages: Vec<String>,
    /// Number of `FROM` instructions.
    pub from_count: usize,
    /// Names of `ARG` instructions.
    pub args: BTreeSet<String>,
    /// Whether another syntax than Docker's own is asked for, or a base image may declare more (`ONBUILD`).
    pub is_foreign: bool,
}

/// Reads a Dockerfile.
pub(crate) fn read(text: &[u8]) -> Declared {
    let text = String::from_utf8_lossy(text);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut declared = Declared::default();
    let mut escape = '\\';
    let mut lines = text.lines().peekable();
    // Directives stand before everything else.
    while let Some(line) = lines.peek() {
        let Some((key, value)) = line.trim().strip_prefix('#').and_then(|comment| comment.split_once('=')) else {
            break;
        };
        match key.trim().to_ascii_lowercase().as_str() {
            "escape" if value.trim() == "`" => escape = '`',
            "escape" | "check" => {}
            "syntax" => {
                let name = value.trim();
                let own = ["docker/dockerfile", "docker.io/docker/dockerfile"];
                let is_own = own.iter().any(|own| name.strip_prefix(own).is_some_and(|rest| !rest.starts_with('-')));
                declared.is_foreign |= !is_own;
            }
            _ => break,
        }
        lines.next();
    }
    let rest: Vec<&str> = lines.collect();
    let mut index = 0;
    while index < rest.len() {
        let mut instruction = String::new();
        while let Some(line) = rest.get(index) {
            index += 1;
            let trimmed = line.trim();
            if trimmed.starts_with('#') || trimmed.is_empty() {
                if instruction.is_empty() { break } else { continue }
            }
            match line.trim_end().strip_suffix(escape) {
                Some(part) => instruction.push_str(part),
                None => {
                    instruction.push_str(line);
                    break;
                }
            }
        }
        let mut words = instruction.split_whitespace();
        let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
        match keyword.as_str() {
            "FROM" => {
                declared.from_count += 1;
                let words: Vec<&str> = words.filter(|word| !word.starts_with("--")).collect();
                if let [_, keyword, name] = words.as_slice()
                    && keyword.eq_ignore_ascii_case("as")
                {
                    declared.stages.push(name.to_lowercase());
                }
            }
            "ARG" => declared.args.extend(words.map(|word| word.split('=').next().unwrap_or_default().to_owned())),
            "RUN" | "COPY" | "ADD" => index = behind_heredocs(&instruction, &rest, index),
            _ => {}
        }
    }
    declared
}

/// The line behind the texts that an instruction announces with `<<NAME`; where a text has no end, it is taken for none.
fn behind_heredocs(instruction: &str, lines: &[&str], from: usize) -> usize {
    let mut index = from;
    for (at, _) in instruction.match_indices("<<") {
        let rest = &instruction[at + 2..];
        if rest.starts_with('<') || instruction[..at].ends_with('<') {
            continue;
        }
        let (rest, strips) = rest.strip_prefix('-').map_or((rest, false), |rest| (rest, true));
        let name: String =
            rest.trim_start_matches(['"', '\'']).chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if name.is_empty() {
            continue;
        }
        let ends = |line: &&str| if strips { line.trim_start_matches('\t') == name } else { **line == name };
        let Some(end) = lines.get(index..).unwrap_or_default().iter().position(ends) else { continue };
        index += end + 1;
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_and_arguments() {
        let text = "# escape=`\nARG BASE=x OTHER\nFROM --platform=linux/amd64 a AS Builder\n# c\nRUN x `\n# FROM no\n\n  FROM no\n\
                    RUN <<EOF\nFROM no AS no\nARG NO\nEOF\nfrom b as last\narg  V=\"1 2\"\n";
        let declared = read(text.as_bytes());
        assert_eq!(declared.stages, ["builder", "last"]);
        assert_eq!(declared.from_count, 2);
        assert!(["BASE", "OTHER", "V"].iter().all(|name| declared.args.contains(*name)));
        assert!(!declared.args.contains("NO") && !declared.is_foreign);
    }

    #[test]
    fn other_syntaxes_are_not_judged() {
        assert!(read(b"# syntax=earthly/dockerfile\nFROM a\n").is_foreign);
        assert!(!read(b"# syntax=docker/dockerfile:1.7\nFROM a\n").is_foreign);
        assert_eq!(read(b"RUN cat <<EOF\nFROM a\n").from_count, 1);
    }
}
