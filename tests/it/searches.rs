//! Searching at a processor that has more payments than are looked at.

use reqwest::Method;
use serde_json::json;
use tests::world::shop::Shop;
use tests::world::{Settings, World};

#[tokio::test]
async fn a_search_that_was_cut_off_does_not_say_that_nothing_is_there() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    for payment in 0..=1000 {
        let form = format!("amount={}&currency=usd&payment_method=pm_card_mastercard&confirm=true", 100 + payment);
        assert_eq!(world.stripe.call(Method::POST, "/v1/payment_intents", &form).0, 200);
    }
    shop.push(&[shop.alert("CUT")]).await;
    world.settle().await;
    let alert = shop.alerts().await.remove(0);
    assert_eq!((&alert["action_required_reason"], &alert["action_required_details"]["doubt"]), (&json!("UNSURE"), &json!("SEARCH_CUT")));
    assert_eq!(alert["candidates"], json!([]));
}
