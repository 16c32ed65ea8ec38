//! Applies fixes, and believes none: a fix that does not remove its finding, or brings another one, is taken back.
//!
//! In: a request and its diagnostics. Out: the texts of the changed files, what was done and what was not, and the project as it is with the new texts.
//! Never: writing, files outside of the work tree, a change that was not judged by a full analysis.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use super::change::Change;
use super::{Linted, lint};
use crate::analysis::{AnalysisError, Request, Verdict};
use crate::diagnostic::{Applicability, Diagnostic, Place, RuleId};
use crate::git;
use crate::source::{LineIndex, Location, SourceMap, Span};

/// Analyses that one project may cost: fixes that are taken back are looked for by halves.
const ANALYSES: usize = 200;

/// The same for a project with more bytes of sources than [`JUDGED_ALONE_BYTES`].
const ANALYSES_OF_LARGE: usize = 40;

/// Steps of a chain of fixes of which one brings the next to light.
const CHAIN: usize = 4;

/// A fix that was applied or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// The rule of the finding.
    pub rule: RuleId,
    /// What the fix does.
    pub title: String,
    /// Path of the finding's file, relative to the project directory.
    pub path: String,
    /// Line of the finding at that time, from 1.
    pub line: usize,
}

/// Why a fix was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The finding was still there.
    Stays,
    /// There was a new finding of this rule.
    Brings(RuleId),
    /// The file lies outside of the work tree.
    Outside,
    /// The budget of analyses was used up before it could be judged.
    Budget,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stays => f.write_str("it would not remove the finding"),
            Self::Brings(rule) => write!(f, "it would bring a finding of `{rule}`"),
            Self::Outside => f.write_str("the file lies outside of the work tree"),
            Self::Budget => f.write_str("there are too many fixes for one run"),
        }
    }
}

/// One replacement of an offered fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The bytes that are replaced.
    pub location: Location,
    /// The file: path relative to the project directory, as in diagnostics.
    pub path: String,
    /// What replaces them.
    pub text: String,
}

/// A fix as an editor offers it for one diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Words for a menu.
    pub title: String,
    /// Whether a person should look at it first.
    pub applicability: Applicability,
    /// All replacements together; they do not overlap.
    pub edits: Vec<Replacement>,
}

/// What became of a project.
#[derive(Debug)]
pub struct Fixed {
    /// Files whose text is another one now, by path.
    pub changes: Vec<Change>,
    /// Fixes that are in those texts, in the order of applying.
    pub applied: Vec<Attempt>,
    /// Fixes that were taken back.
    pub refused: Vec<(Attempt, Reason)>,
    /// The work tree: no file outside of it may be written.
    pub work_tree: PathBuf,
    /// The project with the new texts.
    pub linted: Linted,
}

/// Rules about local changes and about other lines of werf: what they say is no consequence of a text.
fn is_aside(rule: RuleId) -> bool {
    let area = super::find(rule.0).map_or("", |rule| rule.area);
    area == "worktree" || matches!(rule.0, "other-dialect" | "files-get-uncommitted" | "files-glob-uncommitted")
}

/// One fix that is on the table.
struct Candidate<'a> {
    diagnostic: &'a Diagnostic,
    attempt: Attempt,
    edits: Vec<(Location, &'a str)>,
}

/// The fixes of one diagnostic, the best one first; none where there is no mechanical remedy.
#[must_use]
pub fn offers(linted: &Linted, diagnostic: &Diagnostic) -> Vec<Offer> {
    let sources = &linted.snapshot.sources;
    let replacement = |(location, text): (Location, &str)| Replacement {
        location,
        path: sources.get(location.file).path.clone(),
        text: text.to_owned(),
    };
    let offer = diagnostic.fix.as_ref().map(|fix| Offer {
        title: fix.title.clone(),
        applicability: fix.applicability,
        edits: locations(diagnostic).into_iter().map(replacement).collect(),
    });
    offer.into_iter().filter(|offer| !offer.edits.is_empty()).collect()
}

/// Applies all fixes of a project up to that applicability.
///
/// # Errors
/// As [`lint`].
pub fn fix(request: &Request, first: Linted, allowed: Applicability) -> Result<Fixed, AnalysisError> {
    fix_where(request, first, allowed, None)
}

/// Applies all fixes that change nothing but that file, whose path is absolute or relative to the working directory.
///
/// # Errors
/// As [`lint`].
pub fn fix_file(request: &Request, first: Linted, allowed: Applicability, file: &Path) -> Result<Fixed, AnalysisError> {
    let file = clean(&request.working_dir.join(file));
    fix_where(request, first, allowed, Some(&file))
}

fn fix_where(
    request: &Request,
    first: Linted,
    allowed: Applicability,
    only: Option<&Path>,
) -> Result<Fixed, AnalysisError> {
    let mut session = Session::new(request, &first, allowed, only);
    let dialect_reason = first.snapshot.dialect_reason.clone();
    let mut linted = first;
    // Every round accepts or refuses at least one fix.
    while session.analyses > 0 {
        let batch = session.batch(&linted);
        if batch.is_empty() {
            break;
        }
        match session.settle(&linted, &batch)? {
            Some(next) => linted = next,
            None => continue,
        }
    }
    if session.analyses == 0 {
        let left: Vec<Attempt> = session.batch(&linted).into_iter().map(|candidate| candidate.attempt).collect();
        session.refused.extend(left.into_iter().map(|attempt| (attempt, Reason::Budget)));
    }
    linted.snapshot.dialect_reason = dialect_reason;
    for index in 0..linted.diagnostics.len() {
        if session.is_refused(&linted, index) {
            linted.diagnostics[index].fix = None;
        }
    }
    withhold(&session.request, &mut linted);
    let changes = session.changes();
    let Session { applied, refused, work_tree, .. } = session;
    Ok(Fixed { changes, applied, refused, work_tree, linted })
}

/// Fixes of one report that are judged one by one; the others are judged together.
const JUDGED_ALONE: usize = 32;

/// In projects with more bytes of sources than this, fixes that need a judgement are left to `--fix`, reports do not show them.
const JUDGED_ALONE_BYTES: usize = 256 << 10;

/// Takes the fix from every diagnostic whose fix would not remove it or would bring another one. Warnings of a project that werf loads, with fixes that keep
/// its meaning, need no judgement; behind an error there may be another one that only the fix brings to light.
pub fn withhold(request: &Request, linted: &mut Linted) {
    let is_refused = linted.snapshot.verdict != Verdict::Accepted;
    let is_doubtful = |diagnostic: &Diagnostic| {
        diagnostic.fix.as_ref().is_some_and(|fix| is_refused || fix.applicability == Applicability::Unsafe)
    };
    if !linted.diagnostics.iter().any(is_doubtful) {
        return;
    }
    // Another analysis of a large project costs more than its report is worth; `--fix` judges them all the same.
    if is_large(linted) {
        linted.diagnostics.iter_mut().filter(|one| is_doubtful(one)).for_each(|one| one.fix = None);
        return;
    }
    let mut session = Session::new(request, linted, Applicability::Unsafe, None);
    let mut alone = JUDGED_ALONE;
    let mut judged: HashMap<Vec<(Location, &str)>, bool> = HashMap::new();
    let mut together = Vec::new();
    let mut unsound = Vec::new();
    for (index, diagnostic) in linted.diagnostics.iter().enumerate().filter(|(_, one)| is_doubtful(one)) {
        let Some(candidate) = session.candidate(diagnostic, &linted.snapshot.sources) else {
            unsound.push(index);
            continue;
        };
        let is_sound = match judged.get(&candidate.edits) {
            Some(known) => *known,
            None if alone == 0 => {
                together.push((index, candidate));
                continue;
            }
            None => {
                alone -= 1;
                let is_sound = session.is_sound(linted, std::slice::from_ref(&candidate));
                judged.insert(candidate.edits, is_sound);
                is_sound
            }
        };
        if !is_sound {
            unsound.push(index);
        }
    }
    let (indexes, candidates): (Vec<usize>, Vec<Candidate<'_>>) = together.into_iter().unzip();
    let candidates = disjoint(candidates);
    if !candidates.is_empty() && !session.is_sound(linted, &candidates) {
        unsound.extend(indexes);
    }
    for index in unsound {
        linted.diagnostics[index].fix = None;
    }
}

fn is_large(linted: &Linted) -> bool {
    linted.snapshot.sources.iter().map(|(_, file)| file.text.len()).sum::<usize>() > JUDGED_ALONE_BYTES
}

/// Those that touch no earlier one.
fn disjoint(candidates: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    let mut taken: HashMap<u32, Vec<Span>> = HashMap::new();
    let mut batch = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let is_free = |(location, _): &(Location, &str)| {
            let spans = taken.get(&location.file.0).map_or(&[][..], Vec::as_slice);
            spans.iter().all(|span| span.end < location.span.start || location.span.end < span.start)
        };
        if !candidate.edits.iter().all(is_free) {
            continue;
        }
        for (location, _) in &candidate.edits {
            taken.entry(location.file.0).or_default().push(location.span);
        }
        batch.push(candidate);
    }
    batch
}

struct Session<'o> {
    /// The request; its overlay holds the new texts.
    request: Request,
    allowed: Applicability,
    /// The one file that may change.
    only: Option<&'o Path>,
    /// The project directory.
    root: PathBuf,
    work_tree: PathBuf,
    before: BTreeMap<String, Arc<[u8]>>,
    after: BTreeMap<String, Arc<[u8]>>,
    applied: Vec<Attempt>,
    refused: Vec<(Attempt, Reason)>,
    /// Refused fixes by what they are, whatever line they stand on by now.
    known: HashSet<(RuleId, String, String, String)>,
    analyses: usize,
    /// Fixes that are tried at once: few behind one that was taken back, then more again.
    reach: usize,
}

impl<'o> Session<'o> {
    fn new(request: &Request, first: &Linted, allowed: Applicability, only: Option<&'o Path>) -> Self {
        let root = clean(&request.working_dir.join(&first.snapshot.root));
        let work_tree = match &request.git_work_tree {
            Some(tree) => clean(&request.working_dir.join(tree)),
            None => git::find_work_tree(&root).unwrap_or_else(|| root.clone()),
        };
        // The line of werf is judged once: no edit may change it under way.
        let mut request = Request { dialect: Some(first.snapshot.dialect), ..request.clone() };
        // One name for each file: a new text must take the place of the one that was given.
        let given = std::mem::take(&mut request.overlay).into_iter();
        request.overlay = given.map(|(path, text)| (clean(&request.working_dir.join(path)), text)).collect();
        Self {
            request,
            allowed,
            only,
            root,
            work_tree,
            before: BTreeMap::new(),
            after: BTreeMap::new(),
            applied: Vec::new(),
            refused: Vec::new(),
            known: HashSet::new(),
            analyses: if is_large(first) { ANALYSES_OF_LARGE } else { ANALYSES },
            reach: usize::MAX,
        }
    }

    fn file(&self, path: &str) -> PathBuf {
        clean(&self.root.join(path))
    }

    /// The fixes of a round: permitted, not refused before, none touching another.
    fn batch<'a>(&mut self, linted: &'a Linted) -> Vec<Candidate<'a>> {
        let sources = &linted.snapshot.sources;
        let candidates = linted.diagnostics.iter().filter_map(|diagnostic| self.candidate(diagnostic, sources));
        disjoint(candidates.collect())
    }

    /// Whether a fix was refused in an earlier round.
    fn is_refused(&self, linted: &Linted, index: usize) -> bool {
        let diagnostic = &linted.diagnostics[index];
        attempt(diagnostic, &linted.snapshot.sources)
            .is_some_and(|attempt| self.known.contains(&identity(diagnostic, &attempt)))
    }

    /// The project with these fixes, their texts, and the request that says so.
    fn with(&self, linted: &Linted, batch: &[Candidate<'_>]) -> Result<Tried, AnalysisError> {
        let texts = edited(linted, batch);
        let mut request = self.request.clone();
        for (path, text) in &texts {
            request.overlay.insert(self.file(path), text.clone());
        }
        let next = lint(&request)?;
        Ok(Tried { next, texts, request })
    }

    fn is_sound(&self, linted: &Linted, batch: &[Candidate<'_>]) -> bool {
        self.with(linted, batch).is_ok_and(|tried| objection(linted, &tried.next, batch).is_none())
    }

    fn candidate<'a>(&mut self, diagnostic: &'a Diagnostic, sources: &SourceMap) -> Option<Candidate<'a>> {
        let fix = diagnostic.fix.as_ref()?;
        if fix.applicability == Applicability::Unsafe && self.allowed == Applicability::Safe {
            return None;
        }
        let edits = locations(diagnostic);
        let is_elsewhere = |(location, _): &(Location, &str)| {
            self.only.is_some_and(|only| self.file(&sources.get(location.file).path) != only)
        };
        if edits.iter().any(is_elsewhere) {
            return None;
        }
        let attempt = attempt(diagnostic, sources)?;
        if self.known.contains(&identity(diagnostic, &attempt)) {
            return None;
        }
        let candidate = Candidate { diagnostic, attempt, edits };
        let is_inside = candidate.edits.iter().all(|(location, _)| {
            let file = self.file(&sources.get(location.file).path);
            file.starts_with(&self.work_tree) && !file.starts_with(self.work_tree.join(".git"))
        });
        if !is_inside {
            self.refuse(&candidate, Reason::Outside);
            return None;
        }
        Some(candidate)
    }

    fn refuse(&mut self, candidate: &Candidate<'_>, reason: Reason) {
        self.known.insert(identity(candidate.diagnostic, &candidate.attempt));
        self.refused.push((candidate.attempt.clone(), reason));
    }

    /// Applies the fixes together or, when they do not do what they should, the first half of them, down to a single one, which is then refused.
    fn settle(&mut self, linted: &Linted, batch: &[Candidate<'_>]) -> Result<Option<Linted>, AnalysisError> {
        let mut count = batch.len().min(self.reach);
        while count > 0 && self.analyses > 0 {
            self.analyses -= 1;
            let part = &batch[..count];
            let Tried { next, texts, request } = self.with(linted, part)?;
            match objection(linted, &next, part) {
                None => {
                    self.applied.extend(part.iter().map(|candidate| candidate.attempt.clone()));
                    self.reach = count.saturating_mul(4);
                    self.request = request;
                    self.keep(linted, texts);
                    return Ok(Some(next));
                }
                Some(reason) if count == 1 => {
                    self.reach = 4;
                    if let Reason::Brings(_) = reason
                        && let Some(next) = self.chain(linted, &part[0], Tried { next, texts, request })?
                    {
                        return Ok(Some(next));
                    }
                    self.refuse(&part[0], reason);
                    return Ok(None);
                }
                Some(_) => count /= 2,
            }
        }
        Ok(None)
    }

    /// A fix that brings something to light which has fixes of its own: all of them or none.
    fn chain(&mut self, linted: &Linted, first: &Candidate<'_>, tried: Tried) -> Result<Option<Linted>, AnalysisError> {
        let start = std::mem::replace(&mut self.request, tried.request);
        let (mut next, mut texts) = (tried.next, vec![tried.texts]);
        let mut attempts = vec![first.attempt.clone()];
        for _ in 0..CHAIN.min(self.analyses) {
            let batch = self.batch(&next);
            if batch.is_empty() {
                break;
            }
            self.analyses -= 1;
            let step = self.with(&next, &batch)?;
            attempts.extend(batch.into_iter().map(|candidate| candidate.attempt));
            texts.push(step.texts);
            self.request = step.request;
            next = step.next;
            if objection(linted, &next, std::slice::from_ref(first)).is_none() {
                self.applied.append(&mut attempts);
                for texts in texts {
                    self.keep(linted, texts);
                }
                return Ok(Some(next));
            }
        }
        self.request = start;
        Ok(None)
    }

    /// Remembers new texts, and the old ones of files that had none yet.
    fn keep(&mut self, linted: &Linted, texts: BTreeMap<String, Arc<[u8]>>) {
        for (path, text) in texts {
            if let Some(file) = linted.snapshot.sources.find(&path) {
                let old = linted.snapshot.sources.get(file).text.clone();
                self.before.entry(path.clone()).or_insert(old);
            }
            self.after.insert(path, text);
        }
    }

    fn changes(&self) -> Vec<Change> {
        let changed = self.after.iter().filter_map(|(path, after)| {
            let before = self.before.get(path)?;
            (before != after).then(|| Change {
                file: self.file(path),
                path: path.clone(),
                before: before.clone(),
                after: after.clone(),
            })
        });
        changed.collect()
    }
}

/// What a batch of fixes makes of a project.
struct Tried {
    next: Linted,
    texts: BTreeMap<String, Arc<[u8]>>,
    request: Request,
}

fn clean(path: &Path) -> PathBuf {
    PathBuf::from(crate::vfs::go_clean(&path.to_string_lossy()))
}

/// A fix by its finding; none for a diagnostic without one.
fn attempt(diagnostic: &Diagnostic, sources: &SourceMap) -> Option<Attempt> {
    let fix = diagnostic.fix.as_ref()?;
    let (first, _) = *locations(diagnostic).first()?;
    let shown = diagnostic.location.unwrap_or(first);
    let source = sources.get(shown.file);
    let line = LineIndex::new(&source.text).line(shown.span.start as usize) + 1;
    Some(Attempt { rule: diagnostic.rule, title: fix.title.clone(), path: source.path.clone(), line })
}

fn identity(diagnostic: &Diagnostic, attempt: &Attempt) -> (RuleId, String, String, String) {
    (attempt.rule, attempt.path.clone(), diagnostic.message.clone(), attempt.title.clone())
}

fn locations(diagnostic: &Diagnostic) -> Vec<(Location, &str)> {
    let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits);
    edits
        .filter_map(|edit| match edit.place {
            Place::File(location) => Some((location, edit.text.as_str())),
            Place::Rendered(_) | Place::Project => None,
        })
        .collect()
}

/// The files that fixes change, by path, with their new texts.
fn edited(linted: &Linted, batch: &[Candidate<'_>]) -> BTreeMap<String, Arc<[u8]>> {
    let mut by_file: BTreeMap<u32, Vec<(Location, &str)>> = BTreeMap::new();
    for (location, text) in batch.iter().flat_map(|candidate| &candidate.edits) {
        by_file.entry(location.file.0).or_default().push((*location, text));
    }
    let mut texts = BTreeMap::new();
    for mut edits in by_file.into_values() {
        edits.sort_by_key(|(location, _)| location.span);
        let Some((first, _)) = edits.first() else { continue };
        let source = linted.snapshot.sources.get(first.file);
        let mut text = Vec::with_capacity(source.text.len() + 64);
        let mut copied = 0;
        for (location, replacement) in &edits {
            let range = location.span.range();
            text.extend_from_slice(source.text.get(copied..range.start).unwrap_or_default());
            text.extend_from_slice(replacement.as_bytes());
            copied = range.end;
        }
        text.extend_from_slice(source.text.get(copied..).unwrap_or_default());
        texts.insert(source.path.clone(), text.into());
    }
    texts
}

/// The text of every file that one diagnostic's fix changes, by path; what a program that takes the fix as it is would write.
#[must_use]
pub fn apply_one(linted: &Linted, diagnostic: &Diagnostic) -> BTreeMap<String, Arc<[u8]>> {
    let attempt = Attempt { rule: diagnostic.rule, title: String::new(), path: String::new(), line: 0 };
    edited(linted, &[Candidate { diagnostic, attempt, edits: locations(diagnostic) }])
}

/// What speaks against the fixes: findings are compared by their number per rule, since places and words move with the text.
fn objection(before: &Linted, after: &Linted, batch: &[Candidate<'_>]) -> Option<Reason> {
    let mut expected: HashMap<RuleId, isize> = HashMap::new();
    for diagnostic in &before.diagnostics {
        *expected.entry(diagnostic.rule).or_default() += 1;
    }
    let mut mended: HashSet<RuleId> = HashSet::new();
    for candidate in batch {
        *expected.entry(candidate.diagnostic.rule).or_default() -= 1;
        mended.insert(candidate.diagnostic.rule);
    }
    let mut found: HashMap<RuleId, isize> = HashMap::new();
    for diagnostic in &after.diagnostics {
        *found.entry(diagnostic.rule).or_default() += 1;
    }
    let mut worse: Vec<RuleId> = found
        .into_iter()
        .filter(|(rule, count)| !is_aside(*rule) && *count > expected.get(rule).copied().unwrap_or_default())
        .map(|(rule, _)| rule)
        .collect();
    worse.sort();
    match worse.iter().find(|rule| !mended.contains(rule)) {
        Some(rule) => Some(Reason::Brings(*rule)),
        None => worse.first().map(|_| Reason::Stays),
    }
}
