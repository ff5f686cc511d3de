//! Rows into counts.

use std::borrow::Cow;

use nameit_analysis::bulk::Text;
use nameit_analysis::colour::{ColourCounts, NamingMatrix};
use nameit_analysis::naming::Naming;

use super::args::Args;
use super::columns::{ColourColumns, Columns};
use super::place::Places;
use crate::input::block::Block;
use crate::pairs::{self, Pairs};

/// All that is known of a file.
pub(super) struct Counted {
    /// The colours, in the order in which they first came.
    pub(super) matrix: NamingMatrix,
    /// What was assumed about the file, in words.
    pub(super) assumptions: String,
}

/// Reads all rows.
pub(super) fn count(args: &Args, naming: Naming) -> anyhow::Result<Counted> {
    let blocks = args.file.open_blocks()?;
    let header = blocks.header().to_vec();
    let columns = Columns::find(args, &header).map_err(|error| error.context(blocks.name().to_owned()))?;
    let colours = Places { white: args.white, bin: args.bin };
    let Pairs { counts, file } =
        pairs::count(blocks, args.threads.count(), naming, columns.places, |block| {
            colour(block, columns.colour, colours)
        })?;
    let colours = (0..counts.len()).map(|place| {
        let stimulus = counts.stimulus(place);
        let norms = stimulus.norms();
        ColourCounts {
            colour: colours.named(stimulus.key()),
            names: norms.names,
            non_answers: norms.non_answers,
        }
    });
    Ok(Counted {
        matrix: NamingMatrix::new(args.white, colours.collect()),
        assumptions: format!("{file}; {}", columns.describe(&header)),
    })
}

/// The colour of the current row as its key, which is the same for all spellings of a colour.
fn colour(block: &Block, columns: ColourColumns, colours: Places) -> anyhow::Result<Text<'_>> {
    let key = match columns {
        ColourColumns::Srgb(column) => {
            let field = block.field(column);
            let key = colours.key_of_hex(&field).map_err(|what| block.refusal(column, &what))?;
            if key == field {
                return Ok(block.text_of(column));
            }
            key
        }
        ColourColumns::Cielab(columns) => {
            let [l, a, b] = columns.map(|column| block.field(column));
            colours
                .key_of_coordinates([&l, &a, &b])
                .map_err(|(place, what)| block.refusal(columns[place], &what))?
        }
    };
    Ok(Text::Rewritten(Cow::Owned(key)))
}
