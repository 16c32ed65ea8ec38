//! The cross check of platforms that 2 and 3 make before anything else (config spec §10.5 B1–B4, §11.3).

use std::cell::Cell;
use std::collections::HashSet;

use super::conversion::{Conversion, Facts, lists_of_dockerfile, lists_of_stapel};
use super::images::Images;
use super::sink::{Sink, refusal};
use super::{dependencies, mappings};
use crate::diagnostic::RuleId;
use crate::model::config::{Dependency, ImageNames, RawDocument, RawKind, StapelImage};
use crate::model::field::{Sections, Text, TextList};

/// Runs the check over all documents. `machine` is the platform that an image without `platform` is taken to have.
pub fn check(facts: Facts<'_>, sink: &mut Sink, documents: &[RawDocument], images: &Images, machine: &str) {
    let collected = Collected::from(documents, images, machine);
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
    /// Its first name; an artifact has none here.
    name: Option<&'a str>,
    platforms: Vec<&'a str>,
}

impl<'a> User<'a> {
    fn new(names: &'a ImageNames, platform: &'a TextList, machine: &'a str) -> Self {
        Self { name: names.names.first().map(|name| name.value.as_str()), platforms: platforms(platform, machine) }
    }
}

/// The images of all `image` documents; artifacts are not among them.
struct Collected<'a> {
    names: HashSet<&'a str>,
    pairs: HashSet<(&'a str, &'a str)>,
    /// All images, for guesses at what was meant.
    images: &'a Images,
    /// Guesses left; each costs a look at all names.
    suggestions: Cell<usize>,
}

impl<'a> Collected<'a> {
    fn from(documents: &'a [RawDocument], images: &'a Images, machine: &'a str) -> Self {
        let mut collected =
            Self { names: HashSet::new(), pairs: HashSet::new(), images, suggestions: Cell::new(SUGGESTIONS) };
        for document in documents {
            let (names, list) = match &document.kind {
                RawKind::Meta(_) => continue,
                RawKind::Dockerfile(raw) => (&raw.image.names, &raw.platform),
                RawKind::Stapel(raw) => (&raw.image.names, &raw.platform),
            };
            let platforms = platforms(list, machine);
            for name in names {
                collected.names.insert(&name.value);
                collected.pairs.extend(platforms.iter().map(|platform| (name.value.as_str(), *platform)));
            }
        }
        collected
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
        if !source.is_invalid() && collected.names.contains(source.value.as_str()) {
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
    if collected.images.has_hidden_names && !collected.names.contains(name) {
        return;
    }
    let Some(platform) = user.platforms.iter().find(|platform| !collected.pairs.contains(&(name, **platform))) else {
        return;
    };
    let message = if name.is_empty() {
        "a dependency has to name an image".to_owned()
    } else if collected.names.contains(name) {
        format!("image `{name}` is not built for `{platform}`, on which it is needed here")
    } else {
        format!("there is no image `{name}`")
    };
    let Some(_) = user.name else {
        conversion.push(refusal(
            RuleId("crash-platform-check"),
            target.span,
            format!("{message}; werf crashes instead of saying so"),
        ));
        return;
    };
    let finding = refusal(rule, target.span, message);
    let help = if collected.names.contains(name) {
        Some("compare the `platform` lists of both images; without one, the platform of the machine counts".to_owned())
    } else {
        collected.help_for_unknown(name)
    };
    conversion.push(match help {
        Some(help) => finding.with_help(help),
        None => finding,
    });
}
