//! Endpoints that are wrong, lie or are not the merchant's: no money moves twice, nobody is
//! believed, nobody else is reached.

use jiff::SignedDuration;
use serde_json::json;
use tests::simulate::merchant::{Lists, Trick};
use tests::world::shop::Shop;

use super::{House, stands};

#[tokio::test]
async fn an_endpoint_that_does_not_know_our_secret_needs_a_person() {
    let house = House::open().await;
    house.world().merchant.forgets_secrets();
    let alert = house.alerted().await;
    assert_eq!(
        stands(&alert),
        ("ACTION_REQUIRED", "NOT_REFUNDED", "CREDENTIALS_REFUSED"),
        "{alert:#}"
    );
    assert!(alert["action_required_details"].to_string().contains("credentials"), "{alert:#}");
    assert!(
        house.refunds().is_empty()
            && house.world().merchant.asked().iter().all(|asked| asked.status == Some(401))
    );
}

#[tokio::test]
async fn another_refunds_id_is_not_taken_for_ours() {
    let house = House::open().await;
    house.sell("txn-1").await;
    house.world().merchant.refunds_itself("txn-1", 100, Some("somebody else's"));
    // a refund since the alert would need a person
    house.world().advance(SignedDuration::from_mins(1)).await;
    house.world().merchant.plays("refunds", &Trick::AnswerRefund("refund-1".into()), 10);
    let alert = house.push("LIES").await;
    assert_eq!(stands(&alert), ("ACTION_REQUIRED", "NOT_REFUNDED", "REFUND_FAILED"), "{alert:#}");
    assert_eq!(house.asked_for_refunds(), 1);
    let alert = house.after(49 * 60).await;
    assert_eq!(stands(&alert).1, "NOT_REFUNDED");
    assert_eq!(house.asked_for_refunds(), 1, "nobody asks again by itself");
    house.world().assert_invariants().await;
}

/// Whose a refund is cannot be told from such a list: neither that ours was made, nor that it was
/// not.
#[tokio::test]
async fn a_list_that_does_not_say_what_its_refunds_were_for_is_no_proof() {
    let house = House::open().await;
    house
        .world()
        .merchant
        .behaves(|habits| (habits.lists, habits.ignores_keys) = (Lists::WithoutCauses, true));
    house.world().merchant.plays("refunds", &Trick::LoseAnswer, 1);
    house.alerted().await;
    let alert = house.after(49 * 60).await;
    assert_eq!(
        stands(&alert),
        ("ACTION_REQUIRED", "NOT_REFUNDED", "REFUND_UNCONFIRMED"),
        "{alert:#}"
    );
    assert_eq!(house.asked_for_refunds(), 1);
    assert!(house.world().ethoca.outcomes().is_empty());
}

#[tokio::test]
async fn a_refund_that_is_answered_and_never_listed_is_asked_for_once_and_goes_to_a_person() {
    let house = House::open().await;
    house
        .world()
        .merchant
        .behaves(|habits| (habits.lists, habits.ignores_keys) = (Lists::Nothing, true));
    assert_eq!(stands(&house.alerted().await), ("ACTION_REQUIRED", "NOT_REFUNDED", ""));
    let alert = house.after(49 * 60).await;
    assert_eq!(
        stands(&alert),
        ("ACTION_REQUIRED", "NOT_REFUNDED", "REFUND_UNCONFIRMED"),
        "{alert:#}"
    );
    assert_eq!(house.asked_for_refunds(), 1);
    assert!(house.world().ethoca.outcomes().is_empty());
}

#[tokio::test]
async fn a_page_of_somebody_in_between_says_nothing_about_a_payment() {
    for trick in
        [Trick::Page(404), Trick::Page(400), Trick::Page(409), Trick::Flood, Trick::Page(200)]
    {
        let house = House::open().await;
        house.sell("txn-1").await;
        house.world().merchant.plays("payments", &trick, 2);
        house.push("BETWEEN").await;
        let alert = house.after(40).await;
        assert_eq!(stands(&alert), ("RESOLVED", "REFUNDED", ""), "{trick:?}: {alert:#}");
        assert_eq!(house.refunds().len(), 1, "{trick:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let house = House::open().await;
    let inner = format!("{}/payments/inner", house.world().callback_url);
    house.sell("txn-1").await;
    house.world().merchant.plays("payments", &Trick::Redirect(inner), 1);
    house.world().merchant.plays("refunds", &Trick::Redirect(house.world().stripe_url.clone()), 1);
    house.push("ELSEWHERE").await;
    let alert = house.after(40).await;
    assert_eq!(stands(&alert), ("RESOLVED", "REFUNDED", ""));
    assert!(house.world().merchant.asked().iter().all(|asked| asked.path != "payments/inner"));
    assert!(house.world().stripe.requests().iter().all(|asked| asked.method == "GET"));
}

#[tokio::test]
async fn card_numbers_in_answers_are_not_kept() {
    let house = House::open().await;
    house.sell("txn-1").await;
    house.world().merchant.plays("refunds", &Trick::AnswerRefund("4242424242424242".into()), 1);
    house.push("NUMBERS").await;
    house.after(40).await;
    house.world().assert_invariants().await;
}

#[tokio::test]
async fn card_numbers_in_lists_and_words_on_refunds_are_not_kept() {
    let house = House::open().await;
    house.sell("txn-1").await;
    house.world().merchant.refunds_itself("txn-1", 100, Some("4242 4242 4242 4242"));
    let alert = house.push("LISTED").await;
    let word = json!({ "cause_id": alert["id"], "status": "PENDING" });
    let (status, answer) = house.call("POST", "/refunds/4242424242424242", Some(word)).await;
    assert_eq!((status, &answer["code"]), (422, &json!("CARD_NUMBER_REFUSED")), "{answer}");
    house.after(40).await;
    house.world().assert_invariants().await;
}

#[tokio::test]
async fn results_of_others_are_not_there() {
    let house = House::open().await;
    let alert = house.alerted().await;
    let rival = Shop::open(house.world()).await;
    let word = json!({ "cause_id": alert["id"], "status": "FAILED" });
    let path = format!("/v1/integrations/{}/refunds/refund-1", house.id());
    assert_eq!(house.world().call("POST", &path, &rival.key, Some(&word)).await.0, 404);
    let body = super::body(&rival, &house.world().callback_url);
    let (_, own) = house.world().call("POST", "/v1/integrations/", &rival.key, Some(&body)).await;
    let path = format!("/v1/integrations/{}/refunds/refund-1", own["id"].as_str().expect("an id"));
    for cause in [alert["id"].clone(), json!("alrt_nobody"), json!("anything")] {
        let word = json!({ "cause_id": cause, "status": "FAILED" });
        let (status, answer) = house.world().call("POST", &path, &rival.key, Some(&word)).await;
        assert_eq!((status, &answer["errors"][0]["field"]), (404, &json!("cause_id")), "{answer}");
    }
    assert_eq!(house.alert().await["version"], alert["version"]);
}
