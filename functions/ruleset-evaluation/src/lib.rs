//! Asks the enrolment's rulesets what to do with a matched alert; a person's order skips them.

use domain::account::{Organisation, REFERENCE_CURRENCY};
use domain::alert::{Alert, Need};
use domain::evaluation::evaluate;
use domain::money::Rates;
use domain::pipeline::Stage;
use domain::ruleset::Facts;
use domain::time::day_of;
use domain::transition::Evaluation;
use jiff::Timestamp;
use runtime::{Failure, Job};
use store::Store;

/// An alert whose sale is known.
///
/// # Errors
/// [`Failure`] gives the message back.
pub async fn handle(store: &Store, job: Job) -> Result<(), Failure> {
    let Some(id) = job.alert() else { return Ok(()) };
    let Some(alert) = store.due(id, Stage::RulesetEvaluation).await? else { return Ok(()) };
    let setup = store.setup(&alert.organisation, &alert.enrolment).await?.ok_or(Failure::Missing("the alert's enrolment"))?;
    let rulesets = store.records(&alert.organisation).await?;
    let rates = store.rates(day_of(job.now)).await?;
    let sale = &alert.sale().ok_or(Failure::Missing("the alert's sale"))?.sale;
    let order = match &sale.order {
        Some(order) => store.order(order).await?,
        None => None,
    };
    let facts = Facts::of(&alert.claim, sale, order.as_ref());
    let evaluation = evaluate(&facts, sale, &setup, &rulesets, rates.as_ref(), job.now);
    let evaluation = within_cap(store, &setup.organisation, &alert, rates.as_ref(), evaluation, job.now).await?;
    store.commit(&alert.evaluated(evaluation, job.now)?).await?;
    Ok(())
}

/// One wrong rule must not refund a month of sales: over the day's cap a person decides.
async fn within_cap(
    store: &Store,
    organisation: &Organisation,
    alert: &Alert,
    rates: Option<&Rates>,
    evaluation: Evaluation,
    now: Timestamp,
) -> Result<Evaluation, Failure> {
    let Some(caps) = &organisation.caps else { return Ok(evaluation) };
    match evaluation {
        Evaluation::Act(decision) if decision.refunds_at_processor() => {
            let disputed = alert.claim.disputed();
            let worth = rates.map_or_else(
                || (disputed.currency == REFERENCE_CURRENCY).then_some(disputed),
                |rates| rates.convert(disputed, REFERENCE_CURRENCY),
            );
            let counted = match worth {
                Some(worth) => store.count_refund(&organisation.id, caps, worth.minor, now).await?,
                None => false, // what cannot be counted cannot be capped
            };
            if counted {
                return Ok(Evaluation::Act(decision));
            }
            tracing::error!(organisation = %organisation.id, alert = %alert.id, "Cap of automatic refunds reached");
            Ok(Evaluation::Person(Need::OverCap, Some(decision)))
        }
        other => Ok(other),
    }
}
