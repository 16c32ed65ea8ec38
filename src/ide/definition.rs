//! Where what stands at a place is defined.
//!
//! In: a place. Out: places in files of the project, the most certain ones first. Never: places outside of the project.

use std::sync::Arc;

use super::completion::Files;
use super::occurrence::{self, Hit, Part, Symbol};
use super::stages::stages;
use super::{At, dockerfile, site, template_names};
use crate::analysis::files::dockerfile_path;
use crate::model::config::RawKind;
use crate::project::DockerfileRead;
use crate::source::{FileId, Location, Span, line_begin};
use crate::template::tree::NodeKind;

/// A place to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The bytes that lead there.
    pub origin: Span,
    /// Path of the file relative to the project directory.
    pub path: String,
    /// The file, when the analysis has it among its sources.
    pub file: Option<FileId>,
    /// Its text, to count lines in; empty when it was not read.
    pub text: Arc<[u8]>,
    /// The bytes to select.
    pub span: Span,
    /// The bytes to show: the line, clause or file that `span` is in.
    pub whole: Span,
}

/// Where the name at a place is defined. Several places where one value makes several images, or several files define one template. `files` gives the texts that the
/// analysis of a project with mistakes did not read.
#[must_use]
pub fn definition(at: &At<'_>, files: Option<&dyn Files>) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for hit in occurrence::hits(at) {
        let places = definitions(at, &hit);
        targets.extend(places.into_iter().map(|place| target(at, hit.span, place)));
    }
    files_get(at, files, &mut targets);
    dockerfiles(at, files, &mut targets);
    targets.extend(stages(at).into_iter().map(|(origin, place)| target(at, origin, place)));
    let mut seen = Vec::new();
    targets.retain(|one| {
        let key = (one.path.clone(), one.span);
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new
    });
    targets
}

/// Where the thing of a hit gets its name. Only for keys of data all templates are looked at.
fn definitions(at: &At<'_>, hit: &Hit) -> Vec<Location> {
    match &hit.symbol {
        Symbol::Template(name) => template_names::definitions(at.analysis, name, Some(at.file)),
        Symbol::Image(image) => at.analysis.images().definition(*image).map(|one| one.location).into_iter().collect(),
        _ => {
            let places = occurrence::places(at, hit).into_iter();
            places.filter(|place| place.part == Part::Definition).map(|place| place.location).collect()
        }
    }
}

fn target(at: &At<'_>, origin: Span, location: Location) -> Target {
    let source = at.analysis.snapshot().sources.get(location.file);
    let text = &source.text;
    let start = location.span.start as usize;
    let end = location.span.end as usize;
    let before = text.get(..start).unwrap_or_default();
    let line = line_begin(before, before.len());
    let rest = text.get(end..).unwrap_or_default();
    let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    Target {
        origin,
        path: source.path.clone(),
        file: Some(location.file),
        text: Arc::clone(text),
        span: location.span,
        whole: Span::new(line, end + length),
    }
}

/// The beginning of a file that the project has, read or not.
fn file_target(at: &At<'_>, origin: Span, path: &str, text: Option<&Arc<[u8]>>) -> Target {
    let file = at.analysis.file(path);
    let known = file.map(|file| Arc::clone(&at.analysis.snapshot().sources.get(file).text));
    let text = known.or_else(|| text.map(Arc::clone)).unwrap_or_default();
    Target { origin, path: path.to_owned(), file, text, span: Span::empty(0), whole: Span::empty(0) }
}

/// The path in `.Files.Get "path"`.
fn files_get(at: &At<'_>, files: Option<&dyn Files>, targets: &mut Vec<Target>) {
    let Some(template) = at.analysis.template(at.file) else { return };
    let source = &template.source;
    let nodes = template.nodes_at(at.offset);
    for id in nodes.into_iter().rev() {
        let NodeKind::Command(operands) = &source.node(id).kind else { continue };
        let fields = match operands.first().map(|first| &source.node(*first).kind) {
            Some(NodeKind::Field(fields) | NodeKind::Variable(_, fields) | NodeKind::Chain(_, fields)) => fields,
            _ => continue,
        };
        let word = |span: &Span| at.text().get(span.range());
        let is_files = fields.len() >= 2 && fields.get(fields.len() - 2).and_then(word) == Some(b"Files");
        let is_path = fields.last().and_then(word).is_some_and(|name| [&b"Get"[..], b"Exists"].contains(&name));
        let Some(path) = operands.get(1).map(|path| source.node(*path)) else { continue };
        let NodeKind::String(value) = &path.kind else { continue };
        if !is_files || !is_path || !path.span.touches(at.offset) {
            continue;
        }
        let inner = Span { start: path.span.start + 1, end: path.span.end.saturating_sub(1).max(path.span.start + 1) };
        let Some(bytes) = value.as_deref().or_else(|| at.text().get(inner.range())) else { continue };
        let path = crate::vfs::go_clean(&String::from_utf8_lossy(bytes));
        let path = path.trim_start_matches('/');
        let text = || files?.read(path).map(Arc::from);
        if at.analysis.file(path).is_some() {
            targets.push(file_target(at, inner, path, None));
        } else if let Some(text) = text() {
            targets.push(file_target(at, inner, path, Some(&text)));
        }
        return;
    }
}

/// `dockerfile` leads to the file, `target` to the stage in it.
fn dockerfiles(at: &At<'_>, files: Option<&dyn Files>, targets: &mut Vec<Target>) {
    let snapshot = at.analysis.snapshot();
    let touched = |span: Span| {
        let place = site::site(snapshot, span)?;
        (place.file == at.file && place.span.touches(at.offset)).then_some(place.span)
    };
    for document in &snapshot.decoded.documents {
        let RawKind::Dockerfile(image) = &document.kind else { continue };
        let (file, stage) = (&image.dockerfile, &image.target);
        let on_file = file.is_given().then(|| touched(file.span)).flatten();
        let on_stage = stage.is_given().then(|| touched(stage.span)).flatten();
        let Some(path) = (on_file.is_some() || on_stage.is_some()).then(|| dockerfile_path(image)).flatten() else {
            continue;
        };
        let text: Option<Arc<[u8]>> = match snapshot.files.dockerfiles.get(&path) {
            Some(DockerfileRead::Text(text) | DockerfileRead::Changed(text)) => Some(Arc::clone(text)),
            _ => files.and_then(|files| files.read(&path)).map(Arc::from),
        };
        let Some(text) = text else { continue };
        if let Some(origin) = on_file {
            targets.push(file_target(at, origin, &path, Some(&text)));
        }
        if let Some(origin) = on_stage
            && let Some((span, whole)) = dockerfile::read(&text).stage(&stage.value)
        {
            targets.push(Target { span, whole, ..file_target(at, origin, &path, Some(&text)) });
        }
    }
}
