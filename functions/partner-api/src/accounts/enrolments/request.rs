//! The body of a request for an enrolment.

use domain::account::enrolment::{EnrolmentTarget, FieldError, NOTHING_NAMED};
use domain::basics::id::MerchantId;
use flows::problem::ProblemDetails;
use serde::Deserialize;
use utoipa::ToSchema;
use views::enrolment::{EnrolmentType, EthocaAlertWatch, VerifiRdrWatch};

use crate::http::body::refuse_faults;
use crate::http::patch::PatchableBody;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewEnrolment)]
pub(crate) struct CreateEnrolment {
    #[schema(min_items = 1)]
    pub(super) merchant_ids: Vec<MerchantId>,
    #[serde(rename = "type")]
    kind: EnrolmentType,
    ethoca_alert: Option<EthocaAlertWatch>,
    verifi_rdr: Option<VerifiRdrWatch>,
}

impl PatchableBody for CreateEnrolment {
    const CHANGEABLE: &'static [&'static str] = &["merchant_ids"];
}

impl CreateEnrolment {
    /// Returns the target of the enrolment's type. A target of another type is validated, but not
    /// stored.
    pub(super) fn into_watches(self) -> Result<EnrolmentTarget, ProblemDetails> {
        let ethoca = self
            .ethoca_alert
            .map(|EthocaAlertWatch { descriptors }| EnrolmentTarget::EthocaAlert { descriptors });
        let rdr = self.verifi_rdr.map(|VerifiRdrWatch { bin, caid, arns }| {
            EnrolmentTarget::VerifiRdr { bin, caid, arns }
        });
        let counts = |fault: &FieldError| {
            fault.code != NOTHING_NAMED || matches!(self.kind, EnrolmentType::VerifiRdr)
        };
        refuse_faults(
            ethoca
                .iter()
                .chain(&rdr)
                .flat_map(EnrolmentTarget::find_errors)
                .filter(counts)
                .collect(),
        )?;
        let (field, watches) = match self.kind {
            EnrolmentType::EthocaAlert => ("ethoca_alert", ethoca),
            EnrolmentType::VerifiRdr => ("verifi_rdr", rdr),
        };
        watches.ok_or_else(|| {
            ProblemDetails::invalid_field(field, "REQUIRED", "Is required for this type.")
        })
    }
}
