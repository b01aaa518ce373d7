use super::*;
use crate::account::person::{MemberReference, Requester};
use crate::alert::{AnswerResult, HistoryActor};
use crate::basics::id::{KeyId, MembershipId};
use crate::rules::ruleset::AlertAction;
use crate::tests::given::{decided, hours, matched, now, received, waiting};

#[test]
fn a_person_is_asked_once_and_only_where_one_is_needed() {
    assert_eq!(received().mails(None), None);
    assert_eq!(matched(received()).mails(Some(&received())), None);
    assert_eq!(waiting().mails(Some(&received())), Some(AlertMailKind::ActionRequired));
    let noted = waiting().replace_note("Looked at.".into(), HistoryActor::System, now());
    assert_eq!(noted.mails(Some(&waiting())), None);
    assert!(waiting().is_mail_still_wanted(AlertMailKind::ActionRequired, hours(47)));
    assert!(
        !waiting().is_mail_still_wanted(AlertMailKind::ActionRequired, hours(48)),
        "the network takes no answer any more"
    );
    assert!(
        !decided(AlertAction::Refund).is_mail_still_wanted(AlertMailKind::ActionRequired, now()),
        "it was decided meanwhile"
    );
}

#[test]
fn the_end_is_told_once_as_resolved_or_as_dismissed() {
    let actioned = decided(AlertAction::AcceptDispute)
        .complete_action(None, None, HistoryActor::System, now())
        .expect("it was decided");
    assert_eq!(
        actioned.mails(Some(&decided(AlertAction::AcceptDispute))),
        None,
        "the network has not heard it yet"
    );
    let resolved =
        actioned.clone().record_answer(AnswerResult::Accepted, now()).expect("it was done");
    assert_eq!(resolved.mails(Some(&actioned)), Some(AlertMailKind::Resolved));
    assert_eq!(
        resolved
            .clone()
            .replace_note("Thanks.".into(), HistoryActor::System, now())
            .mails(Some(&resolved)),
        None
    );
    let expired = waiting()
        .apply_due(hours(24))
        .and_then(|warned| warned.apply_due(hours(46)))
        .expect("the deadline has passed");
    let over =
        expired.clone().record_answer(AnswerResult::Accepted, hours(46)).expect("it has expired");
    assert_eq!(over.mails(Some(&expired)), Some(AlertMailKind::Dismissed));
    let wrong = waiting().mark_retracted(now()).expect("it is open");
    assert_eq!(wrong.mails(Some(&waiting())), Some(AlertMailKind::Dismissed));
}

#[test]
fn history_keeps_keys_as_it_always_did_and_members_beside_them() {
    let key = Requester::Key(KeyId::from_seed(6));
    let text = serde_json::to_string(&key).expect("JSON");
    assert_eq!(text, format!("\"{}\"", KeyId::from_seed(6)));
    let member = Requester::Member(MemberReference {
        id: MembershipId::from_seed(7),
        role: crate::account::MemberRole::Admin,
    });
    for person in [key, member] {
        let text = serde_json::to_string(&person).expect("JSON");
        assert_eq!(serde_json::from_str::<Requester>(&text).expect("a person"), person, "{text}");
    }
}
