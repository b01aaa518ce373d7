use super::*;
use crate::account::person::{Member, Person};
use crate::alert::{Actor, Answer};
use crate::basics::id::{KeyId, MembershipId};
use crate::rules::ruleset::Action;
use crate::tests::given::{decided, hours, matched, now, received, waiting};

#[test]
fn a_person_is_asked_once_and_only_where_one_is_needed() {
    assert_eq!(received().mails(None), None);
    assert_eq!(matched(received()).mails(Some(&received())), None);
    assert_eq!(waiting().mails(Some(&received())), Some(MailKind::ActionRequired));
    let noted = waiting().noted("Looked at.".into(), Actor::System, now());
    assert_eq!(noted.mails(Some(&waiting())), None);
    assert!(waiting().still_mails(MailKind::ActionRequired, hours(47)));
    assert!(
        !waiting().still_mails(MailKind::ActionRequired, hours(48)),
        "the network takes no answer any more"
    );
    assert!(
        !decided(Action::Refund).still_mails(MailKind::ActionRequired, now()),
        "it was decided meanwhile"
    );
}

#[test]
fn the_end_is_told_once_as_resolved_or_as_dismissed() {
    let actioned = decided(Action::AcceptDispute)
        .actioned(None, None, Actor::System, now())
        .expect("it was decided");
    assert_eq!(
        actioned.mails(Some(&decided(Action::AcceptDispute))),
        None,
        "the network has not heard it yet"
    );
    let resolved = actioned.clone().answered(Answer::Accepted, now()).expect("it was done");
    assert_eq!(resolved.mails(Some(&actioned)), Some(MailKind::Resolved));
    assert_eq!(
        resolved.clone().noted("Thanks.".into(), Actor::System, now()).mails(Some(&resolved)),
        None
    );
    let expired = waiting()
        .fell_due(hours(24))
        .and_then(|warned| warned.fell_due(hours(46)))
        .expect("the deadline has passed");
    let over = expired.clone().answered(Answer::Accepted, hours(46)).expect("it has expired");
    assert_eq!(over.mails(Some(&expired)), Some(MailKind::Dismissed));
    let wrong = waiting().retracted(now()).expect("it is open");
    assert_eq!(wrong.mails(Some(&waiting())), Some(MailKind::Dismissed));
}

#[test]
fn history_keeps_keys_as_it_always_did_and_members_beside_them() {
    let key = Person::Key(KeyId::from_seed(6));
    let text = serde_json::to_string(&key).expect("JSON");
    assert_eq!(text, format!("\"{}\"", KeyId::from_seed(6)));
    let member = Person::Member(Member {
        id: MembershipId::from_seed(7),
        role: crate::account::Role::Admin,
    });
    for person in [key, member] {
        let text = serde_json::to_string(&person).expect("JSON");
        assert_eq!(serde_json::from_str::<Person>(&text).expect("a person"), person, "{text}");
    }
}
