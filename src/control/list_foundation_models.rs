//! `ListFoundationModels`: the models that Bedrock offers in a region.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html>

use bytes::Bytes;
use http::{Method, Request, Response};

use super::{FoundationModelSummary, InferenceType, ModelCustomization, ModelModality};
use crate::endpoint::{Endpoint, Service};
use crate::error::Error;
use crate::operation::{FromResponse, HttpRequest, Operation, json};
use crate::shape::structure;

structure! {
    /// Which models to list; without a filter, all of them.
    ///
    /// ```
    /// use bedrock_lite::ListFoundationModelsRequest;
    /// use bedrock_lite::control::ModelModality;
    ///
    /// let request = ListFoundationModelsRequest::new().by_provider("Amazon").by_output_modality(ModelModality::Text);
    /// ```
    pub struct ListFoundationModelsRequest {
    } optional {
        /// Models of this provider only, such as `Anthropic`.
        by_provider: one String = "byProvider",
        /// Models that can be customized this way only.
        by_customization_type: one ModelCustomization = "byCustomizationType",
        /// Models that give this only.
        by_output_modality: one ModelModality = "byOutputModality",
        /// Models that can be used this way only.
        by_inference_type: one InferenceType = "byInferenceType",
    }

    /// The models.
    pub struct ListFoundationModelsResponse {
    } optional {
        /// One summary a model. There are no pages.
        model_summaries: list FoundationModelSummary = "modelSummaries",
    }
}

impl Operation for ListFoundationModelsRequest {
    const NAME: &'static str = "ListFoundationModels";
    const SERVICE: Service = Service::Bedrock;
    type Output = ListFoundationModelsResponse;

    fn http_request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
        HttpRequest::new(Method::GET, "/foundation-models")
            .query("byProvider", self.by_provider.as_deref())
            .query("byCustomizationType", self.by_customization_type.as_ref().map(ModelCustomization::as_str))
            .query("byOutputModality", self.by_output_modality.as_ref().map(ModelModality::as_str))
            .query("byInferenceType", self.by_inference_type.as_ref().map(InferenceType::as_str))
            .build(endpoint)
    }
}

impl FromResponse for ListFoundationModelsResponse {
    fn from_response(response: Response<Bytes>) -> Result<Self, Error> {
        json("ListFoundationModelsResponse", response)
    }
}
