//! Random texts against the real yaml.v2: `WERFKIT_ORACLE` names the built program of `oracle/gotemplate`.
//!
//! `WERFKIT_SEED` repeats a run, `WERFKIT_ROUNDS` changes the number of texts. Disagreements are printed as rows for
//! `tests/data/vectors/yaml.jsonl`.

mod yaml_answers;

#[path = "support/skipped.rs"]
mod skipped;

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};
use werfkit::yaml::decode::Target;
use yaml_answers::{answer, bytes, sorted, text};

/// xorshift64*: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or(0) % limit.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

const PIECES: &[&str] = &[
    "a",
    "b",
    "key",
    "image",
    "yes",
    "0o17",
    "1.5",
    "-1",
    "~",
    "null",
    "2001-01-01",
    "<<",
    "a b",
    "é",
    ": ",
    ":",
    " :",
    "- ",
    "-",
    "? ",
    "?",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    "\n",
    "\n  ",
    "\n    ",
    "\n\n",
    " ",
    "  ",
    "\t",
    "\r\n",
    "\r",
    "#",
    " # c",
    "'",
    "\"",
    "''",
    "\\",
    "\\n",
    "\\x41",
    "\\u00e9",
    "|",
    ">",
    "|-",
    ">+",
    "|2",
    "&a ",
    "*a",
    "&b ",
    "*b ",
    "!",
    "!!str ",
    "!!int ",
    "!x ",
    "!<y>",
    "%",
    "---",
    "...",
    "\n---\n",
    "\n...\n",
    "%YAML 1.1\n",
    "@",
    "`",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\0",
    "=",
    "!!binary ",
    "aGk=",
    "!!float ",
    "08",
    "+.inf",
    "0x_1f",
    "1e3",
    "1_0",
    "k: v\n",
    "- x\n",
    "  k: v\n",
    "{a: b}",
    "[c]",
    "<<: *a\n",
    "\u{1F600}",
    "\u{7f}",
    "!!merge ",
];

const SCALARS: &[&str] = &[
    "a",
    "b c",
    "yes",
    "No",
    "~",
    "Null",
    "12",
    "-0x1F",
    "0o7",
    "017",
    "08",
    "1_000",
    "1.5",
    ".5",
    "1e3",
    "-.INF",
    ".nan",
    "2001-1-2",
    "2001-01-01T10:00:00Z",
    "'x'",
    "'it''s'",
    "\"q\\tq\"",
    "\"\\u00e9\"",
    "''",
    "\"\"",
    "a:b",
    "a#b",
    "http://x:80/y",
    "-a",
    "?a",
    "é",
    "!!str 1",
    "!!int '3'",
    "!!float 1",
    "!!binary aGk=",
    "!local x",
    "! y",
    "<<",
    "=",
    "'multi\n  line'",
    "\"multi\n  line\"",
    "0.0",
    "-0.0",
    "18446744073709551615",
    "9223372036854775808",
    "1:30",
    "word word",
    "*a",
    "*b",
    "",
    "&a x",
    "&b 1",
    "{}",
    "[]",
];

/// A document of good form, more or less.
fn document(random: &mut Random) -> String {
    let mut out = String::new();
    if random.below(12) == 0 {
        out.push_str("--- ");
        if random.below(2) == 0 {
            out.push('\n');
        }
    }
    block(random, 0, 4, &mut out);
    out
}

fn key(random: &mut Random) -> String {
    match random.below(10) {
        0 => (*random.pick(SCALARS)).to_owned(),
        1 => "<<".to_owned(),
        _ => ["a", "b", "c", "y", "1", "k v", "image", "git"][random.below(8)].to_owned(),
    }
}

fn block(random: &mut Random, indent: usize, depth: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    let kind = if depth == 0 { 3 } else { random.below(5) };
    match kind {
        0 | 1 => {
            for _ in 0..=random.below(3) {
                out.push_str(&pad);
                out.push_str(&key(random));
                out.push(':');
                nested(random, indent, depth, out);
            }
        }
        2 => {
            for _ in 0..=random.below(3) {
                out.push_str(&pad);
                out.push('-');
                if random.below(3) == 0 && depth > 1 {
                    let mut inner = String::new();
                    block(random, indent + 2, depth - 1, &mut inner);
                    out.push(' ');
                    out.push_str(inner.trim_start_matches(' '));
                } else {
                    nested(random, indent, depth, out);
                }
            }
        }
        3 => {
            out.push_str(&pad);
            out.push_str(random.pick::<&str>(SCALARS));
            out.push('\n');
        }
        _ => {
            out.push_str(&pad);
            flow(random, depth, out);
            out.push('\n');
        }
    }
}

fn nested(random: &mut Random, indent: usize, depth: usize, out: &mut String) {
    match random.below(8) {
        0..=2 => {
            out.push(' ');
            out.push_str(random.pick::<&str>(SCALARS));
            out.push_str(["\n", "\n", " # note\n", "\n\n"][random.below(4)]);
        }
        3 if depth > 0 => {
            out.push(' ');
            flow(random, depth - 1, out);
            out.push('\n');
        }
        4 => {
            out.push_str([" |", " >", " |-", " >+", " |2", " >-"][random.below(6)]);
            out.push('\n');
            for _ in 0..=random.below(3) {
                out.push_str(&" ".repeat(indent + 1 + random.below(4)));
                out.push_str(["text", "# no", "a: b", "", "  more"][random.below(5)]);
                out.push('\n');
            }
        }
        5 => out.push('\n'),
        _ if depth > 0 => {
            out.push_str(["", " &a", " !!map", " &b"][random.below(4)]);
            out.push('\n');
            let deeper = indent + random.below(4);
            block(random, deeper, depth - 1, out);
        }
        _ => out.push('\n'),
    }
}

fn flow(random: &mut Random, depth: usize, out: &mut String) {
    if depth == 0 || random.below(4) == 0 {
        out.push_str(random.pick::<&str>(SCALARS));
        return;
    }
    let is_map = random.below(2) == 0;
    out.push(if is_map { '{' } else { '[' });
    for at in 0..random.below(4) {
        if at > 0 {
            out.push_str([", ", ",", ",\n  "][random.below(3)]);
        }
        if is_map || random.below(5) == 0 {
            out.push_str(&key(random));
            out.push_str([": ", ": ", ":", " : ", ""][random.below(5)]);
        }
        flow(random, depth - 1, out);
    }
    out.push(if is_map { '}' } else { ']' });
}

fn mutate(random: &mut Random, text: &mut Vec<u8>) {
    for _ in 0..=random.below(3) {
        let at = random.below(text.len() + 1);
        match random.below(7) {
            0 => text.truncate(at),
            1 if at < text.len() => {
                text.remove(at);
            }
            2 if at < text.len() => text.insert(at, text[at]),
            3 if at < text.len() => text[at] = b" \n:-[]{}#'\"|>&*!%@,?\tax0"[random.below(24)],
            4 => {
                let end = (at + random.below(12)).min(text.len());
                text.drain(at..end);
            }
            5 if random.below(6) == 0 => text.insert(at, u8::try_from(random.below(256)).unwrap_or(0)),
            _ => {
                let piece = random.pick(PIECES).as_bytes().to_vec();
                text.splice(at..at, piece);
            }
        }
    }
}

fn one(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut text = match random.below(10) {
        0 | 1 => {
            let count = 1 + random.below(14);
            (0..count).map(|_| *random.pick(PIECES)).collect::<String>().into_bytes()
        }
        2..=4 => document(random).into_bytes(),
        5 | 6 if !seeds.is_empty() => random.pick(seeds).clone(),
        7 => {
            // Longer than one block of the library's reader.
            let mut long = "# padding\nkey: value\n".repeat(20 + random.below(20)).replace("key", "k").into_bytes();
            long.extend(document(random).into_bytes());
            long
        }
        _ => document(random).into_bytes(),
    };
    if random.below(3) > 0 {
        mutate(random, &mut text);
    }
    text
}

fn seeds() -> Vec<Vec<u8>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let golden = std::env::var_os("WERFKIT_GOLDEN").map(PathBuf::from);
    let folders = golden.into_iter().chain([root.join("tests/data/golden"), root.join("../shared/golden")]);
    let Some(path) = folders.map(|folder| folder.join("yaml/decode.jsonl")).find(|path| path.is_file()) else {
        return Vec::new();
    };
    let rows = std::fs::read_to_string(path).expect("a readable vector file");
    let rows = rows.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
    rows.filter(|row| !row["yaml"].is_null()).map(|row| bytes(&row["yaml"])).collect()
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn random_texts_are_read_as_yaml_v2_reads_them() {
    let Some(oracle) = std::env::var_os("WERFKIT_ORACLE") else {
        skipped::say("WERFKIT_ORACLE does not name the Go program, nothing was compared");
        return;
    };
    let seed = number("WERFKIT_SEED", 20_261_124);
    let rounds = usize::try_from(number("WERFKIT_ROUNDS", 20_000)).expect("a number of rounds");
    println!("seed {seed}, {rounds} texts");
    let mut random = Random(seed.max(1));
    let seeds = seeds();
    let texts: Vec<Vec<u8>> = (0..rounds).map(|_| one(&mut random, &seeds)).collect();

    let mut program = Command::new(oracle)
        .arg("-yaml")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the Go program starts");
    let input = program.stdin.take().expect("its input");
    let requests: Vec<String> = texts.iter().map(|document| json!({ "yaml": text(document) }).to_string()).collect();
    let writer = std::thread::spawn(move || {
        let mut input = BufWriter::new(input);
        for request in requests {
            writeln!(input, "{request}").expect("the program reads");
        }
    });
    let output = BufReader::new(program.stdout.take().expect("its output"));
    let (mut good, mut same_words, mut refused) = (0, 0, 0);
    let mut misses = Vec::new();
    for (document, line) in texts.iter().zip(output.lines()) {
        let theirs: Json = serde_json::from_str(&line.expect("an answer")).expect("an answer in JSON");
        let mut agrees = true;
        let mut agrees_in_words = true;
        for (name, target) in [("any", Target::Any), ("strict", Target::Strict), ("slice", Target::Slice)] {
            let mut want = if theirs[name] == json!("=any") { theirs["any"].clone() } else { theirs[name].clone() };
            if want["error"].is_object() {
                want = json!({ "error": String::from_utf8_lossy(&bytes(&want["error"])) });
            }
            // A panic of the library is a refusal to werf's users too.
            let panicked = want.get("panic").is_some();
            let mut got = answer(document, target, false);
            if target != Target::Slice {
                (want, got) = (sorted(&want), sorted(&got));
            }
            let errors = (want.get("error").is_some() || panicked, got.get("error").is_some());
            agrees &= errors.0 == errors.1 && (errors.0 || want == got);
            agrees_in_words &= want == got || panicked;
        }
        good += usize::from(agrees);
        refused += usize::from(theirs["any"].get("error").is_some());
        same_words += usize::from(agrees_in_words);
        if !agrees || !agrees_in_words {
            let mut row = json!({ "id": format!("diff-{seed}-{}", misses.len()), "yaml": text(document) });
            for name in ["any", "strict", "slice"] {
                row[name] = theirs[name].clone();
            }
            println!("{}{row}", if agrees { "words: " } else { "miss: " });
            println!("    ours {}", answer(document, Target::Any, false));
            if !agrees {
                misses.push(row);
            }
        }
    }
    writer.join().expect("all texts were sent");
    program.wait().expect("the program ends");
    println!("{good} of {rounds} judged alike ({refused} refused), {same_words} also in the same words");
    assert!(good * 1000 >= rounds * 999, "{} disagreements", misses.len());
}
