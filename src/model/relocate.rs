//! A decoded document at another place: the same text decodes to the same values, only its places in the rendered text differ.
//!
//! In: what decoding made of a document. Out: what it would have made of it elsewhere. Never: values.

use super::config::*;
use super::field::{Field, NodeRef, Presence, Spanned, StringOrList, WrongString};
use crate::diagnostic::{Finding, Fix, Place};
use crate::source::Span;

/// A move of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// Where it began.
    pub from: u32,
    /// Where it begins now.
    pub to: u32,
    /// The index of its tree now.
    pub tree: u32,
}

/// Something with places inside one document.
pub(super) trait Relocate {
    /// Moves all places.
    fn relocate(&mut self, shift: Shift);

    /// The same elsewhere.
    fn relocated(mut self, shift: Shift) -> Self
    where
        Self: Sized,
    {
        self.relocate(shift);
        self
    }
}

impl Relocate for Span {
    fn relocate(&mut self, Shift { from, to, .. }: Shift) {
        let moved = |offset: u32| offset.wrapping_sub(from).wrapping_add(to);
        *self = Self { start: moved(self.start), end: moved(self.end) };
    }
}

macro_rules! without_places {
    ($($type:ty),*) => { $(impl Relocate for $type { fn relocate(&mut self, _: Shift) {} })* };
}

without_places!(String, bool, i64, u64);

impl<T: Relocate> Relocate for Option<T> {
    fn relocate(&mut self, shift: Shift) {
        self.iter_mut().for_each(|inner| inner.relocate(shift));
    }
}

impl<T: Relocate> Relocate for Vec<T> {
    fn relocate(&mut self, shift: Shift) {
        self.iter_mut().for_each(|item| item.relocate(shift));
    }
}

impl<T: Relocate> Relocate for Box<T> {
    fn relocate(&mut self, shift: Shift) {
        (**self).relocate(shift);
    }
}

impl<A: Relocate, B: Relocate> Relocate for (A, B) {
    fn relocate(&mut self, shift: Shift) {
        self.0.relocate(shift);
        self.1.relocate(shift);
    }
}

impl<T: Relocate> Relocate for Spanned<T> {
    fn relocate(&mut self, shift: Shift) {
        let Self { value, span, key } = self;
        value.relocate(shift);
        span.relocate(shift);
        key.relocate(shift);
    }
}

impl<T: Relocate> Relocate for Field<T> {
    fn relocate(&mut self, shift: Shift) {
        let Self { value, presence, span, key } = self;
        value.relocate(shift);
        // A directive that the dialect lacks has no place.
        if *presence != Presence::Absent || (*span, *key) != (Span::default(), Span::default()) {
            span.relocate(shift);
            key.relocate(shift);
        }
    }
}

impl Relocate for NodeRef {
    fn relocate(&mut self, shift: Shift) {
        let Self { tree, node: _, span } = self;
        *tree = shift.tree;
        span.relocate(shift);
    }
}

impl Relocate for StringOrList {
    fn relocate(&mut self, shift: Shift) {
        match self {
            Self::None => {}
            Self::One(one) => one.relocate(shift),
            Self::Many(many) => many.relocate(shift),
            Self::Wrong(WrongString { span, found: _, item: _ }) => span.relocate(shift),
        }
    }
}

impl Relocate for Place {
    fn relocate(&mut self, shift: Shift) {
        if let Self::Rendered(span) = self {
            span.relocate(shift);
        }
    }
}

impl Relocate for Finding {
    fn relocate(&mut self, shift: Shift) {
        self.place.relocate(shift);
        self.related.iter_mut().for_each(|related| related.place.relocate(shift));
        if let Some(Fix { edits, .. }) = &mut self.fix {
            edits.iter_mut().for_each(|edit| edit.place.relocate(shift));
        }
    }
}

impl Relocate for ImageNames {
    fn relocate(&mut self, shift: Shift) {
        let Self { form: _, names, key } = self;
        names.relocate(shift);
        key.relocate(shift);
    }
}

impl Relocate for RawKind {
    fn relocate(&mut self, shift: Shift) {
        match self {
            Self::Meta(meta) => meta.relocate(shift),
            Self::Dockerfile(image) => image.relocate(shift),
            Self::Stapel(image) => image.relocate(shift),
        }
    }
}

impl Relocate for RawDocument {
    fn relocate(&mut self, shift: Shift) {
        // The number of its first line says whoever moves it.
        let Self { tree, first_line: _, span, head, broken: _, crashes, kind } = self;
        *tree = shift.tree;
        span.relocate(shift);
        head.relocate(shift);
        crashes.relocate(shift);
        kind.relocate(shift);
    }
}

/// Sections, by all their fields: one that is missing here does not compile.
macro_rules! sections {
    ($($name:ident { $($field:ident),* $(,)? })*) => {
        $(impl Relocate for $name {
            fn relocate(&mut self, shift: Shift) {
                let Self { $($field),* } = self;
                $($field.relocate(shift);)*
            }
        })*
    };
}

sections! {
    Meta { config_version, project, build, deploy, cleanup, git_worktree }
    Build { platform, cache_version, staged, image_spec }
    Deploy { helm_chart_dir, helm_chart_config, helm_release, helm_release_slug, namespace, namespace_slug }
    HelmChartConfig { app_version }
    Cleanup {
        disable, disable_kubernetes_based_policy, disable_git_history_based_policy,
        disable_built_within_last_n_hours_policy, keep_images_built_within_last_n_hours, keep_policies,
    }
    KeepPolicy { references, images_per_reference }
    References { branch, tag, limit }
    Limit { last, within, operator }
    GitWorktree { force_shallow_clone, allow_unshallow, allow_fetch_origin_branches_and_tags }
    DockerfileImage {
        image, is_final, dockerfile, context, context_add_file, context_add_files, target, args, add_host,
        network, ssh, dependencies, staged, platform, secrets, image_spec, cache_version,
    }
    StapelImage {
        image, artifact, is_final, cache_version, from, from_image, from_artifact, from_image_artifact,
        from_latest, admits_from_latest, from_cache_version, disable_git_after_patch, git, shell, ansible,
        mount, docker, import, dependencies, platform, network, secrets, image_spec, as_layers,
    }
    Export { add, to, include_paths, exclude_paths, owner, group }
    Git { export, url, branch, tag, commit, basic_auth, stage_dependencies, admits_branch }
    BasicAuth { username, password }
    Password { env, src, value }
    StageDependencies { install, before_setup, setup }
    CacheVersions { common, before_install, install, before_setup, setup }
    Shell { before_install, install, before_setup, setup, cache_versions }
    Ansible { before_install, install, before_setup, setup, cache_versions }
    Mount { to, from, from_path }
    Import { export, image, from, artifact, before, after, stage }
    Dependency { image, from, before, after, imports }
    DependencyImport { kind, target_env, target_build_arg }
    Secret { id, env, src, value }
    ImageSpec { author, clear_history, config }
    ImageSpecConfig {
        labels, remove_labels, remove_env, remove_volumes, env, volumes, expose, cmd, entrypoint, user,
        working_dir, stop_signal, clear_cmd, clear_entrypoint, clear_user, clear_working_dir,
        keep_essential_werf_labels, clear_werf_labels, healthcheck,
    }
    Healthcheck { test, interval, timeout, start_period, retries }
    Docker { volume, expose, env, label, cmd, entrypoint, workdir, user, healthcheck, exact_values }
}
