//! Paths of the project, one directory at a time.

use std::collections::BTreeSet;

use super::{Around, Candidate, Kind};
use crate::ide::Analysis;
use crate::model::paths as names;

/// Which paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paths {
    /// Files and directories.
    All,
    /// Directories.
    Directories,
    /// As `All`, Dockerfiles first.
    Dockerfiles,
}

/// Dockerfiles below other directories that are offered.
const DOCKERFILES: usize = 40;

/// Entries of a directory that are looked at.
const MOST: usize = 2_000;

/// Paths below `base` that may continue what is typed.
pub(super) fn paths(
    analysis: &Analysis,
    around: Around<'_>,
    base: &str,
    typed: &str,
    is_absolute: bool,
    only: Paths,
    found: &mut Vec<Candidate>,
) {
    let base = if base.is_empty() { String::new() } else { names::clean(base).trim_matches('/').to_owned() };
    let (above, slash) = match typed.rfind('/') {
        Some(end) => (&typed[..end], &typed[..=end]),
        None => ("", if is_absolute { "/" } else { "" }),
    };
    let joined = [base.as_str(), above.trim_matches('/')].into_iter().filter(|part| !part.is_empty() && *part != ".");
    let directory = joined.collect::<Vec<_>>().join("/");
    if directory.split('/').any(|part| part == "..") {
        return;
    }
    if is_absolute && above.is_empty() {
        found.push(Candidate::new(Kind::Folder, "/", 10).detail("the whole project"));
    }
    for (name, is_directory) in list(analysis, around, &directory).into_iter().take(MOST) {
        let looks_like = name.contains("ockerfile");
        let rank = match (only, is_directory) {
            (Paths::Directories, false) => continue,
            (Paths::Dockerfiles, false) if looks_like => 20,
            (Paths::Dockerfiles, false) => 80,
            (_, true) => 40,
            (_, false) => 50,
        } + u32::from(name.starts_with('.')) * 30;
        let kind = if is_directory { Kind::Folder } else { Kind::File };
        found.push(Candidate::new(kind, format!("{slash}{name}"), rank));
    }
    if only == Paths::Dockerfiles && directory == base {
        dockerfiles(analysis, around, &base, found);
    }
}

/// Dockerfiles anywhere below the base.
fn dockerfiles(analysis: &Analysis, around: Around<'_>, base: &str, found: &mut Vec<Candidate>) {
    let Some(listing) = &analysis.snapshot().files.listing else { return };
    let mut left = DOCKERFILES;
    for path in listing.beneath(base).iter().take(100 * MOST) {
        let name = path.rsplit('/').next().unwrap_or_default();
        let inner = path.strip_prefix(base).unwrap_or(path).trim_start_matches('/');
        let is_dockerfile = name.contains("ockerfile") && inner.contains('/') && !name.ends_with(".dockerignore");
        if is_dockerfile && left > 0 {
            left -= 1;
            // The listing is of the whole work tree; what is not there from the project's point of view is another's.
            if around.files.is_some_and(|files| files.read(path).is_none()) {
                continue;
            }
            found.push(Candidate::new(Kind::File, inner, 30));
        }
    }
}

/// What is in a directory of the project, in order.
fn list(analysis: &Analysis, around: Around<'_>, directory: &str) -> Vec<(String, bool)> {
    if let Some(files) = around.files {
        let mut entries = files.list(directory);
        entries.sort();
        return entries;
    }
    let snapshot = std::iter::once(analysis).chain(around.before);
    let Some(listing) = snapshot.into_iter().find_map(|analysis| analysis.snapshot().files.listing.as_ref()) else {
        return Vec::new();
    };
    let skip = if directory.is_empty() { 0 } else { directory.len() + 1 };
    let mut entries = BTreeSet::new();
    for path in listing.beneath(directory).iter().take(100 * MOST) {
        let Some(rest) = path.get(skip..).filter(|rest| !rest.is_empty()) else { continue };
        match rest.split_once('/') {
            Some((name, _)) => entries.insert((name.to_owned(), true)),
            None => entries.insert((rest.to_owned(), false)),
        };
    }
    entries.into_iter().collect()
}
