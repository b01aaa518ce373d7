//! Webhook endpoints, and the signed deliveries to them.

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::desk::{API_VERSION, Answer, Desk, PLATFORM, token};
use super::events::matches_pattern;
use super::form::{Form, merge_metadata};
use super::lists::list;
use super::memory::Memory;
use super::refusal::Refusal;

/// One event on its way to one endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivery {
    /// `evt_...`
    pub event: String,
    /// The event's type.
    pub kind: String,
    /// `we_...`
    pub endpoint: String,
    /// How often it was sent.
    pub attempts: u32,
    /// The endpoint's last status; none if it could not be reached.
    pub status: Option<u16>,
    /// Whether the endpoint took it.
    pub delivered: bool,
}

/// A delivery about to be sent.
pub struct Envelope {
    /// Its place among the deliveries.
    pub position: usize,
    /// Where to.
    pub url: String,
    /// `Stripe-Signature`
    pub signature: String,
    /// The event as rendered once and for all.
    pub body: String,
}

/// `POST /v1/webhook_endpoints`: the only answer that shows the secret.
pub fn create(desk: &mut Desk, form: &Form) -> Answer {
    form.only(&["url", "enabled_events", "api_version", "connect", "description", "metadata"])?;
    let url = form.need("url")?;
    if reqwest::Url::parse(url).is_err() {
        return Err(Refusal::invalid("Not a valid URL").code("url_invalid").param("url"));
    }
    let events = form.texts("enabled_events");
    if events.is_empty() {
        return Err(Refusal::invalid("Missing required param: enabled_events.")
            .code("parameter_missing")
            .param("enabled_events"));
    }
    let connect = form.flag("connect")?;
    let id = desk.id("we");
    let secret = format!("whsec_{}", token(desk.memory.number(), 32));
    let endpoint = json!({
        "id": id, "object": "webhook_endpoint",
        "api_version": form.text("api_version").unwrap_or(API_VERSION), "application": null,
        "connect": connect, "created": desk.now, "description": form.or_null("description"),
        "enabled_events": events, "livemode": false,
        "metadata": form.members("metadata"), "status": "enabled", "url": url,
    });
    let mut shown = desk.keep_hidden(endpoint, secret.clone());
    shown["secret"] = json!(secret);
    Ok(shown)
}

/// `GET /v1/webhook_endpoints/{id}`
pub fn retrieve(desk: &Desk, id: &str) -> Answer {
    desk.get("webhook_endpoint", id, "webhook_endpoint")
}

/// `POST /v1/webhook_endpoints/{id}`
pub fn update(desk: &mut Desk, id: &str, form: &Form) -> Answer {
    form.only(&["url", "enabled_events", "disabled", "description", "metadata"])?;
    let found = retrieve(desk, id)?;
    let disabled = form.flag("disabled")?;
    let events = form.texts("enabled_events");
    Ok(desk.change(&found["id"], |endpoint| {
        endpoint["status"] = json!(if disabled { "disabled" } else { "enabled" });
        if let Some(url) = form.text("url") {
            endpoint["url"] = json!(url);
        }
        if !events.is_empty() {
            endpoint["enabled_events"] = json!(events);
        }
        merge_metadata(endpoint, form);
    }))
}

/// `DELETE /v1/webhook_endpoints/{id}`
pub fn delete(desk: &mut Desk, id: &str) -> Answer {
    let found = retrieve(desk, id)?;
    // Not of its own kind any more: neither listed nor delivered to.
    desk.change(&found["id"], |endpoint| endpoint["object"] = json!("deleted_webhook_endpoint"));
    Ok(json!({ "id": id, "object": "webhook_endpoint", "deleted": true }))
}

/// `GET /v1/webhook_endpoints`
pub fn index(desk: &Desk, form: &Form) -> Answer {
    list(desk, form, "webhook_endpoint", "/v1/webhook_endpoints", &[])
}

/// The endpoints that want this kind of event: the account's own, and a platform's for connected
/// accounts.
pub fn listening(desk: &Desk, kind: &str) -> Vec<String> {
    let connected = desk.account != PLATFORM;
    let hears = |account: &str, connect: bool| {
        if connect { connected && account == PLATFORM } else { account == desk.account }
    };
    let wants = |endpoint: &Value| {
        let patterns = endpoint["enabled_events"].as_array().into_iter().flatten();
        endpoint["status"] == "enabled"
            && patterns.filter_map(Value::as_str).any(|pattern| matches_pattern(pattern, kind))
    };
    let all = desk.memory.newest_first("webhook_endpoint");
    let listening = all
        .filter(|kept| hears(&kept.account, kept.value["connect"] == true) && wants(&kept.value));
    listening.filter_map(|kept| kept.value["id"].as_str().map(str::to_owned)).collect()
}

/// Queues the event for each endpoint.
pub fn queue(desk: &mut Desk, event: &str, kind: &str, endpoints: &[String]) {
    let deliveries = endpoints.iter().map(|endpoint| Delivery {
        event: event.to_owned(),
        kind: kind.to_owned(),
        endpoint: endpoint.clone(),
        attempts: 0,
        status: None,
        delivered: false,
    });
    desk.memory.deliveries.extend(deliveries);
}

/// Takes the deliveries that are `wanted` to be sent now.
pub fn take(memory: &mut Memory, now: i64, wanted: impl Fn(&Delivery) -> bool) -> Vec<Envelope> {
    let positions: Vec<usize> =
        (0..memory.deliveries.len()).filter(|at| wanted(&memory.deliveries[*at])).collect();
    positions.into_iter().filter_map(|position| seal(memory, now, position)).collect()
}

/// The hex HMAC-SHA256 that Stripe signs `timestamp.body` with, in its header's form.
#[must_use]
pub fn signature(secret: &str, timestamp: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{timestamp}.{body}").as_bytes());
    format!("t={timestamp},v1={}", hex(tag.as_ref()))
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn seal(memory: &mut Memory, now: i64, position: usize) -> Option<Envelope> {
    let delivery = memory.deliveries.get_mut(position)?;
    delivery.attempts += 1;
    let delivery = delivery.clone();
    let endpoint =
        memory.get(&delivery.endpoint).filter(|kept| kept.value["object"] == "webhook_endpoint")?;
    let body = memory.get(&delivery.event)?.value.to_string();
    let url = endpoint.value["url"].as_str()?.to_owned();
    Some(Envelope { position, url, signature: signature(&endpoint.hidden, now, &body), body })
}
