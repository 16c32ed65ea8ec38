//! The worker: one thread that analyses projects, the one changed last first.
//!
//! In: names of changed projects. Out: finished analyses, handed to [`super::problems`]. Results that are older than what is wanted by the time they
//! are there still serve questions, but no diagnostics are made of them. A panic in an analysis costs that analysis.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Instant;

use super::problems;
use super::state::{Done, ProjectPath, State, lock};
use crate::analysis::{AnalysisError, Request};
use crate::check;
use crate::ide::Analysis;

/// Stack of the worker. Only the pages that are touched cost memory; templates and documents may nest deeply.
const STACK_BYTES: usize = 256 << 20;

/// Projects that wait, the most urgent last.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
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
    }

    fn next(&self) -> Option<ProjectPath> {
        let mut waiting = lock(&self.waiting);
        loop {
            if waiting.ends {
                return None;
            }
            if let Some(project) = waiting.projects.pop() {
                return Some(project);
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }
}

/// Starts the worker.
///
/// # Errors
/// When the system has no thread for it.
pub fn start(state: Arc<State>) -> std::io::Result<()> {
    let work = move || {
        while let Some(project) = state.queue.next() {
            analyse(&state, &project);
        }
    };
    thread::Builder::new().name("analysis".to_owned()).stack_size(STACK_BYTES).spawn(work).map(drop)
}

fn analyse(state: &Arc<State>, project: &std::path::Path) {
    let Some((request, revision, directory, versions)) = state.request(project) else { return };
    let began = Instant::now();
    let result = guarded(&request);
    let took = began.elapsed();
    let done = Arc::new(Done::new(revision, result, directory, versions));
    let is_newest = {
        let projects = lock(&state.projects);
        let Some(slot) = projects.get(project) else { return };
        let is_newest = slot.wanted == revision;
        slot.done.send_replace(Some(Arc::clone(&done)));
        is_newest
    };
    if lock(&state.settings).trace {
        let client = state.client.clone();
        let message =
            format!("analysed {} in {:.1} ms (revision {revision})", project.display(), took.as_secs_f64() * 1e3);
        state
            .outbox
            .send(async move { client.log_message(tower_lsp_server::ls_types::MessageType::LOG, message).await });
    }
    if is_newest {
        problems::publish(state, project, &done);
    }
}

fn guarded(request: &Request) -> Result<Analysis, AnalysisError> {
    match catch_unwind(AssertUnwindSafe(|| check::lint(request))) {
        Ok(answer) => answer.map(Analysis::new),
        Err(_) => Err(AnalysisError {
            message: "werfkit failed on this project, this is a bug in werfkit".to_owned(),
            help: Some("please report it with the project's werf.yaml".to_owned()),
        }),
    }
}
