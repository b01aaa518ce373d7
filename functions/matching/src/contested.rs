//! An alert that enrolments of several organisations fit: the payment tells whose it is. What
//! anybody can write down does not, nor what a merchant's own endpoint says; neither is any such
//! endpoint called.

use domain::account::Outage;
use domain::account::enrolment::Enrolment;
use domain::alert::transition::Arrival;
use domain::alert::{Alert, Need};
use domain::basics::id::{EnrolmentId, QuarantineId};
use domain::matching::{Doubt, Found, MOST_WITHOUT_BIN, best, best_within};
use domain::network::claim::Claim;
use domain::network::quarantine::{BY_EVIDENCE, Fate, Quarantined};
use flows::quarantine::{Stays, readable, release};
use flows::{Failure, Processors};
use jiff::Timestamp;
use store::Store;

use crate::Search;

/// Releases the alert to the one organisation that has the payment; what does not tell is looked at
/// again later, and left to the operator in the end.
pub(crate) async fn settle(
    store: &Store,
    processors: &Processors,
    id: &QuarantineId,
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(held) = store.quarantined(id).await?.filter(Quarantined::is_looked_at) else {
        return Ok(());
    };
    let whose = match &held.fate {
        Fate::Releasing { enrolment, .. } => Some(enrolment.clone()),
        _ => sole_owner(store, processors, &held, now).await?,
    };
    let Some(whose) = whose else { return Ok(()) };
    let Some(enrolment) = store.record::<Enrolment>(whose.as_str()).await? else {
        return hand_over(store, id, "its enrolment is gone").await;
    };
    match release(store, held, &enrolment, BY_EVIDENCE.to_owned(), now).await {
        Ok(_) => Ok(()),
        Err(Stays::Store(error)) => Err(error.into()),
        Err(stays) => hand_over(store, id, &stays.to_string()).await,
    }
}

/// What evidence has told and cannot be done is a person's.
async fn hand_over(store: &Store, id: &QuarantineId, why: &str) -> Result<(), Failure> {
    let Some(held) = store.quarantined(id).await?.filter(Quarantined::is_looked_at) else {
        return Ok(());
    };
    store.replace_quarantined(&held.handed_over()).await?;
    tracing::error!(quarantine = %id, "Quarantined: its release by evidence cannot go on: {why}");
    Ok(())
}

/// The enrolment of the one contestant that has the payment. Whoever cannot be asked for the moment
/// may be the one.
async fn sole_owner(
    store: &Store,
    processors: &Processors,
    held: &Quarantined,
    now: Timestamp,
) -> Result<Option<EnrolmentId>, Failure> {
    let claim = match readable(store, held).await {
        Ok((_, claim)) => claim,
        Err(Stays::Store(error)) => return Err(error.into()),
        Err(_) => return Ok(None),
    };
    let mut owners = Vec::new();
    for (organisation, enrolments) in held.contestants() {
        let Some(enrolment) = enrolments.into_iter().next() else { continue };
        let (connection, deadlines) = (held.connection.clone(), held.deadlines);
        let arrival = Arrival {
            organisation,
            enrolment: enrolment.clone(),
            connection,
            claim: claim.clone(),
            deadlines,
        };
        let alert = Alert::received(arrival, held.received_at);
        let Some(setup) = store.setup(&alert).await? else { continue };
        let search =
            Search { is_contest: true, ..Search::new(store, processors, (&setup, &alert), now) };
        if search.has_payment(&claim).await? {
            owners.push(enrolment);
        } else if search.unavailable.get().is_some_and(may_come_back) {
            return Ok(None);
        }
    }
    Ok(owners.pop().filter(|_| owners.is_empty()))
}

/// Whether a processor may be asked later. Credentials that it refuses keep back nobody else's
/// alert.
fn may_come_back(why: &Need) -> bool {
    !matches!(why, Need::ProcessorUnavailable { code: Outage::CredentialsRefused, .. })
}

impl Search<'_> {
    /// Whether the tenant has the payment: at a processor of ours, read with its own credentials,
    /// or in an order that told before the alert came what only its acquirer tells.
    async fn has_payment(&self, claim: &Claim) -> Result<bool, Failure> {
        Ok(self.told_it(claim).await? || self.took_it(claim).await?)
    }

    async fn told_it(&self, claim: &Claim) -> Result<bool, Failure> {
        let looked = self.store.lookup(&self.alert.organisation, claim).await?;
        let Found::One(one) = best(claim, &self.setup.own(looked.sales)) else { return Ok(false) };
        let Some(order) = one.sale.order.as_ref().filter(|_| one.is_told_by_acquirer()) else {
            return Ok(false);
        };
        Ok(self
            .store
            .order(order)
            .await?
            .is_some_and(|order| order.stood_before(self.alert.received_at)))
    }

    async fn took_it(&self, claim: &Claim) -> Result<bool, Failure> {
        let searched = self.at_processors(claim, 0).await?;
        let is_rare = searched.reach.same_amount <= MOST_WITHOUT_BIN;
        Ok(match best_within(claim, &self.setup.own(searched.sales), searched.reach) {
            Found::One(_) => true,
            // which of its own payments is meant matching leaves to a person
            Found::Unsure { why: Doubt::Tie, .. } => is_rare,
            Found::Unsure { .. } | Found::Nothing => false,
        })
    }
}
