//! [`Number`]: the number types that setters accept.

/// A number that the setter of a numeric member accepts: `i32`, `u32` or `usize` for an integer,
/// `f32` or `f64` for a float.
///
/// An integer beyond the range of the member becomes the nearest value in range. An `f32` keeps its
/// shortest decimal form: `0.7_f32` is sent as `0.7`.
///
/// ```
/// use bedrock_lite::ConverseRequest;
///
/// let max_tokens: u32 = 200;
/// let temperature: f32 = 0.7;
/// let chat = ConverseRequest::new("amazon.nova-lite-v1:0")
///     .max_tokens(max_tokens)
///     .temperature(temperature);
/// let config = serde_json::to_value(&chat.inference_config)?;
/// assert_eq!(config["temperature"], 0.7);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number that converts to `{T}`",
    label = "expected a number that converts to `{T}`",
    note = "members of type `i32` and `i64` accept every integer type, members of type `f64` accept `f32` and `f64`"
)]
pub trait Number<T>: sealed::Sealed {
    /// Converts the number to the type of the member.
    fn into_number(self) -> T;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! integers {
    ($($given:ty)+) => {$(
        impl sealed::Sealed for $given {}

        integers!($given => i32);
        integers!($given => i64);
    )+};
    ($given:ty => $member:ty) => {
        // Keeps the list of all implementations out of the compiler's error messages.
        #[diagnostic::do_not_recommend]
        impl Number<$member> for $given {
            #[allow(irrefutable_let_patterns, unused_comparisons, reason = "the same code for every pair of types")]
            fn into_number(self) -> $member {
                <$member>::try_from(self).unwrap_or(if self < 0 { <$member>::MIN } else { <$member>::MAX })
            }
        }
    };
}

integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl sealed::Sealed for f32 {}
impl sealed::Sealed for f64 {}

#[diagnostic::do_not_recommend]
impl Number<f64> for f64 {
    fn into_number(self) -> f64 {
        self
    }
}

#[diagnostic::do_not_recommend]
impl Number<f64> for f32 {
    fn into_number(self) -> f64 {
        // The shortest decimal form of an `f32` is a valid `f64`.
        self.to_string().parse().unwrap_or_else(|_| self.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_out_of_range_becomes_the_nearest_value() {
        let numbers: [i32; 5] = [
            7_u8.into_number(),
            u32::MAX.into_number(),
            i64::MIN.into_number(),
            (-1_i8).into_number(),
            5.into_number(),
        ];
        assert_eq!(numbers, [7, i32::MAX, i32::MIN, -1, 5]);
        assert_eq!(Number::<i64>::into_number(u64::MAX), i64::MAX);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the conversion is exact")]
    fn f32_keeps_its_shortest_decimal_form() {
        assert_eq!([0.7_f32.into_number(), 0.1_f32.into_number()], [0.7, 0.1]);
        assert!(f32::NAN.into_number().is_nan());
        assert_eq!(f32::INFINITY.into_number(), f64::INFINITY);
    }
}
