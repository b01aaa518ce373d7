use super::*;
use crate::basics::time::after;

fn at(hours: i64) -> Timestamp {
    after(Timestamp::UNIX_EPOCH, hours * 3600)
}

fn contested(fate: Fate) -> Quarantined {
    let claimant = |word: &str| Claimant {
        organisation: OrganisationId::derived(&[word]),
        enrolment: EnrolmentId::derived(&[word]),
    };
    let contest = Contest {
        doubt: Doubt::Contested,
        claimants: vec![claimant("a"), claimant("b")],
        partner: None,
        descriptor: "ACMEFIT".into(),
    };
    let held = Quarantined {
        id: QuarantineId::derived(&["one"]),
        connection: ConnectionId::derived(&["ethoca"]),
        vendor_alert_id: Some("A1".into()),
        reason: "several".into(),
        raw: "{}".into(),
        is_read: true,
        enrolments: Vec::new(),
        received_at: at(0),
        deadlines: Deadlines { target: at(24), action: at(46), limit: at(48) },
        watch: Watch::Waiting,
        fate,
        organisation: None,
        assigned: None,
        contest: Some(contest),
        version: 1,
    };
    Quarantined { watch: held.first_watch(), ..held }
}

fn releasing(by: &str) -> Fate {
    Fate::Releasing { enrolment: EnrolmentId::derived(&["a"]), at: at(0), by: by.into() }
}

/// What falls due of a payload, and when, in hours, as long as nobody decides.
fn course(mut held: Quarantined) -> Vec<(Fell, i64)> {
    let mut all = Vec::new();
    while let Some((due, _)) = held.due() {
        let Some((next, fell)) = held.fell_due(due) else { break };
        all.push((fell, due.as_second() / 3600));
        held = next;
    }
    all
}

#[test]
fn evidence_has_a_quarter_of_the_time_then_persons_have_the_rest() {
    let looks = [(Fell::Look, 0), (Fell::Look, 1), (Fell::Look, 4)];
    let rest = [(Fell::HandOver, 11), (Fell::Warn, 24), (Fell::Close, 46)];
    assert_eq!(course(contested(Fate::Held)), [&looks[..], &rest[..]].concat());
}

#[test]
fn a_release_that_a_person_began_keeps_its_deadlines() {
    let begun = Quarantined { watch: Watch::Waiting, ..contested(releasing("ann")) };
    assert_eq!(course(begun), [(Fell::Warn, 24), (Fell::Close, 46)]);
    let last = course(contested(releasing("ann"))).pop();
    assert_eq!(last, Some((Fell::Close, 46)), "also of one that was being looked at");
}

#[test]
fn what_evidence_began_goes_on_until_it_is_a_persons() {
    let begun = contested(releasing(BY_EVIDENCE));
    assert!(begun.is_looked_at() && begun.wakes(None));
    let (again, _) = begun.clone().fell_due(at(12)).expect("due");
    assert!(again.wakes(Some(&begun)), "it is asked for until it is released");
    assert_eq!(course(again.handed_over()), [(Fell::Warn, 24), (Fell::Close, 46)]);
}

#[test]
fn whoever_enrols_much_leaves_no_other_claimant_out() {
    let claimant = |organisation: &str, at: usize| Claimant {
        organisation: OrganisationId::derived(&[organisation]),
        enrolment: EnrolmentId::derived(&[organisation, &at.to_string()]),
    };
    let all: Vec<Claimant> =
        (0..MOST_CLAIMANTS + 50).map(|at| claimant("a", at)).chain([claimant("b", 0)]).collect();
    let held = contested(Fate::Held);
    let contest = Contest { claimants: kept(all), ..held.contest.clone().expect("a contest") };
    let held = Quarantined { contest: Some(contest), ..held };
    assert_eq!(held.contestants().len(), 2);
    assert_eq!(held.contest.expect("a contest").claimants.len(), MOST_CLAIMANTS);
}
