//! Whether members were told that an alert waits for a person: it is noted only where they were
//! not.

use jiff::Timestamp;

use crate::alert::{Actor, Alert, Did, Unnotified};

impl Alert {
    /// Nobody could be written to of it; nothing where that is known.
    #[must_use]
    pub fn told_to_nobody(self, why: Unnotified, now: Timestamp) -> Option<Self> {
        let is_news = self.unnotified != Some(why);
        is_news.then(|| Self {
            unnotified: Some(why),
            ..self.stepped(Did::NobodyNotified, Actor::System, now)
        })
    }

    /// Members were written to after all; nothing where it was not otherwise.
    #[must_use]
    pub fn told_late(self, now: Timestamp) -> Option<Self> {
        self.unnotified?;
        Some(Self { unnotified: None, ..self.stepped(Did::MembersNotified, Actor::System, now) })
    }
}
