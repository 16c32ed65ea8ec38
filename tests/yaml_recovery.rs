//! Places, recovery and endurance of the YAML layer.

#[path = "support/skipped.rs"]
mod skipped;

use std::path::{Path, PathBuf};

use werfkit::limits::Limits;
use werfkit::source::Span;
use werfkit::yaml::decode::{Target, decode};
use werfkit::yaml::{Kind, NodeId, Style, Tree, parse, parse_piece, split, typed};

fn read(text: &str) -> Tree {
    parse(text.as_bytes(), &Limits::default())
}

fn at(text: &str, span: Span) -> &str {
    &text[span.range()]
}

/// The tree in short: `{a: [b, ?]}`, `?` for values whose text was left out.
fn outline(tree: &Tree, id: NodeId) -> String {
    let node = tree.node(id);
    match node.kind {
        Kind::Scalar(_) if node.broken && tree.value(id).is_empty() => "?".to_owned(),
        Kind::Scalar(_) => tree.value(id).to_owned(),
        Kind::Alias => format!("*{}", tree.value(id)),
        Kind::Sequence => {
            let items: Vec<String> = tree.items(id).iter().map(|item| outline(tree, *item)).collect();
            format!("[{}]", items.join(", "))
        }
        Kind::Mapping => {
            let entries = tree.entries(id);
            let entries: Vec<String> =
                entries.map(|entry| format!("{}: {}", outline(tree, entry.key), outline(tree, entry.value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn recovered(text: &str) -> String {
    let tree = read(text);
    assert!(!tree.errors.is_empty(), "{text:?} has an error");
    tree.root().map_or("nothing".to_owned(), |root| outline(&tree, root))
}

#[test]
fn every_part_knows_its_bytes() {
    let text = "# head\nimage: &x \"a\\tb\" # why\nlist:\n- !!str 1\n- 'q'\ntext: |\n  one\n  two\nflow: {a: [b]}\nagain: *x\n";
    let tree = read(text);
    assert_eq!(tree.errors, []);
    let root = tree.root().expect("a root");
    let entries: Vec<_> = tree.entries(root).collect();
    let image = tree.node(entries[0].value);
    assert_eq!(at(text, image.span), "&x \"a\\tb\"");
    assert_eq!(at(text, image.content), "a\\tb");
    assert_eq!(image.anchor.map(|span| at(text, span)), Some("&x"));
    assert_eq!(tree.value(entries[0].value), "a\tb");
    let list = tree.node(entries[1].value);
    assert_eq!(at(text, list.span), "- !!str 1\n- 'q'");
    let first = tree.node(tree.items(entries[1].value)[0]);
    assert_eq!((at(text, first.span), first.tag_span.map(|span| at(text, span))), ("!!str 1", Some("!!str")));
    assert_eq!(at(text, first.content), "1");
    let block = tree.node(entries[2].value);
    assert_eq!(block.kind, Kind::Scalar(Style::Literal));
    assert_eq!(at(text, block.content), "  one\n  two\n");
    assert_eq!(at(text, tree.node(entries[3].value).span), "{a: [b]}");
    assert_eq!(tree.target(entries[4].value), entries[0].value);
    let comments: Vec<&str> = tree.comments.iter().map(|comment| at(text, comment.span)).collect();
    assert_eq!(comments, ["# head", "# why"]);
    assert_eq!(at(text, tree.node(root).span), text["# head\n".len()..].trim_end());
}

#[test]
fn spans_of_a_piece_count_in_the_rendered_text() {
    let rendered = b"a: 1\n---\nb: \"x\n";
    let pieces = split(rendered);
    let tree = parse_piece(rendered, &pieces[1], &Limits::default());
    assert_eq!(tree.errors[0].text, "yaml: line 2: found unexpected end of stream");
    assert_eq!(tree.errors[0].opened, Some(Span::new(12, 13)));
    let root = tree.root().expect("what could be read");
    assert_eq!(tree.node(root).span.start, 9);
}

#[test]
fn what_follows_the_first_document_is_reported() {
    let text = "a: 1\n--- # my-image\nb: 2\n";
    assert_eq!(read(text).hidden.map(|span| at(text, span)), Some("--- # my-image\nb: 2"));
    assert_eq!(read("a: 1\n...\n# only a note\n").hidden, None);
    assert_eq!(read("--- \na: 1\n").hidden, None);
    let text = "[a]\nb: 1\n";
    assert_eq!(read(text).hidden.map(|span| at(text, span)), Some("b: 1"));
}

#[test]
fn broken_text_costs_no_more_than_itself() {
    assert_eq!(recovered("a: 1\nfro\nb: 2\n"), "{a: 1, b: 2}");
    assert_eq!(recovered("a: \"x\nb: 2\n"), "{a: ?, b: 2}");
    assert_eq!(recovered("a: [x, y\nb: 2\n"), "{a: ?, b: 2}");
    assert_eq!(recovered("a: {x: 1\nb:\n  c: 3\n"), "{a: ?, b: {c: 3}}");
    assert_eq!(recovered("a: @x\nb: 2\n"), "{a: ?, b: 2}");
    assert_eq!(recovered("a: x: y\nb: 2\n"), "{b: 2}");
    assert_eq!(recovered("a:\n  b: 1\n c: 2\nd: 3\n"), "{a: {b: 1}, d: 3}");
    assert_eq!(recovered("a:\n\tb: 1\nd: 3\n"), "{a: ?, d: 3}");
    assert_eq!(
        recovered("image: app\nfrom: alpine\nshell:\n  setup:\n  - echo \"\n  - 'x\nuser: u\n"),
        "{image: app, from: alpine, shell: {setup: [echo \", ?]}, user: u}"
    );
    assert_eq!(recovered("a: *none\nb: 2\n"), "{a: *none, b: 2}");
    assert_eq!(recovered("a: x\0y\nb: 2\n"), "{a: x y, b: 2}");
    assert_eq!(recovered("foo\nbar: 1\n"), "{bar: 1}");
}

#[test]
fn all_errors_are_found_at_once_and_the_first_is_the_verdict() {
    let tree = read("a: \"\\q\"\nb: 1\nc: [\nd: 2\ne: @\n");
    let texts: Vec<&str> = tree.errors.iter().map(|error| error.text.as_str()).collect();
    assert_eq!(texts[0], "yaml: found unknown escape character");
    assert_eq!(texts.len(), 3);
    assert_eq!(tree.root().map(|root| outline(&tree, root)), Some("{a: ?, b: 1, c: ?, d: 2, e: ?}".to_owned()));
}

#[test]
fn merges_expand_in_the_order_of_structures() {
    let tree = read("x: &x {k: 1}\ny: &y {l: 2}\nz:\n  a: 0\n  <<: [*x, *y]\n  b: 3\n");
    let root = tree.root().expect("a root");
    let entry = tree.get(root, "z").expect("z");
    let steps: Vec<String> = typed::steps(&tree, entry.value)
        .into_iter()
        .map(|step| match step {
            werfkit::yaml::Step::Merge(node) => format!("<<{}", tree.value(node)),
            werfkit::yaml::Step::Entry(entry) => tree.value(entry.key).to_owned(),
        })
        .collect();
    assert_eq!(steps, ["a", "<<y", "l", "<<x", "k", "b"]);
}

#[test]
fn conversions_speak_as_the_library_does() {
    let tree = read("a: 1.9\nb: 'true'\nc: Null\nd: 1h30m\ne: 0755\nf: [x]\n");
    let root = tree.root().expect("a root");
    let value = |key: &str| tree.get(root, key).expect("the key").value;
    assert_eq!(typed::integer(&tree, value("a"), i64::MIN..=i64::MAX, "int"), Ok(Some(1)));
    let error = typed::boolean(&tree, value("b")).expect_err("quoted");
    assert_eq!(error.text, "line 2: cannot unmarshal !!str `true` into bool");
    assert!(typed::is_null(&tree, value("c")) && !typed::is_absent(&tree, value("c")));
    assert_eq!(typed::duration(&tree, value("d")), Ok(Some(5_400_000_000_000)));
    assert_eq!(typed::string(&tree, value("e")).expect("a string").as_deref(), Some("0755"));
    assert_eq!(
        typed::string(&tree, value("f")).expect_err("a list").text,
        "line 6: cannot unmarshal !!seq into string"
    );
}

#[test]
fn depth_and_bombs_cost_neither_stack_nor_time() {
    let limits = Limits::default();
    for text in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), "? ".repeat(50_000)] {
        let tree = parse(text.as_bytes(), &limits);
        assert!(!tree.errors.is_empty());
    }
    let deep = format!("{}{}", "[".repeat(9_999), "]".repeat(9_999));
    assert!(decode(&read(&deep), Target::Any, &limits).is_ok());
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let alias = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![alias; 10].join(", ")));
    }
    let failure = decode(&read(&bomb), Target::Strict, &limits).expect_err("too much");
    assert_eq!(failure.text(), "yaml: document contains excessive aliasing");
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let kind = entry.file_type();
        if kind.as_ref().is_ok_and(std::fs::FileType::is_dir) {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "tmpl")
        {
            found.push(path);
        }
    }
}

/// Prefixes of real files: all spans stay in the text, nothing panics.
#[test]
fn prefixes_of_real_files_are_read() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let corpus = std::env::var_os("WERFKIT_CORPUS").map_or(root.join("../shared/corpus"), PathBuf::from);
    let mut paths = Vec::new();
    files(&corpus, &mut paths);
    paths.sort();
    if paths.is_empty() {
        skipped::say("no corpus; set WERFKIT_CORPUS");
        return;
    }
    let limits = Limits::default();
    let mut count = 0;
    let every: usize = std::env::var("WERFKIT_PREFIXES").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    for path in &paths {
        let Ok(text) = std::fs::read(path) else { continue };
        // Every prefix of all files together would take minutes; a spread over each file in the normal run.
        let step = text.len().checked_div(every).unwrap_or(1).max(1);
        for end in (0..=text.len()).step_by(step) {
            let prefix = &text[..end];
            for piece in split(prefix) {
                if piece.span.end as usize != end {
                    continue;
                }
                let tree = parse_piece(prefix, &piece, &limits);
                let inside = |span: Span| span.start >= piece.span.start && span.end <= piece.span.end;
                assert!(tree.ids().all(|id| inside(tree.node(id).span)), "{path:?} {end}");
                assert!(tree.errors.iter().all(|error| inside(error.span)), "{path:?} {end}");
                let _ = decode(&tree, Target::Strict, &limits);
                count += 1;
            }
        }
    }
    println!("{count} prefixes of {} files", paths.len());
}
