//! `GetFoundationModel`: the details of one model.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModel.html>

use bytes::Bytes;
use http::{Method, Request, Response};

use super::FoundationModelDetails;
use crate::endpoint::{Endpoint, Service};
use crate::error::Error;
use crate::operation::{FromResponse, HttpRequest, Operation, json};
use crate::shape::structure;

structure! {
    /// Which model to tell about.
    pub struct GetFoundationModelRequest label {
        /// The model: an id or an ARN.
        model_identifier = "modelIdentifier",
    } {
    }

    /// The model.
    pub struct GetFoundationModelResponse {
    } optional {
        /// What there is to know of it.
        model_details: one FoundationModelDetails = "modelDetails",
    }
}

impl Operation for GetFoundationModelRequest {
    const NAME: &'static str = "GetFoundationModel";
    const SERVICE: Service = Service::Bedrock;
    type Output = GetFoundationModelResponse;

    fn http_request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
        HttpRequest::new(Method::GET, "/foundation-models/{modelIdentifier}")
            .label("modelIdentifier", &self.model_identifier)
            .build(endpoint)
    }

    fn model_id(&self) -> Option<&str> {
        Some(&self.model_identifier)
    }
}

impl FromResponse for GetFoundationModelResponse {
    fn from_response(response: Response<Bytes>) -> Result<Self, Error> {
        json("GetFoundationModelResponse", response)
    }
}
