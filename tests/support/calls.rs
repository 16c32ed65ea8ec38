//! Random calls of template functions: names with arguments that fit, and with arguments that do not.

use serde_json::{Value as Json, json};
use werfkit::dialect::Dialect;
use werfkit::template::functions::{lookup, names};
use werfkit::template::value::Type;

/// A small generator of random numbers (xorshift), so that a seed means the same everywhere.
pub struct Generator {
    state: u64,
    dialect: Dialect,
    names: Vec<&'static str>,
}

/// Functions whose result depends on the clock, on chance, on the machine, or which other tests hold.
const LEFT_OUT: &[&str] = &[
    "now",
    "ago",
    "uuidv4",
    "randAlpha",
    "randAlphaNum",
    "randAscii",
    "randNumeric",
    "randBytes",
    "randInt",
    "shuffle",
    "bcrypt",
    "htpasswd",
    "encryptAES",
    "derivePassword",
    "genPrivateKey",
    "genCA",
    "genCAWithKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
    "buildCustomCert",
    "getHostByName",
    "include",
    "tpl",
    "include_debug",
    "tpl_debug",
    "env",
    "expandenv",
];

const BUILTINS: &[(&str, usize)] = &[
    ("print", 2),
    ("println", 2),
    ("len", 1),
    ("index", 2),
    ("slice", 3),
    ("html", 1),
    ("js", 1),
    ("urlquery", 1),
    ("not", 1),
    ("eq", 2),
    ("lt", 2),
];

const STRINGS: &[&str] = &[
    "``",
    "` `",
    "`a`",
    "`abc`",
    "`Hello World`",
    "`hello_world-foo.bar`",
    "`HTTPServer`",
    "`fooBarBaz`",
    "`getHTTPResponseCode2xx`",
    "`  padded\t`",
    "`a,b,,c`",
    "`été Жук 日本`",
    "\"a\\nb\\r\\nc\"",
    "\"\\xff\\xfeab\"",
    "\"a\\x00b\"",
    "`<a href=\"x\">&'</a>`",
    "`0`",
    "`12`",
    "`-7`",
    "`3.7`",
    "`0x1f`",
    "`010`",
    "`08`",
    "`1e3`",
    "`true`",
    "`null`",
    "`a/b/../c.txt`",
    "`/`",
    "`../x`",
    "`.hidden`",
    "`x.tar.gz`",
    "`The quick brown fox jumps`",
    "`ǆ ß İ ı ﬁ`",
    "`$$$`",
    "`aaa`",
    "`%d %s`",
    "`9223372036854775808`",
    "`  1`",
    "`1_000`",
    "`+5`",
    "`.5`",
    "`5.`",
    "`Inf`",
    "`NaN`",
    "\"\\u2028<>&\\u007f\"",
    "`😀x`",
    "`one two  three`",
    "`ABC`",
    "`aBC dEF`",
    "`a1B2c3`",
    "`x--y__z`",
    "`-`",
    "`_foo_`",
    "`foo/bar?q=1&r=2#f`",
    "`YWJj`",
    "`YWJ`",
    "`MFRGG===`",
    "`=`",
    "$.inv",
    "$.s",
    "`1.2.3`",
];

const NUMBERS: &[&str] =
    &["0", "1", "2", "3", "5", "10", "-1", "-3", "100", "7", "$.int", "$.neg", "(int 4)", "(int -2)", "(len `abcd`)"];

const ANYS: &[&str] = &[
    "nil",
    "true",
    "false",
    "1.5",
    "-0.5",
    "2.5",
    "1e21",
    "1e-7",
    "3.0",
    "(list)",
    "(list 1 2 3)",
    "(list `b` `a` `b`)",
    "(list 1 `a` nil true 1.5)",
    "(dict)",
    "(dict `a` 1)",
    "(dict `a` (dict `b` `c`))",
    "(list (list 1) (dict `k` `v`))",
    "$.nil",
    "$.nope",
    "$.i8",
    "$.i64",
    "$.u",
    "$.u8",
    "$.u64",
    "$.f32",
    "$.inf",
    "$.nan",
    "$.big",
    "$.bytes",
    "$.map",
    "$.ms",
    "$.strings",
    "$.ints",
    "$.maps",
    "$.time",
    "$.off",
    "$.dur",
    "$.nilmap",
    "$.nilany",
    "$.nilslice",
    "$.deep",
    "$.list",
    "(int64 5)",
    "(float64 2)",
    "(split `,` `a,b`)",
    "(splitList `,` `a,b`)",
    "(until 3)",
];

const LISTS: &[&str] = &[
    "(list)",
    "(list 1 2 3)",
    "(list `b` `a` `b`)",
    "(list 1 `a` nil true 1.5)",
    "(list `a` `` nil 0)",
    "$.list",
    "$.strings",
    "$.ints",
    "$.maps",
    "$.nilslice",
    "(until 5)",
    "(list (list 1) (list 1))",
    "(list 3 1 2 3 1)",
    "(splitList `,` `a,b,a`)",
    "$.bytes",
    "(list (dict `a` 1) (dict `a` 1))",
    "(list 1 1.0 `1`)",
];

const DICTS: &[&str] = &[
    "(dict)",
    "(dict `a` 1)",
    "(dict `a` 1 `b` `two`)",
    "(dict `a` (dict `b` `c` `d` 0))",
    "$.deep",
    "$.nilmap",
    "(dict `a` nil)",
    "(dict `a` ``)",
    "(dict `a` (list 1 2))",
    "(dict `` `empty`)",
    "(dict `a` (dict `x` 1) `z` false)",
];

const KEYS: &[&str] = &["`a`", "`b`", "`z`", "``", "`nope`", "`d`"];

const REGEXES: &[&str] = &[
    "`a`",
    "`[a-z]+`",
    "`(\\w+) (\\w+)`",
    "`(?P<n>b)`",
    "`^`",
    "`$`",
    "``",
    "`a*`",
    "`(a|b)*?`",
    "`[`",
    "`(`",
    "`)`",
    "`a**`",
    "`a{2,1}`",
    "`a{1001}`",
    "`\\d{2,}`",
    "`(?i)ABC`",
    "`\\pL+`",
    "`\\p{Greek}`",
    "`\\p{Foo}`",
    "`\\bfoo\\b`",
    "`(?=a)`",
    "`\\1`",
    "`[[:alpha:]]+`",
    "`[[:foo:]]`",
    "`\\C`",
    "`(?s).+`",
    "`.`",
    "`(?m)^.`",
    "`x{,3}`",
    "`\\Qa.b\\E`",
    "`[^a]`",
    "`[z-a]`",
    "`\\z`",
    "`\\Z`",
    "`(?:ab)+`",
    "`(?U)a+`",
    "`\\x{41}`",
    "`\\xZ`",
    "`é|Ж`",
    "`,`",
    "` `",
    "`b?`",
    "`(?<n>a)`",
    "`(?P<n>a)(?P<n>b)`",
    "`*a`",
    "`a|`",
    "`|a`",
    "`\\`",
    "`a{2}{3}`",
    "`[a-\\d]`",
    "`(?z)a`",
    "`(?P=n)`",
    "`(?i:k)`",
    "`[\\w-]+`",
    "`\\D+`",
    "`\\S+\\s?`",
    "`\\PN`",
    "`[^\\s]`",
    "`\\a\\f\\v`",
    "`\\_`",
    "`\\8`",
    "`\\07`",
    "`a{0}`",
    "`(a){0,2}`",
    "`((a{100}){100}){100}`",
    "`\\B`",
    "`[]a]`",
    "`[a`",
    "`(?i`",
    "`(?P<n`",
    "`(?P<1a>x)`",
    "`\\pX`",
    "`\\p{^Lu}`",
    "`(?-s).`",
    "\"\\xff\"",
    "`^*`",
    "`$+`",
    "`(^a)|b`",
    "`a??`",
    "`a+?`",
];

const REPLACEMENTS: &[&str] = &[
    "``", "`X`", "`$1`", "`${1}x`", "`$1x`", "`$n`", "`${n}`", "`$$`", "`$`", "`${`", "`$0-$0`", "`$2$1`", "`\\1`",
    "`${1`", "`$9`", "`${01}`", "`$é`",
];

const VERSIONS: &[&str] = &[
    "`1.2.3`",
    "`1.2`",
    "`1`",
    "`v1.2.3`",
    "`V1.0.0`",
    "`01.2.3`",
    "`1.2.3-alpha.1`",
    "`1.2.3-01`",
    "`1.2.3+b.5`",
    "`1.2.3-rc.1+x`",
    "`0.0.0`",
    "`0.2.3`",
    "`0.0.3`",
    "`2.0.0`",
    "`1.10.0`",
    "`1.2.3.4`",
    "``",
    "`a`",
    "`1.x`",
    "` 1.2.3`",
    "`99999999999999999999.0.0`",
    "`1.2.3-`",
    "`1.2.3-é`",
    "`2.0.0-0`",
    "`1.2-beta`",
    "`1-5`",
    "`v1`",
    "`1.2.3-alpha..1`",
    "`1.0.0-alpha.beta`",
    "`1.02.3`",
    "`1.2.03`",
    "`18446744073709551615.0.0`",
    "`1.0.0-999999999999999999999`",
];

const CONSTRAINTS: &[&str] = &[
    "`*`",
    "`1.2.3`",
    "`=1.2.3`",
    "`!=1.2.3`",
    "`>1.2`",
    "`>=1.2.3`",
    "`<2`",
    "`<=1.2`",
    "`=>1`",
    "`=<2.x`",
    "`~1.2`",
    "`~1`",
    "`~>1.2.3`",
    "`^1.2.3`",
    "`^0.2`",
    "`^0.0.3`",
    "`^0`",
    "`^0.0`",
    "`1.x`",
    "`1.2.*`",
    "`X`",
    "`1.2 - 1.4.5`",
    "`1 - 2`",
    "`>=1, <2`",
    "`>=1 <2`",
    "`>1 || <0.5`",
    "`^1 || ^2`",
    "`>=1.2.3-0`",
    "`~1.2.3-beta.2`",
    "`^1.2.3-alpha`",
    "``",
    "`foo`",
    "`>`",
    "`>=1.2.3,`",
    "`||`",
    "`!=1.x`",
    "`!1.2`",
    "`>1.x`",
    "`<=1.x`",
    "`~*`",
    "`^*`",
    "`=v1.2`",
    "`>= 1.2.3`",
    "` ^1 `",
    "`1.2.3-alpha - 2`",
    "`~0.0`",
    "`<0.0.0`",
    "`>*`",
    "`==1.2`",
    "`1.2.3 , 1.2.3`",
    "`1.2.3||1`",
    "`^1.2.x`",
    "`~1.x`",
    "`!=*`",
    "`<1.x`",
    "`>=1.x`",
    "`>01.2`",
    "`1.2.3+b`",
];

const LAYOUTS: &[&str] = &[
    "`2006-01-02`",
    "`Mon Jan _2 15:04:05 MST 2006`",
    "`02/01/06 03:04PM`",
    "`15:04:05.000`",
    "`15:04:05.999999`",
    "`2006-01-02T15:04:05Z07:00`",
    "`Monday January 2`",
    "`002 __2`",
    "`3:4:5pm`",
    "`-0700 -07:00 -07 Z0700 Z07`",
    "``",
    "`text`",
    "`2006-01-02 15:04:05,000`",
    "`Jan`",
    "`.00 .99`",
    "`1/2/06`",
    "`20060102150405`",
    "`MST`",
    "`-070000 Z07:00:00`",
    "`05.000000000`",
    "`_2006`",
    "`Janus Monty`",
    "`15h04`",
    "`2006-002`",
    "`04.05.99`",
];

const MOMENTS: &[&str] = &[
    "`2024-02-29`",
    "`2024-02-30`",
    "`2023-13-01`",
    "`2024-05-06T07:08:09Z`",
    "`2024-05-06T07:08:09+02:30`",
    "`24-5-6`",
    "``",
    "`Mon Jan 02 15:04:05 UTC 2006`",
    "`15:04:05.123`",
    "`06/05/24 07:08AM`",
    "`Jan`",
    "`Monday January 2`",
    "`text`",
    "`20240506070809`",
    "`2024-366`",
    "`1/2/24`",
    "`3:4:5pm`",
    "`13:4:5pm`",
    "`25:00:00`",
    "`Feb`",
    "`2024-02-29 x`",
];

const ZONES: &[&str] = &[
    "`UTC`",
    "``",
    "`Europe/Berlin`",
    "`America/New_York`",
    "`Asia/Kolkata`",
    "`Local`",
    "`Nope/Zone`",
    "`EST`",
    "`../x`",
    "`Asia/Kathmandu`",
    "`europe/berlin`",
];

const DURATIONS: &[&str] = &[
    "`1h`",
    "`-1.5h`",
    "`90m`",
    "`1h30m5s`",
    "`100ms`",
    "`5`",
    "``",
    "`1d`",
    "`+2s`",
    "`1us`",
    "`1µs`",
    "`.5s`",
    "`-`",
    "`9999999h`",
    "`0`",
    "`95`",
    "`3600`",
    "`-95`",
    "`1h-5m`",
    "`2562047h`",
];

const TIMES: &[&str] = &[
    "$.time",
    "$.off",
    "$.old",
    "(toDate `2006-01-02` `2024-02-29`)",
    "$.int",
    "$.i64",
    "(int64 1700000000)",
    "(toDate `2006-01-02` `bad`)",
];

const JSONS: &[&str] = &[
    "`{}`",
    "`{\"a\":1,\"b\":[1,2.5,null,true,\"x\\u00e9\\ud83d\"]}`",
    "`[1,2`",
    "`nul`",
    "``",
    "`\"s\"`",
    "`1e400`",
    "`12345678901234567890`",
    "`{\"a\":1,\"a\":2}`",
    "`{\"a\" 1}`",
    "` [ ] x`",
    "`{\"<\":\"&\"}`",
    "`[1,]`",
    "`01`",
    "`-`",
    "`\"\\x\"`",
    "`{a:1}`",
    "`1.0`",
    "`[1e5,1E-9,-0]`",
    "\"\\\"\\xff\\\"\"",
    "\"\\\"a\\nb\\\"\"",
    "`tru`",
    "`truex`",
    "`{\"a\":{\"b\":[]}}`",
];

const YAMLS: &[&str] = &[
    "`a: 1`",
    "`{a: b}`",
    "\"a: 1\\nb:\\n- x\\n- 2.5\\n\"",
    "`[1]`",
    "`x`",
    "`~`",
    "``",
    "`a: [`",
    "`a: yes`",
    "`1: 2`",
    "\"a: 1\\na: 2\"",
    "`a: 2024-01-01`",
    "`a: 0o17`",
    "`a: 1_000`",
    "`a: .inf`",
];

const URLS: &[&str] = &[
    "`http://user:pw@host:80/p/a?q=1#f`",
    "`//host/x`",
    "`mailto:a@b`",
    "`http://[::1]:8/`",
    "`http://h:bad/`",
    "`%zz`",
    "`/a b?c d`",
    "``",
    "`http://hé/ü`",
    "`a:b:c`",
    "`:x`",
    "`http://h/%2f%20`",
    "`?q`",
    "`#f%`",
    "`http://a b/`",
    "`HTTP://X`",
    "`http://u@/`",
    "\"a\\x01b\"",
    "`1http://x`",
    "`http://h/?a=%zz`",
    "`http://[::1`",
    "`x://u:p:q@h`",
];

/// The data that calls refer to.
pub fn data() -> Json {
    json!({
        "s": "héllo wörld", "inv": {"$bytes": "Yf9i/sOp"}, "nil": null, "int": {"$int": "3"}, "neg": {"$int": "-4"}, "i8": {"$int8": "-8"}, "i64": {"$int64": "1700000000"}, "u": {"$uint": "9"}, "u8": {"$uint8": "200"},
        "u64": {"$uint64": "18446744073709551615"}, "f32": {"$float32": "1.1"}, "inf": {"$float": "+Inf"}, "nan": {"$float": "NaN"}, "big": 1e19, "bytes": {"$byteslice": "YWJj"}, "map": {"$map": [["k", "v"], ["n", {"$int": "1"}]]},
        "ms": {"$mapstr": {"k": "v", "a": "b"}}, "strings": {"$strings": ["q", "p", "q", ""]}, "ints": {"$ints": [3, 1, 3]}, "maps": {"$maps": [{"a": "x"}, {"b": "y"}]}, "time": {"$time": "2024-05-06T07:08:09.123456Z"},
        "off": {"$time": "1999-12-31T23:59:59-03:30"}, "old": {"$time": "0001-01-01T00:00:00Z"}, "dur": {"$duration": "1h2m3.5s"}, "nilmap": {"$nilmap": true}, "nilany": {"$nilmapany": true}, "nilslice": {"$nilslice": true},
        "deep": {"a": {"b": {"c": "deep", "e": ["x"]}, "n": null}, "s": "t"}, "list": ["b", null, {"$int": "2"}, {"x": 1}]
    })
}

impl Generator {
    pub fn new(seed: u64, dialect: Dialect) -> Self {
        let mut names: Vec<&str> = names(dialect).filter(|name| !LEFT_OUT.contains(name)).collect();
        names.extend(BUILTINS.iter().map(|(name, _)| *name));
        names.sort_unstable();
        names.dedup();
        Self { state: seed | 1, dialect, names }
    }

    fn below(&mut self, count: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % count
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }

    fn function(&mut self) -> &'static str {
        let index = self.below(self.names.len());
        self.names[index]
    }

    fn any(&mut self) -> &'static str {
        match self.below(4) {
            0 => self.pick(STRINGS),
            1 => self.pick(NUMBERS),
            _ => self.pick(ANYS),
        }
    }

    /// Texts that a parameter of that function is made for.
    fn special(name: &str, index: usize) -> Option<&'static [&'static str]> {
        let lower = name.to_lowercase();
        let regex = lower.contains("regex") && name != "regexQuoteMeta";
        Some(match (lower.as_str(), index) {
            (_, 0) if regex => REGEXES,
            (_, 2) if regex && lower.contains("replace") => REPLACEMENTS,
            ("semver", 0) | ("semvercompare", 1) => VERSIONS,
            ("semvercompare", 0) => CONSTRAINTS,
            ("date" | "dateinzone" | "date_in_zone" | "todate" | "musttodate", 0) => LAYOUTS,
            ("todate" | "musttodate", 1) => MOMENTS,
            (
                "date" | "htmldate" | "htmldateinzone" | "dateinzone" | "date_in_zone" | "unixepoch" | "datemodify"
                | "date_modify" | "mustdatemodify" | "must_date_modify",
                _,
            ) if index == 1 && !lower.starts_with("html")
                || index == 0 && (lower.starts_with("html") || lower == "unixepoch") =>
            {
                TIMES
            }
            ("dateinzone" | "date_in_zone", 2) | ("htmldateinzone", 1) => ZONES,
            (
                "datemodify" | "date_modify" | "mustdatemodify" | "must_date_modify" | "duration" | "durationround",
                0,
            ) => DURATIONS,
            ("fromjson" | "mustfromjson", 0) => JSONS,
            ("fromyaml", 0) => YAMLS,
            ("urlparse", 0) => URLS,
            ("urljoin", 0) => &[
                "(urlParse `http://u@h/p?q#f`)",
                "(dict `host` `h` `path` `/p q` `query` `a=b`)",
                "(dict `scheme` `x` `opaque` `o` )",
                "(dict `userinfo` `a:b` `host` `h`)",
                "(dict `host` 1)",
            ],
            ("get" | "haskey" | "unset" | "set", 1) | ("dig", 0) => KEYS,
            ("pick" | "omit", 1..) | ("pluck", 0) => KEYS,
            ("pluck", _) => DICTS,
            ("kindis" | "typeis" | "typeislike", 0) => &[
                "`string`",
                "`int`",
                "`map`",
                "`slice`",
                "`[]interface {}`",
                "`time.Time`",
                "`float64`",
                "`invalid`",
                "`map[string]interface {}`",
            ],
            ("decryptaes", 1) => &["`30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ=`", "``", "`abc`", "`YWJj`"],
            _ => return None,
        })
    }

    fn is_list(name: &str, index: usize) -> bool {
        let lower = name.trim_start_matches("must").to_lowercase();
        match lower.as_str() {
            "first" | "last" | "rest" | "initial" | "reverse" | "uniq" | "compact" | "sortalpha" | "append"
            | "push" | "prepend" | "without" | "slice" | "concat" | "tostrings" | "todecimal" => index == 0,
            "has" | "join" | "chunk" => index == 1,
            _ => false,
        }
    }

    fn argument(&mut self, name: &str, index: usize, wanted: Type) -> String {
        if self.below(25) == 0 {
            return self.any().to_owned();
        }
        if let Some(items) = Self::special(name, index)
            && self.below(12) > 0
        {
            return self.pick(items).to_owned();
        }
        let date = matches!(name, "date" | "htmlDate" | "dateInZone" | "date_in_zone" | "htmlDateInZone");
        if date {
            return self.pick(TIMES).to_owned();
        }
        match wanted {
            Type::String => self.pick(STRINGS).to_owned(),
            Type::Int(_) => self.pick(NUMBERS).to_owned(),
            Type::Map(_) => self.pick(DICTS).to_owned(),
            Type::List(_) => self.pick(LISTS).to_owned(),
            _ if Self::is_list(name, index) && self.below(6) > 0 => self.pick(LISTS).to_owned(),
            Type::Any | Type::Reflect => self.any().to_owned(),
            _ if self.below(2) == 0 => self.pick(TIMES).to_owned(),
            _ => self.any().to_owned(),
        }
    }

    /// A call without its last `missing` arguments.
    fn call(&mut self, name: &'static str, missing: usize) -> String {
        let builtin = BUILTINS.iter().find(|(known, _)| *known == name);
        let function = lookup(self.dialect, name);
        let mut count = match (function, builtin) {
            (Some(function), _) if function.variadic => {
                let fixed = function.params.len() - 1;
                let more = self.below(4);
                fixed + if name == "dict" { more / 2 * 2 } else { more }
            }
            (Some(function), _) => function.params.len(),
            (None, Some((_, count))) => *count,
            (None, None) => 0,
        };
        if self.below(60) == 0 {
            count = self.below(4);
        }
        let mut text = name.to_owned();
        for index in 0..count.saturating_sub(missing) {
            let wanted = function.map_or(Type::Any, |function| {
                let last = function.params.len().saturating_sub(1);
                function.params.get(index.min(last)).copied().unwrap_or(Type::Any)
            });
            text.push(' ');
            text.push_str(&self.argument(name, index, wanted));
        }
        text
    }

    /// One function's name and a template that calls it.
    pub fn template(&mut self) -> (&'static str, String) {
        let name = self.function();
        let mut text = self.call(name, 0);
        if matches!(name, "keys" | "values") {
            return (name, format!("{{{{ {text} | sortAlpha }}}}"));
        }
        for _ in 0..[0, 0, 0, 1, 1, 2][self.below(6)] {
            let next = self.function();
            let clock = ["date", "html"].iter().any(|start| next.to_lowercase().starts_with(start));
            if matches!(next, "keys" | "values") || clock || next == "repeat" {
                continue;
            }
            text = format!("{text} | {}", self.call(next, 1));
        }
        let show = match self.below(6) {
            0 => "{{ printf `%T %v` (CALL) (CALL) }}",
            1 => "{{ printf `%#v` (CALL) }}",
            2 => "{{ CALL | toJson }}",
            3 => "{{ CALL | quote }}",
            _ => "{{ CALL }}",
        };
        (name, show.replace("CALL", &text))
    }
}
