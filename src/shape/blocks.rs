//! [`Blocks`]: one block or several, where content is given.

/// One block, or several of them: what content may be given as.
///
/// A block alone, an array and a `Vec` all convert into it, and so does what converts into a block: text is enough for
/// the content of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Blocks<B>(Vec<B>);

impl<B> From<Blocks<B>> for Vec<B> {
    fn from(blocks: Blocks<B>) -> Self {
        blocks.0
    }
}

impl<B, T: Into<B>> From<Vec<T>> for Blocks<B> {
    fn from(blocks: Vec<T>) -> Self {
        Self(blocks.into_iter().map(Into::into).collect())
    }
}

impl<B, T: Into<B>, const N: usize> From<[T; N]> for Blocks<B> {
    fn from(blocks: [T; N]) -> Self {
        Self(blocks.into_iter().map(Into::into).collect())
    }
}

impl<B> Blocks<B> {
    pub(crate) fn one(block: B) -> Self {
        Self(vec![block])
    }
}

/// Lets one block stand for several. For all kinds of blocks at once the compiler cannot tell a block from a list.
macro_rules! single_block {
    ($($block:ty),+) => {$(
        impl<T: Into<$block>> From<T> for $crate::shape::Blocks<$block> {
            fn from(block: T) -> Self {
                Self::one(block.into())
            }
        }
    )+};
}

pub(crate) use single_block;
