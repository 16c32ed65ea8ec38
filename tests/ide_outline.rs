//! Outline, project symbols, call hierarchy, lenses and the rendered text.

#[path = "support/fixture.rs"]
mod fixture;

use fixture::Fixture;
use werfkit::ide::call_hierarchy::{Call, incoming, outgoing, prepare};
use werfkit::ide::lenses::lenses;
use werfkit::ide::rendered::{rendered, to_file, to_rendered};
use werfkit::ide::symbols::{DocumentSymbol, document_symbols, project_symbols};

fn outline(symbols: &[DocumentSymbol], depth: usize, lines: &mut Vec<String>) {
    for symbol in symbols {
        let detail = if symbol.detail.is_empty() { String::new() } else { format!(" ({})", symbol.detail) };
        lines.push(format!("{}{:?} {}{detail}", "  ".repeat(depth), symbol.kind, symbol.name));
        outline(&symbol.children, depth + 1, lines);
    }
}

fn outlined(text: &str) -> Vec<String> {
    let fixture = Fixture::new(text);
    let at = fixture.at();
    let symbols = document_symbols(at.analysis, at.file);
    assert_spans(&symbols, at.text().len());
    let mut lines = Vec::new();
    outline(&symbols, 0, &mut lines);
    lines
}

fn assert_spans(symbols: &[DocumentSymbol], end: usize) {
    for symbol in symbols {
        assert!(symbol.span.end as usize <= end, "{symbol:?}");
        assert_eq!(symbol.span.cover(symbol.selection), symbol.span, "{symbol:?}");
        for child in &symbol.children {
            assert_eq!(symbol.span.cover(child.span), symbol.span, "{symbol:?} {child:?}");
        }
        assert_spans(&symbol.children, end);
    }
}

const TWO: &str =
    "image: base\nfrom: alpine:3\nfinal: false\n---\nimage: app\nfromImage: base\nshell:\n  install:\n  - ls\n";

#[test]
fn document_symbols_plain() {
    assert_eq!(
        outlined(TWO),
        [
            "Meta p (project)",
            "  Directive project",
            "  Directive configVersion",
            "Image base (stapel image, not final, from alpine:3)",
            "  Directive image",
            "  Directive from",
            "  Directive final",
            "Image app (stapel image, final, from base)",
            "  Directive image",
            "  Directive fromImage",
            "  Directive shell",
        ]
    );
}

#[test]
fn document_symbols_templated() {
    let text = "{{ $list := list \"a\" \"b\" }}\n{{ range $list }}\n---\nimage: {{ . }}\nfrom: alpine:3\n{{ end }}\n{{ define \"x\" }}\nshell:\n  install: ls\n{{ end }}\n";
    let found = outlined(text);
    assert!(found.contains(&"Variable $list (list \"a\" \"b\")".to_owned()), "{found:?}");
    assert!(found.contains(&"Image a, b (stapel image, final, from alpine:3)".to_owned()), "{found:?}");
    assert!(found.contains(&"Template x (template)".to_owned()), "{found:?}");
}

#[test]
fn document_symbols_across_files() {
    let text = "=== werf.yaml\n{{ include \"image\" (dict \"name\" \"<|>base\") }}\n=== .werf/x.tmpl\n{{ define \"image\" }}\nimage: {{ .name }}\nfrom: alpine:3\n{{ end }}\n";
    let found = outlined(text);
    assert!(found.contains(&"Image base (stapel image, final, from alpine:3)".to_owned()), "{found:?}");
    let fixture = Fixture::new(text);
    let symbols = document_symbols(&fixture.analysis, fixture.file(".werf/x.tmpl"));
    let mut lines = Vec::new();
    outline(&symbols, 0, &mut lines);
    assert_eq!(lines[..2], ["Template image (template)", "  Image base (stapel image, final, from alpine:3)"]);
}

#[test]
fn document_symbols_in_data_file() {
    let text = "=== werf.yaml\n{{ tpl (.Files.Get \"part.yaml\") . }}\n=== part.yaml\n<|>{{ $x := 1 }}\nimage: a\nfrom: alpine:3\n";
    assert_eq!(outlined(text)[..2], ["Variable $x (1)", "Image a (stapel image, final, from alpine:3)"]);
}

#[test]
fn document_symbols_half_typed() {
    let found = outlined("image: base\nfrom: alpine:3\n---\nimage: app\nfro\nshell: {{ if \n---\nimage:\n- x\n- y\n");
    assert!(found.contains(&"Image base (stapel image, final, from alpine:3)".to_owned()), "{found:?}");
    assert!(found.iter().any(|line| line.starts_with("Image app")), "{found:?}");
    assert!(found.iter().any(|line| line.starts_with("Image x, y")), "{found:?}");
}

#[test]
fn workspace_symbols_plain() {
    let fixture = Fixture::new(
        "=== werf.yaml\nimage: backend\nfrom: alpine:3\n{{ include \"lib\" . }}\n=== .werf/x.tmpl\n{{ define \"lib\" }}{{ end }}\n",
    );
    let found: Vec<String> = project_symbols(&fixture.analysis, "").into_iter().map(|one| one.name).collect();
    assert!(["backend", "lib", "x.tmpl"].iter().all(|name| found.contains(&(*name).to_owned())), "{found:?}");
    let found: Vec<String> = project_symbols(&fixture.analysis, "BKd").into_iter().map(|one| one.name).collect();
    assert_eq!(found, ["backend"]);
}

fn names(calls: &[Call]) -> Vec<String> {
    calls.iter().map(|call| format!("{} {:?} {}", call.item.name, call.kinds, call.places.len())).collect()
}

#[test]
fn call_hierarchy_plain() {
    let text = "image: ba<|>se\nfrom: alpine:3\n---\nimage: app\nfromImage: base\nimport:\n- image: base\n  add: /a\n  before: install\n- image: tools\n  add: /b\n  before: install\n---\nimage: tools\nfromImage: base\n";
    let fixture = Fixture::new(text);
    let items = prepare(&fixture.at());
    assert_eq!(items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), ["base"]);
    assert_eq!(names(&incoming(&fixture.analysis, items[0].image)), ["app [Base, Import] 2", "tools [Base] 1"]);
    assert_eq!(names(&outgoing(&fixture.analysis, items[0].image)), [""; 0]);
    let app = incoming(&fixture.analysis, items[0].image)[0].item.image;
    assert_eq!(names(&outgoing(&fixture.analysis, app)), ["base [Base, Import] 2", "tools [Import] 1"]);
}

#[test]
fn call_hierarchy_templated() {
    let text = "{{ range list \"a\" \"b\" }}\n---\nimage: {{<|> . }}\nfrom: alpine:3\n{{ end }}\n---\nimage: app\nfromImage: b\n";
    let fixture = Fixture::new(text);
    let items = prepare(&fixture.at());
    assert_eq!(items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(names(&incoming(&fixture.analysis, items[1].image)), ["app [Base] 1"]);
}

#[test]
fn lenses_plain() {
    let fixture = Fixture::new(TWO);
    let found: Vec<String> = lenses(&fixture.analysis, fixture.at().file).into_iter().map(|lens| lens.title).collect();
    assert_eq!(found, ["used by 1 image · base of app", "used by no other image"]);
}

#[test]
fn lenses_templated() {
    let text =
        "{{ range list \"a\" \"b\" }}\n---\nimage: {{ . }}\nfrom: alpine:3\n{{ end }}\n---\nimage: app\nfromImage: b\n";
    let fixture = Fixture::new(text);
    let found: Vec<String> = lenses(&fixture.analysis, fixture.at().file).into_iter().map(|lens| lens.title).collect();
    assert_eq!(found[0], "2 images · used by 1 image · base of app");
}

#[test]
fn rendered_templated() {
    let text = "{{ range list \"a\" \"b\" }}\n---\nimage: {{ . }}\nfr<|>om: alpine:{{ add 1 2 }}\n{{ end }}\n";
    let fixture = Fixture::new(text);
    let view = rendered(&fixture.analysis);
    let spans = to_rendered(&fixture.at());
    assert_eq!(spans.len(), 2, "one for each turn of the loop");
    for span in spans {
        assert_eq!(&view.text[span.range()], b"o");
        let back = to_file(&fixture.analysis, span.start as usize).expect("a place");
        assert_eq!(back.span.start as usize, fixture.offset);
    }
    // What an action makes leads to the action, and back.
    let mut at = fixture.at();
    at.offset = fixture.files[0].1.find("add 1").expect("it is there");
    let made = to_rendered(&at);
    assert_eq!(made.iter().map(|span| &view.text[span.range()]).collect::<Vec<_>>(), [b"3", b"3"]);
    let back = to_file(&fixture.analysis, made[0].start as usize).expect("a place");
    assert_eq!(&at.text()[back.span.range()], b"add 1 2");
}

/// An image that a template file makes, and one in a data file that is run.
const FILES: &str = "=== werf.yaml\n{{ include \"image\" (dict \"name\" \"ba<|>se\") }}\n---\n{{ tpl (.Files.Get \"part.yaml\") . }}\n=== .werf/x.tmpl\n{{ define \"image\" }}image: {{ .name }}\nfrom: alpine:3\n{{ end }}\n=== part.yaml\nimage: {{ \"part\" }}\nfromImage: base\n";

#[test]
fn call_hierarchy_across_files() {
    let fixture = Fixture::new(FILES);
    let items = prepare(&fixture.at());
    assert_eq!(fixture.shown(items[0].location), "werf.yaml:4:34 base");
    assert_eq!(names(&incoming(&fixture.analysis, items[0].image)), ["part [Base] 1"]);
}

#[test]
fn call_hierarchy_in_data_file() {
    let text = FILES.replace("<|>", "").replace("fromImage: base", "fromImage: ba<|>se");
    let fixture = Fixture::new(&text);
    let items = prepare(&fixture.at());
    assert_eq!(items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), ["base"]);
    let part = &incoming(&fixture.analysis, items[0].image)[0];
    assert_eq!(fixture.shown(part.places[0]), "part.yaml:2:12 base");
}

#[test]
fn call_hierarchy_half_typed() {
    let fixture =
        Fixture::new("image: ba<|>se\nfrom: alpine:3\n---\nimage: app\nfromImage: base\nshell:\n  install: {{ .x | \n");
    let items = prepare(&fixture.at());
    assert_eq!(names(&incoming(&fixture.analysis, items[0].image)), ["app [Base] 1"]);
}

fn titles(text: &str, path: &str) -> Vec<String> {
    let fixture = Fixture::new(text);
    lenses(&fixture.analysis, fixture.file(path)).into_iter().map(|lens| lens.title).collect()
}

#[test]
fn lenses_across_files() {
    assert_eq!(titles(FILES, ".werf/x.tmpl"), ["used by 1 image · base of part"]);
}

#[test]
fn lenses_in_data_file() {
    assert_eq!(titles(FILES, "part.yaml"), ["used by no other image"]);
}

#[test]
fn lenses_half_typed() {
    let text = "image: base\nfrom: alpine:3\n---\nimage: app\nfromImage: base\nfro\n";
    assert_eq!(titles(text, "werf.yaml")[0], "used by 1 image · base of app");
}

#[test]
fn workspace_symbols_templated() {
    let fixture = Fixture::new("{{ range list \"one\" \"two\" }}\n---\nimage: {{ . }}\nfrom: alpine:3\n{{ end }}\n");
    let found: Vec<String> =
        project_symbols(&fixture.analysis, "o").into_iter().map(|one| fixture.shown(one.location)).collect();
    assert_eq!(found, ["werf.yaml:4:16 one", "werf.yaml:4:22 two"]);
}

fn found(fixture: &Fixture, query: &str) -> Vec<String> {
    project_symbols(&fixture.analysis, query).into_iter().map(|one| fixture.shown(one.location)).collect()
}

#[test]
fn workspace_symbols_across_files() {
    let fixture = Fixture::new(FILES);
    assert_eq!(found(&fixture, "base"), ["werf.yaml:4:34 base"]);
    assert_eq!(found(&fixture, "image"), [".werf/x.tmpl:1:12 image"]);
    let fixture =
        Fixture::new("=== werf.yaml\n{{ include \"x.tmpl\" . }}\n=== .werf/x.tmpl\nimage: inner\nfrom: alpine:3\n");
    assert_eq!(found(&fixture, "inner"), [".werf/x.tmpl:1:8 inner"]);
}

#[test]
fn workspace_symbols_in_data_file() {
    assert_eq!(found(&Fixture::new(FILES), "part"), ["part.yaml:1:12 part"]);
    let text = "=== werf.yaml\n{{ range $name, $from := (.Files.Get \"images.yaml\" | fromYaml).images }}\n---\nimage: {{ $name }}\nfrom: {{ $from }}\n{{ end }}\n=== images.yaml\nimages:\n  one: alpine:3\n";
    assert_eq!(found(&Fixture::new(text), "one"), ["images.yaml:2:3 one"]);
}

#[test]
fn workspace_symbols_half_typed() {
    let fixture = Fixture::new("image: base\nfrom: alpine:3\nshell: {{ if\n");
    assert!(project_symbols(&fixture.analysis, "base").iter().any(|one| one.name == "base"));
}

/// The rendered bytes of the cursor's place lead back to that place; the bytes.
fn there_and_back(fixture: &Fixture) -> Vec<String> {
    let view = rendered(&fixture.analysis);
    let at = fixture.at();
    let shown = |span: &werfkit::source::Span| {
        let back = to_file(&fixture.analysis, span.start as usize).expect("a place");
        assert_eq!((back.file, back.span.start as usize), (at.file, fixture.offset));
        String::from_utf8_lossy(&view.text[span.range()]).into_owned()
    };
    to_rendered(&at).iter().map(shown).collect()
}

#[test]
fn rendered_plain() {
    assert_eq!(there_and_back(&Fixture::new("image: base\nfr<|>om: alpine:3\n")), ["o"]);
}

#[test]
fn rendered_across_files() {
    let text = "=== werf.yaml\n{{ include \"part\" . }}---\n{{ include \"part\" . }}\n=== .werf/x.tmpl\n{{ define \"part\" }}image: a\nfr<|>om: alpine:3\n{{ end }}\n";
    assert_eq!(there_and_back(&Fixture::new(text)), ["o", "o"], "once for each call");
}

#[test]
fn rendered_half_typed() {
    let fixture = Fixture::new("image: ba<|>se\nfrom: alpine:3\nshell: {{ if\n");
    let found = to_rendered(&fixture.at());
    assert_eq!(found.len(), 1);
    assert_eq!(&rendered(&fixture.analysis).text[found[0].range()], b"s");
}

#[test]
fn rendered_in_data_file() {
    let text = FILES.replace("<|>", "").replace("fromImage: base", "fromImage: ba<|>se");
    let fixture = Fixture::new(&text);
    let found = to_rendered(&fixture.at());
    let back = to_file(&fixture.analysis, found[0].start as usize).expect("a place");
    assert_eq!((fixture.analysis.path(back.file), back.span.start as usize), ("part.yaml", fixture.offset));
}
