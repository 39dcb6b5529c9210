//! [`Pages`]: the pages of a list, one after the other.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::vec;

use super::Client;
use super::send::{send_knowing, site};
use crate::error::{DecodeError, Error, KnowsSecrets, Origin};
use crate::operation::Paged;

impl Client {
    /// The pages that a request lists, from the one it asks for to the last.
    ///
    /// Nothing is sent before the first page is asked for.
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
        Pages { client: self.clone(), next: Some(Next::Ask(request.clone())), tokens: BTreeSet::new() }
    }
}

/// The pages of a list, one after the other: see [`Client::pages`].
#[derive(Debug)]
#[must_use = "nothing is sent before a page is asked for"]
pub struct Pages<O> {
    client: Client,
    /// `None` after the last page.
    next: Option<Next<O>>,
    /// Of the pages so far.
    tokens: BTreeSet<String>,
}

#[derive(Debug)]
enum Next<O> {
    Ask(O),
    /// The last page came with a token that one before it had.
    Repeated(String, Arc<Origin>),
}

/// The pages would go round in a circle.
#[derive(Debug, thiserror::Error)]
#[error("a page before it came with the same token: the list has no end")]
struct RepeatedToken;

impl<O: Paged> Pages<O> {
    /// The next page; `None` after the last.
    ///
    /// After an error the same page can be asked for again, and so it can after the future was dropped.
    ///
    /// # Errors
    ///
    /// As [`Client::send`], and [`Error::Decode`] where the service repeats the token of a page, which would go on for ever.
    pub async fn recv(&mut self) -> Result<Option<O::Output>, Error> {
        let request = match &self.next {
            None => return Ok(None),
            Some(Next::Repeated(token, origin)) => {
                let error = DecodeError::meaningless("token of the next page", token.as_bytes(), RepeatedToken);
                return Err(Error::from(error).with_origin(|| Arc::clone(origin)));
            }
            Some(Next::Ask(request)) => request,
        };
        let (page, known) = send_knowing(&self.client, request).await?;
        // Some lists end with an empty token.
        self.next = match O::next_page_token(&page).filter(|token| !token.is_empty()) {
            None => None,
            Some(token) if self.tokens.insert(token.to_owned()) => Some(Next::Ask(request.with_next_token(token))),
            Some(token) => {
                let token = known.secrets().remove_str(token).into_owned();
                Some(Next::Repeated(token, site(&self.client, request).origin()))
            }
        };
        Ok(Some(page))
    }

    /// What the pages list, one item after the other.
    pub fn items(self) -> Items<O> {
        Items { pages: self, page: Vec::new().into_iter() }
    }
}

/// What the pages of a list have, one item after the other: see [`Pages::items`].
#[derive(Debug)]
#[must_use = "nothing is sent before an item is asked for"]
pub struct Items<O: Paged> {
    pages: Pages<O>,
    page: vec::IntoIter<O::Item>,
}

impl<O: Paged> Items<O> {
    /// The next item; `None` after the last. Asks for the next page where the last one is used up.
    ///
    /// After an error it can be asked for again, and no item is lost; so too after the future was dropped.
    ///
    /// # Errors
    ///
    /// As [`Pages::recv`].
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
