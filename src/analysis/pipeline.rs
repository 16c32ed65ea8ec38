//! The steps from a request to a snapshot, in werf's order (spec 2 §3; spec 1.1 §1).
//!
//! In: a [`Request`]. Out: a [`Snapshot`]. A step that fails does not stop the next ones; the verdict is the first fatal finding in werf's order.
//! Never: rules beyond werf's own, printing.

use super::echo::{without_consequences, without_echo};
use super::permissions::ProjectPermissions;
use super::render::{Rendering, render};
use super::target::{Target, locate};
use super::{AnalysisError, ImageSummary, Mode, Rendered, Request, Snapshot, Verdict};
use crate::diagnostic::Finding;
use crate::dialect::Dialect;
use crate::model;
use crate::model::validate::{Images, Settings, Validated, validate};
use crate::project::{Project, TemplatesRead};

/// The platform that werf takes for images without `platform`: the reference ran on this one.
const MACHINE_PLATFORM: &str = "linux/amd64";

/// Reads and judges one project.
///
/// # Errors
/// When the path of the request does not exist or cannot be a project. A project without config file, outside of git or with
/// unreadable files is not an error: that is a verdict with findings.
pub fn analyze(request: &Request) -> Result<Snapshot, AnalysisError> {
    let Target { options, shown, dialect_reason } = locate(request)?;
    let dialect = options.dialect;
    let mode = match (dialect, options.loose) {
        (Dialect::V1_1, _) => Mode::Default,
        (_, true) => Mode::Loose,
        (_, false) => Mode::Strict,
    };
    let limits = options.limits;
    let cache = request.cache.as_deref();
    cache.inspect(|cache| cache.begin());
    let project = Project::open(options);
    let mut findings = project.findings().to_vec();
    let config = project.read_config();
    let templates = project.read_templates();
    let rendering = render(&project, &config, &templates, cache);
    let template_files = templates.files.iter().map(|file| file.source.file).collect();
    let is_broken = rendering.findings().any(|finding| finding.fatal);
    let Rendering { text, provenance, trace, .. } =
        in_order(dialect, config.findings, templates, rendering, &mut findings);
    findings.extend(project.not_committed_yet());
    without_consequences(&mut findings);
    let failed = findings.iter().any(|finding| finding.fatal);
    let decoded = match config.text {
        Some(_) => match cache {
            Some(cache) => model::decode_remembering(&text, dialect, &limits, &cache.documents, &cache.trees),
            None => model::decode(&text, dialect, &limits),
        },
        None => model::Decoded::default(),
    };
    let validated = match config.text {
        Some(_) => {
            let permissions = ProjectPermissions(&project);
            let settings =
                Settings { dialect, permissions: &permissions, machine_platform: MACHINE_PLATFORM, limits: &limits };
            validate(&decoded, settings)
        }
        None => Validated::default(),
    };
    let later = decoded.findings.iter().chain(&validated.findings).cloned().collect();
    findings.extend(without_echo(later, &text, &decoded, &provenance, is_broken));
    let verdict = verdict(&findings);
    // Of a text with holes nobody can say what it names.
    let files = if failed { super::ProjectFiles::default() } else { super::files::collect(&project, &decoded) };
    let config_file = config.text.as_ref().map(|text| text.file);
    Ok(Snapshot {
        root: shown,
        config: config.text.map(|text| text.path),
        config_file,
        templates: template_files,
        dialect,
        dialect_reason,
        mode,
        images: if verdict == Verdict::Accepted { summaries(&validated.images) } else { Vec::new() },
        verdict,
        rendered: (!failed).then(|| Rendered { text: text.clone() }),
        text,
        provenance,
        trace,
        decoded,
        validated,
        files,
        sources: project.into_sources(),
        findings,
    })
}

/// Puts the findings of reading and rendering into the order in which werf meets them: 1.1 reads the main file first; the others read and parse all
/// template files before they look for it.
fn in_order(
    dialect: Dialect,
    config: Vec<Finding>,
    templates: TemplatesRead,
    mut rendering: Rendering,
    findings: &mut Vec<Finding>,
) -> Rendering {
    let parsing = std::mem::take(&mut rendering.template_parsing);
    if dialect == Dialect::V1_1 {
        findings.extend(config);
        findings.extend(templates.findings);
        findings.extend(parsing);
    } else {
        findings.extend(templates.findings);
        findings.extend(parsing);
        findings.extend(config);
    }
    findings.append(&mut rendering.config_parsing);
    findings.append(&mut rendering.executing);
    rendering
}

fn verdict(findings: &[Finding]) -> Verdict {
    match findings.iter().find(|finding| finding.fatal) {
        Some(finding) => Verdict::Refused { rule: finding.rule, message: finding.message.clone() },
        None => Verdict::Accepted,
    }
}

fn summaries(images: &Images) -> Vec<ImageSummary> {
    let summary = |image: &model::validate::Image| ImageSummary {
        name: image.name.clone(),
        kind: image.kind,
        is_final: image.is_final,
        is_artifact: image.is_artifact,
    };
    images.list.iter().map(summary).collect()
}
