//! Resources without a key: the API document, its HTML page, and a guide for programs that read
//! text.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use flows::problem::ProblemDetails;
use utoipa_swagger_ui::{Config, SwaggerFile};

use crate::http::response::ApiRefusal;
use crate::http::state::SharedContext;

/// The document with the examples, written by a test.
const DOCUMENT: &str = include_str!("../../../../docs/openapi.json");
/// The guide, written by the same test.
const GUIDE: &str = include_str!("../../../../docs/llms.txt");
const PAGE: &str = include_str!("reference/page.html");
const START: &str = include_str!("reference/start.js");
/// The files of Swagger UI that the page loads.
const FILES: [&str; 3] = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];
/// The content security policy: browsers load nothing from any other host.
const ONLY_FROM_HERE: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src \
    'self' data:; frame-ancestors 'none'";
/// The cache lifetime of a response.
const FIVE_MINUTES: &str = "public, max-age=300";

/// Lists the routes that need no key.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<SharedContext>)> {
    vec![
        ("/v1/openapi.json", get(document)),
        ("/v2/openapi.json", get(document_2)),
        ("/v1/docs", get(page)),
        ("/v1/docs/{file}", get(file)),
        ("/v1/llms.txt", get(guide)),
    ]
}

/// Returns this document.
#[utoipa::path(
    get, path = "/v1/openapi.json", responses((status = 200, body = serde_json::Value)),
    security(())
)]
pub(crate) async fn document() -> Response {
    static_response("application/json", DOCUMENT)
}

/// Returns this document, which covers both versions.
#[utoipa::path(
    get, path = "/v2/openapi.json", responses((status = 200, body = serde_json::Value)),
    security(())
)]
pub(crate) async fn document_2() -> Response {
    static_response("application/json", DOCUMENT)
}

/// Returns this document as an HTML page.
#[utoipa::path(
    get, path = "/v1/docs",
    responses((status = 200, body = String, content_type = "text/html")), security(())
)]
pub(crate) async fn page() -> Response {
    ([(CONTENT_SECURITY_POLICY, ONLY_FROM_HERE)], static_response("text/html; charset=utf-8", PAGE))
        .into_response()
}

/// Returns a file that the page loads.
#[utoipa::path(
    get, path = "/v1/docs/{file}",
    params(
        (
            "file" = String, Path,
            pattern = "^(start.js|swagger-ui.css|swagger-ui-bundle.js|favicon-32x32.png)$",
            description = "The name of the file."
        )
    ),
    responses(
        (
            status = 200,
            content((String = "text/javascript"), (String = "text/css"), (String = "image/png"))
        ),
        (status = 404, description = "NOT_FOUND")
    ),
    security(())
)]
pub(crate) async fn file(Path(name): Path<String>) -> Result<Response, ApiRefusal> {
    if name == "start.js" {
        return Ok(static_response("text/javascript", START));
    }
    let found = FILES
        .contains(&name.as_str())
        .then(|| utoipa_swagger_ui::serve(&name, Arc::new(Config::from("/v1/openapi.json"))));
    let found = found.and_then(Result::ok).flatten();
    found.map(swagger_response).ok_or_else(|| ProblemDetails::not_found("file").into())
}

/// Returns a short guide as plain text.
#[utoipa::path(
    get, path = "/v1/llms.txt",
    responses((status = 200, body = String, content_type = "text/plain")), security(())
)]
pub(crate) async fn guide() -> Response {
    static_response("text/plain; charset=utf-8", GUIDE)
}

fn static_response(media: &'static str, text: &'static str) -> Response {
    (
        [(CONTENT_TYPE, media), (CACHE_CONTROL, FIVE_MINUTES), (X_CONTENT_TYPE_OPTIONS, "nosniff")],
        text,
    )
        .into_response()
}

fn swagger_response(file: SwaggerFile<'_>) -> Response {
    let headers = [
        (CONTENT_TYPE, file.content_type),
        (CACHE_CONTROL, FIVE_MINUTES.to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    let squeezed = file.gzpipped.then_some([(CONTENT_ENCODING, "gzip")]);
    let response = (headers, file.bytes.into_owned()).into_response();
    match squeezed {
        Some(squeezed) => (squeezed, response).into_response(),
        None => response,
    }
}
