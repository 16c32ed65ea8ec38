//! Completion: a text with a cursor, and what is offered there.

#[path = "support/fixture.rs"]
mod fixture;

use fixture::Fixture;
use werfkit::dialect::Dialect;
use werfkit::ide::completion::{Around, Candidate, Files, complete};

fn candidates(text: &str, dialect: Dialect) -> Vec<Candidate> {
    let fixture = Fixture::of(text, dialect);
    let files = Written(&fixture.files);
    complete(&fixture.at(), Around { files: Some(&files), ..Around::default() })
}

/// The files of a fixture.
struct Written<'a>(&'a [(String, String)]);

impl Files for Written<'_> {
    fn list(&self, _directory: &str) -> Vec<(String, bool)> {
        Vec::new()
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.0.iter().find(|(known, _)| known == path).map(|(_, text)| text.clone().into_bytes())
    }
}

fn labels(text: &str) -> Vec<String> {
    labels_of(text, Dialect::V2)
}

fn labels_of(text: &str, dialect: Dialect) -> Vec<String> {
    candidates(text, dialect).into_iter().map(|one| one.label).collect()
}

#[track_caller]
fn first(text: &str, wanted: &[&str]) {
    first_of(text, Dialect::V2, wanted);
}

#[track_caller]
fn first_of(text: &str, dialect: Dialect, wanted: &[&str]) {
    let found = labels_of(text, dialect);
    let first = &found[..found.len().min(wanted.len())];
    assert_eq!(first, wanted, "{text}\noffered: {found:?}");
}

#[track_caller]
fn has(text: &str, wanted: &[&str], unwanted: &[&str]) {
    let found = labels(text);
    for label in wanted {
        assert!(found.iter().any(|one| one == label), "{label} is not offered in {text}\noffered: {found:?}");
    }
    for label in unwanted {
        assert!(found.iter().all(|one| one != label), "{label} is offered in {text}");
    }
}

#[track_caller]
fn inserted(text: &str, label: &str) -> String {
    let found = candidates(text, Dialect::V2);
    let one = found.iter().find(|one| one.label == label);
    let one = one.unwrap_or_else(|| panic!("{label} is not offered: {:?}", labels(text)));
    one.insert.clone()
}

/// The text with the candidate in place of what it replaces.
#[track_caller]
fn accepted(text: &str, label: &str) -> String {
    let fixture = Fixture::new(text);
    let found = complete(&fixture.at(), Around::default());
    let one = found.iter().find(|one| one.label == label).expect("it is offered");
    let (_, mut text) = fixture.files.iter().find(|(path, _)| *path == fixture.path).cloned().expect("the file");
    text.replace_range(one.replace.range(), &one.insert);
    text.strip_prefix(fixture::META).map(str::to_owned).unwrap_or(text)
}

#[test]
fn completion_keys_plain() {
    has("<|>", &["image"], &[]);
    first("image: a\n<|>\n", &["from"]);
    has("image: a\nfrom: alpine\n<|>", &["git", "shell", "import"], &["image", "from", "dockerfile", "to"]);
    has("image: a\n<|>", &["dockerfile", "git"], &[]);
    has("image: a\ndockerfile: Dockerfile\n<|>", &["target", "args"], &["git", "shell", "from"]);
    first("image: a\nfrom: b\ngit:\n- add: /\n  to: /app\n  <|>", &["stageDependencies"]);
    first(
        "image: a\nfrom: b\ngit:\n- add: /\n  to: /app\n  stageDependencies:\n    <|>",
        &["install", "beforeSetup", "setup"],
    );
    has("=== werf.yaml\nproject: p\nconfigVersion: 1\n<|>\n---\nimage: a\nfrom: b\n", &["cleanup", "deploy"], &["git"]);
    has("image: a\nfrom: b\n<|>\ngit:\n- add: /\n  to: /a\n", &["shell"], &["git"]);
}

#[test]
fn keys_bring_what_they_need() {
    assert_eq!(
        inserted("image: a\nfrom: b\n<|>", "git"),
        "git:\n- to: ${1:/app}\n  add: ${2:/}".replace("to: ${1:/app}\n  add: ${2:/}", "add: ${1:/}\n  to: ${2:/app}")
    );
    assert_eq!(inserted("image: a\nfrom: b\n<|>", "shell"), "shell:\n  $1");
    assert_eq!(inserted("image: a\nfrom: b\n<|>", "final"), "final: ${1|false,true|}");
    assert_eq!(inserted("image: a\nfrom: b\n<|>: x", "network"), "network");
    assert_eq!(inserted("image: a\nfrom: b\ngit:\n- add: /\n  <|>", "stageDependencies"), "stageDependencies:\n  $1");
    assert_eq!(accepted("image: a\nfrom: b\nshe<|>l:\n", "shell"), "image: a\nfrom: b\nshell:\n");
}

#[test]
fn deprecated_keys_come_last() {
    let found = candidates("image: a\nfrom: b\n<|>", Dialect::V2);
    let docker = found.iter().position(|one| one.label == "docker").expect("it is offered");
    let spec = found.iter().position(|one| one.label == "imageSpec").expect("it is offered");
    assert!(spec < docker && found[docker].is_deprecated);
}

#[test]
fn completion_keys_half_typed() {
    first("image: a\nfrom: b\ngi<|>", &["git"]);
    first("image: a\nfrom: b\ngit:\n- a<|>", &["add"]);
    first("image: a\nfrom: b\ngit:\n- add: /\n  t<|>", &["to"]);
    first("image: a\nfrom: b\ngit:\n- add: /\n  t<|>\nshell:\n  install: [x", &["to"]);
    has("image: a\nfrom: b\ngit:\n<|>", &["shell"], &[]);
    has("image: a\nfrom: b\ngit:\n  <|>", &["- new item of git", "add", "to"], &["shell"]);
    assert_eq!(accepted("image: a\nfrom: b\ngit:\n  ad<|>\n", "add"), "image: a\nfrom: b\ngit:\n  - add: $1\n");
    has("image: a\nfrom: b\ngit: [{add: /, <|>}]", &["to"], &["add"]);
    has("image: a\nfrom: b\nshell:\n  install:\n  - |\n    <|>", &[], &["git", "image"]);
    assert!(labels("image: a # <|>\n").is_empty());
}

#[test]
fn completion_keys_templated() {
    first("{{ range list \"a\" \"b\" }}\n---\nimage: {{ . }}\nfrom: b\ngi<|>\n{{ end }}\n", &["git"]);
    has("image: a\nfrom: b\n{{ if not .Env }}\ngit:\n- add: /\n{{ end }}\n  <|>\n", &["to"], &["add", "shell"]);
    has("image: a\nfrom: b\n{{ if eq .Env \"x\" }}\ngit:\n- add: /\n  <|>\n{{ end }}\n", &["to"], &["add", "shell"]);
}

#[test]
fn completion_keys_across_files() {
    let project = "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\nimage: a\nfrom: b\ngit:\n{{ include \"git\" . | indent 2 }}\n\
                   === .werf/git.tmpl\n{{ define \"git\" }}\n- add: /\n  to: /app\n  <|>\n{{ end }}\n";
    has(project, &["stageDependencies", "owner"], &["add", "shell"]);
    let unused = "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\nimage: a\nfrom: b\n\
                  === .werf/git.tmpl\n{{ define \"git\" }}\n- add: /\n  to: /app\n  stageDependencies:\n    <|>\n{{ end }}\n";
    let nested = "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\nimage: a\nfrom: b\nshell:\n{{ include \"commands\" . | nindent 2 }}\n\
                  === .werf/c.tmpl\n{{ define \"commands\" }}\n<|>\ninstall:\n- echo\n{{ end }}\n";
    has(unused, &["setup", "install"], &[]);
    has(nested, &["setup", "beforeInstall"], &["install", "git"]);
}

#[test]
fn completion_keys_in_data_file() {
    let project = "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\n{{ tpl (.Files.Get \"images.yaml\") . }}\n\
                   === images.yaml\nimage: {{ print \"a\" }}\nfrom: b\ngit:\n- add: /\n  <|>\n";
    has(project, &["to"], &["add", "shell"]);
}

#[test]
fn completion_keys_of_other_files() {
    first(
        "=== werf.yaml\nproject: p\nconfigVersion: 1\n=== werf-giterminism.yaml\ngiterminismConfigVersion: 1\nconfig:\n  <|>\n",
        &["allowUncommitted"],
    );
    has(
        "=== werf.yaml\nproject: p\nconfigVersion: 1\n=== werf-giterminism.yaml\ngiterminismConfigVersion: 1\n<|>\n",
        &["config", "helm"],
        &["git"],
    );
}

#[test]
fn completion_documents_plain() {
    first("=== werf.yaml\n# configVersion\n<|>", &["new meta section"]);
    has("image: a\nfrom: b\n<|>", &["new image", "new Dockerfile image", "new artifact"], &[]);
    assert!(inserted("image: a\nfrom: b\n<|>", "new image").starts_with("---\n"));
    assert!(inserted("image: a\nfrom: b\n---\n<|>", "new image").starts_with("image: "));
}

const IMAGES: &str =
    "image: base\nfrom: alpine\n---\nimage: tool\nfinal: false\nfrom: alpine\n---\nartifact: art\nfrom: alpine\n---\n";

#[test]
fn completion_images_plain() {
    has(&format!("{IMAGES}image: x\nfromImage: <|>\n"), &["base", "tool"], &["x"]);
    first(
        &format!("{IMAGES}image: x\nfrom: b\nimport:\n- image: <|>\n  add: /a\n  to: /b\n  after: install\n"),
        &["art", "tool", "base"],
    );
    has(&format!("{IMAGES}image: x\nfrom: b\ndependencies:\n- image: <|>\n"), &["base", "tool"], &["x"]);
    has(&format!("{IMAGES}image: x\nfrom: <|>\n"), &["base", "alpine"], &["x"]);
    let old = labels_of(&format!("{IMAGES}image: x\nfrom: b\nimport:\n- artifact: <|>\n"), Dialect::V1_1);
    assert_eq!(old, ["art"]);
    // What uses the image itself would close a cycle.
    first("image: a\nfromImage: <|>\n---\nimage: b\nfromImage: a\n---\nimage: c\nfrom: alpine\n", &["c", "b"]);
}

#[test]
fn completion_images_half_typed() {
    first(&format!("{IMAGES}image: x\nfromImage: b<|>\n"), &["base"]);
    first(&format!("{IMAGES}image: x\nfromImage: \"b<|>\n"), &["base"]);
    assert_eq!(inserted("image: a\nfrom: x\n---\nimage: b\nfromImage:<|>\n", "a"), " a");
    first(&format!("{IMAGES}image: x\nfrom: b\nimport:\n- image: a<|>"), &["art"]);
}

#[test]
fn completion_images_templated() {
    let text = "{{ range list \"one\" \"two\" }}\n---\nimage: {{ . }}-x\nfrom: alpine\n{{ end }}\n---\nimage: y\nfromImage: <|>\n";
    first(text, &["one-x", "two-x"]);
}

#[test]
fn completion_images_across_files() {
    let project = "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\nimage: a\nfrom: b\nimport:\n{{ include \"import\" . }}\n---\nimage: tool\nfinal: false\nfrom: x\n\
                   === .werf/i.tmpl\n{{ define \"import\" }}\n- image: <|>\n  add: /a\n  to: /a\n  after: install\n{{ end }}\n";
    first(project, &["tool"]);
}

#[test]
fn completion_images_in_data_file() {
    let project = "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\nimage: tool\nfrom: x\n---\n{{ tpl (.Files.Get \"images.yaml\") . }}\n\
                   === images.yaml\nimage: {{ print \"a\" }}\nfromImage: <|>\n";
    first(project, &["tool"]);
}

#[test]
fn completion_values_plain() {
    first("image: a\nfrom: b\nfinal: <|>\n", &["false", "true"]);
    first("image: a\nfrom: b\nimport:\n- image: x\n  before: <|>\n", &["install", "setup"]);
    first("image: a\nfrom: b\nmount:\n- from: <|>\n", &["tmp_dir", "build_dir"]);
    has(
        "image: a\ndockerfile: D\ndependencies:\n- image: x\n  imports:\n  - type: <|>\n",
        &["ImageName", "ImageDigest"],
        &[],
    );
    has("image: a\ndockerfile: D\nplatform: [<|>]\n", &["linux/amd64"], &[]);
    first("=== werf.yaml\nproject: p\nconfigVersion: <|>\n", &["1"]);
}

#[test]
fn completion_dockerfile_names_plain() {
    let project = |line: &str| {
        format!(
            "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\nimage: a\ncontext: app\ndockerfile: Dockerfile\n{line}\n=== app/Dockerfile\nARG BASE\nFROM x AS builder\nARG VERSION\nFROM y AS final\n"
        )
    };
    first(&project("target: <|>"), &["final", "builder"]);
    has(&project("args:\n  <|>"), &["BASE", "VERSION"], &[]);
    has(&project("args:\n  VERSION: 1\n  <|>"), &["BASE"], &["VERSION"]);
    has(
        &project("dependencies:\n- image: b\n  imports:\n  - type: ImageName\n    targetBuildArg: <|>"),
        &["BASE"],
        &[],
    );
}

struct Listed;

impl Files for Listed {
    fn list(&self, directory: &str) -> Vec<(String, bool)> {
        match directory {
            "" => vec![("app".to_owned(), true), ("Dockerfile".to_owned(), false)],
            "app" => vec![("Dockerfile.dev".to_owned(), false), ("main.go".to_owned(), false)],
            _ => Vec::new(),
        }
    }

    fn read(&self, _path: &str) -> Option<Vec<u8>> {
        None
    }
}

fn with_files(text: &str) -> Vec<String> {
    let around = Around { files: Some(&Listed), ..Around::default() };
    complete(&Fixture::new(text).at(), around).into_iter().map(|one| one.label).collect()
}

#[test]
fn completion_paths_plain() {
    assert_eq!(with_files("image: a\ndockerfile: <|>\n")[..2], ["Dockerfile", "app"]);
    assert_eq!(with_files("image: a\ncontext: app\ndockerfile: <|>\n")[..2], ["Dockerfile.dev", "main.go"]);
    assert_eq!(with_files("image: a\nfrom: b\ngit:\n- add: <|>\n")[..2], ["/", "/app"]);
    assert_eq!(with_files("image: a\nfrom: b\ngit:\n- add: /app/<|>\n")[..2], ["/app/Dockerfile.dev", "/app/main.go"]);
    assert_eq!(
        with_files("image: a\nfrom: b\ngit:\n- add: /app\n  includePaths: [<|>]\n")[..2],
        ["Dockerfile.dev", "main.go"]
    );
    let watched = "image: a\nfrom: b\ngit:\n- add: /app\n  to: /x\n  stageDependencies:\n    install: [<|>]\n";
    assert_eq!(with_files(watched)[..2], ["Dockerfile.dev", "main.go"]);
    assert_eq!(with_files("{{ .Files.Get \"app/<|>\" }}")[..2], ["app/Dockerfile.dev", "app/main.go"]);
    assert_eq!(with_files("{{ .Files.Get \"<|>")[..2], ["app", "Dockerfile"]);
}

#[test]
fn completion_functions_plain() {
    first("{{ inc<|> }}", &["include"]);
    has("{{ .Files | <|> }}", &["quote", "indent", "toYaml"], &["if"]);
    has("{{ <|> }}", &["if", "range", "include", "env"], &["end"]);
    has("{{ if .Env }}\n{{ <|> }}\n", &["end", "else"], &[]);
    first("{{ if .Env }}\n{{ en<|> }}\n", &["end", "env"]);
    let env = candidates("{{ env<|> }}", Dialect::V2).remove(0);
    assert_eq!((env.label.as_str(), env.detail.as_str()), ("env", "env(name any, default… string) string"));
    assert!(!labels_of("{{ requ<|> }}", Dialect::V1_1).contains(&"required".to_owned()));
}

#[test]
fn completion_functions_half_typed() {
    first("a: {{ inc<|>\nb: c\n", &["include"]);
    first("a: {{ env \"X\" | def<|>\nb: c\n", &["default"]);
    first("a: {{ (pri<|>\nb: c\n", &["printf", "print"]);
    assert_eq!(accepted("{{ i<|>", "if"), "{{ if ${1:condition} }}\n$0\n{{- end }}");
}

#[test]
fn completion_variables_plain() {
    first("{{ $name := \"a\" }}{{ $<|> }}", &["$name", "$"]);
    has("{{ $a := 1 }}{{ range $i, $e := list 1 2 }}{{ $<|> }}{{ end }}", &["$a", "$i", "$e"], &[]);
    has("{{ range $i, $e := list 1 2 }}{{ end }}{{ $<|> }}", &["$"], &["$i"]);
    first("{{ $name := \"a\" }}{{ printf \"%s\" $na<|>", &["$name"]);
}

#[test]
fn completion_fields_plain() {
    first("{{ .<|> }}", &["Files", "Env", "Commit"]);
    first("{{ .Files.<|> }}", &["Get", "Glob", "Exists", "IsDir"]);
    first("{{ $.Commit.<|> }}", &["Hash", "Date"]);
    first("{{ .Commit.Date.<|> }}", &["Human", "Unix"]);
    has("{{ $_ := set . \"Base\" \"x\" }}{{ .<|> }}", &["Base", "Files"], &[]);
    has("{{ $_ := set . \"Base\" \"x\" }}{{ get . \"<|>\" }}", &["Base"], &[]);
    let old = labels_of("{{ .<|> }}", Dialect::V1_1);
    assert!(!old.contains(&"Env".to_owned()));
}

#[test]
fn completion_blocks_across_files() {
    let project = |action: &str| {
        format!(
            "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\n{action}\n=== .werf/a.tmpl\n{{{{ define \"shared\" }}}}x{{{{ end }}}}\n"
        )
    };
    first(&project("{{ include \"<|>\" . }}"), &["shared"]);
    first(&project("{{ include \"sh<|>"), &["shared"]);
    first(&project("{{ template \"<|>\" . }}"), &["shared"]);
    first(&project("{{ include <|>"), &["\"shared\""]);
}

#[test]
fn completion_environments_plain() {
    let text = "{{ $a := env \"TOKEN\" \"x\" }}{{ env \"<|>\" }}";
    has(text, &["TOKEN"], &[]);
    first("{{ if eq .Env \"qa\" }}{{ end }}{{ if eq .Env \"<|>\" }}{{ end }}", &["qa"]);
}

#[test]
fn completion_environments_of_giterminism() {
    let project = |action: &str| {
        format!(
            "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\n{action}\n=== werf-giterminism.yaml\ngiterminismConfigVersion: 1\nconfig:\n  goTemplateRendering:\n    allowEnvVariables:\n    - NPM_TOKEN\n    - /CI_.*/\n"
        )
    };
    first(&project("{{ env \"<|>\" }}"), &["NPM_TOKEN"]);
    first(&project("{{ env \"NPM<|>"), &["NPM_TOKEN"]);
    let file = "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\n{{ $a := env \"TOKEN\" }}\n=== werf-giterminism.yaml\ngiterminismConfigVersion: 1\nconfig:\n  goTemplateRendering:\n    allowEnvVariables:\n    - <|>\n";
    first(file, &["TOKEN"]);
}

#[test]
fn completion_values_of_other_documents() {
    let text = "image: a\nfrom: alpine\ngit:\n- add: /\n  to: /srv/app\n  owner: app\n---\nimage: b\nfrom: alpine\ngit:\n- add: /\n  to: /x\n  owner: <|>\n";
    first(text, &["app"]);
    let file = "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\nimage: a\nfrom: b\nmount:\n- fromPath: ~/.cache\n  to: /c\n=== werf-giterminism.yaml\ngiterminismConfigVersion: 1\nconfig:\n  stapel:\n    mount:\n      allowFromPaths:\n      - <|>\n";
    first(file, &["~/.cache"]);
}

#[test]
fn texts_of_several_lines_are_left_alone() {
    for text in ["  - |\n    <|>", "  - |\n    if true; then\n      a: b\n      <|>", "  - >-\n    a\n\n    <|>"] {
        let found = labels(&format!("image: a\nfrom: b\nshell:\n  install:\n{text}\n"));
        assert!(found.is_empty(), "{text}: {found:?}");
    }
}

#[test]
fn completion_functions_in_data_file() {
    let project = "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\n{{ tpl (.Files.Get \"images.yaml\") . }}\n=== images.yaml\nimage: {{ print \"a\" }}\nfrom: {{ inc<|> }}\n";
    first(project, &["include"]);
}

#[test]
fn completion_functions_across_files() {
    let project = "=== werf.yaml\nproject: p\nconfigVersion: 1\n=== .werf/a.tmpl\n{{ define \"a\" }}{{ $x := 1 }}{{ if $x }}{{ <|> }}{{ end }}{{ end }}\n";
    has(project, &["end", "else", "$x", "include"], &["define"]);
}

#[test]
fn completion_variables_half_typed() {
    first("{{ $name := \"a\" }}\na: {{ $na<|>\nb: c\n", &["$name"]);
    first("{{ range $k, $v := .X }}\na: {{ if $<|>\n{{ end }}\n", &["$v", "$k"]);
}

/// A main file that runs a data file as a template, and the data file.
fn data_file(text: &str) -> String {
    format!(
        "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\nimage: base\nfrom: x\n---\n{{{{ tpl (.Files.Get \"d.yaml\") . }}}}\n=== d.yaml\n{text}"
    )
}

/// A main file that calls the template `part`, and the file that defines it with this body.
fn template_file(body: &str) -> String {
    format!(
        "=== werf.yaml\nproject: p\nconfigVersion: 1\n---\nimage: base\nfrom: x\n---\n{{{{ include \"part\" . }}}}\n=== .werf/p.tmpl\n{{{{ define \"part\" }}}}\n{body}{{{{ end }}}}\n"
    )
}

/// A document of the body of a loop.
fn in_loop(lines: &str) -> String {
    format!("{{{{ range $name := list \"a\" \"b\" }}}}\n---\nimage: {{{{ $name }}}}\n{lines}\n{{{{ end }}}}\n")
}

#[test]
fn completion_values_templated() {
    first(&in_loop("from: b\nfinal: <|>"), &["false", "true"]);
    first("image: a\nfrom: b\n{{ if .Env }}\nmount:\n- from: <|>\n{{ end }}\n", &["tmp_dir", "build_dir"]);
}

#[test]
fn completion_values_across_files() {
    first(&template_file("image: a\nfrom: b\nimport:\n- image: base\n  before: <|>\n"), &["install", "setup"]);
}

#[test]
fn completion_values_in_data_file() {
    first(&data_file("image: {{ print \"a\" }}\nfrom: b\nfinal: <|>\n"), &["false", "true"]);
}

#[test]
fn completion_values_half_typed() {
    first("image: a\nfrom: b\nfinal: t<|>\nshell:\n  install: {{ if\n", &["true"]);
    first("image: a\nfrom: b\nmount:\n- from: \"bui<|>\n", &["build_dir"]);
}

#[test]
fn completion_functions_templated() {
    first("{{ range list 1 }}\nimage: a\nfrom: {{ printf \"%s\" . | trimS<|> }}\n{{ end }}\n", &["trimSuffix"]);
}

#[test]
fn completion_variables_templated() {
    first(&in_loop("from: {{ $na<|> }}"), &["$name"]);
    has("{{ with $x := 1 }}image: {{ $<|> }}{{ end }}{{ $y := 1 }}", &["$x", "$"], &["$y"]);
}

#[test]
fn completion_variables_across_files() {
    has(&template_file("{{ $inner := 1 }}image: {{ $<|> }}\nfrom: b\n"), &["$inner", "$"], &["$name"]);
}

#[test]
fn completion_variables_in_data_file() {
    first(&data_file("{{ $inner := 1 }}image: {{ $in<|> }}\nfrom: b\n"), &["$inner"]);
}

#[test]
fn completion_fields_templated() {
    has("{{ range list 1 }}{{ $_ := set $ \"Base\" \"x\" }}image: {{ $.<|> }}{{ end }}\n", &["Base", "Files"], &[]);
}

#[test]
fn completion_fields_across_files() {
    let project = "=== werf.yaml\n{{ include \"part\" (dict \"name\" \"a\") }}\n=== .werf/p.tmpl\n{{ define \"part\" }}image: {{ .<|> }}\nfrom: b\n{{ end }}\n";
    has(project, &["name"], &[]);
}

#[test]
fn completion_fields_in_data_file() {
    has(&data_file("image: {{ .<|> }}\nfrom: b\n"), &["Files", "Env"], &[]);
    let project = "=== werf.yaml\n{{ $_ := set . \"Base\" \"x\" }}{{ tpl (.Files.Get \"d.yaml\") . }}\n=== d.yaml\nimage: a\nfrom: {{ .B<|> }}\n";
    first(project, &["Base"]);
}

#[test]
fn completion_fields_half_typed() {
    first("image: a\nfrom: {{ .Files.G<|>\nshell:\n", &["Get", "Glob"]);
    first("{{ $_ := set . \"Base\" \"x\" }}\nimage: a\nfrom: {{ .Ba<|>\n", &["Base"]);
}

#[test]
fn completion_blocks_plain() {
    first("{{ define \"shared\" }}x{{ end }}\nimage: a\nfrom: {{ include \"<|>\" . }}\n", &["shared"]);
}

#[test]
fn completion_blocks_templated() {
    let text = "{{ define \"shared\" }}x{{ end }}\n{{ range list 1 }}{{ if . }}\nimage: {{ include \"sh<|>\" $ | trim }}\n{{ end }}{{ end }}\n";
    first(text, &["shared"]);
}

#[test]
fn completion_blocks_in_data_file() {
    let project = "=== werf.yaml\n{{ define \"shared\" }}x{{ end }}{{ tpl (.Files.Get \"d.yaml\") . }}\n=== d.yaml\nimage: a\nfrom: {{ include \"<|>\" . }}\n";
    first(project, &["shared"]);
}

#[test]
fn completion_blocks_half_typed() {
    first("{{ define \"shared\" }}x{{ end }}\nimage: a\nfrom: {{ include \"sh<|>\nshell:\n", &["shared"]);
    first("{{ define \"shared\" }}x{{ end }}\n{{ template \"<|>\n", &["shared"]);
}

/// The values of an image that a Dockerfile of the folder `app` builds.
const DOCKERFILE: &str = "=== app/Dockerfile\nARG BASE\nFROM x AS builder\nARG VERSION\nFROM y AS final\n";

#[test]
fn completion_dockerfile_names_templated() {
    let text = in_loop("context: app\ndockerfile: Dockerfile\ntarget: <|>");
    first(&format!("=== werf.yaml\n{text}{DOCKERFILE}"), &["final", "builder"]);
    // The file's name is put together.
    let text = "=== werf.yaml\n{{ $f := \"Dockerfile\" }}image: a\ncontext: {{ \"app\" }}\ndockerfile: {{ $f }}\nargs:\n  <|>\n";
    has(&format!("{text}{DOCKERFILE}"), &["BASE", "VERSION"], &[]);
}

#[test]
fn completion_dockerfile_names_across_files() {
    let text = template_file("image: a\ncontext: app\ndockerfile: Dockerfile\ntarget: <|>\n");
    first(&format!("{text}{DOCKERFILE}"), &["final", "builder"]);
}

#[test]
fn completion_dockerfile_names_in_data_file() {
    let text = data_file("image: {{ print \"a\" }}\ncontext: app\ndockerfile: Dockerfile\ntarget: <|>\n");
    first(&format!("{text}{DOCKERFILE}"), &["final", "builder"]);
}

#[test]
fn completion_dockerfile_names_half_typed() {
    let text = "=== werf.yaml\nimage: a\ncontext: app\ndockerfile: Dockerfile\ntarget: bui<|>\nargs: {{ if\n";
    first(&format!("{text}{DOCKERFILE}"), &["builder"]);
}

#[test]
fn completion_paths_templated() {
    assert_eq!(with_files(&in_loop("context: app\ndockerfile: <|>"))[..2], ["Dockerfile.dev", "main.go"]);
    let text = "{{ $d := \"app\" }}image: a\ncontext: {{ $d }}\ndockerfile: <|>\n";
    assert_eq!(with_files(text)[..2], ["Dockerfile.dev", "main.go"]);
    let text = "{{ range list 1 }}{{ $.Files.Get \"app/<|>\" }}{{ end }}";
    assert_eq!(with_files(text)[..2], ["app/Dockerfile.dev", "app/main.go"]);
}

#[test]
fn completion_paths_across_files() {
    let text = template_file("image: a\nfrom: b\ngit:\n- add: /app/<|>\n  to: /x\n");
    assert_eq!(with_files(&text)[..2], ["/app/Dockerfile.dev", "/app/main.go"]);
}

#[test]
fn completion_paths_in_data_file() {
    let text = data_file("image: {{ print \"a\" }}\ndockerfile: <|>\n");
    assert_eq!(with_files(&text)[..2], ["Dockerfile", "app"]);
}

#[test]
fn completion_paths_half_typed() {
    assert_eq!(with_files("image: a\ndockerfile: app/D<|>\nargs: {{ if\n")[..1], ["app/Dockerfile.dev"]);
    assert_eq!(with_files("image: a\nfrom: b\ngit:\n- add: \"/app/m<|>\n")[..1], ["/app/main.go"]);
    assert_eq!(with_files("image: a\nfrom: {{ .Files.Get \"app/m<|>\nshell:\n")[..1], ["app/main.go"]);
}

#[test]
fn completion_environments_templated() {
    first("{{ $_ := env \"TOKEN\" \"x\" }}{{ range list 1 }}{{ if env \"<|>\" }}{{ end }}{{ end }}", &["TOKEN"]);
}

#[test]
fn completion_environments_across_files() {
    let text = template_file("{{ if eq .Env \"<|>\" }}{{ end }}image: a\nfrom: {{ env \"TOKEN\" \"x\" }}\n");
    first(&text.replace("include \"part\" .", "if eq .Env \"qa\" }}{{ include \"part\" . }}{{ end"), &["qa"]);
    let other = "=== werf.yaml\n{{ $_ := env \"TOKEN\" \"x\" }}{{ include \"part\" . }}\n=== .werf/p.tmpl\n{{ define \"part\" }}{{ env \"<|>\" }}{{ end }}\n";
    first(other, &["TOKEN"]);
}

#[test]
fn completion_environments_in_data_file() {
    let text = "=== werf.yaml\n{{ $_ := env \"TOKEN\" \"x\" }}{{ tpl (.Files.Get \"d.yaml\") . }}\n=== d.yaml\nimage: a\nfrom: {{ env \"<|>\" }}\n";
    first(text, &["TOKEN"]);
}

#[test]
fn completion_environments_half_typed() {
    first("{{ $a := env \"TOKEN\" \"x\" }}\nimage: a\nfrom: {{ env \"TO<|>\nshell:\n", &["TOKEN"]);
    first("{{ if eq .Env \"qa\" }}{{ end }}\n{{ if eq .Env \"<|>\n", &["qa"]);
}

#[test]
fn completion_documents_templated() {
    has("{{ if .Env }}\nimage: a\nfrom: b\n{{ end }}\n<|>", &["new image"], &[]);
    has("{{ range list 1 2 }}\n---\n<|>\n{{ end }}\n", &["new image", "new Dockerfile image"], &[]);
}

#[test]
fn completion_documents_across_files() {
    has(&template_file("image: a\nfrom: b\n---\n<|>\n"), &["new image"], &["new meta section"]);
}

#[test]
fn completion_documents_in_data_file() {
    has(&data_file("image: {{ print \"a\" }}\nfrom: b\n---\n<|>\n"), &["new image"], &["new meta section"]);
}

#[test]
fn completion_documents_half_typed() {
    has("image: a\nfrom: b\nshell: {{ if\n---\nne<|>", &["new image"], &[]);
    has("image: a\nfrom: b\nne<|>", &["new image"], &[]);
}

#[test]
fn any_offset_of_any_text() {
    let texts = [
        "",
        "\n",
        "---",
        "image: {{",
        "{{ \"",
        "image: [a, {b: c",
        "- - - a: {b",
        "a:\n - {{- if\n  b: \"",
        "\u{feff}ä: ö\n  ü: {{ \"é\n",
        "image: a\r\nfrom: b\r\n",
    ];
    for text in texts {
        for dialect in [Dialect::V1_1, Dialect::V3] {
            for offset in 0..=text.len() {
                if text.is_char_boundary(offset) {
                    let marked = format!("=== werf.yaml\n{}<|>{}", &text[..offset], &text[offset..]);
                    let _ = candidates(&marked, dialect);
                }
            }
        }
    }
}
