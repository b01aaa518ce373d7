//! What the bank claims in a simulation: what was asked for, else the facts of the payment it is
//! about, else made up.

use domain::account::enrolment::{Enrolment, EnrolmentStatus, Watches};
use domain::account::{Connection, REFERENCE_CURRENCY};
use domain::alert::Deadlines;
use domain::basics::card::{Brand, Card};
use domain::basics::id::{OrganisationId, text_of};
use domain::basics::money::{Money, currency};
use domain::basics::time::{Moment, after};
use domain::matching::{Doubt, Found, best, unite};
use domain::network::claim::{Claim, Kind, Network};
use domain::sale::Sale;
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use partners::simulated::{Behaviour, other_last4};
use runtime::random::new_seed;

use super::asked::New;
use super::scenario::Scenario;
use crate::http::caller::{Caller, missing};
use crate::http::state::Api;

/// Ethoca's ids have 25 characters: a mark of ours and 22 that are drawn.
const ID_MARK: &str = "SIM";
const ID_DRAWN: usize = 22;
const DAY_SECONDS: i64 = 24 * 60 * 60;
/// How old the payment is, where nothing tells.
const PAID_DAYS: i64 = 2;
/// Too old for any order of the days in question to fit.
const LONG_AGO_DAYS: i64 = 60;
/// How far away the deadline of an alert is that expires under one's eyes.
const EXPIRY_MINUTES: u32 = 3;
/// The card and the amount of a payment that nothing is told of.
const CARD: (&str, &str) = ("424242", "4242");
const OTHER_LAST4: &str = "0000";
const MINOR: u64 = 4900;

/// What the network's payload says.
pub(super) async fn claim(
    api: &Api,
    caller: &Caller,
    asked: &New,
    connection: &Connection,
    now: Timestamp,
) -> Result<Claim, Problem> {
    let organisation = &asked.organisation_id;
    let descriptor = descriptor(api, caller, asked).await?;
    let about = about(api, organisation, asked).await?;
    let drawn: String = text_of(new_seed()?).chars().rev().take(ID_DRAWN).collect();
    let vendor_alert_id = format!("{ID_MARK}{}", drawn.to_uppercase());
    let mut claim = claimed(
        asked,
        about.as_ref(),
        vendor_alert_id,
        descriptor,
        alerted_at(asked, connection, now),
    );
    claim.transaction_id = match (&asked.transaction_reference, about) {
        (Some(_), Some(sale)) => sale.network_transaction_id,
        (Some(reference), None) => Some(reference.clone()),
        (None, _) => made_up(api, organisation, asked.scenario(), &claim).await?,
    };
    Ok(claim)
}

fn claimed(
    asked: &New,
    about: Option<&Sale>,
    vendor_alert_id: String,
    descriptor: String,
    alerted_at: Timestamp,
) -> Claim {
    let told = about.filter(|sale| sale.amount_is_told()).map(|sale| sale.amount);
    let money = told.unwrap_or_else(|| Money::new(MINOR, REFERENCE_CURRENCY));
    let unit =
        asked.currency.as_deref().and_then(|code| currency(code).ok()).unwrap_or(money.currency);
    let or =
        |given: &Option<String>, known: Option<&String>| given.clone().or_else(|| known.cloned());
    Claim {
        network: Network::Ethoca,
        vendor_alert_id,
        kind: Kind::Dispute, // the payload has the type that was asked for, and is what counts
        alerted_at,
        amount: Money::new(asked.amount_in_cents.unwrap_or(money.minor), unit),
        chargeback_amount: asked.chargeback_amount_in_cents.map(|minor| Money::new(minor, unit)),
        descriptor,
        transacted: Some(transacted(asked, about, alerted_at)),
        card: card(asked, about),
        arn: or(&asked.arn, about.and_then(|sale| sale.arn.as_ref())),
        auth_code: or(&asked.auth_code, about.and_then(|sale| sale.auth_code.as_ref())),
        transaction_id: None,
        issuer: Some(asked.issuer.clone().unwrap_or_else(|| "Simulated Bank".to_owned())),
        reason_code: asked.reason_code.clone(),
        mcc: None,
        is_3ds: asked.is_3ds,
        initiated_by: Some("cardholder".to_owned()),
        transaction_type: None,
        source: Some("simulation".to_owned()),
        left_out: Vec::new(),
    }
}

/// When the payment was made: at the time that was given, else at the sale's, else some days before
/// the alert.
fn transacted(asked: &New, about: Option<&Sale>, alerted_at: Timestamp) -> Moment {
    let days = if asked.scenario().behaviour().is_some() { PAID_DAYS } else { LONG_AGO_DAYS };
    let made_up = || {
        about.map_or_else(
            || Moment::of(after(alerted_at, -days * DAY_SECONDS)),
            |sale| sale.authorised,
        )
    };
    asked.transaction_at.as_deref().and_then(Moment::parse).unwrap_or_else(made_up)
}

/// An alert's deadline hangs on its own time: an old one has little left.
fn alerted_at(asked: &New, connection: &Connection, now: Timestamp) -> Timestamp {
    let expiry = (asked.scenario() == Scenario::Expiry).then_some(EXPIRY_MINUTES);
    let Some(minutes) = asked.minutes_to_deadline.or(expiry) else { return now };
    let until_deadline = i64::from(connection.limit_hours) * 3600 - Deadlines::MARGIN_SECONDS;
    after(now, i64::from(minutes) * 60 - until_deadline)
}

/// A wallet shows the bank other digits than the merchant.
fn card(asked: &New, about: Option<&Sale>) -> Card {
    let (bin, last4) = match about {
        Some(sale) => (sale.card.bin.clone(), sale.card.last4.clone()),
        None if asked.scenario().behaviour().is_none() => {
            (Some(CARD.0.to_owned()), Some(OTHER_LAST4.to_owned()))
        }
        None => (Some(CARD.0.to_owned()), Some(CARD.1.to_owned())),
    };
    let (bin, last4) = (asked.card_bin.clone().or(bin), asked.card_last4.clone().or(last4));
    let hidden = asked.scenario() == Scenario::MaskedCard;
    let last4 = if hidden { last4.as_deref().map(other_last4) } else { last4 };
    Card { brand: bin.as_deref().and_then(Brand::of), bin, last4 }
}

/// The descriptor that was given, else the first of the enrolment that was named, else of the only
/// one there is.
async fn descriptor(api: &Api, caller: &Caller, asked: &New) -> Result<String, Problem> {
    let named = match &asked.enrolment_id {
        Some(id) => Some(enrolment(api, caller, asked, id.as_str()).await?),
        None => None,
    };
    match (&asked.descriptor, named) {
        (Some(descriptor), _) => Ok(descriptor.trim().to_owned()),
        (None, Some(named)) => first_of(&named).ok_or_else(|| {
            Problem::field(
                "enrolment_id",
                "NO_DESCRIPTOR",
                "Only alerts of Ethoca enrolments are simulated.",
            )
        }),
        (None, None) => only(&api.store.records::<Enrolment>(&asked.organisation_id).await?),
    }
}

async fn enrolment(
    api: &Api,
    caller: &Caller,
    asked: &New,
    id: &str,
) -> Result<Enrolment, Problem> {
    match caller.record::<Enrolment>(&api.store, id, "enrolment").await {
        Ok(found) if found.organisation == asked.organisation_id => Ok(found),
        Err(problem) if problem.code != Code::NotFound => Err(problem),
        _ => Err(missing("enrolment_id", "enrolment")),
    }
}

fn only(all: &[Enrolment]) -> Result<String, Problem> {
    let mut descriptors =
        all.iter().filter(|one| one.status != EnrolmentStatus::Unenrolled).filter_map(first_of);
    let needed = |message| Problem::field("enrolment_id", "REQUIRED", message);
    match (descriptors.next(), descriptors.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(needed(
            "The organisation has no Ethoca enrolment; make one, or give a `descriptor`.",
        )),
        (Some(_), Some(_)) => Err(needed(
            "The organisation has several enrolments; name one, or give a `descriptor`.",
        )),
    }
}

fn first_of(enrolment: &Enrolment) -> Option<String> {
    let Watches::EthocaAlert { descriptors } = &enrolment.watches else { return None };
    descriptors.first().map(|own| own.descriptor.clone())
}

/// The payment of an order that the reference names; nothing for a simulated payment that no order
/// tells of.
async fn about(
    api: &Api,
    organisation: &OrganisationId,
    asked: &New,
) -> Result<Option<Sale>, Problem> {
    let Some(reference) = &asked.transaction_reference else { return Ok(None) };
    let sale = unite(&api.store.sales_named(organisation, reference).await?).into_iter().next();
    if sale.is_none() && Behaviour::of(reference).is_none() {
        let message =
            "No order has a transaction of this reference, and it is no `pi_simulated_…`.";
        return Err(Problem::field("transaction_reference", "UNKNOWN_TRANSACTION", message));
    }
    Ok(sale)
}

/// The simulated payment that the alert is about, unless an order is.
async fn made_up(
    api: &Api,
    organisation: &OrganisationId,
    scenario: Scenario,
    claim: &Claim,
) -> Result<Option<String>, Problem> {
    if scenario.may_be_an_orders() {
        let sales = api.store.lookup(organisation, claim).await?.sales;
        if matches!(best(claim, &sales), Found::One(_) | Found::Unsure { why: Doubt::Tie, .. }) {
            return Ok(None);
        }
    }
    Ok(scenario
        .behaviour()
        .map(|behaviour| behaviour.reference(claim.amount, &claim.vendor_alert_id.to_lowercase())))
}
