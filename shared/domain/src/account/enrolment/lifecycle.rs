//! The lifecycle of an enrolment, driven by the network, the operator or a simulation.

use jiff::Timestamp;

use super::{Enrolment, EnrolmentStatus, EnrolmentTarget};
use crate::basics::id::ConnectionId;

/// A change of an enrolment. An absent field stays unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnrolmentChange {
    pub status: Option<EnrolmentStatus>,
    pub note: Option<String>,
    /// The acquirer BIN and card acceptor id that Visa looked up from the sample ARNs.
    pub bin: Option<String>,
    pub caid: Option<String>,
    pub connection: Option<ConnectionId>,
}

/// The reason for which a change is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolmentChangeError {
    #[error("an enrolment needs a connection before it is ENABLED")]
    NoConnection,
    #[error("only a Verifi enrolment has a BIN and a CAID")]
    NotVerifi,
}

impl Enrolment {
    /// Applies a change. The status `ENABLED` also records that the vendor accepted the enrolment.
    ///
    /// # Errors
    /// [`EnrolmentChangeError`] if the enrolment lacks a connection or is not Verifi's.
    pub fn apply_change(
        self,
        change: EnrolmentChange,
        now: Timestamp,
    ) -> Result<Self, EnrolmentChangeError> {
        let status = change.status.unwrap_or(self.status);
        let connection = change.connection.or_else(|| self.connection.clone());
        if connection.is_none() && status == EnrolmentStatus::Enabled {
            return Err(EnrolmentChangeError::NoConnection);
        }
        let moves = connection != self.connection;
        let accepted_at = match change.status {
            Some(EnrolmentStatus::Enabled) => self.accepted_at.or(Some(now)),
            Some(EnrolmentStatus::Pending | EnrolmentStatus::NeedsAttention) => None,
            // The acceptance by a vendor does not count for another connection.
            Some(EnrolmentStatus::Unenrolled) | None => self.accepted_at.filter(|_| !moves),
        };
        let is_looked_at_anew =
            moves && change.status.is_none() && self.watches.has_contains_descriptor();
        let status = if is_looked_at_anew { EnrolmentStatus::NeedsAttention } else { status };
        // The note described the clash.
        let settled = self.status == EnrolmentStatus::NeedsAttention && status != self.status;
        Ok(Self {
            watches: self.watches.set_bin_and_caid(change.bin, change.caid)?,
            status,
            note: change.note.or_else(|| self.note.filter(|_| !settled)),
            connection,
            accepted_at,
            updated_at: now,
            version: self.version.saturating_add(1),
            ..self
        })
    }
}

impl EnrolmentTarget {
    fn set_bin_and_caid(
        self,
        new_bin: Option<String>,
        new_caid: Option<String>,
    ) -> Result<Self, EnrolmentChangeError> {
        match self {
            Self::VerifiRdr { bin, caid, arns } => {
                Ok(Self::VerifiRdr { bin: new_bin.or(bin), caid: new_caid.or(caid), arns })
            }
            Self::EthocaAlert { .. } if new_bin.is_some() || new_caid.is_some() => {
                Err(EnrolmentChangeError::NotVerifi)
            }
            ethoca @ Self::EthocaAlert { .. } => Ok(ethoca),
        }
    }
}
