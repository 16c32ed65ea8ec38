//! The published JSON Schemas: the files in `schema/` are what the table gives (`UPDATE_SCHEMA=1 cargo test --test schema` writes them anew), they accept every
//! recorded document that werf accepts, and they refuse every one that werf refuses for its structure.

#[path = "support/parallel.rs"]
mod parallel;
#[path = "support/records.rs"]
mod records;
#[path = "support/scoreboard.rs"]
mod scoreboard;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use jsonschema::Validator;
use records::Record;
use scoreboard::Scoreboard;
use serde_json::Value;
use txtar::CaseMeta;
use werfkit::analysis::{self, Request};
use werfkit::dialect::Dialect;
use werfkit::grammar::FileKind;
use werfkit::grammar::schema;
use werfkit::limits::Limits;
use werfkit::yaml;

/// Refusals that a schema of one document can say.
const STRUCTURE: &[&str] = &[
    "unknown-field",
    "type-mismatch",
    "string-or-list",
    "document-not-mapping",
    "unrecognized-document",
    "crash-null-item",
    "image-name-type",
    "image-nameless",
    "image-name-missing",
    "image-and-artifact",
    "config-version",
    "project-empty",
    "project-name",
    "policy-ref-missing",
    "policy-ref-both",
    "policy-references-missing",
    "limit-operator",
    "helm-chart-dir-empty",
    "helm-release-empty",
    "namespace-empty",
    "secret-source-many",
    "secret-source-missing",
    "secret-id-missing",
    "import-from-and-image",
    "dependency-from-and-image",
    "ansible-task-ambiguous",
    "ansible-task-unsupported",
    "context-add-both",
    "dependency-import-type",
    "target-env-missing",
    "target-build-arg-missing",
    "target-build-arg-forbidden",
    "target-env-forbidden",
    "dependency-name-missing",
    "dependency-stage-missing",
    "dependency-stage-both",
    "dependency-stage-value",
    "dependency-stage-forbidden",
    "mount-source-both",
    "mount-to",
    "mount-from-path-missing",
    "mount-from-value",
    "from-and-from-image",
    "from-missing",
    "scratch-from-latest",
    "from-latest-unacknowledged",
    "git-branch-unacknowledged",
    "base-conflict",
    "shell-and-ansible",
    "docker-and-image-spec",
    "artifact-docker",
    "artifact-final",
    "artifact-disable-git-after-patch",
    "artifact-dependencies",
    "to-trailing-slash",
    "add-not-absolute",
    "to-not-absolute",
    "include-not-relative",
    "exclude-not-relative",
    "stage-dependency-not-relative",
    "git-ref-local",
    "git-ref-many",
    "import-source-missing",
    "import-source-many",
    "import-stage-both",
    "import-stage-missing",
    "import-stage-value",
    "import-source-stage-value",
    "import-root-without-include",
    "image-name-syntax",
    "image-name-reserved",
    "giterminism-schema",
    "giterminism-unknown-key",
    "giterminism-yaml",
    "crash-giterminism-type",
    "include-git-missing",
    "include-auth-username",
    "include-auth-password",
    "include-add-missing",
    "include-add-not-absolute",
    "include-to-missing",
    "include-to-not-absolute",
    "include-path-absolute",
    "include-exclude-absolute",
    "include-ref",
];

/// What a schema cannot say though its rule is of that kind: the case, and why.
const INEXPRESSIBLE: &[(&str, &str)] = &[
    (
        "dockerfile/without-image-key-broken-value",
        "werf drops a Dockerfile document without `image` unread; the schema speaks up",
    ),
    (
        "stapel/as-layers-without-base-and-commands",
        "1.1 checks the base of layers only when there are no commands at all",
    ),
    ("meta/null-document", "in JSON `~` is the same as a document without content, which werf passes over"),
    ("yaml/image-name-infinity", "JSON has no infinity"),
    ("yaml/merge-after-image-key", "werf forgets `image` before a merge key; in JSON there is no order"),
    ("yaml/merge-forgives-unknown-key", "werf forgets unknown keys before a merge key; in JSON there is no order"),
];

struct Schemas {
    of: BTreeMap<(FileKind, Dialect), Validator>,
    any: BTreeMap<FileKind, Validator>,
}

fn validator(file: FileKind, dialect: Option<Dialect>) -> Option<Validator> {
    let schema = schema::one(file, dialect)?;
    Some(jsonschema::validator_for(&schema.value).unwrap_or_else(|error| panic!("{}: {error}", schema.name)))
}

fn schemas() -> Schemas {
    let mut of = BTreeMap::new();
    let mut any = BTreeMap::new();
    for file in FileKind::ALL {
        any.extend(validator(file, None).map(|validator| (file, validator)));
        for dialect in Dialect::ALL {
            of.extend(validator(file, Some(dialect)).map(|validator| ((file, dialect), validator)));
        }
    }
    Schemas { of, any }
}

#[test]
fn published_files_are_those_of_the_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
    let made: BTreeMap<String, String> = schema::all().iter().map(|one| (one.name.clone(), one.text())).collect();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::create_dir_all(&folder).expect("a folder");
        for (name, text) in &made {
            fs::write(folder.join(name), text).expect("a schema is written");
        }
    }
    let found: BTreeSet<String> = fs::read_dir(&folder)
        .expect("the folder of the schemas")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(found, made.keys().cloned().collect(), "run `UPDATE_SCHEMA=1 cargo test --test schema`");
    for (name, text) in &made {
        let published = fs::read_to_string(folder.join(name)).expect("a schema");
        assert!(published == *text, "{name} is stale: run `UPDATE_SCHEMA=1 cargo test --test schema`");
    }
}

#[test]
fn schemas_are_schemas() {
    for schema in schema::all() {
        jsonschema::meta::validate(&schema.value).unwrap_or_else(|error| panic!("{}: {error}", schema.name));
        assert_eq!(schema.value["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let definitions = schema.value["$defs"].as_object().expect("definitions");
        for (name, definition) in definitions {
            for (key, property) in definition["properties"].as_object().expect("properties") {
                let free = property.as_bool() == Some(true);
                assert!(free || property["description"].is_string(), "{}: {name}.{key}", schema.name);
                assert_eq!(property.get("deprecated").is_some(), property.get("doNotSuggest").is_some());
            }
        }
    }
}

/// One recorded project.
struct Project {
    area: String,
    source: PathBuf,
    is_case: bool,
    records: Vec<(Dialect, Record)>,
}

fn complaints(validator: &Validator, value: &Value) -> String {
    let all: Vec<_> =
        validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    let text: String = all.join("; ").chars().take(300).collect();
    text
}

/// Judges the documents of one file of an accepted or refused project.
fn judge(
    schemas: &Schemas,
    file: FileKind,
    dialect: Dialect,
    documents: &[Option<Value>],
    record: &Record,
    area: &str,
    board: &Mutex<Scoreboard>,
) {
    let Some(validator) = schemas.of.get(&(file, dialect)) else { return };
    if INEXPRESSIBLE.iter().any(|(id, _)| record.id == *id) {
        return;
    }
    let key = |what: &str| format!("{what}\t{dialect}\t{}\t{}", file.name(), record.id);
    let mut board = board.lock().expect("no panic while locked");
    if record.ok {
        let valid = documents.iter().flatten().all(|value| validator.is_valid(value));
        let say = || documents.iter().flatten().map(|value| complaints(validator, value)).collect::<String>();
        board.count(&format!("{area} {dialect} {} accepted", file.name()), &key("accepted"), valid, say);
        let any = documents.iter().flatten().all(|value| schemas.any[&file].is_valid(value));
        board.count(&format!("{area} any {} accepted", file.name()), &key("any"), any, String::new);
        return;
    }
    let Some(check) = record.check.as_deref().filter(|check| STRUCTURE.contains(check)) else { return };
    let its_file = match check {
        check if check.starts_with("giterminism-") || check == "crash-giterminism-type" => FileKind::Giterminism,
        "include-not-relative" => FileKind::Werf,
        check if check.starts_with("include-") => FileKind::Includes,
        _ => FileKind::Werf,
    };
    if its_file != file {
        return;
    }
    let refused = documents.iter().any(|value| value.as_ref().is_none_or(|value| !validator.is_valid(value)));
    let group = format!("{area} {dialect} {} refused", file.name());
    board.count(&group, &key("refused"), refused, || format!("{check}: {}", record.error.replace('\n', " | ")));
}

fn request(meta: &CaseMeta, dialect: Dialect, record: &Record, dir: &Path, config: Option<&str>, env: &str) -> Request {
    Request {
        dialect: Some(dialect),
        env: (!env.is_empty()).then(|| env.to_owned()),
        environ: meta.environ.clone(),
        loose_giterminism: record.mode == "loose",
        config: config.map(PathBuf::from),
        ..Request::new(dir, dir)
    }
}

fn run(project: &Project, schemas: &Schemas, board: &Mutex<Scoreboard>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let meta = if project.is_case {
        txtar::materialise(&project.source, folder.path())
    } else {
        txtar::materialise_folder(&project.source, folder.path())
    }
    .expect("the project is written");
    let limits = Limits::default();
    let mut seen = BTreeSet::new();
    for (dialect, record) in &project.records {
        let (dir, file) = record.config.rsplit_once('/').unwrap_or(("", &record.config));
        let (dir, config, env) = match project.is_case {
            true => (meta.project_dir.clone(), meta.config.as_deref(), meta.env.clone().unwrap_or_default()),
            false => (meta.root.join(dir), Some(file), record.env.clone()),
        };
        for (kind, name) in
            [(FileKind::Giterminism, "werf-giterminism.yaml"), (FileKind::Includes, "werf-includes.yaml")]
        {
            // What is not committed is not what was read.
            if let (Ok(text), false) = (fs::read(dir.join(name)), meta.uncommitted) {
                let documents = [schema::value_of(&text, &limits)];
                judge(schemas, kind, *dialect, &documents, record, &project.area, board);
            }
        }
        let Some(hash) = &record.rendered_sha256 else { continue };
        if !seen.insert((*dialect, hash.clone(), record.ok)) {
            continue;
        }
        let Ok(snapshot) = analysis::analyze(&request(&meta, *dialect, record, &dir, config, &env)) else { continue };
        let Some(rendered) = snapshot.rendered.as_ref().filter(|rendered| rendered.sha256() == *hash) else { continue };
        let text = &rendered.text;
        let documents: Vec<Option<Value>> = yaml::split(text)
            .iter()
            .filter(|piece| piece.kept)
            .map(|piece| schema::value_of(&text[piece.span.start as usize..piece.span.end as usize], &limits))
            .collect();
        judge(schemas, FileKind::Werf, *dialect, &documents, record, &project.area, board);
    }
}

fn run_all(projects: &[Project], suite: &str) {
    let schemas = schemas();
    let board = Mutex::new(Scoreboard::default());
    parallel::for_each(projects, |project| {
        run(project, &schemas, &board);
    });
    board.into_inner().expect("no panic while locked").finish(suite);
}

fn projects(folder: &Path, source: impl Fn(&Record) -> PathBuf, is_case: bool) -> Vec<Project> {
    let mut projects: BTreeMap<PathBuf, Project> = BTreeMap::new();
    let area = if is_case { "conformance" } else { "corpus" };
    for dialect in Dialect::ALL {
        for record in records::read(folder, dialect.name()) {
            let source = source(&record);
            projects
                .entry(source.clone())
                .or_insert_with(|| Project { area: area.to_owned(), source, is_case, records: Vec::new() })
                .records
                .push((dialect, record));
        }
    }
    projects.into_values().collect()
}

#[test]
fn schemas_agree_with_werf_on_the_conformance_cases() {
    let Some(folder) = records::data_folder("conformance") else {
        skipped::say("no conformance data");
        return;
    };
    let source = |record: &Record| folder.join("cases").join(format!("{}.txtar", record.id));
    run_all(&projects(&folder.join("expected"), source, true), "schema-conformance");
}

#[test]
fn schemas_agree_with_werf_on_the_public_corpus() {
    let Some((recorded, corpus)) = records::public_corpus() else { return };
    let source = |record: &Record| corpus.join(record.id.split('/').next().unwrap_or_default());
    run_all(&projects(&recorded, source, false), "schema-corpus");
}
