//! The machine behind [`super::decode`]: yaml.v2's decoder as a loop over an explicit stack, in its order, with its counters.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::limits::Limits;

use super::decode::{Data, Failure, Problem, ProblemKind, Slot, Target, ValueId, Values};
use super::go_syntax::go_syntax;
use super::resolve::{MAP_TAG, Resolved, SEQ_TAG};
use super::tree::{Kind, NodeId, Tree};
use super::typed;

/// What a node is decoded into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    /// `interface{}`
    Any,
    /// The key of a map with string keys.
    Key,
    /// `map[string]interface{}`
    StringMap,
    /// `yaml.MapSlice`
    Slice,
    /// An item of a list that is decoded into `yaml.MapSlice`: a structure with the fields `key` and `value`.
    Item,
}

impl Goal {
    fn go_type(self) -> &'static str {
        match self {
            Goal::Any => "interface {}",
            Goal::Key => "string",
            Goal::StringMap => "map[string]interface {}",
            Goal::Slice => "yaml.MapSlice",
            Goal::Item => "yaml.MapItem",
        }
    }
}

/// A key as Go compares it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum MapKey<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    /// Bits of the number, both zeros alike.
    Float(u64),
    Text(Cow<'a, [u8]>),
}

/// The pairs of a map: keys and values in turns.
#[derive(Default)]
struct Pairs<'a> {
    links: Vec<ValueId>,
    keys: Vec<MapKey<'a>>,
    /// Where a key stands in `keys`; built when there are many.
    index: HashMap<MapKey<'a>, usize>,
}

/// Up to so many keys are compared one by one.
const FEW_KEYS: usize = 8;

impl<'a> Pairs<'a> {
    fn find(&self, key: &MapKey<'a>) -> Option<usize> {
        if self.keys.len() <= FEW_KEYS {
            return self.keys.iter().position(|known| known == key);
        }
        self.index.get(key).copied()
    }

    fn add(&mut self, key: MapKey<'a>, pair: [ValueId; 2]) {
        self.links.extend(pair);
        if self.keys.len() == FEW_KEYS {
            self.index = self.keys.iter().cloned().enumerate().map(|(at, key)| (key, at)).collect();
        }
        if self.keys.len() >= FEW_KEYS {
            self.index.insert(key.clone(), self.keys.len());
        }
        self.keys.push(key);
    }
}

enum Collected<'a> {
    Items {
        values: Vec<ValueId>,
        goal: Goal,
    },
    Map {
        pairs: Pairs<'a>,
        string_keys: bool,
    },
    Slice(Vec<ValueId>),
    /// Key and value of a `yaml.MapItem`.
    Struct([Option<ValueId>; 2]),
}

/// The state of decoding one collection.
struct Frame<'a> {
    node: NodeId,
    /// Next child: an item, or a key or value.
    position: usize,
    /// The key whose value comes next.
    key: Option<ValueId>,
    into: Collected<'a>,
    /// Merged mappings still to be decoded into this one; the last goes first.
    merges: Vec<NodeId>,
    /// Whether this mapping is merged into the one of the frame below.
    merged: bool,
    /// Alias that was followed to come here.
    alias: Option<NodeId>,
    /// Fields of a structure that have been there.
    fields: [bool; 2],
    /// The field whose value comes next.
    field: usize,
}

struct Decoder<'a> {
    tree: &'a Tree,
    strict: bool,
    maps_are_slices: bool,
    values: Values,
    frames: Vec<Frame<'a>>,
    collected: Vec<Problem>,
    decoded: u64,
    aliased: u64,
    open_aliases: HashSet<NodeId>,
    budget: usize,
}

enum Outcome {
    /// A value is ready; None when the node was refused and is left out.
    Done(Option<ValueId>),
    /// A frame was opened for it, or closed without a value.
    Pending,
}

type Step<T> = Result<T, Box<Problem>>;

fn problem<T>(text: String, node: NodeId, kind: ProblemKind) -> Step<T> {
    Err(Box::new(Problem { text, node, first: None, kind }))
}

pub(super) fn run(tree: &Tree, target: Target, limits: &Limits) -> Result<Values, Failure> {
    let Some(root) = tree.root() else { return Ok(Values::default()) };
    let root_is_mapping = tree.node(tree.target(root)).kind == Kind::Mapping;
    let mut decoder = Decoder {
        tree,
        strict: matches!(target, Target::Strict | Target::Slice),
        maps_are_slices: target == Target::Slice && root_is_mapping,
        values: Values::default(),
        frames: Vec::new(),
        collected: Vec::new(),
        decoded: 1,
        aliased: 0,
        open_aliases: HashSet::new(),
        budget: limits.yaml_nodes,
    };
    let goal = match target {
        Target::Any => Goal::Any,
        Target::StringMap | Target::Strict => Goal::StringMap,
        Target::Slice => Goal::Slice,
    };
    match decoder.run(root, goal) {
        Err(problem) => Err(Failure::Fatal(*problem)),
        Ok(_) if !decoder.collected.is_empty() => Err(Failure::Collected(decoder.collected)),
        Ok(value) => {
            decoder.values.root = value;
            Ok(decoder.values)
        }
    }
}

impl<'a> Decoder<'a> {
    fn run(&mut self, root: NodeId, goal: Goal) -> Step<Option<ValueId>> {
        let mut outcome = self.enter(root, goal)?;
        loop {
            if let Outcome::Done(value) = outcome {
                if self.frames.is_empty() {
                    return Ok(value);
                }
                self.accept(value)?;
            }
            outcome = self.advance()?;
        }
    }

    /// Starts decoding a node.
    fn enter(&mut self, node: NodeId, goal: Goal) -> Step<Outcome> {
        let Some((target, alias)) = self.follow(node)? else { return Ok(Outcome::Done(None)) };
        let into = match (self.tree.node(target).kind, goal) {
            (Kind::Scalar(_) | Kind::Alias, _) => {
                let value = self.scalar(target, goal);
                self.leave(alias);
                return value.map(Outcome::Done);
            }
            (Kind::Sequence, Goal::Any) => Collected::Items { values: Vec::new(), goal: Goal::Any },
            (Kind::Sequence, Goal::Slice) => Collected::Items { values: Vec::new(), goal: Goal::Item },
            (Kind::Mapping, Goal::Any) if self.maps_are_slices => Collected::Slice(Vec::new()),
            (Kind::Mapping, Goal::Any) => Collected::Map { pairs: Pairs::default(), string_keys: false },
            (Kind::Mapping, Goal::StringMap) => Collected::Map { pairs: Pairs::default(), string_keys: true },
            (Kind::Mapping, Goal::Slice) => Collected::Slice(Vec::new()),
            (Kind::Mapping, Goal::Item) => Collected::Struct([None; 2]),
            (kind, _) => {
                let tag = if kind == Kind::Sequence { SEQ_TAG } else { MAP_TAG };
                self.collected.push(typed::mismatch_as(self.tree, target, tag, goal.go_type()));
                self.leave(alias);
                return Ok(Outcome::Done(None));
            }
        };
        self.open(target, into, false, alias);
        Ok(Outcome::Pending)
    }

    fn open(&mut self, node: NodeId, into: Collected<'a>, merged: bool, alias: Option<NodeId>) {
        self.frames.push(Frame {
            node,
            position: 0,
            key: None,
            into,
            merges: Vec::new(),
            merged,
            alias,
            fields: [false; 2],
            field: 0,
        });
    }

    /// Counts a node and, when it is an alias, goes to what it stands for.
    fn follow(&mut self, node: NodeId) -> Step<Option<(NodeId, Option<NodeId>)>> {
        self.count(node)?;
        let shown = self.tree.node(node);
        if shown.kind != Kind::Alias {
            return Ok(Some((node, None)));
        }
        // The tree has an error already when the anchor does not exist.
        let Some(target) = shown.target else { return Ok(None) };
        if !self.open_aliases.insert(node) {
            let text = format!("yaml: anchor '{}' value contains itself", self.tree.value(node));
            return problem(text, node, ProblemKind::Recursion);
        }
        self.count(target)?;
        Ok(Some((target, Some(node))))
    }

    fn leave(&mut self, alias: Option<NodeId>) {
        if let Some(alias) = alias {
            self.open_aliases.remove(&alias);
        }
    }

    /// The library's guard against documents whose aliases multiply, and our own budget.
    fn count(&mut self, node: NodeId) -> Step<()> {
        self.decoded += 1;
        if !self.open_aliases.is_empty() {
            self.aliased += 1;
        }
        if self.aliased <= 100 || self.decoded <= 1000 {
            return Ok(());
        }
        let (low, high) = (400_000_u64, 4_000_000_u64);
        let allowed = match self.decoded {
            decoded if decoded <= low => 0.99,
            decoded if decoded >= high => 0.10,
            decoded => 0.99 - 0.89 * ((decoded - low) as f64 / (high - low) as f64),
        };
        if self.aliased as f64 / self.decoded as f64 > allowed || self.values.slots.len() > self.budget {
            let text = "yaml: document contains excessive aliasing".to_owned();
            return problem(text, node, ProblemKind::ExcessiveAliasing);
        }
        Ok(())
    }

    fn push(&mut self, node: NodeId, data: Data) -> ValueId {
        let id = ValueId(u32::try_from(self.values.slots.len()).unwrap_or(u32::MAX));
        self.values.slots.push(Slot { node, data, links: 0..0 });
        id
    }

    fn scalar(&mut self, node: NodeId, goal: Goal) -> Step<Option<ValueId>> {
        let resolved = typed::scalar(self.tree, node)?.unwrap_or(Resolved::Str);
        let bytes = match resolved {
            Resolved::Binary => Some(typed::binary(self.tree, node)?),
            _ => None,
        };
        let data = match (goal, resolved, bytes) {
            // Null leaves every destination at its zero value.
            (Goal::Any, Resolved::Null, _) => Data::Null,
            (Goal::Key, Resolved::Null, _) => Data::Bytes(Vec::new()),
            (Goal::StringMap | Goal::Slice, Resolved::Null, _) => Data::Map,
            (Goal::Item, Resolved::Null, _) => return Ok(Some(self.item(node, [None; 2]))),
            (Goal::Any | Goal::Key, _, Some(bytes)) => Data::Bytes(bytes),
            (Goal::Key, ..) => Data::Str,
            (Goal::Any, Resolved::Bool(value), _) => Data::Bool(value),
            (Goal::Any, Resolved::Int(value), _) => Data::Int(value),
            (Goal::Any, Resolved::Uint(value), _) => Data::Uint(value),
            (Goal::Any, Resolved::Float(value), _) => Data::Float(value),
            (Goal::Any, ..) => Data::Str,
            (_, resolved, _) => {
                self.collected.push(typed::mismatch_as(self.tree, node, resolved.tag(), goal.go_type()));
                return Ok(None);
            }
        };
        Ok(Some(self.push(node, data)))
    }

    /// A `yaml.MapItem`: a map of one pair, null where there is nothing.
    fn item(&mut self, node: NodeId, fields: [Option<ValueId>; 2]) -> ValueId {
        let links = fields.map(|field| field.unwrap_or_else(|| self.push(node, Data::Null)));
        self.collection(node, Data::Map, &links)
    }

    fn collection(&mut self, node: NodeId, data: Data, links: &[ValueId]) -> ValueId {
        let id = self.push(node, data);
        let to_u32 = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let from = to_u32(self.values.links.len());
        self.values.links.extend_from_slice(links);
        let until = to_u32(self.values.links.len());
        if let Some(slot) = self.values.slots.last_mut() {
            slot.links = from..until;
        }
        id
    }

    /// Goes on with the innermost collection; a value when it is complete.
    fn advance(&mut self) -> Step<Outcome> {
        let tree = self.tree;
        let Some(frame) = self.frames.last_mut() else { return Ok(Outcome::Done(None)) };
        if let Some(merge) = frame.merges.pop() {
            return self.enter_merge(merge);
        }
        let position = frame.position;
        frame.position += 1;
        let key_goal = match &frame.into {
            Collected::Items { goal, .. } => {
                let goal = *goal;
                return match tree.items(frame.node).get(position) {
                    Some(item) => self.enter(*item, goal),
                    None => Ok(self.complete()),
                };
            }
            Collected::Map { string_keys: true, .. } | Collected::Struct(_) => Goal::Key,
            Collected::Map { .. } | Collected::Slice(_) => Goal::Any,
        };
        let links = tree.pair_links(frame.node);
        let Some(next) = links.get(position).copied() else { return Ok(self.complete()) };
        if position % 2 == 1 {
            return self.enter(next, Goal::Any);
        }
        if !tree.is_merge(next) {
            return self.enter(next, key_goal);
        }
        frame.position += 1;
        if let Some(value) = links.get(position + 1).copied() {
            match tree.node(value).kind {
                // Earlier mappings of the list win over later ones by being decoded last.
                Kind::Sequence => frame.merges.extend_from_slice(tree.items(value)),
                _ => frame.merges.push(value),
            }
        }
        Ok(Outcome::Pending)
    }

    fn enter_merge(&mut self, node: NodeId) -> Step<Outcome> {
        if self.tree.node(self.tree.target(node)).kind != Kind::Mapping {
            let text = "yaml: map merge requires map or sequence of maps as the value".to_owned();
            return problem(text, node, ProblemKind::Merge);
        }
        let Some((target, alias)) = self.follow(node)? else { return Ok(Outcome::Pending) };
        let Some(owner) = self.frames.last_mut() else { return Ok(Outcome::Pending) };
        // The merged mapping fills its owner's map; an ordered one is lost, as in the library.
        let into = match &owner.into {
            Collected::Slice(_) => Collected::Slice(Vec::new()),
            _ => std::mem::replace(&mut owner.into, Collected::Struct([None; 2])),
        };
        self.open(target, into, true, alias);
        Ok(Outcome::Pending)
    }

    /// Takes a key, value or item into the innermost collection.
    fn accept(&mut self, value: Option<ValueId>) -> Step<()> {
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        if let Collected::Items { values, .. } = &mut frame.into {
            values.extend(value);
            return Ok(());
        }
        // The position already points behind what was decoded.
        let child = frame.position - 1;
        if child.is_multiple_of(2) {
            return self.accept_key(value);
        }
        if let (Collected::Struct(fields), Some(_)) = (&mut frame.into, value) {
            fields[frame.field] = value;
            return Ok(());
        }
        let (Some(key), Some(value)) = (frame.key.take(), value) else { return Ok(()) };
        let links = self.tree.pair_links(frame.node);
        let (key_node, value_node) = (links[child - 1], links[child]);
        match &mut frame.into {
            Collected::Slice(pairs) => pairs.extend([key, value]),
            Collected::Map { pairs, .. } => {
                let name = map_key(self.tree, &self.values, key);
                let known = match &name {
                    Some(name) => pairs.find(name),
                    None => None,
                };
                match known {
                    Some(at) if self.strict => {
                        let first = self.values.node(pairs.links[2 * at]);
                        let shown = go_syntax(self.tree, &self.values, key);
                        let line = self.tree.node(value_node).line + 1;
                        self.collected.push(Problem {
                            text: format!("line {line}: key {shown} already set in map"),
                            node: key_node,
                            first: Some(first),
                            kind: ProblemKind::DuplicateKey,
                        });
                    }
                    Some(at) => pairs.links[2 * at..2 * at + 2].copy_from_slice(&[key, value]),
                    None => match name {
                        Some(name) => pairs.add(name, [key, value]),
                        None => pairs.add(MapKey::Float(f64::NAN.to_bits()), [key, value]),
                    },
                }
            }
            Collected::Items { .. } | Collected::Struct(_) => {}
        }
        Ok(())
    }

    fn accept_key(&mut self, key: Option<ValueId>) -> Step<()> {
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        let node = self.tree.pair_links(frame.node)[frame.position - 1];
        let Some(key) = key else {
            frame.position += 1;
            return Ok(());
        };
        let is_collection = matches!(self.values.data(key), Data::Seq | Data::Map);
        match &frame.into {
            Collected::Map { string_keys: false, .. } if is_collection => {
                let text = format!("yaml: invalid map key: {}", go_syntax(self.tree, &self.values, key));
                return problem(text, node, ProblemKind::InvalidKey);
            }
            Collected::Struct(_) => {
                let name = match self.values.data(key) {
                    Data::Bytes(bytes) => String::from_utf8_lossy(bytes),
                    _ => Cow::Borrowed(self.tree.value(self.values.node(key))),
                };
                let line = self.tree.node(node).line + 1;
                let field = ["key", "value"].iter().position(|field| *field == name);
                let text = match field {
                    Some(field) if !frame.fields[field] => {
                        frame.fields[field] = true;
                        frame.field = field;
                        return Ok(());
                    }
                    Some(_) => format!("line {line}: field {name} already set in type yaml.MapItem"),
                    None => format!("line {line}: field {name} not found in type yaml.MapItem"),
                };
                frame.position += 1;
                self.collected.push(Problem { text, node, first: None, kind: ProblemKind::UnknownField });
            }
            _ => frame.key = Some(key),
        }
        Ok(())
    }

    /// Closes the innermost collection.
    fn complete(&mut self) -> Outcome {
        let Some(frame) = self.frames.pop() else { return Outcome::Done(None) };
        self.leave(frame.alias);
        if frame.merged {
            if let (Some(owner), false) = (self.frames.last_mut(), matches!(frame.into, Collected::Slice(_))) {
                owner.into = frame.into;
            }
            return Outcome::Pending;
        }
        let id = match frame.into {
            Collected::Items { values, goal: Goal::Item } => {
                // Items of a MapSlice are its pairs.
                let pairs: Vec<ValueId> = values
                    .iter()
                    .flat_map(|item| self.values.pairs(*item).flat_map(|(key, value)| [key, value]))
                    .collect();
                self.collection(frame.node, Data::Map, &pairs)
            }
            Collected::Items { values, .. } => self.collection(frame.node, Data::Seq, &values),
            Collected::Map { pairs, .. } => self.collection(frame.node, Data::Map, &pairs.links),
            Collected::Slice(links) => self.collection(frame.node, Data::Map, &links),
            Collected::Struct(fields) => self.item(frame.node, fields),
        };
        Outcome::Done(Some(id))
    }
}

/// None for NaN, which equals nothing.
fn map_key<'a>(tree: &'a Tree, values: &Values, id: ValueId) -> Option<MapKey<'a>> {
    Some(match values.data(id) {
        Data::Null | Data::Seq | Data::Map => MapKey::Null,
        Data::Bool(value) => MapKey::Bool(*value),
        Data::Int(value) => MapKey::Int(*value),
        Data::Uint(value) => MapKey::Uint(*value),
        Data::Float(value) if value.is_nan() => return None,
        Data::Float(value) => MapKey::Float((value + 0.0).to_bits()),
        Data::Str => MapKey::Text(Cow::Borrowed(tree.value(values.node(id)).as_bytes())),
        Data::Bytes(bytes) => MapKey::Text(Cow::Owned(bytes.clone())),
    })
}
