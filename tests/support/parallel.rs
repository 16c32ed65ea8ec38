//! Work over many projects on all cores.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs a function over all items, each once, on as many threads as there are cores.
pub fn for_each<T: Sync>(items: &[T], run: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers.min(items.len()) {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    run(item);
                }
            });
        }
    });
}
