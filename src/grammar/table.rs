//! The table itself: the kinds of mappings, each with its rows, in the order of the reference (spec `werf-2-config.md` §2.2 and §9,
//! `werf-1.1-config.md` §6).

use super::rows::{files, images, meta, stapel};
use super::{Directive, Section as S, SectionInfo, UnknownKeys as U};

const fn section(section: S, path: &'static str, groups: &'static [&'static [Directive]]) -> SectionInfo {
    SectionInfo { section, path, unknown: U::Refused, groups }
}

const fn section_with(
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
    section(S::Meta, "the meta section", &[meta::META]),
    section(S::Build, "build", &[meta::BUILD]),
    section(S::BuildImageSpec, "build.imageSpec", &[images::IMAGE_SPEC, meta::BUILD_IMAGE_SPEC]),
    section(S::BuildImageSpecConfig, "build.imageSpec.config", &[images::IMAGE_LABELS]),
    section(S::Deploy, "deploy", &[meta::DEPLOY]),
    section(S::HelmChartConfig, "deploy.helmChartConfig", &[meta::HELM_CHART_CONFIG]),
    section(S::Cleanup, "cleanup", &[meta::CLEANUP]),
    section(S::KeepPolicy, "cleanup.keepPolicies[]", &[meta::KEEP_POLICY]),
    section(S::References, "cleanup.keepPolicies[].references", &[meta::REFERENCES]),
    section(S::Limit, "cleanup.keepPolicies[].references.limit", &[meta::LIMIT]),
    section_with(
        S::ImagesPerReference,
        "cleanup.keepPolicies[].imagesPerReference",
        U::Accepted,
        &[meta::IMAGES_PER_REFERENCE],
    ),
    section(S::GitWorktree, "gitWorktree", &[meta::GIT_WORKTREE]),
    section(S::DockerfileImage, "a Dockerfile image", &[images::DOCKERFILE_IMAGE, images::ANY_IMAGE]),
    section(S::StapelImage, "a stapel image", &[stapel::STAPEL_IMAGE, images::ANY_IMAGE]),
    section(S::Git, "git[]", &[stapel::GIT, stapel::EXPORT]),
    section_with(S::BasicAuth, "git[].basicAuth", U::TypeError, &[stapel::BASIC_AUTH]),
    section_with(S::Password, "git[].basicAuth.password", U::TypeError, &[images::SOURCES]),
    section(S::StageDependencies, "git[].stageDependencies", &[stapel::STAGE_DEPENDENCIES]),
    section(S::Shell, "shell", &[stapel::SHELL, stapel::SHELL_CACHE_VERSIONS]),
    section(S::Ansible, "ansible", &[stapel::ANSIBLE, stapel::ANSIBLE_CACHE_VERSIONS]),
    section_with(S::Task, "a task of ansible", U::Accepted, &[stapel::TASK]),
    section(S::Mount, "mount[]", &[stapel::MOUNT]),
    section(S::Docker, "docker", &[stapel::DOCKER]),
    section(S::Import, "import[]", &[stapel::IMPORT, stapel::EXPORT]),
    section(S::Dependency, "dependencies[]", &[images::DEPENDENCY]),
    section(S::DependencyImport, "dependencies[].imports[]", &[images::DEPENDENCY_IMPORT]),
    section(S::Secret, "secrets[]", &[images::SECRET, images::SOURCES]),
    section(S::ImageSpec, "imageSpec", &[images::IMAGE_SPEC, images::IMAGE_SPEC_OF_IMAGE]),
    section(S::ImageSpecConfig, "imageSpec.config", &[images::IMAGE_LABELS, images::IMAGE_CONFIG]),
    section_with(S::Healthcheck, "imageSpec.config.healthcheck", U::TypeError, &[images::HEALTHCHECK]),
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
    section_with(S::IncludePassword, "includes[].basicAuth.password", U::Accepted, &[images::SOURCES]),
];
