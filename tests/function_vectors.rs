//! The functions of templates against what sprig, Go and werf answered (`golden/templates`), per dialect: whole output, or whole error text.
//! And: every name that a dialect has according to the specification is there.

#[path = "support/template.rs"]
mod template;

#[path = "support/skipped.rs"]
mod skipped;

use std::collections::BTreeMap;

use serde_json::Value as Json;
use template::{difference, expected, golden, rows, run};
use werfkit::analysis::Codec;
use werfkit::dialect::Dialect;
use werfkit::limits::Limits;
use werfkit::template::functions::names;

/// Rows that are known to differ, with the reason. They count as failed on the scoreboard.
const KNOWN: &[(&str, Dialect, &str)] = &[
    ("fn.or-93a2e5b9", Dialect::V1_1, EAGER),
    ("fn.and-919796ab", Dialect::V1_1, EAGER),
    ("fn.and-72c74f17", Dialect::V1_1, EAGER),
    ("fn.tpl-c2ff05d2", Dialect::V1_1, "recorded with Go 1.21; `break` came with Go 1.18"),
];

const EAGER: &str =
    "recorded with Go 1.21; the Go 1.17 of werf 1.1 evaluates all arguments of `and` and `or` (conformance agrees)";

/// What werf 1.2 does not have although the vectors, made without that distinction, show a result for it (specification, section 2.3).
const NOT_IN_1_2: &[&str] = &["toYaml", "_debug", ".Files.IsDir", ".Files.Exists"];

fn compare(file: &str) {
    let Some(folder) = golden() else {
        skipped::say(format!("{file}: no golden data (set WERFKIT_GOLDEN)"));
        return;
    };
    let path = folder.join("templates").join(file);
    if !path.is_file() {
        skipped::say(format!("{file}: not part of the golden data"));
        return;
    }
    let rows = rows(&path);
    let mut failures = Vec::new();
    for dialect in Dialect::ALL {
        let codec = Codec { dialect, limits: Limits::default() };
        let (mut passed, mut total) = (0, 0);
        let mut by_function: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &rows {
            if expected(row, dialect).is_none() {
                continue;
            }
            let source = row["template"].as_str().unwrap_or_default();
            if dialect <= Dialect::V1_2 && NOT_IN_1_2.iter().any(|name| source.contains(name)) {
                let outcome = run(row, dialect, &codec);
                assert!(!outcome.errors.is_empty(), "{dialect}: {source}");
                continue;
            }
            total += 1;
            let outcome = run(row, dialect, &codec);
            match difference(row, dialect, &outcome) {
                None => passed += 1,
                Some(text) => {
                    let id = row["id"].as_str().unwrap_or_default();
                    *by_function.entry(row.get("fn").and_then(Json::as_str).unwrap_or(file)).or_default() += 1;
                    if !KNOWN.iter().any(|(known, of, _)| *known == id && *of == dialect) {
                        let data = row.get("data").map(Json::to_string).unwrap_or_default();
                        failures.push(format!("{dialect} {id} {} {data}\n  {text}", row["template"]));
                    }
                }
            }
        }
        println!("{file} werf {dialect}: {passed} of {total} {by_function:?}");
    }
    let shown: Vec<&str> = failures.iter().take(400).map(String::as_str).collect();
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), shown.join("\n"));
}

#[test]
fn functions() {
    compare("functions.jsonl");
}

#[test]
fn regex() {
    compare("regex.jsonl");
}

#[test]
fn semver() {
    compare("semver.jsonl");
}

#[test]
fn dates() {
    compare("dates.jsonl");
}

#[test]
fn case() {
    compare("case.jsonl");
}

/// Sprig 3.2.3 without `expandenv` (specification of werf 2, section 5.6).
const SPRIG: &str = "abbrev abbrevboth add add1 add1f addf adler32sum ago all any append atoi b32dec b32enc b64dec b64enc base bcrypt biggest
    buildCustomCert camelcase cat ceil chunk clean coalesce compact concat contains date dateInZone dateModify date_in_zone date_modify
    decryptAES deepCopy deepEqual default derivePassword dict dig dir div divf duration durationRound empty encryptAES env ext fail first
    float64 floor fromJson genCA genCAWithKey genPrivateKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert genSignedCertWithKey
    get getHostByName has hasKey hasPrefix hasSuffix hello htmlDate htmlDateInZone htpasswd indent initial initials int int64 isAbs join
    kebabcase keys kindIs kindOf last list lower max maxf merge mergeOverwrite min minf mod mul mulf mustAppend mustChunk mustCompact
    mustDateModify mustDeepCopy mustFirst mustFromJson mustHas mustInitial mustLast mustMerge mustMergeOverwrite mustPrepend mustPush
    mustRegexFind mustRegexFindAll mustRegexMatch mustRegexReplaceAll mustRegexReplaceAllLiteral mustRegexSplit mustRest mustReverse mustSlice
    mustToDate mustToJson mustToPrettyJson mustToRawJson mustUniq mustWithout must_date_modify nindent nospace now omit osBase osClean
    osDir osExt osIsAbs pick pluck plural prepend push quote randAlpha randAlphaNum randAscii randBytes randInt randNumeric regexFind
    regexFindAll regexMatch regexQuoteMeta regexReplaceAll regexReplaceAllLiteral regexSplit repeat replace rest reverse round semver
    semverCompare seq set sha1sum sha256sum shuffle slice snakecase sortAlpha split splitList splitn squote sub subf substr swapcase
    ternary title toDate toDecimal toJson toPrettyJson toRawJson toString toStrings trim trimAll trimPrefix trimSuffix trimall trunc
    tuple typeIs typeIsLike typeOf uniq unixEpoch unset until untilStep untitle upper urlJoin urlParse uuidv4 values without wrap wrapWith";

/// What the dialects have besides (sections 5.3 and 5.6; of werf 1.1, section 3.4 and appendix A).
fn others(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::V1_1 => "expandenv fromYaml include tpl",
        Dialect::V1_2 => "required include tpl fromYaml",
        Dialect::V2 => "required include tpl fromYaml toYaml tpl_debug include_debug printf_debug dump_debug",
        Dialect::V3 => "required include tpl fromYaml toYaml tpl_debug include_debug printf_debug dump_debug sha512sum",
    }
}

#[test]
fn every_dialect_has_exactly_the_names_of_its_specification() {
    for dialect in Dialect::ALL {
        let mut wanted: Vec<&str> = SPRIG.split_whitespace().chain(others(dialect).split_whitespace()).collect();
        let mut known: Vec<&str> = names(dialect).collect();
        wanted.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, wanted, "werf {dialect}");
    }
}
