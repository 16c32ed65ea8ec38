//! Words for errors of the template engine: what is wrong as a person says it, and what to do.
//!
//! In: Go's cause, the source around it, what the dialect and the project define. Out: a message, a help, and a better place where Go's is only where it gave
//! up. Never: other facts than those of the error.

use crate::dialect::Dialect;
use crate::grammar::{nearest, unique_nearest};
use crate::source::{Location, Span};
use crate::template::functions;

/// What there is to know about an error besides its cause.
pub(super) struct Context<'a> {
    /// The line of werf.
    pub dialect: Dialect,
    /// The file of the error's place, whole.
    pub source: &'a [u8],
    /// The place.
    pub location: Option<Location>,
    /// Names of all templates.
    pub templates: Vec<&'a str>,
}

/// An error in words.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where to look, when that is not Go's place.
    pub location: Option<Location>,
    /// A name that is certainly misspelt, as it is written and as it was meant.
    pub misspelt: Option<(String, String)>,
}

impl Words {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        let help = help.into();
        Self { message: message.into(), help: (!help.is_empty()).then_some(help), ..Self::default() }
    }
}

/// Whether an error says that a template does not exist.
pub(super) fn is_missing_template(message: &str) -> bool {
    message.starts_with("there is no template ")
}

/// Errors of parsing.
pub(super) fn of_parsing(cause: &str, context: &Context<'_>) -> Words {
    let cause = cause.strip_prefix("template: ").unwrap_or(cause);
    let quoted = between(cause, '"');
    if let Some(name) = cause.strip_prefix("function ").and(quoted) {
        return unknown_function(name, context);
    }
    if let Some(name) = cause.strip_prefix("undefined variable ").and(quoted) {
        return Words::new(
            format!("the variable `{name}` is not declared here"),
            format!(
                "declare it before with `{{{{ {name} := … }}}}`; a variable that is declared inside of `if`, `range`, `with` or another \
                 `define` does not live outside of it"
            ),
        );
    }
    if let Some(word) = cause.strip_prefix("missing value for ") {
        return match word {
            "command" => Words::new("the action is empty", "write what it should print, or take it away"),
            word => Words::new(
                format!("`{word}` has nothing to look at"),
                format!("write a condition or value behind `{word}`"),
            ),
        };
    }
    if cause.starts_with("multiple definition of template")
        && let Some(name) = quoted
    {
        return Words::new(
            format!("the template `{name}` is defined twice in one file"),
            "give one of them another name, or take it away",
        );
    }
    match cause {
        "unexpected EOF" => unclosed_block(context),
        "unexpected {{end}}" => Words::new(
            "this `end` closes nothing",
            "take it away, or add the `if`, `range`, `with` or `define` that it should close",
        ),
        "unexpected {{else}}" => Words::new(
            "this `else` belongs to nothing",
            "it must stand between an `if`, `range` or `with` and its `end`",
        ),
        "unclosed left paren" => Words::new("a parenthesis is not closed", "add the missing `)`"),
        "unexpected right paren" => Words::new("a parenthesis is closed that was not opened", "take the `)` away"),
        "unterminated quoted string" => Words::new(
            "the text is not closed",
            "add the `\"` at its end; in double quotes a text ends on its own line",
        ),
        "unterminated raw quoted string" => Words::new("the text is not closed", "add the backquote at its end"),
        "unclosed comment" => at_opener(
            Words::new(
                "the comment is not closed",
                "a comment ends with `*/}}` or `*/ -}}`, with nothing else in between",
            ),
            context,
        ),
        _ if cause.starts_with("unclosed action") => {
            at_opener(Words::new("the action is not closed", "add the missing `}}`"), context)
        }
        _ => odd_syntax(cause, quoted, context.dialect),
    }
}

fn odd_syntax(cause: &str, quoted: Option<&str>, dialect: Dialect) -> Words {
    if let Some(text) = cause.strip_prefix("malformed character constant: ") {
        let text = text.trim_matches('\'');
        return Words::new("a text cannot stand in single quotes here", format!("write `\"{text}\"`"));
    }
    if let Some(number) = cause.strip_prefix("bad number syntax: ").and(quoted) {
        return match number.strip_prefix('-') {
            Some(word) if word.starts_with(|first: char| first.is_alphabetic()) => Words::new(
                "the trim marker sticks to the word behind it",
                format!("put a blank between: `{{{{- {word}`"),
            ),
            _ => Words::new(format!("`{number}` is no number"), "a text must stand in quotes"),
        };
    }
    if cause.starts_with("unexpected <") {
        let word = cause.trim_start_matches("unexpected <").split('>').next().unwrap_or_default();
        return Words::new(
            format!("`{word}` cannot stand here"),
            match word {
                "define" => "a `define` stands at the top of a file, not inside of another block".to_owned(),
                word => format!("`{word}` begins an action of its own: `{{{{ {word} … }}}}`"),
            },
        );
    }
    let Some(sign) = quoted else { return Words::new(cause, "") };
    let help = match sign {
        "/" => "a comment begins right behind the braces: `{{/* … */}}` or `{{- /* … */ -}}`",
        "#" => "comments of templates are written `{{/* … */}}`",
        "%" => "blocks of templates are written `{{ if … }}…{{ end }}`, without `%`",
        "(" if cause.contains("template clause") => {
            "`template` takes a fixed name; with a computed one write `include (…) .`"
        }
        "=" if dialect == Dialect::V1_1 => "variables are declared with `:=`",
        _ if cause.contains("define clause") || cause.contains("template clause") => {
            return Words::new(cause, format!("the name of a template stands in quotes: `\"{sign}\"`"));
        }
        _ => "",
    };
    Words::new(cause, help)
}

fn unknown_function(name: &str, context: &Context<'_>) -> Words {
    let message = format!("function `{name}` not defined");
    let elsewhere: Vec<String> = Dialect::ALL
        .into_iter()
        .filter(|other| *other != context.dialect && functions::lookup(*other, name).is_some())
        .map(|other| format!("werf {other}"))
        .collect();
    let help = match name {
        "break" | "continue" => "this line of werf has no `break` and `continue`; put the rest of the turn into an `if`".to_owned(),
        "Values" | "Chart" | "Release" | "Capabilities" => {
            format!("`{name}` belongs to Helm charts; in werf.yaml there are `.Env`, `.Files`, `.Commit` and `env \"NAME\"`")
        }
        "github" | "secrets" | "vars" | "matrix" | "steps" | "inputs" => {
            "expressions of GitHub Actions are not read in werf.yaml; hand the value over as a variable and read it with `env \"NAME\"`"
                .to_owned()
        }
        _ if !elsewhere.is_empty() => format!("only {} has it", elsewhere.join(", ")),
        _ => match nearest(name, functions::names(context.dialect)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                format!("for a value of the data write `.{name}`, for a variable `${name}`, for a text `\"{name}\"`")
            }
        },
    };
    let meant = if elsewhere.is_empty() { unique_nearest(name, functions::names(context.dialect)) } else { None };
    let misspelt = meant.map(|meant| (name.to_owned(), meant.to_owned()));
    Words { misspelt, ..Words::new(message, help) }
}

/// A block without `end`: its opener is the place.
fn unclosed_block(context: &Context<'_>) -> Words {
    let text = context.location.and_then(|location| context.source.get(location.span.range())).unwrap_or_default();
    let text = String::from_utf8_lossy(text);
    let word: String = text
        .trim_start_matches("{{")
        .trim_start_matches("- ")
        .trim_start()
        .chars()
        .take_while(|character| character.is_alphabetic())
        .collect();
    match word.as_str() {
        "if" | "range" | "with" | "define" | "block" | "else" => {
            Words::new(format!("this `{word}` is never closed"), "add the missing `{{ end }}`")
        }
        _ => Words::new("the text ends inside of a block", "add the missing `{{ end }}`"),
    }
}

/// Moves the place to the last `{{` before it.
fn at_opener(mut words: Words, context: &Context<'_>) -> Words {
    if let Some(location) = context.location
        && let Some(before) = context.source.get(..(location.span.end as usize).min(context.source.len()))
        && let Some(start) = before.windows(2).rposition(|pair| pair == b"{{")
    {
        words.location = Some(Location { span: Span::new(start, start + 2), ..location });
    }
    words
}

/// Errors of executing.
pub(super) fn of_executing(cause: &str, context: &Context<'_>) -> Words {
    let (function, cause) = match cause.strip_prefix("error calling ").and_then(|rest| rest.split_once(": ")) {
        Some((function, rest)) => (Some(function), rest),
        None => (None, cause),
    };
    let plain = cause.strip_prefix("template: ").unwrap_or(cause);
    if plain.starts_with("no template ") || plain.starts_with("template \"") && plain.ends_with(" not defined") {
        return missing_template(between(plain, '"').unwrap_or_default(), context);
    }
    if function == Some("tpl")
        && let Some((_, cause)) = plain.split_once(": ")
        && plain.starts_with("tpl")
    {
        return of_parsing(cause, context);
    }
    match function {
        Some("fail") => return Words::new(format!("the template stops here with the words: {cause}"), ""),
        Some("required") => {
            return Words::new(format!("a required value is missing: {cause}"), "set the value before it is used here");
        }
        _ => {}
    }
    if let Some(rest) = cause.strip_prefix("wrong number of args for ")
        && let Some((name, counts)) = rest.split_once(": want ")
        && let Some((want, got)) = counts.split_once(" got ")
    {
        let noun = if want.ends_with('1') && !want.ends_with("11") { "argument" } else { "arguments" };
        let help = if name == "env" && context.dialect == Dialect::V1_1 && got == "2" {
            "a default is written `{{ env \"NAME\" | default \"…\" }}` in werf 1.1"
        } else {
            ""
        };
        return Words::new(format!("`{name}` takes {want} {noun}, but gets {got}"), help);
    }
    if let Some(rest) = cause.strip_prefix("can't evaluate field ")
        && let Some((field, kind)) = rest.split_once(" in type ")
    {
        return Words::new(
            format!("there is no `{field}` here: the value before the dot is of type `{kind}`"),
            "mend the spelling, or look at what the value before the dot is (inside of `range` and `with` the dot is the element; `$` is the whole)",
        );
    }
    if let Some(field) = cause.strip_prefix("nil pointer evaluating interface {}.") {
        return Words::new(
            format!("`.{field}` is asked of a value that is missing"),
            format!("mend the spelling of what stands before `.{field}`, or set it before it is used"),
        );
    }
    if let Some(name) = cause.strip_prefix("undefined variable: ") {
        return Words::new(
            format!("the variable `{name}` is not declared here"),
            format!("declare it with `{{{{ {name} := … }}}}`; `=` only changes a variable that exists"),
        );
    }
    if cause.starts_with("incompatible types for comparison") {
        let name = function.unwrap_or("eq");
        return Words::new(
            format!("`{name}` cannot compare values of different types ({cause})"),
            "bring both to one type, for example with `toString` or `int`",
        );
    }
    if cause.contains("; got ") && cause.contains("expected ") {
        return Words::new(cause, "convert the value, or mend where it comes from");
    }
    match function {
        Some(function) => Words::new(format!("`{function}` fails: {cause}"), ""),
        None => Words::new(cause, ""),
    }
}

fn missing_template(name: &str, context: &Context<'_>) -> Words {
    let own = context.templates.iter().copied().filter(|known| *known != "werfConfig");
    let file = name.trim_start_matches(".werf/");
    let with_extension = format!("{file}.tmpl");
    let same = own.clone().find(|known| *known == file || *known == with_extension);
    let meant = same.or_else(|| unique_nearest(name, own.clone()));
    let misspelt = meant.map(|meant| (format!("\"{name}\""), format!("\"{meant}\"")));
    let help = match same.or_else(|| nearest(name, own)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "templates are made with `{{ define \"NAME\" }}`, or are the `*.tmpl` files below `.werf`, named by their path in it".to_owned(),
    };
    Words { misspelt, ..Words::new(format!("there is no template `{name}`"), help) }
}

/// What to do about a refusal of the project's own; `subject` is the variable, path or pattern.
pub(super) fn remedy(rule: &str, text: &str, dialect: Dialect) -> Option<Words> {
    let subject = between(text, '"').unwrap_or_default();
    Some(match rule {
        "env-not-allowed" => Words::new(
            format!("giterminism does not allow the variable `{subject}`"),
            format!(
                "allow it in werf-giterminism.yaml, and commit that file:\n\
                 giterminismConfigVersion: 1\nconfig:\n  goTemplateRendering:\n    allowEnvVariables:\n      - {subject}"
            ),
        ),
        "env-unset" => Words::new(
            format!("the variable `{subject}` is not set and has no default"),
            format!(
                "give a default, `env \"{subject}\" \"…\"`, or set the variable where werf runs (for werfkit: `--set-env {subject}=…`)"
            ),
        ),
        "files-get-uncommitted" | "files-get-untracked" | "files-glob-uncommitted" | "files-glob-untracked" => {
            let text = text.split_once("}}: ").map_or(text, |(_, text)| text);
            Words::new(
                text,
                "commit the change, or allow the path in werf-giterminism.yaml under `config.goTemplateRendering.allowUncommittedFiles`, or use \
                 `--loose-giterminism`",
            )
        }
        "files-get-missing" if dialect != Dialect::V1_1 => {
            let text = text.split_once("}}: ").map_or(text, |(_, text)| text);
            Words::new(text, "paths count from the project directory; mend the path, or add and commit the file")
        }
        "files-glob-empty" if dialect != Dialect::V1_1 => Words::new(
            format!("no file matches `{subject}`"),
            "werf 1.2 stops at a pattern without matches; mend the pattern, or add and commit a file",
        ),
        "glob-syntax" => {
            Words::new(format!("`{subject}` is no valid pattern"), "close every `[` and `{`, and escape with `\\`")
        }
        _ => return None,
    })
}

/// What to do about a finding that has no advice of its own.
pub(super) fn usual_help(rule: &str) -> Option<&'static str> {
    Some(match rule {
        "add-not-absolute" => "begin it with `/`, which is the root of the source",
        "duplicate-key" => "take one of them away; where another section begins, put `---` on a line before it",
        "giterminism-file-uncommitted" | "giterminism-file-untracked" => {
            "commit the file; werf reads the commit, not the work tree"
        }
        "image-cycle" | "base-cycle" => "take one of these uses away, or move what both need into an image of its own",
        "image-name-duplicate" => "give one of them another name",
        "template-file-uncommitted" | "template-file-untracked" => {
            "commit the change, or allow the path in werf-giterminism.yaml under `config.allowUncommittedTemplates`, or use \
             `--loose-giterminism`"
        }
        "to-not-absolute" => "begin it with `/`, which is the root of the image",
        _ => return None,
    })
}

/// The text between the first two of a quote.
fn between(text: &str, quote: char) -> Option<&str> {
    let (_, rest) = text.split_once(quote)?;
    Some(rest.split_once(quote)?.0)
}
