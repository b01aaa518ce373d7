//! What is sent to webhook endpoints, as the document's `webhooks`.

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
    /// The same for every try, replay and endpoint.
    id: domain::basics::id::EventId,
    #[schema(rename = "type")]
    kind: EventKind,
    data: EventData,
}

/// Each event: the schema of its object, and when it is sent.
const EVENTS: &[(&str, &str, &str)] = &[
    ("alert.recorded", "Alert", "The alert is stored; its sale is not looked for yet."),
    (
        "alert.created",
        "Alert",
        "Matching has finished, or 60 seconds have passed; `integration_transaction_id` is absent \
         where no sale was found by then.",
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
        "It waits for a person, members have that e-mail switched on, and none could be written \
         to: see `notification_warning`.",
    ),
    (
        "refund.failed",
        "Alert",
        "The refund needs a person: it could not be made, or it failed after the network was told.",
    ),
    ("subscription_cancel.failed", "Alert", "The end of the subscription needs a person."),
    (
        "subscription.cancel_requested",
        "Alert",
        "It is decided that the subscription ends, whoever ends it.",
    ),
    (
        "order.cancel_requested",
        "OrderCancelRequest",
        "Money goes back for an order that is still open: stop it, then PATCH its `order_status`.",
    ),
    ("refund.updated", "HandRefund", "A refund by hand came further: its `status` changed."),
    ("enrolment.created", "Enrolment", "An enrolment was made."),
    ("enrolment.updated", "Enrolment", "An enrolment changed, also its life at the network."),
    (
        "integration.failing",
        "Integration",
        "Calls with an integration fail; `status_detail` says why. Its alerts wait for it.",
    ),
    (
        "integration.recovered",
        "Integration",
        "Calls with an integration succeed again; its waiting alerts are matched.",
    ),
    ("webhook_endpoint.test", "WebhookEndpoint", "Somebody tries an endpoint out."),
];

/// All events, by name.
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
        "description": "The body is the same for every try. Drop an object whose `version` is not \
         larger than the one you have.",
        "parameters": event_headers(), "security": [],
        "requestBody": {
            "required": true, "content": { "application/json": { "schema": schema } }
        },
        "responses": {
            "2XX": { "description": "It was taken, within 20 seconds." },
            "410": { "description": "Nothing more is wanted: the endpoint is `STOPPED`." },
            "default": { "description": "It is sent again after 1 minute, 5, 30, 2 hours and 12." }
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
        header("X-Idempotency-Key", "The delivery's id, the same for every try and replay."),
        header("webhook-id", "With `STANDARD_WEBHOOKS` in place of both: the delivery's id."),
        header("webhook-timestamp", "With `STANDARD_WEBHOOKS`: seconds."),
        header("webhook-signature", "With `STANDARD_WEBHOOKS`: as standardwebhooks.com has it.")
    ])
}
