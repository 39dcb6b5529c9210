//! [`Paged`]: operations whose answer comes in pages.

use super::{FromResponse, Operation};

/// An operation whose answer comes in pages, each but the last with the token of the next.
///
/// `Client::pages` asks for one after the other; without a client this does:
///
/// ```
/// use bedrock_lite::control::{ListGuardrailsRequest, ListGuardrailsResponse};
/// use bedrock_lite::operation::Paged;
///
/// # fn send(request: &ListGuardrailsRequest) -> ListGuardrailsResponse { ListGuardrailsResponse::new([]) }
/// let mut request = ListGuardrailsRequest::new().max_results(100);
/// loop {
///     let page = send(&request);
///     let next = ListGuardrailsRequest::next_page_token(&page).map(|token| request.with_next_token(token));
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
    /// What a page lists.
    type Item: Send;

    /// The token of the page after this one; `None` on the last.
    fn next_page_token(page: &Self::Output) -> Option<&str>;

    /// The request for the page of that token.
    #[must_use]
    fn with_next_token(&self, token: &str) -> Self;

    /// What a page lists, without what is around it.
    fn items(page: Self::Output) -> Vec<Self::Item>;
}
