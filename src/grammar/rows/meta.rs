//! Rows of the meta document (spec `werf-2-config.md` §9.1, `werf-1.1-config.md` §6.2).

use super::super::Dialects as D;
use super::super::ValueType as V;
use super::super::{Directive, Section as S};
use super::images::SBOM;
use super::row;

pub(in super::super) static META: &[Directive] = &[
    row(
        "configVersion",
        V::OptInt,
        D::ALL,
        "version of the format; makes the document the meta section; required",
        "1",
    )
    .allowed(&["1"]),
    row(
        "project",
        V::OptStr,
        D::ALL,
        "name of the project: lower-case letters, digits and hyphens, at most 50 characters; required",
        "my-project",
    ),
    row("build", V::Object(S::Build), D::SINCE_1_2, "defaults for building all images", "platform: [linux/amd64]")
        .since("1.2.214"),
    row(
        "deploy",
        V::Object(S::Deploy),
        D::ALL,
        "names of the release and the namespace, place of the chart",
        "namespace: \"[[ project ]]-[[ env ]]\"",
    ),
    row(
        "cleanup",
        V::Object(S::Cleanup),
        D::ALL,
        "which images `werf cleanup` keeps",
        "keepPolicies:\n- references:\n    branch: main\n  imagesPerReference:\n    last: 10",
    ),
    row(
        "gitWorktree",
        V::Object(S::GitWorktree),
        D::SINCE_1_2,
        "what werf may do to a shallow clone",
        "allowUnshallow: false",
    ),
];

pub(in super::super) static BUILD: &[Directive] = &[
    row(
        "platform",
        V::StrList,
        D::SINCE_1_2,
        "target platforms of all images that name none",
        "[linux/amd64, linux/arm64]",
    )
    .since("1.2.214")
    .default("the platform of the builder"),
    row(
        "cacheVersion",
        V::Str,
        D::SINCE_2,
        "part of every stage digest: a new value rebuilds everything",
        "\"2024-06\"",
    )
    .since("2.30"),
    row(
        "staged",
        V::Bool,
        D::SINCE_2,
        "whether Dockerfile images are built stage by stage unless they say otherwise",
        "true",
    )
    .since("2.23")
    .default("false"),
    row(
        "imageSpec",
        V::Object(S::BuildImageSpec),
        D::SINCE_2,
        "settings of the configuration of all final images",
        "config:\n  labels:\n    team: backend",
    )
    .since("2.24"),
    SBOM,
];

pub(in super::super) static BUILD_IMAGE_SPEC: &[Directive] = &[row(
    "config",
    V::Object(S::BuildImageSpecConfig),
    D::SINCE_2,
    "settings of the final images' configuration",
    "labels:\n  team: backend",
)
.since("2.24")];

pub(in super::super) static DEPLOY: &[Directive] = &[
    row("helmChartDir", V::OptStr, D::SINCE_1_2, "directory of the chart, relative to the project", "deploy/chart")
        .default(".helm"),
    row("helmChartConfig", V::Object(S::HelmChartConfig), D::SINCE_2, "overrides of Chart.yaml", "appVersion: 1.2.3")
        .since("2.16"),
    row(
        "helmRelease",
        V::OptStr,
        D::ALL,
        "template of the release name, between double square brackets",
        "\"[[ project ]]-[[ namespace ]]\"",
    )
    .default("[[ project ]]-[[ env ]]"),
    row("helmReleaseSlug", V::OptBool, D::ALL, "whether a release name that is not valid is made valid", "false")
        .default("true"),
    row(
        "namespace",
        V::OptStr,
        D::ALL,
        "template of the namespace, between double square brackets",
        "\"team-[[ env ]]\"",
    )
    .default("[[ project ]]-[[ env ]]"),
    row("namespaceSlug", V::OptBool, D::ALL, "whether a namespace that is not valid is made valid", "false")
        .default("true"),
];

pub(in super::super) static HELM_CHART_CONFIG: &[Directive] =
    &[row("appVersion", V::OptStr, D::SINCE_2, "`appVersion` of the chart", "1.2.3").since("2.16")];

pub(in super::super) static CLEANUP: &[Directive] = &[
    row("disable", V::Bool, D::SINCE_2, "switches the cleanup off", "true").since("2.35").default("false"),
    row(
        "disableKubernetesBasedPolicy",
        V::Bool,
        D::SINCE_1_2,
        "does not ask clusters which images are in use",
        "true",
    )
    .since("1.2.93")
    .default("false"),
    row("disableGitHistoryBasedPolicy", V::Bool, D::SINCE_1_2, "does not look at the git history", "true")
        .since("1.2.93")
        .default("false"),
    row(
        "disableBuiltWithinLastNHoursPolicy",
        V::Bool,
        D::SINCE_1_2,
        "does not spare images that were built recently",
        "true",
    )
    .since("1.2.93")
    .default("false"),
    row(
        "keepImagesBuiltWithinLastNHours",
        V::OptUInt,
        D::SINCE_1_2,
        "hours for which a built image is spared",
        "24",
    )
    .since("1.2.93")
    .default("2"),
    row(
        "keepPolicies",
        V::Objects(S::KeepPolicy),
        D::ALL,
        "images of which branches and tags are kept",
        "- references:\n    tag: /^v.*/\n    limit:\n      last: 10\n- references:\n    branch: main\n  imagesPerReference:\n    last: 5",
    )
    .default("a built-in list"),
];

pub(in super::super) static KEEP_POLICY: &[Directive] = &[
    row(
        "references",
        V::Object(S::References),
        D::ALL,
        "the branches or tags of the policy; required",
        "tag: /^v.*/\nlimit:\n  last: 10",
    ),
    row(
        "imagesPerReference",
        V::Object(S::ImagesPerReference),
        D::ALL,
        "how many images of each branch or tag are kept",
        "last: 2\nin: 168h",
    ),
];

pub(in super::super) static REFERENCES: &[Directive] = &[
    row("branch", V::Str, D::ALL, "name of a branch, or a regular expression between slashes", "/^(main|production)$/"),
    row("tag", V::Str, D::ALL, "name of a tag, or a regular expression between slashes", "/^v.*/"),
    row(
        "limit",
        V::Object(S::Limit),
        D::ALL,
        "restricts the branches or tags that match",
        "last: 10\nin: 168h\noperator: And",
    ),
];

pub(in super::super) static LIMIT: &[Directive] = &[
    row("last", V::OptInt, D::ALL, "only the last so many branches or tags; -1 is no limit", "10").default("-1"),
    row("in", V::OptDuration, D::ALL, "only branches or tags of so many last hours", "168h").default("no limit"),
    row("operator", V::OptStr, D::ALL, "whether both limits must hold or one of them", "Or")
        .allowed(&["And", "Or"])
        .default("And"),
];

pub(in super::super) static IMAGES_PER_REFERENCE: &[Directive] = &[
    row("last", V::OptInt, D::ALL, "the last so many images of each branch or tag; -1 is no limit", "2").default("1"),
    row("in", V::OptDuration, D::ALL, "images of so many last hours", "168h").default("no limit"),
    row("operator", V::OptStr, D::ALL, "whether both limits must hold or one of them; werf does not check it", "Or")
        .allowed(&["And", "Or"])
        .default("And"),
];

pub(in super::super) static GIT_WORKTREE: &[Directive] = &[
    row("forceShallowClone", V::OptBool, D::SINCE_1_2, "accepts a shallow clone without fetching the rest", "true")
        .default("false"),
    row("allowUnshallow", V::OptBool, D::SINCE_1_2, "fetches the missing history of a shallow clone", "false")
        .default("true"),
    row(
        "allowFetchOriginBranchesAndTags",
        V::OptBool,
        D::SINCE_1_2,
        "fetches the branches and tags of the origin",
        "false",
    )
    .default("true"),
];
