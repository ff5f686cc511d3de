//! Scenes and parts as a table: one row per attribute of an object, one per part of a whole.

use std::collections::{BTreeMap, BTreeSet};

use crate::descriptions::scene::{Object, Scene};
use crate::descriptions::text::line_of;

/// The columns, in the order in which they are written.
const COLUMNS: [&str; 5] = ["stimulus", "object", "role", "attribute", "value"];

/// The role of a part.
const PART: &str = "part";

/// What is wrong with a table of scenes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// A column is missing.
    #[error("the column `{column}` is missing: the columns are stimulus, object, role, attribute, value")]
    NoColumn {
        /// Its name.
        column: &'static str,
    },
    /// A row cannot be read, or has a cell too few.
    #[error("line {line}: not readable as CSV with as many cells as the header")]
    Malformed {
        /// Line in the text, from 1.
        line: u64,
    },
    /// A cell is empty.
    #[error("line {line}: `{column}` is empty")]
    Empty {
        /// Line in the text, from 1.
        line: u64,
        /// Name of the column.
        column: &'static str,
    },
    /// The role is none of the three.
    #[error("line {line}: `{role}` is no role; write target, distractor or part")]
    Role {
        /// Line in the text, from 1.
        line: u64,
        /// What stands there.
        role: String,
    },
    /// A part has an attribute.
    #[error(
        "line {line}: a part has no attributes here; leave attribute and value empty, and describe what is to be seen in rows of its own stimulus"
    )]
    PartAttribute {
        /// Line in the text, from 1.
        line: u64,
    },
    /// An object has two roles.
    #[error("line {line}: `{object}` of `{stimulus}` is both target and distractor")]
    BothRoles {
        /// Line in the text, from 1.
        line: u64,
        /// Key of the stimulus.
        stimulus: String,
        /// The object.
        object: String,
    },
    /// A stimulus has two targets.
    #[error("line {line}: `{stimulus}` has two targets; a scene has one")]
    TwoTargets {
        /// Line in the text, from 1.
        line: u64,
        /// Key of the stimulus.
        stimulus: String,
    },
    /// A stimulus has no target.
    #[error("`{stimulus}` has no target: one of its objects must have the role target")]
    NoTarget {
        /// Key of the stimulus.
        stimulus: String,
    },
}

/// What a table says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// By key of the stimulus: its scene.
    pub scenes: BTreeMap<String, Scene>,
    /// By key of the stimulus that shows a whole: the keys of those that show its parts.
    pub parts: BTreeMap<String, BTreeSet<String>>,
}

/// The objects of a stimulus, in the order in which they first come.
#[derive(Default)]
struct Draft {
    target: Option<(String, Object)>,
    distractors: Vec<(String, Object)>,
}

impl super::Annotations {
    /// Reads scenes and parts from CSV with the columns `stimulus`, `object` (any name that tells the objects of a
    /// stimulus apart), `role` (`target` or `distractor`), `attribute` and `value`, in any order; other columns are
    /// passed over. With the role `part`, `object` is the key of a stimulus that shows a part of `stimulus`, and
    /// attribute and value are empty. Commas, semicolons and tabs separate.
    pub fn parse_table(text: &str) -> Result<Table, TableError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let header = text.lines().next().unwrap_or_default();
        let delimiter = [b',', b';', b'\t']
            .into_iter()
            .max_by_key(|candidate| header.bytes().filter(|byte| byte == candidate).count());
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter.unwrap_or(b','))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let headers = reader.headers().map_err(|_| TableError::Malformed { line: 1 })?.clone();
        let mut places = [0; 5];
        for (place, column) in places.iter_mut().zip(COLUMNS) {
            let found = headers.iter().position(|header| header.eq_ignore_ascii_case(column));
            *place = found.ok_or(TableError::NoColumn { column })?;
        }
        let mut drafts: BTreeMap<String, Draft> = BTreeMap::new();
        let mut parts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let line_at =
            |position: Option<&csv::Position>| line_of(text, position.map_or(0, csv::Position::byte));
        for row in reader.records() {
            let row = row.map_err(|error| TableError::Malformed { line: line_at(error.position()) })?;
            let line = || line_at(row.position());
            let cells = places.map(|place| row.get(place).unwrap_or_default());
            let [stimulus, object, role, attribute, value] = cells;
            let is_part = role.eq_ignore_ascii_case(PART);
            let needed = if is_part { 3 } else { cells.len() };
            if let Some(empty) = cells[..needed].iter().position(|cell| cell.is_empty()) {
                return Err(TableError::Empty { line: line(), column: COLUMNS[empty] });
            }
            if is_part {
                if !attribute.is_empty() || !value.is_empty() {
                    return Err(TableError::PartAttribute { line: line() });
                }
                parts.entry(stimulus.to_owned()).or_default().insert(object.to_owned());
                continue;
            }
            drafts
                .entry(stimulus.to_owned())
                .or_default()
                .object(&line, stimulus, object, role)?
                .insert(attribute, value);
        }
        let scenes: Result<BTreeMap<String, Scene>, TableError> = drafts
            .into_iter()
            .map(|(stimulus, draft)| Ok((stimulus.clone(), draft.scene(stimulus)?)))
            .collect();
        Ok(Table { scenes: scenes?, parts })
    }

    /// Scenes and parts as [`Self::parse_table`] reads them, with commas; distractors are numbered.
    pub fn to_table(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(COLUMNS).expect("writing to memory does not fail");
        for (stimulus, scene) in &self.scenes {
            for (index, object) in scene.objects().enumerate() {
                let (name, role) = match index {
                    0 => ("target".to_owned(), "target"),
                    number => (format!("distractor {number}"), "distractor"),
                };
                for (attribute, values) in object.attributes() {
                    for value in values {
                        writer
                            .write_record([stimulus, &name, role, attribute, value])
                            .expect("writing to memory does not fail");
                    }
                }
            }
        }
        for (stimulus, parts) in &self.parts {
            for part in parts {
                writer.write_record([stimulus, part, PART, "", ""]).expect("writing to memory does not fail");
            }
        }
        let bytes = writer.into_inner().expect("writing to memory does not fail");
        String::from_utf8(bytes).expect("only text was written")
    }
}

impl Draft {
    fn object(
        &mut self,
        line: &dyn Fn() -> u64,
        stimulus: &str,
        object: &str,
        role: &str,
    ) -> Result<&mut Object, TableError> {
        let is_target = self.target.as_ref().is_some_and(|(name, _)| name == object);
        let place = self.distractors.iter().position(|(name, _)| name == object);
        let both = || TableError::BothRoles {
            line: line(),
            stimulus: stimulus.to_owned(),
            object: object.to_owned(),
        };
        match role.to_lowercase().as_str() {
            "target" if place.is_some() => Err(both()),
            "target" if self.target.is_some() && !is_target => {
                Err(TableError::TwoTargets { line: line(), stimulus: stimulus.to_owned() })
            }
            "target" => Ok(&mut self.target.get_or_insert_with(|| (object.to_owned(), Object::default())).1),
            "distractor" if is_target => Err(both()),
            "distractor" => {
                let place = place.unwrap_or_else(|| {
                    self.distractors.push((object.to_owned(), Object::default()));
                    self.distractors.len() - 1
                });
                Ok(&mut self.distractors[place].1)
            }
            _ => Err(TableError::Role { line: line(), role: role.to_owned() }),
        }
    }

    fn scene(self, stimulus: String) -> Result<Scene, TableError> {
        let (_, target) = self.target.ok_or(TableError::NoTarget { stimulus })?;
        Ok(Scene { target, distractors: self.distractors.into_iter().map(|(_, object)| object).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptions::Annotations;

    const TABLE: &str = "\
stimulus,object,role,attribute,value
cups,a,target,colour,red
cups,a,target,size,big
cups,b,distractor,colour,blue
cups,c,distractor,colour,red
tack,x,Target,colour,green
bird,bird-wing,Part,,
bird,bird-head,part,,
";

    #[test]
    fn scenes_are_read_and_written() {
        let Table { scenes, parts } = Annotations::parse_table(TABLE).unwrap();
        assert_eq!(scenes["cups"].target, Object::from_iter([("colour", "red"), ("size", "big")]));
        assert_eq!(scenes["cups"].distractors.len(), 2);
        assert!(scenes["tack"].distractors.is_empty());
        assert!(!scenes.contains_key("bird"), "a whole needs no scene");
        assert_eq!(parts["bird"], BTreeSet::from(["bird-head".to_owned(), "bird-wing".to_owned()]));
        let annotations = Annotations { scenes, parts, ..Annotations::default() };
        let Table { scenes, parts } = Annotations::parse_table(&annotations.to_table()).unwrap();
        assert_eq!((scenes, parts), (annotations.scenes, annotations.parts));
    }

    #[test]
    fn other_separators_and_orders_of_columns_are_read() {
        let text = "\u{feff}Value;attribute;ROLE;object;stimulus;note\nred;colour;target;1;s;x\n";
        let Table { scenes, .. } = Annotations::parse_table(text).unwrap();
        assert!(scenes["s"].target.has("colour", "red"));
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_line() {
        let text = |rows: &str| format!("stimulus,object,role,attribute,value\n{rows}");
        for (rows, expected) in [
            ("s,a,goal,colour,red", "line 2: `goal` is no role; write target, distractor or part"),
            (
                "s,a,part,,red",
                "line 2: a part has no attributes here; leave attribute and value empty, and describe what is to be seen in rows of its own stimulus",
            ),
            ("s,,part,,", "line 2: `object` is empty"),
            (
                "s,a,target,colour,red\ns,a,distractor,size,big",
                "line 3: `a` of `s` is both target and distractor",
            ),
            (
                "s,a,distractor,colour,red\ns,a,target,size,big",
                "line 3: `a` of `s` is both target and distractor",
            ),
            ("s,a,target,colour,red\ns,b,target,size,big", "line 3: `s` has two targets; a scene has one"),
            ("s,a,distractor,colour,red", "`s` has no target: one of its objects must have the role target"),
            ("\ns,a,target,colour,", "line 3: `value` is empty"),
            ("s,a,target,colour", "line 2: not readable as CSV with as many cells as the header"),
        ] {
            assert_eq!(Annotations::parse_table(&text(rows)).unwrap_err().to_string(), expected);
        }
        let error = Annotations::parse_table("a,b\n1,2").unwrap_err();
        assert_eq!(error, TableError::NoColumn { column: "stimulus" });
        assert_eq!(Annotations::parse_table(&text("")).unwrap(), Table::default());
    }
}
