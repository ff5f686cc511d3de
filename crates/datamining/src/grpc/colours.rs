//! `nameit.datamining.v1.ColoursService`.

use nameit_analysis::colour::{ColourCounts, NamedColour, NamingMatrix, Plane, Reading, WhitePoint};
use nameit_domain::stimulus::{Stimulus, StimulusKind};
use nameit_proto::datamining::v1::colours_service_server::ColoursService;
use nameit_proto::datamining::v1::{GetColoursRequest, GetColoursResponse};
use tonic::{Request, Response, Status};

use super::computed;
use super::report::parse_id;
use crate::mined::Mined;
use crate::registry::Registry;
use crate::wire::colours as wire;

/// Terms in one answer when no number is asked for, and at most.
const TERMS_DEFAULT: usize = 100;
const TERMS_MAX: usize = 10_000;

/// The same for terms that are related to each other: their pairs grow with the square.
const RELATED_DEFAULT: usize = 16;
const RELATED_MAX: usize = 40;

/// The service.
#[derive(Debug)]
pub struct Colours {
    /// What is followed.
    pub registry: Registry,
}

#[tonic::async_trait]
impl ColoursService for Colours {
    async fn get_colours(
        &self,
        request: Request<GetColoursRequest>,
    ) -> Result<Response<GetColoursResponse>, Status> {
        let request = request.into_inner();
        let id = parse_id(&request.experiment_id)?;
        let white = white(&request.white)?;
        let stimuli = self.registry.stimuli(id).await?;
        let live = self.registry.up_to_date(id).await?;
        // Copied, so that nobody waits while it is looked through.
        let (counts, language) = {
            let published = live.published();
            (counts(&published.mined, &stimuli, white), published.mined.names().language.to_string())
        };
        let colours = computed(move || {
            let (ordinals, counts): (Vec<u32>, Vec<ColourCounts>) = counts.into_iter().unzip();
            let matrix = NamingMatrix::new(white, counts);
            let reading = Reading { language, focal_min_n: request.focal_min_n.max(1) };
            let plane = if request.by_chroma { Plane::ChromaLightness } else { Plane::HueLightness };
            let related = limit(request.related_limit, RELATED_DEFAULT, RELATED_MAX);
            let terms = limit(request.terms_limit, TERMS_DEFAULT, TERMS_MAX);
            wire::colour_naming(&matrix, &ordinals, &reading, plane, terms, related)
        })
        .await?;
        Ok(Response::new(GetColoursResponse { colours: Some(colours) }))
    }
}

/// The names of every stimulus that is a colour, by its ordinal.
fn counts(mined: &Mined, stimuli: &[Stimulus], white: WhitePoint) -> Vec<(u32, ColourCounts)> {
    let counted = |stimulus: &Stimulus| {
        let StimulusKind::Colour(colour) = stimulus.kind else { return None };
        let norms = mined.tally().norms(stimulus.ordinal);
        let counts = ColourCounts {
            colour: NamedColour::of_srgb(stimulus.key.as_str(), colour, white),
            names: norms.names,
            non_answers: norms.non_answers,
        };
        Some((stimulus.ordinal, counts))
    };
    stimuli.iter().filter_map(counted).collect()
}

fn white(word: &str) -> Result<WhitePoint, Status> {
    if word.is_empty() {
        return Ok(WhitePoint::default());
    }
    word.parse().map_err(|error: nameit_domain::Invalid| Status::invalid_argument(error.to_string()))
}

fn limit(asked: u32, default: usize, most: usize) -> usize {
    if asked == 0 { default } else { (asked as usize).min(most) }
}
