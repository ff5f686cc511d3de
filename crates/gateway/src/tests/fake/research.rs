//! What researchers make.

use nameit_proto::common::v1 as common;
use nameit_proto::storage::v1::*;
use tonic::{Request, Response, Status, Streaming};

use super::Fake;

type Answer<T> = Result<Response<T>, Status>;

#[expect(clippy::unnecessary_wraps, reason = "the shape that every method returns")]
fn say<T>(message: T) -> Answer<T> {
    Ok(Response::new(message))
}

fn missing() -> Status {
    Status::not_found("there is no such thing")
}

#[tonic::async_trait]
impl researcher_service_server::ResearcherService for Fake {
    async fn create_researcher(
        &self,
        request: Request<CreateResearcherRequest>,
    ) -> Answer<CreateResearcherResponse> {
        let CreateResearcherRequest { researcher, password_hash } = request.into_inner();
        let researcher = researcher.unwrap();
        let mut data = self.data();
        if data.researchers.values().any(|(other, _)| other.handle == researcher.handle) {
            return Err(Status::already_exists("handle exists already"));
        }
        data.researchers.insert(researcher.id.clone(), (researcher, password_hash));
        say(CreateResearcherResponse {})
    }

    async fn get_credentials(
        &self,
        request: Request<GetCredentialsRequest>,
    ) -> Answer<GetCredentialsResponse> {
        let handle = request.into_inner().handle;
        let data = self.data();
        let found = data.researchers.values().find(|(researcher, _)| researcher.handle == handle);
        let (researcher, password_hash) = found.cloned().ok_or_else(missing)?;
        say(GetCredentialsResponse { researcher: Some(researcher), password_hash })
    }

    async fn get_researcher(&self, request: Request<GetResearcherRequest>) -> Answer<GetResearcherResponse> {
        let found = self.data().researchers.get(&request.get_ref().id).cloned();
        say(GetResearcherResponse { researcher: Some(found.ok_or_else(missing)?.0) })
    }

    async fn update_researcher(
        &self,
        request: Request<UpdateResearcherRequest>,
    ) -> Answer<UpdateResearcherResponse> {
        let researcher = request.into_inner().researcher.unwrap();
        let id = researcher.id.clone();
        self.data().researchers.get_mut(&id).ok_or_else(missing)?.0 = researcher;
        say(UpdateResearcherResponse {})
    }

    async fn update_password_hash(
        &self,
        request: Request<UpdatePasswordHashRequest>,
    ) -> Answer<UpdatePasswordHashResponse> {
        let UpdatePasswordHashRequest { researcher_id, password_hash } = request.into_inner();
        self.data().researchers.get_mut(&researcher_id).ok_or_else(missing)?.1 = password_hash;
        say(UpdatePasswordHashResponse {})
    }

    async fn create_session(&self, request: Request<CreateSessionRequest>) -> Answer<CreateSessionResponse> {
        let session = request.into_inner().session.unwrap();
        self.data().sessions.insert(session.secret_hash.clone(), session);
        say(CreateSessionResponse {})
    }

    async fn find_session(&self, request: Request<FindSessionRequest>) -> Answer<FindSessionResponse> {
        let FindSessionRequest { secret_hash, now } = request.into_inner();
        let data = self.data();
        let session = data.sessions.get(&secret_hash).cloned().ok_or_else(missing)?;
        if session.expires_at.unwrap().seconds <= now.unwrap().seconds {
            return Err(missing());
        }
        let researcher = data.researchers[&session.researcher_id].0.clone();
        say(FindSessionResponse { session: Some(session), researcher: Some(researcher) })
    }

    async fn delete_session(&self, request: Request<DeleteSessionRequest>) -> Answer<DeleteSessionResponse> {
        self.data().sessions.remove(&request.get_ref().secret_hash);
        say(DeleteSessionResponse {})
    }

    async fn list_sessions(&self, request: Request<ListSessionsRequest>) -> Answer<ListSessionsResponse> {
        let id = request.into_inner().researcher_id;
        let data = self.data();
        let sessions =
            data.sessions.values().filter(|session| session.researcher_id == id).cloned().collect();
        say(ListSessionsResponse { sessions })
    }
}

impl Fake {
    fn with_count(&self, id: &str) -> Option<common::Experiment> {
        let data = self.data();
        let mut experiment = data.experiments.get(id).cloned()?;
        experiment.stimulus_count = data.stimuli.get(id).map_or(0, Vec::len) as u32;
        Some(experiment)
    }
}

#[tonic::async_trait]
impl experiment_service_server::ExperimentService for Fake {
    async fn create_experiment(
        &self,
        request: Request<CreateExperimentRequest>,
    ) -> Answer<CreateExperimentResponse> {
        let experiment = request.into_inner().experiment.unwrap();
        self.data().experiments.insert(experiment.id.clone(), experiment);
        say(CreateExperimentResponse {})
    }

    async fn copy_experiment(
        &self,
        request: Request<CopyExperimentRequest>,
    ) -> Answer<CopyExperimentResponse> {
        let CopyExperimentRequest { original_id, copy } = request.into_inner();
        let copy = copy.unwrap();
        let mut data = self.data();
        let stimuli = data.stimuli.get(&original_id).cloned().unwrap_or_default();
        data.stimuli.insert(copy.id.clone(), stimuli);
        data.experiments.insert(copy.id.clone(), copy);
        say(CopyExperimentResponse {})
    }

    async fn get_experiment(&self, request: Request<GetExperimentRequest>) -> Answer<GetExperimentResponse> {
        let id = match request.into_inner().key.unwrap() {
            get_experiment_request::Key::Id(id) => id,
            get_experiment_request::Key::Slug(slug) => {
                let data = self.data();
                let found = data.experiments.values().find(|experiment| experiment.slug == slug);
                found.ok_or_else(missing)?.id.clone()
            }
        };
        say(GetExperimentResponse { experiment: Some(self.with_count(&id).ok_or_else(missing)?) })
    }

    async fn list_experiments(
        &self,
        request: Request<ListExperimentsRequest>,
    ) -> Answer<ListExperimentsResponse> {
        let of = request.into_inner().of.unwrap();
        let data = self.data();
        let wanted = |experiment: &&common::Experiment| match &of {
            list_experiments_request::Of::Owner(owner) => experiment.owner == *owner,
            list_experiments_request::Of::PublicLimit(_) => {
                experiment.access() == common::AccessKind::Public
                    && experiment.state() == common::ExperimentState::Published
            }
        };
        say(ListExperimentsResponse {
            experiments: data.experiments.values().filter(wanted).cloned().collect(),
        })
    }

    async fn update_experiment(
        &self,
        request: Request<UpdateExperimentRequest>,
    ) -> Answer<UpdateExperimentResponse> {
        let experiment = request.into_inner().experiment.unwrap();
        self.data().experiments.insert(experiment.id.clone(), experiment);
        say(UpdateExperimentResponse {})
    }

    async fn set_experiment_state(
        &self,
        request: Request<SetExperimentStateRequest>,
    ) -> Answer<SetExperimentStateResponse> {
        let SetExperimentStateRequest { id, state } = request.into_inner();
        let present = self.with_count(&id).ok_or_else(missing)?;
        if present.stimulus_count == 0 {
            return Err(Status::failed_precondition("an experiment without stimuli cannot be published"));
        }
        self.data().experiments.get_mut(&id).unwrap().state = state;
        say(SetExperimentStateResponse { experiment: self.with_count(&id) })
    }

    async fn delete_experiment(
        &self,
        request: Request<DeleteExperimentRequest>,
    ) -> Answer<DeleteExperimentResponse> {
        let mut data = self.data();
        let experiment = data.experiments.remove(&request.get_ref().id).ok_or_else(missing)?;
        data.trash.insert(experiment.id.clone(), experiment);
        say(DeleteExperimentResponse {})
    }

    async fn restore_experiment(
        &self,
        request: Request<RestoreExperimentRequest>,
    ) -> Answer<RestoreExperimentResponse> {
        let mut data = self.data();
        let experiment = data.trash.remove(&request.get_ref().id).ok_or_else(missing)?;
        data.experiments.insert(experiment.id.clone(), experiment.clone());
        say(RestoreExperimentResponse { experiment: Some(experiment) })
    }

    async fn list_deleted_experiments(
        &self,
        request: Request<ListDeletedExperimentsRequest>,
    ) -> Answer<ListDeletedExperimentsResponse> {
        let owner = request.into_inner().owner;
        let data = self.data();
        let mine = data.trash.values().filter(|experiment| experiment.owner == owner);
        let experiments = mine.map(|experiment| DeletedExperiment {
            experiment: Some(experiment.clone()),
            deleted_at: experiment.created_at,
        });
        say(ListDeletedExperimentsResponse { experiments: experiments.collect() })
    }
}

#[tonic::async_trait]
impl stimulus_service_server::StimulusService for Fake {
    async fn put_stimuli(&self, request: Request<PutStimuliRequest>) -> Answer<PutStimuliResponse> {
        let PutStimuliRequest { experiment_id, stimuli: new } = request.into_inner();
        let mut data = self.data();
        let stimuli = data.stimuli.entry(experiment_id).or_default();
        let mut stored = Vec::new();
        for mut stimulus in new {
            let place = stimuli.iter().position(|other| other.key == stimulus.key);
            stimulus.ordinal = place.unwrap_or(stimuli.len()) as u32;
            match place {
                Some(place) => stimuli[place] = stimulus.clone(),
                None => stimuli.push(stimulus.clone()),
            }
            stored.push(stimulus);
        }
        say(PutStimuliResponse { stimuli: stored })
    }

    async fn get_stimulus(&self, request: Request<GetStimulusRequest>) -> Answer<GetStimulusResponse> {
        let GetStimulusRequest { experiment_id, key } = request.into_inner();
        let data = self.data();
        let found =
            data.stimuli.get(&experiment_id).and_then(|stimuli| stimuli.iter().find(|s| s.key == key));
        say(GetStimulusResponse { stimulus: Some(found.cloned().ok_or_else(missing)?) })
    }

    async fn list_stimuli(&self, request: Request<ListStimuliRequest>) -> Answer<ListStimuliResponse> {
        let stimuli = self.data().stimuli.get(&request.get_ref().experiment_id).cloned();
        say(ListStimuliResponse { stimuli: stimuli.unwrap_or_default() })
    }

    async fn delete_stimulus(
        &self,
        request: Request<DeleteStimulusRequest>,
    ) -> Answer<DeleteStimulusResponse> {
        let DeleteStimulusRequest { experiment_id, key } = request.into_inner();
        let mut data = self.data();
        let stimuli = data.stimuli.get_mut(&experiment_id).ok_or_else(missing)?;
        let place = stimuli.iter().position(|stimulus| stimulus.key == key).ok_or_else(missing)?;
        stimuli.remove(place);
        say(DeleteStimulusResponse {})
    }

    async fn put_image(&self, request: Request<Streaming<PutImageRequest>>) -> Answer<PutImageResponse> {
        let mut stream = request.into_inner();
        let first = stream.message().await?.unwrap();
        let mut bytes = first.chunk.to_vec();
        while let Some(message) = stream.message().await? {
            bytes.extend_from_slice(&message.chunk);
        }
        self.data().images.insert(first.hash, (first.media_type, bytes));
        say(PutImageResponse {})
    }

    type GetImageStream = tokio_stream::Iter<std::vec::IntoIter<Result<GetImageResponse, Status>>>;

    async fn get_image(&self, request: Request<GetImageRequest>) -> Answer<Self::GetImageStream> {
        let found = self.data().images.get(&request.get_ref().hash).cloned();
        let (media_type, bytes) = found.ok_or_else(missing)?;
        let messages = vec![Ok(GetImageResponse { media_type, chunk: bytes.into() })];
        say(tokio_stream::iter(messages))
    }
}

#[tonic::async_trait]
impl system_service_server::SystemService for Fake {
    async fn get_signing_key(&self, _: Request<GetSigningKeyRequest>) -> Answer<GetSigningKeyResponse> {
        say(GetSigningKeyResponse { key: vec![7; 32] })
    }

    async fn get_status(&self, _: Request<GetStatusRequest>) -> Answer<GetStatusResponse> {
        if self.data().is_away {
            return Err(Status::unavailable("the database is unavailable"));
        }
        say(GetStatusResponse { researcher_count: self.data().researchers.len() as u64 })
    }

    async fn examine(&self, _: Request<ExamineRequest>) -> Answer<ExamineResponse> {
        use probe::Outcome::{Milliseconds, Problem};
        let is_away = self.data().is_away;
        let ahead_s = self.data().clock_ahead_s;
        let outcome =
            if is_away { Problem("the database is unavailable".to_owned()) } else { Milliseconds(0.5) };
        let probe = Some(Probe { outcome: Some(outcome) });
        say(ExamineResponse {
            service: Some(Self::examination(ahead_s)),
            backend: "sqlite".to_owned(),
            backend_version: Some("3.50.4".to_owned()),
            read: probe.clone(),
            write: probe,
            disk: Some(Disk { free_bytes: 5, total_bytes: 100, database_bytes: 1 }),
        })
    }
}
