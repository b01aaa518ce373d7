mod requests;
mod routing;

use super::*;
use crate::basics::text::normalised;

fn a_route(organisation: &str, enrolment: &str, match_type: MatchType, pattern: &str) -> Route {
    Route {
        organisation: OrganisationId::derived(&[organisation]),
        enrolment: EnrolmentId::derived(&[enrolment]),
        descriptor: normalised(pattern),
        match_type,
        held: false,
        ended: false,
        pending: false,
        on_statement: None,
    }
}

fn to(organisation: &str, enrolment: &str) -> Routed {
    to_all(organisation, &[enrolment])
}

fn to_all(organisation: &str, enrolments: &[&str]) -> Routed {
    let mut enrolments: Vec<EnrolmentId> =
        enrolments.iter().map(|one| EnrolmentId::derived(&[one])).collect();
    enrolments.sort();
    Routed::To {
        organisation: OrganisationId::derived(&[organisation]),
        enrolments,
        pending: Vec::new(),
    }
}

fn an_enrolment(descriptors: &[(&str, MatchType)]) -> Enrolment {
    let own = |(text, match_type): &(&str, MatchType)| Descriptor {
        descriptor: (*text).into(),
        match_type: *match_type,
    };
    Enrolment {
        id: EnrolmentId::derived(&["1"]),
        organisation: OrganisationId::derived(&["a"]),
        merchant_ids: vec![MerchantId::derived(&["1"]), MerchantId::derived(&["2"])],
        watches: Watches::EthocaAlert { descriptors: descriptors.iter().map(own).collect() },
        status: EnrolmentStatus::Enabled,
        connection: None,
        note: None,
        accepted_at: None,
        version: 1,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

#[test]
fn within_an_organisation_the_stricter_then_the_longer_pattern_wins() {
    let routes = [
        a_route("a", "contains", MatchType::Contains, "ACME FITNESS"),
        a_route("a", "starts", MatchType::StartsWith, "ACMEFIT"),
        a_route("a", "longer", MatchType::StartsWith, "acmefit*n"),
        a_route("a", "equals", MatchType::Equals, "ACMEFIT*GYM"),
    ];
    assert_eq!(route("AcmeFit *Sub", &routes), to("a", "starts"));
    assert_eq!(route("ACMEFITNESS", &routes), to("a", "longer"));
    assert_eq!(route("acmefit gym", &routes), to("a", "equals"));
    assert_eq!(route("THE ACME FITNESS", &routes), to("a", "contains"));
    assert_eq!(route("OTHER", &routes), Routed::Nothing);
}

#[test]
fn no_pattern_wins_over_another_organisations() {
    let own = a_route("a", "1", MatchType::StartsWith, "ACMEFIT");
    for (how, text) in [
        (MatchType::StartsWith, "ACMEFIT"),
        (MatchType::StartsWith, "ACMEF"),
        (MatchType::StartsWith, "ACMEFIT*PLANS"),
        (MatchType::Equals, "ACMEFIT*PLANS"),
        (MatchType::Contains, "FITPLANS"),
    ] {
        let other = a_route("b", "2", how, text);
        let routed = route("ACMEFITPLANS", &[own.clone(), other]);
        assert!(matches!(routed, Routed::Contested(of) if of.len() == 2), "{how:?} {text}");
    }
    let longer = a_route("b", "2", MatchType::Equals, "ACMEFIT PLANS MONTHLY");
    let routed = route("ACMEFIT PLANS MON", &[own, longer]);
    assert!(
        matches!(routed, Routed::Contested(of) if of.len() == 2),
        "the bank may have cut it off"
    );
}

#[test]
fn several_enrolments_of_one_organisation_are_no_contest() {
    let halves = [
        a_route("a", "1", MatchType::Contains, "ACMEF"),
        a_route("a", "1", MatchType::Contains, "CMEFI"),
    ];
    assert_eq!(route("ACMEFIT", &halves), to("a", "1"));
    let accounts =
        ["1", "3"].map(|enrolment| a_route("a", enrolment, MatchType::StartsWith, "ACMEFIT"));
    assert_eq!(
        route("ACMEFIT SUB", &accounts),
        to_all("a", &["1", "3"]),
        "a second account under one statement text"
    );
}

#[test]
fn a_held_route_takes_nothing_and_keeps_nothing_from_others() {
    let live = a_route("a", "1", MatchType::StartsWith, "ACMEFIT");
    let tied = Route { held: true, ..a_route("b", "2", MatchType::StartsWith, "ACMEFIT") };
    let stricter = Route { held: true, ..a_route("b", "2", MatchType::Equals, "ACMEFIT GYM") };
    for descriptor in ["ACMEFIT", "ACMEFIT GYM", "ACMEFIT SUB"] {
        assert_eq!(
            route(descriptor, &[live.clone(), tied.clone(), stricter.clone()]),
            to("a", "1")
        );
    }
    let claimant = Claimant {
        organisation: stricter.organisation.clone(),
        enrolment: stricter.enrolment.clone(),
    };
    assert_eq!(route("ACMEFIT GYM", &[stricter]), Routed::Held(vec![claimant]));
}

#[test]
fn an_ended_route_takes_only_what_no_live_one_wants() {
    let ended = Route { ended: true, ..a_route("a", "old", MatchType::Equals, "ACMEFIT") };
    let live = a_route("a", "new", MatchType::StartsWith, "ACMEFIT");
    assert_eq!(route("ACMEFIT", std::slice::from_ref(&ended)), to("a", "old"));
    assert_eq!(route("ACMEFIT", &[ended, live]), to("a", "new"));
}

#[test]
fn overlaps_are_foreseen_by_kind() {
    use MatchType::{Contains, Equals, StartsWith};
    for (one, a, two, b, overlap) in [
        (Equals, "ACMEFIT", Equals, "ACMEFIT", true),
        (Equals, "ACMEFIT", Equals, "ACMEFITX", false),
        (Equals, "ACMEFITX", StartsWith, "ACMEFIT", true),
        (Equals, "ACMEF", StartsWith, "ACMEFIT", false),
        (Equals, "XACMEFIT", Contains, "ACMEFIT", true),
        (StartsWith, "ACMEF", StartsWith, "ACMEFIT", true),
        (StartsWith, "ACMEF", StartsWith, "CMEFIT", false),
        (StartsWith, "XACMEFIT", Contains, "ACMEFIT", true),
        (StartsWith, "ACMEFIT", Contains, "XACMEFIT", true),
        (Contains, "ACMEFIT", Contains, "XACMEFIT", true),
        (Contains, "ACMEFIT", Contains, "OTHER", false),
    ] {
        let (a, b) = (a_route("a", "1", one, a), a_route("b", "2", two, b));
        assert_eq!(overlaps(&a, &b), overlap, "{a:?} {b:?}");
        let counts = overlap && one != Contains && two != Contains;
        assert_eq!(
            clashes(&a, &[b.clone(), a.clone()]).count(),
            usize::from(counts),
            "{a:?} {b:?}"
        );
    }
}

#[test]
fn an_enrolment_routes_by_its_status_and_never_by_what_is_too_short() {
    use MatchType::{Contains, Equals, StartsWith};
    let own = an_enrolment(&[
        ("ACME*Fit", StartsWith),
        ("a b c d", Contains),
        ("*A*", Equals),
        ("H&M", Equals),
        ("IKEA", StartsWith),
    ]);
    let enrolment = Enrolment { status: EnrolmentStatus::NeedsAttention, ..own };
    let held = [(StartsWith, "ACMEFIT"), (Equals, "HM"), (StartsWith, "IKEA")];
    assert_eq!(
        enrolment.routes(),
        held.map(|(how, text)| Route { held: true, ..a_route("a", "1", how, text) })
    );
    assert!(
        enrolment.fit("ACMEFIT").is_none()
            && Enrolment { status: EnrolmentStatus::Pending, ..enrolment.clone() }
                .fit("acme fit")
                .is_some()
    );
    let ended = Enrolment { status: EnrolmentStatus::Unenrolled, ..enrolment.clone() };
    assert!(ended.routes().iter().all(|route| route.ended && !route.held));
    let rdr = Enrolment {
        watches: Watches::VerifiRdr { bin: None, caid: None, arns: Vec::new() },
        ..enrolment
    };
    assert_eq!(rdr.routes(), []);
}

#[test]
fn a_short_name_is_routed_whole_and_a_short_beginning_needs_the_operator() {
    let ikea = an_enrolment(&[("IKEA", MatchType::Equals)]);
    assert!(!ikea.watches.is_vague() && ikea.watches.faults().is_empty());
    assert_eq!(
        (route("Ikea", &ikea.routes()), route("IKEA BERLIN", &ikea.routes())),
        (to("a", "1"), Routed::Nothing)
    );
    let begins = an_enrolment(&[("IKEA", MatchType::StartsWith)]);
    assert!(begins.watches.is_vague() && begins.watches.faults().is_empty());
    assert_eq!(
        route("IKEA BERLIN", &begins.routes()),
        to("a", "1"),
        "once the operator has let it"
    );
    let held = Route { held: true, ..a_route("b", "2", MatchType::StartsWith, "IK") };
    assert_eq!(clashes(&ikea.routes()[0], &[held]).count(), 0, "nobody is kept back by it");
}

#[test]
fn a_statement_cut_off_finds_the_longer_descriptor() {
    let (long, text) = (
        an_enrolment(&[("The Long Company Name Limited", MatchType::Equals)]),
        "THE LONG COMPANY NAME",
    );
    let routes = long.routes();
    for printed in
        [text, "THELONGCOMPANYNAMELIMI", "THE LONG COMPANY NAME LIMITED", "THE LONG COMPANY N"]
    {
        assert_eq!(route(printed, &routes), to("a", "1"), "{printed}");
    }
    assert_eq!(
        (route("THE LONG COMP", &routes), route("THE LONG COMPANY NEW", &routes)),
        (Routed::Nothing, Routed::Nothing)
    );
    let warned = long.watches.warnings();
    assert_eq!(warned.iter().map(|one| one.code).collect::<Vec<_>>(), ["LONGER_THAN_A_STATEMENT"]);
    assert!(warned[0].message.contains("`THELONGCOMPANYNAME`"), "{warned:?}");
    for rival in ["The Long Company Name Incorporated", "the long company name"] {
        assert!(
            overlaps(&routes[0], &a_route("b", "2", MatchType::Equals, rival)),
            "a statement does not tell {rival} apart"
        );
    }
    assert!(!overlaps(&routes[0], &a_route("b", "2", MatchType::Equals, "The Long Company")));
    let whole = a_route("b", "2", MatchType::Equals, "THE LONG COMPANY N");
    let guessed = route("THE LONG COMPANY N", &[routes[0].clone(), whole.clone()]);
    assert!(
        matches!(guessed, Routed::Contested(of) if of.len() == 2),
        "the bank may have cut either"
    );
    let own = Route { organisation: OrganisationId::derived(&["a"]), ..whole };
    assert_eq!(
        route("THE LONG COMPANY N", &[routes[0].clone(), own]),
        to("a", "2"),
        "a guess goes after all that fit"
    );
}
