//! Decimal arithmetic as shopspring/decimal does it, as far as sprig's `addf` and its kin need it.
//!
//! In: floats. Out: floats, computed exactly in between; division is rounded to 16 decimals.

use num_bigint::BigInt;
use num_bigint::Sign;

/// Decimals of a quotient.
const DIVISION_DECIMALS: i32 = 16;

/// `mantissa × 10^exponent`.
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    mantissa: BigInt,
    exponent: i32,
}

fn power(exponent: i32) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent).unwrap_or(0))
}

impl Decimal {
    /// The shortest decimal that reads back as the float; `Err` is the library's panic text.
    pub(super) fn from_float(number: f64) -> Result<Self, String> {
        if number.is_nan() {
            return Err("Cannot create a Decimal from NaN".to_owned());
        }
        if number.is_infinite() {
            let sign = if number > 0.0 { '+' } else { '-' };
            return Err(format!("Cannot create a Decimal from {sign}Inf"));
        }
        // `{:e}` is the shortest form: `-1.25e-7`.
        let text = format!("{number:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let decimals = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let exponent = exponent.parse::<i32>().unwrap_or(0) - i32::try_from(decimals).unwrap_or(0);
        let mantissa = digits.replace('.', "").parse::<BigInt>().unwrap_or_default();
        Ok(Self { mantissa, exponent })
    }

    /// Both mantissas over the smaller exponent.
    fn aligned(&self, other: &Self) -> (BigInt, BigInt, i32) {
        let exponent = self.exponent.min(other.exponent);
        let scale = |d: &Self| &d.mantissa * power(d.exponent - exponent);
        (scale(self), scale(other), exponent)
    }

    pub(super) fn add(&self, other: &Self) -> Self {
        let (left, right, exponent) = self.aligned(other);
        Self { mantissa: left + right, exponent }
    }

    pub(super) fn sub(&self, other: &Self) -> Self {
        let (left, right, exponent) = self.aligned(other);
        Self { mantissa: left - right, exponent }
    }

    pub(super) fn mul(&self, other: &Self) -> Self {
        let exponent = self.exponent.saturating_add(other.exponent);
        Self { mantissa: &self.mantissa * &other.mantissa, exponent }
    }

    /// Rounded half away from zero; `Err` is the library's panic text.
    pub(super) fn div(&self, other: &Self) -> Result<Self, String> {
        if other.mantissa.sign() == Sign::NoSign {
            return Err("decimal division by 0".to_owned());
        }
        let shift = self.exponent - other.exponent + DIVISION_DECIMALS;
        let (left, right) = if shift >= 0 {
            (&self.mantissa * power(shift), other.mantissa.clone())
        } else {
            (self.mantissa.clone(), &other.mantissa * power(-shift))
        };
        let negative = (left.sign() == Sign::Minus) != (right.sign() == Sign::Minus);
        let (left, right) = (BigInt::from(left.magnitude().clone()), BigInt::from(right.magnitude().clone()));
        let quotient: BigInt = (&left * 2 + &right) / (&right * 2);
        Ok(Self { mantissa: if negative { -quotient } else { quotient }, exponent: -DIVISION_DECIMALS })
    }

    /// The nearest float.
    pub(super) fn to_float(&self) -> f64 {
        format!("{}e{}", self.mantissa, self.exponent).parse().unwrap_or(0.0)
    }
}
