//! What a rule is: plain data, its page, and for rules beyond werf's own a function over the snapshot.

use super::Subject;
use crate::diagnostic::{Finding, RuleId, Severity};
use crate::dialect::Dialect;

/// Severity per dialect in the order of [`Dialect::ALL`]; `None` where the rule does not exist.
pub type Severities = [Option<Severity>; 4];

/// Who judges by a rule.
#[derive(Clone, Copy)]
pub enum Origin {
    /// werf itself; the finding is raised by the layer that does what werf does at that point.
    Werf,
    /// werfkit, in a layer that sees more than the snapshot keeps (rendering, reading of files).
    Layer,
    /// werfkit, by this function.
    Check(fn(&Subject<'_>, &mut Vec<Finding>)),
}

/// One rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// The folder its page lies in: the part of the language it is about.
    pub area: &'static str,
    /// Default severity per dialect.
    pub severities: Severities,
    /// Whether some of its findings carry a mechanical remedy.
    pub fixable: bool,
    /// Who judges by it.
    pub origin: Origin,
    /// The page: Markdown, with examples that the tests lint.
    pub page: &'static str,
}

impl Rule {
    /// Default severity in a dialect; `None` where the rule does not exist.
    #[must_use]
    pub fn severity(&self, dialect: Dialect) -> Option<Severity> {
        self.severities[dialect as usize]
    }

    /// Whether it tells of an old form that still works; such rules are named so.
    #[must_use]
    pub fn is_about_deprecation(&self) -> bool {
        self.id.0.ends_with("-deprecated")
    }

    /// Where the page can be read in a browser: below the repository address of the package, when it has one.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        match env!("CARGO_PKG_REPOSITORY") {
            "" => None,
            repository => Some(format!("{repository}/blob/main/src/check/rules/{}/{}.md", self.area, self.id)),
        }
    }

    /// One line that says what the rule finds: the first paragraph of its page.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.page.lines().skip(1).map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
    }

    /// What the rule finds and why that matters: the page as far as its first example, each paragraph on one line.
    #[must_use]
    pub fn description(&self) -> String {
        let mut paragraphs = vec![String::new()];
        for line in self.page.lines().skip(1).map(str::trim).take_while(|line| !line.starts_with("```")) {
            match (line.is_empty(), paragraphs.last_mut()) {
                (false, Some(paragraph)) if paragraph.is_empty() => paragraph.push_str(line),
                (false, Some(paragraph)) => {
                    paragraph.push(' ');
                    paragraph.push_str(line);
                }
                _ => paragraphs.push(String::new()),
            }
        }
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        paragraphs.join("\n\n")
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rule({}/{})", self.area, self.id)
    }
}
