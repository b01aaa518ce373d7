//! The two identities of an endpoint: its origin and its normalised URL. The same address has
//! several spellings; therefore both are derived from the parsed URL.

use reqwest::Url;

/// Returns scheme, host and port: everything that a single server may answer for. Too wide an
/// identity makes workers wait for each other; too narrow an identity lets two workers refund the
/// same payment.
pub(super) fn url_origin(text: &str) -> String {
    parse_url(text).map_or_else(|| text.to_owned(), |url| url.origin().ascii_serialization())
}

/// Returns the whole address, normalised. Two paths or queries may be two systems: a look-up at one
/// address proves nothing about the other.
pub(super) fn normalised_url(text: &str) -> String {
    let Some(url) = parse_url(text) else { return text.to_owned() };
    // A trailing slash does not change the paths below the address.
    let path = url.path().strip_suffix('/').unwrap_or_else(|| url.path());
    let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
    format!("{}{path}{query}", url.origin().ascii_serialization())
}

/// Parses an address. A trailing dot of the host (the DNS root) is removed.
fn parse_url(text: &str) -> Option<Url> {
    let mut url: Url = text.parse().ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    url.set_host(Some(&host)).ok()?;
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spellings of `https://shop.example/cb`.
    const SPELLINGS: [&str; 7] = [
        "https://shop.example/cb/",
        "HTTPS://Shop.Example/cb",
        "https://shop.example:443/cb",
        "https://shop.example./cb",
        "https://shop.example/x/../cb",
        "https://shop.example/./cb",
        " https:\\\\shop.example\\cb ",
    ];

    #[test]
    fn one_endpoint_has_one_origin_and_one_address_however_it_is_written() {
        for spelling in SPELLINGS {
            assert_eq!(url_origin(spelling), "https://shop.example", "{spelling}");
            assert_eq!(normalised_url(spelling), "https://shop.example/cb", "{spelling}");
        }
        assert_eq!(
            url_origin("https://m\u{fc}nchen.example/"),
            url_origin("https://xn--mnchen-3ya.example/")
        );
        assert_eq!(
            url_origin("https://[2606:4700:0:0::1111]/"),
            url_origin("https://[2606:4700::1111]/")
        );
    }

    #[test]
    fn another_path_or_query_is_the_same_origin_and_another_address() {
        for other in [
            "https://shop.example/",
            "https://shop.example/CB",
            "https://shop.example/cb?shop=7",
            "https://shop.example/cb/v2",
        ] {
            assert_eq!(url_origin(other), "https://shop.example", "{other}");
            assert_ne!(normalised_url(other), "https://shop.example/cb", "{other}");
        }
        for other in [
            "https://shop.example:8443/cb",
            "http://shop.example/cb",
            "https://www.shop.example/cb",
        ] {
            assert_ne!(url_origin(other), "https://shop.example", "{other}");
        }
        assert_ne!(
            normalised_url("https://shop.example/cb?shop=7"),
            normalised_url("https://shop.example/cb?shop=8")
        );
    }
}
