//! What others meet, pinned: every problem, every resource, every stored item, every message and
//! every call to a partner.

mod items;
mod names;

use std::collections::BTreeMap;

use flows::problem::{Code, ProblemDetails};
use partners::Destinations;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, TABLE, World};

use self::items::{kind_of, plain, without_marks};
use self::names::Names;
use crate::webhooks::receiver::Receiver;

impl Names {
    fn pin(&mut self, name: &str, value: &Value) {
        let plain = self.json(value);
        insta::assert_json_snapshot!(name, plain);
    }
}

#[test]
fn problems() {
    for code in Code::ALL {
        let response: axum::http::Response<String> =
            ProblemDetails::new(*code, "What happened, in a sentence.").to_response("request-1");
        let mut told = format!("{}\n", response.status());
        for (name, value) in response.headers() {
            told = format!("{told}{name}: {}\n", value.to_str().expect("text"));
        }
        let body: Value = serde_json::from_str(response.body()).expect("JSON");
        insta::assert_snapshot!(
            format!("problem_{}", code.as_str().to_lowercase()),
            told + &serde_json::to_string_pretty(&body).expect("JSON")
        );
    }
}

/// A shop with one alert that was refunded and one that nobody has.
async fn shop() -> Shop {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let paid = shop.subscribe();
    let order = json!([{
        "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": shop.orders,
        "reference_id": "order-1",
        "order_datetime": "2026-02-17T10:00:00Z", "order_number": "AF-1",
        "order_subtotal_amount_in_cents": 4900, "order_currency": "USD",
        "order_total_amount_in_cents": 4900, "order_status": "CLOSED_COMPLETE",
        "customer_email": "casey@example.com",
        "transactions": [{
            "reference_id": "txn-1", "amount_in_cents": 4900, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "payment_method_reference_id": paid.payment,
            "authorised_at": "2026-02-17T10:00:00Z",
            "payment_method_card_brand": "VISA", "payment_method_card_last_4": "4242",
            "acquirer_reference_number": "74027012345678901234567"
        }]
    }]);
    assert_eq!(world.call("POST", "/v1/orders/", &shop.key, Some(&order)).await.1["created"], 1);
    let membership = json!({
        "organisation_id": shop.organisation, "first_name": "Casey", "last_name": "Jordan",
        "email": "casey@example.com", "role": "ADMIN"
    });
    world.call("POST", "/v1/memberships/", &shop.key, Some(&membership)).await;
    let rates = json!({
        "do": "LOAD_RATES", "as_of": "2026-02-17", "usd_millionths": { "EUR": 1_170_000 }
    });
    world.operate(rates).await.expect("rates");
    let mut stray = shop.alert("STRAY");
    stray["merchantDescriptor"] = json!("NOBODYS");
    shop.push(&[shop.alert("PINNED"), stray]).await;
    world.settle().await;
    shop
}

#[tokio::test]
async fn resources() {
    let shop = shop().await;
    for path in [
        "/v1/organisations",
        "/v1/memberships",
        "/v1/merchants",
        "/v1/integrations",
        "/v2/enrolments",
        "/v1/rulesets",
        "/v1/orders",
        "/v1/alerts",
    ] {
        let (status, list) = shop.world.call("GET", &format!("{path}/"), &shop.key, None).await;
        assert_eq!(status, 200, "{path}: {list}");
        Names::default().pin(&format!("list{}", path.replace('/', "_")), &list);
        let one = format!("{path}/{}", list["items"][0]["id"].as_str().expect("an id"));
        let (_, mut item) = shop.world.call("GET", &one, &shop.key, None).await;
        // What only an alert's own page has: reading it for a whole list would be a hundred reads.
        let related = item.as_object_mut().and_then(|fields| fields.remove("related_transactions"));
        assert_eq!(related.is_some(), path == "/v1/alerts", "{path}");
        let subscriptions =
            item.as_object_mut().and_then(|fields| fields.remove("related_subscriptions"));
        assert_eq!(
            subscriptions.is_some_and(|none| none.is_null()),
            path == "/v1/alerts",
            "{path}"
        );
        assert_eq!(item, list["items"][0], "{path}: an item is what its list shows");
    }
}

#[tokio::test]
async fn stored_items() {
    let shop = shop().await;
    let mut kinds: BTreeMap<String, Value> = BTreeMap::new();
    let mut pages =
        shop.world.aws.dynamodb().scan().table_name(TABLE).into_paginator().items().send();
    while let Some(item) = pages.next().await {
        let item = item.expect("an item");
        let (kind, item) = (kind_of(&item), without_marks(&item));
        let told = |item: &Value| item.to_string().len();
        if kinds.get(&kind).is_none_or(|known| told(known) < told(&item)) {
            kinds.insert(kind, item); // of several the one that tells most
        }
    }
    // they differ by their kind only
    kinds.retain(|kind, _| !kind.starts_with("events_") || kind == "events_alert.recorded");
    for (kind, item) in &kinds {
        Names::default().pin(&format!("stored_{kind}"), item);
    }
}

/// An endpoint, an event and its delivery, which was refused once and then taken.
#[tokio::test]
async fn stored_webhooks() {
    let world =
        World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    world.settle().await;
    let receiver = Receiver::start().await;
    receiver.answers(503);
    let endpoint = json!({ "url": receiver.url, "events": ["alert.created"] });
    assert_eq!(
        world.call("POST", "/v1/webhook-endpoints/", &shop.key, Some(&endpoint)).await.0,
        200
    );
    shop.push(&[shop.alert("PINNED")]).await;
    world.settle().await;
    receiver.answers(204);
    world.advance(jiff::SignedDuration::from_mins(2)).await;
    assert_eq!(receiver.taken().len(), 1);
    let mut pages = world.aws.dynamodb().scan().table_name(TABLE).into_paginator().items().send();
    let mut found = 0;
    while let Some(item) = pages.next().await {
        let item = item.expect("an item");
        let key =
            format!("{}/{}", item["pk"].as_s().expect("text"), item["sk"].as_s().expect("text"));
        let kinds = [
            ("stored_webhook_event", "/EVENT"),
            ("stored_webhook_delivery", "/DELIVERY"),
            ("stored_webhook_endpoint", "/HOOK#"),
        ];
        let Some((name, _)) = kinds.into_iter().find(|(_, mark)| key.contains(mark)) else {
            continue;
        };
        let text =
            plain(&item).to_string().replace(&receiver.url, "https://receiver.example/hooks");
        assert!(!text.contains("whsec_"), "no secret is kept as it is: {text}");
        Names::default().pin(name, &serde_json::from_str(&text).expect("JSON"));
        found += 1;
    }
    assert_eq!(found, 3);
}

/// What people do by hand: a refund, and an entry of the negative list.
#[tokio::test]
async fn stored_by_hand() {
    let shop = Shop::open(&World::start(Settings::default()).await).await;
    let refunds = format!("/v1/transactions/{}/refunds", shop.subscribe().payment);
    let listed = json!({
        "organisation_id": shop.organisation, "kind": "EMAIL", "email": "casey@example.com",
        "note": "By telephone."
    });
    for (path, body) in
        [(refunds.as_str(), json!({ "reason": "Returned" })), ("/v1/negative-list/", listed)]
    {
        assert_eq!(shop.world.call("POST", path, &shop.key, Some(&body)).await.0, 201);
    }
    shop.world.settle().await;
    let mut pages =
        shop.world.aws.dynamodb().scan().table_name(TABLE).into_paginator().items().send();
    let mut found = 0;
    while let Some(item) = pages.next().await {
        let item = item.expect("an item");
        let names = [("REFUND", "stored_hand_refund"), ("NEGATIVE", "stored_negative_list_entry")];
        let sort = item["sk"].as_s().expect("text");
        let Some((_, name)) = names.into_iter().find(|(mark, _)| mark == sort) else { continue };
        Names::default().pin(name, &plain(&item));
        found += 1;
    }
    assert_eq!(found, 2);
}

#[tokio::test]
async fn messages_and_calls_to_partners() {
    let (shop, mut names) = (shop().await, Names::default());
    let id: domain::basics::id::AlertId = "alrt_1".parse().expect("an id");
    let order: domain::basics::id::OrderId = "ord_1".parse().expect("an id");
    let subject = domain::notify::event::EventSubject::Alert(id.clone());
    let event = domain::notify::event::EventName {
        subject,
        version: 2,
        kind: domain::notify::event::EventKind::AlertCreated,
    };
    let delivery: domain::basics::id::DeliveryId = "dlv_1".parse().expect("an id");
    let mail = domain::notify::mail::AlertMailName {
        alert: id.clone(),
        version: 2,
        kind: domain::notify::mail::AlertMailKind::ActionRequired,
    };
    let (alert, order, mail) = (
        runtime::PipelineMessage::Alert(id),
        runtime::PipelineMessage::Order(order),
        runtime::PipelineMessage::Mail(mail),
    );
    let (event, delivery) =
        (runtime::PipelineMessage::Event(event), runtime::PipelineMessage::Delivery(delivery));
    let refund = runtime::PipelineMessage::Refund("rfd_1".parse().expect("an id"));
    let bodies = [alert, order, event, delivery, mail, refund]
        .map(|message| message.to_json().expect("JSON"));
    insta::assert_snapshot!("messages", bodies.join("\n"));
    let outcomes = shop.world.ethoca.outcomes();
    let outcomes: Vec<Value> =
        outcomes.iter().map(|one| serde_json::from_str(one.outcome.get()).expect("JSON")).collect();
    names.pin("ethoca_outcomes", &json!(outcomes));
    names.pin("stripe_refund_metadata", &shop.refunds()[0]["metadata"]);
}
