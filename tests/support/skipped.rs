//! What is not tested on this machine is said aloud: past the test runner, which shows nothing of tests that pass.
#![allow(dead_code, reason = "each test binary compiles this file and uses a part of it")]

use std::fmt::Display;
use std::io::Write as _;

/// Says that a part was not tested, and why.
pub fn say(why: impl Display) {
    // Without a standard error nobody is there to be told.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}
