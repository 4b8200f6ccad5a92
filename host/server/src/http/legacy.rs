//! The paths of the earlier release, which knew only skills: each says where it went.
//!
//! They are no routes: an address that no route of this release has is looked at here. So they move also where the
//! category `skills` was removed, and can never stand in the way of what is there now.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::Problem;

/// Where everything was.
const OLD: &str = "/api/v1/marketplace/skills";
/// Where it is.
const NEW: &str = "/api/v1/marketplace/skills/items";
/// What this release has itself beside the items of a category: a mistake in such a path is no legacy.
const OURS: [&str; 3] = ["items", "facets", "registry"];
/// Deprecated with this release, on 1 December 2026 (RFC 9745: a structured date, in Unix seconds).
const DEPRECATED: &str = "@1796083200";
/// Gone a year later (RFC 8594: an HTTP date).
const SUNSET: &str = "Wed, 01 Dec 2027 00:00:00 GMT";

/// The answer to an address that no route has, whatever the method.
pub(super) async fn fallback(request: Request) -> Response {
    match successor(request.uri()) {
        Some(location) => moved(location),
        None => Problem::not_found(
            "there is no such address; what there is stands at /api/docs and /api/v1/openapi.json",
        )
        .into_response(),
    }
}

/// The address that took the place of this one. The path begins with ours, so it leads nowhere else; the query is kept
/// as it was sent.
fn successor(address: &Uri) -> Option<String> {
    let rest = address.path().strip_prefix(OLD)?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let mut segments = rest.split('/');
    // What follows is a path below it, and not another word that begins alike.
    if segments.next() != Some("") {
        return None;
    }
    if segments.next().is_some_and(|first| OURS.contains(&first)) {
        return None;
    }
    // A client would resolve dots against the new address, and leave it.
    if rest.split('/').any(|segment| matches!(&*segment.to_lowercase().replace("%2e", "."), "." | "..")) {
        return None;
    }
    Some(match address.query() {
        Some(query) => format!("{NEW}{rest}?{query}"),
        None => format!("{NEW}{rest}"),
    })
}

fn moved(location: String) -> Response {
    let link = format!("<{location}>; rel=\"successor-version\"");
    let (Ok(location), Ok(link)) = (HeaderValue::try_from(location), HeaderValue::try_from(link)) else {
        return Problem::internal(&"an address is no header").into_response();
    };
    let headers = [
        (header::LOCATION, location),
        (header::LINK, link),
        (HeaderName::from_static("deprecation"), HeaderValue::from_static(DEPRECATED)),
        (HeaderName::from_static("sunset"), HeaderValue::from_static(SUNSET)),
    ];
    (StatusCode::MOVED_PERMANENTLY, headers).into_response()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn to(address: &str) -> Option<String> {
        successor(&address.parse().unwrap())
    }

    #[test]
    fn everything_of_the_earlier_release_is_found_under_items() {
        for (rest, expected) in [
            ("", ""),
            ("/", ""),
            ("?q=a%20b&&x=%00", "?q=a%20b&&x=%00"),
            ("?", "?"),
            ("/csv", "/csv"),
            ("/csv/", "/csv"),
            ("/csv/install?version=1.0.0", "/csv/install?version=1.0.0"),
            ("/csv/versions/1.0.0/package", "/csv/versions/1.0.0/package"),
            ("//elsewhere.example", "//elsewhere.example"),
            ("/itemsy", "/itemsy"),
        ] {
            assert_eq!(to(&format!("{OLD}{rest}")), Some(format!("{NEW}{expected}")), "{rest}");
        }
    }

    #[test]
    fn what_is_of_this_release_or_of_none_stays_where_it_is() {
        for address in [
            "/api/v1/marketplace/skills/items",
            "/api/v1/marketplace/skills/items/",
            "/api/v1/marketplace/skills/items/csv/nothing",
            "/api/v1/marketplace/skills/registry/x",
            "/api/v1/marketplace/skills/facets/x",
            "/api/v1/marketplace/skillset",
            "/api/v1/marketplace/themes",
            "/api/v1/marketplace/skills/../../admin",
            "/api/v1/marketplace/skills/%2E%2e/x",
            "/x/api/v1/marketplace/skills",
        ] {
            assert_eq!(to(address), None, "{address}");
        }
    }

    #[test]
    fn the_sunset_is_a_year_after_the_deprecation() {
        let format = time::format_description::well_known::Rfc2822;
        let sunset = time::OffsetDateTime::parse(&SUNSET.replace("GMT", "+0000"), &format).unwrap();
        let deprecated: i64 = DEPRECATED.trim_start_matches('@').parse().unwrap();
        assert_eq!(sunset.unix_timestamp() - deprecated, 365 * 24 * 60 * 60);
    }
}
