//! Rows of stapel documents and what stands in them (spec `werf-2-config.md` §9.4, §9.7 – §9.11, §9.15, `werf-1.1-config.md` §6.3 – §6.10).

use super::super::Dialects as D;
use super::super::ValueType as V;
use super::super::{Directive, Section as S};
use super::row;

pub(in super::super) static STAPEL_IMAGE: &[Directive] = &[
    row("artifact", V::Str, D::UNTIL_2, "name of an artifact: a stapel image that only serves others", "assets")
        .deprecated(D::SINCE_1_2_UNTIL_2, "image` with `final: false"),
    row(
        "from",
        V::Str,
        D::ALL,
        "base image: a registry reference; since 2.47 also another image of the file",
        "alpine:3.20",
    ),
    row("fromLatest", V::Bool, D::ALL, "asks the registry for the current digest of `from` in every build", "true")
        .default("false"),
    row(
        "fromCacheVersion",
        V::Str,
        D::ALL,
        "part of the digest of the first stage: a new value rebuilds the image",
        "\"2024-06\"",
    ),
    row("fromImage", V::Str, D::ALL, "another image of the file as base", "base").deprecated(D::SINCE_3, "from"),
    row("fromImageArtifact", V::Str, D::ONLY_1_1, "an artifact of the file as base", "assets")
        .deprecated(D::ONLY_1_1, "fromImage"),
    row("fromArtifact", V::Str, D::SINCE_1_2_UNTIL_2, "an artifact of the file as base", "assets")
        .deprecated(D::SINCE_1_2_UNTIL_2, "fromImage"),
    row(
        "herebyIAdmitThatFromLatestMightBreakReproducibility",
        V::Bool,
        D::ONLY_1_1,
        "acknowledges what `fromLatest` does; required with it",
        "true",
    )
    .instead("werf-giterminism.yaml")
    .default("false"),
    row(
        "disableGitAfterPatch",
        V::Bool,
        D::SINCE_1_2_UNTIL_2,
        "leaves out the stage that patches the sources last",
        "true",
    )
    .since("1.2.319, 2.7")
    .default("false"),
    row(
        "git",
        V::Objects(S::Git),
        D::ALL,
        "files from git: the project's own repository, or another one",
        "- add: /src\n  to: /app\n  stageDependencies:\n    install: [package.json]",
    ),
    row("shell", V::Object(S::Shell), D::ALL, "shell commands of the user stages", "install:\n- npm ci"),
    row(
        "ansible",
        V::Object(S::Ansible),
        D::UNTIL_2,
        "ansible tasks of the user stages",
        "install:\n- name: curl is there\n  apt:\n    name: curl",
    )
    .deprecated(D::SINCE_1_2_UNTIL_2, "shell"),
    row(
        "mount",
        V::Objects(S::Mount),
        D::ALL,
        "directories that are there during the build only",
        "- from: tmp_dir\n  to: /var/cache/apt",
    ),
    row(
        "docker",
        V::Object(S::Docker),
        D::UNTIL_2,
        "instructions for the image's configuration",
        "WORKDIR: /app\nENV:\n  APP_ENV: production",
    )
    .deprecated(D::ONLY_2, "imageSpec"),
    row(
        "import",
        V::Objects(S::Import),
        D::ALL,
        "files from other images",
        "- image: base\n  add: /app/public\n  to: /usr/share/html\n  after: install",
    ),
    row(
        "dependencies",
        V::Objects(S::Dependency),
        D::SINCE_1_2,
        "images that are built first and whose names become variables",
        "- image: base\n  before: setup\n  imports:\n  - type: ImageName\n    targetEnv: BASE_IMAGE",
    )
    .since("1.2.60"),
    row("network", V::Str, D::SINCE_2, "network of the build", "host").since("2.62"),
    row(
        "secrets",
        V::Objects(S::Secret),
        D::SINCE_2,
        "secrets for the commands that do not end up in the image",
        "- env: NPM_TOKEN",
    )
    .since("2.15"),
    row("asLayers", V::Bool, D::ONLY_1_1, "makes every command a layer of its own, for debugging", "true")
        .until("1.2.1")
        .default("false"),
];

pub(in super::super) static EXPORT: &[Directive] = &[
    row("includePaths", V::StrOrList, D::ALL, "only these, relative to `add`", "[server, package.json]"),
    row("excludePaths", V::StrOrList, D::ALL, "all but these, relative to `add`", "[docs, \"**/*.md\"]"),
    row("owner", V::Str, D::ALL, "owner of the files", "app"),
    row("group", V::Str, D::ALL, "group of the files", "app"),
];

pub(in super::super) static GIT: &[Directive] = &[
    row("add", V::Str, D::ALL, "absolute path in the repository", "/src").default("/"),
    row("to", V::Str, D::ALL, "absolute path in the image; required", "/app"),
    row("url", V::Str, D::ALL, "another repository; without it the project's own", "https://github.com/werf/werf.git"),
    row("branch", V::Str, D::ALL, "branch of the other repository", "main"),
    row("tag", V::Str, D::ALL, "tag of the other repository", "v1.2.3"),
    row("commit", V::Str, D::ALL, "commit of the other repository", "21640b8e619ba4dd480fedf144f7424aa217a2eb"),
    row(
        "basicAuth",
        V::Object(S::BasicAuth),
        D::SINCE_2,
        "user and password of the other repository",
        "username: ci\npassword:\n  env: GIT_PASSWORD",
    )
    .since("2.45"),
    row(
        "stageDependencies",
        V::Object(S::StageDependencies),
        D::ALL,
        "changes of which files rebuild which stage",
        "install: [package.json, package-lock.json]\nsetup: [\"src/**/*\"]",
    ),
    row(
        "herebyIAdmitThatBranchMightBreakReproducibility",
        V::Bool,
        D::ONLY_1_1,
        "acknowledges that a branch moves; required with `branch` or without any reference",
        "true",
    )
    .instead("werf-giterminism.yaml")
    .default("false"),
];

pub(in super::super) static BASIC_AUTH: &[Directive] = &[
    row("username", V::Str, D::SINCE_2, "name of the user", "ci").since("2.45"),
    row("password", V::Object(S::Password), D::SINCE_2, "where the password comes from", "env: GIT_PASSWORD")
        .since("2.45"),
];

pub(in super::super) static STAGE_DEPENDENCIES: &[Directive] = &[
    row("install", V::StrOrList, D::ALL, "globs of files whose change rebuilds `install`", "[package.json]"),
    row(
        "beforeSetup",
        V::StrOrList,
        D::ALL,
        "globs of files whose change rebuilds `beforeSetup`",
        "[webpack.config.js]",
    ),
    row("setup", V::StrOrList, D::ALL, "globs of files whose change rebuilds `setup`", "[\"src/**/*\"]"),
];

pub(in super::super) static SHELL: &[Directive] = &[
    row(
        "beforeInstall",
        V::StrOrList,
        D::ALL,
        "commands before the sources are there",
        "- apk add --no-cache nodejs npm",
    ),
    row("install", V::StrOrList, D::ALL, "commands that install what the sources name", "- cd /app\n- npm ci"),
    row("beforeSetup", V::StrOrList, D::ALL, "commands before the application is set up", "- npm run assets"),
    row("setup", V::StrOrList, D::ALL, "commands that set the application up", "- npm run build"),
];

pub(in super::super) static ANSIBLE: &[Directive] = &[
    row(
        "beforeInstall",
        V::Objects(S::Task),
        D::UNTIL_2,
        "tasks before the sources are there",
        "- name: curl is there\n  apt:\n    name: curl",
    ),
    row(
        "install",
        V::Objects(S::Task),
        D::UNTIL_2,
        "tasks that install what the sources name",
        "- npm:\n    path: /app",
    ),
    row(
        "beforeSetup",
        V::Objects(S::Task),
        D::UNTIL_2,
        "tasks before the application is set up",
        "- file:\n    path: /app/log\n    state: directory",
    ),
    row("setup", V::Objects(S::Task), D::UNTIL_2, "tasks that set the application up", "- command: npm run build"),
];

pub(in super::super) static TASK: &[Directive] = &[
    row(
        "block",
        V::Objects(S::Task),
        D::UNTIL_2,
        "tasks that belong together",
        "- command: make\n- command: make install",
    ),
    row("rescue", V::Objects(S::Task), D::UNTIL_2, "tasks for when one of `block` failed", "- debug:\n    msg: failed"),
    row("always", V::Objects(S::Task), D::UNTIL_2, "tasks that run in any case", "- command: rm -rf /tmp/build"),
];

const fn cache_versions(dialects: D) -> [Directive; 5] {
    [
        row(
            "cacheVersion",
            V::Str,
            dialects,
            "part of the digests of all user stages: a new value rebuilds them",
            "\"2024-06\"",
        ),
        row("beforeInstallCacheVersion", V::Str, dialects, "part of the digest of `beforeInstall`", "\"2\""),
        row("installCacheVersion", V::Str, dialects, "part of the digest of `install`", "\"2\""),
        row("beforeSetupCacheVersion", V::Str, dialects, "part of the digest of `beforeSetup`", "\"2\""),
        row("setupCacheVersion", V::Str, dialects, "part of the digest of `setup`", "\"2\""),
    ]
}

pub(in super::super) static SHELL_CACHE_VERSIONS: &[Directive] = &cache_versions(D::ALL);

pub(in super::super) static ANSIBLE_CACHE_VERSIONS: &[Directive] = &cache_versions(D::UNTIL_2);

pub(in super::super) static MOUNT: &[Directive] = &[
    row("to", V::Str, D::ALL, "absolute path in the image; required", "/root/.cache"),
    row("from", V::Str, D::ALL, "a directory werf keeps: per build, or shared by all builds", "build_dir")
        .allowed(&["tmp_dir", "build_dir"]),
    row("fromPath", V::Str, D::ALL, "a directory of the machine", "~/.cache/pip"),
];

pub(in super::super) static IMPORT: &[Directive] = &[
    row("add", V::Str, D::ALL, "absolute path in the source image; required", "/app/public"),
    row("to", V::Str, D::ALL, "absolute path in this image", "/usr/share/html").default("the value of `add`"),
    row("image", V::Str, D::ALL, "image the files come from", "base").deprecated(D::SINCE_3, "from"),
    row("from", V::Str, D::SINCE_2, "image the files come from: of the file, or of a registry", "base")
        .since("2.47")
        .instead("image"),
    row("artifact", V::Str, D::UNTIL_2, "artifact the files come from", "assets")
        .deprecated(D::SINCE_1_2_UNTIL_2, "image")
        .instead("from"),
    row("before", V::Str, D::ALL, "the stage before which the files arrive", "setup").allowed(&["install", "setup"]),
    row("after", V::Str, D::ALL, "the stage after which the files arrive", "install").allowed(&["install", "setup"]),
    row("stage", V::Str, D::UNTIL_2, "stage of the source that is read", "install")
        .default("the last stage of the source")
        .allowed(&["beforeInstall", "install", "beforeSetup", "setup"]),
];

pub(in super::super) static DOCKER: &[Directive] = &[
    row("VOLUME", V::StrOrList, D::UNTIL_2, "volumes to add", "[/data]"),
    row("EXPOSE", V::StrOrList, D::UNTIL_2, "ports to expose", "[\"8080\"]"),
    row("ENV", V::StrMap, D::UNTIL_2, "variables to set", "APP_ENV: production"),
    row("LABEL", V::StrMap, D::UNTIL_2, "labels to set", "team: backend"),
    row("CMD", V::StrOrList, D::UNTIL_2, "default command", "[/app/server]"),
    row(
        "ENTRYPOINT",
        V::StrOrList,
        D::UNTIL_2,
        "entry point; without `CMD` the inherited command is dropped",
        "[/app/entrypoint.sh]",
    ),
    row("WORKDIR", V::Str, D::UNTIL_2, "working directory of the process", "/app"),
    row("USER", V::Str, D::UNTIL_2, "user that runs the process", "app"),
    row("HEALTHCHECK", V::Str, D::UNTIL_2, "how to check that the container is well", "CMD /app/health"),
    row("exactValues", V::Bool, D::SINCE_1_2_UNTIL_2, "quotes values so that blanks survive", "true")
        .since("1.2.118")
        .default("false"),
];
