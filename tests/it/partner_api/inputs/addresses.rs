//! Addresses that could change the header of a mail: no way into the API takes them.

use serde_json::json;

use super::super::{Desk, Shop, order};
use super::fields::expect_fault;
use super::raw;

/// Addresses with a control character, with a sign that is not seen, or with a second address.
const REFUSED: [&str; 15] = [
    "kim@acme.example\r\nBcc: all@example.com",
    "kim@acme.example\n",
    "kim\u{0}@acme.example",
    "kim\u{7f}@acme.example",
    "kim\u{85}@acme.example",
    "kim\u{200b}@acme.example",
    "kim\u{202e}@acme.example",
    "Kim<kim@acme.example>",
    "kim@acme.example>",
    "kim(all)@acme.example",
    "kim@[acme.example]",
    "kim@acme.example,all",
    "kim;all@acme.example",
    "\"kim\"@acme.example",
    "kim\\@acme.example",
];

async fn assert_order_refuses_address(desk: &Desk, shop: &Shop, email: &str) {
    let mut order = order(shop, "order-1");
    order["customer_email"] = json!(email);
    let refused = desk.post("/v1/orders", &json!([order])).await;
    let fault = &refused.body["errors"][0]["errors"][0];
    assert_eq!(
        (&fault["field"], &fault["code"]),
        (&json!("customer_email"), &json!("NOT_AN_EMAIL")),
        "{email:?} {}",
        refused.body
    );
}

async fn assert_import_refuses_address(desk: &Desk, shop: &Shop, email: &str) {
    let file = format!(
        "reference,received_at,amount_in_cents,currency,customer_email\n\
         old-1,2026-01-05T10:00:00Z,4900,USD,\"x{}x\"\n",
        email.replace('"', "\"\"")
    );
    let path = format!("/v1/alert-imports?organisation_id={}", shop.organisation);
    let imported = raw(desk, &path, "text/csv", file).await;
    assert_eq!(
        (&imported.body["created"], &imported.body["failed"]),
        (&json!(0), &json!(1)),
        "{email:?} {}",
        imported.body
    );
}

#[tokio::test]
async fn an_address_that_could_change_a_mails_header_is_refused() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let member = |email: &str| {
        json!({
            "organisation_id": shop.organisation, "first_name": "A", "last_name": "B",
            "email": email,
            "role": "ADMIN"
        })
    };
    let kept = desk.post("/v1/memberships", &member("o'kim+alerts@acme.example")).await.id();
    let path = format!("/v1/memberships/{kept}");
    for email in REFUSED {
        expect_fault(&desk, "/v1/memberships", member(email), "email", "NOT_AN_EMAIL").await;
        let change = json!({"email": email});
        let changed = desk.call("PATCH", &path, &desk.key, Some(&change)).await;
        assert_eq!(changed.refusal(), (422, "VALIDATION_FAILED", vec!["email"]), "{email:?}");
        assert_order_refuses_address(&desk, &shop, email).await;
        assert_import_refuses_address(&desk, &shop, email).await;
    }
}
