//! Spelling variants: analysis → wire, and operations of a person wire → analysis.

use nameit_analysis::naming::Naming;
use nameit_analysis::normalise::{Normalisation, Pipeline, Step};
use nameit_analysis::tally::Tally;
use nameit_analysis::variants::{
    Change, Group, Operation, Overall, Proposal, Vocabulary, before_after, proposals,
};
use nameit_proto::datamining::v1::GetVariantsRequest;
use nameit_proto::findings::v1 as wire;
use tonic::Status;

use crate::names::Names;

/// Proposals and groups in one answer when no number is asked for, and at most.
const LIMIT_DEFAULT: usize = 100;
const LIMIT_MAX: usize = 2000;

/// Rejected pairs in one answer.
const REJECTED_MAX: usize = 1000;

/// Warnings in one answer.
const WARNINGS_MAX: usize = 100;

/// Stimuli that are listed with what merging changes.
const CHANGES_MAX: usize = 20;

/// All that is told about the variants of an experiment. `tally` counts by `names`; `key` finds the key of a
/// stimulus.
pub(crate) fn variants(
    tally: &Tally,
    names: &Names,
    key: impl Fn(u32) -> String,
    request: &GetVariantsRequest,
) -> wire::Variants {
    let (decisions, language) = (&names.decisions, &names.language);
    let typed = Naming::new(Pipeline::from(Normalisation::None).normaliser(language));
    let normalised = Naming::new(decisions.steps.normaliser(language));
    let normalising = before_after(tally, &typed, &normalised, 0);
    let merging = before_after(tally, &normalised, tally.naming(), CHANGES_MAX);
    let vocabulary = Vocabulary::of(tally);
    let unmerged = Vocabulary::under(tally, &normalised);

    let text = request.text.to_lowercase();
    let fits = |name: &str| text.is_empty() || name.to_lowercase().contains(&text);
    let mut proposed = proposals(&vocabulary, decisions, language);
    proposed.retain(|proposal| {
        proposal.score >= request.min_score && (fits(&proposal.from) || fits(&proposal.to))
    });
    let mut groups = decisions.groups(&unmerged);
    groups.retain(|group| fits(&group.canonical) || group.members.iter().any(|member| fits(&member.name)));
    wire::Variants {
        version: names.version,
        steps: Step::ALL.into_iter().map(|step| self::step(step, decisions.steps.has(step))).collect(),
        normalisation: decisions.steps.ready_made().map(|ready_made| ready_made.as_str().to_owned()),
        names: vocabulary.len() as u64,
        proposals_total: proposed.len() as u64,
        proposals: page(proposed, request.proposals_offset, request.proposals_limit)
            .map(|proposal| self::proposal(proposal, &key))
            .collect(),
        groups_total: groups.len() as u64,
        groups: page(groups, request.groups_offset, request.groups_limit).map(group).collect(),
        rejected: decisions
            .rejected()
            .take(REJECTED_MAX)
            .map(|pair| wire::RejectedVariant { from: pair.from.clone(), to: pair.to.clone() })
            .collect(),
        warnings: decisions.warnings(&unmerged).iter().take(WARNINGS_MAX).map(ToString::to_string).collect(),
        typed: Some(figures(&normalising.before)),
        normalised: Some(figures(&merging.before)),
        merged: Some(figures(&merging.after)),
        changed_stimuli: merging.changed,
        changes: merging.changes.into_iter().map(|change| self::change(change, &key)).collect(),
    }
}

/// What a person wants to do; `accept_all` becomes one operation per proposal.
pub(crate) fn operations(
    wanted: Vec<wire::VariantOperation>,
    all: impl Fn(f64) -> Vec<Proposal>,
) -> Result<Vec<Operation>, Status> {
    let mut operations = Vec::new();
    for (place, operation) in (1..).zip(wanted) {
        let wrong = |what: &str| Status::invalid_argument(format!("operation {place}: {what}"));
        let wire::VariantOperation { kind, names, canonical, steps, file, min_score } = operation;
        if kind == "accept_all" {
            if !(0.0..=1.0).contains(&min_score) {
                return Err(wrong("min_score has to be from 0 to 1"));
            }
            let accept = |proposal: Proposal| Operation::Accept { from: proposal.from, to: proposal.to };
            operations.extend(all(min_score).into_iter().map(accept));
            continue;
        }
        let mut first = {
            let mut names = names.clone().into_iter();
            move || names.next().ok_or_else(|| wrong("`names` is empty; name what it is about"))
        };
        operations.push(match kind.as_str() {
            "accept" => Operation::Accept { from: first()?, to: canonical },
            "reject" => Operation::Reject { from: first()?, to: canonical },
            "reconsider" => Operation::Reconsider { from: first()?, to: canonical },
            "rename" => Operation::Rename { canonical, new: first()? },
            "split" => {
                first()?;
                operations.extend(names.into_iter().map(Operation::Split));
                continue;
            }
            "dissolve" => Operation::Dissolve(canonical),
            "merge" => Operation::Merge { names, canonical },
            "replace" => Operation::Replace(file),
            "add" => Operation::Add(file),
            "steps" => {
                let steps: Result<Pipeline, _> = steps.iter().map(|step| step.parse::<Step>()).collect();
                Operation::Steps(steps.map_err(|unknown| wrong(&unknown.to_string()))?)
            }
            _ => {
                return Err(wrong(
                    "`kind` has to be accept, reject, reconsider, split, dissolve, merge, rename, steps, replace, \
                     add or accept_all",
                ));
            }
        });
    }
    Ok(operations)
}

fn page<T>(all: Vec<T>, offset: u32, limit: u32) -> impl Iterator<Item = T> {
    let limit = if limit == 0 { LIMIT_DEFAULT } else { (limit as usize).min(LIMIT_MAX) };
    all.into_iter().skip(offset as usize).take(limit)
}

fn step(step: Step, on: bool) -> wire::NormalisationStep {
    let (before, after) = step.example();
    wire::NormalisationStep {
        name: step.name().to_owned(),
        label: step.label().to_owned(),
        explanation: step.explanation().to_owned(),
        example_before: before.to_owned(),
        example_after: after.to_owned(),
        on,
    }
}

fn proposal(proposal: Proposal, key: impl Fn(u32) -> String) -> wire::VariantProposal {
    wire::VariantProposal {
        from: proposal.from,
        to: proposal.to,
        from_count: proposal.from_count,
        to_count: proposal.to_count,
        distance: proposal.distance,
        reasons: proposal.reasons.iter().map(|reason| reason.name().to_owned()).collect(),
        from_stimuli: proposal.from_stimuli,
        to_stimuli: proposal.to_stimuli,
        shared_stimuli: proposal.shared_stimuli,
        shared_count: proposal.shared_count,
        stimuli: proposal.stimuli.iter().copied().map(key).collect(),
        ordinals: proposal.stimuli,
        alternatives: proposal.alternatives,
        score: proposal.score,
    }
}

fn group(group: Group) -> wire::VariantGroup {
    let member = |member: nameit_analysis::variants::Member| wire::VariantMember {
        name: member.name,
        count: member.count,
    };
    wire::VariantGroup {
        canonical: group.canonical,
        count: group.count,
        canonical_count: group.canonical_count,
        members: group.members.into_iter().map(member).collect(),
    }
}

fn figures(overall: &Overall) -> wire::VariantFigures {
    wire::VariantFigures {
        n: overall.n,
        types: overall.types,
        singletons: overall.singletons,
        coverage: overall.coverage,
        mean_types: overall.mean_types,
        mean_h: overall.mean_h,
        mean_agreement: overall.mean_agreement,
        mean_coverage: overall.mean_coverage,
    }
}

fn change(change: Change, key: impl Fn(u32) -> String) -> wire::VariantChange {
    let Change { ordinal, before, after } = change;
    wire::VariantChange {
        stimulus: key(ordinal),
        ordinal,
        types_before: before.types,
        types_after: after.types,
        modal_name_before: before.modal_name,
        modal_name_after: after.modal_name,
        h_before: before.h,
        h_after: after.h,
        agreement_before: before.agreement,
        agreement_after: after.agreement,
        coverage_before: before.coverage,
        coverage_after: after.coverage,
    }
}
