//! The times of an alert: in the zone of the member, and none that cannot be right.

use super::*;

#[test]
fn times_without_an_offset_are_the_members_and_none_is_of_the_future() {
    let local = fixture("member_local_time").expect("a claim");
    assert_eq!(local.alerted_at.to_string(), "2026-03-14T08:26:53.12Z");
    assert_eq!(claim_of(r#""age":"31""#).alerted_at, now());
    for (text, reason) in [
        ("soon", UnusedFieldReason::NotATime),
        ("2026-03-15T00:00:00Z", UnusedFieldReason::InFuture),
        ("2027-01-01", UnusedFieldReason::InFuture),
        ("0001-01-01T00:00:00Z", UnusedFieldReason::Placeholder),
        ("1999-12-31T00:00:00Z", UnusedFieldReason::TooOld),
    ] {
        let claim = claim_of(&format!(r#""alertTimestamp":"{text}""#));
        assert_eq!(
            (claim.alerted_at, claim.left_out),
            (now(), vec![UnusedField::new("alertTimestamp", text, reason)]),
            "{text}"
        );
    }
    assert_eq!(
        claim_of(r#""alertTimestamp":"2026-03-14T10:04:00Z""#).left_out,
        [],
        "clocks differ a little"
    );
    assert_eq!(
        claim_of(r#""alertTimestamp":"2026-02-01T00:00:00Z""#).alerted_at.to_string(),
        "2026-02-01T00:00:00Z",
        "old, and meant"
    );
    assert_eq!(
        claim_of(r#""alertTimestamp":"2026-03-13""#).alerted_at.to_string(),
        "2026-03-13T04:00:00Z"
    );
}
