//! Lexicons that come with the program.

use super::Lexicon;

/// Size and colour in English. The eleven basic colour terms of Berlin & Kay (1969) are the values, and words
/// that name a shade of one of them stand with it; a shade between two stands with both.
const ENGLISH: &str = "\
colour,black,black,ebony,jet
colour,blue,blue,azure,aqua,cobalt,cyan,indigo,navy,teal,turquoise
colour,brown,brown,beige,bronze,chestnut,chocolate,khaki,tan
colour,green,green,aqua,emerald,khaki,lime,olive,teal,turquoise
colour,grey,grey,gray,silver
colour,orange,orange,amber,peach
colour,pink,pink,fuchsia,magenta,peach,rose,salmon
colour,purple,purple,fuchsia,indigo,lavender,lilac,magenta,maroon,mauve,violet
colour,red,red,burgundy,crimson,maroon,ruby,scarlet
colour,white,white,cream,ivory
colour,yellow,yellow,amber,gold,golden,mustard
size,big,big,bigger,biggest,enormous,giant,gigantic,huge,large,larger,largest
size,small,small,little,smaller,smallest,tiny,tiniest
";

/// The word lists with which Degen et al. (2020) coded their first experiment. They look for a colour or a size,
/// not for which: the value of each word is the word itself, sizes go by big and small.
const DEGEN: &str = "\
colour,black,black
colour,blue,blue
colour,brown,brown
colour,gold,gold
colour,green,green
colour,orange,orange
colour,pink,pink
colour,purple,purple
colour,red,red
colour,silver,silver
colour,violet,violet
colour,white,white
colour,yellow,yellow
size,big,big,bigger,biggest,huge,large,larger,largest
size,small,little,small,smaller,smallest,tiny
";

impl Lexicon {
    /// The default: words for size and colour in English, made for matching whole words. With matching inside
    /// words, short ones such as `tan` or `red` are also found in `giant`, `titan` or `coloured`.
    pub fn english() -> Self {
        Self::parse_csv(ENGLISH).expect("a test reads it")
    }

    /// The lists of the program published with Degen, Hawkins, Graf, Kreiss & Goodman (2020), When redundancy is
    /// useful: A Bayesian approach to "overinformative" referring expressions, Psychological Review 127,
    /// 591-621. They were matched inside words ([`crate::descriptions::Matching::Substring`]), whatever the value
    /// (`check_values` off).
    pub fn degen_et_al() -> Self {
        Self::parse_csv(DEGEN).expect("a test reads it")
    }
}
