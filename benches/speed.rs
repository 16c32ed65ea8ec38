//! How long `werfkit lint` takes as a whole process, beside werf.
//!
//! Prints medians, the ratio to `werf config render` and the peak of memory; judges nothing. With `WERF` naming a werf program,
//! that is measured in the same run; otherwise the recorded reference times are shown: 155 ms and 95 MiB for a typical
//! project, 830 ms for the giant, on the two-core reference machine.
//!
//! The projects are those of the corpus (`WERFKIT_CORPUS`, else `../shared/corpus`), each copied into a repository with one
//! commit, and this repository's own example.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A measured project.
struct Subject {
    /// Name in the table.
    name: &'static str,
    /// Folder of the corpus; `None` is the example of this repository.
    corpus: Option<&'static str>,
    /// Arguments besides the path.
    arguments: &'static [&'static str],
    /// Recorded time of `werf config render`.
    reference: Duration,
}

const SUBJECTS: &[Subject] = &[
    Subject { name: "example", corpus: None, arguments: &[], reference: Duration::from_millis(155) },
    Subject {
        name: "typical",
        corpus: Some("Lufanchik__integration-testing"),
        arguments: &[],
        reference: Duration::from_millis(155),
    },
    Subject {
        name: "giant",
        corpus: Some("dmitrpopkov__deckhouse"),
        arguments: &["--env", "FE", "--loose-giterminism"],
        reference: Duration::from_millis(830),
    },
];

const RUNS: usize = 21;

fn main() -> io::Result<()> {
    // `cargo test --benches` runs this too, with an argument that says so; measuring is for `cargo bench`.
    if std::env::args().any(|argument| argument == "--test") {
        return Ok(());
    }
    let program = PathBuf::from(env!("CARGO_BIN_EXE_werfkit"));
    let scratch = tempfile::tempdir()?;
    println!("{:10} {:>10} {:>12} {:>9} {:>11}", "project", "werfkit", "werf", "ratio", "peak");
    for subject in SUBJECTS {
        let Some(project) = prepare(subject, scratch.path())? else {
            println!("{:10} skipped: no corpus here", subject.name);
            continue;
        };
        let mut lint = Command::new(&program);
        lint.arg("lint").arg("--format").arg("json").args(subject.arguments).arg(&project);
        let ours = median(&mut lint)?;
        let (theirs, mark) = match std::env::var_os("WERF") {
            Some(werf) => {
                let mut render = Command::new(werf);
                render.args(["config", "render"]).args(subject.arguments).arg("--dir").arg(&project);
                (median(&mut render)?, ' ')
            }
            None => (subject.reference, '*'),
        };
        let ratio = theirs.as_secs_f64() / ours.as_secs_f64().max(1e-6);
        let peak = peak_of(&lint).map_or_else(|| "unknown".to_owned(), |kib| format!("{:.1} MiB", kib as f64 / 1024.0));
        println!(
            "{:10} {:>7.2} ms {:>9.1} ms{mark} {ratio:>8.1}x {peak:>11}",
            subject.name,
            ours.as_secs_f64() * 1e3,
            theirs.as_secs_f64() * 1e3
        );
    }
    many(&program, scratch.path())?;
    if std::env::var_os("WERF").is_none() {
        println!("* recorded on the reference machine; set WERF=/path/to/werf to measure it here");
    }
    Ok(())
}

/// 200 projects in one call.
fn many(program: &Path, scratch: &Path) -> io::Result<()> {
    let Some(project) = prepare(&SUBJECTS[1], scratch)? else { return Ok(()) };
    let mut lint = Command::new(program);
    lint.args(["lint", "--format", "json"]).args(std::iter::repeat_n(&project, 200));
    let time = median(&mut lint)?;
    println!("{:10} {:>7.2} ms for 200 projects in one call", "many", time.as_secs_f64() * 1e3);
    Ok(())
}

/// The project as a repository with one commit; `None` when the corpus is not here.
fn prepare(subject: &Subject, scratch: &Path) -> io::Result<Option<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = match subject.corpus {
        None => root.join("examples/shop"),
        Some(name) => {
            let named = std::env::var_os("WERFKIT_CORPUS").map(PathBuf::from);
            named.unwrap_or_else(|| root.join("../shared/corpus")).join("public").join(name)
        }
    };
    if !source.is_dir() {
        return Ok(None);
    }
    let target = scratch.join(subject.name).join("project");
    if target.is_dir() {
        return Ok(Some(target));
    }
    copy(&source, &target)?;
    let git = |arguments: &[&str]| {
        Command::new("git")
            .current_dir(&target)
            .args(["-c", "user.name=bench", "-c", "user.email=bench@example.org"])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
    };
    git(&["init", "-q"])?;
    git(&["add", "-A", "-f"])?;
    git(&["commit", "-q", "-m", "initial"])?;
    Ok(Some(target))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else if entry.file_type()?.is_file() {
            fs::write(&target, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

fn median(command: &mut Command) -> io::Result<Duration> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status()?;
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        command.status()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times[RUNS / 2])
}

/// Peak resident memory in KiB, as GNU time tells it where that program is installed.
fn peak_of(command: &Command) -> Option<u64> {
    let output = Command::new("/usr/bin/time")
        .args(["-f", "peak %M"])
        .arg(command.get_program())
        .args(command.get_args())
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().rev().find_map(|line| line.strip_prefix("peak "))?.trim().parse().ok()
}
