//! Answers in files: rows with a stimulus and a response, and perhaps a count. For the commands that need no more.

use anyhow::bail;
use nameit_analysis::bulk::Counts;
use nameit_analysis::naming::Naming;
use nameit_analysis::tally::Tally;
use nameit_domain::NonAnswer;

use crate::input::FileArgs;
use crate::input::header::{column, needed_column};
use crate::input::rows::Rows;
use crate::pairs::{self, Pairs, Places};
use crate::threads::ThreadsArgs;

/// Usual names of the column that tells the stimulus.
pub const STIMULUS: [&str; 15] = [
    "stimulus",
    "stimulus_key",
    "stimulus_id",
    "stim",
    "item",
    "item_id",
    "image",
    "image_id",
    "picture",
    "picture_id",
    "pic",
    "object",
    "colour",
    "color",
    "chip",
];
/// Usual names of the column with the response.
pub const RESPONSE: [&str; 11] = [
    "response",
    "raw_response",
    "answer",
    "raw",
    "raw_text",
    "name",
    "naming",
    "text",
    "description",
    "label",
    "term",
];
/// Columns that look like counts.
pub const COUNT: [&str; 4] = ["count", "freq", "frequency", "n"];
/// Usual names of the column that marks non-answers.
pub const NON_ANSWER: [&str; 2] = ["non_answer", "opt_out"];

/// Counts above this, or adding up to more, are refused: floats hold whole numbers exactly up to here.
pub const MAX_ANSWERS: u64 = 1 << 53;

/// Where the answers are.
#[derive(Debug, Clone, clap::Args)]
pub struct AnswersArgs {
    /// The file.
    #[command(flatten)]
    pub file: FileArgs,

    /// Column that tells the stimulus [default: the first of stimulus, item, image, picture, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_ANSWERS_STIMULUS")]
    pub stimulus: Option<String>,

    /// Column with the raw response [default: the first of response, answer, name, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_ANSWERS_RESPONSE")]
    pub response: Option<String>,

    /// Column that tells for how many equal responses a row stands
    #[arg(long, value_name = "COL", env = "NAMEIT_ANSWERS_COUNT")]
    pub count: Option<String>,

    /// Column whose non-empty values mark non-answers; `dont_know` is counted as such, all others as skipped
    /// [default: non_answer or opt_out, if there is one]
    #[arg(long, value_name = "COL", env = "NAMEIT_ANSWERS_NON_ANSWER")]
    pub non_answer: Option<String>,

    /// How many threads count.
    #[command(flatten)]
    pub threads: ThreadsArgs,
}

/// All answers of a file, counted.
pub struct Answers {
    /// The counts of the names.
    pub counts: Counts,
    /// What was assumed about the file, in words.
    pub assumptions: String,
}

impl AnswersArgs {
    /// Counts the names of all rows.
    pub fn count(&self, naming: Naming) -> anyhow::Result<Answers> {
        let blocks = self.file.open_blocks()?;
        let header = blocks.header().to_vec();
        let places = self.places(&header).map_err(|error| error.context(blocks.name().to_owned()))?;
        let Pairs { counts, file } =
            pairs::count(blocks, self.threads.count(), naming, places, |block| places.stimulus(block))?;
        Ok(Answers { counts, assumptions: format!("{file}; {}", places.describe(&header)) })
    }

    fn places(&self, header: &[String]) -> anyhow::Result<Places> {
        let stimulus = needed_column("stimulus", self.stimulus.as_deref(), &STIMULUS, header)?;
        let response = needed_column("response", self.response.as_deref(), &RESPONSE, header)?;
        if stimulus == response {
            bail!("stimulus and response are the same column `{}`", header[stimulus]);
        }
        Ok(Places {
            stimulus,
            response,
            count: column("count", self.count.as_deref(), &[], header)?,
            non_answer: column("non-answer", self.non_answer.as_deref(), &NON_ANSWER, header)?,
        })
    }
}

impl Answers {
    /// The same as a tally, which can be asked under one naming after the other. They have to be counted as typed.
    pub fn tally(&self, naming: impl Into<Naming>) -> Tally {
        let mut tally = Tally::new(naming);
        for (ordinal, place) in (0u32..).zip(0..self.counts.len()) {
            let stimulus = self.counts.stimulus(place);
            let kinds = stimulus.non_answers();
            tally.add_non_answers(ordinal, NonAnswer::DontKnow, kinds.dont_know);
            tally.add_non_answers(ordinal, NonAnswer::Skipped, kinds.skipped);
            for (text, count) in stimulus.names() {
                tally.add_grouped(ordinal, text, count);
            }
        }
        tally
    }

    /// The keys of the stimuli, in the order in which they first came.
    pub fn keys(&self) -> Vec<&str> {
        (0..self.counts.len()).map(|place| self.counts.stimulus(place).key()).collect()
    }
}

/// The kind of non-answer that a row is, if it is one: an opt-out is one none the less for having a text, and an
/// empty response is one as well.
pub fn kind_of(is_empty: bool, reason: &str) -> Option<NonAnswer> {
    let reason = reason.trim();
    if ["dont_know", "don't know", "dk"].iter().any(|known| reason.eq_ignore_ascii_case(known)) {
        return Some(NonAnswer::DontKnow);
    }
    (is_empty || !reason.is_empty()).then_some(NonAnswer::Skipped)
}

/// A whole number from 0 in a field of the current row.
pub fn whole_number(rows: &Rows, column: usize) -> anyhow::Result<u64> {
    count(&rows.field(column)).map_err(|problem| rows.refusal(column, &problem))
}

/// How many responses a field says that its row stands for; else what is wrong with it.
pub fn count(field: &str) -> Result<u64, String> {
    let text = field.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u64>() {
        Ok(number) if digits && number <= MAX_ANSWERS => Ok(number),
        _ => Err(format!("`{text}` is not a count; give a whole number from 0")),
    }
}
