//! The stop rule as it is typed.

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::views::results::StopRuleForm;

/// What is typed about the stop rule, and which version of it was looked at.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(in crate::pages) struct Fields {
    min_answers: String,
    coverage: String,
    max_next_new: String,
    h_half_width: String,
    agreement_half_width: String,
    pub(super) version: u64,
    action: String,
}

// === impl Fields ===

impl Fields {
    /// The rule as the body of a decision; what is empty is no condition.
    pub(super) fn body(&self) -> Result<String> {
        let mut conditions = serde_json::Map::new();
        let fields = [
            ("min_answers", &self.min_answers),
            ("coverage", &self.coverage),
            ("max_next_new", &self.max_next_new),
            ("h_half_width", &self.h_half_width),
            ("agreement_half_width", &self.agreement_half_width),
        ];
        for (name, typed) in fields {
            if let Some(number) = number(name, typed)? {
                conditions.insert(name.to_owned(), number);
            }
        }
        match self.action.as_str() {
            "remove" => Ok("{}".to_owned()),
            _ if conditions.is_empty() => Err(Error::invalid("", "fill in at least one condition")),
            _ => Ok(serde_json::Value::Object(conditions).to_string()),
        }
    }

    /// What was typed, to be shown again beside the rule in force.
    pub(super) fn typed(self, now: &StopRuleForm, problem: String) -> StopRuleForm {
        StopRuleForm {
            min_answers: self.min_answers,
            coverage: self.coverage,
            max_next_new: self.max_next_new,
            h_half_width: self.h_half_width,
            agreement_half_width: self.agreement_half_width,
            version: now.version,
            is_set: now.is_set,
            problem: Some(problem),
        }
    }
}

/// What was typed as a number: `0.95`, `0,95` and `95 %` are the same.
fn number(name: &str, typed: &str) -> Result<Option<serde_json::Value>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let wrong = || Error::invalid("", format!("`{typed}` is no number for {}", name.replace('_', " ")));
    if let Ok(whole) = typed.parse::<u64>() {
        return Ok(Some(whole.into()));
    }
    let (digits, parts) = match typed.strip_suffix('%') {
        Some(digits) => (digits.trim_end(), 100.0),
        None => (typed, 1.0),
    };
    let number: f64 = digits.replace(',', ".").parse().map_err(|_| wrong())?;
    let number = serde_json::Number::from_f64(number / parts).ok_or_else(wrong)?;
    Ok(Some(number.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_a_rule() {
        let fields = Fields {
            min_answers: " 20 ".to_owned(),
            coverage: "95 %".to_owned(),
            h_half_width: "0,25".to_owned(),
            ..Fields::default()
        };
        assert_eq!(fields.body().unwrap(), r#"{"coverage":0.95,"h_half_width":0.25,"min_answers":20}"#);
        let removed = Fields { action: "remove".to_owned(), ..fields };
        assert_eq!(removed.body().unwrap(), "{}");
        assert!(Fields::default().body().is_err(), "nothing is no rule, but a slip");
        for typed in ["much", "NaN", "inf", "%"] {
            let wrong = Fields { coverage: typed.to_owned(), ..Fields::default() };
            let message = wrong.body().unwrap_err().message;
            assert!(message.contains("coverage"), "{typed}: {message}");
        }
    }
}
