//! [`Blocks`]: one content block or several.

/// One content block or several.
///
/// These convert into it: a block, an array of blocks and a `Vec` of blocks, and the same of values
/// that convert into a block. Text is enough for the content of a message.
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

/// Implements the conversion of one block. A blanket implementation for all block types would
/// overlap with those for lists.
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
