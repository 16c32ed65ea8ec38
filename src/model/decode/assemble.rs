//! From walked mappings to the structures of [`super::super::config`]: which directive fills which field.

use super::super::config::{
    Ansible, BasicAuth, Build, CacheVersions, Cleanup, Dependency, DependencyImport, Deploy, Docker, DockerfileImage,
    Export, Git, GitWorktree, Healthcheck, HelmChartConfig, ImageSpec, ImageSpecConfig, Import, KeepPolicy, Limit,
    Meta, Mount, Password, References, Secret, Shell, StageDependencies, StapelImage,
};
use super::mapping::Mapping;

pub(super) fn meta(mut m: Mapping) -> Meta {
    Meta {
        config_version: m.integer("configVersion"),
        project: m.optional_text("project"),
        build: m.section("build", build),
        deploy: m.section("deploy", deploy),
        cleanup: m.section("cleanup", cleanup),
        git_worktree: m.section("gitWorktree", git_worktree),
    }
}

fn build(mut m: Mapping) -> Build {
    Build {
        platform: m.list("platform"),
        cache_version: m.text("cacheVersion"),
        staged: m.boolean("staged"),
        image_spec: m.section("imageSpec", build_image_spec),
    }
}

fn build_image_spec(mut m: Mapping) -> ImageSpec {
    ImageSpec {
        author: m.text("author"),
        clear_history: m.boolean("clearHistory"),
        config: m.section("config", |mut m| ImageSpecConfig {
            labels: m.map("labels"),
            remove_labels: m.list("removeLabels"),
            keep_essential_werf_labels: m.boolean("keepEssentialWerfLabels"),
            clear_werf_labels: m.boolean("clearWerfLabels"),
            ..ImageSpecConfig::default()
        }),
    }
}

fn deploy(mut m: Mapping) -> Deploy {
    Deploy {
        helm_chart_dir: m.optional_text("helmChartDir"),
        helm_chart_config: m
            .section("helmChartConfig", |mut m| HelmChartConfig { app_version: m.optional_text("appVersion") }),
        helm_release: m.optional_text("helmRelease"),
        helm_release_slug: m.optional_boolean("helmReleaseSlug"),
        namespace: m.optional_text("namespace"),
        namespace_slug: m.optional_boolean("namespaceSlug"),
    }
}

fn cleanup(mut m: Mapping) -> Cleanup {
    Cleanup {
        disable: m.boolean("disable"),
        disable_kubernetes_based_policy: m.boolean("disableKubernetesBasedPolicy"),
        disable_git_history_based_policy: m.boolean("disableGitHistoryBasedPolicy"),
        disable_built_within_last_n_hours_policy: m.boolean("disableBuiltWithinLastNHoursPolicy"),
        keep_images_built_within_last_n_hours: m.unsigned("keepImagesBuiltWithinLastNHours"),
        keep_policies: m.sections("keepPolicies", |mut m| KeepPolicy {
            references: m.section("references", |mut m| References {
                branch: m.text("branch"),
                tag: m.text("tag"),
                limit: m.section("limit", limit),
            }),
            images_per_reference: m.section("imagesPerReference", limit),
        }),
    }
}

fn limit(mut m: Mapping) -> Limit {
    Limit { last: m.integer("last"), within: m.integer("in"), operator: m.optional_text("operator") }
}

fn git_worktree(mut m: Mapping) -> GitWorktree {
    GitWorktree {
        force_shallow_clone: m.optional_boolean("forceShallowClone"),
        allow_unshallow: m.optional_boolean("allowUnshallow"),
        allow_fetch_origin_branches_and_tags: m.optional_boolean("allowFetchOriginBranchesAndTags"),
    }
}

pub(super) fn dockerfile_image(mut m: Mapping) -> DockerfileImage {
    DockerfileImage {
        image: m.image_names(),
        is_final: m.optional_boolean("final"),
        dockerfile: m.text("dockerfile"),
        context: m.text("context"),
        context_add_file: m.strings("contextAddFile"),
        context_add_files: m.strings("contextAddFiles"),
        target: m.text("target"),
        args: m.any_map("args"),
        add_host: m.strings("addHost"),
        network: m.text("network"),
        ssh: m.text("ssh"),
        dependencies: m.sections("dependencies", dependency),
        staged: m.boolean("staged"),
        platform: m.list("platform"),
        secrets: m.sections("secrets", secret),
        image_spec: m.section("imageSpec", image_spec),
        cache_version: m.text("cacheVersion"),
    }
}

pub(super) fn stapel_image(mut m: Mapping, tree: u32) -> StapelImage {
    StapelImage {
        image: m.image_names(),
        artifact: m.text("artifact"),
        is_final: m.optional_boolean("final"),
        cache_version: m.text("cacheVersion"),
        from: m.text("from"),
        from_image: m.text("fromImage"),
        from_artifact: m.text("fromArtifact"),
        from_image_artifact: m.text("fromImageArtifact"),
        from_latest: m.boolean("fromLatest"),
        admits_from_latest: m.boolean("herebyIAdmitThatFromLatestMightBreakReproducibility"),
        from_cache_version: m.text("fromCacheVersion"),
        disable_git_after_patch: m.boolean("disableGitAfterPatch"),
        git: m.sections("git", git),
        shell: m.section("shell", |mut m| Shell {
            before_install: m.strings("beforeInstall"),
            install: m.strings("install"),
            before_setup: m.strings("beforeSetup"),
            setup: m.strings("setup"),
            cache_versions: cache_versions(&mut m),
        }),
        ansible: m.section("ansible", |mut m| Ansible {
            before_install: m.nodes("beforeInstall", tree),
            install: m.nodes("install", tree),
            before_setup: m.nodes("beforeSetup", tree),
            setup: m.nodes("setup", tree),
            cache_versions: cache_versions(&mut m),
        }),
        mount: m.sections("mount", |mut m| Mount {
            to: m.text("to"),
            from: m.text("from"),
            from_path: m.text("fromPath"),
        }),
        docker: m.section("docker", docker),
        import: m.sections("import", import),
        dependencies: m.sections("dependencies", dependency),
        platform: m.list("platform"),
        network: m.text("network"),
        secrets: m.sections("secrets", secret),
        image_spec: m.section("imageSpec", image_spec),
        as_layers: m.boolean("asLayers"),
    }
}

fn export(m: &mut Mapping, default_add: &str) -> Export {
    Export {
        add: m.text_or("add", default_add),
        to: m.text("to"),
        include_paths: m.strings("includePaths"),
        exclude_paths: m.strings("excludePaths"),
        owner: m.text("owner"),
        group: m.text("group"),
    }
}

fn git(mut m: Mapping) -> Git {
    Git {
        export: export(&mut m, "/"),
        url: m.text("url"),
        branch: m.text("branch"),
        tag: m.text("tag"),
        commit: m.text("commit"),
        basic_auth: m.section("basicAuth", |mut m| BasicAuth {
            username: m.text("username"),
            password: m.section("password", |mut m| Password {
                env: m.text("env"),
                src: m.text("src"),
                value: m.text("value"),
            }),
        }),
        stage_dependencies: m.section("stageDependencies", |mut m| StageDependencies {
            install: m.strings("install"),
            before_setup: m.strings("beforeSetup"),
            setup: m.strings("setup"),
        }),
        admits_branch: m.boolean("herebyIAdmitThatBranchMightBreakReproducibility"),
    }
}

fn cache_versions(m: &mut Mapping) -> CacheVersions {
    CacheVersions {
        common: m.text("cacheVersion"),
        before_install: m.text("beforeInstallCacheVersion"),
        install: m.text("installCacheVersion"),
        before_setup: m.text("beforeSetupCacheVersion"),
        setup: m.text("setupCacheVersion"),
    }
}

fn docker(mut m: Mapping) -> Docker {
    Docker {
        volume: m.strings("VOLUME"),
        expose: m.strings("EXPOSE"),
        env: m.map("ENV"),
        label: m.map("LABEL"),
        cmd: m.strings("CMD"),
        entrypoint: m.strings("ENTRYPOINT"),
        workdir: m.text("WORKDIR"),
        user: m.text("USER"),
        healthcheck: m.text("HEALTHCHECK"),
        exact_values: m.boolean("exactValues"),
    }
}

fn import(mut m: Mapping) -> Import {
    Import {
        export: export(&mut m, ""),
        image: m.text("image"),
        from: m.text("from"),
        artifact: m.text("artifact"),
        before: m.text("before"),
        after: m.text("after"),
        stage: m.text("stage"),
    }
}

fn dependency(mut m: Mapping) -> Dependency {
    Dependency {
        image: m.text("image"),
        from: m.text("from"),
        before: m.text("before"),
        after: m.text("after"),
        imports: m.sections("imports", |mut m| DependencyImport {
            kind: m.text("type"),
            target_env: m.text("targetEnv"),
            target_build_arg: m.text("targetBuildArg"),
        }),
    }
}

fn secret(mut m: Mapping) -> Secret {
    Secret { id: m.text("id"), env: m.text("env"), src: m.text("src"), value: m.text("value") }
}

fn image_spec(mut m: Mapping) -> ImageSpec {
    ImageSpec {
        author: m.text("author"),
        clear_history: m.boolean("clearHistory"),
        config: m.section("config", image_spec_config),
    }
}

fn image_spec_config(mut m: Mapping) -> ImageSpecConfig {
    ImageSpecConfig {
        labels: m.map("labels"),
        remove_labels: m.list("removeLabels"),
        remove_env: m.list("removeEnv"),
        remove_volumes: m.list("removeVolumes"),
        env: m.map("env"),
        volumes: m.list("volumes"),
        expose: m.list("expose"),
        cmd: m.list("cmd"),
        entrypoint: m.list("entrypoint"),
        user: m.text("user"),
        working_dir: m.text("workingDir"),
        stop_signal: m.text("stopSignal"),
        clear_cmd: m.boolean("clearCmd"),
        clear_entrypoint: m.boolean("clearEntrypoint"),
        clear_user: m.boolean("clearUser"),
        clear_working_dir: m.boolean("clearWorkingDir"),
        keep_essential_werf_labels: m.boolean("keepEssentialWerfLabels"),
        clear_werf_labels: m.boolean("clearWerfLabels"),
        healthcheck: m.section("healthcheck", |mut m| Healthcheck {
            test: m.list("test"),
            interval: m.integer("interval"),
            timeout: m.integer("timeout"),
            start_period: m.integer("startperiod"),
            retries: m.integer("retries"),
        }),
    }
}
