//! The notification of members about an alert that waits for a person. Only a failure is recorded.

use jiff::Timestamp;

use crate::alert::{Alert, HistoryActor, NotificationWarning, StepKind};

impl Alert {
    /// Records that no member could be notified. Returns `None` if the same reason is already
    /// recorded.
    #[must_use]
    pub fn mark_unnotified(self, why: NotificationWarning, now: Timestamp) -> Option<Self> {
        let is_news = self.unnotified != Some(why);
        is_news.then(|| Self {
            unnotified: Some(why),
            ..self.append_step(StepKind::NobodyNotified, HistoryActor::System, now)
        })
    }

    /// Records that members were notified after an earlier failure. Returns `None` without an
    /// earlier failure.
    #[must_use]
    pub fn clear_unnotified(self, now: Timestamp) -> Option<Self> {
        self.unnotified?;
        Some(Self {
            unnotified: None,
            ..self.append_step(StepKind::MembersNotified, HistoryActor::System, now)
        })
    }
}
