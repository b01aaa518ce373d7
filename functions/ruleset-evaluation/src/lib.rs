//! Asks the enrolment's rulesets what to do with a matched alert; a person's order skips them.

use domain::account::{Brakes, REFERENCE_CURRENCY};
use domain::alert::{Alert, Need};
use domain::evaluation::evaluate;
use domain::id::EnrolmentId;
use domain::money::Rates;
use domain::pipeline::Stage;
use domain::ruleset::{Facts, Purchase, Ruleset, Wanted};
use domain::sale::Sale;
use domain::setup::Setup;
use domain::time::day_of;
use domain::transition::Evaluation;
use jiff::Timestamp;
use partners::PartnerError;
use runtime::{Failure, Job, Processors};
use store::Store;

/// An alert whose sale is known.
///
/// # Errors
/// [`Failure`] gives the message back.
pub async fn handle(store: &Store, processors: &Processors, job: Job) -> Result<(), Failure> {
    let Some(id) = job.alert() else { return Ok(()) };
    let Some(alert) = store.due(id, Stage::RulesetEvaluation).await? else { return Ok(()) };
    let setup = store.setup(&alert).await?.ok_or(Failure::Missing("the alert's enrolment"))?;
    let rulesets: Vec<Ruleset> = store.records(&alert.organisation).await?;
    let rates = store.rates(day_of(job.now)).await?;
    let sale = &alert.sale().ok_or(Failure::Missing("the alert's sale"))?.sale;
    let order = match &sale.order {
        Some(order) => store.order(order).await?,
        None => None,
    };
    let facts = Facts::of(&alert.claim, sale, order.as_ref());
    let enrolments: Vec<&EnrolmentId> = setup.enrolments_of(sale).into_iter().map(|one| &one.id).collect();
    let wanted = Wanted::by(&rulesets, &enrolments, &facts);
    let facts = facts.completed(purchase(processors, &setup, sale, wanted, job.now).await?);
    let brakes = store.brakes(&setup.organisation).await?;
    let evaluation = evaluate(&facts, sale, &setup, brakes.automation, &rulesets, rates.as_ref(), job.now);
    let evaluation = within_cap(store, &brakes, &alert, rates.as_ref(), evaluation, job.now).await?;
    store.commit(&alert.evaluated(evaluation, job.now)?).await?;
    Ok(())
}

/// What rules ask and only the processor may know. One that will not have us, or speaks otherwise than we read, leaves it
/// unknown; one that is down is waited for.
async fn purchase(processors: &Processors, setup: &Setup, sale: &Sale, wanted: Wanted, now: Timestamp) -> Result<Purchase, Failure> {
    let Some(payment) = sale.payment.as_ref().filter(|_| wanted.anything() && setup.is_enabled(sale)) else {
        return Ok(Purchase::default());
    };
    let Some(processor) = processors.holding(setup, payment, now).await? else { return Ok(Purchase::default()) };
    match processor.purchase(payment, wanted).await {
        Err(error) if error.may_pass() && !matches!(error, PartnerError::Unreadable { .. }) => Err(error.into()),
        Err(error) => {
            tracing::warn!(sale = %sale.id, "Processor passed over in evaluation: {error}");
            Ok(Purchase::default())
        }
        told => Ok(told?),
    }
}

/// One wrong rule must not refund a month of sales: over the day's cap a person decides.
async fn within_cap(
    store: &Store,
    brakes: &Brakes,
    alert: &Alert,
    rates: Option<&Rates>,
    evaluation: Evaluation,
    now: Timestamp,
) -> Result<Evaluation, Failure> {
    let Some(caps) = &brakes.caps else { return Ok(evaluation) };
    match evaluation {
        Evaluation::Act(decision) if decision.refunds_at_processor() => {
            let disputed = alert.claim.disputed();
            let worth = rates.map_or_else(
                || (disputed.currency == REFERENCE_CURRENCY).then_some(disputed),
                |rates| rates.convert(disputed, REFERENCE_CURRENCY),
            );
            let counted = match worth {
                Some(worth) => store.count_refund(&alert.organisation, caps, worth.minor, (brakes.day_of(now), now)).await?,
                None => false, // what cannot be counted cannot be capped
            };
            if counted {
                return Ok(Evaluation::Act(decision));
            }
            tracing::error!(organisation = %alert.organisation, alert = %alert.id, "Cap of automatic refunds reached");
            Ok(Evaluation::Person(Need::OverCap, Some(decision)))
        }
        other => Ok(other),
    }
}
