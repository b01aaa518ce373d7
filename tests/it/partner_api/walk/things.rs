//! Something of each resource, made anew for each request that may change it.

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::alert::AlertDeadlines;
use domain::basics::id::{
    ConnectionId, EndpointId, HandRefundId, KeyId, OrganisationId, PartnerId, QuarantineId,
};
use domain::basics::money::Money;
use domain::basics::time::{ReportedTime, add_seconds};
use domain::network::quarantine::{QuarantineState, QuarantineWatch, QuarantinedPayload};
use domain::notify::event::{EventKind, EventName, EventOccurrence, EventSubject};
use domain::notify::webhook::{SignatureScheme, WebhookEndpoint, WebhookEndpointStatus};
use domain::refund::manual::{ManualRefund, ManualRefundRequest};
use domain::sale::{Sale, SaleId};
use serde_json::{Value, json};

use super::super::alerts::unmatched;
use super::super::{Desk, Shop, now, order};

/// Numbers for what must be unlike all before it.
static MADE: AtomicUsize = AtomicUsize::new(0);

/// An organisation with what others of its things name.
pub(super) struct Tenant {
    shop: Shop,
    enrolment: String,
}

impl Tenant {
    pub async fn open(desk: &Desk, name: &str) -> Self {
        let shop = desk.shop(name).await;
        let enrolment = desk.post("/v2/enrolments/", &enrolment(&shop)).await.id();
        Self { shop, enrolment }
    }

    /// One that nobody has.
    pub fn of_nobody() -> Self {
        let shop = Shop {
            organisation: "org_nobody".into(),
            merchant: "mrch_nobody".into(),
            integration: "int_nobody".into(),
        };
        Self { shop, enrolment: "enrl_nobody".into() }
    }

    pub fn id(&self) -> OrganisationId {
        self.shop.organisation.parse().expect("an id")
    }
}

/// A path with the ids of new things of the tenant.
pub(super) async fn thing(desk: &Desk, tenant: &Tenant, path: &str) -> String {
    let collection = path.split("/{id}").next().expect("a collection");
    let id = match collection {
        "/v1/organisations" => tenant.shop.organisation.clone(),
        "/v1/partners" => PartnerId::derived(&["Payments Inc"]).to_string(),
        "/v1/simulate/enrolments" => tenant.enrolment.clone(),
        "/v1/alerts" | "/v1/simulate/alerts" => {
            unmatched(desk, &tenant.shop, &tenant.enrolment, &unlike("alert"), 5)
                .await
                .id
                .to_string()
        }
        "/v1/webhook-endpoints" => endpoint(desk, tenant).await,
        "/v1/quarantine" => quarantined(desk, tenant).await,
        "/v1/audit-events" => audited(desk, tenant).await,
        "/v1/refunds" => hand_refund(desk, tenant).await,
        "/v1/events" => happened(desk, tenant).await,
        "/v1/transactions" => {
            let reference = unlike("order");
            desk.post("/v1/orders/", &json!([order(&tenant.shop, &reference)])).await;
            format!("txn-{reference}")
        }
        _ => {
            let (at, body) = named(tenant, collection.trim_end_matches("/check"))
                .unwrap_or_else(|| panic!("{collection} needs its own here"));
            let made = desk.post(&at, &body).await;
            let made = made.body.get("results").map_or(&made.body, |results| &results[0]);
            made["id"].as_str().unwrap_or_else(|| panic!("{collection}: {made}")).to_owned()
        }
    };
    let path = path.replace("{id}", &id).replace("{refund_id}", "refund-1");
    if !path.contains("{rule_id}") {
        return path;
    }
    let ruleset = desk.get(&format!("{collection}/{id}")).await;
    path.replace("{rule_id}", ruleset.body["rules"][0]["id"].as_str().expect("a rule"))
}

/// A request that makes something in the tenant's organisation; nothing where no organisation is
/// named.
pub(super) fn named(tenant: &Tenant, path: &str) -> Option<(String, Value)> {
    let Tenant { shop, .. } = tenant;
    let organisation = &shop.organisation;
    let body = match path {
        "/v1/organisations" => return None,
        "/v1/memberships" => member(organisation),
        "/v1/merchants" => {
            json!({"organisation_id": organisation, "name": "Shop", "type": "GENERIC"})
        }
        "/v1/integrations" => {
            json!({
                "organisation_id": organisation, "name": "Orders", "type": "CUSTOM_ORDERS",
                "merchant_ids": [shop.merchant]
            })
        }
        "/v2/enrolments" => enrolment(shop),
        "/v1/rulesets" | "/v1/rulesets/dry-run" => ruleset(tenant),
        "/v1/erasures" => {
            json!({"organisation_id": organisation, "customer_email": "casey@example.com"})
        }
        "/v1/alert-imports" => {
            return Some((format!("{path}?organisation_id={organisation}"), json!({})));
        }
        "/v1/simulate/alerts" => json!({"organisation_id": organisation}),
        "/v1/negative-list" => unwelcome_customer(organisation),
        "/v1/orders" => json!([order(shop, &unlike("order"))]),
        "/v1/api-keys" => {
            json!({"name": "Shop", "level": "ORGANISATION", "organisation_ids": [organisation]})
        }
        "/v1/webhook-endpoints" => {
            json!({
                "organisation_id": organisation, "url": "http://no.https",
                "events": ["alert.created"]
            })
        }
        _ => panic!("{path} needs a body here that names an organisation"),
    };
    Some((path.to_owned(), body))
}

fn member(organisation: &str) -> Value {
    json!({
        "organisation_id": organisation, "first_name": "A", "last_name": "B",
        "email": "a@example.com", "role": "ADMIN"
    })
}

fn ruleset(tenant: &Tenant) -> Value {
    let amount = json!({"operator": "LESS_THAN", "currency_code": "USD", "amount_in_cents": 5000});
    json!({
        "organisation_id": tenant.shop.organisation, "enrolment_ids": [tenant.enrolment],
        "outcome": "REFUND", "rules": [{"type": "AMOUNT", "parameters": amount}]
    })
}

fn unwelcome_customer(organisation: &str) -> Value {
    json!({
        "organisation_id": organisation, "kind": "EMAIL",
        "email": format!("{}@example.com", unlike("casey"))
    })
}

fn enrolment(shop: &Shop) -> Value {
    let descriptors = json!([{"descriptor": unlike("DESCRIPTOR"), "match_type": "STARTS_WITH"}]);
    json!({
        "merchant_ids": [shop.merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": descriptors}
    })
}

/// An event that is old enough to be listed.
async fn happened(desk: &Desk, tenant: &Tenant) -> String {
    let id = unlike("enrl_").to_lowercase().replace('-', "").parse().expect("an id");
    let name = EventName {
        subject: EventSubject::Enrolment(id),
        version: 1,
        kind: EventKind::EnrolmentUpdated,
    };
    let account = desk
        .api
        .store
        .read_organisation(&tenant.id())
        .await
        .expect("the store")
        .expect("the organisation");
    let occurrence = EventOccurrence {
        name: name.clone(),
        organisation: tenant.id(),
        at: add_seconds(now(), -71),
    };
    desk.api.store.keep_occurrence(&occurrence, &account).await.expect("kept");
    name.event_id().to_string()
}

/// A refund that is kept without a payment at any processor.
async fn hand_refund(desk: &Desk, tenant: &Tenant) -> String {
    let integration = tenant.shop.integration.parse().expect("an id");
    let (reference, usd) =
        (unlike("txn"), domain::basics::money::parse_currency("USD").expect("a currency"));
    let id = SaleId::of_order(&tenant.id(), &integration, &reference);
    let sale = Sale::new_minimal(
        id,
        reference.clone(),
        integration,
        Money::new(4900, usd),
        ReportedTime::from_instant(now()),
    );
    let wish = ManualRefundRequest {
        by: KeyId::derived(&["walk"]).into(),
        at: now(),
        amount: None,
        reason: None,
        note: None,
    };
    let refund =
        ManualRefund::from_request(HandRefundId::derived(&[&reference]), tenant.id(), sale, wish);
    desk.api.store.keep_manual_refund(&refund).await.expect("kept");
    refund.id.to_string()
}

/// An endpoint that is kept without its address being looked up.
async fn endpoint(desk: &Desk, tenant: &Tenant) -> String {
    let endpoint = WebhookEndpoint {
        id: EndpointId::derived(&[&unlike("endpoint")]),
        partner: domain::basics::id::PartnerId::derived(&["Payments Inc"]),
        organisation: Some(tenant.id()),
        url: "https://example.com/".into(),
        events: Vec::new(),
        signature: SignatureScheme::default(),
        secrets: Vec::new(),
        status: WebhookEndpointStatus::Enabled,
        failing_since: None,
        lane: None,
        version: 1,
        created_at: now(),
        updated_at: now(),
    };
    desk.api.store.keep_endpoint(&endpoint).await.expect("kept");
    endpoint.id.to_string()
}

/// A payload that the operator handed to the tenant.
async fn quarantined(desk: &Desk, tenant: &Tenant) -> String {
    let held = QuarantinedPayload {
        id: QuarantineId::derived(&[&unlike("quarantined")]),
        connection: ConnectionId::derived(&["connection"]),
        vendor_alert_id: None,
        reason: "it has no amount".into(),
        raw: "{}".into(),
        is_read: false,
        enrolments: Vec::new(),
        received_at: now(),
        deadlines: AlertDeadlines { target: now(), action: now(), limit: now() },
        watch: QuarantineWatch::Waiting,
        fate: QuarantineState::Held,
        organisation: Some(tenant.id()),
        assigned: None,
        contest: None,
        version: 1,
    };
    assert!(desk.api.store.insert_quarantined(&held).await.expect("held"));
    held.id.to_string()
}

/// The audit of something that was made in the tenant's organisation.
async fn audited(desk: &Desk, tenant: &Tenant) -> String {
    let (path, body) = named(tenant, "/v1/merchants").expect("a merchant");
    let made = desk.post(&path, &body).await.id();
    let audit = desk.get(&format!("/v1/audit-events?resource_id={made}")).await;
    audit.items()[0]["id"].as_str().unwrap_or_else(|| panic!("{}", audit.body)).to_owned()
}

fn unlike(word: &str) -> String {
    format!("{word}{}", MADE.fetch_add(1, Ordering::Relaxed))
}
