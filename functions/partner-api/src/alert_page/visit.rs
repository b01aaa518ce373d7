//! Who opened the page, and what they may see: the link's signature, its end, and a membership that
//! is still there and the same person's.

use domain::account::person::Requester;
use domain::account::{Membership, Organisation};
use domain::alert::Alert;
use domain::matching::setup::EnrolmentSetup;
use flows::member_link::{AlertLinkPass, UnprovenAlertPass};
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;

use crate::http::response::to_unavailable;
use crate::http::state::ApiContext;

/// The route as the counts of requests know it.
const ROUTE: &str = "/v1/alert-pages/{token}";

/// A member who may be here.
pub(super) struct AlertVisit {
    pub alert: Alert,
    pub organisation: Organisation,
    pub member: Membership,
    /// What is set up around the alert's enrolment, if that is still there.
    pub setup: Option<EnrolmentSetup>,
    pub now: Timestamp,
}

impl AlertVisit {
    /// Lets a member in; whoever is not let in learns nothing but that.
    pub async fn begin_visit(
        api: &ApiContext,
        token: &str,
        method: &str,
        now: Timestamp,
    ) -> Result<Self, ProblemDetails> {
        let shown = UnprovenAlertPass::parse_token(token).ok_or_else(unknown_page)?;
        let alert = api.store.read_alert(shown.alert_id()).await?.ok_or_else(unknown_page)?;
        let secret = api
            .processors
            .secrets()
            .organisation_secret(&api.store, &alert.organisation, now)
            .await;
        let pass = shown
            .verify_signature(&secret.map_err(|failure| to_unavailable(&failure).0)?)
            .ok_or_else(unknown_page)?;
        let room = api
            .limits
            .count_for_owner(&api.store, limit_owner(&pass), &format!("{method} {ROUTE}"), now)
            .await;
        room.refusal_problem().map_or(Ok(()), Err)?;
        if now >= pass.until {
            let detail = "The alert is over. Whoever has access to your organisation's system can \
                still look it up.";
            return Err(ProblemDetails::new(Code::LinkExpired, detail));
        }
        let member: Option<Membership> = api.store.read_record(pass.member.as_str()).await?;
        let is_same = |member: &Membership| {
            member.organisation == alert.organisation && member.user == pass.user
        };
        let member = member.filter(is_same).ok_or_else(unknown_page)?;
        let organisation =
            api.store.read_organisation(&alert.organisation).await?.ok_or_else(unknown_page)?;
        let setup = api.store.read_setup(&alert).await?;
        Ok(Self { alert, organisation, member, setup, now })
    }

    /// The member as history names whoever acts.
    pub fn acting_person(&self) -> Requester {
        Requester::from(&self.member)
    }

    /// What a form says the member saw: when the alert last moved, and whose money the buttons
    /// would move.
    pub fn state_mark(&self) -> String {
        format!(
            "{} {}",
            self.alert.moved_at,
            if self.moves_money() { "ours to move" } else { "theirs to move" }
        )
    }

    /// Whether money would be moved by us; where it would not, a member's refund means "I
    /// refunded".
    pub fn moves_money(&self) -> bool {
        self.setup.as_ref().is_some_and(EnrolmentSetup::can_refund)
    }
}

fn limit_owner(pass: &AlertLinkPass) -> String {
    format!("{}+{}", pass.alert, pass.member)
}

fn unknown_page() -> ProblemDetails {
    ProblemDetails::new(Code::NotFound, "There is nothing at this address.")
}
