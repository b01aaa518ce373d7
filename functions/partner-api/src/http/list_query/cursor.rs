//! Cursors: sealed positions in a list, for clients that read on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flows::problem::ProblemDetails;
use runtime::random::hash_bytes;

/// The length of the checksum, in characters.
const CHECKSUM: usize = 8;

/// Seals a position with a checksum of list and position. The cursor fits no other list, and an
/// altered cursor is refused.
pub(crate) fn seal_cursor(list: &str, order: &str) -> String {
    let checksum: String =
        hash_bytes(format!("{list} {order}").as_bytes()).chars().take(CHECKSUM).collect();
    URL_SAFE_NO_PAD.encode(checksum + order)
}

/// Opens a cursor that is exactly as sealed.
pub(crate) fn open_cursor(list: &str, cursor: &str) -> Result<String, ProblemDetails> {
    let text = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let order = text
        .as_deref()
        .and_then(|text| text.get(CHECKSUM..))
        .filter(|order| !order.is_empty() && seal_cursor(list, order) == cursor);
    order.map(str::to_owned).ok_or_else(bad_cursor)
}

/// Builds the refusal of a cursor that does not fit the list.
pub(super) fn bad_cursor() -> ProblemDetails {
    ProblemDetails::invalid_field(
        "cursor",
        "UNKNOWN_CURSOR",
        "Must be the `next_cursor` of a call with the same path, filters and `sort`.",
    )
}
