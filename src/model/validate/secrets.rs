//! Checks of `secrets` items (config spec §10.6, table SEC).

use std::collections::HashMap;

use super::conversion::Conversion;
use super::permissions::{Answer, SecretSource};
use super::sink::refusal;
use crate::diagnostic::{Place, RuleId};
use crate::model::config::Secret;
use crate::model::field::{Sections, Spanned};
use crate::source::Span;

/// The checks of each item, one after the other.
pub fn check_each(conversion: &mut Conversion<'_, '_>, secrets: &Sections<Secret>) {
    let mut ids: HashMap<String, Span> = HashMap::new();
    for secret in &secrets.value {
        conversion.crashes_before(secrets, secret.span);
        check(conversion, secret, &mut ids);
    }
    conversion.crashes_of(secrets);
}

fn check(conversion: &mut Conversion<'_, '_>, secret: &Spanned<Secret>, ids: &mut HashMap<String, Span>) {
    let Secret { id, env, src, value } = &secret.value;
    if [id, env, src, value].iter().any(|field| field.is_invalid()) {
        return;
    }
    let (source, default_id, place) = if !env.is_empty() {
        (SecretSource::Env(env), env.value.as_str(), env.span)
    } else if !src.is_empty() {
        (SecretSource::File(src), last_component(src), src.span)
    } else if !value.is_empty() {
        (SecretSource::Value(id), "", value.span)
    } else {
        let message = "a secret needs a source: `env`, `src` or `value`";
        conversion.push(refusal(RuleId("secret-source-missing"), env.span, message));
        return;
    };
    let effective_id = if id.is_empty() { default_id } else { id.value.as_str() };
    if effective_id.is_empty() {
        let message = "a secret with `value` needs an `id`, by which the build mounts it";
        conversion.push(refusal(RuleId("secret-id-missing"), secret.span, message));
        return;
    }
    let id_place = if id.is_empty() { place } else { id.span };
    match ids.get(effective_id) {
        Some(&first) => conversion.push(
            refusal(
                RuleId("secret-id-duplicate"),
                id_place,
                format!("two secrets of this image have the id `{effective_id}`"),
            )
            .with_related(Place::Rendered(first), "the other one"),
        ),
        None => {
            ids.insert(effective_id.to_owned(), id_place);
        }
    }
    let (list, what) = match source {
        SecretSource::Env(name) => ("config.secrets.allowEnvVariables", format!("variable `{name}`")),
        SecretSource::File(path) => ("config.secrets.allowFiles", format!("file `{path}`")),
        SecretSource::Value(id) => ("config.secrets.allowValueIds", format!("value with id `{id}`")),
    };
    match conversion.permissions().allows_secret(source) {
        Answer::Yes => {}
        Answer::No => conversion.push(
            refusal(RuleId("secret-not-allowed"), place, format!("giterminism does not permit the {what} as a secret"))
                .with_help(format!("list it under `{list}` in `werf-giterminism.yaml`")),
        ),
        Answer::BadGlob(glob) => conversion.bad_glob(place, list, &glob),
    }
}

/// The last path component, as the id of a secret file.
fn last_component(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return "/";
    }
    trimmed.rsplit('/').next().unwrap_or(trimmed)
}
