//! Random templates against the real Go libraries.
//!
//! `WERFKIT_ORACLE` names the program built from `oracle/gotemplate` (module file of werf 3). The seed is printed; `WERFKIT_SEED` repeats a run,
//! `WERFKIT_CASES` sets how many templates (20 000). Every miss is mended and becomes a row of `tests/data/vectors/template.jsonl`.

#[path = "support/template.rs"]
mod template;

#[path = "support/skipped.rs"]
mod skipped;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};
use template::{difference, run};
use werfkit::analysis::Codec;
use werfkit::dialect::Dialect;
use werfkit::limits::Limits;

/// A small generator of random numbers (xorshift), so that a seed means the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() >> 33) as usize % count
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }
}

const LITERALS: &[&str] = &[
    "1",
    "0",
    "-3",
    "1.5",
    "2e3",
    "0x1F",
    "1_000",
    "'a'",
    "'\\n'",
    "\"text\"",
    "\"a\\tb\"",
    "\"é\\u0416\\x41\"",
    "`raw`",
    "``",
    "\"\"",
    "`a\nb`",
    "true",
    "false",
    "nil",
    "9223372036854775808",
    "0b11",
    "0o17",
    "1e400",
    "08",
    "\"a\" ",
    "1i",
    "-0",
    "+5",
    "'\\x41'",
    "\"\\101\"",
    "1e-7",
    "1e21",
    "12345678.5",
];

const OPERANDS: &[&str] = &[
    ".",
    "$",
    ".X",
    ".N",
    ".F",
    ".T",
    ".E",
    ".L",
    ".M",
    ".M.a",
    ".D.E.F",
    ".Nope",
    ".Nope.deep",
    ".Nil",
    ".Nil.x",
    ".S",
    ".Y",
    ".Y.k",
    ".Y.m.z",
    ".U8",
    ".I64",
    ".EL",
    ".LM",
    ".LL",
    "$x",
    "$y",
    "$x.a",
    "$.X",
    "$.M.b",
    ".MS",
    ".MS.k",
    ".B",
    ".Time",
    ".Dur",
    ".NM",
];

const FUNCTIONS: &[(&str, usize)] = &[
    ("print", 2),
    ("println", 2),
    ("len", 1),
    ("index", 2),
    ("not", 1),
    ("and", 2),
    ("or", 2),
    ("eq", 2),
    ("ne", 2),
    ("lt", 2),
    ("le", 2),
    ("gt", 2),
    ("ge", 2),
    ("html", 1),
    ("js", 1),
    ("urlquery", 1),
    ("printf", 2),
    ("list", 2),
    ("dict", 2),
    ("default", 2),
    ("upper", 1),
    ("quote", 1),
    ("add", 2),
    ("trunc", 2),
    ("indent", 2),
    ("ternary", 3),
    ("hasKey", 2),
    ("get", 2),
    ("set", 3),
    ("first", 1),
    ("join", 2),
    ("toString", 1),
    ("typeOf", 1),
    ("kindOf", 1),
    ("empty", 1),
    ("coalesce", 2),
    ("contains", 2),
    ("replace", 3),
    ("include", 2),
    ("tpl", 2),
    ("fail", 1),
    ("required", 2),
    ("call", 1),
    ("until", 1),
    ("toJson", 1),
    ("splitList", 2),
    ("trim", 1),
    ("int", 1),
    ("nope", 1),
];

const FORMATS: &[&str] = &[
    "\"%v\"",
    "\"%s-%d\"",
    "\"%5.2f|%x\"",
    "\"%q\"",
    "\"%T\"",
    "\"%+v %#v\"",
    "\"%[2]v %[1]v\"",
    "\"%*d\"",
    "\"%\"",
    "\"%!\"",
    "\"%-8v|\"",
    "\"%08.3f\"",
    "\"%c%U\"",
    "\"% x\"",
    "\"%#x\"",
    "\"%t\"",
    "\"%e %g\"",
    "\"%b %o\"",
    "\"%%\"",
    "\"%6v\"",
];

struct Generator {
    random: Random,
    loops: usize,
    /// What the template that is being made may call: never itself, for endless recursion costs the oracle minutes.
    callable: &'static [&'static str],
    /// Only what takes arguments of every type, so that most templates come to an output.
    tame: bool,
}

const TAME_FUNCTIONS: &[(&str, usize)] = &[
    ("print", 2),
    ("println", 2),
    ("not", 1),
    ("and", 2),
    ("or", 2),
    ("html", 1),
    ("js", 1),
    ("urlquery", 1),
    ("printf", 3),
    ("list", 3),
    ("dict", 2),
    ("default", 2),
    ("quote", 2),
    ("squote", 1),
    ("toString", 1),
    ("typeOf", 1),
    ("kindOf", 1),
    ("empty", 1),
    ("coalesce", 3),
    ("toJson", 1),
    ("int", 1),
    ("cat", 2),
    ("include", 2),
];

const TAME_OPERANDS: &[&str] = &[
    ".",
    "$",
    "1",
    "0",
    "-3",
    "1.5",
    "'a'",
    "\"text\"",
    "\"a\\tb\"",
    "`raw`",
    "\"\"",
    "true",
    "false",
    "1e21",
    "1e-7",
    "0x1F",
    "1i",
    "print",
    "(list 1 `a`)",
    "(dict `k` 1.5)",
    "(len `abc`)",
    "(index (list 1 2) 0)",
    "(and 1 0)",
    "(eq 1 1)",
    "(printf `%5.1f` 2.25)",
    "$.X",
    "$.L",
    "$.M",
    "$.M.a",
    "$.D.E.F",
    "$.Nope",
    "$.Nil",
    "$.S",
    "$.Y",
    "$.Y.m.z",
    "$.U8",
    "$.LM",
    "$.MS",
    "$.MS.k",
    "$.Time",
    "$.Dur",
    "$.NM",
    "$.F",
];

impl Generator {
    fn operand(&mut self, depth: usize) -> String {
        if self.tame {
            return match self.random.below(6) {
                0 if depth > 0 => format!("({})", self.pipeline(depth - 1)),
                _ => self.random.pick(TAME_OPERANDS).to_owned(),
            };
        }
        match self.random.below(10) {
            0..=2 => self.random.pick(LITERALS).to_owned(),
            3..=6 => self.random.pick(OPERANDS).to_owned(),
            7..=8 if depth > 0 => {
                let inner = self.pipeline(depth - 1);
                let field = if self.random.one_in(4) { self.random.pick(&[".a", ".x", ".a.b", ".k"]) } else { "" };
                format!("({inner}){field}")
            }
            _ => self.random.pick(&["print", ".X", ".N", "\"s\"", "3", "list"]).to_owned(),
        }
    }

    fn command(&mut self, depth: usize) -> String {
        if self.random.one_in(3) {
            return self.operand(depth);
        }
        let functions = if self.tame { TAME_FUNCTIONS } else { FUNCTIONS };
        let (name, arity) = functions[self.random.below(functions.len())];
        let mut count = arity;
        if !self.tame && self.random.one_in(6) {
            count = self.random.below(4);
        }
        let mut text = name.to_owned();
        for index in 0..count {
            text.push(' ');
            match (name, index) {
                ("printf", 0) => text.push_str(self.random.pick(FORMATS)),
                ("include", 0) => text.push_str(self.random.pick(self.callable)),
                ("tpl", 0) => {
                    text.push_str(self.random.pick(&[
                        "`[{{.}}]`",
                        "`{{.X}}`",
                        "`{{ if }}`",
                        "`{{define \"u\"}}T{{end}}`",
                        "`x{{fail .}}`",
                    ]));
                }
                _ => text.push_str(&self.operand(depth)),
            }
        }
        text
    }

    fn pipeline(&mut self, depth: usize) -> String {
        let mut text = self.command(depth);
        while !self.tame && self.random.one_in(3) || self.tame && self.random.one_in(6) {
            if self.tame {
                text.push_str(self.random.pick(&[
                    " | print",
                    " | list 1",
                    " | quote",
                    " | not",
                    " | typeOf",
                    " | default 5",
                ]));
                continue;
            }
            text.push_str(self.random.pick(&[" | ", "|", " |", "| "]));
            text.push_str(&self.command(depth));
        }
        text
    }

    fn action(&mut self, inner: &str) -> String {
        let open = self.random.pick(&["{{", "{{", "{{ ", "{{- ", "{{-\n"]);
        let close = self.random.pick(&["}}", "}}", " }}", " -}}", "\n-}}"]);
        format!("{open}{inner}{close}")
    }

    fn body(&mut self, depth: usize) -> String {
        let count = self.random.below(4);
        (0..count).map(|_| self.statement(depth)).collect()
    }

    fn statement(&mut self, depth: usize) -> String {
        match self.random.below(14) {
            0..=1 => self.random.pick(&["text", " ", "\n", "a: b\n", "}}", "é", "  x  ", "{", "-"]).to_owned(),
            2..=5 => {
                let inner = self.pipeline(2);
                self.action(&inner)
            }
            6 => {
                let name = self.random.pick(&["$x", "$y"]);
                let sign = self.random.pick(if self.tame { &[":="] } else { &[":=", "=", ":= "] });
                let value = self.pipeline(1);
                self.action(&format!("{name} {sign} {value}"))
            }
            7 if depth > 0 => self.block("if", depth),
            8 if depth > 0 => self.block("with", depth),
            9 | 10 if depth > 0 => {
                self.loops += 1;
                let text = self.block("range", depth);
                self.loops -= 1;
                text
            }
            11 => {
                let name = self.random.pick(self.callable);
                let argument = if self.random.one_in(3) { String::new() } else { format!(" {}", self.operand(1)) };
                self.action(&format!("template {name}{argument}"))
            }
            12 if self.loops > 0 || !self.tame && self.random.one_in(10) => {
                let word = self.random.pick(&["break", "continue"]);
                self.action(word)
            }
            13 => self.random.pick(&["{{/* c */}}", "{{- /* c\nd */ -}}", "{{/* c */ -}}"]).to_owned(),
            _ => "t".to_owned(),
        }
    }

    fn block(&mut self, word: &str, depth: usize) -> String {
        let mut head = self.pipeline(1);
        if self.tame && word == "range" {
            head = self
                .random
                .pick(&["$.L", "$.M", "$.S", "$.Y", "$.EL", "$.Nope", "$.LM", "3", "(list 1 2)", "$.NM", "$.MS"])
                .to_owned();
        }
        if word == "range" && self.random.one_in(2) {
            head = format!(
                "{} {head}",
                self.random.pick(if self.tame {
                    &["$x :=", "$k, $v :="]
                } else {
                    &["$x :=", "$x, $y :=", "$y =", "$x, $y ="]
                })
            );
        } else if self.random.one_in(4) {
            head = format!("$x := {head}");
        }
        let mut text = self.action(&format!("{word} {head}"));
        text.push_str(&self.body(depth - 1));
        if self.random.one_in(3) {
            let branch =
                if self.random.one_in(3) { format!("else {word} {}", self.pipeline(1)) } else { "else".to_owned() };
            text.push_str(&self.action(&branch));
            text.push_str(&self.body(depth - 1));
        }
        text.push_str(&self.action("end"));
        text
    }

    fn template(&mut self) -> String {
        let mut text = String::new();
        if self.random.one_in(2) {
            text.push_str("{{$x := .X}}{{$y := list 1 2}}");
        }
        if self.random.one_in(2) {
            let all = std::mem::replace(&mut self.callable, &["`u`", "\"w.tmpl\""]);
            let body = self.body(1);
            self.callable = all;
            text.push_str(&format!("{{{{define \"t\"}}}}{body}{{{{end}}}}"));
        }
        let count = 1 + self.random.below(5);
        for _ in 0..count {
            text.push_str(&self.statement(2));
        }
        if !self.tame && self.random.one_in(4) {
            text = self.damaged(&text);
        }
        text
    }

    /// A text with a few characters removed, doubled or put in.
    fn damaged(&mut self, text: &str) -> String {
        let mut characters: Vec<char> = text.chars().collect();
        for _ in 0..=self.random.below(3) {
            if characters.is_empty() {
                break;
            }
            let at = self.random.below(characters.len());
            match self.random.below(3) {
                0 => {
                    characters.remove(at);
                }
                1 => characters.insert(at, characters[at]),
                _ => {
                    const EXTRA: &[char] = &[
                        '{', '}', '"', '`', '\'', '(', ')', '|', '.', '$', ',', ':', '=', '-', ' ', '\n', '#', 'é',
                        '\u{1}', '0', 'x',
                    ];
                    characters.insert(at, EXTRA[self.random.below(EXTRA.len())]);
                }
            }
        }
        characters.into_iter().collect()
    }
}

fn data() -> Json {
    json!({
        "X": "x", "N": {"$int": "5"}, "F": 1.5, "T": true, "B": false, "E": "", "L": ["a", "b", {"$int": "3"}], "EL": [], "Nil": null,
        "M": {"b": {"$int": "2"}, "a": {"$int": "1"}}, "D": {"E": {"F": "deep"}}, "LL": [[{"$int": "1"}], [{"$int": "2"}]],
        "LM": [{"n": "one"}], "Y": {"$map": [["k", "v"], ["m", {"$map": [["z", {"$int": "1"}]]}]]}, "S": {"$strings": ["p", "q"]},
        "I64": {"$int64": "7"}, "U8": {"$uint8": "3"}, "MS": {"$mapstr": {"k": "v"}}, "Time": {"$time": "2024-05-06T07:08:09Z"},
        "Dur": {"$duration": "1.5us"}, "NM": {"$nilmap": true}
    })
}

/// The seed unless `WERFKIT_SEED` names another one: a run of the tests means the same today and tomorrow.
const SEED: u64 = 20_261_124;

#[test]
fn random_templates_render_as_in_go() {
    let Some(oracle) = std::env::var_os("WERFKIT_ORACLE") else {
        skipped::say("WERFKIT_ORACLE does not name the oracle program; no random template was compared");
        return;
    };
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = number("WERFKIT_SEED").unwrap_or(SEED);
    let cases = number("WERFKIT_CASES").unwrap_or(20_000) as usize;
    println!("seed {seed}, {cases} cases");
    let mut child =
        Command::new(oracle).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the oracle starts");
    let mut input = child.stdin.take().expect("piped");
    let mut output = BufReader::new(child.stdout.take().expect("piped"));
    let mut generator = Generator { random: Random(seed | 1), loops: 0, callable: &[], tame: false };
    let dialect = Dialect::V3;
    let codec = Codec { dialect, limits: Limits::default() };
    let (mut compared, mut passed, mut outputs) = (0, 0, 0);
    let mut misses = Vec::new();
    for _ in 0..cases {
        generator.loops = 0;
        generator.tame = generator.random.one_in(2);
        generator.callable = if generator.tame { &["`u`"] } else { &["`u`", "\"none\""] };
        let other = generator.body(1);
        generator.callable =
            if generator.tame { &["`u`", "\"w.tmpl\""] } else { &["\"t\"", "`u`", "\"w.tmpl\"", "\"none\""] };
        let row = json!({
            "template": generator.template(),
            "templates": [["w.tmpl", format!("W{other}{{{{define \"u\"}}}}U{{{{.}}}}{{{{end}}}}")]],
            "data": data(), "env": {"V": "v"},
        });
        writeln!(input, "{row}").expect("the oracle reads");
        let mut answer = String::new();
        output.read_line(&mut answer).expect("the oracle answers");
        let answer: Json = serde_json::from_str(&answer).expect("JSON");
        let mut row = row;
        let members = row.as_object_mut().expect("an object");
        for (name, value) in answer.as_object().expect("an object") {
            if name != "partial" {
                members.insert(name.clone(), value.clone());
            }
        }
        // Addresses of pointers are nobody's business, and `printf "%p"` is not generated.
        if row.get("refused").is_some() || answer.to_string().contains("0xc0") {
            continue;
        }
        compared += 1;
        outputs += usize::from(row.get("out").is_some());
        let outcome = run(&row, dialect, &codec);
        match difference(&row, dialect, &outcome) {
            None => passed += 1,
            Some(text) => misses.push(format!("{}\n  templates {}\n  {text}", row["template"], row["templates"][0][1])),
        }
    }
    drop(input);
    let _ = child.wait();
    println!("differential: {passed} of {compared} equal, {outputs} of them with an output");
    for miss in misses.iter().take(60) {
        println!("{miss}");
    }
    assert!(passed * 1_000 >= compared * 999, "fewer than 99.9 % equal");
}
