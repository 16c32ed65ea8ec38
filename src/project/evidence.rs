//! Which line of werf a project is written for, told from its CI files and from syntax that only one line has.
//!
//! In: the files of a project. Out: a dialect and the reason in words. Never: certainty; without evidence the answer is 2.

use crate::dialect::Dialect;
use crate::vfs::{FileTree, resolve};

/// A dialect and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The dialect.
    pub dialect: Dialect,
    /// Why, for a person: ``.gitlab-ci.yml:12 installs `werf 1.2 stable` ``.
    pub reason: String,
}

/// Words in front of a version in CI files: installers, actions, images.
const INSTALLERS: &[&str] = &["trdl use werf ", "multiwerf use ", "multiwerf update ", "werf/werf:", "flant/werf:"];
/// Words in front of `@v…` of the GitHub actions.
const ACTIONS: &str = "werf/actions";
/// CI files directly in the project.
const CI_FILES: &[&str] =
    &[".gitlab-ci.yml", ".gitlab-ci.yaml", ".travis.yml", "Jenkinsfile", ".drone.yml", "bitbucket-pipelines.yml"];
/// Directories with CI files.
const CI_DIRECTORIES: &[&str] = &[".github/workflows", ".gitlab-ci", ".gitlab", ".circleci"];
/// Directives that only one line has.
const SYNTAX: &[(&str, Dialect)] = &[
    ("asLayers:", Dialect::V1_1),
    ("fromImageArtifact:", Dialect::V1_1),
    ("herebyIAdmitThatFromLatestMightBreakReproducibility:", Dialect::V1_1),
    ("herebyIAdmitThatBranchMightBreakReproducibility:", Dialect::V1_1),
    ("imageSpec:", Dialect::V2),
];

/// The dialect that the files of `directory` (below the root of `tree`) speak for.
#[must_use]
pub fn dialect_evidence(tree: &dyn FileTree, directory: &str, max_links: usize) -> Evidence {
    let at = |name: &str| if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
    let text_of = |path: &str| -> Option<String> {
        let resolved = resolve(tree, path, max_links).ok()?;
        Some(String::from_utf8_lossy(&tree.read(&resolved.path).ok()?).into_owned())
    };
    // CI files may stand in the project or at the root of the repository.
    let mut bases = vec![directory];
    if !directory.is_empty() {
        bases.push("");
    }
    for base in bases {
        let join = |name: &str| if base.is_empty() { name.to_owned() } else { format!("{base}/{name}") };
        let mut paths: Vec<String> = CI_FILES.iter().map(|name| join(name)).collect();
        for folder in CI_DIRECTORIES {
            let folder = join(folder);
            let names = tree.list(&folder).unwrap_or_default();
            paths.extend(
                names.into_iter().filter(|(name, _)| is_yaml(name)).map(|(name, _)| format!("{folder}/{name}")),
            );
        }
        for path in paths {
            if let Some(evidence) = text_of(&path).and_then(|text| ci_evidence(&path, &text)) {
                return evidence;
            }
        }
    }
    for name in ["werf.yaml", "werf.yml"] {
        let Some(text) = text_of(&at(name)) else { continue };
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_start();
            if let Some((word, dialect)) = SYNTAX.iter().find(|(word, _)| line.starts_with(word)) {
                let word = word.trim_end_matches(':');
                return Evidence { dialect: *dialect, reason: format!("{name}:{} uses `{word}`", number + 1) };
            }
        }
    }
    if tree.entry(&at("werf-includes.yaml")).is_ok_and(|kind| kind.is_some()) {
        return Evidence { dialect: Dialect::V2, reason: "there is a `werf-includes.yaml`".to_owned() };
    }
    Evidence { dialect: Dialect::V2, reason: "nothing in the project names a version of werf".to_owned() }
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yml") || name.ends_with(".yaml")
}

fn ci_evidence(path: &str, text: &str) -> Option<Evidence> {
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with('#') {
            continue;
        }
        let found = INSTALLERS.iter().find_map(|word| version_after(line, word)).or_else(|| action_version(line));
        if let Some((dialect, words)) = found {
            return Some(Evidence { dialect, reason: format!("{path}:{} says `{words}`", number + 1) });
        }
    }
    None
}

fn version_after(line: &str, word: &str) -> Option<(Dialect, String)> {
    let start = line.find(word)?;
    let rest = line[start + word.len()..].trim_start_matches(['"', '\'', ' ']);
    let dialect = leading_version(rest)?;
    let version: String = rest.chars().take_while(|c| c.is_alphanumeric() || ".-_".contains(*c)).collect();
    Some((dialect, format!("{word}{version}")))
}

fn action_version(line: &str) -> Option<(Dialect, String)> {
    let start = line.find(ACTIONS)?;
    let rest = &line[start..];
    let (_, version) = rest.split_once("@v")?;
    let dialect = leading_version(version)?;
    let words: String = rest.chars().take_while(|c| !c.is_whitespace() && *c != '"' && *c != '\'').collect();
    Some((dialect, words))
}

/// The dialect of a text that begins with a version: `1.2`, `v2`, `2.10.1`, `1.1-stable`.
fn leading_version(text: &str) -> Option<Dialect> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let mut parts = digits.split('.');
    match (parts.next()?, parts.next()) {
        ("1", Some("1" | "0")) => Some(Dialect::V1_1),
        ("1", Some("2")) => Some(Dialect::V1_2),
        ("2", _) => Some(Dialect::V2),
        ("3", _) => Some(Dialect::V3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vfs::Memory;

    fn evidence(path: &str, text: &str) -> Evidence {
        let mut tree = Memory::default();
        tree.add(path, text.as_bytes());
        dialect_evidence(&tree, "", 10)
    }

    #[test]
    fn ci_files_name_the_line() {
        assert_eq!(
            evidence(".gitlab-ci.yml", "a:\n  - type trdl && . $(trdl use werf 1.2 stable)\n").dialect,
            Dialect::V1_2
        );
        assert_eq!(
            evidence(".gitlab-ci.yml", "  - source $(multiwerf use 1.1 alpha --as-file)\n").dialect,
            Dialect::V1_1
        );
        assert_eq!(evidence(".github/workflows/x.yml", "      - uses: werf/actions/install@v2\n").dialect, Dialect::V2);
        assert_eq!(
            evidence(".github/workflows/x.yml", "      - uses: werf/actions/converge@v1.2\n").dialect,
            Dialect::V1_2
        );
        assert_eq!(
            evidence(".gitlab-ci.yml", "image: registry.werf.io/werf/werf:2-stable\n").reason,
            ".gitlab-ci.yml:1 says `werf/werf:2-stable`"
        );
    }

    #[test]
    fn syntax_and_nothing() {
        assert_eq!(evidence("werf.yaml", "image: a\nasLayers: true\n").dialect, Dialect::V1_1);
        assert_eq!(evidence("werf.yaml", "image: a\n").dialect, Dialect::V2);
    }
}
