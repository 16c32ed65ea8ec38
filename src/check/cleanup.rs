//! The meta section beyond werf's own checks: cleanup policies and names of releases that do something else than they say.
//!
//! In: the analysed project. Out: findings that never stop werf. Each function is one rule; its page says why.

use super::Subject;
use crate::diagnostic::Finding;
use crate::dialect::Dialect;
use crate::grammar::nearest;
use crate::model::config::Limit;
use crate::model::field::Field;
use crate::model::paths;
use crate::project::giterminism::CHART_FILES;
use crate::yaml::{Kind, NodeId, Tree};

const SECOND: i64 = 1_000_000_000;

/// `policy-values`: limits that keep nothing or mean something else.
pub fn policy_values(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut judge = |limit: &Limit| {
        match limit.last.value {
            Some(0) => {
                let found = on.remark("policy-values", limit.last.span, "`last: 0` keeps nothing");
                findings.extend(found.map(|found| found.with_help("write -1 for no limit")));
            }
            Some(number) if number < -1 => {
                let found = on.remark("policy-values", limit.last.span, format!("`last: {number}` has no meaning"));
                findings.extend(found.map(|found| found.with_help("write -1 for no limit")));
            }
            _ => {}
        }
        match limit.within.value {
            Some(time) if time < 0 => {
                findings.extend(on.remark(
                    "policy-values",
                    limit.within.span,
                    "a time before now keeps nothing: `in` is negative",
                ));
            }
            Some(time) if time > 0 && time < SECOND => {
                let found = on.remark(
                    "policy-values",
                    limit.within.span,
                    format!("a number without unit is nanoseconds: {time} of them"),
                );
                findings.extend(found.map(|found| found.with_help("write the unit, such as `168h`")));
            }
            _ => {}
        }
    };
    for policy in
        on.metas().filter_map(|(_, meta)| meta.cleanup.as_deref()).flat_map(|cleanup| &cleanup.keep_policies.value)
    {
        if let Some(limit) = policy.references.as_deref().and_then(|references| references.limit.as_deref()) {
            judge(limit);
        }
        if let Some(limit) = policy.images_per_reference.as_deref() {
            judge(limit);
        }
    }
}

/// Keys of `imagesPerReference`.
const LIMIT: &[&str] = &["last", "in", "operator"];

/// `images-per-reference-unchecked`: what werf does not look at in `imagesPerReference`.
pub fn images_per_reference_unchecked(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (document, _) in on.metas() {
        let Some(tree) = on.snapshot.decoded.trees.get(document.tree as usize).map(|document| &document.tree) else {
            continue;
        };
        let value = |node: NodeId, key: &str| tree.get(node, key).map(|entry| tree.target(entry.value));
        let policies = tree.root().and_then(|root| value(root, "cleanup")).and_then(|node| value(node, "keepPolicies"));
        let Some(policies) = policies else { continue };
        for policy in tree.items(policies) {
            if let Some(limit) = value(tree.target(*policy), "imagesPerReference") {
                unchecked(on, tree, limit, findings);
            }
        }
    }
}

fn unchecked(on: &Subject<'_>, tree: &Tree, limit: NodeId, findings: &mut Vec<Finding>) {
    for entry in tree.entries(limit).filter(|entry| !tree.is_merge(entry.key)) {
        let key = tree.value(entry.key);
        if !LIMIT.contains(&key) {
            let message = format!("`imagesPerReference` has no `{key}`; werf says nothing and goes on without it");
            let found = on.remark("images-per-reference-unchecked", tree.node(entry.key).span, message);
            let help = match nearest(key, LIMIT.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "its keys are `last`, `in` and `operator`".to_owned(),
            };
            findings.extend(found.map(|found| found.with_help(help)));
        }
        let value = tree.target(entry.value);
        let is_text = matches!(tree.node(value).kind, Kind::Scalar(_)) && !tree.value(value).is_empty();
        if key == "operator" && is_text && !["And", "Or", "~", "null"].contains(&tree.value(value)) {
            let message = format!("`{}` is no operator; werf says nothing and takes `And`", tree.value(value));
            let found = on.remark("images-per-reference-unchecked", tree.node(value).span, message);
            findings.extend(found.map(|found| found.with_help("write `And` or `Or`")));
        }
    }
}

/// `chart-dir-missing`: the directory of the chart is not there.
pub fn chart_dir_missing(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    let files = &on.snapshot.files;
    let may_be_uncommitted = files.giterminism.entries(CHART_FILES).next().is_some();
    if files.is_excerpt || may_be_uncommitted {
        return;
    }
    for deploy in on.metas().filter_map(|(_, meta)| meta.deploy.as_deref()) {
        let directory = &deploy.helm_chart_dir;
        let Some(path) = directory.value.as_deref() else { continue };
        if files.directories.get(&paths::clean(path)) == Some(&false) {
            let message = format!("there is no directory `{path}`: werf cannot deploy");
            let found = on.remark("chart-dir-missing", directory.span, message);
            findings.extend(found.map(|found| {
                found.with_help("the path counts from the project directory, and is read from the commit")
            }));
        }
    }
}

/// What a name is for, its text, whether it is made valid, its greatest length, and whether it may have dots.
type DeployName<'a> = (&'static str, &'a Field<Option<String>>, &'a Field<Option<bool>>, usize, bool);

/// `deploy-template`: names of releases and namespaces that cannot be made.
pub fn deploy_template(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for deploy in on.metas().filter_map(|(_, meta)| meta.deploy.as_deref()) {
        let names: [DeployName<'_>; 2] = [
            ("release", &deploy.helm_release, &deploy.helm_release_slug, 53, true),
            ("namespace", &deploy.namespace, &deploy.namespace_slug, 63, on.snapshot.dialect == Dialect::V1_1),
        ];
        for (what, name, slug, longest, dots) in names {
            let Some(text) = name.value.as_deref() else { continue };
            let wrong = match wrong_template(text) {
                Some(wrong) => Some(wrong),
                None if slug.value == Some(false) && !text.contains("[[") && !is_dns_name(text, longest, dots) => {
                    Some(format!("`{text}` is no valid name of a {what}, and slugs are switched off"))
                }
                None => None,
            };
            let Some(wrong) = wrong else { continue };
            let help = "an action is `[[ project ]]` or `[[ env ]]`; a name has small letters, digits and hyphens";
            findings.extend(on.remark("deploy-template", name.span, wrong).map(|found| found.with_help(help)));
        }
    }
}

/// What is certainly wrong with the actions of a text.
fn wrong_template(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(open) = rest.find("[[") {
        let action = &rest[open + 2..];
        let Some(close) = action.find("]]") else {
            return Some("the `[[` is not closed: werf cannot deploy".to_owned());
        };
        let words = action[..close].trim().trim_matches('-').trim();
        if words.is_empty() {
            return Some("there is nothing between `[[` and `]]`: werf cannot deploy".to_owned());
        }
        let is_word = words.chars().all(|c| c.is_alphanumeric() || c == '_');
        if is_word
            && ["PROJECT", "ENV", "NAMESPACE", "RELEASE"].contains(&words.to_uppercase().as_str())
            && !["project", "env", "namespace"].contains(&words)
        {
            return Some(format!("there is no function `{words}` for names of releases: werf cannot deploy"));
        }
        rest = &action[close + 2..];
    }
    None
}

/// Whether a text is a DNS label, or with `dots` a name of several.
fn is_dns_name(text: &str, longest: usize, dots: bool) -> bool {
    let is_label = |label: &str| {
        let is_inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !label.is_empty() && label.bytes().all(is_inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= longest && if dots { text.split('.').all(is_label) } else { is_label(text) }
}
