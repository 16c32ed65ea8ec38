//! For people: each diagnostic with its source, carets, related places and what to do; last a summary. Drawn by miette.
//!
//! miette scans a whole text for every excerpt and expects clean UTF-8, so it is shown excerpts of its size only: the lines
//! around a place, with control characters and broken bytes replaced one for one.

use std::fmt;
use std::io::{self, Write};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};
use textwrap::{Options, WordSplitter};

use super::places::{Places, display_path};
use super::{Lines, Style, printable, summary};
use crate::check::Linted;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, Location, SourceMap, Span};

/// Lines shown before and after a place.
const CONTEXT: usize = 1;
/// A label in the same file shares the excerpt of the main place when it is at most so many lines away.
const SHARED_LINES: usize = 12;
/// Lines longer than this are not shown: a minified file says nothing in a terminal.
const LINE_BYTES: usize = 1_000;
/// Related places shown; the rest is counted.
const RELATED: usize = 8;

pub(super) fn write(projects: &[Linted], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let theme = match (style.unicode, style.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width.max(40))
        .with_context_lines(CONTEXT)
        .with_show_related_as_nested(true)
        .with_wrap_lines(false)
        .without_syntax_highlighting()
        .with_links(false);
    for project in projects {
        let root = &project.snapshot.root;
        let width = style.width.max(40) - 10;
        let mut shown = Excerpts {
            sources: &project.snapshot.sources,
            places: Places::new(&project.snapshot.sources),
            root,
            width,
        };
        for diagnostic in &project.diagnostics {
            let mut text = String::new();
            handler.render_report(&mut text, &shown.drawn(diagnostic)).map_err(io::Error::other)?;
            writeln!(out, "{}", text.trim_end_matches('\n'))?;
            writeln!(out)?;
        }
    }
    if !style.quiet {
        writeln!(out, "{}", printable(&summary(projects), Lines::Join))?;
        let found = projects.iter().flat_map(|project| &project.diagnostics);
        if let Some(worst) = found.rev().max_by_key(|diagnostic| diagnostic.severity) {
            writeln!(out, "more about a rule: `werfkit explain {}`", worst.rule)?;
        }
    }
    Ok(())
}

/// What is needed to cut excerpts out of one project.
struct Excerpts<'a> {
    sources: &'a SourceMap,
    places: Places<'a>,
    root: &'a str,
    /// Columns for running text.
    width: usize,
}

/// Places of one excerpt: label text (for the main place none) and location.
type Label = (Option<String>, Location);

impl Excerpts<'_> {
    fn drawn(&mut self, diagnostic: &Diagnostic) -> Drawn {
        let mut near: Vec<Label> = Vec::new();
        let mut far: Vec<Label> = Vec::new();
        for related in diagnostic.related.iter().take(RELATED) {
            let message = Some(printable(&related.message, Lines::Join));
            let beside = diagnostic.location.and_then(|main| self.beside(main, related.location));
            match beside {
                Some(location) => near.push((message, location)),
                None => far.push((message, related.location)),
            }
        }
        let mut message = printable(&diagnostic.message, Lines::Keep);
        for world in &diagnostic.worlds {
            message.push_str(&format!(" ({})", printable(world, Lines::Join)));
        }
        let excerpt = diagnostic.location.map(|location| {
            near.insert(0, (None, location));
            self.excerpt(&near)
        });
        let mut children: Vec<Drawn> = far.iter().map(|label| self.related(label)).collect();
        if diagnostic.related.len() > RELATED {
            let rest = diagnostic.related.len() - RELATED;
            children.push(Drawn::text(format!("and {rest} more places")));
        }
        let severity = match diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info | Severity::Hint => miette::Severity::Advice,
        };
        let mut drawn = Drawn {
            code: Some(format!("{}[{}]", diagnostic.severity.name(), diagnostic.rule)),
            severity,
            message,
            help: diagnostic.help.as_deref().map(|help| self.wrapped(&printable(help, Lines::Keep))),
            excerpt: None,
            children,
        };
        drawn.show(excerpt);
        if diagnostic.location.is_none() && self.root != "." {
            drawn.message = format!("{}: {}", printable(self.root, Lines::Join), drawn.message);
        }
        drawn.message = self.wrapped(&drawn.message);
        drawn
    }

    /// Running text in lines. miette would wrap lines of source, too, so it is told not to wrap at all.
    fn wrapped(&self, text: &str) -> String {
        textwrap::fill(text, Options::new(self.width).word_splitter(WordSplitter::NoHyphenation))
    }

    fn related(&mut self, (message, location): &Label) -> Drawn {
        let mut drawn = Drawn::text(message.clone().unwrap_or_default());
        let excerpt = self.excerpt(&[(None, *location)]);
        drawn.show(Some(excerpt));
        drawn
    }

    /// What to mark of a related place in the excerpt of the main one; `None` when it needs an excerpt of its own. miette does
    /// not draw marks over each other, so a place that reaches into the main one ends a column before it.
    fn beside(&mut self, main: Location, other: Location) -> Option<Location> {
        if main.file != other.file || self.places.line(main).abs_diff(self.places.line(other)) > SHARED_LINES {
            return None;
        }
        let (start, end) = (other.span.start, other.span.end);
        if end <= main.span.start || start >= main.span.end.max(main.span.start + 1) {
            return Some(other);
        }
        let span = Span { start, end: main.span.start.saturating_sub(1) };
        (start < span.end).then_some(Location { file: other.file, span })
    }

    /// The lines around the labels, all in one file. `Err` holds the place in words when the lines are too long to show.
    fn excerpt(&mut self, labels: &[Label]) -> Result<Excerpt, String> {
        let main = labels[0].1;
        let file = main.file;
        let path = printable(&display_path(self.root, &self.sources.get(file).path), Lines::Join);
        let start = self.places.position(file, main.span.start as usize);
        let mut first = usize::MAX;
        let mut last = 0;
        for (_, location) in labels {
            let line = self.places.line(*location);
            first = first.min(line.saturating_sub(CONTEXT));
            last = last.max((line + CONTEXT).min(self.places.line_count(file) - 1));
        }
        let mut lines = Vec::new();
        for line in first..=last {
            let bounds = self.places.line_bounds(file, line);
            if bounds.len() > LINE_BYTES {
                return Err(format!("{path}:{}:{}", start.line, start.column));
            }
            lines.push(bounds);
        }
        let base = lines[0].start;
        let end = lines[lines.len() - 1].end;
        let text = clean(&self.sources.get(file).text[base..end]);
        let spans = labels
            .iter()
            .map(|(message, location)| {
                let bounds = self.line_rest(file, *location);
                let span = SourceSpan::new((bounds.start - base).into(), bounds.len());
                match message {
                    None => LabeledSpan::new_primary_with_span(None, span),
                    Some(message) => LabeledSpan::new_with_span(Some(message.clone()), span),
                }
            })
            .collect();
        Ok(Excerpt { path, text, first_line: first, spans })
    }

    /// The part of a location on its first line: a caret under a whole section hides what it points at.
    fn line_rest(&mut self, file: FileId, location: Location) -> std::ops::Range<usize> {
        let line = self.places.line(location);
        let bounds = self.places.line_bounds(file, line);
        let start = (location.span.start as usize).min(bounds.end);
        start..(location.span.end as usize).clamp(start, bounds.end)
    }
}

/// The same number of bytes, printable: what is not text becomes `?`, other control characters a blank.
fn clean(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\n' | '\t' => text.push(character),
                '\r' => text.push(' '),
                control if control.is_control() => (0..control.len_utf8()).for_each(|_| text.push('?')),
                other => text.push(other),
            }
        }
        chunk.invalid().iter().for_each(|_| text.push('?'));
    }
    text
}

/// Whole lines of a file with the places in them, as miette reads a source.
#[derive(Debug)]
struct Excerpt {
    path: String,
    text: String,
    first_line: usize,
    spans: Vec<LabeledSpan>,
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, lines_before, lines_after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.first_line,
            inner.column(),
            inner.line_count(),
        )))
    }
}

/// A diagnostic as miette draws it.
#[derive(Debug)]
struct Drawn {
    code: Option<String>,
    severity: miette::Severity,
    message: String,
    help: Option<String>,
    excerpt: Option<Excerpt>,
    children: Vec<Drawn>,
}

impl Drawn {
    fn text(message: String) -> Self {
        Self {
            code: None,
            severity: miette::Severity::Advice,
            message,
            help: None,
            excerpt: None,
            children: Vec::new(),
        }
    }

    fn show(&mut self, excerpt: Option<Result<Excerpt, String>>) {
        match excerpt {
            Some(Ok(excerpt)) => self.excerpt = Some(excerpt),
            Some(Err(place)) => self.message = format!("{place}: {}", self.message),
            None => {}
        }
    }
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn {}

impl miette::Diagnostic for Drawn {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = self.excerpt.as_ref()?;
        Some(Box::new(excerpt.spans.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.children.is_empty() {
            return None;
        }
        Some(Box::new(self.children.iter().map(|child| child as &dyn miette::Diagnostic)))
    }
}
