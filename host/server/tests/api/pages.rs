//! The web pages, as far as no browser is needed to look at them: who may see and do what, and what forms do.

use std::time::Duration;

use marketplace::account::Scope;
use marketplace::account::license::Tier;
use reqwest::{Method, StatusCode, Url};
use serde_json::json;

use crate::browser::{Browser, Page};
use crate::house::{House, on_both_databases};

on_both_databases![
    a_session_stands_for_a_token_and_ends_with_it,
    signing_out_ends_the_session_for_good,
    a_token_that_is_none_begins_nothing,
    a_form_that_no_page_of_ours_made_changes_nothing,
    pages_are_shown_to_whoever_may_see_them,
    every_page_keeps_strangers_out_of_it,
    a_category_that_was_dropped_in_has_its_tab_at_once,
    an_item_is_consented_to_installed_and_uninstalled,
    a_full_license_says_why_not,
    who_has_what_is_offered_no_more_can_be_rid_of_it,
    a_closed_marketplace_asks_who_one_is,
    problems_are_pages_for_people_and_documents_for_programs,
];

/// Every page that needs no item, and the scope that it needs.
const PAGES: [(&str, Option<Scope>); 11] = [
    ("/marketplace", None),
    ("/marketplace/notes", None),
    ("/dashboard", None),
    ("/appearance", None),
    ("/control-center", None),
    ("/sign-in", None),
    ("/marketplace/notes/diary/install?version=1.0.0", Some(Scope::Install)),
    ("/control-center/marketplace/submit", Some(Scope::Publish)),
    ("/control-center/marketplace/submissions", Some(Scope::Publish)),
    ("/control-center/marketplace/moderation", Some(Scope::Moderate)),
    ("/control-center/marketplace/reviews", Some(Scope::Moderate)),
];

/// Names and values, of a form or of headers.
type Fields = &'static [(&'static str, &'static str)];

/// Every form, with fields that it would take.
const FORMS: [(&str, &[(&str, &str)]); 15] = [
    ("/sign-in", &[("token", "mkt_x")]),
    ("/sign-out", &[]),
    ("/appearance/scheme", &[("scheme", "dark")]),
    ("/appearance/theme", &[("theme", "harbour"), ("do", "keep")]),
    ("/marketplace/notes/diary/install", &[("version", "1.0.0"), ("agreed", "yes")]),
    ("/marketplace/notes/diary/uninstall", &[]),
    ("/marketplace/notes/diary/review", &[("rating", "5"), ("title", ""), ("body", "")]),
    ("/marketplace/notes/diary/review/remove", &[]),
    ("/operations/018f0000-0000-7000-8000-000000000000/cancel", &[]),
    ("/control-center/marketplace/submit/x", &[("name", "x"), ("version", "1.0.0"), ("do", "send")]),
    ("/control-center/marketplace/submit/x/sign", &[("manifest_sha256", "x"), ("signature", "x")]),
    ("/control-center/marketplace/submissions/018f0000-0000-7000-8000-000000000000/yank", &[("reason", "x")]),
    ("/control-center/marketplace/submissions/018f0000-0000-7000-8000-000000000000/unyank", &[]),
    (
        "/control-center/marketplace/moderation/018f0000-0000-7000-8000-000000000000/decide",
        &[("do", "approve")],
    ),
    ("/control-center/marketplace/reviews/018f0000-0000-7000-8000-000000000000/decide", &[("do", "remove")]),
];

/// A house in which the note `diary` is published, which reads metrics.
async fn diary(house: &House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "diary", "1.0.0", "metrics", &["data:read.metrics"]).await;
}

/// Waits for work that a form began, by looking at its page again as a browser without scripts does.
async fn ended(browser: &mut Browser, begun: &Page) -> Page {
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    for _ in 0..400 {
        let page = browser.get(begun.location()).await;
        if !page.text.contains("http-equiv=\"refresh\"") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the work never ended");
}

async fn a_session_stands_for_a_token_and_ends_with_it(house: House) {
    let person = house.person("home", &[Scope::Install]).await;
    let mut browser = Browser::of(&person).await;
    let session = browser.cookies["marketplace_session"].clone();
    assert_ne!(Some(&session), person.token.as_ref(), "the cookie is not the token");
    assert!(browser.get("/dashboard").await.text.contains("Room in your license"));
    let (_, me) = person.get("/api/v1/marketplace/me").await;
    assert_eq!(me["tenant"], "home");

    let token = house.market.store.tokens(Some(&"home".parse().unwrap())).await.unwrap().remove(0);
    marketplace::account::token::revoke(&house.market.store, "test", &token.id, None).await.unwrap();
    let page = browser.get("/dashboard").await;
    assert!(page.text.contains("Sign in") && !page.text.contains("Room in your license"), "{}", page.text);
    let actions: Vec<String> = house.events().await.into_iter().map(|event| event.action).collect();
    assert!(actions.contains(&"session.began".to_owned()), "{actions:?}");
}

async fn signing_out_ends_the_session_for_good(house: House) {
    let mut browser = Browser::of(&house.person("home", &[Scope::Install]).await).await;
    browser.get("/dashboard").await;
    let kept = browser.cookies.clone();
    assert_eq!(browser.send("/sign-out", &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!browser.cookies.contains_key("marketplace_session"));
    // A copy of the cookie is worth nothing any more.
    browser.cookies = kept;
    assert!(!browser.get("/dashboard").await.text.contains("Room in your license"));
}

async fn a_token_that_is_none_begins_nothing(house: House) {
    let mut browser = Browser::new(&house);
    browser.get("/sign-in?next=%2Fdashboard").await;
    for wrong in ["", "mkt_nonsense", &format!("mkt_{}", "1".repeat(48))] {
        let page = browser.send("/sign-in", &[("token", wrong), ("next", "/dashboard")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(
            page.text.contains("role=\"alert\"") && page.text.contains("value=\"/dashboard\""),
            "{}",
            page.text
        );
    }
    assert!(!browser.cookies.contains_key("marketplace_session"));
    // Nobody is sent elsewhere, whatever an address says.
    let person = house.person("home", &[]).await;
    for elsewhere in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
    ] {
        let mut browser = Browser::new(&house);
        browser.get("/sign-in").await;
        let token = person.token.clone().unwrap();
        let page = browser.send("/sign-in", &[("token", &token), ("next", elsewhere)]).await;
        assert_eq!(page.location(), "/marketplace", "{elsewhere}");
    }
}

async fn a_form_that_no_page_of_ours_made_changes_nothing(house: House) {
    diary(&house).await;
    let scopes = [Scope::Install, Scope::Publish, Scope::Moderate, Scope::Operate];
    let mut mine = Browser::of(&house.person("home", &scopes).await).await;
    let mut other = Browser::of(&house.person("others", &scopes).await).await;
    mine.get("/dashboard").await;
    other.get("/dashboard").await;
    let before = house.events().await.len();
    for (path, fields) in FORMS {
        let forged: [(&str, Option<&str>, Fields); 5] = [
            ("no key", None, &[]),
            ("rubbish", Some("AAAA"), &[]),
            ("another visitor's key", Some(&other.form_key.clone()), &[("sec-fetch-site", "same-origin")]),
            ("from another site", Some(&mine.form_key.clone()), &[("sec-fetch-site", "cross-site")]),
            ("from another origin", Some(&mine.form_key.clone()), &[("origin", "https://evil.example")]),
        ];
        for (how, key, headers) in forged {
            let fields: Vec<_> = fields.iter().copied().chain(key.map(|key| ("form_key", key))).collect();
            let cookies = mine.cookies.clone();
            let page = mine.ask(Method::POST, path, Some(&fields), headers).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}, {how}: {}", page.text);
            assert!(page.text.contains("stale_form"), "{path}, {how}");
            assert_eq!(mine.cookies, cookies, "{path}, {how}");
        }
    }
    assert_eq!(house.events().await.len(), before, "nothing happened");
}

async fn pages_are_shown_to_whoever_may_see_them(house: House) {
    diary(&house).await;
    for (path, needed) in PAGES {
        let mut stranger = Browser::new(&house);
        let page = stranger.get(path).await;
        match needed {
            None => assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text),
            Some(_) => {
                assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
                let next = page.location().strip_prefix("/sign-in?next=").unwrap().to_owned();
                assert!(next.starts_with("%2F"), "{next}");
            }
        }
        for scope in Scope::ALL {
            let mut browser = Browser::of(&house.person("home", &[scope]).await).await;
            let page = browser.get(path).await;
            let may = needed.is_none_or(|needed| needed == scope);
            let expected = if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(page.status, expected, "{path} with {scope}: {}", page.text);
        }
    }
}

async fn every_page_keeps_strangers_out_of_it(house: House) {
    diary(&house).await;
    let mut browser = Browser::new(&house);
    for path in ["/marketplace", "/marketplace/notes/diary", "/sign-in", "/nowhere", "/marketplace/nothing"] {
        let page = browser.get(path).await;
        let header =
            |name: &str| page.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let policy = header("content-security-policy");
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("cache-control"), "private, no-cache", "{path}");
        for inline in ["<script>", " style=\"", " onclick", "javascript:"] {
            assert!(!page.text.contains(inline), "{path} has {inline}");
        }
    }
    let cookie = |page: &Page| page.headers["set-cookie"].to_str().unwrap().to_owned();
    let fresh = cookie(&Browser::new(&house).get("/marketplace").await);
    assert!(
        fresh.contains("HttpOnly") && fresh.contains("SameSite=Strict") && !fresh.contains("Secure"),
        "{fresh}"
    );
    let mut options = house.options.clone();
    options.public_url = Some(Url::parse("https://market.example").unwrap());
    let behind = House { options, ..house }.serve().await;
    let fresh = cookie(&Browser::new(&behind).get("/marketplace").await);
    assert!(fresh.contains("Secure"), "over HTTPS, cookies travel over nothing else: {fresh}");
}

async fn a_category_that_was_dropped_in_has_its_tab_at_once(house: House) {
    let mut browser = Browser::new(&house);
    assert!(browser.get("/marketplace").await.text.contains("href=\"/marketplace/notes\""));
    let notes = "notes".parse().unwrap();
    let event = || marketplace_store::Event::new("test", "category.switched", "category:notes");
    house.market.store.set_category_enabled(&notes, false, event()).await.unwrap();
    assert!(!browser.get("/marketplace").await.text.contains("href=\"/marketplace/notes\""));
    assert_eq!(browser.get("/marketplace/notes").await.status, StatusCode::NOT_FOUND);
    house.market.store.set_category_enabled(&notes, true, event()).await.unwrap();
    assert!(browser.get("/marketplace").await.text.contains("href=\"/marketplace/notes\""));
    assert!(browser.get("/marketplace/categories.css").await.text.contains(".icon-themes"));
}

async fn an_item_is_consented_to_installed_and_uninstalled(house: House) {
    diary(&house).await;
    let person = house.person("home", &[Scope::Install]).await;
    let mut browser = Browser::of(&person).await;
    let drawer = browser.get("/marketplace/notes/diary").await;
    assert!(drawer.text.contains("/marketplace/notes/diary/install?version=1%2E0%2E0"), "{}", drawer.text);
    let consent = browser.get("/marketplace/notes/diary/install?version=1.0.0").await;
    assert!(
        consent.text.contains("data:read.metrics") && consent.text.contains("Agree, and install"),
        "{}",
        consent.text
    );
    let begun =
        browser.send("/marketplace/notes/diary/install", &[("version", "1.0.0"), ("agreed", "yes")]).await;
    let done = ended(&mut browser, &begun).await;
    assert!(done.text.contains("Version 1.0.0 is installed."), "{}", done.text);
    assert_eq!(person.installed().await[0]["version"], "1.0.0");
    assert!(browser.get("/dashboard").await.text.contains("diary"));

    let removed = browser.send("/marketplace/notes/diary/uninstall", &[]).await;
    assert_eq!(removed.location(), "/marketplace/notes/diary");
    assert!(browser.get(removed.location()).await.text.contains("diary is uninstalled."));
    assert!(!browser.get("/marketplace/notes/diary").await.text.contains("is uninstalled"), "said once");
    assert!(person.installed().await.is_empty());
}

async fn a_full_license_says_why_not(house: House) {
    diary(&house).await;
    house.license("home", Tier::Free, json!({ "marketplace_install_notes_cap": 0 })).await;
    let mut browser = Browser::of(&house.person("home", &[Scope::Install]).await).await;
    let drawer = browser.get("/marketplace/notes/diary").await;
    assert!(
        drawer.text.contains("marketplace_install_notes_cap") && drawer.text.contains("disabled"),
        "{}",
        drawer.text
    );
    let begun =
        browser.send("/marketplace/notes/diary/install", &[("version", "1.0.0"), ("agreed", "yes")]).await;
    let page = ended(&mut browser, &begun).await;
    assert!(
        page.text.contains("install_cap_reached") && page.text.contains("nothing has changed"),
        "{}",
        page.text
    );
}

async fn who_has_what_is_offered_no_more_can_be_rid_of_it(house: House) {
    diary(&house).await;
    let person = house.person("home", &[Scope::Install]).await;
    let (status, _) = person.install("notes/diary", json!({})).await;
    assert_eq!(status, StatusCode::CREATED);
    let operator = house.person("operators", &[Scope::Operate]).await;
    let block = json!({ "target": { "kind": "item", "category": "notes", "slug": "diary" }, "reason": "it <b>lies</b>" });
    let (status, answer) = operator.post("/cp/api/v1/admin/marketplace/blocks", block).await;
    assert_eq!(status, StatusCode::CREATED, "{answer:#}");
    assert_eq!(Browser::new(&house).get("/marketplace/notes/diary").await.status, StatusCode::FORBIDDEN);
    let mut browser = Browser::of(&person).await;
    assert!(browser.get("/dashboard").await.text.contains("Disabled"));
    let page = browser.get("/marketplace/notes/diary").await;
    assert!(
        page.text.contains("it &lt;b&gt;lies&lt;/b&gt;") && page.text.contains("Uninstall"),
        "{}",
        page.text
    );
    browser.send("/marketplace/notes/diary/uninstall", &[]).await;
    assert!(person.installed().await.is_empty());
}

async fn a_closed_marketplace_asks_who_one_is(house: House) {
    diary(&house).await;
    let mut options = house.options.clone();
    options.closed = true;
    let closed = House { options, ..house }.serve().await;
    let mut stranger = Browser::new(&closed);
    for path in ["/marketplace", "/marketplace/notes", "/marketplace/notes/diary"] {
        let page = stranger.get(path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        assert!(!page.text.contains("diary"));
    }
    assert_eq!(stranger.get("/sign-in").await.status, StatusCode::OK);
    let mut browser = Browser::of(&closed.person("home", &[Scope::Browse]).await).await;
    assert_eq!(browser.get("/marketplace/notes/diary").await.status, StatusCode::OK);
}

async fn problems_are_pages_for_people_and_documents_for_programs(house: House) {
    let mut browser = Browser::new(&house);
    for path in ["/nowhere", "/marketplace/nothing", "/marketplace/notes/nothing"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(
            page.text.contains("<!DOCTYPE html>") && page.text.contains("To the marketplace"),
            "{}",
            page.text
        );
        let (status, problem) = house.visitor().get(path).await;
        assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("not_found")));
    }
    let page = browser.get("/marketplace?sort=sideways").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.text.contains("`sideways` is no order"), "{}", page.text);
    // An address that has grown something on its way is still the same address.
    assert_eq!(browser.get("/marketplace?q=&sort=&utm_source=x").await.status, StatusCode::OK);
}
