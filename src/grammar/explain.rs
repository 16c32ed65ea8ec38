//! Unknown keys in words: what was probably meant, where the key belongs, which line of werf has it.
//!
//! In: the key and where it stands. Out: a message, a help, and the directive it certainly stands for. Never: places, findings.

use super::suggest::is_below;
use super::{Directive, FileKind, Section, Suggestion, suggest, unique_nearest};
use crate::dialect::Dialect;

/// What there is to say about an unknown key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What is wrong: lower case, no final full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The key that was meant, if it is misspelt.
    pub meant: Option<&'static str>,
    /// The key to write instead, where that alone mends it and nothing else can be meant.
    pub instead: Option<&'static str>,
}

/// Explains `key`, which mappings of kind `section` do not have, in a document of kind `document`.
#[must_use]
pub fn explain_unknown(key: &str, section: Section, document: Section, dialect: Dialect) -> Explanation {
    let plain = |help: Option<String>| {
        let message = format!("unknown key `{key}` in {}", section.name());
        Explanation { message, help, meant: None, instead: None }
    };
    match suggest(key, section, document, dialect) {
        None => plain(None),
        Some(Suggestion::Misspelt(directive)) => {
            let found = plain(Some(format!("did you mean `{}`?", directive.key)));
            let known = section.directives().filter(|other| other.dialects.contains(dialect));
            let is_certain = unique_nearest(key, known.map(|other| other.key)) == Some(directive.key);
            Explanation { meant: Some(directive.key), instead: is_certain.then_some(directive.key), ..found }
        }
        Some(Suggestion::OtherDialect(directive)) => Explanation {
            message: format!("werf {dialect} does not know `{key}` in {}", section.name()),
            help: Some(history(section, directive, dialect)),
            meant: None,
            instead: renamed(section, directive, dialect),
        },
        Some(Suggestion::MissingSeparator) => {
            plain(Some("keys of an image belong in a document of their own: put a line `---` above them".to_owned()))
        }
        Some(Suggestion::OtherKind(kind)) => plain(Some(match kind {
            Section::Meta => format!("`{key}` belongs in the meta section, the document with `configVersion`"),
            Section::DockerfileImage => {
                format!("`{key}` is for a Dockerfile image, and this document has no `dockerfile`")
            }
            _ => format!("`{key}` is for a stapel image; the key `dockerfile` makes this document a Dockerfile image"),
        })),
        Some(Suggestion::OtherSection(homes)) => {
            plain(Some(format!("`{key}` is a key of {}, not of {}", names(&homes, document), section.name())))
        }
        Some(Suggestion::OtherSectionAndDialect(homes, dialects)) => {
            let which = match (dialects.iter().next(), dialects.iter().last()) {
                (Some(first), _) if first > dialect => format!("since werf {first}"),
                (_, Some(last)) if last < dialect => format!("until werf {last}"),
                (Some(first), Some(last)) => format!("in werf {first} to {last}"),
                _ => String::new(),
            };
            plain(Some(format!("`{key}` is a key of {}, {which}", names(&homes, document))))
        }
    }
}

/// The mappings as a reader of that document would call them.
fn names(homes: &[Section], document: Section) -> String {
    let names: Vec<String> = homes.iter().map(|home| name(*home, document)).collect();
    names.join(" or ")
}

fn name(home: Section, document: Section) -> String {
    let own = home.name();
    if home == document {
        return match home {
            Section::StapelImage | Section::DockerfileImage => format!("the image ({own})"),
            _ => own,
        };
    }
    if is_below(home, document, 0) || home.file().documents().contains(&home) {
        return own;
    }
    match home.file() {
        FileKind::Werf if is_below(home, Section::Meta, 0) => format!("{own} in the meta section"),
        FileKind::Werf if document.file() != FileKind::Werf => format!("{own} in `werf.yaml`"),
        FileKind::Werf if !is_below(home, Section::DockerfileImage, 0) => format!("{own} in a stapel image"),
        FileKind::Werf => format!("{own} in an image"),
        FileKind::Giterminism => format!("{own} in `werf-giterminism.yaml`"),
        FileKind::Includes => format!("{own} in `werf-includes.yaml`"),
    }
}

/// The new name of a directive that this line of werf lacks, where its value can stay as it is.
fn renamed(section: Section, old: &Directive, dialect: Dialect) -> Option<&'static str> {
    let name = section.replacement(old, dialect)?;
    (section.directive(name, dialect)?.value == old.value).then_some(name)
}

/// Which line of werf has a directive that this one lacks.
fn history(section: Section, directive: &'static Directive, dialect: Dialect) -> String {
    let (first, last) = (directive.dialects.iter().next(), directive.dialects.iter().last());
    let (removed, history) = match (first, last) {
        (Some(_), Some(last)) if last < dialect => (true, format!("it was removed after werf {last}")),
        (Some(first), _) => {
            // The release, where the line had it later than from its start.
            let line = format!("{first}.");
            let release = directive.since.split(", ").find(|since| since.starts_with(&line));
            (false, format!("it exists since werf {}", release.unwrap_or(first.name())))
        }
        _ => return format!("only werf {} to {} had it", directive.since, directive.until),
    };
    // What replaces an old key of another line says nothing about a key that is too new for this one.
    match section.replacement(directive, dialect) {
        Some(replacement) if removed || section.directive(replacement, dialect).is_some() => {
            format!("{history}: use `{replacement}`")
        }
        _ => history,
    }
}
