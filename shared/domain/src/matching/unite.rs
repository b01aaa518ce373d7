//! Views of the same payment become a single sale: an order's transaction and the processor's
//! payment are not two candidates.

use std::collections::HashMap;

use crate::account::is_processor_payment_id;
use crate::basics::id::IntegrationId;
use crate::sale::{PaymentStanding, ProcessorPayment, Sale};

/// Merges the views that share an identity or a processor's reference into a single sale each. The
/// result does not depend on the sequence of the views.
#[must_use]
pub fn unite_views(views: &[Sale]) -> Vec<Sale> {
    let mut groups: Vec<Vec<&Sale>> = group_views(views);
    let mut sales: Vec<Sale> = groups.iter_mut().filter_map(|group| merge_views(group)).collect();
    sales.sort_by(|a, b| a.id.cmp(&b.id));
    sales
}

/// Groups the views that a chain of shared names connects.
fn group_views(views: &[Sale]) -> Vec<Vec<&Sale>> {
    let mut leader: Vec<usize> = (0..views.len()).collect();
    let mut named: HashMap<String, usize> = HashMap::new();
    for (at, view) in views.iter().enumerate() {
        for name in payment_names(view) {
            let other = *named.entry(name).or_insert(at);
            let (from, to) = (leader[at], leader[other]);
            if from != to {
                leader.iter_mut().filter(|one| **one == from).for_each(|one| *one = to);
            }
        }
    }
    let mut groups: HashMap<usize, Vec<&Sale>> = HashMap::new();
    for (at, view) in views.iter().enumerate() {
        groups.entry(leader[at]).or_default().push(view);
    }
    groups.into_values().collect()
}

/// Returns the names of a payment. A processor's reference is unique everywhere, a merchant's
/// reference only within the integration.
fn payment_names(view: &Sale) -> Vec<String> {
    let (at, charge) =
        (view.payment.as_ref(), view.payment.as_ref().and_then(|own| own.charge.clone()));
    let reference = at.map(|own| qualify_reference(&own.integration, &own.reference));
    let transaction = qualify_reference(&view.integration, &view.transaction_id);
    [charge, reference, Some(view.id.to_string()), Some(transaction)]
        .into_iter()
        .flatten()
        .collect()
}

fn qualify_reference(integration: &IntegrationId, reference: &str) -> String {
    if is_processor_payment_id(reference) {
        reference.to_owned()
    } else {
        format!("{integration} {reference}")
    }
}

/// Returns the most trusted view, completed from the other views. The processor's own view precedes
/// an order's, and a refundable view precedes a view without a processor. Equal views are sorted,
/// which makes the result independent of the input sequence.
fn merge_views(views: &mut [&Sale]) -> Option<Sale> {
    if views.len() > 1 {
        views.sort_by_cached_key(|view| {
            (view.payment.is_none(), view.order.is_some(), view.id.clone(), format!("{view:?}"))
        });
    }
    let (first, rest) = views.split_first()?;
    let standing =
        if is_processor_view(first) { first.standing.clone() } else { standing_from_orders(views) };
    Some(
        rest.iter().fold(Sale { standing, ..(*first).clone() }, |sale, view| {
            fill_missing_fields(sale, view)
        }),
    )
}

fn is_processor_view(view: &Sale) -> bool {
    view.payment.is_some() && view.order.is_none()
}

/// Combines the standing that several orders report for a payment. The payment is failed or
/// unsettled only if all orders agree. The refunds come from the order that reports the most: two
/// orders that each report a refund mean the same money.
fn standing_from_orders(views: &[&Sale]) -> PaymentStanding {
    let all = |is: fn(&PaymentStanding) -> bool| views.iter().all(|view| is(&view.standing));
    let most = views.iter().rev().max_by_key(|view| view.standing.refunded_minor_units());
    PaymentStanding {
        failed: all(|standing| standing.failed),
        unsettled: all(|standing| standing.unsettled),
        refunds: most.map(|view| view.standing.refunds.clone()).unwrap_or_default(),
        dispute: views.iter().find_map(|view| view.standing.dispute.clone()),
        uncaptured: None,
    }
}

fn fill_missing_fields(mut sale: Sale, from: &Sale) -> Sale {
    sale.payment = sale.payment.map(|payment| fill_missing_charge(payment, from.payment.as_ref()));
    sale.amount = if sale.has_amount() { sale.amount } else { from.amount };
    fill_if_missing(&mut sale.merchant, from.merchant.as_ref());
    fill_if_missing(&mut sale.authorised_amount, from.authorised_amount.as_ref());
    fill_if_missing(&mut sale.settled, from.settled.as_ref());
    fill_if_missing(&mut sale.card.bin, from.card.bin.as_ref());
    fill_if_missing(&mut sale.card.last4, from.card.last4.as_ref());
    fill_if_missing(&mut sale.card.brand, from.card.brand.as_ref());
    fill_if_missing(&mut sale.arn, from.arn.as_ref());
    fill_if_missing(&mut sale.auth_code, from.auth_code.as_ref());
    fill_if_missing(&mut sale.network_transaction_id, from.network_transaction_id.as_ref());
    if is_processor_view(&sale) && from.descriptor.is_some() {
        // The other view's descriptor is more exact than the processor's.
        sale.descriptor.clone_from(&from.descriptor);
    }
    fill_if_missing(&mut sale.descriptor, from.descriptor.as_ref());
    fill_if_missing(&mut sale.order, from.order.as_ref());
    fill_if_missing(&mut sale.order_reference, from.order_reference.as_ref());
    fill_if_missing(&mut sale.wallet, from.wallet.as_ref());
    fill_if_missing(&mut sale.presented, from.presented.as_ref());
    sale
}

/// Fills in the charge of the same payment, if only the other view has the charge.
fn fill_missing_charge(
    mut payment: ProcessorPayment,
    from: Option<&ProcessorPayment>,
) -> ProcessorPayment {
    let same = from.filter(|from| from.reference == payment.reference);
    fill_if_missing(&mut payment.charge, same.and_then(|from| from.charge.as_ref()));
    payment
}

fn fill_if_missing<T: Clone>(slot: &mut Option<T>, from: Option<&T>) {
    if slot.is_none() {
        *slot = from.cloned();
    }
}

/// Checks whether two sales have the same card and amount. A tip that only a single record includes
/// makes no difference.
pub(super) fn is_equal_payment(a: &Sale, b: &Sale) -> bool {
    let differ = |a: &Option<String>, b: &Option<String>| {
        a.as_ref().zip(b.as_ref()).is_some_and(|(a, b)| !a.starts_with(b) && !b.starts_with(a))
    };
    let other_brand = matches!((a.card.brand, b.card.brand), (Some(a), Some(b)) if a != b);
    let one_card = a.card.last4.is_some()
        && a.card.last4 == b.card.last4
        && !differ(&a.card.bin, &b.card.bin)
        && !other_brand;
    let amounts = |sale: &Sale| [Some(sale.amount), sale.authorised_amount];
    one_card
        && a.has_amount()
        && amounts(a).iter().flatten().any(|amount| amounts(b).contains(&Some(*amount)))
}
