use serde_json::{Value, json};

use super::{Desk, order};

#[tokio::test]
async fn the_good_orders_of_a_batch_are_kept_and_the_bad_named() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let mut batch: Vec<Value> = (0..100).map(|at| order(&shop, &format!("order-{at}"))).collect();
    batch[7]["order_status"] = json!("LOST");
    batch[42]["transactions"][0]["currency"] = json!("XXL");
    batch[99]["customer_email"] = json!("paid with 4242 4242 4242 4242");
    let answer = desk.post("/v1/orders/", &json!(batch)).await;
    assert_eq!(
        (answer.status, &answer.body["created"], &answer.body["failed"]),
        (200, &json!(97), &json!(3)),
        "{}",
        answer.body
    );
    let errors: Vec<Value> = answer.body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|e| json!([e["index"], e["code"], e["errors"][0]["field"]]))
        .collect();
    let named = json!([
        [7, "VALIDATION_FAILED", "order_status"],
        [42, "VALIDATION_FAILED", "transactions[0].currency"],
        [99, "CARD_NUMBER_REFUSED", "customer_email"]
    ]);
    assert_eq!(json!(errors), named);
    assert_eq!(answer.body["results"][7]["reference_id"], "order-8");
    let listed = desk.get("/v1/orders?limit=50&offset=50").await;
    assert_eq!((&listed.body["count"], listed.items().len()), (&json!(97), 47));

    batch.push(order(&shop, "order-100"));
    assert_eq!(
        desk.post("/v1/orders/", &json!(batch)).await.refusal(),
        (422, "VALIDATION_FAILED", vec!["orders"])
    );
    assert_eq!(desk.post("/v1/orders/", &json!([])).await.refusal().0, 422);
    assert_eq!(desk.post("/v1/orders/", &order(&shop, "alone")).await.refusal().0, 422);
}

/// Else two ledgers hold one payment.
#[tokio::test]
async fn blanks_around_a_reference_make_no_other_order_or_payment() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let mut spelt = order(&shop, "o-1");
    spelt["reference_id"] = json!(" o-1\t");
    spelt["transactions"][0]["reference_id"] = json!(" txn-o-1 ");
    let first = desk.post("/v1/orders/", &json!([order(&shop, "o-1")])).await;
    let again = desk.post("/v1/orders/", &json!([spelt])).await;
    assert_eq!(again.body["results"][0]["id"], first.body["results"][0]["id"], "{}", again.body);
    assert_eq!(desk.get("/v1/orders").await.body["count"], 1);
    let path = format!("/v1/orders/{}", first.body["results"][0]["id"].as_str().expect("an id"));
    let change = json!({
        "transactions": [{ "reference_id": "txn-o-1 ", "authorisation_code": " 064712 " }]
    });
    let changed = desk.call("PATCH", &path, &desk.key, Some(&change)).await.body;
    let transactions = changed["transactions"].as_array().expect("transactions");
    assert_eq!(
        (transactions.len(), &transactions[0]["authorisation_code"]),
        (1, &json!("064712")),
        "{changed}"
    );
}

#[tokio::test]
async fn references_that_only_look_like_card_numbers_are_kept() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let mut by_uuid = order(&shop, "49941796-3533-4602-ab2c-d2efdb26a20c");
    by_uuid["transactions"][0]["network_transaction_id"] = json!("501234832796141");
    let mut by_number = order(&shop, "4539578763621486");
    by_number["order_number"] = json!("4539578763621486");
    let mut of_nobody = order(&shop, "o-times");
    of_nobody["order_datetime"] = json!("0001-01-01T00:00:00Z");
    of_nobody["transactions"][0]["authorised_at"] = json!("9999-12-31");
    let answer = desk.post("/v1/orders/", &json!([by_uuid, by_number, of_nobody])).await;
    assert_eq!(answer.body["created"], 1, "{}", answer.body);
    let fields = |at: usize| -> Vec<Value> {
        answer.body["errors"][at]["errors"]
            .as_array()
            .expect("faults")
            .iter()
            .map(|fault| fault["field"].clone())
            .collect()
    };
    assert_eq!(answer.body["errors"][0]["code"], "CARD_NUMBER_REFUSED");
    let named = json!([
        ["order_number", "reference_id", "transactions[0].reference_id"],
        ["order_datetime", "transactions[0].authorised_at"]
    ]);
    assert_eq!(json!([fields(0), fields(1)]), named);
}

#[tokio::test]
async fn whole_numbers_are_read_however_they_are_written() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    for (amount, is_whole) in
        [("4900.0", true), ("4.9E+3", true), ("49e2", true), ("4900.5", false), ("-1.0", false)]
    {
        let text = json!([order(&shop, &format!("o-{amount}"))]).to_string();
        let text =
            text.replace("\"amount_in_cents\":4900", &format!("\"amount_in_cents\":{amount}"));
        let answer = super::inputs::raw(&desk, "/v1/orders", "application/json", text).await;
        assert_eq!(answer.body["created"] == 1, is_whole, "{amount}: {}", answer.body);
        let field = &answer.body["errors"][0]["errors"][0]["field"];
        assert!(
            is_whole || field == "transactions[0].amount_in_cents",
            "{amount}: {}",
            answer.body
        );
    }
}

/// `spelling` is of the second 2026-02-10T22:10:05Z.
async fn assert_spelling_is_read(desk: &Desk, mut order: Value, spelling: &str) {
    order["order_datetime"] = json!(spelling);
    order["transactions"][0]["authorised_at"] = json!(spelling);
    let kept = desk.post("/v1/orders", &json!([order])).await;
    let id = kept.body["results"][0]["id"].as_str().unwrap_or_default();
    let whole = desk.get(&format!("/v1/orders/{id}")).await;
    let shown = [&whole.body["order_datetime"], &whole.body["transactions"][0]["authorised_at"]];
    let is_read =
        |time: &Value| time.as_str().is_some_and(|time| time.starts_with("2026-02-10T22:10:05"));
    assert!(shown.into_iter().all(is_read), "{}", kept.body);
}

#[tokio::test]
async fn times_and_currencies_of_the_past_are_read() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let retired = [
        ("BGN", "2025-12-30", None),
        ("ANG", "2025-06-30", None),
        ("HRK", "2026-02-10", Some("CURRENCY_RETIRED")),
        ("XXX", "2026-02-10", Some("CURRENCY_UNKNOWN")),
    ];
    for (code, day, fault) in retired {
        let mut old = order(&shop, &format!("o-{code}"));
        old["order_datetime"] = json!(format!("{day}T10:00:00Z"));
        old["transactions"][0]["authorised_at"] = json!(day);
        (old["order_currency"], old["transactions"][0]["currency"]) = (json!(code), json!(code));
        let answer = desk.post("/v1/orders/", &json!([old])).await;
        assert_eq!(
            answer.body["errors"][0]["errors"][1]["code"].as_str(),
            fault,
            "{code}: {}",
            answer.body
        );
    }
    for (at, spelling) in
        ["20260210T221005Z", "2026-02-10 22:10:05 UTC", "1770761405"].into_iter().enumerate()
    {
        assert_spelling_is_read(&desk, order(&shop, &format!("o-{at}")), spelling).await;
    }
}

#[tokio::test]
async fn the_same_order_again_is_the_same_and_another_is_refused() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let first = desk.post("/v1/orders/", &json!([order(&shop, "o-1")])).await;
    let again = desk.post("/v1/orders/", &json!([order(&shop, "o-1"), order(&shop, "o-1")])).await;
    assert_eq!((&again.body["created"], &again.body["failed"]), (&json!(2), &json!(0)));
    assert_eq!(again.body["results"][1], first.body["results"][0]);
    let mut other = order(&shop, "o-1");
    other["order_total_amount_in_cents"] = json!(5000);
    let refused = desk.post("/v1/orders/", &json!([other])).await;
    assert_eq!((refused.status, &refused.body["created"]), (200, &json!(0)));
    assert_eq!(refused.body["errors"][0]["code"], "DUPLICATE_REFERENCE");
    assert_eq!(refused.body["errors"][0]["reference_id"], "o-1");
}

#[tokio::test]
async fn an_order_names_only_what_its_organisation_has() {
    let desk = Desk::open().await;
    let (ours, theirs) = (desk.shop("Acme").await, desk.shop("Zenith").await);
    let key = desk.key_of(&ours.organisation).await;
    let mut wrong_integration = order(&ours, "a");
    wrong_integration["integration_id"] = json!(theirs.integration);
    let mut wrong_merchant = order(&ours, "b");
    wrong_merchant["merchant_id"] = json!(theirs.merchant);
    let batch =
        json!([order(&theirs, "c"), wrong_integration, wrong_merchant, order(&ours, "d"), 5]);
    let answer = desk.call("POST", "/v1/orders/", &key, Some(&batch)).await;
    let fields: Vec<&Value> = answer.body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| &error["errors"][0]["field"])
        .collect();
    assert_eq!(json!(fields), json!(["organisation_id", "integration_id", "merchant_id", null]));
    assert_eq!(answer.body["created"], 1);
}

#[tokio::test]
async fn orders_are_filtered_and_sorted_as_asked() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let mut batch: Vec<Value> = ["a", "b", "c"].map(|reference| order(&shop, reference)).into();
    batch[0]["order_datetime"] = json!("2026-02-19T00:00:00Z");
    batch[1]["order_status"] = json!("OPEN_PENDING");
    batch[2]["type"] = json!("PARTIAL");
    assert_eq!(desk.post("/v1/orders", &json!(batch)).await.body["created"], 3);
    for (query, expected) in [
        ("reference_id=b", vec!["b"]),
        ("order_status=OPEN_PENDING", vec!["b"]),
        ("type=PARTIAL", vec!["c"]),
        ("type=COMPLETE&sort=-order_datetime", vec!["a", "b"]),
        ("created_at_lte=2026-02-16T00:00:00Z", vec![]),
        ("integration_id=int_1", vec![]),
    ] {
        let listed = desk.get(&format!("/v1/orders/?{query}")).await;
        let references: Vec<&str> =
            listed.items().iter().filter_map(|item| item["reference_id"].as_str()).collect();
        assert_eq!(references, expected, "{query}");
        assert_eq!(listed.body["count"], expected.len());
    }
}
