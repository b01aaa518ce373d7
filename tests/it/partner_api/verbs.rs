//! Every verb at one thing: who is not known, may not, or may not see it, is told so before
//! anything is done.

use domain::account::{Mode, Reach};
use serde_json::json;

use super::{Desk, order, setup};

/// A verb at one thing: its method and path, the ability it needs, and whether it is for partners'
/// keys only.
struct Verb {
    method: &'static str,
    path: String,
    ability: &'static str,
    is_partners: bool,
}

async fn verbs(desk: &Desk) -> (String, Vec<Verb>) {
    let shop = desk.shop("Acme").await;
    let member = json!({
        "organisation_id": shop.organisation, "first_name": "A", "last_name": "B",
        "email": "a@example.com", "role": "ADMIN"
    });
    let member = desk.post("/v1/memberships", &member).await.id();
    let enrolment = setup::enrol(desk, &shop.merchant, "ACMEFIT").await.id();
    let rule = json!({
        "type": "AMOUNT",
        "parameters": {"operator": "LESS_THAN", "currency_code": "USD", "amount_in_cents": 1}
    });
    let ruleset = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [enrolment], "outcome": "REFUND",
        "rules": [rule]
    });
    let ruleset = desk.post("/v1/rulesets", &ruleset).await;
    let (rule, ruleset) =
        (ruleset.body["rules"][0]["id"].as_str().expect("an id").to_owned(), ruleset.id());
    let order =
        desk.post("/v1/orders", &json!([order(&shop, "o-1")])).await.body["results"][0]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
    let verb =
        |method, path: String, ability, is_partners| Verb { method, path, ability, is_partners };
    let verbs = vec![
        verb(
            "PATCH",
            format!("/v1/organisations/{}", shop.organisation),
            "organisations:write",
            true,
        ),
        verb(
            "DELETE",
            format!("/v1/organisations/{}", shop.organisation),
            "organisations:write",
            true,
        ),
        verb("PATCH", format!("/v1/memberships/{member}"), "memberships:write", true),
        verb("DELETE", format!("/v1/memberships/{member}"), "memberships:write", true),
        verb("PATCH", format!("/v1/merchants/{}", shop.merchant), "merchants:write", true),
        verb("DELETE", format!("/v1/merchants/{}", shop.merchant), "merchants:write", true),
        verb(
            "PATCH",
            format!("/v1/integrations/{}", shop.integration),
            "integrations:write",
            false,
        ),
        verb("DELETE", format!("/v2/enrolments/{enrolment}"), "enrolments_v2:write", true),
        verb("PATCH", format!("/v1/rulesets/{ruleset}"), "rulesets:write", false),
        verb("DELETE", format!("/v1/rulesets/{ruleset}"), "rulesets:write", false),
        verb("POST", format!("/v1/rulesets/{ruleset}/rules"), "rulesets:write", false),
        verb("PATCH", format!("/v1/rulesets/{ruleset}/rules/{rule}"), "rulesets:write", false),
        verb("DELETE", format!("/v1/rulesets/{ruleset}/rules/{rule}"), "rulesets:write", false),
        verb("PATCH", format!("/v1/orders/{order}"), "orders:update", false),
        verb("GET", "/v1/alerts/alrt_1/history".into(), "alerts:read", false),
    ];
    (shop.organisation, verbs)
}

#[tokio::test]
async fn nobody_reaches_a_thing_that_is_not_theirs() {
    let desk = Desk::open().await;
    let (organisation, verbs) = verbs(&desk).await;
    let own = desk.key_of(&organisation).await;
    let neighbour = desk.shop("Zenith").await;
    let neighbour = desk.key_of(&neighbour.organisation).await;
    let stranger = desk.partner("Other Payments", Mode::Live).await;
    let other_mode = desk.new_key("Payments Inc", Mode::Test, Reach::Partner, &[]).await;
    let bare = desk.new_key("Payments Inc", Mode::Live, Reach::Partner, &["nothing:read"]).await;
    let body = json!({"name": "Taken", "type": "AMOUNT", "parameters": {}});
    for Verb { method, path, ability, is_partners } in &verbs {
        let call = async |key: &str| desk.call(method, path, key, Some(&body)).await;
        let place = format!("{method} {path}");
        assert_eq!(call("fsk_live_nobody").await.refusal().1, "UNAUTHENTICATED", "{place}");
        let lacking = call(&bare).await;
        assert_eq!(lacking.refusal().1, "MISSING_ABILITY", "{place}");
        assert!(
            lacking.body["detail"].as_str().is_some_and(|detail| detail.contains(ability)),
            "{place}: {}",
            lacking.body
        );
        for key in [&stranger, &other_mode] {
            assert_eq!(call(key).await.refusal().1, "NOT_FOUND", "{place}");
        }
        let expected = if *is_partners { (401, "PARTNER_ONLY") } else { (404, "NOT_FOUND") };
        let refused = call(&neighbour).await;
        assert_eq!((refused.refusal().0, refused.refusal().1), expected, "{place}");
        if *is_partners {
            assert_eq!(call(&own).await.refusal().1, "PARTNER_ONLY", "{place}");
        }
        let (kind, rest) = path.split_at(path.find('_').expect("an id"));
        let missing = format!("{kind}_1{}", rest.find('/').map_or("", |at| &rest[at..]));
        assert_eq!(
            desk.call(method, &missing, &desk.key, Some(&body)).await.refusal().1,
            "NOT_FOUND",
            "{method} {missing}"
        );
    }
    let organisation = desk.get(&format!("/v1/organisations/{organisation}")).await;
    assert_eq!(
        (&organisation.body["name"], &organisation.body["version"]),
        (&json!("Acme"), &json!(1)),
        "nothing was done"
    );
}
