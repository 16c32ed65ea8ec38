//! Which tasks of ansible werf can run (spec `werf-2-config.md` §9.9, `werf-1.1-config.md` §6.7).

use super::mapping::{Mapping, Unknown};
use super::walk::Walk;
use crate::diagnostic::{Finding, Place, RuleId};
use crate::grammar::{ANSIBLE_MODULES, nearest};
use crate::yaml::typed;

/// Checks a task: a block of tasks, or exactly one module that werf knows.
pub(super) fn task(walk: &Walk<'_>, mapping: &Mapping, found: &mut Vec<Finding>) {
    if mapping.slots.iter().any(|slot| slot.presence != super::super::field::Presence::Null) {
        return;
    }
    let given = |unknown: &&Unknown| !typed::is_null(walk.tree, unknown.value);
    let mut modules = mapping.unknown.iter().filter(given).filter(|key| ANSIBLE_MODULES.contains(&key.name.as_str()));
    match (modules.next(), modules.next()) {
        (None, _) => found.push(unsupported(mapping)),
        (Some(first), Some(second)) => {
            let message = format!("one task has two modules, `{}` and `{}`", first.name, second.name);
            let finding = Finding::fatal(RuleId("ansible-task-ambiguous"), Place::Rendered(second.key), message);
            let finding = finding.with_related(Place::Rendered(first.key), "the first module");
            found.push(finding.with_help("make two tasks of it"));
        }
        (Some(_), None) => {}
    }
}

fn unsupported(mapping: &Mapping) -> Finding {
    let rule = RuleId("ansible-task-unsupported");
    for key in &mapping.unknown {
        let short = key.name.rsplit('.').next().unwrap_or_default();
        if short != key.name && ANSIBLE_MODULES.contains(&short) {
            let message = format!("werf does not know modules by their full name: `{}`", key.name);
            let finding = Finding::fatal(rule, Place::Rendered(key.key), message);
            return finding.with_help(format!("write `{short}`"));
        }
    }
    let guess = mapping
        .unknown
        .iter()
        .filter(|key| !TASK_KEYS.contains(&key.name.as_str()))
        .find_map(|key| nearest(&key.name, ANSIBLE_MODULES.iter().copied()).map(|module| (key, module)));
    if let Some((key, module)) = guess {
        let finding =
            Finding::fatal(rule, Place::Rendered(key.key), format!("werf does not know the module `{}`", key.name));
        return finding.with_help(format!("did you mean `{module}`?"));
    }
    let place = mapping.unknown.iter().find(|key| !TASK_KEYS.contains(&key.name.as_str()));
    let place = place.map_or(mapping.key, |key| key.key);
    Finding::fatal(rule, Place::Rendered(place), "the task has no module that werf knows")
        .with_help("use one of werf's modules, such as `command`, `shell`, `copy`, `apt`")
}

/// Keys of ansible itself, which are no modules.
const TASK_KEYS: &[&str] = &[
    "name",
    "args",
    "become",
    "become_user",
    "become_method",
    "when",
    "with_items",
    "with_dict",
    "loop",
    "vars",
    "tags",
    "register",
    "environment",
    "ignore_errors",
    "changed_when",
    "failed_when",
    "until",
    "retries",
    "delay",
    "no_log",
];
