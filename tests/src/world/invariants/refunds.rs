//! Money: never more back than came in, and never twice by itself.

use domain::alert::DecisionMaker;
use domain::refund::AttemptResult;
use serde_json::Value;

use super::{Seen, merchant};

/// The name under which a refund carries the alert it was made for.
const MARK: &str = "cbs_related_alert_id";

pub(super) fn bounded(seen: &Seen) -> Vec<String> {
    let charges = seen.world.stripe.objects("charge");
    let mut broken: Vec<String> = charges
        .iter()
        .flat_map(|charge| of_charge(seen, charge))
        .chain(merchant::bounded(seen))
        .collect();
    for ledger in &seen.ledgers {
        let gave = |result: &AttemptResult| {
            matches!(result, AttemptResult::Confirmed { .. } | AttemptResult::Pending { .. })
        };
        let mut refunds: Vec<&str> = ledger
            .entries
            .iter()
            .filter(|one| one.automatic && gave(&one.result))
            .filter_map(|one| one.result.refund_id())
            .collect();
        refunds.sort_unstable();
        refunds.dedup(); // one refund is looked at more than once
        if refunds.len() > 1 {
            broken.push(format!(
                "the ledger of {} holds the automatic refunds {refunds:?}",
                ledger.sale
            ));
        }
    }
    broken
}

fn of_charge(seen: &Seen, charge: &Value) -> Vec<String> {
    let refunds = seen.refunds_of(charge);
    let back: i64 = refunds.iter().filter_map(|refund| refund["amount"].as_i64()).sum();
    let captured = charge["amount_captured"].as_i64().unwrap_or_default();
    let by_rule = refunds.iter().filter(|refund| is_automatic(seen, refund)).count();
    let over =
        (back > captured).then(|| format!("{back} of {captured} went back of {}", charge["id"]));
    let twice =
        (by_rule > 1).then(|| format!("{} was refunded by rules {by_rule} times", charge["id"]));
    over.into_iter().chain(twice).collect()
}

fn is_automatic(seen: &Seen, refund: &Value) -> bool {
    refund["metadata"][MARK].as_str().is_some_and(|id| by_rule(seen, id))
}

/// Whether a rule, and no person, decided on the alert of this id.
pub(super) fn by_rule(seen: &Seen, id: &str) -> bool {
    let alert = seen.alert(id);
    let decision = alert.and_then(|alert| alert.decision());
    decision.is_some_and(|decision| matches!(decision.by, DecisionMaker::Rule(_)))
}
