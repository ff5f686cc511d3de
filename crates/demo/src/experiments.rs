//! The two experiments of the demo.

use nameit_domain::NewExperiment;
use nameit_domain::experiment::Access;
use nameit_domain::stimulus::{Target, TargetStyle};
use nameit_domain::text::{ConsentText, Language, Question, Title};

use crate::{Content, Experiment, Stimulus};

const CONSENT: &str = "This is a demonstration. Its answers come from simulated participants, and from you if \
you like.\n\nYou will see a few pictures or colours, one at a time. Please type the name that comes to mind \
first. There are no wrong answers. You can stop at any time and have your answers deleted.";

/// Share of people who cannot name something that nearly everybody knows.
const DONT_KNOW: f64 = 0.012;

/// Both experiments.
pub fn experiments() -> Vec<Experiment> {
    vec![colours(), scenes()]
}

/// Naming of a grid of colours.
pub fn colours() -> Experiment {
    let stimuli = crate::colours::grid()
        .into_iter()
        .map(|(key, colour)| Stimulus {
            key,
            content: Content::Colour(colour),
            names: crate::colours::names(colour),
            dont_know: DONT_KNOW,
        })
        .collect();
    Experiment {
        new: new("Demo: What do you call this colour?", "What do you call this colour?"),
        stimuli,
        participants: 60,
    }
}

/// Naming of marked objects in drawn scenes.
pub fn scenes() -> Experiment {
    let mut stimuli = Vec::new();
    for scene in crate::scene::all() {
        let png = scene.png();
        for (at, thing) in scene.targets().enumerate() {
            let style = if at % 3 == 2 { TargetStyle::Dim } else { TargetStyle::Outline };
            stimuli.push(Stimulus {
                key: format!("{}-{}", scene.name, thing.key),
                content: Content::Scene { png: png.clone(), target: Target { shape: thing.target(), style } },
                names: thing.names.iter().map(|(name, weight)| ((*name).to_owned(), *weight)).collect(),
                dont_know: DONT_KNOW,
            });
        }
    }
    Experiment {
        new: new("Demo: Objects in scenes", "What is the marked object called?"),
        stimuli,
        participants: 48,
    }
}

fn new(title: &str, question: &str) -> NewExperiment {
    const FITS: &str = "the demo's own texts are valid";
    NewExperiment {
        title: Title::parse(title).expect(FITS),
        question: Question::parse(question).expect(FITS),
        language: Language::parse("en").expect(FITS),
        consent_text: ConsentText::parse(CONSENT).expect(FITS),
        access: Access::Public,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use nameit_domain::text::StimulusKey;

    use super::*;

    #[test]
    fn keys_are_valid_and_different_and_every_stimulus_has_names() {
        for experiment in experiments() {
            let keys: HashSet<_> = experiment.stimuli.iter().map(|stimulus| stimulus.key.clone()).collect();
            assert_eq!(keys.len(), experiment.stimuli.len());
            for stimulus in &experiment.stimuli {
                StimulusKey::parse(&stimulus.key).unwrap();
                assert!(!stimulus.names.is_empty(), "{}", stimulus.key);
            }
        }
    }

    #[test]
    fn scenes_are_pictures_that_the_gateway_takes() {
        let experiment = scenes();
        assert!(experiment.stimuli.len() >= 15);
        for stimulus in &experiment.stimuli {
            let Content::Scene { png, .. } = &stimulus.content else { panic!("scenes are pictures") };
            let picture = image::load_from_memory(png).unwrap();
            assert_eq!((picture.width(), picture.height()), (1200, 800));
        }
    }
}
