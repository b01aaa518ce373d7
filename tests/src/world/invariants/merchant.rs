//! Money at a merchant's own endpoint: the same bounds.

use jiff::Timestamp;

use super::Seen;
use super::refunds::by_rule;
use crate::simulate::merchant::Refund;

/// The endpoint may give back more only where it was never asked to.
pub(super) fn bounded(seen: &Seen) -> Vec<String> {
    let refunds = seen.world.merchant.refunds();
    let stands =
        |refund: &&Refund, payment: &str| refund.payment == payment && refund.status != "FAILED";
    let of_payment = |(reference, payment): (String, crate::simulate::merchant::Payment)| {
        let own: Vec<&Refund> =
            refunds.iter().filter(|refund| stands(refund, &reference)).collect();
        let back: u64 = own.iter().map(|refund| refund.minor).sum();
        let automatic = own
            .iter()
            .filter(|refund| refund.cause.as_deref().is_some_and(|id| by_rule(seen, id)))
            .count();
        let over = (back > payment.minor)
            .then(|| format!("{back} of {} went back of {reference}", payment.minor));
        let twice =
            (automatic > 1).then(|| format!("{reference} was refunded by rules {automatic} times"));
        over.into_iter().chain(twice)
    };
    seen.world.merchant.payments().into_iter().flat_map(of_payment).collect()
}

/// Whether the endpoint confirmed such a refund by then; that it failed later does not count.
pub(super) fn confirmed(seen: &Seen, is: impl Fn(&Refund) -> bool, by: Timestamp) -> bool {
    seen.world
        .merchant
        .refunds()
        .iter()
        .any(|refund| is(refund) && refund.confirmed_at.is_some_and(|at| at <= by))
}
