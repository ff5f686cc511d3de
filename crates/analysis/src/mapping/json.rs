//! Mappings as JSON: `{"name": "canonical"}`, a list of objects with these two keys, or stored decisions.

use serde_json::Value;

use super::parse::{ACCEPT_HEADERS, CANONICAL_HEADERS, NAME_HEADERS, verdict};
use super::{Error, Row, Verdict};

pub(super) fn rows(text: &str) -> Result<Vec<Row>, Error> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| Error::Line { line: error.line().max(1) as u64, problem: error.to_string() })?;
    let row = |(line, row): (u64, Result<Row, String>)| row.map_err(|problem| Error::Line { line, problem });
    match value {
        Value::Object(mut decisions) if decisions.get("merges").is_some_and(Value::is_object) => {
            let merges = decisions.remove("merges").and_then(|merges| merges.as_object().cloned());
            let merges =
                (1..).zip(merges.into_iter().flatten()).map(|(line, (name, to))| pair(line, name, &to));
            let rejected = decisions.remove("rejected").and_then(|rejected| rejected.as_array().cloned());
            let rejected = (1..).zip(rejected.into_iter().flatten()).map(|(line, entry)| {
                object(line, &entry).map(|row| Row { verdict: Verdict::Rejected, ..row })
            });
            (1..).zip(merges.chain(rejected)).map(row).collect()
        }
        Value::Object(pairs) => {
            (1..).zip(pairs).map(|(line, (name, to))| row((line, pair(line, name, &to)))).collect()
        }
        Value::Array(entries) => {
            (1..).zip(&entries).map(|(line, entry)| row((line, object(line, entry)))).collect()
        }
        _ => Err(Error::Line { line: 1, problem: "neither an object nor a list".to_owned() }),
    }
}

fn pair(line: u64, name: String, canonical: &Value) -> Result<Row, String> {
    let Value::String(canonical) = canonical else {
        return Err(format!("`{name}` has to be mapped to a text, found {canonical}"));
    };
    Ok(Row { line, name, canonical: canonical.clone(), verdict: Verdict::Accepted })
}

fn object(line: u64, entry: &Value) -> Result<Row, String> {
    let text = |keys: &[&str]| {
        let found = keys.iter().find_map(|key| entry.get(key)?.as_str());
        found.map(str::to_owned).ok_or_else(|| format!("entry {line} has no text `{}`", keys[0]))
    };
    let verdict = match ACCEPT_HEADERS.iter().find_map(|key| entry.get(key)) {
        Some(Value::Null) => Verdict::Open,
        None | Some(Value::Bool(true)) => Verdict::Accepted,
        Some(Value::Bool(false)) => Verdict::Rejected,
        Some(Value::String(word)) => verdict(word)?,
        Some(other) => return Err(format!("accept says {other}; write true, false or null")),
    };
    Ok(Row { line, name: text(&NAME_HEADERS)?, canonical: text(&CANONICAL_HEADERS)?, verdict })
}

#[cfg(test)]
mod tests {
    use super::super::{VariantMapping, read};

    #[test]
    fn objects_and_lists_are_read() {
        for text in [
            r#" {"tabel": "table"}"#,
            r#"[{"name": "tabel", "canonical": "table"}]"#,
            r#"[{"from": "tabel", "to": "table", "accept": true}, {"from": "a", "to": "b", "accept": null}]"#,
            r#"[{"from": "tabel", "to": "table", "accept": "yes"}, {"from": "a", "to": "b", "accept": "no"}]"#,
            r#"{"steps": [], "merges": {"tabel": "table"}, "rejected": [{"from": "a", "to": "b"}]}"#,
        ] {
            let mapping = read(text).and_then(VariantMapping::from_rows).unwrap();
            assert_eq!(mapping.iter().collect::<Vec<_>>(), [("tabel", "table")], "{text}");
        }
        assert_eq!(read("[]").unwrap(), []);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, expected) in [
            ("{\"a\": \"b\",\n \"c\": }", "line 2: "),
            (r#"{"a": "b", "c": 1}"#, "line 2: `c` has to be mapped to a text, found 1"),
            (
                r#"[{"name": "a", "canonical": "b"}, {"name": "c"}]"#,
                "line 2: entry 2 has no text `canonical`",
            ),
            (
                r#"[{"from": "a", "to": "b", "accept": 2}]"#,
                "line 1: accept says 2; write true, false or null",
            ),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
