//! Finding columns by their names.

use anyhow::bail;

/// The column that was named by `flag`, or else the first that has one of the usual names.
pub fn column(
    flag: &str,
    named: Option<&str>,
    usual: &[&str],
    header: &[String],
) -> anyhow::Result<Option<usize>> {
    match named {
        Some(column) => named_column(flag, column, header).map(Some),
        None => Ok(guess(usual, header)),
    }
}

/// The same for a column that is needed; `usual` has at least one name.
pub fn needed_column(
    flag: &str,
    named: Option<&str>,
    usual: &[&str],
    header: &[String],
) -> anyhow::Result<usize> {
    let Some(column) = column(flag, named, usual, header)? else {
        bail!(
            "no column `{}`, nor another that is known as the {flag}; name it by --{flag}. {}",
            usual[0],
            there_is(header)
        );
    };
    Ok(column)
}

/// The first column that has one of the usual names.
pub fn guess(guesses: &[&str], header: &[String]) -> Option<usize> {
    guesses.iter().find_map(|guess| header.iter().position(|column| same_but_for_case(column, guess)))
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

/// `Stimulus ID`, `stimulus-id` and `stimulus_id` are the same name.
fn same_but_for_case(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace([' ', '-', '.'], "_");
    plain(one) == plain(other)
}

/// The columns that a file has, in words.
pub fn there_is(header: &[String]) -> String {
    let shown: Vec<String> = header.iter().take(40).map(|column| format!("`{column}`")).collect();
    let more = if header.len() > shown.len() { ", ..." } else { "" };
    format!("The first line has the columns {}{more}", shown.join(", "))
}
