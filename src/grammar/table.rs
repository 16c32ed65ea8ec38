//! The table itself: one row per directive, in the order of the reference (spec `werf-2-config.md` §2.2 and §9,
//! `werf-1.1-config.md` §6).

use super::Dialects as D;
use super::ValueType as V;
use super::files;
use super::{Directive, Section as S, SectionInfo, UnknownKeys as U};

pub(super) const fn row(key: &'static str, value: V, dialects: D, meaning: &'static str) -> Directive {
    Directive {
        key,
        value,
        dialects,
        deprecated: D::NONE,
        since: "",
        replacement: "",
        default: "",
        allowed: &[],
        meaning,
        example: "",
    }
}

impl Directive {
    pub(super) const fn since(mut self, since: &'static str) -> Self {
        self.since = since;
        self
    }
    pub(super) const fn default(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }
    pub(super) const fn allowed(mut self, allowed: &'static [&'static str]) -> Self {
        self.allowed = allowed;
        self
    }
    pub(super) const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }
    pub(super) const fn deprecated(mut self, deprecated: D, replacement: &'static str) -> Self {
        self.deprecated = deprecated;
        self.replacement = replacement;
        self
    }
    pub(super) const fn instead(mut self, replacement: &'static str) -> Self {
        self.replacement = replacement;
        self
    }
}

pub(super) const fn section(section: S, path: &'static str, groups: &'static [&'static [Directive]]) -> SectionInfo {
    SectionInfo { section, path, unknown: U::Refused, groups }
}

pub(super) const fn section_with(
    section: S,
    path: &'static str,
    unknown: U,
    groups: &'static [&'static [Directive]],
) -> SectionInfo {
    SectionInfo { section, path, unknown, groups }
}

/// All sections, in the order of [`S`].
#[must_use]
pub fn sections() -> &'static [SectionInfo] {
    SECTIONS
}

static SECTIONS: &[SectionInfo] = &[
    section(S::Meta, "the meta section", &[META]),
    section(S::Build, "build", &[BUILD]),
    section(
        S::BuildImageSpec,
        "build.imageSpec",
        &[
            IMAGE_SPEC,
            &[row(
                "config",
                V::Object(S::BuildImageSpecConfig),
                D::SINCE_2,
                "settings of the final images' configuration",
            )],
        ],
    ),
    section(S::BuildImageSpecConfig, "build.imageSpec.config", &[IMAGE_LABELS]),
    section(S::Deploy, "deploy", &[DEPLOY]),
    section(S::HelmChartConfig, "deploy.helmChartConfig", &[HELM_CHART_CONFIG]),
    section(S::Cleanup, "cleanup", &[CLEANUP]),
    section(S::KeepPolicy, "cleanup.keepPolicies[]", &[KEEP_POLICY]),
    section(S::References, "cleanup.keepPolicies[].references", &[REFERENCES]),
    section(S::Limit, "cleanup.keepPolicies[].references.limit", &[LIMIT]),
    section_with(S::ImagesPerReference, "cleanup.keepPolicies[].imagesPerReference", U::Accepted, &[LIMIT]),
    section(S::GitWorktree, "gitWorktree", &[GIT_WORKTREE]),
    section(S::DockerfileImage, "a Dockerfile image", &[DOCKERFILE_IMAGE, ANY_IMAGE]),
    section(S::StapelImage, "a stapel image", &[STAPEL_IMAGE, ANY_IMAGE]),
    section(S::Git, "git[]", &[GIT, EXPORT]),
    section_with(S::BasicAuth, "git[].basicAuth", U::TypeError, &[BASIC_AUTH]),
    section_with(S::Password, "git[].basicAuth.password", U::TypeError, &[SOURCES]),
    section(S::StageDependencies, "git[].stageDependencies", &[STAGE_DEPENDENCIES]),
    section(S::Shell, "shell", &[SHELL, CACHE_VERSIONS]),
    section(S::Ansible, "ansible", &[ANSIBLE, CACHE_VERSIONS]),
    section_with(S::Task, "a task of ansible", U::Accepted, &[TASK]),
    section(S::Mount, "mount[]", &[MOUNT]),
    section(S::Docker, "docker", &[DOCKER]),
    section(S::Import, "import[]", &[IMPORT, EXPORT]),
    section(S::Dependency, "dependencies[]", &[DEPENDENCY]),
    section(S::DependencyImport, "dependencies[].imports[]", &[DEPENDENCY_IMPORT]),
    section(S::Secret, "secrets[]", &[SECRET, SOURCES]),
    section(
        S::ImageSpec,
        "imageSpec",
        &[
            IMAGE_SPEC,
            &[row("config", V::Object(S::ImageSpecConfig), D::SINCE_2, "settings of the image's configuration")],
        ],
    ),
    section(S::ImageSpecConfig, "imageSpec.config", &[IMAGE_LABELS, IMAGE_CONFIG]),
    section_with(S::Healthcheck, "imageSpec.config.healthcheck", U::TypeError, &[HEALTHCHECK]),
    section(S::Giterminism, "werf-giterminism.yaml", &[files::GITERMINISM]),
    section(S::GiterminismCli, "cli", &[files::CLI]),
    section(S::GiterminismConfig, "config", &[files::CONFIG]),
    section(S::GiterminismTemplates, "config.goTemplateRendering", &[files::TEMPLATES]),
    section(S::GiterminismSecrets, "config.secrets", &[files::SECRETS]),
    section(S::GiterminismStapel, "config.stapel", &[files::STAPEL]),
    section(S::GiterminismGit, "config.stapel.git", &[files::STAPEL_GIT]),
    section(S::GiterminismMount, "config.stapel.mount", &[files::STAPEL_MOUNT]),
    section(S::GiterminismDockerfile, "config.dockerfile", &[files::DOCKERFILE]),
    section(S::GiterminismHelm, "helm", &[files::HELM]),
    section(S::GiterminismIncludes, "includes", &[files::UPDATES]),
    section_with(S::Includes, "werf-includes.yaml", U::Accepted, &[files::INCLUDES]),
    section_with(S::Include, "includes[]", U::Accepted, &[files::INCLUDE]),
    section_with(S::IncludeAuth, "includes[].basicAuth", U::Accepted, &[files::INCLUDE_AUTH]),
    section_with(S::IncludePassword, "includes[].basicAuth.password", U::Accepted, &[SOURCES]),
];

static META: &[Directive] = &[
    row("configVersion", V::OptInt, D::ALL, "version of the format; makes the document the meta section")
        .allowed(&["1"])
        .example("1"),
    row(
        "project",
        V::OptStr,
        D::ALL,
        "name of the project: lower-case letters, digits and hyphens, at most 50 characters",
    )
    .example("my-project"),
    row("build", V::Object(S::Build), D::SINCE_1_2, "defaults for building all images").since("1.2.214"),
    row("deploy", V::Object(S::Deploy), D::ALL, "names of the release and the namespace, place of the chart"),
    row("cleanup", V::Object(S::Cleanup), D::ALL, "which images `werf cleanup` keeps"),
    row("gitWorktree", V::Object(S::GitWorktree), D::SINCE_1_2, "what werf may do to a shallow clone"),
];

static BUILD: &[Directive] = &[
    row("platform", V::StrList, D::SINCE_1_2, "target platforms of all images that name none")
        .since("1.2.214")
        .example("[linux/amd64]"),
    row("cacheVersion", V::Str, D::SINCE_2, "part of every stage digest: a new value rebuilds everything")
        .since("2.30"),
    row("staged", V::Bool, D::SINCE_2, "whether Dockerfile images are built stage by stage unless they say otherwise")
        .since("2.23")
        .default("false"),
    row("imageSpec", V::Object(S::BuildImageSpec), D::SINCE_2, "settings of the configuration of all final images")
        .since("2.24"),
];

static IMAGE_SPEC: &[Directive] = &[
    row("author", V::Str, D::SINCE_2, "author in the image's configuration"),
    row("clearHistory", V::Bool, D::SINCE_2, "drops the history inherited from the base image").default("false"),
];

static IMAGE_LABELS: &[Directive] = &[
    row("labels", V::StrMap, D::SINCE_2, "labels to set; `%project%` and `%image%` are filled in"),
    row("removeLabels", V::StrList, D::SINCE_2, "labels to drop: names, or regular expressions between slashes"),
    row(
        "keepEssentialWerfLabels",
        V::Bool,
        D::SINCE_2,
        "keeps the labels werf needs even if `removeLabels` matches them",
    )
    .since("2.34.1")
    .default("false"),
    row("clearWerfLabels", V::Bool, D::SINCE_2, "dropped werf's own labels; has no effect any more")
        .deprecated(D::SINCE_3, "removeLabels")
        .default("false"),
];

static IMAGE_CONFIG: &[Directive] = &[
    row("removeEnv", V::StrList, D::SINCE_2, "variables to drop: names, or regular expressions between slashes"),
    row("removeVolumes", V::StrList, D::SINCE_2, "volumes to drop"),
    row("env", V::StrMap, D::SINCE_2, "variables to set; those of the base image can be used as `${NAME}`"),
    row("volumes", V::StrList, D::SINCE_2, "volumes to add"),
    row("expose", V::StrList, D::SINCE_2, "ports to expose").example("[\"8080\"]"),
    row("cmd", V::StrList, D::SINCE_2, "default command"),
    row("entrypoint", V::StrList, D::SINCE_2, "entry point; without `cmd` the inherited command is dropped"),
    row("user", V::Str, D::SINCE_2, "user that runs the process"),
    row("workingDir", V::Str, D::SINCE_2, "working directory of the process"),
    row("stopSignal", V::Str, D::SINCE_2, "signal that stops the process"),
    row("clearCmd", V::Bool, D::SINCE_2, "drops the inherited command").default("false"),
    row("clearEntrypoint", V::Bool, D::SINCE_2, "drops the inherited entry point").default("false"),
    row("clearUser", V::Bool, D::SINCE_2, "drops the inherited user").since("2.35").default("false"),
    row("clearWorkingDir", V::Bool, D::SINCE_2, "drops the inherited working directory").since("2.35").default("false"),
    row("healthcheck", V::Object(S::Healthcheck), D::SINCE_2, "how to check that the container is well"),
];

static HEALTHCHECK: &[Directive] = &[
    row("test", V::StrList, D::SINCE_2, "the command").example("[CMD, /check]"),
    row("interval", V::OptInt, D::SINCE_2, "seconds between two checks").example("30"),
    row("timeout", V::OptInt, D::SINCE_2, "seconds after which a check counts as failed").example("5"),
    row("startperiod", V::OptInt, D::SINCE_2, "seconds in which failures do not count; all lower case").example("10"),
    row("retries", V::OptInt, D::SINCE_2, "failures in a row that make the container unwell").example("3"),
];

static DEPLOY: &[Directive] = &[
    row("helmChartDir", V::OptStr, D::SINCE_1_2, "directory of the chart").default(".helm"),
    row("helmChartConfig", V::Object(S::HelmChartConfig), D::SINCE_2, "overrides of Chart.yaml").since("2.16"),
    row("helmRelease", V::OptStr, D::ALL, "template of the release name").default("[[ project ]]-[[ env ]]"),
    row("helmReleaseSlug", V::OptBool, D::ALL, "whether a release name that is not valid is made valid")
        .default("true"),
    row("namespace", V::OptStr, D::ALL, "template of the namespace").default("[[ project ]]-[[ env ]]"),
    row("namespaceSlug", V::OptBool, D::ALL, "whether a namespace that is not valid is made valid").default("true"),
];

static HELM_CHART_CONFIG: &[Directive] =
    &[row("appVersion", V::OptStr, D::SINCE_2, "`appVersion` of the chart").since("2.16")];

static CLEANUP: &[Directive] = &[
    row("disable", V::Bool, D::SINCE_2, "switches the cleanup off").since("2.35").default("false"),
    row("disableKubernetesBasedPolicy", V::Bool, D::SINCE_1_2, "does not ask clusters which images are in use")
        .since("1.2.93")
        .default("false"),
    row("disableGitHistoryBasedPolicy", V::Bool, D::SINCE_1_2, "does not look at the git history")
        .since("1.2.93")
        .default("false"),
    row("disableBuiltWithinLastNHoursPolicy", V::Bool, D::SINCE_1_2, "does not spare images that were built recently")
        .since("1.2.93")
        .default("false"),
    row("keepImagesBuiltWithinLastNHours", V::OptUInt, D::SINCE_1_2, "hours for which a built image is spared")
        .since("1.2.93")
        .default("2"),
    row("keepPolicies", V::Objects(S::KeepPolicy), D::ALL, "images of which branches and tags are kept")
        .default("a built-in list"),
];

static KEEP_POLICY: &[Directive] = &[
    row("references", V::Object(S::References), D::ALL, "the branches or tags of the policy; required"),
    row(
        "imagesPerReference",
        V::Object(S::ImagesPerReference),
        D::ALL,
        "how many images of each branch or tag are kept",
    ),
];

static REFERENCES: &[Directive] = &[
    row("branch", V::Str, D::ALL, "name of a branch, or a regular expression between slashes")
        .example("/^(main|production)$/"),
    row("tag", V::Str, D::ALL, "name of a tag, or a regular expression between slashes").example("/^v.*/"),
    row("limit", V::Object(S::Limit), D::ALL, "restricts the branches or tags that match"),
];

static LIMIT: &[Directive] = &[
    row("last", V::OptInt, D::ALL, "the last so many; -1 is no limit").example("10"),
    row("in", V::OptDuration, D::ALL, "those of the last hours").example("168h"),
    row("operator", V::OptStr, D::ALL, "whether both limits must hold or one of them")
        .allowed(&["And", "Or"])
        .default("And"),
];

static GIT_WORKTREE: &[Directive] = &[
    row("forceShallowClone", V::OptBool, D::SINCE_1_2, "accepts a shallow clone without fetching the rest")
        .default("false"),
    row("allowUnshallow", V::OptBool, D::SINCE_1_2, "fetches the missing history of a shallow clone").default("true"),
    row("allowFetchOriginBranchesAndTags", V::OptBool, D::SINCE_1_2, "fetches the branches and tags of the origin")
        .default("true"),
];

static ANY_IMAGE: &[Directive] = &[
    row("image", V::ImageName, D::ALL, "name of the image; a list makes one image per name").example("backend"),
    row("final", V::OptBool, D::SINCE_1_2, "whether the image is a result and not only an intermediate step")
        .since("1.2.319, 2.7")
        .default("true"),
    row("cacheVersion", V::Str, D::SINCE_2, "part of the image's stage digests: a new value rebuilds it").since("2.30"),
    row(
        "dependencies",
        V::Objects(S::Dependency),
        D::SINCE_1_2,
        "images that are built first and whose names are handed over",
    )
    .since("1.2.60"),
    row("platform", V::StrList, D::SINCE_1_2, "target platforms")
        .since("1.2.232")
        .example("[linux/amd64, linux/arm64]"),
    row("secrets", V::Objects(S::Secret), D::SINCE_2, "secrets for the build that do not end up in the image")
        .since("2.14"),
    row("imageSpec", V::Object(S::ImageSpec), D::SINCE_2, "settings of the image's configuration")
        .since("2.24")
        .instead("docker"),
];

static DOCKERFILE_IMAGE: &[Directive] = &[
    row("dockerfile", V::Str, D::ALL, "path of the Dockerfile below `context`; makes the document a Dockerfile image")
        .example("Dockerfile"),
    row("context", V::Str, D::ALL, "directory of the build context, relative to the project")
        .default("the project directory"),
    row("contextAddFile", V::StrOrList, D::SINCE_1_2, "older spelling of `contextAddFiles`"),
    row(
        "contextAddFiles",
        V::StrOrList,
        D::SINCE_1_2,
        "files that are added to the context though git does not know them",
    ),
    row("target", V::Str, D::ALL, "stage of the Dockerfile to build").default("the last stage"),
    row("args", V::AnyMap, D::ALL, "values of the Dockerfile's build arguments"),
    row("addHost", V::StrOrList, D::ALL, "entries of /etc/hosts during the build").example("\"host:1.2.3.4\""),
    row("network", V::Str, D::ALL, "network of the build").example("host"),
    row("ssh", V::Str, D::ALL, "SSH agent for `RUN --mount=type=ssh`").example("default"),
    row("staged", V::Bool, D::SINCE_1_2, "builds each instruction as a stage of its own")
        .since("1.2.178")
        .default("`build.staged`"),
];

static STAPEL_IMAGE: &[Directive] = &[
    row("artifact", V::Str, D::UNTIL_2, "name of an artifact: a stapel image that only serves others")
        .deprecated(D::SINCE_1_2_UNTIL_2, "image` with `final: false"),
    row("from", V::Str, D::ALL, "base image: a registry reference; since 2 also another image of the file")
        .example("alpine:3.20"),
    row("fromLatest", V::Bool, D::ALL, "asks the registry for the current digest of `from` in every build")
        .default("false"),
    row("fromCacheVersion", V::Str, D::ALL, "part of the digest of the first stage: a new value rebuilds the image"),
    row("fromImage", V::Str, D::ALL, "another image of the file as base").deprecated(D::SINCE_3, "from"),
    row("fromImageArtifact", V::Str, D::ONLY_1_1, "an artifact of the file as base")
        .deprecated(D::ONLY_1_1, "fromImage"),
    row("fromArtifact", V::Str, D::SINCE_1_2_UNTIL_2, "an artifact of the file as base")
        .deprecated(D::SINCE_1_2_UNTIL_2, "fromImage"),
    row(
        "herebyIAdmitThatFromLatestMightBreakReproducibility",
        V::Bool,
        D::ONLY_1_1,
        "acknowledges what `fromLatest` does; required with it",
    )
    .instead("werf-giterminism.yaml")
    .default("false"),
    row("disableGitAfterPatch", V::Bool, D::SINCE_1_2_UNTIL_2, "leaves out the stage that patches the sources last")
        .since("1.2.319, 2.7")
        .default("false"),
    row("git", V::Objects(S::Git), D::ALL, "files from git: the project's own repository, or another one"),
    row("shell", V::Object(S::Shell), D::ALL, "shell commands of the user stages"),
    row("ansible", V::Object(S::Ansible), D::UNTIL_2, "ansible tasks of the user stages")
        .deprecated(D::SINCE_1_2_UNTIL_2, "shell"),
    row("mount", V::Objects(S::Mount), D::ALL, "directories that are there during the build only"),
    row("docker", V::Object(S::Docker), D::UNTIL_2, "instructions for the image's configuration")
        .deprecated(D::ONLY_2, "imageSpec"),
    row("import", V::Objects(S::Import), D::ALL, "files from other images"),
    row("network", V::Str, D::SINCE_2, "network of the build").since("2.62").example("host"),
    row("asLayers", V::Bool, D::ONLY_1_1, "makes every command a layer of its own, for debugging").default("false"),
];

static EXPORT: &[Directive] = &[
    row("add", V::Str, D::ALL, "absolute path at the source")
        .default("`/` in `git`, required in `import`")
        .example("/app"),
    row("to", V::Str, D::ALL, "absolute path in the image")
        .default("required in `git`, `add` in `import`")
        .example("/app"),
    row("includePaths", V::StrOrList, D::ALL, "only these, relative to `add`"),
    row("excludePaths", V::StrOrList, D::ALL, "all but these, relative to `add`"),
    row("owner", V::Str, D::ALL, "owner of the files").example("app"),
    row("group", V::Str, D::ALL, "group of the files").example("app"),
];

static GIT: &[Directive] = &[
    row("url", V::Str, D::ALL, "another repository; without it the project's own")
        .example("https://github.com/werf/werf.git"),
    row("branch", V::Str, D::ALL, "branch of the other repository"),
    row("tag", V::Str, D::ALL, "tag of the other repository"),
    row("commit", V::Str, D::ALL, "commit of the other repository"),
    row("basicAuth", V::Object(S::BasicAuth), D::SINCE_2, "user and password of the other repository").since("2.45"),
    row("stageDependencies", V::Object(S::StageDependencies), D::ALL, "changes of which files rebuild which stage"),
    row(
        "herebyIAdmitThatBranchMightBreakReproducibility",
        V::Bool,
        D::ONLY_1_1,
        "acknowledges that a branch moves; required with `branch` or without any reference",
    )
    .instead("werf-giterminism.yaml")
    .default("false"),
];

static BASIC_AUTH: &[Directive] = &[
    row("username", V::Str, D::SINCE_2, "name of the user"),
    row("password", V::Object(S::Password), D::SINCE_2, "where the password comes from"),
];

static SOURCES: &[Directive] = &[
    row("env", V::Str, D::SINCE_2, "name of the environment variable that holds it"),
    row("src", V::Str, D::SINCE_2, "path of the file that holds it; `~` is the home directory"),
    row("value", V::Str, D::SINCE_2, "the value itself"),
];

static SECRET: &[Directive] =
    &[row("id", V::Str, D::SINCE_2, "name of the secret in the build")
        .default("the variable's name or the file's name")];

static STAGE_DEPENDENCIES: &[Directive] = &[
    row("install", V::StrOrList, D::ALL, "globs of files whose change rebuilds `install`").example("[package.json]"),
    row("beforeSetup", V::StrOrList, D::ALL, "globs of files whose change rebuilds `beforeSetup`"),
    row("setup", V::StrOrList, D::ALL, "globs of files whose change rebuilds `setup`"),
];

static SHELL: &[Directive] = &[
    row("beforeInstall", V::StrOrList, D::ALL, "commands before the sources are there"),
    row("install", V::StrOrList, D::ALL, "commands that install what the sources name"),
    row("beforeSetup", V::StrOrList, D::ALL, "commands before the application is set up"),
    row("setup", V::StrOrList, D::ALL, "commands that set the application up"),
];

static ANSIBLE: &[Directive] = &[
    row("beforeInstall", V::Objects(S::Task), D::UNTIL_2, "tasks before the sources are there"),
    row("install", V::Objects(S::Task), D::UNTIL_2, "tasks that install what the sources name"),
    row("beforeSetup", V::Objects(S::Task), D::UNTIL_2, "tasks before the application is set up"),
    row("setup", V::Objects(S::Task), D::UNTIL_2, "tasks that set the application up"),
];

static TASK: &[Directive] = &[
    row("block", V::Objects(S::Task), D::UNTIL_2, "tasks that belong together"),
    row("rescue", V::Objects(S::Task), D::UNTIL_2, "tasks for when one of `block` failed"),
    row("always", V::Objects(S::Task), D::UNTIL_2, "tasks that run in any case"),
];

static CACHE_VERSIONS: &[Directive] = &[
    row("cacheVersion", V::Str, D::ALL, "part of the digests of all user stages: a new value rebuilds them"),
    row("beforeInstallCacheVersion", V::Str, D::ALL, "part of the digest of `beforeInstall`"),
    row("installCacheVersion", V::Str, D::ALL, "part of the digest of `install`"),
    row("beforeSetupCacheVersion", V::Str, D::ALL, "part of the digest of `beforeSetup`"),
    row("setupCacheVersion", V::Str, D::ALL, "part of the digest of `setup`"),
];

static MOUNT: &[Directive] = &[
    row("to", V::Str, D::ALL, "absolute path in the image; required").example("/root/.cache"),
    row("from", V::Str, D::ALL, "a directory werf keeps: per build, or shared by all builds")
        .allowed(&["tmp_dir", "build_dir"]),
    row("fromPath", V::Str, D::ALL, "a directory of the machine").example("~/.cache"),
];

static IMPORT: &[Directive] = &[
    row("image", V::Str, D::ALL, "image the files come from").deprecated(D::SINCE_3, "from"),
    row("from", V::Str, D::SINCE_2, "image the files come from: of the file, or of a registry")
        .since("2.47")
        .instead("image"),
    row("artifact", V::Str, D::UNTIL_2, "artifact the files come from")
        .deprecated(D::SINCE_1_2_UNTIL_2, "image")
        .instead("from"),
    row("before", V::Str, D::ALL, "the stage before which the files arrive").allowed(&["install", "setup"]),
    row("after", V::Str, D::ALL, "the stage after which the files arrive").allowed(&["install", "setup"]),
    row("stage", V::Str, D::UNTIL_2, "stage of the source that is read; by default its last one").allowed(&[
        "beforeInstall",
        "install",
        "beforeSetup",
        "setup",
    ]),
];

static DEPENDENCY: &[Directive] = &[
    row("image", V::Str, D::SINCE_1_2, "image that is built first").deprecated(D::SINCE_3, "from"),
    row("from", V::Str, D::SINCE_3, "image that is built first").instead("image"),
    row("before", V::Str, D::SINCE_1_2, "the stage before which the variables are set; stapel only")
        .allowed(&["install", "setup"]),
    row("after", V::Str, D::SINCE_1_2, "the stage after which the variables are set; stapel only")
        .allowed(&["install", "setup"]),
    row("imports", V::Objects(S::DependencyImport), D::SINCE_1_2, "what is handed over"),
];

static DEPENDENCY_IMPORT: &[Directive] = &[
    row("type", V::Str, D::SINCE_1_2, "which name of the built image; `ImageID` only before 3").allowed(&[
        "ImageName",
        "ImageTag",
        "ImageRepo",
        "ImageDigest",
        "ImageID",
    ]),
    row("targetEnv", V::Str, D::SINCE_1_2, "variable that receives it, in a stapel image"),
    row("targetBuildArg", V::Str, D::SINCE_1_2, "build argument that receives it, in a Dockerfile image"),
];

static DOCKER: &[Directive] = &[
    row("VOLUME", V::StrOrList, D::UNTIL_2, "volumes"),
    row("EXPOSE", V::StrOrList, D::UNTIL_2, "ports"),
    row("ENV", V::StrMap, D::UNTIL_2, "variables"),
    row("LABEL", V::StrMap, D::UNTIL_2, "labels"),
    row("CMD", V::StrOrList, D::UNTIL_2, "default command"),
    row("ENTRYPOINT", V::StrOrList, D::UNTIL_2, "entry point; without `CMD` the inherited command is dropped"),
    row("WORKDIR", V::Str, D::UNTIL_2, "working directory"),
    row("USER", V::Str, D::UNTIL_2, "user"),
    row("HEALTHCHECK", V::Str, D::UNTIL_2, "how to check that the container is well"),
    row("exactValues", V::Bool, D::SINCE_1_2_UNTIL_2, "quotes values so that blanks survive")
        .since("1.2.118")
        .default("false"),
];
