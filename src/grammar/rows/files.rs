//! Rows of the files beside werf.yaml: `werf-giterminism.yaml` (spec `werf-2-config.md` §14.2) and `werf-includes.yaml` (§15.1).

use super::super::Dialects as D;
use super::super::ValueType as V;
use super::super::{Directive, Section as S};
use super::row;

pub(in super::super) static GITERMINISM: &[Directive] = &[
    row("giterminismConfigVersion", V::OptInt, D::SINCE_1_2, "version of the format; required", "1").allowed(&["1"]),
    row(
        "cli",
        V::Object(S::GiterminismCli),
        D::SINCE_1_2,
        "permissions about options of the command line",
        "allowCustomTags: true",
    )
    .since("1.2.28"),
    row(
        "config",
        V::Object(S::GiterminismConfig),
        D::SINCE_1_2,
        "permissions about the configuration",
        "allowUncommitted: true\nstapel:\n  allowFromLatest: true",
    ),
    row(
        "helm",
        V::Object(S::GiterminismHelm),
        D::SINCE_1_2,
        "permissions about the chart",
        "allowUncommittedFiles: [.helm/values.yaml]",
    ),
    row(
        "includes",
        V::Object(S::GiterminismIncludes),
        D::SINCE_2,
        "permissions about included files",
        "allowIncludesUpdate: true",
    )
    .since("2.39"),
];

pub(in super::super) static CLI: &[Directive] =
    &[row("allowCustomTags", V::Bool, D::SINCE_1_2, "permits tags chosen on the command line", "true")
        .since("1.2.28")
        .default("false")];

pub(in super::super) static CONFIG: &[Directive] = &[
    row("allowUncommitted", V::Bool, D::SINCE_1_2, "permits a config file with local changes", "true").default("false"),
    row(
        "allowUncommittedTemplates",
        V::StrList,
        D::SINCE_1_2,
        "globs of template files that may have local changes, relative to the project",
        "[.werf/**/*.tmpl]",
    ),
    row(
        "goTemplateRendering",
        V::Object(S::GiterminismTemplates),
        D::SINCE_1_2,
        "permissions about templates",
        "allowEnvVariables: [CI_COMMIT_TAG]",
    ),
    row(
        "secrets",
        V::Object(S::GiterminismSecrets),
        D::SINCE_2,
        "permissions about secrets of builds",
        "allowEnvVariables: [NPM_TOKEN]",
    )
    .since("2.14"),
    row(
        "stapel",
        V::Object(S::GiterminismStapel),
        D::SINCE_1_2,
        "permissions about stapel images",
        "allowFromLatest: true",
    ),
    row(
        "dockerfile",
        V::Object(S::GiterminismDockerfile),
        D::SINCE_1_2,
        "permissions about Dockerfile images",
        "allowUncommitted: [Dockerfile]",
    ),
];

pub(in super::super) static TEMPLATES: &[Directive] = &[
    row(
        "allowEnvVariables",
        V::StrList,
        D::SINCE_1_2,
        "variables `env` may read: names, or regular expressions between slashes",
        "[CI_COMMIT_TAG, /CI_.*/]",
    ),
    row(
        "allowUncommittedFiles",
        V::StrList,
        D::SINCE_1_2,
        "globs of files that `.Files` may read with local changes",
        "[config/*.yaml]",
    ),
];

pub(in super::super) static SECRETS: &[Directive] = &[
    row(
        "allowEnvVariables",
        V::StrList,
        D::SINCE_2,
        "variables that secrets may come from, by exact name",
        "[NPM_TOKEN]",
    )
    .since("2.14"),
    row("allowFiles", V::StrList, D::SINCE_2, "globs of files that secrets may come from", "[~/.netrc]").since("2.14"),
    row("allowValueIds", V::StrList, D::SINCE_2, "ids of secrets whose value may stand in werf.yaml", "[license]")
        .since("2.17"),
];

pub(in super::super) static STAPEL: &[Directive] = &[
    row("allowFromLatest", V::Bool, D::SINCE_1_2, "permits `fromLatest`", "true").default("false"),
    row("git", V::Object(S::GiterminismGit), D::SINCE_1_2, "permissions about git mappings", "allowBranch: true"),
    row(
        "mount",
        V::Object(S::GiterminismMount),
        D::SINCE_1_2,
        "permissions about mounts",
        "allowFromPaths: [~/.cache]",
    ),
];

pub(in super::super) static STAPEL_GIT: &[Directive] =
    &[row("allowBranch", V::Bool, D::SINCE_1_2, "permits remote repositories by branch or without reference", "true")
        .default("false")];

pub(in super::super) static STAPEL_MOUNT: &[Directive] = &[
    row("allowBuildDir", V::Bool, D::SINCE_1_2, "permits mounts with `from: build_dir`", "true").default("false"),
    row(
        "allowFromPaths",
        V::StrList,
        D::SINCE_1_2,
        "globs of permitted `fromPath` values, compared as written",
        "[~/.cache]",
    ),
];

pub(in super::super) static DOCKERFILE: &[Directive] = &[
    row(
        "allowUncommitted",
        V::StrList,
        D::SINCE_1_2,
        "globs of Dockerfiles that may have local changes",
        "[Dockerfile]",
    ),
    row(
        "allowUncommittedDockerignoreFiles",
        V::StrList,
        D::SINCE_1_2,
        "globs of dockerignore files that may have local changes",
        "[.dockerignore]",
    ),
    row(
        "allowContextAddFiles",
        V::StrList,
        D::SINCE_1_2,
        "globs of files `contextAddFiles` may name, with the context",
        "[build/app.jar]",
    ),
];

pub(in super::super) static HELM: &[Directive] = &[row(
    "allowUncommittedFiles",
    V::StrList,
    D::SINCE_1_2,
    "globs of chart files that may have local changes",
    "[.helm/values.yaml]",
)];

pub(in super::super) static UPDATES: &[Directive] =
    &[row("allowIncludesUpdate", V::Bool, D::SINCE_2, "permits `--allow-includes-update`", "true")
        .since("2.39")
        .default("false")];

pub(in super::super) static INCLUDES: &[Directive] = &[row(
    "includes",
    V::Objects(S::Include),
    D::SINCE_2,
    "repositories whose files join the project's configuration",
    "- git: https://example.org/shared.git\n  branch: main\n  add: /\n  to: /",
)
.since("2.39")];

pub(in super::super) static INCLUDE: &[Directive] = &[
    row(
        "git",
        V::Str,
        D::SINCE_2,
        "repository: a URL, or a local directory; required",
        "https://example.org/shared.git",
    )
    .since("2.39"),
    row("branch", V::Str, D::SINCE_2, "branch that is read", "main").since("2.39"),
    row("tag", V::Str, D::SINCE_2, "tag that is read", "v1.0.0").since("2.39"),
    row("commit", V::Str, D::SINCE_2, "commit that is read", "21640b8e619ba4dd480fedf144f7424aa217a2eb").since("2.39"),
    row("add", V::Str, D::SINCE_2, "absolute path inside the repository; required", "/").since("2.39"),
    row("to", V::Str, D::SINCE_2, "absolute path inside the project; required", "/").since("2.39"),
    row("includePaths", V::StrList, D::SINCE_2, "only these, relative to `add`", "[.werf]").since("2.39"),
    row("excludePaths", V::StrList, D::SINCE_2, "all but these, relative to `add`", "[README.md]").since("2.39"),
    row(
        "basicAuth",
        V::Object(S::IncludeAuth),
        D::SINCE_2,
        "user and password of the repository",
        "username: ci\npassword:\n  env: GIT_PASSWORD",
    )
    .since("2.45"),
];

pub(in super::super) static INCLUDE_AUTH: &[Directive] = &[
    row("username", V::Str, D::SINCE_2, "name of the user; required", "ci").since("2.45"),
    row(
        "password",
        V::Object(S::IncludePassword),
        D::SINCE_2,
        "where the password comes from; required",
        "env: GIT_PASSWORD",
    )
    .since("2.45"),
];
