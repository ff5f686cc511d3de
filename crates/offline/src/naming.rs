//! The arguments that say how responses become names.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use nameit_analysis::naming::Naming;
use nameit_analysis::normalise::Pipeline;
use nameit_analysis::variants::VariantDecisions;

/// How responses become names.
#[derive(Debug, Clone, clap::Args)]
pub struct NamingArgs {
    /// Language of the responses as a BCP-47 tag; decides on articles and lower case
    #[arg(long, value_name = "LANG", env = "NAMEIT_NAMING_LANGUAGE", default_value = "en", value_parser = language)]
    pub language: String,

    /// CSV file with two columns: name, canonical name; applied after normalisation. Also the list that `variants`
    /// writes, with yes or no in its column `accept`, and both as JSON
    #[arg(long, value_name = "FILE", env = "NAMEIT_NAMING_MAPPING")]
    pub mapping: Option<PathBuf>,

    /// How responses become names: `none` counts them exactly as they are, `case` trims and lower-cases,
    /// `standard` also joins accents, collapses spaces, drops final punctuation, quotes and leading articles; or
    /// name the steps, with commas between them: nfc, trim, lower_case, collapse_spaces, strip_punctuation,
    /// strip_quotes, drop_article, drop_determiner, hyphen_to_space, join_words
    #[arg(
        long,
        visible_alias = "normalize",
        value_name = "none|case|standard|STEPS",
        env = "NAMEIT_NAMING_NORMALISE",
        default_value = "standard"
    )]
    pub normalise: Pipeline,
}

impl NamingArgs {
    /// The naming that the arguments ask for.
    pub fn naming(&self) -> anyhow::Result<Naming> {
        self.naming_of(&self.decisions()?)
    }

    /// The steps, with what the mapping merges and rejects.
    pub fn decisions(&self) -> anyhow::Result<VariantDecisions> {
        let decisions = VariantDecisions::new(self.normalise.clone());
        let Some(path) = &self.mapping else { return Ok(decisions) };
        let shown = path.display();
        let bytes = fs::read(path).with_context(|| format!("cannot read the mapping {shown}"))?;
        let Ok(text) = String::from_utf8(bytes) else { bail!("the mapping {shown} is not UTF-8 text") };
        decisions.with_mapping(&text).with_context(|| format!("in the mapping {shown}"))
    }

    /// The naming that follows from decisions.
    pub fn naming_of(&self, decisions: &VariantDecisions) -> anyhow::Result<Naming> {
        decisions.naming(&self.language).with_context(|| match &self.mapping {
            Some(path) => format!("in the mapping {} after normalisation", path.display()),
            None => "after normalisation".to_owned(),
        })
    }
}

pub(crate) fn language(tag: &str) -> Result<String, String> {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    if matches!(primary.len(), 2 | 3) && primary.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Ok(tag.to_owned());
    }
    Err("give a BCP-47 tag such as en, pt-BR or und".to_owned())
}
