//! Asks the enrolment's rulesets what to do with a matched alert; a person's order skips them.

use domain::account::{Brakes, REFERENCE_CURRENCY};
use domain::alert::evaluation::evaluate;
use domain::alert::pipeline::Stage;
use domain::alert::transition::Evaluation;
use domain::alert::{Alert, Need};
use domain::basics::id::EnrolmentId;
use domain::basics::money::{Rates, worth};
use domain::basics::time::day_of;
use domain::calls::slot::Load;
use domain::matching::setup::Setup;
use domain::refund::{given_back, refunded_for_another};
use domain::rules::ruleset::{Facts, Purchase, Ruleset, Wanted};
use domain::sale::Sale;
use flows::slots::AlertSlots;
use flows::tenant_warning::warn_tenant;
use flows::{Failure, Processors, integration_health, unanswered};
use jiff::Timestamp;
use partners::PartnerError;
use runtime::Job;
use store::Store;

/// An alert whose sale is known.
///
/// # Errors
/// [`Failure`] gives the message back.
pub async fn handle(store: &Store, processors: &Processors, job: Job) -> Result<(), Failure> {
    match Box::pin(decide(store, processors, &job)).await {
        Err(Failure::Partner(error)) => {
            unanswered::leave(store, Stage::RulesetEvaluation, &job, error).await
        }
        Err(Failure::WaitsForSlot) => Ok(()),
        done => done,
    }
}

async fn decide(store: &Store, processors: &Processors, job: &Job) -> Result<(), Failure> {
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
    let enrolments: Vec<&EnrolmentId> =
        setup.enrolments_of(sale).into_iter().map(|one| &one.id).collect();
    let wanted = Wanted::by(&rulesets, &enrolments, &facts);
    let facts =
        facts.completed(purchase((store, processors), &setup, (&alert, sale), wanted, job).await?);
    let brakes = store.brakes(&setup.organisation).await?;
    let evaluation =
        evaluate(&facts, sale, &setup, brakes.automation, &rulesets, rates.as_ref(), job.now);
    report_missing_rate(&alert, &evaluation, (&rulesets, &enrolments), rates.as_ref());
    let next = step(store, (&brakes, rates.as_ref()), alert, evaluation, job.now).await?;
    store.commit(&next).await?;
    Ok(())
}

/// An alarm watches for a rule that cannot compare the amount for want of a rate.
fn report_missing_rate(
    alert: &Alert,
    evaluation: &Evaluation,
    (rulesets, enrolments): (&[Ruleset], &[&EnrolmentId]),
    rates: Option<&Rates>,
) {
    let disputed = alert.claim.disputed();
    let is_unsure = matches!(evaluation, Evaluation::Person(Need::RuleUnsure, _));
    let is_unknown = worth(disputed, REFERENCE_CURRENCY, rates).is_none();
    let mut own =
        rulesets.iter().filter(|one| enrolments.iter().any(|id| one.enrolment_ids.contains(id)));
    if is_unsure
        && is_unknown
        && !alert.connection.is_simulated()
        && own.any(Ruleset::compares_amounts)
    {
        tracing::error!(alert = %alert.id, "Exchange rates are missing or too old: no rule can \
            compare {disputed}");
    }
}

/// The alert with what the rules make of it, within the day's cap, unless its money went back
/// meanwhile.
async fn step(
    store: &Store,
    (brakes, rates): (&Brakes, Option<&Rates>),
    alert: Alert,
    evaluation: Evaluation,
    now: Timestamp,
) -> Result<Alert, Failure> {
    let evaluation = match (evaluation, given_back_meanwhile(store, &alert, now).await?) {
        (Evaluation::Person(..), Some(next)) => return Ok(next),
        // the refund stage finds the refund and makes none: it counts for no cap
        (act, Some(_)) => act,
        (evaluation, None) => within_cap(store, brakes, &alert, rates, evaluation, now).await?,
    };
    Ok(alert.evaluated(evaluation, now)?)
}

/// The alert where its money went back since it came, as matching saw: a person has nothing left to
/// decide.
async fn given_back_meanwhile(
    store: &Store,
    alert: &Alert,
    now: Timestamp,
) -> Result<Option<Alert>, Failure> {
    let Some(sale) = alert.sale().map(|found| &found.sale) else { return Ok(None) };
    if given_back(&alert.claim, alert.received_at, sale).is_none() {
        return Ok(None);
    }
    let ledger = store.ledger(&sale.id).await?;
    let sale = ledger.laid_onto(sale.clone());
    let other = refunded_for_another(&ledger, &sale, &alert.id);
    Ok(alert.clone().given_back_meanwhile(sale, other.as_ref(), now))
}

/// What rules ask and only the processor may know. One that will not have us, or speaks otherwise
/// than we read, leaves it unknown; one that is down is waited for, and then as unknown: a person
/// decides what no rule can.
async fn purchase(
    (store, processors): (&Store, &Processors),
    setup: &Setup,
    (alert, sale): (&Alert, &Sale),
    wanted: Wanted,
    job: &Job,
) -> Result<Purchase, Failure> {
    let Some(payment) =
        sale.payment.as_ref().filter(|_| wanted.anything() && setup.is_enabled(sale))
    else {
        return Ok(Purchase::default());
    };
    let Some(processor) = processors.holding(setup, payment, job.now).await? else {
        return Ok(Purchase::default());
    };
    if !AlertSlots::of(store, alert, job.now).take(&processor, Load::questions(wanted)).await? {
        return Err(Failure::WaitsForSlot);
    }
    match processor.purchase(payment, wanted).await {
        Err(PartnerError::NoTime) => Err(PartnerError::NoTime.into()),
        Err(error)
            if unanswered::tries(job, alert) < integration_health::DELIVERIES_TO_ANSWER
                && error.may_pass()
                && !matches!(error, PartnerError::Unreadable { .. }) =>
        {
            Err(error.into())
        }
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
            let Some(worth) = worth(disputed, REFERENCE_CURRENCY, rates) else {
                if !alert.connection.is_simulated() {
                    tracing::error!(alert = %alert.id, "Exchange rates are missing or too old: \
                        the day's cap cannot count {disputed}");
                }
                return Ok(Evaluation::Person(Need::RateUnknown, Some(decision)));
            };
            if store
                .count_refund(&alert.organisation, caps, worth.minor, (brakes.day_end(now), now))
                .await?
            {
                return Ok(Evaluation::Act(decision));
            }
            warn_tenant(
                &alert.organisation,
                "OVER_CAP",
                alert.id.as_str(),
                "the day's cap of automatic refunds is reached",
            );
            Ok(Evaluation::Person(Need::OverCap, Some(decision)))
        }
        other => Ok(other),
    }
}
