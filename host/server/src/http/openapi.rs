//! The OpenAPI 3.1 document. Each handler describes itself, beside its code; what holds for many of them is said
//! here, once: who may call, and how every call can fail.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, Header, ObjectBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder, Type};
use utoipa::{OpenApi as _, ToSchema as _};

use super::access::Access;
use super::problem::{MEDIA_TYPE, ProblemDocument};

/// The name of the one way to authenticate.
const TOKEN: &str = "token";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Community Marketplace",
        description = "Authors publish apps, skills, widgets, themes and plugins; moderators approve; people browse and \
            install.\n\nErrors are `application/problem+json` (RFC 9457) with a stable `code` and, where a check failed, \
            `findings`. Lists take `limit` and `cursor`. Answers have an `ETag`; send it back in `If-None-Match`.\n\n\
            A call needs a token with the scope that is named beside it: `Authorization: Bearer mkt_…`.",
    ),
    components(schemas(ProblemDocument)),
    tags(
        (name = "catalogue", description = "What is published: browse, search, download."),
        (name = "installations", description = "What a tenant has: install, update, roll back, uninstall."),
        (name = "operations", description = "Long work: watch it, or call it off."),
        (name = "reviews", description = "What tenants say of what they installed, and what authors reply."),
        (name = "publishing", description = "Authors: submit releases and see what became of them."),
        (name = "moderation", description = "The control plane: decide on what was submitted."),
        (name = "administration", description = "The control plane: authors, keys, tokens, licenses, withdrawal, audit."),
        (name = "service", description = "Whether the server is well."),
    ),
)]
struct Api;

/// The document before any route is in it.
pub(super) fn document() -> OpenApi {
    let mut document = Api::openapi();
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("mkt_…")
        .description(Some("A token of `marketplace token create`, with the scopes that it was given."))
        .build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(TOKEN, SecurityScheme::Http(scheme));
    document
}

/// States who may call every operation of the document, and how it can fail.
pub(super) fn state_access(document: &mut OpenApi, access: Access) {
    for (path, item) in &mut document.paths.paths {
        let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in methods.into_iter().flatten() {
            secure(operation, access);
            failures(operation, access, path.contains('{'));
        }
    }
}

/// OpenAPI 3.1 lets scopes be named also for schemes that are not OAuth: as roles.
fn secure(operation: &mut Operation, access: Access) {
    let token = |scopes: Vec<&str>| SecurityRequirement::new(TOKEN, scopes);
    let nothing = SecurityRequirement::default;
    let (requirements, said) = match access {
        Access::Anyone => (vec![nothing(), token(vec![])], "Needs no token.".to_owned()),
        Access::Browse => (
            vec![nothing(), token(vec!["browse"])],
            "Needs no token, unless the operator closed the catalogue: then one with the scope `browse`."
                .to_owned(),
        ),
        Access::Token => (vec![token(vec![])], "Needs a token, with any scope.".to_owned()),
        Access::Scope(scope) => {
            (vec![token(vec![scope.as_str()])], format!("Needs a token with the scope `{scope}`."))
        }
    };
    operation.security = Some(requirements);
    let description = operation.description.take().unwrap_or_default();
    operation.description = Some(format!("{description}\n\n{said}").trim().to_owned());
}

fn failures(operation: &mut Operation, access: Access, has_names: bool) {
    let responses = &mut operation.responses.responses;
    let mut add = |status: &str, text: &str| {
        responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(problem(text)));
    };
    if !matches!(access, Access::Anyone) {
        add("403", "The token does not have the scope, or what is asked for is not the caller's.");
    }
    add("401", "There is no token, or it is unknown, expired or revoked.");
    if has_names {
        add("404", "There is nothing of that name.");
    }
    if operation.request_body.is_some() {
        add("413", "The body is too large.");
        add("422", "The body is not what the call takes; `detail` and `findings` say why.");
    }
    add("429", "Too many calls: `Retry-After` says when to come back.");
    add("default", "Any other failure.");
    for (status, response) in responses.iter_mut() {
        if let (true, RefOr::T(response)) = (status.starts_with('2') || status == "429", response) {
            response.headers.insert("RateLimit".to_owned(), RefOr::T(text_header(
                "How many calls are left (draft-ietf-httpapi-ratelimit-headers); not there where there is no limit.",
            )));
        }
    }
}

fn problem(description: &str) -> Response {
    let schema = Ref::from_schema_name(ProblemDocument::name());
    ResponseBuilder::new()
        .description(description)
        .content(MEDIA_TYPE, Content::new(Some(RefOr::<utoipa::openapi::Schema>::Ref(schema))))
        .build()
}

fn text_header(description: &str) -> Header {
    let mut header = Header::new(ObjectBuilder::new().schema_type(Type::String).build());
    header.description = Some(description.to_owned());
    header
}
