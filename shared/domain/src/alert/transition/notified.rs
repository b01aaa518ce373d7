//! Whether members were told that an alert waits for a person: it is noted only where they were
//! not.

use jiff::Timestamp;

use crate::alert::{Alert, HistoryActor, NotificationWarning, StepKind};

impl Alert {
    /// Nobody could be written to of it; nothing where that is known.
    #[must_use]
    pub fn mark_unnotified(self, why: NotificationWarning, now: Timestamp) -> Option<Self> {
        let is_news = self.unnotified != Some(why);
        is_news.then(|| Self {
            unnotified: Some(why),
            ..self.append_step(StepKind::NobodyNotified, HistoryActor::System, now)
        })
    }

    /// Members were written to after all; nothing where it was not otherwise.
    #[must_use]
    pub fn clear_unnotified(self, now: Timestamp) -> Option<Self> {
        self.unnotified?;
        Some(Self {
            unnotified: None,
            ..self.append_step(StepKind::MembersNotified, HistoryActor::System, now)
        })
    }
}
