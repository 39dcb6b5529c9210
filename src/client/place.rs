//! [`Place`]: the endpoint of one service, and the endpoint that its requests are signed for.

use bytes::Bytes;
use http::Request;
use http::header::{HOST, HeaderValue};

use crate::endpoint::{Endpoint, EndpointConfig, Service};
use crate::error::{ConfigError, ConfigErrorKind, Error};

/// The endpoint of one service, with the settings that it was determined from.
#[derive(Debug)]
pub(crate) struct Place {
    service: Service,
    config: EndpointConfig,
    endpoint: Endpoint,
    /// AWS's endpoint, if requests are signed for it but sent to a gateway.
    aws: Option<Endpoint>,
}

impl Place {
    /// Determines the endpoint of a service. With `for_aws_host`, an endpoint URL is a gateway, and
    /// requests are signed for the endpoint that the other settings determine.
    pub(super) fn resolve(service: Service, config: EndpointConfig, for_aws_host: bool) -> Result<Self, ConfigError> {
        if !for_aws_host || config.url.is_none() {
            let endpoint = Endpoint::resolve(service, &config)?;
            return Ok(Self { service, config, endpoint, aws: None });
        }
        let gateway = EndpointConfig { fips: false, dual_stack: false, ..config.clone() };
        let endpoint = Endpoint::resolve(service, &gateway)?;
        let aws = Endpoint::resolve(service, &EndpointConfig { url: None, ..config.clone() })?;
        Ok(Self { service, config, endpoint, aws: Some(aws) })
    }

    /// Determines the endpoint in another region. An endpoint URL stays as it is.
    pub(super) fn in_region(&self, region: &str) -> Result<Self, ConfigError> {
        Self::resolve(self.service, self.config.clone().region(region), self.aws.is_some())
    }

    /// Returns the endpoint that requests are sent to.
    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Returns the endpoint that requests are written and signed for.
    pub(super) fn signed_endpoint(&self) -> &Endpoint {
        self.aws.as_ref().unwrap_or(&self.endpoint)
    }

    /// Directs a signed request to the gateway, if there is one. The Host header stays AWS's.
    pub(super) fn direct(&self, request: &mut Request<Bytes>) -> Result<(), Error> {
        let Some(aws) = &self.aws else { return Ok(()) };
        let host = HeaderValue::from_str(aws.authority().as_str()).map_err(|error| {
            ConfigError::new(ConfigErrorKind::InvalidEndpoint, format!("{aws} has a host that is invalid in a header"))
                .with_source(error)
        })?;
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let uri = self.endpoint.uri(path)?;
        *request.uri_mut() = uri;
        request.headers_mut().insert(HOST, host);
        Ok(())
    }
}
