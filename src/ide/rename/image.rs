//! The name of an image: whether it can be changed, and everything that must change with it.
//!
//! In: an image and a new name. Out: places, or a reason in the words of a person. Never: a name that is computed, even in part.

use super::super::Analysis;
use super::super::images::{Definition, ImageUse};
use super::super::occurrence::{Occurrence, Part};
use super::Refusal;
use super::words;
use crate::model::validate::Target;
use crate::source::{Location, Span, line_begin};
use crate::template::text::Origin;
use crate::template::trace::Input;

/// The name of an image whose name can be changed.
pub(super) fn check(analysis: &Analysis, image: usize) -> Result<String, Refusal> {
    let known = analysis.snapshot().validated.images.list.get(image).ok_or("there is no image here")?;
    if known.name.is_empty() {
        return Err("the image has no name".to_owned());
    }
    let definition = analysis.images().definition(image).ok_or("the image is a layer of another one")?;
    if !definition.exact {
        let why = reason(analysis, definition.rendered);
        return Err(format!("the name `{}` is computed: it {why}", known.name));
    }
    let is_computed = |used: &&ImageUse| !used.exact && !is_alias(analysis, used.rendered);
    if let Some(used) = analysis.images().uses_of(image).find(is_computed) {
        let why = reason(analysis, used.rendered);
        let place = words::line(analysis, used.site);
        return Err(format!("`{}` is used in {place} by a name that is computed: it {why}", known.name));
    }
    Ok(known.name.clone())
}

/// All places that change with the name.
pub(super) fn places(analysis: &Analysis, image: usize, new: &str) -> Result<Vec<Occurrence>, Refusal> {
    let old = check(analysis, image)?;
    let snapshot = analysis.snapshot();
    words::image(new, snapshot.dialect)?;
    let is_artifact = snapshot.validated.images.list.get(image).is_some_and(|image| image.is_artifact);
    if snapshot.validated.images.list.iter().any(|other| other.name == new && !other.is_layer) {
        let what = if is_artifact { "an image or artifact" } else { "an image" };
        return Err(format!("there is {what} `{new}` already"));
    }
    let foreign =
        analysis.images().uses.iter().find(|used| used.name == new && !matches!(used.meaning, Target::Image(_)));
    if let Some(used) = foreign {
        let place = words::line(analysis, used.site);
        return Err(format!("`{new}` in {place} means an image of a registry, and would mean this one then"));
    }
    let mut found = Vec::new();
    if let Some(definition) = analysis.images().definition(image) {
        found.push(Occurrence { location: definition.location, part: Part::Definition });
    }
    for used in analysis.images().uses_of(image).filter(|used| used.exact) {
        found.push(Occurrence { location: used.location, part: Part::Use });
    }
    found.sort_unstable();
    found.dedup_by_key(|one| one.location);
    no_other_copies(analysis, image, &old, &found)?;
    Ok(found)
}

/// Text that makes the name may make other text too: then it is not the name alone.
fn no_other_copies(analysis: &Analysis, image: usize, name: &str, places: &[Occurrence]) -> Result<(), Refusal> {
    let mut own: Vec<Span> = name_spans(analysis, image).collect();
    own.sort_unstable();
    for place in places {
        for copy in analysis.reverse().rendered(place.location) {
            if own.binary_search(&copy).is_ok() {
                continue;
            }
            let text = &analysis.snapshot().text;
            let start = line_begin(text, copy.start as usize);
            let line = text[start..].split(|byte| *byte == b'\n').next().unwrap_or_default();
            let line = String::from_utf8_lossy(line).trim().to_owned();
            let place = words::line(analysis, place.location);
            return Err(format!("the text that names `{name}` in {place} also makes `{line}`"));
        }
    }
    Ok(())
}

/// The places of the rendered text that are the name.
pub(super) fn name_spans(analysis: &Analysis, image: usize) -> impl Iterator<Item = Span> {
    let images = analysis.images();
    let defined = images.definition(image).filter(|one| one.exact).map(|one: &Definition| one.rendered);
    let used = images.uses_of(image).filter(|one| one.exact).map(|one: &ImageUse| one.rendered);
    defined.into_iter().chain(used)
}

/// A use by an alias of YAML: the name stands at the anchor.
fn is_alias(analysis: &Analysis, rendered: Span) -> bool {
    analysis.snapshot().text.get(rendered.range()).is_some_and(|text| text.starts_with(b"*"))
}

/// Why a name is not written as it is, as a verb phrase.
fn reason(analysis: &Analysis, rendered: Span) -> String {
    let snapshot = analysis.snapshot();
    let provenance = &snapshot.provenance;
    let first = provenance.segments.partition_point(|segment| segment.end <= rendered.start);
    let mut begin = rendered.start;
    let mut pieces: Vec<Location> = Vec::new();
    for segment in &provenance.segments[first..] {
        if begin >= rendered.end {
            break;
        }
        begin = segment.end;
        match segment.origin {
            Origin::File { file, offset } => pieces.push(Location { file, span: Span::empty(offset as usize) }),
            Origin::Data => return "comes from the circumstances of the rendering".to_owned(),
            Origin::Derived(call) | Origin::Padding(call) | Origin::Unknown(call) => {
                let input = snapshot.trace.inputs.iter().find(|used| used.call == call).map(|used| &used.input);
                let name = provenance.calls.get(call.0 as usize).map_or("", |call| call.name);
                return match (input, name) {
                    (Some(Input::Env { name, .. }), _) => format!("comes from the environment variable `{name}`"),
                    (Some(Input::Files { method, path }), _) => format!("comes from `.Files.{method}` of `{path}`"),
                    (Some(Input::Unpredictable(name)), _) => format!("comes from `{name}`"),
                    (None, "") => "is made by a template action".to_owned(),
                    (None, name) => format!("is made by `{name}`"),
                };
            }
        }
    }
    if pieces.len() > 1 {
        "is put together from pieces".to_owned()
    } else {
        "is not written letter by letter".to_owned()
    }
}
