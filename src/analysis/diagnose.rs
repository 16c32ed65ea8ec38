//! From findings to diagnostics: places of the rendered text become places in files.

use std::collections::HashSet;

use super::Snapshot;
use super::wording::usual_help;
use crate::diagnostic::{Diagnostic, Edit, Finding, Fix, Place, RelatedLocation};
use crate::source::Location;

impl Snapshot {
    /// Turns findings of any layer into diagnostics: places in the rendered text become places in files with the chain of
    /// calls they came through, equal ones are merged, the rest keeps its order.
    #[must_use]
    pub fn diagnostics(&self, findings: Vec<Finding>) -> Vec<Diagnostic> {
        let mut seen = HashSet::new();
        let mut diagnostics = Vec::with_capacity(findings.len());
        for finding in findings {
            let diagnostic = self.diagnostic(finding);
            // An include that is used ten times has one mistake, not ten.
            let key = (diagnostic.rule, diagnostic.location, diagnostic.message.clone());
            if seen.insert(key) {
                diagnostics.push(diagnostic);
            }
        }
        diagnostics
    }

    fn place(&self, place: Place) -> Option<Location> {
        match place {
            Place::File(location) => Some(location),
            Place::Rendered(span) => Some(self.provenance.locate(span)?.location),
            Place::Project => None,
        }
    }

    fn diagnostic(&self, finding: Finding) -> Diagnostic {
        let mut related: Vec<RelatedLocation> = finding
            .related
            .into_iter()
            .filter_map(|related| {
                Some(RelatedLocation { message: related.message, location: self.place(related.place)? })
            })
            .collect();
        let mut location = self.place(finding.place);
        if let Place::Rendered(span) = finding.place
            && let Some(origins) = self.provenance.locate(span)
        {
            let chain = self.provenance.chain(origins.frame).into_iter();
            related.extend(chain.map(|(message, location)| RelatedLocation { message, location }));
        }
        if location.is_none() && matches!(finding.place, Place::Rendered(_)) {
            location = self.config_file.map(|file| Location { file, span: crate::source::Span::default() });
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

    /// A fix with file places only; none where a replaced byte is not copied letter by letter from a file.
    fn fix(&self, fix: Fix) -> Option<Fix> {
        let mut edits = Vec::with_capacity(fix.edits.len());
        for edit in fix.edits {
            let place = match edit.place {
                Place::Rendered(span) => {
                    let origins = self.provenance.locate(span)?;
                    if !origins.exact {
                        return None;
                    }
                    Place::File(origins.location)
                }
                other => other,
            };
            edits.push(Edit { place, text: edit.text });
        }
        Some(Fix { edits, ..fix })
    }
}
