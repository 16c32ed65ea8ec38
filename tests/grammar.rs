//! The table of directives and the decoder that walks by it, held together: every directive of every dialect, written out with a
//! value of its type, is accepted, arrives in the typed document, and is unknown in the dialects that lack it.

#[path = "support/git_fixture.rs"]
mod git_fixture;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use git_fixture::{Entry, Repository};
use werfkit::analysis::{Request, Verdict};
use werfkit::check::{self, Linted};
use werfkit::diagnostic::Severity;
use werfkit::dialect::Dialect;
use werfkit::grammar::{Directive, FileKind, Section, UnknownKeys, ValueType, explain_unknown, schema, sections};
use werfkit::limits::Limits;
use werfkit::model;

/// Writes all directives of a section that the filter lets through. Numbers mark the values, so that each can be found again.
struct Writer<'a> {
    wanted: &'a dyn Fn(Section, &Directive) -> bool,
    text: String,
    next: u32,
    markers: Vec<String>,
    /// Directives whose value is a presence rather than a section.
    fields: usize,
}

impl Writer<'_> {
    fn marker(&mut self) -> String {
        self.next += 1;
        let marker = format!("marker{}x", self.next);
        self.markers.push(marker.clone());
        marker
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn section(&mut self, section: Section, indent: usize) {
        for directive in section.directives() {
            if !(self.wanted)(section, directive) || ["configVersion", "project"].contains(&directive.key) {
                continue;
            }
            let key = directive.key;
            match directive.value {
                ValueType::ImageName => {
                    let marker = self.marker();
                    self.line(indent, &format!("{key}: {marker}"));
                }
                ValueType::Str | ValueType::OptStr | ValueType::StrOrList => {
                    self.fields += 1;
                    let allowed = directive.allowed.first().map(|value| (*value).to_owned());
                    let value = allowed.unwrap_or_else(|| self.marker());
                    self.line(indent, &format!("{key}: {value}"));
                }
                ValueType::Bool | ValueType::OptBool => {
                    self.fields += 1;
                    self.line(indent, &format!("{key}: true"));
                }
                ValueType::OptInt | ValueType::OptUInt => {
                    self.fields += 1;
                    self.line(indent, &format!("{key}: 7"));
                }
                ValueType::OptDuration => {
                    self.fields += 1;
                    self.line(indent, &format!("{key}: 1h"));
                }
                ValueType::StrList => {
                    self.fields += 1;
                    let marker = self.marker();
                    self.line(indent, &format!("{key}: [{marker}]"));
                }
                ValueType::StrMap => {
                    self.fields += 1;
                    let marker = self.marker();
                    self.line(indent, &format!("{key}: {{a: {marker}}}"));
                }
                ValueType::AnyMap => {
                    self.fields += 1;
                    let marker = self.marker();
                    self.line(indent, &format!("{key}: {{{marker}: [1]}}"));
                }
                ValueType::Object(below) => {
                    self.line(indent, &format!("{key}:"));
                    self.section(below, indent + 2);
                }
                ValueType::Objects(Section::Task) => {
                    self.fields += 1;
                    self.line(indent, &format!("{key}:"));
                    self.line(indent, "- command: make");
                }
                ValueType::Objects(below) => {
                    self.fields += 1;
                    self.line(indent, &format!("{key}:"));
                    self.line(indent, "- ");
                    self.section(below, indent + 2);
                }
            }
        }
    }
}

fn heads(section: Section) -> &'static str {
    match section {
        Section::Meta => "configVersion: 1\nproject: p\n",
        _ => "",
    }
}

/// Leaves out what excludes another directive.
fn compatible(section: Section, key: &str) -> bool {
    !matches!(
        (section, key),
        (Section::StapelImage, "artifact")
            | (Section::References, "tag")
            | (Section::Secret, "src" | "value")
            | (Section::Import | Section::Dependency, "image")
    )
}

#[test]
fn every_directive_arrives_in_its_document() {
    for dialect in Dialect::ALL {
        for section in [Section::Meta, Section::DockerfileImage, Section::StapelImage] {
            let wanted = |section: Section, directive: &Directive| {
                directive.dialects.contains(dialect) && compatible(section, directive.key)
            };
            let mut writer =
                Writer { wanted: &wanted, text: heads(section).to_owned(), next: 0, markers: Vec::new(), fields: 0 };
            writer.section(section, 0);
            let decoded = model::decode(writer.text.as_bytes(), dialect, &Limits::default());
            let fatal: Vec<_> = decoded.findings.iter().filter(|finding| finding.fatal).collect();
            assert!(fatal.is_empty(), "{dialect} {section:?}\n{}\n{fatal:#?}", writer.text);
            assert_eq!(decoded.documents.len(), 1, "{dialect} {section:?}\n{}", writer.text);
            let shown = format!("{:?}", decoded.documents);
            for marker in &writer.markers {
                assert!(shown.contains(marker), "{dialect} {section:?} lost {marker}\n{}", writer.text);
            }
            let heads = if section == Section::Meta { 2 } else { 0 };
            let given = shown.matches("presence: Given").count();
            assert_eq!(given, writer.fields + heads, "{dialect} {section:?}\n{}\n{shown}", writer.text);
        }
    }
}

#[test]
fn a_directive_is_unknown_where_its_dialect_lacks_it() {
    for dialect in Dialect::ALL {
        for section in [Section::Meta, Section::DockerfileImage, Section::StapelImage] {
            for directive in section.directives().filter(|directive| !directive.dialects.contains(dialect)) {
                let head = match section {
                    Section::Meta => "configVersion: 1\nproject: p\n",
                    Section::DockerfileImage => "image: a\ndockerfile: D\n",
                    _ => "image: a\n",
                };
                let text = format!("{head}{}: x\n", directive.key);
                let decoded = model::decode(text.as_bytes(), dialect, &Limits::default());
                let first = decoded.findings.first().map(|finding| finding.rule.0);
                assert_eq!(first, Some("unknown-field"), "{dialect} {}", directive.key);
            }
        }
    }
}

/// The presence of every directive of werf.yaml (spec `werf-2-config.md` §2.2, `werf-1.1-config.md` §6): section, keys, dialects.
const PRESENCE: &[(Section, &str, &[Dialect])] = {
    use Dialect::{V1_1, V1_2, V2, V3};
    const ALL: &[Dialect] = &[V1_1, V1_2, V2, V3];
    const SINCE_1_2: &[Dialect] = &[V1_2, V2, V3];
    const SINCE_2: &[Dialect] = &[V2, V3];
    const UNTIL_2: &[Dialect] = &[V1_1, V1_2, V2];
    &[
        (Section::Meta, "configVersion project deploy cleanup", ALL),
        (Section::Meta, "build gitWorktree", SINCE_1_2),
        (Section::Build, "platform", SINCE_1_2),
        (Section::Build, "staged imageSpec cacheVersion", SINCE_2),
        (Section::Build, "sbom", &[]),
        (Section::BuildImageSpec, "author clearHistory config", SINCE_2),
        (Section::BuildImageSpecConfig, "labels removeLabels clearWerfLabels keepEssentialWerfLabels", SINCE_2),
        (Section::Deploy, "helmRelease helmReleaseSlug namespace namespaceSlug", ALL),
        (Section::Deploy, "helmChartDir", SINCE_1_2),
        (Section::Deploy, "helmChartConfig", SINCE_2),
        (Section::HelmChartConfig, "appVersion", SINCE_2),
        (Section::Cleanup, "keepPolicies", ALL),
        (
            Section::Cleanup,
            "disableKubernetesBasedPolicy disableGitHistoryBasedPolicy disableBuiltWithinLastNHoursPolicy \
             keepImagesBuiltWithinLastNHours",
            SINCE_1_2,
        ),
        (Section::Cleanup, "disable", SINCE_2),
        (Section::KeepPolicy, "references imagesPerReference", ALL),
        (Section::References, "branch tag limit", ALL),
        (Section::Limit, "last in operator", ALL),
        (Section::ImagesPerReference, "last in operator", ALL),
        (Section::GitWorktree, "forceShallowClone allowUnshallow allowFetchOriginBranchesAndTags", SINCE_1_2),
        (Section::DockerfileImage, "image dockerfile context target args addHost network ssh", ALL),
        (Section::DockerfileImage, "contextAddFile contextAddFiles dependencies staged platform final", SINCE_1_2),
        (Section::DockerfileImage, "secrets imageSpec cacheVersion", SINCE_2),
        (Section::DockerfileImage, "sbom", &[]),
        (Section::StapelImage, "image from fromLatest fromCacheVersion fromImage git shell mount import", ALL),
        (Section::StapelImage, "artifact ansible docker", UNTIL_2),
        (
            Section::StapelImage,
            "fromImageArtifact herebyIAdmitThatFromLatestMightBreakReproducibility asLayers",
            &[V1_1],
        ),
        (Section::StapelImage, "fromArtifact disableGitAfterPatch", &[V1_2, V2]),
        (Section::StapelImage, "final platform dependencies", SINCE_1_2),
        (Section::StapelImage, "cacheVersion network secrets imageSpec", SINCE_2),
        (Section::StapelImage, "sbom", &[]),
        (Section::Git, "add to includePaths excludePaths owner group url branch tag commit stageDependencies", ALL),
        (Section::Git, "herebyIAdmitThatBranchMightBreakReproducibility", &[V1_1]),
        (Section::Git, "basicAuth", SINCE_2),
        (Section::BasicAuth, "username password", SINCE_2),
        (Section::Password, "env src value", SINCE_2),
        (Section::StageDependencies, "install beforeSetup setup", ALL),
        (Section::Shell, "beforeInstall install beforeSetup setup", ALL),
        (Section::Ansible, "beforeInstall install beforeSetup setup", UNTIL_2),
        (
            Section::Shell,
            "cacheVersion beforeInstallCacheVersion installCacheVersion beforeSetupCacheVersion setupCacheVersion",
            ALL,
        ),
        (
            Section::Ansible,
            "cacheVersion beforeInstallCacheVersion installCacheVersion beforeSetupCacheVersion setupCacheVersion",
            UNTIL_2,
        ),
        (Section::Task, "block rescue always", UNTIL_2),
        (Section::Mount, "to from fromPath", ALL),
        (Section::Docker, "VOLUME EXPOSE ENV LABEL CMD ENTRYPOINT WORKDIR USER HEALTHCHECK", UNTIL_2),
        (Section::Docker, "exactValues", &[V1_2, V2]),
        (Section::Import, "image before after add to includePaths excludePaths owner group", ALL),
        (Section::Import, "from", SINCE_2),
        (Section::Import, "artifact stage", UNTIL_2),
        (Section::Dependency, "image before after imports", SINCE_1_2),
        (Section::Dependency, "from", &[V3]),
        (Section::DependencyImport, "type targetEnv targetBuildArg", SINCE_1_2),
        (Section::Secret, "id env src value", SINCE_2),
        (Section::ImageSpec, "author clearHistory config", SINCE_2),
        (
            Section::ImageSpecConfig,
            "labels removeLabels clearWerfLabels keepEssentialWerfLabels removeEnv removeVolumes env volumes expose cmd \
             entrypoint user workingDir stopSignal clearCmd clearEntrypoint clearUser clearWorkingDir healthcheck",
            SINCE_2,
        ),
        (Section::Healthcheck, "test interval timeout startperiod retries", SINCE_2),
    ]
};

#[test]
fn the_table_is_the_matrix_of_the_reference() {
    let mut wanted: BTreeMap<(Section, &str), Vec<Dialect>> = BTreeMap::new();
    for (section, keys, dialects) in PRESENCE {
        for key in keys.split_whitespace() {
            assert!(wanted.insert((*section, key), dialects.to_vec()).is_none(), "{section:?} {key} twice");
        }
    }
    let rows: BTreeMap<(Section, &str), Vec<Dialect>> = sections()
        .iter()
        .filter(|info| info.section.file() == FileKind::Werf)
        .flat_map(|info| {
            info.section.directives().map(move |row| ((info.section, row.key), row.dialects.iter().collect()))
        })
        .collect();
    for (place, dialects) in &rows {
        assert_eq!(Some(dialects), wanted.get(place), "{place:?}");
    }
    assert_eq!(rows.len(), wanted.len());
}

#[test]
fn every_row_has_its_words() {
    let mut rows = 0;
    for info in sections() {
        for row in info.section.directives() {
            let name = format!("{} {}", info.path, row.key);
            rows += 1;
            assert!(!row.meaning.is_empty() && !row.example.is_empty(), "{name}");
            assert!(!row.meaning.ends_with(['.', ' ', ',']) && !row.meaning.starts_with(' '), "{name}");
            assert!(!row.meaning.contains('\n') && row.meaning.len() <= 120, "{name}");
            // A phrase, not a sentence: what begins with a capital is an abbreviation.
            let capitals = row.meaning.chars().take_while(|c| c.is_uppercase()).count();
            assert_ne!(capitals, 1, "{name}");
            assert!(schema::value_of(row.example.as_bytes(), &Limits::default()).is_some(), "{name}");
            assert!(row.replacement != row.key, "{name}");
            assert!(row.allowed.is_empty() || row.allowed.contains(&row.example), "{name}: {}", row.example);
        }
    }
    println!("{rows} directives");
}

/// Where a section stands: the lines above it, how far it is indented, and the keys that it needs besides the one in question.
struct Frame {
    above: &'static str,
    indent: usize,
    companions: Vec<(&'static str, &'static str)>,
}

fn frame(section: Section, key: &str, dialect: Dialect) -> Frame {
    const REMOTE: (&str, &str) = ("url", "https://example.org/tool.git");
    const ADMIT: (&str, &str) = ("herebyIAdmitThatBranchMightBreakReproducibility", "true");
    let old = dialect == Dialect::V1_1;
    let is = |keys: &[&str]| keys.contains(&key);
    let mut companions: Vec<(&str, &str)> = Vec::new();
    let (above, indent) = match section {
        Section::Meta => {
            companions = vec![("configVersion", "1"), ("project", "p")];
            ("", 0)
        }
        Section::Build => ("configVersion: 1\nproject: p\nbuild:\n", 2),
        Section::BuildImageSpec => ("configVersion: 1\nproject: p\nbuild:\n  imageSpec:\n", 4),
        Section::BuildImageSpecConfig => ("configVersion: 1\nproject: p\nbuild:\n  imageSpec:\n    config:\n", 6),
        Section::Deploy => ("configVersion: 1\nproject: p\ndeploy:\n", 2),
        Section::HelmChartConfig => ("configVersion: 1\nproject: p\ndeploy:\n  helmChartConfig:\n", 4),
        Section::Cleanup => ("configVersion: 1\nproject: p\ncleanup:\n", 2),
        Section::KeepPolicy => {
            companions = vec![("references", "{branch: main}")];
            ("configVersion: 1\nproject: p\ncleanup:\n  keepPolicies:\n  -\n", 4)
        }
        Section::References => {
            companions = if is(&["tag"]) { vec![] } else { vec![("branch", "main")] };
            ("configVersion: 1\nproject: p\ncleanup:\n  keepPolicies:\n  - references:\n", 6)
        }
        Section::Limit => (
            "configVersion: 1\nproject: p\ncleanup:\n  keepPolicies:\n  - references:\n      branch: main\n      limit:\n",
            8,
        ),
        Section::ImagesPerReference => (
            "configVersion: 1\nproject: p\ncleanup:\n  keepPolicies:\n  - references: {branch: main}\n    imagesPerReference:\n",
            6,
        ),
        Section::GitWorktree => ("configVersion: 1\nproject: p\ngitWorktree:\n", 2),
        Section::DockerfileImage => {
            companions = vec![("image", "app"), ("dockerfile", "Dockerfile")];
            ("", 0)
        }
        Section::StapelImage => {
            let is_artifact = key == "artifact" && dialect != Dialect::V3;
            companions.extend((!is_artifact).then_some(("image", "app")));
            let is_based = is(&["fromImage", "fromImageArtifact", "fromArtifact"]);
            companions.extend((!is_based).then_some(("from", "alpine:3.20")));
            let admit = ("herebyIAdmitThatFromLatestMightBreakReproducibility", "true");
            companions.extend((old && key == "fromLatest").then_some(admit));
            // In 1.1 each command becomes a layer: without commands there is none.
            companions.extend(is(&["git", "asLayers"]).then_some(("shell", "{install: make}")));
            ("", 0)
        }
        Section::Git => {
            companions = vec![("to", "/app")];
            companions.extend(is(&["tag", "branch", "commit", "basicAuth"]).then_some(REMOTE));
            companions.extend((old && is(&["url", "branch"])).then_some(ADMIT));
            ("image: app\nfrom: alpine:3.20\nshell: {install: make, setup: make}\ngit:\n-\n", 2)
        }
        Section::BasicAuth => (
            "image: app\nfrom: alpine:3.20\ngit:\n- url: https://example.org/tool.git\n  tag: v1\n  to: /app\n  basicAuth:\n",
            4,
        ),
        Section::Password => (
            "image: app\nfrom: alpine:3.20\ngit:\n- url: https://example.org/tool.git\n  tag: v1\n  to: /app\n  basicAuth:\n    username: ci\n    password:\n",
            6,
        ),
        Section::StageDependencies => (
            "image: app\nfrom: alpine:3.20\nshell: {install: make, beforeSetup: make, setup: make}\ngit:\n- to: /app\n  stageDependencies:\n",
            4,
        ),
        Section::Shell => ("image: app\nfrom: alpine:3.20\nshell:\n", 2),
        Section::Ansible => ("image: app\nfrom: alpine:3.20\nansible:\n", 2),
        Section::Task => ("image: app\nfrom: alpine:3.20\nansible:\n  install:\n  -\n", 4),
        Section::Mount => {
            companions = vec![("to", "/cache")];
            companions.extend((!is(&["fromPath"])).then_some(("from", "tmp_dir")));
            ("image: app\nfrom: alpine:3.20\nmount:\n-\n", 2)
        }
        Section::Docker => ("image: app\nfrom: alpine:3.20\ndocker:\n", 2),
        Section::Import => {
            companions = vec![("add", "/srv")];
            companions.extend((!is(&["before"])).then_some(("after", "install")));
            let has_source = is(&["from", "artifact"]) && section.directive(key, dialect).is_some();
            companions.extend((!has_source).then_some(("image", "base")));
            ("image: app\nfrom: alpine:3.20\nimport:\n-\n", 2)
        }
        Section::Dependency => {
            companions.extend((!is(&["after"])).then_some(("before", "setup")));
            companions.extend((key != "from" || dialect != Dialect::V3).then_some(("image", "base")));
            ("image: app\nfrom: alpine:3.20\ndependencies:\n-\n", 2)
        }
        Section::DependencyImport if key == "targetBuildArg" => {
            companions = vec![("type", "ImageName")];
            ("image: app\ndockerfile: Dockerfile\ndependencies:\n- image: base\n  imports:\n  -\n", 4)
        }
        Section::DependencyImport => {
            companions = vec![("type", "ImageName"), ("targetEnv", "BASE")];
            ("image: app\nfrom: alpine:3.20\ndependencies:\n- image: base\n  before: setup\n  imports:\n  -\n", 4)
        }
        Section::Secret => {
            companions.extend((!is(&["src", "value"])).then_some(("env", "TOKEN")));
            companions.extend((key == "value").then_some(("id", "token")));
            ("image: app\nfrom: alpine:3.20\nsecrets:\n-\n", 2)
        }
        Section::ImageSpec => ("image: app\nfrom: alpine:3.20\nimageSpec:\n", 2),
        Section::ImageSpecConfig => ("image: app\nfrom: alpine:3.20\nimageSpec:\n  config:\n", 4),
        Section::Healthcheck => ("image: app\nfrom: alpine:3.20\nimageSpec:\n  config:\n    healthcheck:\n", 6),
        Section::Giterminism => {
            companions = vec![("giterminismConfigVersion", "1")];
            ("", 0)
        }
        Section::GiterminismCli => ("giterminismConfigVersion: 1\ncli:\n", 2),
        Section::GiterminismConfig => ("giterminismConfigVersion: 1\nconfig:\n", 2),
        Section::GiterminismTemplates => ("giterminismConfigVersion: 1\nconfig:\n  goTemplateRendering:\n", 4),
        Section::GiterminismSecrets => ("giterminismConfigVersion: 1\nconfig:\n  secrets:\n", 4),
        Section::GiterminismStapel => ("giterminismConfigVersion: 1\nconfig:\n  stapel:\n", 4),
        Section::GiterminismGit => ("giterminismConfigVersion: 1\nconfig:\n  stapel:\n    git:\n", 6),
        Section::GiterminismMount => ("giterminismConfigVersion: 1\nconfig:\n  stapel:\n    mount:\n", 6),
        Section::GiterminismDockerfile => ("giterminismConfigVersion: 1\nconfig:\n  dockerfile:\n", 4),
        Section::GiterminismHelm => ("giterminismConfigVersion: 1\nhelm:\n", 2),
        Section::GiterminismIncludes => ("giterminismConfigVersion: 1\nincludes:\n", 2),
        Section::Includes => ("", 0),
        Section::Include => {
            companions = vec![("git", "https://example.org/shared.git"), ("add", "/"), ("to", "/")];
            companions.extend((!is(&["tag", "commit"])).then_some(("branch", "main")));
            ("includes:\n-\n", 2)
        }
        Section::IncludeAuth => {
            companions = vec![("username", "ci"), ("password", "{env: TOKEN}")];
            ("includes:\n- git: https://example.org/shared.git\n  branch: main\n  add: /\n  to: /\n  basicAuth:\n", 4)
        }
        Section::IncludePassword => (
            "includes:\n- git: https://example.org/shared.git\n  branch: main\n  add: /\n  to: /\n  basicAuth:\n    username: ci\n    password:\n",
            6,
        ),
    };
    companions.retain(|(companion, _)| *companion != key);
    Frame { above, indent, companions }
}

/// A document with the directive's example in its place.
fn document(section: Section, row: &Directive, dialect: Dialect) -> String {
    let frame = frame(section, row.key, dialect);
    let mut lines: Vec<String> = frame.companions.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    lines.extend(row.written().lines().map(str::to_owned));
    let mut text = frame.above.to_owned();
    for line in lines {
        text.push_str(&" ".repeat(frame.indent));
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// The files of a project that holds the document.
fn project(section: Section, document: &str, dialect: Dialect) -> Vec<(&'static str, String)> {
    const META: &str = "configVersion: 1\nproject: p\n";
    let mut images = "---\nimage: base\nfrom: alpine:3.20\n".to_owned();
    let is_artifact = document.lines().any(|line| line.starts_with("artifact: "));
    if dialect != Dialect::V3 && !is_artifact {
        images.push_str("---\nartifact: assets\nfrom: alpine:3.20\n");
    }
    let is_meta = document.contains("configVersion: ") && section.file() == FileKind::Werf;
    match section.file() {
        FileKind::Werf if is_meta => vec![("werf.yaml", format!("{document}{images}"))],
        FileKind::Werf => vec![("werf.yaml", format!("{META}{images}---\n{document}"))],
        FileKind::Giterminism => {
            vec![("werf.yaml", format!("{META}{images}")), ("werf-giterminism.yaml", document.to_owned())]
        }
        FileKind::Includes => {
            let references = ["branch: main", "tag: v1.0.0", "commit: 21640b8e619ba4dd480fedf144f7424aa217a2eb"];
            let reference =
                references.into_iter().find(|reference| document.contains(reference)).unwrap_or("branch: main");
            let commit = match reference.starts_with("commit") {
                true => String::new(),
                false => "  commit: 21640b8e619ba4dd480fedf144f7424aa217a2eb\n".to_owned(),
            };
            let lock = format!("includes:\n- git: https://example.org/shared.git\n  {reference}\n{commit}");
            vec![
                ("werf.yaml", format!("{META}{images}")),
                ("werf-includes.yaml", document.to_owned()),
                ("werf-includes.lock", lock),
            ]
        }
    }
}

/// A repository with the files that the examples name.
fn repository(folder: &Path) {
    let dockerfile = "FROM alpine:3.20 AS runtime\nARG VERSION BASE_IMAGE\nARG BASE_IMAGE\nRUN true\n";
    let files = [
        ("werf.yaml", "configVersion: 1\nproject: p\n"),
        ("Dockerfile", dockerfile),
        ("backend/Dockerfile", dockerfile),
        ("build/app.jar", ""),
        ("src/main.c", ""),
        ("home/.npmrc", ""),
        ("deploy/chart/Chart.yaml", "name: p\nversion: 1.0.0\n"),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), Entry::file(text)));
    Repository::create(folder, &files.into()).expect("a repository").write_index().expect("its index");
}

fn lint(folder: &Path, section: Section, document: &str, dialect: Dialect) -> Linted {
    let files = project(section, document, dialect);
    let overlay = files.iter().map(|(name, text)| (folder.join(name), text.as_bytes().into())).collect();
    let home = folder.join("home").to_string_lossy().into_owned();
    let environ = [("HOME", home.as_str()), ("NPM_TOKEN", "x"), ("GIT_PASSWORD", "x"), ("TOKEN", "x")];
    let request = Request {
        dialect: Some(dialect),
        loose_giterminism: true,
        overlay,
        environ: environ.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ..Request::new(folder, folder)
    };
    check::lint(&request).expect("the project is analysed")
}

#[test]
fn every_example_is_accepted_where_its_directive_exists_and_unknown_elsewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    repository(folder.path());
    let mut wrong = Vec::new();
    let (mut accepted, mut unknown) = (0, 0);
    for dialect in Dialect::ALL {
        for info in sections() {
            let section = info.section;
            if !section.file().dialects().contains(dialect) {
                continue;
            }
            for row in section.directives() {
                let document = document(section, row, dialect);
                // Before 3 werf passes over what it does not know in `werf-giterminism.yaml`.
                let linted = lint(folder.path(), section, &document, dialect);
                let errors: Vec<String> = linted
                    .diagnostics
                    .iter()
                    .filter(|diagnostic| diagnostic.severity == Severity::Error)
                    .map(|diagnostic| format!("{}: {}", diagnostic.rule.0, diagnostic.message))
                    .collect();
                if row.dialects.contains(dialect) {
                    accepted += 1;
                    if linted.snapshot.verdict != Verdict::Accepted || !errors.is_empty() {
                        wrong.push(format!("{dialect} {} is not accepted: {errors:?}\n{document}", row.key));
                    }
                } else if section.file() == FileKind::Werf {
                    unknown += 1;
                    let is_unknown = errors.iter().any(|error| error.starts_with("unknown-field: "));
                    if !is_unknown {
                        wrong.push(format!("{dialect} {} is not unknown: {errors:?}\n{document}", row.key));
                    }
                }
            }
        }
    }
    println!("examples: {accepted} accepted, {unknown} unknown in their dialect");
    assert!(wrong.is_empty(), "{}\n{} examples", wrong.join("\n"), wrong.len());
}

/// What is said about the key of `row` in a mapping of kind `section`, where it is unknown.
fn said_about(key: &str, section: Section, dialect: Dialect) -> String {
    let document = document_of(section);
    let explained = explain_unknown(key, section, document, dialect);
    format!("{}: {}", explained.message, explained.help.unwrap_or_default())
}

/// The kind of document that such a mapping stands in.
fn document_of(section: Section) -> Section {
    fn is_below(section: Section, above: Section, depth: usize) -> bool {
        section == above
            || depth < 6
                && above
                    .directives()
                    .any(|row| row.value.section().is_some_and(|below| is_below(section, below, depth + 1)))
    }
    let kinds =
        [Section::StapelImage, Section::DockerfileImage, Section::Meta, Section::Giterminism, Section::Includes];
    kinds.into_iter().find(|kind| is_below(section, *kind, 0)).expect("every section is in a document")
}

#[test]
fn a_key_of_another_section_or_dialect_is_sent_to_its_place() {
    let mut keys: BTreeMap<&str, Vec<(Section, &Directive)>> = BTreeMap::new();
    for info in sections() {
        for row in info.section.directives() {
            keys.entry(row.key).or_default().push((info.section, row));
        }
    }
    let (mut asked, mut misspelt, mut wrong) = (0, BTreeSet::new(), Vec::new());
    for dialect in Dialect::ALL {
        for info in sections() {
            let section = info.section;
            let known = |row: &(Section, &Directive)| row.1.dialects.contains(dialect);
            if info.unknown == UnknownKeys::Accepted || !section.directives().any(|row| row.dialects.contains(dialect))
            {
                continue;
            }
            for (key, homes) in &keys {
                if section.directive(key, dialect).is_some() {
                    continue;
                }
                asked += 1;
                let said = said_about(key, section, dialect);
                if said.contains("did you mean `") {
                    misspelt.insert(format!("{key} in {}: {said}", info.path));
                    continue;
                }
                let own = section.directives().find(|row| row.key == *key);
                let names_section = |homes: &mut dyn Iterator<Item = &(Section, &Directive)>| {
                    let mut homes = homes.map(|(home, _)| home.name());
                    homes.any(|home| said.contains(&home.replace("the meta section", "meta section")))
                };
                let right = match own {
                    // The dialect that has it, or the last one that had.
                    Some(row) => {
                        let lines: Vec<String> = row.dialects.iter().map(|line| format!("werf {line}")).collect();
                        said.contains("does not know")
                            && (lines.iter().any(|line| said.contains(line.as_str())) || said.contains("had it"))
                    }
                    None if said.contains("`---`") => section == Section::Meta,
                    None if homes.iter().any(known) => names_section(&mut homes.iter().filter(|home| known(home))),
                    None if homes.iter().all(|(_, row)| row.dialects.iter().next().is_none()) => true,
                    None => {
                        names_section(&mut homes.iter())
                            && (said.contains("werf 1") || said.contains("werf 2") || said.contains("werf 3"))
                    }
                };
                if !right {
                    wrong.push(format!("{dialect} {key} in {}: {said}", info.path));
                }
            }
        }
    }
    println!("{asked} keys in foreign places, {} of them taken for a misspelt key:", misspelt.len());
    for line in &misspelt {
        println!("  {line}");
    }
    assert!(misspelt.len() < 40, "real keys are rarely misspelt ones");
    assert!(wrong.is_empty(), "{}\n{} of {asked}", wrong[..wrong.len().min(60)].join("\n"), wrong.len());
}
