//! What a key was probably meant to be when its mapping does not know it.

use super::{Dialects, Directive, Section, sections};
use crate::dialect::Dialect;

/// The best guess about an unknown key.
#[derive(Clone, Debug)]
pub enum Suggestion {
    /// A directive of the same mapping, misspelt.
    Misspelt(&'static Directive),
    /// A directive of the same mapping in other dialects; the row says which and what replaces it.
    OtherDialect(&'static Directive),
    /// A directive of an image document that stands in the meta section: the separator above it is missing.
    MissingSeparator,
    /// A directive of another kind of document.
    OtherKind(Section),
    /// A directive of other mappings in the same dialect, the most likely ones first, at most `MOST`.
    OtherSection(Vec<Section>),
    /// A directive of other mappings in other dialects only, with those dialects.
    OtherSectionAndDialect(Vec<Section>, Dialects),
}

/// Longest key for which a guess is made, in bytes; directives are shorter.
const LONGEST: usize = 80;

/// So many mappings are named.
const MOST: usize = 3;

/// The table is at most six levels deep.
const DEEPEST: usize = 6;

/// The guess for `key` in a mapping of kind `section` in a document of kind `document`.
#[must_use]
pub fn suggest(key: &str, section: Section, document: Section, dialect: Dialect) -> Option<Suggestion> {
    if key.is_empty() || key.len() > LONGEST {
        return None;
    }
    if let Some(directive) = section.directives().find(|directive| directive.key == key) {
        return Some(Suggestion::OtherDialect(directive));
    }
    if section == Section::Meta && is_image_key(key) {
        return Some(Suggestion::MissingSeparator);
    }
    let kinds = [Section::StapelImage, Section::DockerfileImage, Section::Meta];
    if section == document
        && let Some(kind) = kinds.into_iter().find(|kind| *kind != document && kind.directive(key, dialect).is_some())
    {
        return Some(Suggestion::OtherKind(kind));
    }
    let known = section.directives().filter(|directive| directive.dialects.contains(dialect));
    let near = closest(key, known, |directive| directive.key);
    if let Some(directive) = near.filter(|directive| folded(key) == folded(directive.key)) {
        return Some(Suggestion::Misspelt(directive));
    }
    // `env` beside `end` must not hide that `env` is a directive one level below.
    let homes = elsewhere(key, section, document, |directive| directive.dialects.contains(dialect));
    let within = homes.first().is_some_and(|home| is_below(*home, document, 0));
    match near {
        Some(directive) if !within => return Some(Suggestion::Misspelt(directive)),
        _ if !homes.is_empty() => return Some(Suggestion::OtherSection(homes)),
        _ => {}
    }
    let homes = elsewhere(key, section, document, |directive| !directive.dialects.contains(dialect));
    let dialects = homes.iter().flat_map(|home| home.directives()).filter(|directive| directive.key == key);
    let dialects = dialects.fold(Dialects::NONE, |all, directive| all.or(directive.dialects));
    (dialects != Dialects::NONE).then_some(Suggestion::OtherSectionAndDialect(homes, dialects))
}

fn is_image_key(key: &str) -> bool {
    let sections = [Section::StapelImage, Section::DockerfileImage];
    sections.iter().any(|section| section.directives().any(|directive| directive.key == key))
}

/// The other mappings with such a directive: first what is around the mapping, then what is below it, then the rest of the document, then other documents
/// of the file, then other files.
fn elsewhere(key: &str, section: Section, document: Section, wanted: impl Fn(&Directive) -> bool) -> Vec<Section> {
    let mut homes: Vec<(usize, Section)> = sections()
        .iter()
        .map(|info| info.section)
        .filter(|home| *home != section)
        .filter(|home| home.directives().any(|directive| directive.key == key && wanted(directive)))
        .map(|home| {
            let distance = match home {
                _ if home.file() != document.file() => 5,
                _ if !is_below(home, document, 0) => 4,
                _ if home.directives().any(|directive| directive.value.section() == Some(section)) => 0,
                _ if is_below(section, home, 0) => 1,
                _ if is_below(home, section, 0) => 2,
                _ => 3,
            };
            (distance, home)
        })
        .collect();
    homes.sort();
    let nearest = homes.first().map_or(0, |(distance, _)| *distance);
    // What lies in the same document says all; a permission of the same name would only confuse.
    homes.retain(|(distance, _)| *distance < 4 || *distance == nearest);
    homes.into_iter().map(|(_, home)| home).take(MOST).collect()
}

/// Whether mappings of kind `section` occur in mappings of kind `above`, or are that kind.
pub(super) fn is_below(section: Section, above: Section, depth: usize) -> bool {
    section == above
        || depth < DEEPEST
            && above.directives().any(|directive| match directive.value.section() {
                Some(Section::Task) | None => false,
                Some(below) => is_below(section, below, depth + 1),
            })
}

/// The candidate that a word was probably meant to be; `None` when none is near enough.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    closest(word, candidates, |candidate| candidate)
}

/// As [`nearest`], where no other candidate is as near: a guess good enough to act on.
pub fn unique_nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    let mut is_tied = false;
    for candidate in candidates {
        let Some(distance) = distance(word, candidate) else { continue };
        match best {
            Some((least, known)) if distance == least => is_tied |= known != candidate,
            Some((least, _)) if distance > least => {}
            _ => (best, is_tied) = (Some((distance, candidate)), false),
        }
    }
    best.filter(|_| !is_tied).map(|(_, candidate)| candidate)
}

fn closest<'a, T: Copy>(word: &str, candidates: impl Iterator<Item = T>, text: impl Fn(T) -> &'a str) -> Option<T> {
    if word.len() > LONGEST {
        return None;
    }
    let mut best: Option<(usize, T)> = None;
    for candidate in candidates {
        let Some(distance) = distance(word, text(candidate)) else { continue };
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The word without what people vary: case, underscores, hyphens, a plural.
fn folded(word: &str) -> String {
    let mut text: String = word.chars().filter(|c| *c != '_' && *c != '-').flat_map(char::to_lowercase).collect();
    if text.ends_with('s') {
        text.pop();
    }
    text
}

/// How far two words are apart, or `None` if too far to mean the same. Counts insertions, deletions, replacements and swaps of
/// neighbours; a different spelling of the same letters is 0.
fn distance(word: &str, candidate: &str) -> Option<usize> {
    if candidate.len() > LONGEST {
        return None;
    }
    let (left, right) = (folded(word), folded(candidate));
    if left == right {
        return Some(0);
    }
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let limit = match left.len().max(right.len()) {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    if left.len().abs_diff(right.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let mut cost = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
    }
    let found = *last.last()?;
    (found <= limit).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(key: &str, section: Section, document: Section, dialect: Dialect) -> String {
        let names = |homes: Vec<Section>| homes.iter().map(|home| home.info().path).collect::<Vec<_>>().join(" ");
        match suggest(key, section, document, dialect) {
            None => "nothing".into(),
            Some(Suggestion::Misspelt(directive)) => format!("misspelt {}", directive.key),
            Some(Suggestion::OtherDialect(directive)) => format!("dialects, instead {}", directive.replacement),
            Some(Suggestion::MissingSeparator) => "separator".into(),
            Some(Suggestion::OtherKind(kind)) => format!("kind {}", kind.info().path),
            Some(Suggestion::OtherSection(homes)) => names(homes),
            Some(Suggestion::OtherSectionAndDialect(homes, _)) => format!("dialects {}", names(homes)),
        }
    }

    #[test]
    fn guesses() {
        use Dialect::{V1_1, V2, V3};
        use Section::{DockerfileImage, Git, Import, Meta, StapelImage};
        assert_eq!(guess("form", StapelImage, StapelImage, V2), "misspelt from");
        assert_eq!(guess("fromimage", StapelImage, StapelImage, V2), "misspelt fromImage");
        assert_eq!(guess("include_paths", Git, StapelImage, V1_1), "misspelt includePaths");
        assert_eq!(guess("imports", StapelImage, StapelImage, V2), "misspelt import");
        assert_eq!(guess("fromArtifact", StapelImage, StapelImage, V3), "dialects, instead fromImage");
        assert_eq!(guess("from", Meta, Meta, V2), "separator");
        assert_eq!(guess("beforeInstall", StapelImage, StapelImage, V3), "shell");
        assert_eq!(guess("install", Git, StapelImage, V2), "git[].stageDependencies shell ansible");
        assert_eq!(guess("labels", DockerfileImage, DockerfileImage, V2), "imageSpec.config");
        assert_eq!(guess("stage", Import, StapelImage, V3), "dialects, instead ");
        assert_eq!(guess("from", DockerfileImage, DockerfileImage, V2), "kind a stapel image");
        assert_eq!(guess("docker", Git, StapelImage, V2), "a stapel image");
        assert_eq!(guess("url", Import, StapelImage, V2), "git[]");
        assert_eq!(guess("helmRelease", Git, StapelImage, V2), "deploy");
        assert_eq!(guess("allowBranch", Git, StapelImage, V2), "config.stapel.git");
        assert_eq!(guess("stopSignal", DockerfileImage, DockerfileImage, V1_1), "dialects imageSpec.config");
        assert_eq!(guess("project", StapelImage, StapelImage, V2), "kind the meta section");
        assert_eq!(guess("whatever", Import, StapelImage, V3), "nothing");
    }

    #[test]
    fn ties_are_no_ground_to_act_on() {
        assert_eq!(unique_nearest("bse", ["base", "bsea"].into_iter()), None);
        assert_eq!(unique_nearest("bse", ["base", "base", "other"].into_iter()), Some("base"));
        assert_eq!(unique_nearest("bse", ["bsea", "BSE"].into_iter()), Some("BSE"));
    }

    #[test]
    fn swaps_and_long_words() {
        assert_eq!(distance("formImage", "fromImage"), Some(1));
        assert_eq!(distance("git", "got"), Some(1));
        assert_eq!(distance("as", "add"), None);
        assert_eq!(nearest(&"x".repeat(1000), ["from"].into_iter()), None);
    }
}
