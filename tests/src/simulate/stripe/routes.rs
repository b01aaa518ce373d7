//! Every endpoint on one screen.

use axum::http::Method;
use serde_json::Value;

use super::desk::{Answer, Desk};
use super::expand::expand;
use super::form::Form;
use super::refusal::Refusal;
use super::requests::Call;
use super::{
    balance, catalog, charges, connect, customers, disputes, events, invoices, payment_intents,
    payment_methods, refunds, subscriptions, webhooks,
};

/// Executes a call for the desk's account.
pub fn execute(desk: &mut Desk, call: &Call) -> Answer {
    let segments: Vec<&str> = call.path.trim_start_matches("/v1/").split('/').collect();
    let form = call.form.without(&["expand"]);
    let answer = match call.method {
        Method::GET => get(desk, &segments, &form),
        Method::POST => post(desk, &segments, &form),
        Method::DELETE => delete(desk, &segments, &form),
        _ => None,
    };
    let answer: Value = answer.unwrap_or_else(|| Err(unrecognised(call)))?;
    Ok(expand(desk, answer, &call.form.texts("expand")))
}

fn get(desk: &mut Desk, segments: &[&str], form: &Form) -> Option<Answer> {
    get_of_connect(desk, segments)
        .or_else(|| get_of_catalog(desk, segments, form))
        .or_else(|| get_of_account(desk, segments, form))
}

/// What a platform reads of shares and fees.
fn get_of_connect(desk: &mut Desk, segments: &[&str]) -> Option<Answer> {
    Some(match segments {
        ["application_fees", id] => connect::fee(desk, id),
        ["transfers", id] => connect::transfer(desk, id),
        _ => return None,
    })
}

/// What an account sells, and at which prices.
fn get_of_catalog(desk: &Desk, segments: &[&str], form: &Form) -> Option<Answer> {
    Some(match segments {
        ["prices"] => catalog::prices(desk, form),
        ["prices", id] => catalog::retrieve(desk, "price", id),
        ["products"] => catalog::products(desk, form),
        ["products", id] => catalog::retrieve(desk, "product", id),
        _ => return None,
    })
}

fn get_of_account(desk: &mut Desk, segments: &[&str], form: &Form) -> Option<Answer> {
    Some(match segments {
        ["account"] => Ok(desk.own_account()),
        ["accounts", id] if *id == desk.account => Ok(desk.own_account()),
        ["balance_transactions"] => balance::index(desk, form),
        ["balance_transactions", id] => balance::retrieve(desk, id),
        ["charges"] => charges::index(desk, form),
        ["charges", "search"] => charges::find(desk, form),
        ["charges", id] => charges::retrieve(desk, id),
        ["customers"] => customers::index(desk, form),
        ["customers", id] => customers::retrieve(desk, id),
        ["disputes"] => disputes::index(desk, form),
        ["disputes", id] => disputes::retrieve(desk, id),
        ["events"] => events::index(desk, form),
        ["events", id] => events::retrieve(desk, id),
        ["invoice_payments"] => invoices::payments(desk, form),
        ["invoice_payments", id] => invoices::payment(desk, id),
        ["invoices"] => invoices::index(desk, form),
        ["invoices", id] => invoices::retrieve(desk, id),
        ["payment_intents"] => payment_intents::index(desk, form),
        ["payment_intents", "search"] => payment_intents::find(desk, form),
        ["payment_intents", id] => payment_intents::retrieve(desk, id),
        ["payment_methods"] => payment_methods::index(desk, form),
        ["payment_methods", id] => payment_methods::retrieve(desk, id),
        ["radar", "early_fraud_warnings"] => disputes::warnings(desk, form),
        ["radar", "early_fraud_warnings", id] => {
            desk.get("radar.early_fraud_warning", id, "early_fraud_warning")
        }
        ["refunds"] => refunds::index(desk, form),
        ["refunds", id] => refunds::retrieve(desk, id),
        ["subscriptions"] => subscriptions::index(desk, form),
        ["subscriptions", id] => subscriptions::retrieve(desk, id),
        ["webhook_endpoints"] => webhooks::index(desk, form),
        ["webhook_endpoints", id] => webhooks::retrieve(desk, id),
        _ => return None,
    })
}

fn post(desk: &mut Desk, segments: &[&str], form: &Form) -> Option<Answer> {
    Some(match segments {
        ["charges", id] => charges::update(desk, id, form),
        ["customers"] => customers::create(desk, form),
        ["customers", id] => customers::update(desk, id, form),
        ["disputes", id] => disputes::update(desk, id, form),
        ["disputes", id, "close"] => disputes::close(desk, id),
        ["payment_intents"] => payment_intents::create(desk, form),
        ["payment_intents", id] => payment_intents::update(desk, id, form),
        ["payment_intents", id, "cancel"] => payment_intents::cancel(desk, id, form),
        ["payment_intents", id, "capture"] => payment_intents::capture(desk, id, form),
        ["payment_intents", id, "confirm"] => payment_intents::confirm(desk, id, form),
        ["payment_methods"] => payment_methods::create(desk, form),
        ["payment_methods", id] => payment_methods::update(desk, id, form),
        ["payment_methods", id, "attach"] => payment_methods::attach(desk, id, form),
        ["payment_methods", id, "detach"] => payment_methods::detach(desk, id),
        ["prices"] => catalog::create_price(desk, form),
        ["prices", id] => catalog::update(desk, "price", id, form),
        ["products"] => catalog::create_product(desk, form),
        ["products", id] => catalog::update(desk, "product", id, form),
        ["refunds"] => refunds::create(desk, form),
        ["refunds", id] => refunds::update(desk, id, form),
        ["refunds", id, "cancel"] => refunds::cancel(desk, id),
        ["subscriptions"] => subscriptions::create(desk, form),
        ["subscriptions", id] => subscriptions::update(desk, id, form),
        ["webhook_endpoints"] => webhooks::create(desk, form),
        ["webhook_endpoints", id] => webhooks::update(desk, id, form),
        _ => return None,
    })
}

fn delete(desk: &mut Desk, segments: &[&str], form: &Form) -> Option<Answer> {
    Some(match segments {
        ["customers", id] => customers::delete(desk, id),
        ["subscriptions", id] => subscriptions::cancel(desk, id, form),
        ["webhook_endpoints", id] => webhooks::delete(desk, id),
        _ => return None,
    })
}

fn unrecognised(call: &Call) -> Refusal {
    Refusal::new(
        404,
        "invalid_request_error",
        format!("Unrecognized request URL ({}: {}).", call.method, call.path),
    )
}
