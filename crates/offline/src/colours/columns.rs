//! Which column means what.

use anyhow::bail;

use super::args::Args;
use crate::answers::{NON_ANSWER, RESPONSE};
use crate::input::header::{column, guess, needed_column};
use crate::pairs::Places;

const COLOUR: [&str; 11] = [
    "colour",
    "color",
    "hex",
    "rgb",
    "srgb",
    "colour_hex",
    "color_hex",
    "stimulus",
    "stimulus_colour",
    "chip",
    "swatch",
];

/// Where the colour stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColourColumns {
    /// As `#rrggbb`.
    Srgb(usize),
    /// As L*, a* and b*.
    Cielab([usize; 3]),
}

/// The places of the columns in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) colour: ColourColumns,
    /// All of them, with the first one of the colour as the stimulus.
    pub(super) places: Places,
}

impl Columns {
    /// Finds the columns that were named, and guesses the others where there is a guess.
    pub(super) fn find(args: &Args, header: &[String]) -> anyhow::Result<Self> {
        let optional =
            |flag, named: Option<&String>, usual| column(flag, named.map(String::as_str), usual, header);
        let colour = colour(args, header)?;
        let used = match colour {
            ColourColumns::Srgb(column) => vec![column],
            ColourColumns::Cielab(columns) => columns.to_vec(),
        };
        let places = Places {
            stimulus: used[0],
            response: needed_column("response", args.response.as_deref(), &RESPONSE, header)?,
            count: optional("count", args.count.as_ref(), &[])?,
            non_answer: optional("non-answer", args.non_answer.as_ref(), &NON_ANSWER)?,
        };
        if used.contains(&places.response) {
            bail!("colour and response are the same column `{}`", header[places.response]);
        }
        Ok(Self { colour, places })
    }

    /// The choice in words, with a hint when a column looks like counts and is not used.
    pub(super) fn describe(&self, header: &[String]) -> String {
        let colour = match self.colour {
            ColourColumns::Srgb(column) => format!("colour in `{}`", header[column]),
            ColourColumns::Cielab([l, a, b]) => {
                format!("L*, a*, b* in `{}`, `{}`, `{}`", header[l], header[a], header[b])
            }
        };
        format!("{colour}, {}", self.places.describe_others(header))
    }
}

fn colour(args: &Args, header: &[String]) -> anyhow::Result<ColourColumns> {
    if let Some(names) = &args.lab {
        let named = |name: &String| needed_column("lab", Some(name.trim()), &["l"], header);
        let columns = names.iter().map(named).collect::<anyhow::Result<Vec<usize>>>()?;
        let Ok(columns) = <[usize; 3]>::try_from(columns) else {
            bail!("--lab needs three columns, such as --lab L,a,b");
        };
        return Ok(ColourColumns::Cielab(columns));
    }
    let found = column("colour", args.colour.as_deref(), &COLOUR, header)?;
    if let Some(column) = found {
        return Ok(ColourColumns::Srgb(column));
    }
    let usual = |names: &[&str]| guess(names, header);
    match (usual(&["l", "l*", "lab_l"]), usual(&["a", "a*", "lab_a"]), usual(&["b", "b*", "lab_b"])) {
        (Some(l), Some(a), Some(b)) => Ok(ColourColumns::Cielab([l, a, b])),
        _ => needed_column("colour", None, &COLOUR, header).map(ColourColumns::Srgb),
    }
}
