//! Who may call what. Every route declares one [`Rule`]; [`guard`] enforces it before the handler runs.
//!
//! Handlers get proofs, not promises: an [`Actor`] exists only for somebody who is signed in, an [`Owned`]
//! only for an experiment of that actor, a [`Participant`] only for the holder of the right token. Use
//! cases ask for these types, so a route without its rule cannot call them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::header::SET_COOKIE;
use http::request::Parts;
use nameit_domain::session::SessionKind;
use nameit_domain::{Experiment, ExperimentId, ParticipationId};
use nameit_proto::storage::v1::{GetExperimentRequest, get_experiment_request};

use crate::clients::{call, found};
use crate::csrf::{self, CsrfToken};
use crate::error::{Error, Failure, Result};
pub(crate) use crate::operator::Operator;
use crate::operator::Refused;
pub(crate) use crate::session::Actor;
use crate::state::Gateway;
use crate::{session, token};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Rule {
    /// Anybody. What is shown may depend on who is signed in ([`Visitor`]).
    Anyone,
    /// A signed-in researcher.
    Researcher,
    /// The researcher whose experiment `{id}` is; for all others there is no such experiment.
    Owner,
    /// The holder of the token of participation `{id}`.
    Participant,
    /// Who knows the operator code; where none is set, there is no such route.
    Operator,
}

/// Who reads the answers of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Surface {
    /// A program: JSON, problem details.
    Rest,
    /// A person: pages.
    Page,
}

/// What the guard of a route enforces.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) gateway: Gateway,
    pub(crate) rule: Rule,
    pub(crate) surface: Surface,
    pub(crate) timeout: Duration,
}

/// Who looks at a page that is open to anyone: `Some` when signed in.
#[derive(Debug, Clone)]
pub(crate) struct Visitor(pub(crate) Option<Actor>);

/// An experiment of the calling researcher. Only [`owned`] makes one.
#[derive(Debug, Clone)]
pub(crate) struct Owned(Experiment);

/// The holder of a participation's token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Participant {
    /// The participation.
    pub(crate) id: ParticipationId,
}

/// The experiment with this id, if it is the actor's; otherwise there is none.
pub(crate) async fn owned(gateway: &Gateway, actor: &Actor, id: ExperimentId) -> Result<Owned> {
    let request = GetExperimentRequest { key: Some(get_experiment_request::Key::Id(id.to_string())) };
    let answer = found(gateway.clients.experiments.clone().get_experiment(call(request)).await)?;
    let experiment = answer.and_then(|answer| answer.experiment).map(Experiment::try_from).transpose()?;
    match experiment {
        Some(experiment) if experiment.owner == actor.researcher.id => Ok(Owned(experiment)),
        _ => Err(Error::not_found("experiment")),
    }
}

/// The holder of the token of participation `id`.
pub(crate) fn participant(gateway: &Gateway, id: &str, token: Option<&str>) -> Result<Participant> {
    let token = token.ok_or_else(|| {
        Error::new(
            crate::error::ErrorCode::Unauthenticated,
            "send `Authorization: Bearer <token>` with the token that starting the participation gave",
        )
    })?;
    let id = ParticipationId::parse(id).map_err(|_| Error::not_found("participation"))?;
    token::check(&gateway.signing, id, token)?;
    Ok(Participant { id })
}

/// Enforces a route's rule, then its time limit. Wrapped around every handler by the router.
pub(crate) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let timeout = guard.timeout;
    let work = async move {
        let mut page = None;
        let mut response = match admit(&guard, request, &mut page).await {
            Ok(request) => next.run(request).await,
            Err(refusal) => *refusal,
        };
        if let Some(page) = page {
            page.finish(&mut response);
        }
        response
    };
    tokio::time::timeout(timeout, work).await.unwrap_or_else(|_| {
        Error::unavailable("this took too long and was given up; try again shortly").into_response()
    })
}

/// The cookie of a page's CSRF token: set only when the page has used the token, so that pages without
/// forms, above all those of participants, set no cookie.
#[derive(Clone)]
struct PageCsrf {
    token: CsrfToken,
    used: Arc<AtomicBool>,
}

/// What is known of a page before its handler runs, and done with its answer afterwards.
struct Page {
    csrf: PageCsrf,
    cookie: Option<http::HeaderValue>,
    actor: Option<Actor>,
}

/// Who is signed in, on an answer that stands for an error: its page shows it, too.
#[derive(Clone)]
pub(crate) struct Onlooker {
    pub(crate) actor: Actor,
    pub(crate) csrf: CsrfToken,
}

/// Lets the request through, or refuses it. `page` is set as soon as something is known of a page.
async fn admit(guard: &Guard, request: Request, page: &mut Option<Page>) -> Result<Request, Box<Response>> {
    let refuse = |error: Error| Box::new(error.into_response());
    let gateway = &guard.gateway;
    // The busiest routes: nothing to look up.
    match (guard.rule, guard.surface) {
        (Rule::Anyone, Surface::Rest) => return Ok(request),
        (Rule::Participant, _) => {
            let (mut parts, body) = request.into_parts();
            let id = path_id(&mut parts).await.map_err(refuse)?;
            let participant = participant(gateway, &id, session::bearer(&parts.headers)).map_err(refuse)?;
            parts.extensions.insert(participant);
            return Ok(Request::from_parts(parts, body));
        }
        (Rule::Operator, surface) => {
            let (mut parts, body) = request.into_parts();
            return match gateway.operators.admit(gateway.clock.now(), &parts) {
                Ok(operator) => {
                    parts.extensions.insert(operator);
                    Ok(Request::from_parts(parts, body))
                }
                Err(Refused::NoProof) if surface == Surface::Page => {
                    Err(Box::new(Redirect::to("/operate/sign-in").into_response()))
                }
                Err(refused) => Err(refuse(refused.into_error())),
            };
        }
        _ => {}
    }
    let actor = session::authenticate(gateway, request.headers()).await;
    let actor = match (guard.rule, actor) {
        (_, Ok(actor)) => actor,
        // A page that is open to anyone is shown also while nobody can be recognised.
        (Rule::Anyone, Err(error)) => {
            error.log();
            None
        }
        (_, Err(error)) => return Err(refuse(error)),
    };
    if actor.is_none() && guard.rule != Rule::Anyone {
        return Err(match guard.surface {
            Surface::Rest => refuse(Error::unauthenticated()),
            Surface::Page => Box::new(to_sign_in(&request)),
        });
    }
    if guard.surface == Surface::Page {
        let (token, cookie) = csrf::issue(gateway, request.headers(), actor.as_ref()).map_err(refuse)?;
        let csrf = PageCsrf { token, used: Arc::default() };
        *page = Some(Page { csrf, cookie, actor: actor.clone() });
    }
    let unsafe_method = !request.method().is_safe();
    let by_cookie = actor.as_ref().is_none_or(|actor| actor.kind == SessionKind::Browser);
    let request = if unsafe_method && by_cookie {
        csrf::check(gateway, actor.as_ref(), request).await.map_err(refuse)?
    } else {
        request
    };
    let (mut parts, body) = request.into_parts();
    if guard.rule == Rule::Owner {
        let actor = actor.as_ref().ok_or_else(|| refuse(Error::unauthenticated()))?;
        let id = path_id(&mut parts).await.map_err(refuse)?;
        let id = ExperimentId::parse(&id).map_err(|_| refuse(Error::not_found("experiment")))?;
        parts.extensions.insert(owned(gateway, actor, id).await.map_err(refuse)?);
    }
    if let Some(page) = page {
        parts.extensions.insert(page.csrf.clone());
    }
    if let Some(actor) = &actor {
        parts.extensions.insert(actor.clone());
    }
    parts.extensions.insert(Visitor(actor));
    Ok(Request::from_parts(parts, body))
}

async fn path_id(parts: &mut Parts) -> Result<String> {
    let parameters =
        RawPathParams::from_request_parts(parts, &()).await.map_err(|_| Error::not_found("page"))?;
    let id = parameters.iter().find_map(|(name, value)| (name == "id").then(|| value.to_owned()));
    id.ok_or_else(|| Error::internal("a route whose rule needs {id} has none"))
}

fn to_sign_in(request: &Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let next = if request.method().is_safe() { path } else { "/" };
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}

// === impl Page ===

impl Page {
    /// Sets the cookie if the page used its token, and says on an error who sees it.
    fn finish(self, response: &mut Response) {
        if let Some(actor) = self.actor
            && response.extensions().get::<Failure>().is_some()
        {
            self.csrf.used.store(true, Ordering::Relaxed);
            response.extensions_mut().insert(Onlooker { actor, csrf: self.csrf.token });
        }
        if let Some(cookie) = self.cookie
            && self.csrf.used.load(Ordering::Relaxed)
        {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
}

// === impl Rule ===

impl Rule {
    /// The word in listings of routes.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::Researcher => "researcher",
            Self::Owner => "owner",
            Self::Participant => "participant",
            Self::Operator => "operator",
        }
    }
}

// === impl Owned ===

impl Owned {
    /// The experiment.
    pub(crate) fn experiment(&self) -> &Experiment {
        &self.0
    }

    /// Its id.
    pub(crate) fn id(&self) -> ExperimentId {
        self.0.id
    }

    /// The experiment, owned.
    pub(crate) fn into_experiment(self) -> Experiment {
        self.0
    }
}

macro_rules! from_guard {
    ($($proof:ty),+) => { $(
        impl FromRequestParts<Gateway> for $proof {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, _: &Gateway) -> Result<Self> {
                let proof = parts.extensions.get::<Self>().cloned();
                proof.ok_or_else(|| Error::internal(concat!("the rule of this route gives no ", stringify!($proof))))
            }
        }
    )+ };
}

from_guard!(Actor, Visitor, Owned, Participant, Operator);

impl FromRequestParts<Gateway> for CsrfToken {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Gateway) -> Result<Self> {
        let Some(csrf) = parts.extensions.get::<PageCsrf>() else {
            return Err(Error::internal("only pages have a CsrfToken"));
        };
        csrf.used.store(true, Ordering::Relaxed);
        Ok(csrf.token.clone())
    }
}
