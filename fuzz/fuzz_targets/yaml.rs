//! Any bytes: split, parse, decode in every way. Never a panic, spans in bounds, bounded work.
#![no_main]

use libfuzzer_sys::fuzz_target;
use werfkit::dialect::Dialect;
use werfkit::limits::Limits;
use werfkit::model;
use werfkit::yaml::decode::{Target, decode};
use werfkit::yaml::{parse, parse_piece, split};

fuzz_target!(|text: &[u8]| {
    let limits = Limits::default();
    for piece in split(text) {
        let tree = parse_piece(text, &piece, &limits);
        for id in tree.ids() {
            let span = tree.node(id).span;
            assert!(span.end as usize <= text.len(), "a node lies in the text");
        }
    }
    let tree = parse(text, &limits);
    if tree.errors.is_empty() {
        for target in [Target::Any, Target::StringMap, Target::Strict, Target::Slice] {
            let _ = decode(&tree, target, &limits);
        }
    }
    for dialect in Dialect::ALL {
        let _ = model::decode(text, dialect, &limits);
    }
});
