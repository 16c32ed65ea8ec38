//! What the terminal can show.

use std::io::{IsTerminal, stdout};

use clap::ValueEnum;

use crate::report::Style;

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    Always,
    Never,
}

/// The style for standard output.
pub(super) fn style(color: Color, quiet: bool) -> Style {
    let terminal = stdout().is_terminal();
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && variable("NO_COLOR").is_none() && variable("TERM").as_deref() != Some("dumb"),
    };
    // A file or a pipe takes UTF-8; a terminal says what it takes.
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name));
    let unicode = !terminal || !matches!(locale.as_deref(), Some("C" | "POSIX"));
    let width = match terminal_size::terminal_size_of(stdout()) {
        Some((width, _)) => usize::from(width.0).clamp(60, 140),
        None => Style::default().width,
    };
    Style { color, unicode, width, quiet }
}
