//! Rendering of a project: the template engine with the project's files, data and functions.
//!
//! In: an opened project, the texts of its main file and templates. Out: the text with provenance, and the engine's errors as findings, sorted by the step of
//! werf that meets them. Never: what the text means.

use std::sync::Arc;

use super::wording::{self, Context, Words};
use super::yaml_codec::RememberingCodec;
use super::{Cache, Codec, Provenance};
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Place, RuleId};
use crate::dialect::Dialect;
use crate::project::{ConfigRead, Project, ProjectHost, SourceText, TemplatesRead};
use crate::source::{Location, Span};
use crate::template::host::YamlCodec;
use crate::template::trace::{Input, Trace};
use crate::template::value::{Map, MapKind, Value};
use crate::template::{self, ErrorKind, Outcome, Readers, TemplateError, TemplateSource};

/// The name that werf gives the main template.
const MAIN_TEMPLATE: &str = "werfConfig";

/// What rendering made.
#[derive(Debug, Default)]
pub(super) struct Rendering {
    /// The text: werf's own when there is no finding, else what there is of it.
    pub text: Arc<[u8]>,
    /// Where its bytes came from.
    pub provenance: Provenance,
    /// What the templates did besides.
    pub trace: Trace,
    /// Errors of parsing template files.
    pub template_parsing: Vec<Finding>,
    /// Errors of parsing the main file.
    pub config_parsing: Vec<Finding>,
    /// Errors and warnings of executing.
    pub executing: Vec<Finding>,
}

/// Rules about local changes: behind them the text on disk is what the person wants to hear about.
const LOCAL_CHANGES: &[&str] = &[
    "files-get-untracked",
    "files-get-uncommitted",
    "files-glob-untracked",
    "files-glob-uncommitted",
    "link-target-not-accepted",
];

/// Renders a project; without a main file only the template files are parsed.
pub(super) fn render(
    project: &Project,
    config: &ConfigRead,
    templates: &TemplatesRead,
    cache: Option<&Cache>,
) -> Rendering {
    let nothing = SourceText { file: crate::source::FileId(0), path: String::new(), text: Arc::default() };
    let template_source = |name: &str, source: &SourceText| TemplateSource {
        name: name.to_owned(),
        file: source.file,
        text: source.text.clone(),
    };
    let main = template_source(MAIN_TEMPLATE, config.text.as_ref().unwrap_or(&nothing));
    let sources: Vec<TemplateSource> =
        templates.files.iter().map(|file| template_source(&file.name, &file.source)).collect();
    let mut strict = ProjectHost::new(project);
    let outcome = run(project, &sources, &main, &mut strict, cache);
    let mut rendering = Rendering::default();
    let first_rule = outcome.errors.first().and_then(|error| error.rule);
    if first_rule.is_some_and(|rule| LOCAL_CHANGES.contains(&rule.0)) {
        let mut tolerant = ProjectHost::tolerant(project);
        let mut further = run(project, &sources, &main, &mut tolerant, cache);
        let refusals = outcome.errors.into_iter().filter(|error| error.rule == first_rule);
        further.errors.splice(0..0, refusals);
        strict.findings = tolerant.findings;
        rendering.take(further, project, config);
    } else {
        rendering.take(outcome, project, config);
    }
    let places = rendering.file_calls();
    for (call, mut finding) in strict.findings {
        if let Some(Some(location)) = places.get(call) {
            finding.place = Place::File(*location);
        }
        rendering.executing.push(finding);
    }
    rendering
}

fn run(
    project: &Project,
    sources: &[TemplateSource],
    main: &TemplateSource,
    host: &mut ProjectHost<'_>,
    cache: Option<&Cache>,
) -> Outcome {
    let options = project.options();
    let codec = Codec { dialect: options.dialect, limits: options.limits };
    let remembering = cache.map(|cache| RememberingCodec { codec, trees: &cache.trees });
    let yaml: &dyn YamlCodec = match &remembering {
        Some(remembering) => remembering,
        None => &codec,
    };
    let dialect = options.dialect;
    let parse = |name: &str, text: &[u8]| match cache {
        Some(cache) => cache.template(name, text, dialect),
        None => Arc::new(template::parse_source(name, text, dialect)),
    };
    let readers = Readers { yaml, sources: &parse };
    template::render_with(sources, main, root_data(project), host, readers, dialect, &options.limits)
}

/// The root data (spec 2 §5.2, spec 1.1 §3.3).
fn root_data(project: &Project) -> Value {
    let dialect = project.options().dialect;
    let root = Map::new(MapKind::StringAny);
    root.insert_data("Files", template::files_object(dialect));
    if dialect != Dialect::V1_1 {
        let env = project.options().env.clone().unwrap_or_default();
        root.insert_data("Env", Value::data(env));
        let date = Map::new(MapKind::StringString);
        let commit = Map::new(MapKind::StringAny);
        let (hash, human, unix) = match project.head() {
            Some(head) => (head.hash.clone(), head.human(), head.seconds.to_string()),
            None => Default::default(),
        };
        date.insert_data("Human", Value::data(human));
        date.insert_data("Unix", Value::data(unix));
        commit.insert_data("Hash", Value::data(hash));
        commit.insert_data("Date", Value::Map(date));
        root.insert_data("Commit", Value::Map(commit));
    }
    Value::Map(root)
}

impl Rendering {
    /// All findings, in no particular order.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.template_parsing.iter().chain(&self.config_parsing).chain(&self.executing)
    }

    /// The place of each call of a method of `.Files`, in order.
    fn file_calls(&self) -> Vec<Option<Location>> {
        let uses = self.trace.inputs.iter().filter(|used| matches!(used.input, Input::Files { .. }));
        uses.map(|used| self.provenance.call_place(used.call)).collect()
    }

    fn take(&mut self, outcome: Outcome, project: &Project, config: &ConfigRead) {
        let Outcome { rendered, errors, trace } = outcome;
        self.provenance = rendered.provenance;
        self.text = rendered.text.into();
        self.trace = trace;
        let unparsed = errors.iter().any(|error| error.kind == ErrorKind::Parse);
        for error in &errors {
            let finding = self.finding(error, project, config);
            match error.kind {
                ErrorKind::Parse if error.template == MAIN_TEMPLATE => self.config_parsing.push(finding),
                ErrorKind::Parse => self.template_parsing.push(finding),
                // What a text that does not parse does when it runs all the same is mostly an echo.
                _ if unparsed && error.rule.is_none() => {}
                _ if config.text.is_none() => {}
                _ => self.executing.push(finding),
            }
        }
    }

    fn words(&self, error: &TemplateError, project: &Project, location: Option<Location>) -> Words {
        let cause = String::from_utf8_lossy(&error.cause);
        let dialect = project.options().dialect;
        let source = location.map(|location| project.sources().get(location.file).text.clone()).unwrap_or_default();
        let templates = self.trace.definitions.iter().map(|definition| definition.name.as_str()).collect();
        let context = Context { dialect, source: &source, location, templates };
        match (error.kind, error.rule) {
            (ErrorKind::Parse, _) => wording::of_parsing(&cause, &context),
            (ErrorKind::Exec, Some(rule)) => {
                wording::remedy(rule.0, &cause, dialect).unwrap_or_else(|| wording::of_executing(&cause, &context))
            }
            (ErrorKind::Exec, None) => wording::of_executing(&cause, &context),
            (ErrorKind::Crash | ErrorKind::Budget, _) => Words { message: cause.into_owned(), ..Words::default() },
        }
    }

    fn finding(&self, error: &TemplateError, project: &Project, config: &ConfigRead) -> Finding {
        let rule = error.rule.unwrap_or(RuleId(match error.kind {
            ErrorKind::Parse => "template-parse",
            ErrorKind::Exec => "template-exec",
            ErrorKind::Crash => "crash-template-recursion",
            ErrorKind::Budget => "template-budget",
        }));
        let start = || {
            let file = config.text.as_ref()?.file;
            Some(Location { file, span: Span::default() })
        };
        let place = error.location.or_else(|| self.provenance.frame_place(error.frame)).or_else(start);
        let words = self.words(error, project, place);
        let place = words.location.or(place);
        let mut finding = Finding::fatal(rule, place.map_or(Place::Project, Place::File), words.message);
        finding.help = words.help;
        finding.fix = words.misspelt.zip(place).and_then(|((written, meant), location)| {
            respelling(&project.sources().get(location.file).text, location, &written, meant)
        });
        for (message, location) in self.provenance.chain(error.frame) {
            finding = finding.with_related(Place::File(location), message);
        }
        finding
    }
}

/// Replaces a name in the action around a place, where it stands there once.
fn respelling(text: &[u8], place: Location, written: &str, meant: String) -> Option<Fix> {
    let line = text.get(place.span.start as usize..)?;
    let end = line.iter().position(|byte| *byte == b'\n').unwrap_or(line.len());
    let part = line.get(..end.max(place.span.len()).min(line.len()))?;
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let mut found = part.windows(written.len().max(1)).enumerate().filter(|(offset, window)| {
        let before = offset.checked_sub(1).and_then(|index| part.get(index));
        *window == written.as_bytes() && !is_word(before) && !is_word(part.get(offset + written.len()))
    });
    let (offset, _) = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let start = place.span.start as usize + offset;
    let span = Span::new(start, start + written.len());
    let title = format!("replace `{}` by `{}`", written.trim_matches('"'), meant.trim_matches('"'));
    let edits = vec![Edit { place: Place::File(Location { span, ..place }), text: meant }];
    Some(Fix { title, edits, applicability: Applicability::Safe })
}
