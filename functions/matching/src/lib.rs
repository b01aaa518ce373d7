//! Finds the sale an alert is about, and whether the alert was wrong when it came.

mod contested;
mod processors;
mod twins;
mod waiting;

use std::sync::OnceLock;

use domain::alert::pipeline::Stage;
use domain::alert::{Alert, Need};
use domain::basics::id::AlertId;
use domain::matching::setup::Setup;
use domain::matching::{Candidate, Found, Reach, best, best_within, pre_check, unite};
use domain::sale::Sale;
use flows::slots::AlertSlots;
use flows::{Failure, Processors, integration_health, unanswered};
use jiff::Timestamp;
use runtime::{Job, Message};
use store::{Store, StoreError};

/// How many payments are asked for their amounts; an alert's ARN, reference or card names hardly
/// ever more.
const MOST_UNTOLD: usize = 3;

/// An alert that waits to be matched, or whose it is to be found out; or a page of alerts that
/// waited for a processor.
///
/// # Errors
/// [`Failure`] gives the message back.
pub async fn handle(store: &Store, processors: &Processors, job: Job) -> Result<(), Failure> {
    match &job.message {
        Message::Alert(id) => match Box::pin(find(store, processors, id, &job)).await {
            Err(Failure::Partner(error)) => {
                unanswered::leave(store, Stage::Matching, &job, error).await
            }
            Err(Failure::WaitsForSlot) => Ok(()),
            done => done,
        },
        Message::Waiting(waking) => waiting::wake(store, waking, job.now).await,
        Message::Contested(id) => contested::settle(store, processors, id, job.now).await,
        _ => Ok(()), // for other stages
    }
}

async fn find(
    store: &Store,
    processors: &Processors,
    id: &AlertId,
    job: &Job,
) -> Result<(), Failure> {
    let (now, alert) = (job.now, store.alert(id).await?);
    let Some(alert) = alert.filter(Alert::is_searched_for) else { return Ok(()) };
    let setup = store.setup(&alert).await?.ok_or(Failure::Missing("the alert's enrolment"))?;
    store.place(&alert).await?;
    // An alert that may wait is left to wait; one that waits for a processor already has waited.
    let is_patient = unanswered::tries(job, &alert) < integration_health::DELIVERIES_TO_ANSWER
        && alert.next_stage() == Some(Stage::Matching);
    let search = Search { is_patient, ..Search::new(store, processors, (&setup, &alert), now) };
    let found = search.found().await?;
    if let Some(why) = search.unsearched(&found).await? {
        return waiting::wait(store, &setup, &alert, why, found, now).await;
    }
    let invalid = match &found {
        Found::One(one) => {
            store.place_at(&alert, std::iter::once(&one.sale)).await?;
            search.invalid(&one.sale).await?
        }
        // as before: nobody is told again
        Found::Nothing if alert.waits_unnamed() => return Ok(()),
        Found::Unsure { candidates, .. } if !alert.claim.has_key() => {
            store.place_at(&alert, candidates.iter().map(|one| &one.sale)).await?;
            None
        }
        Found::Unsure { .. } | Found::Nothing => None,
    };
    store.commit(&setup.attributed(alert.matched(found, invalid, now)?)).await?;
    Ok(())
}

struct Search<'a> {
    store: &'a Store,
    processors: &'a Processors,
    setup: &'a Setup,
    alert: &'a Alert,
    now: Timestamp,
    /// Whether a processor that does not answer is waited for.
    is_patient: bool,
    /// Whether it is only looked whose the alert is: what fails then is not said of the tenant's
    /// integration.
    is_contest: bool,
    /// The first processor that could not be asked, and why.
    unavailable: OnceLock<Need>,
    slots: AlertSlots<'a>,
}

impl<'a> Search<'a> {
    fn new(
        store: &'a Store,
        processors: &'a Processors,
        (setup, alert): (&'a Setup, &'a Alert),
        now: Timestamp,
    ) -> Self {
        let (unavailable, slots) = (OnceLock::new(), AlertSlots::of(store, alert, now));
        Search {
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

    /// Stored orders first; the processors too, unless evidence that names one payment has spoken.
    async fn found(&self) -> Result<Found, Failure> {
        let claim = &self.alert.claim;
        let looked = self.store.lookup(&self.alert.organisation, claim).await?;
        let mut sales = self.setup.own(looked.sales);
        let mut reach = Reach { is_cut: looked.is_cut, same_amount: 0 };
        let named = matches!(best(claim, &sales), Found::One(one) if one.names_one_payment());
        if !named {
            let untold =
                sales.iter().filter(|sale| !sale.amount_is_told()).count().min(MOST_UNTOLD);
            let searched = self.at_processors(claim, untold).await?;
            sales.extend(searched.sales);
            reach = reach.with(searched.reach);
            sales = self.with_amounts(sales).await?;
        }
        let mut found = best_within(claim, &sales, reach);
        if let Some(told) = self.told_of(&found).await? {
            sales.extend(told);
            found = best_within(claim, &sales, reach);
        }
        if let Found::One(one) = &found
            && !one.names_one_payment()
        {
            let stored = self
                .store
                .count_of_amount(&self.alert.organisation, claim, one.sale.order.as_ref())
                .await?;
            reach.same_amount = reach.same_amount.saturating_add(stored);
            found = best_within(claim, &sales, reach);
        }
        match self.among_twins(found, sales).await? {
            Found::One(one) => {
                let (one, confirmed) = self.as_processor_has_it(*one).await?;
                Ok(match self.setup.doubt(&one.sale, confirmed) {
                    Some(why) => Found::Unsure { why, candidates: vec![one] },
                    None => Found::One(Box::new(one)),
                })
            }
            other => Ok(other),
        }
    }

    /// Whether there is anything to search in: a processor, or orders that came.
    async fn has_source(&self) -> Result<bool, StoreError> {
        let has_processor = !self.setup.processors().is_empty();
        Ok(has_processor
            || (self.setup.takes_orders()
                && self.store.has_orders(&self.alert.organisation).await?))
    }

    /// What an order tells of the one payment that was found without it: nothing in the claim need
    /// lead there.
    async fn told_of(&self, found: &Found) -> Result<Option<Vec<Sale>>, StoreError> {
        let one = match found {
            Found::One(one) if one.sale.order.is_none() => &one.sale,
            _ => return Ok(None),
        };
        let told = self
            .setup
            .own(self.store.sales_named(&self.alert.organisation, &one.transaction_id).await?);
        Ok((!told.is_empty()).then_some(told))
    }

    /// The sales whose amount an order left to the processor, as it has them; those among them that
    /// the search found, too, need no call of their own.
    async fn with_amounts(&self, sales: Vec<Sale>) -> Result<Vec<Sale>, Failure> {
        if sales.iter().all(Sale::amount_is_told) {
            return Ok(sales);
        }
        let mut whole = unite(&sales);
        let untold =
            whole.iter_mut().filter(|sale| !sale.amount_is_told() && sale.payment.is_some());
        for sale in untold.take(MOST_UNTOLD) {
            let asked = Candidate::named(&self.alert.claim, sale.clone());
            *sale = self.as_processor_has_it(asked).await?.0.sale;
        }
        Ok(whole)
    }

    /// Why a result proves nothing: a processor could not be asked and no evidence names one
    /// payment, or there was nothing to search in.
    async fn unsearched(&self, found: &Found) -> Result<Option<Need>, StoreError> {
        match (self.unavailable.get(), found) {
            (Some(_), Found::One(one)) if one.names_one_payment() => Ok(None),
            (Some(why), _) => Ok(Some(why.clone())),
            (None, Found::Nothing) if !self.has_source().await? => Ok(Some(Need::NoSource)),
            (None, _) => Ok(None),
        }
    }

    async fn invalid(&self, sale: &Sale) -> Result<Option<domain::matching::Invalid>, StoreError> {
        let ledger = self.store.ledger(&sale.id).await?;
        let sale = ledger.laid_onto(sale.clone());
        Ok(pre_check(
            &self.alert.claim,
            self.alert.received_at,
            &sale,
            ledger.refunded_for(&self.alert.id),
        ))
    }
}
