//! Quarantined payloads: a delivery that cannot be read, and an alert that cannot be routed.

use std::collections::BTreeSet;

use domain::account::VendorConnection;
use domain::account::enrolment::EnrolmentCandidate;
use domain::alert::AlertDeadlines;
use domain::basics::id::{OrganisationId, PartnerId, QuarantineId};
use domain::network::claim::Claim;
use domain::network::quarantine::{
    MOST_CONCERNED, OwnershipContest, OwnershipDoubt, QuarantineState, QuarantineWatch,
    QuarantinedPayload, limit_claimants,
};
use jiff::Timestamp;
use store::{Store, StoreError};

use super::IntakeResult;

/// The most bytes of a payload that quarantine stores; an item of the table has 400 KB.
const MOST_RAW_BYTES: usize = 300_000;

/// Builds the contest: the enrolments to which an alert may belong, and the partner if all
/// contesting organisations have the same partner.
pub(super) async fn build_contest(
    store: &Store,
    doubt: OwnershipDoubt,
    claimants: Vec<EnrolmentCandidate>,
    claim: &Claim,
) -> Result<OwnershipContest, StoreError> {
    let partner = if doubt == OwnershipDoubt::Contested {
        sole_partner(store, &claimants).await?
    } else {
        None
    };
    Ok(OwnershipContest {
        doubt,
        claimants: limit_claimants(claimants),
        partner,
        descriptor: claim.descriptor.clone(),
    })
}

/// Returns the only partner of all claimants' organisations, or `None` if the organisations are too
/// many to list.
async fn sole_partner(
    store: &Store,
    claimants: &[EnrolmentCandidate],
) -> Result<Option<PartnerId>, StoreError> {
    let organisations: BTreeSet<&OrganisationId> =
        claimants.iter().map(|one| &one.organisation).collect();
    if organisations.len() > MOST_CONCERNED {
        return Ok(None);
    }
    let mut partners = BTreeSet::new();
    for id in organisations {
        partners.insert(store.read_organisation(id).await?.map(|found| found.partner));
    }
    Ok(partners.pop_first().flatten().filter(|_| partners.is_empty()))
}

/// The draft of a quarantined payload.
pub(super) struct QuarantineDraft {
    vendor_alert_id: Option<String>,
    reason: String,
    raw: String,
    /// The time from which the network counts the deadlines, if readable.
    alerted_at: Option<Timestamp>,
    contest: Option<OwnershipContest>,
}

impl QuarantineDraft {
    pub const fn from_unreadable(
        vendor_alert_id: Option<String>,
        reason: String,
        raw: String,
    ) -> Self {
        Self { vendor_alert_id, reason, raw, alerted_at: None, contest: None }
    }

    pub fn from_claim(claim: &Claim, reason: &str, contest: Option<OwnershipContest>) -> Self {
        let raw = serde_json::to_string(claim).unwrap_or_default();
        let (vendor_alert_id, alerted_at) =
            (Some(claim.vendor_alert_id.clone()), Some(claim.alerted_at));
        Self { vendor_alert_id, reason: reason.to_owned(), raw, alerted_at, contest }
    }
}

/// Stores a payload in quarantine. The id derives from the vendor's id or the payload, which makes
/// a repeat idempotent.
pub(super) async fn put_in_quarantine(
    store: &Store,
    (connection, now): (&VendorConnection, Timestamp),
    kept: QuarantineDraft,
) -> Result<IntakeResult, StoreError> {
    let QuarantineDraft { vendor_alert_id, reason, raw, alerted_at, contest } = kept;
    let id = QuarantineId::derived(&[
        "quarantine",
        connection.id.as_str(),
        vendor_alert_id.as_deref().unwrap_or(&raw),
    ]);
    let became = IntakeResult::Quarantined { id: id.clone(), reason: reason.clone() };
    let held = QuarantinedPayload {
        id,
        connection: connection.id.clone(),
        vendor_alert_id,
        reason,
        raw: raw[..raw.floor_char_boundary(MOST_RAW_BYTES)].to_owned(),
        is_read: alerted_at.is_some(),
        enrolments: contest
            .iter()
            .flat_map(|contest| &contest.claimants)
            .map(|one| one.enrolment.clone())
            .collect(),
        received_at: now,
        deadlines: AlertDeadlines::from_alert_time(alerted_at.unwrap_or(now), connection, None),
        watch: QuarantineWatch::Waiting,
        fate: QuarantineState::Held,
        organisation: connection.id.simulated_organisation(),
        assigned: None,
        contest,
        version: 1,
    };
    let held = QuarantinedPayload { watch: held.first_watch(), ..held };
    if store.insert_quarantined(&held).await? {
        log_quarantined(&held);
    }
    Ok(became)
}

/// Logs a new payload. A simulated alert, or a contest that evidence may still settle, raises no
/// alarm.
fn log_quarantined(held: &QuarantinedPayload) {
    if held.connection.is_simulated() {
        tracing::info!(quarantine = %held.id, "A simulated alert was quarantined: {}", held.reason);
    } else if matches!(held.watch, QuarantineWatch::Looking { .. }) {
        tracing::info!(quarantine = %held.id, "Contested: {}", held.reason);
    } else {
        tracing::error!(quarantine = %held.id, "Quarantined: {}", held.reason);
    }
}
