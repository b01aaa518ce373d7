mod requests;
mod routing;

use super::*;
use crate::basics::text::normalise_text;

fn a_route(
    organisation: &str,
    enrolment: &str,
    match_type: DescriptorMatchType,
    pattern: &str,
) -> DescriptorRoute {
    DescriptorRoute {
        organisation: OrganisationId::derived(&[organisation]),
        enrolment: EnrolmentId::derived(&[enrolment]),
        descriptor: normalise_text(pattern),
        match_type,
        held: false,
        ended: false,
        pending: false,
        on_statement: None,
    }
}

fn to(organisation: &str, enrolment: &str) -> RoutingResult {
    to_all(organisation, &[enrolment])
}

fn to_all(organisation: &str, enrolments: &[&str]) -> RoutingResult {
    let mut enrolments: Vec<EnrolmentId> =
        enrolments.iter().map(|one| EnrolmentId::derived(&[one])).collect();
    enrolments.sort();
    RoutingResult::To {
        organisation: OrganisationId::derived(&[organisation]),
        enrolments,
        pending: Vec::new(),
    }
}

fn an_enrolment(descriptors: &[(&str, DescriptorMatchType)]) -> Enrolment {
    let own = |(text, match_type): &(&str, DescriptorMatchType)| EnrolledDescriptor {
        descriptor: (*text).into(),
        match_type: *match_type,
    };
    Enrolment {
        id: EnrolmentId::derived(&["1"]),
        organisation: OrganisationId::derived(&["a"]),
        merchant_ids: vec![MerchantId::derived(&["1"]), MerchantId::derived(&["2"])],
        watches: EnrolmentTarget::EthocaAlert {
            descriptors: descriptors.iter().map(own).collect(),
        },
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
        a_route("a", "contains", DescriptorMatchType::Contains, "ACME FITNESS"),
        a_route("a", "starts", DescriptorMatchType::StartsWith, "ACMEFIT"),
        a_route("a", "longer", DescriptorMatchType::StartsWith, "acmefit*n"),
        a_route("a", "equals", DescriptorMatchType::Equals, "ACMEFIT*GYM"),
    ];
    assert_eq!(route_descriptor("AcmeFit *Sub", &routes), to("a", "starts"));
    assert_eq!(route_descriptor("ACMEFITNESS", &routes), to("a", "longer"));
    assert_eq!(route_descriptor("acmefit gym", &routes), to("a", "equals"));
    assert_eq!(route_descriptor("THE ACME FITNESS", &routes), to("a", "contains"));
    assert_eq!(route_descriptor("OTHER", &routes), RoutingResult::Nothing);
}

#[test]
fn no_pattern_wins_over_another_organisations() {
    let own = a_route("a", "1", DescriptorMatchType::StartsWith, "ACMEFIT");
    for (how, text) in [
        (DescriptorMatchType::StartsWith, "ACMEFIT"),
        (DescriptorMatchType::StartsWith, "ACMEF"),
        (DescriptorMatchType::StartsWith, "ACMEFIT*PLANS"),
        (DescriptorMatchType::Equals, "ACMEFIT*PLANS"),
        (DescriptorMatchType::Contains, "FITPLANS"),
    ] {
        let other = a_route("b", "2", how, text);
        let routed = route_descriptor("ACMEFITPLANS", &[own.clone(), other]);
        assert!(matches!(routed, RoutingResult::Contested(of) if of.len() == 2), "{how:?} {text}");
    }
    let longer = a_route("b", "2", DescriptorMatchType::Equals, "ACMEFIT PLANS MONTHLY");
    let routed = route_descriptor("ACMEFIT PLANS MON", &[own, longer]);
    assert!(
        matches!(routed, RoutingResult::Contested(of) if of.len() == 2),
        "the bank may have cut it off"
    );
}

#[test]
fn several_enrolments_of_one_organisation_are_no_contest() {
    let halves = [
        a_route("a", "1", DescriptorMatchType::Contains, "ACMEF"),
        a_route("a", "1", DescriptorMatchType::Contains, "CMEFI"),
    ];
    assert_eq!(route_descriptor("ACMEFIT", &halves), to("a", "1"));
    let accounts = ["1", "3"]
        .map(|enrolment| a_route("a", enrolment, DescriptorMatchType::StartsWith, "ACMEFIT"));
    assert_eq!(
        route_descriptor("ACMEFIT SUB", &accounts),
        to_all("a", &["1", "3"]),
        "a second account under one statement text"
    );
}

#[test]
fn a_held_route_takes_nothing_and_keeps_nothing_from_others() {
    let live = a_route("a", "1", DescriptorMatchType::StartsWith, "ACMEFIT");
    let tied = DescriptorRoute {
        held: true,
        ..a_route("b", "2", DescriptorMatchType::StartsWith, "ACMEFIT")
    };
    let stricter = DescriptorRoute {
        held: true,
        ..a_route("b", "2", DescriptorMatchType::Equals, "ACMEFIT GYM")
    };
    for descriptor in ["ACMEFIT", "ACMEFIT GYM", "ACMEFIT SUB"] {
        assert_eq!(
            route_descriptor(descriptor, &[live.clone(), tied.clone(), stricter.clone()]),
            to("a", "1")
        );
    }
    let claimant = EnrolmentCandidate {
        organisation: stricter.organisation.clone(),
        enrolment: stricter.enrolment.clone(),
    };
    assert_eq!(route_descriptor("ACMEFIT GYM", &[stricter]), RoutingResult::Held(vec![claimant]));
}

#[test]
fn an_ended_route_takes_only_what_no_live_one_wants() {
    let ended = DescriptorRoute {
        ended: true,
        ..a_route("a", "old", DescriptorMatchType::Equals, "ACMEFIT")
    };
    let live = a_route("a", "new", DescriptorMatchType::StartsWith, "ACMEFIT");
    assert_eq!(route_descriptor("ACMEFIT", std::slice::from_ref(&ended)), to("a", "old"));
    assert_eq!(route_descriptor("ACMEFIT", &[ended, live]), to("a", "new"));
}

#[test]
fn overlaps_are_foreseen_by_kind() {
    use DescriptorMatchType::{Contains, Equals, StartsWith};
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
        assert_eq!(can_overlap(&a, &b), overlap, "{a:?} {b:?}");
        let counts = overlap && one != Contains && two != Contains;
        assert_eq!(
            find_clashes(&a, &[b.clone(), a.clone()]).count(),
            usize::from(counts),
            "{a:?} {b:?}"
        );
    }
}

#[test]
fn an_enrolment_routes_by_its_status_and_never_by_what_is_too_short() {
    use DescriptorMatchType::{Contains, Equals, StartsWith};
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
        enrolment.to_routes(),
        held.map(|(how, text)| DescriptorRoute { held: true, ..a_route("a", "1", how, text) })
    );
    assert!(
        enrolment.rank_descriptor("ACMEFIT").is_none()
            && Enrolment { status: EnrolmentStatus::Pending, ..enrolment.clone() }
                .rank_descriptor("acme fit")
                .is_some()
    );
    let ended = Enrolment { status: EnrolmentStatus::Unenrolled, ..enrolment.clone() };
    assert!(ended.to_routes().iter().all(|route| route.ended && !route.held));
    let rdr = Enrolment {
        watches: EnrolmentTarget::VerifiRdr { bin: None, caid: None, arns: Vec::new() },
        ..enrolment
    };
    assert_eq!(rdr.to_routes(), []);
}

#[test]
fn a_short_name_is_routed_whole_and_a_short_beginning_needs_the_operator() {
    let ikea = an_enrolment(&[("IKEA", DescriptorMatchType::Equals)]);
    assert!(!ikea.watches.has_vague_descriptor() && ikea.watches.find_errors().is_empty());
    assert_eq!(
        (
            route_descriptor("Ikea", &ikea.to_routes()),
            route_descriptor("IKEA BERLIN", &ikea.to_routes())
        ),
        (to("a", "1"), RoutingResult::Nothing)
    );
    let begins = an_enrolment(&[("IKEA", DescriptorMatchType::StartsWith)]);
    assert!(begins.watches.has_vague_descriptor() && begins.watches.find_errors().is_empty());
    assert_eq!(
        route_descriptor("IKEA BERLIN", &begins.to_routes()),
        to("a", "1"),
        "once the operator has let it"
    );
    let held =
        DescriptorRoute { held: true, ..a_route("b", "2", DescriptorMatchType::StartsWith, "IK") };
    assert_eq!(find_clashes(&ikea.to_routes()[0], &[held]).count(), 0, "nobody is kept back by it");
}

#[test]
fn a_statement_cut_off_finds_the_longer_descriptor() {
    let (long, text) = (
        an_enrolment(&[("The Long Company Name Limited", DescriptorMatchType::Equals)]),
        "THE LONG COMPANY NAME",
    );
    let routes = long.to_routes();
    for printed in
        [text, "THELONGCOMPANYNAMELIMI", "THE LONG COMPANY NAME LIMITED", "THE LONG COMPANY N"]
    {
        assert_eq!(route_descriptor(printed, &routes), to("a", "1"), "{printed}");
    }
    assert_eq!(
        (
            route_descriptor("THE LONG COMP", &routes),
            route_descriptor("THE LONG COMPANY NEW", &routes)
        ),
        (RoutingResult::Nothing, RoutingResult::Nothing)
    );
    let warned = long.watches.find_warnings();
    assert_eq!(warned.iter().map(|one| one.code).collect::<Vec<_>>(), ["LONGER_THAN_A_STATEMENT"]);
    assert!(warned[0].message.contains("`THELONGCOMPANYNAME`"), "{warned:?}");
}

#[test]
fn a_descriptor_longer_than_a_statement_overlaps_those_of_the_same_beginning() {
    let long = an_enrolment(&[("The Long Company Name Limited", DescriptorMatchType::Equals)]);
    let routes = long.to_routes();
    for rival in ["The Long Company Name Incorporated", "the long company name"] {
        assert!(
            can_overlap(&routes[0], &a_route("b", "2", DescriptorMatchType::Equals, rival)),
            "a statement does not tell {rival} apart"
        );
    }
    assert!(!can_overlap(
        &routes[0],
        &a_route("b", "2", DescriptorMatchType::Equals, "The Long Company")
    ));
    let whole = a_route("b", "2", DescriptorMatchType::Equals, "THE LONG COMPANY N");
    let guessed = route_descriptor("THE LONG COMPANY N", &[routes[0].clone(), whole.clone()]);
    assert!(
        matches!(guessed, RoutingResult::Contested(of) if of.len() == 2),
        "the bank may have cut either"
    );
    let own = DescriptorRoute { organisation: OrganisationId::derived(&["a"]), ..whole };
    assert_eq!(
        route_descriptor("THE LONG COMPANY N", &[routes[0].clone(), own]),
        to("a", "2"),
        "a guess goes after all that fit"
    );
}
