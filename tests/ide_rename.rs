//! Rename: what changes, what is refused and why; after each rename the project is analysed again and must be the same but for the name.

#[path = "support/fixture.rs"]
mod fixture;

use std::sync::Arc;

use fixture::Fixture;
use werfkit::analysis::{Request, analyze};
use werfkit::dialect::Dialect;
use werfkit::ide::rename::{apply, prepare, rename, verify};

/// The changed files after a rename, each as its path and text; the new text is analysed and held against the old one.
fn renamed_in(fixture: &Fixture, new: &str) -> Result<Vec<(String, String)>, String> {
    let at = fixture.at();
    let prepared = prepare(&at)?;
    let edits = rename(&at, new)?;
    let changed = apply(at.analysis, &edits);
    let mut request = Request::new(fixture.folder(), fixture.folder());
    request.dialect = Some(at.analysis.dialect());
    request.loose_giterminism = true;
    for (file, text) in &changed {
        request.overlay.insert(fixture.folder().join(at.analysis.path(*file)), Arc::clone(text));
    }
    let after = analyze(&request).map_err(|error| error.message)?;
    verify(at.analysis, &after, &prepared.symbol, new)?;
    let shown = |(file, text): (_, Arc<[u8]>)| {
        (at.analysis.path(file).to_owned(), String::from_utf8_lossy(&text).replace(fixture::META, ""))
    };
    Ok(changed.into_iter().map(shown).collect())
}

fn renamed(text: &str, new: &str) -> Result<String, String> {
    let files = renamed_in(&Fixture::new(text), new)?;
    Ok(files.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("===\n"))
}

fn refused(text: &str, new: &str) -> String {
    match renamed(text, new) {
        Err(reason) => reason,
        Ok(text) => panic!("it was renamed: {text}"),
    }
}

const PLAIN: &str = "image: base\nfrom: alpine:3\n---\nimage: app\nfromImage: \"ba<|>se\"\nimport:\n- image: base\n  add: /base\n  before: install\n";

#[test]
fn rename_plain() {
    let expected = "image: core/x\nfrom: alpine:3\n---\nimage: app\nfromImage: \"core/x\"\nimport:\n- image: core/x\n  add: /base\n  before: install\n";
    assert_eq!(renamed(PLAIN, "core/x").as_deref(), Ok(expected));
}

#[test]
fn rename_templated() {
    let text = "{{ range list \"one\" \"two\" }}\n---\nimage: {{ . }}\nfrom: alpine:3\n{{ end }}\n---\nimage: app\nfromImage: t<|>wo\n";
    let expected = "{{ range list \"one\" \"new\" }}\n---\nimage: {{ . }}\nfrom: alpine:3\n{{ end }}\n---\nimage: app\nfromImage: new\n";
    assert_eq!(renamed(text, "new").as_deref(), Ok(expected));
    let text =
        "{{ $base := \"one\" }}\nimage: {{ $base }}\nfrom: alpine:3\n---\nimage: app\nfromImage: {{<|> $base }}\n";
    let expected =
        "{{ $base := \"new\" }}\nimage: {{ $base }}\nfrom: alpine:3\n---\nimage: app\nfromImage: {{ $base }}\n";
    assert_eq!(renamed(text, "new").as_deref(), Ok(expected));
}

#[test]
fn rename_across_files() {
    let text = "=== werf.yaml\n{{ include \"image\" (dict \"name\" \"base\") }}\n---\nimage: app\nfromImage: ba<|>se\n=== .werf/x.tmpl\n{{ define \"image\" }}image: {{ .name }}\nfrom: alpine:3\n{{ end }}\n";
    let expected = "{{ include \"image\" (dict \"name\" \"new\") }}\n---\nimage: app\nfromImage: new\n";
    assert_eq!(renamed(text, "new").as_deref(), Ok(expected));
    let text = "=== werf.yaml\n{{ include \"part\" . }}\n=== .werf/x.tmpl\n{{ define \"pa<|>rt\" }}image: a\nfrom: alpine:3\n{{ end }}\n";
    let fixture = Fixture::new(text);
    let mut files = renamed_in(&fixture, "piece").expect("it is renamed");
    files.sort();
    assert_eq!(files.len(), 2);
    assert_eq!(files[1], ("werf.yaml".to_owned(), "{{ include \"piece\" . }}\n".to_owned()));
}

#[test]
fn rename_in_data_file() {
    let text = "=== werf.yaml\n{{ range $name, $from := (.Files.Get \"images.yaml\" | fromYaml).images }}\n---\nimage: {{ $name }}\nfrom: {{ $from }}\n{{ end }}\n---\nimage: app\nfromImage: on<|>e\n=== images.yaml\nimages:\n  one: alpine:3\n";
    let mut files = renamed_in(&Fixture::new(text), "new").expect("it is renamed");
    files.sort();
    assert_eq!(files[0], ("images.yaml".to_owned(), "images:\n  new: alpine:3\n".to_owned()));
}

#[test]
fn rename_half_typed() {
    let text = "image: ba<|>se\nfrom: alpine:3\n---\nimage: app\nfromImage: base\nshell:\n  install: {{ if \n";
    assert!(renamed(text, "new").is_ok_and(|text| text.contains("image: new\n") && text.contains("fromImage: new\n")));
}

#[test]
fn rename_of_a_variable() {
    let text = "{{ $x<|> := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $x }}\n";
    let expected = "{{ $y := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $y }}\n";
    assert_eq!(renamed(text, "$y").as_deref(), Ok(expected));
    assert_eq!(renamed(text, "y").as_deref(), Ok(expected));
    let text = "{{ $x<|> := 1 }}{{ if true }}{{ $y := 2 }}{{ $x }}{{ end }}\n";
    assert!(refused(text, "$y").contains("would be taken for this one"));
    let text = "{{ $y := 1 }}{{ if true }}{{ $x<|> := 2 }}{{ $y }}{{ end }}\n";
    assert!(refused(text, "$y").contains("would be taken for this one"));
    assert!(refused(text, "$a-b").contains("no name for a variable"));
}

#[test]
fn rename_of_a_key() {
    let text = "{{ $_ := set . \"Version\" \"3\" }}\nimage: a\nfrom: alpine:{{ .Ver<|>sion }}{{ get . \"Version\" | trunc 0 }}\n";
    let expected = "{{ $_ := set . \"Tag\" \"3\" }}\nimage: a\nfrom: alpine:{{ .Tag }}{{ get . \"Tag\" | trunc 0 }}\n";
    assert_eq!(renamed(text, "Tag").as_deref(), Ok(expected));
    assert!(refused(text, "a-b").contains("cannot stand behind a dot"));
    assert!(refused("image: a\nfrom: alpine:{{ .E<|>nv }}\n", "X").contains("stored nowhere"));
}

#[test]
fn rename_of_an_anchor() {
    let text = "image: a\nfrom: alpine:3\nshell:\n  install: &x\n  - ls\n  setup: *<|>x\n";
    let expected = "image: a\nfrom: alpine:3\nshell:\n  install: &list\n  - ls\n  setup: *list\n";
    assert_eq!(renamed(text, "list").as_deref(), Ok(expected));
    assert!(refused(text, "a b").contains("no name for an anchor"));
}

#[test]
fn a_computed_name_is_refused_with_its_reason() {
    let text = "image: {{ printf \"%s-%s\" \"a\" \"b\" }}\nfrom: alpine:3\n---\nimage: app\nfromImage: a<|>-b\n";
    assert!(refused(text, "new").contains("is computed: it "), "{}", refused(text, "new"));
    let text =
        "image: {{ env \"NAME\" \"base\" | upper | lower }}\nfrom: alpine:3\n---\nimage: app\nfromImage: ba<|>se\n";
    assert!(refused(text, "new").contains("is computed"), "{}", refused(text, "new"));
    let text = "image: base\nfrom: alpine:3\n---\nimage: app\nfromImage: {{ print \"ba\" \"se\" }}\n---\nimage: x\nfromImage: base<|>\n";
    assert!(
        refused(text, "new").contains("`werf.yaml:8` by a name that is computed: it is put together"),
        "{}",
        refused(text, "new")
    );
    let text = "{{ range list \"a\" \"b\" }}\n---\nimage: {{ . }}\nfrom: alpine:3\n---\nimage: x-{{ . }}\nfromImage: {{ .<|> }}\n{{ end }}\n";
    assert!(refused(text, "new").contains("2 images get their name here"), "{}", refused(text, "new"));
}

#[test]
fn text_that_makes_more_than_the_name_is_refused() {
    let text = "{{ range list \"on<|>e\" }}\n---\nimage: {{ . }}\nfrom: alpine:3\ngit:\n- add: /{{ . }}\n  to: /app\n{{ end }}\n";
    assert!(refused(text, "new").contains("also makes `- add: /one`"), "{}", refused(text, "new"));
    let text = "{{ range list \"on<|>e\" }}\n---\nimage: {{ . }}\nfrom: alpine:{{ if eq . \"one\" }}3{{ else }}4{{ end }}\n{{ end }}\n";
    assert!(refused(text, "new").contains("more of the configuration than the name"), "{}", refused(text, "new"));
}

#[test]
fn a_name_that_is_taken_or_no_name_is_refused() {
    assert!(refused(PLAIN, "app").contains("there is an image `app` already"));
    assert!(refused(PLAIN, "a b").contains("no name for an image"));
    assert!(refused(PLAIN, "").contains("no name for an image"));
    assert!(refused(PLAIN, "true").contains("does not read"));
    let text = "image: base\nfrom: alpine\n---\nimage: app\nfromImage: ba<|>se\n";
    assert!(refused(text, "alpine").contains("means an image of a registry"));
    let fixture = Fixture::of(&PLAIN.replace("fromImage", "from"), Dialect::V3);
    assert!(renamed_in(&fixture, "scratch").is_err_and(|reason| reason.contains("the empty base")));
}

#[test]
fn templates_that_are_files_or_called_by_computed_names_are_refused() {
    let text = "=== werf.yaml\n{{ include \"x.t<|>mpl\" . }}\n=== .werf/x.tmpl\nimage: a\nfrom: alpine:3\n";
    assert!(refused(text, "y.tmpl").contains("is the file `.werf/x.tmpl`"));
    let text = "{{ define \"o<|>ne\" }}image: a\nfrom: alpine:3\n{{ end }}{{ include \"one\" . | trunc 0 }}{{ $n := \"one\" }}{{ include $n . }}\n";
    assert!(refused(text, "two").contains("computed name"), "{}", refused(text, "two"));
    let text = "{{ define \"o<|>ne\" }}{{ end }}{{ define \"two\" }}{{ end }}image: a\nfrom: alpine:3\n";
    assert!(refused(text, "two").contains("there is a template `two` already"));
}
