//! Definition, references and highlights: text with a cursor mark, and the places that are expected.

#[path = "support/fixture.rs"]
mod fixture;

use fixture::Fixture;
use werfkit::dialect::Dialect;
use werfkit::ide::completion::Files;
use werfkit::ide::definition::definition;
use werfkit::ide::highlight::highlight;
use werfkit::ide::references::references;
use werfkit::source::Location;

fn defined_in(fixture: &Fixture) -> Vec<String> {
    let shown = |target: &werfkit::ide::definition::Target| match target.file {
        Some(file) => fixture.shown(Location { file, span: target.span }),
        None => format!("{} {}", target.path, String::from_utf8_lossy(&target.text[target.span.range()])),
    };
    let files = OnDisk(fixture.folder());
    definition(&fixture.at(), Some(&files)).iter().map(shown).collect()
}

/// The project's folder: files that the analysis does not read as the folder is no repository.
struct OnDisk<'a>(&'a std::path::Path);

impl Files for OnDisk<'_> {
    fn list(&self, _: &str) -> Vec<(String, bool)> {
        Vec::new()
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.0.join(path)).ok()
    }
}

fn defined(text: &str) -> Vec<String> {
    defined_in(&Fixture::new(text))
}

fn referred(text: &str) -> Vec<String> {
    let fixture = Fixture::new(text);
    references(&fixture.at(), false).iter().map(|one| fixture.shown(one.location)).collect()
}

const PLAIN: &str = "image: base\nfrom: alpine:3\n---\nimage: app\nfromImage: ba<|>se\nimport:\n- image: base\n  add: /a\n  before: install\n";

#[test]
fn definition_plain() {
    assert_eq!(defined(PLAIN), ["werf.yaml:4:8 base"]);
    assert_eq!(defined(&PLAIN.replace("ba<|>se", "\"base<|>\"")), ["werf.yaml:4:8 base"]);
    // Keys and names of registries have none.
    assert_eq!(defined(&PLAIN.replace("ba<|>se", "base").replace("fromImage", "from<|>Image")), [""; 0]);
    assert_eq!(defined("image: a\nfrom: alp<|>ine:3\n"), [""; 0]);
    // The definition itself leads to itself.
    assert_eq!(defined("image: a<|>\nfrom: alpine:3\n"), ["werf.yaml:4:8 a"]);
}

#[test]
fn definition_of_an_anchor_plain() {
    let text = "image: a\nfrom: alpine:3\nshell:\n  install: &x\n  - ls\n  setup: *<|>x\n";
    assert_eq!(defined(text), ["werf.yaml:7:13 x"]);
}

#[test]
fn definition_of_a_dockerfile_and_its_stage_plain() {
    let dockerfile = "=== docker/Dockerfile\nFROM alpine:3 AS build\nFROM build\n";
    let text = |mark: &str| {
        let base = "=== werf.yaml\nimage: a\ncontext: docker\ndockerfile: D1\ntarget: T1\n";
        format!(
            "{}{dockerfile}",
            base.replace("D1", if mark == "file" { "Docker<|>file" } else { "Dockerfile" })
                .replace("T1", if mark == "stage" { "Bui<|>ld" } else { "Build" })
        )
    };
    assert_eq!(defined(&text("stage")), ["docker/Dockerfile build"]);
    assert_eq!(defined(&text("file")), ["docker/Dockerfile "]);
}

#[test]
fn definition_of_a_stage_plain() {
    let text = "image: base\nfrom: alpine:3\nshell:\n  setup: ls\n---\nimage: app\nfrom: alpine:3\nshell:\n  install: ls\nimport:\n- image: base\n  stage: S\n  add: /a\n  before: P\n";
    assert_eq!(defined(&text.replace("S\n", "set<|>up\n").replace("P\n", "install\n")), ["werf.yaml:7:3 setup"]);
    assert_eq!(defined(&text.replace("S\n", "setup\n").replace("P\n", "inst<|>all\n")), ["werf.yaml:12:3 install"]);
}

#[test]
fn definition_templated() {
    let text = "{{ range list \"one\" \"two\" }}\n---\nimage: {{ . }}\nfrom: alpine:3\n{{ end }}\n---\nimage: app\nfromImage: t<|>wo\n";
    assert_eq!(defined(text), ["werf.yaml:4:22 two"]);
    // All images of the loop, where one place names them all.
    let text = "{{ range list \"one\" \"two\" }}\n---\nimage: {{ . }}\nfrom: alpine:3\n---\nimage: {{ . }}-app\nfromImage: {{<|> . }}\n{{ end }}\n";
    assert_eq!(defined(text), ["werf.yaml:4:16 one", "werf.yaml:4:22 two"]);
    // A name that is put together leads to the value that makes it.
    let text = "{{ $p := \"x\" }}\nimage: {{ $p }}-base\nfrom: alpine:3\n---\nimage: app\nfromImage: <|>x-base\n";
    assert_eq!(defined(text), ["werf.yaml:5:8 {{ $p }}-base"]);
}

#[test]
fn definition_of_a_variable_templated() {
    let text = "{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}\nimage: a{{ $<|>x }}\nfrom: alpine:3\n";
    assert_eq!(defined(text), ["werf.yaml:4:4 $x", "werf.yaml:5:8 a{{ $x }}"]);
    let text = "{{ range $i, $e := list 1 }}{{ $<|>e }}{{ end }}\n";
    assert_eq!(defined(text), ["werf.yaml:4:14 $e"]);
}

#[test]
fn definition_of_a_key_templated() {
    let text = "{{ $_ := set . \"Version\" \"3\" }}\nimage: a\nfrom: alpine:{{ .Ver<|>sion }}\n";
    assert_eq!(defined(text), ["werf.yaml:4:17 Version",]);
}

#[test]
fn a_dict_for_a_template_is_read_there() {
    let text = "=== werf.yaml\n{{ include \"one\" (dict \"name\" \"a\") }}\n---\n{{ include \"two\" (dict \"name\" \"b\") }}\n=== .werf/x.tmpl\n{{ define \"one\" }}image: {{ .na<|>me }}\nfrom: alpine:3\n{{ end }}{{ define \"two\" }}image: {{ .name }}\nfrom: alpine:3\n{{ end }}\n";
    let found = defined(text);
    assert_eq!(found[0], "werf.yaml:4:25 name");
    assert_eq!(found.len(), 2, "the key, and the image that it names: {found:?}");
}

#[test]
fn definition_across_files() {
    let text = "=== werf.yaml\n{{ include \"ba<|>se\" . }}\n=== .werf/x.tmpl\n{{ define \"base\" }}\nimage: base\nfrom: alpine:3\n{{ end }}\n";
    assert_eq!(defined(text), [".werf/x.tmpl:1:12 base"]);
    let text = "=== werf.yaml\n{{ include \"sub/x<|>.tmpl\" . }}\n=== .werf/sub/x.tmpl\nimage: base\nfrom: alpine:3\n";
    assert_eq!(defined(text), [".werf/sub/x.tmpl:1:1 "]);
    let text = "=== werf.yaml\n{{ include \"x.tmpl\" . }}\n---\nimage: app\nfromImage: bas<|>e\n=== .werf/x.tmpl\nimage: base\nfrom: alpine:3\n";
    assert_eq!(defined(text), [".werf/x.tmpl:1:8 base"]);
    let text =
        "=== werf.yaml\n{{ include (print \"x\" \".t<|>mpl\") . }}\n=== .werf/x.tmpl\nimage: base\nfrom: alpine:3\n";
    assert_eq!(defined(text), [".werf/x.tmpl:1:1 "]);
}

#[test]
fn definition_in_data_file() {
    let text = "=== werf.yaml\n{{ range $name, $from := (.Files.Get \"images.yaml\" | fromYaml).images }}\n---\nimage: {{ $name }}\nfrom: {{ $from }}\n{{ end }}\n---\nimage: app\nfromImage: on<|>e\n=== images.yaml\nimages:\n  one: alpine:3\n";
    assert_eq!(defined(text), ["images.yaml:2:3 one"]);
    let text = "=== werf.yaml\n{{ tpl (.Files.Get \"part.yaml\") . }}\n---\nimage: app\nfromImage: bas<|>e\n=== part.yaml\n{{ $n := \"base\" }}image: {{ $n }}\nfrom: alpine:3\n";
    assert_eq!(defined(text), ["part.yaml:1:11 base"]);
    let text = "=== werf.yaml\n{{ tpl (.Files.Get \"par<|>t.yaml\") . }}\n=== part.yaml\nimage: a\nfrom: alpine:3\n";
    assert_eq!(defined(text), ["part.yaml:1:1 "]);
    let text = "=== werf.yaml\n{{ tpl (.Files.Get \"part.yaml\") . }}\n=== part.yaml\n{{ $x := \"a\" }}image: {{ $<|>x }}\nfrom: alpine:3\n";
    assert_eq!(defined(text)[0], "part.yaml:1:4 $x");
}

#[test]
fn a_key_of_a_data_file_that_is_read_as_a_field() {
    let text = "=== werf.yaml\n{{ $d := .Files.Get \"d.yaml\" | fromYaml }}\nimage: a\nfrom: {{ $d.ba<|>se }}\n=== d.yaml\nbase: alpine:3\n";
    assert_eq!(defined(text), ["d.yaml:1:1 base"]);
}

#[test]
fn definition_half_typed() {
    let text = "{{ $x := 1 }}\nimage: base\nfrom: alpine:3\n---\nimage: app\nfromImage: bas<|>e\nshell:\n  install: {{ $x | \n";
    assert_eq!(defined(text), ["werf.yaml:5:8 base"]);
    let text = "{{ $name := 1 }}\nimage: a\nfrom: alpine:3\nshell:\n  install: {{ printf $na<|>me | \n";
    assert_eq!(defined(text), ["werf.yaml:4:4 $name"]);
    let text = "=== werf.yaml\n{{ include \"base<|>\n=== .werf/x.tmpl\n{{ define \"base\" }}{{ end }}\n";
    assert_eq!(defined(text), [".werf/x.tmpl:1:12 base"]);
    let text = "image: base\nfrom: alpine:3\n---\nimage: app\nfromImage: bas<|>e\nfro\n";
    assert_eq!(defined(text), ["werf.yaml:4:8 base"]);
}

#[test]
fn references_plain() {
    assert_eq!(referred(PLAIN), ["werf.yaml:8:12 base", "werf.yaml:10:10 base"]);
    let text = PLAIN.replace("<|>", "").replace("image: base\nfrom", "image: ba<|>se\nfrom");
    assert_eq!(referred(&text), ["werf.yaml:8:12 base", "werf.yaml:10:10 base"]);
}

#[test]
fn references_templated() {
    let text = "{{ range list \"o<|>ne\" \"two\" }}\n---\nimage: {{ . }}\nfrom: alpine:3\n---\nimage: {{ . }}-app\nfromImage: {{ . }}\n{{ end }}\n---\nimage: x\nfromImage: one\n";
    assert_eq!(referred(text), ["werf.yaml:10:12 {{ . }}", "werf.yaml:14:12 one"]);
    assert_eq!(referred("{{ $a<|> := 1 }}{{ $a }}{{ $a = 2 }}\n"), ["werf.yaml:4:17 $a", "werf.yaml:4:25 $a"]);
}

#[test]
fn references_across_files() {
    let text = "=== werf.yaml\n{{ include \"x\" . }}\n=== .werf/a.tmpl\n{{ define \"x<|>\" }}{{ end }}\n=== .werf/b.tmpl\n{{ define \"y\" }}{{ template \"x\" . }}{{ end }}\n";
    let mut found = referred(text);
    found.sort();
    assert_eq!(found, [".werf/b.tmpl:1:30 x", "werf.yaml:4:13 x"]);
    let text = "=== werf.yaml\n{{ include \"x.tmpl\" . }}\n=== .werf/x.tmpl\n<|>image: base\nfrom: alpine:3\n";
    assert_eq!(referred(text), ["werf.yaml:4:13 x.tmpl"]);
}

#[test]
fn references_in_data_file() {
    let text = "=== werf.yaml\n{{ range $name, $from := (.Files.Get \"images.yaml\" | fromYaml).images }}\n---\nimage: {{ $name }}\nfrom: {{ $from }}\n{{ end }}\n---\nimage: app\nfromImage: one\n=== images.yaml\nimages:\n  on<|>e: alpine:3\n";
    assert_eq!(referred(text), ["werf.yaml:11:12 one"]);
}

#[test]
fn references_half_typed() {
    let text = "image: ba<|>se\nfrom: alpine:3\n---\nimage: app\nfromImage: base\nshell:\n  install: {{ if \n";
    assert_eq!(referred(text), ["werf.yaml:8:12 base"]);
}

fn lit(text: &str) -> Vec<(String, bool)> {
    let fixture = Fixture::new(text);
    let shown = |one: &werfkit::ide::highlight::Highlight| {
        (fixture.shown(Location { file: fixture.at().file, span: one.span }), one.is_write)
    };
    highlight(&fixture.at()).iter().map(shown).collect()
}

#[test]
fn highlight_plain() {
    let shown: Vec<_> = lit(PLAIN).into_iter().map(|(text, is_write)| format!("{text} {is_write}")).collect();
    assert_eq!(shown, ["werf.yaml:4:8 base true", "werf.yaml:8:12 base false", "werf.yaml:10:10 base false"]);
}

#[test]
fn highlight_templated() {
    let shown: Vec<_> =
        lit("{{ $a := 1 }}{{ $a<|> }}{{ $a = 2 }}\n").into_iter().map(|(_, is_write)| is_write).collect();
    assert_eq!(shown, [true, false, true]);
}

#[test]
fn highlight_across_files() {
    let text = "=== werf.yaml\n{{ include \"x\" . }}\n=== .werf/a.tmpl\n{{ define \"x<|>\" }}{{ end }}{{ define \"y\" }}{{ include \"x\" . }}{{ end }}\n";
    assert_eq!(lit(text).len(), 2);
}

#[test]
fn highlight_in_data_file() {
    let shown = |text: &str| -> Vec<String> {
        lit(text).into_iter().map(|(place, is_write)| format!("{place} {is_write}")).collect()
    };
    let text = "=== werf.yaml\n{{ tpl (.Files.Get \"d.yaml\") . }}\n---\nimage: x\nfromImage: base\n=== d.yaml\n{{ $v := \"3\" }}image: ba<|>se\nfrom: alpine:{{ $v }}\n---\nimage: app\nfromImage: base\n";
    assert_eq!(shown(text), ["d.yaml:1:23 base true", "d.yaml:5:12 base false"]);
    let text = text.replace("<|>", "").replace("{{ $v }}", "{{ $<|>v }}");
    assert_eq!(shown(&text), ["d.yaml:1:4 $v true", "d.yaml:2:17 $v false"]);
}

#[test]
fn highlight_half_typed() {
    assert_eq!(lit("{{ $a := 1 }}{{ $a<|> }}\n{{ $a | \n").len(), 2);
}

#[test]
fn artifacts_have_names_of_their_own() {
    let text = "image: x\nfrom: alpine:3\n---\nartifact: y\nfrom: alpine:3\n---\nimage: app\nfrom: alpine:3\nimport:\n- artifact: y<|>\n  add: /a\n  before: install\n";
    for dialect in [Dialect::V1_1, Dialect::V1_2, Dialect::V2] {
        assert_eq!(defined_in(&Fixture::of(text, dialect)), ["werf.yaml:7:11 y"], "{dialect:?}");
    }
}

#[test]
fn every_offset_of_any_text_is_answered() {
    let texts = [
        "",
        "{{",
        "{{ $",
        "image: a\nfromImage: a\n",
        "\u{feff}image: é\n{{ $é := 1 }}{{ $é }}",
        "&",
        "*",
        "a: &\nb: *\n",
        "{{ include \"",
        "{{ define \"x\" }}image: {{ .a }}{{ end }}{{ include \"x\" (dict \"a\" \"b\") }}",
        "image: \"\n",
        "\r\n\r\n{{/*",
        "image: &x a\nfrom: *x\n",
    ];
    for text in texts {
        let fixture = Fixture::new(text);
        let mut at = fixture.at();
        for offset in 0..=at.text().len() + 2 {
            at.offset = offset;
            let _ = (definition(&at, None), references(&at, true), highlight(&at));
            let _ = (werfkit::ide::rename::prepare(&at), werfkit::ide::rename::rename(&at, "new"));
            let _ = (werfkit::ide::rendered::to_rendered(&at), werfkit::ide::rendered::to_file(at.analysis, offset));
            let _ = werfkit::ide::call_hierarchy::prepare(&at);
        }
        let _ = werfkit::ide::symbols::document_symbols(at.analysis, at.file);
        let _ = werfkit::ide::lenses::lenses(at.analysis, at.file);
    }
}

#[test]
fn deep_nesting_is_no_problem() {
    let text = format!("{}{{{{ $x := 1 }}}}{{{{ $<|>x }}}}{}", "{{ if 1 }}".repeat(9_000), "{{ end }}".repeat(9_000));
    assert_eq!(defined(&text).len(), 1);
    let text = format!("{{{{ {}1{} }}}}{{{{ $x := 1 }}}}{{{{ $<|>x }}}}", "(".repeat(9_000), ")".repeat(9_000));
    assert_eq!(defined(&text).len(), 1);
}
