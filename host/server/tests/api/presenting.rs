//! What a category shows of itself and its items, without a page of its own: in lists, filters, drawers and the form of a
//! submission. The category `notes` has a mood, which its cards show and its lists are filtered by, and which an author
//! says in `x-mood`; a length in the drawer; and permissions to offer. The gallery `posters` is of contract 1.0, and has
//! nothing to say.

use marketplace::account::Scope;
use marketplace_manifest::{Digest, Draft};
use marketplace_store::Event;
use reqwest::header::{ACCEPT, COOKIE, LOCATION};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::house::{Author, House, Release, http_client, on_both_databases, package};

on_both_databases![
    the_api_says_what_a_category_shows_and_of_which_contract_it_is,
    what_an_item_has_is_on_its_card_and_with_the_item,
    lists_and_facets_are_filtered_by_fields,
    a_field_that_there_is_not_is_an_error_with_a_name,
    the_gallery_shows_details_and_filters_by_them,
    a_category_of_the_first_contract_is_served_as_before,
    what_another_component_says_is_shown_at_once,
    a_component_that_does_not_present_itself_is_not_added,
    the_form_of_a_submission_asks_what_its_category_asks,
    the_control_center_lists_what_a_category_offers,
];

/// A signed note with a mood, if it has one.
fn note(author: &Author, name: &str, mood: Option<&str>, text: &str, permissions: &[&str]) -> Release {
    let package = package(&[("note.txt", text)]);
    let draft = Draft::new("note", name.parse().unwrap(), "1.0.0".parse().unwrap()).unwrap();
    let mut draft = draft.with_permissions(permissions.iter().map(ToString::to_string).collect()).unwrap();
    if let Some(mood) = mood {
        draft = draft.with_extra("x-mood", json!(mood)).unwrap();
    }
    let manifest = draft.fill(&author.id, &Digest::of(&package)).unwrap().sign(&author.key);
    Release { manifest: manifest.to_json().to_string(), package }
}

async fn publish(house: &House, author: &Author, category: &str, release: &Release) -> String {
    let (status, submitted) = author.person.submit(category, release).await;
    assert_eq!(status, StatusCode::CREATED, "{submitted:#}");
    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let id = submitted["id"].as_str().unwrap().to_owned();
    let path = format!("/cp/api/v1/admin/marketplace/queue/{id}/approve");
    assert_eq!(moderator.post(&path, json!({ "note": "fine" })).await.0, StatusCode::NO_CONTENT);
    id
}

/// Three notes: `aa` is calm, `bb` merry, and `cc` does not say. Their releases.
async fn shop(house: &House) -> [String; 3] {
    let ada = house.author("ada").await;
    [
        publish(house, &ada, "notes", &note(&ada, "aa", Some("calm"), "hush", &[])).await,
        publish(house, &ada, "notes", &note(&ada, "bb", Some("merry"), "metrics", &["data:read.metrics"]))
            .await,
        publish(house, &ada, "notes", &note(&ada, "cc", None, "hi", &[])).await,
    ]
}

async fn get(house: &House, path: &str) -> Value {
    let (status, answer) = house.visitor().get(&format!("/api/v1/marketplace{path}")).await;
    assert_eq!(status, StatusCode::OK, "{path}: {answer:#}");
    answer
}

fn slugs(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["slug"].as_str().unwrap()).collect()
}

fn moods(facets: &Value) -> Vec<String> {
    let values = facets["fields"].as_array().unwrap().iter().find(|field| field["key"] == "mood");
    let values = values.into_iter().flat_map(|field| field["values"].as_array().unwrap());
    values.map(|one| format!("{} {}", one["value"].as_str().unwrap(), one["count"])).collect()
}

async fn category(house: &House, id: &str) -> Value {
    let categories = get(house, "/categories").await;
    let categories = categories["categories"].as_array().unwrap();
    categories.iter().find(|category| category["id"] == id).unwrap().clone()
}

async fn the_api_says_what_a_category_shows_and_of_which_contract_it_is(house: House) {
    let notes = category(&house, "notes").await;
    assert_eq!(notes["contract"], "1.1.0");
    assert_eq!(notes["component_sha256"], Digest::of(marketplace_test_guests::HONEST).to_string());
    let shown = &notes["presentation"];
    assert!(shown["package"].as_str().unwrap().contains("note.txt"), "{shown:#}");
    let mood = &shown["fields"].as_array().unwrap().iter().find(|field| field["key"] == "mood").unwrap();
    assert_eq!((&mood["label"], &mood["card"], &mood["facet"]), (&json!("Mood"), &json!(true), &json!(true)));
    assert_eq!(shown["permissions"][0]["permission"], "data:read.metrics");
    assert_eq!(shown["inputs"][0]["name"], "x-mood");
    assert_eq!(shown["inputs"][0]["entry"]["type"], "choice");
}

async fn what_an_item_has_is_on_its_card_and_with_the_item(house: House) {
    shop(&house).await;
    let list = get(&house, "/notes/items?sort=name").await;
    let mood = json!([{ "key": "mood", "label": "Mood", "values": [{ "type": "text", "value": "calm" }] }]);
    assert_eq!(list["items"][0]["details"], mood, "a card has what belongs on cards");
    assert_eq!(list["items"][2]["details"], json!([]));
    assert_eq!(get(&house, "/items?sort=name").await["items"][0]["details"], mood);

    let item = get(&house, "/notes/items/aa").await;
    let keys: Vec<_> =
        item["details"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["mood", "length"], "an item has all, in its category's order");
    assert_eq!(item["details"][1]["values"], json!([{ "type": "bytes", "value": 4 }]));
}

async fn lists_and_facets_are_filtered_by_fields(house: House) {
    shop(&house).await;
    for (query, found) in [
        ("field=mood:calm", vec!["aa"]),
        ("field=mood%3Amerry", vec!["bb"]),
        ("field=mood:calm&field=mood:merry", vec![]),
        ("field=mood:", vec![]),
        ("field=mood:Calm", vec![]),
        ("field=mood:calm&q=aa", vec!["aa"]),
        ("field=mood:calm&q=bb", vec![]),
        ("field=mood:merry&permission=data:read.metrics", vec!["bb"]),
    ] {
        for path in ["/notes/items", "/items"] {
            assert_eq!(slugs(&get(&house, &format!("{path}?{query}")).await), found, "{path}?{query}");
        }
    }
    assert_eq!(moods(&get(&house, "/notes/facets").await), ["calm 1", "merry 1"]);
    assert_eq!(moods(&get(&house, "/notes/facets?q=aa").await), ["calm 1"]);
    let calm = get(&house, "/notes/facets?field=mood:calm").await;
    assert_eq!(moods(&calm), ["calm 1", "merry 1"], "what another choice would find");
    assert_eq!(calm["permissions"], json!([]));
    assert_eq!(calm["fields"][0]["label"], "Mood");
    assert_eq!(get(&house, "/facets").await["fields"], json!([]), "fields are of one category");
    assert_eq!(get(&house, "/facets?field=mood:calm").await["authors"][0]["count"], 1);
}

async fn a_field_that_there_is_not_is_an_error_with_a_name(house: House) {
    shop(&house).await;
    house.market.categories.add(marketplace_test_guests::GALLERY, "test").await.unwrap();
    for path in ["/notes/items", "/notes/facets", "/posters/items", "/items", "/facets"] {
        let unknown = format!("/api/v1/marketplace{path}?field=colour:red");
        let (status, problem) = house.visitor().get(&unknown).await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (StatusCode::NOT_FOUND, Some("field_unknown")),
            "{path}"
        );
        assert!(problem["detail"].as_str().unwrap().contains("`colour`"), "{problem:#}");
        for malformed in ["mood", ":calm", ""] {
            let (status, problem) =
                house.visitor().get(&format!("/api/v1/marketplace{path}?field={malformed}")).await;
            assert_eq!(
                (status, problem["code"].as_str()),
                (StatusCode::BAD_REQUEST, Some("bad_query")),
                "{malformed}"
            );
        }
    }
    // A field that is shown is not by itself one to filter by.
    let (status, problem) = house.visitor().get("/api/v1/marketplace/notes/items?field=length:4").await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{problem:#}");
    assert!(problem["detail"].as_str().unwrap().contains("`mood`"), "it says which there are: {problem:#}");
    let many = format!("/api/v1/marketplace/notes/items?{}", vec!["field=mood:calm"; 17].join("&"));
    assert_eq!(house.visitor().get(&many).await.0, StatusCode::BAD_REQUEST);
    let mut browser = Browser::new(&house);
    assert_eq!(browser.get("/marketplace/notes?field=colour:red").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/marketplace/notes?field=nonsense").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.get("/marketplace/notes?field=").await.status, StatusCode::OK, "nobody filled it in");
}

async fn the_gallery_shows_details_and_filters_by_them(house: House) {
    shop(&house).await;
    let mut browser = Browser::new(&house);
    let all = browser.get("/marketplace/notes").await.text;
    assert!(all.contains("<dt>Mood</dt><dd>calm</dd>"), "on the card: {all}");
    assert!(!all.contains("<dt>Length</dt>"), "not on the card: {all}");
    assert!(
        all.contains("<h2>Mood</h2>") && all.contains("href=\"/marketplace/notes?field=mood%3Acalm\""),
        "{all}"
    );
    assert!(all.contains("<dt>Mood</dt><dd>merry</dd>"), "{all}");

    let calm = browser.get("/marketplace/notes?field=mood%3Acalm").await.text;
    assert!(calm.contains("1 item") && !calm.contains("<dt>Mood</dt><dd>merry</dd>"), "{calm}");
    assert!(calm.contains("Without </span>Mood: calm"), "the filter has a way out: {calm}");
    assert!(calm.contains("name=\"field\" value=\"mood:calm\""), "a search keeps it: {calm}");
    assert!(
        calm.contains("href=\"/marketplace/notes?field=mood%3Amerry\""),
        "another choice takes its place: {calm}"
    );
    assert!(calm.contains("href=\"/marketplace/themes\""), "another category has other fields: {calm}");
    let everywhere = browser.get("/marketplace?field=mood%3Acalm").await.text;
    assert!(
        everywhere.contains("1 item") && everywhere.contains("Without </span>Mood: calm"),
        "{everywhere}"
    );

    let drawer = browser.get("/marketplace/notes/aa").await.text;
    let (_, facts) = drawer.split_once("id=\"facts\"").unwrap();
    let (mood, length) = (facts.find("<dt>Mood</dt>").unwrap(), facts.find("<dt>Length</dt>").unwrap());
    assert!(mood < length && facts.contains("<dt>Length</dt><dd>4 B</dd>"), "{facts}");
    assert!(
        facts.contains("href=\"/marketplace/notes?field=mood%3Acalm\""),
        "what one can filter by is a link: {facts}"
    );

    // What a permission means stands beside it.
    let (_, filters) = all.split_once("data-part=\"filters\"").unwrap();
    let sentence = category(&house, "notes").await["presentation"]["permissions"][0]["summary"].clone();
    assert!(filters.contains(sentence.as_str().unwrap()), "{filters}");
    for page in [&all, &calm, &drawer] {
        assert!(!page.contains(" style=\""), "{page}");
    }
}

async fn a_category_of_the_first_contract_is_served_as_before(house: House) {
    house.market.categories.add(marketplace_test_guests::GALLERY, "test").await.unwrap();
    let posters = category(&house, "posters").await;
    assert_eq!(posters["contract"], "1.0.0");
    let nothing = json!({ "package": "", "fields": [], "permissions": [], "inputs": [] });
    assert_eq!(posters["presentation"], nothing);
    let ada = house.author("ada").await;
    let release = ada.release("poster", "dawn", "1.0.0", &[("poster.txt", "hi")], &[]);
    publish(&house, &ada, "posters", &release).await;
    assert_eq!(get(&house, "/posters/items").await["items"][0]["details"], json!([]));
    assert_eq!(get(&house, "/posters/items/dawn").await["details"], json!([]));
    assert_eq!(get(&house, "/posters/facets").await["fields"], json!([]));
    let mut browser = Browser::new(&house);
    let gallery = browser.get("/marketplace/posters").await.text;
    assert!(gallery.contains("dawn") && !gallery.contains("card-details"), "{gallery}");
    assert_eq!(browser.get("/marketplace/posters/dawn").await.status, StatusCode::OK);
}

async fn what_another_component_says_is_shown_at_once(house: House) {
    let [aa, bb, _] = shop(&house).await;
    let said = |mood: &str| json!([{ "field": "mood", "values": [{ "type": "text", "value": mood }] }]);
    let event = Event::new("test", "category.presented", "category:notes");
    let notes = "notes".parse().unwrap();
    let all = vec![(aa, said("quiet")), (bb, json!([{ "field": "gone", "values": [] }]))];
    assert_eq!(house.market.store.present_again(&notes, all, event).await.unwrap(), 2);
    assert_eq!(moods(&get(&house, "/notes/facets").await), ["quiet 1"]);
    assert_eq!(slugs(&get(&house, "/notes/items?field=mood:quiet").await), ["aa"]);
    assert_eq!(slugs(&get(&house, "/notes/items?field=mood:calm").await), [""; 0]);
    let list = get(&house, "/notes/items?sort=name").await;
    assert_eq!(list["items"][0]["details"][0]["values"][0]["value"], "quiet");
    assert_eq!(list["items"][1]["details"], json!([]), "a field that there is no more has no name");
    let item = get(&house, "/notes/items/aa").await;
    assert_eq!(item["details"][0]["values"][0]["value"], "quiet");
}

async fn a_component_that_does_not_present_itself_is_not_added(house: House) {
    // The honest guest, had it offered what it refuses: another permission of the same length.
    let mut bytes = marketplace_test_guests::HONEST.to_vec();
    let (its, word) = (b"data:read.metrics", b"data-read.metrics");
    for at in 0..bytes.len() - its.len() {
        if bytes[at..].starts_with(its) {
            bytes[at..at + its.len()].copy_from_slice(word);
        }
    }
    let before = category(&house, "notes").await;
    let error = house.market.categories.examine(&bytes).await.unwrap_err().to_string();
    assert!(error.contains("present"), "{error}");
    assert_eq!(category(&house, "notes").await, before);
}

/// Drops a package on the page as a browser does; where that leads.
async fn drop_package(
    browser: &mut Browser,
    house: &House,
    category: &str,
    files: &[(&str, &str)],
) -> String {
    let start = "/control-center/marketplace/submit";
    browser.get(start).await;
    let form = Form::new()
        .text("form_key", browser.form_key.clone())
        .text("category", category.to_owned())
        .text("author", "ada")
        .part("package", Part::bytes(package(files)).file_name("aa-1.0.0.tar.gz"));
    http_client();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = client.request(Method::POST, format!("{}{start}", house.address)).multipart(form);
    let request = request.header(ACCEPT, "text/html").header(COOKIE, cookies.join("; "));
    let response = request.header("sec-fetch-site", "same-origin").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    response.headers()[LOCATION].to_str().unwrap().to_owned()
}

async fn the_form_of_a_submission_asks_what_its_category_asks(house: House) {
    house.author("ada").await;
    let person = house.person("ada", &[Scope::Publish]).await;
    let mut browser = Browser::of(&person).await;
    let package_words =
        category(&house, "notes").await["presentation"]["package"].as_str().unwrap().to_owned();
    let start = browser.get("/control-center/marketplace/submit").await.text;
    assert!(start.contains(&format!("Package: {package_words}")), "{start}");

    let draft = drop_package(&mut browser, &house, "notes", &[("note.txt", "hush")]).await;
    let page = browser.get(&draft).await.text;
    for part in [
        "<select id=\"x-mood\" name=\"x-mood\"",
        "<option value=\"calm\">",
        "Of this note",
        "What else a note may ask for",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(
        page.contains("type=\"checkbox\" name=\"permission\" value=\"data:read.metrics\">"),
        "offered: {page}"
    );

    let typed = |mood, permission| {
        let usual = [("name", "aa"), ("version", "1.0.0"), ("do", "check"), ("x-mood", mood)];
        let picked: &[_] = if permission { &[("permission", "data:read.metrics")] } else { &[] };
        [&usual, picked].concat()
    };
    // What is none of the choices is told beside the field, and stays.
    browser.send(&draft, &typed("angry", false)).await;
    let page = browser.get(&draft).await.text;
    assert!(
        page.contains("id=\"x-mood-error\"") && page.contains("<option value=\"angry\" selected>"),
        "{page}"
    );
    assert!(page.contains("href=\"#x-mood\""), "what was found leads to the field: {page}");

    // A choice that is there is in the manifest, and so is a permission that was picked.
    browser.send(&draft, &typed("merry", true)).await;
    let page = browser.get(&draft).await.text;
    assert!(page.contains("<option value=\"merry\" selected>"), "{page}");
    assert!(page.contains("name=\"permission\" value=\"data:read.metrics\" checked>"), "{page}");
    let manifest = browser.get(&format!("{draft}/manifest.yaml")).await.text;
    assert!(manifest.contains("x-mood: merry") && manifest.contains("data:read.metrics"), "{manifest}");

    // What is left out again, the manifest does not say.
    browser.send(&draft, &typed("", false)).await;
    let manifest = browser.get(&format!("{draft}/manifest.yaml")).await.text;
    assert!(!manifest.contains("x-mood") && !manifest.contains("data:read"), "{manifest}");
}

async fn the_control_center_lists_what_a_category_offers(house: House) {
    house.market.categories.add(marketplace_test_guests::GALLERY, "test").await.unwrap();
    let mut browser = Browser::of(&house.person("operators", &[Scope::Operate]).await).await;
    let notes = browser.get("/control-center/marketplace/categories/notes/component").await.text;
    let offer = category(&house, "notes").await["presentation"]["permissions"][0].clone();
    for part in
        [offer["permission"].as_str().unwrap(), offer["summary"].as_str().unwrap(), "x-mood", "as a filter"]
    {
        assert!(notes.contains(part), "{part} is not in {notes}");
    }
    assert!(notes.contains("marketplace:category@1.1.0"), "{notes}");
    let posters = browser.get("/control-center/marketplace/categories/posters/component").await.text;
    assert!(
        posters.contains("Nothing of its own") && posters.contains("marketplace:category@1.0.0"),
        "{posters}"
    );
}
