//! Git mappings, and what imports share with them.

use crate::check::Origin::{Check, Werf};
use crate::check::git_mappings;

super::rules! { "git":
    b"EEEE" "add-not-absolute" Werf,
    b"EEEE" "to-not-absolute" Werf,
    b"-WWE" "to-trailing-slash" Werf,
    b"EEEE" "include-not-relative" Werf,
    b"EEEE" "exclude-not-relative" Werf,
    b"EEEE" "stage-dependency-not-relative" Werf,
    b"EEEE" "git-ref-local" Werf,
    b"EEEE" "git-ref-many" Werf,
    b"-EEE" "git-branch-not-allowed" Werf,
    b"E---" "git-branch-unacknowledged" Werf,
    b"EEEE" "export-conflict" Werf,
    b"WWWW" "stage-dependencies-missing" Check(git_mappings::stage_dependencies_missing),
    b"WWWW" "stage-dependencies-without-instructions" Check(git_mappings::stage_dependencies_without_instructions),
    b"WWWW" "git-add-missing" Check(git_mappings::git_add_missing),
    b"WWWW" "stage-dependency-no-match" Check(git_mappings::stage_dependency_no_match),
    b"--EE" "path-glob-syntax" Check(git_mappings::path_glob_syntax),
    b"--WW" "git-basic-auth-local" Check(git_mappings::git_basic_auth_local),
}
