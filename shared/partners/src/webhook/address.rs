//! The permitted destinations of webhooks: public addresses, by HTTPS. The resolver checks the
//! address again when the connection is made, and connects to exactly that checked address. DNS
//! rebinding therefore gains nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{ClientBuilder, Url};

/// The longest stored address.
const MOST_CHARACTERS: usize = 2000;

/// The reachable destinations. Every deployment uses `Public`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destinations {
    /// Public addresses, by HTTPS.
    Public,
    /// Any address, also by plain HTTP: for local trials.
    Anywhere,
}

/// The reason why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongAddress {
    #[error("the address is not a URL that can be called")]
    Unreadable,
    #[error("the address must begin with https://")]
    NotHttps,
    #[error("the address must not carry a user or password")]
    Credentials,
    #[error("the address is not public")]
    NotPublic,
}

impl Destinations {
    /// Checks the text of a URL without a DNS look-up.
    ///
    /// # Errors
    /// [`WrongAddress`], the reason.
    pub fn check_url(self, text: &str) -> Result<Url, WrongAddress> {
        let url: Url = text.parse().map_err(|_| WrongAddress::Unreadable)?;
        let host = url.host_str().ok_or(WrongAddress::Unreadable)?;
        match (self, url.scheme()) {
            (_, "https") | (Self::Anywhere, "http") => {}
            _ => return Err(WrongAddress::NotHttps),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(WrongAddress::Credentials);
        }
        if text.len() > MOST_CHARACTERS || url.fragment().is_some() {
            return Err(WrongAddress::Unreadable);
        }
        let literal: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        if self == Self::Public && literal.is_some_and(|address| !is_public(address)) {
            return Err(WrongAddress::NotPublic);
        }
        Ok(url)
    }

    /// Checks the text of a URL, and that its host now resolves to public addresses. A host that
    /// does not resolve yet passes: each call checks the host again.
    ///
    /// # Errors
    /// [`WrongAddress`], the reason.
    pub async fn check_resolved_url(self, text: &str) -> Result<Url, WrongAddress> {
        let url = self.check_url(text)?;
        let port = url.port_or_known_default().ok_or(WrongAddress::Unreadable)?;
        let host =
            url.host_str().ok_or(WrongAddress::Unreadable)?.trim_matches(['[', ']']).to_owned();
        if self == Self::Public
            && tokio::net::lookup_host((host, port))
                .await
                .is_ok_and(|mut all| !all.all(|one| is_public(one.ip())))
        {
            return Err(WrongAddress::NotPublic);
        }
        Ok(url)
    }

    /// Restricts a client to these destinations.
    pub(crate) fn bind_client(self, client: ClientBuilder) -> ClientBuilder {
        match self {
            Self::Public => client.https_only(true).dns_resolver(PublicResolver),
            Self::Anywhere => client,
        }
    }
}

/// A resolver that returns only public addresses.
#[derive(Debug)]
struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let all: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if all.is_empty() || !all.iter().all(|one| is_public(one.ip())) {
                return Err(WrongAddress::NotPublic.into());
            }
            Ok(Box::new(all.into_iter()) as Addrs)
        })
    }
}

/// Checks whether an address is public, by IANA's registries of special addresses.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast();
    // This network; carriers' NAT; IETF protocols; 6to4 relays; benchmarks; reserved and broadcast.
    !special
        && !matches!(
            address.octets(),
            [0 | 240..=255, ..]
                | [100, 64..=127, ..]
                | [192, 0, 0, _]
                | [192, 88, 99, _]
                | [198, 18..=19, ..]
        )
}

/// Accepts global unicast without protocol assignments (Teredo among these), documentation and
/// 6to4, which hide another address. Addresses mapped from or translated to IPv4 are outside global
/// unicast.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    (0x2000..0x4000).contains(&first)
        && !(first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        && first != 0x2002
        && !(first == 0x3fff && second < 0x1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_by_https() {
        for good in
            ["https://example.com/hooks", "https://8.8.8.8:8443/", "https://[2606:4700::1111]/"]
        {
            assert!(Destinations::Public.check_url(good).is_ok(), "{good}");
        }
        for (wrong, why) in [
            ("http://example.com/", WrongAddress::NotHttps),
            ("ftp://example.com/", WrongAddress::NotHttps),
            ("example.com", WrongAddress::Unreadable),
            ("https://user:word@example.com/", WrongAddress::Credentials),
            ("https://example.com/#part", WrongAddress::Unreadable),
        ] {
            assert_eq!(Destinations::Public.check_url(wrong), Err(why), "{wrong}");
        }
    }

    #[test]
    fn private_addresses_are_refused_however_they_are_written() {
        for host in [
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "2130706433",
            "0.0.0.0",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.192",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:8.8.8.8]",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "[ff02::1]",
            "[64:ff9b::a00:1]",
            "[2002:7f00:1::]",
            "[2001::1]",
            "[2001:db8::1]",
        ] {
            assert_eq!(
                Destinations::Public.check_url(&format!("https://{host}/")),
                Err(WrongAddress::NotPublic),
                "{host}"
            );
            assert!(Destinations::Anywhere.check_url(&format!("http://{host}/")).is_ok(), "{host}");
        }
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_refused_when_it_is_looked_up_and_when_it_is_connected_to() {
        assert_eq!(
            Destinations::Public.check_resolved_url("https://localhost/").await,
            Err(WrongAddress::NotPublic)
        );
        let name: Name = "localhost".parse().expect("a name");
        assert!(PublicResolver.resolve(name).await.is_err());
    }
}
