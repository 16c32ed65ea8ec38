//! The four lines of werf, each standing for its reference release. Plain data.

/// A line of werf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// werf 1.1 (reference 1.1.36): Go 1.17 templates, no giterminism.
    V1_1,
    /// werf 1.2 (reference 1.2.339): Go 1.21.
    V1_2,
    /// werf 2 (reference 2.77.1): Go 1.23.
    V2,
    /// werf 3 (reference 3.2.0): Go 1.25.
    V3,
}

impl Dialect {
    /// All dialects, oldest first.
    pub const ALL: [Self; 4] = [Self::V1_1, Self::V1_2, Self::V2, Self::V3];

    /// The name used on the command line and in reports: `1.1`, `1.2`, `2`, `3`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::V1_1 => "1.1",
            Self::V1_2 => "1.2",
            Self::V2 => "2",
            Self::V3 => "3",
        }
    }

    /// The dialect of that name; a leading `v` is allowed.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.strip_prefix('v').unwrap_or(name);
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }
}

impl std::fmt::Display for Dialect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
