//! Hover, hints, tokens, folding, selection and links on the public corpus: at every word of every action and at every key of every accepted project they say something
//! without a panic, about bytes of the text, and nothing of variables whose names look like secrets. Most actions that were run say what they render to.
//!
//! Reads the public corpus where it is present and says so aloud where it is not.

#[path = "support/parallel.rs"]
mod parallel;
#[path = "support/records.rs"]
mod records;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use records::Record;
use werfkit::analysis::Request;
use werfkit::check;
use werfkit::dialect::Dialect;
use werfkit::ide::folding::folding;
use werfkit::ide::hover::hover;
use werfkit::ide::inlay_hints::inlay_hints;
use werfkit::ide::links::links;
use werfkit::ide::outputs::Outputs;
use werfkit::ide::secrets::looks_secret;
use werfkit::ide::selection::selection;
use werfkit::ide::semantic_tokens::semantic_tokens;
use werfkit::ide::templates::actions;
use werfkit::ide::tokens::{TokenKind, tokens};
use werfkit::ide::{Analysis, At, Role};
use werfkit::source::{FileId, Location, Span};

/// Share of actions with output, of those that were run, in percent.
const SAY: f64 = 85.0;

#[derive(Default)]
struct Board {
    projects: usize,
    /// Words of actions, and those with a hover.
    words: (usize, usize),
    /// Keys of YAML, and those with a hover.
    keys: (usize, usize),
    /// Actions that made text, and those whose output is known.
    outputs: (usize, usize),
    hints: usize,
    links: usize,
    /// Time of hovers, the longest, and where that was.
    hovers: (Duration, Duration),
    slowest: String,
    /// Time of tokens of whole files, and the longest.
    tokens: (Duration, Duration),
    /// Words without a hover.
    silent: Vec<String>,
    misses: Vec<String>,
}

fn clock<T>(times: &mut (Duration, Duration), run: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = run();
    let took = began.elapsed();
    *times = (times.0 + took, times.1.max(took));
    result
}

impl Board {
    fn take(&mut self, other: Self) {
        let add = |one: &mut (usize, usize), other: (usize, usize)| *one = (one.0 + other.0, one.1 + other.1);
        let longest = |one: &mut (Duration, Duration), other: (Duration, Duration)| {
            *one = (one.0 + other.0, one.1.max(other.1));
        };
        self.projects += other.projects;
        add(&mut self.words, other.words);
        add(&mut self.keys, other.keys);
        add(&mut self.outputs, other.outputs);
        self.hints += other.hints;
        self.links += other.links;
        if other.hovers.1 > self.hovers.1 {
            self.slowest = other.slowest;
        }
        longest(&mut self.hovers, other.hovers);
        longest(&mut self.tokens, other.tokens);
        self.misses.extend(other.misses);
        self.silent.extend(other.silent);
    }
}

fn say(analysis: &Analysis, file: FileId, offset: usize, secrets: &[String], board: &mut Board) -> bool {
    let at = At { analysis, file, offset };
    let longest = board.hovers.1;
    let said = clock(&mut board.hovers, || hover(&at));
    let shown = || {
        let line = at.text()[..offset].iter().filter(|byte| **byte == b'\n').count() + 1;
        let word = String::from_utf8_lossy(&at.text()[offset..]).chars().take(30).collect::<String>();
        format!("{}:{line} <{}>", analysis.path(file), word.replace('\n', " "))
    };
    if board.hovers.1 > longest {
        board.slowest = shown();
    }
    let Some(found) = said else {
        board.silent.push(shown());
        return false;
    };
    assert!(found.span.end as usize <= at.text().len() && found.span.touches(offset), "{found:?} at {offset}");
    for secret in secrets {
        assert!(!found.markdown.contains(secret.as_str()), "{}", found.markdown);
    }
    true
}

fn ask_file(id: &str, analysis: &Analysis, file: FileId, secrets: &[String], board: &mut Board) {
    let text = analysis.text(file);
    let whole = Span::new(0, text.len());
    let words = clock(&mut board.tokens, || semantic_tokens(analysis, file, whole));
    assert!(words.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
    assert!(words.iter().all(|word| word.span.end as usize <= text.len()));
    for word in &words {
        if word.kind == werfkit::ide::semantic_tokens::WordKind::Directive {
            board.keys.0 += 1;
            board.keys.1 += usize::from(say(analysis, file, word.span.start as usize, secrets, board));
        }
    }
    for hint in inlay_hints(analysis, file, whole) {
        board.hints += 1;
        assert!(hint.offset <= text.len() && !secrets.iter().any(|secret| hint.label.contains(secret.as_str())));
    }
    board.links += links(analysis, file).len();
    let at = At { analysis, file, offset: 0 };
    assert!(folding(&at).iter().all(|fold| fold.span.end as usize <= text.len()));
    let Some(outputs) = Outputs::new(analysis, file) else { return };
    for action in actions(text) {
        let parts = tokens(text, &action);
        for part in &parts {
            let ranges = selection(&At { analysis, file, offset: part.span.start as usize });
            assert!(ranges.windows(2).all(|pair| pair[1].start <= pair[0].start && pair[0].end <= pair[1].end));
            if matches!(part.kind, TokenKind::Function | TokenKind::Variable | TokenKind::Field | TokenKind::Keyword) {
                board.words.0 += 1;
                board.words.1 += usize::from(say(analysis, file, part.span.start as usize, secrets, board));
            }
        }
        let is_silent = parts.iter().any(|part| matches!(part.text(text), ":=" | "=" | "set"))
            || parts.get(1).is_some_and(|part| part.kind == TokenKind::Keyword && part.text(text) != "template");
        if is_silent || action.is_comment || !action.is_closed {
            continue;
        }
        // An action was run when the byte in front of it or behind it was copied.
        let near = [action.span.start.saturating_sub(1), action.span.end];
        let is_near = |start: &u32| {
            let span = Span { start: *start, end: start + 1 };
            text.get(*start as usize).is_some_and(|byte| !byte.is_ascii_whitespace() && !b"{}".contains(byte))
                && !analysis.reverse().rendered(Location { file, span }).is_empty()
        };
        if near.iter().any(is_near) {
            board.outputs.0 += 1;
            let found = outputs.of_action(action.span.start as usize);
            board.outputs.1 += usize::from(!found.is_empty());
            if found.is_empty() {
                let line = text[..action.span.start as usize].iter().filter(|byte| **byte == b'\n').count() + 1;
                let shown = String::from_utf8_lossy(&text[action.span.range()]).into_owned();
                board.misses.push(format!("{id} {}:{line} {shown}", analysis.path(file)));
            }
            if parts.len() == 3 && parts[1].text(text) == ".Env" {
                let env = analysis.snapshot().trace.data.iter().find(|data| data.path == ".Env");
                let env = env.map(|env| env.value.text.as_bytes()).unwrap_or_default();
                for span in found {
                    assert_eq!(&analysis.snapshot().text[span.range()], env, "{id} {}", analysis.path(file));
                }
            }
        }
    }
}

fn ask_project(id: &str, analysis: &Analysis, secrets: &[String]) -> Board {
    let mut board = Board { projects: 1, ..Board::default() };
    // Tables are made when first asked for; that is not what is measured.
    let _ = (analysis.images(), analysis.reverse());
    let files: Vec<FileId> = analysis.snapshot().sources.iter().map(|(file, _)| file).collect();
    for file in files {
        let is_asked = analysis.role(file) != Role::Other && analysis.file(analysis.path(file)) == Some(file);
        if is_asked {
            ask_file(id, analysis, file, secrets, &mut board);
        }
    }
    board
}

/// Accepted projects: each configuration once, in the newest line of werf that accepts it.
fn accepted(folder: &std::path::Path) -> BTreeMap<String, Vec<(Dialect, Record)>> {
    let only = std::env::var("WERFKIT_ONLY").unwrap_or_default();
    let mut known = BTreeSet::new();
    let mut projects: BTreeMap<String, Vec<(Dialect, Record)>> = BTreeMap::new();
    for dialect in Dialect::ALL.into_iter().rev() {
        for record in records::read(folder, dialect.name()) {
            if record.ok && record.mode != "strict" && record.id.contains(&only) && known.insert(record.id.clone()) {
                let name = record.id.split('/').next().unwrap_or_default().to_owned();
                projects.entry(name).or_default().push((dialect, record));
            }
        }
    }
    projects
}

#[test]
fn everything_is_said_about_real_projects() {
    let Some((recorded, corpus)) = records::public_corpus() else { return };
    let projects: Vec<_> = accepted(&recorded).into_iter().collect();
    let total = Mutex::new(Board::default());
    parallel::for_each(&projects, |(name, records)| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let meta = txtar::materialise_folder(&corpus.join(name), folder.path()).expect("it is copied");
        for (dialect, record) in records {
            let (directory, file) = record.config.rsplit_once('/').unwrap_or(("", &record.config));
            let directory = meta.root.join(directory);
            let mut request = Request {
                dialect: Some(*dialect),
                env: (!record.env.is_empty()).then(|| record.env.clone()),
                environ: meta.environ.clone(),
                loose_giterminism: record.mode == "loose",
                config: Some(PathBuf::from(file)),
                ..Request::new(&directory, &directory)
            };
            // A value that stands nowhere else.
            let mut secrets = Vec::new();
            for (number, (name, value)) in request.environ.iter_mut().enumerate() {
                if looks_secret(name) {
                    *value = format!("hush{number}hush");
                    secrets.push(value.clone());
                }
            }
            let analysis = Analysis::new(check::lint(&request).expect("a project"));
            let board = ask_project(&record.id, &analysis, &secrets);
            total.lock().expect("no panic before").take(board);
        }
    });
    let Board { projects, words, keys, outputs, hints, links, hovers, slowest, tokens, misses, silent } =
        total.into_inner().expect("no panic before");
    for silent in silent.iter().step_by(10).take(40) {
        println!("nothing said: {silent}");
    }
    for miss in misses.iter().take(40) {
        println!("no output: {miss}");
    }
    let share = |(asked, right): (usize, usize)| 100.0 * right as f64 / asked.max(1) as f64;
    println!("{projects} projects, {hints} hints, {links} links");
    println!("hover at words of actions: {} of {} ({:.1} %)", words.1, words.0, share(words));
    println!("hover at keys: {} of {} ({:.1} %)", keys.1, keys.0, share(keys));
    println!("outputs of actions: {} of {} ({:.1} %)", outputs.1, outputs.0, share(outputs));
    let count = u32::try_from((words.0 + keys.0).max(1)).expect("not so many");
    println!(
        "a hover takes {:?}, at most {:?} ({slowest}); tokens of a file at most {:?}",
        hovers.0 / count,
        hovers.1,
        tokens.1
    );
    assert_eq!(keys.0, keys.1, "every directive is explained");
    assert!(share(words) > 95.0 && share(outputs) > SAY);
}
