//! The typed pass over one document: depth first in key order, as yaml.v2 fills werf's structures (spec §7.3–7.5).
//!
//! In: a tree and the kind of its document. Out: a [`Mapping`] and the findings in three lists, whose order is werf's: failed
//! checks of mappings without type errors abort the document, then come its type errors; checks of mappings that contain type
//! errors are what werf would say after those are mended.

use std::collections::HashSet;

use super::super::config::ImageForm;
use super::super::field::{NodeRef, Presence, Spanned, StringOrList, WrongString};
use super::mapping::{Item, Mapping, Slot, Unknown, Value};
use super::{checks, messages};
use crate::diagnostic::{Finding, Place, RuleId};
use crate::dialect::Dialect;
use crate::grammar::{Directive, Section, UnknownKeys, ValueType};
use crate::limits::Limits;
use crate::source::Span;
use crate::yaml::resolve::Resolved;
use crate::yaml::{Entry, Kind, NodeId, Step, Tree, typed};

/// The typed pass.
pub(super) struct Walk<'a> {
    /// The rendered text.
    text: &'a [u8],
    pub(super) tree: &'a Tree,
    pub(super) tree_index: u32,
    pub(super) dialect: Dialect,
    /// Kind of the document.
    pub(super) document: Section,
    /// Keys that the generic pass already found to be repeated.
    pub(super) repeated: &'a HashSet<NodeId>,
    /// Mappings that may still be walked; aliases can multiply them.
    budget: usize,
    /// Nesting of sections; only `block` of ansible tasks nests without end.
    depth: usize,
    deepest: usize,
    /// Failed checks that abort the document, in order.
    pub(super) own: Vec<Finding>,
    /// Type errors, in order.
    pub(super) types: Vec<Finding>,
    /// Failed checks of mappings that werf does not check because a type error is in them.
    pub(super) late: Vec<Finding>,
    /// What kills werf right after the document was decoded.
    pub(super) after: Vec<Finding>,
    /// What kills werf when it converts the document.
    pub(super) crashes: Vec<Finding>,
}

/// Entries of a free mapping: names with the nodes of their values.
type NamedNodes = Vec<(Spanned<String>, NodeId)>;

/// Deepest nesting of task blocks that is walked: far beyond any playbook, far below what a thread's stack holds.
const DEEPEST: usize = 128;

impl<'a> Walk<'a> {
    pub(super) fn new(
        (text, tree): (&'a [u8], &'a Tree),
        tree_index: u32,
        dialect: Dialect,
        document: Section,
        repeated: &'a HashSet<NodeId>,
        limits: &Limits,
    ) -> Self {
        Self {
            text,
            tree,
            tree_index,
            dialect,
            document,
            repeated,
            budget: limits.yaml_nodes,
            depth: 0,
            deepest: DEEPEST.min(limits.yaml_depth),
            own: Vec::new(),
            types: Vec::new(),
            late: Vec::new(),
            after: Vec::new(),
            crashes: Vec::new(),
        }
    }

    /// Bytes of a node.
    pub(super) fn span(&self, node: NodeId) -> Span {
        self.tree.node(node).span
    }

    /// Bytes of a value, or of its key when the value is not written.
    fn place(&self, node: NodeId, key: Span) -> Span {
        let span = self.span(node);
        if span.is_empty() { key } else { span }
    }

    /// Walks a mapping and runs its checks. `key` is what to show when the mapping as a whole is meant.
    pub(super) fn mapping(&mut self, section: Section, node: NodeId, key: Span) -> Mapping {
        let errors_before = self.types.len();
        let mut mapping = Mapping::empty(section, key);
        self.depth += 1;
        for step in typed::steps(self.tree, node) {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            match step {
                Step::Merge(_) => restart_catch_all(&mut mapping),
                Step::Entry(entry) => self.entry(&mut mapping, entry),
            }
        }
        self.depth -= 1;
        let blocked = self.types.len() > errors_before;
        let mut found = Vec::new();
        checks::close(self, &mut mapping, &mut found);
        if blocked {
            self.late.append(&mut found)
        } else {
            self.own.append(&mut found)
        }
        mapping
    }

    fn entry(&mut self, mapping: &mut Mapping, entry: Entry) {
        // A collection as a key: the generic pass has refused it.
        let Ok(name) = typed::key(self.tree, entry.key) else { return };
        let key = self.span(entry.key);
        let Some(directive) = mapping.section.directive(&name, self.dialect) else {
            let unknown = Unknown { name: name.into_owned(), key, node: entry.key, value: entry.value };
            match mapping.section.info().unknown {
                UnknownKeys::TypeError => {
                    let (finding, meant) = messages::unknown_field(self, mapping.section, &unknown);
                    self.types.push(finding);
                    mark_invalid(mapping, meant, key);
                }
                UnknownKeys::Refused | UnknownKeys::Accepted => mapping.unknown.push(unknown),
            }
            return;
        };
        if mapping.slots.iter().any(|slot| slot.name == directive.key && slot.presence != Presence::Invalid) {
            return;
        }
        let (presence, value) = self.value(directive, entry);
        let span = self.span(entry.value);
        mapping.slots.push(Slot { name: directive.key, key, span, presence, value });
    }

    fn value(&mut self, directive: &'static Directive, entry: Entry) -> (Presence, Value) {
        let node = entry.value;
        if let ValueType::ImageName = directive.value {
            return self.image_names(entry);
        }
        if typed::is_absent(self.tree, node) {
            return (Presence::Null, Value::None);
        }
        let key = self.span(entry.key);
        let tree = self.tree;
        // Other spellings of null make optional values present and empty (1.1 §5.3).
        let decoded = match directive.value {
            ValueType::Str => typed::string(tree, node).map(|text| text.map(|text| Value::Text(text.into_owned()))),
            ValueType::OptStr => {
                typed::string(tree, node).map(|text| Some(Value::Text(text.unwrap_or_default().into_owned())))
            }
            ValueType::Bool => typed::boolean(tree, node).map(|flag| flag.map(Value::Bool)),
            ValueType::OptBool => typed::boolean(tree, node).map(|flag| Some(Value::Bool(flag.unwrap_or_default()))),
            ValueType::OptInt => typed::integer(tree, node, i64::MIN..=i64::MAX, "int")
                .map(|number| Some(Value::Int(number.unwrap_or_default()))),
            ValueType::OptUInt => typed::unsigned(tree, node, u64::MAX, "uint64")
                .map(|number| Some(Value::UInt(number.unwrap_or_default()))),
            ValueType::OptDuration => {
                typed::duration(tree, node).map(|time| Some(Value::Int(time.unwrap_or_default())))
            }
            ValueType::StrOrList => return (Presence::Given, Value::Strings(self.string_or_list(node, key))),
            ValueType::StrList => return self.list(directive, entry),
            ValueType::StrMap => return self.text_map(directive, entry),
            ValueType::AnyMap => return self.any_map(directive, entry),
            ValueType::Object(section) => return self.object(directive, section, entry),
            ValueType::Objects(section) => return self.objects(directive, section, entry),
            ValueType::ImageName => return (Presence::Null, Value::None),
        };
        match decoded {
            Ok(Some(value)) => (Presence::Given, value),
            Ok(None) => (Presence::Null, Value::None),
            Err(_) => self.mismatch(directive.key, directive.value, node, key),
        }
    }

    fn mismatch(&mut self, name: &str, wanted: ValueType, node: NodeId, key: Span) -> (Presence, Value) {
        // Of a block over many lines the first thing in it says enough; werf names its line, too.
        let shown = if self.tree.is_several_lines(node) { self.tree.first_leaf(node) } else { node };
        let place = self.place(shown, key);
        let mut finding = messages::type_mismatch(self.tree, name, wanted, node, place);
        finding.fix = finding.fix.or_else(|| messages::as_list(self.text, self.tree, wanted, node, key));
        self.types.push(finding);
        (Presence::Invalid, Value::None)
    }

    fn is_null(&self, node: NodeId) -> bool {
        typed::is_null(self.tree, node)
    }

    fn kind(&self, node: NodeId) -> Kind {
        self.tree.node(self.tree.target(node)).kind
    }

    /// A literal scalar in a list or mapping of texts; null is the empty text.
    fn scalar_text(&mut self, name: &str, node: NodeId, key: Span) -> Option<Spanned<String>> {
        match typed::string(self.tree, node) {
            Ok(text) => {
                let span = self.place(node, key);
                Some(Spanned { value: text.unwrap_or_default().into_owned(), span, key })
            }
            Err(_) => {
                self.mismatch(name, ValueType::Str, node, key);
                None
            }
        }
    }

    fn list(&mut self, directive: &Directive, entry: Entry) -> (Presence, Value) {
        let key = self.span(entry.key);
        if self.kind(entry.value) != Kind::Sequence {
            if self.is_null(entry.value) {
                return (Presence::Null, Value::None);
            }
            return self.mismatch(directive.key, directive.value, entry.value, key);
        }
        let errors_before = self.types.len();
        let mut list = Vec::new();
        for item in self.tree.items(self.tree.target(entry.value)) {
            let span = self.place(*item, key);
            list.extend(self.scalar_text(directive.key, *item, span));
        }
        if self.types.len() > errors_before {
            (Presence::Invalid, Value::None)
        } else {
            (Presence::Given, Value::List(list))
        }
    }

    /// The entries of a free mapping with text keys: repeated texts are errors of the typed pass when the generic pass saw two
    /// different values (`1` and `"1"`).
    fn map_entries(&mut self, directive: &Directive, entry: Entry) -> Result<NamedNodes, (Presence, Value)> {
        let key = self.span(entry.key);
        if self.kind(entry.value) != Kind::Mapping {
            if self.is_null(entry.value) {
                return Err((Presence::Null, Value::None));
            }
            return Err(self.mismatch(directive.key, directive.value, entry.value, key));
        }
        let mut entries = NamedNodes::new();
        let mut seen: HashSet<String> = HashSet::new();
        for step in typed::steps(self.tree, entry.value) {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            let Step::Entry(pair) = step else { continue };
            let Ok(name) = typed::key(self.tree, pair.key) else { continue };
            let span = self.span(pair.key);
            if !seen.insert(name.clone().into_owned()) {
                if !self.repeated.contains(&pair.key) {
                    let first = entries.iter().find(|(known, _)| known.value == *name).map(|(known, _)| known.span);
                    self.types.push(messages::duplicate_key(&name, span, first));
                }
                continue;
            }
            entries.push((Spanned { value: name.into_owned(), span, key: span }, pair.value));
        }
        Ok(entries)
    }

    fn text_map(&mut self, directive: &Directive, entry: Entry) -> (Presence, Value) {
        let errors_before = self.types.len();
        let entries = match self.map_entries(directive, entry) {
            Ok(entries) => entries,
            Err(other) => return other,
        };
        let mut map = Vec::with_capacity(entries.len());
        for (name, node) in entries {
            if let Some(text) = self.scalar_text(&name, node, name.span) {
                map.push((name, text));
            }
        }
        let presence = if self.types.len() > errors_before { Presence::Invalid } else { Presence::Given };
        (presence, Value::Map(map))
    }

    fn any_map(&mut self, directive: &Directive, entry: Entry) -> (Presence, Value) {
        let errors_before = self.types.len();
        let entries = match self.map_entries(directive, entry) {
            Ok(entries) => entries,
            Err(other) => return other,
        };
        let tree = self.tree_index;
        let map = entries.into_iter().map(|(name, node)| {
            let span = self.place(node, name.span);
            (name, NodeRef { tree, node: self.tree.target(node), span })
        });
        let map = map.collect();
        let presence = if self.types.len() > errors_before { Presence::Invalid } else { Presence::Given };
        (presence, Value::AnyMap(map))
    }

    /// `Str|[Str]`: here only read; werf judges it when it converts the section.
    fn string_or_list(&self, node: NodeId, key: Span) -> StringOrList {
        let wrong = |node: NodeId, item: bool| {
            let found = messages::found(self.tree, node);
            StringOrList::Wrong(WrongString { span: self.place(node, key), found, item })
        };
        match self.kind(node) {
            Kind::Sequence => {
                let mut many = Vec::new();
                for item in self.tree.items(self.tree.target(node)) {
                    match self.resolved_string(*item, key) {
                        Some(text) => many.push(text),
                        None => return wrong(*item, true),
                    }
                }
                StringOrList::Many(many)
            }
            Kind::Mapping => wrong(node, false),
            Kind::Scalar(_) | Kind::Alias => match self.resolved_string(node, key) {
                Some(text) => StringOrList::One(text),
                None if self.is_null(node) => StringOrList::None,
                None => wrong(node, false),
            },
        }
    }

    /// A scalar that resolves to a string; timestamps are strings in free positions.
    fn resolved_string(&self, node: NodeId, key: Span) -> Option<Spanned<String>> {
        let string =
            matches!(typed::scalar(self.tree, node), Ok(Some(Resolved::Str | Resolved::Timestamp | Resolved::Binary)));
        let value = typed::string(self.tree, node).ok().flatten().filter(|_| string)?.into_owned();
        let span = self.place(node, key);
        Some(Spanned { value, span, key: span })
    }

    /// `image`, which werf reads out of the catch-all: any value is taken, and judged when the document closes (A30).
    fn image_names(&self, entry: Entry) -> (Presence, Value) {
        let key = self.span(entry.key);
        match self.string_or_list(entry.value, key) {
            StringOrList::None => {
                let nameless = Spanned { value: String::new(), span: key, key };
                (Presence::Null, Value::Image(ImageForm::Null, vec![nameless], None))
            }
            StringOrList::One(name) => (Presence::Given, Value::Image(ImageForm::Text, vec![name], None)),
            StringOrList::Many(names) => (Presence::Given, Value::Image(ImageForm::List, names, None)),
            StringOrList::Wrong(wrong) => {
                (Presence::Invalid, Value::Image(ImageForm::Invalid, Vec::new(), Some(wrong)))
            }
        }
    }

    fn object(&mut self, directive: &Directive, section: Section, entry: Entry) -> (Presence, Value) {
        let key = self.span(entry.key);
        if self.kind(entry.value) == Kind::Mapping {
            let mapping = self.mapping(section, entry.value, key);
            return (Presence::Given, Value::Section(Box::new(mapping)));
        }
        if !self.is_null(entry.value) {
            return self.mismatch(directive.key, directive.value, entry.value, key);
        }
        if section.info().unknown == UnknownKeys::Refused {
            self.own.push(messages::crash_null_section(self.place(entry.value, key)));
            return (Presence::Invalid, Value::None);
        }
        (Presence::Null, Value::None)
    }

    fn objects(&mut self, directive: &'static Directive, section: Section, entry: Entry) -> (Presence, Value) {
        let key = self.span(entry.key);
        if self.kind(entry.value) != Kind::Sequence {
            if self.is_null(entry.value) {
                return (Presence::Null, Value::None);
            }
            return self.mismatch(directive.key, directive.value, entry.value, key);
        }
        if self.depth > self.deepest {
            let place = Place::Rendered(self.place(entry.value, key));
            self.types.push(Finding::fatal(
                RuleId("type-mismatch"),
                place,
                format!("`{}` is nested too deeply to be read", directive.key),
            ));
            return (Presence::Invalid, Value::None);
        }
        let mut items = Vec::new();
        for node in self.tree.items(self.tree.target(entry.value)) {
            let own = self.tree.node(*node).span;
            // An item that is not written ends where its dash does.
            let span = if own.is_empty() { Span { start: own.start.saturating_sub(1), end: own.end } } else { own };
            let item = |mapping| Item { span, mapping, node: self.tree.target(*node) };
            if self.kind(*node) == Kind::Mapping {
                let head = self.first_key(*node).unwrap_or(span);
                let mapping = self.mapping(section, *node, head);
                items.push(Item { span, mapping: Some(mapping), node: self.tree.target(*node) });
            } else if typed::is_absent(self.tree, *node) {
                match section {
                    Section::Task => items.push(item(None)),
                    Section::KeepPolicy => self.after.push(messages::crash_null_item(directive.key, span)),
                    _ => self.crashes.push(messages::crash_null_item(directive.key, span)),
                }
            } else if self.is_null(*node) {
                self.own.push(messages::crash_null_section(span));
            } else {
                self.types.push(messages::item_mismatch(self.tree, directive.key, *node, span));
            }
        }
        (Presence::Given, Value::Sections(items))
    }

    /// Key of a mapping's first entry: what to show when an item as a whole is meant.
    fn first_key(&self, node: NodeId) -> Option<Span> {
        self.tree.entries(self.tree.target(node)).next().map(|entry| self.span(entry.key))
    }
}

/// What a merge key does to the unknown keys before it, `image` among them (spec §7.3).
fn restart_catch_all(mapping: &mut Mapping) {
    if mapping.section.info().unknown == UnknownKeys::TypeError {
        return;
    }
    mapping.unknown.clear();
    if let Some(index) = mapping.slots.iter().position(|slot| matches!(slot.value, Value::Image(..))) {
        mapping.forgotten_image = Some(mapping.slots.remove(index).key);
    }
}

/// Keeps quiet about a directive that is there under a misspelt name.
pub(super) fn mark_invalid(mapping: &mut Mapping, meant: Option<&'static Directive>, key: Span) {
    if let Some(directive) = meant
        && mapping.slot(directive.key).is_none()
    {
        let slot = Slot { name: directive.key, key, span: key, presence: Presence::Invalid, value: Value::None };
        mapping.slots.push(slot);
    }
}
