//! `asLayers` of 1.1: one name becomes a chain of images (1.1 spec §7).
//!
//! In: a stapel document and one of its names. Out: the chain, lowest layer first. Never: findings.

use std::sync::Arc;

use super::graph::EdgeKind;
use super::images::{self, Image, ImageKind, Target, Use};
use crate::dialect::Dialect;
use crate::model::config::{Import, StapelImage};
use crate::source::Span;

/// What one layer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// The command or task with that number, of a stage (in lower case).
    Instruction(&'static str, usize),
    /// All git mappings.
    Git,
    /// The imports of a point in time: name of the layer, `before` or `after`, stage.
    Imports(&'static str, Point),
    /// The image itself.
    Top,
}

/// When imports happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// `before: install`.
    BeforeInstall,
    /// `after: install`.
    AfterInstall,
    /// `before: setup`.
    BeforeSetup,
    /// `after: setup`.
    AfterSetup,
}

impl Point {
    /// Whether the import happens then.
    #[must_use]
    pub fn takes(self, import: &Import) -> bool {
        match self {
            Self::BeforeInstall => import.before.value == "install",
            Self::AfterInstall => import.after.value == "install",
            Self::BeforeSetup => import.before.value == "setup",
            Self::AfterSetup => import.after.value == "setup",
        }
    }
}

/// The layers of a document, lowest first; the last is always [`Layer::Top`].
#[must_use]
pub fn plan(raw: &StapelImage) -> Vec<Layer> {
    let [before_install, install, before_setup, setup] = instruction_counts(raw);
    let instructions =
        |stage: &'static str, count: usize| (0..count).map(move |index| Layer::Instruction(stage, index));
    let imports = |name: &'static str, point: Point| {
        raw.import.value.iter().any(|import| point.takes(&import.value)).then_some(Layer::Imports(name, point))
    };
    let mut layers: Vec<Layer> = instructions("beforeinstall", before_install).collect();
    layers.extend((!raw.git.value.is_empty()).then_some(Layer::Git));
    layers.extend(imports("before-install-artifacts", Point::BeforeInstall));
    layers.extend(instructions("install", install));
    layers.extend(imports("after-install-artifacts", Point::AfterInstall));
    layers.extend(instructions("beforesetup", before_setup));
    layers.extend(imports("before-setup-artifacts", Point::BeforeSetup));
    layers.extend(instructions("setup", setup));
    layers.push(Layer::Top);
    layers
}

fn instruction_counts(raw: &StapelImage) -> [usize; 4] {
    if let Some(shell) = images::section(&raw.shell) {
        return [&shell.before_install, &shell.install, &shell.before_setup, &shell.setup]
            .map(|list| list.items().len());
    }
    match images::section(&raw.ansible) {
        Some(ansible) => [&ansible.before_install, &ansible.install, &ansible.before_setup, &ansible.setup]
            .map(|list| list.value.len()),
        None => [0; 4],
    }
}

/// The images that `name` expands to.
pub fn chain<'a>(raw: &'a StapelImage, name: &'a str, span: Span, document: usize) -> impl Iterator<Item = Image> + 'a {
    let is_artifact = raw.image.names.is_empty();
    let base_directive = if is_artifact { "fromImageArtifact" } else { "fromImage" };
    let mut below: Option<String> = None;
    plan(raw).into_iter().map(move |layer| {
        let layer_name = match layer {
            Layer::Top => name.to_owned(),
            Layer::Git => layer_name(name, "git"),
            Layer::Imports(group, _) => layer_name(name, group),
            Layer::Instruction(stage, index) => layer_name(name, &format!("{stage}-{index}")),
        };
        let base = match below.replace(layer_name.clone()) {
            None => images::base_of(raw, &layer_name, Dialect::V1_1),
            Some(below) => Some(Use {
                kind: EdgeKind::Base,
                directive: base_directive,
                name: below,
                span,
                target: Target::Unknown,
            }),
        };
        let point = match layer {
            Layer::Imports(_, point) => Some(point),
            Layer::Top if !is_artifact => Some(Point::AfterSetup),
            _ => None,
        };
        let uses: Arc<[Use]> = raw
            .import
            .value
            .iter()
            .filter(|import| point.is_some_and(|point| point.takes(&import.value)))
            .filter_map(|import| images::use_of_import(&import.value))
            .collect();
        Image {
            name: layer_name,
            span,
            kind: ImageKind::Stapel,
            is_artifact,
            is_final: !is_artifact,
            document,
            is_layer: layer != Layer::Top,
            base,
            uses,
        }
    })
}

fn layer_name(name: &str, part: &str) -> String {
    if name.is_empty() { part.to_owned() } else { format!("{name}-{part}") }
}
