//! What the columns of published norms are usually called, the most usual first.

/// The key of the stimulus.
pub const STIMULUS: [&str; 6] = ["stimulus", "item", "image", "picture", "object", "stimulus_key"];
/// The name.
pub const NAME: [&str; 7] = ["name", "response", "modal_names", "modal_name", "topname", "term", "answer"];
/// How many people gave the name.
pub const COUNT: [&str; 3] = ["count", "freq", "frequency"];
/// The share of the people who gave it.
pub const AGREEMENT: [&str; 5] = ["agreement", "share", "percent", "name_agreement", "perc_top"];
/// H in bits.
pub const H: [&str; 2] = ["h", "h_statistic"];
