//! Counts agreement with recorded data and fails on what is not a known gap.
//!
//! In: one call of [`Scoreboard::count`] per comparison. Out: a table on standard output; a panic that names the new misses. Known gaps are lines of
//! `tests/data/known-gaps.tsv`: suite, key (as given to `count`), reason. A listed gap that is none any more is an error too, so that the list only shrinks.

#![allow(dead_code, reason = "each test binary compiles this file and uses a part of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Agreement so far.
#[derive(Debug, Default)]
pub struct Scoreboard {
    groups: BTreeMap<String, (usize, usize)>,
    keys: BTreeSet<String>,
    misses: BTreeMap<String, String>,
}

impl Scoreboard {
    /// Counts one comparison in a group; `key` names it for the list of known gaps.
    pub fn count(&mut self, group: &str, key: &str, same: bool, detail: impl FnOnce() -> String) {
        let entry = self.groups.entry(group.to_owned()).or_default();
        entry.1 += 1;
        self.keys.insert(key.to_owned());
        if same {
            entry.0 += 1;
        } else {
            self.misses.insert(key.to_owned(), detail());
        }
    }

    /// Prints the table and compares the misses with the known gaps.
    pub fn finish(self, suite: &str) {
        println!("{suite}: agreement with the reference");
        let mut total = (0, 0);
        for (group, (passed, all)) in &self.groups {
            let share = 100.0 * *passed as f64 / (*all).max(1) as f64;
            println!("  {group:<44} {passed:>6} of {all:>6}  {share:6.2} %");
            total = (total.0 + passed, total.1 + all);
        }
        println!("  {:<44} {:>6} of {:>6}", "all", total.0, total.1);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/known-gaps.tsv");
        let list = std::fs::read_to_string(path).unwrap_or_default();
        let known: BTreeSet<String> = list
            .lines()
            .filter_map(|line| line.strip_prefix(&format!("{suite}\t")))
            .filter_map(|line| line.rsplit_once('\t'))
            .map(|(key, _reason)| key.to_owned())
            .collect();
        if let Ok(path) = std::env::var("WERFKIT_MISSES") {
            let text: String = self.misses.iter().map(|(key, detail)| format!("{key}\t{detail}\n")).collect();
            std::fs::write(format!("{path}-{suite}.tsv"), text).expect("the list of misses is written");
        }
        let new: Vec<_> = self.misses.iter().filter(|(key, _)| !known.contains(*key)).collect();
        for (key, detail) in new.iter().take(40) {
            println!("  MISS {key}\n       {detail}");
        }
        let mended: Vec<_> =
            known.iter().filter(|key| self.keys.contains(*key) && !self.misses.contains_key(*key)).collect();
        for key in &mended {
            println!("  MENDED, take it off the list of known gaps: {key}");
        }
        assert!(new.is_empty(), "{suite}: {} comparisons disagree with the reference", new.len());
        assert!(mended.is_empty(), "{suite}: the list of known gaps is longer than the gaps");
    }
}
