//! Overlapping exports of one image: what git mappings and imports write to, compared as texts (config spec §11.2, 1.1 §10.4).
//!
//! In: the exports of one image, cleaned, in werf's order (local git, remote git, imports). Out: the first conflict, and the
//! exclude paths that werf adds silently. Never: glob expansion, file access.

use std::borrow::Cow;

use crate::dialect::Dialect;
use crate::model::paths;

/// One git mapping or import, as far as overlaps are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export<'a> {
    /// Cleaned absolute target.
    pub to: Cow<'a, str>,
    /// Cleaned include paths, relative to the target.
    pub include_paths: Vec<Cow<'a, str>>,
    /// Cleaned exclude paths, relative to the target; grows while conflicts are resolved.
    pub exclude_paths: Vec<Cow<'a, str>>,
    /// Whether it is an import and no git mapping.
    pub is_import: bool,
}

/// What comparing all exports of an image led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every overlap could be resolved by exclude paths.
    Resolved,
    /// Two exports write to the same place: the one being resolved, and the one it meets.
    Conflict(usize, usize),
    /// More comparisons than the budget allows.
    OverBudget,
}

/// The paths of one export from the root of the image, without the first slash.
struct Reach {
    includes: Vec<String>,
    /// As many of the exclude paths as were asked for.
    excludes: Vec<String>,
}

/// Compares every ordered pair and adds exclude paths where one export lies inside another.
///
/// `budget` counts path comparisons and is used up across calls.
pub fn resolve(exports: &mut [Export<'_>], dialect: Dialect, budget: &mut u64) -> Outcome {
    let imports_may_overlap = dialect == Dialect::V3;
    let excludes_beneath_path = matches!(dialect, Dialect::V2 | Dialect::V3);
    // Most exports meet no other: their paths are put together when they do, once.
    let mut reaches: Vec<Option<Reach>> = Vec::new();
    reaches.resize_with(exports.len(), || None);
    for own in 0..exports.len() {
        for other in 0..exports.len() {
            if own == other || (imports_may_overlap && exports[own].is_import && exports[other].is_import) {
                continue;
            }
            if !spend(budget, 1) {
                return Outcome::OverBudget;
            }
            if !paths::is_beneath(&exports[own].to, &exports[other].to) {
                continue;
            }
            for index in [own, other] {
                reaches[index].get_or_insert_with(|| Reach::of(&exports[index]));
            }
            let Ok([Some(own_reach), Some(other_reach)]) = reaches.get_disjoint_mut([own, other]) else { continue };
            let (own_includes, other_includes) = (&own_reach.includes, &other_reach.includes);
            if own_includes.is_empty() && other_includes.is_empty() {
                return Outcome::Conflict(own, other);
            }
            for path in other_includes {
                if !spend(budget, (own_includes.len() + exports[own].exclude_paths.len()) as u64) {
                    return Outcome::OverBudget;
                }
                match meet(path, own_includes) {
                    Meeting::Same => return Outcome::Conflict(own, other),
                    Meeting::OwnIsNarrower => continue,
                    Meeting::Apart => {}
                }
                complete(&mut own_reach.excludes, &exports[own]);
                let is_excluded = own_reach.excludes.iter().any(|exclude| {
                    if excludes_beneath_path {
                        paths::is_beneath(path, exclude)
                    } else {
                        paths::is_beneath(exclude, path)
                    }
                });
                if !is_excluded {
                    let added = paths::relative_to(&exports[own].to, &format!("/{path}"));
                    exports[own].exclude_paths.push(Cow::Owned(added));
                }
            }
        }
    }
    Outcome::Resolved
}

fn spend(budget: &mut u64, amount: u64) -> bool {
    match budget.checked_sub(amount) {
        Some(rest) => {
            *budget = rest;
            true
        }
        None => false,
    }
}

enum Meeting {
    Same,
    OwnIsNarrower,
    Apart,
}

/// The first own include path decides: werf leaves its loop at the first that equals `path` or lies beneath it.
fn meet(path: &str, own_includes: &[String]) -> Meeting {
    for own in own_includes {
        if own == path {
            return Meeting::Same;
        }
        if paths::is_beneath(path, own) {
            return Meeting::OwnIsNarrower;
        }
    }
    Meeting::Apart
}

impl Reach {
    fn of(export: &Export<'_>) -> Self {
        let prefix = export.to.trim_start_matches('/');
        let includes = if export.include_paths.is_empty() && !prefix.is_empty() {
            vec![prefix.to_owned()]
        } else {
            export.include_paths.iter().map(|path| paths::join(prefix, path)).collect()
        };
        Self { includes, excludes: Vec::new() }
    }
}

/// Puts together the exclude paths that came since.
fn complete(excludes: &mut Vec<String>, export: &Export<'_>) {
    let prefix = export.to.trim_start_matches('/');
    let new = export.exclude_paths.iter().skip(excludes.len());
    excludes.extend(new.map(|path| paths::join(prefix, path)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export(to: &'static str, include: &[&'static str], exclude: &[&'static str]) -> Export<'static> {
        let texts = |list: &[&'static str]| list.iter().map(|&text| Cow::Borrowed(text)).collect();
        Export { to: to.into(), include_paths: texts(include), exclude_paths: texts(exclude), is_import: false }
    }

    fn outcome(dialect: Dialect, exports: &[Export<'static>]) -> Result<Vec<Vec<Cow<'static, str>>>, (usize, usize)> {
        let mut exports = exports.to_vec();
        match resolve(&mut exports, dialect, &mut 1_000) {
            Outcome::Conflict(own, other) => Err((own, other)),
            _ => Ok(exports.into_iter().map(|export| export.exclude_paths).collect()),
        }
    }

    fn excludes(lists: &[&[&'static str]]) -> Result<Vec<Vec<Cow<'static, str>>>, (usize, usize)> {
        Ok(lists.iter().map(|list| list.iter().map(|&text| Cow::Borrowed(text)).collect()).collect())
    }

    #[test]
    fn worked_outcomes() {
        let old = |exports: &[Export<'static>]| outcome(Dialect::V1_1, exports);
        assert_eq!(old(&[export("/app", &[], &[]), export("/app/assets", &[], &[])]), excludes(&[&["assets"], &[]]));
        assert_eq!(old(&[export("/app", &[], &[]), export("/app", &[], &[])]), Err((0, 1)));
        assert_eq!(
            old(&[export("/app", &["a", "c"], &[]), export("/app", &["b", "c/d"], &[])]),
            excludes(&[&["b", "c/d"], &["a"]])
        );
        assert_eq!(old(&[export("/app", &["a"], &[]), export("/app", &["a"], &[])]), Err((0, 1)));
        assert_eq!(old(&[export("/", &[], &[]), export("/", &[], &[])]), Err((0, 1)));
        assert_eq!(old(&[export("/", &[], &[]), export("/", &["a/b"], &[])]), excludes(&[&["a/b"], &[]]));
        assert_eq!(
            old(&[export("/app", &[], &["assets"]), export("/app/assets/y", &[], &[])]),
            excludes(&[&["assets"], &[]])
        );
        assert_eq!(old(&[export("/app", &["assets/y"], &[]), export("/app/assets", &[], &[])]), excludes(&[&[], &[]]));
        assert_eq!(old(&[export("/app", &["assets"], &[]), export("/app/assets", &[], &[])]), Err((0, 1)));
        assert_eq!(
            old(&[export("/app", &["assets"], &[]), export("/app/other", &[], &[])]),
            excludes(&[&["other"], &[]])
        );
        assert_eq!(old(&[export("/app", &[], &[]), export("/application", &[], &[])]), excludes(&[&[], &[]]));
    }

    #[test]
    fn excluded_paths_are_compared_the_other_way_round_since_2() {
        let exports = [export("/app", &[], &["assets/y"]), export("/app/assets", &[], &[])];
        assert_eq!(outcome(Dialect::V1_2, &exports), excludes(&[&["assets/y", "assets"], &[]]));
        assert_eq!(outcome(Dialect::V2, &exports), excludes(&[&["assets/y"], &[]]));
    }

    #[test]
    fn imports_may_overlap_in_3() {
        let import = Export { is_import: true, ..export("/app", &[], &[]) };
        let exports = [import.clone(), import];
        assert_eq!(outcome(Dialect::V3, &exports), excludes(&[&[], &[]]));
        assert_eq!(outcome(Dialect::V2, &exports), Err((0, 1)));
    }

    #[test]
    fn the_budget_ends_it() {
        let mut exports = vec![export("/app", &[], &[]); 2];
        assert_eq!(resolve(&mut exports, Dialect::V2, &mut 0), Outcome::OverBudget);
    }
}
