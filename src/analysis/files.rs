//! What the project's files say about the paths that the configuration names, collected while the project is open, as plain data for the rules.
//!
//! In: the opened project and its documents. Out: a [`ProjectFiles`]. Never: findings; a walk over the project when no document asks for it; answers
//! where files may come from elsewhere (includes).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::dialect::Dialect;
use crate::model::config::{DockerfileImage, Git, RawKind, Secret};
use crate::model::field::{Sections, Strings, Text};
use crate::model::{Decoded, paths};
use crate::project::giterminism::Giterminism;
use crate::project::{DockerfileRead, Listing, Project};

/// Answers about files, by the path as the configuration means it: relative to the project directory, cleaned.
#[derive(Debug, Default)]
pub struct ProjectFiles {
    /// Dockerfiles.
    pub dockerfiles: BTreeMap<String, DockerfileRead>,
    /// Whether a directory is there: contexts and the chart directory; no entry where that cannot be said.
    pub directories: BTreeMap<String, bool>,
    /// Whether a file or directory stands at a path of the work tree (1.1: paths of git mappings without glob characters).
    pub on_disk: BTreeMap<String, bool>,
    /// The files of the commit, where a git mapping names some, or something else is missing.
    pub listing: Option<Listing>,
    /// Whether what is there looks like configuration alone, copied without the project around it: what is missing then means nothing.
    pub is_excerpt: bool,
    /// Whether the variable of a secret is set here.
    pub secret_variables: BTreeMap<String, bool>,
    /// Whether the file of a secret is there, by the path as written.
    pub secret_files: BTreeMap<String, bool>,
    /// The permissions.
    pub giterminism: Giterminism,
}

/// The path of an image's Dockerfile; `None` when a part of it is wrong, empty or leads out of the project.
#[must_use]
pub fn dockerfile_path(image: &DockerfileImage) -> Option<String> {
    let is_usable = |text: &Text| !text.is_invalid() && paths::is_relative_inside(text);
    if !is_usable(&image.context) || !is_usable(&image.dockerfile) || image.dockerfile.is_empty() {
        return None;
    }
    Some(paths::join(&image.context, &image.dockerfile)).filter(|path| path != "." && paths::is_relative_inside(path))
}

/// The context directory of an image, where one is named.
#[must_use]
pub fn context_path(image: &DockerfileImage) -> Option<String> {
    let context = &image.context;
    (context.is_given() && !context.is_empty() && paths::is_relative_inside(context)).then(|| paths::clean(context))
}

/// Path of a git mapping's `add` in the work tree: `""` for the root.
#[must_use]
pub fn added_path(git: &Git) -> Option<Cow<'_, str>> {
    let add = &git.export.add;
    if !git.url.is_empty() || git.url.is_invalid() || add.is_invalid() || !paths::is_absolute(add) {
        return None;
    }
    Some(match paths::cleaned(add) {
        Cow::Borrowed(path) => Cow::Borrowed(path.trim_start_matches('/')),
        Cow::Owned(path) => Cow::Owned(path.trim_start_matches('/').to_owned()),
    })
}

/// The lists of paths of a git mapping that name what is watched.
fn watched(git: &Git) -> impl Iterator<Item = &Strings> + Clone {
    let stages = git.stage_dependencies.as_deref();
    stages.into_iter().flat_map(|stages| [&stages.install, &stages.before_setup, &stages.setup])
}

/// Whether a text holds a special character of globs.
#[must_use]
pub fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{', '\\'])
}

/// Collects the answers to what the documents ask.
pub(super) fn collect(project: &Project, decoded: &Decoded) -> ProjectFiles {
    let mut files = ProjectFiles { giterminism: project.giterminism().clone(), ..ProjectFiles::default() };
    let mut wants_listing = false;
    for document in decoded.documents.iter().filter(|document| !document.broken) {
        match &document.kind {
            RawKind::Meta(meta) => {
                let chart = meta.deploy.as_deref().map(|deploy| &deploy.value.helm_chart_dir);
                if let Some(path) = chart.and_then(|chart| chart.value.as_deref()) {
                    files.ask_directory(project, &paths::clean(path));
                }
            }
            RawKind::Dockerfile(image) => {
                files.ask_secrets(project, &image.secrets);
                if let Some(path) = context_path(image) {
                    files.ask_directory(project, &path);
                }
                if let Some(path) = dockerfile_path(image)
                    && let Entry::Vacant(place) = files.dockerfiles.entry(path)
                {
                    let read = project.read_dockerfile(place.key());
                    place.insert(read);
                }
            }
            RawKind::Stapel(image) => {
                files.ask_secrets(project, &image.secrets);
                for git in &image.git.value {
                    wants_listing |= files.ask_git(project, git);
                }
            }
        }
    }
    let is_missing = |read: &DockerfileRead| matches!(read, DockerfileRead::Missing | DockerfileRead::Directory);
    let misses_something =
        files.dockerfiles.values().any(is_missing) || files.directories.values().any(|exists| !exists);
    if project.has_foreign_files() {
        files.dockerfiles.retain(|_, read| !is_missing(read));
        files.directories.retain(|_, exists| *exists);
        return files;
    }
    if wants_listing || misses_something {
        files.listing = project.listing();
        files.is_excerpt = match &files.listing {
            Some(listing) => is_excerpt(project, listing),
            None => project.has_only_configuration_on_disk(),
        };
    } else if !files.on_disk.is_empty() {
        files.is_excerpt = project.has_only_configuration_on_disk();
    }
    files
}

/// Whether no file of the project itself is there: nothing but what configuration is made of.
fn is_excerpt(project: &Project, listing: &Listing) -> bool {
    !listing.beneath(project.place_in_work_tree()).iter().any(|path| Project::is_of_project(path))
}

impl ProjectFiles {
    fn ask_directory(&mut self, project: &Project, path: &str) {
        if !self.directories.contains_key(path)
            && let Some(exists) = project.directory_exists(path)
        {
            self.directories.insert(path.to_owned(), exists);
        }
    }

    /// Whether the mapping asks for the files of the commit.
    fn ask_git(&mut self, project: &Project, git: &Git) -> bool {
        let Some(added) = added_path(git) else { return false };
        let mut names_some = !added.is_empty();
        let lists = std::iter::once(&git.export.include_paths).chain(watched(git));
        let items = lists.flat_map(|list| list.value.items()).map(|item| item.value.as_str());
        names_some |= items.clone().next().is_some();
        if !names_some || project.options().dialect != Dialect::V1_1 {
            return names_some;
        }
        let all = items.filter(|item| !is_glob(item)).map(|item| paths::join(&added, item));
        for path in std::iter::once(added.to_string()).chain(all).filter(|path| !path.is_empty() && !is_glob(path)) {
            self.on_disk.entry(path.clone()).or_insert_with(|| project.exists_on_disk(&path));
        }
        false
    }

    fn ask_secrets(&mut self, project: &Project, secrets: &Sections<Secret>) {
        for secret in &secrets.value {
            let (env, src) = (&secret.env.value, &secret.src.value);
            if !env.is_empty() && !project.options().unknown_variables {
                let set = project.options().environ.contains_key(env);
                self.secret_variables.insert(env.clone(), set);
            }
            if !src.is_empty() && !self.secret_files.contains_key(src) {
                self.secret_files.insert(src.clone(), project.has_secret_file(src));
            }
        }
    }
}
