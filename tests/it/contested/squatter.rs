//! A partner that has enrolled what another's descriptor fits.

use serde_json::{Value, json};
use tests::world::World;

const QUARANTINE: &str = "/v1/quarantine";

/// A partner that has enrolled what another's descriptor fits, by the operator's mistaken word, and
/// has no processor.
pub(super) struct Squatter {
    pub(super) world: World,
    pub(super) key: String,
    pub(super) organisation: String,
    pub(super) merchant: String,
    pub(super) orders: String,
    pub(super) enrolment: String,
}

impl Squatter {
    pub(super) async fn enrol(world: &World, match_type: &str, pattern: &str) -> Self {
        let key = world.new_partner("Another", "LIVE").await.expect("a partner");
        let make = async |path: &str, body: Value| {
            let (status, answer) = world.call("POST", path, &key, Some(&body)).await;
            assert_eq!(status, 200, "{path}: {answer}");
            answer["id"].as_str().expect("an id").to_owned()
        };
        let organisation = make("/v1/organisations/", json!({"name": "Another"})).await;
        let merchant = make(
            "/v1/merchants/",
            json!({"organisation_id": organisation, "name": "Shop", "type": "GENERIC"}),
        )
        .await;
        let orders = json!({
            "organisation_id": organisation, "name": "Orders", "type": "CUSTOM_ORDERS",
            "merchant_ids": [merchant]
        });
        let orders = make("/v1/integrations/", orders).await;
        let descriptors = json!([{"descriptor": pattern, "match_type": match_type}]);
        let watched = json!({
            "merchant_ids": [merchant], "type": "ETHOCA_ALERT",
            "ethoca_alert": {"descriptors": descriptors}
        });
        let enrolment = make("/v2/enrolments/", watched).await;
        super::enable(world, &enrolment).await;
        Self { world: world.clone(), key, organisation, merchant, orders, enrolment }
    }

    /// Orders of 49.00 USD by cards that end so, with what else an order can tell.
    pub(super) async fn tells(&self, cards: impl Iterator<Item = u32>, also: Value) {
        let now = self.world.clock.now().to_string();
        let orders: Vec<Value> = cards
            .map(|last4| {
                let mut transaction = json!({
                    "reference_id": format!("t-{last4:04}"), "amount_in_cents": 4900,
                    "currency": "USD", "payment_method_type": "CARD",
                    "authorisation_status": "SETTLED", "authorised_at": now,
                    "payment_method_card_brand": "VISA",
                    "payment_method_card_last_4": format!("{last4:04}"),
                    "payment_method_card_bin": "424242"
                });
                transaction
                    .as_object_mut()
                    .expect("an object")
                    .extend(also.as_object().expect("fields").clone());
                json!({
                    "type": "COMPLETE", "organisation_id": self.organisation,
                    "integration_id": self.orders, "reference_id": format!("o-{last4:04}"),
                    "order_datetime": now, "order_number": "1", "order_currency": "USD",
                    "order_subtotal_amount_in_cents": 4900,
                    "order_total_amount_in_cents": 4900, "order_status": "CLOSED_COMPLETE",
                    "customer_email": "robin@example.com",
                    "transactions": [transaction]
                })
            })
            .collect();
        for batch in orders.chunks(100) {
            let (status, answer) =
                self.world.call("POST", "/v1/orders", &self.key, Some(&json!(batch))).await;
            assert_eq!(
                (status, answer["errors"].as_array().map(Vec::len)),
                (200, Some(0)),
                "{answer}"
            );
        }
    }

    /// All that it can read of any alert.
    pub(super) async fn sees(&self) -> (u64, u64) {
        let count = async |path: &str| {
            self.world.call("GET", path, &self.key, None).await.1["count"]
                .as_u64()
                .expect("a count")
        };
        (count("/v1/alerts").await, count(QUARANTINE).await)
    }
}
