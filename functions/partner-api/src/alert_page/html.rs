//! The page as HTML: everything that others wrote is escaped, no script runs, nobody frames it,
//! nothing keeps it.

use std::sync::LazyLock;

use askama::Template;
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    RETRY_AFTER, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{Response, StatusCode};
use domain::account::person::Person;
use domain::alert::{Actor, Alert, Need, State};
use domain::basics::text::foreign::folded;
use domain::matching::Candidate;
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use runtime::random::hash_in_base64;
use views::plain_words::{
    Fact, card, day_or_time, did, ending, evidence, facts, remaining, time, under_way, why,
    would_have,
};

use super::visit::Visit;

/// How the page looks; the policy names its hash, so no other style counts.
pub(super) const STYLE: &str = include_str!("../../templates/alert-page.css");

static POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let style = hash_in_base64(STYLE.as_bytes());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; frame-ancestors \
         'none'; base-uri 'none'"
    );
    HeaderValue::from_str(&policy).ok()
});

#[derive(Template)]
#[template(path = "alert-page.html")]
struct Page<'a> {
    style: &'static str,
    organisation: String,
    heading: &'static str,
    /// What came of the form, where it was refused.
    refused: Option<&'a str>,
    sentences: Vec<String>,
    facts: Vec<Fact>,
    note: Option<&'a str>,
    deadline: String,
    remaining: Option<String>,
    payments: Vec<Payment>,
    /// Why there is none to choose.
    no_payment: &'static str,
    /// Whether a person may say that no such payment was made.
    can_deny: bool,
    takes: Takes,
    seen: String,
    /// Whether the page is worth loading again by itself.
    moves: bool,
    steps: Vec<Done>,
}

/// Which forms the page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// It only shows.
    Nothing,
    /// All actions; money is moved by us.
    Actions,
    /// All actions; money is moved by the merchant.
    Declarations,
    /// Only the word that the money went back, or that it did not.
    Elsewhere,
}

/// A payment to choose.
struct Payment {
    id: String,
    what: String,
    detail: String,
    is_chosen: bool,
}

/// A step of the alert's history.
struct Done {
    at: String,
    what: &'static str,
    by: &'static str,
}

#[derive(Template)]
#[template(path = "alert-page-closed.html")]
struct Closed<'a> {
    style: &'static str,
    heading: &'a str,
    sentence: &'a str,
}

impl Visit {
    /// The alert as this member sees it now.
    pub fn page(&self, status: StatusCode, refused: Option<&str>) -> Response<Body> {
        let (alert, takes) = (&self.alert, self.takes());
        let is_open = alert.view().status == "ACTION_REQUIRED";
        let page = Page {
            style: STYLE,
            organisation: folded(&self.organisation.name),
            heading: heading(alert, takes),
            refused,
            sentences: sentences(alert, takes, self.now),
            facts: facts(alert),
            note: alert.note.as_deref(),
            deadline: time(alert.deadlines.action),
            remaining: (is_open && self.now < alert.deadlines.action)
                .then(|| remaining(alert.deadlines.action, self.now)),
            payments: payments(alert),
            no_payment: no_payment(alert),
            can_deny: alert.sale().is_none(),
            takes,
            seen: self.seen(),
            moves: is_open && !alert.view().is_actionable,
            steps: self.steps(),
        };
        page.render().map_or_else(
            |_| closed(&Problem::new(Code::InternalError, "")),
            |text| guarded(status, text),
        )
    }

    fn takes(&self) -> Takes {
        match self.alert.state() {
            State::ActionRequired { .. } if self.setup.is_none() => Takes::Nothing,
            State::ActionRequired { .. } if self.alert.is_unconfirmed() => Takes::Elsewhere,
            State::ActionRequired { .. } if self.now >= self.alert.deadlines.action => {
                Takes::Nothing
            }
            State::ActionRequired { .. } if self.moves_money() => Takes::Actions,
            State::ActionRequired { .. } => Takes::Declarations,
            _ => Takes::Nothing,
        }
    }

    fn steps(&self) -> Vec<Done> {
        let step = |step: &domain::alert::history::Step| Done {
            at: time(step.at),
            what: did(step.did),
            by: match &step.by {
                Actor::Person(by) if *by == self.person() => "you",
                Actor::Person(Person::Member(_)) => "another member",
                Actor::Person(Person::Key(_)) => "a system of yours",
                Actor::Vendor => "the network",
                Actor::Processor => "the processor",
                Actor::Operator | Actor::System => "Forestall",
            },
        };
        self.alert.history.iter().map(step).collect()
    }
}

/// A page that says why there is none.
pub(super) fn closed(problem: &Problem) -> Response<Body> {
    let (heading, sentence): (&str, &str) = match problem.code {
        Code::NotFound => (
            "Nothing is here",
            "The address is not complete, or does not work any more. Open the link in your latest \
             e-mail.",
        ),
        Code::LinkExpired => ("This link has expired", problem.detail.as_str()),
        Code::TooManyRequests => {
            ("Too many requests", "Please wait a minute, then load the page again.")
        }
        _ => (
            "Please try again",
            "Something did not answer. Nothing was lost and nothing was done; load the page again.",
        ),
    };
    let text = Closed { style: STYLE, heading, sentence }.render().unwrap_or_default();
    let mut response = guarded(problem.code.status(), text);
    let told = problem.response::<String>("");
    response
        .headers_mut()
        .extend(told.headers().get(RETRY_AFTER).map(|seconds| (RETRY_AFTER, seconds.clone())));
    response
}

/// HTML with all that keeps it to its reader.
pub(super) fn guarded(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let fixed = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    response
        .headers_mut()
        .extend(fixed.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response.headers_mut().extend(POLICY.clone().map(|policy| (CONTENT_SECURITY_POLICY, policy)));
    response
}

fn heading(alert: &Alert, takes: Takes) -> &'static str {
    match (alert.view().status, takes) {
        ("ACTION_REQUIRED", Takes::Nothing) if alert.view().is_actionable => {
            "The deadline has passed"
        }
        ("ACTION_REQUIRED", Takes::Nothing) => "This dispute is being worked",
        ("ACTION_REQUIRED", _) => "This dispute needs your decision",
        ("INVALID", _) => "This dispute was dismissed",
        _ => "This dispute is over",
    }
}

fn sentences(alert: &Alert, takes: Takes, now: Timestamp) -> Vec<String> {
    let late = match takes {
        Takes::Nothing if alert.view().is_actionable => {
            Some("No action is taken any more.".to_owned())
        }
        Takes::Elsewhere if now >= alert.deadlines.limit => {
            Some("The bank can be told nothing any more: say it for your records.".to_owned())
        }
        _ => None,
    };
    [why(alert), would_have(alert), under_way(alert), ending(alert), late]
        .into_iter()
        .flatten()
        .collect()
}

/// Only a whole search that found nothing is said to have found nothing.
fn no_payment(alert: &Alert) -> &'static str {
    match alert.state() {
        State::ActionRequired { why: Need::NotFound, .. } => "None was found.",
        State::ActionRequired {
            why: Need::NoSource | Need::ProcessorUnavailable { .. }, ..
        } => "None could be searched for.",
        _ => "None is known.",
    }
}

/// The payments to choose from; one alone is chosen.
fn payments(alert: &Alert) -> Vec<Payment> {
    let all: Vec<&Candidate> = alert.sale().into_iter().chain(alert.candidates()).collect();
    let mut payments: Vec<Payment> = Vec::new();
    for candidate in &all {
        if payments.iter().all(|known| known.id != candidate.sale.transaction_id) {
            payments.push(payment(candidate));
        }
    }
    if let [only] = payments.as_mut_slice() {
        only.is_chosen = true;
    }
    payments
}

fn payment(candidate: &Candidate) -> Payment {
    let sale = &candidate.sale;
    let detail =
        [card(&sale.card), Some(folded(&sale.transaction_id)), evidence(&candidate.evidence)];
    Payment {
        id: sale.transaction_id.clone(),
        what: format!("{} on {}", sale.amount, day_or_time(sale.authorised)),
        detail: detail.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        is_chosen: false,
    }
}
