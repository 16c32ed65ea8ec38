//! Rules about the text of sections: what werf reads otherwise than its author, or than other readers of the same file.
//!
//! In: the rendered text and its trees. Out: findings that never stop werf. Each public function is one rule. Never: a
//! finding about a section that werf cannot read; that has its own.

use std::panic::catch_unwind;

use memchr::memmem;
use yaml_rust2::parser::{Event, Parser};

use crate::diagnostic::{Finding, Place, RuleId, Severity};
use crate::dialect::Dialect;
use crate::grammar::{Section, ValueType};
use crate::model::{Decoded, DocumentTree};
use crate::source::Span;
use crate::yaml::{self, Kind, NodeId, Resolved, Style, Tree};

/// Mappings of fixed keys nest no deeper than this.
const DEPTH: usize = 8;
/// The second reader is asked about texts up to this size, in bytes: beyond, its opinion is not worth the time.
const SECOND_OPINION: usize = 256 << 10;

/// `hidden-document`: what stands behind the first YAML document of a section is never read.
pub fn hidden_document(text: &[u8], decoded: &Decoded, findings: &mut Vec<Finding>) {
    for document in &decoded.trees {
        let Some(hidden) = document.tree.hidden else { continue };
        let bytes = text.get(hidden.range()).unwrap_or_default();
        let length = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
        let (marker, rest) = bytes.split_at(length);
        if is_blank(rest) && is_blank(marker.strip_prefix(b"---").or(marker.strip_prefix(b"...")).unwrap_or(marker)) {
            continue;
        }
        let shown = String::from_utf8_lossy(marker.get(..40).unwrap_or(marker)).trim_end().to_owned();
        let help = if marker.starts_with(b"...") {
            "`...` ends the section for good: remove it, or write `---` alone on the line"
        } else if marker.contains(&b'#') {
            "a comment behind `---` must not contain a hyphen: put it on a line of its own"
        } else {
            "write `---` alone on the line"
        };
        let place = Place::Rendered(Span::new(hidden.start as usize, hidden.start as usize + length));
        let message = format!("werf does not divide sections at `{shown}`, and ignores everything behind it");
        findings.push(Finding::new(RuleId("hidden-document"), Severity::Error, place, message).with_help(help));
    }
}

/// Whether only blanks and comments are there.
fn is_blank(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').all(|line| {
        let mut line = line.iter().skip_while(|byte| byte.is_ascii_whitespace());
        matches!(line.next(), None | Some(b'#'))
    })
}

/// `merge-key-drops-fields`: keys before a `<<` that werf forgets.
pub fn merge_key_drops_fields(text: &[u8], dialect: Dialect, decoded: &Decoded, findings: &mut Vec<Finding>) {
    for document in decoded.trees.iter().filter(|document| is_readable(document)) {
        let tree = &document.tree;
        // Hardly any document has a merge key: it is written out, or has a tag.
        let piece = text.get(document.piece.span.range()).unwrap_or_default();
        let may_have_some = memmem::find(piece, b"<<").is_some() || memchr::memchr(b'!', piece).is_some();
        if !may_have_some || !tree.ids().any(|id| tree.is_merge(id)) {
            continue;
        }
        let Some(root) = tree.root() else { continue };
        let section = if tree.get(root, "configVersion").is_some() {
            Section::Meta
        } else if tree.get(root, "dockerfile").is_some() {
            Section::DockerfileImage
        } else {
            Section::StapelImage
        };
        dropped(tree, root, section, dialect, DEPTH, findings);
    }
}

fn dropped(tree: &Tree, node: NodeId, section: Section, dialect: Dialect, depth: usize, findings: &mut Vec<Finding>) {
    let entries: Vec<_> = tree.entries(node).collect();
    let last_merge = entries.iter().rposition(|entry| tree.is_merge(entry.key));
    for (index, entry) in entries.iter().enumerate() {
        if tree.is_merge(entry.key) {
            continue;
        }
        let key = tree.value(entry.key);
        let directive = section.directive(key, dialect);
        if last_merge.is_some_and(|merge| index < merge) {
            let message = match directive {
                // In a stapel section werf notices the loss of the name by itself.
                Some(directive)
                    if matches!(directive.value, ValueType::ImageName) && section == Section::DockerfileImage =>
                {
                    Some("werf forgets this `image` because of the merge key behind it: no image is built".to_owned())
                }
                Some(_) => None,
                None => {
                    Some(format!("`{key}` has no effect, and werf does not notice because of the merge key behind it"))
                }
            };
            let merge = last_merge.and_then(|merge| entries.get(merge));
            if let (Some(message), Some(merge)) = (message, merge) {
                let place = Place::Rendered(tree.node(entry.key).span);
                let finding = Finding::new(RuleId("merge-key-drops-fields"), Severity::Warning, place, message);
                let finding = finding.with_related(Place::Rendered(tree.node(merge.key).span), "this merge key");
                findings.push(finding.with_help("put `<<` before all other keys"));
            }
        }
        let below = match directive.map(|directive| directive.value) {
            Some(ValueType::Object(below) | ValueType::Objects(below)) if depth > 0 => below,
            _ => continue,
        };
        let value = tree.target(entry.value);
        match tree.node(value).kind {
            Kind::Mapping => dropped(tree, value, below, dialect, depth - 1, findings),
            Kind::Sequence => {
                for item in tree.items(value) {
                    dropped(tree, tree.target(*item), below, dialect, depth - 1, findings);
                }
            }
            Kind::Scalar(_) | Kind::Alias => {}
        }
    }
}

/// `yaml-portability`: what readers of YAML 1.2 (editors, `yq`, schema checks) understand otherwise than werf, or refuse.
pub fn yaml_portability(text: &[u8], decoded: &Decoded, findings: &mut Vec<Finding>) {
    let mut budget = SECOND_OPINION;
    for document in decoded.trees.iter().filter(|document| is_readable(document)) {
        let tree = &document.tree;
        for id in tree.ids() {
            let node = tree.node(id);
            if node.kind != Kind::Scalar(Style::Plain) || node.tag_span.is_some() {
                continue;
            }
            if let Some(message) = read_otherwise(tree.value(id)) {
                let place = Place::Rendered(node.span);
                let finding = Finding::new(RuleId("yaml-portability"), Severity::Info, place, message);
                findings.push(finding.with_help("quote it, if the text is meant; else write it as both understand it"));
            }
        }
        let piece = text.get(document.piece.span.range()).unwrap_or_default();
        if let Some(rest) = budget.checked_sub(piece.len())
            && let Ok(piece) = std::str::from_utf8(piece)
        {
            budget = rest;
            if let Some((offset, reason)) = tree.remembered(|| refused(piece)) {
                let at = document.piece.span.start as usize + offset;
                let message = format!("werf accepts this, readers of YAML 1.2 do not: {reason}");
                findings.push(Finding::new(
                    RuleId("yaml-portability"),
                    Severity::Info,
                    Place::Rendered(Span::empty(at)),
                    message,
                ));
            }
        }
    }
}

/// What a plain scalar is for werf and for YAML 1.2, where that differs.
fn read_otherwise(value: &str) -> Option<String> {
    let first = *value.as_bytes().first()?;
    // Most scalars are words and paths: only what may be a number or a boolean word is looked at.
    let may_differ = first.is_ascii_digit() || matches!(first, b'+' | b'-') || value.len() <= 3;
    if !may_differ {
        return None;
    }
    match yaml::resolve(None, value).ok()? {
        Resolved::Bool(meaning) if !value.eq_ignore_ascii_case("true") && !value.eq_ignore_ascii_case("false") => {
            Some(format!("`{value}` is {meaning} for werf, but a text for readers of YAML 1.2"))
        }
        Resolved::Int(number) => {
            let digits = value.trim_start_matches(['+', '-']);
            if digits.contains('_') || digits.starts_with("0b") {
                return Some(format!("`{value}` is the number {number} for werf, but a text for readers of YAML 1.2"));
            }
            let is_octal = digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
            is_octal.then(|| format!("`{value}` is octal ({number}) for werf, but decimal for readers of YAML 1.2"))
        }
        _ => None,
    }
}

/// Where and why the second reader refuses a text; the offset in bytes.
fn refused(text: &str) -> Option<(usize, String)> {
    // The reader is a library's: a defect there must not end the analysis.
    let error = catch_unwind(|| {
        let mut parser = Parser::new_from_str(text);
        // Every event consumes text or closes a collection; the bound holds even if the library does not.
        for _ in 0..text.len().saturating_mul(4) + 16 {
            match parser.next_token() {
                Ok((Event::StreamEnd, _)) => return None,
                Ok(_) => {}
                Err(error) => return Some(error),
            }
        }
        None
    })
    .ok()??;
    let marker = error.marker();
    let line_start: usize = text.split_inclusive('\n').take(marker.line().saturating_sub(1)).map(str::len).sum();
    let line = text.get(line_start..).unwrap_or_default().split('\n').next().unwrap_or_default();
    let column = line.char_indices().nth(marker.col()).map_or(line.len(), |(offset, _)| offset);
    Some((line_start + column, error.info().to_owned()))
}

/// `base-not-text`: a base directive that is a number or a boolean word to everyone but werf.
pub fn base_not_text(decoded: &Decoded, findings: &mut Vec<Finding>) {
    const DIRECTIVES: [&str; 5] = ["from", "fromImage", "fromArtifact", "fromImageArtifact", "fromCacheVersion"];
    for document in decoded.trees.iter().filter(|document| is_readable(document)) {
        let tree = &document.tree;
        let Some(root) = tree.root() else { continue };
        let mut given = [None; DIRECTIVES.len()];
        for entry in tree.entries(tree.target(root)) {
            let key = tree.value(tree.target(entry.key));
            if let Some(number) = DIRECTIVES.iter().position(|directive| *directive == key) {
                given[number].get_or_insert(entry);
            }
        }
        for entry in given.into_iter().flatten() {
            let node = tree.node(entry.value);
            if node.kind != Kind::Scalar(Style::Plain) || node.tag_span.is_some() {
                continue;
            }
            let value = tree.value(entry.value);
            // What a reader writes back as it was is no harm in a free text; as the name of a base no number is meant.
            let is_name = tree.value(entry.key) != "fromCacheVersion";
            let kind = match yaml::resolve(None, value) {
                Ok(Resolved::Bool(_)) => "a boolean",
                Ok(Resolved::Int(number)) if is_name || number.to_string() != value => "a number",
                Ok(Resolved::Uint(number)) if is_name || number.to_string() != value => "a number",
                Ok(Resolved::Float(number)) if is_name || number.to_string() != value => "a number",
                _ => continue,
            };
            let message = format!("`{value}` is {kind} in YAML; werf takes its text, other tools may rewrite it");
            let finding = Finding::new(RuleId("base-not-text"), Severity::Info, Place::Rendered(node.span), message);
            findings.push(finding.with_help(format!("write `{}: \"{value}\"`", tree.value(entry.key))));
        }
    }
}

fn is_readable(document: &DocumentTree) -> bool {
    document.tree.errors.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::model::decode;

    fn decoded(text: &str) -> Decoded {
        decode(text.as_bytes(), Dialect::V2, &Limits::default())
    }

    fn shown(text: &str, findings: &[Finding]) -> Vec<String> {
        let part = |place| match place {
            Place::Rendered(span) => text.get(Span::range(span)).unwrap_or("?").to_owned(),
            _ => "?".to_owned(),
        };
        findings.iter().map(|finding| format!("{}: {}", part(finding.place), finding.message)).collect()
    }

    #[test]
    fn dividers_that_are_none_are_told_when_something_is_lost() {
        for (text, lines) in [
            ("a: 1\n--- # my-app\nb: 1\n", 1),
            ("a: 1\n...\nb: 1\n", 1),
            ("a: 1\n--- {b: 1}\n", 1),
            ("a: 1\n...\n# nothing\n", 0),
            ("a: 1\n--- # app\nb: 1\n", 0),
        ] {
            let mut findings = Vec::new();
            hidden_document(text.as_bytes(), &decoded(text), &mut findings);
            assert_eq!(findings.len(), lines, "{text:?}: {:?}", shown(text, &findings));
        }
    }

    #[test]
    fn keys_before_a_merge_are_forgotten() {
        let text = "image: a\ndockerfile: d\nargz: {}\n<<: {target: x}\n";
        let mut findings = Vec::new();
        merge_key_drops_fields(text.as_bytes(), Dialect::V2, &decoded(text), &mut findings);
        let shown = shown(text, &findings);
        assert_eq!(shown.len(), 2, "{shown:?}");
        assert!(shown[0].starts_with("image: ") && shown[1].starts_with("argz: "), "{shown:?}");
        let mut findings = Vec::new();
        let text = "<<: {target: x}\nimage: a\ndockerfile: d\n";
        merge_key_drops_fields(text.as_bytes(), Dialect::V2, &decoded(text), &mut findings);
        assert!(findings.is_empty());
    }

    #[test]
    fn words_and_numbers_that_yaml_1_2_reads_otherwise_are_told() {
        let text =
            "image: a\ndockerfile: d\nargs: {a: on, b: 0755, c: 1_000, d: 12, e: true, f: \"on\", g: abc, h: ~}\n";
        let mut findings = Vec::new();
        yaml_portability(text.as_bytes(), &decoded(text), &mut findings);
        let places: Vec<String> =
            shown(text, &findings).iter().map(|line| line.split(':').next().unwrap_or("").to_owned()).collect();
        assert_eq!(places, ["on", "0755", "1_000"]);
    }

    #[test]
    fn the_second_reader_survives_every_prefix() {
        let text = "a: [1, {b: 'x'}]\n\"c\": |-\n  text\n? d\n: - e\n  - *f\n%x\n\t- 1\n---\n";
        for end in 0..=text.len() {
            if let Some((offset, _)) = refused(&text[..end]) {
                assert!(offset <= end);
            }
        }
    }

    #[test]
    fn numbers_as_bases_are_told() {
        let text = "image: a\nfrom: alpine:3.20\nfromCacheVersion: 1.10\n";
        let mut findings = Vec::new();
        base_not_text(&decoded(text), &mut findings);
        assert_eq!(shown(text, &findings).len(), 1);
    }
}
