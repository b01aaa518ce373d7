//! Views of one payment become one sale: an order's transaction and what the processor tells are no
//! two candidates.

use std::collections::HashMap;

use crate::basics::id::IntegrationId;
use crate::sale::order::names_payment;
use crate::sale::{Payment, Sale, Standing};

/// One sale for all views that share an identity or a processor's reference, whatever their order.
#[must_use]
pub fn unite(views: &[Sale]) -> Vec<Sale> {
    let mut groups: Vec<Vec<&Sale>> = grouped(views);
    let mut sales: Vec<Sale> = groups.iter_mut().filter_map(|group| merged(group)).collect();
    sales.sort_by(|a, b| a.id.cmp(&b.id));
    sales
}

/// Views that are joined by a chain of shared names.
fn grouped(views: &[Sale]) -> Vec<Vec<&Sale>> {
    let mut leader: Vec<usize> = (0..views.len()).collect();
    let mut named: HashMap<String, usize> = HashMap::new();
    for (at, view) in views.iter().enumerate() {
        for name in names(view) {
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
fn names(view: &Sale) -> Vec<String> {
    let (at, charge) =
        (view.payment.as_ref(), view.payment.as_ref().and_then(|own| own.charge.clone()));
    let reference = at.map(|own| in_integration(&own.integration, &own.reference));
    let transaction = in_integration(&view.integration, &view.transaction_id);
    [charge, reference, Some(view.id.to_string()), Some(transaction)]
        .into_iter()
        .flatten()
        .collect()
}

fn in_integration(integration: &IntegrationId, reference: &str) -> String {
    if names_payment(reference) {
        reference.to_owned()
    } else {
        format!("{integration} {reference}")
    }
}

/// The most trusted view, with what only others know. The processor's own view is trusted before an
/// order's, one that can be refunded before one that cannot; between equals any fixed order will
/// do, so that all orders give one result.
fn merged(views: &mut [&Sale]) -> Option<Sale> {
    if views.len() > 1 {
        views.sort_by_cached_key(|view| {
            (view.payment.is_none(), view.order.is_some(), view.id.clone(), format!("{view:?}"))
        });
    }
    let (first, rest) = views.split_first()?;
    let standing = if is_processors(first) { first.standing.clone() } else { told(views) };
    Some(rest.iter().fold(Sale { standing, ..(*first).clone() }, |sale, view| filled(sale, view)))
}

fn is_processors(view: &Sale) -> bool {
    view.payment.is_some() && view.order.is_none()
}

/// What orders tell of one payment: failed or open only if none disagrees; the refunds of the one
/// that tells of most, for two that each tell of one refund mean the same money.
fn told(views: &[&Sale]) -> Standing {
    let all = |is: fn(&Standing) -> bool| views.iter().all(|view| is(&view.standing));
    let most = views.iter().rev().max_by_key(|view| view.standing.refunded());
    Standing {
        failed: all(|standing| standing.failed),
        unsettled: all(|standing| standing.unsettled),
        refunds: most.map(|view| view.standing.refunds.clone()).unwrap_or_default(),
        dispute: views.iter().find_map(|view| view.standing.dispute.clone()),
        uncaptured: None,
    }
}

fn filled(mut sale: Sale, from: &Sale) -> Sale {
    sale.payment = sale.payment.map(|payment| joined(payment, from.payment.as_ref()));
    sale.amount = if sale.amount_is_told() { sale.amount } else { from.amount };
    fill(&mut sale.merchant, from.merchant.as_ref());
    fill(&mut sale.authorised_amount, from.authorised_amount.as_ref());
    fill(&mut sale.settled, from.settled.as_ref());
    fill(&mut sale.card.bin, from.card.bin.as_ref());
    fill(&mut sale.card.last4, from.card.last4.as_ref());
    fill(&mut sale.card.brand, from.card.brand.as_ref());
    fill(&mut sale.arn, from.arn.as_ref());
    fill(&mut sale.auth_code, from.auth_code.as_ref());
    fill(&mut sale.network_transaction_id, from.network_transaction_id.as_ref());
    if is_processors(&sale) && from.descriptor.is_some() {
        // who tells of a descriptor of its own knows it better
        sale.descriptor.clone_from(&from.descriptor);
    }
    fill(&mut sale.descriptor, from.descriptor.as_ref());
    fill(&mut sale.order, from.order.as_ref());
    fill(&mut sale.order_reference, from.order_reference.as_ref());
    fill(&mut sale.wallet, from.wallet.as_ref());
    fill(&mut sale.presented, from.presented.as_ref());
    sale
}

/// The charge of the same payment where only the other view knows it.
fn joined(mut payment: Payment, from: Option<&Payment>) -> Payment {
    let same = from.filter(|from| from.reference == payment.reference);
    fill(&mut payment.charge, same.and_then(|from| from.charge.as_ref()));
    payment
}

fn fill<T: Clone>(slot: &mut Option<T>, from: Option<&T>) {
    if slot.is_none() {
        *slot = from.cloned();
    }
}

/// One card, one amount: a tip that only one of their records tells of makes no other.
pub(super) fn is_equal(a: &Sale, b: &Sale) -> bool {
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
        && a.amount_is_told()
        && amounts(a).iter().flatten().any(|amount| amounts(b).contains(&Some(*amount)))
}
