//! Which column means what.

use anyhow::bail;

use super::args::Args;

const STIMULUS: [&str; 15] = [
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
const RESPONSE: [&str; 11] = [
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
const NON_ANSWER: [&str; 2] = ["non_answer", "opt_out"];
const FIRST_KEY: [&str; 1] = ["first_key_ms"];
const COUNT: [&str; 4] = ["count", "freq", "frequency", "n"];

/// The places of the columns in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) stimulus: usize,
    pub(super) response: usize,
    pub(super) participant: Option<usize>,
    pub(super) count: Option<usize>,
    pub(super) non_answer: Option<usize>,
    pub(super) first_key: Option<usize>,
}

impl Columns {
    /// Finds the columns that were named, and guesses the others where there is a guess.
    pub(super) fn find(args: &Args, header: &[String]) -> anyhow::Result<Self> {
        let optional = |flag: &str, named: Option<&String>, guesses: &[&str]| match named {
            Some(column) => named_column(flag, column, header).map(Some),
            None => Ok(guess(guesses, header)),
        };
        let needed = |flag: &str, named: Option<&String>, guesses: &[&str]| {
            let Some(column) = optional(flag, named, guesses)? else {
                bail!(
                    "no column `{}`, nor another that is known as the {flag}; name it by --{flag}. {}",
                    guesses[0],
                    there_is(header)
                );
            };
            Ok(column)
        };
        let columns = Self {
            stimulus: needed("stimulus", args.stimulus.as_ref(), &STIMULUS)?,
            response: needed("response", args.response.as_ref(), &RESPONSE)?,
            participant: optional("participant", args.participant.as_ref(), &[])?,
            count: optional("count", args.count.as_ref(), &[])?,
            non_answer: optional("non-answer", args.non_answer.as_ref(), &NON_ANSWER)?,
            first_key: optional("first-key", args.first_key.as_ref(), &FIRST_KEY)?,
        };
        if columns.stimulus == columns.response {
            bail!("stimulus and response are the same column `{}`", header[columns.stimulus]);
        }
        Ok(columns)
    }

    /// The choice in words, with a hint when a column looks like counts and is not used.
    pub(super) fn describe(&self, header: &[String]) -> String {
        let mut parts = vec![
            format!("stimulus in `{}`", header[self.stimulus]),
            format!("response in `{}`", header[self.response]),
        ];
        for (meaning, column) in [
            ("participant", self.participant),
            ("count", self.count),
            ("non-answers", self.non_answer),
            ("first key", self.first_key),
        ] {
            parts.extend(column.map(|column| format!("{meaning} in `{}`", header[column])));
        }
        if self.count.is_none()
            && let Some(column) = guess(&COUNT, header)
        {
            let name = &header[column];
            parts.push(format!("each row is one response (else say --count {name})"));
        }
        parts.join(", ")
    }
}

fn named_column(flag: &str, name: &str, header: &[String]) -> anyhow::Result<usize> {
    let places = |same: &dyn Fn(&str) -> bool| -> Vec<usize> {
        (0..header.len()).filter(|&place| same(&header[place])).collect()
    };
    let exact = places(&|column| column == name);
    let found = if exact.is_empty() { places(&|column| same_but_for_case(column, name)) } else { exact };
    match found[..] {
        [place] => Ok(place),
        [] => bail!("there is no column `{name}` (--{flag}). {}", there_is(header)),
        _ => bail!("there are {} columns `{name}` (--{flag}); give each a name of its own", found.len()),
    }
}

fn guess(guesses: &[&str], header: &[String]) -> Option<usize> {
    guesses.iter().find_map(|guess| header.iter().position(|column| same_but_for_case(column, guess)))
}

/// `Stimulus ID`, `stimulus-id` and `stimulus_id` are the same name.
fn same_but_for_case(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace([' ', '-', '.'], "_");
    plain(one) == plain(other)
}

fn there_is(header: &[String]) -> String {
    let shown: Vec<String> = header.iter().take(40).map(|column| format!("`{column}`")).collect();
    let more = if header.len() > shown.len() { ", ..." } else { "" };
    format!("The first line has the columns {}{more}", shown.join(", "))
}
