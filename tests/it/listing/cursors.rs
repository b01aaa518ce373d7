//! Lists that are read page by page, by an offset or by a cursor.

use domain::sale::order::Order;
use serde_json::json;
use store::facts::FilterField;
use store::keys::{ShardedList, list_shards};
use store::list::{ListCriteria, PageRequest, ScanBudget};

use super::{list, of, order, shop};

#[tokio::test]
async fn a_list_is_in_one_order_however_it_is_read() {
    let shop = shop().await;
    let names: Vec<String> = (10..40).map(|at| format!("o-{at}")).collect();
    for name in &names {
        order(&shop, name, 4900).await;
    }
    let reversed: Vec<String> = names.iter().rev().cloned().collect();
    for (sort, expected) in [("created_at", &names), ("-created_at", &reversed)] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = list(&shop, &format!("/v1/orders?limit=7&sort={sort}{cursor}")).await;
            seen.extend(of(&page, "reference_id"));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, *expected, "{sort} by cursor");
        let page = list(&shop, &format!("/v1/orders?limit=7&offset=14&sort={sort}")).await;
        assert_eq!(
            (of(&page, "reference_id").as_slice(), &page["count"]),
            (&expected[14..21], &json!(30)),
            "{sort} by offset"
        );
    }
    let of_two =
        list(&shop, "/v1/orders?reference_id=o-11&reference_id=o-12&reference_id=o-99").await;
    assert_eq!(of(&of_two, "reference_id"), ["o-12", "o-11"]);
}

#[tokio::test]
async fn what_few_fit_is_read_on_by_a_cursor() {
    let shop = shop().await;
    for at in 10..40 {
        order(&shop, &format!("o-{at}"), 4900).await;
    }
    let lists = list_shards(&shop.organisation.parse().expect("an id"), ShardedList::Orders);
    for newest_first in [false, true] {
        let one_of = vec![(
            FilterField::OrderReference,
            vec!["o-11".to_owned(), "o-25".to_owned(), "o-38".to_owned()],
        )];
        let page = PageRequest::Offset { offset: 0, limit: 2 };
        let mut listing = ListCriteria {
            lists: lists.clone(),
            one_of,
            newest_first,
            reach: ScanBudget(3),
            page,
            ..ListCriteria::default()
        };
        let (mut seen, mut calls) = (Vec::new(), 0);
        loop {
            let listed =
                shop.world.store.read_list_page::<Order>(&listing).await.expect("the store");
            seen.extend(listed.items.into_iter().map(|one| one.reference_id));
            calls += 1;
            let Some(cursor) = listed.next else { break };
            assert!(listed.more_than_counted, "there may be others");
            listing.page = PageRequest::After { cursor, limit: 2 };
        }
        let expected =
            if newest_first { ["o-38", "o-25", "o-11"] } else { ["o-11", "o-25", "o-38"] };
        assert_eq!(seen, expected, "in {calls} calls");
        assert!(calls > 2, "{calls}: none reads further than it may");
    }
}

#[tokio::test]
async fn a_cursor_goes_on_in_its_own_list_only() {
    let shop = shop().await;
    for at in 10..13 {
        order(&shop, &format!("o-{at}"), 4900).await;
        shop.push(&[shop.alert(&format!("ALERT{at}"))]).await;
    }
    shop.world.settle().await;
    let cursor = async |path: &str| {
        list(&shop, path).await["next_cursor"].as_str().expect("more").to_owned()
    };
    let (orders, alerts) = (cursor("/v1/orders?limit=1").await, cursor("/v1/alerts?limit=1").await);
    assert_eq!(
        of(&list(&shop, &format!("/v1/orders/?limit=2&cursor={orders}")).await, "reference_id"),
        ["o-11", "o-10"]
    );
    let stranger = shop.world.new_partner("Another", "LIVE").await.expect("a partner");
    let of_all = [
        (&shop.key, format!("/v1/orders?limit=1&sort=created_at&cursor={orders}")),
        (&shop.key, format!("/v1/orders?limit=1&type=COMPLETE&cursor={orders}")),
        (&shop.key, format!("/v1/orders?limit=1&created_at_lte=2027-01-01&cursor={orders}")),
        (
            &shop.key,
            format!("/v1/orders?limit=1&organisation_id={}&cursor={orders}", shop.organisation),
        ),
        (&shop.key, format!("/v1/alerts?limit=1&cursor={orders}")),
        (&shop.key, format!("/v1/orders?limit=1&cursor={alerts}")),
        (&stranger, format!("/v1/orders?limit=1&cursor={orders}")),
    ];
    for (key, path) in of_all {
        let (status, refused) = shop.world.call("GET", &path, key, None).await;
        assert_eq!(
            (status, &refused["errors"][0]["code"]),
            (422, &json!("UNKNOWN_CURSOR")),
            "{path}: {refused}"
        );
    }
}

#[tokio::test]
async fn a_cursor_goes_on_however_the_same_filters_are_written() {
    let shop = shop().await;
    for at in 10..13 {
        order(&shop, &format!("o-{at}"), 4900).await;
    }
    let first = "/v1/orders?limit=1&type=COMPLETE&type=PARTIAL";
    let cursor = list(&shop, first).await["next_cursor"].as_str().expect("more").to_owned();
    let again = format!("/v1/orders?cursor={cursor}&type=PARTIAL&type=COMPLETE");
    assert_eq!(of(&list(&shop, &again).await, "reference_id"), ["o-11", "o-10"]);
}
