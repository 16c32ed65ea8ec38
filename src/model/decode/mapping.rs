//! A mapping as it comes out of the walk: its directives by name, decoded to the types of the grammar table but not yet
//! put into the structures of [`super::super::config`].

use super::super::config::{ImageForm, ImageNames};
use super::super::field::{
    Field, NodeRef, Presence, Sections, Spanned, StringOrList, Strings, Text, TextList, TextMap, WrongString,
};
use crate::grammar::Section;
use crate::source::Span;
use crate::yaml::NodeId;

/// A key that the mapping does not know.
#[derive(Clone, Debug)]
pub(super) struct Unknown {
    pub(super) name: String,
    pub(super) key: Span,
    pub(super) node: NodeId,
    pub(super) value: NodeId,
}

/// A decoded mapping.
#[derive(Debug)]
pub(super) struct Mapping {
    pub(super) section: Section,
    /// Key under which it stands; of a list item or document, its first entry.
    pub(super) key: Span,
    pub(super) slots: Vec<Slot>,
    /// What the catch-all holds when the mapping closes: a merge key empties it on the way (spec §7.3).
    pub(super) unknown: Vec<Unknown>,
    /// Place of an `image` that a later merge key made werf forget.
    pub(super) forgotten_image: Option<Span>,
}

/// A directive in its mapping.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) name: &'static str,
    pub(super) key: Span,
    pub(super) span: Span,
    pub(super) presence: Presence,
    pub(super) value: Value,
}

/// A decoded value, by the types of the table.
#[derive(Debug, Default)]
pub(super) enum Value {
    #[default]
    None,
    Text(String),
    Bool(bool),
    Int(i64),
    UInt(u64),
    List(Vec<Spanned<String>>),
    Strings(StringOrList),
    Map(Vec<(Spanned<String>, Spanned<String>)>),
    AnyMap(Vec<(Spanned<String>, NodeRef)>),
    Image(ImageForm, Vec<Spanned<String>>, Option<WrongString>),
    Section(Box<Mapping>),
    Sections(Vec<Item>),
}

/// An item of a list of mappings.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) span: Span,
    /// `None` for an ansible task that is null.
    pub(super) mapping: Option<Mapping>,
    pub(super) node: NodeId,
}

impl Mapping {
    /// A mapping without entries.
    pub(super) fn empty(section: Section, key: Span) -> Self {
        Self { section, key, slots: Vec::new(), unknown: Vec::new(), forgotten_image: None }
    }

    pub(super) fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name == name)
    }

    /// The text of a directive; empty when it is absent, null or wrong.
    pub(super) fn peek(&self, name: &str) -> &str {
        match self.slot(name) {
            Some(Slot { value: Value::Text(text), .. }) => text,
            _ => "",
        }
    }

    /// Whether a directive's value is known to be wrong, so that nothing should be concluded from it.
    pub(super) fn is_invalid(&self, name: &str) -> bool {
        self.slot(name).is_some_and(|slot| slot.presence == Presence::Invalid)
    }

    /// Key of a directive, else the mapping itself.
    pub(super) fn key_of(&self, name: &str) -> Span {
        self.slot(name).map_or(self.key, |slot| slot.key)
    }

    /// Value of a directive where it has bytes, else its key, else the mapping itself.
    pub(super) fn place_of(&self, name: &str) -> Span {
        self.slot(name).map_or(self.key, |slot| if slot.span.is_empty() { slot.key } else { slot.span })
    }

    fn take<T>(&mut self, name: &str, default: T, convert: impl FnOnce(Value) -> Option<T>) -> Field<T> {
        debug_assert!(self.section.directives().any(|row| row.key == name), "{name} is not in the table");
        let Some(slot) = self.slots.iter_mut().find(|slot| slot.name == name) else {
            return Field { value: default, presence: Presence::Absent, span: self.key, key: self.key };
        };
        let value = std::mem::take(&mut slot.value);
        let span = if slot.span.is_empty() { slot.key } else { slot.span };
        Field { value: convert(value).unwrap_or(default), presence: slot.presence, span, key: slot.key }
    }

    pub(super) fn text(&mut self, name: &str) -> Text {
        self.take(name, String::new(), |value| if let Value::Text(text) = value { Some(text) } else { None })
    }

    /// A text whose default is not empty: an explicit null empties it all the same.
    pub(super) fn text_or(&mut self, name: &str, default: &str) -> Text {
        let mut field = self.text(name);
        if matches!(field.presence, Presence::Absent | Presence::Invalid) {
            field.value = default.to_owned();
        }
        field
    }

    pub(super) fn optional_text(&mut self, name: &str) -> Field<Option<String>> {
        self.take(name, None, |value| if let Value::Text(text) = value { Some(Some(text)) } else { None })
    }

    pub(super) fn boolean(&mut self, name: &str) -> Field<bool> {
        self.take(name, false, |value| if let Value::Bool(flag) = value { Some(flag) } else { None })
    }

    pub(super) fn optional_boolean(&mut self, name: &str) -> Field<Option<bool>> {
        self.take(name, None, |value| if let Value::Bool(flag) = value { Some(Some(flag)) } else { None })
    }

    pub(super) fn integer(&mut self, name: &str) -> Field<Option<i64>> {
        self.take(name, None, |value| if let Value::Int(number) = value { Some(Some(number)) } else { None })
    }

    pub(super) fn unsigned(&mut self, name: &str) -> Field<Option<u64>> {
        self.take(name, None, |value| if let Value::UInt(number) = value { Some(Some(number)) } else { None })
    }

    pub(super) fn list(&mut self, name: &str) -> TextList {
        self.take(name, Vec::new(), |value| if let Value::List(list) = value { Some(list) } else { None })
    }

    pub(super) fn strings(&mut self, name: &str) -> Strings {
        self.take(name, StringOrList::None, |value| if let Value::Strings(text) = value { Some(text) } else { None })
    }

    pub(super) fn map(&mut self, name: &str) -> TextMap {
        self.take(name, Vec::new(), |value| if let Value::Map(map) = value { Some(map) } else { None })
    }

    pub(super) fn any_map(&mut self, name: &str) -> Field<Vec<(Spanned<String>, NodeRef)>> {
        self.take(name, Vec::new(), |value| if let Value::AnyMap(map) = value { Some(map) } else { None })
    }

    pub(super) fn section<T>(&mut self, name: &str, assemble: impl FnOnce(Mapping) -> T) -> Option<Box<Spanned<T>>> {
        debug_assert!(self.section.directives().any(|row| row.key == name), "{name} is not in the table");
        let slot = self.slots.iter_mut().find(|slot| slot.name == name)?;
        let Value::Section(mapping) = std::mem::take(&mut slot.value) else { return None };
        let (span, key) = (slot.span, slot.key);
        Some(Box::new(Spanned { value: assemble(*mapping), span, key }))
    }

    pub(super) fn sections<T>(&mut self, name: &str, assemble: impl Fn(Mapping) -> T) -> Sections<T> {
        self.take(name, Vec::new(), |value| {
            let Value::Sections(items) = value else { return None };
            let items = items.into_iter().filter_map(|item| {
                let span = item.span;
                Some(Spanned { value: assemble(item.mapping?), span, key: span })
            });
            Some(items.collect())
        })
    }

    /// A list of free mappings, by reference into the tree.
    pub(super) fn nodes(&mut self, name: &str, tree: u32) -> Sections<NodeRef> {
        self.take(name, Vec::new(), |value| {
            let Value::Sections(items) = value else { return None };
            let items = items.into_iter().map(|item| {
                let span = item.span;
                Spanned { value: NodeRef { tree, node: item.node, span }, span, key: span }
            });
            Some(items.collect())
        })
    }

    pub(super) fn image_names(&mut self) -> ImageNames {
        let Some(slot) = self.slots.iter_mut().find(|slot| matches!(slot.value, Value::Image(..))) else {
            return ImageNames { key: self.forgotten_image, ..ImageNames::default() };
        };
        let Value::Image(form, names, _) = std::mem::take(&mut slot.value) else { return ImageNames::default() };
        ImageNames { form, names, key: Some(slot.key) }
    }
}
