use proptest::prelude::*;

use super::given::*;
use crate::alert::action_request::ActionRequestResult;
use crate::alert::transition::EvaluationResult;
use crate::alert::{Alert, AnswerResult, HistoryActor, ReviewReason, StepKind};
use crate::matching::{InvalidAlertReason, MatchResult};
use crate::rules::ruleset::AlertAction;
use crate::sale::RefundState;

/// One random step, where the alert is in a state for it.
fn step(alert: Alert, pick: u8) -> Alert {
    let refund = refund_seen(4900, RefundState::Succeeded, None, now()).to_refund_record();
    let same = alert.clone();
    let next = match pick % 14 {
        0 => alert.apply_match(MatchResult::One(Box::new(candidate())), None, now()).ok(),
        1 => alert.apply_match(MatchResult::Nothing, None, now()).ok(),
        2 => alert
            .apply_match(
                MatchResult::One(Box::new(candidate())),
                Some(InvalidAlertReason::FailedSale),
                now(),
            )
            .ok(),
        3 => alert
            .apply_evaluation(EvaluationResult::Act(by_rule(AlertAction::RefundAndCancel)), now())
            .ok(),
        4 => alert
            .apply_evaluation(EvaluationResult::Person(ReviewReason::NoRuleMet, None), now())
            .ok(),
        5 => alert.record_pending_refund(refund, now()).ok(),
        6 => alert.complete_action(Some(refund), None, HistoryActor::Processor, now()).ok(),
        7 => alert
            .require_action(ReviewReason::RefundFailed { reason: "declined".into() }, now())
            .ok(),
        8 => alert.record_answer(AnswerResult::Accepted, now()).ok(),
        9 => alert.mark_retracted(now()).ok(),
        10 => alert.restart_search(now()).ok(),
        11 => alert.due().and_then(|(at, _)| same.clone().apply_due(at)),
        12 => match alert.request_action(ask(AlertAction::AcceptDispute), now()) {
            ActionRequestResult::Taken(alert) => Some(*alert),
            _ => None,
        },
        _ => Some(alert.replace_note("hello".into(), HistoryActor::System, now())),
    };
    next.unwrap_or(same)
}

proptest! {
    /// Whatever happens to an alert, its history replays to its state, versions rise one by one,
    /// and the stored form reads back to the same alert.
    #[test]
    fn the_history_replays_to_the_state(picks in proptest::collection::vec(any::<u8>(), 0..60)) {
        let alert = picks.into_iter().fold(received(), step);
        let moves = |did: &StepKind| {
            !matches!(
                did,
                StepKind::Asked
                    | StepKind::Nudged
                    | StepKind::Warned
                    | StepKind::Noted
                    | StepKind::Announced
            )
        };
        let last = alert.history.iter().map(|step| step.did).rfind(moves);
        prop_assert_eq!(last, Some(alert.state().step_kind()));
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
            alert = alert.apply_due(at).expect("it is due");
        }
        let over = alert.due().is_none()
            || alert.next_stage() == Some(crate::alert::pipeline::PipelineStage::Refund);
        prop_assert!(over, "{:?}", alert.state());
    }
}
