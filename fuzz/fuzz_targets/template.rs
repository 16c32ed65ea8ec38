//! Any bytes as the main template of a project in loose mode. Never a panic; the output stays inside its budget.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use werfkit::analysis::Codec;
use werfkit::dialect::Dialect;
use werfkit::limits::Limits;
use werfkit::source::FileId;
use werfkit::template::host::{EnvAnswer, GlobMatch, Host, HostError, HostFile};
use werfkit::template::value::{Map, MapKind, Value};
use werfkit::template::{TemplateSource, files_object, render};

struct World(Arc<[u8]>);

impl Host for World {
    fn env(&mut self, name: &[u8]) -> Result<EnvAnswer, HostError> {
        Ok(if name.len() % 2 == 0 { EnvAnswer::Set(name.to_vec()) } else { EnvAnswer::Unset })
    }

    fn unset_env(&mut self, _: &[u8]) -> Option<HostError> {
        None
    }

    fn files_get(&mut self, _: &[u8]) -> Result<Option<HostFile>, HostError> {
        Ok(Some(HostFile { file: FileId(1), text: self.0.clone() }))
    }

    fn files_glob(&mut self, _: &[u8]) -> Result<Vec<GlobMatch>, HostError> {
        Ok(vec![GlobMatch { path: b"a/b.yaml".to_vec(), file: HostFile { file: FileId(1), text: self.0.clone() } }])
    }

    fn files_exists(&mut self, path: &[u8]) -> Result<bool, HostError> {
        Ok(path.len() > 3)
    }

    fn files_is_dir(&mut self, _: &[u8]) -> Result<bool, HostError> {
        Ok(false)
    }
}

fuzz_target!(|text: &[u8]| {
    let limits = Limits {
        output_bytes: 1 << 20,
        allocation: 1 << 20,
        template_steps: 100_000,
        template_depth: 100,
        ..Limits::default()
    };
    let dialect = Dialect::ALL[text.len() % 4];
    let main = TemplateSource { name: "werfConfig".to_owned(), file: FileId(0), text: Arc::from(text) };
    let root = Map::new(MapKind::StringAny);
    root.insert_data("Files", files_object(dialect));
    root.insert_data("Env", Value::data("dev"));
    let mut world = World(Arc::from(text));
    let outcome = render(&[], &main, Value::Map(root), &mut world, &Codec { dialect, limits }, dialect, &limits);
    assert!(outcome.rendered.text.len() <= 2 << 20, "the output stays in its budget");
    let covered = outcome.rendered.provenance.segments.last().map_or(0, |segment| segment.end as usize);
    assert_eq!(covered, outcome.rendered.text.len(), "every byte has an origin");
});
