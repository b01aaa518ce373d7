use axum::body::Body;
use axum::http::Request;
use domain::account::{ApiKeyScope, OperatingMode};
use serde_json::json;

use super::Desk;

/// The collections, and whether only a partner's key may use them.
const COLLECTIONS: [(&str, bool); 8] = [
    ("/v1/organisations", true),
    ("/v1/memberships", true),
    ("/v1/merchants", true),
    ("/v1/integrations", false),
    ("/v2/enrolments", true),
    ("/v1/rulesets", false),
    ("/v1/orders", false),
    ("/v1/alerts", false),
];

#[tokio::test]
async fn without_a_key_that_is_known_nothing_is_answered() {
    let desk = Desk::open().await;
    for (path, _) in COLLECTIONS {
        assert_eq!(
            desk.call("GET", path, "fsk_live_nobody", None).await.refusal(),
            (401, "UNAUTHENTICATED", vec![]),
            "{path}"
        );
    }
    let bare = desk.send(Request::get("/v1/alerts").body(Body::empty()).expect("a request")).await;
    assert_eq!(bare.refusal().0, 401);
    assert_eq!(bare.headers["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn an_organisations_key_is_refused_what_is_partners() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let key = desk.key_of(&shop.organisation).await;
    for (path, is_partners) in COLLECTIONS {
        let answer = desk.call("GET", path, &key, None).await;
        if is_partners {
            assert_eq!(answer.refusal().1, "PARTNER_ONLY", "{path}");
            assert_eq!(
                desk.call("POST", path, &key, Some(&json!({}))).await.refusal().0,
                401,
                "before its body is looked at"
            );
        } else {
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn a_key_without_the_ability_is_told_which() {
    let desk = Desk::open().await;
    let key = desk
        .new_key("Payments Inc", OperatingMode::Live, ApiKeyScope::Partner, &["merchants:read"])
        .await;
    assert_eq!(desk.call("GET", "/v1/merchants/", &key, None).await.status, 200);
    let refused = desk.call("POST", "/v1/organisations/", &key, Some(&json!({"name": "A"}))).await;
    assert_eq!(refused.refusal(), (403, "MISSING_ABILITY", vec![]));
    assert!(
        refused.body["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("organisations:write"))
    );
}

#[tokio::test]
async fn another_tenants_things_are_not_there() {
    let desk = Desk::open().await;
    let (ours, theirs) = (desk.shop("Acme").await, desk.shop("Zenith").await);
    let key = desk.key_of(&ours.organisation).await;
    let stranger = desk.partner("Other Payments", OperatingMode::Live).await;
    let other_mode =
        desk.new_key("Payments Inc", OperatingMode::Test, ApiKeyScope::Partner, &[]).await;
    let integration = format!("/v1/integrations/{}", theirs.integration);
    for key in [&key, &stranger, &other_mode] {
        assert_eq!(desk.call("GET", &integration, key, None).await.refusal().0, 404);
        let list = format!("/v1/integrations?organisation_id={}", theirs.organisation);
        assert_eq!(desk.call("GET", &list, key, None).await.body["count"], 0);
        let ruleset = json!({
            "organisation_id": theirs.organisation, "enrolment_ids": [], "outcome": "REFUND"
        });
        let refused = desk.call("POST", "/v1/rulesets/", key, Some(&ruleset)).await;
        assert_eq!(refused.refusal(), (404, "NOT_FOUND", vec!["organisation_id"]));
    }
    assert_eq!(desk.call("GET", "/v1/organisations", &stranger, None).await.body["count"], 0);
    let mixed = json!({
        "merchant_ids": [ours.merchant, theirs.merchant], "type": "VERIFI_RDR",
        "verifi_rdr": {"arns": ["74027012345678901234567"]}
    });
    assert_eq!(
        desk.post("/v2/enrolments", &mixed).await.refusal(),
        (422, "MERCHANTS_DIFFERENT_ORGANISATIONS", vec!["merchant_ids"])
    );
}

#[tokio::test]
async fn each_path_is_taken_with_and_without_its_last_slash() {
    let desk = Desk::open().await;
    for (path, _) in COLLECTIONS {
        for path in [path.to_owned(), format!("{path}/")] {
            let answer = desk.get(&path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            assert_eq!(
                desk.call("DELETE", &path, &desk.key, None).await.refusal().1,
                "METHOD_NOT_ALLOWED",
                "{path}"
            );
        }
    }
    let shop = desk.shop("Acme").await;
    assert_eq!(desk.get(&format!("/v1/merchants/{}/", shop.merchant)).await.id(), shop.merchant);
}

#[tokio::test]
async fn a_method_or_path_that_is_not_there_is_a_problem_like_others() {
    let desk = Desk::open().await;
    let refused = desk.call("PUT", "/v1/alerts/alrt_1", &desk.key, None).await;
    assert_eq!(refused.refusal(), (405, "METHOD_NOT_ALLOWED", vec![]));
    let allowed = refused.headers["allow"].to_str().expect("text");
    assert!(
        allowed.contains("GET") && allowed.contains("PATCH") && !allowed.contains("PUT"),
        "{allowed}"
    );
    assert_eq!(desk.get("/v3/alerts").await.refusal(), (404, "NOT_FOUND", vec![]));
    assert_eq!(desk.get("/v1/alerts/no-id").await.refusal(), (404, "NOT_FOUND", vec![]));
}

#[tokio::test]
async fn test_organisations_are_marked_once() {
    let desk = Desk::in_mode(OperatingMode::Test).await;
    for name in ["Acme", "[TEST] Acme"] {
        let made = desk.post("/v1/organisations/", &json!({"name": name})).await;
        assert_eq!(
            (&made.body["name"], &made.body["mode"]),
            (&json!("[TEST] Acme"), &json!("TEST"))
        );
    }
}
