//! Rendering of a project: the template engine with the project's files, data and functions.
use std::sync::Arc;
use super::Provenance;
use crate::diagnostic::Finding;
use crate::project::{ConfigRead, Project, TemplatesRead};
use crate::template::text::{FrameId, Origin, Segment};
use crate::template::trace::{Frame, FrameKind, Trace};

/// What rendering made.
#[derive(Debug, Default)]
pub(super) struct Rendering {
    pub text: Arc<[u8]>,
    pub provenance: Provenance,
    pub trace: Trace,
    pub template_parsing: Vec<Finding>,
    pub config_parsing: Vec<Finding>,
    pub executing: Vec<Finding>,
}

pub(super) fn render(_project: &Project, config: &ConfigRead, _templates: &TemplatesRead) -> Rendering {
    let Some(text) = &config.text else { return Rendering::default() };
    Rendering {
        text: text.text.clone(),
        provenance: Provenance {
            segments: vec![Segment { end: text.text.len() as u32, origin: Origin::File { file: text.file, offset: 0 }, frame: FrameId::MAIN }],
            frames: vec![Frame { parent: FrameId::MAIN, kind: FrameKind::Main, place: None }],
            calls: vec![],
        },
        ..Rendering::default()
    }
}
