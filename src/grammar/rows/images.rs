//! Rows of image documents of both kinds and of Dockerfile images (spec `werf-2-config.md` §9.3, §9.5, §9.12 – §9.14, `werf-1.1-config.md` §6.11).

use super::super::Dialects as D;
use super::super::ValueType as V;
use super::super::{Directive, Section as S};
use super::{past, row};

pub(super) const SBOM: Directive =
    past("sbom", V::AnyMap, "2.40", "2.42", "bill of materials of what the image contains", "{use: true}");

pub(in super::super) static ANY_IMAGE: &[Directive] = &[
    row("image", V::ImageName, D::ALL, "name of the image; a list makes one image per name", "backend"),
    row("final", V::OptBool, D::SINCE_1_2, "whether the image is a result and not only an intermediate step", "false")
        .since("1.2.319, 2.7")
        .default("true"),
    row(
        "cacheVersion",
        V::Str,
        D::SINCE_2,
        "part of the image's stage digests: a new value rebuilds it",
        "\"2024-06\"",
    )
    .since("2.30"),
    row("platform", V::StrList, D::SINCE_1_2, "target platforms of the image", "[linux/amd64, linux/arm64]")
        .since("1.2.232")
        .default("`build.platform`"),
    row(
        "imageSpec",
        V::Object(S::ImageSpec),
        D::SINCE_2,
        "settings of the image's configuration",
        "config:\n  user: app\n  workingDir: /app",
    )
    .since("2.24")
    .instead("docker"),
    SBOM,
];

pub(in super::super) static DOCKERFILE_IMAGE: &[Directive] = &[
    row(
        "dockerfile",
        V::Str,
        D::ALL,
        "path of the Dockerfile; makes the document a Dockerfile image. Counts from `context`, in 1.1 from the project",
        "Dockerfile",
    ),
    row("context", V::Str, D::ALL, "directory of the build context, relative to the project", "backend")
        .default("the project directory"),
    row("contextAddFile", V::StrOrList, D::SINCE_1_2, "older spelling of `contextAddFiles`", "[build/app.jar]")
        .since("1.2.1"),
    row(
        "contextAddFiles",
        V::StrOrList,
        D::SINCE_1_2,
        "files that are added to the context though git does not know them, relative to `context`",
        "[build/app.jar]",
    )
    .since("1.2.10"),
    row("target", V::Str, D::ALL, "stage of the Dockerfile to build", "runtime").default("the last stage"),
    row("args", V::AnyMap, D::ALL, "values of the Dockerfile's build arguments", "VERSION: 1.2.3"),
    row("addHost", V::StrOrList, D::ALL, "entries of /etc/hosts during the build", "[\"mirror:10.0.0.5\"]"),
    row("network", V::Str, D::ALL, "network of the build", "host"),
    row("ssh", V::Str, D::ALL, "SSH agent for `RUN --mount=type=ssh`", "default"),
    row("staged", V::Bool, D::SINCE_1_2, "builds each instruction as a stage of its own", "true")
        .since("1.2.178")
        .default("`build.staged`"),
    row(
        "dependencies",
        V::Objects(S::Dependency),
        D::SINCE_1_2,
        "images that are built first and whose names become build arguments",
        "- image: base\n  imports:\n  - type: ImageName\n    targetBuildArg: BASE_IMAGE",
    )
    .since("1.2.60"),
    row(
        "secrets",
        V::Objects(S::Secret),
        D::SINCE_2,
        "secrets for `RUN --mount=type=secret` that do not end up in the image",
        "- env: NPM_TOKEN",
    )
    .since("2.14"),
];

pub(in super::super) static IMAGE_SPEC: &[Directive] = &[
    row("author", V::Str, D::SINCE_2, "author in the image's configuration", "Backend Team <team@example.org>")
        .since("2.24"),
    row("clearHistory", V::Bool, D::SINCE_2, "drops the history inherited from the base image", "true")
        .since("2.24")
        .default("false"),
];

pub(in super::super) static IMAGE_SPEC_OF_IMAGE: &[Directive] = &[row(
    "config",
    V::Object(S::ImageSpecConfig),
    D::SINCE_2,
    "settings of the image's configuration",
    "user: app\nworkingDir: /app",
)
.since("2.24")];

pub(in super::super) static IMAGE_LABELS: &[Directive] = &[
    row(
        "labels",
        V::StrMap,
        D::SINCE_2,
        "labels to set; `%project%` and `%image%` are filled in",
        "org.opencontainers.image.title: \"%project%\"",
    )
    .since("2.24"),
    row(
        "removeLabels",
        V::StrList,
        D::SINCE_2,
        "labels to drop: names, or regular expressions between slashes",
        "[maintainer, \"/^com[.]example[.].*/\"]",
    )
    .since("2.24"),
    row(
        "keepEssentialWerfLabels",
        V::Bool,
        D::SINCE_2,
        "keeps the labels werf needs even if `removeLabels` matches them",
        "true",
    )
    .since("2.34.1")
    .default("false"),
    row("clearWerfLabels", V::Bool, D::SINCE_2, "dropped werf's own labels; has no effect any more", "true")
        .since("2.24")
        .deprecated(D::SINCE_3, "removeLabels")
        .default("false"),
];

pub(in super::super) static IMAGE_CONFIG: &[Directive] = &[
    row(
        "removeEnv",
        V::StrList,
        D::SINCE_2,
        "variables to drop: names, or regular expressions between slashes",
        "[DEBUG, /NPM_.*/]",
    )
    .since("2.24"),
    row("removeVolumes", V::StrList, D::SINCE_2, "volumes to drop", "[/var/lib/cache]").since("2.24"),
    row(
        "env",
        V::StrMap,
        D::SINCE_2,
        "variables to set; those of the base image can be used as `${NAME}`",
        "APP_ENV: production\nPATH: \"${PATH}:/app/bin\"",
    )
    .since("2.24"),
    row("volumes", V::StrList, D::SINCE_2, "volumes to add", "[/data]").since("2.24"),
    row("expose", V::StrList, D::SINCE_2, "ports to expose", "[\"8080\"]").since("2.24"),
    row("cmd", V::StrList, D::SINCE_2, "default command", "[/app/server, --port=8080]").since("2.24"),
    row(
        "entrypoint",
        V::StrList,
        D::SINCE_2,
        "entry point; without `cmd` the inherited command is dropped",
        "[/app/entrypoint.sh]",
    )
    .since("2.24"),
    row("user", V::Str, D::SINCE_2, "user that runs the process", "app").since("2.24"),
    row("workingDir", V::Str, D::SINCE_2, "working directory of the process", "/app").since("2.24"),
    row("stopSignal", V::Str, D::SINCE_2, "signal that stops the process", "SIGINT").since("2.24"),
    row("clearCmd", V::Bool, D::SINCE_2, "drops the inherited command", "true").since("2.24").default("false"),
    row("clearEntrypoint", V::Bool, D::SINCE_2, "drops the inherited entry point", "true")
        .since("2.24")
        .default("false"),
    row("clearUser", V::Bool, D::SINCE_2, "drops the inherited user", "true").since("2.35").default("false"),
    row("clearWorkingDir", V::Bool, D::SINCE_2, "drops the inherited working directory", "true")
        .since("2.35")
        .default("false"),
    row(
        "healthcheck",
        V::Object(S::Healthcheck),
        D::SINCE_2,
        "how to check that the container is well",
        "test: [CMD, /app/health]\ninterval: 30\nretries: 3",
    )
    .since("2.24"),
];

pub(in super::super) static HEALTHCHECK: &[Directive] = &[
    row("test", V::StrList, D::SINCE_2, "the command that checks", "[CMD, /app/health]").since("2.24"),
    row("interval", V::OptInt, D::SINCE_2, "seconds between two checks", "30").since("2.24"),
    row("timeout", V::OptInt, D::SINCE_2, "seconds after which a check counts as failed", "5").since("2.24"),
    row("startperiod", V::OptInt, D::SINCE_2, "seconds in which failures do not count; all lower case", "10")
        .since("2.24"),
    row("retries", V::OptInt, D::SINCE_2, "failures in a row that make the container unwell", "3").since("2.24"),
];

pub(in super::super) static DEPENDENCY: &[Directive] = &[
    row("image", V::Str, D::SINCE_1_2, "image that is built first", "base").deprecated(D::SINCE_3, "from"),
    row("from", V::Str, D::SINCE_3, "image that is built first", "base").instead("image"),
    row("before", V::Str, D::SINCE_1_2, "the stage before which the variables are set; stapel only", "setup")
        .allowed(&["install", "setup"]),
    row("after", V::Str, D::SINCE_1_2, "the stage after which the variables are set; stapel only", "install")
        .allowed(&["install", "setup"]),
    row(
        "imports",
        V::Objects(S::DependencyImport),
        D::SINCE_1_2,
        "what is handed over: to variables in a stapel image, to build arguments in a Dockerfile image",
        "- type: ImageName\n  targetEnv: BASE_IMAGE",
    ),
];

pub(in super::super) static DEPENDENCY_IMPORT: &[Directive] = &[
    row("type", V::Str, D::SINCE_1_2, "which name of the built image is handed over; required", "ImageName")
        .allowed(&["ImageName", "ImageTag", "ImageRepo", "ImageDigest"])
        .allowed_before_3(&["ImageID"]),
    row("targetEnv", V::Str, D::SINCE_1_2, "variable that receives it, in a stapel image", "BASE_IMAGE"),
    row("targetBuildArg", V::Str, D::SINCE_1_2, "build argument that receives it, in a Dockerfile image", "BASE_IMAGE"),
];

pub(in super::super) static SOURCES: &[Directive] = &[
    row("env", V::Str, D::SINCE_2, "name of the environment variable that holds it", "NPM_TOKEN"),
    row("src", V::Str, D::SINCE_2, "path of the file that holds it; `~` is the home directory", "~/.npmrc"),
    row("value", V::Str, D::SINCE_2, "the value itself, readable by everybody who can read the file", "not-so-secret"),
];

pub(in super::super) static SECRET: &[Directive] =
    &[row("id", V::Str, D::SINCE_2, "name of the secret in the build", "npm-token")
        .default("the variable's name or the file's name")];
