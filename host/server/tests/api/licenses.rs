use marketplace::account::Scope;
use marketplace::account::license::Tier;
use serde_json::{Value, json};

use crate::house::{House, on_both_databases};

on_both_databases![
    without_a_license_the_tier_is_free_with_the_caps_that_the_categories_say,
    a_license_lifts_the_caps_but_for_the_gates_that_it_overrides,
    the_gate_of_the_earlier_release_is_read_as_that_of_skills,
];

async fn without_a_license_the_tier_is_free_with_the_caps_that_the_categories_say(house: House) {
    let (_, license) = house.visitor().get("/api/v1/marketplace/license").await;
    assert_eq!(license["tier"], "free");
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
    house
        .license(
            "home",
            Tier::Team,
            json!({ "marketplace_install_notes_cap": 7, "marketplace_publish": false }),
        )
        .await;
    let home = house.person("home", &[Scope::Browse]).await;
    let (_, license) = home.get("/api/v1/marketplace/license").await;
    assert_eq!(license["tier"], "team");
    assert_eq!(license["gates"]["marketplace_install_apps_cap"], Value::Null);
    assert_eq!(license["gates"]["marketplace_install_notes_cap"], 7);
    assert_eq!(license["gates"]["marketplace_publish"], false);
}

async fn the_gate_of_the_earlier_release_is_read_as_that_of_skills(house: House) {
    house.license("home", Tier::Pro, json!({ "marketplace_install_cap": 9 })).await;
    let home = house.person("home", &[Scope::Browse]).await;
    let (_, license) = home.get("/api/v1/marketplace/license").await;
    assert_eq!(license["gates"]["marketplace_install_skills_cap"], 9);
    assert_eq!(license["gates"]["marketplace_install_apps_cap"], Value::Null);
}
