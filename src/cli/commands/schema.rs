//! `werfkit schema`: JSON Schemas of werf's files, for editors and validators.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::cli::{Outcome, complain};
use crate::dialect::Dialect;
use crate::grammar::FileKind;
use crate::grammar::schema;

#[derive(Debug, Args)]
pub(in crate::cli) struct SchemaArguments {
    /// Line of werf: 1.1, 1.2, 2 or 3; without it the schema accepts what any of them accepts
    #[arg(long, value_name = "DIALECT", value_parser = dialect)]
    werf: Option<Dialect>,
    /// Kind of file
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    file: Option<String>,
    /// Write the schemas into this folder instead of printing one; without --werf and --file all of them
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

fn dialect(text: &str) -> Result<Dialect, String> {
    Dialect::from_name(text).ok_or_else(|| "expected 1.1, 1.2, 2 or 3".to_owned())
}

fn kinds() -> PossibleValuesParser {
    PossibleValuesParser::new(FileKind::ALL.map(FileKind::name))
}

pub(in crate::cli) fn run(arguments: &SchemaArguments) -> io::Result<Outcome> {
    let named = |name: &String| FileKind::ALL.into_iter().find(|kind| kind.name() == name);
    let kind = arguments.file.as_ref().and_then(named);
    let Some(folder) = &arguments.out else {
        let kind = kind.unwrap_or(FileKind::Werf);
        let Some(schema) = schema::one(kind, arguments.werf) else {
            let version = arguments.werf.map_or("this", Dialect::name);
            complain(&format!("werf {version} has no such file"), Some("later lines of werf have it: see `--werf`"));
            return Ok(Outcome::Unusable);
        };
        let mut out = io::stdout().lock();
        out.write_all(schema.text().as_bytes())?;
        out.flush()?;
        return Ok(Outcome::Clean);
    };
    let schemas = match (kind, arguments.werf) {
        (None, None) => schema::all(),
        (Some(kind), None) => {
            let dialects = std::iter::once(None).chain(kind.dialects().iter().map(Some));
            dialects.filter_map(|dialect| schema::one(kind, dialect)).collect()
        }
        (Some(kind), dialect) => schema::one(kind, dialect).into_iter().collect(),
        (None, dialect) => FileKind::ALL.into_iter().filter_map(|kind| schema::one(kind, dialect)).collect(),
    };
    fs::create_dir_all(folder)?;
    for schema in schemas {
        fs::write(folder.join(&schema.name), schema.text())?;
    }
    Ok(Outcome::Clean)
}
