//! The pages on which operators, authors and installers look after the marketplace, as far as no browser is needed.

use marketplace::account::Scope;
use marketplace_manifest::Digest;
use marketplace_sandbox::Outcome;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};

use crate::browser::{Browser, Page};
use crate::house::{House, http_client, on_both_databases};

on_both_databases![
    each_page_is_for_whoever_needs_it,
    a_form_that_no_page_of_ours_made_is_not_even_read,
    a_component_is_shown_before_it_is_added,
    what_was_not_shown_is_not_added,
    a_failure_is_in_the_health_of_its_category_and_of_no_other,
    a_token_is_on_one_page_that_nobody_keeps,
    what_a_form_got_wrong_is_said_and_the_rest_stays,
];

pub const CATEGORIES: &str = "/control-center/marketplace/categories";
const ID: &str = "018f0000-0000-7000-8000-000000000000";

/// Every page, and the scope that it needs.
const PAGES: [(&str, Scope); 18] = [
    ("/control-center/license", Scope::Install),
    ("/control-center/authors", Scope::Publish),
    ("/control-center/authors/apply", Scope::Publish),
    ("/control-center/audit", Scope::Operate),
    ("/control-center/audit?actor=home&since=2026-03-01T12:00", Scope::Operate),
    ("/control-center/marketplace/authors", Scope::Operate),
    ("/control-center/marketplace/authors/new", Scope::Operate),
    ("/control-center/marketplace/authors/ada/replace-key", Scope::Operate),
    ("/control-center/marketplace/blocks", Scope::Operate),
    ("/control-center/marketplace/blocks?show=all", Scope::Operate),
    ("/control-center/marketplace/blocks/new?kind=item&target=notes/diary", Scope::Operate),
    (CATEGORIES, Scope::Operate),
    ("/control-center/marketplace/categories/add", Scope::Operate),
    ("/control-center/marketplace/categories/notes/component", Scope::Operate),
    ("/control-center/tenants", Scope::Operate),
    ("/control-center/tenants/home", Scope::Operate),
    ("/control-center/tokens?tenant=home", Scope::Operate),
    ("/control-center/tokens/new", Scope::Operate),
];

/// Every form, with fields that it would take.
fn forms() -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let because = ("reason", "a test");
    let author = "/control-center/marketplace/authors";
    let of = |path: &str, fields: &[(&'static str, &'static str)]| (path.to_owned(), fields.to_vec());
    vec![
        of("/control-center/license", &[("document", "{}")]),
        of("/control-center/authors/apply", &[("id", "bob")]),
        of("/control-center/authors/ada/rotate-key", &[]),
        of(&format!("/control-center/authors/ada/keys/{ID}/revoke"), &[because]),
        of(&format!("{author}/new"), &[("tenant", "home"), ("id", "bob")]),
        of(&format!("{author}/ada/verify"), &[]),
        of(&format!("{author}/ada/unverify"), &[because]),
        of(&format!("{author}/ada/replace-key"), &[because]),
        of(&format!("{author}/ada/keys/{ID}/revoke"), &[because]),
        of("/control-center/marketplace/blocks/new", &[("kind", "item"), ("target", "notes/diary"), because]),
        of(&format!("/control-center/marketplace/blocks/{ID}/lift"), &[because]),
        of(&format!("{CATEGORIES}/add"), &[]),
        of(&format!("{CATEGORIES}/add/confirm"), &[("component", "")]),
        of(&format!("{CATEGORIES}/notes/upgrade"), &[("component", ""), ("fingerprint", "")]),
        of(&format!("{CATEGORIES}/notes/rollback/{}", "0".repeat(64)), &[]),
        of(&format!("{CATEGORIES}/notes/enable"), &[]),
        of(&format!("{CATEGORIES}/notes/disable"), &[]),
        of(&format!("{CATEGORIES}/notes/remove"), &[]),
        of("/control-center/tenants/home/license", &[("document", "{}")]),
        of("/control-center/tenants/home/license/issue", &[("tier", "pro"), ("for_ever", "yes")]),
        of("/control-center/tokens/new", &[("tenant", "home"), ("scope", "browse"), ("for_ever", "yes")]),
        of(&format!("/control-center/tokens/{ID}/revoke"), &[]),
    ]
}

pub async fn operator(house: &House) -> Browser {
    Browser::of(&house.person("operators", &[Scope::Operate]).await).await
}

/// Sends a file as the form of a page does, after the key `form_key`.
pub async fn upload(house: &House, browser: &Browser, form_key: String, file: &[u8]) -> Page {
    http_client();
    let part = Part::bytes(file.to_vec()).file_name("dropped.wasm");
    let form = Form::new().text("form_key", form_key).part("component", part);
    let cookies: Vec<String> =
        browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = client
        .post(format!("{}{CATEGORIES}/add", house.address))
        .header("accept", "text/html")
        .header("cookie", cookies.join("; "))
        .header("sec-fetch-site", "same-origin");
    let response = request.multipart(form).send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned();
    Page { status, headers, text }
}

async fn each_page_is_for_whoever_needs_it(house: House) {
    house.author("ada").await;
    for (path, needed) in PAGES {
        assert_eq!(Browser::new(&house).get(path).await.status, StatusCode::SEE_OTHER, "{path}");
        for scope in Scope::ALL {
            let mut browser = Browser::of(&house.person("home", &[scope]).await).await;
            let page = browser.get(path).await;
            let expected = if scope == needed { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(page.status, expected, "{path} with {scope}: {}", page.text);
            for inline in ["<script>", " style=\"", " onclick", "javascript:"] {
                assert!(!page.text.contains(inline), "{path} has {inline}");
            }
        }
    }
    // What a form was sent to leads back to the form, for whoever loads it again.
    let mut browser = operator(&house).await;
    for (path, _) in
        forms().into_iter().filter(|(path, _)| path.contains("/marketplace/") || path.contains("/tokens/"))
    {
        let status = browser.get(&path).await.status;
        assert!(status == StatusCode::OK || status == StatusCode::SEE_OTHER, "{path}: {status}");
    }
}

async fn a_form_that_no_page_of_ours_made_is_not_even_read(house: House) {
    house.author("ada").await;
    let scopes = [Scope::Install, Scope::Publish, Scope::Moderate, Scope::Operate];
    let mut mine = Browser::of(&house.person("home", &scopes).await).await;
    let mut other = Browser::of(&house.person("others", &scopes).await).await;
    mine.get("/dashboard").await;
    other.get("/dashboard").await;
    let before = house.events().await.len();
    for (path, fields) in forms() {
        for key in [None, Some("AAAA"), Some(other.form_key.as_str())] {
            let fields: Vec<_> = fields.iter().copied().chain(key.map(|key| ("form_key", key))).collect();
            let ours = [("sec-fetch-site", "same-origin")];
            let page = mine.ask(Method::POST, &path, Some(&fields), &ours).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}: {}", page.text);
            assert!(page.text.contains("stale_form"), "{path}");
        }
    }
    let forged = other.form_key.clone();
    let page = upload(&house, &mine, forged, marketplace_test_guests::GALLERY).await;
    assert!(page.status == StatusCode::FORBIDDEN && page.text.contains("stale_form"), "{}", page.text);
    assert_eq!(house.events().await.len(), before, "nothing happened");
}

async fn a_component_is_shown_before_it_is_added(house: House) {
    let mut browser = operator(&house).await;
    browser.get(CATEGORIES).await;
    let key = browser.form_key.clone();
    let before = house.events().await.len();
    let shown = upload(&house, &browser, key, marketplace_test_guests::GALLERY).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let digest = Digest::of(marketplace_test_guests::GALLERY).to_string();
    assert!(shown.text.contains("Nothing is changed yet.") && shown.text.contains(&digest), "{}", shown.text);
    assert!(shown.text.contains("gallery-category"), "{}", shown.text);
    assert_eq!(house.events().await.len(), before, "nothing is changed yet");
    assert_eq!(browser.get("/marketplace/posters").await.status, StatusCode::NOT_FOUND);

    let confirm = format!("{CATEGORIES}/add/confirm");
    let added = browser.send(&confirm, &[("component", &digest)]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    assert_eq!(added.location(), format!("{CATEGORIES}/posters/component"));
    assert_eq!(browser.get("/marketplace/posters").await.status, StatusCode::OK);
    // Whoever says yes again finds it there, and has added nothing.
    let once = house.events().await.len();
    let again = browser.send(&confirm, &[("component", &digest)]).await;
    assert_eq!((again.status, house.events().await.len()), (StatusCode::SEE_OTHER, once), "{}", again.text);

    for (verb, status) in
        [("disable", StatusCode::NOT_FOUND), ("enable", StatusCode::OK), ("remove", StatusCode::NOT_FOUND)]
    {
        let done = browser.send(&format!("{CATEGORIES}/posters/{verb}"), &[("reason", "a test")]).await;
        assert_eq!(done.location(), CATEGORIES, "{verb}: {}", done.text);
        assert_eq!(browser.get("/marketplace/posters").await.status, status, "{verb}");
    }
    let log = browser.get("/control-center/audit?subject=category:posters").await;
    for action in ["category.added", "category.disabled", "category.enabled", "category.removed"] {
        assert!(log.text.contains(action), "{action}: {}", log.text);
    }
}

async fn what_was_not_shown_is_not_added(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "diary", "1.0.0", "hi", &[]).await;
    let mut browser = operator(&house).await;
    browser.get(CATEGORIES).await;
    let key = browser.form_key.clone();
    let before = house.events().await.len();
    for (file, code) in [
        (b"not a component".as_slice(), "component_not_a_component"),
        (b"\0asm\x01\0\0\0".as_slice(), "component_not_a_component"),
        (b"".as_slice(), "component_not_a_component"),
    ] {
        let page = upload(&house, &browser, key.clone(), file).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
        assert!(page.text.contains(code) && page.text.contains("marketplace adapter new"), "{}", page.text);
    }
    let confirm = format!("{CATEGORIES}/add/confirm");
    // Never sent here; and a package, which is in the same store.
    let package = house.market.store.live_blobs().await.unwrap();
    let components: Vec<Digest> =
        house.market.store.categories().await.unwrap().into_iter().map(|row| row.component_sha256).collect();
    let package = package.into_iter().find(|digest| !components.contains(digest)).unwrap().to_string();
    for (digest, code) in [
        (Digest::of(b"nothing").to_string(), "component_gone"),
        (package, "component_not_a_component"),
        ("nonsense".to_owned(), "bad_form"),
    ] {
        let page = browser.send(&confirm, &[("component", &digest), ("replaces", "")]).await;
        assert!(page.status.is_client_error() && page.text.contains(code), "{}", page.text);
    }
    let page = browser.send(&format!("{CATEGORIES}/notes/remove"), &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.text.contains("category_in_use"), "{}", page.text);
    assert_eq!(house.events().await.len(), before, "nothing was changed");
}

async fn a_failure_is_in_the_health_of_its_category_and_of_no_other(house: House) {
    house.market.categories.add(marketplace_test_guests::ROGUE, "test").await.unwrap();
    let categories = house.market.categories.all().await.unwrap();
    let of = |id: &str| categories.iter().find(|category| category.row.id.as_str() == id).unwrap();
    let health = |id: &str| house.market.categories.health().of(&of(id).row.component_sha256).unwrap();
    assert_eq!(health("rogues").total().all(), 0, "what it was asked before it was added is not counted");

    let answer = of("notes").adapter().unwrap().validate(&[]).await;
    assert!(matches!(answer, Outcome::Answer(_)));
    assert_eq!((health("notes").total().answered, health("notes").total().failed), (1, 0));

    let author = house.author("ada").await;
    let release = author.release("rogue", "trap", "1.0.0", &[("note.txt", "hi")], &[]);
    assert_eq!(author.person.submit("rogues", &release).await.0, StatusCode::BAD_GATEWAY);
    let record = health("rogues");
    assert_eq!((record.failures.len(), record.failures[0].code), (1, "adapter_trapped"));
    assert_eq!(health("notes").total().failed, 0);

    let mut browser = operator(&house).await;
    let page = browser.get(&format!("{CATEGORIES}/rogues/component")).await;
    assert!(page.text.contains("adapter_trapped"), "{}", page.text);
    assert!(browser.get(CATEGORIES).await.text.contains("1 failure"));
}

async fn a_token_is_on_one_page_that_nobody_keeps(house: House) {
    let mut browser = operator(&house).await;
    browser.get("/control-center/tokens/new").await;
    let fields =
        [("tenant", "home"), ("label", "laptop"), ("scope", "browse"), ("scope", "install"), ("days", "90")];
    let page = browser.send("/control-center/tokens/new", &fields).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.text);
    assert_eq!(page.headers["cache-control"], "no-store");
    let (_, rest) = page.text.split_once("value=\"mkt_").unwrap();
    let secret = format!("mkt_{}", rest.split('"').next().unwrap());
    assert!(!browser.get("/control-center/tokens").await.text.contains(&secret));

    let token = house.market.store.tokens(Some(&"home".parse().unwrap())).await.unwrap().remove(0);
    assert_eq!(token.label, "laptop");
    assert_eq!(token.scopes, ["browse", "install"]);
    assert!(token.expires_at.is_some());
    let gone =
        browser.send(&format!("/control-center/tokens/{}/revoke", token.id), &[("reason", "lost")]).await;
    assert_eq!(gone.location(), "/control-center/tokens", "{}", gone.text);
    let token = house.market.store.token(&token.id).await.unwrap().unwrap();
    assert!(token.revoked_at.is_some());
}

async fn what_a_form_got_wrong_is_said_and_the_rest_stays(house: House) {
    let mut browser = operator(&house).await;
    browser.get("/control-center").await;
    let before = house.events().await.len();
    let long = "x".repeat(101);
    for (path, fields, wrong, kept) in [
        (
            "/control-center/tokens/new",
            vec![("tenant", "home"), ("label", "kept"), ("days", "90")],
            "tick a box",
            "kept",
        ),
        (
            "/control-center/tokens/new",
            vec![("tenant", "Not A Tenant"), ("scope", "browse"), ("days", "90")],
            "The tenant:",
            "Not A Tenant",
        ),
        (
            "/control-center/tokens/new",
            vec![("tenant", "home"), ("label", long.as_str()), ("scope", "browse"), ("days", "90")],
            "The label:",
            long.as_str(),
        ),
        (
            "/control-center/tokens/new",
            vec![("tenant", "home"), ("scope", "browse"), ("days", "0"), ("label", "kept")],
            "How long:",
            "kept",
        ),
        (
            "/control-center/marketplace/blocks/new",
            vec![("kind", "key"), ("target", "MD5:x"), ("reason", "because")],
            "a fingerprint is",
            "because",
        ),
        (
            "/control-center/marketplace/blocks/new",
            vec![("kind", "item"), ("target", "notes/nothing"), ("reason", "because")],
            "there is no item",
            "notes/nothing",
        ),
        (
            "/control-center/marketplace/authors/new",
            vec![("tenant", "home"), ("id", "ada"), ("public_key", "no key")],
            "The public key:",
            "no key",
        ),
    ] {
        let page = browser.send(path, &fields).await;
        assert!(page.status.is_client_error(), "{path}: {}", page.text);
        let text = page.text.to_lowercase();
        assert!(text.contains(&wrong.to_lowercase()) && page.text.contains(kept), "{path}: {}", page.text);
        assert!(page.text.contains("role=\"alert\"") && page.text.contains("<form"), "{path}");
    }
    assert_eq!(house.events().await.len(), before, "nothing was changed");
}
