//! The filters of the list of alerts.

use domain::alert::status::{INVALIDS, RESOLUTIONS};
use domain::alert::{Alert, ReviewReason};
use domain::network::claim::{AlertKind, AlertNetwork};
use store::facts::FilterField;
use store::keys::{TableKey, alert_key};

use crate::http::list_query::{ListFilter, ListQuery};

/// The filters, beside the time ranges.
pub(super) const FILTERS: [ListFilter; 14] = [
    ListFilter::for_text("merchant_id", FilterField::Merchant, "Only of this merchant."),
    ListFilter::for_text(
        "integration_id",
        FilterField::Integration,
        "Only with a sale from this integration.",
    ),
    ListFilter::for_text(
        "integration_transaction_id",
        FilterField::Payment,
        "Only with this payment.",
    ),
    ListFilter::for_text("order_id", FilterField::Order, "Only with a sale of this order."),
    ListFilter::for_text(
        "order_reference",
        FilterField::OrderReference,
        "Only with a sale of the order with this merchant reference.",
    ),
    ListFilter::for_text("arn", FilterField::Arn, "Only with this acquirer reference number."),
    ListFilter::for_text(
        "vendor_alert_id",
        FilterField::VendorAlertId,
        "Only with this id at the network.",
    ),
    ListFilter::for_words("network", FilterField::Network, &NETWORKS, "Only of this network."),
    ListFilter::for_words("type", FilterField::Kind, &KINDS, "Only of this type."),
    ListFilter::for_words(
        "status",
        FilterField::Status,
        &["ACTION_REQUIRED", "RESOLVED", "INVALID"],
        "Only with this status.",
    ),
    ListFilter::for_words(
        "resolution_reason",
        FilterField::ResolutionReason,
        &RESOLUTIONS,
        "Only those that ended so.",
    ),
    ListFilter::for_words(
        "invalid_reason",
        FilterField::InvalidReason,
        &INVALIDS,
        "Only with this reason for which no action was needed.",
    ),
    ListFilter::for_words(
        "action_required_reason",
        FilterField::NeededFor,
        &ReviewReason::WORDS,
        "Only with this reason for which a person is needed.",
    ),
    ListFilter::for_words(
        "transaction_refund_outcome",
        FilterField::RefundOutcome,
        &["REFUNDED", "NOT_REFUNDED"],
        "Only refunded alerts, or only other alerts.",
    ),
];
const NETWORKS: [&str; 1] = [AlertNetwork::Ethoca.as_str()];
const KINDS: [&str; 2] = [AlertKind::Fraud.as_str(), AlertKind::Dispute.as_str()];

/// Returns the table keys of the alerts with the given network ids.
pub(super) fn keys_of_vendor_ids(asked: &ListQuery) -> Option<Vec<TableKey>> {
    let ids = asked.filter_texts("vendor_alert_id");
    let of_all = ids.iter().flat_map(|id| {
        AlertNetwork::ALL.map(|network| alert_key(&Alert::id_from_network(network, id)))
    });
    (!ids.is_empty()).then(|| of_all.collect())
}
