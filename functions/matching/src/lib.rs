//! The matching stage: finds the sale of an alert, and checks whether the alert was invalid when
//! received.

mod contested;
mod processors;
mod twins;
mod waiting;

use std::sync::OnceLock;

use domain::alert::pipeline::PipelineStage;
use domain::alert::{Alert, ReviewReason};
use domain::basics::id::AlertId;
use domain::matching::setup::EnrolmentSetup;
use domain::matching::{
    MatchCandidate, MatchResult, SearchReach, find_best_match, find_best_match_within,
    pre_check_alert, unite_views,
};
use domain::sale::Sale;
use flows::slots::AlertSlots;
use flows::{ProcessorClients, StageFailure, integration_health, unanswered};
use jiff::Timestamp;
use runtime::{MessageJob, PipelineMessage};
use store::{Store, StoreError};

/// The most payments that are read for a missing amount. An alert's ARN, reference or card rarely
/// leads to more.
const MOST_UNTOLD: usize = 3;

/// Processes a message: an alert to match, a contested alert, or a page of alerts that waited for a
/// processor.
///
/// # Errors
/// [`StageFailure`] returns the message to the queue for a retry.
pub async fn handle(
    store: &Store,
    processors: &ProcessorClients,
    job: MessageJob,
) -> Result<(), StageFailure> {
    match &job.message {
        PipelineMessage::Alert(id) => {
            match Box::pin(match_alert(store, processors, id, &job)).await {
                Err(StageFailure::Partner(error)) => {
                    unanswered::put_off_alert(store, PipelineStage::Matching, &job, error).await
                }
                Err(StageFailure::WaitsForSlot) => Ok(()),
                done => done,
            }
        }
        PipelineMessage::Waiting(waking) => waiting::rematch_waiting(store, waking, job.now).await,
        PipelineMessage::Contested(id) => {
            contested::settle_contest(store, processors, id, job.now).await
        }
        _ => Ok(()), // for other stages
    }
}

/// Searches the sale of an alert, and stores the result. The alert is indexed first, by which a
/// later order finds the alert.
async fn match_alert(
    store: &Store,
    processors: &ProcessorClients,
    id: &AlertId,
    job: &MessageJob,
) -> Result<(), StageFailure> {
    let (now, alert) = (job.now, store.read_alert(id).await?);
    let Some(alert) = alert.filter(Alert::needs_search) else { return Ok(()) };
    let setup =
        store.read_setup(&alert).await?.ok_or(StageFailure::Missing("the alert's enrolment"))?;
    store.index_alert(&alert).await?;
    // A first search waits for a processor that does not answer. A repeated search has waited
    // already.
    let is_patient = unanswered::count_tries(job, &alert)
        < integration_health::DELIVERIES_TO_ANSWER
        && alert.next_stage() == Some(PipelineStage::Matching);
    let search =
        SaleSearch { is_patient, ..SaleSearch::new(store, processors, (&setup, &alert), now) };
    let found = search.find_match().await?;
    if let Some(why) = search.unsearched_reason(&found).await? {
        return waiting::wait_for_processor(store, &setup, &alert, why, found, now).await;
    }
    let invalid = match &found {
        MatchResult::One(one) => {
            store.index_alert_by_sales(&alert, std::iter::once(&one.sale)).await?;
            search.find_invalidity(&one.sale).await?
        }
        // the same result as before: no member is notified again
        MatchResult::Nothing if alert.waits_without_identifiers() => return Ok(()),
        MatchResult::Unsure { candidates, .. } if !alert.claim.has_payment_identifier() => {
            store.index_alert_by_sales(&alert, candidates.iter().map(|one| &one.sale)).await?;
            None
        }
        MatchResult::Unsure { .. } | MatchResult::Nothing => None,
    };
    store.commit(&setup.attribute_alert(alert.apply_match(found, invalid, now)?)).await?;
    Ok(())
}

/// The search for the sale of an alert.
struct SaleSearch<'a> {
    store: &'a Store,
    processors: &'a ProcessorClients,
    setup: &'a EnrolmentSetup,
    alert: &'a Alert,
    now: Timestamp,
    /// Whether the search waits for a processor that does not answer.
    is_patient: bool,
    /// Whether the search only decides the owner of a contested alert. A failure is then not noted
    /// at the tenant's integration.
    is_contest: bool,
    /// The first processor that was unavailable, with the reason.
    unavailable: OnceLock<ReviewReason>,
    slots: AlertSlots<'a>,
}

impl<'a> SaleSearch<'a> {
    /// Creates a search that waits for no processor.
    fn new(
        store: &'a Store,
        processors: &'a ProcessorClients,
        (setup, alert): (&'a EnrolmentSetup, &'a Alert),
        now: Timestamp,
    ) -> Self {
        let (unavailable, slots) = (OnceLock::new(), AlertSlots::for_alert(store, alert, now));
        SaleSearch {
            store,
            processors,
            setup,
            alert,
            now,
            is_patient: false,
            is_contest: false,
            unavailable,
            slots,
        }
    }

    /// Searches the stored orders, and the processors unless the evidence of an order names a
    /// single payment. The best candidate is re-read at the processor before the match counts.
    async fn find_match(&self) -> Result<MatchResult, StageFailure> {
        let claim = &self.alert.claim;
        let looked = self.store.look_up_sales(&self.alert.organisation, claim).await?;
        let mut sales = self.setup.filter_own_sales(looked.sales);
        let mut reach = SearchReach { is_cut: looked.is_cut, same_amount: 0 };
        let best = find_best_match(claim, &sales);
        let named = matches!(best, MatchResult::One(one) if one.names_one_payment());
        if !named {
            let untold = sales.iter().filter(|sale| !sale.has_amount()).count().min(MOST_UNTOLD);
            let searched = self.search_processors(claim, untold).await?;
            sales.extend(searched.sales);
            reach = reach.combined_with(searched.reach);
            sales = self.with_amounts(sales).await?;
        }
        let mut found = find_best_match_within(claim, &sales, reach);
        if let Some(told) = self.sales_in_orders(&found).await? {
            sales.extend(told);
            found = find_best_match_within(claim, &sales, reach);
        }
        if let MatchResult::One(one) = &found
            && !one.names_one_payment()
        {
            let stored = self
                .store
                .count_of_amount(&self.alert.organisation, claim, one.sale.order.as_ref())
                .await?;
            reach.same_amount = reach.same_amount.saturating_add(stored);
            found = find_best_match_within(claim, &sales, reach);
        }
        match self.choose_among_twins(found, sales).await? {
            MatchResult::One(one) => {
                let (one, confirmed) = self.refresh_candidate(*one).await?;
                Ok(match self.setup.find_doubt(&one.sale, confirmed) {
                    Some(why) => MatchResult::Unsure { why, candidates: vec![one] },
                    None => MatchResult::One(Box::new(one)),
                })
            }
            other => Ok(other),
        }
    }

    /// Checks whether a source exists: a processor, or stored orders.
    async fn has_source(&self) -> Result<bool, StoreError> {
        let has_processor = !self.setup.processor_accounts().is_empty();
        Ok(has_processor
            || (self.setup.takes_orders()
                && self.store.has_orders(&self.alert.organisation).await?))
    }

    /// Returns the sales of orders for a payment that matched without an order. The claim alone may
    /// not lead to these orders.
    async fn sales_in_orders(&self, found: &MatchResult) -> Result<Option<Vec<Sale>>, StoreError> {
        let one = match found {
            MatchResult::One(one) if one.sale.order.is_none() => &one.sale,
            _ => return Ok(None),
        };
        let told = self.setup.filter_own_sales(
            self.store.sales_by_reference(&self.alert.organisation, &one.transaction_id).await?,
        );
        Ok((!told.is_empty()).then_some(told))
    }

    /// Completes the sales without an amount, by a read at the processor. A sale that the search
    /// also returned needs no separate call.
    async fn with_amounts(&self, sales: Vec<Sale>) -> Result<Vec<Sale>, StageFailure> {
        if sales.iter().all(Sale::has_amount) {
            return Ok(sales);
        }
        let mut whole = unite_views(&sales);
        let untold = whole.iter_mut().filter(|sale| !sale.has_amount() && sale.payment.is_some());
        for sale in untold.take(MOST_UNTOLD) {
            let asked = MatchCandidate::from_named_sale(&self.alert.claim, sale.clone());
            *sale = self.refresh_candidate(asked).await?.0.sale;
        }
        Ok(whole)
    }

    /// Returns the reason that a result proves nothing: no evidence names a single payment and a
    /// processor was unavailable, or no source exists.
    async fn unsearched_reason(
        &self,
        found: &MatchResult,
    ) -> Result<Option<ReviewReason>, StoreError> {
        match (self.unavailable.get(), found) {
            (Some(_), MatchResult::One(one)) if one.names_one_payment() => Ok(None),
            (Some(why), _) => Ok(Some(why.clone())),
            (None, MatchResult::Nothing) if !self.has_source().await? => {
                Ok(Some(ReviewReason::NoSource))
            }
            (None, _) => Ok(None),
        }
    }

    /// Checks whether the alert was invalid when received, by the sale and the refunds in the
    /// ledger.
    async fn find_invalidity(
        &self,
        sale: &Sale,
    ) -> Result<Option<domain::matching::InvalidAlertReason>, StoreError> {
        let ledger = self.store.read_ledger(&sale.id).await?;
        let sale = ledger.merge_refunds_into(sale.clone());
        Ok(pre_check_alert(
            &self.alert.claim,
            self.alert.received_at,
            &sale,
            ledger.other_confirmed_alert(&self.alert.id),
        ))
    }
}
