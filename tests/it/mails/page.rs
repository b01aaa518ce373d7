//! The page: what it shows, what its forms do, and what it never does.

use serde_json::{Value, json};
use tests::simulate::stripe::{Fault, FaultKind};

use super::{House, Page, member, path_in};

/// The history of the shop's only alert: what was done, and by whom.
async fn history(house: &House) -> Vec<(String, Value)> {
    let path = format!("/v1/alerts/{}/history", house.only().await["id"].as_str().expect("an id"));
    let (_, history) = house.shop.world.call("GET", &path, &house.shop.key, None).await;
    let items = history["items"].as_array().cloned().unwrap_or_default();
    items
        .into_iter()
        .map(|item| (item["did"].as_str().unwrap_or_default().to_owned(), item["by"].clone()))
        .collect()
}

/// Two payments that an alert fits equally well, and the page about it.
async fn twins(house: &House) -> (String, Page) {
    let _paid = (house.shop.subscribe(), house.shop.subscribe());
    let path = house.unknown("TWINS").await;
    let page = house.get(&path).await;
    assert_eq!(page.html.matches("type=\"radio\"").count(), 2, "{}", page.html);
    (path, page)
}

#[tokio::test]
async fn looking_changes_nothing_however_often() {
    let house = House::open().await;
    let path = house.unknown("LOOKED").await;
    let before = house.only().await;
    for method in ["GET", "HEAD", "GET", "OPTIONS"] {
        let page = house.visit(method, &path, "action=REFUND").await;
        assert!(page.status < 500, "{}", page.status);
    }
    house.get(&format!("{path}?action=REFUND&seen=x")).await;
    house.get(&format!("{path}/")).await;
    house.shop.world.settle().await;
    assert_eq!(house.only().await, before);
}

#[tokio::test]
async fn it_shows_the_alert_its_payments_the_deadline_and_the_four_actions() {
    let house = House::open().await;
    let (_, page) = twins(&house).await;
    assert_eq!(page.status, 200);
    for said in [
        "Two payments fit it equally well.",
        "19 February 2026, 08:00 UTC",
        "46 hours",
        "Visa ending in 4242",
        "ACMEFIT*PLAN",
        "49.00 USD",
    ] {
        assert!(page.html.contains(said), "{said} is not in\n{}", page.html);
    }
    for action in ["REFUND", "CANCEL", "REFUND_AND_CANCEL", "ACCEPT_DISPUTE"] {
        assert!(page.html.contains(&format!("name=\"action\" value=\"{action}\"")), "{action}");
    }
    assert!(!page.html.contains(" checked"), "of two payments none is chosen beforehand");
    assert!(
        page.html.contains("<button type=\"submit\" disabled hidden></button>"),
        "Enter in a field refunds nothing"
    );
    assert!(!page.html.contains("<script") && !page.html.contains("@acme.example"));
}

#[tokio::test]
async fn a_chosen_payment_is_refunded_once_and_history_names_the_member() {
    let house = House::open().await;
    let (path, page) = twins(&house).await;
    let chosen = page.field("transaction").expect("a payment").to_owned();
    let form =
        [page.form("REFUND"), vec![("transaction", chosen.as_str()), ("note", "Sorry.")]].concat();
    let answer = house.post(&path, &form).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, path.rsplit('/').next().expect("a token"))
    );
    let again = house.post(&path, &form).await;
    assert_eq!(again.status, 303, "the same again is the same");
    house.shop.world.settle().await;
    let late = house.post(&path, &form).await;
    assert_eq!(late.status, 409, "it is over");
    let refunds = house.shop.refunds();
    assert_eq!((refunds.len(), &refunds[0]["payment_intent"]), (1, &json!(chosen)));
    let alert = house.only().await;
    assert_eq!((&alert["status"], &alert["note"]), (&json!("RESOLVED"), &json!("Sorry.")));
    let by = json!({ "type": "MEMBER", "id": house.reader["id"], "role": "ADMIN" });
    assert_eq!((&alert["actioned_by"], &alert["decision"]["by"]), (&by, &by));
    assert!(history(&house).await.contains(&("DECIDED".to_owned(), by)));
    let shown = house.get(&path).await;
    assert!(
        shown.html.contains("The payment was refunded, and the bank was told.")
            && shown.html.contains("decided, by you"),
        "{}",
        shown.html
    );
    assert!(!shown.html.contains("<form"), "it only shows");
    house.shop.world.assert_invariants().await;
}

#[tokio::test]
async fn of_two_members_the_second_sees_what_the_first_did() {
    let house = House::open().await;
    member(&house.shop, "sam@acme.example", &json!({})).await;
    let path = house.unknown("RACE").await;
    let other = path_in(&house.shop.world.mails_after_consent("sam@acme.example")[0]);
    assert_ne!(path, other, "each has a link of their own");
    let (mine, theirs) = (house.get(&path).await, house.get(&other).await);
    assert_eq!(house.post(&path, &mine.form("ACCEPT_DISPUTE")).await.status, 303);
    let second =
        house.post(&other, &[theirs.form("REFUND"), vec![("elsewhere", "yes")]].concat()).await;
    assert_eq!(second.status, 409);
    assert!(
        second.html.contains("accept the dispute") && second.html.contains("by another member"),
        "{}",
        second.html
    );
    house.shop.world.settle().await;
    assert_eq!(house.only().await["action"], "ACCEPT_DISPUTE");
    assert_eq!(house.get(&other).await.status, 200);
}

#[tokio::test]
async fn a_form_over_what_has_changed_does_nothing() {
    let house = House::open().await;
    let path = house.unknown("STALE").await;
    let stale = [("seen", "2026-02-17T09:00:00Z"), ("action", "ACCEPT_DISPUTE")];
    let answer = house.post(&path, &stale).await;
    assert_eq!(answer.status, 409);
    assert!(answer.html.contains("changed since you opened the page"));
    assert_eq!(house.only().await["is_actionable"], true);
}

#[tokio::test]
async fn a_button_that_moved_money_is_never_taken_for_a_word_that_it_went_back() {
    let house = House::open().await;
    let (path, page) = twins(&house).await;
    let stripe = format!("/v1/integrations/{}", house.shop.stripe);
    house
        .shop
        .world
        .call("PATCH", &stripe, &house.shop.key, Some(&json!({ "status": "DISABLED" })))
        .await;
    let answer = house.post(&path, &page.form("REFUND")).await;
    assert_eq!(answer.status, 409);
    assert!(
        answer.html.contains("changed since you opened the page")
            && answer.html.contains("I refunded it"),
        "{}",
        answer.html
    );
    house.shop.world.settle().await;
    let alert = house.only().await;
    assert_eq!(
        (&alert["is_actionable"], &alert["transaction_refund_outcome"]),
        (&json!(true), &json!("NOT_REFUNDED"))
    );
}

#[tokio::test]
async fn a_refund_of_no_payment_is_refused_with_what_to_do() {
    let house = House::open().await;
    let path = house.unknown("NAMELESS").await;
    let page = house.get(&path).await;
    let answer = house.post(&path, &page.form("REFUND")).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer.html.contains("role=\"alert\"") && answer.html.contains("Choose the payment first"),
        "{}",
        answer.html
    );
    let unknown = house
        .post(&path, &[page.form("REFUND"), vec![("other_transaction", "pi_nobodys")]].concat())
        .await;
    assert_eq!(unknown.status, 422);
    let card = house
        .post(&path, &[page.form("ACCEPT_DISPUTE"), vec![("note", "4242 4242 4242 4242")]].concat())
        .await;
    assert!(card.status == 422 && !card.html.contains("4242 4242"), "{}", card.html);
    for broken in ["action=EVERYTHING", "", "%%%", "note=x"] {
        let answer = house.visit("POST", &path, broken).await;
        assert!(
            (400..500).contains(&answer.status) && answer.html.starts_with("<!DOCTYPE html>"),
            "{broken}: {} {}",
            answer.status,
            answer.html
        );
    }
    assert_eq!(house.only().await["is_actionable"], true);
    let elsewhere =
        [page.form("REFUND"), vec![("elsewhere", "yes"), ("reference", "wire-17")]].concat();
    assert_eq!(house.post(&path, &elsewhere).await.status, 303);
    house.shop.world.settle().await;
    let alert = house.only().await;
    assert_eq!(
        (&alert["status"], &alert["refund"]["id"], &alert["refund"]["way"]),
        (&json!("RESOLVED"), &json!("wire-17"), &json!("DECLARED"))
    );
    assert_eq!(house.shop.refunds(), Vec::<Value>::new());
}

#[tokio::test]
async fn without_an_integration_a_members_refund_means_i_refunded() {
    let house = House::open().await;
    let stripe = format!("/v1/integrations/{}", house.shop.stripe);
    let (status, _) = house
        .shop
        .world
        .call("PATCH", &stripe, &house.shop.key, Some(&json!({ "status": "DISABLED" })))
        .await;
    assert_eq!(status, 200);
    let path = house.unknown("BYHAND").await;
    let page = house.get(&path).await;
    assert!(
        page.html.contains("I refunded it") && page.html.contains("We do not move your money"),
        "{}",
        page.html
    );
    let form = [page.form("REFUND"), vec![("reference", "cheque-4")]].concat();
    assert_eq!(house.post(&path, &form).await.status, 303);
    house.shop.world.settle().await;
    let alert = house.only().await;
    assert_eq!(
        (&alert["transaction_refund_outcome"], &alert["refund"]["id"]),
        (&json!("REFUNDED"), &json!("cheque-4"))
    );
    assert_eq!(house.shop.refunds(), Vec::<Value>::new());
}

/// Stripe's answer to a refund is lost, and from then on Stripe tells nothing.
async fn lose_refund(house: &House) {
    let (shop, stripe) = (&house.shop, &house.shop.world.stripe);
    stripe.fault(Fault::next("POST", "/v1/refunds", FaultKind::LoseAnswer));
    shop.push(&[shop.alert("UNKNOWN")]).await;
    while !stripe
        .requests()
        .iter()
        .any(|request| request.method == "POST" && request.path == "/v1/refunds")
    {
        assert!(shop.world.turn().await, "it is asked of Stripe");
    }
    let silence = Fault::next("GET", "/v1/", FaultKind::Status503);
    stripe.fault(Fault { times: 100_000, ..silence });
}

/// What became of a refund is not known, and neither deadline nor limit ends that: the page takes
/// what the member found, and nothing else.
#[tokio::test]
async fn of_a_refund_that_is_unconfirmed_it_takes_what_the_member_found_however_late() {
    for (action, outcome) in [("REFUND", "REFUNDED"), ("ACCEPT_DISPUTE", "NOT_REFUNDED")] {
        let house = House::open().await;
        let _paid = house.shop.subscribe();
        lose_refund(&house).await;
        house.shop.world.advance(jiff::SignedDuration::from_hours(60)).await;
        let path = path_in(house.mails().last().expect("a mail"));
        let page = house.get(&path).await;
        assert!(
            page.html.contains("Did the money go back?")
                && page.html.contains("The bank can be told nothing any more"),
            "{}",
            page.html
        );
        assert!(
            !page.html.contains("value=\"CANCEL\"")
                && !page.html.contains("No action is taken any more"),
            "{}",
            page.html
        );
        let form = [page.form(action), vec![("elsewhere", "yes")]].concat();
        assert_eq!(house.post(&path, &form).await.status, 303, "{action}");
        house.shop.world.settle().await;
        let alert = house.only().await;
        let stands =
            (&alert["status"], &alert["resolution_reason"], &alert["transaction_refund_outcome"]);
        assert_eq!(stands, (&json!("RESOLVED"), &json!("UNANSWERED"), &json!(outcome)), "{alert}");
        assert!(
            house.get(&path).await.html.contains("too late to tell the bank")
                || action == "ACCEPT_DISPUTE"
        );
    }
}
