//! Every verb at one thing: who is not known, may not, or may not see it, is told so before
//! anything is done.

use domain::account::{ApiKeyScope, OperatingMode};
use serde_json::json;

use super::{Answer, Desk, Shop, order, setup};

/// A verb at one thing: its method and path, the ability it needs, and whether it is for partners'
/// keys only.
struct Verb {
    method: &'static str,
    path: String,
    ability: &'static str,
    is_partners: bool,
}

/// The paths of a shop's organisation and of all that the shop has.
struct Paths {
    organisation: String,
    membership: String,
    merchant: String,
    integration: String,
    enrolment: String,
    ruleset: String,
    rule: String,
    order: String,
}

impl Paths {
    /// The paths of new things.
    async fn make(desk: &Desk) -> Self {
        let shop = desk.shop("Acme").await;
        let member = json!({
            "organisation_id": shop.organisation, "first_name": "A", "last_name": "B",
            "email": "a@example.com", "role": "ADMIN"
        });
        let member = desk.post("/v1/memberships", &member).await.id();
        let enrolment = setup::enrol(desk, &shop.merchant, "ACMEFIT").await.id();
        let (ruleset, rule) = make_ruleset(desk, &shop, &enrolment).await;
        let orders = desk.post("/v1/orders", &json!([order(&shop, "o-1")])).await;
        let order = orders.body["results"][0]["id"].as_str().expect("an id");
        Self {
            organisation: format!("/v1/organisations/{}", shop.organisation),
            membership: format!("/v1/memberships/{member}"),
            merchant: format!("/v1/merchants/{}", shop.merchant),
            integration: format!("/v1/integrations/{}", shop.integration),
            enrolment: format!("/v2/enrolments/{enrolment}"),
            rule: format!("/v1/rulesets/{ruleset}/rules/{rule}"),
            ruleset: format!("/v1/rulesets/{ruleset}"),
            order: format!("/v1/orders/{order}"),
        }
    }

    fn verbs(&self) -> Vec<Verb> {
        let verb = |method, path: &str, ability, is_partners| Verb {
            method,
            path: path.to_owned(),
            ability,
            is_partners,
        };
        vec![
            verb("PATCH", &self.organisation, "organisations:write", true),
            verb("DELETE", &self.organisation, "organisations:write", true),
            verb("PATCH", &self.membership, "memberships:write", true),
            verb("DELETE", &self.membership, "memberships:write", true),
            verb("PATCH", &self.merchant, "merchants:write", true),
            verb("DELETE", &self.merchant, "merchants:write", true),
            verb("PATCH", &self.integration, "integrations:write", false),
            verb("DELETE", &self.enrolment, "enrolments_v2:write", true),
            verb("PATCH", &self.ruleset, "rulesets:write", false),
            verb("DELETE", &self.ruleset, "rulesets:write", false),
            verb("POST", &format!("{}/rules", self.ruleset), "rulesets:write", false),
            verb("PATCH", &self.rule, "rulesets:write", false),
            verb("DELETE", &self.rule, "rulesets:write", false),
            verb("PATCH", &self.order, "orders:update", false),
            verb("GET", "/v1/alerts/alrt_1/history", "alerts:read", false),
        ]
    }
}

/// The ids of a new ruleset and of its rule.
async fn make_ruleset(desk: &Desk, shop: &Shop, enrolment: &str) -> (String, String) {
    let rule = json!({
        "type": "AMOUNT",
        "parameters": {"operator": "LESS_THAN", "currency_code": "USD", "amount_in_cents": 1}
    });
    let ruleset = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [enrolment], "outcome": "REFUND",
        "rules": [rule]
    });
    let ruleset = desk.post("/v1/rulesets", &ruleset).await;
    let rule = ruleset.body["rules"][0]["id"].as_str().expect("an id").to_owned();
    (ruleset.id(), rule)
}

/// The path with an id that nothing has in the place of its first id.
fn with_id_of_nothing(path: &str) -> String {
    let (kind, rest) = path.split_at(path.find('_').expect("an id"));
    format!("{kind}_1{}", rest.find('/').map_or("", |at| &rest[at..]))
}

#[track_caller]
fn assert_ability_is_missed(answer: &Answer, ability: &str, place: &str) {
    assert_eq!(answer.refusal().1, "MISSING_ABILITY", "{place}");
    let detail = answer.body["detail"].as_str().unwrap_or_default();
    assert!(detail.contains(ability), "{place}: {}", answer.body);
}

#[tokio::test]
async fn nobody_reaches_a_thing_that_is_not_theirs() {
    let desk = Desk::open().await;
    let paths = Paths::make(&desk).await;
    let own = desk.key_of(paths.organisation.rsplit('/').next().expect("an id")).await;
    let neighbour = desk.shop("Zenith").await;
    let neighbour = desk.key_of(&neighbour.organisation).await;
    let stranger = desk.partner("Other Payments", OperatingMode::Live).await;
    let other_mode =
        desk.new_key("Payments Inc", OperatingMode::Test, ApiKeyScope::Partner, &[]).await;
    let bare = desk
        .new_key("Payments Inc", OperatingMode::Live, ApiKeyScope::Partner, &["nothing:read"])
        .await;
    let body = json!({"name": "Taken", "type": "AMOUNT", "parameters": {}});
    for Verb { method, path, ability, is_partners } in &paths.verbs() {
        let call = async |key: &str| desk.call(method, path, key, Some(&body)).await;
        let place = format!("{method} {path}");
        assert_eq!(call("fsk_live_nobody").await.refusal().1, "UNAUTHENTICATED", "{place}");
        assert_ability_is_missed(&call(&bare).await, ability, &place);
        for key in [&stranger, &other_mode] {
            assert_eq!(call(key).await.refusal().1, "NOT_FOUND", "{place}");
        }
        let expected = if *is_partners { (401, "PARTNER_ONLY") } else { (404, "NOT_FOUND") };
        let refused = call(&neighbour).await;
        assert_eq!((refused.refusal().0, refused.refusal().1), expected, "{place}");
        if *is_partners {
            assert_eq!(call(&own).await.refusal().1, "PARTNER_ONLY", "{place}");
        }
        let missing = with_id_of_nothing(path);
        assert_eq!(
            desk.call(method, &missing, &desk.key, Some(&body)).await.refusal().1,
            "NOT_FOUND",
            "{method} {missing}"
        );
    }
    let organisation = desk.get(&paths.organisation).await.body;
    let is_as_it_was = organisation["name"] == "Acme" && organisation["version"] == 1;
    assert!(is_as_it_was, "nothing was done: {organisation}");
}
