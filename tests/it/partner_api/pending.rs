//! The operator's work-list of enrolments that networks are to be asked for.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

async fn work_list(world: &World) -> Value {
    world.operate(json!({"do": "LIST_PENDING_ENROLMENTS"})).await.expect("a list")
}

#[tokio::test]
async fn who_waits_too_long_for_a_network_is_marked() {
    let world = World::start(Settings::default()).await; // a Tuesday
    let shop = Shop::open(&world).await;
    let rdr = json!({
        "merchant_ids": [shop.merchant], "type": "VERIFI_RDR",
        "verifi_rdr": {"arns": ["74027012345678901234567"]}
    });
    assert_eq!(world.call("POST", "/v2/enrolments", &shop.key, Some(&rdr)).await.0, 200);
    let overdue = |list: &Value| -> Vec<(Value, Value)> {
        let items = list["items"].as_array().expect("items");
        items
            .iter()
            .map(|one| (one["watches"]["type"].clone(), one["is_overdue"].clone()))
            .collect()
    };
    let at = |ethoca: bool, rdr: bool| {
        vec![(json!("ETHOCA_ALERT"), json!(ethoca)), (json!("VERIFI_RDR"), json!(rdr))]
    };
    assert_eq!(overdue(&work_list(&world).await), at(false, false));
    world.clock.advance(SignedDuration::from_hours(24 * 3)); // Friday: three business days
    assert_eq!(overdue(&work_list(&world).await), at(false, false));
    world.clock.advance(SignedDuration::from_hours(24 * 3)); // Monday: four
    let list = work_list(&world).await;
    assert_eq!((overdue(&list), &list["overdue"]), (at(true, false), &json!(1)));
    world.clock.advance(SignedDuration::from_hours(24 * 15));
    assert_eq!(overdue(&work_list(&world).await), at(true, true));

    shop.push(&[shop.alert("FIRST")]).await; // the first alert proves an enrolment
    let list = work_list(&world).await;
    assert_eq!(overdue(&list), vec![(json!("VERIFI_RDR"), json!(true))]);
}

#[tokio::test]
async fn the_list_is_a_csv_that_is_no_program() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let merchant = json!({
        "organisation_id": shop.organisation, "name": "=HYPERLINK(\"x\"), Inc", "type": "GENERIC",
        "external_id": "mid-1"
    });
    let (_, merchant) = world.call("POST", "/v1/merchants", &shop.key, Some(&merchant)).await;
    let descriptors = json!([
        {"descriptor": "ZENITH, INC", "match_type": "EQUALS"},
        {"descriptor": "ZENITH*SUB", "match_type": "STARTS_WITH"}
    ]);
    let enrolment = json!({
        "merchant_ids": [merchant["id"]], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": descriptors}
    });
    let (_, enrolment) = world.call("POST", "/v2/enrolments", &shop.key, Some(&enrolment)).await;
    let csv = work_list(&world).await["csv"].as_str().expect("text").to_owned();
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert!(
        lines[0].starts_with(
            "enrolment_id,type,organisation,merchants,merchant_accounts,descriptor,match_type,"
        ),
        "{csv}"
    );
    let id = enrolment["id"].as_str().expect("an id");
    let begins = format!("{id},ETHOCA_ALERT,Acme,\"'=HYPERLINK(\"\"x\"\"), Inc\",mid-1,");
    assert!(lines[2].starts_with(&format!("{begins}\"ZENITH, INC\",EQUALS,,,,2026-")), "{csv}");
    assert!(
        lines[3].starts_with(&format!("{begins}ZENITH*SUB,STARTS_WITH,,,,2026-"))
            && lines[3].ends_with(",0,false"),
        "{csv}"
    );
}

#[tokio::test]
async fn nobody_works_for_test_organisations() {
    let world = World::start(Settings::default()).await;
    let key = world.new_partner("P", "TEST").await.expect("a partner");
    let made = async |path: &str, body: Value| {
        world.call("POST", path, &key, Some(&body)).await.1["id"].clone()
    };
    let organisation = made("/v1/organisations", json!({"name": "Acme"})).await;
    let merchant = made(
        "/v1/merchants",
        json!({"organisation_id": organisation, "name": "Shop", "type": "GENERIC"}),
    )
    .await;
    let rdr = json!({
        "merchant_ids": [merchant], "type": "VERIFI_RDR",
        "verifi_rdr": {"bin": "424242", "caid": "A1"}
    });
    assert!(made("/v2/enrolments", rdr).await.is_string());
    assert_eq!(work_list(&world).await["items"], json!([]));
}
