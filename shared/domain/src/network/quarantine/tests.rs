use super::*;
use crate::basics::time::add_seconds;

fn at(hours: i64) -> Timestamp {
    add_seconds(Timestamp::UNIX_EPOCH, hours * 3600)
}

fn contested(fate: QuarantineState) -> QuarantinedPayload {
    let claimant = |word: &str| EnrolmentCandidate {
        organisation: OrganisationId::derived(&[word]),
        enrolment: EnrolmentId::derived(&[word]),
    };
    let contest = OwnershipContest {
        doubt: OwnershipDoubt::Contested,
        claimants: vec![claimant("a"), claimant("b")],
        partner: None,
        descriptor: "ACMEFIT".into(),
    };
    let held = QuarantinedPayload {
        id: QuarantineId::derived(&["one"]),
        connection: ConnectionId::derived(&["ethoca"]),
        vendor_alert_id: Some("A1".into()),
        reason: "several".into(),
        raw: "{}".into(),
        is_read: true,
        enrolments: Vec::new(),
        received_at: at(0),
        deadlines: AlertDeadlines { target: at(24), action: at(46), limit: at(48) },
        watch: QuarantineWatch::Waiting,
        fate,
        organisation: None,
        assigned: None,
        contest: Some(contest),
        version: 1,
    };
    QuarantinedPayload { watch: held.first_watch(), ..held }
}

fn releasing(by: &str) -> QuarantineState {
    QuarantineState::Releasing { enrolment: EnrolmentId::derived(&["a"]), at: at(0), by: by.into() }
}

/// What falls due of a payload, and when, in hours, as long as nobody decides.
fn course(mut held: QuarantinedPayload) -> Vec<(DueQuarantineStep, i64)> {
    let mut all = Vec::new();
    while let Some((due, _)) = held.due() {
        let Some((next, fell)) = held.apply_due(due) else { break };
        all.push((fell, due.as_second() / 3600));
        held = next;
    }
    all
}

#[test]
fn evidence_has_a_quarter_of_the_time_then_persons_have_the_rest() {
    let looks =
        [(DueQuarantineStep::Look, 0), (DueQuarantineStep::Look, 1), (DueQuarantineStep::Look, 4)];
    let rest = [
        (DueQuarantineStep::HandOver, 11),
        (DueQuarantineStep::Warn, 24),
        (DueQuarantineStep::Close, 46),
    ];
    assert_eq!(course(contested(QuarantineState::Held)), [&looks[..], &rest[..]].concat());
}

#[test]
fn a_release_that_a_person_began_keeps_its_deadlines() {
    let begun =
        QuarantinedPayload { watch: QuarantineWatch::Waiting, ..contested(releasing("ann")) };
    assert_eq!(course(begun), [(DueQuarantineStep::Warn, 24), (DueQuarantineStep::Close, 46)]);
    let last = course(contested(releasing("ann"))).pop();
    assert_eq!(last, Some((DueQuarantineStep::Close, 46)), "also of one that was being looked at");
}

#[test]
fn what_evidence_began_goes_on_until_it_is_a_persons() {
    let begun = contested(releasing(BY_EVIDENCE));
    assert!(begun.is_awaiting_evidence() && begun.wakes(None));
    let (again, _) = begun.clone().apply_due(at(12)).expect("due");
    assert!(again.wakes(Some(&begun)), "it is asked for until it is released");
    assert_eq!(
        course(again.hand_over_to_operator()),
        [(DueQuarantineStep::Warn, 24), (DueQuarantineStep::Close, 46)]
    );
}

#[test]
fn whoever_enrols_much_leaves_no_other_claimant_out() {
    let claimant = |organisation: &str, at: usize| EnrolmentCandidate {
        organisation: OrganisationId::derived(&[organisation]),
        enrolment: EnrolmentId::derived(&[organisation, &at.to_string()]),
    };
    let all: Vec<EnrolmentCandidate> =
        (0..MOST_CLAIMANTS + 50).map(|at| claimant("a", at)).chain([claimant("b", 0)]).collect();
    let held = contested(QuarantineState::Held);
    let contest = OwnershipContest {
        claimants: limit_claimants(all),
        ..held.contest.clone().expect("a contest")
    };
    let held = QuarantinedPayload { contest: Some(contest), ..held };
    assert_eq!(held.contesting_organisations().len(), 2);
    assert_eq!(held.contest.expect("a contest").claimants.len(), MOST_CLAIMANTS);
}
