//! Contested alerts: enrolments of several organisations fit the descriptor, and the payment
//! decides the owner.
//!
//! Data that anyone can write down is no evidence, nor are the answers of a merchant's own
//! endpoint. No such endpoint is called.

use domain::account::IntegrationOutage;
use domain::account::enrolment::Enrolment;
use domain::alert::transition::IncomingAlert;
use domain::alert::{Alert, ReviewReason};
use domain::basics::id::{EnrolmentId, QuarantineId};
use domain::matching::{
    MOST_WITHOUT_BIN, MatchDoubt, MatchResult, find_best_match, find_best_match_within,
};
use domain::network::claim::Claim;
use domain::network::quarantine::{BY_EVIDENCE, QuarantineState, QuarantinedPayload};
use flows::quarantine::{QuarantineError, read_claim, release_payload};
use flows::{ProcessorClients, StageFailure};
use jiff::Timestamp;
use store::Store;

use crate::SaleSearch;

/// Releases the alert to the only organisation that has the payment. An inconclusive search is
/// repeated later, and in the end left to the operator.
pub(crate) async fn settle_contest(
    store: &Store,
    processors: &ProcessorClients,
    id: &QuarantineId,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let Some(held) =
        store.read_quarantined(id).await?.filter(QuarantinedPayload::is_awaiting_evidence)
    else {
        return Ok(());
    };
    let whose = match &held.fate {
        QuarantineState::Releasing { enrolment, .. } => Some(enrolment.clone()),
        _ => sole_owner(store, processors, &held, now).await?,
    };
    let Some(whose) = whose else { return Ok(()) };
    let Some(enrolment) = store.read_record::<Enrolment>(whose.as_str()).await? else {
        return hand_to_operator(store, id, "its enrolment is gone").await;
    };
    match release_payload(store, held, &enrolment, BY_EVIDENCE.to_owned(), now).await {
        Ok(_) => Ok(()),
        Err(QuarantineError::Store(error)) => Err(error.into()),
        Err(stays) => hand_to_operator(store, id, &stays.to_string()).await,
    }
}

/// Hands the payload to the operator: the evidence is conclusive, but the release is impossible.
async fn hand_to_operator(store: &Store, id: &QuarantineId, why: &str) -> Result<(), StageFailure> {
    let Some(held) =
        store.read_quarantined(id).await?.filter(QuarantinedPayload::is_awaiting_evidence)
    else {
        return Ok(());
    };
    store.replace_quarantined(&held.hand_over_to_operator()).await?;
    tracing::error!(quarantine = %id, "Quarantined: its release by evidence cannot go on: {why}");
    Ok(())
}

/// Returns the enrolment of the only contestant that has the payment. While a contestant's
/// processor is unavailable, no owner is returned.
async fn sole_owner(
    store: &Store,
    processors: &ProcessorClients,
    held: &QuarantinedPayload,
    now: Timestamp,
) -> Result<Option<EnrolmentId>, StageFailure> {
    let claim = match read_claim(store, held).await {
        Ok((_, claim)) => claim,
        Err(QuarantineError::Store(error)) => return Err(error.into()),
        Err(_) => return Ok(None),
    };
    let mut owners = Vec::new();
    for (organisation, enrolments) in held.contesting_organisations() {
        let Some(enrolment) = enrolments.into_iter().next() else { continue };
        let (connection, deadlines) = (held.connection.clone(), held.deadlines);
        let arrival = IncomingAlert {
            organisation,
            enrolment: enrolment.clone(),
            connection,
            claim: claim.clone(),
            deadlines,
        };
        let alert = Alert::from_incoming(arrival, held.received_at);
        let Some(setup) = store.read_setup(&alert).await? else { continue };
        let search = SaleSearch {
            is_contest: true,
            ..SaleSearch::new(store, processors, (&setup, &alert), now)
        };
        if search.has_payment(&claim).await? {
            owners.push(enrolment);
        } else if search.unavailable.get().is_some_and(may_come_back) {
            return Ok(None);
        }
    }
    Ok(owners.pop().filter(|_| owners.is_empty()))
}

/// Checks whether a processor may answer later. Rejected credentials do not count: such a
/// contestant must not block another tenant's alert.
fn may_come_back(why: &ReviewReason) -> bool {
    !matches!(
        why,
        ReviewReason::ProcessorUnavailable { code: IntegrationOutage::CredentialsRefused, .. }
    )
}

impl SaleSearch<'_> {
    /// Checks whether the tenant has the payment: at a processor, read with the tenant's own
    /// credentials, or in an order. The order must predate the alert and contain data that only the
    /// acquirer has.
    async fn has_payment(&self, claim: &Claim) -> Result<bool, StageFailure> {
        Ok(self.has_payment_in_orders(claim).await?
            || self.has_payment_at_processors(claim).await?)
    }

    /// Checks for an order with acquirer evidence that was last updated before the alert.
    async fn has_payment_in_orders(&self, claim: &Claim) -> Result<bool, StageFailure> {
        let looked = self.store.look_up_sales(&self.alert.organisation, claim).await?;
        let MatchResult::One(one) =
            find_best_match(claim, &self.setup.filter_own_sales(looked.sales))
        else {
            return Ok(false);
        };
        let Some(order) = one.sale.order.as_ref().filter(|_| one.has_acquirer_evidence()) else {
            return Ok(false);
        };
        Ok(self
            .store
            .read_order(order)
            .await?
            .is_some_and(|order| order.was_last_updated_before(self.alert.received_at)))
    }

    /// Checks for a matching payment at the tenant's processors.
    async fn has_payment_at_processors(&self, claim: &Claim) -> Result<bool, StageFailure> {
        let searched = self.search_processors(claim, 0).await?;
        let is_rare = searched.reach.same_amount <= MOST_WITHOUT_BIN;
        Ok(
            match find_best_match_within(
                claim,
                &self.setup.filter_own_sales(searched.sales),
                searched.reach,
            ) {
                MatchResult::One(_) => true,
                // matching leaves the choice between the tenant's own payments to a person
                MatchResult::Unsure { why: MatchDoubt::Tie, .. } => is_rare,
                MatchResult::Unsure { .. } | MatchResult::Nothing => false,
            },
        )
    }
}
