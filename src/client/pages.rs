//! [`Pages`] and [`Items`]: pagination.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::vec;

use super::Client;
use super::send::{send_knowing, site};
use crate::error::{DecodeError, Error, KnowsSecrets, Origin};
use crate::operation::Paged;

impl Client {
    /// Returns the pages of a list operation, from the page that the request names to the last.
    ///
    /// Sends nothing before the first call of [`Pages::recv`] or [`Items::recv`].
    ///
    /// ```no_run
    /// # async fn run(client: bedrock_lite::Client) -> Result<(), bedrock_lite::Error> {
    /// use bedrock_lite::control::ListInferenceProfilesRequest;
    ///
    /// let mut pages = client.pages(&ListInferenceProfilesRequest::new());
    /// while let Some(page) = pages.recv().await? {
    ///     println!("{} profiles", page.inference_profile_summaries.len());
    /// }
    ///
    /// let mut profiles = client.pages(&ListInferenceProfilesRequest::new()).items();
    /// while let Some(profile) = profiles.recv().await? {
    ///     println!("{}", profile.inference_profile_id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages<O: Paged>(&self, request: &O) -> Pages<O> {
        Pages { client: self.clone(), next: Some(Next::Request(request.clone())), tokens: BTreeSet::new() }
    }
}

/// The pages of a list operation, from [`Client::pages`].
#[derive(Debug)]
#[must_use = "a page is requested only when `recv` is called"]
pub struct Pages<O> {
    client: Client,
    /// `None` after the last page.
    next: Option<Next<O>>,
    /// The tokens of the pages so far.
    tokens: BTreeSet<String>,
}

#[derive(Debug)]
enum Next<O> {
    /// The request for the next page.
    Request(O),
    /// The last page repeated the token of an earlier page.
    Repeated(String, Arc<Origin>),
}

/// The service repeats the token of an earlier page, so that the list would never end.
#[derive(Debug, thiserror::Error)]
#[error("an earlier page had the same token: the list would never end")]
struct RepeatedToken;

impl<O: Paged> Pages<O> {
    /// Returns the next page, or `None` after the last one.
    ///
    /// After an error the next call requests the same page again. Cancel safe: if the future is
    /// dropped, no page is lost.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Client::send`]. Returns [`Error::Decode`] if the service repeats
    /// the token of an earlier page.
    pub async fn recv(&mut self) -> Result<Option<O::Output>, Error> {
        let request = match &self.next {
            None => return Ok(None),
            Some(Next::Repeated(token, origin)) => {
                let error = DecodeError::meaningless("token of the next page", token.as_bytes(), RepeatedToken);
                return Err(Error::from(error).with_origin(|| Arc::clone(origin)));
            }
            Some(Next::Request(request)) => request,
        };
        let (page, known) = send_knowing(&self.client, request).await?;
        // Some list operations end with an empty token.
        self.next = match O::next_page_token(&page).filter(|token| !token.is_empty()) {
            None => None,
            Some(token) if self.tokens.insert(token.to_owned()) => Some(Next::Request(request.with_next_token(token))),
            Some(token) => {
                let token = known.secrets().remove_str(token).into_owned();
                Some(Next::Repeated(token, site(&self.client, request).origin()))
            }
        };
        Ok(Some(page))
    }

    /// Returns the items of all pages.
    pub fn items(self) -> Items<O> {
        Items { pages: self, page: Vec::new().into_iter() }
    }
}

/// The items of all pages of a list operation, from [`Pages::items`].
#[derive(Debug)]
#[must_use = "a page is requested only when `recv` is called"]
pub struct Items<O: Paged> {
    pages: Pages<O>,
    page: vec::IntoIter<O::Item>,
}

impl<O: Paged> Items<O> {
    /// Returns the next item, or `None` after the last one. Requests the next page after the last
    /// item of a page.
    ///
    /// After an error the next call requests the same page again. Cancel safe: if the future is
    /// dropped, no item is lost.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Pages::recv`].
    pub async fn recv(&mut self) -> Result<Option<O::Item>, Error> {
        loop {
            if let Some(item) = self.page.next() {
                return Ok(Some(item));
            }
            match self.pages.recv().await? {
                Some(page) => self.page = O::items(page).into_iter(),
                None => return Ok(None),
            }
        }
    }
}
