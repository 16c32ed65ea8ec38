//! A file as a Go template: its nodes by place, its variables with their scopes, the names of templates in it, and its actions even where they do
//! not parse.
//!
//! In: the text of a file. Out: tables of places in that file. Never: values; what runs is in the trace of the rendering.

use crate::dialect::Dialect;
use crate::source::Span;
use crate::template::eval::find_function;
use crate::template::tree::{NodeId, NodeKind, Source};
use crate::template::{functions::Function, parse_source};

/// A variable: from its declaration to the end of its scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// With its `$`.
    pub name: String,
    /// Where it is declared.
    pub declared: Span,
    /// From behind the declaration to where it ends to be known.
    pub scope: Span,
    /// Where it is read or assigned: the name with its `$`.
    pub uses: Vec<Span>,
    /// The pipeline that gives it its value.
    pub value: NodeId,
}

/// What the name of a template does where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameUse {
    /// `define` or `block`.
    Definition,
    /// `template`, `block` or `include`.
    Call,
}

/// The name of a template in a string literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateName {
    /// The name.
    pub name: String,
    /// Its bytes between the quotes.
    pub span: Span,
    /// What it does.
    pub what: NameUse,
    /// The bytes of the call or of the clause.
    pub around: Span,
}

/// A key of the data that is stored or read by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataKey {
    /// The key.
    pub key: String,
    /// Its bytes: of a field behind the dot, of a literal between the quotes.
    pub span: Span,
    /// Whether it is stored there (`set $ "key" value`, `dict "key" value`).
    pub is_stored: bool,
}

/// A file as a template.
#[derive(Clone, Debug)]
pub struct TemplateFile {
    /// Its syntax tree.
    pub source: Source,
    /// Its variables, in order of declaration.
    pub variables: Vec<Variable>,
    /// Names of templates, in order of the text.
    pub names: Vec<TemplateName>,
    /// Keys of data, in order of the text.
    pub keys: Vec<DataKey>,
}

impl TemplateFile {
    /// Parses a text and looks at it.
    #[must_use]
    pub fn new(name: &str, text: &[u8], dialect: Dialect) -> Self {
        let source = parse_source(name, text, dialect);
        let mut walk = Walk {
            source: &source,
            text,
            open: Vec::new(),
            variables: Vec::new(),
            names: Vec::new(),
            keys: Vec::new(),
        };
        for tree in &source.trees {
            // Each template knows its own variables only.
            walk.open.clear();
            let end = source.node(tree.root).span.end;
            walk.node(tree.root, end);
            if !tree.clause.is_empty() {
                walk.name(&tree.name, tree.clause, NameUse::Definition);
            }
        }
        let Walk { mut variables, mut names, mut keys, .. } = walk;
        variables.sort_by_key(|variable| variable.declared);
        names.sort_by_key(|name| (name.span, name.what == NameUse::Call));
        names.dedup();
        keys.sort_by_key(|key| key.span);
        Self { source, variables, names, keys }
    }

    /// The nodes around an offset from the outermost to the innermost, texts and lists left out. A node that begins at the offset goes before one that
    /// ends there.
    #[must_use]
    pub fn nodes_at(&self, offset: usize) -> Vec<NodeId> {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let is_code = |kind: &NodeKind| !matches!(kind, NodeKind::Text | NodeKind::List(_));
        let all = || self.source.nodes.iter().enumerate().filter(|(_, node)| is_code(&node.kind));
        let collect = |holds: &dyn Fn(Span) -> bool| {
            let mut found: Vec<(u32, NodeId)> = all()
                .filter(|(_, node)| !node.span.is_empty() && holds(node.span))
                .map(|(id, node)| (node.span.end - node.span.start, NodeId::try_from(id).unwrap_or(NodeId::MAX)))
                .collect();
            // Parents stand behind their children in the arena.
            found.sort_by_key(|(length, id)| (std::cmp::Reverse(*length), std::cmp::Reverse(*id)));
            found.into_iter().map(|(_, id)| id).collect::<Vec<_>>()
        };
        let inside = collect(&|span| span.start <= offset && offset < span.end);
        let touching = collect(&|span| span.start <= offset && offset <= span.end);
        if is_leaf(self, inside.last()) || inside.len() >= touching.len() { inside } else { touching }
    }

    /// The variable that is declared or used at an offset.
    #[must_use]
    pub fn variable_at(&self, offset: usize) -> Option<&Variable> {
        self.variables
            .iter()
            .find(|variable| variable.declared.touches(offset) || variable.uses.iter().any(|used| used.touches(offset)))
    }

    /// Variables known at an offset, innermost first; a name that is declared again hides the outer one.
    #[must_use]
    pub fn variables_in_scope(&self, offset: usize) -> Vec<&Variable> {
        let mut found: Vec<&Variable> = Vec::new();
        let known = self.variables.iter().rev();
        for variable in
            known.filter(|variable| variable.scope.start as usize <= offset && variable.scope.touches(offset))
        {
            if !found.iter().any(|other| other.name == variable.name) {
                found.push(variable);
            }
        }
        found
    }

    /// The template name at an offset.
    #[must_use]
    pub fn name_at(&self, offset: usize) -> Option<&TemplateName> {
        self.names.iter().find(|name| name.span.touches(offset))
    }

    /// The data key at an offset.
    #[must_use]
    pub fn key_at(&self, offset: usize) -> Option<&DataKey> {
        self.keys.iter().find(|key| key.span.touches(offset))
    }

    /// The function called at an offset: the cursor is in its name.
    #[must_use]
    pub fn function_at(&self, offset: usize) -> Option<(&'static Function, Span)> {
        self.nodes_at(offset).into_iter().rev().find_map(|id| match self.source.node(id).kind {
            NodeKind::Identifier(function) => Some((function, self.source.node(id).span)),
            _ => None,
        })
    }
}

fn is_leaf(file: &TemplateFile, id: Option<&NodeId>) -> bool {
    id.is_some_and(|id| file.source.children(*id).is_empty())
}

/// A walk over one source with the variables that are known.
struct Walk<'a> {
    source: &'a Source,
    text: &'a [u8],
    /// Indices of known variables, innermost last.
    open: Vec<usize>,
    variables: Vec<Variable>,
    names: Vec<TemplateName>,
    keys: Vec<DataKey>,
}

impl Walk<'_> {
    /// Visits a node; `end` is where the list around it ends. Blocks and parentheses may be nested thousands of times.
    fn node(&mut self, id: NodeId, end: u32) {
        stacker::maybe_grow(64 << 10, 1 << 20, || self.visit(id, end));
    }

    fn visit(&mut self, id: NodeId, end: u32) {
        let node = self.source.node(id);
        match &node.kind {
            NodeKind::List(items) => {
                let known = self.open.len();
                for item in items {
                    self.node(*item, end);
                }
                self.open.truncate(known);
            }
            NodeKind::If(pipe, body, other)
            | NodeKind::With(pipe, body, other)
            | NodeKind::Range(pipe, body, other) => {
                let known = self.open.len();
                let end = other.map_or(self.source.node(*body).span.end, |other| self.source.node(other).span.end);
                self.node(*pipe, end.max(node.span.end.min(end)));
                self.node(*body, end);
                if let Some(other) = other {
                    self.node(*other, end);
                }
                self.open.truncate(known);
            }
            NodeKind::Template(name, pipe) => {
                self.name(name, node.span, NameUse::Call);
                if let Some(pipe) = pipe {
                    self.node(*pipe, end);
                }
            }
            NodeKind::Pipe(declared, assigns, commands) => {
                for command in commands {
                    self.node(*command, end);
                }
                for variable in declared {
                    if *assigns { self.node(*variable, end) } else { self.declare(*variable, id, end) }
                }
            }
            NodeKind::Command(operands) => {
                self.command(operands, node.span);
                for operand in operands {
                    self.node(*operand, end);
                }
            }
            NodeKind::Variable(variable, fields) => {
                let name = &self.source.variables[*variable as usize];
                let start = node.span.start;
                let span = Span { start, end: start + u32::try_from(name.len()).unwrap_or(0) };
                let known = self.open.iter().rev().find(|index| *self.variables[**index].name == **name);
                if let Some(index) = known {
                    self.variables[*index].uses.push(span);
                }
                self.fields(fields);
            }
            NodeKind::Field(fields) => self.fields(fields),
            NodeKind::Chain(operand, fields) => {
                self.node(*operand, end);
                self.fields(fields);
            }
            NodeKind::Action(pipe) => self.node(*pipe, end),
            _ => {}
        }
    }

    fn declare(&mut self, id: NodeId, value: NodeId, end: u32) {
        let node = self.source.node(id);
        let NodeKind::Variable(variable, _) = &node.kind else { return };
        let name = self.source.variables[*variable as usize].to_string();
        let declared = Span { start: node.span.start, end: node.span.start + u32::try_from(name.len()).unwrap_or(0) };
        let begin = self.source.node(value).span.end.max(declared.end);
        let scope = Span { start: begin, end: end.max(begin) };
        self.open.push(self.variables.len());
        self.variables.push(Variable { name, declared, scope, uses: Vec::new(), value });
    }

    /// `include "name"`, `set $ "key" value`, `dict "key" value`, `get`/`hasKey`/`index`-like reads.
    fn command(&mut self, operands: &[NodeId], around: Span) {
        let Some(NodeKind::Identifier(function)) = operands.first().map(|id| &self.source.node(*id).kind) else {
            return;
        };
        let literal = |walk: &mut Self, index: usize, is_stored: bool| {
            let Some((value, span)) = operands.get(index).and_then(|id| walk.literal(*id)) else { return };
            walk.keys.push(DataKey { key: value, span, is_stored });
        };
        match function.name {
            "include" => {
                if let Some((name, span)) = operands.get(1).and_then(|id| self.literal(*id)) {
                    self.names.push(TemplateName { name, span, what: NameUse::Call, around });
                }
            }
            "set" => literal(self, 2, true),
            "dict" => (1..operands.len()).step_by(2).for_each(|index| literal(self, index, true)),
            "get" | "hasKey" | "unset" | "dig" | "index" => {
                (1..operands.len()).for_each(|index| literal(self, index, false))
            }
            _ => {}
        }
    }

    fn fields(&mut self, fields: &[Span]) {
        for field in fields {
            let key = String::from_utf8_lossy(&self.text[field.range()]).into_owned();
            self.keys.push(DataKey { key, span: *field, is_stored: false });
        }
    }

    /// A string literal's value and the bytes between its quotes.
    fn literal(&self, id: NodeId) -> Option<(String, Span)> {
        let node = self.source.node(id);
        let NodeKind::String(value) = &node.kind else { return None };
        let inner = Span { start: node.span.start + 1, end: node.span.end.saturating_sub(1).max(node.span.start + 1) };
        let bytes = match value {
            Some(value) => value,
            None => self.text.get(inner.range())?,
        };
        Some((String::from_utf8_lossy(bytes).into_owned(), inner))
    }

    /// A name that the parser took out of a clause: its bytes are found again between the quotes there.
    fn name(&mut self, name: &[u8], around: Span, what: NameUse) {
        let Some(clause) = self.text.get(around.range()) else { return };
        let Some(quote) = clause.iter().position(|byte| matches!(byte, b'"' | b'`')) else { return };
        let length = clause[quote + 1..].iter().position(|byte| *byte == clause[quote]).unwrap_or(0);
        let start = around.start as usize + quote + 1;
        self.names.push(TemplateName {
            name: String::from_utf8_lossy(name).into_owned(),
            span: Span::new(start, start + length),
            what,
            around,
        });
    }
}

/// An action as it is typed, complete or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// From `{{` to behind `}}`; of one that is not closed, to the end of its line.
    pub span: Span,
    /// The bytes between the delimiters and their trim markers.
    pub inner: Span,
    /// Whether `}}` is there.
    pub is_closed: bool,
    /// Whether it is a comment.
    pub is_comment: bool,
}

/// All actions of a text in order. An action that is not closed ends with its line, so that the rest of the file is still read.
#[must_use]
pub fn actions(text: &[u8]) -> Vec<Action> {
    let mut found = Vec::new();
    let mut at = 0;
    // Behind a comment that is not closed no other is: it is looked for once.
    let mut comments_close = true;
    while let Some(start) = find(text, at, b"{{") {
        let mut begin = start + 2;
        if text.get(begin) == Some(&b'-') && text.get(begin + 1).is_some_and(u8::is_ascii_whitespace) {
            begin += 1;
        }
        let first =
            text[begin..].iter().position(|byte| !byte.is_ascii_whitespace()).map_or(begin, |skip| begin + skip);
        let is_comment = text[first..].starts_with(b"/*");
        let close = if is_comment {
            let wanted = if comments_close { find(text, first, b"*/") } else { None };
            let close = wanted.and_then(|end| find(text, end, b"}}"));
            comments_close = close.is_some();
            close
        } else {
            closing(text, begin)
        };
        let (inner_end, end, is_closed) = match close {
            Some(close) => (close, close + 2, true),
            None => {
                let end = find(text, begin, b"\n").unwrap_or(text.len());
                (end, end, false)
            }
        };
        let trimmed = inner_end > begin + 1 && is_closed && text[inner_end - 1] == b'-';
        let inner_end = if trimmed { inner_end - 1 } else { inner_end };
        found.push(Action {
            span: Span::new(start, end),
            inner: Span::new(begin.min(inner_end), inner_end),
            is_closed,
            is_comment,
        });
        at = end.max(start + 2);
    }
    found
}

/// The action around an offset: behind its `{{` and not behind its `}}`.
#[must_use]
pub fn action_at(text: &[u8], offset: usize) -> Option<Action> {
    let holds = |action: &Action| {
        let end = if action.is_closed { action.span.end as usize - 2 } else { action.span.end as usize };
        action.span.start as usize + 2 <= offset && offset <= end
    };
    actions(text).into_iter().find(holds)
}

fn find(text: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    text.get(from..)?.windows(wanted.len()).position(|window| window == wanted).map(|index| from + index)
}

/// Where `}}` closes an action that begins before `at`, quotes respected; `None` when another action or a line of YAML begins first.
fn closing(text: &[u8], mut at: usize) -> Option<usize> {
    while at < text.len() {
        match text[at] {
            b'}' if text.get(at + 1) == Some(&b'}') => return Some(at),
            b'{' if text.get(at + 1) == Some(&b'{') => return None,
            quote @ (b'"' | b'\'' | b'`') => {
                let mut end = at + 1;
                while end < text.len() && text[end] != quote {
                    if quote != b'`' && text[end] == b'\n' {
                        break;
                    }
                    end += if text[end] == b'\\' && quote != b'`' { 2 } else { 1 };
                }
                // A quote that is not closed on its line is just typed: what follows is read as if it were not there.
                at = if text.get(end) == Some(&quote) { end + 1 } else { at + 1 };
            }
            _ => at += 1,
        }
    }
    None
}

/// The function of that name in a dialect.
#[must_use]
pub fn function(name: &str, dialect: Dialect) -> Option<&'static Function> {
    find_function(dialect, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> TemplateFile {
        TemplateFile::new("werf.yaml", text.as_bytes(), Dialect::V2)
    }

    fn shown(text: &str, span: Span) -> &str {
        &text[span.range()]
    }

    #[test]
    fn variables_end_with_their_block() {
        let text = "{{ $a := 1 }}{{ range $i, $e := .X }}{{ $a }}{{ $i }}{{ $b := $e }}{{ $b }}{{ end }}{{ $a }}";
        let file = file(text);
        let names: Vec<(&str, usize)> = file.variables.iter().map(|v| (v.name.as_str(), v.uses.len())).collect();
        assert_eq!(names, [("$a", 2), ("$i", 1), ("$e", 1), ("$b", 1)]);
        let last = text.rfind("$a").expect("it is there");
        let known: Vec<&str> = file.variables_in_scope(last).iter().map(|v| v.name.as_str()).collect();
        assert_eq!(known, ["$a"]);
        assert_eq!(file.variable_at(last).map(|v| v.declared.start), Some(3));
    }

    #[test]
    fn names_and_keys_have_places() {
        let text =
            r#"{{ define "x" }}{{ .Values.a }}{{ end }}{{ include "x" . }}{{ template "x" . }}{{ $_ := set . "k" 1 }}"#;
        let file = file(text);
        let names: Vec<(&str, &str, NameUse)> =
            file.names.iter().map(|n| (n.name.as_str(), shown(text, n.span), n.what)).collect();
        assert_eq!(names, [("x", "x", NameUse::Definition), ("x", "x", NameUse::Call), ("x", "x", NameUse::Call)]);
        let keys: Vec<(&str, bool)> = file.keys.iter().map(|k| (shown(text, k.span), k.is_stored)).collect();
        assert_eq!(keys, [("Values", false), ("a", false), ("k", true)]);
    }

    #[test]
    fn an_action_that_is_not_closed_ends_with_its_line() {
        let text = b"a: {{ env \"X\nb: {{ .Env }}\n";
        let found = actions(text);
        assert_eq!(found.len(), 2);
        assert!(!found[0].is_closed && found[1].is_closed);
        assert_eq!(action_at(text, 9).map(|action| action.span), Some(Span::new(3, 12)));
        assert_eq!(action_at(text, 14), None);
    }
}
