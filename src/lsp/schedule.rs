//! The worker: one thread that analyses projects, the one changed last first.
//!
//! In: names of changed projects. Out: finished analyses, handed to [`super::problems`]. Results that are older than what is wanted by the time they
//! are there still serve questions, but no diagnostics are made of them. A panic in an analysis costs that analysis. A second thread looks at the
//! other worlds of a project once its texts have been at rest for a moment. What was kept for the next change is then let go.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::problems;
use super::state::{Done, ProjectPath, State, lock};
use crate::analysis::{AnalysisError, Request};
use crate::check::{self, worlds};
use crate::ide::Analysis;
use crate::limits::STACK_BYTES;

/// How long a project is at rest before its other worlds are looked at.
pub const REST: Duration = Duration::from_millis(300);

/// How long nothing happens before memory is given back: longer than the allocator keeps what was freed, and than other worlds take.
const LONG_REST: Duration = Duration::from_secs(2);

/// Bytes that the allocator takes from the system, and gives back to it, in one piece.
const ONE_PIECE: usize = 8 << 20;

/// Projects that wait, the most urgent last.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    /// Projects whose other worlds wait.
    worlds: Mutex<Vec<ProjectPath>>,
    worlds_changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    projects: Vec<ProjectPath>,
    ends: bool,
}

impl Queue {
    /// Puts a project in front.
    pub fn push(&self, project: ProjectPath) {
        let mut waiting = lock(&self.waiting);
        waiting.projects.retain(|other| *other != project);
        waiting.projects.push(project);
        self.changed.notify_one();
    }

    /// Puts a project at the end of the queue, unless it waits already.
    pub fn push_late(&self, project: ProjectPath) {
        let mut waiting = lock(&self.waiting);
        if !waiting.projects.contains(&project) {
            waiting.projects.insert(0, project);
            self.changed.notify_one();
        }
    }

    /// Ends the worker.
    pub fn end(&self) {
        lock(&self.waiting).ends = true;
        self.changed.notify_one();
        self.worlds_changed.notify_one();
    }

    fn push_worlds(&self, project: ProjectPath) {
        let mut worlds = lock(&self.worlds);
        if !worlds.contains(&project) {
            worlds.push(project);
            self.worlds_changed.notify_one();
        }
    }

    /// The next project whose other worlds are to be looked at, after it was left alone for a moment.
    fn next_worlds(&self) -> Option<ProjectPath> {
        let mut worlds = lock(&self.worlds);
        loop {
            if lock(&self.waiting).ends {
                return None;
            }
            if worlds.is_empty() {
                worlds = self.worlds_changed.wait(worlds).unwrap_or_else(std::sync::PoisonError::into_inner);
                continue;
            }
            let count = worlds.len();
            let (rested, timeout) =
                self.worlds_changed.wait_timeout(worlds, REST).unwrap_or_else(std::sync::PoisonError::into_inner);
            worlds = rested;
            if timeout.timed_out() && worlds.len() == count {
                return worlds.pop();
            }
        }
    }

    /// Waits until there is something to analyse; false at the end.
    fn wait(&self) -> bool {
        let is_idle = |waiting: &mut Waiting| waiting.projects.is_empty() && !waiting.ends;
        let rested = self.changed.wait_timeout_while(lock(&self.waiting), LONG_REST, is_idle);
        let (waiting, timeout) = rested.unwrap_or_else(std::sync::PoisonError::into_inner);
        drop(waiting);
        if timeout.timed_out() {
            give_memory_back();
        }
        let waiting =
            self.changed.wait_while(lock(&self.waiting), is_idle).unwrap_or_else(std::sync::PoisonError::into_inner);
        !waiting.ends
    }

    /// The next project to analyse; none at the end, or when nothing came for a moment.
    fn next(&self) -> Option<ProjectPath> {
        let waiting = lock(&self.waiting);
        let is_idle = |waiting: &mut Waiting| waiting.projects.is_empty() && !waiting.ends;
        let rested = self.changed.wait_timeout_while(waiting, REST, is_idle);
        let (mut waiting, _) = rested.unwrap_or_else(std::sync::PoisonError::into_inner);
        if waiting.ends { None } else { waiting.projects.pop() }
    }
}

/// Lets the allocator give freed memory back to the system: it does so a second after memory was freed, but only looks when more is freed.
fn give_memory_back() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(ONE_PIECE)));
}

/// Starts the worker and the one for other worlds.
///
/// # Errors
/// When the system has no thread for it.
pub fn start(state: Arc<State>) -> std::io::Result<()> {
    let of_worlds = Arc::clone(&state);
    let worlds = move || {
        while let Some(project) = of_worlds.queue.next_worlds() {
            on_own_thread("other worlds", || look_at_worlds(&of_worlds, &project));
        }
    };
    let work = move || {
        while state.queue.wait() {
            let until_rest = || {
                while let Some(project) = state.queue.next() {
                    analyse(&state, &project);
                }
            };
            on_own_thread("analysis", until_rest);
        }
    };
    thread::Builder::new().name("worlds queue".to_owned()).spawn(worlds)?;
    thread::Builder::new().name("analysis queue".to_owned()).spawn(work).map(drop)
}

/// Does a piece of work on a thread that ends with it: with the thread goes the memory that the allocator keeps for it. Where the system has no thread
/// the work is left; whoever waits for it asks again with the next change.
fn on_own_thread(name: &str, work: impl FnOnce() + Send) {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(name.to_owned()).stack_size(STACK_BYTES).spawn_scoped(scope, work);
        // A panic was caught where it can happen, and told of.
        let _ = thread.map(thread::ScopedJoinHandle::join);
    });
}

/// Looks at the other worlds of a project, if its newest analysis is of the newest texts.
fn look_at_worlds(state: &Arc<State>, project: &std::path::Path) {
    let Some((request, revision, directory, versions)) = state.request(project) else { return };
    let Some(done) = state.newest(project).filter(|done| done.revision == revision) else { return };
    let Some(analysis) = done.analysis() else { return };
    if let Some(cache) = &request.cache {
        cache.rest();
    }
    let others = catch_unwind(AssertUnwindSafe(|| worlds::others(&request, &analysis.linted))).unwrap_or_default();
    let others: Vec<Done> = others
        .into_iter()
        .map(|(_, linted)| {
            Done::new(revision, Ok(Arc::new(Analysis::new(linted))), directory.clone(), versions.clone())
        })
        .collect();
    if state.wanted(project) == Some(revision) {
        problems::publish_worlds(state, project, &done, &others);
    }
}

fn analyse(state: &Arc<State>, project: &std::path::Path) {
    let Some((request, revision, directory, versions)) = state.request(project) else { return };
    let began = Instant::now();
    let result = guarded(&request);
    let took = began.elapsed();
    let done = Arc::new(Done::new(revision, result, directory, versions));
    let is_newest = state.wanted(project) == Some(revision);
    let filed = is_newest.then(|| problems::file(state, project, &done, state.newest(project).as_ref()));
    let (before, forgotten) = {
        let mut projects = lock(&state.projects);
        let Some(slot) = projects.get_mut(project) else {
            drop(projects);
            // The project went while it was analysed.
            return problems::forget(state, project);
        };
        let before = slot.done.send_replace(Some(Arc::clone(&done)));
        let forgotten = if done.is_accepted() {
            slot.accepted.take()
        } else if let Some(before) = before.as_ref().filter(|before| before.is_accepted()) {
            slot.accepted.replace(Arc::clone(before))
        } else {
            None
        };
        (before, forgotten)
    };
    if lock(&state.settings).trace {
        let client = state.client.clone();
        let message =
            format!("analysed {} in {:.1} ms (revision {revision})", project.display(), took.as_secs_f64() * 1e3);
        state
            .outbox
            .send(async move { client.log_message(tower_lsp_server::ls_types::MessageType::LOG, message).await });
    }
    if let Some(has_changed) = filed {
        problems::publish(state, project, &done, has_changed);
        state.queue.push_worlds(project.to_path_buf());
    }
    // Taken apart when the diagnostics are out, and here, where the next analysis uses the memory again.
    drop((before, forgotten));
}

fn guarded(request: &Request) -> Result<Arc<Analysis>, AnalysisError> {
    match catch_unwind(AssertUnwindSafe(|| check::lint(request))) {
        Ok(answer) => answer.map(|linted| Arc::new(Analysis::new(linted))),
        Err(_) => Err(AnalysisError {
            message: "werfkit failed on this project, this is a bug in werfkit".to_owned(),
            help: Some("please report it with the project's werf.yaml".to_owned()),
        }),
    }
}
