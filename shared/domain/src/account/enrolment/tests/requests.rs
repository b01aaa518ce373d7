//! Requests for enrolments: equal requests, and requests that cannot be enrolled.

use super::*;

#[test]
fn equal_requests_are_one_enrolment() {
    use DescriptorMatchType::{Equals, StartsWith};
    let one = an_enrolment(&[("ACME*Fit", StartsWith), ("Café", Equals)]);
    let mut other =
        an_enrolment(&[("CAFE", Equals), ("acme fit", StartsWith), ("ACMEFIT", StartsWith)]);
    other.merchant_ids.reverse();
    assert!(
        one.is_duplicate_of(&other)
            && one.derive_id(0) == other.derive_id(0)
            && one.derive_id(0) != other.derive_id(1)
    );
    let ended = Enrolment { status: EnrolmentStatus::Unenrolled, ..one.clone() };
    let anothers = Enrolment { organisation: OrganisationId::derived(&["b"]), ..other.clone() };
    let account = Enrolment { merchant_ids: vec![MerchantId::derived(&["1"])], ..other.clone() };
    for unlike in [an_enrolment(&[("ACMEFIT", StartsWith)]), ended, anothers, account] {
        assert!(!unlike.is_duplicate_of(&one), "{unlike:?}");
    }
}

#[test]
fn what_cannot_be_enrolled_is_named_by_field() {
    let codes = |watches: EnrolmentTarget| {
        watches
            .find_errors()
            .into_iter()
            .map(|fault| format!("{} {}", fault.field, fault.code))
            .collect::<Vec<_>>()
    };
    let descriptor = |text: &str| EnrolledDescriptor {
        descriptor: text.into(),
        match_type: DescriptorMatchType::Equals,
    };
    let ethoca = |texts: &[&str]| EnrolmentTarget::EthocaAlert {
        descriptors: texts.iter().map(|text| descriptor(text)).collect(),
    };
    assert_eq!(codes(ethoca(&[])), ["ethoca_alert.descriptors EMPTY"]);
    let at =
        |place: usize, code: &str| format!("ethoca_alert.descriptors[{place}].descriptor {code}");
    let long = "L".repeat(101);
    let expected = [at(1, "DESCRIPTOR_TOO_SHORT"), at(2, "NOTHING_TO_COMPARE"), at(3, "TOO_LONG")];
    assert_eq!(codes(ethoca(&["H&M", "A*", "*** ®", &long])), expected);
    let part = |match_type| EnrolmentTarget::EthocaAlert {
        descriptors: vec![EnrolledDescriptor { descriptor: "IKEA".into(), match_type }],
    };
    assert_eq!(codes(part(DescriptorMatchType::Contains)), [at(0, "DESCRIPTOR_TOO_SHORT")]);
    assert!(codes(part(DescriptorMatchType::StartsWith)).is_empty());
    let rdr = |bin: Option<&str>, caid: Option<&str>, arns: &[&str]| EnrolmentTarget::VerifiRdr {
        bin: bin.map(Into::into),
        caid: caid.map(Into::into),
        arns: arns.iter().map(|arn| (*arn).to_owned()).collect(),
    };
    assert!(codes(rdr(Some("424242"), Some("ABC1234567"), &[])).is_empty());
    assert!(codes(rdr(None, None, &["74027012345678901234567"])).is_empty());
    assert_eq!(codes(rdr(Some("424242"), None, &[])), ["verifi_rdr BIN_AND_CAID_OR_ARNS"]);
    let wrong = codes(rdr(Some("4242"), Some("ABC-1"), &["7402701234567890123456"]));
    assert_eq!(
        wrong,
        ["verifi_rdr.bin NOT_A_BIN", "verifi_rdr.caid NOT_A_CAID", "verifi_rdr.arns[0] NOT_AN_ARN"]
    );
}
