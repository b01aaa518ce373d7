use proptest::prelude::*;

use super::*;

fn a_route(organisation: &str, enrolment: &str, match_type: MatchType, pattern: &str) -> Route {
    Route {
        organisation: OrganisationId::derived(&[organisation]),
        enrolment: EnrolmentId::derived(&[enrolment]),
        descriptor: normalised(pattern),
        match_type,
        held: false,
        ended: false,
    }
}

fn to(organisation: &str, enrolment: &str) -> Routed {
    Routed::To { organisation: OrganisationId::derived(&[organisation]), enrolment: EnrolmentId::derived(&[enrolment]) }
}

#[test]
fn the_stricter_then_the_longer_pattern_wins() {
    let routes = [
        a_route("a", "contains", MatchType::Contains, "ACME FITNESS"),
        a_route("b", "starts", MatchType::StartsWith, "ACMEFIT"),
        a_route("c", "longer", MatchType::StartsWith, "acmefit*n"),
        a_route("d", "equals", MatchType::Equals, "ACMEFIT*GYM"),
    ];
    assert_eq!(route("AcmeFit *Sub", &routes), to("b", "starts"));
    assert_eq!(route("ACMEFITNESS", &routes), to("c", "longer"));
    assert_eq!(route("acmefit gym", &routes), to("d", "equals"));
    assert_eq!(route("THE ACME FITNESS", &routes), to("a", "contains"));
    assert_eq!(route("OTHER", &routes), Routed::Nothing);
}

#[test]
fn equal_fits_are_a_tie_unless_they_are_one_enrolments() {
    let (one, two) = (a_route("a", "1", MatchType::StartsWith, "ACMEFIT"), a_route("b", "2", MatchType::StartsWith, "ACMEFIT"));
    assert!(matches!(route("ACMEFIT", &[one.clone(), two]), Routed::Tie(of) if of.len() == 2));
    let halves = [a_route("a", "1", MatchType::Contains, "ACMEF"), a_route("a", "1", MatchType::Contains, "CMEFI")];
    assert_eq!(route("ACMEFIT", &halves), to("a", "1"));
}

#[test]
fn a_held_route_takes_nothing_and_keeps_nothing_from_others() {
    let live = a_route("a", "1", MatchType::StartsWith, "ACMEFIT");
    let tied = Route { held: true, ..a_route("b", "2", MatchType::StartsWith, "ACMEFIT") };
    let stricter = Route { held: true, ..a_route("b", "2", MatchType::Equals, "ACMEFIT GYM") };
    for descriptor in ["ACMEFIT", "ACMEFIT GYM", "ACMEFIT SUB"] {
        assert_eq!(route(descriptor, &[live.clone(), tied.clone(), stricter.clone()]), to("a", "1"));
    }
    assert_eq!(route("ACMEFIT GYM", std::slice::from_ref(&stricter)), Routed::Held(vec![stricter.enrolment]));
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
        assert_eq!(clashes(&a, &[b.clone(), a.clone()]).count(), usize::from(overlap), "{a:?} {b:?}");
    }
}

#[test]
fn an_enrolment_routes_by_its_status_and_never_by_a_short_descriptor() {
    let at = Timestamp::UNIX_EPOCH;
    let descriptors = ["ACME*Fit", "a b c d"].map(|text| Descriptor { descriptor: text.into(), match_type: MatchType::StartsWith });
    let enrolment = Enrolment {
        id: EnrolmentId::derived(&["1"]),
        organisation: OrganisationId::derived(&["a"]),
        merchant_ids: Vec::new(),
        watches: Watches::EthocaAlert { descriptors: descriptors.into() },
        status: EnrolmentStatus::NeedsAttention,
        connection: None,
        note: None,
        version: 1,
        created_at: at,
        updated_at: at,
    };
    let held = Route { held: true, ..a_route("a", "1", MatchType::StartsWith, "ACMEFIT") };
    assert_eq!(enrolment.routes(), [held]);
    let ended = Enrolment { status: EnrolmentStatus::Unenrolled, ..enrolment.clone() };
    assert!(ended.routes().iter().all(|route| route.ended && !route.held));
    let rdr = Enrolment { watches: Watches::VerifiRdr { bin: None, caid: None, arns: Vec::new() }, ..enrolment };
    assert_eq!(rdr.routes(), []);
}

#[test]
fn what_cannot_be_enrolled_is_named_by_field() {
    let codes = |watches: Watches| watches.faults().into_iter().map(|fault| format!("{} {}", fault.field, fault.code)).collect::<Vec<_>>();
    let descriptor = |text: &str| Descriptor { descriptor: text.into(), match_type: MatchType::Equals };
    let ethoca = |texts: &[&str]| Watches::EthocaAlert { descriptors: texts.iter().map(|text| descriptor(text)).collect() };
    assert_eq!(codes(ethoca(&[])), ["ethoca_alert.descriptors EMPTY"]);
    assert_eq!(codes(ethoca(&["ACMEF", "A*C*M*E"])), ["ethoca_alert.descriptors[1].descriptor DESCRIPTOR_TOO_SHORT"]);
    let rdr = |bin: Option<&str>, caid: Option<&str>, arns: &[&str]| Watches::VerifiRdr {
        bin: bin.map(Into::into),
        caid: caid.map(Into::into),
        arns: arns.iter().map(|arn| (*arn).to_owned()).collect(),
    };
    assert!(codes(rdr(Some("424242"), Some("ABC1234567"), &[])).is_empty());
    assert!(codes(rdr(None, None, &["74027012345678901234567"])).is_empty());
    assert_eq!(codes(rdr(Some("424242"), None, &[])), ["verifi_rdr BIN_AND_CAID_OR_ARNS"]);
    let wrong = codes(rdr(Some("4242"), Some("ABC-1"), &["7402701234567890123456"]));
    assert_eq!(wrong, ["verifi_rdr.bin NOT_A_BIN", "verifi_rdr.caid NOT_A_CAID", "verifi_rdr.arns[0] NOT_AN_ARN"]);
}

fn any_route() -> impl Strategy<Value = Route> {
    let match_type = prop_oneof![Just(MatchType::Contains), Just(MatchType::StartsWith), Just(MatchType::Equals)];
    let flags = (prop::bool::weighted(0.2), prop::bool::weighted(0.2));
    ("[ab]", "[1-3]", match_type, "[XY]{1,4}", flags).prop_map(|(organisation, enrolment, match_type, text, (held, ended))| {
        let enrolment = format!("{organisation}{enrolment}");
        Route { held, ended, ..a_route(&organisation, &enrolment, match_type, &text) }
    })
}

proptest! {
    #[test]
    fn routing_does_not_depend_on_order(
        (routes, shuffled) in prop::collection::vec(any_route(), 0..8).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        text in "[XY]{1,5}",
    ) {
        prop_assert_eq!(route(&text, &routes), route(&text, &shuffled));
    }

    #[test]
    fn a_held_or_losing_route_never_gets_an_alert(routes in prop::collection::vec(any_route(), 0..8), text in "[XY]{1,5}") {
        if let Routed::To { enrolment, .. } = route(&text, &routes) {
            let fits = |own: &&Route| own.match_type.matches(&own.descriptor, &text);
            let free = || routes.iter().filter(fits).filter(|own| !own.held);
            let best = free().map(Route::rank).max();
            prop_assert!(best.is_some() && free().filter(|own| Some(own.rank()) == best).all(|own| own.enrolment == enrolment));
        }
    }

    #[test]
    fn overlapping_is_mutual_and_foresees_ties(a in any_route(), b in any_route(), text in "[XY]{1,5}") {
        prop_assert_eq!(overlaps(&a, &b), overlaps(&b, &a));
        let both = [&a, &b].iter().all(|own| own.match_type.matches(&own.descriptor, &text));
        let equally = (a.match_type, a.descriptor.len()) == (b.match_type, b.descriptor.len());
        if both && equally && a.match_type != MatchType::Contains {
            prop_assert!(overlaps(&a, &b));
        }
        if both && a.match_type != b.match_type && MatchType::Equals == a.match_type.max(b.match_type) {
            prop_assert!(overlaps(&a, &b));
        }
    }
}
