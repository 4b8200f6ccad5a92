//! Licenses: what each opens, who puts them in force, and what becomes of those that end.

use marketplace::account::Scope;
use marketplace::account::license::{Document, Tier};
use marketplace_manifest::SigningKey;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, Person, Release, on_both_databases, package};

on_both_databases![
    without_a_license_the_tier_is_free_with_the_caps_that_the_categories_say,
    a_license_lifts_the_caps_but_for_the_gates_that_it_overrides,
    the_gate_of_the_earlier_release_is_read_as_that_of_skills_and_the_caller_is_told,
    a_category_that_nobody_planned_for_has_a_gate_of_its_own,
    free_does_not_publish_and_is_told_which_gate_and_tier,
    what_is_installed_stays_when_a_license_ends_and_the_holder_sees_why,
    a_holder_puts_the_vendors_license_in_force,
    what_the_vendor_did_not_sign_for_this_tenant_is_refused,
    an_older_license_does_not_come_back,
    an_operator_issues_shows_and_puts_licenses,
    a_license_that_would_mean_nothing_is_not_signed,
    where_the_vendor_is_elsewhere_no_license_is_signed,
    tenants_are_listed_with_their_tier_and_what_they_have,
    the_cap_holds_when_everybody_installs_at_once,
];

const LICENSE: &str = "/api/v1/marketplace/license";
const TENANTS: &str = "/cp/api/v1/admin/marketplace/tenants";

fn code(answer: &(StatusCode, Value)) -> (StatusCode, Option<&str>) {
    (answer.0, answer.1["code"].as_str())
}

async fn operator(house: &House) -> Person {
    house.person("operators", &[Scope::Operate]).await
}

/// A Pro license of a tenant, signed by this vendor.
fn signed(vendor: &SigningKey, tenant: &str, issued_at: &str, expires_at: Option<&str>) -> Value {
    let document = Document {
        id: "test".into(),
        tenant: tenant.parse().unwrap(),
        tier: Tier::Pro,
        issued_at: issued_at.into(),
        expires_at: expires_at.map(Into::into),
        gates: Default::default(),
    };
    serde_json::from_str(&document.sign(vendor)).unwrap()
}

async fn put(person: &Person, path: &str, document: Value) -> (StatusCode, Value) {
    person.call(Method::PUT, path, Some(document)).await
}

async fn without_a_license_the_tier_is_free_with_the_caps_that_the_categories_say(house: House) {
    let (_, license) = house.visitor().get(LICENSE).await;
    assert_eq!((&license["tier"], &license["status"]), (&json!("free"), &json!("none")));
    assert_eq!((&license["expires_at"], &license["reason"]), (&Value::Null, &Value::Null));
    let gates = &license["gates"];
    assert_eq!(gates["marketplace_browse"], true);
    assert_eq!(gates["marketplace_publish"], false);
    for (gate, cap) in
        [("apps", 3), ("skills", 5), ("widgets", 10), ("themes", 3), ("plugins", 3), ("notes", 2)]
    {
        assert_eq!(gates[format!("marketplace_install_{gate}_cap")], cap, "{gate}");
    }
}

async fn a_license_lifts_the_caps_but_for_the_gates_that_it_overrides(house: House) {
    let overrides = json!({ "marketplace_install_notes_cap": 7, "marketplace_publish": false });
    house.license("home", Tier::Team, overrides).await;
    let home = house.person("home", &[Scope::Browse]).await;
    let (_, license) = home.get(LICENSE).await;
    assert_eq!((&license["tier"], &license["status"]), (&json!("team"), &json!("in_force")));
    assert_eq!(license["gates"]["marketplace_install_apps_cap"], Value::Null);
    assert_eq!(license["gates"]["marketplace_install_notes_cap"], 7);
    assert_eq!(license["gates"]["marketplace_publish"], false);
    assert_eq!(license["deprecations"], json!([]));
}

async fn the_gate_of_the_earlier_release_is_read_as_that_of_skills_and_the_caller_is_told(house: House) {
    house.license("home", Tier::Pro, json!({ "marketplace_install_cap": 9 })).await;
    let home = house.person("home", &[Scope::Browse]).await;
    let (_, license) = home.get(LICENSE).await;
    assert_eq!(license["gates"]["marketplace_install_skills_cap"], 9);
    assert_eq!(license["gates"]["marketplace_install_apps_cap"], Value::Null);
    let deprecation = &license["deprecations"][0];
    assert_eq!(deprecation["gate"], "marketplace_install_cap");
    assert_eq!(deprecation["use"], "marketplace_install_skills_cap");
    assert!(deprecation["message"].as_str().unwrap().contains("next release"));
}

async fn a_category_that_nobody_planned_for_has_a_gate_of_its_own(house: House) {
    house.market.categories.add(marketplace_test_guests::GALLERY, "test").await.unwrap();
    let described = house.market.store.category(&"posters".parse().unwrap()).await.unwrap().unwrap();
    let (_, free) = house.visitor().get(LICENSE).await;
    assert_eq!(free["gates"]["marketplace_install_posters_cap"], described.free_install_cap);
    house.license("home", Tier::Pro, json!({ "marketplace_install_posters_cap": 1 })).await;
    let (_, pro) = house.person("home", &[Scope::Browse]).await.get(LICENSE).await;
    assert_eq!(pro["gates"]["marketplace_install_posters_cap"], 1);
}

async fn free_does_not_publish_and_is_told_which_gate_and_tier(house: House) {
    house.register("ada", None).await;
    let ada = house.person("ada", &[Scope::Publish]).await;
    let release = Release {
        manifest: "kind: note\nname: hello\nversion: '1.0.0'\npermissions: []\n".into(),
        package: package(&[("note.txt", "hi")]),
    };
    let refused = ada.submit("notes", &release).await;
    assert_eq!(code(&refused), (StatusCode::FORBIDDEN, Some("publish_not_licensed")));
    assert_eq!((&refused.1["gate"], &refused.1["tier"]), (&json!("marketplace_publish"), &json!("free")));
    let detail = refused.1["detail"].as_str().unwrap();
    assert!(detail.contains("Free") && detail.contains("Pro"), "{detail}");
    let issued =
        operator(&house).await.post(&format!("{TENANTS}/ada/license/issue"), json!({ "tier": "pro" })).await;
    assert_eq!(issued.0, StatusCode::CREATED, "{:#}", issued.1);
    assert_eq!(ada.submit("notes", &release).await.0, StatusCode::CREATED);
}

async fn what_is_installed_stays_when_a_license_ends_and_the_holder_sees_why(house: House) {
    let author = house.author("ada").await;
    for name in ["n1", "n2", "n3", "n4"] {
        house.publish_note(&author, name, "1.0.0", name, &[]).await;
    }
    let home = house.person("home", &[Scope::Install]).await;
    house.license("home", Tier::Pro, json!({})).await;
    for name in ["n1", "n2", "n3"] {
        let (status, answer) = home.install(&format!("notes/{name}"), json!({})).await;
        assert_eq!(status, StatusCode::CREATED, "{answer:#}");
    }
    // As its holder finds it when the time has come.
    let (store, tenant) = (&house.market.store, "home".parse().unwrap());
    let before = store.license(&tenant).await.unwrap();
    let vendor = house.market.secrets.vendor_key().unwrap();
    let ended = "2024-02-01T00:00:00Z";
    let document = signed(&vendor, "home", "2024-01-01T00:00:00Z", Some(ended)).to_string();
    let event = marketplace_store::Event::new("test", "license.installed", "tenant:home");
    store.put_license(&tenant, before.as_deref(), &document, event).await.unwrap();

    let (_, license) = home.get(LICENSE).await;
    assert_eq!((&license["tier"], &license["status"]), (&json!("free"), &json!("expired")));
    assert_eq!(license["expires_at"], ended);
    assert!(license["reason"].as_str().unwrap().contains(ended), "{license:#}");
    assert_eq!(home.installed().await.len(), 3, "one more than Free installs");
    let refused = home.install("notes/n4", json!({})).await;
    assert_eq!(code(&refused), (StatusCode::FORBIDDEN, Some("install_cap_reached")));
    assert_eq!(refused.1["gate"], "marketplace_install_notes_cap");
    let again = home.install("notes/n1", json!({})).await;
    assert_eq!(again.0, StatusCode::CREATED, "what is installed already takes no place");
}

async fn a_holder_puts_the_vendors_license_in_force(house: House) {
    let home = house.person("home", &[Scope::Install]).await;
    let vendor = house.market.secrets.vendor_key().unwrap();
    let document = signed(&vendor, "home", "2024-01-01T00:00:00Z", None);
    for _ in 0..2 {
        let (status, license) = put(&home, LICENSE, document.clone()).await;
        assert_eq!((status, &license["tier"]), (StatusCode::OK, &json!("pro")), "{license:#}");
    }
    let events = house.events().await;
    let installed: Vec<_> = events.iter().filter(|event| event.action == "license.installed").collect();
    assert_eq!(installed.len(), 1, "the same again changes nothing");
    assert!(installed[0].actor.starts_with("home/token:"));
    let browser = house.person("home", &[Scope::Browse]).await;
    assert_eq!(code(&put(&browser, LICENSE, document).await), (StatusCode::FORBIDDEN, Some("scope_missing")));
}

async fn what_the_vendor_did_not_sign_for_this_tenant_is_refused(house: House) {
    let home = house.person("home", &[Scope::Install]).await;
    let vendor = house.market.secrets.vendor_key().unwrap();
    let good = signed(&vendor, "home", "2024-01-01T00:00:00Z", None);
    let mut better = good.clone();
    better["tier"] = json!("enterprise");
    let mut generous = good.clone();
    generous["gates"] = json!({ "marketplace_install_apps_cap": null });
    let mut unsigned = good.clone();
    unsigned.as_object_mut().unwrap().remove("signature");
    let another_vendors = signed(&SigningKey::generate(), "home", "2024-01-01T00:00:00Z", None);
    let another_tenants = signed(&vendor, "work", "2024-01-01T00:00:00Z", None);
    let ended = signed(&vendor, "home", "2024-01-01T00:00:00Z", Some("2024-02-01T00:00:00Z"));
    let to_come = signed(&vendor, "home", "2999-01-01T00:00:00Z", None);
    for (document, status, why) in [
        (better, StatusCode::FORBIDDEN, "license_not_signed"),
        (generous, StatusCode::FORBIDDEN, "license_not_signed"),
        (another_vendors, StatusCode::FORBIDDEN, "license_not_signed"),
        (another_tenants, StatusCode::FORBIDDEN, "license_not_yours"),
        (unsigned, StatusCode::FORBIDDEN, "license_malformed"),
        (ended, StatusCode::CONFLICT, "license_not_in_force"),
        (to_come, StatusCode::CONFLICT, "license_not_in_force"),
    ] {
        let refused = put(&home, LICENSE, document).await;
        assert_eq!(code(&refused), (status, Some(why)), "{:#}", refused.1);
    }
    let (_, license) = home.get(LICENSE).await;
    assert_eq!((&license["tier"], &license["status"]), (&json!("free"), &json!("none")));
}

async fn an_older_license_does_not_come_back(house: House) {
    let (home, operator) = (house.person("home", &[Scope::Install]).await, operator(&house).await);
    let vendor = house.market.secrets.vendor_key().unwrap();
    let old = signed(&vendor, "home", "2024-01-01T00:00:00Z", None);
    let new = signed(&vendor, "home", "2025-01-01T00:00:00+01:00", None);
    for document in [&old, &new] {
        assert_eq!(put(&home, LICENSE, document.clone()).await.0, StatusCode::OK);
    }
    let of_home = format!("{TENANTS}/home/license");
    for (person, path) in [(&home, LICENSE), (&operator, of_home.as_str())] {
        let refused = put(person, path, old.clone()).await;
        assert_eq!(code(&refused), (StatusCode::CONFLICT, Some("license_older")));
        assert_eq!(refused.1["in_force_issued_at"], "2025-01-01T00:00:00+01:00");
    }
}

async fn an_operator_issues_shows_and_puts_licenses(house: House) {
    let operator = operator(&house).await;
    let of_home = format!("{TENANTS}/home/license");
    let nobody = operator.get(&of_home).await;
    assert_eq!(code(&nobody), (StatusCode::NOT_FOUND, Some("not_found")));
    let order = json!({ "tier": "team", "days": 30, "gates": { "marketplace_install_apps_cap": 12 } });
    let (status, issued) = operator.post(&format!("{of_home}/issue"), order).await;
    assert_eq!(status, StatusCode::CREATED, "{issued:#}");
    assert_eq!((&issued["tenant"], &issued["tier"]), (&json!("home"), &json!("team")));
    assert_eq!(issued["gates"]["marketplace_install_apps_cap"], 12);
    assert!(issued["expires_at"].is_string() && issued["document"]["signature"].is_string());
    assert_eq!(operator.get(&of_home).await.1, issued);

    // The document is good wherever this vendor is trusted: here again, for one.
    let (status, put) = put(&operator, &of_home, issued["document"].clone()).await;
    assert_eq!((status, &put["document"]), (StatusCode::OK, &issued["document"]), "{put:#}");
    let events = house.events().await;
    let event = events.iter().find(|event| event.action == "license.installed").unwrap();
    assert_eq!((event.subject.as_str(), &event.details["tier"]), ("tenant:home", &json!("team")));
    assert!(event.actor.starts_with("operators/token:"));
}

async fn a_license_that_would_mean_nothing_is_not_signed(house: House) {
    let operator = operator(&house).await;
    let issue = format!("{TENANTS}/home/license/issue");
    for (gate, value) in [
        ("marketplace_publish", json!(3)),
        ("marketplace_install_apps_cap", json!(true)),
        ("marketplace_instal_apps_cap", json!(3)),
    ] {
        let refused = operator.post(&issue, json!({ "tier": "pro", "gates": { gate: value } })).await;
        assert_eq!(code(&refused), (StatusCode::FORBIDDEN, Some("license_gate_refused")), "{gate}");
        assert!(refused.1["detail"].as_str().unwrap().contains(gate));
    }
    for order in [json!({}), json!({ "tier": "gold" }), json!({ "tier": "pro", "days": 0 })] {
        assert_eq!(operator.post(&issue, order).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

async fn where_the_vendor_is_elsewhere_no_license_is_signed(house: House) {
    let vendor = SigningKey::generate();
    let trusted = house.data.path().join("keys/vendor.pub.pem");
    std::fs::write(&trusted, vendor.public_key().to_pem()).unwrap();
    let house = house.reopen().await;
    let operator = operator(&house).await;
    let of_home = format!("{TENANTS}/home/license");
    let refused = operator.post(&format!("{of_home}/issue"), json!({ "tier": "pro" })).await;
    assert_eq!(code(&refused), (StatusCode::CONFLICT, Some("vendor_elsewhere")));
    assert_eq!(refused.1["vendor_key"], vendor.public_key().fingerprint());
    let document = signed(&vendor, "home", "2024-01-01T00:00:00Z", None);
    assert_eq!(put(&operator, &of_home, document).await.0, StatusCode::OK);
}

async fn tenants_are_listed_with_their_tier_and_what_they_have(house: House) {
    let ada = house.author("ada").await;
    house.publish_note(&ada, "hello", "1.0.0", "hi", &[]).await;
    let home = house.person("home", &[Scope::Install]).await;
    assert_eq!(home.install("notes/hello", json!({})).await.0, StatusCode::CREATED);
    let operator = operator(&house).await;
    let (_, first) = operator.get(&format!("{TENANTS}?limit=1")).await;
    assert_eq!(first["tenants"][0]["id"], "ada");
    assert!(first["next_cursor"].is_string());
    let (_, all) = operator.get(TENANTS).await;
    let find = |name: &str| {
        all["tenants"].as_array().unwrap().iter().find(|tenant| tenant["id"] == name).unwrap().clone()
    };
    let (ada, home) = (find("ada"), find("home"));
    assert_eq!((&ada["tier"], &ada["license_status"]), (&json!("pro"), &json!("in_force")));
    assert_eq!((&ada["authors"], &ada["installations"]), (&json!(1), &json!(0)));
    assert_eq!((&home["tier"], &home["license_status"]), (&json!("free"), &json!("none")));
    assert_eq!((&home["authors"], &home["installations"]), (&json!(0), &json!(1)));
}

async fn the_cap_holds_when_everybody_installs_at_once(house: House) {
    let author = house.author("ada").await;
    let items: Vec<_> = (0..40).map(|number| format!("n{number}")).collect();
    for name in &items {
        house.publish_note(&author, name, "1.0.0", name, &[]).await;
    }
    house.license("home", Tier::Pro, json!({ "marketplace_install_notes_cap": 3 })).await;
    let home = house.person("home", &[Scope::Install]).await;
    for round in 0..3 {
        // 200 at once: each of 40 items, five times.
        let items: Vec<_> = (0..200).map(|at| format!("notes/{}", items[at % 40])).collect();
        let answers =
            futures_util::future::join_all(items.iter().map(|item| home.install(item, json!({})))).await;
        let mut made: Vec<_> = answers
            .iter()
            .filter(|(status, _)| *status == StatusCode::CREATED)
            .map(|(_, installed)| installed["slug"].as_str().unwrap().to_owned())
            .collect();
        made.sort();
        made.dedup();
        assert_eq!(made.len(), 3, "round {round}: {made:?}");
        for refused in answers.iter().filter(|(status, _)| *status != StatusCode::CREATED) {
            assert_eq!(code(refused), (StatusCode::FORBIDDEN, Some("install_cap_reached")), "round {round}");
        }
        assert_eq!(home.installed().await.len(), 3);
        for slug in made {
            home.delete(&format!("/api/v1/marketplace/notes/items/{slug}/install")).await;
        }
    }
}
