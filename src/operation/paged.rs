//! [`Paged`]: operations whose response is paginated.

use super::{FromResponse, Operation};

/// An operation whose response is paginated. Each page except the last has a token for the next
/// page.
///
/// `Client::pages` requests one page after the other. This loop does the same without a client:
///
/// ```
/// use bedrock_lite::control::{ListGuardrailsRequest, ListGuardrailsResponse};
/// use bedrock_lite::operation::Paged;
///
/// # fn send(request: &ListGuardrailsRequest) -> ListGuardrailsResponse {
/// #     ListGuardrailsResponse::new([])
/// # }
/// let mut request = ListGuardrailsRequest::new().max_results(100);
/// loop {
///     let page = send(&request);
///     let next = ListGuardrailsRequest::next_page_token(&page)
///         .map(|token| request.with_next_token(token));
///     for guardrail in ListGuardrailsRequest::items(page) {
///         println!("{}", guardrail.name);
///     }
///     match next {
///         Some(next) => request = next,
///         None => break,
///     }
/// }
/// ```
pub trait Paged: Operation<Output: FromResponse> + Clone + Send {
    /// The type of the items on a page.
    type Item: Send;

    /// Returns the token of the next page, or `None` on the last page.
    fn next_page_token(page: &Self::Output) -> Option<&str>;

    /// Returns the request for the page with this token.
    #[must_use]
    fn with_next_token(&self, token: &str) -> Self;

    /// Returns the items of a page.
    fn items(page: Self::Output) -> Vec<Self::Item>;
}
