//! All routes in one table: what there is, and who may call it.

use std::time::Duration;

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use http::Method;
use nameit_telemetry::http::TraceLayer;
use tower_http::compression::CompressionLayer;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use crate::access::{Guard, Rule, Surface, guard};
use crate::config::{REQUEST_TIMEOUT, UPLOAD_TIMEOUT};
use crate::state::Gateway;
use crate::{frame, pages, rest};

/// One route: nothing can be registered without saying who may call it.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) rule: Rule,
    pub(crate) surface: Surface,
    timeout: Duration,
    compressed: bool,
    handler: MethodRouter<Gateway>,
    documentation: Option<Documentation>,
}

/// What the OpenAPI document says about a route.
struct Documentation {
    schemas: Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>,
    paths: utoipa::openapi::path::Paths,
}

/// The routes of REST, of the system and of the pages.
pub(crate) fn table() -> Vec<Route> {
    use Rule::{Anyone, Operator, Owner, Participant, Researcher};
    let mut routes = vec![
        // The installation.
        Route::rest(Anyone, routes!(rest::system::ping)),
        Route::rest(Operator, routes!(rest::operate::get)),
        Route::plain(Method::GET, "/livez", Anyone, rest::system::livez),
        Route::plain(Method::GET, "/readyz", Anyone, rest::system::readyz),
        Route::plain(Method::GET, "/api/openapi.json", Anyone, rest::openapi::json).compressed(),
        Route::plain(Method::GET, "/api/docs", Anyone, rest::openapi::viewer),
        Route::plain(Method::GET, "/api/docs/{*file}", Anyone, rest::openapi::viewer_file).compressed(),
        // Images are open to whoever knows their hash.
        Route::rest(Anyone, routes!(rest::image::get)),
        // Accounts.
        Route::rest(Anyone, routes!(rest::account::create)),
        Route::rest(Anyone, routes!(rest::token::create)),
        Route::rest(Researcher, routes!(rest::token::list)),
        Route::rest(Researcher, routes!(rest::token::delete)),
        Route::rest(Researcher, routes!(rest::token::revoke)),
        Route::rest(Researcher, routes!(rest::account::get)),
        Route::rest(Researcher, routes!(rest::account::update)),
        // Experiments.
        Route::rest(Researcher, routes!(rest::experiment::create)),
        Route::rest(Researcher, routes!(rest::experiment::list)),
        Route::rest(Owner, routes!(rest::experiment::get)),
        Route::rest(Owner, routes!(rest::experiment::update)),
        Route::rest(Owner, routes!(rest::experiment::delete)),
        Route::rest(Owner, routes!(rest::experiment::publish)),
        Route::rest(Owner, routes!(rest::experiment::pause)),
        Route::rest(Owner, routes!(rest::experiment::close)),
        // It is in the trash, where `Owner` does not look; the use case looks there.
        Route::rest(Researcher, routes!(rest::experiment::restore)),
        Route::rest(Owner, routes!(rest::experiment::versions)),
        // Stimuli.
        Route::rest(Owner, routes!(rest::stimulus::list)),
        Route::rest(Owner, routes!(rest::stimulus::get)),
        Route::rest(Owner, routes!(rest::stimulus::put)).upload(),
        Route::rest(Owner, routes!(rest::stimulus::delete)),
        Route::rest(Owner, routes!(rest::stimulus::manifest)).upload(),
        // Results.
        Route::rest(Owner, routes!(rest::report::get)).compressed(),
        Route::rest(Owner, routes!(rest::report::events)),
        Route::rest(Owner, routes!(rest::export::responses_csv)),
        Route::rest(Owner, routes!(rest::export::responses_jsonl)),
        Route::rest(Owner, routes!(rest::export::norms_csv)),
        Route::rest(Owner, routes!(rest::norms::stimulus)).compressed(),
        Route::rest(Owner, routes!(rest::norms::svg)),
        Route::rest(Owner, routes!(rest::norms::png)),
        Route::rest(Owner, routes!(rest::norms::means)),
        Route::rest(Owner, routes!(rest::colour_naming::get)).compressed(),
        Route::rest(Owner, routes!(rest::colour_naming::csv)),
        Route::rest(Owner, routes!(rest::colour_naming::svg)),
        Route::rest(Owner, routes!(rest::colour_naming::png)),
        Route::rest(Owner, routes!(rest::overview::svg)),
        Route::rest(Owner, routes!(rest::overview::png)),
        Route::rest(Owner, routes!(rest::agreement::get)),
        Route::rest(Owner, routes!(rest::comparison::get)).compressed(),
        Route::rest(Owner, routes!(rest::comparison::csv)).compressed(),
        Route::rest(Owner, routes!(rest::comparison::svg)),
        Route::rest(Owner, routes!(rest::comparison::png)),
        Route::rest(Owner, routes!(rest::comparison::reference_csv)).compressed(),
        Route::rest(Owner, routes!(rest::comparison::put_reference)).compressed().upload(),
        Route::rest(Owner, routes!(rest::comparison::delete_reference)),
        Route::rest(Owner, routes!(rest::participants::get)).compressed(),
        Route::rest(Owner, routes!(rest::participants::csv)),
        Route::rest(Owner, routes!(rest::usage::get)).compressed(),
        Route::rest(Owner, routes!(rest::usage::svg)).compressed(),
        Route::rest(Owner, routes!(rest::usage::png)),
        Route::rest(Owner, routes!(rest::variants::get)).compressed(),
        Route::rest(Owner, routes!(rest::variants::decide)).compressed(),
        Route::rest(Owner, routes!(rest::variants::get_mapping)).compressed(),
        Route::rest(Owner, routes!(rest::variants::put_mapping)).compressed(),
        Route::rest(Owner, routes!(rest::variants::mapping_csv)),
        Route::rest(Owner, routes!(rest::variants::names_csv)),
        Route::rest(Owner, routes!(rest::descriptions::get)).compressed(),
        Route::rest(Owner, routes!(rest::descriptions::descriptions_csv)).compressed(),
        Route::rest(Owner, routes!(rest::descriptions::coded_csv)).compressed(),
        Route::rest(Owner, routes!(rest::descriptions::get_annotations)).compressed(),
        Route::rest(Owner, routes!(rest::descriptions::put_annotations)).compressed(),
        Route::rest(Owner, routes!(rest::descriptions::annotations_csv)).compressed(),
        Route::rest(Owner, routes!(rest::descriptions::lexicon_csv)).compressed(),
        Route::rest(Owner, routes!(rest::descriptions::put_lexicon)).compressed(),
        // Decisions about the analysis.
        Route::rest(Owner, routes!(rest::decision::get)).compressed(),
        Route::rest(Owner, routes!(rest::decision::versions)),
        Route::rest(Owner, routes!(rest::decision::put)),
        // Participants.
        Route::rest(Anyone, routes!(rest::participation::start)),
        Route::rest(Participant, routes!(rest::participation::get)),
        Route::rest(Participant, routes!(rest::participation::respond)),
        Route::rest(Participant, routes!(rest::participation::complete)),
        Route::rest(Participant, routes!(rest::participation::withdraw)),
    ];
    routes.extend(pages::routes());
    routes
}

/// The router of everything that this gateway serves.
pub(crate) fn build(gateway: &Gateway, grpc: Router) -> Router {
    let mut router = Router::new();
    for route in table() {
        tracing::debug!(http.request.method = %route.method, http.route = route.path, rule = route.rule.as_str(), "route");
        let checks = Guard {
            gateway: gateway.clone(),
            rule: route.rule,
            surface: route.surface,
            timeout: route.timeout,
        };
        let mut handler = route.handler.route_layer(from_fn_with_state(checks, guard));
        if route.compressed {
            handler = handler.route_layer(CompressionLayer::new());
        }
        router = router.route(&route.path, handler);
    }
    let trace = TraceLayer { quiet: is_quiet, route: matched_route };
    let in_frame = frame::Frame::new(gateway.config.limits.requests_max);
    router
        .fallback(frame::no_route)
        .method_not_allowed_fallback(frame::no_method)
        .with_state(gateway.clone())
        .merge(grpc)
        .layer(from_fn_with_state(in_frame, frame::wrap))
        .layer(trace)
}

/// The OpenAPI document, from the handlers' own types.
pub(crate) fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = rest::openapi::base();
    for documentation in table().into_iter().filter_map(|route| route.documentation) {
        document.paths.merge(documentation.paths);
        document.components.get_or_insert_default().schemas.extend(documentation.schemas);
    }
    rest::openapi::describe_errors(&mut document);
    document
}

/// Paths that are called too often to be logged one by one.
fn is_quiet(path: &str) -> bool {
    path.ends_with("/response")
        || path.starts_with("/images/")
        || path.starts_with("/assets/")
        || matches!(path, "/livez" | "/readyz" | "/api/v1/ping")
}

fn matched_route(extensions: &http::Extensions) -> Option<&str> {
    extensions.get::<axum::extract::MatchedPath>().map(axum::extract::MatchedPath::as_str)
}

// === impl Route ===

impl Route {
    /// A REST route; its path and method stand with its handler, once for router and OpenAPI.
    pub(crate) fn rest(rule: Rule, (schemas, paths, handler): UtoipaMethodRouter<Gateway>) -> Self {
        let (path, item) = paths.paths.first_key_value().expect("a handler has a path");
        let methods = [
            (&item.get, Method::GET),
            (&item.post, Method::POST),
            (&item.put, Method::PUT),
            (&item.patch, Method::PATCH),
            (&item.delete, Method::DELETE),
        ];
        let method =
            methods.into_iter().find_map(|(operation, method)| operation.is_some().then_some(method));
        Self {
            method: method.expect("a handler has a method"),
            path: path.clone(),
            rule,
            surface: Surface::Rest,
            timeout: REQUEST_TIMEOUT,
            compressed: false,
            handler,
            documentation: Some(Documentation { schemas, paths }),
        }
    }

    /// A route for programs that is not part of the documented API.
    pub(crate) fn plain<H, T>(method: Method, path: &str, rule: Rule, handler: H) -> Self
    where
        H: Handler<T, Gateway>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).expect("a method that axum routes");
        Self {
            method,
            path: path.to_owned(),
            rule,
            surface: Surface::Rest,
            timeout: REQUEST_TIMEOUT,
            compressed: false,
            handler: on(filter, handler),
            documentation: None,
        }
    }

    /// A page: whoever must be signed in and is not is led to the sign-in page, forms need a CSRF token.
    pub(crate) fn page<H, T>(method: Method, path: &str, rule: Rule, handler: H) -> Self
    where
        H: Handler<T, Gateway>,
        T: 'static,
    {
        let mut route = Self::plain(method, path, rule, handler).compressed();
        route.surface = Surface::Page;
        route
    }

    /// May take as long as an upload.
    pub(crate) fn upload(mut self) -> Self {
        self.timeout = UPLOAD_TIMEOUT;
        self
    }

    /// Answers are compressed for clients that ask for it.
    pub(crate) fn compressed(mut self) -> Self {
        self.compressed = true;
        self
    }
}
