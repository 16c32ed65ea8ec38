//! `werfkit lsp`: the language server.

use std::io;

use clap::Args;

use crate::cli::Outcome;
use crate::cli::options::Surroundings;
use crate::lsp;

#[derive(Debug, Args)]
pub(in crate::cli) struct LspArguments {
    /// Speak on standard input and output (the default; editors pass it by habit)
    #[arg(long)]
    stdio: bool,
    /// Wait for one client on this port of the local machine instead; 0 takes a free one and prints it
    #[arg(long, value_name = "PORT", conflicts_with = "stdio")]
    port: Option<u16>,
}

pub(in crate::cli) fn run(arguments: &LspArguments) -> io::Result<Outcome> {
    let environ = Surroundings::of_process().into_environ();
    crate::cli::work::silence_panics();
    let said_goodbye = match arguments.port {
        Some(port) => lsp::serve_port(port, environ, |port| eprintln!("listening on 127.0.0.1:{port}"))?,
        None => lsp::serve_stdio(environ)?,
    };
    let outcome = if said_goodbye { Outcome::Clean } else { Outcome::Findings };
    // A thread still waits for standard input, which the client may keep open: the process does not wait for it.
    std::process::exit(outcome as i32);
}
