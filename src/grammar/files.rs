//! Rows of the files beside werf.yaml: `werf-giterminism.yaml` (spec `werf-2-config.md` §14.2) and `werf-includes.yaml` (§15.1).

use super::Dialects as D;
use super::ValueType as V;
use super::table::row;
use super::{Directive, Section as S};

pub(super) static GITERMINISM: &[Directive] = &[
    row("giterminismConfigVersion", V::OptInt, D::SINCE_1_2, "version of the format; required")
        .allowed(&["1"])
        .example("1"),
    row("cli", V::Object(S::GiterminismCli), D::SINCE_1_2, "permissions about options of the command line")
        .since("1.2.28"),
    row("config", V::Object(S::GiterminismConfig), D::SINCE_1_2, "permissions about the configuration"),
    row("helm", V::Object(S::GiterminismHelm), D::SINCE_1_2, "permissions about the chart"),
    row("includes", V::Object(S::GiterminismIncludes), D::SINCE_2, "permissions about included files").since("2.39"),
];

pub(super) static CLI: &[Directive] =
    &[row("allowCustomTags", V::Bool, D::SINCE_1_2, "permits tags chosen on the command line")
        .since("1.2.28")
        .default("false")];

pub(super) static CONFIG: &[Directive] = &[
    row("allowUncommitted", V::Bool, D::SINCE_1_2, "permits a config file with local changes").default("false"),
    row(
        "allowUncommittedTemplates",
        V::StrList,
        D::SINCE_1_2,
        "globs of template files that may have local changes, relative to the project",
    )
    .example("[.werf/**/*.tmpl]"),
    row("goTemplateRendering", V::Object(S::GiterminismTemplates), D::SINCE_1_2, "permissions about templates"),
    row("secrets", V::Object(S::GiterminismSecrets), D::SINCE_2, "permissions about secrets of builds").since("2.14"),
    row("stapel", V::Object(S::GiterminismStapel), D::SINCE_1_2, "permissions about stapel images"),
    row("dockerfile", V::Object(S::GiterminismDockerfile), D::SINCE_1_2, "permissions about Dockerfile images"),
];

pub(super) static TEMPLATES: &[Directive] = &[
    row(
        "allowEnvVariables",
        V::StrList,
        D::SINCE_1_2,
        "variables `env` may read: names, or regular expressions between slashes",
    )
    .example("[CI_COMMIT_TAG, /CI_.*/]"),
    row("allowUncommittedFiles", V::StrList, D::SINCE_1_2, "globs of files that `.Files` may read with local changes")
        .example("[config/*.yaml]"),
];

pub(super) static SECRETS: &[Directive] = &[
    row("allowEnvVariables", V::StrList, D::SINCE_2, "variables that secrets may come from, by exact name")
        .since("2.14")
        .example("[NPM_TOKEN]"),
    row("allowFiles", V::StrList, D::SINCE_2, "globs of files that secrets may come from")
        .since("2.14")
        .example("[~/.netrc]"),
    row("allowValueIds", V::StrList, D::SINCE_2, "ids of secrets whose value may stand in werf.yaml")
        .since("2.17")
        .example("[license]"),
];

pub(super) static STAPEL: &[Directive] = &[
    row("allowFromLatest", V::Bool, D::SINCE_1_2, "permits `fromLatest`").default("false"),
    row("git", V::Object(S::GiterminismGit), D::SINCE_1_2, "permissions about git mappings"),
    row("mount", V::Object(S::GiterminismMount), D::SINCE_1_2, "permissions about mounts"),
];

pub(super) static STAPEL_GIT: &[Directive] =
    &[row("allowBranch", V::Bool, D::SINCE_1_2, "permits remote repositories by branch or without reference")
        .default("false")];

pub(super) static STAPEL_MOUNT: &[Directive] = &[
    row("allowBuildDir", V::Bool, D::SINCE_1_2, "permits mounts with `from: build_dir`").default("false"),
    row("allowFromPaths", V::StrList, D::SINCE_1_2, "globs of permitted `fromPath` values, compared as written")
        .example("[~/.cache]"),
];

pub(super) static DOCKERFILE: &[Directive] = &[
    row("allowUncommitted", V::StrList, D::SINCE_1_2, "globs of Dockerfiles that may have local changes")
        .example("[Dockerfile]"),
    row(
        "allowUncommittedDockerignoreFiles",
        V::StrList,
        D::SINCE_1_2,
        "globs of dockerignore files that may have local changes",
    )
    .example("[.dockerignore]"),
    row(
        "allowContextAddFiles",
        V::StrList,
        D::SINCE_1_2,
        "globs of files `contextAddFiles` may name, with the context",
    )
    .example("[build/app.jar]"),
];

pub(super) static HELM: &[Directive] =
    &[row("allowUncommittedFiles", V::StrList, D::SINCE_1_2, "globs of chart files that may have local changes")
        .example("[.helm/values.yaml]")];

pub(super) static UPDATES: &[Directive] =
    &[row("allowIncludesUpdate", V::Bool, D::SINCE_2, "permits `--allow-includes-update`")
        .since("2.39")
        .default("false")];

pub(super) static INCLUDES: &[Directive] =
    &[row("includes", V::Objects(S::Include), D::SINCE_2, "repositories whose files join the project's configuration")
        .since("2.39")];

pub(super) static INCLUDE: &[Directive] = &[
    row("git", V::Str, D::SINCE_2, "repository: a URL, or a local directory; required")
        .since("2.39")
        .example("https://example.org/shared.git"),
    row("branch", V::Str, D::SINCE_2, "branch that is read").since("2.39").example("main"),
    row("tag", V::Str, D::SINCE_2, "tag that is read").since("2.39").example("v1.0.0"),
    row("commit", V::Str, D::SINCE_2, "commit that is read")
        .since("2.39")
        .example("21640b8e619ba4dd480fedf144f7424aa217a2eb"),
    row("add", V::Str, D::SINCE_2, "absolute path inside the repository; required").since("2.39").example("/"),
    row("to", V::Str, D::SINCE_2, "absolute path inside the project; required").since("2.39").example("/"),
    row("includePaths", V::StrList, D::SINCE_2, "only these, relative to `add`").since("2.39").example("[.werf]"),
    row("excludePaths", V::StrList, D::SINCE_2, "all but these, relative to `add`")
        .since("2.39")
        .example("[README.md]"),
    row("basicAuth", V::Object(S::IncludeAuth), D::SINCE_2, "user and password of the repository").since("2.45"),
];

pub(super) static INCLUDE_AUTH: &[Directive] = &[
    row("username", V::Str, D::SINCE_2, "name of the user; required").since("2.45").example("ci"),
    row("password", V::Object(S::IncludePassword), D::SINCE_2, "where the password comes from; required").since("2.45"),
];
