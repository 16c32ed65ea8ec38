//! The meta section.

use crate::check::Origin::{Check, Werf};
use crate::check::cleanup;

super::rules! { "meta":
    b"EEEE" "meta-missing" Werf,
    b"EEEE" "duplicate-meta" Werf,
    b"EEEE" "config-version" Werf,
    b"EEEE" "project-empty" Werf,
    b"EEEE" "project-name" Werf,
    b"-EEE" "helm-chart-dir-empty" Werf,
    b"EEEE" "helm-release-empty" Werf,
    b"EEEE" "namespace-empty" Werf,
    b"EEEE" "limit-operator" Werf,
    b"EEEE" "policy-ref-missing" Werf,
    b"EEEE" "policy-ref-both" Werf,
    b"EEEE" "policy-ref-regex" Werf,
    b"EEEE" "policy-references-missing" Werf,
    b"WWWW" "policy-values" Check(cleanup::policy_values),
    b"WWWW" "images-per-reference-unchecked" Check(cleanup::images_per_reference_unchecked),
    b"-WWW" "chart-dir-missing" Check(cleanup::chart_dir_missing),
    b"EEEE" "deploy-template" Check(cleanup::deploy_template),
}
