//! Alerts as the store has them, with the enrolment and the integration that alerts name.

use domain::account::enrolment::Enrolment;
use domain::account::{
    ConnectRefunds, Integration, IntegrationKind, IntegrationStatus, MatchingMode,
};
use domain::alert::transition::IncomingAlert;
use domain::alert::{Alert, AlertDeadlines};
use domain::basics::card::TruncatedCard;
use domain::basics::id::{ConnectionId, IntegrationId};
use domain::basics::money::{Money, parse_currency};
use domain::basics::time::{add_seconds, utc_day};
use domain::matching::MatchResult;
use domain::network::claim::{AlertKind, AlertNetwork, Claim};
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
        desk.api.store.read_record(&id).await.expect("the store").expect("the enrolment");
    let accepted = Enrolment { accepted_at: Some(now()), version: kept.version + 1, ..kept };
    desk.api
        .store
        .replace_record(&accepted)
        .await
        .expect("accepted by the vendor, as the operator says");
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
    let came = add_seconds(now(), -60 * minutes);
    let limit = add_seconds(came, 48 * 3600 + 600 * minutes.min(100)); // the older, the later due
    let arrival = IncomingAlert {
        organisation: shop.organisation.parse().expect("an id"),
        enrolment: enrolment.parse().expect("an id"),
        connection: ConnectionId::derived(&["ethoca"]),
        claim: claim(name, came),
        deadlines: AlertDeadlines {
            target: add_seconds(came, 24 * 3600),
            action: add_seconds(limit, -7200),
            limit,
        },
    };
    let alert = Alert::from_incoming(arrival, came);
    desk.api.store.insert_alert(&alert).await.expect("taken in");
    let alert = alert.apply_match(MatchResult::Nothing, None, came).expect("it waits for that");
    desk.api.store.commit(&alert).await.expect("committed");
    alert
}

/// What the network says of an alert under this name.
fn claim(name: &str, came: Timestamp) -> Claim {
    Claim {
        network: AlertNetwork::Ethoca,
        vendor_alert_id: name.into(),
        kind: AlertKind::Fraud,
        alerted_at: came,
        amount: Money::new(4900, parse_currency("USD").expect("a currency")),
        chargeback_amount: None,
        descriptor: "ACMEFIT*SUB".into(),
        transacted: Some(domain::basics::time::ReportedTime { day: utc_day(came), at: None }),
        card: TruncatedCard { bin: Some("424242".into()), last4: Some("4242".into()), brand: None },
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
    desk.api.store.put_record(&integration).await.expect("kept");
}
