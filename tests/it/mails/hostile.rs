//! What others write stays text, and what browsers are told keeps the page to its reader.

use super::House;

#[tokio::test]
async fn a_hostile_descriptor_is_text_in_subject_mail_and_page() {
    let house = House::open().await;
    let mut alert = house.shop.alert("HOSTILE");
    alert["merchantDescriptor"] = "ACMEFIT\"><script>x</script>\r\nBcc: all@example.com".into();
    alert["issuer"] = "<img src=x onerror=alert(1)>".into();
    house.alert(&alert).await;
    let mail = house.mails().pop().expect("a mail");
    assert!(
        mail.subject.contains("ACMEFIT") && !mail.subject.chars().any(char::is_control),
        "{}",
        mail.subject
    );
    let page = house.get(&super::path_in(&mail)).await;
    assert_eq!(page.status, 200);
    for html in [&mail.html, &page.html] {
        assert!(
            !html.contains("<script")
                && !html.contains("<img")
                && html.contains("&#60;script&#62;"),
            "{html}"
        );
    }
}

#[tokio::test]
async fn what_others_write_makes_no_link_in_a_mail_and_stays_out_of_a_subjects_first_half() {
    let house = House::open().await;
    let mut alert = house.shop.alert("LINKS");
    alert["merchantDescriptor"] =
        "ACMEFIT http://evil.example/login www.evil.example CALL NOW".into();
    alert["issuer"] = "evil.example\u{202e} mailto:x@evil.example".into();
    alert["reasonCode"] = "evil\u{200b}.example”".into();
    house.alert(&alert).await;
    let mail = house.mails().pop().expect("a mail");
    let begins = mail.subject.split('“').next().expect("our own words").chars().count();
    assert!(begins * 2 >= mail.subject.chars().count(), "{}", mail.subject);
    let page = house.get(&super::path_in(&mail)).await;
    for body in [&mail.subject, &mail.text, &mail.html, &page.html] {
        assert!(
            !body.contains("evil.example")
                && !body.contains("mailto:")
                && !body.contains("http://"),
            "{body}"
        );
        assert!(!body.contains(['\u{202e}', '\u{200b}']), "{body}");
    }
    assert!(
        mail.text.contains(
            "On the statement: “ACMEFIT http[:]//evil[.]example/login \
        www[.]evil[.]example CALL NOW”"
        ),
        "{}",
        mail.text
    );
    assert_eq!(mail.html.matches("href=").count(), 1, "the only link is ours");
    assert_eq!(
        house.only().await["descriptor"],
        alert["merchantDescriptor"],
        "programs read what the bank said"
    );
}

#[tokio::test]
async fn every_answer_of_the_page_is_kept_to_its_reader() {
    let house = House::open().await;
    let path = house.unknown("GUARDED").await;
    let shown = house.get(&path).await;
    let pages = [
        house.visit("HEAD", &path, "").await,
        house.post(&path, &shown.form("REFUND")).await,
        house.post(&path, &shown.form("ACCEPT_DISPUTE")).await,
        house.get("/v1/alert-pages/x").await,
        shown,
    ];
    assert_eq!(pages.iter().map(|page| page.status).collect::<Vec<_>>(), [200, 422, 303, 404, 200]);
    for page in &pages {
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        for part in ["form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{policy}");
        }
        let told = ["cache-control", "referrer-policy", "x-robots-tag", "x-content-type-options"]
            .map(|name| page.header(name));
        assert_eq!(told, ["no-store", "no-referrer", "noindex", "nosniff"]);
        assert!(page.header("content-type").starts_with("text/html"));
        assert!(
            !page.html.contains("style=\"") && !page.html.contains("onclick"),
            "the policy would not let it count"
        );
    }
}
