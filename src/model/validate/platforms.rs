//! The cross check of platforms that 2 and 3 make before anything else (config spec §10.5 B1–B4, §11.3).

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use super::Settings;
use super::conversion::{Conversion, Facts, lists_of_dockerfile, lists_of_stapel};
use super::images::Images;
use super::sink::{Sink, refusal};
use super::{dependencies, mappings};
use crate::diagnostic::RuleId;
use crate::model::config::{Dependency, ImageNames, RawDocument, RawKind, StapelImage};
use crate::model::field::{Sections, Text, TextList};

/// Runs the check over all documents.
pub fn check(
    facts: Facts<'_>,
    sink: &mut Sink,
    documents: &[Arc<RawDocument>],
    images: &Images,
    settings: Settings<'_>,
) {
    let machine = settings.machine_platform;
    let collected = Collected::from(documents, images, settings);
    for document in documents {
        let RawKind::Stapel(raw) = &document.kind else { continue };
        let mut conversion = Conversion::new(facts, sink, document, &lists_of_stapel(raw));
        let user = User::new(&raw.image, &raw.platform, machine);
        check_dependencies(&mut conversion, &collected, &user, &raw.dependencies);
        check_imports(&mut conversion, &collected, &user, raw);
    }
    for document in documents {
        let RawKind::Dockerfile(raw) = &document.kind else { continue };
        let mut conversion = Conversion::new(facts, sink, document, &lists_of_dockerfile(raw));
        let user = User::new(&raw.image, &raw.platform, machine);
        check_dependencies(&mut conversion, &collected, &user, &raw.dependencies);
    }
}

/// Unknown names that get a suggestion.
const SUGGESTIONS: usize = 50;

/// The image whose references are judged.
struct User<'a> {
    /// Whether it has a name; an artifact has none here.
    has_name: bool,
    platforms: Vec<&'a str>,
}

impl<'a> User<'a> {
    fn new(names: &ImageNames, platform: &'a TextList, machine: &'a str) -> Self {
        Self { has_name: !names.names.is_empty(), platforms: platforms(platform, machine) }
    }
}

/// The images of all `image` documents; artifacts are not among them.
struct Collected<'a> {
    /// By name: the documents that define it, as indices into `platforms`.
    names: HashMap<&'a str, Vec<usize>>,
    /// By document: the platforms of its images, sorted.
    platforms: Vec<Vec<&'a str>>,
    /// All images, for guesses at what was meant.
    images: &'a Images,
    /// Guesses left; each costs a look at all names.
    suggestions: Cell<usize>,
    /// Comparisons left.
    budget: Cell<u64>,
}

impl<'a> Collected<'a> {
    fn from(documents: &'a [Arc<RawDocument>], images: &'a Images, settings: Settings<'a>) -> Self {
        let mut names: HashMap<&'a str, Vec<usize>> = HashMap::new();
        let mut by_document = Vec::new();
        for document in documents {
            let (image, list) = match &document.kind {
                RawKind::Meta(_) => continue,
                RawKind::Dockerfile(raw) => (&raw.image, &raw.platform),
                RawKind::Stapel(raw) => (&raw.image, &raw.platform),
            };
            for name in &image.names {
                names.entry(&name.value).or_default().push(by_document.len());
            }
            let mut platforms = platforms(list, settings.machine_platform);
            platforms.sort_unstable();
            by_document.push(platforms);
        }
        let budget = Cell::new(settings.limits.comparisons);
        Self { names, platforms: by_document, images, suggestions: Cell::new(SUGGESTIONS), budget }
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// The first of the platforms for which no image of that name is defined. Out of budget: none.
    fn first_missing<'p>(&self, name: &str, platforms: &[&'p str]) -> Option<&'p str> {
        let documents = self.names.get(name).map(Vec::as_slice).unwrap_or_default();
        let cost = (platforms.len() as u64).saturating_mul(1 + documents.len() as u64);
        self.budget.set(self.budget.get().checked_sub(cost)?);
        let is_defined = |platform: &str| {
            documents
                .iter()
                .filter_map(|index| self.platforms.get(*index))
                .any(|list| list.binary_search(&platform).is_ok())
        };
        platforms.iter().copied().find(|platform| !is_defined(platform))
    }

    /// What was probably meant by a name that no image has.
    fn help_for_unknown(&self, name: &str) -> Option<String> {
        if self.images.find_artifact(name).is_some() {
            return Some("it is an artifact: make it an image with `final: false`".to_owned());
        }
        self.suggestions.set(self.suggestions.get().checked_sub(1)?);
        self.images.nearest(name).map(|nearest| format!("did you mean `{nearest}`?"))
    }
}

fn platforms<'a>(list: &'a TextList, machine: &'a str) -> Vec<&'a str> {
    if list.value.is_empty() {
        return vec![machine];
    }
    list.value.iter().map(|platform| platform.value.as_str()).collect()
}

fn check_dependencies(
    conversion: &mut Conversion<'_, '_>,
    collected: &Collected<'_>,
    user: &User<'_>,
    list: &Sections<Dependency>,
) {
    for dependency in &list.value {
        conversion.crashes_before(list, dependency.span);
        let target = dependencies::target_of(&dependency.value);
        if !target.is_invalid() {
            check_target(conversion, collected, user, target, RuleId("dependency-platform"));
        }
    }
    conversion.crashes_of(list);
}

fn check_imports(conversion: &mut Conversion<'_, '_>, collected: &Collected<'_>, user: &User<'_>, raw: &StapelImage) {
    for import in &raw.import.value {
        conversion.crashes_before(&raw.import, import.span);
        let source = mappings::image_source_of(&import.value);
        if !source.is_invalid() && collected.has(&source.value) {
            check_target(conversion, collected, user, source, RuleId("import-platform"));
        }
    }
    conversion.crashes_of(&raw.import);
}

fn check_target(
    conversion: &mut Conversion<'_, '_>,
    collected: &Collected<'_>,
    user: &User<'_>,
    target: &Text,
    rule: RuleId,
) {
    let name = target.value.as_str();
    if collected.images.has_hidden_names && !collected.has(name) {
        return;
    }
    let Some(platform) = collected.first_missing(name, &user.platforms) else { return };
    let message = if name.is_empty() {
        "a dependency has to name an image".to_owned()
    } else if collected.has(name) {
        format!("image `{name}` is not built for `{platform}`, on which it is needed here")
    } else {
        format!("there is no image `{name}`")
    };
    if !user.has_name {
        let message = format!("{message}; werf crashes instead of saying so");
        conversion.push(refusal(RuleId("crash-platform-check"), target.span, message));
        return;
    }
    let finding = refusal(rule, target.span, message);
    let help = if collected.has(name) {
        Some("compare the `platform` lists of both images; without one, the platform of the machine counts".to_owned())
    } else {
        collected.help_for_unknown(name)
    };
    conversion.push(match help {
        Some(help) => finding.with_help(help),
        None => finding,
    });
}
