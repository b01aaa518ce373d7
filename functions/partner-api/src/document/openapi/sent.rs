//! Webhook events, as the document's `webhooks`.

use domain::notify::event::EventKind;
use flows::event_object::EventData;
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};

use super::parts::tag_of_module;

/// The envelope of an event.
#[derive(ToSchema)]
#[schema(as = Event)]
#[expect(dead_code, reason = "webhook-delivery writes it; this is its schema")]
pub(super) struct EventEnvelopeSchema {
    /// The same for every retry, replay and endpoint.
    id: domain::basics::id::EventId,
    #[schema(rename = "type")]
    kind: EventKind,
    data: EventData,
}

/// Each event with the schema of its object and the occasion.
const EVENTS: &[(&str, &str, &str)] = &[
    ("alert.recorded", "Alert", "The alert is stored; the search for its sale has not begun."),
    (
        "alert.created",
        "Alert",
        "Matching has finished, or 60 seconds have passed; `integration_transaction_id` is absent \
         if no sale was found by then.",
    ),
    (
        "alert.updated",
        "Alert",
        "Status, reason, refund, sale, candidates, cancellation, outcome or note changed.",
    ),
    ("alert.matched", "Alert", "The sale was found."),
    ("alert.expiring", "Alert", "The target time has passed without a decision."),
    (
        "alert.no_one_notified",
        "Alert",
        "The alert waits for a person, and no e-mail reached any of the members that have \
         enabled this e-mail: see `notification_warning`.",
    ),
    (
        "refund.failed",
        "Alert",
        "The refund needs a person: the refund could not be made, or failed after the network \
         received its answer.",
    ),
    ("subscription_cancel.failed", "Alert", "The cancellation of the subscription needs a person."),
    (
        "subscription.cancel_requested",
        "Alert",
        "The cancellation of the subscription is decided, by whichever party it is carried out.",
    ),
    (
        "order.cancel_requested",
        "OrderCancelRequest",
        "An order that is still open is being refunded: stop the order, then PATCH its \
         `order_status`.",
    ),
    ("refund.updated", "HandRefund", "The `status` of a manual refund changed."),
    ("enrolment.created", "Enrolment", "An enrolment was created."),
    (
        "enrolment.updated",
        "Enrolment",
        "An enrolment changed, including its status at the network.",
    ),
    (
        "integration.failing",
        "Integration",
        "Calls with an integration fail; `status_detail` is the reason. Its alerts wait.",
    ),
    (
        "integration.recovered",
        "Integration",
        "Calls with an integration succeed again; its waiting alerts are matched.",
    ),
    ("webhook_endpoint.test", "WebhookEndpoint", "A user tests an endpoint."),
];

/// Builds all events, by name.
pub(super) fn all_events() -> Value {
    let known = serde_json::to_value(EventKind::schema()).unwrap_or_default();
    let names = known["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let entry = |name: &str| {
        EVENTS
            .iter()
            .find(|(own, ..)| *own == name)
            .map(|(_, schema, about)| event_webhook(name, schema, about))
    };
    names
        .filter_map(|name| Some((name.to_owned(), entry(name)?)))
        .collect::<Map<String, Value>>()
        .into()
}

fn event_webhook(name: &str, schema: &str, about: &str) -> Value {
    let object = json!({ "$ref": format!("#/components/schemas/{schema}") });
    let data =
        json!({ "type": "object", "required": ["object"], "properties": { "object": object } });
    let own = json!({ "properties": { "type": { "const": name }, "data": data } });
    let schema = json!({ "allOf": [{ "$ref": "#/components/schemas/Event" }, own] });
    json!({ "post": {
        "operationId": format!("event_{}", name.replace('.', "_")), "summary": about,
        "tags": [tag_of_module("events")],
        "description": "The body is the same for every attempt. Ignore an object with a `version` \
         that is not larger than the stored `version`.",
        "parameters": event_headers(), "security": [],
        "requestBody": {
            "required": true, "content": { "application/json": { "schema": schema } }
        },
        "responses": {
            "2XX": { "description": "Accepted, within 20 seconds." },
            "410": { "description": "No more events wanted: the endpoint becomes `STOPPED`." },
            "default": { "description": "Retried after 1, 5 and 30 minutes, then 2 and 12 hours." }
        }
    } })
}

fn event_headers() -> Value {
    let header = |name: &str, about: &str| {
        json!({
            "name": name, "in": "header", "description": about, "schema": { "type": "string" }
        })
    };
    json!([
        header(
            "X-Signature",
            "`t=<seconds>,v1=<hex>`: HMAC-SHA512 over `<t>.<body>`, two `v1` while a rotation's \
             overlap lasts."
        ),
        header("X-Idempotency-Key", "The delivery's id, the same for every attempt and replay."),
        header("webhook-id", "With `STANDARD_WEBHOOKS`, instead of both: the delivery's id."),
        header("webhook-timestamp", "With `STANDARD_WEBHOOKS`: Unix time in seconds."),
        header("webhook-signature", "With `STANDARD_WEBHOOKS`: as standardwebhooks.com specifies.")
    ])
}
