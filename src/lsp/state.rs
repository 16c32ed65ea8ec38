//! What the server knows: open texts, settings, projects and their newest analyses.
//!
//! In: changes from the client, results from the worker. Out: answers to "which project, which request, which analysis". Locks are held for moments only,
//! never while something is analysed or sent.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::watch;
use tower_lsp_server::Client;

use super::convert::{Encoding, Lines};
use super::documents::Documents;
use super::handlers::semantic_tokens::Sent;
use super::outbox::Outbox;
use super::problems::Problems;
use super::schedule::Queue;
use super::settings::Settings;
use crate::analysis::{AnalysisError, AsIfCommitted, Cache, Request, Verdict};
use crate::git;
use crate::ide::Analysis;
use crate::project::discover;
use crate::source::FileId;

/// A project as the command line would be given it: its directory, or a config file with a name of its own.
pub type ProjectPath = PathBuf;

/// One analysis of one project.
#[derive(Debug)]
pub struct Done {
    /// The state of everything that it saw.
    pub revision: u64,
    /// The result; an error when there is no such project.
    pub result: Result<Arc<Analysis>, AnalysisError>,
    /// Project directory.
    pub directory: PathBuf,
    /// Versions of the open documents that it saw.
    pub versions: HashMap<PathBuf, i32>,
    /// Lines of its files, by file.
    lines: Vec<OnceLock<Lines>>,
}

impl Done {
    /// A finished analysis.
    #[must_use]
    pub fn new(
        revision: u64,
        result: Result<Arc<Analysis>, AnalysisError>,
        directory: PathBuf,
        versions: HashMap<PathBuf, i32>,
    ) -> Self {
        let files = result.as_ref().map_or(0, |analysis| analysis.snapshot().sources.iter().count());
        Self { revision, result, directory, versions, lines: (0..files).map(|_| OnceLock::new()).collect() }
    }

    /// Whether werf would load the project.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.analysis().is_some_and(|analysis| analysis.snapshot().verdict == Verdict::Accepted)
    }

    /// The analysis, if there is one.
    #[must_use]
    pub fn analysis(&self) -> Option<&Analysis> {
        self.result.as_deref().ok()
    }

    /// The absolute path of one of its files.
    #[must_use]
    pub fn path(&self, analysis: &Analysis, file: FileId) -> PathBuf {
        PathBuf::from(crate::vfs::go_clean(&self.directory.join(analysis.path(file)).to_string_lossy()))
    }

    /// The file with that absolute path.
    #[must_use]
    pub fn file(&self, path: &Path) -> Option<FileId> {
        let analysis = self.analysis()?;
        analysis.file(&below(&self.directory, path)?)
    }

    /// The lines of one of its files.
    #[must_use]
    pub fn lines(&self, analysis: &Analysis, file: FileId) -> &Lines {
        self.lines[file.0 as usize].get_or_init(|| Lines::new(analysis.text(file)))
    }
}

/// A path as the sources of a project in `directory` name it.
fn below(directory: &Path, path: &Path) -> Option<String> {
    if let Ok(rest) = path.strip_prefix(directory) {
        return rest.to_str().map(str::to_owned);
    }
    // Files of the work tree outside of the project begin with `../`.
    let mut up = String::new();
    for ancestor in directory.ancestors().skip(1) {
        up.push_str("../");
        if let Ok(rest) = path.strip_prefix(ancestor) {
            return Some(format!("{up}{}", rest.to_str()?));
        }
    }
    None
}

/// What is known of one project.
#[derive(Debug)]
pub struct Slot {
    /// The newest revision that concerns it.
    pub wanted: u64,
    /// What its analyses leave for each other.
    pub cache: Arc<Cache>,
    /// The newest analysis.
    pub done: watch::Sender<Option<Arc<Done>>>,
    /// The last analysis that was accepted, where the newest is not: half-typed text hides names that it knows.
    pub accepted: Option<Arc<Done>>,
}

impl Slot {
    fn new(wanted: u64) -> Self {
        Self { wanted, cache: Arc::default(), done: watch::Sender::new(None), accepted: None }
    }
}

/// What the client told at the beginning.
#[derive(Clone, Debug)]
pub struct Abilities {
    /// Unit of columns.
    pub encoding: Encoding,
    /// Whether it asks for diagnostics itself; else they are pushed.
    pub pulls_diagnostics: bool,
    /// Whether it wants to be told to ask again.
    pub refreshes_diagnostics: bool,
    /// Whether it understands `workspace/inlayHint/refresh`.
    pub refreshes_hints: bool,
    /// Whether it understands `workspace/codeLens/refresh`.
    pub refreshes_lenses: bool,
    /// Whether it can be asked for settings.
    pub has_configuration: bool,
    /// Whether it can be asked to watch files.
    pub watches_files: bool,
    /// Whether it shows progress.
    pub shows_progress: bool,
    /// Whether it understands snippets.
    pub has_snippets: bool,
    /// Whether several edits with document changes and new files can be given.
    pub document_changes: bool,
    /// Whether it understands `create` in workspace edits.
    pub creates_files: bool,
    /// Whether it asks for the edits of a code action when it is chosen.
    pub resolves_actions: bool,
    /// Whether definitions can be given as links with the bytes they start from.
    pub definition_links: bool,
    /// Whether it asks before it renames.
    pub prepares_rename: bool,
    /// Whether it takes an outline as a tree.
    pub nests_symbols: bool,
}

/// Everything that the server knows.
#[derive(Debug)]
pub struct State {
    /// The connection.
    pub client: Client,
    /// What the client can do; set by `initialize`.
    pub abilities: OnceLock<Abilities>,
    /// Open texts.
    pub documents: Mutex<Documents>,
    /// Settings.
    pub settings: Mutex<Settings>,
    /// Workspace folders.
    pub folders: Mutex<Vec<PathBuf>>,
    /// Projects by path.
    pub projects: Mutex<BTreeMap<ProjectPath, Slot>>,
    /// Diagnostics of all projects.
    pub problems: Mutex<Problems>,
    /// Tokens that were sent, for questions about what changed.
    pub tokens: Mutex<Sent>,
    /// Counts finished analyses, for requests that wait for news.
    pub changed: watch::Sender<u64>,
    /// Projects that wait for the worker.
    pub queue: Queue,
    /// What goes to the client in order.
    pub outbox: Outbox,
    /// Variables of the process.
    pub environ: BTreeMap<String, String>,
    /// Whether the client asked to shut down.
    pub goodbye: AtomicBool,
    revision: AtomicU64,
}

/// A lock, also after a panic of another holder: what it guards is replaced as a whole.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// Nothing known yet.
    #[must_use]
    pub fn new(client: Client, outbox: Outbox, environ: BTreeMap<String, String>) -> Self {
        Self {
            client,
            abilities: OnceLock::new(),
            documents: Mutex::default(),
            settings: Mutex::default(),
            folders: Mutex::default(),
            projects: Mutex::default(),
            problems: Mutex::default(),
            tokens: Mutex::default(),
            changed: watch::Sender::new(0),
            queue: Queue::default(),
            outbox,
            environ,
            goodbye: AtomicBool::new(false),
            revision: AtomicU64::new(0),
        }
    }

    /// What the client can do.
    #[must_use]
    pub fn abilities(&self) -> &Abilities {
        const NOTHING: &Abilities = &Abilities {
            encoding: Encoding::Utf16,
            pulls_diagnostics: false,
            refreshes_diagnostics: false,
            refreshes_hints: false,
            refreshes_lenses: false,
            has_configuration: false,
            watches_files: false,
            shows_progress: false,
            has_snippets: false,
            document_changes: false,
            creates_files: false,
            resolves_actions: false,
            definition_links: false,
            prepares_rename: false,
            nests_symbols: false,
        };
        self.abilities.get().unwrap_or(NOTHING)
    }

    /// Whether the client asked to shut down before it went.
    #[must_use]
    pub fn said_goodbye(&self) -> bool {
        self.goodbye.load(Ordering::SeqCst)
    }

    /// The unit of columns.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.abilities().encoding
    }

    /// The project that a file belongs to, whether anything is known of it or not.
    #[must_use]
    pub fn project_of(&self, path: &Path) -> Option<ProjectPath> {
        if let Some(project) = self.reader_of(path) {
            return Some(project);
        }
        if self.config_setting().is_some_and(|(config, _)| config == path) {
            return self.config_setting().map(|(config, _)| config);
        }
        if discover::is_config(path) {
            let has_default_name = path.file_name().is_some_and(|name| name == "werf.yaml" || name == "werf.yml");
            return if has_default_name { path.parent().map(Path::to_path_buf) } else { Some(path.to_path_buf()) };
        }
        let project = discover::enclosing_project(path);
        let holds_config = ["werf.yaml", "werf.yml"].iter().any(|name| project.join(name).is_file());
        (holds_config || is_of_werf(path)).then_some(project)
    }

    /// A known project whose analysis read that file, the nearest first.
    fn reader_of(&self, path: &Path) -> Option<ProjectPath> {
        let projects = lock(&self.projects);
        let reads = |slot: &Slot| slot.done.borrow().as_ref().is_some_and(|done| done.file(path).is_some());
        let readers = projects.iter().filter(|(_, slot)| reads(slot)).map(|(project, _)| project);
        readers.max_by_key(|project| project.as_os_str().len()).cloned()
    }

    /// The config file that the settings name, and its workspace folder.
    fn config_setting(&self) -> Option<(PathBuf, PathBuf)> {
        let config = lock(&self.settings).config.clone()?;
        let folder = lock(&self.folders).first().cloned()?;
        Some((PathBuf::from(crate::vfs::go_clean(&folder.join(config).to_string_lossy())), folder))
    }

    /// Projects that a change of a file concerns: those that read it, and the one it belongs to.
    #[must_use]
    pub fn concerned(&self, path: &Path) -> BTreeSet<ProjectPath> {
        let is_git = path.components().any(|part| part.as_os_str() == ".git");
        let mut found = BTreeSet::new();
        {
            let projects = lock(&self.projects);
            for (project, slot) in projects.iter() {
                let done = slot.done.borrow();
                let Some(done) = done.as_ref() else { continue };
                let directory = &done.directory;
                let in_tree = || {
                    let root = git::find_work_tree(directory);
                    root.is_some_and(|root| path.starts_with(root))
                };
                if done.file(path).is_some()
                    || (is_git && in_tree())
                    || (is_of_werf(path) && path.starts_with(directory))
                {
                    found.insert(project.clone());
                }
                // A file that was missed may have come to be: a Dockerfile, a file that is only asked for.
                if path.starts_with(directory) && done.analysis().is_some_and(asks_for_files) {
                    found.insert(project.clone());
                }
            }
        }
        if found.is_empty() && !is_git {
            found.extend(self.project_of(path));
        }
        found
    }

    /// Marks projects as changed and wakes the worker; the revision that they wait for.
    pub fn touch(&self, touched: impl IntoIterator<Item = ProjectPath>) -> u64 {
        let revision = self.revision.fetch_add(1, Ordering::SeqCst) + 1;
        let mut projects = lock(&self.projects);
        for project in touched {
            let slot = projects.entry(project.clone()).or_insert_with(|| Slot::new(revision));
            slot.wanted = revision;
            self.queue.push(project);
        }
        revision
    }

    /// Makes a project known and lets it wait behind all others.
    pub fn touch_late(&self, project: ProjectPath) {
        let revision = self.revision.fetch_add(1, Ordering::SeqCst) + 1;
        let mut projects = lock(&self.projects);
        projects.entry(project.clone()).or_insert_with(|| Slot::new(revision));
        self.queue.push_late(project);
    }

    /// Marks all known projects as changed.
    pub fn touch_all(&self) {
        let all: Vec<ProjectPath> = lock(&self.projects).keys().cloned().collect();
        self.touch(all);
    }

    /// The newest revision that concerns a project.
    #[must_use]
    pub fn wanted(&self, project: &Path) -> Option<u64> {
        lock(&self.projects).get(project).map(|slot| slot.wanted)
    }

    /// The newest analysis of a project that exists, however old.
    #[must_use]
    pub fn newest(&self, project: &Path) -> Option<Arc<Done>> {
        lock(&self.projects).get(project)?.done.borrow().clone()
    }

    /// The last analysis of a project that was accepted, where the newest is not.
    #[must_use]
    pub fn accepted(&self, project: &Path) -> Option<Arc<Done>> {
        lock(&self.projects).get(project)?.accepted.clone()
    }

    /// Projects whose newest analysis is older than what is wanted.
    #[must_use]
    pub fn outdated(&self) -> BTreeSet<ProjectPath> {
        let projects = lock(&self.projects);
        let is_old = |slot: &Slot| slot.done.borrow().as_ref().is_none_or(|done| done.revision < slot.wanted);
        projects.iter().filter(|(_, slot)| is_old(slot)).map(|(project, _)| project.clone()).collect()
    }

    /// All analyses that exist.
    #[must_use]
    pub fn all_done(&self) -> Vec<(ProjectPath, Arc<Done>)> {
        let projects = lock(&self.projects);
        projects.iter().filter_map(|(path, slot)| Some((path.clone(), slot.done.borrow().clone()?))).collect()
    }

    /// The analysis of a project as it is wanted now, or newer; waits for the worker.
    pub async fn current(&self, project: &Path) -> Option<Arc<Done>> {
        let (wanted, mut done) = {
            let projects = lock(&self.projects);
            let slot = projects.get(project)?;
            (slot.wanted, slot.done.subscribe())
        };
        let is_new = |done: &Option<Arc<Done>>| done.as_ref().is_some_and(|done| done.revision >= wanted);
        done.wait_for(is_new).await.ok()?.clone()
    }

    /// What the worker is to analyse: the request, the revision it is of, the directory, the versions it sees.
    #[must_use]
    pub fn request(&self, project: &Path) -> Option<(Request, u64, PathBuf, HashMap<PathBuf, i32>)> {
        // The documents are locked first: a change that comes later has a later revision.
        let documents = lock(&self.documents);
        let revision = self.wanted(project)?;
        let settings = lock(&self.settings).clone();
        let has_config_name = discover::is_config(project) && !project.is_dir();
        let mut directory =
            if has_config_name { project.parent().map(Path::to_path_buf)? } else { project.to_path_buf() };
        let mut request = Request::new(project, &directory);
        if let Some((config, folder)) = self.config_setting()
            && (config == project || folder == project)
        {
            directory = folder;
            request = Request::new(&directory, &directory);
            request.config = Some(config);
        }
        let root = git::find_work_tree(&directory).unwrap_or_else(|| directory.clone());
        let mut versions = HashMap::new();
        for (path, document) in documents.iter().filter(|(path, _)| path.starts_with(&root)) {
            request.overlay.insert(path.clone(), Arc::clone(&document.text));
            versions.insert(path.clone(), document.version);
        }
        request.cache = lock(&self.projects).get(project).map(|slot| Arc::clone(&slot.cache));
        request.dialect = settings.dialect;
        request.env = settings.env;
        request.environ = self.environ.clone();
        request.environ.extend(settings.set_env);
        request.unknown_variables = true;
        request.loose_giterminism = settings.loose_giterminism;
        request.as_if_committed = AsIfCommitted::Saved;
        Some((request, revision, directory, versions))
    }
}

/// Whether a file is one of werf's by its name or folder.
#[must_use]
pub fn is_of_werf(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let in_templates = path.extension().is_some_and(|extension| extension == "tmpl")
        && path.components().any(|part| part.as_os_str() == ".werf");
    in_templates
        || matches!(name, "werf-giterminism.yaml" | "werf-includes.yaml" | "werf-includes.lock")
        || discover::is_config(path)
}

/// Whether a project's configuration names files that need not be there.
fn asks_for_files(analysis: &Analysis) -> bool {
    let snapshot = analysis.snapshot();
    !snapshot.files.dockerfiles.is_empty()
        || snapshot.files.listing.is_some()
        || snapshot.trace.inputs.iter().any(|used| matches!(used.input, crate::template::trace::Input::Files { .. }))
}
