//! The evaluation stage: asks the enrolment's rulesets for the action on a matched alert. A
//! person's action request skips the rulesets.

use domain::account::{AutomationLimits, REFERENCE_CURRENCY};
use domain::alert::evaluation::evaluate_alert;
use domain::alert::pipeline::PipelineStage;
use domain::alert::transition::EvaluationResult;
use domain::alert::{Alert, ReviewReason};
use domain::basics::id::EnrolmentId;
use domain::basics::money::{ExchangeRates, convert_with_rates};
use domain::basics::time::utc_day;
use domain::calls::slot::RequestLoad;
use domain::matching::setup::EnrolmentSetup;
use domain::refund::{find_covering_refund, find_other_refunded_alert};
use domain::rules::ruleset::{AlertFacts, NeededPurchaseDetails, PurchaseDetails, Ruleset};
use domain::sale::Sale;
use flows::slots::{AccountLoads, AlertSlots};
use flows::tenant_warning::warn_tenant;
use flows::{ProcessorClients, StageFailure, integration_health, unanswered};
use jiff::Timestamp;
use partners::PartnerError;
use runtime::MessageJob;
use store::Store;

/// Processes the message of a matched alert.
///
/// # Errors
/// [`StageFailure`] returns the message to the queue for a retry.
pub async fn handle(
    store: &Store,
    processors: &ProcessorClients,
    job: MessageJob,
) -> Result<(), StageFailure> {
    match Box::pin(run_rulesets(store, processors, &job)).await {
        Err(StageFailure::Partner(error)) => {
            unanswered::put_off_alert(store, PipelineStage::RulesetEvaluation, &job, error).await
        }
        Err(StageFailure::WaitsForSlot) => Ok(()),
        done => done,
    }
}

/// Collects the facts, evaluates the rulesets, and stores the result.
async fn run_rulesets(
    store: &Store,
    processors: &ProcessorClients,
    job: &MessageJob,
) -> Result<(), StageFailure> {
    let Some(id) = job.alert_id() else { return Ok(()) };
    let Some(alert) = store.read_alert_at_stage(id, PipelineStage::RulesetEvaluation).await? else {
        return Ok(());
    };
    let setup =
        store.read_setup(&alert).await?.ok_or(StageFailure::Missing("the alert's enrolment"))?;
    let rulesets: Vec<Ruleset> = store.read_records(&alert.organisation).await?;
    let rates = store.read_rates(utc_day(job.now)).await?;
    let sale = &alert.sale().ok_or(StageFailure::Missing("the alert's sale"))?.sale;
    let order = match &sale.order {
        Some(order) => store.read_order(order).await?,
        None => None,
    };
    let facts = AlertFacts::from_claim_and_sale(&alert.claim, sale, order.as_ref());
    let enrolments: Vec<&EnrolmentId> =
        setup.enrolments_of_sale(sale).into_iter().map(|one| &one.id).collect();
    let wanted = NeededPurchaseDetails::from_rulesets(&rulesets, &enrolments, &facts);
    let facts = facts.completed_with(
        read_purchase((store, processors), &setup, (&alert, sale), wanted, job).await?,
    );
    let brakes = store.read_brakes(&setup.organisation).await?;
    let evaluation =
        evaluate_alert(&facts, sale, &setup, brakes.automation, &rulesets, rates.as_ref(), job.now);
    report_missing_rate(&alert, &evaluation, (&rulesets, &enrolments), rates.as_ref());
    let next =
        apply_evaluation(store, (&brakes, rates.as_ref()), alert, evaluation, job.now).await?;
    store.commit(&next).await?;
    Ok(())
}

/// Raises the operator's alarm if a rule cannot compare the amount without an exchange rate.
fn report_missing_rate(
    alert: &Alert,
    evaluation: &EvaluationResult,
    (rulesets, enrolments): (&[Ruleset], &[&EnrolmentId]),
    rates: Option<&ExchangeRates>,
) {
    let disputed = alert.claim.disputed_amount();
    let is_unsure = matches!(evaluation, EvaluationResult::Person(ReviewReason::RuleUnsure, _));
    let is_unknown = convert_with_rates(disputed, REFERENCE_CURRENCY, rates).is_none();
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

/// Applies the evaluation within the daily cap, unless the money went back meanwhile.
async fn apply_evaluation(
    store: &Store,
    (brakes, rates): (&AutomationLimits, Option<&ExchangeRates>),
    alert: Alert,
    evaluation: EvaluationResult,
    now: Timestamp,
) -> Result<Alert, StageFailure> {
    let evaluation = match (evaluation, given_back_meanwhile(store, &alert, now).await?) {
        (EvaluationResult::Person(..), Some(next)) => return Ok(next),
        // the refund stage adopts the existing refund and makes none, which counts for no cap
        (act, Some(_)) => act,
        (evaluation, None) => within_cap(store, brakes, &alert, rates, evaluation, now).await?,
    };
    Ok(alert.apply_evaluation(evaluation, now)?)
}

/// Returns the alert with a refund since the arrival applied, as matching read the payment. A
/// person has nothing left to decide.
async fn given_back_meanwhile(
    store: &Store,
    alert: &Alert,
    now: Timestamp,
) -> Result<Option<Alert>, StageFailure> {
    let Some(sale) = alert.sale().map(|found| &found.sale) else { return Ok(None) };
    if find_covering_refund(&alert.claim, alert.received_at, sale).is_none() {
        return Ok(None);
    }
    let ledger = store.read_ledger(&sale.id).await?;
    let sale = ledger.merge_refunds_into(sale.clone());
    let other = find_other_refunded_alert(&ledger, &sale, &alert.id);
    Ok(alert.clone().apply_external_refunds(sale, other.as_ref(), now))
}

/// Reads the purchase facts that rules need and only the processor has. A processor that rejects
/// our credentials, or sends an unreadable answer, leaves the facts unknown. An unavailable
/// processor is retried first; then the facts are unknown, too. A person decides if no rule can.
async fn read_purchase(
    (store, processors): (&Store, &ProcessorClients),
    setup: &EnrolmentSetup,
    (alert, sale): (&Alert, &Sale),
    wanted: NeededPurchaseDetails,
    job: &MessageJob,
) -> Result<PurchaseDetails, StageFailure> {
    let Some(payment) =
        sale.payment.as_ref().filter(|_| wanted.is_any_needed() && setup.has_enabled_sources(sale))
    else {
        return Ok(PurchaseDetails::default());
    };
    let Some(processor) = processors.processor_of_payment(setup, payment, job.now).await? else {
        return Ok(PurchaseDetails::default());
    };
    let loads = AccountLoads::of_processor(&processor, RequestLoad::for_rule_facts(wanted));
    if !AlertSlots::for_alert(store, alert, job.now).take_slots(&loads).await? {
        return Err(StageFailure::WaitsForSlot);
    }
    match processor.read_purchase(payment, wanted).await {
        Err(PartnerError::NoTime) => Err(PartnerError::NoTime.into()),
        Err(error)
            if unanswered::count_tries(job, alert) < integration_health::DELIVERIES_TO_ANSWER
                && error.is_transient()
                && !matches!(error, PartnerError::Unreadable { .. }) =>
        {
            Err(error.into())
        }
        Err(error) => {
            tracing::warn!(sale = %sale.id, "Processor passed over in evaluation: {error}");
            Ok(PurchaseDetails::default())
        }
        told => Ok(told?),
    }
}

/// Checks the daily cap: a single wrong rule must not refund a month of sales. Over the cap a
/// person decides.
async fn within_cap(
    store: &Store,
    brakes: &AutomationLimits,
    alert: &Alert,
    rates: Option<&ExchangeRates>,
    evaluation: EvaluationResult,
    now: Timestamp,
) -> Result<EvaluationResult, StageFailure> {
    let Some(caps) = &brakes.caps else { return Ok(evaluation) };
    match evaluation {
        EvaluationResult::Act(decision) if decision.refunds_at_processor() => {
            let disputed = alert.claim.disputed_amount();
            let Some(worth) = convert_with_rates(disputed, REFERENCE_CURRENCY, rates) else {
                if !alert.connection.is_simulated() {
                    tracing::error!(alert = %alert.id, "Exchange rates are missing or too old: \
                        the day's cap cannot count {disputed}");
                }
                return Ok(EvaluationResult::Person(ReviewReason::RateUnknown, Some(decision)));
            };
            if store
                .count_refund(&alert.organisation, caps, worth.minor, (brakes.day_end(now), now))
                .await?
            {
                return Ok(EvaluationResult::Act(decision));
            }
            warn_tenant(
                &alert.organisation,
                "OVER_CAP",
                alert.id.as_str(),
                "the day's cap of automatic refunds is reached",
            );
            Ok(EvaluationResult::Person(ReviewReason::OverCap, Some(decision)))
        }
        other => Ok(other),
    }
}
