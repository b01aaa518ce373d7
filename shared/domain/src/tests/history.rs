use proptest::prelude::*;

use super::given::*;
use crate::alert::action_request::Asked;
use crate::alert::transition::Evaluation;
use crate::alert::{Actor, Alert, Answer, Did, Need};
use crate::matching::{Found, Invalid};
use crate::rules::ruleset::Action;
use crate::sale::RefundState;

/// One random step, where the alert is in a state for it.
fn step(alert: Alert, pick: u8) -> Alert {
    let refund = refund_seen(4900, RefundState::Succeeded, None, now()).kept();
    let same = alert.clone();
    let next = match pick % 14 {
        0 => alert.matched(Found::One(Box::new(candidate())), None, now()).ok(),
        1 => alert.matched(Found::Nothing, None, now()).ok(),
        2 => {
            alert.matched(Found::One(Box::new(candidate())), Some(Invalid::FailedSale), now()).ok()
        }
        3 => alert.evaluated(Evaluation::Act(by_rule(Action::RefundAndCancel)), now()).ok(),
        4 => alert.evaluated(Evaluation::Person(Need::NoRuleMet, None), now()).ok(),
        5 => alert.refunding(refund, now()).ok(),
        6 => alert.actioned(Some(refund), None, Actor::Processor, now()).ok(),
        7 => alert.needs_person(Need::RefundFailed { reason: "declined".into() }, now()).ok(),
        8 => alert.answered(Answer::Accepted, now()).ok(),
        9 => alert.retracted(now()).ok(),
        10 => alert.reconsidered(now()).ok(),
        11 => alert.due().and_then(|(at, _)| same.clone().fell_due(at)),
        12 => match alert.ask(ask(Action::AcceptDispute), now()) {
            Asked::Taken(alert) => Some(*alert),
            _ => None,
        },
        _ => Some(alert.noted("hello".into(), Actor::System, now())),
    };
    next.unwrap_or(same)
}

proptest! {
    /// Whatever happens to an alert, its history replays to its state, versions rise one by one,
    /// and the stored form reads back to the same alert.
    #[test]
    fn the_history_replays_to_the_state(picks in proptest::collection::vec(any::<u8>(), 0..60)) {
        let alert = picks.into_iter().fold(received(), step);
        let moves = |did: &Did| {
            !matches!(did, Did::Asked | Did::Nudged | Did::Warned | Did::Noted | Did::Announced)
        };
        let last = alert.history.iter().map(|step| step.did).rfind(moves);
        prop_assert_eq!(last, Some(alert.state().did()));
        prop_assert!(alert.history.windows(2).all(|pair| pair[0].version < pair[1].version));
        prop_assert_eq!(alert.history.last().map(|step| step.version), Some(alert.version));
        let stored = serde_json::to_string(&alert).expect("it is stored as JSON");
        prop_assert_eq!(serde_json::from_str::<Alert>(&stored).expect("it reads back"), alert);
    }

    /// Every alert has an end: what falls due leads to an answer, a person or the network's own
    /// word.
    #[test]
    fn something_is_due_until_all_is_said(picks in proptest::collection::vec(any::<u8>(), 0..30)) {
        let mut alert = picks.into_iter().fold(received(), step);
        for _ in 0..200 {
            let Some((at, _)) = alert.due() else { break };
            if at > hours(24 * 30) {
                break;
            }
            alert = alert.fell_due(at).expect("it is due");
        }
        let over = alert.due().is_none()
            || alert.next_stage() == Some(crate::alert::pipeline::Stage::Refund);
        prop_assert!(over, "{:?}", alert.state());
    }
}
