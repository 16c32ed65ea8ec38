//! Images in words: what they are, what they are built on, who uses them.
//!
//! In: images of the project. Out: Markdown. Never: what a registry would know.

use std::collections::VecDeque;

use super::markdown::{code, count, names, place};
use crate::analysis::ImageKind;
use crate::ide::secrets::{HIDDEN, Secrets};
use crate::ide::yaml_at::{Part, YamlAt};
use crate::ide::{Analysis, At};
use crate::model::validate::{EdgeKind, Image, Target, Use};

/// Images told in full at one place.
const FULL: usize = 3;

/// Names told of one kind.
const MOST: usize = 12;

/// Steps of a chain of bases or a cycle that are told.
const STEPS: usize = 12;

/// The images that the place is about.
pub fn at(at: &At<'_>) -> Option<String> {
    let tables = at.analysis.images();
    let found = tables.at(at.file, at.offset);
    let secrets = Secrets::new(at.analysis, at.file);
    if found.is_empty() {
        let mut outside: Vec<String> = Vec::new();
        for used in tables.uses_at(at.file, at.offset) {
            let shown = if secrets.is_secret_output(used.rendered) { HIDDEN.to_owned() } else { code(&used.name) };
            let text = match used.meaning {
                Target::External => format!("{shown}: an image of a registry"),
                Target::Scratch => format!("{shown}: the empty base"),
                Target::Unknown => format!("{shown}: no image of this project has that name"),
                Target::Image(_) => continue,
            };
            if !outside.contains(&text) && outside.len() < FULL {
                outside.push(text);
            }
        }
        return (!outside.is_empty()).then(|| outside.join("\n\n"));
    }
    Some(several(at.analysis, &secrets, &found))
}

/// The nameless image, whose key stands for its name.
pub fn nameless(at: &At<'_>, copies: &[YamlAt<'_>]) -> Option<String> {
    copies.iter().find(|copy| copy.part == Part::Key && copy.value() == "image")?;
    let images = &at.analysis.snapshot().validated.images.list;
    let mut found = at.analysis.images().at(at.file, at.offset);
    found.retain(|index| images.get(*index).is_some_and(|image| image.name.is_empty()));
    (!found.is_empty()).then(|| several(at.analysis, &Secrets::new(at.analysis, at.file), &found))
}

fn several(analysis: &Analysis, secrets: &Secrets<'_>, found: &[usize]) -> String {
    let told = found.iter().take(FULL);
    let mut parts: Vec<String> = told.filter_map(|index| summary(analysis, secrets, *index)).collect();
    if found.len() > FULL {
        let images = &analysis.snapshot().validated.images.list;
        let rest = found[FULL..].iter().filter_map(|index| images.get(*index)).map(|image| image.name.as_str());
        let rest = names(rest, MOST);
        parts.insert(0, format!("{} here", count(found.len(), "image", "images")));
        parts.push(format!("Also {rest}"));
    }
    parts.join("\n\n")
}

fn shown(image: &Image) -> String {
    if image.name.is_empty() { "the nameless image".to_owned() } else { code(&image.name) }
}

/// One image.
fn summary(analysis: &Analysis, secrets: &Secrets<'_>, index: usize) -> Option<String> {
    let images = &analysis.snapshot().validated.images.list;
    let image = images.get(index)?;
    let kind = match image.kind {
        ImageKind::Stapel => "stapel",
        ImageKind::Dockerfile => "Dockerfile",
    };
    let what = if image.is_artifact { "artifact" } else { "image" };
    let role = match (image.is_artifact, image.is_final) {
        (true, _) => "",
        (false, true) => ", final",
        (false, false) => ", not final: only for other images",
    };
    let mut text = format!("**{}**: {kind} {what}{role}", shown(image));
    if let Some(definition) = analysis.images().definition(index) {
        text.push_str(&format!(", defined at {}", place(analysis, definition.location)));
    }
    text.push('\n');
    let mut line = |words: String| text.push_str(&format!("\n- {words}"));
    if let Some(chain) = chain_of_bases(analysis, secrets, index) {
        line(format!("Base: {chain}"));
    }
    for (kind, words) in [(EdgeKind::Import, "Imports from"), (EdgeKind::Dependency, "Depends on")] {
        let mut used: Vec<&str> = Vec::new();
        for one in image.uses.iter().filter(|one| one.kind == kind && !secrets.is_secret_output(one.span)) {
            if !used.contains(&one.name.as_str()) {
                used.push(&one.name);
            }
        }
        if !used.is_empty() {
            line(format!("{words}: {}", names(used, MOST)));
        }
    }
    let users = users(analysis, index);
    if users.is_empty() {
        line("Used by no other image".to_owned());
    } else {
        line(format!(
            "Used by {}: {}",
            count(users.len(), "image", "images"),
            names(users.iter().map(String::as_str), MOST)
        ));
    }
    if let Some(cycle) = cycle(analysis, index) {
        let steps: Vec<String> = cycle.iter().filter_map(|index| images.get(*index)).map(shown).collect();
        line(format!("**Lies on a cycle**: {}", steps.join(" → ")));
    }
    Some(text)
}

/// The images that use an image, each once.
fn users(analysis: &Analysis, index: usize) -> Vec<String> {
    let images = &analysis.snapshot().validated.images.list;
    let mut found: Vec<usize> = analysis.images().uses_of(index).map(|used| used.user).collect();
    found.sort_unstable();
    found.dedup();
    let name = |image: &Image| if image.name.is_empty() { "~".to_owned() } else { image.name.clone() };
    found.into_iter().filter_map(|user| images.get(user)).map(name).collect()
}

/// The bases from the nearest on.
fn chain_of_bases(analysis: &Analysis, secrets: &Secrets<'_>, index: usize) -> Option<String> {
    let images = &analysis.snapshot().validated.images.list;
    let shown = |base: &Use| if secrets.is_secret_output(base.span) { HIDDEN.to_owned() } else { code(&base.name) };
    let mut steps = Vec::new();
    let mut seen = vec![index];
    let mut current = images.get(index)?;
    while let Some(base) = &current.base {
        if steps.len() >= STEPS {
            steps.push("…".to_owned());
            break;
        }
        match base.target {
            Target::Image(next) if seen.contains(&next) => {
                steps.push(format!("{} again", shown(base)));
                break;
            }
            Target::Image(next) => {
                steps.push(shown(base));
                seen.push(next);
                let Some(image) = images.get(next) else { break };
                current = image;
            }
            Target::External => {
                steps.push(shown(base));
                break;
            }
            Target::Scratch => {
                steps.push("the empty base".to_owned());
                break;
            }
            Target::Unknown => {
                steps.push(format!("{} (not found)", shown(base)));
                break;
            }
        }
    }
    (!steps.is_empty()).then(|| steps.join(" ← "))
}

/// The shortest way from an image back to itself.
fn cycle(analysis: &Analysis, index: usize) -> Option<Vec<usize>> {
    let images = &analysis.snapshot().validated.images.list;
    let mut from: Vec<Option<usize>> = vec![None; images.len()];
    let mut queue = VecDeque::from([index]);
    while let Some(current) = queue.pop_front() {
        let image = images.get(current)?;
        for one in image.base.iter().chain(image.uses.iter()) {
            let Target::Image(next) = one.target else { continue };
            if next == index {
                let mut way = vec![index, current];
                let mut step = current;
                while step != index && way.len() <= STEPS {
                    step = from.get(step).copied().flatten()?;
                    way.push(step);
                }
                way.dedup();
                way.reverse();
                if way.len() == 1 {
                    way.push(index);
                }
                return Some(way);
            }
            if let Some(slot) = from.get_mut(next)
                && slot.is_none()
            {
                *slot = Some(current);
                queue.push_back(next);
            }
        }
    }
    None
}
