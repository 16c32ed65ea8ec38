//! Where the bytes of a rendered text come from: through every way a template can bring them there.

#[path = "support/template.rs"]
mod template;

use serde_json::json;
use template::run;
use werfkit::analysis::Codec;
use werfkit::dialect::Dialect;
use werfkit::limits::Limits;
use werfkit::source::{FileId, Span};
use werfkit::template::Outcome;

const MAIN: FileId = FileId(0);
const LIBRARY: FileId = FileId(1);
const DATA_FILE: FileId = FileId(1_000);

fn rendered(main: &str, library: &str, file: &str) -> Outcome {
    let row = json!({
        "template": main, "templates": [["lib.tmpl", library]], "files": {"data.yaml": file}, "env": {"TAG": "v1"},
        "data": {"Env": "dev"},
    });
    let outcome = run(&row, Dialect::V2, &Codec { dialect: Dialect::V2, limits: Limits::default() });
    assert_eq!(outcome.errors, []);
    outcome
}

/// The file and its bytes from which `needle` of the rendered text was copied.
fn origin(outcome: &Outcome, sources: [&str; 3], needle: &str) -> (FileId, String) {
    let text = String::from_utf8_lossy(&outcome.rendered.text).into_owned();
    let start = text.find(needle).unwrap_or_else(|| panic!("{needle:?} in {text:?}"));
    let location =
        outcome.rendered.provenance.locate(Span::new(start, start + needle.len())).expect("a place").location;
    let source = match location.file {
        MAIN => sources[0],
        LIBRARY => sources[1],
        _ => sources[2],
    };
    (location.file, source[location.span.range()].to_owned())
}

#[test]
fn copied_bytes_keep_their_place() {
    let main = "project: {{ $x := dict \"name\" \"alpine\" }}{{ include \"base\" $x | nindent 2 }}\n{{ tpl \"tag: {{ .T | upper }}\" (dict \"T\" `latest`) }}\n{{ range $k, $v := (.Files.Get \"data.yaml\" | fromYaml).images }}{{ $k }}={{ $v | quote }};{{ end }}\n";
    let library = "{{ define \"base\" }}from: {{ .name | trunc 5 }}x\nkey: lib{{ end }}";
    let file = "images:\n  foo: ubuntu\n  bar: debian\n";
    let sources = [main, library, file];
    let outcome = rendered(main, library, file);
    assert_eq!(
        origin(&outcome, sources, "alpin"),
        (MAIN, "alpin".to_owned()),
        "a literal through include, trunc, nindent"
    );
    assert_eq!(origin(&outcome, sources, "key: lib"), (LIBRARY, "key: lib".to_owned()), "text of a definition");
    assert_eq!(origin(&outcome, sources, "tag: "), (MAIN, "tag: ".to_owned()), "text of a tpl literal");
    assert_eq!(origin(&outcome, sources, "ubuntu"), (DATA_FILE, "ubuntu".to_owned()), "a scalar of a data file");
    assert_eq!(origin(&outcome, sources, "bar"), (DATA_FILE, "bar".to_owned()), "a key of a data file");
}

#[test]
fn the_chain_of_calls_is_known() {
    let main = "{{ range list \"one\" \"two\" }}{{ include \"a\" . }}{{ end }}";
    let library = "{{ define \"a\" }}{{ template \"b\" . }}{{ end }}{{ define \"b\" }}[{{ . }}]{{ end }}";
    let outcome = rendered(main, library, "");
    assert_eq!(outcome.rendered.text, b"[one][two]");
    let provenance = &outcome.rendered.provenance;
    let origins = provenance.locate(Span::new(6, 7)).expect("a place");
    let words: Vec<String> = provenance.chain(origins.frame).into_iter().map(|(words, _)| words).collect();
    assert_eq!(words, ["`b` is included here", "`a` is included here", "in iteration `two`"]);
}

#[test]
fn what_an_error_leaves_is_unknown_and_the_rest_survives() {
    let row = json!({"template": "a: {{ fail \"x\" }}\nb: {{ .Env }}\nc: {{ include \"e\" . }}!{{ define \"e\" }}<{{ nil }}>{{ end }}", "data": {"Env": "dev"}});
    let outcome = run(&row, Dialect::V2, &Codec { dialect: Dialect::V2, limits: Limits::default() });
    assert_eq!(String::from_utf8_lossy(&outcome.rendered.text), "a: unknown\nb: dev\nc: <unknown>!");
    let texts: Vec<_> = outcome.errors.iter().map(|error| String::from_utf8_lossy(&error.text).into_owned()).collect();
    assert_eq!(
        texts,
        [
            "template: werfConfig:1:6: executing \"werfConfig\" at <fail \"x\">: error calling fail: x",
            // Only the first error is werf's and has the whole chain.
            "template: werfConfig:3:43: executing \"e\" at <nil>: nil is not a command",
        ]
    );
    assert!(outcome.rendered.provenance.is_unknown(Span::new(3, 10)));
    assert!(!outcome.rendered.provenance.is_unknown(Span::new(14, 17)));
}
