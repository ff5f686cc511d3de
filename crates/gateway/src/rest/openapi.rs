//! The OpenAPI document and its viewer.

use std::sync::{Arc, LazyLock};

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, header};
use utoipa::OpenApi as _;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, RefOr, ResponseBuilder};

use crate::error::{Error, Result};

/// The viewer sets styles on its elements and shows pictures from its own style sheet.
const VIEWER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    crate::router::openapi().to_pretty_json().expect("the document has only texts and numbers")
});

static VIEWER: LazyLock<Arc<utoipa_swagger_ui::Config<'static>>> =
    LazyLock::new(|| Arc::new(utoipa_swagger_ui::Config::from("/api/openapi.json")));

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "NameIT",
        description = "Naming experiments: build a battery, ask, collect names, read norms.\n\n\
            Researchers send `Authorization: Bearer <token>` with a token from `POST /api/v1/tokens`; \
            participants send the token that starting their participation gave. \
            Errors are problem details (RFC 9457): `detail` says what was wrong and what would be right. \
            429 and 503 carry `Retry-After`; every PUT may be repeated."
    ),
    components(schemas(crate::error::problem::Problem)),
    tags(
        (name = "system", description = "The installation"),
        (name = "accounts", description = "Researchers and their tokens"),
        (name = "experiments", description = "Experiments"),
        (name = "stimuli", description = "Stimuli of a draft"),
        (name = "results", description = "Norms and exports"),
        (name = "decisions", description = "What was decided about the analysis, version by version"),
        (name = "run", description = "What a participant's browser calls")
    )
)]
struct Base;

/// The document without paths.
pub(crate) fn base() -> utoipa::openapi::OpenApi {
    let mut document = Base::openapi();
    let bearer = |description: &str| {
        let http =
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description.to_owned()));
        SecurityScheme::Http(http.build())
    };
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("researcher", bearer("A token from POST /api/v1/tokens (`nit_…`)"));
    components.add_security_scheme("participant", bearer("The token of a participation (`nip_…`)"));
    components.add_security_scheme("operator", bearer("The operator code of the installation"));
    document
}

/// Says of every operation what errors look like: problem details, also those with a status that it does not list.
pub(crate) fn describe_errors(document: &mut utoipa::openapi::OpenApi) {
    let problem = || {
        let schema = utoipa::openapi::Ref::from_schema_name("Problem");
        let content = ContentBuilder::new().schema(Some(schema)).build();
        ResponseBuilder::new().content("application/problem+json", content)
    };
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            let responses = &mut operation.responses.responses;
            for (_, response) in responses.iter_mut().filter(|(status, _)| status.starts_with(['4', '5'])) {
                if let RefOr::T(response) = response
                    && let Some(content) = response.content.shift_remove("application/json")
                {
                    response.content.insert("application/problem+json".to_owned(), content);
                }
            }
            let other = problem().description("Any other error, as problem details").build();
            responses.insert("default".to_owned(), other.into());
        }
    }
}

/// The document.
pub(crate) async fn json() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

/// Leads to the viewer.
pub(crate) async fn viewer() -> Redirect {
    Redirect::to("/api/docs/index.html")
}

/// A file of the viewer, from the binary.
pub(crate) async fn viewer_file(Path(file): Path<String>) -> Result<Response> {
    let found = utoipa_swagger_ui::serve(&file, Arc::clone(&VIEWER))
        .map_err(|error| Error::internal(error.to_string()))?
        .ok_or_else(|| Error::not_found("file of the viewer"))?;
    let content_type = HeaderValue::try_from(found.content_type).map_err(Error::internal)?;
    let mut response = found.bytes.into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(VIEWER_POLICY));
    Ok(response)
}
