//! Linting of many requests: on all cores, each on a stack of its own size, each guarded against defects of ours.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::analysis::{AnalysisError, Request};
use crate::check::{self, Linted};
use crate::limits::STACK_BYTES;

/// What became of one request.
pub(super) type Answer<T> = Result<T, AnalysisError>;

/// Lints all requests; answers come in the order of the requests.
pub(super) fn lint_all(requests: &[Request]) -> Vec<Answer<Linted>> {
    for_all(requests, &check::lint)
}

/// Does the same work for all requests; answers come in the order of the requests.
pub(super) fn for_all<T: Send>(requests: &[Request], work: &(impl Fn(&Request) -> Answer<T> + Sync)) -> Vec<Answer<T>> {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let next = AtomicUsize::new(0);
    let answers: Vec<Mutex<Option<Answer<T>>>> = requests.iter().map(|_| Mutex::new(None)).collect();
    silence_panics();
    thread::scope(|scope| {
        for _ in 0..cores.min(requests.len()) {
            let worker = || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(request) = requests.get(index) else { break };
                    let answer = guarded(request, work);
                    *answers[index].lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
                }
            };
            // Without a thread (a tight process limit) the requests stay unanswered and are done below.
            let _ = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, worker);
        }
    });
    let answers = answers.into_iter().map(|answer| answer.into_inner().unwrap_or_else(PoisonError::into_inner));
    requests.iter().zip(answers).map(|(request, answer)| answer.unwrap_or_else(|| guarded(request, work))).collect()
}

fn guarded<T>(request: &Request, work: &impl Fn(&Request) -> Answer<T>) -> Answer<T> {
    match catch_unwind(AssertUnwindSafe(|| work(request))) {
        Ok(answer) => answer,
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Err(AnalysisError {
                message: format!("werfkit failed on this project, this is a bug in werfkit: {text}"),
                help: Some("please report it with the project's werf.yaml; other projects are not affected".to_owned()),
            })
        }
    }
}

/// Keeps the standard trace off the terminal: a defect is told in words. `RUST_BACKTRACE` brings it back.
pub(super) fn silence_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
}
