//! Random calls of every function against the real Go libraries, in each dialect.
//!
//! `WERFKIT_ORACLE_1_1`, `_1_2`, `_2` and `_3` name the programs built from `oracle/gotemplate` with the module file of that line; `WERFKIT_ORACLE` serves for
//! werf 3 where its own is not named. The seed is printed; `WERFKIT_SEED` repeats a run, `WERFKIT_CASES` sets the number of calls for each dialect.
//! Every miss is mended and becomes a row of `tests/data/vectors/functions.jsonl`.

#[path = "support/calls.rs"]
mod calls;
#[path = "support/template.rs"]
mod template;

#[path = "support/skipped.rs"]
mod skipped;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use calls::{Generator, data};
use serde_json::{Value as Json, json};
use template::{difference, rows, run};
use werfkit::analysis::Codec;
use werfkit::dialect::Dialect;
use werfkit::limits::Limits;
use werfkit::template::trace::Input;

/// Share of equal answers that is asked for, in parts of 10 000.
const WANTED: usize = 9_990;

/// Requests that are sent before their answers are read.
const BATCH: usize = 40;

fn oracle(dialect: Dialect) -> Option<OsString> {
    let own = match dialect {
        Dialect::V1_1 => "WERFKIT_ORACLE_1_1",
        Dialect::V1_2 => "WERFKIT_ORACLE_1_2",
        Dialect::V2 => "WERFKIT_ORACLE_2",
        Dialect::V3 => "WERFKIT_ORACLE_3",
    };
    std::env::var_os(own).or_else(|| (dialect == Dialect::V3).then(|| std::env::var_os("WERFKIT_ORACLE")).flatten())
}

/// A running oracle. Some calls cost the real libraries more memory than the machine has (a text repeated without end): such a call gets no
/// answer, and another oracle takes over.
struct Oracle {
    program: OsString,
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    fn start(program: OsString) -> Self {
        // With a limit of memory, so that such a call does not take down the machine first.
        let mut child = Command::new("sh")
            .args(["-c", "ulimit -v 6000000 2>/dev/null; exec \"$0\""])
            .arg(&program)
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the oracle starts");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Self { program, child, output }
    }

    /// The answer to each row; `None` to those that the oracle died of.
    fn ask(&mut self, rows: &[&Json]) -> Vec<Option<String>> {
        let mut answers = Vec::new();
        while answers.len() < rows.len() {
            // An oracle that died reads no more; what it did not answer is asked again below.
            if let Some(input) = self.child.stdin.as_mut() {
                let text: String = rows[answers.len()..].iter().map(|row| format!("{row}\n")).collect();
                let _ = input.write_all(text.as_bytes()).and_then(|()| input.flush());
            }
            while answers.len() < rows.len() {
                let mut answer = String::new();
                let read = self.output.read_line(&mut answer);
                if read.is_err() || !answer.ends_with('\n') {
                    // It answers in order, so it died of the first row without an answer.
                    answers.push(None);
                    let _ = self.child.kill();
                    let _ = self.child.wait();
                    *self = Self::start(self.program.clone());
                    break;
                }
                answers.push(Some(answer));
            }
        }
        answers
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What differs between the Go of the oracle (new) and that of a dialect, and is not a matter of functions.
fn is_of_go(answer: &str) -> bool {
    ["incompatible types for comparison", "range over", "0xc0", "non-function "]
        .iter()
        .any(|text| answer.contains(text))
}

/// The seed unless `WERFKIT_SEED` names another one: a run of the tests means the same today and tomorrow.
const SEED: u64 = 20_261_124;

fn compare(dialect: Dialect) {
    let Some(program) = oracle(dialect) else {
        skipped::say(format!("no oracle for werf {dialect} is named (WERFKIT_ORACLE_…); no random call was compared"));
        return;
    };
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = number("WERFKIT_SEED").unwrap_or(SEED);
    let cases = number("WERFKIT_CASES").unwrap_or(5_000) as usize;
    println!("werf {dialect}: seed {seed}, {cases} cases");
    let mut oracle = Oracle::start(program);
    let mut generator = Generator::new(seed, dialect);
    let codec = Codec { dialect, limits: Limits::default() };
    let data = data();
    let (mut compared, mut passed, mut outputs) = (0, 0, 0);
    let (mut misses, mut lost) = (Vec::new(), Vec::new());
    let mut by_function: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..cases.div_ceil(BATCH) {
        let batch: Vec<(&str, Json)> = (0..BATCH)
            .map(|_| {
                let (name, template) = generator.template();
                (name, json!({"template": template, "data": data.clone()}))
            })
            .collect();
        let rows: Vec<&Json> = batch.iter().map(|(_, row)| row).collect();
        let answers = oracle.ask(&rows);
        for ((name, mut row), answer) in batch.into_iter().zip(answers) {
            let Some(answer) = answer else {
                lost.push(format!("{name}: {}", row["template"].as_str().unwrap_or_default()));
                continue;
            };
            let members = row.as_object_mut().expect("an object");
            let parsed: Json = serde_json::from_str(&answer).expect("JSON");
            for (name, value) in parsed.as_object().expect("an object") {
                if name != "partial" {
                    members.insert(name.clone(), value.clone());
                }
            }
            if row.get("refused").is_some() || is_of_go(&answer) {
                continue;
            }
            // Groups of this form came with Go 1.22.
            if dialect <= Dialect::V1_2 && row["template"].as_str().is_some_and(|text| text.contains("(?<")) {
                continue;
            }
            let outcome = run(&row, dialect, &codec);
            if outcome.trace.inputs.iter().any(|used| matches!(used.input, Input::Unpredictable(_))) {
                continue;
            }
            compared += 1;
            outputs += usize::from(row.get("out").is_some());
            match difference(&row, dialect, &outcome) {
                None => passed += 1,
                Some(text) => {
                    *by_function.entry(name.to_owned()).or_default() += 1;
                    misses.push(format!("{name}: {}\n  {text}", row["template"].as_str().unwrap_or_default()));
                }
            }
        }
    }
    for call in &lost {
        println!("werf {dialect}: the oracle died of {call}");
    }
    println!(
        "werf {dialect}: {passed} of {compared} equal, {outputs} of them with an output, {} without an answer; misses {by_function:?}",
        lost.len()
    );
    for miss in misses.iter().take(number("WERFKIT_SHOWN").unwrap_or(60) as usize) {
        println!("{miss}");
    }
    assert!(lost.len() * 1_000 <= cases, "the oracle dies too often");
    assert!(passed * 10_000 >= compared * WANTED, "fewer than 99.9 % equal");
}

#[test]
fn calls_answer_as_in_werf_1_1() {
    compare(Dialect::V1_1);
}

#[test]
fn calls_answer_as_in_werf_1_2() {
    compare(Dialect::V1_2);
}

#[test]
fn calls_answer_as_in_werf_2() {
    compare(Dialect::V2);
}

#[test]
fn calls_answer_as_in_werf_3() {
    compare(Dialect::V3);
}

#[test]
fn earlier_misses_stay_mended() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/vectors/functions.jsonl");
    for row in rows(&path) {
        let mut request = row.clone();
        request["data"] = data();
        for dialect in Dialect::ALL {
            if !row["dialects"].as_array().is_some_and(|of| of.iter().any(|name| *name == dialect.to_string())) {
                continue;
            }
            let codec = Codec { dialect, limits: Limits::default() };
            let outcome = run(&request, dialect, &codec);
            let miss = difference(&request, dialect, &outcome);
            assert!(miss.is_none(), "werf {dialect} {}\n  {}", row["template"], miss.unwrap_or_default());
        }
    }
}
