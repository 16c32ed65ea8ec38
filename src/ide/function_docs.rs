//! What each template function does, in a line, with the names of its parameters.
//!
//! In: the name of a function. Out: a [`Doc`]. Types and dialects are in the table of functions itself. Never: a function that is missing here (a test
//! holds the tables together).

use std::collections::HashMap;
use std::sync::LazyLock;

use super::templates::function;
use crate::dialect::Dialect;
use crate::template::functions::Function;
use crate::template::value::{IntKind, MapKind, Type, UintKind};

/// Words about a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doc {
    /// Its name.
    pub name: &'static str,
    /// Names of the parameters, separated by blanks; the last repeats where the function takes any number.
    pub params: &'static str,
    /// What it does.
    pub text: &'static str,
}

const fn doc(name: &'static str, params: &'static str, text: &'static str) -> Doc {
    Doc { name, params, text }
}

static DOCS: &[Doc] = &[
    doc(
        "and",
        "first others",
        "The first argument that is empty or false, else the last; the others are not looked at any more.",
    ),
    doc("or", "first others", "The first argument that is neither empty nor false, else the last."),
    doc("not", "value", "`true` when the value is empty or false."),
    doc("eq", "left rights", "Whether `left` equals any of the other arguments; both sides need the same basic type."),
    doc("ne", "left right", "Whether the two differ."),
    doc("lt", "left right", "Whether `left` is less than `right`."),
    doc("le", "left right", "Whether `left` is at most `right`."),
    doc("gt", "left right", "Whether `left` is greater than `right`."),
    doc("ge", "left right", "Whether `left` is at least `right`."),
    doc("index", "collection keys", "The element at a key or number; further keys go deeper."),
    doc("slice", "list bounds", "The part of a list or text between two numbers, the second one excluded."),
    doc("len", "value", "Number of elements, or of bytes of a text."),
    doc("call", "function arguments", "Calls a value that is a function."),
    doc("print", "values", "The values as text, with blanks between those that are not texts."),
    doc("println", "values", "The values as text with blanks between them and a line break at the end."),
    doc("printf", "format values", "Puts values into a format with verbs such as `%s`, `%d` and `%q`."),
    doc("html", "values", "Escapes the values for HTML."),
    doc("js", "values", "Escapes the values for JavaScript."),
    doc("urlquery", "values", "Escapes the values for the query of a URL."),
    doc("include", "name data", "Runs a named template with this data and returns its text, to be piped on."),
    doc("include_debug", "name data", "As `include`, and writes to the debug log what it did."),
    doc("tpl", "text data", "Runs a text as a template with this data."),
    doc("tpl_debug", "text data", "As `tpl`, and writes to the debug log what it did."),
    doc("required", "message value", "The value, or an error with this message when it is empty."),
    doc(
        "env",
        "name default",
        "Value of an environment variable, or the default when it is not set; the strict mode wants it permitted in werf-giterminism.yaml.",
    ),
    doc("expandenv", "text", "Puts the values of environment variables in place of `$NAME` and `${NAME}`."),
    doc("fromYaml", "text", "Reads YAML into a mapping."),
    doc("toYaml", "value", "Writes a value as YAML."),
    doc("printf_debug", "format values", "Writes a formatted text to the debug log; the result is empty."),
    doc("dump_debug", "value", "Writes a value to the debug log; the result is empty."),
    doc("fail", "message", "Stops the rendering with this message."),
    doc("hello", "", "The text `Hello!`."),
    doc("abbrev", "length text", "Shortens a text to this length, dots at its end included."),
    doc("abbrevboth", "left length text", "Shortens a text on both sides with dots."),
    doc("trim", "text", "Cuts white space off both ends."),
    doc("trimAll", "characters text", "Cuts these characters off both ends."),
    doc("trimall", "characters text", "Older spelling of `trimAll`."),
    doc("trimPrefix", "prefix text", "The text without this beginning, if it has it."),
    doc("trimSuffix", "suffix text", "The text without this end, if it has it."),
    doc("nospace", "text", "The text without any white space."),
    doc("substr", "start end text", "The bytes from `start` up to `end`."),
    doc("trunc", "length text", "The first bytes of a text; with a negative length the last ones."),
    doc("repeat", "count text", "The text so many times."),
    doc("replace", "old new text", "Every `old` replaced by `new`."),
    doc("contains", "part text", "Whether the text contains the part."),
    doc("hasPrefix", "prefix text", "Whether the text begins so."),
    doc("hasSuffix", "suffix text", "Whether the text ends so."),
    doc("quote", "values", "The values in double quotes, special characters escaped."),
    doc("squote", "values", "The values in single quotes, nothing escaped."),
    doc("cat", "values", "The values joined with blanks."),
    doc("indent", "columns text", "Each line moved to the right by so many blanks."),
    doc("nindent", "columns text", "As `indent`, with a line break before it."),
    doc("upper", "text", "In upper case."),
    doc("lower", "text", "In lower case."),
    doc("title", "text", "Each word with an upper-case first letter."),
    doc("untitle", "text", "Each word with a lower-case first letter."),
    doc("swapcase", "text", "Upper case and lower case exchanged."),
    doc("camelcase", "text", "`snake_case` turned into `CamelCase`."),
    doc("snakecase", "text", "`CamelCase` turned into `snake_case`."),
    doc("kebabcase", "text", "`CamelCase` turned into `kebab-case`."),
    doc("initials", "text", "The first letters of all words."),
    doc("plural", "one many count", "`one` when the count is 1, else `many`."),
    doc("wrap", "columns text", "Breaks lines at so many columns."),
    doc("wrapWith", "columns separator text", "Breaks lines at so many columns with another text than a line break."),
    doc("shuffle", "text", "The characters in random order; another one in each run."),
    doc("join", "separator list", "The elements of a list as one text with the separator between them."),
    doc("split", "separator text", "The parts of a text as a mapping with the keys `_0`, `_1`, …"),
    doc("splitn", "separator count text", "As `split`, at most so many parts."),
    doc("splitList", "separator text", "The parts of a text as a list."),
    doc("sortAlpha", "list", "The elements as texts in alphabetical order."),
    doc("toString", "value", "The value as text."),
    doc("toStrings", "list", "The elements of a list as texts."),
    doc("regexMatch", "expression text", "Whether the regular expression matches anywhere in the text."),
    doc("mustRegexMatch", "expression text", "As `regexMatch`; a bad expression is an error."),
    doc("regexFind", "expression text", "The first match."),
    doc("mustRegexFind", "expression text", "As `regexFind`; a bad expression is an error."),
    doc("regexFindAll", "expression text count", "All matches, at most `count`; -1 is no limit."),
    doc("mustRegexFindAll", "expression text count", "As `regexFindAll`; a bad expression is an error."),
    doc("regexReplaceAll", "expression text replacement", "Every match replaced; `${1}` stands for the first group."),
    doc("mustRegexReplaceAll", "expression text replacement", "As `regexReplaceAll`; a bad expression is an error."),
    doc(
        "regexReplaceAllLiteral",
        "expression text replacement",
        "Every match replaced, the replacement taken literally.",
    ),
    doc(
        "mustRegexReplaceAllLiteral",
        "expression text replacement",
        "As `regexReplaceAllLiteral`; a bad expression is an error.",
    ),
    doc("regexSplit", "expression text count", "The parts between the matches, at most `count`; -1 is no limit."),
    doc("mustRegexSplit", "expression text count", "As `regexSplit`; a bad expression is an error."),
    doc("regexQuoteMeta", "text", "The text with all special characters of regular expressions escaped."),
    doc("atoi", "text", "A text as a whole number; 0 when it is none."),
    doc("int", "value", "The value as a whole number."),
    doc("int64", "value", "The value as a whole number of 64 bits."),
    doc("float64", "value", "The value as a floating point number."),
    doc("toDecimal", "value", "An octal number, such as file permissions, as a decimal one."),
    doc("add", "numbers", "The sum."),
    doc("add1", "number", "The number plus 1."),
    doc("sub", "left right", "The difference."),
    doc("mul", "first others", "The product."),
    doc("div", "left right", "The quotient without remainder."),
    doc("mod", "left right", "The remainder of a division."),
    doc("max", "first others", "The largest of whole numbers."),
    doc("min", "first others", "The smallest of whole numbers."),
    doc("biggest", "first others", "Older spelling of `max`."),
    doc("add1f", "number", "The floating point number plus 1."),
    doc("addf", "numbers", "The sum of floating point numbers."),
    doc("subf", "first others", "The difference of floating point numbers."),
    doc("mulf", "first others", "The product of floating point numbers."),
    doc("divf", "first others", "The quotient of floating point numbers."),
    doc("maxf", "first others", "The largest of floating point numbers."),
    doc("minf", "first others", "The smallest of floating point numbers."),
    doc("ceil", "number", "Rounded up."),
    doc("floor", "number", "Rounded down."),
    doc("round", "number digits threshold", "Rounded to so many digits; from the threshold on (0.5 by default) up."),
    doc("until", "count", "The numbers from 0 up to `count`, which is excluded."),
    doc("untilStep", "start end step", "The numbers from `start` towards `end` in steps."),
    doc("seq", "numbers", "A sequence as a text: `end`, `start end`, or `start step end`."),
    doc("list", "elements", "A list of the arguments."),
    doc("tuple", "elements", "Older spelling of `list`."),
    doc("first", "list", "The first element."),
    doc("mustFirst", "list", "As `first`; what is no list is an error."),
    doc("last", "list", "The last element."),
    doc("mustLast", "list", "As `last`; what is no list is an error."),
    doc("rest", "list", "All elements but the first."),
    doc("mustRest", "list", "As `rest`; what is no list is an error."),
    doc("initial", "list", "All elements but the last."),
    doc("mustInitial", "list", "As `initial`; what is no list is an error."),
    doc("append", "list element", "A new list with the element at its end."),
    doc("mustAppend", "list element", "As `append`; what is no list is an error."),
    doc("push", "list element", "The same as `append`."),
    doc("mustPush", "list element", "As `push`; what is no list is an error."),
    doc("prepend", "list element", "A new list with the element at its beginning."),
    doc("mustPrepend", "list element", "As `prepend`; what is no list is an error."),
    doc("concat", "lists", "All lists as one."),
    doc("chunk", "size list", "The list cut into lists of this size."),
    doc("mustChunk", "size list", "As `chunk`; what is no list is an error."),
    doc("compact", "list", "The list without empty elements."),
    doc("mustCompact", "list", "As `compact`; what is no list is an error."),
    doc("reverse", "list", "The elements in reverse order."),
    doc("mustReverse", "list", "As `reverse`; what is no list is an error."),
    doc("uniq", "list", "The list without repeated elements."),
    doc("mustUniq", "list", "As `uniq`; what is no list is an error."),
    doc("without", "list elements", "The list without these elements."),
    doc("mustWithout", "list elements", "As `without`; what is no list is an error."),
    doc("has", "element list", "Whether the list contains the element."),
    doc("mustHas", "element list", "As `has`; what is no list is an error."),
    doc("mustSlice", "list bounds", "The elements between two numbers; what is no list is an error."),
    doc("dict", "pairs", "A mapping of keys and values, given in turns."),
    doc("get", "dict key", "The value of a key; an empty text when it is not there."),
    doc("set", "dict key value", "Stores a value in the mapping itself and returns the mapping."),
    doc("unset", "dict key", "Removes a key from the mapping itself and returns the mapping."),
    doc("hasKey", "dict key", "Whether the mapping has the key."),
    doc("keys", "dicts", "All keys, in no particular order: pipe them to `sortAlpha`."),
    doc("values", "dict", "All values, in no particular order."),
    doc("pick", "dict keys", "A new mapping with these keys only."),
    doc("omit", "dict keys", "A new mapping without these keys."),
    doc("pluck", "key dicts", "The values of one key from several mappings."),
    doc("dig", "path", "Follows keys into nested mappings: `dig \"a\" \"b\" default dict`."),
    doc("merge", "target sources", "Puts keys of the other mappings into the first, which wins; changes it."),
    doc("mustMerge", "target sources", "As `merge`; a failure is an error."),
    doc(
        "mergeOverwrite",
        "target sources",
        "Puts keys of the other mappings into the first; the later wins; changes it.",
    ),
    doc("mustMergeOverwrite", "target sources", "As `mergeOverwrite`; a failure is an error."),
    doc("deepCopy", "value", "A copy that shares nothing with the original."),
    doc("mustDeepCopy", "value", "As `deepCopy`; a failure is an error."),
    doc("default", "default value", "The value, or the default when it is empty."),
    doc("empty", "value", "Whether the value is empty: zero, an empty text, list or mapping, `false`, nothing."),
    doc("coalesce", "values", "The first value that is not empty."),
    doc("all", "values", "Whether no value is empty."),
    doc("any", "values", "Whether some value is not empty."),
    doc("ternary", "yes no condition", "The first argument when the condition holds, else the second."),
    doc("kindOf", "value", "The kind of a value: `string`, `map`, `slice`, `int`, …"),
    doc("kindIs", "kind value", "Whether the value is of this kind."),
    doc("typeOf", "value", "The Go type of a value."),
    doc("typeIs", "type value", "Whether the value is of this Go type."),
    doc("typeIsLike", "type value", "As `typeIs`, and pointers count as what they point to."),
    doc("deepEqual", "left right", "Whether two values are the same, down to their last elements."),
    doc("fromJson", "text", "Reads JSON; nothing when it cannot be read."),
    doc("mustFromJson", "text", "As `fromJson`; what cannot be read is an error."),
    doc("toJson", "value", "Writes a value as JSON on one line."),
    doc("mustToJson", "value", "As `toJson`; what cannot be written is an error."),
    doc("toPrettyJson", "value", "Writes a value as indented JSON."),
    doc("mustToPrettyJson", "value", "As `toPrettyJson`; what cannot be written is an error."),
    doc("toRawJson", "value", "Writes a value as JSON without escaping HTML characters."),
    doc("mustToRawJson", "value", "As `toRawJson`; what cannot be written is an error."),
    doc("base", "path", "The last part of a path with slashes."),
    doc("dir", "path", "A path without its last part."),
    doc("clean", "path", "The shortest form of a path."),
    doc("ext", "path", "The extension of a path with its dot."),
    doc("isAbs", "path", "Whether a path is absolute."),
    doc("osBase", "path", "As `base`, with the separators of the system."),
    doc("osDir", "path", "As `dir`, with the separators of the system."),
    doc("osClean", "path", "As `clean`, with the separators of the system."),
    doc("osExt", "path", "As `ext`, with the separators of the system."),
    doc("osIsAbs", "path", "As `isAbs`, with the rules of the system."),
    doc(
        "semver",
        "version",
        "Reads a semantic version; its parts are `.Major`, `.Minor`, `.Patch`, `.Prerelease`, `.Metadata`.",
    ),
    doc("semverCompare", "constraint version", "Whether a version fits a constraint such as `^1.2` or `>=1.2, <2`."),
    doc("urlParse", "url", "The parts of a URL as a mapping."),
    doc("urlJoin", "parts", "A URL out of such a mapping."),
    doc("now", "", "The current time; another one in each run."),
    doc("ago", "time", "How long ago a time was."),
    doc("date", "layout time", "A time in Go's layout, such as `2006-01-02`."),
    doc("dateInZone", "layout time zone", "As `date`, in a time zone."),
    doc("date_in_zone", "layout time zone", "Older spelling of `dateInZone`."),
    doc("dateModify", "duration time", "A time moved by a duration such as `-1.5h`."),
    doc("date_modify", "duration time", "Older spelling of `dateModify`."),
    doc("mustDateModify", "duration time", "As `dateModify`; a bad duration is an error."),
    doc("must_date_modify", "duration time", "Older spelling of `mustDateModify`."),
    doc("toDate", "layout text", "Reads a time in Go's layout."),
    doc("mustToDate", "layout text", "As `toDate`; what cannot be read is an error."),
    doc("htmlDate", "time", "The day as HTML date pickers want it."),
    doc("htmlDateInZone", "time zone", "As `htmlDate`, in a time zone."),
    doc("duration", "seconds", "A number of seconds as a duration, such as `1m35s`."),
    doc("durationRound", "duration", "A duration in its largest unit, such as `2h`."),
    doc("unixEpoch", "time", "Seconds since 1970."),
    doc("b64enc", "text", "In Base64."),
    doc("b64dec", "text", "What a Base64 text stands for."),
    doc("b32enc", "text", "In Base32."),
    doc("b32dec", "text", "What a Base32 text stands for."),
    doc("sha1sum", "text", "The SHA-1 digest in hexadecimal digits."),
    doc("sha256sum", "text", "The SHA-256 digest in hexadecimal digits."),
    doc("sha512sum", "text", "The SHA-512 digest in hexadecimal digits."),
    doc("adler32sum", "text", "The Adler-32 checksum as a decimal number."),
    doc("bcrypt", "password", "A bcrypt hash; another one in each run."),
    doc("htpasswd", "user password", "A line for an `htpasswd` file; another one in each run."),
    doc("derivePassword", "counter kind password user site", "A password derived from a master password for one site."),
    doc("encryptAES", "key text", "Encrypts a text with AES; another result in each run."),
    doc("decryptAES", "key text", "Decrypts what `encryptAES` made."),
    doc("genPrivateKey", "kind", "A new private key: `rsa`, `dsa`, `ecdsa` or `ed25519`; another one in each run."),
    doc("genCA", "name days", "A new certificate authority; another one in each run."),
    doc("genCAWithKey", "name days key", "As `genCA` with a given key."),
    doc("genSelfSignedCert", "name addresses names days", "A new self-signed certificate; another one in each run."),
    doc("genSelfSignedCertWithKey", "name addresses names days key", "As `genSelfSignedCert` with a given key."),
    doc(
        "genSignedCert",
        "name addresses names days authority",
        "A new certificate signed by an authority; another one in each run.",
    ),
    doc("genSignedCertWithKey", "name addresses names days authority key", "As `genSignedCert` with a given key."),
    doc("buildCustomCert", "certificate key", "A certificate object out of two Base64 texts."),
    doc("randAlpha", "count", "Random letters; others in each run."),
    doc("randAlphaNum", "count", "Random letters and digits; others in each run."),
    doc("randAscii", "count", "Random printable characters; others in each run."),
    doc("randNumeric", "count", "Random digits; others in each run."),
    doc("randBytes", "count", "Random bytes in Base64; others in each run."),
    doc("randInt", "min max", "A random number, `max` excluded; another one in each run."),
    doc("uuidv4", "", "A random UUID; another one in each run."),
    doc("getHostByName", "host", "An address of a host, asked from the network."),
    // Methods of `.Files`, and actions that look like functions.
    doc("Get", "path", "The text of a file of the project."),
    doc("Glob", "pattern", "The texts of all files that match, by path."),
    doc("Exists", "path", "Whether a file or directory of the project is there."),
    doc("IsDir", "path", "Whether a path of the project is a directory."),
    doc("ProjectDir", "", "The project directory on this machine."),
    doc("template", "name data", "Runs a named template; unlike `include`, its text cannot be piped on."),
    doc("block", "name data", "Defines a template and runs it in place."),
    doc("define", "name", "Defines a named template."),
];

static BY_NAME: LazyLock<HashMap<&'static str, &'static Doc>> =
    LazyLock::new(|| DOCS.iter().map(|doc| (doc.name, doc)).collect());

/// Go's own functions, which every dialect has.
pub static BUILTINS: &[&str] = &[
    "and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "index", "slice", "len", "call", "print", "println",
    "printf", "html", "js", "urlquery",
];

/// Words about the function of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Doc> {
    BY_NAME.get(name).copied()
}

/// A parameter as shown, and whether it repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// `name type`, with dots when it repeats.
    pub label: String,
    /// Whether it takes all further arguments.
    pub repeats: bool,
}

/// The parameters of a function in its dialect; of methods and actions, those of the words about them.
#[must_use]
pub fn parameters(name: &str, function: Option<&Function>) -> Vec<Parameter> {
    let names: Vec<&str> = find(name).map_or_else(Vec::new, |doc| doc.params.split_whitespace().collect());
    let Some(function) = function else {
        return names.iter().map(|name| Parameter { label: (*name).to_owned(), repeats: false }).collect();
    };
    let last = function.params.len().saturating_sub(1);
    let number = if function.variadic { function.params.len().max(names.len()) } else { function.params.len() };
    let parameter = |index: usize| {
        let kind = function.params.get(index.min(last)).copied().unwrap_or(Type::Any);
        let repeats = function.variadic && index + 1 == number;
        let name = names.get(index).copied().unwrap_or("value");
        let dots = if repeats { "…" } else { "" };
        Parameter { label: format!("{name}{dots} {}", type_name(kind)), repeats }
    };
    (0..number).map(parameter).collect()
}

/// `name(parameters) result`.
#[must_use]
pub fn signature(name: &str, function: Option<&Function>) -> String {
    let labels: Vec<String> = parameters(name, function).into_iter().map(|parameter| parameter.label).collect();
    let result = function.map_or("", |function| type_name(function.result));
    format!("{name}({}) {result}", labels.join(", ")).trim_end().to_owned()
}

/// The function's page as Markdown.
#[must_use]
pub fn page(name: &str, dialect: Dialect) -> Option<String> {
    let doc = find(name)?;
    let function = function(name, dialect);
    Some(format!("```go\n{}\n```\n\n{}", signature(name, function), doc.text))
}

/// A type in a reader's words.
#[must_use]
pub fn type_name(kind: Type) -> &'static str {
    match kind {
        Type::Any | Type::Reflect => "any",
        Type::Bool => "bool",
        Type::Int(IntKind::Int) => "int",
        Type::Int(_) => "int64",
        Type::Uint(UintKind::Uint8) => "byte",
        Type::Uint(_) => "uint",
        Type::Float32 | Type::Float64 => "float",
        Type::String => "string",
        Type::Bytes => "bytes",
        Type::List(Type::String) => "[]string",
        Type::List(Type::Int(_)) => "[]int",
        Type::List(_) => "list",
        Type::Map(MapKind::StringString) => "map[string]string",
        Type::Map(_) => "dict",
        Type::Time => "time",
        Type::Duration => "duration",
        Type::Error => "error",
        Type::Named(name) => name.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::functions::names;

    #[test]
    fn no_function_is_without_words() {
        for dialect in Dialect::ALL {
            for name in names(dialect).chain(BUILTINS.iter().copied()) {
                let doc = find(name).unwrap_or_else(|| panic!("{name} has no words"));
                let function = function(name, dialect).unwrap_or_else(|| panic!("{name} is no function"));
                let given = doc.params.split_whitespace().count();
                assert!(!doc.text.is_empty() && doc.text.len() < 200, "{name}");
                let fits = if function.variadic { given <= 3 } else { given >= function.params.len() };
                assert!(fits, "{name} {given} parameters, {:?}", function.params);
            }
        }
    }

    #[test]
    fn no_words_are_left_over() {
        let methods = ["Get", "Glob", "Exists", "IsDir", "ProjectDir", "template", "block", "define"];
        for doc in DOCS {
            let known = Dialect::ALL.iter().any(|dialect| function(doc.name, *dialect).is_some());
            assert!(known || methods.contains(&doc.name), "{}", doc.name);
        }
        assert_eq!(BY_NAME.len(), DOCS.len());
    }
}
