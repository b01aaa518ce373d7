//! Who opened the page, and what they may see: the link's signature, its end, and a membership that
//! is still there and the same person's.

use domain::account::person::Person;
use domain::account::{Membership, Organisation};
use domain::alert::Alert;
use domain::matching::setup::Setup;
use flows::member_link::{Pass, Shown};
use flows::problem::{Code, Problem};
use jiff::Timestamp;

use crate::http::response::failed;
use crate::http::state::Api;

/// The route as the counts of requests know it.
const ROUTE: &str = "/v1/alert-pages/{token}";

/// A member who may be here.
pub(super) struct Visit {
    pub alert: Alert,
    pub organisation: Organisation,
    pub member: Membership,
    /// What is set up around the alert's enrolment, if that is still there.
    pub setup: Option<Setup>,
    pub now: Timestamp,
}

impl Visit {
    /// Lets a member in; whoever is not let in learns nothing but that.
    pub async fn begin(
        api: &Api,
        token: &str,
        method: &str,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let shown = Shown::read(token).ok_or_else(unknown)?;
        let alert = api.store.alert(shown.alert()).await?.ok_or_else(unknown)?;
        let secret =
            api.processors.secrets().of_organisation(&api.store, &alert.organisation, now).await;
        let pass =
            shown.proven(&secret.map_err(|failure| failed(&failure).0)?).ok_or_else(unknown)?;
        let room =
            api.limits.count_for(&api.store, owner(&pass), &format!("{method} {ROUTE}"), now).await;
        room.refusal().map_or(Ok(()), Err)?;
        if now >= pass.until {
            let detail = "The alert is over. Whoever has access to your organisation's system can \
                still look it up.";
            return Err(Problem::new(Code::LinkExpired, detail));
        }
        let member: Option<Membership> = api.store.record(pass.member.as_str()).await?;
        let is_same = |member: &Membership| {
            member.organisation == alert.organisation && member.user == pass.user
        };
        let member = member.filter(is_same).ok_or_else(unknown)?;
        let organisation =
            api.store.organisation(&alert.organisation).await?.ok_or_else(unknown)?;
        let setup = api.store.setup(&alert).await?;
        Ok(Self { alert, organisation, member, setup, now })
    }

    /// The member as history names whoever acts.
    pub fn person(&self) -> Person {
        Person::from(&self.member)
    }

    /// What a form says the member saw: when the alert last moved, and whose money the buttons
    /// would move.
    pub fn seen(&self) -> String {
        format!(
            "{} {}",
            self.alert.moved_at,
            if self.moves_money() { "ours to move" } else { "theirs to move" }
        )
    }

    /// Whether money would be moved by us; where it would not, a member's refund means "I
    /// refunded".
    pub fn moves_money(&self) -> bool {
        self.setup.as_ref().is_some_and(Setup::can_refund)
    }
}

fn owner(pass: &Pass) -> String {
    format!("{}+{}", pass.alert, pass.member)
}

fn unknown() -> Problem {
    Problem::new(Code::NotFound, "There is nothing at this address.")
}
