//! What a person can set in an editor, as the client sends it: section `werfkit`.
//!
//! In: JSON of initialisation options, `workspace/configuration` or `workspace/didChangeConfiguration`. Out: settings, and what could not be understood. A
//! wrong value leaves its default and spoils nothing else.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::dialect::Dialect;

/// The settings of one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `dialect`: `auto`, `1.1`, `1.2`, `2`, `3`.
    pub dialect: Option<Dialect>,
    /// `env`: `.Env` of the templates.
    pub env: Option<String>,
    /// `setEnv`: variables that the templates see besides those of the process.
    pub set_env: BTreeMap<String, String>,
    /// `looseGiterminism`.
    pub loose_giterminism: bool,
    /// `config`: the config file, relative to the workspace folder.
    pub config: Option<PathBuf>,
    /// `inlayHints`.
    pub inlay_hints: bool,
    /// `codeLens`.
    pub code_lens: bool,
    /// `trace`: log every analysis and request with its duration; values of variables are never logged.
    pub trace: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dialect: None,
            env: None,
            set_env: BTreeMap::new(),
            loose_giterminism: false,
            config: None,
            inlay_hints: true,
            code_lens: true,
            trace: false,
        }
    }
}

impl Settings {
    /// Reads settings; the second part names what was not understood.
    #[must_use]
    pub fn read(value: &Value) -> (Self, Vec<String>) {
        let value = value.get("werfkit").unwrap_or(value);
        let mut settings = Self::default();
        let mut wrong = Vec::new();
        let Some(entries) = value.as_object() else { return (settings, wrong) };
        for (key, value) in entries {
            if value.is_null() {
                continue;
            }
            let understood = match key.as_str() {
                "dialect" => match value.as_str() {
                    Some("auto" | "") => true,
                    Some(name) => put(&mut settings.dialect, Dialect::from_name(name).map(Some)),
                    None => false,
                },
                "env" => {
                    put(&mut settings.env, value.as_str().map(|text| Some(text.to_owned()).filter(|t| !t.is_empty())))
                }
                "setEnv" => put(&mut settings.set_env, variables(value)),
                "looseGiterminism" => put(&mut settings.loose_giterminism, value.as_bool()),
                "config" => put(
                    &mut settings.config,
                    value.as_str().map(|text| Some(PathBuf::from(text)).filter(|_| !text.is_empty())),
                ),
                "inlayHints" => put(&mut settings.inlay_hints, value.as_bool()),
                "codeLens" => put(&mut settings.code_lens, value.as_bool()),
                "trace" => match value {
                    Value::Bool(on) => put(&mut settings.trace, Some(*on)),
                    Value::String(word) => put(&mut settings.trace, Some(word != "off")),
                    // Clients keep their own settings under `werfkit.trace.server`.
                    Value::Object(_) => true,
                    _ => false,
                },
                // The rest belongs to the editor's own side (path of the program and the like).
                _ => true,
            };
            if !understood {
                wrong.push(format!("`werfkit.{key}` cannot be `{value}`"));
            }
        }
        (settings, wrong)
    }
}

fn put<T>(place: &mut T, value: Option<T>) -> bool {
    let Some(value) = value else { return false };
    *place = value;
    true
}

fn variables(value: &Value) -> Option<BTreeMap<String, String>> {
    let entry = |(name, value): (&String, &Value)| match value {
        Value::String(text) => Some((name.clone(), text.clone())),
        Value::Number(number) => Some((name.clone(), number.to_string())),
        Value::Bool(on) => Some((name.clone(), on.to_string())),
        _ => None,
    };
    value.as_object()?.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_wrong_value_spoils_nothing_else() {
        let value = json!({"werfkit": {"dialect": "1.2", "env": "production", "looseGiterminism": "yes", "path": "x"}});
        let (settings, wrong) = Settings::read(&value);
        assert_eq!(settings.dialect, Some(Dialect::V1_2));
        assert_eq!(settings.env.as_deref(), Some("production"));
        assert!(!settings.loose_giterminism);
        assert_eq!(wrong, ["`werfkit.looseGiterminism` cannot be `\"yes\"`"]);
    }

    #[test]
    fn nothing_is_the_default() {
        assert_eq!(Settings::read(&Value::Null), (Settings::default(), Vec::new()));
        assert_eq!(Settings::read(&json!({"env": "", "dialect": "auto"})), (Settings::default(), Vec::new()));
    }
}
