use axum::Router;
use axum::body::Body;
use axum::http::{Response, Uri};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

/// A server that answers by path; gives its address.
async fn stub(answer: impl Fn(&str) -> Response<Body> + Clone + Send + Sync + 'static) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let app = Router::new().fallback(move |uri: Uri| async move { answer(uri.path()) });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

/// A server that writes `answer` to every connection, then closes it or keeps it.
async fn raw(answer: &'static [u8], keep: bool) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut kept = Vec::new();
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _ = socket.read(&mut [0_u8; 4096]).await;
            socket.write_all(answer).await.unwrap();
            if keep {
                kept.push(socket);
            }
        }
    });
    url
}

fn hello(_path: &str) -> Response<Body> {
    Response::builder().header("content-type", "image/png").body(Body::from("hello")).unwrap()
}

fn status(status: u16) -> Response<Body> {
    Response::builder().status(status).body(Body::empty()).unwrap()
}

fn to(location: &str) -> Response<Body> {
    Response::builder().status(302).header("location", location).body(Body::empty()).unwrap()
}

fn guard(provider: &[&str], more: &[&str]) -> Guard {
    let more: Vec<String> = more.iter().map(|entry| (*entry).to_owned()).collect();
    Guard::new(AllowList::new(provider, &more).unwrap())
}

async fn results(guard: &Guard, url: &str) -> Result<Fetched, FetchError> {
    guard.fetch(Audience::Results, url, 1000, PATIENCE).await
}

fn refused(refusal: Refusal) -> Result<Fetched, FetchError> {
    Err(FetchError::Refused(refusal))
}

#[tokio::test]
async fn an_exception_is_honoured_at_its_exact_place_only() {
    let (here, elsewhere) = (stub(hello).await, stub(hello).await);
    let guard = guard(&[&format!("{here}/api")], &[]);
    let fetched = results(&guard, &format!("{here}/a.png")).await.unwrap();
    assert_eq!(&fetched.bytes[..], b"hello");
    assert_eq!(fetched.content_type.as_deref(), Some("image/png"));
    assert_eq!(results(&guard, &elsewhere).await, refused(Refusal::Scheme), "another port");
    let by_tls = here.replace("http:", "https:");
    assert_eq!(results(&guard, &by_tls).await, refused(Refusal::Host), "another scheme");
    let by_name = here.replace("127.0.0.1", "localhost");
    assert_eq!(results(&guard, &by_name).await, refused(Refusal::Scheme), "another name");
}

#[tokio::test]
async fn a_person_s_link_has_no_exceptions() {
    let here = stub(hello).await;
    let guard = guard(&[&here], &["127.0.0.1", "localhost"]);
    for (url, refusal) in [
        (here.as_str(), Refusal::Scheme),
        ("https://127.0.0.1/", Refusal::PrivateAddress),
        ("https://localhost/", Refusal::PrivateAddress),
        ("https://2130706433/", Refusal::PrivateAddress),
        ("https://0x7f.1/", Refusal::PrivateAddress),
        ("https://0/", Refusal::PrivateAddress),
        ("https://[::1]/", Refusal::PrivateAddress),
        ("https://[::ffff:10.0.0.1]/", Refusal::PrivateAddress),
        ("https://169.254.169.254/latest/meta-data", Refusal::PrivateAddress),
        ("https://100.100.100.200/", Refusal::PrivateAddress),
        ("https://example.com:8443/", Refusal::Port),
        ("https://user@example.com/", Refusal::Credentials),
        ("https://:word@example.com/", Refusal::Credentials),
        ("http://example.com/", Refusal::Scheme),
        ("ftp://example.com/", Refusal::Scheme),
        ("file:///etc/passwd", Refusal::NotAnAddress),
        ("data:text/plain,x", Refusal::NotAnAddress),
        ("example.com", Refusal::NotAnAddress),
        ("", Refusal::NotAnAddress),
    ] {
        let fetched = guard.fetch(Audience::PersonLink, url, 1000, PATIENCE).await;
        assert_eq!(fetched, refused(refusal), "{url}");
    }
    assert_eq!(guard.check(Audience::PersonLink, "https://example.com/a?b"), Ok(()));
}

#[test]
fn results_come_from_the_provider_s_domains_and_the_listed_ones() {
    let guard = guard(
        &["https://api.kie.ai", "https://kieai.redpandaai.co"],
        &["cdn.example.com", "*.wide.example", "10.0.0.5:9000", "http://10.0.0.6:81", " "],
    );
    let check = |url| guard.check(Audience::Results, url);
    for url in [
        "https://tempfile.aiquickdraw.com/r/1.png",
        "https://file.aiquickdraw.com/1.png",
        "https://tempfile.redpandaai.co/kieai/1/x.png",
        "https://kie.ai/x",
        "https://cdn.example.com/x",
        "https://deep.cdn.example.com/x",
        "http://cdn.example.com/x",
        "http://cdn.example.com:8080/x",
        "https://wide.example/x",
        "https://a.wide.example/x",
        "http://10.0.0.5:9000/x",
        "https://10.0.0.5:9000/x",
        "http://10.0.0.6:81/x",
    ] {
        assert_eq!(check(url), Ok(()), "{url}");
    }
    for (url, refusal) in [
        ("http://tempfile.aiquickdraw.com/r/1.png", Refusal::Scheme),
        ("https://tempfile.aiquickdraw.com:444/r/1.png", Refusal::Port),
        ("https://aiquickdraw.com.evil.example/", Refusal::Host),
        ("https://evilaiquickdraw.com/", Refusal::Host),
        ("https://example.com/", Refusal::Host),
        ("http://deep.cdn.example.com/x", Refusal::Scheme),
        ("http://a.wide.example/x", Refusal::Scheme),
        ("http://10.0.0.5/x", Refusal::Scheme),
        ("https://10.0.0.5/x", Refusal::Host),
        ("https://10.0.0.6:81/x", Refusal::Host),
        ("https://1.1.1.1/x", Refusal::Host),
        ("https://kie.ai@evil.example/", Refusal::Credentials),
        ("https://u@cdn.example.com/", Refusal::Credentials),
    ] {
        assert_eq!(check(url), Err(refusal), "{url}");
    }
}

#[test]
fn settings_that_cannot_be_read_are_named() {
    for bad in ["ftp://x.example", "a b", "x.example:port", "x.example/path:1", "*.", "http://"] {
        let list = AllowList::new(&[], &[bad.to_owned()]);
        assert_eq!(list, Err(AllowListRefused(bad.to_owned())), "{bad}");
    }
    assert!(AllowList::new(&["kie.ai"], &[]).is_err());
}

#[test]
fn one_private_address_spoils_a_name_unless_the_operator_vouches_for_the_place() {
    let mixed: Vec<SocketAddr> =
        vec!["1.1.1.1:443".parse().unwrap(), "10.0.0.1:443".parse().unwrap()];
    let ordinary = Admitted { any_address: false };
    assert_eq!(checked(mixed.clone(), ordinary), Err(Refusal::PrivateAddress));
    assert_eq!(checked(mixed[..1].to_vec(), ordinary), Ok(mixed[..1].to_vec()));
    assert_eq!(checked(mixed.clone(), Admitted { any_address: true }), Ok(mixed));
}

#[tokio::test]
async fn the_connection_goes_to_the_checked_address_whatever_the_name_means() {
    let here = stub(hello).await;
    let address: SocketAddr = here.trim_start_matches("http://").parse().unwrap();
    let url = Url::parse(&format!("http://no-such-name.invalid:{}/", address.port())).unwrap();
    let Ok(Hop::Done(fetched)) = visit(&url, vec![address], 1000).await else {
        panic!("the name must not be looked up again")
    };
    assert_eq!(&fetched.bytes[..], b"hello");
}

#[tokio::test]
async fn every_redirect_is_checked_anew() {
    let inner = stub(hello).await;
    let target = inner.clone();
    let here = stub(move |path| match path {
        "/private" => to("https://10.0.0.1/"),
        "/metadata" => to("http://169.254.169.254/latest"),
        "/neighbour" => to(&target),
        "/foreign" => to("https://example.com/"),
        "/three" => to("/two"),
        "/two" => to("one"),
        "/one" => to("//127.0.0.1:1/"),
        "/loop" => to("/loop"),
        "/3" => to("/2"),
        "/2" => to("/1"),
        "/1" => to("/0"),
        "/nowhere" => status(302),
        _ => hello(path),
    })
    .await;
    let guard = guard(&[&here], &[]);
    for (path, refusal) in [
        ("/private", Refusal::Host),
        ("/metadata", Refusal::Scheme),
        ("/neighbour", Refusal::Scheme),
        ("/foreign", Refusal::Host),
        ("/three", Refusal::Scheme),
        ("/loop", Refusal::TooManyRedirects),
    ] {
        assert_eq!(results(&guard, &format!("{here}{path}")).await, refused(refusal), "{path}");
    }
    assert!(results(&guard, &format!("{here}/3")).await.is_ok(), "three redirects are allowed");
    let nowhere = results(&guard, &format!("{here}/nowhere")).await;
    assert!(matches!(nowhere, Err(FetchError::Temporary(_))));
}

#[tokio::test]
async fn a_file_over_the_limit_is_given_up() {
    let announced = stub(hello).await;
    let streamed = raw(
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n",
        true,
    )
    .await;
    let guard = guard(&[&announced, &streamed], &[]);
    for (url, limit, expected) in [
        (&announced, 4, Some(FetchError::TooBig)),
        (&announced, 5, None),
        (&streamed, 9, Some(FetchError::TooBig)),
    ] {
        let fetched = guard.fetch(Audience::Results, url, limit, PATIENCE).await;
        assert_eq!(fetched.err(), expected, "{limit}");
    }
}

#[tokio::test]
async fn statuses_tell_gone_from_later() {
    let here = stub(|path| status(path.trim_start_matches('/').parse().unwrap())).await;
    let guard = guard(&[&here], &[]);
    for gone in [400, 401, 403, 404, 410] {
        let fetched = results(&guard, &format!("{here}/{gone}")).await;
        assert_eq!(fetched, Err(FetchError::Gone { status: gone }));
    }
    for later in [408, 429, 500, 502, 503, 530, 204, 206] {
        let fetched = results(&guard, &format!("{here}/{later}")).await;
        assert!(matches!(fetched, Err(FetchError::Temporary(_))), "{later}: {fetched:?}");
    }
}

#[tokio::test]
async fn broken_and_stalled_transfers_are_temporary_and_name_no_address() {
    let short = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello", false).await;
    let stalled = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello", true).await;
    let guard = guard(&[&short, &stalled], &[]);
    for (url, patience) in [(short, PATIENCE), (stalled, Duration::from_millis(50))] {
        let url = format!("{url}/secret-path");
        let fetched = guard.fetch(Audience::Results, &url, 1000, patience).await;
        let Err(FetchError::Temporary(why)) = fetched else { panic!("{fetched:?}") };
        assert!(!why.contains("secret-path"), "{why}");
    }
}

#[tokio::test]
async fn nobody_there_is_temporary() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let fetched = results(&guard(&[&url], &[]), &url).await;
    assert!(matches!(fetched, Err(FetchError::Temporary(_))), "{fetched:?}");
}

proptest! {
    #[test]
    fn no_text_makes_the_checks_panic(text in "\\PC{0,40}", scheme in "https?://|") {
        let guard = guard(&["https://api.kie.ai"], &["cdn.example.com"]);
        let url = format!("{scheme}{text}");
        let _ = guard.check(Audience::Results, &url);
        let _ = guard.check(Audience::PersonLink, &url);
        let _ = AllowList::new(&[&url], std::slice::from_ref(&url));
    }

    #[test]
    fn no_private_ipv4_address_passes_in_any_disguise(bits in any::<u32>()) {
        let ip = std::net::Ipv4Addr::from_bits(bits);
        let guard = guard(&[], &[]);
        let allowed = guard.check(Audience::PersonLink, &format!("https://{bits}/")).is_ok();
        prop_assert_eq!(allowed, is_public(IpAddr::V4(ip)));
        let mapped = guard.check(Audience::PersonLink, &format!("https://[::ffff:{ip}]/"));
        prop_assert_eq!(mapped, Err(Refusal::PrivateAddress));
    }
}
