//! Values beside their places: what every typed section of [`super::config`] is made of.
//!
//! All spans are byte ranges of the rendered text. Never: judgement of values.

use std::ops::Deref;

use crate::source::Span;

/// How a directive stands in its mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Presence {
    /// The key is not there.
    #[default]
    Absent,
    /// The key is there and its value is null, which leaves the default (spec §7.4).
    Null,
    /// The key has a value of the right type.
    Given,
    /// The key has a value that already carries a finding, or a key was found that is certainly this one misspelt: the value
    /// is the default and nothing more should be said about it.
    Invalid,
}

/// A value that stands in the text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The bytes of the value; of a collection, from its first to its last entry.
    pub span: Span,
    /// The bytes of its key; of a list item, the same as `span`.
    pub key: Span,
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A directive with its value after defaults.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Field<T> {
    /// The value: as written, or the default.
    pub value: T,
    /// How it stands in the text.
    pub presence: Presence,
    /// The bytes of the value; of an absent one, of the mapping's key or first entry, so that it can always be shown.
    pub span: Span,
    /// The bytes of the key; of an absent one as `span`.
    pub key: Span,
}

impl<T> Field<T> {
    /// Whether the key is there, be it null or wrong.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.presence != Presence::Absent
    }

    /// Whether the key is there with a usable value.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.presence == Presence::Given
    }

    /// Whether nothing more should be said about this directive.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        self.presence == Presence::Invalid
    }
}

impl<T> Deref for Field<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A text directive. For werf an absent, a null and an empty one are mostly the same: compare `is_empty()`.
pub type Text = Field<String>;

/// A section that may be absent; a null counts as absent, its key is then only in the tree.
pub type Section<T> = Option<Box<Spanned<T>>>;

/// A list of sections.
pub type Sections<T> = Field<Vec<Spanned<T>>>;

/// `{Str:Str}`: texts by texts, in the order of the document (merge keys at their place).
pub type TextMap = Field<Vec<(Spanned<String>, Spanned<String>)>>;

/// `[Str]`: a list of scalars taken literally.
pub type TextList = Field<Vec<Spanned<String>>>;

/// A node of a document's tree, for values whose type is free (`args`, ansible tasks).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeRef {
    /// Index of the document's tree in [`super::Decoded`].
    pub tree: u32,
    /// The node in it.
    pub node: crate::yaml::NodeId,
    /// Its bytes.
    pub span: Span,
}

/// `Str|[Str]`: the value of a directive that werf looks at only when it converts the image (rule `string-or-list`).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum StringOrList {
    /// Absent or null: an empty list.
    #[default]
    None,
    /// One string; an empty one is a list of one empty string.
    One(Spanned<String>),
    /// A list of strings.
    Many(Vec<Spanned<String>>),
    /// Neither: werf refuses it when it converts the section (rule `string-or-list`).
    Wrong(WrongString),
}

/// What stands where a string or a list of strings is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongString {
    /// The offending value: the directive's value itself, or the first item that is no string.
    pub span: Span,
    /// What it is, with its article: `a number`, `a boolean`, `null`, `a mapping`, `a list`.
    pub found: &'static str,
    /// Whether it is an item of the list.
    pub item: bool,
}

impl StringOrList {
    /// All strings; none for a wrong value.
    #[must_use]
    pub fn items(&self) -> &[Spanned<String>] {
        match self {
            Self::None | Self::Wrong(_) => &[],
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }

    /// The wrong value, if it is one.
    #[must_use]
    pub fn wrong(&self) -> Option<&WrongString> {
        if let Self::Wrong(wrong) = self { Some(wrong) } else { None }
    }
}

/// A `Str|[Str]` directive.
pub type Strings = Field<StringOrList>;
