//! `werfkit explain`: the page of a rule, or the list of all.

use std::io::{self, BufWriter, Write};

use clap::Args;

use crate::check::{self, Rule};
use crate::cli::{Outcome, complain};

#[derive(Debug, Args)]
pub(in crate::cli) struct ExplainArguments {
    /// Name of the rule, as findings show it in brackets
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

pub(in crate::cli) fn run(arguments: &ExplainArguments) -> io::Result<Outcome> {
    let mut out = BufWriter::new(io::stdout().lock());
    let Some(name) = &arguments.rule else {
        list(&mut out)?;
        out.flush()?;
        return Ok(Outcome::Clean);
    };
    let Some(rule) = check::find(name) else {
        let suggestion = nearest(name).map(|near| format!("did you mean `{near}`?"));
        let help = suggestion.unwrap_or_else(|| "`werfkit explain` lists the rules".to_owned());
        complain(&format!("there is no rule `{}`", name.escape_debug()), Some(&help));
        return Ok(Outcome::Unusable);
    };
    out.write_all(rule.page.as_bytes())?;
    if rule.fixable {
        writeln!(out, "\nSome of these are mended by `werfkit lint --fix`.")?;
    }
    out.flush()?;
    Ok(Outcome::Clean)
}

/// All rules by area, with severities of the four dialects and a summary.
fn list(out: &mut dyn Write) -> io::Result<()> {
    let width = check::rules::all().map(|rule| rule.id.0.len()).max().unwrap_or_default();
    let mut area = "";
    for rule in check::rules::all() {
        if rule.area != area {
            let gap = if area.is_empty() { "" } else { "\n" };
            area = rule.area;
            writeln!(out, "{gap}{area}")?;
        }
        let fixable = if rule.fixable { '*' } else { ' ' };
        writeln!(out, "  {:width$}  {}{fixable} {}", rule.id.0, letters(rule), rule.summary())?;
    }
    writeln!(
        out,
        "\nletters: severity in werf 1.1, 1.2, 2, 3 (E error, W warning, I info, H hint, - no such rule); * `lint --fix` mends some"
    )
}

fn letters(rule: &Rule) -> String {
    let letter = |severity: &Option<_>| {
        severity.map_or('-', |severity: crate::diagnostic::Severity| {
            severity.name().chars().next().map_or('-', |first| first.to_ascii_uppercase())
        })
    };
    rule.severities.iter().map(letter).collect()
}

/// The rule with the fewest edits from `name`, when they are few for its length.
fn nearest(name: &str) -> Option<&'static str> {
    let name: String = name.chars().take(100).collect();
    check::rules::all()
        .map(|rule| (strsim::damerau_levenshtein(&name, rule.id.0), rule.id.0))
        .min()
        .filter(|(distance, id)| *distance <= (id.len() / 3).max(2) || id.contains(&name))
        .map(|(_, id)| id)
}
