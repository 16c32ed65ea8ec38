//! Reads the examples out of a rule's page.
//!
//! A block ` ```yaml ` is linted as a project of its own. Words behind `yaml` say how:
//!
//! | word | meaning |
//! |---|---|
//! | `werf=1.1,2` | dialects to lint in; otherwise all in which the rule exists |
//! | `mode=loose` | with `--loose-giterminism` |
//! | `file=PATH` | not a config: a further file for the next block |
//! | `meta=none` | nothing is put in front; otherwise a meta section is, unless the block has `configVersion` |
//! | `fixed` | must be accepted and clean of the rule |
//! | `fix` | must turn into the next block when the rule's fixes are applied |
//!
//! `# error[rule]` (or `warning`, `info`, `hint`) at the end of a line, or alone on the line above, says what is found there.

use werfkit::dialect::Dialect;

/// One linted block.
#[derive(Debug)]
pub struct Example {
    /// Line of the page on which the block begins, from 1.
    pub page_line: usize,
    /// The config as it is linted, meta section included.
    pub config: String,
    /// Further files by path.
    pub files: Vec<(String, String)>,
    /// `None`: all dialects in which the rule exists.
    pub dialects: Option<Vec<Dialect>>,
    /// With `--loose-giterminism`.
    pub loose: bool,
    /// Must be clean.
    pub fixed: bool,
    /// Must turn into the next example.
    pub fix: bool,
    /// What is found where.
    pub expected: Vec<Expected>,
}

/// One expectation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    /// Line of the config, from 1.
    pub line: usize,
    /// Severity by its word.
    pub severity: String,
    /// Rule by its name.
    pub rule: String,
}

const META: &str = "project: example\nconfigVersion: 1\n---\n";

/// All examples of a page, or what is wrong with its blocks.
pub fn examples(page: &str) -> Result<Vec<Example>, String> {
    let mut found = Vec::new();
    let mut files: Vec<(String, String)> = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let mut text = String::new();
        let closed = lines.by_ref().any(|(_, line)| {
            if line != "```" {
                text.push_str(line);
                text.push('\n');
            }
            line == "```"
        });
        if !closed {
            return Err(format!("line {}: the block is not closed", number + 1));
        }
        let mut words = info.split_whitespace();
        match words.next() {
            Some("yaml") => {}
            Some("text") => continue,
            other => return Err(format!("line {}: unknown kind of block {other:?}", number + 1)),
        }
        let mut example = Example {
            page_line: number + 1,
            config: String::new(),
            files: Vec::new(),
            dialects: None,
            loose: false,
            fixed: false,
            fix: false,
            expected: Vec::new(),
        };
        let mut meta = !text.lines().any(|line| line.starts_with("configVersion"));
        let mut file = None;
        for word in words {
            match word.split_once('=') {
                Some(("werf", names)) => {
                    let dialects: Option<Vec<Dialect>> = names.split(',').map(Dialect::from_name).collect();
                    example.dialects = Some(dialects.ok_or(format!("line {}: {word}", number + 1))?);
                }
                Some(("mode", mode)) => example.loose = mode == "loose",
                Some(("file", path)) => file = Some(path.to_owned()),
                Some(("meta", _)) => meta = false,
                None if word == "fixed" => example.fixed = true,
                None if word == "fix" => example.fix = true,
                _ => return Err(format!("line {}: unknown word `{word}`", number + 1)),
            }
        }
        if let Some(path) = file {
            files.push((path, text));
            continue;
        }
        example.config = if meta { format!("{META}{text}") } else { text };
        example.files = std::mem::take(&mut files);
        example.expected = expectations(&example.config);
        found.push(example);
    }
    Ok(found)
}

fn expectations(config: &str) -> Vec<Expected> {
    let mut expected = Vec::new();
    for (number, line) in config.lines().enumerate() {
        for severity in ["error", "warning", "info", "hint"] {
            let Some(start) = line.find(&format!("{severity}[")) else { continue };
            if !line[..start].contains('#') {
                continue;
            }
            let rest = &line[start + severity.len() + 1..];
            let Some(rule) = rest.split(']').next() else { continue };
            let alone = line.trim_start().starts_with('#');
            expected.push(Expected {
                line: number + 1 + usize::from(alone),
                severity: severity.to_owned(),
                rule: rule.to_owned(),
            });
        }
    }
    expected
}
