//! Dockerfiles in words.
//!
//! In: what the analysis read of them. Out: Markdown. Never: file access.

use super::markdown::{code, names};
use crate::analysis::files::{context_path, dockerfile_path};
use crate::check::dockerfile;
use crate::ide::At;
use crate::ide::links::document;
use crate::ide::yaml_at::YamlAt;
use crate::model::config::RawKind;
use crate::project::DockerfileRead;

/// Names told of one kind.
const MOST: usize = 20;

/// What the Dockerfile of a `dockerfile`, `target`, `context` or argument says.
pub fn of_value(at: &At<'_>, found: &YamlAt<'_>) -> Option<String> {
    let RawKind::Dockerfile(image) = &document(at.analysis, found.document?)?.kind else { return None };
    let files = &at.analysis.snapshot().files;
    // The key that the value belongs to may lie above: `args: {NAME: value}`.
    let key = found.path.iter().find_map(|step| step.directive.map(|directive| directive.key))?;
    if key == "context" {
        let path = context_path(image)?;
        return Some(match files.directories.get(&path) {
            Some(true) => format!("The directory {}", code(&path)),
            Some(false) => format!("The directory {} is not there", code(&path)),
            None => return None,
        });
    }
    if !matches!(key, "dockerfile" | "target" | "args") {
        return None;
    }
    let path = dockerfile_path(image)?;
    let (text, note) = match files.dockerfiles.get(&path)? {
        DockerfileRead::Text(text) => (text, ""),
        DockerfileRead::Changed(text) => (text, ", with changes that are not committed"),
        DockerfileRead::Missing => return Some(format!("{} is not there", code(&path))),
        DockerfileRead::Untracked => return Some(format!("{} is not committed", code(&path))),
        DockerfileRead::Directory => return Some(format!("{} is a directory", code(&path))),
        DockerfileRead::Unknown => return None,
    };
    let declared = dockerfile::read(text);
    let mut shown = format!("{}{note}\n", code(&path));
    if declared.stages.is_empty() {
        shown
            .push_str(&format!("\n- {} without names", super::markdown::count(declared.from_count, "stage", "stages")));
    } else {
        shown.push_str(&format!("\n- Stages: {}", names(declared.stages.iter().map(String::as_str), MOST)));
    }
    if !declared.args.is_empty() {
        shown.push_str(&format!("\n- Arguments: {}", names(declared.args.iter().map(String::as_str), MOST)));
    }
    if key == "target" && !image.target.is_empty() {
        let is_there = declared.stages.iter().any(|stage| stage.eq_ignore_ascii_case(&image.target));
        if !is_there && !declared.is_foreign && image.target.parse::<usize>().is_err() {
            shown.push_str(&format!("\n- **No stage {}**", code(&image.target)));
        }
    }
    Some(shown)
}
