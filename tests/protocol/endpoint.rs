//! Endpoints and paths: the correct bytes or a clear error.

use bedrock_lite::endpoint::{Endpoint, EndpointConfig, Service, path_from_template};
use bedrock_lite::{ConfigError, ConfigErrorKind};

fn resolve(config: &EndpointConfig) -> Result<Endpoint, ConfigError> {
    Endpoint::resolve(Service::BedrockRuntime, config)
}

fn at(url: &str) -> Result<Endpoint, ConfigError> {
    resolve(&EndpointConfig::new().url(url))
}

#[test]
fn every_partition_has_its_domains() {
    for (region, domain, dual_stack) in [
        ("eu-west-1", "amazonaws.com", "api.aws"),
        ("cn-north-1", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
        ("eusc-de-east-1", "amazonaws.eu", "api.amazonwebservices.eu"),
        ("us-iso-east-1", "c2s.ic.gov", "api.aws.ic.gov"),
        ("us-isob-east-1", "sc2s.sgov.gov", "api.aws.scloud"),
        ("eu-isoe-west-1", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
        ("us-isof-south-1", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
        ("us-gov-west-1", "amazonaws.com", "api.aws"),
        ("xx-unheard-of-7", "amazonaws.com", "api.aws"),
    ] {
        for (service, name) in [(Service::Bedrock, "bedrock"), (Service::BedrockRuntime, "bedrock-runtime")] {
            for (fips, suffix) in [(false, ""), (true, "-fips")] {
                for (dual, domain) in [(false, domain), (true, dual_stack)] {
                    let config = EndpointConfig::new().region(region).fips(fips).dual_stack(dual);
                    let endpoint = Endpoint::resolve(service, &config).unwrap();
                    assert_eq!(endpoint.as_str(), format!("https://{name}{suffix}.{region}.{domain}"));
                    assert!(endpoint.is_https() && !endpoint.is_loopback());
                }
            }
        }
    }
}

#[test]
fn invalid_region_is_an_error() {
    let too_long = "a".repeat(64);
    for region in [
        "",
        " ",
        "us east 1",
        "us.east.1",
        "us/east",
        "us@east",
        "US-EAST-1",
        "-us-east-1",
        "us-east-1-",
        "us_east_1",
        "us-east-1\n",
        "eü-west-1",
        "us-east-1#",
        "us-east-1:443",
        &too_long,
    ] {
        for config in
            [EndpointConfig::new().region(region), EndpointConfig::new().region(region).url("https://a.example")]
        {
            let error = resolve(&config).unwrap_err();
            assert_eq!(error.kind(), ConfigErrorKind::InvalidRegion, "{region:?}");
            assert!(error.to_string().contains("eu-west-1"), "{error}");
        }
    }
    let error = resolve(&EndpointConfig::new().fips(true)).unwrap_err();
    assert_eq!(error.kind(), ConfigErrorKind::MissingRegion);
}

#[test]
fn custom_url_is_kept() {
    for (url, base, uri) in [
        ("https://example.com", "https://example.com", "https://example.com/x?y=%2F"),
        ("https://example.com/", "https://example.com", "https://example.com/x?y=%2F"),
        ("https://example.com:443", "https://example.com", "https://example.com/x?y=%2F"),
        (
            "https://example.com:8443/pre/fix/",
            "https://example.com:8443/pre/fix",
            "https://example.com:8443/pre/fix/x?y=%2F",
        ),
        ("https://example.com/a%2Fb", "https://example.com/a%2Fb", "https://example.com/a%2Fb/x?y=%2F"),
        ("HTTP://Example.COM:8080", "http://example.com:8080", "http://example.com:8080/x?y=%2F"),
        ("http://[::1]:8080", "http://[::1]:8080", "http://[::1]:8080/x?y=%2F"),
        ("http://[2001:db8::1]", "http://[2001:db8::1]", "http://[2001:db8::1]/x?y=%2F"),
    ] {
        let endpoint = at(url).unwrap();
        assert_eq!((endpoint.as_str(), endpoint.to_string().as_str()), (base, base));
        assert_eq!(endpoint.uri("/x?y=%2F").unwrap().to_string(), uri);
        assert_eq!(endpoint.is_https(), base.starts_with("https"));
    }
}

#[test]
fn invalid_custom_url_is_an_error() {
    for (url, problem) in [
        ("", "is not a URL"),
        ("example.com", "is not a URL"),
        ("localhost:8080", "is not a URL"),
        ("/path", "is not a URL"),
        ("https:example.com", "is not a URL"),
        ("https:\\\\example.com", "backslash"),
        ("ftp://example.com", "neither http"),
        ("file:///etc/passwd", "neither http"),
        ("https://", "no host"),
        ("https:///path", "no host"),
        ("https://:8080", "no host"),
        ("https://?x", "no host"),
        ("https://exa mple.com", "white space"),
        ("https://example.com\n", "white space"),
        (" https://example.com", "white space"),
        ("https://exämple.com", "not ASCII"),
        ("https://example.com:99999", "has a port that is not a number from 0 to 65535"),
        ("https://example.com:port", "has a port that is not a number from 0 to 65535"),
        ("https://[::1", "is not a URL"),
        ("https://256.1.1.1", "is not a URL"),
        ("https://user@example.com", "before the @"),
        ("https://user:hidden@example.com", "before the @"),
        ("https://:hidden@example.com", "no host"),
        ("https://@example.com", "before the @"),
        ("ftp://user:hidden@example.com", "neither http"),
        ("https://example.com?key=hidden", "query"),
        ("https://example.com/?", "query"),
        ("https://example.com/#hidden", "fragment"),
        ("https://example.com/a/../b", "dot segments"),
        ("https://example.com/a/%2E%2e", "dot segments"),
        ("https://example.com/./", "dot segments"),
        ("https://example.com/a{b}", "percent-encode"),
    ] {
        let error = at(url).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::InvalidEndpoint, "{url}");
        let text = error.to_string();
        assert!(text.contains(problem) && !text.contains("hidden"), "{url:?}: {text}");
    }
    for config in [EndpointConfig::new().fips(true), EndpointConfig::new().dual_stack(true)] {
        let error = resolve(&config.region("eu-west-1").url("https://example.com")).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::Conflict);
        assert!(error.to_string().contains("unset"), "{error}");
    }
}

#[test]
fn only_addresses_of_this_machine_are_loopback() {
    for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.8.7", "[::1]", "0x7f.1", "2130706433", "127.0.0.1."] {
        assert!(at(&format!("http://{host}:8080")).unwrap().is_loopback(), "{host}");
    }
    for host in ["localhost.example.com", "127.0.0.1.example.com", "128.0.0.1", "0.0.0.0", "[::]", "[::2]", "10.0.0.1"]
    {
        assert!(!at(&format!("http://{host}:8080")).unwrap().is_loopback(), "{host}");
    }
}

#[test]
fn path_is_unchanged_or_an_error() {
    let endpoint = at("https://example.com:8443/pre").unwrap();
    for path in
        ["/", "/model/a%3A0/converse", "/a%2F..%2Fb", "/a//b", "/...", "/.a/b.", "/x?a=../b&c=%2e%2e", "/a;b=c,d@e"]
    {
        assert_eq!(endpoint.uri(path).unwrap().to_string(), format!("https://example.com:8443/pre{path}"));
    }
    let too_long = format!("/{}", "a".repeat(70_000));
    for path in [
        "",
        "x",
        "/.",
        "/..",
        "/a/../b",
        "/a/./b",
        "/%2e%2E/b",
        "/.%2e",
        "/a/%2e",
        "/a b",
        "/a#b",
        "/ä",
        "/a\\b",
        "/a\nb",
        "/{a}",
        "/a?b#c",
        "/a?\"",
        &too_long,
    ] {
        let error = endpoint.uri(path).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::InvalidPathParameter, "{path:?}");
    }
}

#[test]
fn model_id_is_one_path_parameter_whatever_it_contains() {
    let endpoint = resolve(&EndpointConfig::new().region("us-east-1")).unwrap();
    for (id, label) in [
        ("amazon.nova-lite-v1:0", "amazon.nova-lite-v1%3A0"),
        (
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.x-v1:0",
            "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.x-v1%3A0",
        ),
        ("a b", "a%20b"),
        ("a?b=c", "a%3Fb%3Dc"),
        ("a#b", "a%23b"),
        ("a%2Fb", "a%252Fb"),
        ("../admin", "..%2Fadmin"),
        ("..%2F", "..%252F"),
        ("%2e%2e", "%252e%252e"),
        ("...", "..."),
        ("modèle", "mod%C3%A8le"),
        ("a\r\nb\0", "a%0D%0Ab%00"),
        ("{modelId}", "%7BmodelId%7D"),
        ("~a_b-c", "~a_b-c"),
    ] {
        let path = path_from_template("/model/{modelId}/converse", &[("modelId", id)]).unwrap();
        assert_eq!(path, format!("/model/{label}/converse"));
        assert_eq!(endpoint.uri(&path).unwrap().path(), path);
    }
    for id in ["", ".", ".."] {
        let error = path_from_template("/model/{modelId}/converse", &[("modelId", id)]).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::InvalidPathParameter);
        assert!(error.to_string().contains("modelId"), "{error}");
    }
    let labels = [("version", "1"), ("id", "a/b")];
    assert_eq!(
        path_from_template("/guardrail/{id}/version/{version}/apply", &labels).unwrap(),
        "/guardrail/a%2Fb/version/1/apply"
    );
}
