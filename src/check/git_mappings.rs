//! Git mappings beyond werf's own checks: what is copied or watched, and is not there.
//!
//! In: the analysed project and the files of its commit. Out: findings that never stop werf. Each function is one rule; its page says why. Never: a
//! finding about files that are not known (submodules, links, includes).

use std::borrow::Cow;
use std::collections::HashMap;

use memchr::memmem;

use super::Subject;
use crate::analysis::files::{added_path, is_glob};
use crate::analysis::{ProjectFiles, Snapshot};
use crate::diagnostic::{Finding, Place};
use crate::dialect::Dialect;
use crate::model::config::{Git, StageDependencies, StapelImage};
use crate::model::field::{Spanned, Strings};
use crate::model::paths;
use crate::project::glob::{Matcher, literal_prefix};
use crate::source::Span;

/// Files that are compared with patterns, for all mappings together.
const COMPARISONS: usize = 2_000_000;

/// The user stages that watch files, with their lists and whether an image has instructions for them.
fn stages<'a>(image: &StapelImage, watched: &'a StageDependencies) -> [(&'static str, &'a Strings, bool); 3] {
    let [install, before_setup, setup] = instructions(image);
    [
        ("install", &watched.install, install),
        ("beforeSetup", &watched.before_setup, before_setup),
        ("setup", &watched.setup, setup),
    ]
}

/// Whether there are instructions for `install`, `beforeSetup` and `setup`.
fn instructions(image: &StapelImage) -> [bool; 3] {
    let mut given = [false; 3];
    if let Some(shell) = image.shell.as_deref() {
        let lists = [&shell.install, &shell.before_setup, &shell.setup];
        for (given, list) in given.iter_mut().zip(lists) {
            *given |= !list.items().is_empty() || list.is_invalid() || list.value.wrong().is_some();
        }
    }
    if let Some(ansible) = image.ansible.as_deref() {
        let lists = [&ansible.install, &ansible.before_setup, &ansible.setup];
        for (given, list) in given.iter_mut().zip(lists) {
            *given |= list.is_present();
        }
    }
    given
}

/// `stage-dependencies-missing`: instructions that work on files of git, and nothing that makes them run again.
pub fn stage_dependencies_missing(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for image in on.stapels() {
        let is_local = |git: &&Spanned<Git>| git.url.is_empty() && !git.url.is_invalid();
        let Some(mapping) = image.git.value.iter().find(is_local) else { continue };
        let names = ["install", "beforeSetup", "setup"];
        let with: Vec<&str> =
            names.iter().zip(instructions(image)).filter(|(_, given)| *given).map(|(name, _)| *name).collect();
        // An empty list is a decision.
        let has_some = image.git.value.iter().any(|git| {
            git.stage_dependencies.as_deref().is_some_and(|stages| {
                [&stages.install, &stages.before_setup, &stages.setup].iter().any(|list| list.is_present())
            })
        });
        if with.is_empty() || has_some {
            continue;
        }
        let listed = with.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let place = if mapping.export.add.is_given() { mapping.export.add.key } else { image.git.key };
        let message = format!("no change of these files runs {listed} again: the mapping has no `stageDependencies`");
        let help = format!(
            "add `stageDependencies` with the files that the commands read, such as `{}: [package-lock.json]`; commands that need no files belong into `beforeInstall`",
            with[0]
        );
        findings.extend(on.remark("stage-dependencies-missing", place, message).map(|found| found.with_help(help)));
    }
}

/// `stage-dependencies-without-instructions`: watched files of a stage that does nothing.
pub fn stage_dependencies_without_instructions(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for image in on.stapels() {
        for git in &image.git.value {
            let Some(watched) = git.stage_dependencies.as_deref() else { continue };
            for (name, list, has_instructions) in stages(image, watched) {
                if has_instructions || list.items().is_empty() {
                    continue;
                }
                let message = format!("the image has no commands for `{name}`: these files have no effect");
                let found = on.remark("stage-dependencies-without-instructions", list.key, message);
                findings.extend(
                    found.map(|found| found.with_help("name the stage whose commands read the files, or remove it")),
                );
            }
        }
    }
}

/// What is known about the files that a pattern means. Many images have the same mappings, so each question is answered once.
struct Search<'a> {
    snapshot: &'a Snapshot,
    left: usize,
    /// By `add`.
    known: HashMap<Cow<'a, str>, Added<'a>>,
}

/// What is known about an `add`.
struct Added<'a> {
    /// Whether it is there; true where that is not known.
    is_there: bool,
    /// Whether a pattern below it means some file.
    patterns: HashMap<&'a str, bool>,
}

impl<'a> Search<'a> {
    fn new(on: &Subject<'a>) -> Self {
        Self { snapshot: on.snapshot, left: COMPARISONS, known: HashMap::new() }
    }

    /// What is known about an `add`.
    fn added(&mut self, added: Cow<'a, str>) -> &mut Added<'a> {
        let files = &self.snapshot.files;
        self.known
            .entry(added)
            .or_insert_with_key(|added| Added { is_there: is_there(files, added), patterns: HashMap::new() })
    }

    /// Whether a pattern below `add` means some file; true where that is not known.
    fn matches(&mut self, added: &str, pattern: &'a str) -> bool {
        if let Some(known) = self.known.get(added).and_then(|added| added.patterns.get(pattern)) {
            return *known;
        }
        let Some(found) = self.look(added, pattern) else { return true };
        if let Some(added) = self.known.get_mut(added) {
            added.patterns.insert(pattern, found);
        }
        found
    }

    /// The same, not known before; `None` when no comparisons are left.
    fn look(&mut self, added: &str, pattern: &str) -> Option<bool> {
        let files = &self.snapshot.files;
        let whole = paths::join(added, pattern);
        if files.is_excerpt || whole == "." {
            return Some(true);
        }
        let Some(listing) = &files.listing else {
            return Some(is_glob(&whole) || files.on_disk.get(&whole).copied().unwrap_or(true));
        };
        let (prefix, is_literal) = literal_prefix(&whole);
        if listing.is_opaque(&prefix) {
            return Some(true);
        }
        let candidates = listing.beneath(&prefix);
        if is_literal || candidates.is_empty() {
            return Some(!candidates.is_empty());
        }
        let matcher = Matcher::new(self.snapshot.dialect, &whole);
        let letters = memmem::Finder::new(letters(&whole[prefix.len()..]));
        for path in candidates {
            self.left = self.left.checked_sub(1)?;
            if letters.find(path.as_bytes()).is_none() {
                continue;
            }
            // A malformed pattern has a rule of its own.
            if matcher.matches(path) != Ok(false) {
                return Some(true);
            }
        }
        Some(false)
    }
}

/// The longest run of letters that every path has that the pattern means; empty where that is not plain.
fn letters(pattern: &str) -> &str {
    if pattern.contains(['[', '{', '\\']) {
        return "";
    }
    pattern.split(['*', '?', '/']).max_by_key(|run| run.len()).unwrap_or_default()
}

/// Whether `add` is there; true where that is not known.
fn is_there(files: &ProjectFiles, added: &str) -> bool {
    if files.is_excerpt {
        return true;
    }
    match &files.listing {
        Some(listing) => listing.is_opaque(added) || !listing.beneath(added).is_empty(),
        None => files.on_disk.get(added).copied().unwrap_or(true),
    }
}

/// `git-add-missing`: `add` or `includePaths` mean no file of the commit.
pub fn git_add_missing(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut search = Search::new(on);
    for git in on.stapels().flat_map(|image| image.git.value.iter()) {
        let Some(added) = added_path(git) else { continue };
        if !search.added(added.clone()).is_there {
            let message = format!("there is no `{added}` in the repository: nothing is copied");
            let found = on.remark("git-add-missing", git.export.add.span, message);
            findings.extend(found.map(|found| found.with_help(place_help(on, &added))));
            continue;
        }
        for item in git.export.include_paths.items() {
            if !search.matches(&added, item) {
                let message = format!("`{}` means no file of the repository below `/{added}`", item.value);
                findings.extend(on.remark("git-add-missing", item.span, message));
            }
        }
    }
}

fn place_help(on: &Subject<'_>, added: &str) -> String {
    let files = &on.snapshot.files;
    let is_in_project = files.directories.get(added) == Some(&true);
    if is_in_project {
        return "`add` counts from the root of the repository, not from the project directory".to_owned();
    }
    "`add` counts from the root of the repository, and only what is committed is copied".to_owned()
}

/// `stage-dependency-no-match`: watched files that do not exist.
pub fn stage_dependency_no_match(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut search = Search::new(on);
    for image in on.stapels() {
        for git in &image.git.value {
            let (Some(added), Some(watched)) = (added_path(git), git.stage_dependencies.as_deref()) else { continue };
            if !search.added(added.clone()).is_there {
                continue;
            }
            for (name, list, has_instructions) in stages(image, watched) {
                for item in list.items().iter().filter(|_| has_instructions) {
                    if search.matches(&added, item) {
                        continue;
                    }
                    let message = format!(
                        "`{}` means no file of the repository below `/{added}`: no change runs `{name}` again",
                        item.value
                    );
                    let found = on.remark("stage-dependency-no-match", item.span, message);
                    findings.extend(found.map(|found| found.with_help("mend the path; it counts from `add`")));
                }
            }
        }
    }
}

/// `path-glob-syntax`: malformed globs, at which werf ends when it builds.
pub fn path_glob_syntax<'a>(on: &Subject<'a>, findings: &mut Vec<Finding>) {
    if on.snapshot.dialect < Dialect::V2 {
        return;
    }
    let dialect = on.snapshot.dialect;
    let mut known: HashMap<&str, bool> = HashMap::new();
    let mut judge = |list: &'a Strings| {
        for item in list.items().iter().filter(|item| is_glob(item)) {
            let is_malformed =
                *known.entry(item.as_str()).or_insert_with(|| Matcher::new(dialect, item).matches("a").is_err());
            if is_malformed {
                let message = format!("`{}` is no valid glob: werf stops at it when it builds", item.value);
                findings.extend(on.remark("path-glob-syntax", place(item), message).map(|found| {
                    found.with_help("close every `[` and `{`; a backslash takes the meaning from the next character")
                }));
            }
        }
    };
    for image in on.stapels() {
        for export in
            image.git.value.iter().map(|git| &git.export).chain(image.import.value.iter().map(|one| &one.export))
        {
            judge(&export.include_paths);
            judge(&export.exclude_paths);
        }
        for watched in image.git.value.iter().filter_map(|git| git.stage_dependencies.as_deref()) {
            [&watched.install, &watched.before_setup, &watched.setup].into_iter().for_each(&mut judge);
        }
    }
}

fn place(item: &Spanned<String>) -> Span {
    item.span
}

/// `git-basic-auth-local`: credentials for the project's own repository.
pub fn git_basic_auth_local(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for git in on.stapels().flat_map(|image| image.git.value.iter()) {
        let Some(auth) = git.basic_auth.as_deref() else { continue };
        if git.url.is_empty() && !git.url.is_invalid() {
            let message = "`basicAuth` has no effect: the mapping has no `url`, so it copies from this repository";
            let found = on.remark("git-basic-auth-local", auth.key, message);
            findings.extend(found.map(|found| {
                found
                    .with_related(Place::Rendered(git.span), "the mapping")
                    .with_help("add the `url`, or remove `basicAuth`")
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_a_pattern_means_has_its_letters() {
        let patterns = [
            "a/*",
            "a/**/*.go",
            "*/docs",
            "a/**",
            "a/b?d",
            "**/x/**/*",
            "*.y*",
            "a/b/*/c.txt",
            "a*b",
            "[ab]/c",
            "{a,b}/c",
        ];
        let paths = [
            "a/b.go",
            "a/c/d/e.go",
            "m/docs",
            "m/docs/README.md",
            "a/bcd",
            "a/bcd/e",
            "k/x/l",
            "x.yaml",
            "a/b/k/c.txt",
            "acb",
            "ab",
            "a/c",
            "b/c",
            "b/c/d",
        ];
        let mut count = 0;
        for dialect in Dialect::ALL {
            for pattern in patterns {
                let matcher = Matcher::new(dialect, pattern);
                for path in paths.into_iter().filter(|path| matcher.matches(path) == Ok(true)) {
                    assert!(path.contains(letters(pattern)), "{dialect} {pattern} {path}");
                    count += 1;
                }
            }
        }
        assert!(count > 60, "{count}");
        assert_eq!([letters("a/**/*.go"), letters("**/*"), letters("a[b]c")], [".go", "", ""]);
    }
}
