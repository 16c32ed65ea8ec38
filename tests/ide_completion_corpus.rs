//! Completion on real projects: each key and each reference to an image is deleted in turn; what was deleted must be among the first ten candidates there.
//!
//! Looks at a sample of each project; with `WERFKIT_ALL=1` at everything, in all dialects that accept it. `WERFKIT_MISSES=PATH` writes down what is not found.

#[path = "support/parallel.rs"]
mod parallel;
#[path = "support/records.rs"]
mod records;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;

use records::Record;
use txtar::CaseMeta;
use werfkit::analysis::Request;
use werfkit::check;
use werfkit::dialect::Dialect;
use werfkit::grammar::ValueType;
use werfkit::ide::completion::{Around, complete};
use werfkit::ide::signature::signature;
use werfkit::ide::yaml_at::{Part, YamlAt, yaml_at};
use werfkit::ide::{Analysis, At, Role};
use werfkit::model::validate::Target;
use werfkit::source::{Location, Span};
use werfkit::yaml::Kind;

/// The deleted text is among so many.
const FIRST: usize = 10;

/// Share that is asked for, in percent.
const SHARE: f64 = 95.0;

/// Keys that are looked at in one project by default.
const KEYS: usize = 16;

/// References that are looked at in one project by default.
const REFERENCES: usize = 80;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// The name of a key; its colon and value stay.
    Name,
    /// A key with all that belongs to it.
    Pair,
    /// The name of a free key: a build argument, a variable.
    Free,
    /// The name of an image where it is used.
    Reference,
}

/// Something to delete.
#[derive(Clone, Debug)]
struct Deletion {
    what: What,
    /// The bytes that go.
    location: Location,
    /// What must be offered.
    wanted: String,
}

#[derive(Debug, Default)]
struct Score {
    found: usize,
    all: usize,
}

fn request(meta: &CaseMeta, dialect: Dialect, record: &Record) -> Request {
    let (directory, file) = record.config.rsplit_once('/').unwrap_or(("", &record.config));
    let directory = meta.root.join(directory);
    Request {
        dialect: Some(dialect),
        env: (!record.env.is_empty()).then(|| record.env.clone()),
        environ: meta.environ.clone(),
        loose_giterminism: true,
        config: Some(PathBuf::from(file)),
        ..Request::new(&directory, &directory)
    }
}

/// From a key to the end of the lines that belong to it; its own indentation stays.
fn pair(text: &[u8], key: Span) -> Span {
    let start = key.start as usize;
    let line = text[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let column = start - line;
    let end_of = |at: usize| text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |length| at + length);
    let mut end = end_of(start);
    while end < text.len() {
        let next = end_of(end + 1);
        let line = &text[end + 1..next];
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        let is_item = indent == column && line.get(indent) == Some(&b'-') && line.get(indent + 1) == Some(&b' ');
        let is_blank = line.trim_ascii().is_empty();
        if is_blank || indent <= column && !is_item {
            break;
        }
        end = next;
    }
    Span::new(start, end)
}

/// Whether the innermost key stands in a mapping that takes any.
fn is_free(place: &YamlAt<'_>) -> bool {
    let around = place.path.len().checked_sub(2).and_then(|index| place.path[index].directive);
    around.is_some_and(|directive| matches!(directive.value, ValueType::StrMap | ValueType::AnyMap))
}

fn deletions(analysis: &Analysis) -> Vec<Deletion> {
    let snapshot = analysis.snapshot();
    let mut found: BTreeMap<(What, Location), String> = BTreeMap::new();
    for document in &snapshot.decoded.trees {
        let tree = &document.tree;
        for mapping in tree.ids().filter(|id| tree.node(*id).kind == Kind::Mapping && !tree.node(*id).flow) {
            for entry in tree.entries(mapping) {
                let Some((location, true)) = analysis.written(tree.node(entry.key).content) else { continue };
                let name = tree.value(entry.key);
                let is_text = matches!(tree.node(entry.key).kind, Kind::Scalar(_)) && !name.is_empty() && name != "<<";
                if !is_text || analysis.role(location.file) == Role::Other {
                    continue;
                }
                let at = At { analysis, file: location.file, offset: location.span.start as usize };
                let places = yaml_at(&at);
                let Some(place) = places.first().filter(|place| place.part == Part::Key) else { continue };
                let Some(step) = place.step() else { continue };
                if step.directive.is_some() {
                    found.insert((What::Name, location), name.to_owned());
                    let text = analysis.text(location.file);
                    let all = Location { file: location.file, span: pair(text, location.span) };
                    if !text[all.span.range()].windows(2).any(|two| two == b"{{") {
                        found.insert((What::Pair, all), name.to_owned());
                    }
                } else if is_free(place) {
                    found.insert((What::Free, location), name.to_owned());
                }
            }
        }
    }
    let images = analysis.images();
    let defined: BTreeSet<Location> = images.definitions.iter().map(|definition| definition.location).collect();
    for used in &images.uses {
        // A name that a template takes from a definition has no reference of its own.
        let is_written = used.exact && !used.location.span.is_empty() && !defined.contains(&used.location);
        if matches!(used.meaning, Target::Image(_)) && is_written {
            let text = &analysis.text(used.location.file)[used.location.span.range()];
            found.insert((What::Reference, used.location), String::from_utf8_lossy(text).into_owned());
        }
    }
    found.into_iter().map(|((what, location), wanted)| Deletion { what, location, wanted }).collect()
}

/// Every n-th of each kind.
fn sample(all: Vec<Deletion>, is_all: bool) -> Vec<Deletion> {
    let mut of_kind: BTreeMap<What, Vec<Deletion>> = BTreeMap::new();
    for deletion in all {
        of_kind.entry(deletion.what).or_default().push(deletion);
    }
    let thin = |(what, list): (What, Vec<Deletion>)| {
        let most = if what == What::Reference { REFERENCES } else { KEYS };
        let step = if is_all { 1 } else { list.len().div_ceil(most).max(1) };
        list.into_iter().step_by(step)
    };
    of_kind.into_iter().flat_map(thin).collect()
}

fn place_of(analysis: &Analysis, deletion: &Deletion) -> String {
    let before = &analysis.text(deletion.location.file)[..deletion.location.span.start as usize];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    format!("{}:{line}", analysis.path(deletion.location.file))
}

fn look_at(
    request: &Request,
    id: &str,
    is_all: bool,
    scores: &mut BTreeMap<What, Score>,
    misses: &mut String,
) -> Option<()> {
    let before = Analysis::new(check::lint(request).ok()?);
    for deletion in sample(deletions(&before), is_all) {
        let path = before.path(deletion.location.file);
        let mut text = before.text(deletion.location.file).to_vec();
        text.drain(deletion.location.span.range());
        let mut changed = request.clone();
        changed.overlay.insert(request.path.join(path), text.into());
        let analysis = Analysis::new(check::lint(&changed).ok()?);
        let score = scores.entry(deletion.what).or_default();
        score.all += 1;
        let offset = deletion.location.span.start as usize;
        let candidates =
            analysis.file(path).map(|file| complete(&At { analysis: &analysis, file, offset }, Around::default()));
        let labels: Vec<String> = candidates.unwrap_or_default().into_iter().map(|one| one.label).collect();
        if labels.iter().take(FIRST).any(|label| *label == deletion.wanted) {
            score.found += 1;
            continue;
        }
        let rank = labels.iter().position(|label| *label == deletion.wanted);
        let first = labels.iter().take(FIRST).cloned().collect::<Vec<_>>().join(" ");
        let place = place_of(&before, &deletion);
        let _ = writeln!(misses, "{:?}\t{id}\t{place}\t{}\t{rank:?}\t{first}", deletion.what, deletion.wanted);
    }
    Some(())
}

/// Accepted projects by folder, each with the dialects that accept it; with all, every dialect of each.
type Projects = Vec<(String, Vec<(Dialect, Record)>)>;

/// The accepted projects of the corpus, and the folder they are in.
fn projects(is_all: bool) -> Option<(PathBuf, Projects)> {
    let (recorded, folder) = records::public_corpus()?;
    let only = std::env::var("WERFKIT_ONLY").unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut projects: BTreeMap<String, Vec<(Dialect, Record)>> = BTreeMap::new();
    for dialect in [Dialect::V2, Dialect::V1_2, Dialect::V1_1, Dialect::V3] {
        let accepted = records::read(&recorded, dialect.name()).into_iter().filter(|record| record.ok);
        for record in accepted.filter(|record| record.id.contains(&only)) {
            let key = if is_all { format!("{dialect} {}", record.id) } else { record.id.clone() };
            if seen.insert(key) {
                let name = record.id.split('/').next().unwrap_or_default().to_owned();
                projects.entry(name).or_default().push((dialect, record));
            }
        }
    }
    Some((folder, projects.into_iter().collect()))
}

#[test]
fn what_is_deleted_is_offered_again() {
    let is_all = std::env::var("WERFKIT_ALL").is_ok_and(|value| value == "1");
    let Some((corpus, projects)) = projects(is_all) else { return };
    let all = Mutex::new((BTreeMap::<What, Score>::new(), String::new()));
    parallel::for_each(&projects, |(name, records)| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let from = corpus.join(name);
        let meta = txtar::materialise_folder(&from, folder.path()).expect("it is copied");
        let mut scores = BTreeMap::new();
        let mut misses = String::new();
        let records = records.iter().take(if is_all { usize::MAX } else { 2 });
        for (dialect, record) in records {
            let id = format!("{} {dialect}", record.id);
            look_at(&request(&meta, *dialect, record), &id, is_all, &mut scores, &mut misses);
        }
        let mut all = all.lock().expect("no panic while locked");
        for (what, score) in scores {
            let sum = all.0.entry(what).or_default();
            sum.found += score.found;
            sum.all += score.all;
        }
        all.1.push_str(&misses);
    });
    let (scores, misses) = all.into_inner().expect("no panic while locked");
    if let Ok(path) = std::env::var("WERFKIT_MISSES") {
        std::fs::write(path, &misses).expect("the list is written");
    }
    let mut low = Vec::new();
    for (what, score) in &scores {
        let share = 100.0 * score.found as f64 / score.all.max(1) as f64;
        println!("  {what:<10?} {:>6} of {:>6}  {share:6.2} %", score.found, score.all);
        if share < SHARE && *what != What::Free {
            low.push(format!("{what:?}: {share:.2} %"));
        }
    }
    for line in misses.lines().take(40) {
        println!("  MISS {line}");
    }
    assert!(low.is_empty(), "less than {SHARE} % are offered again: {low:?}");
}

/// Offsets of each project at which its text is cut off.
const CUTS: usize = 6;

#[test]
fn every_place_has_an_answer() {
    let Some((corpus, projects)) = projects(false) else { return };
    let (mut places, mut longest, mut total) = (0_u32, std::time::Duration::ZERO, std::time::Duration::ZERO);
    for (name, records) in &projects {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let meta = txtar::materialise_folder(&corpus.join(name), folder.path()).expect("it is copied");
        let (dialect, record) = &records[0];
        let request = request(&meta, *dialect, record);
        let Ok(linted) = check::lint(&request) else { continue };
        let whole = Analysis::new(linted);
        let mut ask = |analysis: &Analysis, file, offset| {
            let at = At { analysis, file, offset };
            let began = std::time::Instant::now();
            let _ = complete(&at, Around { before: Some(&whole), files: None });
            let took = began.elapsed();
            (places, longest, total) = (places + 1, longest.max(took), total + took);
            let _ = signature(&at);
        };
        let files: Vec<_> = whole.snapshot().sources.iter().map(|(file, _)| file).collect();
        for file in files.into_iter().filter(|file| whole.role(*file) != Role::Other).take(20) {
            let text = whole.text(file);
            for offset in (0..=text.len()).step_by(text.len() / 60 + 1) {
                ask(&whole, file, offset);
            }
        }
        let Some(config) = whole.snapshot().config_file else { continue };
        let text = whole.text(config);
        for cut in 0..CUTS {
            let end = text.len() * (2 * cut + 1) / (2 * CUTS);
            let mut changed = request.clone();
            changed.overlay.insert(request.path.join(whole.path(config)), text[..end].to_vec().into());
            let Ok(linted) = check::lint(&changed) else { continue };
            let analysis = Analysis::new(linted);
            if let Some(file) = analysis.file(whole.path(config)) {
                ask(&analysis, file, end);
            }
        }
    }
    println!(
        "  {places} places, {:?} on average, {longest:?} at most (first questions make tables)",
        total / places.max(1)
    );
    assert!(places > 1_000, "the corpus was read");
}
