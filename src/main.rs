//! The `werfkit` program: arguments in, exit code out.

fn main() -> std::process::ExitCode {
    werfkit::cli::run(std::env::args_os()).into()
}
