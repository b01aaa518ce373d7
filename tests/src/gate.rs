//! Faults at the transport: a gate sees every call and says what becomes of it.

use std::fmt;
use std::sync::Arc;

/// Judges one moment of one call, named as in `dynamodb PutItem alrt_x/ALERT` or `sqs
/// SendMessageBatch`.
pub type Gate = Arc<dyn Fn(&str, Moment) -> Verdict + Send + Sync>;

/// Which side of the call's execution is being judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Moment {
    /// Nothing has been executed yet.
    Before,
    /// The call was executed, its answer is not yet on its way.
    After,
}

/// What becomes of a call at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It goes on.
    Pass,
    /// The request never arrives (before), or its answer is lost (after).
    Lose,
    /// It never ends: whoever waits for it is about to be killed.
    Hold,
    /// Before only: the callee refuses it for its rate.
    Throttle,
    /// Before only: `DynamoDB` refuses it because another transaction holds the item.
    Conflict,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Before => "before",
            Self::After => "after",
        })
    }
}
