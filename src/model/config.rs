//! The documents of one configuration as werf holds them after decoding and before conversion: every directive of every
//! dialect, each with its place. A directive that the dialect lacks stays absent.
//!
//! In: nothing, this is plain data made by `decode`. Never: checks. Names of fields are werf's directives in snake
//! case; types are those of spec `werf-2-config.md` §9 and `werf-1.1-config.md` §6.

use super::field::{Field, NodeRef, Section, Sections, Spanned, Strings, Text, TextList, TextMap};
use crate::diagnostic::Finding;
use crate::source::Span;

/// One document of the stream that has a kind.
#[derive(Clone, Debug)]
pub struct RawDocument {
    /// Index of its tree in [`super::Decoded`].
    pub tree: u32,
    /// Line of its first line in the rendered text, from 0.
    pub first_line: usize,
    /// Its bytes in the rendered text, without separators.
    pub span: Span,
    /// The key that decided its kind (`configVersion`, `dockerfile`, `image`, `artifact`): what to underline when the
    /// document as a whole is meant.
    pub head: Span,
    /// Whether decoding raised a fatal finding in it: values may be missing for that reason.
    pub broken: bool,
    /// Crashes of werf that wait in this document until it is converted (phase D or E; in `dependencies` and `import` of 2 and 3
    /// already phase B): null items of lists. Emit them when the document is converted.
    pub crashes: Vec<Finding>,
    /// What it holds.
    pub kind: RawKind,
}

/// The kinds of documents (spec §8).
#[derive(Clone, Debug)]
pub enum RawKind {
    /// The document with `configVersion`.
    Meta(Box<Meta>),
    /// A document with `dockerfile`.
    Dockerfile(Box<DockerfileImage>),
    /// A document with `image` or `artifact`.
    Stapel(Box<StapelImage>),
}

/// The names under `image` (spec §9.5).
#[derive(Clone, Debug, Default)]
pub struct ImageNames {
    /// How `image` stands in the document. `Absent` too when a later merge key made werf forget it.
    pub form: ImageForm,
    /// One entry per image; the nameless image has the empty name and the place of the key.
    pub names: Vec<Spanned<String>>,
    /// The key `image`, where it stands.
    pub key: Option<Span>,
}

/// Spelling of `image`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ImageForm {
    /// No such key.
    #[default]
    Absent,
    /// Null: the nameless image in 1.1, 1.2 and 2.
    Null,
    /// One text.
    Text,
    /// A list of texts.
    List,
    /// Something else, with a finding.
    Invalid,
}

/// The meta document (spec §9.1).
#[derive(Clone, Debug, Default)]
pub struct Meta {
    /// `configVersion`: 1.
    pub config_version: Field<Option<i64>>,
    /// `project`.
    pub project: Field<Option<String>>,
    /// `build`.
    pub build: Section<Build>,
    /// `deploy`.
    pub deploy: Section<Deploy>,
    /// `cleanup`.
    pub cleanup: Section<Cleanup>,
    /// `gitWorktree`.
    pub git_worktree: Section<GitWorktree>,
}

/// `build` of the meta document.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// `platform`.
    pub platform: TextList,
    /// `cacheVersion`.
    pub cache_version: Text,
    /// `staged`.
    pub staged: Field<bool>,
    /// `imageSpec`: only `author`, `clearHistory` and, of `config`, the label directives exist here.
    pub image_spec: Section<ImageSpec>,
}

/// `deploy`.
#[derive(Clone, Debug, Default)]
pub struct Deploy {
    /// `helmChartDir`, by default `.helm`.
    pub helm_chart_dir: Field<Option<String>>,
    /// `helmChartConfig`.
    pub helm_chart_config: Section<HelmChartConfig>,
    /// `helmRelease`.
    pub helm_release: Field<Option<String>>,
    /// `helmReleaseSlug`, by default true.
    pub helm_release_slug: Field<Option<bool>>,
    /// `namespace`.
    pub namespace: Field<Option<String>>,
    /// `namespaceSlug`, by default true.
    pub namespace_slug: Field<Option<bool>>,
}

/// `deploy.helmChartConfig`.
#[derive(Clone, Debug, Default)]
pub struct HelmChartConfig {
    /// `appVersion`.
    pub app_version: Field<Option<String>>,
}

/// `cleanup`.
#[derive(Clone, Debug, Default)]
pub struct Cleanup {
    /// `disable`.
    pub disable: Field<bool>,
    /// `disableKubernetesBasedPolicy`.
    pub disable_kubernetes_based_policy: Field<bool>,
    /// `disableGitHistoryBasedPolicy`.
    pub disable_git_history_based_policy: Field<bool>,
    /// `disableBuiltWithinLastNHoursPolicy`.
    pub disable_built_within_last_n_hours_policy: Field<bool>,
    /// `keepImagesBuiltWithinLastNHours`, by default 2.
    pub keep_images_built_within_last_n_hours: Field<Option<u64>>,
    /// `keepPolicies`; the built-in list when empty.
    pub keep_policies: Sections<KeepPolicy>,
}

/// An item of `cleanup.keepPolicies`.
#[derive(Clone, Debug, Default)]
pub struct KeepPolicy {
    /// `references`.
    pub references: Section<References>,
    /// `imagesPerReference`.
    pub images_per_reference: Section<Limit>,
}

/// `references` of a keep policy.
#[derive(Clone, Debug, Default)]
pub struct References {
    /// `branch`.
    pub branch: Text,
    /// `tag`.
    pub tag: Text,
    /// `limit`.
    pub limit: Section<Limit>,
}

/// `limit`, and `imagesPerReference` with the same keys.
#[derive(Clone, Debug, Default)]
pub struct Limit {
    /// `last`; -1 is no limit.
    pub last: Field<Option<i64>>,
    /// `in`, in nanoseconds.
    pub within: Field<Option<i64>>,
    /// `operator`: `And` or `Or`.
    pub operator: Field<Option<String>>,
}

/// `gitWorktree`.
#[derive(Clone, Debug, Default)]
pub struct GitWorktree {
    /// `forceShallowClone`, by default false.
    pub force_shallow_clone: Field<Option<bool>>,
    /// `allowUnshallow`, by default true.
    pub allow_unshallow: Field<Option<bool>>,
    /// `allowFetchOriginBranchesAndTags`, by default true.
    pub allow_fetch_origin_branches_and_tags: Field<Option<bool>>,
}

/// A document with `dockerfile` (spec §9.3).
#[derive(Clone, Debug, Default)]
pub struct DockerfileImage {
    /// `image`; without names the document yields no image.
    pub image: ImageNames,
    /// `final`, by default true.
    pub is_final: Field<Option<bool>>,
    /// `dockerfile`.
    pub dockerfile: Text,
    /// `context`.
    pub context: Text,
    /// `contextAddFile`.
    pub context_add_file: Strings,
    /// `contextAddFiles`.
    pub context_add_files: Strings,
    /// `target`.
    pub target: Text,
    /// `args`.
    pub args: Field<Vec<(Spanned<String>, NodeRef)>>,
    /// `addHost`.
    pub add_host: Strings,
    /// `network`.
    pub network: Text,
    /// `ssh`.
    pub ssh: Text,
    /// `dependencies`.
    pub dependencies: Sections<Dependency>,
    /// `staged`: `build.staged` if the key is absent, false if it is null.
    pub staged: Field<bool>,
    /// `platform`.
    pub platform: TextList,
    /// `secrets`.
    pub secrets: Sections<Secret>,
    /// `imageSpec`.
    pub image_spec: Section<ImageSpec>,
    /// `cacheVersion`.
    pub cache_version: Text,
}

/// A document with `image` or `artifact` (spec §9.4).
#[derive(Clone, Debug, Default)]
pub struct StapelImage {
    /// `image`.
    pub image: ImageNames,
    /// `artifact`: not empty makes the document an artifact.
    pub artifact: Text,
    /// `final`.
    pub is_final: Field<Option<bool>>,
    /// `cacheVersion`.
    pub cache_version: Text,
    /// `from`.
    pub from: Text,
    /// `fromImage`.
    pub from_image: Text,
    /// `fromArtifact` (1.2, 2).
    pub from_artifact: Text,
    /// `fromImageArtifact` (1.1).
    pub from_image_artifact: Text,
    /// `fromLatest`.
    pub from_latest: Field<bool>,
    /// `herebyIAdmitThatFromLatestMightBreakReproducibility` (1.1).
    pub admits_from_latest: Field<bool>,
    /// `fromCacheVersion`.
    pub from_cache_version: Text,
    /// `disableGitAfterPatch` (1.2, 2).
    pub disable_git_after_patch: Field<bool>,
    /// `git`.
    pub git: Sections<Git>,
    /// `shell`.
    pub shell: Section<Shell>,
    /// `ansible` (1.1, 1.2, 2).
    pub ansible: Section<Ansible>,
    /// `mount`.
    pub mount: Sections<Mount>,
    /// `docker` (1.1, 1.2, 2).
    pub docker: Section<Docker>,
    /// `import`.
    pub import: Sections<Import>,
    /// `dependencies`.
    pub dependencies: Sections<Dependency>,
    /// `platform`.
    pub platform: TextList,
    /// `network`.
    pub network: Text,
    /// `secrets`.
    pub secrets: Sections<Secret>,
    /// `imageSpec`.
    pub image_spec: Section<ImageSpec>,
    /// `asLayers` (1.1).
    pub as_layers: Field<bool>,
}

/// What `git` and `import` items share.
#[derive(Clone, Debug, Default)]
pub struct Export {
    /// `add`; in `git` by default `/`, in `import` empty. An explicit null is the empty text. Not cleaned.
    pub add: Text,
    /// `to`, as written.
    pub to: Text,
    /// `includePaths`.
    pub include_paths: Strings,
    /// `excludePaths`.
    pub exclude_paths: Strings,
    /// `owner`.
    pub owner: Text,
    /// `group`.
    pub group: Text,
}

/// An item of `git` (spec §9.8).
#[derive(Clone, Debug, Default)]
pub struct Git {
    /// Paths and ownership.
    pub export: Export,
    /// `url`: not empty makes the mapping remote.
    pub url: Text,
    /// `branch`.
    pub branch: Text,
    /// `tag`.
    pub tag: Text,
    /// `commit`.
    pub commit: Text,
    /// `basicAuth`.
    pub basic_auth: Section<BasicAuth>,
    /// `stageDependencies`.
    pub stage_dependencies: Section<StageDependencies>,
    /// `herebyIAdmitThatBranchMightBreakReproducibility` (1.1).
    pub admits_branch: Field<bool>,
}

/// `basicAuth` of a git mapping.
#[derive(Clone, Debug, Default)]
pub struct BasicAuth {
    /// `username`.
    pub username: Text,
    /// `password`.
    pub password: Section<Password>,
}

/// `basicAuth.password`.
#[derive(Clone, Debug, Default)]
pub struct Password {
    /// `env`.
    pub env: Text,
    /// `src`.
    pub src: Text,
    /// `value`.
    pub value: Text,
}

/// `stageDependencies` of a git mapping.
#[derive(Clone, Debug, Default)]
pub struct StageDependencies {
    /// `install`.
    pub install: Strings,
    /// `beforeSetup`.
    pub before_setup: Strings,
    /// `setup`.
    pub setup: Strings,
}

/// The cache versions of `shell` and `ansible`.
#[derive(Clone, Debug, Default)]
pub struct CacheVersions {
    /// `cacheVersion`.
    pub common: Text,
    /// `beforeInstallCacheVersion`.
    pub before_install: Text,
    /// `installCacheVersion`.
    pub install: Text,
    /// `beforeSetupCacheVersion`.
    pub before_setup: Text,
    /// `setupCacheVersion`.
    pub setup: Text,
}

/// `shell` (spec §9.9).
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// `beforeInstall`.
    pub before_install: Strings,
    /// `install`.
    pub install: Strings,
    /// `beforeSetup`.
    pub before_setup: Strings,
    /// `setup`.
    pub setup: Strings,
    /// The cache versions.
    pub cache_versions: CacheVersions,
}

/// `ansible` (spec §9.9).
#[derive(Clone, Debug, Default)]
pub struct Ansible {
    /// `beforeInstall`.
    pub before_install: Sections<NodeRef>,
    /// `install`.
    pub install: Sections<NodeRef>,
    /// `beforeSetup`.
    pub before_setup: Sections<NodeRef>,
    /// `setup`.
    pub setup: Sections<NodeRef>,
    /// The cache versions.
    pub cache_versions: CacheVersions,
}

/// An item of `mount` (spec §9.10).
#[derive(Clone, Debug, Default)]
pub struct Mount {
    /// `to`.
    pub to: Text,
    /// `from`.
    pub from: Text,
    /// `fromPath`.
    pub from_path: Text,
}

/// An item of `import` (spec §9.11).
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// Paths and ownership.
    pub export: Export,
    /// `image`.
    pub image: Text,
    /// `from` (2, 3).
    pub from: Text,
    /// `artifact` (1.1, 1.2, 2).
    pub artifact: Text,
    /// `before`.
    pub before: Text,
    /// `after`.
    pub after: Text,
    /// `stage` (1.1, 1.2, 2).
    pub stage: Text,
}

/// An item of `dependencies` (spec §9.12).
#[derive(Clone, Debug, Default)]
pub struct Dependency {
    /// `image`.
    pub image: Text,
    /// `from` (3).
    pub from: Text,
    /// `before`.
    pub before: Text,
    /// `after`.
    pub after: Text,
    /// `imports`.
    pub imports: Sections<DependencyImport>,
}

/// An item of `dependencies[].imports`.
#[derive(Clone, Debug, Default)]
pub struct DependencyImport {
    /// `type`.
    pub kind: Text,
    /// `targetEnv`.
    pub target_env: Text,
    /// `targetBuildArg`.
    pub target_build_arg: Text,
}

/// An item of `secrets` (spec §9.13).
#[derive(Clone, Debug, Default)]
pub struct Secret {
    /// `id`.
    pub id: Text,
    /// `env`.
    pub env: Text,
    /// `src`.
    pub src: Text,
    /// `value`.
    pub value: Text,
}

/// `imageSpec` (spec §9.14).
#[derive(Clone, Debug, Default)]
pub struct ImageSpec {
    /// `author`.
    pub author: Text,
    /// `clearHistory`.
    pub clear_history: Field<bool>,
    /// `config`.
    pub config: Section<ImageSpecConfig>,
}

/// `imageSpec.config`.
#[derive(Clone, Debug, Default)]
pub struct ImageSpecConfig {
    /// `labels`.
    pub labels: TextMap,
    /// `removeLabels`.
    pub remove_labels: TextList,
    /// `removeEnv`.
    pub remove_env: TextList,
    /// `removeVolumes`.
    pub remove_volumes: TextList,
    /// `env`.
    pub env: TextMap,
    /// `volumes`.
    pub volumes: TextList,
    /// `expose`.
    pub expose: TextList,
    /// `cmd`.
    pub cmd: TextList,
    /// `entrypoint`.
    pub entrypoint: TextList,
    /// `user`.
    pub user: Text,
    /// `workingDir`.
    pub working_dir: Text,
    /// `stopSignal`.
    pub stop_signal: Text,
    /// `clearCmd`.
    pub clear_cmd: Field<bool>,
    /// `clearEntrypoint`.
    pub clear_entrypoint: Field<bool>,
    /// `clearUser`.
    pub clear_user: Field<bool>,
    /// `clearWorkingDir`.
    pub clear_working_dir: Field<bool>,
    /// `keepEssentialWerfLabels`.
    pub keep_essential_werf_labels: Field<bool>,
    /// `clearWerfLabels`.
    pub clear_werf_labels: Field<bool>,
    /// `healthcheck`.
    pub healthcheck: Section<Healthcheck>,
}

/// `imageSpec.config.healthcheck`; durations in whole seconds.
#[derive(Clone, Debug, Default)]
pub struct Healthcheck {
    /// `test`.
    pub test: TextList,
    /// `interval`.
    pub interval: Field<Option<i64>>,
    /// `timeout`.
    pub timeout: Field<Option<i64>>,
    /// `startperiod`.
    pub start_period: Field<Option<i64>>,
    /// `retries`.
    pub retries: Field<Option<i64>>,
}

/// `docker` (spec §9.15).
#[derive(Clone, Debug, Default)]
pub struct Docker {
    /// `VOLUME`.
    pub volume: Strings,
    /// `EXPOSE`.
    pub expose: Strings,
    /// `ENV`.
    pub env: TextMap,
    /// `LABEL`.
    pub label: TextMap,
    /// `CMD`.
    pub cmd: Strings,
    /// `ENTRYPOINT`.
    pub entrypoint: Strings,
    /// `WORKDIR`.
    pub workdir: Text,
    /// `USER`.
    pub user: Text,
    /// `HEALTHCHECK`.
    pub healthcheck: Text,
    /// `exactValues`.
    pub exact_values: Field<bool>,
}
