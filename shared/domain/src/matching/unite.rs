//! Views of one payment become one sale: an order's transaction and what the processor tells are no
//! two candidates.

use std::collections::HashMap;

use crate::basics::id::IntegrationId;
use crate::sale::order::is_processor_payment_id;
use crate::sale::{PaymentStanding, ProcessorPayment, Sale};

/// One sale for all views that share an identity or a processor's reference, whatever their order.
#[must_use]
pub fn unite_views(views: &[Sale]) -> Vec<Sale> {
    let mut groups: Vec<Vec<&Sale>> = group_views(views);
    let mut sales: Vec<Sale> = groups.iter_mut().filter_map(|group| merge_views(group)).collect();
    sales.sort_by(|a, b| a.id.cmp(&b.id));
    sales
}

/// Views that are joined by a chain of shared names.
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

/// What a payment goes by. A processor's references are its own everywhere; a merchant's only in
/// their integration.
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

/// The most trusted view, with what only others know. The processor's own view is trusted before an
/// order's, one that can be refunded before one that cannot; between equals any fixed order will
/// do, so that all orders give one result.
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

/// What orders tell of one payment: failed or open only if none disagrees; the refunds of the one
/// that tells of most, for two that each tell of one refund mean the same money.
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
        // who tells of a descriptor of its own knows it better
        sale.descriptor.clone_from(&from.descriptor);
    }
    fill_if_missing(&mut sale.descriptor, from.descriptor.as_ref());
    fill_if_missing(&mut sale.order, from.order.as_ref());
    fill_if_missing(&mut sale.order_reference, from.order_reference.as_ref());
    fill_if_missing(&mut sale.wallet, from.wallet.as_ref());
    fill_if_missing(&mut sale.presented, from.presented.as_ref());
    sale
}

/// The charge of the same payment where only the other view knows it.
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

/// One card, one amount: a tip that only one of their records tells of makes no other.
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
