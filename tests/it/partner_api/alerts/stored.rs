//! Alerts as the store has them, with the enrolment and the integration that alerts name.

use domain::account::enrolment::Enrolment;
use domain::account::{
    ConnectRefunds, Integration, IntegrationKind, IntegrationStatus, MatchingMode,
};
use domain::alert::transition::Arrival;
use domain::alert::{Alert, Deadlines};
use domain::basics::card::Card;
use domain::basics::id::{ConnectionId, IntegrationId};
use domain::basics::money::{Money, currency};
use domain::basics::time::{after, day_of};
use domain::matching::Found;
use domain::network::claim::{Claim, Kind, Network};
use jiff::Timestamp;
use serde_json::json;

use super::super::{Desk, Shop, now};

/// An enrolment of the shop, as alerts name it.
pub async fn enrolment(desk: &Desk, shop: &Shop) -> String {
    let enrolment = json!({
        "merchant_ids": [shop.merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": [{"descriptor": "ACMEFIT", "match_type": "STARTS_WITH"}]}
    });
    let id = desk.post("/v2/enrolments/", &enrolment).await.id();
    let kept: Enrolment =
        desk.api.store.record(&id).await.expect("the store").expect("the enrolment");
    let accepted = Enrolment { accepted_at: Some(now()), version: kept.version + 1, ..kept };
    desk.api.store.replace(&accepted).await.expect("accepted by the vendor, as the operator says");
    id
}

/// An alert that came some minutes ago, of which no sale was found.
pub async fn unmatched(
    desk: &Desk,
    shop: &Shop,
    enrolment: &str,
    name: &str,
    minutes: i64,
) -> Alert {
    let came = after(now(), -60 * minutes);
    let limit = after(came, 48 * 3600 + 600 * minutes.min(100)); // the older, the later due
    let arrival = Arrival {
        organisation: shop.organisation.parse().expect("an id"),
        enrolment: enrolment.parse().expect("an id"),
        connection: ConnectionId::derived(&["ethoca"]),
        claim: claim(name, came),
        deadlines: Deadlines { target: after(came, 24 * 3600), action: after(limit, -7200), limit },
    };
    let alert = Alert::received(arrival, came);
    desk.api.store.take_in(&alert).await.expect("taken in");
    let alert = alert.matched(Found::Nothing, None, came).expect("it waits for that");
    desk.api.store.commit(&alert).await.expect("committed");
    alert
}

/// What the network says of an alert under this name.
fn claim(name: &str, came: Timestamp) -> Claim {
    Claim {
        network: Network::Ethoca,
        vendor_alert_id: name.into(),
        kind: Kind::Fraud,
        alerted_at: came,
        amount: Money::new(4900, currency("USD").expect("a currency")),
        chargeback_amount: None,
        descriptor: "ACMEFIT*SUB".into(),
        transacted: Some(domain::basics::time::Moment { day: day_of(came), at: None }),
        card: Card { bin: Some("424242".into()), last4: Some("4242".into()), brand: None },
        arn: None,
        auth_code: None,
        transaction_id: None,
        issuer: None,
        reason_code: None,
        mcc: None,
        is_3ds: None,
        initiated_by: None,
        transaction_type: None,
        source: None,
        left_out: Vec::new(),
    }
}

/// The shop with an integration of Stripe, as the store has it.
pub(super) async fn with_stripe(desk: &Desk, shop: &Shop) {
    let integration = Integration {
        id: IntegrationId::derived(&["stripe"]),
        organisation: shop.organisation.parse().expect("an id"),
        name: "Stripe".into(),
        kind: IntegrationKind::Stripe,
        status: IntegrationStatus::Enabled,
        merchant_ids: vec![shop.merchant.parse().expect("an id")],
        credentials: None,
        account: None,
        callback: None,
        matching_mode: MatchingMode::Soft,
        is_automatic_matching_enabled: true,
        connect_refunds: ConnectRefunds::default(),
        status_detail: None,
        lane: None,
        version: 1,
        created_at: now(),
        updated_at: now(),
    };
    desk.api.store.keep(&integration).await.expect("kept");
}
