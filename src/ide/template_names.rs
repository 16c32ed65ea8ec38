//! Named templates: where they are defined, and which calls mean them.
//!
//! In: an analysed project. Out: places of clauses, of template files and of calls, those with a computed name included where they were run. Never: names
//! that no template has.

use std::collections::BTreeSet;

use super::occurrence::{Hit, Occurrence, Part, Symbol};
use super::templates::{NameUse, TemplateFile, action_at};
use super::{Analysis, At, Role};
use crate::source::{FileId, Location, Span};
use crate::template::trace::FrameKind;
use crate::template::tree::NodeKind;

/// The template that a file is, by the name under which others include it.
#[must_use]
pub fn name_of_file(analysis: &Analysis, file: FileId) -> Option<&str> {
    if analysis.role(file) != Role::Template {
        return None;
    }
    let mut definitions = analysis.snapshot().trace.definitions.iter();
    let definition = definitions.find(|one| one.place.is_some_and(|place| place.file == file && is_file(place)))?;
    Some(&definition.name)
}

/// Whether the place of a definition stands for its file: clauses have more than one byte.
fn is_file(place: Location) -> bool {
    place.span.start == 0 && place.span.end <= 1
}

/// The definitions of a template: its clauses, or the beginning of its file. Those in `near` are known even where the file was not run.
#[must_use]
pub fn definitions(analysis: &Analysis, name: &str, near: Option<FileId>) -> Vec<Location> {
    let trace = &analysis.snapshot().trace;
    let known = trace.definitions.iter().filter(|one| one.name == name).filter_map(|one| one.place);
    let mut files: BTreeSet<FileId> = near.into_iter().collect();
    let mut found = Vec::new();
    for place in known {
        if is_file(place) {
            if analysis.role(place.file) == Role::Template {
                found.push(Location { span: Span::empty(0), ..place });
            }
        } else {
            files.insert(place.file);
        }
    }
    for file in files {
        let Some(template) = analysis.template(file) else { continue };
        let clauses = template.names.iter().filter(|one| one.what == NameUse::Definition && one.name == name);
        found.extend(clauses.map(|one| Location { file, span: one.span }));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// A call whose name is computed: the bytes of the name's expression.
fn computed_name(file: &TemplateFile, offset: usize) -> Option<(Span, Span)> {
    file.nodes_at(offset).into_iter().rev().find_map(|id| {
        let node = file.source.node(id);
        let NodeKind::Command(operands) = &node.kind else { return None };
        let function = operands.first().map(|first| &file.source.node(*first).kind)?;
        let name = operands.get(1).map(|name| file.source.node(*name))?;
        let is_include = matches!(function, NodeKind::Identifier(function) if function.name == "include");
        let is_computed = !matches!(name.kind, NodeKind::String(_));
        (is_include && is_computed && name.span.touches(offset)).then_some((name.span, node.span))
    })
}

pub(super) fn hits(at: &At<'_>, file: &TemplateFile, hits: &mut Vec<Hit>) {
    let mut push = |span: Span, name: &str, part: Part| {
        let hit = Hit { span, symbol: Symbol::Template(name.to_owned()), part };
        if !hits.contains(&hit) {
            hits.push(hit);
        }
    };
    let named: Vec<_> = file.names.iter().filter(|name| name.span.touches(at.offset)).collect();
    for name in &named {
        // A block is defined and called by one clause.
        let is_definition = name.what == NameUse::Definition;
        if is_definition || !named.iter().any(|other| other.what == NameUse::Definition) {
            push(name.span, &name.name, if is_definition { Part::Definition } else { Part::Use });
        }
    }
    if let Some((span, command)) = computed_name(file, at.offset) {
        for name in names_run(at.analysis, Location { file: at.file, span: command }) {
            push(span, &name, Part::Use);
        }
    }
    if at.offset == 0
        && let Some(name) = name_of_file(at.analysis, at.file)
    {
        push(Span::empty(0), name, Part::Definition);
    }
    if named.is_empty()
        && let Some((name, span)) = half_typed(at)
    {
        push(span, &name, Part::Use);
    }
}

/// The names with which a call ran.
fn names_run(analysis: &Analysis, command: Location) -> BTreeSet<String> {
    let frames = analysis.snapshot().provenance.frames.iter();
    let here = frames.filter(|frame| {
        frame.place.is_some_and(|place| place.file == command.file && place.span.start == command.span.start)
    });
    here.filter_map(|frame| match &frame.kind {
        FrameKind::Include(name) => Some(name.clone()),
        _ => None,
    })
    .collect()
}

/// The name behind `include` or `template` in an action that does not parse.
fn half_typed(at: &At<'_>) -> Option<(String, Span)> {
    let action = action_at(at.text(), at.offset).filter(|action| !action.is_comment)?;
    let inner = at.text().get(action.inner.range())?;
    let cursor = at.offset.checked_sub(action.inner.start as usize)?;
    let open = inner.get(..cursor.min(inner.len()))?.iter().rposition(|byte| matches!(byte, b'"' | b'`'))?;
    let before = inner[..open].trim_ascii_end();
    let word = before.rsplit(|byte| !byte.is_ascii_alphabetic()).next().unwrap_or_default();
    let ends = |byte: &u8| *byte == inner[open] || *byte == b'\n';
    let length = inner[open + 1..].iter().position(ends).unwrap_or(inner.len() - open - 1);
    let start = action.inner.start as usize + open + 1;
    let is_call = matches!(word, b"include" | b"template") && at.offset <= start + length;
    let name = inner.get(open + 1..open + 1 + length)?;
    is_call.then(|| (String::from_utf8_lossy(name).into_owned(), Span::new(start, start + length)))
}

pub(super) fn occurrences(analysis: &Analysis, name: &str, within: Option<FileId>) -> Vec<Occurrence> {
    let mut found: Vec<Occurrence> = Vec::new();
    let mut push = |file: FileId, span: Span, part: Part| {
        found.push(Occurrence { location: Location { file, span }, part });
    };
    for place in definitions(analysis, name, within) {
        push(place.file, place.span, Part::Definition);
    }
    let own = within.and_then(|file| Some((file, analysis.template(file)?)));
    let all = within.is_none().then(|| analysis.template_files()).into_iter().flatten();
    for (file, template) in own.into_iter().chain(all) {
        for one in template.names.iter().filter(|one| one.name == name) {
            let part = if one.what == NameUse::Definition { Part::Definition } else { Part::Use };
            push(file, one.span, part);
        }
    }
    let mut computed = BTreeSet::new();
    for frame in &analysis.snapshot().provenance.frames {
        let (FrameKind::Include(called), Some(place)) = (&frame.kind, frame.place) else { continue };
        if called == name && within.is_none_or(|file| file == place.file) {
            computed.insert((place.file, place.span.start));
        }
    }
    for (file, start) in computed {
        let Some(template) = analysis.template(file) else { continue };
        if template.names.iter().any(|one| one.around.start == start) {
            continue;
        }
        let operand = template.source.nodes.iter().find_map(|node| match &node.kind {
            NodeKind::Command(operands) if node.span.start == start => {
                operands.get(1).map(|id| template.source.node(*id))
            }
            _ => None,
        });
        if let Some(node) = operand
            && !matches!(node.kind, NodeKind::String(_))
        {
            push(file, node.span, Part::Use);
        }
    }
    found
}
