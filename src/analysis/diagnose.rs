//! From findings to diagnostics: places of the rendered text become places in files.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::wording::usual_help;
use super::{Origins, Snapshot};
use crate::diagnostic::{Diagnostic, Edit, Finding, Fix, Place, RelatedLocation};
use crate::source::Location;

impl Snapshot {
    /// Turns findings of any layer into diagnostics: places in the rendered text become places in files with the chain of
    /// calls they came through, equal ones are merged, the rest keeps its order.
    #[must_use]
    pub fn diagnostics(&self, findings: Vec<Finding>) -> Vec<Diagnostic> {
        let placed: Vec<(Finding, Option<Origins>, Option<Location>)> = findings
            .into_iter()
            .map(|finding| {
                let origins = self.origins(finding.place);
                let location = self.location(finding.place, origins.as_ref());
                (finding, origins, location)
            })
            .collect();
        // An include that is used ten times has one mistake, not ten.
        let mut seen = HashSet::with_capacity(placed.len());
        let keys = placed.iter().map(|(finding, _, location)| (finding.rule, *location, finding.message.as_str()));
        let is_new: Vec<bool> = keys.map(|key| seen.insert(key)).collect();
        let stored = Stored::of(self);
        let new = placed.into_iter().zip(is_new).filter(|(_, is_new)| *is_new);
        new.map(|((finding, origins, location), _)| self.diagnostic(finding, origins, location, &stored)).collect()
    }

    fn origins(&self, place: Place) -> Option<Origins> {
        match place {
            Place::Rendered(span) => self.provenance.locate(span),
            Place::File(_) | Place::Project => None,
        }
    }

    /// The place of a finding; where the text came from nowhere, the config file.
    fn location(&self, place: Place, origins: Option<&Origins>) -> Option<Location> {
        match place {
            Place::File(location) => Some(location),
            Place::Rendered(_) => match origins {
                Some(origins) => Some(origins.location),
                None => self.config_file.map(|file| Location { file, span: crate::source::Span::default() }),
            },
            Place::Project => None,
        }
    }

    fn place(&self, place: Place) -> Option<Location> {
        match place {
            Place::File(location) => Some(location),
            Place::Rendered(span) => Some(self.provenance.locate(span)?.location),
            Place::Project => None,
        }
    }

    fn diagnostic(
        &self,
        finding: Finding,
        origins: Option<Origins>,
        location: Option<Location>,
        stored: &Stored<'_>,
    ) -> Diagnostic {
        let mut related: Vec<RelatedLocation> = finding
            .related
            .into_iter()
            .filter_map(|related| {
                Some(RelatedLocation { message: related.message, location: self.place(related.place)? })
            })
            .collect();
        if let Some(origins) = origins {
            let chain = self.provenance.chain(origins.frame).into_iter();
            related.extend(chain.map(|(message, location)| RelatedLocation { message, location }));
            related.extend(stored.around(origins.location));
        }
        Diagnostic {
            rule: finding.rule,
            severity: finding.severity,
            fatal: finding.fatal,
            message: finding.message,
            location,
            related,
            help: finding.help.or_else(|| usual_help(finding.rule.0).map(str::to_owned)),
            fix: finding.fix.and_then(|fix| self.fix(fix)),
            worlds: Vec::new(),
        }
    }

    /// A fix with file places only; none where a replaced byte is not copied letter by letter from a file. A place that several images share is changed
    /// once.
    fn fix(&self, fix: Fix) -> Option<Fix> {
        let mut edits: Vec<Edit> = Vec::with_capacity(fix.edits.len());
        let mut seen: HashMap<Option<Location>, Vec<usize>> = HashMap::new();
        for edit in fix.edits {
            let place = match edit.place {
                Place::Rendered(span) => {
                    let origins = self.provenance.locate(span)?;
                    if !origins.exact || !self.can_be_written(origins.location, &edit.text) {
                        return None;
                    }
                    Place::File(origins.location)
                }
                other => other,
            };
            let edit = Edit { place, text: edit.text };
            let location = if let Place::File(location) = place { Some(location) } else { None };
            let there = seen.entry(location).or_default();
            if !there.iter().any(|index| edits[*index] == edit) {
                there.push(edits.len());
                edits.push(edit);
            }
        }
        Some(Fix { edits, ..fix })
    }

    /// Whether a text means itself at a place of a template: outside of actions no action may begin, and in the literal of an action there may be nothing
    /// that ends or escapes it.
    fn can_be_written(&self, location: Location, text: &str) -> bool {
        let is_literal = |character: char| !character.is_control() && !matches!(character, '"' | '`' | '\\' | '\'');
        let before = self.sources.get(location.file).text.get(..location.span.start as usize).unwrap_or_default();
        let delimiter = before.windows(2).rev().find(|pair| *pair == b"{{" || *pair == b"}}");
        if delimiter == Some(b"{{") { text.chars().all(is_literal) } else { !text.contains("{{") }
    }
}

/// The calls of `set` by place: what is printed elsewhere got its value there.
struct Stored<'a> {
    /// Place of each call, its number in the trace, its key; by file and first byte.
    calls: Vec<(Location, usize, &'a str)>,
    /// For each call, how far it or one before it in the same file reaches.
    reach: Vec<u32>,
}

impl<'a> Stored<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let place = |call: crate::template::text::CallId| snapshot.provenance.calls.get(call.0 as usize)?.place;
        // A loop stores at one place many times; the first says it.
        let mut first: BTreeMap<Location, (usize, &str)> = BTreeMap::new();
        for (number, stored) in snapshot.trace.stored.iter().enumerate() {
            if let Some(place) = place(stored.call) {
                first.entry(place).or_insert((number, &stored.key));
            }
        }
        let calls: Vec<_> = first.into_iter().map(|(place, (number, key))| (place, number, key)).collect();
        let mut reach: Vec<u32> = Vec::with_capacity(calls.len());
        for (index, (place, ..)) in calls.iter().enumerate() {
            let same_file = index.checked_sub(1).filter(|before| calls[*before].0.file == place.file);
            reach.push(place.span.end.max(same_file.map_or(0, |before| reach[before])));
        }
        Self { calls, reach }
    }

    /// The first call in whose arguments a value was written.
    fn around(&self, location: Location) -> Option<RelatedLocation> {
        let behind = self
            .calls
            .partition_point(|(place, ..)| (place.file, place.span.start) <= (location.file, location.span.start));
        let before = (0..behind).rev();
        let near = before
            .take_while(|index| self.calls[*index].0.file == location.file && self.reach[*index] >= location.span.end);
        let holding = near.filter(|index| location.span.end <= self.calls[*index].0.span.end);
        let (place, _, key) = self.calls[holding.min_by_key(|index| self.calls[*index].1)?];
        Some(RelatedLocation { message: format!("`.{key}` is set here"), location: place })
    }
}
