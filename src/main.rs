//! The `werfkit` program: arguments in, exit code out.

/// An analysis makes millions of small things and drops them again: the system's allocator takes a fifth of the time for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    werfkit::cli::run(std::env::args_os()).into()
}
