use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{Answer, Desk, order};

pub(super) async fn raw(desk: &Desk, path: &str, media: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {}", desk.key))
        .header("content-type", media);
    desk.send(request.body(body.into()).expect("a request")).await
}

#[tokio::test]
async fn bodies_that_cannot_be_taken_are_told_apart() {
    let desk = Desk::open().await;
    let json = "application/json";
    assert_eq!(
        raw(&desk, "/v1/organisations", json, "{").await.refusal(),
        (400, "INVALID_JSON", vec![])
    );
    assert_eq!(
        raw(&desk, "/v1/organisations", json, "[]").await.refusal(),
        (400, "INVALID_REQUEST", vec![])
    );
    assert_eq!(
        raw(&desk, "/v1/organisations", "text/plain", "{}").await.refusal(),
        (415, "UNSUPPORTED_MEDIA_TYPE", vec![])
    );
    assert_eq!(
        raw(&desk, "/v1/organisations", json, " ").await.body["detail"],
        "The body is empty."
    );
    let unsaid =
        Request::post("/v1/organisations").header("authorization", format!("Bearer {}", desk.key));
    assert_eq!(
        desk.send(unsaid.body(r#"{"name": "Acme"}"#.into()).expect("a request")).await.status,
        200,
        "its media type is not said"
    );
    let over = format!("{{\"name\": \"{}\"}}", "a".repeat(256 * 1024));
    assert_eq!(
        raw(&desk, "/v1/organisations", json, over.clone()).await.refusal(),
        (413, "BODY_TOO_LARGE", vec![])
    );
    assert_eq!(
        raw(&desk, "/v1/orders", json, format!("[{over}]")).await.status,
        200,
        "a batch of orders may be larger"
    );
    assert_eq!(raw(&desk, "/v1/orders", json, " ".repeat(1024 * 1024 + 1)).await.refusal().0, 413);
}

#[tokio::test]
async fn card_numbers_are_refused_wherever_they_hide() {
    let desk = Desk::open().await;
    for name in ["4242424242424242", "Card 5555-5555-5555-4444", "4242424242424242 0128"] {
        let refused = desk
            .post("/v1/organisations", &json!({"name": "Acme", "unknown": {"deep": [name]}}))
            .await;
        assert_eq!(
            refused.refusal(),
            (422, "CARD_NUMBER_REFUSED", vec!["unknown.deep[0]"]),
            "{name}"
        );
        assert!(!refused.body.to_string().contains(&name[5..16]));
    }
    let escaped =
        raw(&desk, "/v1/organisations", "application/json", r#"{"name": "42\u00342424242424242"}"#)
            .await;
    assert_eq!(escaped.refusal(), (422, "CARD_NUMBER_REFUSED", vec!["name"]));
    let doubled = raw(
        &desk,
        "/v1/organisations",
        "application/json",
        r#"{"name": "Acme", "a": {"b": 4.242424242424242E15}}"#,
    )
    .await;
    assert_eq!(doubled.refusal(), (422, "CARD_NUMBER_REFUSED", vec!["a.b"]));
    let named = raw(
        &desk,
        "/v1/organisations",
        "application/json",
        r#"{"name": "Acme", "4242424242424242": 1}"#,
    )
    .await;
    assert_eq!(named.refusal(), (422, "CARD_NUMBER_REFUSED", vec!["424242******4242"]));
    assert_eq!(desk.get("/v1/organisations").await.body["count"], 0);
    let marked =
        raw(&desk, "/v1/organisations", "application/json", "\u{feff}{\"name\": \"Marked\"}").await;
    assert_eq!(marked.status, 200, "a byte order mark is no fault");
    assert_eq!(
        desk.post("/v1/organisations", &json!({"name": "ARN 74027012345678901234567"}))
            .await
            .status,
        200
    );
}

/// Expects that one field is to blame, and why.
async fn expect_fault(desk: &Desk, path: &str, body: Value, field: &str, code: &str) {
    let refused = desk.post(path, &body).await;
    assert_eq!(refused.refusal().2, vec![field], "{path} {}", refused.body);
    assert_eq!(refused.body["errors"][0]["code"], code, "{}", refused.body);
}

#[tokio::test]
async fn each_wrong_field_is_named_by_its_path() {
    let desk = Desk::open().await;
    let organisation = desk.shop("Acme").await.organisation;
    let member = json!({
        "organisation_id": organisation, "first_name": "A", "last_name": "B", "email": "c",
        "role": "ADMIN"
    });
    let of = |kind: &str| {
        json!({
            "organisation_id": organisation, "name": "A", "type": kind, "merchant_ids": ["mrch_1"]
        })
    };
    for (path, body, field, code) in [
        ("/v1/organisations", json!({"name": " "}), "name", "BLANK"),
        ("/v1/organisations", json!({}), "name", "REQUIRED"),
        ("/v1/organisations", json!({"name": 5}), "name", "WRONG_TYPE"),
        ("/v1/merchants", of("PAYPAL"), "type", "UNKNOWN_VALUE"),
        (
            "/v1/merchants",
            json!({"organisation_id": "mrch_1", "name": "A", "type": "NMI"}),
            "organisation_id",
            "INVALID",
        ),
        ("/v1/memberships", member, "email", "NOT_AN_EMAIL"),
        ("/v1/integrations", of("STRIPE"), "credentials", "REQUIRED"),
        ("/v1/integrations", of("CUSTOM_ORDERS"), "merchant_ids[0]", "NOT_FOUND"),
    ] {
        expect_fault(&desk, path, body, field, code).await;
    }
    let refused = desk.post("/v1/merchants", &of("PAYPAL")).await;
    assert!(
        refused.body["errors"][0]["message"]
            .as_str()
            .is_some_and(|text| text.contains("`AUTHORIZE_NET`")),
        "{}",
        refused.body
    );
}

#[tokio::test]
async fn an_enrolment_that_could_not_work_is_refused() {
    let desk = Desk::open().await;
    let merchant = desk.shop("Acme").await.merchant;
    let ethoca = |descriptor: &str, match_type: &str| {
        let descriptors = json!([{"descriptor": descriptor, "match_type": match_type}]);
        json!({
            "merchant_ids": [merchant], "type": "ETHOCA_ALERT",
            "ethoca_alert": {"descriptors": descriptors}
        })
    };
    let rdr = |watched: Value| {
        json!({
            "merchant_ids": [merchant], "type": "VERIFI_RDR", "verifi_rdr": watched
        })
    };
    let both = |rdr: Value| {
        let mut both = ethoca("ACMEFIT", "EQUALS");
        both["verifi_rdr"] = rdr;
        both
    };
    let listed = json!({
        "merchant_ids": [merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": [["ACMEFIT", "EQUALS"]]}
    });
    for (body, field, code) in [
        (both(json!([null, null])), "verifi_rdr", "WRONG_TYPE"),
        (both(json!({"bin": "424242", "caid": ""})), "verifi_rdr.caid", "NOT_A_CAID"),
        (json!({"merchant_ids": [merchant], "type": {"VERIFI_RDR": null}}), "type", "WRONG_TYPE"),
        (listed, "ethoca_alert.descriptors[0]", "WRONG_TYPE"),
        (json!({"merchant_ids": [merchant], "type": "ETHOCA_ALERT"}), "ethoca_alert", "REQUIRED"),
        (
            json!({"merchant_ids": [merchant, merchant], "type": "VERIFI_RDR"}),
            "merchant_ids[1]",
            "DUPLICATE",
        ),
        (json!({"merchant_ids": [], "type": "VERIFI_RDR"}), "merchant_ids", "EMPTY"),
        (
            ethoca("ACME", "CONTAINS"),
            "ethoca_alert.descriptors[0].descriptor",
            "DESCRIPTOR_TOO_SHORT",
        ),
        (ethoca("ACMEFIT", "LIKE"), "ethoca_alert.descriptors[0].match_type", "UNKNOWN_VALUE"),
        (rdr(json!(["424242", "ABC1", []])), "verifi_rdr", "WRONG_TYPE"),
        (rdr(json!({"bin": "424242"})), "verifi_rdr", "BIN_AND_CAID_OR_ARNS"),
        (rdr(json!({"arns": ["7402701234567890123456"]})), "verifi_rdr.arns[0]", "NOT_AN_ARN"),
    ] {
        expect_fault(&desk, "/v2/enrolments", body, field, code).await;
    }
    let empty = desk.post("/v2/enrolments", &both(json!({"bin": null, "caid": null}))).await;
    assert_eq!((empty.status, &empty.body["verifi_rdr"]), (200, &Value::Null), "{}", empty.body);
}

#[tokio::test]
async fn a_ruleset_comes_with_all_its_rules_or_not_at_all() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let rdr = json!({
        "merchant_ids": [shop.merchant], "type": "VERIFI_RDR",
        "verifi_rdr": {"bin": "424242", "caid": "ABC1"}
    });
    let rdr = desk.post("/v2/enrolments", &rdr).await.id();
    let ethoca = json!({
        "merchant_ids": [shop.merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": [{"descriptor": "ACMEFIT", "match_type": "EQUALS"}]}
    });
    let ethoca = desk.post("/v2/enrolments", &ethoca).await.id();
    let ruleset = |enrolments: &[&String], rules: serde_json::Value| {
        json!({
            "organisation_id": shop.organisation, "enrolment_ids": enrolments, "outcome": "REFUND",
            "join_operator": "OR", "rules": rules
        })
    };
    let amount = |code: &str, operator: &str| {
        json!({
            "type": "AMOUNT",
            "parameters": {"operator": operator, "currency_code": code, "amount_in_cents": 1}
        })
    };
    for (rules, field) in [
        (json!([amount("USD", "LESS_THAN"), amount("EUR", "EQUAL")]), "rules[1].type"),
        (json!([amount("EUR", "LESS_THAN")]), "rules[0].parameters.currency_code"),
        (json!([amount("USD", "ABOUT")]), "rules[0].parameters.operator"),
        (json!([{"type": "WEATHER", "parameters": {}}]), "rules[0].type"),
        (
            json!([{"type": "DESCRIPTOR", "parameters": {"descriptors": []}}]),
            "rules[0].parameters.descriptors",
        ),
    ] {
        let refused = desk.post("/v1/rulesets", &ruleset(&[&rdr], rules)).await;
        assert_eq!(refused.refusal().2[0], field, "{}", refused.body);
    }
    let mixed = desk.post("/v1/rulesets", &ruleset(&[&rdr, &ethoca], json!([]))).await;
    assert_eq!(mixed.refusal(), (422, "ENROLMENTS_DIFFERENT_TYPES", vec!["enrolment_ids"]));
    assert_eq!(desk.get("/v1/rulesets").await.body["count"], 0);
    let empty = desk.post("/v1/rulesets", &ruleset(&[&rdr], json!([]))).await;
    assert_eq!((empty.status, &empty.body["is_ever_met"]), (200, &json!(false)));
    assert!(empty.body["warning"].is_string());
}

#[tokio::test]
async fn lists_refuse_what_they_cannot_give_and_page_without_gaps() {
    let desk = Desk::open().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("offset=-1", "offset"),
        ("status=OPEN", "status"),
        ("sort=amount", "sort"),
        ("cursor=%21", "cursor"),
        ("alert_received_at_gte=yesterday", "alert_received_at_gte"),
        (
            "alert_received_at_gte=2026-02-02T00:00:00Z&alert_received_at_lte=2026-02-01T00:00:00Z",
            "alert_received_at_gte",
        ),
    ] {
        assert_eq!(
            desk.get(&format!("/v1/alerts/?{query}")).await.refusal(),
            (422, "VALIDATION_FAILED", vec![field]),
            "{query}"
        );
    }
    assert_eq!(desk.get("/v1/alerts?offset=10001").await.refusal().1, "OFFSET_TOO_LARGE");
    for name in ["b", "a", "c"] {
        desk.post("/v1/organisations", &json!({"name": name})).await.id();
    }
    let first = desk.get("/v1/organisations?sort=name&limit=2").await;
    let cursor = first.body["next_cursor"].as_str().expect("more");
    let second = desk.get(&format!("/v1/organisations?sort=name&limit=2&cursor={cursor}")).await;
    let names: Vec<&str> = first
        .items()
        .iter()
        .chain(second.items())
        .filter_map(|item| item["name"].as_str())
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!((&second.body["count"], second.body["next_cursor"].is_null()), (&json!(3), true));
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
    for email in [
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
    ] {
        expect_fault(&desk, "/v1/memberships", member(email), "email", "NOT_AN_EMAIL").await;
        let changed = desk
            .call(
                "PATCH",
                &format!("/v1/memberships/{kept}"),
                &desk.key,
                Some(&json!({"email": email})),
            )
            .await;
        assert_eq!(changed.refusal(), (422, "VALIDATION_FAILED", vec!["email"]), "{email:?}");
        let mut order = order(&shop, "order-1");
        order["customer_email"] = json!(email);
        let refused = desk.post("/v1/orders", &json!([order])).await;
        let fault = &refused.body["errors"][0]["errors"][0];
        assert_eq!(
            (&fault["field"], &fault["code"]),
            (&json!("customer_email"), &json!("NOT_AN_EMAIL")),
            "{email:?} {}",
            refused.body
        );
        let file = format!(
            "reference,received_at,amount_in_cents,currency,customer_email\nold-1,2026-01-05T10:00:00Z,4900,USD,\"x{}x\"\n",
            email.replace('"', "\"\"")
        );
        let imported = raw(
            &desk,
            &format!("/v1/alert-imports?organisation_id={}", shop.organisation),
            "text/csv",
            file,
        )
        .await;
        assert_eq!(
            (&imported.body["created"], &imported.body["failed"]),
            (&json!(0), &json!(1)),
            "{email:?} {}",
            imported.body
        );
    }
}

#[tokio::test]
async fn a_cursor_is_taken_only_as_it_was_given() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let orders: Vec<Value> = (0..3).map(|at| order(&shop, &format!("order-{at}"))).collect();
    assert_eq!(desk.post("/v1/orders", &json!(orders)).await.body["created"], 3);
    for name in ["Bravo", "Charlie"] {
        desk.post("/v1/organisations", &json!({"name": name})).await.id();
    }
    for list in ["/v1/orders", "/v1/organisations"] {
        let first = desk.get(&format!("{list}?limit=1")).await;
        let cursor = first.body["next_cursor"].as_str().expect("more").to_owned();
        assert_eq!(desk.get(&format!("{list}?limit=1&cursor={cursor}")).await.status, 200);
        let other_case = |letter: char| {
            if letter.is_ascii_lowercase() {
                letter.to_ascii_uppercase()
            } else {
                letter.to_ascii_lowercase()
            }
        };
        let mut others: Vec<String> = cursor
            .char_indices()
            .filter(|(_, letter)| letter.is_ascii_alphabetic())
            .map(|(at, letter)| {
                format!("{}{}{}", &cursor[..at], other_case(letter), &cursor[at + 1..])
            })
            .collect();
        others.extend([
            format!("{cursor}%3D"),
            format!("{cursor}%3D%3D"),
            format!("{cursor}%0A"),
            format!("%20{cursor}"),
            format!("{cursor}{cursor}"),
            format!("{cursor}A"),
            cursor[1..].to_owned(),
            cursor[..cursor.len() - 1].to_owned(),
            cursor.to_uppercase(),
            String::new(),
            "MjAyNi0wMi0xN1QxMDowMDozNi4wMDBa".into(),
            "AAAA_-Aw".into(),
            "AAAA%2F%2BAw".into(),
        ]);
        for other in others {
            let refused = desk.get(&format!("{list}?limit=1&cursor={other}")).await;
            assert_eq!(
                refused.refusal(),
                (422, "VALIDATION_FAILED", vec!["cursor"]),
                "{list} {cursor} {other}"
            );
            assert_eq!(refused.body["errors"][0]["code"], "UNKNOWN_CURSOR", "{other}");
        }
    }
}
