//! Samples of the page of agreement.

use nameit_domain::experiment::ExperimentState;
use nameit_proto::findings::v1 as findings;

use super::Pages;
use super::things::{HOSTILE, experiment, site};
use crate::views::Section;
use crate::views::agreement::AgreementPage;

pub(super) fn pages(pages: &mut Pages) {
    pages.add("agreement-empty", &page(findings::Agreement::default()));
    pages.add("agreement", &page(found()));
    let undefined = findings::Agreement {
        names: Some(findings::NameAgreement {
            alpha: Some(undefined("nominal")),
            kappa_undefined: Some(HOSTILE.to_owned()),
            unpaired_stimuli: 2,
            ..findings::NameAgreement::default()
        }),
        numbers: None,
        ..findings::Agreement::default()
    };
    pages.add("agreement-undefined", &page(undefined));
}

fn page(found: findings::Agreement) -> AgreementPage {
    AgreementPage {
        site: site(Section::Experiments),
        experiment: experiment("Objects in the kitchen", ExperimentState::Published),
        names: found.names.clone().unwrap_or_default(),
        numbers: found.numbers.clone().unwrap_or_default(),
        found,
    }
}

fn alpha(metric: &str) -> findings::Alpha {
    findings::Alpha {
        metric: metric.to_owned(),
        alpha: Some(0.743_421),
        undefined: None,
        low: Some(0.61),
        high: Some(0.85),
        replicates: 1000,
        seed: 20_250_401,
        level: 0.95,
    }
}

fn undefined(metric: &str) -> findings::Alpha {
    let undefined = Some(HOSTILE.to_owned());
    findings::Alpha { alpha: None, low: None, high: None, undefined, ..alpha(metric) }
}

fn found() -> findings::Agreement {
    findings::Agreement {
        participants: 1_204,
        names: Some(findings::NameAgreement {
            stimuli: 24,
            answers: 28_733,
            answers_min: Some(1_190),
            answers_max: Some(1_201),
            unpaired_stimuli: 1,
            types: 812,
            alpha: Some(alpha("nominal")),
            kappa: Some(0.71),
            kappa_undefined: None,
            answers_per_stimulus: Some(35),
            observed_agreement: Some(0.64),
            expected_agreement: Some(0.021),
        }),
        numbers: Some(findings::NumberAgreement {
            stimuli: 4,
            answers: 4_700,
            unpaired_stimuli: 1,
            words: 3,
            word_stimuli: 20,
            alphas: vec![alpha("ordinal"), alpha("interval"), undefined("ratio")],
        }),
        non_answers: 113,
        unanswered_stimuli: 2,
        variants_version: 3,
    }
}
