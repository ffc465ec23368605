use std::fmt;

/// A mistake in the catalogue's files, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogError {
    /// The file, such as `suno.toml`.
    pub file: String,
    /// The id of the model, when the mistake is inside one.
    pub model: Option<String>,
    /// The name of the field, when the mistake is inside one.
    pub field: Option<String>,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(model) = &self.model {
            write!(f, ", model `{model}`")?;
        }
        if let Some(field) = &self.field {
            write!(f, ", field `{field}`")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for CatalogError {}
