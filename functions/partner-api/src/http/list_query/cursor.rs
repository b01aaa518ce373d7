//! Cursors: a place in a list, sealed for the client that reads on from there.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flows::problem::ProblemDetails;
use runtime::random::hash_bytes;

/// The characters of a cursor's checksum.
const CHECKSUM: usize = 8;

/// A place in a list as clients are given it, behind a checksum of both: another list refuses the
/// cursor, and a changed letter names no other place.
pub(crate) fn seal_cursor(list: &str, order: &str) -> String {
    let checksum: String =
        hash_bytes(format!("{list} {order}").as_bytes()).chars().take(CHECKSUM).collect();
    URL_SAFE_NO_PAD.encode(checksum + order)
}

/// The place of a cursor that is given exactly as it was sealed.
pub(crate) fn open_cursor(list: &str, cursor: &str) -> Result<String, ProblemDetails> {
    let text = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let order = text
        .as_deref()
        .and_then(|text| text.get(CHECKSUM..))
        .filter(|order| !order.is_empty() && seal_cursor(list, order) == cursor);
    order.map(str::to_owned).ok_or_else(bad_cursor)
}

/// The refusal of a cursor that names no place in the list.
pub(super) fn bad_cursor() -> ProblemDetails {
    ProblemDetails::invalid_field(
        "cursor",
        "UNKNOWN_CURSOR",
        "Must be the `next_cursor` of a call with the same path, filters and `sort`.",
    )
}
