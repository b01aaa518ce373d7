//! Every error that the document names, as it was met: what a client did wrong, what it came too
//! late for, what broke.

mod calls;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use axum::body::Body;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::simulate::stripe::{Fault, FaultKind};
use tests::world::shop::Shop;
use tests::world::{Settings, TABLE, World};

use super::{text, work};

const ORGANISATIONS: &str = "/v1/organisations";
const MERCHANTS: &str = "/v1/merchants";
/// As many requests a minute as there are unless somebody says otherwise.
const MOST: u32 = 100;

/// Who asks, and the errors so far by their codes.
struct Refused {
    shop: Shop,
    told: BTreeMap<String, Value>,
}

/// The errors by their codes.
pub async fn all() -> BTreeMap<String, Value> {
    let shop = Shop::open(&World::start(Settings::default()).await).await;
    let mut met = Refused { shop, told: BTreeMap::new() };
    Box::pin(met.unreadable_requests()).await;
    Box::pin(met.wrong_keys()).await;
    Box::pin(met.wrong_fields()).await;
    Box::pin(met.things_that_do_not_fit()).await;
    Box::pin(met.last_member()).await;
    Box::pin(met.twice()).await;
    Box::pin(met.alerts()).await;
    Box::pin(met.too_often()).await;
    Box::pin(met.broken()).await;
    met.told
}

impl Refused {
    async fn unreadable_requests(&mut self) {
        self.send_text("application/json", "{\"name\": Acme}").await;
        self.send_text("application/json", "[]").await;
        self.send_text("text/plain", "Acme").await;
        self.send_text("application/json", &" ".repeat(300 * 1024)).await;
    }

    async fn wrong_keys(&mut self) {
        let made = async |level: &str, abilities: &[&str]| {
            let key = json!({
                "name": level, "level": level, "organisation_ids": [self.shop.organisation],
                "abilities": abilities
            });
            text(&self.made("/v1/api-keys", key).await["secret"]).to_owned()
        };
        let (group, own) = (
            made("GROUP", &["organisations:write"]).await,
            made("ORGANISATION", &["alerts:read"]).await,
        );
        let acme = json!({ "name": "Acme" });
        self.ask_as("fsk_live_unknown", "POST", ORGANISATIONS, acme.clone()).await;
        self.ask_as(&own, "POST", ORGANISATIONS, acme.clone()).await;
        self.ask_as(&group, "POST", ORGANISATIONS, acme).await;
        self.ask_as(&own, "POST", "/v1/orders", json!([])).await;
    }

    async fn wrong_fields(&mut self) {
        let merchant =
            json!({ "organisation_id": self.shop.organisation, "name": " ", "type": "PAYPAL" });
        self.ask("POST", MERCHANTS, merchant).await;
        self.ask("POST", ORGANISATIONS, json!({ "name": "4242 4242 4242 4242" })).await;
        self.ask("GET", "/v1/alerts?offset=10001", Value::Null).await;
        self.ask("GET", "/v1/alerts?organization_id=org_1", Value::Null).await;
        self.ask("GET", "/v1/merchants/mrch_2f6kv0tr3dvsdq22mkmxx76rmc", Value::Null).await;
        let simulated = json!({
            "organisation_id": self.shop.organisation, "enrolment_id": self.shop.enrolment,
            "amount_in_cents": 4900, "currency": "USD"
        });
        self.ask("POST", "/v1/simulate/alerts", simulated).await;
    }

    async fn things_that_do_not_fit(&mut self) {
        let (organisation, merchant) = (json!(self.shop.organisation), json!(self.shop.merchant));
        let other = self.made(ORGANISATIONS, json!({ "name": "Zenith" })).await["id"].take();
        let theirs = self
            .made(
                MERCHANTS,
                json!({ "organisation_id": other, "name": "Web shop", "type": "GENERIC" }),
            )
            .await["id"]
            .take();
        let descriptors = json!([{ "descriptor": "ACME GYM", "match_type": "STARTS_WITH" }]);
        let watches = json!({
            "merchant_ids": [merchant, theirs], "type": "ETHOCA_ALERT",
            "ethoca_alert": { "descriptors": descriptors }
        });
        self.ask("POST", "/v2/enrolments", watches).await;
        let rdr = json!({
            "merchant_ids": [merchant], "type": "VERIFI_RDR",
            "verifi_rdr": { "bin": "424242", "caid": "ACME1" }
        });
        let rdr = self.made("/v2/enrolments", rdr).await["id"].take();
        let rule = json!({ "type": "CURRENCY", "parameters": { "currency_codes": ["USD"] } });
        let mixed = json!({
            "organisation_id": organisation, "enrolment_ids": [self.shop.enrolment, rdr],
            "outcome": "REFUND", "rules": [rule]
        });
        self.ask("POST", "/v1/rulesets", mixed).await;
        self.ask("DELETE", &format!("{MERCHANTS}/{}", text(&merchant)), Value::Null).await;
        self.ask(
            "PATCH",
            &format!("{MERCHANTS}/{}", text(&merchant)),
            json!({ "name": "Shop", "version": 7 }),
        )
        .await;
        let mut sold = work::order(&self.shop, &self.shop.orders, "txn-1");
        // the alerts below are of another card
        sold["transactions"][0]["payment_method_card_last_4"] = json!("1881");
        self.made("/v1/orders", json!([sold])).await;
        self.ask("POST", "/v1/transactions/txn-1/refunds", json!({})).await;
    }

    /// Nobody else is called by an e-mail.
    async fn last_member(&mut self) {
        let member = json!({
            "organisation_id": self.shop.organisation, "first_name": "Ada", "last_name": "Lovelace",
            "email": "ada@example.com", "role": "ADMIN"
        });
        let member = self.made("/v1/memberships", member).await["id"].take();
        self.ask(
            "PATCH",
            &format!("/v1/memberships/{}", text(&member)),
            json!({ "is_alert_action_required_email_enabled": false }),
        )
        .await;
    }

    /// The same key again: for another request, and while the first is being done.
    async fn twice(&mut self) {
        for name in ["Acme", "Zenith"] {
            let request = Self::request(&self.shop.key, "POST", ORGANISATIONS, "application/json")
                .header("idempotency-key", "order-1001");
            let request =
                request.body(Body::from(json!({ "name": name }).to_string())).expect("a request");
            if name == "Acme" {
                drop(self.shop.world.answer(request).await);
            } else {
                self.send(request).await;
            }
        }
        let request = || {
            let request = Self::request(&self.shop.key, "POST", ORGANISATIONS, "application/json")
                .header("idempotency-key", "order-1002");
            request.body(Body::from(json!({ "name": "Acme" }).to_string())).expect("a request")
        };
        let (first, second) = (request(), request());
        let reached = Arc::new(tokio::sync::Notify::new());
        let held = Arc::clone(&reached);
        self.shop.world.aws.set_gate(Some(Arc::new(move |call, _| {
            let writes = call.contains("PutItem org_");
            if writes {
                held.notify_one();
            }
            if writes { Verdict::Hold } else { Verdict::Pass }
        })));
        let world = self.shop.world.clone();
        tokio::select! {
            answer = world.answer(first) => panic!("it was not held: {answer:?}"),
            () = async { reached.notified().await; self.send(second).await } => {}
        }
        self.shop.world.aws.set_gate(None);
    }

    async fn alerts(&mut self) {
        let world = self.shop.world.clone();
        let mut stray = self.shop.alert("UNMATCHED");
        stray["cardNumber"] = json!("555555******4444");
        self.shop.push(&[stray]).await;
        world.settle().await;
        let waits = format!("/v1/alerts/{}", text(&self.shop.alerts().await[0]["id"]));
        self.ask("PATCH", &waits, json!({ "action": "REFUND" })).await;
        let accepted = |status: &str| {
            json!({
                "do": "SET_ENROLMENT", "enrolment_id": self.shop.enrolment, "status": status
            })
        };
        let (pending, enabled) = (accepted("PENDING"), accepted("ENABLED"));
        world.operate(pending).await.expect("nobody has accepted it");
        self.ask("PATCH", &waits, json!({ "action": "REFUND", "refunded_externally": true })).await;
        world.operate(enabled).await.expect("accepted");
        drop(self.shop.subscribe());
        self.shop.push(&[self.shop.alert("MATCHED")]).await;
        world.settle().await;
        let done = self
            .shop
            .alerts()
            .await
            .into_iter()
            .find(|alert| alert["status"] == "RESOLVED")
            .expect("one was refunded");
        self.ask(
            "PATCH",
            &format!("/v1/alerts/{}", text(&done["id"])),
            json!({ "action": "ACCEPT_DISPUTE" }),
        )
        .await;
        let enrolment = key(&self.shop.organisation, &format!("ENRL#{}", self.shop.enrolment));
        let request = world.aws.dynamodb().delete_item().table_name(TABLE).set_key(Some(enrolment));
        request.send().await.expect("it is gone");
        self.ask("PATCH", &waits, json!({ "action": "ACCEPT_DISPUTE" })).await;
        world.clock.advance(SignedDuration::from_hours(72));
        self.ask("PATCH", &waits, json!({ "action": "ACCEPT_DISPUTE" })).await;
    }

    async fn too_often(&mut self) {
        let world = World::start(Settings { rate_limit: MOST, ..Settings::default() }).await;
        let own = std::mem::replace(&mut self.shop.world, world);
        let key = self.shop.world.new_partner("Partner", "LIVE").await.expect("a partner");
        for _ in 0..MOST {
            assert_eq!(self.shop.world.call("GET", MERCHANTS, &key, None).await.0, 200);
        }
        self.ask_as(&key, "GET", MERCHANTS, Value::Null).await;
        self.shop.world = own;
    }

    async fn broken(&mut self) {
        let paid = self.shop.subscribe().payment;
        self.shop
            .world
            .stripe
            .fault(Fault { times: 100, ..Fault::next("GET", "/v1/", FaultKind::Status503) });
        self.ask(
            "GET",
            &format!("/v1/transactions/{paid}/refunds?organisation_id={}", self.shop.organisation),
            Value::Null,
        )
        .await;
        self.shop.world.stripe.recover();
        let path = format!("{MERCHANTS}/{}", self.shop.merchant);
        self.shop.world.aws.set_gate(Some(Arc::new(|call, moment| match moment {
            Moment::Before if call.starts_with("dynamodb") => Verdict::Lose,
            _ => Verdict::Pass,
        })));
        self.ask("GET", &path, Value::Null).await;
        self.shop.world.aws.set_gate(None);
        let merchant = key(&self.shop.organisation, &format!("MRCH#{}", self.shop.merchant));
        let request =
            self.shop.world.aws.dynamodb().put_item().table_name(TABLE).set_item(Some(merchant));
        request.send().await.expect("it is overwritten");
        self.ask("GET", &path, Value::Null).await;
    }
}

/// An item's key, and all that is left of an item that was overwritten with it.
fn key(pk: &str, sk: &str) -> HashMap<String, AttributeValue> {
    [("pk", pk), ("sk", sk)]
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())))
        .into()
}
