//! Hover: text with a cursor mark -> what is said.

#[path = "support/fixture.rs"]
mod fixture;

use fixture::Fixture;
use werfkit::dialect::Dialect;
use werfkit::ide::hover::hover;

/// The bytes that are hovered and the words, in the environment `production` with `SET=here` and `API_TOKEN=hush`.
fn said(text: &str) -> (String, String) {
    let fixture = Fixture::with(text, Dialect::V2, |request| {
        request.env = Some("production".to_owned());
        request.environ.insert("SET".to_owned(), "here".to_owned());
        request.environ.insert("API_TOKEN".to_owned(), "hush".to_owned());
        if text.contains("dockerfile:") {
            commit(&request.path);
        }
    });
    let at = fixture.at();
    let Some(found) = hover(&at) else { return (String::new(), String::new()) };
    let bytes = String::from_utf8_lossy(&at.text()[found.span.range()]).into_owned();
    assert!(!found.markdown.contains("hush"), "{}", found.markdown);
    (bytes, found.markdown)
}

/// What the project's files say is asked only of a project that loads, and that needs a commit.
fn commit(folder: &std::path::Path) {
    for arguments in [&["init", "-q"][..], &["add", "-A"], &["commit", "-q", "-m", "all"]] {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
        let status = std::process::Command::new("git").args(identity).args(arguments).current_dir(folder).status();
        assert!(status.is_ok_and(|status| status.success()));
    }
}

#[track_caller]
fn says(text: &str, bytes: &str, words: &[&str]) {
    let (found, markdown) = said(text);
    assert_eq!(found, bytes, "{markdown}");
    for word in words {
        assert!(markdown.contains(word), "{word:?} in:\n{markdown}");
    }
}

#[track_caller]
fn says_not(text: &str, words: &[&str]) {
    let (_, markdown) = said(text);
    for word in words {
        assert!(!markdown.contains(word), "{word:?} in:\n{markdown}");
    }
}

const IMAGES: &str = "image: base\nfrom: alpine:3\nfinal: false\n---\nimage: app\nfrom: base\n---\nimage: web\nfrom: nginx:1\nimport:\n- image: app\n  add: /a\n  to: /b\n  after: install\n";

#[test]
fn hover_plain() {
    says("image: a\n<|>from: alpine:3\n", "from", &["**`from`**", "- Value: "]);
    says("image: a\nfrom: alpine:3\nshell:\n  in<|>stall:\n  - ls\n", "install", &["in `shell`"]);
    says("artif<|>act: a\nfrom: alpine:3\n", "artifact", &["Deprecated", "`final: false`"]);
    says("image: a\nfrom: alpine:3\nasLa<|>yers: true\n", "asLayers", &["werf 1.1"]);
    says(
        &IMAGES.replace("image: base", "image: ba<|>se"),
        "base",
        &["not final", "`alpine:3`", "Used by 1 image: `app`"],
    );
    says(&IMAGES.replace("from: base", "from: <|>base"), "base", &["**`base`**", "defined at `werf.yaml:4`"]);
    says(&IMAGES.replace("- image: app", "- image: ap<|>p"), "app", &["Base: `base` ← `alpine:3`", "`web`"]);
    says(&IMAGES.replace("image: web", "image: we<|>b"), "web", &["Imports from: `app`", "Used by no other image"]);
    says(&IMAGES.replace("nginx:1", "ngi<|>nx:1"), "nginx:1", &["an image of a registry"]);
    says("image: a\nfrom: b\n---\nimage: <|>b\nfrom: a\n", "b", &["cycle**: `b` → `a` → `b`"]);
    says("image: a\nfrom: alpine:3\ngit:\n- add: /\n  to: <|>/x\n", "/x", &["`to` in `git[]`"]);
    assert_eq!(said("image: a\nfrom: alpine:3\nshell:\n  install:\n  - l<|>s\n").0, "ls");
    assert_eq!(said("<|>").0, "");
}

#[test]
fn hover_plain_files_beside() {
    says(
        "=== werf.yaml\n=== werf-giterminism.yaml\ngiterminismConfigVersion: 1\nconfig:\n  allowUncommi<|>tted: true\n",
        "allowUncommitted",
        &["in `config`"],
    );
}

#[test]
fn hover_dockerfile() {
    let project = |text: &str| {
        format!("=== werf.yaml\n{text}=== docker/Dockerfile\nARG V\nFROM alpine:3 AS one\nFROM one AS two\n")
    };
    says(
        &project("image: a\ndockerfile: docker/Docker<|>file\n"),
        "docker/Dockerfile",
        &["Stages: `one`, `two`", "Arguments: `V`"],
    );
    says(
        &project("image: a\ndockerfile: Dockerfile\ncontext: docker\ntarget: t<|>wo\n"),
        "two",
        &["Stages: `one`, `two`"],
    );
    says(&project("image: a\ndockerfile: Dockerfile\ncontext: doc<|>ker\n"), "docker", &["The directory `docker`"]);
    says("image: a\ndockerfile: Nothing<|>Here\n", "NothingHere", &["is not there"]);
}

#[test]
fn hover_templated() {
    says(
        "image: a\nfrom: alpine:{{ .E<|>nv }}\n",
        ".Env",
        &["`--env`", "Value: `production`", "Renders to `production`"],
    );
    says("image: a\nfrom: alpine:<|>{{ .Env }}\n", "{{ .Env }}", &["Renders to `production`"]);
    says("image: a\nfrom: al<|>pine:{{ .Env }}\n", "alpine:{{ .Env }}", &["Renders to `alpine:production`"]);
    says("image: a\nfrom: alpine:{{ env \"S<|>ET\" }}\n", "\"SET\"", &["set here", "Renders to `here`"]);
    says(
        "image: a\nfrom: alpine:{{ env \"N<|>O\" \"x\" }}\n",
        "\"NO\"",
        &["the default `x` is used", "Renders to `x`"],
    );
    says("image: a\nfrom: alpine:{{ env \"N<|>O\" }}\n", "\"NO\"", &["without a default", "an empty text"]);
    says("image: a\nfrom: alpine:{{ tru<|>nc 3 .Env }}\n", "trunc", &["trunc(", "Renders to `pro`"]);
    says(
        "{{ $v := \"3\" }}image: a\nfrom: alpine:{{ $<|>v }}\n",
        "$v",
        &["declared at `werf.yaml:4`", "Last value: `3`", "Renders to `3`"],
    );
    says("{{ $v := 1 }}{{ $v = 2 }}{{ $<|>v }}", "$v", &["Last value: `2`", "given at"]);
    says(
        "{{- $_ := set . \"tag\" \"3.1\" }}image: a\nfrom: alpine:{{ .ta<|>g }}\n",
        ".tag",
        &["stored by `set`", "Value: `3.1`"],
    );
    says(
        "{{ range $k, $v := dict \"a\" 1 \"b\" 2 }}\nimage: {{ $<|>k }}\nfrom: alpine:3\n---\n{{ end }}",
        "$k",
        &["2 values", "in iteration `a`"],
    );
    says(
        "image: a\nfrom: alpine:3\n{{ i<|>f eq .Env \"production\" }}\n{{ end }}",
        "if",
        &["The condition holds here"],
    );
    says(
        "image: a\nfrom: alpine:3\n{{ if eq .Env \"x\" }}\n{{ el<|>se }}\n{{ end }}",
        "else",
        &["Otherwise", "does not hold"],
    );
    says("image: a\nfrom: alpine:3\n{{ range list 1 2 3 }}\n{{ e<|>nd }}", "end", &["Closes", "range list 1 2 3"]);
    says("image: a\nfrom: alpine:3\n{{ ra<|>nge list \"x\" \"y\" }}\n{{ end }}", "range", &["2 turns: `x`, `y`"]);
    says(
        "{{ define \"t\" }}{{ end }}image: a\nfrom: alpine:3{{ include \"<|>t\" . }}\n",
        "\"t\"",
        &["a template defined at", "Called 1 time"],
    );
}

#[test]
fn hover_secrets() {
    says("image: a\nfrom: alpine:{{ env \"API_<|>TOKEN\" }}\n", "\"API_TOKEN\"", &["set here", "not shown"]);
    says("image: a\nfrom: alpine:{{ <|>env \"API_TOKEN\" | b64enc }}\n", "env", &["not shown"]);
    says("{{ $t := env \"API_TOKEN\" }}image: a\nfrom: alpine:{{ $<|>t }}\n", "$t", &["not shown"]);
    says("{{ $t := env \"API_TOKEN\" }}image: a\nfrom: alp<|>ine:{{ $t }}\n", "alpine:{{ $t }}", &["not shown"]);
    says_not("{{ $t := env \"API_TOKEN\" | b64enc }}image: a\nfrom: alpine:{{ $<|>t }}\n", &["aHVzaA"]);
    says_not("{{ $_ := set . \"t\" (env \"API_TOKEN\") }}image: a\nfrom: alpine:{{ .<|>t }}\n", &["`hush`"]);
}

#[test]
fn hover_across_files() {
    let project = |main: &str, template: &str| format!("=== werf.yaml\n{main}\n=== .werf/x.tmpl\n{template}\n");
    let template = "{{ define \"base\" }}alpine:{{ .E<|>nv }}{{ end }}";
    says(
        &project("image: a\nfrom: {{ include \"base\" . }}", template),
        ".Env",
        &["Renders to `production`", "`base` is included here: `werf.yaml:5`"],
    );
    says(
        &project("image: a\nfrom: {{ include \"b<|>ase\" . }}", &template.replace("<|>", "")),
        "\"base\"",
        &["`.werf/x.tmpl:1`", "Renders to `alpine:production`"],
    );
    says(&project("{{ include \"x.tmpl\" . }}", "image: a\nfro<|>m: alpine:3"), "from", &["**`from`**"]);
    says(
        &project("{{ include \"x.t<|>mpl\" . }}", "image: a\nfrom: alpine:3"),
        "\"x.tmpl\"",
        &["the template of the file `.werf/x.tmpl`"],
    );
    says(
        &project("image: a\nfrom: alpine:3\n---\n{{ include \"x.tmpl\" . }}", "image: b\nfrom: <|>a"),
        "a",
        &["defined at `werf.yaml:4`"],
    );
    says(
        &project(
            "image: a\nfrom: alpine:3\nshell:\n  install:\n{{ include \"x.tmpl\" . | indent 2 }}",
            "- echo {{ .E<|>nv }} x",
        ),
        ".Env",
        &["Renders to `production`"],
    );
}

#[test]
fn hover_in_data_file() {
    let project =
        |data: &str| format!("=== werf.yaml\n{{{{ tpl (.Files.Get \"data.yaml\") . }}}}\n=== data.yaml\n{data}\n");
    says(&project("image: a\nfr<|>om: alpine:{{ .Env }}"), "from", &["**`from`**"]);
    says(
        &project("image: a\nfrom: alpine:{{ .<|>Env }}"),
        ".Env",
        &["Renders to `production`", "rendered by `tpl` here"],
    );
    let main = "=== werf.yaml\n{{ tpl (.Files.Get \"da<|>ta.yaml\") . }}\n=== data.yaml\nimage: a\nfrom: alpine:3\n";
    says(main, "\"data.yaml\"", &["a file of 24 bytes"]);
}

#[test]
fn hover_half_typed() {
    says("image: a\nfrom: alpine:3\n{{ tru<|>nc", "trunc", &["trunc("]);
    says("image: a\nfrom: alpine:{{ env \"S<|>ET\n", "\"SET", &["environment variable"]);
    says("{{ $v := \"3\" }}image: a\nfrom: alpine:3\n{{ if $<|>v\nshell:\n", "$v", &["Last value: `3`"]);
    says("image: a\nfrom: alpine:3\nfin<|>al:\n{{ if \n", "final", &["**`final`**"]);
    says("image: a\nfrom: alpine:3\n{{ nosu<|>ch 1 }}\n", "nosuch", &["no function of werf 2"]);
    for text in [
        "{{<|>",
        "{{ <|>",
        "<|>{{",
        "{{ \"<|>",
        "a: {{ $<|>",
        "}}<|>",
        "{{ .<|> }}",
        "{{/* <|> */}}",
        "image: <|>\n",
        "\u{feff}<|>image: a",
    ] {
        let _ = said(text);
    }
}
