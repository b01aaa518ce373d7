//! What each stage does for one message, and how long it takes.

use domain::alert::pipeline::PipelineStage;

use crate::mapping::StageMapping;

/// The stages that call out, and the one that many orders come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    Refund,
    Webhook,
    Mail,
    Order,
}

/// What is the matter with the noisy tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No call is answered.
    Hangs,
    TakesLong,
    /// Many messages, each worked as quickly as another's.
    Floods,
    /// Each call is refused at once for its rate.
    IsThrottled,
}

/// An order's batch has this many looks under way at once, and is cut off at this time.
const LOOKS_AT_ONCE: usize = 10;
const CUT_OFF_MS: i64 = 55_000;

impl Work {
    pub const ALL: [Self; 4] = [Self::Refund, Self::Webhook, Self::Mail, Self::Order];

    /// The queue that its messages wait in.
    #[must_use]
    pub const fn stage(self) -> PipelineStage {
        match self {
            Self::Refund => PipelineStage::Refund,
            Self::Webhook => PipelineStage::WebhookDelivery,
            Self::Mail => PipelineStage::EmailNotification,
            Self::Order => PipelineStage::OrderMatching,
        }
    }

    /// The queue for targets that take long.
    pub(super) const fn slow_stage(self) -> Option<PipelineStage> {
        match self {
            Self::Refund => Some(PipelineStage::SlowRefund),
            Self::Webhook => Some(PipelineStage::SlowWebhookDelivery),
            Self::Mail | Self::Order => None,
        }
    }

    /// Whether a target that does not answer is left alone.
    pub(super) const fn has_lane(self) -> bool {
        self.slow_stage().is_some()
    }

    pub(super) fn mapping(self) -> &'static StageMapping {
        StageMapping::of(self.stage())
    }

    /// How long a message takes that nothing is the matter with.
    pub(super) const fn quick_ms(self) -> i64 {
        match self {
            Self::Refund => 1_000,
            Self::Webhook => 300,
            Self::Mail => 200,
            Self::Order => 40,
        }
    }

    /// How long a message takes whose call goes as the trouble says. Silence lasts until the
    /// timeout: of the call to a merchant's endpoint or to a receiver, of the function (SES),
    /// of the batch (the table). A long mail has fifty members.
    pub(super) const fn call_ms(self, trouble: Trouble) -> i64 {
        match (self, trouble) {
            (_, Trouble::Floods) => self.quick_ms(),
            (Self::Refund, Trouble::Hangs) => 5_000,
            (Self::Webhook, Trouble::Hangs) => 20_000,
            (Self::Mail, Trouble::Hangs) => 60_000,
            (Self::Order, Trouble::Hangs) => CUT_OFF_MS,
            (Self::Webhook, Trouble::TakesLong) => 19_000,
            (Self::Refund | Self::Mail, Trouble::TakesLong) => 4_000,
            (Self::Order, Trouble::TakesLong) => 1_400,
            (Self::Refund | Self::Webhook, Trouble::IsThrottled) => 100,
            (Self::Mail, Trouble::IsThrottled) => 1_500, // the SDK's own retries
            (Self::Order, Trouble::IsThrottled) => 400,
        }
    }

    /// How many messages of a batch are worked at once.
    pub(super) fn batch_lanes(self) -> usize {
        match self {
            Self::Refund | Self::Mail => 1,
            Self::Webhook => self.mapping().batch_size as usize,
            Self::Order => LOOKS_AT_ONCE,
        }
    }

    /// When an invocation that began at a time is cut off.
    pub(super) const fn cut_off(self, began: i64) -> i64 {
        match self {
            Self::Order => began + CUT_OFF_MS,
            Self::Refund | Self::Webhook | Self::Mail => i64::MAX,
        }
    }

    /// How long an invocation takes whose batch is the noisy tenant's.
    pub(super) fn invocation_ms(self, trouble: Trouble) -> i64 {
        let rounds = (self.mapping().batch_size as usize).div_ceil(self.batch_lanes());
        let whole = self.call_ms(trouble).saturating_mul(i64::try_from(rounds).unwrap_or(i64::MAX));
        whole.min(self.cut_off(0))
    }
}

impl Trouble {
    pub const ALL: [Self; 4] = [Self::Hangs, Self::TakesLong, Self::Floods, Self::IsThrottled];
}
