//! `imageSpec` beyond werf's own checks: what fails or loses only when the image is finished.
//!
//! In: the analysed project. Out: findings that never stop werf. Each function is one rule; its page says why.

use super::Subject;
use crate::diagnostic::{Finding, Place};
use crate::dialect::Dialect;
use crate::model::field::{Spanned, TextList};
use crate::source::Span;
use crate::template::functions::re2::{Regex, Syntax};

/// What an entry of `removeLabels` or `removeEnv` means.
fn expression(dialect: Dialect, text: &str) -> Option<Result<Regex, String>> {
    let rest = text.strip_prefix('/').filter(|_| text.ends_with('/'))?;
    let Some(inner) = rest.strip_suffix('/') else {
        return Some(Err("a lone `/`, at which werf crashes".to_owned()));
    };
    let syntax = Syntax { short_names: dialect >= Dialect::V2, loose_properties: dialect >= Dialect::V3 };
    let compiled = Regex::compile(format!("^{inner}$").as_bytes(), syntax);
    Some(compiled.map_err(|error| error.trim_start_matches("error parsing regexp: ").to_owned()))
}

/// `image-spec-regex`: expressions that do not compile.
pub fn image_spec_regex(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    let lists: Vec<&TextList> = on
        .image_specs()
        .filter_map(|spec| spec.config.as_deref())
        .flat_map(|config| [&config.remove_labels, &config.remove_env])
        .collect();
    for item in lists.into_iter().flat_map(|list| &list.value) {
        if let Some(Err(error)) = expression(on.snapshot.dialect, item) {
            let message = format!("`{}` is no valid expression: {error}", item.value);
            let found = on.remark("image-spec-regex", item.span, message);
            findings.extend(found.map(|found| found.with_help("text between slashes is a regular expression of Go")));
        }
    }
}

/// `label-template`: `%` in labels that does not enclose `project` or `image`.
pub fn label_template(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut judge = |text: &Spanned<String>| {
        let Some(wrong) = wrong_label(text) else { return };
        let help = "between two `%` stands `project` or `image`; write a percent sign as `%\"%\"%`";
        findings.extend(on.remark("label-template", text.span, wrong).map(|found| found.with_help(help)));
    };
    for config in on.image_specs().filter_map(|spec| spec.config.as_deref()) {
        for (key, value) in &config.labels.value {
            judge(key);
            judge(value);
        }
    }
}

fn wrong_label(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    parts.next()?;
    loop {
        let action = parts.next()?;
        // Something in quotes may hold a `%`, or a comment; what is certain is a plain word.
        if action.contains(['"', '`', '\'']) || action.starts_with("/*") {
            return None;
        }
        if parts.next().is_none() {
            return Some("the `%` has no partner: werf cannot render the label".to_owned());
        }
        let word = action.trim();
        if word.is_empty() {
            return Some("there is nothing between the two `%`: werf cannot render the label".to_owned());
        }
        let is_word = word.chars().all(|c| c.is_alphanumeric() || c == '_') && word.starts_with(char::is_alphabetic);
        if is_word
            && ![
                "project", "image", "true", "false", "end", "else", "break", "continue", "html", "js", "urlquery",
                "print", "println", "and", "or",
            ]
            .contains(&word)
        {
            return Some(format!("there is no function `{word}` for labels"));
        }
    }
}

/// `env-conflict`: what one directive sets and another one of the same section removes.
pub fn env_conflict(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for config in on.image_specs().filter_map(|spec| spec.config.as_deref()) {
        for (name, _) in &config.env.value {
            let removes = |item: &&Spanned<String>| match expression(on.snapshot.dialect, item) {
                Some(Ok(regex)) => regex.is_match(name.as_bytes()),
                Some(Err(_)) => false,
                None => item.value == name.value,
            };
            if let Some(item) = config.remove_env.value.iter().find(removes) {
                let message = format!("`{}` is set here and removed by `removeEnv`", name.value);
                let found = on.remark("env-conflict", name.key, message);
                let other = Place::Rendered(item.span);
                findings.extend(
                    found.map(|found| found.with_related(other, "removed here").with_help("keep one of the two")),
                );
            }
        }
        let pairs: [(&str, bool, Span, &str, bool, Span); 4] = [
            (
                "cmd",
                !config.cmd.value.is_empty(),
                config.cmd.key,
                "clearCmd",
                config.clear_cmd.value,
                config.clear_cmd.key,
            ),
            (
                "entrypoint",
                !config.entrypoint.value.is_empty(),
                config.entrypoint.key,
                "clearEntrypoint",
                config.clear_entrypoint.value,
                config.clear_entrypoint.key,
            ),
            (
                "user",
                !config.user.is_empty(),
                config.user.key,
                "clearUser",
                config.clear_user.value,
                config.clear_user.key,
            ),
            (
                "workingDir",
                !config.working_dir.is_empty(),
                config.working_dir.key,
                "clearWorkingDir",
                config.clear_working_dir.value,
                config.clear_working_dir.key,
            ),
        ];
        for (name, is_set, place, clear, clears, other) in pairs {
            if is_set && clears {
                let found = on.remark("env-conflict", place, format!("`{name}` is set here and cleared by `{clear}`"));
                let other = Place::Rendered(other);
                findings.extend(
                    found.map(|found| found.with_related(other, "cleared here").with_help("keep one of the two")),
                );
            }
        }
    }
}

/// `clear-labels-no-effect` in 2, where werf does not say it.
pub fn clear_labels_no_effect(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for config in on.image_specs().filter_map(|spec| spec.config.as_deref()) {
        if config.clear_werf_labels.value {
            let message = "`clearWerfLabels` has no effect: werf needs its labels and keeps them";
            let found = on.remark("clear-labels-no-effect", config.clear_werf_labels.key, message);
            findings.extend(
                found.map(|found| found.with_help("remove it; see `removeLabels` and `keepEssentialWerfLabels`")),
            );
        }
    }
}

/// `healthcheck-values`: times and counts below nothing.
pub fn healthcheck_values(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    let configs = on.image_specs().filter_map(|spec| spec.config.as_deref());
    for check in configs.filter_map(|config| config.healthcheck.as_deref()) {
        let fields = [
            ("interval", &check.interval),
            ("timeout", &check.timeout),
            ("startperiod", &check.start_period),
            ("retries", &check.retries),
        ];
        for (name, field) in fields {
            if let Some(number) = field.value.filter(|number| *number < 0) {
                let message = format!("`{name}` cannot be negative: {number}");
                findings.extend(on.remark("healthcheck-values", field.span, message));
            }
        }
    }
}
